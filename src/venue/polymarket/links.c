/* Links: which market has its place where, connections and heartbeats.
 *
 * A connection that carries too many tokens silently sends no books at all: markets are spread over links of
 * LINK_TOKENS_MAX tokens. What the venue is told of them: subscriptions.c.
 */
#include "links.h"

static const char disconnected_text[] = "disconnected";

void link_tell_phase(const struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    const struct link *link = &sync->links[number];
    struct link_report report = {
        .venue = VENUE_POLYMARKET,
        .link = number,
        .phase = link->phase,
        .why = link->why,
        .stamp = stamp,
        .open = link->open,
        .given_up = link->given_up,
    };
    sync->outlet->link(sync->outlet->context, &report);
}

void link_set_phase(struct venue_sync *sync, struct stamp stamp, unsigned number, enum link_phase phase,
                    const char *why)
{
    struct link *link = &sync->links[number];
    if (link->phase == phase && word_equal(link->why, why)) return;
    link->phase = phase;
    link->why = why;
    link_tell_phase(sync, stamp, number);
}

static void wish_of(struct venue_sync *sync, struct wish wish)
{
    wish.venue = VENUE_POLYMARKET;
    wish.url = text_from(sync->endpoints.stream);
    sync->outlet->wish(sync->outlet->context, &wish);
}

void link_wish(struct venue_sync *sync, enum wish_kind kind, unsigned number, const char *why)
{
    wish_of(sync, (struct wish){.kind = kind, .link = number, .why = why});
}

void link_send(struct venue_sync *sync, unsigned number, struct text text, const char *what)
{
    wish_of(sync, (struct wish){.kind = WISH_SEND, .link = number, .text = text, .what = what});
}

struct tracked *link_find_tracked(struct venue_sync *sync, struct market_handle handle, struct market **market)
{
    *market = registry_market(sync->registry, handle);
    if (!*market || handle.index >= sync->tracked_count) return NULL;
    struct tracked *tracked = &sync->tracked[handle.index];
    return market_handle_equal(tracked->market, handle) ? tracked : NULL;
}

bool sync_is_subscribed(struct venue_sync *sync, struct market_handle handle)
{
    struct market *market;
    const struct tracked *tracked = link_find_tracked(sync, handle, &market);
    return tracked && tracked->link != NO_LINK && sync->links[tracked->link].open;
}

/* === Watching === */

static void begin_sync(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    sync_drop_burst(sync, tracked);
    check_begin_anew(tracked);
    if (market->messages) market->epoch++;
    market->has_book = false;
    first_book_await(sync, tracked, stamp.mono);
    sync_set_state(sync, market, PROOF_SYNCING, "waiting for its book", stamp);
}

static uint32_t choose_link(const struct venue_sync *sync)
{
    for (uint32_t i = 0; i < LINKS_MAX; i++)
        if (sync->links[i].markets < LINK_MARKETS_MAX) return i;
    return NO_LINK;
}

void sync_watch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market = registry_market(sync->registry, handle);
    struct tracked *tracked = market ? sync_track(sync, market) : NULL;
    if (market && !tracked) sync_set_state(sync, market, PROOF_STALE, "out of memory", stamp);
    if (!tracked || tracked->watchers++ > 0) return;
    tracked->left = tracked->freeze.froze = false;
    tracked->first_book_tries = 0;
    tracked->link = choose_link(sync);
    if (tracked->link == NO_LINK) {
        sync_set_state(sync, market, PROOF_STALE, "too many markets are watched", stamp);
        return;
    }
    market->link = tracked->link;
    struct link *link = &sync->links[tracked->link];
    link->markets++;
    if (!link->wanted) {
        link->wanted = true;
        link_set_phase(sync, stamp, tracked->link, LINK_CONNECTING, NULL);
        link_wish(sync, WISH_CONNECT, tracked->link, NULL);
    }
    if (!link->open) {
        sync_set_state(sync, market, link->given_up ? PROOF_STALE : PROOF_SYNCING,
                       link->given_up ? disconnected_text : "connecting", stamp);
        return;
    }
    /* Unwatched a moment ago: the venue sends its book only to a new subscription. */
    tracked->again = tracked->subscribed != NO_LINK;
    begin_sync(sync, tracked, market, stamp);
    subscriptions_changed(sync, stamp, tracked->link);
    link_set_phase(sync, stamp, tracked->link, LINK_SYNCING, NULL);
}

/* Nothing is watched on a link any more. */
static void release_link(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    bool wanted = link->wanted;
    *link = (struct link){.phase = link->phase,
                          .why = link->why,
                          .freeze = {.due = TIME_NEVER},
                          .first_book_due = TIME_NEVER,
                          .subscribe_due = TIME_NEVER,
                          .ping_due = TIME_NEVER};
    subscriptions_forget(sync, stamp, number);
    link_set_phase(sync, stamp, number, LINK_IDLE, NULL);
    if (wanted) link_wish(sync, WISH_DISCONNECT, number, "nothing is watched");
}

void sync_unwatch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market;
    struct tracked *tracked = link_find_tracked(sync, handle, &market);
    if (!tracked || tracked->watchers == 0 || --tracked->watchers > 0) return;
    sync_drop_burst(sync, tracked);
    check_begin_anew(tracked);
    tracked->left = true;
    market_empty(market);
    sync_set_state(sync, market, PROOF_STALE, "not watched", stamp);
    if (tracked->link == NO_LINK) return;
    unsigned number = tracked->link;
    struct link *link = &sync->links[number];
    first_book_await_no_more(sync, tracked);
    tracked->link = NO_LINK;
    link->markets--;
    if (link->open) {
        subscriptions_changed(sync, stamp, number);
        if (link->markets) sync_link_settle(sync, stamp, number);
    } else if (link->markets == 0) {
        release_link(sync, stamp, number);
    }
}

/* === The connection === */

static void opened(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    link->open = true;
    link->given_up = false;
    link->answered = link->book_came = link->confirmed = link->blamed = false;
    link->heard = stamp.mono;
    freeze_hear(&link->freeze, stamp.mono);
    link->ping_due = stamp.mono + POLYMARKET_PING_INTERVAL;
    link_set_phase(sync, stamp, number, LINK_SUBSCRIBING, NULL);
    subscriptions_forget(sync, stamp, number);
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market = registry_market(sync->registry, sync->tracked[i].market);
        if (!market || sync->tracked[i].link != number) continue;
        /* The venue leaves out what is settled: there is no book to wait for. */
        if (market->status != MARKET_RESOLVED) begin_sync(sync, &sync->tracked[i], market, stamp);
    }
    subscriptions_open(sync, number);
}

static void lost(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    bool over = true; /* every market of the link has ended: there is nothing to come back for */
    link->open = false;
    link->ping_due = TIME_NEVER;
    freeze_end(&link->freeze);
    link_set_phase(sync, stamp, number, LINK_DOWN, NULL);
    subscriptions_forget(sync, stamp, number);
    if (link->markets == 0) {
        release_link(sync, stamp, number);
        return;
    }
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        struct market *market = registry_market(sync->registry, tracked->market);
        if (!market || tracked->link != number) continue;
        sync_drop_burst(sync, tracked);
        first_book_await_no_more(sync, tracked);
        check_begin_anew(tracked);
        if (market->has_book) proof_note(&market->proof, HAPPENED_DISCONNECT, 0, stamp);
        market->has_book = false;
        if (market->status == MARKET_RESOLVED) continue;
        over = false;
        /* What never was in sync is not stale: it goes on waiting. */
        if (market->proof.state != PROOF_SYNCING) sync_set_state(sync, market, PROOF_STALE, disconnected_text, stamp);
    }
    if (!over) return;
    link->wanted = false; /* until another market is watched on it */
    link_set_phase(sync, stamp, number, LINK_IDLE, "all its markets are resolved");
    link_wish(sync, WISH_DISCONNECT, number, "all its markets are resolved");
}

/* Nothing is on its way any more. Books are not polled here: see LINK_GIVEN_UP. The link says the rest, also while it
 * is tried again. */
static void give_up(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    if (!link->wanted) return; /* nor has a link without markets been */
    link->given_up = true;
    link_set_phase(sync, stamp, number, LINK_DOWN, "given up");
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        struct market *market = registry_market(sync->registry, tracked->market);
        if (!market || tracked->link != number || market->status == MARKET_RESOLVED) continue;
        if (!word_equal(market->proof.why, disconnected_text))
            sync_set_state(sync, market, PROOF_STALE, disconnected_text, stamp);
    }
}

void sync_link(struct venue_sync *sync, struct stamp stamp, unsigned link, enum link_change change)
{
    if (link >= LINKS_MAX) return;
    if (change == LINK_OPENED) {
        sync->links[link].wanted = true; /* a replay's links open without having been wanted */
        if (link >= sync->link_count) sync->link_count = link + 1;
        opened(sync, stamp, link);
        return;
    }
    if (sync->links[link].open) lost(sync, stamp, link);
    if (change == LINK_GIVEN_UP) give_up(sync, stamp, link);
}

void sync_link_heard(struct venue_sync *sync, struct stamp stamp, unsigned link)
{
    if (link >= LINKS_MAX) return;
    sync->links[link].heard = stamp.mono;
    sync->links[link].answered = true;
}

void sync_link_settle(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    if (number >= LINKS_MAX || !sync->links[number].open || !sync->links[number].answered) return;
    struct link *link = &sync->links[number];
    if (link->freeze.state != FREEZE_NONE) return; /* that it answers says nothing about its books */
    if (link->awaited == 0) {
        link_set_phase(sync, stamp, number, LINK_LIVE, NULL);
        if (link->confirmed) return;
        link->confirmed = true;
        link_wish(sync, WISH_CONFIRM, number, NULL);
        return;
    }
    if (link->phase == LINK_SUBSCRIBING || !word_equal(link->why, first_books_text))
        link_set_phase(sync, stamp, number, LINK_SYNCING, NULL);
}

void sync_links_advance(struct venue_sync *sync, struct stamp stamp)
{
    for (unsigned i = 0; i < sync->link_count; i++) {
        struct link *link = &sync->links[i];
        if (!link->open) continue;
        if (link->awaited && link->first_book_due <= stamp.mono) first_books_check(sync, stamp, i);
        freeze_advance(sync, stamp, i);
        if (stamp.mono - link->heard >= LINK_SILENCE) {
            link->heard = stamp.mono;
            link_wish(sync, WISH_RECONNECT, i, "nothing heard for 30 s");
        }
        if (link->ping_due <= stamp.mono) {
            link->ping_due = stamp.mono + POLYMARKET_PING_INTERVAL;
            link_send(sync, i, POLYMARKET_PING, "ping");
        }
        if (link->subscribe_due > stamp.mono) continue;
        if (link->markets)
            subscriptions_tell(sync, stamp, i);
        else
            release_link(sync, stamp, i);
    }
}

int64_t sync_links_deadline(const struct venue_sync *sync)
{
    int64_t due = TIME_NEVER;
    for (unsigned i = 0; i < sync->link_count; i++) {
        const struct link *link = &sync->links[i];
        if (!link->open) continue;
        if (link->ping_due < due) due = link->ping_due;
        if (link->awaited && link->first_book_due < due) due = link->first_book_due;
        if (link->heard + LINK_SILENCE < due) due = link->heard + LINK_SILENCE;
        if (link->subscribe_due < due) due = link->subscribe_due;
        if (link->freeze.due < due) due = link->freeze.due;
    }
    return due;
}

void sync_retry(struct venue_sync *sync, struct stamp stamp)
{
    for (unsigned i = 0; i < sync->link_count; i++) {
        if (!sync->links[i].open) continue;
        first_books_hurry(sync, stamp, i);
        freeze_hurry(&sync->links[i].freeze, stamp.mono);
    }
    for (size_t i = 0; i < sync->tracked_count; i++) resync_hurry(sync, &sync->tracked[i], stamp);
}
