/* What Kalshi's snapshots and deltas become, and which are refused for which reason. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_frames.h"

/* === Books === */

#define SMALL                                                                                                          \
    SNAPSHOT(YES_LEVELS("[[\"0.0100\",\"1410.00\"],[\"0.0250\",\"0.01\"]]") NO_LEVELS("[[\"0.9001\",\"7.5\"]]"))

static void snapshots_are_two_ladders_of_bids(void **state)
{
    (void)state;
    const struct event *event = kind(SMALL, EVENT_SNAPSHOT);
    assert_text(event->market, TICKER);
    assert_int_equal(event->asset.length, 0);
    assert_int_equal(event->hash.length, 0);
    assert_true(event->stream == 3 && event->sequence_first == 17 && event->sequence_last == 17);
    assert_true(event->sequence_previous == EVENT_NO_SEQUENCE);
    assert_true(event->venue_ms == EVENT_NO_TIME && event->sent_ms == EVENT_NO_TIME);
    const struct event_snapshot *book = &event->snapshot;
    assert_int_equal(book->bid_count, 2);
    assert_level(book->bids[0], 100, 141000);
    assert_level(book->bids[1], 250, 1);
    assert_int_equal(book->ask_count, 1);
    assert_level(book->asks[0], 999, 750);
    assert_true(book->tick == PRICE_NONE && book->last_trade == PRICE_NONE && !book->has_last_trade);

    event = kind_of(TEXT(SMALL), true, EVENT_SNAPSHOT);
    assert_level(event->snapshot.asks[0], 9001, 750);
    assert_level(event->snapshot.bids[0], 100, 141000);
}

static void sides_may_be_empty(void **state)
{
    (void)state;
    static const char *const frames[] = {
        SNAPSHOT(""),
        SNAPSHOT(YES_LEVELS("[]") NO_LEVELS("null")),
        FRAME("orderbook_snapshot", "\"market_ticker\":\"" TICKER "\",\"market_id\":\"\""),
        /* A level of nothing is none. */
        SNAPSHOT(YES_LEVELS("[[\"0.01\",\"0.00\"]]") NO_LEVELS("[ [ \"0.01\" , 0 ] ]")),
        /* The old keys do not matter beside a new one. */
        SNAPSHOT(",\"yes\":[[8,300]],\"yes_dollars\":[[\"0.080\",300]]" NO_LEVELS("[]")),
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        const struct event *event = kind(frames[i], EVENT_SNAPSHOT);
        assert_int_equal(event->snapshot.bid_count + event->snapshot.ask_count, 0);
    }
    const struct event *event = kind(SNAPSHOT(NO_LEVELS("[[\"0.0100\",\"1.00\"]]")), EVENT_SNAPSHOT);
    assert_true(event->snapshot.bid_count == 0 && event->snapshot.ask_count == 1);
}

static void levels_may_be_written_otherwise(void **state)
{
    (void)state;
    /* Blanks, more levels than one word, numbers instead of strings, long sizes. */
    const struct event *event = kind(
        SNAPSHOT(YES_LEVELS("[ [\"0.5\", \"3\"] , [0.25,4.5], [\".1\",\"123456789012.34\"],[\"0.90000\",\"1.000\"]]")),
        EVENT_SNAPSHOT);
    assert_int_equal(event->snapshot.bid_count, 4);
    assert_level(event->snapshot.bids[0], 5000, 300);
    assert_level(event->snapshot.bids[1], 2500, 450);
    assert_level(event->snapshot.bids[2], 1000, INT64_C(12345678901234));
    assert_level(event->snapshot.bids[3], 9000, 100);
}

static void wrong_levels_refuse_the_snapshot(void **state)
{
    (void)state;
    static const struct {
        const char *frame, *why;
    } cases[] = {
        {SNAPSHOT(YES_LEVELS("[[\"0.01\",\"-1.00\"]]")), "size with a sign"},
        {SNAPSHOT(YES_LEVELS("[[\"0.0000\",\"1.00\"]]")), "price outside 0..1"},
        {SNAPSHOT(NO_LEVELS("[[\"1.0000\",\"1.00\"]]")), "price outside 0..1"},
        {SNAPSHOT(NO_LEVELS("[[\"0.01\",\"1.001\"]]")), "size: more decimals than 2"},
        {SNAPSHOT(NO_LEVELS("[[\"0.00011\",\"1\"]]")), "price: more decimals than 4"},
        {SNAPSHOT(YES_LEVELS("[[8,300]]")), "price outside 0..1"},
        {SNAPSHOT(YES_LEVELS("[[\"0.01\"]]")), "a level is no pair of price and size"},
        {SNAPSHOT(YES_LEVELS("[[\"0.01\",\"1\",\"1\"],[1]]")), "a level is no pair of price and size"},
        {SNAPSHOT(YES_LEVELS("[{\"0.01\":\"1\"}]")), "a level is no pair of price and size"},
        {SNAPSHOT(YES_LEVELS("[[[],\"1\"]]")), "price is no number"},
        {SNAPSHOT(YES_LEVELS("[[\"0.01\",{}]]")), "size is no number"},
        {SNAPSHOT(YES_LEVELS("[[null,\"1\"]]")), "no price"},
        {SNAPSHOT(YES_LEVELS("[[\"0.01\",null]]")), "no size"},
        {SNAPSHOT(YES_LEVELS("[[\"0.0\\u0031\",\"1\"]]")), "price is no number"},
        {SNAPSHOT(YES_LEVELS("{}")), "a list is no list"},
        {SNAPSHOT(NO_LEVELS("\"\"")), "a list is no list"},
        {SNAPSHOT(NO_LEVELS("[]") NO_LEVELS("[]")), "key twice"},
        {SNAPSHOT(NO_LEVELS("[[1,1]]") NO_LEVELS("[]")), "key twice"},
        {FRAME("orderbook_snapshot", "\"market_id\":\"\""), "no market"},
        {FRAME("orderbook_snapshot", "\"market_ticker\":\"\""), "no market"},
        {FRAME("orderbook_snapshot", "\"market_ticker\":7"), "bad market"},
        {FRAME("orderbook_snapshot", "\"market_ticker\":\"A\\u0042\""), "bad market"},
        {"{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1}", "no market"},
        {"{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1,\"msg\":[1,[2]]}", "no market"},
        {"{\"type\":\"orderbook_snapshot\",\"sid\":\"x\",\"seq\":1,\"msg\":{" NAMES "}}", "bad sid"},
        {"{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":-1,\"msg\":{" NAMES "}}", "bad seq"},
        {"{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1.5,\"msg\":{" NAMES "}}", "bad seq"},
        {"{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":[],\"msg\":{" NAMES "}}", "bad seq"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refused(cases[i].frame, cases[i].why);
    const struct event *event = refused(cases[0].frame, cases[0].why);
    assert_text(event->market, TICKER);
    assert_true(event->stream == 3 && event->sequence_last == 17);
}

/* === Deltas === */

static const struct level_change *changed(const char *frame, bool yes_price)
{
    const struct event *event = kind_of(text_from(frame), yes_price, EVENT_CHANGES);
    assert_int_equal(event->changes.count, 1);
    const struct level_change *change = event->changes.changes;
    assert_true(change->mode == CHANGE_ADD && change->best_bid == PRICE_NONE && change->best_ask == PRICE_NONE);
    assert_int_equal(change->asset.length + change->hash.length, 0);
    return change;
}

static void assert_change(const char *frame, bool yes_price, enum side side, price_t price, quantity_t quantity)
{
    const struct level_change *change = changed(frame, yes_price);
    assert_int_equal(change->side, side);
    assert_level((struct level){change->price, change->quantity}, price, quantity);
}

#define YES_DELTA DELTA(PRICE("0.3200") SIZE("94.69") SIDE_TEXT("yes"))
/* The same, but for blanks: nothing that could be read at a glance. */
#define SPACED(delta, side) DELTA(PRICE("0.3200") SIZE(delta) " " SIDE_TEXT(side) " ")

static void deltas_are_signed_increments(void **state)
{
    (void)state;
    assert_change(YES_DELTA, false, SIDE_BID, 3200, 9469);
    assert_change(YES_DELTA, true, SIDE_BID, 3200, 9469);
    assert_change(NO_DELTA, false, SIDE_ASK, 6800, -9469);
    assert_change(NO_DELTA, true, SIDE_ASK, 3200, -9469);
    assert_change(SPACED("-94.69", "no"), false, SIDE_ASK, 6800, -9469);
    assert_change(SPACED("-94.69", "no"), true, SIDE_ASK, 3200, -9469);
    assert_change(SPACED("94.69", "yes"), false, SIDE_BID, 3200, 9469);
    assert_change(DELTA(PRICE("0.0001") SIZE("0.00") SIDE_TEXT("no")), false, SIDE_ASK, 9999, 0);
    assert_change(DELTA(PRICE("0.0001") SIZE("-0.00") SIDE_TEXT("yes")), false, SIDE_BID, 1, 0);
    assert_change(DELTA(PRICE("0.5") SIZE("-92233720368547758.07") SIDE_TEXT("yes")), false, SIDE_BID, 5000,
                  -INT64_MAX);
    assert_change(DELTA(PRICE("0.5") "\"delta_fp\":-3," SIDE_TEXT("y\\u0065s")), false, SIDE_BID, 5000, -300);

    const struct event *event = kind(NO_DELTA "\n", EVENT_CHANGES);
    assert_text(event->market, TICKER);
    assert_true(event->stream == 3 && event->sequence_first == 17 && event->sequence_last == 17);
    assert_true(event->venue_ms == EVENT_NO_TIME && event->sent_ms == EVENT_NO_TIME);
}

static void wrong_deltas_are_refused_with_their_market(void **state)
{
    (void)state;
    static const struct {
        const char *frame, *why;
    } cases[] = {
        {DELTA(PRICE("0.0000") SIZE("1") SIDE_TEXT("yes")), "price outside 0..1"},
        {DELTA(PRICE("1.0000") SIZE("1") SIDE_TEXT("yes")), "price outside 0..1"},
        {DELTA(PRICE("-0.5") SIZE("1") SIDE_TEXT("yes")), "price with a sign"},
        {DELTA(PRICE("") SIZE("1") SIDE_TEXT("yes")), "price is empty"},
        {DELTA(SIZE("1") SIDE_TEXT("yes")), "no price"},
        {DELTA(PRICE("0.5") SIDE_TEXT("yes")), "no delta"},
        {DELTA(PRICE("0.5") SIZE("") SIDE_TEXT("yes")), "size is empty"},
        {DELTA(PRICE("0.5") SIZE("-") SIDE_TEXT("yes")), "size is empty"},
        {DELTA(PRICE("0.5") SIZE("--1") SIDE_TEXT("yes")), "size with a sign"},
        {DELTA(PRICE("0.5") SIZE("+1") SIDE_TEXT("yes")), "size with a sign"},
        {DELTA(PRICE("0.5") SIZE("1e2") SIDE_TEXT("yes")), "size with an exponent"},
        {DELTA(PRICE("0.5") SIZE("1.005") SIDE_TEXT("yes")), "size: more decimals than 2"},
        {DELTA(PRICE("0.5") SIZE("ten") SIDE_TEXT("yes")), "size is no number"},
        {DELTA(PRICE("0.5") "\"delta_fp\":true," SIDE_TEXT("yes")), "size is no number"},
        {DELTA(PRICE("0.5") SIZE("1") "\"x\":1"), "no side"},
        {DELTA(PRICE("0.5") SIZE("1") SIDE_TEXT("")), "no side"},
        {DELTA(PRICE("0.5") SIZE("1") SIDE_TEXT("YES")), "unknown side"},
        {DELTA(PRICE("0.5") SIZE("1") "\"side\":1"), "unknown side"},
        {DELTA(PRICE("0.5") SIZE("1234567890123456789012345678901234567890") SIDE_TEXT("yes")), "size too large"},
        {DELTA(PRICE("1234567890123456789012345678901234567890") SIZE("1") SIDE_TEXT("yes")), "price outside 0..1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_text(refused(cases[i].frame, cases[i].why)->market, TICKER);
}

static void integer_cents_are_refused_as_such(void **state)
{
    (void)state;
    static const char why[] = "integer cents, a form that ended on 2026-03-12";
    refused(SNAPSHOT(",\"yes\":[[8,300]]"), why);
    refused(SNAPSHOT(",\"no\":[]"), why);
    refused(SNAPSHOT(",\"yes_dollars\":[[\"0.080\",300]]"), why);
    refused(SNAPSHOT(",\"no_dollars\":null"), why);
    refused(DELTA("\"price\":96,\"price_dollars\":\"0.960\",\"delta\":-54,\"side\":\"yes\""), why);
    refused(TRADE("\"yes_price\":52,\"count\":3,\"taker_side\":\"yes\",\"ts\":1700"), why);
    refused(TICKER_FRAME("\"yes_bid\":45,\"yes_ask\":53"), why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshots_are_two_ladders_of_bids),
        cmocka_unit_test(sides_may_be_empty),
        cmocka_unit_test(levels_may_be_written_otherwise),
        cmocka_unit_test(wrong_levels_refuse_the_snapshot),
        cmocka_unit_test(deltas_are_signed_increments),
        cmocka_unit_test(wrong_deltas_are_refused_with_their_market),
        cmocka_unit_test(integer_cents_are_refused_as_such),
    };
    return cmocka_run_group_tests(tests, decoder_make, decoder_unmake);
}
