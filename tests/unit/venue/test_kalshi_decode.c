/* What each type of Kalshi's messages but books becomes, and what is refused for which reason. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "kalshi_frames.h"

/* === Times === */

static void stamps_come_in_three_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *times;
        int64_t ms;
    } cases[] = {
        {"", EVENT_NO_TIME},
        {",\"ts\":\"2026-08-27T13:56:23Z\"", INT64_C(1787838983000)},
        {",\"ts\":\"2026-08-27T13:56:23.9Z\"", INT64_C(1787838983900)},
        {",\"ts\":\"2026-08-27T13:56:23.99Z\"", INT64_C(1787838983990)},
        {",\"ts\":\"2026-08-27T13:56:23.996Z\"", INT64_C(1787838983996)},
        {",\"ts\":\"2026-08-27T13:56:23.9964Z\"", INT64_C(1787838983996)},
        {",\"ts\":\"2026-08-27T13:56:23.99644Z\"", INT64_C(1787838983996)},
        {",\"ts\":\"2026-08-27T13:56:23.996443Z\"", INT64_C(1787838983996)},
        {",\"ts\":\"2026-08-27T13:56:23.000001Z\"", INT64_C(1787838983000)},
        {",\"ts\":\"2026-08-27T15:56:23.5+02:00\"", INT64_C(1787838983500)},
        {",\"ts\":\"2026-08-27T13:56:23.996443Z\",\"ts_ms\":1", 1},
        {",\"ts_ms\":1787838983996", INT64_C(1787838983996)},
        {",\"ts_ms\":\"1787838983996\"", INT64_C(1787838983996)},
        {",\"ts\":1787838983", INT64_C(1787838983000)},
        /* What cannot be a time is none. */
        {",\"ts_ms\":-1", EVENT_NO_TIME},
        {",\"ts_ms\":1.5", EVENT_NO_TIME},
        {",\"ts_ms\":9223372036855", EVENT_NO_TIME},
        {",\"ts_ms\":123456789012345678", EVENT_NO_TIME},
        {",\"ts_ms\":1234567890123456789012345678901234567890", EVENT_NO_TIME},
        {",\"ts_ms\":{}", EVENT_NO_TIME},
        {",\"ts_ms\":null", EVENT_NO_TIME},
        {",\"ts\":\"soon\"", EVENT_NO_TIME},
        {",\"ts\":\"\"", EVENT_NO_TIME},
        {",\"ts\":\"2026-08-27T13:56:23\\u005a\"", EVENT_NO_TIME},
        {",\"ts\":\"1969-12-31T23:59:59Z\"", EVENT_NO_TIME},
        {",\"ts\":\"9999-12-31T23:59:59Z\"", EVENT_NO_TIME},
        {",\"ts\":99999999999999", EVENT_NO_TIME},
        {",\"ts\":-5", EVENT_NO_TIME},
        {",\"ts\":[]", EVENT_NO_TIME},
        {",\"ts\":null", EVENT_NO_TIME},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int spaced = 0; spaced < 2; spaced++) {
            char frame[512];
            snprintf(frame, sizeof frame,
                     "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":2,%s\"msg\":{" NAMES "," PRICE("0.1") SIZE("1")
                         SIDE_TEXT("yes") "%s}}",
                     spaced ? " " : "", cases[i].times);
            const struct event *event = kind(frame, EVENT_CHANGES);
            if (event->venue_ms != cases[i].ms) fail_msg("%lld of %s", (long long)event->venue_ms, frame);
        }
}

static void sending_times_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *rest;
        int64_t ms;
    } cases[] = {
        {",\"sending_ts_ms\":1791180714077}", INT64_C(1791180714077)},
        {",\"sending_ts_ms\": 1791180714077}", INT64_C(1791180714077)},
        {",\"sending_ts_ms\":123456789012345678}", EVENT_NO_TIME},
        {",\"sending_ts_ms\":null}", EVENT_NO_TIME},
        {",\"sending_ts_ms\":false}", EVENT_NO_TIME},
    };
    char frame[512];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(frame, sizeof frame, "%.*s%s", (int)strlen(NO_DELTA) - 1, NO_DELTA, cases[i].rest);
        assert_true(kind(frame, EVENT_CHANGES)->sent_ms == cases[i].ms);
        snprintf(frame, sizeof frame, "%.*s%s", (int)strlen(SNAPSHOT("")) - 1, SNAPSHOT(""), cases[i].rest);
        assert_true(kind(frame, EVENT_SNAPSHOT)->sent_ms == cases[i].ms);
    }
}

/* === Trades and tickers === */

#define TRADE_ID    "\"trade_id\":\"d91bc706-ee49-470d-82d8-11418bda6fed\","
#define TRADE_TERMS "\"yes_price_dollars\":\"0.3600\",\"no_price_dollars\":\"0.6400\",\"count_fp\":\"136.00\""

static void trades_are_in_yes_terms(void **state)
{
    (void)state;
    const struct event *event =
        kind(TRADE(TRADE_ID TRADE_TERMS ",\"taker_side\":\"yes\",\"taker_outcome_side\":\"no\",\"ts\":1669149841"),
             EVENT_TRADE);
    assert_text(event->market, TICKER);
    assert_true(event->venue_ms == INT64_C(1669149841000) && event->stream == 3 && event->sequence_last == 17);
    assert_true(event->trade.price == 3600 && event->trade.quantity == 13600);
    assert_true(event->trade.has_aggressor && event->trade.aggressor == SIDE_ASK && event->trade.id != 0);
    uint64_t id = event->trade.id;

    event = kind(TRADE(TRADE_ID TRADE_TERMS ",\"taker_side\":\"yes\""), EVENT_TRADE);
    assert_true(event->trade.has_aggressor && event->trade.aggressor == SIDE_BID && event->trade.id == id);
    event = kind(TRADE("\"trade_id\":\"other\"," TRADE_TERMS), EVENT_TRADE);
    assert_true(!event->trade.has_aggressor && event->trade.id != id && event->trade.id != 0);
    assert_true(kind(TRADE(TRADE_TERMS), EVENT_TRADE)->trade.id == 0);
    assert_true(kind(TRADE("\"trade_id\":7," TRADE_TERMS), EVENT_TRADE)->trade.id == 0);

    /* Without a sequence, as of old. */
    event = kind("{\"type\":\"trade\",\"sid\":2,\"msg\":{\"market_ticker\":\"A\"," TRADE_TERMS "}}", EVENT_TRADE);
    assert_true(event->stream == 2 && event->sequence_first == EVENT_NO_SEQUENCE);

    refused(TRADE(TRADE_TERMS ",\"taker_outcome_side\":\"maybe\""), "unknown side");
    refused(TRADE(TRADE_TERMS ",\"taker_outcome_side\":[]"), "unknown side");
    refused(TRADE("\"yes_price_dollars\":\"0.3600\""), "no size");
    refused(TRADE("\"count_fp\":\"136.00\""), "no price");
    refused(TRADE("\"yes_price_dollars\":\"0\",\"count_fp\":\"136.00\""), "price outside 0..1");
    refused(FRAME("trade", TRADE_TERMS), "no market");
}

static void tickers_witness_the_touch(void **state)
{
    (void)state;
    const struct event *event =
        kind(TICKER_FRAME("\"price_dollars\":\"0.4800\",\"yes_bid_dollars\":\"0.4500\",\"yes_ask_dollars\":\"0.5300\","
                          "\"ts\":1787838990,\"ts_ms\":1787838990880"),
             EVENT_TICKER);
    assert_true(event->ticker.best_bid == 4500 && event->ticker.best_ask == 5300 && event->ticker.last_trade == 4800);
    assert_true(event->venue_ms == INT64_C(1787838990880) && event->stream == 4);
    assert_true(event->sequence_last == EVENT_NO_SEQUENCE);

    event =
        kind(TICKER_FRAME("\"price_dollars\":\"0.0000\",\"yes_bid_dollars\":\"0.0000\",\"yes_ask_dollars\":\"1.0000\""),
             EVENT_TICKER);
    assert_true(event->ticker.best_bid == PRICE_NONE && event->ticker.best_ask == PRICE_NONE);
    assert_true(event->ticker.last_trade == PRICE_NONE);
    event = kind(TICKER_FRAME("\"yes_bid_dollars\":\"0.1\",\"yes_ask_dollars\":\"0.2\""), EVENT_TICKER);
    assert_true(event->ticker.last_trade == PRICE_NONE);

    refused(TICKER_FRAME("\"price_dollars\":\"0.5\""), "no best bid or ask");
    refused(TICKER_FRAME("\"yes_bid_dollars\":\"0.1\""), "no best bid or ask");
    refused(TICKER_FRAME("\"yes_bid_dollars\":\"0.1\",\"yes_ask_dollars\":\"1.1\""), "best bid or ask is no price");
    refused(TICKER_FRAME("\"yes_bid_dollars\":{},\"yes_ask_dollars\":\"0.1\""), "best bid or ask is no price");
    refused(TICKER_FRAME("\"price_dollars\":\"x\",\"yes_bid_dollars\":\"0.1\",\"yes_ask_dollars\":\"0.2\""),
            "last trade price is no price");
}

/* === Lives of markets === */

static void lives_of_markets_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *frame;
        bool has_status;
        enum market_status status;
        const char *winner;
    } cases[] = {
        {LIFECYCLE("activated", ""), true, MARKET_OPEN, ""},
        {LIFECYCLE("activated", ",\"is_deactivated\":null"), true, MARKET_OPEN, ""},
        {LIFECYCLE("deactivated", ""), true, MARKET_PAUSED, ""},
        {LIFECYCLE("deactivated", ",\"is_deactivated\":true"), true, MARKET_PAUSED, ""},
        {LIFECYCLE("deactivated", ",\"is_deactivated\":false"), true, MARKET_OPEN, ""},
        {LIFECYCLE("activated", ",\"result\":\"yes\""), true, MARKET_OPEN, ""},
        {LIFECYCLE("determined", ",\"result\":\"yes\",\"is_deactivated\":false"), true, MARKET_CLOSED, "yes"},
        {LIFECYCLE("determined", ",\"result\":\"scalar\""), true, MARKET_CLOSED, ""},
        {LIFECYCLE("settled", ",\"result\":\"no\""), true, MARKET_RESOLVED, "no"},
        {LIFECYCLE("settled", ",\"settled_ts\":1"), true, MARKET_RESOLVED, ""},
        {LIFECYCLE("created", ""), false, MARKET_OPEN, ""},
        {LIFECYCLE("close_date_updated", ",\"close_ts\":1694721600"), false, MARKET_OPEN, ""},
        {LIFECYCLE("metadata_updated", ",\"floor_strike\":95000"), false, MARKET_OPEN, ""},
        {LIFECYCLE("painted_green", ",\"result\":\"no\""), false, MARKET_OPEN, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct event *event = kind(cases[i].frame, EVENT_LIFECYCLE);
        const struct event_lifecycle *life = &event->lifecycle;
        assert_text(event->market, TICKER);
        if (life->has_status != cases[i].has_status || life->status != cases[i].status) fail_msg("%s", cases[i].frame);
        assert_text(life->winner, cases[i].winner);
        assert_int_equal(life->is_new, strstr(cases[i].frame, "created") != NULL);
        assert_true(life->close_time == (strstr(cases[i].frame, "close_ts") ? 1694721600 : 0));
        assert_int_equal(life->range_count, 0);
    }
    refused(FRAME("market_lifecycle_v2", "\"event_type\":\"activated\""), "no market");
}

#define GRID(list)              LIFECYCLE("price_level_structure_updated", ",\"price_ranges\":" list)
#define RANGE(start, end, step) "{\"start\":\"" start "\",\"end\":\"" end "\",\"step\":\"" step "\"}"

static void price_grids_are_read(void **state)
{
    (void)state;
    const struct event *event = kind(
        GRID("[" RANGE("0.0000", "0.1000", "0.0010") "," RANGE("0.1000", "1.0000", "0.0100") "]"), EVENT_LIFECYCLE);
    assert_false(event->lifecycle.has_status);
    assert_int_equal(event->lifecycle.range_count, 2);
    const struct price_range *ranges = event->lifecycle.ranges;
    assert_true(ranges[0].start == 0 && ranges[0].end == 1000 && ranges[0].step == 10);
    assert_true(ranges[1].start == 1000 && ranges[1].end == 10000 && ranges[1].step == 100);
    assert_int_equal(kind(GRID("null"), EVENT_LIFECYCLE)->lifecycle.range_count, 0);
    assert_int_equal(kind(GRID("[]"), EVENT_LIFECYCLE)->lifecycle.range_count, 0);
    assert_int_equal(kind(GRID("[{\"x\":[1],\"step\":1,\"step\":0.01,\"end\":1,\"start\":0}]"), EVENT_LIFECYCLE)
                         ->lifecycle.range_count,
                     1);

    refused(GRID("{}"), "price ranges are no list");
    refused(GRID("7"), "price ranges are no list");
    refused(GRID("[7]"), "a price range is none");
    refused(GRID("[[]," RANGE("0", "1", "0.01") "]"), "a price range is none");
    refused(GRID("[{}]"), "a price range is none");
    refused(GRID("[{\"start\":\"0\",\"end\":\"1\"}]"), "a price range is none");
    refused(GRID("[{\"start\":\"0\",\"step\":\"1\"}]"), "a price range is none");
    refused(GRID("[" RANGE("0", "1", "-0.01") "]"), "a price range is none");
    refused(GRID("[" RANGE("0", "1.1", "0.01") "]"), "a price range is none");
#define FOUR RANGE("0", "1", "0.01") "," RANGE("0", "1", "0.01") "," RANGE("0", "1", "0.01") "," RANGE("0", "1", "0.01")
    assert_int_equal(kind(GRID("[" FOUR "," FOUR "," FOUR "," FOUR "]"), EVENT_LIFECYCLE)->lifecycle.range_count, 16);
    refused(GRID("[" FOUR "," FOUR "," FOUR "," FOUR "," FOUR "]"), "too many price ranges");
}

static void lives_of_events_name_no_market(void **state)
{
    (void)state;
    static const char *const frames[] = {
        FRAME("event_lifecycle", "\"event_ticker\":\"KXE\",\"title\":\"T\""),
        FRAME("event_fee_update", "\"event_ticker\":\"KXE\",\"fee_type_override\":null"),
        FRAME("multivariate_market_lifecycle", "\"market_ticker\":\"KXM\",\"event_type\":\"settled\""),
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        const struct event *event = kind(frames[i], EVENT_LIFECYCLE);
        assert_int_equal(event->market.length, 0);
        assert_true(!event->lifecycle.has_status && !event->lifecycle.is_new && event->sequence_last == 17);
    }
}

/* === The connection's own talk === */

static const struct event *control(const char *frame, enum control_kind expected, int64_t command, const char *why)
{
    const struct event *event = kind(frame, EVENT_CONTROL);
    assert_int_equal(event->control.kind, expected);
    assert_true(event->control.command == command);
    assert_non_null(event->why);
    assert_string_equal(event->why, why);
    return event;
}

static void commands_are_answered(void **state)
{
    (void)state;
    const struct event *event =
        control("{\"type\":\"subscribed\",\"id\":1,\"msg\":{\"channel\":\"orderbook_delta\",\"sid\":5}}",
                CONTROL_SUBSCRIBED, 1, "subscribed");
    assert_text(event->control.channel, "orderbook_delta");
    assert_true(event->stream == 5 && event->sequence_last == EVENT_NO_SEQUENCE);
    control("{\"type\":\"subscribed\",\"msg\":{\"channel\":\"trade\",\"sid\":5}}", CONTROL_SUBSCRIBED, 0, "subscribed");
    refused("{\"type\":\"subscribed\",\"id\":1,\"msg\":{\"channel\":\"trade\"}}", "no sid");
    refused("{\"type\":\"subscribed\",\"id\":1,\"msg\":{\"channel\":\"trade\",\"sid\":\"one\"}}", "no sid");
    refused("{\"type\":\"subscribed\",\"id\":1,\"msg\":{\"channel\":[],\"sid\":5}}", "no channel");

    event = control("{\"type\":\"ok\",\"id\":2,\"sid\":1,\"seq\":108,\"msg\":{\"market_tickers\":[\"A\",\"B\"]}}",
                    CONTROL_OK, 2, "ok");
    assert_true(event->stream == 1 && event->sequence_first == 108 && event->sequence_last == 108);
    event = control("{\"id\":3,\"type\":\"ok\",\"msg\":[{\"channel\":\"ticker\",\"sid\":1}]}", CONTROL_OK, 3, "ok");
    assert_true(event->stream == EVENT_NO_SEQUENCE && event->sequence_last == EVENT_NO_SEQUENCE);
    event = control("{\"id\":102,\"sid\":2,\"seq\":7,\"type\":\"unsubscribed\"}", CONTROL_UNSUBSCRIBED, 102,
                    "unsubscribed");
    assert_true(event->stream == 2 && event->sequence_last == 7);
    refused("{\"type\":\"ok\",\"sid\":1,\"seq\":{}}", "bad seq");
}

static void errors_bring_their_text(void **state)
{
    (void)state;
    const struct event *event =
        control("{\"type\":\"error\",\"id\":3,\"msg\":{\"code\":8,\"msg\":\"Unknown channel name\"}}", CONTROL_ERROR, 3,
                "Unknown channel name");
    assert_true(event->control.code == 8 && event->stream == EVENT_NO_SEQUENCE);
    event = control("{\"sid\":4,\"seq\":9,\"msg\":{\"msg\":\"a "
                    "\\\"b\\\"\",\"code\":25,\"market_ticker\":\"A\"},\"type\":\"error\"}",
                    CONTROL_ERROR, 0, "a \"b\"");
    assert_true(event->control.code == 25 && event->stream == 4 && event->sequence_last == 9);
    assert_text(event->market, "A");
    control("{\"type\":\"error\",\"msg\":\"too bad\"}", CONTROL_ERROR, 0, "too bad");
    static const char without[] = "an error without a text";
    control("{\"type\":\"error\"}", CONTROL_ERROR, 0, without);
    control("{\"type\":\"error\",\"msg\":null}", CONTROL_ERROR, 0, without);
    control("{\"type\":\"error\",\"msg\":[]}", CONTROL_ERROR, 0, without);
    event = control("{\"type\":\"error\",\"id\":\"x\",\"msg\":{\"code\":\"x\",\"msg\":7}}", CONTROL_ERROR, 0, without);
    assert_true(event->control.code == 0);

    char frame[1024], text[600];
    memset(text, 'x', sizeof text);
    snprintf(frame, sizeof frame, "{\"type\":\"error\",\"msg\":{\"msg\":\"%.*s\"}}", (int)sizeof text, text);
    assert_int_equal(strlen(kind(frame, EVENT_CONTROL)->why), 255);
}

static void the_rest_is_ignored(void **state)
{
    (void)state;
    static const struct {
        const char *frame, *why;
    } cases[] = {
        {FRAME("fill", "\"market_ticker\":\"" TICKER "\""), "user channel"},
        {FRAME("rfq_created", "\"id\":\"rfq_1\""), "user channel"},
        {FRAME("cfbenchmarks_value_5hz", "\"index_id\":\"BRTI\""), "no market data"},
        {FRAME("brand_new", "\"a\":1"), "unknown type"},
        {FRAME("ticker_v2", "\"a\":1"), "unknown type"},
        {"{\"msg\":{}}", "no type"},
        {"{}", "no type"},
        {"{\"type\":null}", "no type"},
        {"{\"type\":7}", "no type"},
        {"{\"id\":3,\"cmd\":\"list_subscriptions\"}", "a command"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct event *event = kind(cases[i].frame, EVENT_IGNORED);
        if (strcmp(event->why, cases[i].why) != 0) fail_msg("\"%s\" for %s", event->why, cases[i].frame);
    }
    const struct event *event = kind(cases[0].frame, EVENT_IGNORED);
    assert_text(event->market, TICKER);
    assert_true(event->stream == 3 && event->sequence_last == 17);
    kind("{\"type\":\"t\\u0072ade\",\"msg\":{\"market_ticker\":\"A\"," TRADE_TERMS "}}", EVENT_TRADE);
}

static void plain_words_are_talk(void **state)
{
    (void)state;
    assert_int_equal(kind("heartbeat", EVENT_CONTROL)->control.kind, CONTROL_TALK);
    assert_string_equal(kind("heartbeat", EVENT_CONTROL)->why, "plain text");
    assert_string_equal(kind(" \r\n", EVENT_CONTROL)->why, "empty frame");
    assert_string_equal(kind("", EVENT_CONTROL)->why, "empty frame");
    refused("[]", "not an object");
    refused("[{\"type\":\"ok\"}]", "not an object");
    refused("7", "not an object");
    assert_non_null(kind("{\"type\":\"ok\"", EVENT_ERROR)->why);
    assert_non_null(kind("{\"type\":\"ok\"} x", EVENT_ERROR)->why);
    assert_non_null(kind("[1,2", EVENT_ERROR)->why);
    assert_non_null(kind(NO_DELTA "x", EVENT_ERROR)->why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stamps_come_in_three_shapes),    cmocka_unit_test(sending_times_are_read),
        cmocka_unit_test(trades_are_in_yes_terms),        cmocka_unit_test(tickers_witness_the_touch),
        cmocka_unit_test(lives_of_markets_are_told),      cmocka_unit_test(price_grids_are_read),
        cmocka_unit_test(lives_of_events_name_no_market), cmocka_unit_test(commands_are_answered),
        cmocka_unit_test(errors_bring_their_text),        cmocka_unit_test(the_rest_is_ignored),
        cmocka_unit_test(plain_words_are_talk),
    };
    return cmocka_run_group_tests(tests, decoder_make, decoder_unmake);
}
