/* Verdicts on books, and what follows from them.
 *
 * A snapshot is checked when it is applied, a burst when it ends. Nothing is rolled back when a check fails: the next
 * burst may pass (the venue is seen to announce a change one burst late). A book that goes on failing is asked for
 * anew.
 */
#include <string.h>

#include "books.h"
#include "bursts.h"

#define FAILURES_UNTIL_RESYNC 5
/* Fresh snapshots, one of them by REST, that nothing explains: this venue's hash is not what we know. */
#define UNEXPLAINED_UNTIL_HOPELESS 3

static const char no_hash[] = "the venue sent no hash";
static const char another_hash[] = "the venue's hash is another";
static const char another_touch[] = "the venue's best prices are others";
static const char unknown_recipe[] = "no known way of making its hash explains its books";

static int64_t now_of(const struct venue_sync *sync, struct stamp stamp, int64_t venue_ms)
{
    if (!sync->stampless) return stamp.mono;
    return venue_ms == EVENT_NO_TIME || venue_ms > INT64_MAX / NANOSECONDS_PER_MILLISECOND || venue_ms < 0
               ? 0
               : venue_ms * NANOSECONDS_PER_MILLISECOND;
}

static bool is_hopeless(const struct proving *proving)
{
    return proving->unexplained >= UNEXPLAINED_UNTIL_HOPELESS && proving->unexplained_by_rest;
}

static void report(struct venue_sync *sync, const struct market *market, uint64_t message, bool late,
                   const struct proof_check *check)
{
    struct proof_report told = {
        .market = market->handle,
        .message = message,
        .asset =
            text_from(check->verdict == VERDICT_UNVERIFIABLE ? "" : market->instrument.outcomes[check->outcome].token),
        .late = late,
        .check = *check,
    };
    sync->outlet->proof(sync->outlet->context, &told);
}

/* The state that the last verdict leads to, told where it is another. While the stream is silent a book is REST's. */
void check_settle(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    const struct proof_check *check = &market->proof.last;
    static const enum proof_state states[VERDICT_COUNT] = {
        [VERDICT_NONE] = PROOF_LIVE,
        [VERDICT_VERIFIED] = PROOF_VERIFIED,
        [VERDICT_FAILED] = PROOF_SUSPECT,
        [VERDICT_UNVERIFIABLE] = PROOF_UNVERIFIABLE,
    };
    enum proof_state state = states[check->verdict];
    const char *why = check->why, *resync = resync_text(&tracked->proving);
    if (state == PROOF_SUSPECT && resync) why = resync;
    if (state != PROOF_SUSPECT && tracked->first_book_due != TIME_NEVER) {
        state = PROOF_POLLED;
        why = "by REST: the stream has not sent its book";
    }
    market->version++;
    if (market->proof.state != state || market->proof.why != why) sync_set_state(sync, market, state, why, stamp);
}

static void failed(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                   const struct proof_check *check)
{
    struct proving *proving = &tracked->proving;
    proof_note(&market->proof, HAPPENED_FAILURE, ++proving->failures, check->stamp);
    resync_wish(sync, tracked, check->stamp, proving->failures >= FAILURES_UNTIL_RESYNC);
    if (check->snapshot) resync_unanswered(sync, tracked, check->stamp);
}

static void succeeded(struct tracked *tracked, struct market *market, const struct proof_check *check)
{
    struct proving *proving = &tracked->proving;
    if (proving->failures > 0) proof_note(&market->proof, HAPPENED_RECOVERY, proving->failures, check->stamp);
    proving->failures = proving->unexplained = 0;
    proving->unexplained_by_rest = false;
    resync_over(tracked, !check->snapshot);
}

static void conclude(struct venue_sync *sync, struct tracked *tracked, struct market *market, uint64_t message,
                     const struct proof_check *check)
{
    proof_count(&market->proof, check);
    if (check->verdict == VERDICT_FAILED) failed(sync, tracked, market, check);
    if (check->verdict == VERDICT_VERIFIED) succeeded(tracked, market, check);
    check_settle(sync, tracked, market, check->stamp);
    report(sync, market, message, false, check);
}

static struct proof_check begin_check(struct stamp stamp, bool snapshot, int64_t venue_ms)
{
    return (struct proof_check){.stamp = stamp, .snapshot = snapshot, .venue_ms = venue_ms};
}

static void explained(struct proof_check *check, const struct finding *finding)
{
    check->verdict = VERDICT_VERIFIED;
    check->outcome = (uint8_t)finding->claim->outcome;
    check->searched = finding->searched;
    check->recipe = polymarket_recipe_name(finding->inputs.recipe);
    check->venue_ms = finding->claim->venue_ms;
    check->why = NULL;
}

/* === Snapshots === */

static struct claim snapshot_claim(const struct event *event, int outcome)
{
    return (struct claim){outcome, event->hash, event->venue_ms};
}

void check_snapshot(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                    const struct reading *reading, const struct event *event, int outcome)
{
    struct proving *proving = &tracked->proving;
    struct proof_check check = begin_check(reading->stamp, true, event->venue_ms);
    struct hash_inputs inputs = proving_inputs(market, proving, &event->snapshot);
    const struct claim claim = snapshot_claim(event, outcome);
    struct finding finding;
    check.outcome = (uint8_t)outcome;
    proving->level_count = 0;
    proving->version = market->book.version;
    if (event->hash.length == 0) {
        check.verdict = VERDICT_UNVERIFIABLE;
        check.why = no_hash;
    } else if (proving_explain(sync, tracked, market, &market->book, &inputs, &claim, 1, true,
                               now_of(sync, reading->stamp, event->venue_ms), &finding)) {
        explained(&check, &finding);
        inputs = finding.inputs;
        proving_adopt(market, proving, &inputs);
    } else {
        proving->unexplained++;
        proving->unexplained_by_rest |= reading->message == 0;
        check.verdict = is_hopeless(proving) ? VERDICT_UNVERIFIABLE : VERDICT_FAILED;
        check.why = is_hopeless(proving) ? unknown_recipe : another_hash;
        if (is_hopeless(proving)) resync_forget(tracked); /* another book would say nothing more */
    }
    /* What a book says of itself holds, proved or not. */
    proving->inputs.last_trade = inputs.last_trade;
    proving->inputs.last_trade_known = inputs.last_trade_known;
    conclude(sync, tracked, market, reading->message, &check);
}

void check_late_snapshot(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                         const struct order_book *book, const struct reading *reading, const struct event *event,
                         int outcome)
{
    if (event->hash.length == 0 || !market->instrument.outcomes[outcome].token[0]) return;
    struct proof_check check = begin_check(reading->stamp, true, event->venue_ms);
    struct hash_inputs inputs = proving_inputs(market, &tracked->proving, &event->snapshot);
    const struct claim claim = snapshot_claim(event, outcome);
    struct finding finding;
    check.outcome = (uint8_t)outcome;
    if (proving_explain(sync, tracked, market, book, &inputs, &claim, 1, false,
                        now_of(sync, reading->stamp, event->venue_ms), &finding))
        explained(&check, &finding);
    else
        check.verdict = is_hopeless(&tracked->proving) ? VERDICT_UNVERIFIABLE : VERDICT_FAILED;
    if (check.verdict != VERDICT_VERIFIED) check.why = another_hash;
    const struct proof_check last = market->proof.last;
    proof_count(&market->proof, &check);
    market->proof.last = last; /* of the book that is shown */
    report(sync, market, reading->message, true, &check);
}

/* === Bursts === */

static price_t complement(price_t price, price_t one)
{
    return price == PRICE_NONE ? PRICE_NONE : one - price;
}

/* The best prices that came with the burst's entries are those after it. A side of which nothing was said is not
 * compared: silence may mean that it is empty. */
static bool touch_differs(const struct tracked *tracked, const struct market *market)
{
    price_t one = instrument_one(&market->instrument);
    price_t bid = order_book_best_bid(&market->book), ask = order_book_best_ask(&market->book);
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++) {
        const struct pending_hash *pending = &tracked->pending[outcome];
        price_t said_bid = outcome == 0 ? pending->best_bid : complement(pending->best_ask, one);
        price_t said_ask = outcome == 0 ? pending->best_ask : complement(pending->best_bid, one);
        if (!pending->named) continue;
        if (said_bid != PRICE_NONE && said_bid != bid) return true;
        if (said_ask != PRICE_NONE && said_ask != ask) return true;
    }
    return false;
}

static size_t burst_claims(const struct tracked *tracked, struct claim claims[INSTRUMENT_OUTCOMES])
{
    size_t count = 0;
    for (int outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++) {
        const struct pending_hash *pending = &tracked->pending[outcome];
        if (!pending->set) continue;
        struct text hash = {pending->hash, sizeof pending->hash};
        claims[count++] = (struct claim){outcome, hash, pending->venue_ms};
    }
    return count;
}

void check_burst(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp,
                 bool superseded)
{
    struct proving *proving = &tracked->proving;
    struct claim claims[INSTRUMENT_OUTCOMES];
    size_t count = burst_claims(tracked, claims);
    struct proof_check check = begin_check(stamp, false, count ? claims[0].venue_ms : market->venue_ms);
    struct hash_inputs inputs = proving_inputs(market, proving, NULL);
    struct finding finding;
    check.outcome = (uint8_t)(count ? claims[0].outcome : 0);
    bool differs = touch_differs(tracked, market);
    if (count && proving_explain(sync, tracked, market, &market->book, &inputs, claims, count, false,
                                 now_of(sync, stamp, check.venue_ms), &finding)) {
        explained(&check, &finding);
        proving_adopt(market, proving, &finding.inputs);
    } else if (differs || (count && !is_hopeless(proving))) {
        check.verdict = VERDICT_FAILED;
        check.why = differs ? another_touch : another_hash;
    } else {
        check.verdict = VERDICT_UNVERIFIABLE;
        check.why = count ? unknown_recipe : no_hash;
    }
    proving->verdict = superseded && check.verdict != VERDICT_VERIFIED ? VERDICT_NONE : check.verdict;
    if (proving->verdict == VERDICT_NONE) return;
    conclude(sync, tracked, market, tracked->burst_message, &check);
    /* A venue that matches orders leaves no such book: a change is missing. */
    if (!tracked->ended_crossed || check.verdict == VERDICT_VERIFIED) return;
    proof_note(&market->proof, HAPPENED_CROSSED, 0, stamp);
    resync_wish(sync, tracked, stamp, true);
}

void check_take_back(struct tracked *tracked, struct market *market)
{
    struct proving *proving = &tracked->proving;
    proof_take_back(&market->proof, proving->verdict);
    if (proving->verdict == VERDICT_FAILED && proving->failures > 0 && --proving->failures == 0)
        resync_not_yet(tracked);
    proving->verdict = VERDICT_NONE;
}

void check_begin_anew(struct tracked *tracked)
{
    struct proving *proving = &tracked->proving;
    proving->failures = proving->unexplained = 0;
    proving->unexplained_by_rest = false;
    resync_forget(tracked);
}
