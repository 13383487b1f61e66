/* What is said to the venue, what a MARKET argument means to it, and the addresses of its replies. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "booktop/venue/polymarket/request.h"

#define CONDITION "0x00000000000000000000000000000000000000000000000000000000000000a1"

static void subscriptions_are_written_as_documented(void **state)
{
    (void)state;
    static const char *const tokens[] = {"123", "4\"5"};
    struct json_writer out = {0};
    polymarket_write_opening(&out, tokens, 2);
    assert_true(text_is(json_writer_text(&out),
                        "{\"assets_ids\":[\"123\",\"4\\\"5\"],\"type\":\"market\",\"custom_feature_enabled\":true}"));
    polymarket_write_subscribe(&out, tokens, 1);
    assert_true(text_is(json_writer_text(&out),
                        "{\"assets_ids\":[\"123\"],\"operation\":\"subscribe\",\"custom_feature_enabled\":true}"));
    polymarket_write_unsubscribe(&out, tokens, 1);
    assert_true(text_is(json_writer_text(&out), "{\"assets_ids\":[\"123\"],\"operation\":\"unsubscribe\"}"));
    polymarket_write_unsubscribe(&out, tokens, 0);
    assert_true(text_is(json_writer_text(&out), "{\"assets_ids\":[],\"operation\":\"unsubscribe\"}"));
    json_writer_free(&out);
}

#define ZEROS_63              "000000000000000000000000000000000000000000000000000000000000000"
#define CONDITION_ENDING(end) "0x" ZEROS_63 end

static void names_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        enum polymarket_name kind;
        const char *name;
    } names[] = {
        {"will-the-harbour-bridge-open", POLYMARKET_NAME_SLUG, "will-the-harbour-bridge-open"},
        {"  Will-The_Bridge-Open\n", POLYMARKET_NAME_SLUG, "will-the_bridge-open"},
        {"https://polymarket.com/event/the-event", POLYMARKET_NAME_SLUG, "the-event"},
        {"https://polymarket.com/event/The-Event/", POLYMARKET_NAME_SLUG, "the-event"},
        {"http://www.polymarket.com/event/the-event?tid=1/2#a", POLYMARKET_NAME_SLUG, "the-event"},
        {"polymarket.com/event/the-event/the-market", POLYMARKET_NAME_MARKET_SLUG, "the-market"},
        {"HTTPS://Polymarket.com/event/the-event/the-market?x=y", POLYMARKET_NAME_MARKET_SLUG, "the-market"},
        {"https://polymarket.com/market/the-market#top", POLYMARKET_NAME_MARKET_SLUG, "the-market"},
        {"https://polymarket.com/es/event/the-event", POLYMARKET_NAME_SLUG, "the-event"},
        {"https://polymarket.com/pt-BR/market/the-market", POLYMARKET_NAME_MARKET_SLUG, "the-market"},
        {CONDITION, POLYMARKET_NAME_CONDITION, CONDITION},
        {"0X00000000000000000000000000000000000000000000000000000000000000A1", POLYMARKET_NAME_CONDITION, CONDITION},
        {"10000000000000000000000000000000000000000000000000000000000000000000000000001", POLYMARKET_NAME_TOKEN,
         "10000000000000000000000000000000000000000000000000000000000000000000000000001"},
        {"0x00a1", POLYMARKET_NAME_SLUG, "0x00a1"},
        /* Each end of the hex digits, and what lies beside them; of the same length without 0x. */
        {CONDITION_ENDING("0"), POLYMARKET_NAME_CONDITION, CONDITION_ENDING("0")},
        {CONDITION_ENDING("9"), POLYMARKET_NAME_CONDITION, CONDITION_ENDING("9")},
        {CONDITION_ENDING("a"), POLYMARKET_NAME_CONDITION, CONDITION_ENDING("a")},
        {CONDITION_ENDING("F"), POLYMARKET_NAME_CONDITION, CONDITION_ENDING("f")},
        {CONDITION_ENDING("g"), POLYMARKET_NAME_SLUG, CONDITION_ENDING("g")},
        {CONDITION_ENDING("-"), POLYMARKET_NAME_SLUG, CONDITION_ENDING("-")},
        {CONDITION_ENDING("/"), POLYMARKET_NAME_NONE, ""},
        {CONDITION_ENDING(":"), POLYMARKET_NAME_NONE, ""},
        {CONDITION_ENDING("@"), POLYMARKET_NAME_NONE, ""},
        {CONDITION_ENDING("`"), POLYMARKET_NAME_NONE, ""},
        {"a0" ZEROS_63 "1", POLYMARKET_NAME_SLUG, "a0" ZEROS_63 "1"},
        {"", POLYMARKET_NAME_NONE, ""},
        {" \t", POLYMARKET_NAME_NONE, ""},
        {"two words", POLYMARKET_NAME_NONE, ""},
        {"..", POLYMARKET_NAME_NONE, ""},
        {"--", POLYMARKET_NAME_NONE, ""},
        {"a/b", POLYMARKET_NAME_NONE, ""},
        {"caf\xC3\xA9", POLYMARKET_NAME_NONE, ""},
        {"\x1b[2J", POLYMARKET_NAME_NONE, ""},
        {"https://example.com/event/the-event", POLYMARKET_NAME_NONE, ""},
        {"https://polymarket.com.example.com/event/the-event", POLYMARKET_NAME_NONE, ""},
        {"https://polymarket.com", POLYMARKET_NAME_NONE, ""},
        {"https://polymarket.com/", POLYMARKET_NAME_NONE, ""},
        {"https://polymarket.com/event/", POLYMARKET_NAME_NONE, ""},
        {"https://polymarket.com/event/../../x", POLYMARKET_NAME_NONE, ""},
        {"https://polymarket.com/event/a/%2e", POLYMARKET_NAME_NONE, ""},
        {"https://polymarket.com/profile/somebody", POLYMARKET_NAME_NONE, ""},
        {"https://www.example", POLYMARKET_NAME_NONE, ""},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[128] = "stale";
        enum polymarket_name kind = polymarket_parse_name(text_from(names[i].words), name, sizeof name);
        if (kind != names[i].kind) fail_msg("%s: %d", names[i].words, (int)kind);
        assert_string_equal(name, names[i].name);
    }
}

static void a_name_that_does_not_fit_is_none(void **state)
{
    (void)state;
    char name[9];
    assert_int_equal(polymarket_parse_name(TEXT("12345678"), name, sizeof name), POLYMARKET_NAME_TOKEN);
    assert_int_equal(polymarket_parse_name(TEXT("123456789"), name, sizeof name), POLYMARKET_NAME_NONE);
    assert_string_equal(name, "");
    assert_int_equal(polymarket_parse_name(TEXT("a-b-c-d-e"), name, sizeof name), POLYMARKET_NAME_NONE);
    assert_int_equal(polymarket_parse_name((struct text){NULL, 0}, name, 1), POLYMARKET_NAME_NONE);
}

static void addresses_are_written(void **state)
{
    (void)state;
    char url[POLYMARKET_URL_SIZE];
#define ROOT "https://localhost:8443"
    assert_int_equal(polymarket_url_market_by_slug(ROOT, "a-market", url, sizeof url),
                     strlen(ROOT "/markets/slug/a-market"));
    assert_string_equal(url, ROOT "/markets/slug/a-market");
    assert_true(polymarket_url_event_by_slug(ROOT, "an-event", url, sizeof url) > 0);
    assert_string_equal(url, ROOT "/events/slug/an-event");
    assert_true(polymarket_url_market_by_condition(ROOT, CONDITION, url, sizeof url) > 0);
    assert_string_equal(url, ROOT "/markets?condition_ids=" CONDITION);
    assert_true(polymarket_url_market_by_token(ROOT, "123", url, sizeof url) > 0);
    assert_string_equal(url, ROOT "/markets?clob_token_ids=123");
    assert_true(polymarket_url_search(ROOT, TEXT(" the b\xC3\xBCrger & co?#/%\n"), url, sizeof url) > 0);
    assert_string_equal(url, ROOT "/public-search?limit_per_type=10&page=1&events_status=active&q="
                                  "the%20b%C3%BCrger%20%26%20co%3F%23%2F%25");
    assert_true(polymarket_url_search(ROOT, (struct text){"a\0b-._~", 7}, url, sizeof url) > 0);
    assert_non_null(strstr(url, "&q=a%00b-._~"));
    assert_true(polymarket_url_top_events(ROOT, 40, url, sizeof url) > 0);
    assert_string_equal(url, ROOT "/events?active=true&closed=false&order=volume24hr&ascending=false&limit=40");
    assert_true(polymarket_url_book(ROOT, "1&2", url, sizeof url) > 0);
    assert_string_equal(url, ROOT "/book?token_id=1%262");
    assert_true(polymarket_url_trades(ROOT, CONDITION, 64, url, sizeof url) > 0);
    assert_string_equal(url, ROOT "/trades?market=" CONDITION "&limit=64");
}

static void addresses_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const char expected[] = "r/trades?market=%26&limit=64";
    char url[64];
    for (size_t size = 1; size <= sizeof url; size++) {
        memset(url, 'x', sizeof url);
        size_t length = polymarket_url_trades("r", "&", 64, url, size);
        bool fits = size >= sizeof expected;
        assert_int_equal(length, fits ? sizeof expected - 1 : 0);
        assert_string_equal(url, fits ? expected : "");
        for (size_t i = size; i < sizeof url; i++) assert_int_equal(url[i], 'x');
    }
    assert_int_equal(polymarket_url_book("r", "1", url, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subscriptions_are_written_as_documented), cmocka_unit_test(names_are_told_apart),
        cmocka_unit_test(a_name_that_does_not_fit_is_none),        cmocka_unit_test(addresses_are_written),
        cmocka_unit_test(addresses_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests_name("polymarket_request", tests, NULL, NULL);
}
