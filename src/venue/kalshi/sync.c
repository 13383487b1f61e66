#include "sync.h"

#include <stdlib.h>
#include <string.h>

#include "../snap.h"
#include "../venues.h"

static bool make_room(struct venue_sync *sync, size_t index)
{
    if (index < sync->tracked_count) return true;
    size_t count = sync->tracked_count ? sync->tracked_count * 2 : 16;
    while (count <= index) count *= 2;
    struct tracked *grown = realloc(sync->tracked, count * sizeof *grown);
    if (!grown) return false;
    memset(grown + sync->tracked_count, 0, (count - sync->tracked_count) * sizeof *grown);
    sync->tracked = grown;
    sync->tracked_count = count;
    return true;
}

void kalshi_sync_forget(struct venue_sync *sync, struct tracked *tracked)
{
    if (tracked->market.generation == 0) return;
    kalshi_burst_unlist(sync, tracked);
    kalshi_fetch_end(sync, tracked);
    if (tracked->watchers) sync->watched--;
    *tracked = (struct tracked){.market = MARKET_NONE};
}

void kalshi_sync_recount(struct venue_sync *sync)
{
    sync->watched = sync->awaited = 0;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        const struct tracked *tracked = &sync->tracked[i];
        if (tracked->market.generation == 0) continue;
        if (tracked->watchers) sync->watched++;
        if (tracked->fetch_due != TIME_NEVER) sync->awaited++;
    }
}

struct tracked *kalshi_sync_track(struct venue_sync *sync, const struct market *market)
{
    if (!make_room(sync, market->handle.index)) return NULL;
    struct tracked *tracked = &sync->tracked[market->handle.index];
    if (market_handle_equal(tracked->market, market->handle)) return tracked;
    kalshi_sync_forget(sync, tracked); /* the market that had the place is gone */
    *tracked = (struct tracked){
        .market = market->handle,
        .sid = EVENT_NO_SEQUENCE,
        .crossed_at = TIME_NEVER,
        .fetch_due = TIME_NEVER,
        .fetch_at = TIME_NEVER,
        .witness_due = TIME_NEVER,
        .poll_due = TIME_NEVER,
        .news_due = TIME_NEVER,
    };
    return tracked;
}

struct tracked *kalshi_sync_tracked(struct venue_sync *sync, struct market_handle handle, struct market **market)
{
    *market = registry_market(sync->registry, handle);
    if (!*market || handle.index >= sync->tracked_count) return NULL;
    struct tracked *tracked = &sync->tracked[handle.index];
    return market_handle_equal(tracked->market, handle) ? tracked : NULL;
}

bool kalshi_sync_wants(const struct tracked *tracked, const struct market *market)
{
    return tracked->watchers > 0 && market->status != MARKET_RESOLVED;
}

void kalshi_sync_set_state(struct venue_sync *sync, struct market *market, enum proof_state state, const char *why,
                           struct stamp stamp)
{
    if (market->proof.state == state && word_equal(market->proof.why, why)) return;
    if (market->proof.state != state) market->proof.since = stamp.mono;
    market->proof.state = state;
    market->proof.why = why;
    market->version++;
    sync->outlet->state(sync->outlet->context, market);
}

void kalshi_sync_wish(struct venue_sync *sync, enum wish_kind kind, const char *why)
{
    struct wish wish = {.kind = kind, .venue = VENUE_KALSHI, .url = text_from(sync->stream_url), .why = why};
    sync->outlet->wish(sync->outlet->context, &wish);
}

void kalshi_sync_tell_phase(const struct venue_sync *sync, struct stamp stamp)
{
    struct link_report report = {
        .venue = VENUE_KALSHI,
        .phase = sync->phase,
        .why = sync->phase_why,
        .stamp = stamp,
        .open = sync->open,
        .given_up = sync->given_up,
    };
    sync->outlet->link(sync->outlet->context, &report);
}

void kalshi_sync_set_phase(struct venue_sync *sync, struct stamp stamp, enum link_phase phase, const char *why)
{
    if (sync->phase == phase && word_equal(sync->phase_why, why)) return;
    sync->phase = phase;
    sync->phase_why = why;
    kalshi_sync_tell_phase(sync, stamp);
}

bool kalshi_sync_polls(const struct venue_sync *sync)
{
    return !sync->has_key || sync->given_up;
}

void kalshi_sync_due(struct venue_sync *sync, int64_t at)
{
    if (at < sync->due) sync->due = at;
}

static struct venue_sync *create(struct registry *registry, const struct venue_outlet *outlet,
                                 const struct venue_options *options)
{
    struct venue_sync *sync = calloc(1, sizeof *sync);
    if (!sync) return NULL;
    sync->decoder = kalshi_decoder_create();
    if (!sync->decoder || !make_room(sync, 0)) {
        kalshi_decoder_destroy(sync->decoder);
        free(sync);
        return NULL;
    }
    const struct venue_endpoints *endpoints = &options->endpoints;
    sync->registry = registry;
    sync->outlet = outlet;
    sync->discover = options->discover;
    sync->stampless = options->stampless;
    sync->has_key = options->has_key;
    sync->stream_url = endpoints->stream ? endpoints->stream : KALSHI_STREAM_URL;
    sync->rest_url = endpoints->books ? endpoints->books : KALSHI_REST_URL;
    sync->tell_due = sync->due = sync->scan.ended = sync->freeze.due = TIME_NEVER;
    sync->whole = kalshi_index_read(&sync->index, options->kept) && sync->index.count > 0;
    sync->burst_first = sync->burst_last = BURST_END;
    requests_init(&sync->requests);
    kalshi_streams_clear(sync);
    for (size_t i = 0; i < KALSHI_CHANNELS; i++) sync->channel_ended[i] = TIME_NEVER;
    return sync;
}

static void destroy(struct venue_sync *sync)
{
    if (!sync) return;
    kalshi_decoder_destroy(sync->decoder);
    json_writer_free(&sync->text);
    catalogue_free(&sync->catalogue);
    kalshi_index_free(&sync->index);
    kalshi_index_free(&sync->scan.index);
    requests_free(&sync->requests);
    order_book_free(&sync->trial);
    free(sync->tracked);
    free(sync->tickers);
    free(sync->mirror);
    free(sync);
}

static void link_changed(struct venue_sync *sync, struct stamp stamp, unsigned link, enum link_change change,
                         const char *reason)
{
    (void)reason; /* the feed shows it */
    if (link == 0) kalshi_subscriptions_link(sync, stamp, change);
}

static void retry(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < sync->tracked_count; i++) kalshi_fetch_hurry(&sync->tracked[i], stamp);
    freeze_hurry(&sync->freeze, stamp.mono);
    kalshi_poll_hurry(sync, stamp);
    kalshi_scan_hurry(sync, stamp);
    kalshi_sync_due(sync, stamp.mono);
}

static void receive(struct venue_sync *sync, struct stamp stamp, unsigned link, uint64_t message, struct text frame)
{
    (void)link;
    kalshi_subscriptions_heard(sync);
    kalshi_frames_receive(sync, stamp, message, frame);
    kalshi_subscriptions_settle(sync, stamp);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t tracked_due(const struct tracked *tracked)
{
    int64_t due = least(tracked->crossed_at, tracked->fetch_at);
    return least(due, least(tracked->fetch_due, tracked->witness_due));
}

/* Looks everything through: what is due is done, and when the next thing is. */
static void look_through(struct venue_sync *sync, struct stamp stamp)
{
    sync->due = TIME_NEVER;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked) continue;
        kalshi_crossed_advance(sync, tracked, market, stamp);
        kalshi_witness_advance(sync, tracked, market, stamp);
        kalshi_fetch_advance(sync, tracked, market, stamp);
    }
    kalshi_streams_advance(sync, stamp);
    kalshi_commands_advance(sync, stamp);
    kalshi_subscriptions_advance(sync, stamp);
    kalshi_replies_advance(sync, stamp);
    kalshi_poll_advance(sync, stamp);
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        const struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (tracked) kalshi_sync_due(sync, tracked_due(tracked));
    }
    for (size_t i = 0; i < COMMANDS_MAX; i++)
        if (sync->commands[i].id) kalshi_sync_due(sync, sync->commands[i].due);
    for (size_t i = 0; i < STREAMS_MAX; i++)
        if (sync->streams[i].sid != EVENT_NO_SEQUENCE) kalshi_sync_due(sync, sync->streams[i].unread_due);
    kalshi_sync_due(sync, sync->tell_due);
    kalshi_sync_due(sync, sync->requests.due);
    kalshi_sync_due(sync, kalshi_poll_deadline(sync, stamp));
}

static int64_t deadline(const struct venue_sync *sync)
{
    return least(least(sync->due, sync->requests.due), kalshi_bursts_due(sync));
}

/* Deadline by deadline, each at its own time. */
static void advance(struct venue_sync *sync, struct stamp stamp)
{
    int64_t due;
    while ((due = deadline(sync)) <= stamp.mono) {
        const struct stamp then = {due, stamp.wall - (stamp.mono - due)};
        kalshi_bursts_advance(sync, then);
        if (least(sync->due, sync->requests.due) <= due) look_through(sync, then);
    }
}

static void finish(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (tracked) kalshi_burst_end(sync, tracked, market, stamp);
    }
}

static const char *const proof_method[] = {
    "This venue sends no checksum. It numbers its messages, and booktop checks that not one number is missing.",
    "A book is verified while it was built from a whole snapshot and every change since came in its order. One missing "
    "number makes all books of that stream stale until new snapshots are there.",
    "The venue's ticker is a witness: where its best prices contradict the book twice in a row, or for a second, the "
    "book is suspect and asked for anew. A change that would leave less than nothing gives the book away, too.",
    "After such a fetch the new book is compared with the old one.",
    NULL,
};

static const char *const proof_limits[] = {
    "A change that the venue itself left out without a gap in its count leaves no trace but in the ticker, which shows "
    "the best prices only.",
    "Without a key the stream is closed to us: then books are polled, and how old they are is all that is known.",
    "The count does not show that the venue's book is true, nor how old a message was when it came.",
    NULL,
};

const struct venue venue_kalshi = {
    .id = VENUE_KALSHI,
    .name = "kalshi",
    .badge = "KALS",
    .proof = "in sequence",
    .proof_method = proof_method,
    .proof_limits = proof_limits,
    .create = create,
    .destroy = destroy,
    .watch = kalshi_subscriptions_watch,
    .unwatch = kalshi_subscriptions_unwatch,
    .seed = kalshi_replies_seed,
    .lookup = kalshi_lookup_ask,
    .link = link_changed,
    .retry = retry,
    .receive = receive,
    .reply = kalshi_replies_reply,
    .advance = advance,
    .deadline = deadline,
    .finish = finish,
    .progress = kalshi_scan_progress,
    .keep = kalshi_scan_keep,
    .save = kalshi_save,
    .save_links = kalshi_save_links,
    .restore = kalshi_restore,
    .restore_links = kalshi_restore_links,
};
