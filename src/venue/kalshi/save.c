/* What is kept of each market, for recordings; see venue.h. What is kept of the stream: save_links.c.
 *
 * The links are given back first, and the stream may go on before a market's own snap is there. So a market is given
 * back as it was later than they: it brings what it needs of its stream (never its count) and of what was asked
 * meanwhile. How many markets are watched is known from the begin, so that nothing is ended for want of them.
 *
 * All that depends on when a GET could go out stands apart, in "asked": questions to the catalogue share its pace.
 */
#include <stdlib.h>

#include "save.h"

/* One of each kind, and a few that ask whether the stream goes on. */
#define MARKET_REQUESTS_MAX 32

static const struct snap_field tracked_fields[] = {
    FIELD_BELOW(struct tracked, watchers, COUNTER_LIMIT),
    FIELD(struct tracked, left, SNAP_FLAG),
    FIELD(struct tracked, shown, SNAP_FLAG),
    FIELD_EACH(struct tracked, told, "told", SNAP_FLAG),
    FIELD_EACH(struct tracked, joined_by, "joined_by", SNAP_QUANTITY),
    FIELD(struct tracked, retell, SNAP_FLAG),
    FIELD(struct tracked, rebuilding, SNAP_FLAG),
    FIELD(struct tracked, returning, SNAP_FLAG),
    FIELD(struct tracked, asks, SNAP_FLAG),
    FIELD(struct tracked, reconnected, SNAP_FLAG),
    FIELD_BELOW(struct tracked, step, FETCH_RECONNECT + 1),
    FIELD(struct tracked, fetch_due, SNAP_DUE),
    FIELD(struct tracked, fetch_at, SNAP_DUE),
    FIELD(struct tracked, sid, SNAP_NUMBER),
    FIELD(struct tracked, crossed_at, SNAP_DUE),
    FIELD_BELOW(struct tracked, contradictions, COUNTER_LIMIT),
    FIELD(struct tracked, said_bid, SNAP_PRICE),
    FIELD(struct tracked, said_ask, SNAP_PRICE),
    FIELD(struct tracked, witness_due, SNAP_DUE),
};

static const struct snap_field burst_fields[] = {
    FIELD_NAMED(struct tracked, burst_ms, "ms", SNAP_MS),
    FIELD_NAMED(struct tracked, quiet_at, "quiet_at", SNAP_DUE),
    FIELD_NAMED(struct tracked, burst_message, "message", SNAP_COUNT),
    FIELD_NAMED(struct tracked, burst_messages, "messages", SNAP_COUNT),
};

/* How the stream of its book is read. */
static const struct snap_field scale_fields[] = {
    FIELD(struct stream, yes_price, SNAP_FLAG),
    FIELD(struct stream, settled, SNAP_FLAG),
    FIELD(struct stream, books, SNAP_FLAG),
};

static const struct snap_field polled_fields[] = {
    FIELD(struct tracked, wants_trades, SNAP_FLAG), FIELD(struct tracked, poll_due, SNAP_TIME),
    FIELD(struct tracked, poll_wait, SNAP_SPAN),    FIELD(struct tracked, news_due, SNAP_TIME),
    FIELD(struct tracked, trades_due, SNAP_UNTIL),
};

/* All that is numbered so far, of all markets. */
struct pace {
    uint32_t next;
    int64_t sent;
    uint64_t got;
    int64_t gets[GETS_A_SECOND];
};

static const struct snap_field pace_fields[] = {
    FIELD_BELOW(struct pace, next, COUNTER_LIMIT),
    FIELD(struct pace, sent, SNAP_QUANTITY),
    FIELD(struct pace, got, SNAP_COUNT),
    FIELD_EACH(struct pace, gets, "gets", SNAP_PAST),
};

static const struct snap_field request_fields[] = {
    FIELD_BELOW(struct request, kind, REQUEST_COMPARE + 1),
    FIELD_BELOW(struct request, number, COUNTER_LIMIT),
    FIELD(struct request, asked, SNAP_PAST),
};

static int by_number(const void *a, const void *b)
{
    uint32_t left = ((const struct request *)a)->number, right = ((const struct request *)b)->number;
    return (left > right) - (left < right);
}

/* Those of a market, in order of their numbers. */
static size_t collect_requests(const struct requests *requests, struct market_handle market, struct request *found)
{
    size_t count = 0;
    for (size_t i = 0; i < requests->count && count < MARKET_REQUESTS_MAX; i++)
        if (requests->places[i].kind && market_handle_equal(requests->places[i].market, market))
            found[count++] = requests->places[i];
    qsort(found, count, sizeof *found, by_number);
    return count;
}

static void save_asked(const struct venue_sync *sync, struct stamp stamp, const struct tracked *tracked,
                       struct json_writer *out)
{
    struct request requests[MARKET_REQUESTS_MAX];
    struct pace pace = {.next = sync->requests.next, .sent = sync->next_command, .got = sync->get_count};
    memcpy(pace.gets, sync->gets, sizeof pace.gets);
    json_write_key(out, "asked");
    json_write_object(out);
    snap_write(out, stamp, SNAP_TABLE(polled_fields), tracked);
    snap_write_witness(out, stamp, &tracked->freeze);
    snap_write_objects(out, "open", stamp, SNAP_TABLE(request_fields), requests, sizeof *requests,
                       collect_requests(&sync->requests, tracked->market, requests));
    snap_write_object(out, "pace", stamp, SNAP_TABLE(pace_fields), &pace);
    json_write_object_end(out);
}

static void save_tracked(const struct venue_sync *sync, struct stamp stamp, const struct tracked *tracked,
                         const struct market *market, struct json_writer *out)
{
    json_write_key(out, "kept");
    json_write_object(out);
    snap_write(out, stamp, SNAP_TABLE(tracked_fields), tracked);
    snap_write_clock(out, stamp, &tracked->clock);
    if (market->burst_open) snap_write_object(out, "burst", stamp, SNAP_TABLE(burst_fields), tracked);
    for (size_t i = 0; tracked->sid != EVENT_NO_SEQUENCE && i < STREAMS_MAX; i++)
        if (sync->streams[i].sid == tracked->sid)
            snap_write_object(out, "stream", stamp, SNAP_TABLE(scale_fields), &sync->streams[i]);
    json_write_object_end(out);
    save_asked(sync, stamp, tracked, out);
}

/* What nothing is kept of has none of these members. */
void kalshi_save(const struct venue_sync *sync, struct stamp stamp, struct market_handle handle,
                 struct json_writer *out)
{
    const struct market *market = registry_market(sync->registry, handle);
    if (!market) return;
    snap_write_market(out, stamp, market);
    if (handle.index >= sync->tracked_count) return;
    const struct tracked *tracked = &sync->tracked[handle.index];
    if (market_handle_equal(tracked->market, handle)) save_tracked(sync, stamp, tracked, market, out);
}

/* === Reading a market === */

static void drop(struct venue_sync *sync, const struct market *market)
{
    struct market *same;
    struct tracked *tracked = kalshi_sync_tracked(sync, market->handle, &same);
    requests_drop(&sync->requests, market->handle);
    if (tracked) kalshi_sync_forget(sync, tracked);
}

static bool read_kept(struct venue_sync *sync, struct stamp stamp, struct text kept, struct tracked *tracked,
                      const struct market *market)
{
    struct text burst;
    struct stream *stream;
    if (!snap_read(kept, stamp, SNAP_TABLE(tracked_fields), tracked) ||
        !snap_read_clock(kept, stamp, &tracked->clock) || snap_member(kept, "burst", &burst) != market->burst_open ||
        !snap_read_object(kept, "burst", stamp, SNAP_TABLE(burst_fields), tracked))
        return false;
    /* The list is by that time: one far ahead would keep all behind it. */
    if (market->burst_open && !sync->stampless && tracked->quiet_at > stamp.mono + BURST_QUIET) return false;
    if (market->burst_open && sync->burst_count >= SNAP_BURSTS_MAX) return false;
    stream = kalshi_stream_find(sync, tracked->sid);
    return !stream || snap_read_object(kept, "stream", stamp, SNAP_TABLE(scale_fields), stream);
}

static bool read_requests(struct venue_sync *sync, struct stamp stamp, struct text asked, struct market_handle market)
{
    struct request requests[MARKET_REQUESTS_MAX] = {0};
    size_t count;
    if (!snap_read_objects(asked, "open", stamp, SNAP_TABLE(request_fields), requests, sizeof *requests,
                           MARKET_REQUESTS_MAX, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        unsigned kind = requests[i].kind;
        if (kind < REQUEST_TRADES || kind == REQUEST_SCAN || requests[i].asked == 0) return false;
        requests[i].market = market;
        if (!requests_put(&sync->requests, &requests[i])) return false;
    }
    return true;
}

/* What was asked since the links were saved counts. */
static bool read_pace(struct venue_sync *sync, struct stamp stamp, struct text asked)
{
    struct pace pace = {0};
    if (!snap_read_object(asked, "pace", stamp, SNAP_TABLE(pace_fields), &pace)) return false;
    if (pace.sent >= COMMANDS_MOST) return false;
    if (pace.next > sync->requests.next) sync->requests.next = pace.next;
    if (pace.sent > sync->next_command) sync->next_command = pace.sent;
    if (pace.got > sync->get_count) {
        sync->get_count = pace.got;
        memcpy(sync->gets, pace.gets, sizeof pace.gets);
    }
    return true;
}

static bool read_asked(struct venue_sync *sync, struct stamp stamp, struct text asked, struct tracked *tracked)
{
    if (!snap_read(asked, stamp, SNAP_TABLE(polled_fields), tracked) ||
        !snap_read_witness(asked, stamp, &tracked->freeze) || !read_requests(sync, stamp, asked, tracked->market))
        return false;
    return read_pace(sync, stamp, asked);
}

/* One that is watched and was promised is one of those that are counted. */
static void count(struct venue_sync *sync, struct stamp stamp, const struct tracked *tracked)
{
    if (tracked->fetch_due != TIME_NEVER) sync->awaited++;
    if (tracked->watchers == 0) return;
    if (sync->owed == 0)
        sync->watched++;
    else
        kalshi_restore_settle(sync, stamp);
}

static bool read_tracked(struct venue_sync *sync, struct stamp stamp, struct text object, struct market *market)
{
    struct text kept, asked;
    bool is_kept = snap_member(object, "kept", &kept);
    /* A burst and a watched book are kept with more than the market. */
    if (!is_kept) return !market->burst_open;
    struct tracked *tracked = kalshi_sync_track(sync, market);
    if (!tracked || !snap_member(object, "asked", &asked)) return false;
    struct tracked read = *tracked;
    if (!read_kept(sync, stamp, kept, &read, market) || !read_asked(sync, stamp, asked, &read)) return false;
    *tracked = read;
    if (market->burst_open && !sync->stampless) kalshi_burst_list(sync, tracked);
    count(sync, stamp, tracked);
    return true;
}

void kalshi_restore_settle(struct venue_sync *sync, struct stamp stamp)
{
    if (sync->owed == 0 || --sync->owed > 0) return;
    kalshi_sync_recount(sync);
    if (sync->awaited != sync->owed_awaited) kalshi_subscriptions_settle(sync, stamp);
    sync->owed_awaited = 0;
}

struct market_handle kalshi_restore(struct venue_sync *sync, struct stamp stamp, const struct instrument *instrument,
                                    struct text object)
{
    struct market *known = registry_find(sync->registry, VENUE_KALSHI, text_from(instrument->symbol), NULL);
    if (instrument->venue != VENUE_KALSHI || instrument->price_scale != KALSHI_PRICE_SCALE ||
        instrument->size_scale != KALSHI_SIZE_SCALE)
        return MARKET_NONE;
    if (known) drop(sync, known);
    struct market *market = snap_read_market(sync->registry, stamp, instrument, 1, object);
    if (!market) return MARKET_NONE;
    if (!read_tracked(sync, stamp, object, market)) {
        drop(sync, market);
        market_reset(market);
        return MARKET_NONE;
    }
    kalshi_sync_due(sync, stamp.mono);
    return market->handle;
}
