/* book: a token's whole book into its market's, by the stream or by REST. */
#include <stdlib.h>

#include "books.h"
#include "bursts.h"

/* A market that nobody knew, made of its first book. NULL, with *why, if its names are another's. */
static struct market *make_market(struct venue_sync *sync, const struct event *event, const char **why)
{
    struct instrument instrument;
    if (registry_find(sync->registry, VENUE_POLYMARKET, event->market, NULL) ||
        registry_find(sync->registry, VENUE_POLYMARKET, event->asset, NULL)) {
        *why = "asset of another market";
        return NULL;
    }
    *why = "out of memory";
    if (!instrument_init(&instrument, VENUE_POLYMARKET, event->market, POLYMARKET_PRICE_SCALE, POLYMARKET_SIZE_SCALE))
        return NULL;
    text_copy(event->asset, instrument.outcomes[0].token, sizeof instrument.outcomes[0].token);
    return registry_market(sync->registry, registry_add(sync->registry, &instrument));
}

/* A snapshot's levels in the market's terms. */
struct market_levels {
    const struct level *bids, *asks;
    size_t bid_count, ask_count;
};

/* Token 1's bids are the market's asks. False when out of memory. */
static bool market_levels(struct venue_sync *sync, const struct market *market, int outcome,
                          const struct event_snapshot *snapshot, struct market_levels *levels)
{
    *levels = (struct market_levels){snapshot->bids, snapshot->asks, snapshot->bid_count, snapshot->ask_count};
    size_t count = snapshot->bid_count + snapshot->ask_count;
    if (outcome == 0 || count == 0) return true;
    if (count > sync->mirror_capacity) {
        struct level *grown = realloc(sync->mirror, count * 2 * sizeof *grown);
        if (!grown) return false;
        sync->mirror = grown;
        sync->mirror_capacity = count * 2;
    }
    price_t one = instrument_one(&market->instrument);
    struct level *bids = sync->mirror, *asks = sync->mirror + snapshot->ask_count;
    for (size_t i = 0; i < snapshot->ask_count; i++)
        bids[i] = (struct level){one - snapshot->asks[i].price, snapshot->asks[i].quantity};
    for (size_t i = 0; i < snapshot->bid_count; i++)
        asks[i] = (struct level){one - snapshot->bids[i].price, snapshot->bids[i].quantity};
    *levels = (struct market_levels){bids, asks, snapshot->ask_count, snapshot->bid_count};
    return true;
}

static enum book_error replace(struct order_book *book, const struct market_levels *levels)
{
    return order_book_replace(book, levels->bids, levels->bid_count, levels->asks, levels->ask_count);
}

/* A book that is late (the market has moved on since) changes nothing. One that closes the newest burst may be applied:
 * it says the same, or heals. While a book is awaited the first one counts, whatever its stamp: it may be minutes old.
 */
static const char *snapshot_is_late(const struct market *market, const struct tracked *tracked, int outcome,
                                    const struct event *event)
{
    if (!market->has_book) return NULL;
    if (event->venue_ms < market->venue_ms) return "older than the book"; /* EVENT_NO_TIME is less than any */
    enum burst_age age = burst_find(tracked, outcome, event->hash, event->venue_ms);
    bool late = age == BURST_OLDER || (age == BURST_NEWEST && market->burst_open);
    return late ? "of a burst that has ended" : NULL;
}

/* The book is back on another connection. Where the one before was ended for this book's sake, it tells whether that
 * was right. */
static void note_return(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                        const struct reading *reading)
{
    uint32_t wrong = order_book_difference(&market->book, &sync->trial);
    proof_note(&market->proof, HAPPENED_RETURN, wrong, reading->stamp);
    if (reading->message == 0 || !tracked->freeze.froze) return;
    tracked->freeze.froze = false;
    freeze_judge(&sync->links[tracked->link].freeze, wrong); /* only what is watched has that mark: it has a link */
}

/* The open burst ends before a snapshot, but only before one that will be accepted: what is refused ends nothing. A
 * book by REST may stand for more of the burst than has come. */
static enum book_error prepare(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                               const struct market_levels *levels, const struct reading *reading)
{
    bool returns = !market->has_book && market->had_book;
    if (!market->burst_open && !returns && tracked->proving.resync_tries == 0) return BOOK_OK;
    sync->trial.limit = market->book.limit;
    enum book_error error = replace(&sync->trial, levels);
    if (error) return error;
    if (market->burst_open) sync_end_burst(sync, tracked, reading->stamp, reading->message == 0);
    if (returns)
        note_return(sync, tracked, market, reading);
    else
        resync_compare(tracked, market, &sync->trial, reading->stamp);
    return BOOK_OK;
}

/* The book of a market that is (or is not any more) awaited from the stream is there. */
static void book_is_there(struct venue_sync *sync, const struct reading *reading, struct tracked *tracked,
                          struct market *market)
{
    if (reading->message) sync_first_book(sync, tracked);
    /* There is one after all. */
    if (market->status == MARKET_CLOSED) market->status = MARKET_OPEN;
}

/* Nothing is applied of a book that is late, but what it says can be proved. */
static void check_late(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                       struct tracked *tracked, struct market *market, int outcome)
{
    struct market_levels levels;
    sync->trial.limit = market->book.limit;
    if (market_levels(sync, market, outcome, &event->snapshot, &levels) && replace(&sync->trial, &levels) == BOOK_OK)
        check_late_snapshot(sync, tracked, market, &sync->trial, reading, event, outcome);
}

static enum event_fate apply_snapshot(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                                      struct market *market, int outcome, const struct text *learnt, const char **why)
{
    struct tracked *tracked = sync_track(sync, market);
    if (!tracked) {
        *why = book_error_text(BOOK_NO_MEMORY);
        return FATE_REFUSED;
    }
    if (tracked->left) {
        *why = sync_not_watched;
        return FATE_IGNORED;
    }
    *why = snapshot_is_late(market, tracked, outcome, event);
    if (*why) {
        /* Late behind a book by REST, but the stream sends: it is what was awaited. */
        if (tracked->first_book_due != TIME_NEVER && reading->message) {
            book_is_there(sync, reading, tracked, market);
            check_settle(sync, tracked, market, reading->stamp);
        }
        check_late(sync, reading, event, tracked, market, outcome);
        return FATE_DUPLICATE;
    }
    struct market_levels levels;
    enum book_error error = BOOK_NO_MEMORY;
    if (market_levels(sync, market, outcome, &event->snapshot, &levels))
        error = prepare(sync, tracked, market, &levels, reading);
    if (!error) error = replace(&market->book, &levels);
    if (error) {
        *why = book_error_text(error);
        return FATE_REFUSED;
    }
    bool same_stamp = market->has_book && event->venue_ms == market->venue_ms;
    burst_remember(tracked, outcome, event->hash, event->venue_ms, same_stamp);
    market->has_book = market->had_book = true;
    market->newest = (struct clean_rule){SIDE_BID, PRICE_NONE, PRICE_NONE};
    sync_book_changed(market, event, reading->stamp);
    book_is_there(sync, reading, tracked, market);
    if (learnt->length) registry_set_token(sync->registry, market, 1, *learnt);
    check_snapshot(sync, tracked, market, reading, event, outcome);
    return FATE_APPLIED;
}

/* A market is made, and a second token learnt, by a book that is accepted only. */
void sync_snapshot(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    struct text learnt = {NULL, 0};
    const char *why = NULL;
    enum event_fate fate = FATE_REFUSED;
    struct market *known = sync_market(sync, event->market);
    if (!known && !sync->discover) {
        sync_report(sync, reading, event, NULL, -1, event->asset, FATE_IGNORED, "not a watched market");
        return;
    }
    struct market *market = known ? known : make_market(sync, event, &why);
    int outcome = market ? sync_outcome(sync, market, event->asset, &learnt) : -1;
    if (outcome >= 0)
        fate = apply_snapshot(sync, reading, event, market, outcome, &learnt, &why);
    else if (market)
        why = sync_strange_asset;
    if (market && fate != FATE_APPLIED && market != known) {
        registry_remove(sync->registry, market->handle);
        market = NULL;
        outcome = -1;
    }
    if (market) sync_refused(sync, market, fate, reading->stamp);
    /* What its check found is said with it. */
    if (fate == FATE_APPLIED) why = market->proof.last.why;
    sync_report(sync, reading, event, market, outcome, event->asset, fate, why);
}

enum freeze_finding sync_compare_book(struct venue_sync *sync, const struct market *market, struct text body)
{
    polymarket_decode_book_reply(sync->decoder, body);
    const struct event *event = polymarket_decoder_events(sync->decoder);
    if (event->kind != EVENT_SNAPSHOT || !text_is(event->market, market->instrument.symbol)) return FOUND_NOTHING;
    int outcome = instrument_outcome(&market->instrument, event->asset);
    struct market_levels levels;
    sync->trial.limit = market->book.limit;
    if (outcome < 0 || !market_levels(sync, market, outcome, &event->snapshot, &levels) ||
        replace(&sync->trial, &levels) != BOOK_OK)
        return FOUND_NOTHING;
    /* One that is older is behind us. */
    return event->venue_ms >= market->venue_ms && order_book_difference(&market->book, &sync->trial) > 0 ? FOUND_AHEAD
                                                                                                         : FOUND_SAME;
}
