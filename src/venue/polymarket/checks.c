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
static const char another_hash[] = "its hash does not match";
static const char another_touch[] = "its best prices differ";
static const char unknown_recipe[] = "no known recipe explains its hash";
static const char refused_message[] = "a message of it was refused";

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

/* `asset`: the token whose hash it was, empty where there was none. */
static void report(struct venue_sync *sync, const struct market *market, uint64_t message, struct text asset, bool late,
                   const struct proof_check *check)
{
    struct proof_report told = {
        .market = market->handle,
        .message = message,
        .asset = asset,
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
    if (state != PROOF_SUSPECT && tracked->proving.refused) {
        state = PROOF_SUSPECT;
        why = refused_message;
    }
    if (state == PROOF_SUSPECT && resync) why = resync;
    if (state != PROOF_SUSPECT && tracked->first_book_due != TIME_NEVER) {
        state = PROOF_POLLED;
        why = "by REST: the stream has not sent its book";
    } else if (state != PROOF_SUSPECT && sync_stream_is_doubted(sync, tracked)) {
        state = PROOF_STALE;
        why = freeze_book_text;
    }
    market->version++;
    if (market->proof.state != state || !word_equal(market->proof.why, why))
        sync_set_state(sync, market, state, why, stamp);
}

static void failed(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                   const struct proof_check *check, bool crossed)
{
    struct proving *proving = &tracked->proving;
    proving->failures++;
    if (!crossed) proof_note(&market->proof, HAPPENED_FAILURE, proving->failures, check->stamp);
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

/* A venue that matches orders leaves no crossed book at rest: a change is missing. */
static void note_crossed(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    const struct proof_note *newest = proof_noted(&market->proof, 0);
    uint32_t before = newest && newest->what == HAPPENED_CROSSED ? newest->number : 0;
    proof_note(&market->proof, HAPPENED_CROSSED, before + 1, stamp);
    resync_wish(sync, tracked, stamp, true);
}

static void conclude(struct venue_sync *sync, struct tracked *tracked, struct market *market, uint64_t message,
                     struct text asset, const struct proof_check *check)
{
    bool crossed = !check->snapshot && tracked->ended_crossed && check->verdict != VERDICT_VERIFIED;
    proof_count(&market->proof, check);
    /* A whole book makes up for what was refused, a burst if it is proved. */
    if (check->verdict == VERDICT_VERIFIED || (check->snapshot && check->verdict == VERDICT_UNVERIFIABLE))
        tracked->proving.refused = false;
    if (check->verdict == VERDICT_FAILED) failed(sync, tracked, market, check, crossed);
    if (check->verdict == VERDICT_VERIFIED) succeeded(tracked, market, check);
    if (crossed) note_crossed(sync, tracked, market, check->stamp);
    check_settle(sync, tracked, market, check->stamp);
    report(sync, market, message, asset, false, check);
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

/* There was a hash, and nothing explains it. */
static void unexplained(struct proof_check *check, const struct proving *proving)
{
    check->verdict = is_hopeless(proving) ? VERDICT_UNVERIFIABLE : VERDICT_FAILED;
    check->why = is_hopeless(proving) ? unknown_recipe : another_hash;
}

static struct text token_of(const struct market *market, int outcome)
{
    return text_from(market->instrument.outcomes[outcome].token);
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
    const struct puzzle puzzle = {
        .market = market,
        .book = &market->book,
        .inputs = &inputs,
        .claims = &claim,
        .claim_count = 1,
        .wide = true,
        .now = now_of(sync, reading->stamp, event->venue_ms),
    };
    struct finding finding;
    check.outcome = (uint8_t)outcome;
    proving->level_count = 0;
    proving->version = market->book.version;
    if (event->hash.length == 0) {
        check.verdict = VERDICT_UNVERIFIABLE;
        check.why = no_hash;
        resync_forget(tracked); /* it is as good as books come */
    } else if (proving_explain(sync, tracked, &puzzle, &finding)) {
        explained(&check, &finding);
        inputs = finding.inputs;
        proving_adopt(market, proving, &inputs);
    } else {
        proving->unexplained++;
        proving->unexplained_by_rest |= reading->message == 0;
        unexplained(&check, proving);
        if (is_hopeless(proving)) resync_forget(tracked); /* another book would say nothing more */
    }
    proving_learn(market, proving, &event->snapshot, &inputs);
    bool hashed = event->hash.length > 0;
    conclude(sync, tracked, market, reading->message, hashed ? event->asset : text_from(""), &check);
}

void check_late_snapshot(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                         const struct order_book *book, const struct reading *reading, const struct event *event,
                         int outcome)
{
    if (event->hash.length == 0 || !market->instrument.outcomes[outcome].token[0]) return;
    struct proof_check check = begin_check(reading->stamp, true, event->venue_ms);
    struct hash_inputs inputs = proving_inputs(market, &tracked->proving, &event->snapshot);
    const struct claim claim = snapshot_claim(event, outcome);
    const struct puzzle puzzle = {
        .market = market,
        .book = book,
        .inputs = &inputs,
        .claims = &claim,
        .claim_count = 1,
        .now = now_of(sync, reading->stamp, event->venue_ms),
    };
    struct finding finding;
    check.outcome = (uint8_t)outcome;
    if (proving_explain(sync, tracked, &puzzle, &finding))
        explained(&check, &finding);
    else if (finding.exhausted || is_hopeless(&tracked->proving))
        unexplained(&check, &tracked->proving);
    else
        return; /* nobody looked: it is not said to have failed */
    const struct proof_check last = market->proof.last;
    proof_count(&market->proof, &check);
    market->proof.last = last; /* of the book that is shown */
    report(sync, market, reading->message, event->asset, true, &check);
}

/* === Bursts === */

/* The best prices that came with the burst's last entries are those after it. A side of which nothing was said is not
 * compared: silence may mean that it is empty. */
static bool touch_differs(const struct tracked *tracked, const struct market *market)
{
    const struct instrument *instrument = &market->instrument;
    price_t bid = order_book_best_bid(&market->book), ask = order_book_best_ask(&market->book);
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++) {
        const struct pending_hash *pending = &tracked->pending[outcome];
        if (!pending->named || pending->named_ms != market->venue_ms) continue;
        price_t said_bid = outcome == 0 ? pending->best_bid : instrument_mirror(instrument, pending->best_ask);
        price_t said_ask = outcome == 0 ? pending->best_ask : instrument_mirror(instrument, pending->best_bid);
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
    const struct puzzle puzzle = {
        .market = market,
        .book = &market->book,
        .inputs = &inputs,
        .claims = claims,
        .claim_count = count,
        .now = now_of(sync, stamp, check.venue_ms),
    };
    struct finding finding;
    check.outcome = (uint8_t)(count ? claims[0].outcome : 0);
    bool differs = touch_differs(tracked, market);
    if (count && proving_explain(sync, tracked, &puzzle, &finding)) {
        explained(&check, &finding);
        proving_adopt(market, proving, &finding.inputs);
    } else if (differs) {
        check.verdict = VERDICT_FAILED;
        check.why = another_touch;
    } else if (count) {
        unexplained(&check, proving);
    } else {
        check.verdict = VERDICT_UNVERIFIABLE;
        check.why = no_hash;
    }
    proving->verdict = superseded && check.verdict != VERDICT_VERIFIED ? VERDICT_NONE : check.verdict;
    if (proving->verdict == VERDICT_NONE) return;
    conclude(sync, tracked, market, tracked->burst_message, count ? token_of(market, check.outcome) : text_from(""),
             &check);
}

void check_take_back(struct tracked *tracked, struct market *market)
{
    struct proving *proving = &tracked->proving;
    proof_take_back(&market->proof, proving->verdict);
    if (proving->verdict == VERDICT_FAILED) proving->failures--;
    if (proving->failures == 0) resync_not_yet(tracked);
    proving->verdict = VERDICT_NONE;
}

void check_refused(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    const struct proof_note *newest = proof_noted(&market->proof, 0);
    uint32_t before = newest && newest->what == HAPPENED_REFUSAL ? newest->number : 0;
    proof_note(&market->proof, HAPPENED_REFUSAL, before + 1, stamp);
    resync_wish(sync, tracked, stamp, false);
    if (market->proof.state == PROOF_UNVERIFIABLE) return;
    tracked->proving.refused = true;
    const char *resync = resync_text(&tracked->proving);
    sync_set_state(sync, market, PROOF_SUSPECT, resync ? resync : refused_message, stamp);
}

void check_begin_anew(struct tracked *tracked)
{
    struct proving *proving = &tracked->proving;
    proving->failures = proving->unexplained = 0;
    proving->unexplained_by_rest = proving->refused = false;
    resync_forget(tracked);
}
