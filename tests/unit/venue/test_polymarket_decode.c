/* What each type of message of the market channel but books becomes, and what is refused for which reason. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "decoding.h"

/* === Changes === */

static void changes_are_read(void **state)
{
    (void)state;
    assert_pair(one(PAIR));
    assert_pair(one("[" PAIR "]"));
    /* The spacings of 2025 and 2026, other orders, numbers, sides in any case, bests missing or empty. */
    assert_pair(one("{\"market\": \"" MARKET "\", \"price_changes\": [{\"asset_id\": \"" YES "\", \"price\": \"0.63\", "
                    "\"size\": \"9\", \"side\": \"SELL\", \"hash\": \"" HASH "\", \"best_bid\": \"0.624\", "
                    "\"best_ask\": \"0.63\"}, {\"asset_id\":\"" NO "\", \"price\":\"0.37\", \"size\":\"9.5\", "
                    "\"side\":\"BUY\", \"hash\":\"" HASH_NO "\", \"best_bid\":\"0\", \"best_ask\":\"1\"}], "
                    "\"timestamp\": \"1789156497002\", \"event_type\": \"price_change\"}"));
    assert_pair(one("{\"event_type\":\"price_change\"," STAMP "\"price_changes\":[{\"side\":\"sell\",\"price\":0.63,"
                    "\"best_ask\":0.63,\"best_bid\":0.624,\"size\":9,\"hash\":\"" HASH "\",\"asset_id\":\"" YES "\"},"
                    "{\"hash\":\"" HASH_NO "\",\"asset_id\":\"" NO "\",\"price\":\"0.3700\",\"side\":\"Buy\","
                    "\"size\":\"9.50\",\"best_bid\":\"\",\"more\":{}}],\"market\":\"" MARKET "\"}"));
}

static void a_change_may_remove_a_level(void **state)
{
    (void)state;
    const struct event *event =
        kind(CHANGE("[" ENTRY(YES, "0.5", "0", "BUY", "0xhash", "0.4", "0.6") "]"), EVENT_CHANGES);
    assert_true(event->changes.changes[0].quantity == 0);
    assert_int_equal(event->changes.changes[0].hash.length, 0);
}

static void older_changes_are_read(void **state)
{
    (void)state;
    const struct event *event = kind(
        "{" NAMES "\"hash\":\"" HASH "\"," STAMP "\"changes\":[{\"price\":\"0.4\",\"side\":\"SELL\",\"size\":\"3\"},"
        "{\"price\":\"0.5\",\"side\":\"BUY\",\"size\":\"0\"}],\"event_type\":\"price_change\"}",
        EVENT_CHANGES);
    assert_text(event->asset, YES);
    assert_int_equal(event->changes.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_text(event->changes.changes[i].asset, YES);
        assert_text(event->changes.changes[i].hash, HASH);
        assert_true(event->changes.changes[i].best_bid == PRICE_NONE);
    }
    assert_true(event->changes.changes[0].price == 4000 && event->changes.changes[1].side == SIDE_BID);
    /* Flat, and with what the entries need behind them. */
    event = kind("{\"event_type\":\"price_change\",\"price\":\"0.4\",\"side\":\"SELL\",\"size\":\"3\"," STAMP
                 "\"hash\":\"" HASH "\"," NAMES "\"x\":1}",
                 EVENT_CHANGES);
    assert_int_equal(event->changes.count, 1);
    assert_text(event->changes.changes[0].asset, YES);
    assert_text(event->changes.changes[0].hash, HASH);
    assert_true(event->changes.changes[0].price == 4000 && event->changes.changes[0].side == SIDE_ASK);
}

static void bad_changes_are_refused_whole(void **state)
{
    (void)state;
#define GOOD ENTRY(YES, "0.63", "9", "SELL", HASH, "0.62", "0.63")
    refused(CHANGE("[" GOOD "," ENTRY(NO, "0.63", "9", "HOLD", HASH, "0.62", "0.63") "]"), "unknown side");
    refused(CHANGE("[" ENTRY(NO, "0.63", "9", "", HASH, "0.62", "0.63") "," GOOD "]"), "no side");
    refused(CHANGE("[" GOOD "," ENTRY(NO, "1.63", "9", "BUY", HASH, "0.62", "0.63") "]"), "price outside 0..1");
    refused(CHANGE("[" GOOD "," ENTRY(NO, "0", "9", "BUY", HASH, "0.62", "0.63") "]"), "price outside 0..1");
    refused(CHANGE("[" GOOD "," ENTRY(NO, "0.0", "9", "BUY", HASH, "0.62", "0.63") "]"), "price outside 0..1");
    refused(CHANGE("[" GOOD "," ENTRY(NO, "0.6", "-9", "BUY", HASH, "0.62", "0.63") "]"), "size with a sign");
    refused(CHANGE("[" GOOD "," ENTRY(NO, "0.6", "1.1234567", "BUY", HASH, "0.62", "0.63") "]"),
            "size: more decimals than 6");
    refused(CHANGE("[" GOOD "," ENTRY("", "0.6", "9", "BUY", HASH, "0.62", "0.63") "]"), "bad asset");
    refused(CHANGE("[" GOOD "," ENTRY(YES NO, "0.6", "9", "BUY", HASH, "0.62", "0.63") "]"), "bad asset");
    refused(CHANGE("[" GOOD "," ENTRY(NO, "0.6", "9", "BUY", HASH, "0.62", "1.63") "]"), "best bid or ask is no price");
    refused(CHANGE("[" GOOD "," ENTRY(NO, "0.6", "9", "BUY", HASH, "x", "0.63") "]"), "best bid or ask is no price");
    refused(CHANGE("[" GOOD ",7]"), "a change is no object");
    refused(CHANGE("[{\"price\":\"0.5\",\"side\":\"BUY\",\"size\":\"1\"}]"), "no asset");
    refused(CHANGE("[{\"asset_id\":\"1\",\"price\":\"0.5\",\"size\":\"1\"}]"), "no side");
    refused(CHANGE("[]"), "no changes");
    refused(CHANGE("null"), "no changes");
    refused(CHANGE("{}"), "a list is no list");
    refused("{" NAMES STAMP "\"event_type\":\"price_change\"}", "no changes");
    refused(CHANGE("[" GOOD "],\"changes\":[" GOOD "]"), "key twice");
    refused(CHANGE("[7],\"changes\":[" GOOD "]"), "a change is no object"); /* the first reason counts */
    refused("{\"price_changes\":[" GOOD "]," STAMP "\"event_type\":\"price_change\"}", "no market");
    refused("{\"market\":\"m\",\"price_changes\":[" GOOD "],\"event_type\":\"price_change\"}", "no timestamp");
    /* Errors that do not matter to the type do not matter. */
    kind(CHANGE("[" GOOD "],\"bids\":[7],\"tick_size\":\"x\""), EVENT_CHANGES);
    kind(BOOK("[]", "[]", ",\"price_changes\":[7],\"side\":\"x\",\"price\":\"x\""), EVENT_SNAPSHOT);
}

/* Each figure of an entry in every JSON type it may not have. */
static void figures_of_the_wrong_type_refuse_a_change(void **state)
{
    static const char *const values[] = {"null", "true", "[]", "{}", "[\"0.5\"]", "\"0\\u002e5\""};
    static const struct {
        const char *key, *missing, *wrong;
    } figures[] = {
        {"price", "no price", "price is no number"},
        {"size", "no size", "size is no number"},
        {"side", "no side", "unknown side"},
        {"asset_id", "no asset", "bad asset"},
        {"best_bid", NULL, "best bid or ask is no price"},
        {"best_ask", NULL, "best bid or ask is no price"},
    };
    static const char *const rest[][2] = {
        {"price", "\"0.5\""}, {"size", "\"1\""}, {"side", "\"BUY\""}, {"asset_id", "\"1\""}};
    (void)state;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
            char frame[1024] = "{\"market\":\"m\"," STAMP "\"event_type\":\"price_change\",\"price_changes\":[{";
            size_t length = strlen(frame);
            for (size_t k = 0; k < sizeof rest / sizeof *rest; k++)
                if (strcmp(rest[k][0], figures[i].key) != 0)
                    length +=
                        (size_t)snprintf(frame + length, sizeof frame - length, "\"%s\":%s,", rest[k][0], rest[k][1]);
            snprintf(frame + length, sizeof frame - length, "\"%s\":%s}]}", figures[i].key, values[j]);
            if (j > 0)
                refused(frame, figures[i].wrong);
            else if (figures[i].missing)
                refused(frame, figures[i].missing);
            else
                assert_true(kind(frame, EVENT_CHANGES)->changes.changes[0].best_bid == PRICE_NONE);
        }
    refused(CHANGE("[" ENTRY(NO, "0.6", "9", "BUY", HASH, "0.62", "0.63") ",{\"asset_id\":null}]"), "no price");
    refused(TRADE(",\"side\":7"), "unknown side");
    refused(TRADE(",\"size\":true"), "size is no number");
    refused(TRADE(",\"price\":null"), "no price");
    refused(BOOK("[]", "[]", ",\"tick_size\":{}"), "tick size outside 0..1");
}

/* === Other types === */

static void trades_are_read(void **state)
{
    (void)state;
    const struct event *event = kind(TRADE(",\"side\":\"BUY\",\"transaction_hash\":\"0xabc\""), EVENT_TRADE);
    assert_text(event->asset, YES);
    assert_true(event->trade.price == 4200 && event->trade.quantity == 21428570);
    assert_true(event->trade.has_aggressor && event->trade.aggressor == SIDE_BID);
    uint64_t id = event->trade.id;
    assert_true(id != 0);
    assert_true(kind(TRADE(",\"side\":\"BUY\",\"transaction_hash\":\"0xabc\""), EVENT_TRADE)->trade.id == id);
    assert_true(kind(TRADE(",\"side\":\"SELL\",\"transaction_hash\":\"0xabc\""), EVENT_TRADE)->trade.id != id);
    assert_true(kind(TRADE(",\"side\":\"BUY\",\"transaction_hash\":\"0xabd\""), EVENT_TRADE)->trade.id != id);
    assert_false(kind(TRADE(",\"side\":\"\""), EVENT_TRADE)->trade.has_aggressor);
    /* Without transaction the stamp counts; without both there is no telling. */
    assert_true(kind(TRADE(""), EVENT_TRADE)->trade.id != 0);
    event = kind(TRADE(",\"timestamp\":\"\""), EVENT_TRADE);
    assert_true(event->trade.id == 0 && event->venue_ms == EVENT_NO_TIME);
    refused(TRADE(",\"side\":\"HOLD\""), "unknown side");
    refused(TRADE(",\"price\":\"1\""), "price outside 0..1");
    refused(TRADE(",\"size\":null"), "no size");
    refused(TRADE(",\"asset_id\":null"), "no asset");
}

static void ticks_and_tickers_are_read(void **state)
{
    (void)state;
    const struct event *event = kind("{" NAMES STAMP "\"old_tick_size\":\"0.01\",\"new_tick_size\":\"0.001\","
                                     "\"event_type\":\"tick_size_change\"}",
                                     EVENT_TICK_SIZE);
    assert_true(event->tick_size.before == 100 && event->tick_size.after == 10);
    event = kind("{" NAMES "\"new_tick_size\":0.0025,\"event_type\":\"tick_size_change\"}", EVENT_TICK_SIZE);
    assert_true(event->tick_size.before == PRICE_NONE && event->tick_size.after == 25);
    assert_true(event->venue_ms == EVENT_NO_TIME);
    refused("{" NAMES "\"event_type\":\"tick_size_change\"}", "no tick size");
    refused("{" NAMES "\"new_tick_size\":\"0\",\"event_type\":\"tick_size_change\"}", "tick size outside 0..1");

    event = kind("{" NAMES STAMP "\"best_bid\":\"0.73\",\"best_ask\":\"1\",\"spread\":\"0.27\","
                 "\"event_type\":\"best_bid_ask\"}",
                 EVENT_TICKER);
    assert_true(event->ticker.best_bid == 7300 && event->ticker.best_ask == PRICE_NONE);
    refused("{" NAMES STAMP "\"event_type\":\"best_bid_ask\"}", "no best bid or ask");
    refused("{" NAMES STAMP "\"best_bid\":\"2\",\"event_type\":\"best_bid_ask\"}", "best bid or ask is no price");
}

static void lifecycles_are_read(void **state)
{
    (void)state;
    const struct event *event =
        kind("{\"event_type\":\"new_market\",\"market\":\"" MARKET "\",\"question\":\"\\u001b[2J\","
             "\"assets_ids\":[\"1\",\"2\"]," STAMP "\"event_message\":null}",
             EVENT_LIFECYCLE);
    assert_true(event->lifecycle.is_new && event->lifecycle.has_status && event->lifecycle.status == MARKET_OPEN);
    assert_true(event->stream == EVENT_NO_SEQUENCE && event->sent_ms == EVENT_NO_TIME);
    event = kind("{\"event_type\":\"market_resolved\",\"market\":\"" MARKET "\",\"winning_asset_id\":\"" NO "\"}",
                 EVENT_LIFECYCLE);
    assert_true(!event->lifecycle.is_new && event->lifecycle.has_status && event->lifecycle.status == MARKET_RESOLVED);
    assert_text(event->lifecycle.winner, NO);
    event = kind("{\"event_type\":\"market_resolved\",\"market\":\"" MARKET "\"}", EVENT_LIFECYCLE);
    assert_int_equal(event->lifecycle.winner.length, 0);
    refused("{\"event_type\":\"market_resolved\",\"market\":\"m\",\"winning_asset_id\":\"\\n\"}", "bad winner");
    refused("{\"event_type\":\"new_market\"}", "no market");
}

static void what_is_not_for_a_viewer_is_ignored(void **state)
{
    (void)state;
    assert_why(kind("{" NAMES "\"event_type\":\"order\",\"price\":\"x\"}", EVENT_IGNORED), "user channel");
    assert_why(kind("{" NAMES "\"event_type\":\"trade\"}", EVENT_IGNORED), "user channel");
    assert_why(kind("{\"event_type\":\"Book\"}", EVENT_IGNORED), "unknown event type");
    assert_why(kind("{\"event_type\":\"a type with a name longer than any we know of\"}", EVENT_IGNORED),
               "unknown event type");
    assert_why(kind("{\"event_type\":\"\"}", EVENT_IGNORED), "no event type");
    assert_why(kind("{\"event_type\":7}", EVENT_IGNORED), "no event type");
    const struct event *event = kind("{" NAMES STAMP "\"bids\":[7]}", EVENT_IGNORED);
    assert_why(event, "no event type");
    assert_text(event->market, MARKET);
    assert_text(event->asset, YES);
    kind("{}", EVENT_IGNORED);
}

static void what_is_no_message_is_control(void **state)
{
    (void)state;
    assert_why(kind("PONG", EVENT_CONTROL), "PONG");
    assert_why(kind(" PONG \r\n", EVENT_CONTROL), "PONG");
    assert_why(kind("NO NEW ASSETS", EVENT_CONTROL), "NO NEW ASSETS");
    assert_why(kind("INVALID OPERATION", EVENT_CONTROL), "INVALID OPERATION");
    assert_why(kind("null", EVENT_CONTROL), "plain text");
    assert_why(kind("<html>", EVENT_CONTROL), "plain text");
    assert_why(kind("[]", EVENT_CONTROL), "empty list");
    assert_why(kind(" [ ]\n", EVENT_CONTROL), "empty list");
    assert_why(kind("", EVENT_CONTROL), "empty frame");
    assert_why(kind(" \n", EVENT_CONTROL), "empty frame");
    assert_int_equal(polymarket_decode(decoder, (struct text){NULL, 0}), 1);
}

static void each_object_of_a_frame_stands_for_itself(void **state)
{
    (void)state;
    assert_int_equal(
        polymarket_decode(decoder, TEXT("[" BOOK("[7]", "[]", "") ",5,[{}],null,\"x\"," SMALL_BOOK ",{}," PAIR "]")),
        8);
    const struct event *events = polymarket_decoder_events(decoder);
    for (size_t i = 0; i < 5; i++) assert_int_equal(events[i].kind, EVENT_ERROR);
    assert_why(&events[1], "neither an object nor a list of objects");
    assert_text(events[0].asset, YES);
    assert_small_book(&events[5]);
    assert_int_equal(events[6].kind, EVENT_IGNORED);
    assert_pair(&events[7]);
    kind("5", EVENT_ERROR);
    kind("\"PONG\"", EVENT_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_read),
        cmocka_unit_test(a_change_may_remove_a_level),
        cmocka_unit_test(older_changes_are_read),
        cmocka_unit_test(bad_changes_are_refused_whole),
        cmocka_unit_test(figures_of_the_wrong_type_refuse_a_change),
        cmocka_unit_test(trades_are_read),
        cmocka_unit_test(ticks_and_tickers_are_read),
        cmocka_unit_test(lifecycles_are_read),
        cmocka_unit_test(what_is_not_for_a_viewer_is_ignored),
        cmocka_unit_test(what_is_no_message_is_control),
        cmocka_unit_test(each_object_of_a_frame_stands_for_itself),
    };
    return cmocka_run_group_tests_name("polymarket_decode", tests, make, unmake);
}
