/* A market for a recording, and out of one.
 *
 * It may be saved some frames later than what belongs to all, so it brings what was asked meanwhile, in "asked": its
 * own open requests, and how far the numbers of all were by then.
 */
#include "save.h"
#include "bursts.h"

#define TRACKED(member, key, kind, limit)     SNAP_FIELD(struct tracked, member, key, kind, limit)
#define TRACKED_ALL(member, first, key, kind) SNAP_FIELDS(struct tracked, member, first, key, kind, 0)
#define PROVING(member, key, kind, limit)     SNAP_FIELD(struct proving, member, key, kind, limit)
#define PROVING_ALL(member, first, key, kind) SNAP_FIELDS(struct proving, member, first, key, kind, 0)
#define PENDING_HASH(member, key, kind)       SNAP_FIELD(struct pending_hash, member, key, kind, 0)

static const struct snap_field subscription_fields[] = {
    TRACKED(watchers, "watchers", SNAP_COUNT, 0),
    TRACKED(left, "left", SNAP_FLAG, 0),
    TRACKED(link, "on", SNAP_INDEX, LINKS_MAX),
    TRACKED(subscribed, "subscribed", SNAP_INDEX, LINKS_MAX),
    TRACKED(again, "again", SNAP_FLAG, 0),
    TRACKED(first_book_due, "first_book_due", SNAP_DUE, 0),
    TRACKED(first_book_tries, "first_book_tries", SNAP_COUNT, 0),
    TRACKED(first_book_tried, "first_book_tried", SNAP_PAST, 0),
};

static const struct snap_field burst_fields[] = {
    TRACKED(quiet_at, "quiet_at", SNAP_DUE, 0),
    TRACKED(burst_rank, "rank", SNAP_COUNT, 0),
    TRACKED(burst_message, "message", SNAP_COUNT, 0),
    TRACKED(burst_messages, "messages", SNAP_COUNT, 0),
    TRACKED_ALL(fingerprints, fingerprints[0], "fingerprints", SNAP_COUNT),
    TRACKED_ALL(closed, closed[0][0], "closed", SNAP_COUNT),
    TRACKED(closed_next, "closed_next", SNAP_COUNT, BURSTS_REMEMBERED),
    TRACKED(reopenable, "reopenable", SNAP_COUNT, 1u << INSTRUMENT_OUTCOMES),
    TRACKED(ended_crossed, "ended_crossed", SNAP_FLAG, 0),
};

static const struct snap_field pending_fields[] = {
    PENDING_HASH(hash, "hash", SNAP_HASH),          PENDING_HASH(set, "set", SNAP_FLAG),
    PENDING_HASH(venue_ms, "ms", SNAP_MS),          PENDING_HASH(named, "named", SNAP_FLAG),
    PENDING_HASH(named_ms, "named_ms", SNAP_MS),    PENDING_HASH(best_bid, "best_bid", SNAP_PRICE),
    PENDING_HASH(best_ask, "best_ask", SNAP_PRICE),
};

/* Tick, least order and kind of market are the instrument's; which text of the book is kept makes no difference. */
static const struct snap_field proving_fields[] = {
    PROVING(inputs.recipe, "recipe", SNAP_COUNT, RECIPE_COUNT),
    PROVING(inputs.calibrated, "calibrated", SNAP_FLAG, 0),
    PROVING(inputs.tick_before, "tick_before", SNAP_PRICE, 0),
    PROVING(inputs.last_trade, "last_trade", SNAP_PRICE, 0),
    PROVING(inputs.last_trade_known, "last_trade_known", SNAP_FLAG, 0),
    PROVING_ALL(proved.prices, proved.prices[0], "proved", SNAP_PRICE),
    PROVING(proved.count, "proved_count", SNAP_COUNT, 0),
    PROVING_ALL(announced.prices, announced.prices[0], "announced", SNAP_PRICE),
    PROVING(announced.count, "announced_count", SNAP_COUNT, 0),
    PROVING(searched_at, "searched", SNAP_PAST, 0),
    PROVING(searched_ever, "searched_ever", SNAP_FLAG, 0),
    PROVING(failures, "failures", SNAP_COUNT, 0),
    PROVING(refused, "refused", SNAP_FLAG, 0),
    PROVING(unexplained, "unexplained", SNAP_COUNT, 0),
    PROVING(unexplained_by_rest, "unexplained_by_rest", SNAP_FLAG, 0),
    PROVING(verdict, "verdict", SNAP_COUNT, VERDICT_COUNT),
    PROVING(level_count, "changed", SNAP_COUNT, LEVELS_REMEMBERED + 2),
    PROVING(resync_due, "resync_due", SNAP_DUE, 0),
    PROVING(resync_tries, "resync_tries", SNAP_COUNT, RESYNC_STEPS + 1),
};

static const struct snap_field level_fields[] = {
    SNAP_FIELD(struct changed_level, price, "price", SNAP_PRICE, 0),
    SNAP_FIELD(struct changed_level, side, "side", SNAP_COUNT, SIDE_ASK + 1),
};

struct asked {
    uint32_t next;
    int64_t refused_until[REQUEST_KINDS];
};

static const struct snap_field asked_fields[] = {
    SNAP_FIELD(struct asked, next, "next", SNAP_COUNT, 0),
    SNAP_FIELDS(struct asked, refused_until, refused_until[0], "refused_until", SNAP_UNTIL, 0),
};

/* === Writing === */

void save_write_subscription(struct json_writer *out, struct stamp stamp, const struct tracked *tracked)
{
    snap_write(out, stamp, SNAP_TABLE(subscription_fields), tracked);
}

/* How many open bursts that end at the same time stand before it. */
static uint32_t burst_rank(const struct venue_sync *sync, const struct tracked *tracked)
{
    uint32_t rank = 0;
    for (uint32_t at = tracked->burst_previous; at != BURST_END; at = sync->tracked[at].burst_previous) {
        if (sync->tracked[at].quiet_at != tracked->quiet_at) break;
        rank++;
    }
    return rank;
}

static void write_bursts(struct json_writer *out, const struct venue_sync *sync, struct stamp stamp,
                         const struct tracked *tracked)
{
    struct tracked told = *tracked;
    told.burst_rank = told.burst_listed ? burst_rank(sync, tracked) : 0;
    if (!told.burst_listed) told.quiet_at = TIME_NEVER;
    snap_write_object(out, "burst", stamp, SNAP_TABLE(burst_fields), &told);
    snap_write_objects(out, "pending", stamp, SNAP_TABLE(pending_fields), told.pending, sizeof told.pending[0],
                       INSTRUMENT_OUTCOMES);
}

static size_t levels_held(const struct proving *proving)
{
    return proving->level_count < LEVELS_REMEMBERED ? proving->level_count : LEVELS_REMEMBERED;
}

static void write_proving(struct json_writer *out, struct stamp stamp, const struct proving *proving)
{
    json_write_key(out, "proving");
    json_write_object(out);
    snap_write(out, stamp, SNAP_TABLE(proving_fields), proving);
    snap_write_clock(out, stamp, &proving->clock);
    snap_write_objects(out, "levels", stamp, SNAP_TABLE(level_fields), proving->levels, sizeof proving->levels[0],
                       levels_held(proving));
    json_write_object_end(out);
}

static void write_asked(struct json_writer *out, const struct venue_sync *sync, struct stamp stamp,
                        struct market_handle handle)
{
    struct asked asked = {.next = sync->requests.next};
    memcpy(asked.refused_until, sync->refused_until, sizeof asked.refused_until);
    json_write_key(out, "asked");
    json_write_object(out);
    snap_write(out, stamp, SNAP_TABLE(asked_fields), &asked);
    snap_write_open_requests(out, stamp, &sync->requests, handle, REQUESTS_SAVED);
    json_write_object_end(out);
}

/* What is kept of a market, as it is made where nothing is. */
static struct tracked kept_of(const struct venue_sync *sync, struct market_handle handle)
{
    if (handle.index < sync->tracked_count && market_handle_equal(sync->tracked[handle.index].market, handle))
        return sync->tracked[handle.index];
    struct tracked tracked = TRACKED_NOTHING(handle);
    proving_init(&tracked.proving);
    return tracked;
}

void sync_save(const struct venue_sync *sync, struct stamp stamp, struct market_handle handle, struct json_writer *out)
{
    const struct market *market = registry_market(sync->registry, handle);
    if (!market) return;
    const struct tracked tracked = kept_of(sync, handle);
    snap_write_market(out, stamp, market);
    save_write_subscription(out, stamp, &tracked);
    write_bursts(out, sync, stamp, &tracked);
    write_proving(out, stamp, &tracked.proving);
    snap_write_witness(out, stamp, &tracked.freeze);
    write_asked(out, sync, stamp, handle);
}

/* === Reading === */

/* It has no place on a link any more, is not awaited there, and the venue was not told of it. */
static void take_off(struct venue_sync *sync, struct tracked *tracked)
{
    sync_set_subscribed(sync, tracked, NO_LINK);
    if (tracked->link == NO_LINK) return;
    struct link *link = &sync->links[tracked->link];
    link->markets--;
    if (tracked->first_book_due != TIME_NEVER) link->awaited--;
    tracked->link = NO_LINK;
    tracked->first_book_due = TIME_NEVER;
}

/* Whether the lists of tokens that go out over links have room for one more; it is not counted yet. */
static bool fits(const struct venue_sync *sync, const struct tracked *tracked)
{
    bool subscribed_fits = tracked->subscribed == NO_LINK || sync->subscribed[tracked->subscribed] < LINK_MARKETS_MAX;
    return subscribed_fits && (tracked->link == NO_LINK || sync->links[tracked->link].markets < LINK_MARKETS_MAX);
}

bool save_read_subscription(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked, struct text object)
{
    take_off(sync, tracked);
    struct tracked read = *tracked;
    if (!snap_read(object, stamp, SNAP_TABLE(subscription_fields), &read) || !fits(sync, &read)) return false;
    if (read.link == NO_LINK) read.first_book_due = TIME_NEVER; /* a link is where books are awaited */
    uint32_t subscribed = read.subscribed;
    read.subscribed = NO_LINK;
    *tracked = read;
    sync_set_subscribed(sync, tracked, subscribed);
    if (read.link == NO_LINK) return true;
    struct link *link = &sync->links[read.link];
    link->markets++;
    if (read.first_book_due == TIME_NEVER) return true;
    link->awaited++;
    if (read.first_book_due < link->first_book_due) link->first_book_due = read.first_book_due;
    return true;
}

/* What is set, or may be again, is a hash. */
static bool hashes_are_whole(const struct tracked *tracked)
{
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++) {
        const struct pending_hash *pending = &tracked->pending[outcome];
        bool needed = pending->set || (tracked->reopenable >> outcome & 1);
        if (needed && pending->hash[0] == '\0') return false;
    }
    return true;
}

static bool read_bursts(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked, struct text object)
{
    size_t count;
    if (!snap_read_object(object, "burst", stamp, SNAP_TABLE(burst_fields), tracked) ||
        !snap_read_objects(object, "pending", stamp, SNAP_TABLE(pending_fields), tracked->pending,
                           sizeof tracked->pending[0], INSTRUMENT_OUTCOMES, &count))
        return false;
    const struct market *market = registry_market(sync->registry, tracked->market);
    if (!hashes_are_whole(tracked)) return false;
    if (!market->burst_open) return true;
    /* The list is by that time: one far ahead would keep all behind it. */
    if (!sync->stampless && tracked->quiet_at > stamp.mono + BURST_QUIET) return false;
    if (sync->burst_count >= SNAP_BURSTS_MAX) return false;
    burst_list(sync, tracked);
    return true;
}

static bool read_proving(struct venue_sync *sync, struct stamp stamp, struct proving *proving, struct text object,
                         const struct market *market)
{
    struct text value;
    size_t count;
    if (!snap_member(object, "proving", &value)) return true;
    if (!snap_read(value, stamp, SNAP_TABLE(proving_fields), proving) ||
        !snap_read_clock(value, stamp, &proving->clock) ||
        !snap_read_objects(value, "levels", stamp, SNAP_TABLE(level_fields), proving->levels, sizeof proving->levels[0],
                           LEVELS_REMEMBERED, &count) ||
        count != levels_held(proving))
        return false;
    proving->version = market->book.version; /* no text of the book is kept of before */
    if (proving->resync_due < sync->resync_due) sync->resync_due = proving->resync_due;
    return true;
}

/* As it was by then: what ours has wished for since the links came, not knowing all markets, was maybe never asked. */
static bool read_asked(struct venue_sync *sync, struct stamp stamp, struct market_handle handle, struct text object)
{
    struct asked asked = {.next = sync->requests.next};
    struct text value;
    if (!snap_member(object, "asked", &value)) return true;
    memcpy(asked.refused_until, sync->refused_until, sizeof asked.refused_until);
    if (!snap_read(value, stamp, SNAP_TABLE(asked_fields), &asked)) return false;
    sync->requests.next = asked.next;
    memcpy(sync->refused_until, asked.refused_until, sizeof sync->refused_until);
    return snap_read_open_requests(value, stamp, &sync->requests, handle, REQUESTS_SAVED, LINKS_MAX);
}

/* What was kept of it is gone. */
static void start_anew(struct venue_sync *sync, struct tracked *tracked)
{
    burst_unlist(sync, tracked);
    take_off(sync, tracked);
    *tracked = (struct tracked)TRACKED_NOTHING(tracked->market);
    proving_init(&tracked->proving);
}

static bool read_tracked(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked,
                         const struct market *market, struct text object)
{
    start_anew(sync, tracked);
    if (!save_read_subscription(sync, stamp, tracked, object) || !read_bursts(sync, stamp, tracked, object))
        return false;
    if (!read_proving(sync, stamp, &tracked->proving, object, market)) return false;
    if (!snap_read_witness(object, stamp, &tracked->freeze)) return false;
    if (!read_asked(sync, stamp, tracked->market, object)) return false;
    if (tracked->link == NO_LINK) tracked->freeze.froze = false; /* only what is watched has that mark */
    return true;
}

static void forget(struct venue_sync *sync, struct market_handle handle)
{
    if (handle.index >= sync->tracked_count) return;
    struct tracked *tracked = &sync->tracked[handle.index];
    if (!market_handle_equal(tracked->market, handle)) return;
    start_anew(sync, tracked);
    requests_drop(&sync->requests, handle);
}

/* The market of an instrument, if it is known. */
static struct market *known_market(const struct venue_sync *sync, const struct instrument *instrument)
{
    return registry_find(sync->registry, VENUE_POLYMARKET, text_from(instrument->symbol), NULL);
}

struct market_handle sync_restore(struct venue_sync *sync, struct stamp stamp, const struct instrument *instrument,
                                  struct text object)
{
    if (instrument->venue != VENUE_POLYMARKET || instrument->price_scale != POLYMARKET_PRICE_SCALE ||
        instrument->size_scale != POLYMARKET_SIZE_SCALE)
        return MARKET_NONE;
    struct market *market = snap_read_market(sync->registry, stamp, instrument, LINKS_MAX, object);
    if (!market) {
        const struct market *known = known_market(sync, instrument);
        if (known) forget(sync, known->handle);
        return MARKET_NONE;
    }
    struct tracked *tracked = sync_track(sync, market);
    if (tracked && read_tracked(sync, stamp, tracked, market, object)) return market->handle;
    forget(sync, market->handle);
    market_reset(market);
    return MARKET_NONE;
}
