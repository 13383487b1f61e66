/* Views: what of the engine's books crosses to the screen, and when.
 *
 * A sink of the engine that only marks; the copying is done at the end of a turn, and only where the ui wants it
 * (publisher_looks.c).
 */
#include <stdlib.h>
#include <sys/eventfd.h>

#include "publisher_inside.h"

void publisher_wake_ui(struct feed *feed)
{
    (void)!eventfd_write(feed->wake_fd, 1);
}

/* ---- the sink ---- */

void publisher_mark(struct feed *feed, struct market_handle handle)
{
    for (size_t i = 0; i < FEED_PANELS; i++)
        if (market_handle_equal(feed->panels[i].market, handle)) feed->panels[i].dirty = true;
    const struct watched *watched = publisher_watched(feed, handle);
    if (watched && watched->by_list) feed->quotes_dirty = true;
}

static void on_event(void *context, const struct event_report *report)
{
    struct feed *feed = context;
    if (report->fate == FATE_REFUSED) wires_refused(feed, report->why);
    if (report->market.generation == 0) return;
    struct watched *watched = publisher_watched(feed, report->market);
    if (!watched) return;
    bool changed = report->event->kind == EVENT_CHANGES || report->event->kind == EVENT_SNAPSHOT;
    /* A message that names both tokens is reported twice; replies have no number. */
    bool told = report->message && report->message == watched->changed_by;
    if (changed && report->fate == FATE_APPLIED && !told) watched->changes++;
    if (changed) watched->changed_by = report->message;
    /* A snapshot's stamp is that of the last change, however long ago: it tells nothing of the way here. */
    if (report->event->kind == EVENT_CHANGES && report->fate == FATE_APPLIED) {
        watched->latency = report->stamp.wall - report->event->venue_ms * NANOSECONDS_PER_MILLISECOND;
        if (feed->receiving && !told) histogram_add(&feed->receiving->metrics.latency, watched->latency);
    }
    publisher_mark(feed, report->market);
}

static void on_burst(void *context, const struct burst_report *report)
{
    publisher_mark(context, report->market);
}

static void on_state(void *context, const struct market *market)
{
    publisher_mark(context, market->handle);
}

static void on_link(void *context, const struct link_report *report)
{
    struct feed *feed = context;
    if (feed->replay)
        replay_wires_phase(feed, report);
    else
        wires_phase(feed, report);
}

static void on_lookup(void *context, const struct lookup_report *report)
{
    told_take(context, report);
    answers_lookup(context, report);
    inquiries_lookup(context, report);
}

static void on_wish(void *context, const struct wish *wish)
{
    struct feed *feed = context;
    if (!feed->replay) wishes_keep(feed, wish);
}

static void on_proof(void *context, const struct proof_report *report)
{
    publisher_mark(context, report->market);
}

const struct engine_sink publisher_sink = {on_event, on_burst, on_proof, on_state, on_link, on_lookup, on_wish};

/* ---- publishing ---- */

/* True while a book that is crossed or locked inside an open burst is kept from the screen. */
static bool holds_back(struct panel *panel, const struct market *market, int64_t now)
{
    bool whole = !market->burst_open || !(order_book_crossed(&market->book) || order_book_locked(&market->book));
    if (whole) {
        panel->held_since = 0;
        return false;
    }
    if (panel->held_since == 0) panel->held_since = now;
    return now - panel->held_since < HOLD_MOST;
}

static void publish(struct feed *feed, struct panel *panel)
{
    const struct market *market = publisher_market(feed, panel->market);
    struct stamp now = feed_now(feed);
    bool stands = feed->replay && replay_stands(feed->replay); /* it would be kept for ever */
    if (market && !stands && holds_back(panel, market, now.mono)) {
        publisher_hold_back(panel);
        return;
    }
    if (!publisher_may_write(feed, panel)) return;
    if (market && market->had_book && panel->first_book < 0) panel->first_book = now.mono - panel->opened.mono;
    struct book_view *view = triple_buffer_slot(panel->views);
    view->serial = ++panel->serial;
    publisher_view(feed, panel, view);
    panel->dirty = false;
    feed->metrics.views++;
    publisher_hand_over(feed, panel);
}

void publisher_trust_changed(struct feed *feed)
{
    feed->quotes_dirty = feed->list != NULL;
}

void publisher_link_changed(struct feed *feed, enum venue_id venue, unsigned link)
{
    for (size_t i = 0; i < FEED_PANELS; i++) {
        struct panel *panel = &feed->panels[i];
        const struct market *market = publisher_market(feed, panel->market);
        if (!market || (market->instrument.venue == venue && market->link == link)) panel->dirty = true;
    }
}

/* Trades are missed while a link is down: the shown markets' tapes are filled again. */
void publisher_seed(struct feed *feed, enum venue_id venue, unsigned link)
{
    for (size_t i = 0; i < FEED_PANELS; i++) {
        const struct market *market = publisher_market(feed, feed->panels[i].market);
        if (market && market->instrument.venue == venue && market->link == link)
            publisher_tell_seed(feed, market->handle);
    }
}

void publisher_restart(struct feed *feed)
{
    for (size_t i = 0; i < FEED_PANELS; i++) {
        feed->panels[i].dirty = true;
        feed->panels[i].held_since = 0;
    }
    for (size_t i = 0; i < feed->watched_count; i++) {
        struct watched *watched = &feed->watched[i];
        const struct market *market = publisher_market(feed, watched->market);
        watched->messages_then = market ? market->messages : 0;
        watched->latency = LATENCY_UNKNOWN;
        watched->rate = 0;
        watched->changes = watched->changed_by = 0;
    }
    net_timer_set(feed->loop, &feed->rate_timer, RATE_INTERVAL); /* a whole second, from here on */
    feed->quotes_dirty = feed->list != NULL;
}

/* What a replay has not played was not heard in the second that is over: at a gap, a jump, and while it stands. */
static bool is_broken(struct feed *feed)
{
    bool broken = feed->breaks != feed->breaks_then || (feed->replay && replay_stands(feed->replay));
    feed->breaks_then = feed->breaks;
    return broken;
}

/* Once a second. */
static void count_rates(void *context)
{
    struct feed *feed = context;
    bool broken = is_broken(feed);
    quotes_look_at_progress(feed);
    awake_look(feed);
    wires_refresh(feed);
    for (size_t i = 0; i < feed->watched_count; i++) {
        struct watched *watched = &feed->watched[i];
        const struct market *market = publisher_market(feed, watched->market);
        if (!market) continue;
        bool begun_anew = broken || market->messages < watched->messages_then;
        uint32_t rate = begun_anew ? 0 : (uint32_t)(market->messages - watched->messages_then);
        watched->messages_then = market->messages;
        if (rate != watched->rate) publisher_mark(feed, watched->market);
        watched->rate = rate;
    }
    net_timer_set(feed->loop, &feed->rate_timer, RATE_INTERVAL);
}

void publisher_turn(struct feed *feed)
{
    for (size_t i = 0; i < FEED_PANELS; i++)
        if (feed->panels[i].dirty) publish(feed, &feed->panels[i]);
    quotes_turn(feed);
}

bool publisher_open(struct feed *feed)
{
    publisher_looks_open(feed);
    if (!quotes_open(feed)) return false;
    for (size_t i = 0; i < FEED_PANELS; i++) {
        feed->panels[i].views = triple_buffer_create(sizeof(struct book_view));
        if (!feed->panels[i].views) return false;
        feed->panels[i].looked_up = feed->panels[i].first_book = -1;
    }
    feed->rate_timer = (struct net_timer){.expired = count_rates, .context = feed};
    net_timer_set(feed->loop, &feed->rate_timer, RATE_INTERVAL);
    inquiries_open(feed);
    return true;
}

void publisher_close(struct feed *feed)
{
    net_timer_cancel(&feed->rate_timer);
    inquiries_close(feed);
    for (size_t i = 0; i < FEED_PANELS; i++) triple_buffer_destroy(feed->panels[i].views);
    quotes_close(feed);
    for (size_t i = 0; i < feed->watched_count; i++) free(feed->watched[i].details);
    details_shelf_free(&feed->told);
    free(feed->watched);
    free(feed->watched_at);
}
