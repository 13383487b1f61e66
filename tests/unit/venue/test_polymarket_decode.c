/* What each type of message of the market channel becomes, and what is refused for which reason. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "polymarket_frames.h"

static struct polymarket_decoder *decoder;

static int make(void **state)
{
    (void)state;
    decoder = polymarket_decoder_create();
    return decoder ? 0 : -1;
}

static int unmake(void **state)
{
    (void)state;
    polymarket_decoder_destroy(decoder);
    return 0;
}

static const struct event *one(const char *frame)
{
    assert_int_equal(polymarket_decode(decoder, text_from(frame)), 1);
    return polymarket_decoder_events(decoder);
}

static const struct event *kind(const char *frame, enum event_kind expected)
{
    const struct event *event = one(frame);
    if (event->kind != expected) fail_msg("kind %d (%s) of %s", (int)event->kind, event->why ? event->why : "-", frame);
    return event;
}

static void refused(const char *frame, const char *why)
{
    const struct event *event = kind(frame, EVENT_ERROR);
    if (strcmp(event->why, why) != 0) fail_msg("\"%s\", not \"%s\", for %s", event->why, why, frame);
}

/* === Books === */

static void assert_small_book(const struct event *event)
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

static void books_are_read(void **state)
{
    (void)state;
    assert_small_book(one(SMALL_BOOK));
    assert_small_book(one("  [" SMALL_BOOK "]\n"));
    /* Other order of keys, other blanks, numbers instead of strings, keys nobody knows. */
    assert_small_book(one("{ \"event_type\" : \"book\" , \"last_trade_price\":0.5, \"tick_size\":0.001, \"extra\":[{}],"
                          "\"asks\":[ {\"size\":19500402.66,\"x\":null,\"price\":0.999} ], \"hash\": \"" HASH "\","
                          "\"bids\":[{ \"price\" : \".01\", \"size\":\"80.010\" },\n{\"price\":0.48,\"size\":500}],"
                          "\"timestamp\":1789156497002, \"asset_id\":\"" YES "\", \"market\":\"" MARKET "\" }"));
    assert_small_book(
        one("{\"\\u0065vent_type\":\"b\\u006fok\"," NAMES STAMP "\"hash\":\"" HASH "\",\"tick_size\":"
            "\"0.001\",\"last_trade_price\":\"0.5\",\"bids\":[{\"pr\\u0069ce\":\"0.01\",\"size\":\"80.01\"}," LEVEL(
                "0.48", "500") "],\"asks\":[" LEVEL("0.999", "19500402.66") "]}"));
}

static void opening_pair_is_two_books(void **state)
{
    (void)state;
    assert_int_equal(polymarket_decode(decoder, TEXT("[" SMALL_BOOK ", " BOOK("[]", "null", "") "]\n")), 2);
    const struct event *events = polymarket_decoder_events(decoder);
    assert_small_book(&events[0]);
    const struct event_snapshot *empty = &events[1].snapshot;
    assert_int_equal(events[1].kind, EVENT_SNAPSHOT);
    assert_true(empty->bid_count == 0 && empty->ask_count == 0);
    assert_true(empty->tick == PRICE_NONE && !empty->has_last_trade && empty->last_trade == PRICE_NONE);
}

static void last_trade_of_a_book(void **state)
{
    (void)state;
    const struct event *event = kind(BOOK("[]", "[]", ",\"last_trade_price\":\"\",\"tick_size\":\"\""), EVENT_SNAPSHOT);
    assert_true(event->snapshot.has_last_trade);
    assert_true(event->snapshot.last_trade == PRICE_NONE && event->snapshot.tick == PRICE_NONE);
    event = kind(BOOK("[]", "[]", ",\"last_trade_price\":null"), EVENT_SNAPSHOT);
    assert_false(event->snapshot.has_last_trade);
    refused(BOOK("[]", "[]", ",\"last_trade_price\":\"1.5\""), "last trade price is no price");
    refused(BOOK("[]", "[]", ",\"last_trade_price\":[]"), "last trade price is no price");
}

static void fixed_terms_of_a_book(void **state)
{
    (void)state;
    const struct event *event = kind(BOOK("[]", "[]", ",\"min_order_size\":\"5.0\",\"neg_risk\":true"), EVENT_SNAPSHOT);
    assert_text(event->snapshot.min_order_size, "5.0");
    assert_true(event->snapshot.has_negative_risk && event->snapshot.negative_risk);
    event = kind(BOOK("[]", "[]", ",\"min_order_size\":15,\"neg_risk\":false"), EVENT_SNAPSHOT);
    assert_text(event->snapshot.min_order_size, "15");
    assert_true(event->snapshot.has_negative_risk && !event->snapshot.negative_risk);
    event = kind(BOOK("[]", "[]", ",\"min_order_size\":{},\"neg_risk\":\"true\""), EVENT_SNAPSHOT);
    assert_int_equal(event->snapshot.min_order_size.length, 0);
    assert_false(event->snapshot.has_negative_risk);
}

static void a_hash_of_another_form_is_none(void **state)
{
    (void)state;
    static const char *const hashes[] = {"\"\"",
                                         "null",
                                         "5",
                                         "[]",
                                         "\"0x23456789abcdef0123456789abcdef0123456789\"",
                                         "\"0123456789ABCDEF0123456789abcdef01234567\"",
                                         "\"0123456789abcdef0123456789abcdef0123456\"",
                                         "\"0123456789abcdef0123456789abcdef0123456g\"",
                                         "\"0123456789abcdef0123456789abcdef0123456`\"",
                                         "\"0123456789abcdef0123456789abcdef0123456/\"",
                                         "\"0123456789abcdef0123456789abcdef0123456:\"",
                                         "\"\\u00301234567890123456789012345678901234\""};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        char frame[1024];
        snprintf(frame, sizeof frame, "{" NAMES STAMP "\"bids\":[],\"asks\":[],\"event_type\":\"book\",\"hash\":%s}",
                 hashes[i]);
        assert_int_equal(kind(frame, EVENT_SNAPSHOT)->hash.length, 0);
    }
}

static void bad_books_are_refused(void **state)
{
    (void)state;
    refused("{" STAMP "\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "no market");
    refused("{\"market\":\"" MARKET "\"," STAMP "\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "no asset");
    refused("{\"market\":5,\"asset_id\":\"1\"," STAMP "\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "bad market");
    refused("{\"market\":\"m\",\"asset_id\":\"\\u0031\"," STAMP "\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "bad asset");
    refused("{\"market\":\"m\",\"asset_id\":\"\xC3\xA9\"," STAMP "\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "bad asset");
    refused("{\"market\":\"m\",\"asset_id\":\"1234567\x7F\"," STAMP "\"bids\":[],\"asks\":[]," BOOK_TYPE "}",
            "bad asset");
    refused("{\"market\":\"m\",\"asset_id\":\"" YES NO "\"," STAMP "\"bids\":[],\"asks\":[]," BOOK_TYPE "}",
            "bad asset");
    refused("{" NAMES "\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "no timestamp");
    refused("{" NAMES "\"timestamp\":\"soon\",\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "no timestamp");
    refused("{" NAMES "\"timestamp\":\"-5\",\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "no timestamp");
    refused("{" NAMES "\"timestamp\":\"9223372036855\",\"bids\":[],\"asks\":[]," BOOK_TYPE "}", "no timestamp");
    refused("{" NAMES STAMP "\"asks\":[]," BOOK_TYPE "}", "no bids");
    refused("{" NAMES STAMP "\"bids\":[]," BOOK_TYPE "}", "no asks");
    refused(BOOK("{}", "[]", ""), "a list is no list");
    refused(BOOK("[]", "\"[]\"", ""), "a list is no list");
    refused(BOOK("[[\"0.5\",\"1\"]]", "[]", ""), "a level is no object");
    refused(BOOK("[null]", "[]", ""), "a level is no object");
    refused(BOOK("[]", "[]", ",\"bids\":[]"), "key twice");
    refused(BOOK("[]", "[]", ",\"asks\":null"), "key twice");
    refused(BOOK("[{\"price\":\"0.5\"}]", "[]", ""), "no size");
    refused(BOOK("[{\"size\":\"5\"}]", "[]", ""), "no price");
    refused(BOOK("[" LEVEL("0.5", "0") "]", "[]", ""), "level of size 0");
    refused(BOOK("[" LEVEL("0.5", "0.00") "]", "[]", ""), "level of size 0");
    refused(BOOK("[]", "[]", ",\"tick_size\":\"0\""), "tick size outside 0..1");
    refused(BOOK("[]", "[]", ",\"tick_size\":\"-0.01\""), "tick size outside 0..1");
    refused(BOOK("[]", "[]", ",\"tick_size\":\"0.00001\""), "tick size outside 0..1");
}

/* Each of them in a list whose other levels are good, to be read by both ways. */
static void hostile_figures_refuse_a_book(void **state)
{
    (void)state;
    static const struct {
        const char *price, *size, *why;
    } levels[] = {
        {"\"0\"", "\"1\"", "price outside 0..1"},
        {"\"0.0000\"", "\"1\"", "price outside 0..1"},
        {"\"1\"", "\"1\"", "price outside 0..1"},
        {"\"1.0001\"", "\"1\"", "price outside 0..1"},
        {"1", "1", "price outside 0..1"},
        {"\"-0.5\"", "\"1\"", "price with a sign"},
        {"-0.5", "1", "price with a sign"},
        {"\"+0.5\"", "\"1\"", "price with a sign"},
        {"\"0.12345\"", "\"1\"", "price: more decimals than 4"},
        {"\"0.000000000000000001\"", "\"1\"", "price: more decimals than 4"},
        {"\"1e400\"", "\"1\"", "price with an exponent"},
        {"5e-1", "1", "price with an exponent"},
        {"\"NaN\"", "\"1\"", "price is no number"},
        {"\"Infinity\"", "\"1\"", "price is no number"},
        {"\"0,5\"", "\"1\"", "price is no number"},
        {"\"0.5 \"", "\"1\"", "price is no number"},
        {"\"0.5x\"", "\"1\"", "price is no number"},
        {"\"0x1\"", "\"1\"", "price is no number"},
        {"\"0.\\u0035\"", "\"1\"", "price is no number"},
        {"\"\"", "\"1\"", "price is empty"},
        {"null", "\"1\"", "no price"},
        {"true", "\"1\"", "price is no number"},
        {"[\"0.5\"]", "\"1\"", "price is no number"},
        {"\"9999999999999999999999999999999999999999\"", "\"1\"", "price outside 0..1"},
        {"\"0.5\"", "\"-1\"", "size with a sign"},
        {"\"0.5\"", "-1", "size with a sign"},
        {"\"0.5\"", "\"-0\"", "size with a sign"},
        {"\"0.5\"", "\"1e3\"", "size with an exponent"},
        {"\"0.5\"", "1e400", "size with an exponent"},
        {"\"0.5\"", "\"1.1234567\"", "size: more decimals than 6"},
        {"\"0.5\"", "\"9223372036854775808\"", "size too large"},
        {"\"0.5\"", "\"9999999999999999999999999999999999999999\"", "size too large"},
        {"\"0.5\"", "\"NaN\"", "size is no number"},
        {"\"0.5\"", "\"1.2.3\"", "size is no number"},
        {"\"0.5\"", "\".\"", "size is no number"},
        {"\"0.5\"", "\"\"", "size is empty"},
        {"\"0.5\"", "{\"a\":[1,{}]}", "size is no number"},
        {"\"0.5\"", "null", "no size"},
    };
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        char frame[2048];
        snprintf(frame, sizeof frame,
                 "{" NAMES STAMP BOOK_TYPE ",\"bids\":[" LEVEL("0.3", "3") ",{\"price\":%s,\"size\":%s}," LEVEL(
                     "0.4", "4") "],\"asks\":[" LEVEL("0.9", "9") "]}",
                 levels[i].price, levels[i].size);
        refused(frame, levels[i].why);
    }
}

static void figures_at_their_limits_are_read(void **state)
{
    (void)state;
    const struct event *event =
        kind(BOOK("[" LEVEL("0.0001", "0.000001") "," LEVEL("0.9999", "9223372036854.775807") "," LEVEL(
                      "00.5000000",
                      "99999999.999999") "," LEVEL("0.25", "007") "," LEVEL("0.26", "5.") "," LEVEL(".27", ".5") "]",
                  "[]", ""),
             EVENT_SNAPSHOT);
    static const struct level expected[] = {{1, 1},          {9999, INT64_MAX}, {5000, INT64_C(99999999999999)},
                                            {2500, 7000000}, {2600, 5000000},   {2700, 500000}};
    assert_int_equal(event->snapshot.bid_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < event->snapshot.bid_count; i++) {
        assert_true(event->snapshot.bids[i].price == expected[i].price);
        assert_true(event->snapshot.bids[i].quantity == expected[i].quantity);
    }
}

/* === Changes === */

static void assert_pair(const struct event *event)
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

/* === Replies === */

static void book_replies_are_read(void **state)
{
    (void)state;
    const char *body = "{" NAMES STAMP "\"hash\":\"" HASH "\",\"bids\":[" LEVEL(
        "0.01",
        "80.01") "],\"asks\":[],"
                 "\"min_order_size\":\"5\",\"tick_size\":\"0.01\",\"neg_risk\":false,\"last_trade_price\":\"0.050\"}";
    assert_int_equal(polymarket_decode_book_reply(decoder, text_from(body)), 1);
    const struct event *event = polymarket_decoder_events(decoder);
    assert_int_equal(event->kind, EVENT_SNAPSHOT);
    assert_text(event->snapshot.min_order_size, "5");
    assert_true(event->snapshot.has_negative_risk && event->snapshot.last_trade == 500);
    static const struct {
        const char *body, *why;
    } bad[] = {{"{\"error\":\"No orderbook exists for the requested token id\"}", "no market"},
               {"[]", "neither an object nor a list of objects"},
               {"", "the text ends where a value is due"},
               {"<html>", "a value is due here"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(polymarket_decode_book_reply(decoder, text_from(bad[i].body)), 1);
        assert_int_equal(polymarket_decoder_events(decoder)->kind, EVENT_ERROR);
        assert_why(polymarket_decoder_events(decoder), bad[i].why);
    }
}

#define REPLY_TRADE(price, size, stamp)                                                                                \
    "{\"asset\":\"" YES "\",\"conditionId\":\"" MARKET "\",\"side\":\"BUY\",\"price\":" price ",\"size\":" size        \
    ",\"timestamp\":" stamp ",\"transactionHash\":\"0xabc\",\"title\":\"t\"}"

static void trade_replies_are_read(void **state)
{
    (void)state;
    uint64_t id = kind(TRADE(",\"side\":\"BUY\",\"transaction_hash\":\"0xabc\""), EVENT_TRADE)->trade.id;
    size_t count = polymarket_decode_trades_reply(
        decoder,
        TEXT("[" REPLY_TRADE("0.42", "21.428570000000001", "1710000000") "," REPLY_TRADE(
            "7", "1",
            "1") ",5," REPLY_TRADE("0.5", "-1",
                                   "1") "," REPLY_TRADE("0.5", "1",
                                                        "9223372037") ",{\"asset\":\"1\"}," REPLY_TRADE("5.0e-1", "1e2",
                                                                                                        "922337203"
                                                                                                        "5") "]"));
    const struct event *events = polymarket_decoder_events(decoder);
    assert_int_equal(count, 2);
    assert_int_equal(events[0].kind, EVENT_TRADE);
    assert_text(events[0].market, MARKET);
    assert_text(events[0].asset, YES);
    assert_true(events[0].venue_ms == INT64_C(1710000000000));
    assert_true(events[0].trade.price == 4200 && events[0].trade.quantity == 21428570);
    assert_true(events[0].trade.id == id);
    assert_true(events[1].trade.price == 5000 && events[1].trade.quantity == 100000000);
    assert_int_equal(polymarket_decode_trades_reply(decoder, TEXT("[]")), 0);
    static const char *const bad[] = {"{\"error\":\"x\"}", "", "[" REPLY_TRADE("0.5", "1", "1") ",", "7", "[1]]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(polymarket_decode_trades_reply(decoder, text_from(bad[i])), 1);
        assert_int_equal(polymarket_decoder_events(decoder)->kind, EVENT_ERROR);
    }
    assert_int_equal(polymarket_decode_trades_reply(decoder, TEXT("{}")), 1);
    assert_why(polymarket_decoder_events(decoder), "no list of trades");
}

/* Figures of a trade that are none leave it out; those beside it are read. */
static void figures_of_the_wrong_type_leave_a_trade_out(void **state)
{
    static const char *const figures[][2] = {{"null", "1"},   {"true", "1"},    {"[]", "1"},          {"\"x\"", "1"},
                                             {"0.5", "null"}, {"0.5", "true"},  {"0.5", "{}"},        {"0.5", "\"x\""},
                                             {"1e400", "1"},  {"0.5", "1e400"}, {"\"\\u0030\"", "1"}, {"0.5", "\"\""},
                                             {"0", "1"},      {"1", "1"}};
    (void)state;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        char body[2048];
        snprintf(body, sizeof body,
                 "[{\"asset\":\"1\",\"conditionId\":\"m\",\"side\":\"BUY\",\"price\":%s,\"size\":%s,"
                 "\"timestamp\":1},{\"asset\":\"2\",\"conditionId\":\"m\",\"side\":\"BUY\",\"price\":0.5,"
                 "\"size\":1,\"timestamp\":1}]",
                 figures[i][0], figures[i][1]);
        assert_int_equal(polymarket_decode_trades_reply(decoder, text_from(body)), 1);
        assert_text(polymarket_decoder_events(decoder)->asset, "2");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_are_read),
        cmocka_unit_test(opening_pair_is_two_books),
        cmocka_unit_test(last_trade_of_a_book),
        cmocka_unit_test(fixed_terms_of_a_book),
        cmocka_unit_test(a_hash_of_another_form_is_none),
        cmocka_unit_test(bad_books_are_refused),
        cmocka_unit_test(hostile_figures_refuse_a_book),
        cmocka_unit_test(figures_at_their_limits_are_read),
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
        cmocka_unit_test(book_replies_are_read),
        cmocka_unit_test(trade_replies_are_read),
        cmocka_unit_test(figures_of_the_wrong_type_leave_a_trade_out),
    };
    return cmocka_run_group_tests_name("polymarket_decode", tests, make, unmake);
}
