/* A frame of Polymarket's, and what is expected of its decoder. */
#ifndef TEST_DECODING_H
#define TEST_DECODING_H

#include "polymarket_frames.h"

static inline const struct event *one(const char *frame)
{
    assert_int_equal(polymarket_decode(decoder, text_from(frame)), 1);
    return polymarket_decoder_events(decoder);
}

static inline const struct event *kind(const char *frame, enum event_kind expected)
{
    const struct event *event = one(frame);
    if (event->kind != expected) fail_msg("kind %d (%s) of %s", (int)event->kind, event->why ? event->why : "-", frame);
    return event;
}

static inline void refused(const char *frame, const char *why)
{
    const struct event *event = kind(frame, EVENT_ERROR);
    if (strcmp(event->why, why) != 0) fail_msg("\"%s\", not \"%s\", for %s", event->why, why, frame);
}

/* That of SMALL_BOOK, however it was written. */
static inline void assert_small_book(const struct event *event)
{
    assert_int_equal(event->kind, EVENT_SNAPSHOT);
    assert_text(event->market, MARKET);
    assert_text(event->asset, YES);
    assert_text(event->hash, HASH);
    assert_true(event->venue_ms == INT64_C(1789156497002));
    assert_true(event->sequence_first == EVENT_NO_SEQUENCE && event->sequence_last == EVENT_NO_SEQUENCE);
    assert_null(event->why);
    const struct event_snapshot *book = &event->snapshot;
    assert_int_equal(book->bid_count, 2);
    assert_int_equal(book->ask_count, 1);
    assert_true(book->bids[0].price == 100 && book->bids[0].quantity == 80010000);
    assert_true(book->bids[1].price == 4800 && book->bids[1].quantity == 500000000);
    assert_true(book->asks[0].price == 9990 && book->asks[0].quantity == INT64_C(19500402660000));
    assert_true(book->tick == 10);
    assert_true(book->has_last_trade && book->last_trade == 5000);
    assert_int_equal(book->min_order_size.length, 0);
    assert_false(book->has_negative_risk);
}

/* Those of PAIR. */
static inline void assert_pair(const struct event *event)
{
    assert_int_equal(event->kind, EVENT_CHANGES);
    assert_text(event->market, MARKET);
    assert_int_equal(event->asset.length, 0);
    assert_true(event->venue_ms == INT64_C(1789156497002));
    assert_int_equal(event->changes.count, 2);
    const struct level_change *yes = &event->changes.changes[0], *no = &event->changes.changes[1];
    assert_text(yes->asset, YES);
    assert_text(yes->hash, HASH);
    assert_true(yes->price == 6300 && yes->quantity == 9000000 && yes->side == SIDE_ASK && yes->mode == CHANGE_SET);
    assert_true(yes->best_bid == 6240 && yes->best_ask == 6300);
    assert_text(no->asset, NO);
    assert_text(no->hash, HASH_NO);
    assert_true(no->price == 3700 && no->quantity == 9500000 && no->side == SIDE_BID && no->mode == CHANGE_SET);
    assert_true(no->best_bid == PRICE_NONE && no->best_ask == PRICE_NONE);
}

#endif
