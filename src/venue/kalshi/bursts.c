/* Bursts: runs of changes of one market that the venue stamped with the same moment. There is no checksum to meet: a
 * burst is proved by its messages having come in their order. A book that is crossed at rest is not what the venue has.
 *
 * Open bursts stand in a list by the time at which they end by themselves; as that time is always "now plus
 * BURST_QUIET", adding at the end keeps the order.
 */
#include "sync.h"

/* === The list === */

void kalshi_burst_unlist(struct venue_sync *sync, struct tracked *tracked)
{
    if (!tracked->burst_listed) return;
    uint32_t next = tracked->burst_next, previous = tracked->burst_previous;
    if (previous == BURST_END)
        sync->burst_first = next;
    else
        sync->tracked[previous].burst_next = next;
    if (next == BURST_END)
        sync->burst_last = previous;
    else
        sync->tracked[next].burst_previous = previous;
    tracked->burst_listed = false;
    sync->burst_count--;
}

static void list_last(struct venue_sync *sync, struct tracked *tracked)
{
    uint32_t self = (uint32_t)(tracked - sync->tracked);
    tracked->burst_next = BURST_END;
    tracked->burst_previous = sync->burst_last;
    if (sync->burst_last == BURST_END)
        sync->burst_first = self;
    else
        sync->tracked[sync->burst_last].burst_next = self;
    sync->burst_last = self;
    tracked->burst_listed = true;
    sync->burst_count++;
}

/* Whether it ends by itself before the other: of one moment the one whose messages came first. */
static bool ends_before(const struct tracked *tracked, const struct tracked *other)
{
    if (tracked->quiet_at != other->quiet_at) return tracked->quiet_at < other->quiet_at;
    return tracked->burst_message < other->burst_message;
}

void kalshi_burst_list(struct venue_sync *sync, struct tracked *tracked)
{
    uint32_t self = (uint32_t)(tracked - sync->tracked), previous = sync->burst_last;
    kalshi_burst_unlist(sync, tracked);
    while (previous != BURST_END && ends_before(tracked, &sync->tracked[previous]))
        previous = sync->tracked[previous].burst_previous;
    uint32_t next = previous == BURST_END ? sync->burst_first : sync->tracked[previous].burst_next;
    tracked->burst_previous = previous;
    tracked->burst_next = next;
    *(previous == BURST_END ? &sync->burst_first : &sync->tracked[previous].burst_next) = self;
    *(next == BURST_END ? &sync->burst_last : &sync->tracked[next].burst_previous) = self;
    tracked->burst_listed = true;
    sync->burst_count++;
}

int64_t kalshi_bursts_due(const struct venue_sync *sync)
{
    return sync->burst_first == BURST_END ? TIME_NEVER : sync->tracked[sync->burst_first].quiet_at;
}

/* === Checks === */

static void report_proof(struct venue_sync *sync, const struct market *market, uint64_t message,
                         const struct proof_check *check)
{
    struct proof_report report = {.market = market->handle, .message = message, .check = *check};
    sync->outlet->proof(sync->outlet->context, &report);
}

/* As its state says: in sequence is all the proof that there is. */
static void check_book(struct venue_sync *sync, struct market *market, uint64_t message, bool snapshot,
                       int64_t venue_ms, struct stamp stamp)
{
    enum proof_state state = market->proof.state;
    struct proof_check check = {
        .verdict = state == PROOF_VERIFIED       ? VERDICT_VERIFIED
                   : state == PROOF_UNVERIFIABLE ? VERDICT_UNVERIFIABLE
                                                 : VERDICT_FAILED,
        .snapshot = snapshot,
        .why = state == PROOF_VERIFIED ? NULL : market->proof.why,
        .venue_ms = venue_ms,
        .stamp = stamp,
    };
    proof_count(&market->proof, &check);
    if (check.verdict == VERDICT_VERIFIED) sync->proved_at = stamp.mono;
    market->version++;
    report_proof(sync, market, message, &check);
}

void kalshi_burst_extend(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                         const struct reading *reading, int64_t venue_ms)
{
    if (!market->burst_open) tracked->burst_messages = 0;
    market->burst_open = true;
    tracked->burst_ms = venue_ms;
    tracked->burst_messages++;
    tracked->burst_message = reading->message;
    if (sync->stampless) return; /* no time passes: only rules end a burst */
    tracked->quiet_at = reading->stamp.mono + BURST_QUIET;
    kalshi_burst_unlist(sync, tracked);
    list_last(sync, tracked);
}

static bool is_crossed(const struct market *market)
{
    return order_book_crossed(&market->book) || order_book_locked(&market->book);
}

/* A book at rest; one that is crossed is given up when it stays so. */
static bool judge_crossing(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    bool crossed = is_crossed(market);
    if (crossed) market->proof.crossed++;
    if (!crossed) {
        tracked->crossed_at = TIME_NEVER;
    } else if (tracked->crossed_at == TIME_NEVER && !sync->stampless) {
        tracked->crossed_at = stamp.mono + CROSSED_PATIENCE;
        kalshi_sync_due(sync, tracked->crossed_at);
    }
    return crossed;
}

void kalshi_burst_end(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    kalshi_burst_unlist(sync, tracked);
    if (!market->burst_open) return;
    market->burst_open = false;
    market->version++;
    market->proof.bursts++;
    bool crossed = judge_crossing(sync, tracked, market, stamp);
    struct burst_report report = {
        .market = market->handle,
        .message = tracked->burst_message,
        .messages = tracked->burst_messages,
        .stamp = stamp,
        .crossed = crossed,
    };
    sync->outlet->burst(sync->outlet->context, &report);
    check_book(sync, market, tracked->burst_message, false, tracked->burst_ms, stamp);
    /* What was fetched is right: the next doubt is as good as the first. */
    if (!crossed && tracked->contradictions == 0 && market->proof.state == PROOF_VERIFIED) tracked->clock.wait = 0;
}

void kalshi_burst_drop(struct venue_sync *sync, struct tracked *tracked, struct market *market)
{
    kalshi_burst_unlist(sync, tracked);
    market->burst_open = false;
    tracked->crossed_at = tracked->witness_due = TIME_NEVER;
    tracked->contradictions = 0;
}

void kalshi_burst_check_snapshot(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                                 const struct reading *reading, bool numbered)
{
    judge_crossing(sync, tracked, market, reading->stamp);
    kalshi_burst_number(sync, market, numbered, reading->stamp);
    if (numbered) kalshi_sync_set_state(sync, market, PROOF_VERIFIED, NULL, reading->stamp);
    check_book(sync, market, reading->message, true, market->venue_ms, reading->stamp);
}

void kalshi_burst_number(struct venue_sync *sync, struct market *market, bool numbered, struct stamp stamp)
{
    if (!numbered) kalshi_sync_set_state(sync, market, PROOF_UNVERIFIABLE, "a message of it has no number", stamp);
}

void kalshi_burst_distrust(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                           enum proof_happening what, const char *why, struct stamp stamp)
{
    struct proof_check failed = {
        .verdict = VERDICT_FAILED,
        .why = why,
        .venue_ms = market->venue_ms,
        .stamp = stamp,
    };
    proof_count(&market->proof, &failed);
    proof_note(&market->proof, what, 1, stamp);
    kalshi_fetch_anew(sync, tracked, market, PROOF_SUSPECT, why, stamp);
}

void kalshi_burst_trust(struct venue_sync *sync, struct market *market, const struct reading *reading)
{
    kalshi_sync_set_state(sync, market, PROOF_VERIFIED, NULL, reading->stamp);
    if (!market->burst_open)
        check_book(sync, market, reading->message, false, market->venue_ms, reading->stamp); /* else at its end */
}

void kalshi_bursts_advance(struct venue_sync *sync, struct stamp stamp)
{
    while (kalshi_bursts_due(sync) <= stamp.mono) {
        struct market *market;
        struct tracked *first = &sync->tracked[sync->burst_first];
        struct tracked *tracked = kalshi_sync_tracked(sync, first->market, &market);
        kalshi_burst_unlist(sync, first); /* its market may be gone */
        if (tracked) kalshi_burst_end(sync, tracked, market, stamp);
    }
}

void kalshi_crossed_advance(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    if (tracked->crossed_at > stamp.mono) return;
    tracked->crossed_at = TIME_NEVER;
    if (!is_crossed(market) || market->proof.state == PROOF_SUSPECT) return;
    kalshi_burst_distrust(sync, tracked, market, HAPPENED_CROSSED, "crossed at rest: its book is asked for anew",
                          stamp);
}
