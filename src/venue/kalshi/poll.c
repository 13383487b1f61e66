/* When GETs go out. Nobody but a key's owner is told how many are allowed, so it is at most three in any second for
 * everything together, and none for a while after the venue refused one. What somebody waits for goes first. Without a
 * key the stream is closed to us, and books are polled: what somebody looks at often, what only stands in a list
 * seldom. So it is while the stream is given up. The scan of the open events has what is left, but a page every few
 * seconds.
 */
#include "sync.h"

#define POLL_SPACING  (350 * NANOSECONDS_PER_MILLISECOND)
#define POLL_SHOWN    NANOSECONDS_PER_SECOND
#define POLL_LISTED   (15 * NANOSECONDS_PER_SECOND)
#define SHOWN_FIRST   (60 * NANOSECONDS_PER_SECOND) /* so much longer the others have to wait */
#define NEWS_INTERVAL (30 * NANOSECONDS_PER_SECOND)
#define BACKOFF_FIRST NANOSECONDS_PER_SECOND
#define BACKOFF_MOST  (30 * NANOSECONDS_PER_SECOND)
/* A book that does not come is asked for ever more rarely. */
#define POLL_WAIT_MAX (60 * NANOSECONDS_PER_SECOND)

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* === How many === */

/* From when on the next may go out. What nobody waits for keeps some distance to the one before. */
static int64_t allowed_at(const struct venue_sync *sync, bool awaited)
{
    int64_t third = sync->gets[sync->get_count % GETS_A_SECOND];
    int64_t newest = sync->gets[(sync->get_count + GETS_A_SECOND - 1) % GETS_A_SECOND];
    int64_t at = sync->refused_until;
    if (sync->get_count >= GETS_A_SECOND) at = later(at, third + NANOSECONDS_PER_SECOND);
    if (!awaited && sync->get_count) at = later(at, newest + POLL_SPACING);
    return at;
}

void kalshi_poll_heard(struct venue_sync *sync, const struct venue_reply *reply, struct stamp stamp)
{
    sync->refused_until = later(sync->refused_until, reply_pause(reply, stamp));
    if (reply->status == 200) sync->backoff = 0;
    if (reply->status != 429) return;
    sync->backoff = sync->backoff ? sync->backoff * 2 : BACKOFF_FIRST;
    if (sync->backoff > BACKOFF_MOST) sync->backoff = BACKOFF_MOST;
    sync->refused_until = later(sync->refused_until, stamp.mono + sync->backoff);
}

bool kalshi_poll_get(struct venue_sync *sync, struct stamp stamp, const struct request *request, const char *what,
                     const char *url)
{
    sync->gets[sync->get_count++ % GETS_A_SECOND] = stamp.mono;
    return requests_get(&sync->requests, sync->outlet, VENUE_KALSHI, stamp, request, what, url);
}

/* === What somebody waits for === */

static bool ask_awaited(struct venue_sync *sync, struct stamp stamp)
{
    if (kalshi_lookups_ask(sync, stamp, false) || kalshi_freeze_ask(sync, stamp)) return true;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked || !tracked->wants_trades) continue;
        tracked->wants_trades = false;
        kalshi_replies_ask(sync, stamp, REQUEST_TRADES, market);
        return true;
    }
    return kalshi_lookups_ask(sync, stamp, true); /* for these nobody sits and waits */
}

/* === What is polled === */

const char *kalshi_poll_why(const struct venue_sync *sync)
{
    return sync->given_up ? "by REST: the stream was given up" : "by REST: the stream wants a key";
}

void kalshi_poll_begin(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    tracked->poll_due = stamp.mono;
    tracked->poll_wait = 0;
    tracked->news_due = stamp.mono + NEWS_INTERVAL;
    kalshi_sync_due(sync, stamp.mono);
    kalshi_sync_set_state(sync, market, PROOF_SYNCING,
                          sync->given_up ? "asking for its book: the stream was given up"
                                         : "asking for its book: the stream wants a key",
                          stamp);
}

void kalshi_poll_end(struct venue_sync *sync)
{
    for (size_t i = 0; i < sync->tracked_count; i++) {
        sync->tracked[i].poll_due = TIME_NEVER;
        sync->tracked[i].poll_wait = 0;
    }
}

static int64_t interval(const struct tracked *tracked)
{
    return tracked->shown ? POLL_SHOWN : POLL_LISTED;
}

void kalshi_poll_again(struct venue_sync *sync, struct tracked *tracked, int64_t asked, struct stamp stamp)
{
    int64_t regular = asked + interval(tracked);
    tracked->poll_due = later(regular, tracked->poll_wait ? stamp.mono + tracked->poll_wait : stamp.mono);
    kalshi_sync_due(sync, tracked->poll_due);
}

/* === How it goes === */

void kalshi_poll_settle(struct venue_sync *sync, struct stamp stamp)
{
    if (!kalshi_sync_polls(sync) || sync->open) return;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        const struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (tracked && tracked->poll_wait) return; /* one that fails: it was said when it began */
    }
    if (sync->given_up)
        kalshi_sync_set_phase(sync, stamp, LINK_DOWN, kalshi_poll_why(sync));
    else
        kalshi_sync_set_phase(sync, stamp, LINK_IDLE, NULL);
}

void kalshi_poll_succeeded(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    tracked->poll_wait = 0;
    kalshi_poll_settle(sync, stamp);
}

void kalshi_poll_failed(struct venue_sync *sync, struct tracked *tracked, int status, struct stamp stamp)
{
    int64_t before = tracked->poll_wait;
    if (status != 429 || !before) tracked->poll_wait = before ? before * 2 : interval(tracked); /* 429: all wait */
    if (tracked->poll_wait > POLL_WAIT_MAX) tracked->poll_wait = POLL_WAIT_MAX;
    if (sync->phase != LINK_DEGRADED) kalshi_sync_set_phase(sync, stamp, LINK_DEGRADED, reply_failure(status));
}

void kalshi_poll_hurry(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        if (tracked->poll_due != TIME_NEVER && tracked->poll_due > stamp.mono) tracked->poll_due = stamp.mono;
    }
}

/* The one that waits longest of what is due; of one market its book before its news. */
static struct tracked *choose(struct venue_sync *sync, struct stamp stamp, struct market **chosen)
{
    struct tracked *best = NULL;
    int64_t longest = INT64_MIN;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked) continue;
        int64_t due = tracked->poll_due < tracked->news_due ? tracked->poll_due : tracked->news_due;
        int64_t waits = stamp.mono - due + (tracked->shown ? SHOWN_FIRST : 0);
        if (due > stamp.mono || waits <= longest) continue;
        longest = waits;
        best = tracked;
        *chosen = market;
    }
    return best;
}

/* False if nothing is due. */
static bool ask_polled(struct venue_sync *sync, struct stamp stamp)
{
    struct market *market = NULL;
    struct tracked *tracked = choose(sync, stamp, &market);
    if (!tracked) return false;
    if (tracked->poll_due > stamp.mono) {
        /* News are polled with a key too, since the channel that has them cannot be narrowed. */
        tracked->news_due = stamp.mono + NEWS_INTERVAL;
        kalshi_replies_ask(sync, stamp, REQUEST_NEWS, market);
    } else if (kalshi_replies_ask(sync, stamp, REQUEST_BOOK, market)) {
        tracked->poll_due = TIME_NEVER; /* until the reply is there */
    } else {
        kalshi_poll_again(sync, tracked, stamp.mono, stamp);
    }
    return true;
}

static void ask_unawaited(struct venue_sync *sync, struct stamp stamp)
{
    if (kalshi_scan_starves(sync, stamp) || !ask_polled(sync, stamp)) kalshi_scan_ask(sync, stamp);
}

void kalshi_poll_advance(struct venue_sync *sync, struct stamp stamp)
{
    do kalshi_lookups_advance(sync, stamp);
    while (allowed_at(sync, true) <= stamp.mono && ask_awaited(sync, stamp));
    if (allowed_at(sync, false) <= stamp.mono) ask_unawaited(sync, stamp);
    kalshi_sync_due(sync, kalshi_poll_deadline(sync, stamp));
}

int64_t kalshi_poll_deadline(struct venue_sync *sync, struct stamp stamp)
{
    bool awaited = kalshi_lookups_wait(sync);
    int64_t due = kalshi_scan_due(sync), ready = kalshi_lookups_due(sync);
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        const struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked) continue;
        awaited |= tracked->wants_trades;
        if (tracked->poll_due < due) due = tracked->poll_due;
        if (tracked->news_due < due) due = tracked->news_due;
    }
    if (due != TIME_NEVER) due = later(due, allowed_at(sync, false));
    int64_t next = awaited ? allowed_at(sync, true) : TIME_NEVER;
    if (sync->freeze.due != TIME_NEVER) next = least(next, later(sync->freeze.due, allowed_at(sync, true)));
    next = least(next, due);
    return later(ready < next ? ready : next, stamp.mono);
}
