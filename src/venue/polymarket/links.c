/* Links: who is subscribed where, heartbeats, and books that do not come.
 *
 * Subscriptions do not survive a connection, are never acknowledged, and are sometimes lost; a connection that carries
 * too many tokens silently sends no books at all. So markets are spread over links of LINK_TOKENS_MAX tokens, and each
 * subscribed market's first book is awaited: after FIRST_BOOK_WAIT it is asked for by REST, which also tells a market
 * without a book from a silent stream; then it is subscribed again; then the link is reconnected.
 */
#include <stdlib.h>
#include <string.h>

#include "sync.h"

static void set_phase(struct venue_sync *sync, struct stamp stamp, unsigned number, enum link_phase phase,
                      const char *why)
{
    struct link *link = &sync->links[number];
    if (link->phase == phase) return;
    link->phase = phase;
    struct link_report report = {VENUE_POLYMARKET, number, phase, why, stamp};
    sync->outlet->link(sync->outlet->context, &report);
}

static void wish(struct venue_sync *sync, enum wish_kind kind, unsigned link, struct text text, const char *why)
{
    struct wish wish = {
        .kind = kind,
        .venue = VENUE_POLYMARKET,
        .link = link,
        .url = text_from(sync->endpoints.stream),
        .text = text,
        .why = why,
    };
    sync->outlet->wish(sync->outlet->context, &wish);
}

static void send_text(struct venue_sync *sync, unsigned link)
{
    struct text text = json_writer_text(&sync->text);
    if (text.length) wish(sync, WISH_SEND, link, text, NULL);
}

/* The tokens of a market that are known: at least one. */
static size_t market_tokens(const struct market *market, const char **tokens)
{
    size_t count = 0;
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++)
        if (market->instrument.outcomes[outcome].token[0]) tokens[count++] = market->instrument.outcomes[outcome].token;
    return count;
}

static void subscribe(struct venue_sync *sync, unsigned link, const struct market *market, bool again)
{
    const char *tokens[INSTRUMENT_OUTCOMES];
    size_t count = market_tokens(market, tokens);
    if (again) {
        polymarket_write_unsubscribe(&sync->text, tokens, count);
        send_text(sync, link);
    }
    polymarket_write_subscribe(&sync->text, tokens, count);
    send_text(sync, link);
}

static void await_book(struct venue_sync *sync, struct tracked *tracked, int64_t due)
{
    struct link *link = &sync->links[tracked->link];
    if (tracked->first_book_due == TIME_NEVER) link->awaited++;
    tracked->first_book_due = due;
    if (due < link->first_book_due) link->first_book_due = due;
}

static void await_no_more(struct venue_sync *sync, struct tracked *tracked)
{
    if (tracked->first_book_due == TIME_NEVER) return;
    tracked->first_book_due = TIME_NEVER;
    tracked->first_book_tries = 0;
    struct link *link = &sync->links[tracked->link];
    if (--link->awaited == 0) link->first_book_due = TIME_NEVER;
}

static void begin_sync(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    sync_drop_burst(sync, tracked);
    if (market->messages) market->epoch++;
    market->has_book = false;
    tracked->first_book_tries = 0;
    await_book(sync, tracked, stamp.mono + FIRST_BOOK_WAIT);
    sync_set_state(sync, market, PROOF_SYNCING, "waiting for its first book", stamp);
}

static uint32_t choose_link(const struct venue_sync *sync)
{
    for (uint32_t i = 0; i < LINKS_MAX; i++)
        if (sync->links[i].markets < LINK_MARKETS_MAX) return i;
    return NO_LINK;
}

/* The tracked market of a handle, NULL if the handle is stale or nothing is kept of it. */
static struct tracked *find_tracked(struct venue_sync *sync, struct market_handle handle, struct market **market)
{
    *market = registry_market(sync->registry, handle);
    if (!*market || handle.index >= sync->tracked_count) return NULL;
    struct tracked *tracked = &sync->tracked[handle.index];
    return market_handle_equal(tracked->market, handle) ? tracked : NULL;
}

void sync_watch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market = registry_market(sync->registry, handle);
    struct tracked *tracked = market ? sync_track(sync, market) : NULL;
    if (!tracked || tracked->watchers++ > 0) return;
    tracked->left = false;
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
        link->first_book_due = TIME_NEVER;
        set_phase(sync, stamp, tracked->link, LINK_CONNECTING, NULL);
        wish(sync, WISH_CONNECT, tracked->link, (struct text){NULL, 0}, NULL);
    }
    if (!link->open) {
        sync_set_state(sync, market, PROOF_SYNCING, "connecting", stamp);
        return;
    }
    begin_sync(sync, tracked, market, stamp);
    subscribe(sync, tracked->link, market, false);
    set_phase(sync, stamp, tracked->link, LINK_SYNCING, NULL);
}

void sync_unwatch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market;
    struct tracked *tracked = find_tracked(sync, handle, &market);
    if (!tracked || tracked->watchers == 0 || --tracked->watchers > 0) return;
    sync_drop_burst(sync, tracked);
    tracked->left = true;
    market->has_book = false;
    sync_set_state(sync, market, PROOF_STALE, "not watched", stamp);
    if (tracked->link == NO_LINK) return;
    unsigned number = tracked->link;
    struct link *link = &sync->links[number];
    const char *tokens[INSTRUMENT_OUTCOMES];
    size_t count = market_tokens(market, tokens);
    await_no_more(sync, tracked);
    if (link->open) {
        polymarket_write_unsubscribe(&sync->text, tokens, count);
        send_text(sync, number);
    }
    tracked->link = NO_LINK;
    if (--link->markets > 0) return;
    bool wanted = link->wanted;
    *link = (struct link){.phase = link->phase, .first_book_due = TIME_NEVER};
    set_phase(sync, stamp, number, LINK_IDLE, NULL);
    if (!wanted) return;
    wish(sync, WISH_DISCONNECT, number, (struct text){NULL, 0}, "nothing is watched");
}

void sync_seed(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    (void)stamp;
    const struct market *market = registry_market(sync->registry, handle);
    if (!market) return;
    char url[POLYMARKET_URL_SIZE];
    if (polymarket_url_trades(sync->endpoints.trades, market->instrument.symbol, SEED_TRADES, url, sizeof url))
        sync_get(sync, &(struct request){.kind = REQUEST_TRADES, .market = handle}, url);
}

bool sync_is_subscribed(struct venue_sync *sync, struct market_handle handle)
{
    struct market *market;
    const struct tracked *tracked = find_tracked(sync, handle, &market);
    return tracked && tracked->link != NO_LINK && sync->links[tracked->link].open;
}

void sync_ask_book(struct venue_sync *sync, const struct market *market)
{
    char url[POLYMARKET_URL_SIZE];
    const char *tokens[INSTRUMENT_OUTCOMES];
    if (!sync_is_subscribed(sync, market->handle) || market_tokens(market, tokens) == 0) return;
    if (polymarket_url_book(sync->endpoints.books, tokens[0], url, sizeof url))
        sync_get(sync, &(struct request){.kind = REQUEST_BOOK, .market = market->handle}, url);
}

/* The opening subscription names every token of the link. */
static void opened(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    const char *tokens[LINK_TOKENS_MAX];
    size_t count = 0;
    link->open = true;
    link->confirmed = false;
    link->heard = stamp.mono;
    link->ping_due = stamp.mono + POLYMARKET_PING_INTERVAL;
    set_phase(sync, stamp, number, LINK_SUBSCRIBING, NULL);
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market = registry_market(sync->registry, sync->tracked[i].market);
        if (!market || sync->tracked[i].link != number) continue;
        count += market_tokens(market, tokens + count);
        /* The venue leaves out what is settled: there is no book to wait for. */
        if (market->status != MARKET_RESOLVED) begin_sync(sync, &sync->tracked[i], market, stamp);
    }
    if (count == 0) return;
    polymarket_write_opening(&sync->text, tokens, count);
    send_text(sync, number);
}

static void lost(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    bool over = true; /* every market of the link has ended: there is nothing to come back for */
    link->open = false;
    set_phase(sync, stamp, number, LINK_DOWN, NULL);
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        struct market *market = registry_market(sync->registry, tracked->market);
        if (!market || tracked->link != number) continue;
        sync_drop_burst(sync, tracked);
        await_no_more(sync, tracked);
        market->has_book = false;
        if (market->status == MARKET_RESOLVED) continue;
        over = false;
        /* What never was in sync is not stale: it goes on waiting. */
        if (market->proof.state != PROOF_SYNCING) sync_set_state(sync, market, PROOF_STALE, "disconnected", stamp);
    }
    if (!over || link->markets == 0) return;
    link->wanted = false; /* until another market is watched on it */
    set_phase(sync, stamp, number, LINK_IDLE, "all its markets are resolved");
    wish(sync, WISH_DISCONNECT, number, (struct text){NULL, 0}, "all its markets are resolved");
}

void sync_link(struct venue_sync *sync, struct stamp stamp, unsigned link, enum link_change change)
{
    if (link >= LINKS_MAX) return;
    if (change == LINK_OPENED) {
        sync->links[link].wanted = true; /* a replay's links open without having been wanted */
        if (link >= sync->link_count) sync->link_count = link + 1;
        opened(sync, stamp, link);
    } else if (sync->links[link].open) {
        lost(sync, stamp, link);
    }
}

void sync_link_heard(struct venue_sync *sync, struct stamp stamp, unsigned link)
{
    if (link < LINKS_MAX) sync->links[link].heard = stamp.mono;
}

void sync_link_settle(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    if (number >= LINKS_MAX || !sync->links[number].open) return;
    struct link *link = &sync->links[number];
    if (link->awaited == 0) {
        set_phase(sync, stamp, number, LINK_LIVE, NULL);
        if (link->confirmed) return;
        link->confirmed = true;
        wish(sync, WISH_CONFIRM, number, (struct text){NULL, 0}, NULL);
        return;
    }
    if (link->phase == LINK_SUBSCRIBING) set_phase(sync, stamp, number, LINK_SYNCING, NULL);
}

void sync_first_book(struct venue_sync *sync, struct tracked *tracked)
{
    await_no_more(sync, tracked);
}

void sync_no_book(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market;
    struct tracked *tracked = find_tracked(sync, handle, &market);
    if (!tracked || market->has_book) return;
    await_no_more(sync, tracked);
    if (market->status == MARKET_OPEN) market->status = MARKET_CLOSED;
    sync_set_state(sync, market, PROOF_SYNCING, "the venue keeps no order book for it", stamp);
    if (tracked->link != NO_LINK) sync_link_settle(sync, stamp, tracked->link);
}

void sync_book_exists(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market;
    struct tracked *tracked = find_tracked(sync, handle, &market);
    if (!tracked || tracked->first_book_due == TIME_NEVER || !sync->links[tracked->link].open) return;
    subscribe(sync, tracked->link, market, true);
    await_book(sync, tracked, stamp.mono + FIRST_BOOK_WAIT);
}

/* A market's first book did not come in time. */
static void first_book_overdue(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    const struct market *market = registry_market(sync->registry, tracked->market);
    unsigned link = tracked->link;
    set_phase(sync, stamp, link, LINK_DEGRADED, "a book does not come");
    await_book(sync, tracked, stamp.mono + 2 * FIRST_BOOK_WAIT);
    switch (tracked->first_book_tries++) {
    case 0:
        sync_ask_book(sync, market);
        break;
    case 1:
        subscribe(sync, link, market, true);
        break;
    default:
        wish(sync, WISH_RECONNECT, link, (struct text){NULL, 0}, "a subscribed book never came");
    }
}

static void check_first_books(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    link->first_book_due = TIME_NEVER;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        if (!registry_market(sync->registry, tracked->market) || tracked->link != number) continue;
        if (tracked->first_book_due <= stamp.mono) first_book_overdue(sync, tracked, stamp);
        if (tracked->first_book_due < link->first_book_due) link->first_book_due = tracked->first_book_due;
    }
}

void sync_links_advance(struct venue_sync *sync, struct stamp stamp)
{
    for (unsigned i = 0; i < sync->link_count; i++) {
        struct link *link = &sync->links[i];
        if (!link->open) continue;
        if (link->awaited && link->first_book_due <= stamp.mono) check_first_books(sync, stamp, i);
        if (stamp.mono - link->heard >= LINK_SILENCE) {
            link->heard = stamp.mono;
            wish(sync, WISH_RECONNECT, i, (struct text){NULL, 0}, "nothing heard for 30 s");
        }
        if (link->ping_due <= stamp.mono) {
            link->ping_due = stamp.mono + POLYMARKET_PING_INTERVAL;
            wish(sync, WISH_SEND, i, POLYMARKET_PING, NULL);
        }
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
    }
    return due;
}
