/* The witness: the venue's ticker says the best prices too, without a number. It may run a little ahead of the changes
 * or behind them, so one contradiction means nothing until it lasts.
 */
#include "sync.h"

static bool contradicts(const struct tracked *tracked, const struct market *market)
{
    return order_book_best_bid(&market->book) != tracked->said_bid ||
           order_book_best_ask(&market->book) != tracked->said_ask;
}

/* The best ask if the asks were on the other scale: the worst one, turned. */
static price_t other_ask(const struct market *market)
{
    const struct level *worst = book_side_worst(&market->book.asks);
    return worst ? instrument_one(&market->instrument) - worst->price : PRICE_NONE;
}

/* The ticker has what the book would have on the other scale, exactly: the whole stream was read wrongly. */
static bool turns_stream(struct venue_sync *sync, const struct tracked *tracked, const struct market *market,
                         struct stamp stamp)
{
    struct stream *stream = kalshi_stream_find(sync, tracked->sid);
    if (!stream || stream->settled || tracked->said_bid == PRICE_NONE || tracked->said_ask == PRICE_NONE) return false;
    if (order_book_best_bid(&market->book) != tracked->said_bid || other_ask(market) != tracked->said_ask) return false;
    kalshi_stream_turn(sync, stream, stamp);
    return true;
}

/* It has what the book has, and would not have on the other scale. */
static void settle_stream(struct venue_sync *sync, const struct tracked *tracked, const struct market *market)
{
    struct stream *stream = kalshi_stream_find(sync, tracked->sid);
    if (!stream || stream->settled || tracked->said_bid == PRICE_NONE || tracked->said_ask == PRICE_NONE) return;
    stream->settled = other_ask(market) != tracked->said_ask;
}

static void distrust(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    tracked->contradictions = 0;
    tracked->witness_due = TIME_NEVER;
    if (turns_stream(sync, tracked, market, stamp)) return;
    kalshi_burst_distrust(sync, tracked, market, HAPPENED_WITNESS, "the venue's ticker has other best prices", stamp);
}

void kalshi_witness_hear(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                         const struct event *event, struct stamp stamp)
{
    /* A ticker of before the book's newest change says nothing about it; nor is one needed where it is doubted. */
    if (event->venue_ms != EVENT_NO_TIME && event->venue_ms < market->venue_ms) return;
    if (market->proof.state == PROOF_SUSPECT) return;
    tracked->said_bid = event->ticker.best_bid;
    tracked->said_ask = event->ticker.best_ask;
    if (!market->has_book || !contradicts(tracked, market)) {
        tracked->contradictions = 0;
        tracked->witness_due = TIME_NEVER;
        if (market->has_book) settle_stream(sync, tracked, market);
    } else if (++tracked->contradictions >= 2) {
        distrust(sync, tracked, market, stamp);
    } else if (!sync->stampless) {
        tracked->witness_due = stamp.mono + WITNESS_PATIENCE;
        kalshi_sync_due(sync, tracked->witness_due);
    }
}

void kalshi_witness_compare(struct tracked *tracked, const struct market *market)
{
    if (tracked->contradictions == 0 || contradicts(tracked, market)) return;
    tracked->contradictions = 0;
    tracked->witness_due = TIME_NEVER;
}

void kalshi_witness_advance(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    if (tracked->witness_due > stamp.mono) return;
    tracked->witness_due = TIME_NEVER;
    if (market->has_book && contradicts(tracked, market)) distrust(sync, tracked, market, stamp);
}
