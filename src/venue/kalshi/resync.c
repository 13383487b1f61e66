/* Books that are awaited: the first one after a subscription, and the one that is asked for anew because the present
 * one cannot be right. A snapshot is asked for by name; then the market leaves the subscription and joins it again;
 * then the connection is made anew, unless it brings others their books: then this one waits, and begins again. A
 * market that needs it again and again waits ever longer, until a burst of it ends well.
 */
#include "sync.h"

void kalshi_fetch_begin(struct venue_sync *sync, struct tracked *tracked, enum fetch_step step, int64_t due)
{
    if (tracked->fetch_due == TIME_NEVER) sync->awaited++;
    tracked->step = step;
    tracked->fetch_due = due;
    tracked->fetch_at = TIME_NEVER;
    kalshi_sync_due(sync, due);
}

void kalshi_fetch_end(struct venue_sync *sync, struct tracked *tracked)
{
    tracked->fetch_at = TIME_NEVER;
    tracked->asks = false;
    if (tracked->fetch_due == TIME_NEVER) return;
    tracked->fetch_due = TIME_NEVER;
    tracked->step = FETCH_NOTHING;
    sync->awaited--;
}

void kalshi_fetch_await(struct venue_sync *sync, struct tracked *tracked, const struct market *market,
                        struct stamp stamp)
{
    if (!sync->open || tracked->fetch_due != TIME_NEVER || !kalshi_sync_wants(tracked, market)) return;
    tracked->clock.last = stamp.mono;
    kalshi_fetch_begin(sync, tracked, FETCH_SUBSCRIBED, stamp.mono + BOOK_PATIENCE);
}

/* What is not subscribed has nothing to leave. */
static enum fetch_step next_step(const struct venue_sync *sync, const struct tracked *tracked)
{
    bool subscribed = sync->channel_sid[KALSHI_BOOKS] != EVENT_NO_SEQUENCE && tracked->told[KALSHI_BOOKS];
    enum fetch_step step = tracked->step + 1;
    if (step > FETCH_RECONNECT) step = FETCH_SNAPSHOT;
    return step == FETCH_SNAPSHOT && !subscribed ? FETCH_AGAIN : step;
}

/* The link brought another book meanwhile, or was made anew for this one already and brings others: the fault is this
 * market's own. */
static bool link_is_well(const struct venue_sync *sync, const struct tracked *tracked)
{
    return sync->proved_at >= (tracked->reconnected ? sync->opened_at : tracked->clock.last);
}

static void give_it_time(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    kalshi_fetch_end(sync, tracked);
    resync_clock_exhaust(&tracked->clock, stamp.mono);
    tracked->fetch_at = resync_clock_allowed(&tracked->clock, stamp.mono);
    kalshi_sync_due(sync, tracked->fetch_at);
    kalshi_sync_set_state(sync, market, market->proof.state, "its book does not come: it is asked for again later",
                          stamp);
    kalshi_subscriptions_settle(sync, stamp);
}

static void take_step(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    enum fetch_step step = next_step(sync, tracked);
    if (step == FETCH_RECONNECT && link_is_well(sync, tracked)) {
        give_it_time(sync, tracked, market, stamp);
        return;
    }
    kalshi_fetch_begin(sync, tracked, step, stamp.mono + BOOK_PATIENCE);
    proof_note(&market->proof, HAPPENED_RESYNC, (uint32_t)(step - FETCH_SUBSCRIBED), stamp);
    market->proof.resyncs++;
    market->version++;
    if (step == FETCH_SNAPSHOT) {
        tracked->asks = true;
        kalshi_subscriptions_changed(sync, stamp);
    } else if (step == FETCH_AGAIN) {
        tracked->retell = tracked->told[KALSHI_BOOKS];
        kalshi_subscriptions_changed(sync, stamp);
    } else {
        tracked->reconnected = true;
        kalshi_link_reconnect(sync, "a book that was asked for never came");
    }
}

static void start(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    resync_clock_begin(&tracked->clock, stamp.mono);
    tracked->step = FETCH_SUBSCRIBED;
    take_step(sync, tracked, market, stamp);
}

void kalshi_fetch_anew(struct venue_sync *sync, struct tracked *tracked, struct market *market, enum proof_state state,
                       const char *why, struct stamp stamp)
{
    if (state == PROOF_STALE) {
        kalshi_burst_drop(sync, tracked, market);
        market->has_book = false;
    }
    tracked->rebuilding = true;
    kalshi_sync_set_state(sync, market, state, why, stamp);
    if (!sync->open || tracked->fetch_due != TIME_NEVER || !kalshi_sync_wants(tracked, market)) return;
    int64_t at = resync_clock_allowed(&tracked->clock, stamp.mono);
    if (at <= stamp.mono) {
        start(sync, tracked, market, stamp);
    } else {
        tracked->fetch_at = at;
        kalshi_sync_due(sync, at);
    }
}

/* What is awaited already has its own patience. */
void kalshi_fetch_hurry(struct tracked *tracked, struct stamp stamp)
{
    if (tracked->fetch_at != TIME_NEVER && tracked->fetch_at > stamp.mono) tracked->fetch_at = stamp.mono;
}

/* Of a market that is resolved no book comes any more. */
void kalshi_fetch_advance(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    bool begins = tracked->fetch_at <= stamp.mono;
    if (!begins && tracked->fetch_due > stamp.mono) return;
    if (!sync->open || !kalshi_sync_wants(tracked, market))
        kalshi_fetch_end(sync, tracked);
    else if (begins)
        start(sync, tracked, market, stamp);
    else
        take_step(sync, tracked, market, stamp);
}
