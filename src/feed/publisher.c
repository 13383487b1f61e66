/* Views: what of the engine's books crosses to the screen, and when.
 *
 * A sink of the engine that only marks; the copying is done at the end of a turn, and only where the ui has taken the
 * view before. Where it has not, the ui is asked to wake the feed when it does (`waiting`), so that the last change
 * before a silence is never kept back.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "inside.h"

static struct market *market_of(const struct feed *feed, struct market_handle handle)
{
    return registry_market(engine_registry(feed->engine), handle);
}

static struct watched *watched_of(const struct feed *feed, struct market_handle handle)
{
    if (handle.generation == 0 || handle.index >= feed->watched_at_count) return NULL;
    uint32_t place = feed->watched_at[handle.index];
    if (!place) return NULL;
    struct watched *watched = &feed->watched[place - 1];
    return market_handle_equal(watched->market, handle) ? watched : NULL;
}

static void mark(struct feed *feed, struct market_handle handle)
{
    for (size_t i = 0; i < FEED_PANELS; i++)
        if (market_handle_equal(feed->panels[i].market, handle)) feed->panels[i].dirty = true;
    const struct watched *watched = watched_of(feed, handle);
    if (watched && watched->by_list) feed->quotes_dirty = true;
}

void publisher_wake_ui(struct feed *feed)
{
    (void)!eventfd_write(feed->wake_fd, 1);
}

/* A recording says itself what was watched, and when recent trades were asked for. */
static void tell_watch(struct feed *feed, struct market_handle handle, bool on)
{
    if (!feed->replay) input_watch(feed, handle, on);
}

static void tell_seed(struct feed *feed, struct market_handle handle)
{
    if (!feed->replay) input_seed(feed, handle);
}

/* ---- the sink ---- */

static void on_event(void *context, const struct event_report *report)
{
    struct feed *feed = context;
    if (report->fate == FATE_REFUSED) wires_refused(feed, report->why);
    if (report->market.generation == 0) return;
    struct watched *watched = watched_of(feed, report->market);
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
    mark(feed, report->market);
}

static void on_burst(void *context, const struct burst_report *report)
{
    mark(context, report->market);
}

static void on_state(void *context, const struct market *market)
{
    mark(context, market->handle);
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
}

static void on_wish(void *context, const struct wish *wish)
{
    struct feed *feed = context;
    if (!feed->replay) wishes_keep(feed, wish);
}

static void on_proof(void *context, const struct proof_report *report)
{
    mark(context, report->market);
}

const struct engine_sink publisher_sink = {on_event, on_burst, on_proof, on_state, on_link, on_lookup, on_wish};

/* ---- who is watched ---- */

/* The place of a market among the watched, made if it has none. NULL when out of memory. */
static struct watched *remember(struct feed *feed, struct market_handle handle)
{
    struct watched *known = watched_of(feed, handle);
    if (known) return known;
    if (handle.index >= feed->watched_at_count) {
        size_t count = (handle.index + 1) * (size_t)2;
        uint32_t *grown = realloc(feed->watched_at, count * sizeof *grown);
        if (!grown) return NULL;
        memset(grown + feed->watched_at_count, 0, (count - feed->watched_at_count) * sizeof *grown);
        feed->watched_at = grown;
        feed->watched_at_count = count;
    }
    if (feed->watched_count == feed->watched_capacity) {
        size_t capacity = feed->watched_capacity ? feed->watched_capacity * 2 : 32;
        struct watched *grown = realloc(feed->watched, capacity * sizeof *grown);
        if (!grown) return NULL;
        feed->watched = grown;
        feed->watched_capacity = capacity;
    }
    struct watched *watched = &feed->watched[feed->watched_count++];
    const struct market *market = market_of(feed, handle);
    *watched = (struct watched){
        .market = handle,
        .volume_24h = -1,
        .latency = LATENCY_UNKNOWN,
        .messages_then = market ? market->messages : 0,
    };
    feed->watched_at[handle.index] = (uint32_t)feed->watched_count;
    return watched;
}

static void forget_if_unwanted(struct feed *feed, size_t place)
{
    struct watched *watched = &feed->watched[place];
    if (watched->by_panel || watched->by_list) return;
    struct market_handle handle = watched->market;
    feed->watched_at[handle.index] = 0;
    free(watched->details);
    *watched = feed->watched[--feed->watched_count];
    if (place < feed->watched_count) feed->watched_at[watched->market.index] = (uint32_t)place + 1;
    tell_watch(feed, handle, false);
}

static bool on_a_panel(const struct feed *feed, struct market_handle handle)
{
    for (size_t i = 0; i < FEED_PANELS; i++)
        if (market_handle_equal(feed->panels[i].market, handle)) return true;
    return false;
}

/* Keeps the number of markets that stay watched for a quick return within bounds. */
static void forget_oldest(struct feed *feed)
{
    size_t count = 0, oldest = SIZE_MAX;
    for (size_t i = 0; i < feed->watched_count; i++) {
        const struct watched *watched = &feed->watched[i];
        if (!watched->by_panel) continue;
        count++;
        if (on_a_panel(feed, watched->market)) continue;
        if (oldest == SIZE_MAX || watched->shown < feed->watched[oldest].shown) oldest = i;
    }
    if (count <= WATCHED_BY_PANELS_MAX || oldest == SIZE_MAX) return;
    feed->watched[oldest].by_panel = false;
    forget_if_unwanted(feed, oldest);
}

bool publisher_watches(const struct feed *feed, struct market_handle handle)
{
    return watched_of(feed, handle) != NULL;
}

/* Where a recording has the market already, it is left as the recording has it. */
static struct market_handle handle_of(struct feed *feed, const struct instrument *instrument)
{
    struct registry *registry = engine_registry(feed->engine);
    const struct market *known = registry_find(registry, instrument->venue, text_from(instrument->symbol), NULL);
    if (!known) return registry_add(registry, instrument);
    uint64_t version = known->version;
    if (feed->replay) return known->handle;
    (void)registry_add(registry, instrument);
    if (known->version != version) input_learnt(feed, known->handle);
    return known->handle;
}

/* Adds a market to the registry and watches it. NULL when out of memory. */
static struct watched *watch(struct feed *feed, const struct instrument *instrument)
{
    struct market_handle handle = handle_of(feed, instrument);
    struct watched *watched = handle.generation ? remember(feed, handle) : NULL;
    if (watched && !watched->by_panel && !watched->by_list) tell_watch(feed, handle, true);
    return watched;
}

/* Without memory for them they stay unknown. */
static void describe(struct feed *feed, struct watched *watched, const struct details *details)
{
    if (!watched->details) watched->details = malloc(sizeof *watched->details);
    if (!watched->details) return;
    *watched->details = *details;
    watched->described = ++feed->described;
}

void publisher_describe(struct feed *feed, const struct instrument *instrument, const struct details *details)
{
    const struct market *known =
        registry_find(engine_registry(feed->engine), instrument->venue, text_from(instrument->symbol), NULL);
    struct watched *watched = known ? watched_of(feed, known->handle) : NULL;
    if (!watched || !watched->by_panel) return;
    describe(feed, watched, details);
    mark(feed, known->handle);
}

static void describe_as_told(struct feed *feed, struct watched *watched, const struct instrument *instrument)
{
    struct details details;
    if (!watched->details && told_find(feed, instrument, &details)) describe(feed, watched, &details);
}

struct market_handle publisher_show(struct feed *feed, unsigned number, const struct instrument *instrument,
                                    int64_t volume_24h)
{
    struct panel *panel = &feed->panels[number];
    struct watched *watched = watch(feed, instrument);
    if (!watched) return MARKET_NONE;
    struct market_handle handle = watched->market;
    watched->by_panel = true;
    watched->shown = ++feed->shown_serial;
    if (volume_24h >= 0) watched->volume_24h = volume_24h;
    describe_as_told(feed, watched, instrument);
    struct stamp now = feed_now(feed);
    if (panel->looked_up < 0) panel->looked_up = now.mono - panel->opened.mono;
    if (!market_handle_equal(panel->market, handle)) {
        panel->market = handle;
        panel->first_book = -1;
        panel->held_since = 0;
        tell_seed(feed, handle);
        if (number == 0) output_shown(feed, now, &market_of(feed, handle)->instrument);
    }
    panel->dirty = true;
    forget_oldest(feed);
    return handle;
}

void publisher_list(struct feed *feed, const struct catalogue *catalogue)
{
    size_t count = catalogue ? catalogue->count : 0;
    if (count > QUOTES_MAX) count = QUOTES_MAX;
    uint64_t mark_now = ++feed->shown_serial;
    for (size_t i = 0; i < count; i++) {
        const struct catalogue_entry *entry = &catalogue->entries[i];
        struct watched *watched = watch(feed, &entry->instrument);
        if (!watched) break;
        watched->by_list = true;
        watched->listed = mark_now;
        if (entry->volume_24h >= 0) watched->volume_24h = entry->volume_24h;
    }
    feed->list = catalogue;
    for (size_t i = feed->watched_count; i-- > 0;) {
        struct watched *watched = &feed->watched[i];
        if (!watched->by_list || watched->listed == mark_now) continue;
        watched->by_list = false;
        forget_if_unwanted(feed, i);
    }
    feed->quotes_dirty = catalogue != NULL;
}

/* ---- publishing ---- */

static void view_link(struct feed *feed, const struct panel *panel, const struct market *market, struct link_view *view)
{
    const struct wire *wire =
        market ? wires_find(feed, market->instrument.venue, market->link) : (feed->wire_count ? feed->wires : NULL);
    if (wire) {
        *view = wire->view;
    } else {
        memset(view, 0, sizeof *view);
        view->round_trip = -1;
        view->retry_at = TIME_NEVER;
    }
    for (unsigned step = 0; step < VIEW_STEPS; step++) {
        int64_t at = wire ? wire->reached[step] : 0;
        int64_t took = at - panel->opened.mono;
        view->steps[step] = at == 0 ? -1 : took < 0 ? 0 : took;
    }
    view->steps[STEP_LOOKUP] = panel->looked_up;
    view->steps[STEP_FIRST_BOOK] = panel->first_book;
}

static void view_tape(const struct tape *tape, struct tape_view *view)
{
    size_t count = tape_count(tape);
    view->count = (uint32_t)(count < VIEW_TRADES ? count : VIEW_TRADES);
    view->total = tape->total;
    for (size_t i = 0; i < view->count; i++) view->trades[i] = *tape_trade(tape, i);
}

/* Of what is drawn: without the levels that are left out. Those are seldom, so the copy is made anew for them. */
static void view_statistics(const struct market *market, struct book_view *view)
{
    if (view->cut.levels) clean_view_apply(&view->depth, &view->cut);
    statistics_compute(&view->statistics, &view->depth, market->instrument.tick, STATISTICS_IMBALANCE_LEVELS);
    if (view->cut.levels) depth_copy(&view->depth, &market->book, DEPTH_LEVELS);
}

/* A slot of the buffer has what it was given before: seldom anything is to be copied. */
static void view_details(const struct watched *watched, struct book_view *view)
{
    uint64_t described = watched && watched->details ? watched->described : 0;
    if (view->described == described) return;
    view->described = described;
    if (described) view->details = *watched->details;
}

static void view_market(const struct feed *feed, const struct market *market, struct book_view *view)
{
    view->epoch = market->epoch + (feed->replay ? replay_epochs(feed->replay) : 0);
    view->instrument = feed->replay ? *replay_named(feed, &market->instrument) : market->instrument;
    view->status = market->status;
    view->winner = market->winner;
    view->has_book = market->had_book;
    depth_copy(&view->depth, &market->book, DEPTH_LEVELS);
    view->cut = market_cut(market);
    view->crossed = order_book_crossed(&market->book);
    view->locked = order_book_locked(&market->book);
    view_statistics(market, view);
    view->last_trade = market->last_trade;
    view_tape(&market->tape, &view->tape);
    struct volume_view *volume = &view->volume;
    volume->count = (uint32_t)tape_volumes(&market->tape, market->last_trade, volume->prices, VIEW_VOLUMES);
    view->proof = market->proof;
    view->venue_ms = market->venue_ms;
    view->changed = market->changed;
    view->heard = market->heard;
    const struct watched *watched = watched_of(feed, market->handle);
    view->volume_24h = watched ? watched->volume_24h : -1;
    view->latency = watched ? watched->latency : LATENCY_UNKNOWN;
    view->rate = watched ? watched->rate : 0;
    view->change_count = watched ? watched->changes : 0;
    view_details(watched, view);
}

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

/* True if the view may be written: the ui has taken the last one. If not, it will wake us when it does. */
static bool may_publish(struct feed *feed, struct panel *panel)
{
    if (panel->serial == 0 || triple_buffer_taken(panel->views)) return true;
    bool waited = atomic_exchange(&panel->waiting, true);
    /* All four are sequentially consistent: either we see that it was taken, or who takes it sees `waiting`. */
    if (triple_buffer_taken(panel->views)) return true;
    if (!waited) feed->metrics.views_held++;
    return false;
}

static void publish(struct feed *feed, struct panel *panel)
{
    const struct market *market = market_of(feed, panel->market);
    struct stamp now = feed_now(feed);
    bool stands = feed->replay && replay_stands(feed->replay); /* it would be kept for ever */
    if (market && !stands && holds_back(panel, market, now.mono)) return;
    if (!may_publish(feed, panel)) return;
    atomic_store(&panel->waiting, false);
    if (market && market->had_book && panel->first_book < 0) panel->first_book = now.mono - panel->opened.mono;
    struct book_view *view = triple_buffer_slot(panel->views);
    view->serial = ++panel->serial;
    view->market = panel->market;
    view->demo = feed->options.demo;
    view->maybe_demo = feed->options.maybe_demo;
    memcpy(view->trouble, panel->trouble, sizeof view->trouble);
    if (market) view_market(feed, market, view);
    view_link(feed, panel, market, &view->link);
    panel->dirty = false;
    feed->metrics.views++;
    triple_buffer_publish(panel->views);
    publisher_wake_ui(feed);
}

void publisher_trust_changed(struct feed *feed)
{
    feed->quotes_dirty = feed->list != NULL;
}

void publisher_link_changed(struct feed *feed, enum venue_id venue, unsigned link)
{
    for (size_t i = 0; i < FEED_PANELS; i++) {
        struct panel *panel = &feed->panels[i];
        const struct market *market = market_of(feed, panel->market);
        if (!market || (market->instrument.venue == venue && market->link == link)) panel->dirty = true;
    }
}

/* Trades are missed while a link is down: the shown markets' tapes are filled again. */
void publisher_seed(struct feed *feed, enum venue_id venue, unsigned link)
{
    for (size_t i = 0; i < FEED_PANELS; i++) {
        const struct market *market = market_of(feed, feed->panels[i].market);
        if (market && market->instrument.venue == venue && market->link == link) tell_seed(feed, market->handle);
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
        const struct market *market = market_of(feed, watched->market);
        watched->messages_then = market ? market->messages : 0;
        watched->latency = LATENCY_UNKNOWN;
        watched->rate = 0;
        watched->changes = watched->changed_by = 0;
    }
    feed->quotes_dirty = feed->list != NULL;
}

uint64_t publisher_changes(const struct feed *feed, unsigned number)
{
    const struct watched *watched = watched_of(feed, feed->panels[number].market);
    return watched ? watched->changes : 0;
}

/* Once a second. */
static void count_rates(void *context)
{
    struct feed *feed = context;
    quotes_look_at_progress(feed);
    awake_look(feed);
    wires_refresh(feed);
    for (size_t i = 0; i < feed->watched_count; i++) {
        struct watched *watched = &feed->watched[i];
        const struct market *market = market_of(feed, watched->market);
        if (!market) continue;
        bool begun_anew = market->messages < watched->messages_then;
        uint32_t rate = begun_anew ? 0 : (uint32_t)(market->messages - watched->messages_then);
        watched->messages_then = market->messages;
        if (rate != watched->rate) mark(feed, watched->market);
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
    if (!quotes_open(feed)) return false;
    for (size_t i = 0; i < FEED_PANELS; i++) {
        feed->panels[i].views = triple_buffer_create(sizeof(struct book_view));
        if (!feed->panels[i].views) return false;
        feed->panels[i].looked_up = feed->panels[i].first_book = -1;
    }
    feed->rate_timer = (struct net_timer){.expired = count_rates, .context = feed};
    net_timer_set(feed->loop, &feed->rate_timer, RATE_INTERVAL);
    return true;
}

void publisher_close(struct feed *feed)
{
    net_timer_cancel(&feed->rate_timer);
    for (size_t i = 0; i < FEED_PANELS; i++) triple_buffer_destroy(feed->panels[i].views);
    quotes_close(feed);
    for (size_t i = 0; i < feed->watched_count; i++) free(feed->watched[i].details);
    details_shelf_free(&feed->told);
    free(feed->watched);
    free(feed->watched_at);
}
