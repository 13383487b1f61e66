/* What books of the market channel become, and which are refused for which reason. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "decoding.h"

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
    };
    return cmocka_run_group_tests_name("polymarket_decode_books", tests, make, unmake);
}
