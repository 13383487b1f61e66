/* Gamma's replies: the shapes they come in, what is kept of a market, and what is left out or refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/venue/polymarket/catalogue.h"

/* The source under test with its memory counted and refused here. */
static unsigned long requests, failing; /* the number of the request that fails; 0: none does */

static bool memory_refuses(void)
{
    return ++requests == failing;
}

static void *test_malloc_counted(size_t size)
{
    return memory_refuses() ? NULL : malloc(size);
}

static struct catalogue_entry *test_catalogue_append(struct catalogue *catalogue)
{
    return memory_refuses() ? NULL : catalogue_append(catalogue);
}

#define malloc           test_malloc_counted
#define catalogue_append test_catalogue_append
#include "../../../src/venue/polymarket/catalogue.c" /* NOLINT(bugprone-suspicious-include) */
#undef malloc
#undef catalogue_append

#include "polymarket_listings.h"

static void a_market_is_read(void **state)
{
    (void)state;
    const struct catalogue_entry *entry = read_one(
        "{\"id\":\"5\",\"question\":\"Will the \\\"bridge\\\" open?\",\"conditionId\":\"0xa1\",\"slug\":\"the-bridge\","
        "\"endDate\":\"2026-03-12T09:25:00Z\",\"liquidity\":\"20328.3747\",\"outcomes\":\"[\\\"Yes\\\", "
        "\\\"N\\\\u00f8\\\"]\","
        "\"outcomePrices\":\"[\\\"0.505\\\", \\\"0.495\\\"]\"," IDS ",\"active\":true,\"closed\":false,"
        "\"acceptingOrders\":true,\"enableOrderBook\":true,\"orderPriceMinTickSize\":0.001,\"orderMinSize\":5,"
        "\"volume24hr\":9.995,\"volume\":\"7\",\"negRisk\":false,\"bestBid\":0.5,\"bestAsk\":0.5100000001,"
        "\"lastTradePrice\":0.51,\"oneDayPriceChange\":-0.0349999,\"groupItemTitle\":\"64,000\",\"events\":[{\"title\":"
        "\"Bridges\",\"slug\":\"bridges\","
        "\"series\":[{\"title\":\"x\",\"slug\":\"y\"}]},{\"title\":\"Other\"}]}");
    const struct instrument *instrument = &entry->instrument;
    assert_int_equal(instrument->venue, VENUE_POLYMARKET);
    assert_int_equal(instrument->price_scale, 4);
    assert_true(instrument->price_limit == 10000);
    assert_int_equal(instrument->size_scale, 6);
    assert_string_equal(instrument->symbol, "0xa1");
    assert_string_equal(instrument->outcomes[0].token, ONE);
    assert_string_equal(instrument->outcomes[1].token, TWO);
    assert_string_equal(instrument->outcomes[0].name, "Yes");
    assert_string_equal(instrument->outcomes[1].name, "N\xC3\xB8");
    assert_string_equal(instrument->title, "Will the \"bridge\" open?");
    assert_string_equal(instrument->group_title, "64,000");
    assert_string_equal(instrument->slug, "the-bridge");
    assert_string_equal(instrument->event_title, "Bridges");
    assert_string_equal(instrument->event_slug, "bridges");
    assert_true(instrument->tick == 10 && instrument->min_order_size == 5000000);
    assert_true(instrument->close_time == 1773307500);
    assert_true(instrument->negative_risk_known && !instrument->negative_risk);
    assert_true(entry->best_bid == 5000 && entry->best_ask == 5100 && entry->last_trade == 5100);
    assert_int_equal(entry->previous, 5450);
    assert_true(entry->volume_24h == 1000 && entry->liquidity == 2032837);
    assert_int_equal(entry->status, MARKET_OPEN);
    assert_true(entry->has_book);
}

static void what_is_not_told_is_unknown(void **state)
{
    (void)state;
    const struct catalogue_entry *entry = read_one(MARKET("1", ""));
    assert_true(entry->best_bid == PRICE_NONE && entry->best_ask == PRICE_NONE && entry->last_trade == PRICE_NONE);
    assert_true(entry->volume_24h == -1 && entry->liquidity == -1);
    assert_true(entry->instrument.tick == PRICE_NONE && entry->instrument.min_order_size == 0);
    assert_true(entry->instrument.close_time == 0 && !entry->instrument.negative_risk_known);
    assert_string_equal(entry->instrument.outcomes[0].name, "");
    assert_string_equal(entry->instrument.event_title, "");
    /* Neither do figures out of range or of the wrong type tell anything. */
    entry =
        read_one(MARKET("1", ",\"bestBid\":0,\"bestAsk\":1,\"lastTradePrice\":1e400,\"volume24hr\":-1,\"liquidity\":{},"
                             "\"orderPriceMinTickSize\":\"-0.01\",\"orderMinSize\":-5,\"endDate\":\"soon\","
                             "\"negRisk\":\"yes\",\"outcomes\":\"[\\\"Yes\\\"\",\"question\":[1],\"slug\":null"));
    assert_true(entry->best_bid == PRICE_NONE && entry->best_ask == PRICE_NONE && entry->last_trade == PRICE_NONE);
    assert_true(entry->volume_24h == -1 && entry->liquidity == -1);
    assert_true(entry->instrument.tick == PRICE_NONE && entry->instrument.min_order_size == 0);
    assert_true(entry->instrument.close_time == 0 && !entry->instrument.negative_risk_known);
    assert_string_equal(entry->instrument.title, "");
}

static void volumes_and_dates_that_mean_nothing_are_unknown(void **state)
{
    static const struct {
        const char *volume;
        int64_t read;
    } volumes[] = {{"0", 0},     {"\"-0.01\"", -1}, {"-1", -1}, {"1.5", 150}, {"\"1\\u0035\"", -1},
                   {"true", -1}, {"[1]", -1},       {"{}", -1}, {"null", -1}, {"\"\"", -1}};
    static const struct {
        const char *date;
        int64_t read;
    } dates[] = {{"\"1970-01-02\"", 86400}, {"\"1970-01-0\\u0032\"", 0}, {"86400", 0}, {"null", 0}, {"[]", 0}};
    char body[1024];
    (void)state;
    for (size_t i = 0; i < sizeof volumes / sizeof *volumes; i++) {
        catalogue_clear(&catalogue);
        snprintf(body, sizeof body, "{\"conditionId\":\"0x1\"," IDS ",\"volume24hr\":%s}", volumes[i].volume);
        assert_int_equal(read_one(body)->volume_24h, volumes[i].read);
    }
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        catalogue_clear(&catalogue);
        snprintf(body, sizeof body, "{\"conditionId\":\"0x1\"," IDS ",\"endDate\":%s}", dates[i].date);
        assert_int_equal(read_one(body)->instrument.close_time, dates[i].read);
    }
}

static void status_follows_from_three_flags(void **state)
{
    (void)state;
    assert_int_equal(read_one(MARKET("1", ",\"closed\":true,\"acceptingOrders\":false"))->status, MARKET_CLOSED);
    assert_int_equal(read_one(MARKET("1", ",\"active\":true,\"acceptingOrders\":false"))->status, MARKET_PAUSED);
    assert_int_equal(read_one(MARKET("1", ",\"active\":false,\"acceptingOrders\":true"))->status, MARKET_PAUSED);
    assert_int_equal(read_one(MARKET("1", ",\"closed\":null"))->status, MARKET_OPEN);
    assert_false(read_one(MARKET("1", ",\"enableOrderBook\":false"))->has_book);
}

static void lists_may_be_real_lists(void **state)
{
    (void)state;
    const struct catalogue_entry *entry =
        read_one("[{\"outcomes\":[\"Up\",\"Down\"],\"clobTokenIds\":[12,\"34\"],\"conditionId\":\"0x1\"}]");
    assert_string_equal(entry->instrument.outcomes[0].token, "12");
    assert_string_equal(entry->instrument.outcomes[1].token, "34");
    assert_string_equal(entry->instrument.outcomes[1].name, "Down");
}

static void long_texts_are_cut_and_long_symbols_are_not(void **state)
{
    (void)state;
    char title[601], slug[INSTRUMENT_SLUG_SIZE + 1], body[4096];
    for (size_t i = 0; i < sizeof title - 1; i += 2) memcpy(title + i, "\xC3\xA9", 2);
    title[sizeof title - 1] = '\0';
    memset(slug, 's', sizeof slug - 1);
    slug[sizeof slug - 1] = '\0';
    snprintf(body, sizeof body, MARKET("1", ",\"question\":\"%s\",\"slug\":\"%s\""), title, slug);
    const struct catalogue_entry *entry = read_one(body);
    assert_int_equal(strlen(entry->instrument.title), INSTRUMENT_TEXT_SIZE - 2);
    assert_true(text_is_utf8(text_from(entry->instrument.title)));
    assert_string_equal(entry->instrument.slug, "");
}

static void markets_without_symbols_are_left_out(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "[]",
        " [ {} , {\"question\":\"?\"} ] ",
        "[{\"conditionId\":\"0x1\"}]",
        "{\"conditionId\":null," IDS "}",
        "{\"conditionId\":\"\"," IDS "}",
        "{\"conditionId\":\"0x1\\n\"," IDS "}",
        "{\"conditionId\":\"" ONE TWO "\"," IDS "}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":null}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":\"\"}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":\"[\\\"1\\\"]\"}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":\"[\\\"1\\\",\\\"2\\\",\\\"3\\\"]\"}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":\"[\\\"1\\\",\\\"1\\\"]\"}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":\"[\\\"1\\\",\\\"\\\"]\"}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":\"[\\\"1\\\",\\\"2\\\"\"}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":\"{}\"}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":[\"1\",\"\\u0032\"]}",
        "{\"conditionId\":\"0x1\",\"clobTokenIds\":[\"1\",\"" ONE TWO "\"]}",
        "{\"conditionId\":\"0x1\"," IDS ",\"clobTokenIds\":[\"1\"]}",
        "{\"events\":[],\"pagination\":{\"hasMore\":false}}",
        "{\"events\":null}",
        "{\"markets\":[],\"next_cursor\":\"LTE=\"}",
        /* Markets of its own event are not what was asked for. */
        "{\"events\":[{\"title\":\"t\",\"markets\":[" MARKET("2", "") "]}],\"conditionId\":\"0x1\"}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        const char *why = "";
        if (!polymarket_read_catalogue(&catalogue, text_from(bodies[i]), &why)) fail_msg("%s: %s", bodies[i], why);
        if (catalogue.count != 0) fail_msg("%s", bodies[i]);
    }
}

static void an_event_hands_down_what_it_knows(void **state)
{
    (void)state;
    const char *why;
    const char *body =
        "[{\"slug\":\"first\",\"markets\":[" MARKET("1", ",\"closed\":true") "," MARKET("2", "") "," MARKET(
            "3",
            ",\"closed\":true,\"negRisk\":false") "," MARKET("4",
                                                             "") "],\"title\":\"First\","
                                                                 "\"negRisk\":true},{\"title\":\"Second\",\"slug\":"
                                                                 "\"second\",\"markets\":[" MARKET(
                                                                     "5",
                                                                     ",\"closed\":"
                                                                     "true") "," MARKET("6", "") "]}," MARKET("7",
                                                                                                              "") "]";
    assert_true(polymarket_read_catalogue(&catalogue, text_from(body), &why));
    static const struct {
        const char *symbol, *event, *slug;
        bool risk, known;
    } expected[] = {
        {"0x2", "First", "first", true, true},
        {"0x4", "First", "first", true, true},
        {"0x1", "First", "first", true, true},
        {"0x3", "First", "first", false, true},
        {"0x6", "Second", "second", false, false},
        {"0x5", "Second", "second", false, false},
        {"0x7", "", "", false, false},
    };
    assert_int_equal(catalogue.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < catalogue.count; i++) {
        const struct instrument *instrument = &catalogue.entries[i].instrument;
        assert_string_equal(instrument->symbol, expected[i].symbol);
        assert_string_equal(instrument->event_title, expected[i].event);
        assert_string_equal(instrument->event_slug, expected[i].slug);
        assert_int_equal(instrument->negative_risk, expected[i].risk);
        assert_int_equal(instrument->negative_risk_known, expected[i].known);
    }
    /* A search is the same under one more key; replies are appended. */
    body = "{\"tags\":null,\"events\":[{\"title\":\"T\",\"markets\":[" MARKET("8", "") "]},5],\"pagination\":{}}";
    assert_true(polymarket_read_catalogue(&catalogue, text_from(body), &why));
    assert_int_equal(catalogue.count, 8);
    assert_string_equal(catalogue.entries[7].instrument.event_title, "T");
}

/* A hostile reply of small markets would otherwise grow tenfold in memory. */
static void what_one_reply_may_add_is_bounded(void **state)
{
    static const char *const frames[][2] = {{"[", "]"}, {"{\"slug\":\"e\",\"title\":\"E\",\"markets\":[", "]}"}};
    size_t size = 4096 + (POLYMARKET_CATALOGUE_MAX + 10) * 300;
    char *body = malloc(size);
    const char *why = NULL;
    (void)state;
    assert_non_null(body);
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        size_t length = (size_t)snprintf(body, size, "%s", frames[i][0]);
        for (unsigned n = 0; n < POLYMARKET_CATALOGUE_MAX + 10; n++)
            length +=
                (size_t)snprintf(body + length, size - length, "%s{\"conditionId\":\"0x%u\"," IDS "}", n ? "," : "", n);
        length += (size_t)snprintf(body + length, size - length, "%s", frames[i][1]);
        assert_true(polymarket_read_catalogue(&catalogue, (struct text){body, length}, &why));
        assert_int_equal(catalogue.count, (i + 1) * POLYMARKET_CATALOGUE_MAX); /* of each reply */
        assert_string_equal(catalogue.entries[catalogue.count - 1].instrument.symbol, "0x2047");
    }
    free(body);
}

static void other_bodies_are_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "null",
        "5",
        "\"x\"",
        "{}",
        "<html>",
        "{\"type\":\"not found error\",\"error\":\"slug not found\"}",
        "[" MARKET("1", "") "] x",
        "[" MARKET("1", "") ",]",
        "{\"markets\":[" MARKET("1", "") "]",
        "[" MARKET("1", ",\"question\":\"\\ud800\"") "]",
        "\xEF\xBB\xBF[]",
    };
    assert_int_equal(read_one(MARKET("9", ""))->status, MARKET_OPEN);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        const char *why = NULL;
        if (polymarket_read_catalogue(&catalogue, text_from(bodies[i]), &why)) fail_msg("%s", bodies[i]);
        assert_non_null(why);
        assert_int_equal(catalogue.count, 1);
        assert_string_equal(catalogue.entries[0].instrument.symbol, "0x9");
    }
}

static void truncated_and_deep_bodies_are_refused(void **state)
{
    (void)state;
    static const char body[] =
        "{\"events\":[{\"title\":\"T\\u00e9\",\"markets\":[" MARKET("8", ",\"bestBid\":0.5") "]}]}";
    const char *why = NULL;
    for (size_t length = 0; length < sizeof body - 1; length++) {
        char *copy = malloc(length + 1);
        assert_non_null(copy);
        memcpy(copy, body, length);
        assert_false(polymarket_read_catalogue(&catalogue, (struct text){copy, length}, &why));
        assert_non_null(why);
        assert_int_equal(catalogue.count, 0);
        free(copy);
    }
    static char deep[100000];
    static const char level[] = {'{', '"', 'e', 'v', 'e', 'n', 't', 's', '"', ':', '['};
    for (size_t i = 0; i + sizeof level <= sizeof deep; i += sizeof level) memcpy(deep + i, level, sizeof level);
    assert_false(polymarket_read_catalogue(&catalogue, (struct text){deep, sizeof deep}, &why));
    assert_string_equal(why, "nested too deeply");
}

static void failing_memory_leaves_the_catalogue_as_it_was(void **state)
{
    (void)state;
    const char *body = "[{\"title\":\"T\",\"markets\":[" MARKET("1", ",\"closed\":true") "," MARKET("2", "") "]}]";
    unsigned survived = 0;
    for (bool good = false; !good; survived++) {
        const char *why = NULL;
        requests = 0;
        failing = survived + 1;
        catalogue_clear(&catalogue);
        good = polymarket_read_catalogue(&catalogue, text_from(body), &why);
        if (!good) assert_string_equal(why, "out of memory");
        assert_int_equal(catalogue.count, good ? 2 : 0);
        assert_true(survived < 10);
    }
    failing = 0;
    assert_int_equal(survived, 4); /* two markets, one put aside, then none failed */
}

/* What a list leaves out takes no room: not among the entries, not on the shelf, and not aside. */
static void a_list_has_what_can_be_watched(void **state)
{
    (void)state;
    const char *why = NULL;
    const char *body = "[{\"title\":\"T\",\"slug\":\"t\",\"markets\":[" MARKET(
        "1",
        ",\"closed\":true,\"description\":"
        "\"over\"") "," MARKET("2",
                               ",\"acceptingOrders\":false") "," MARKET("3",
                                                                        ",\"enableOrderBook\":false,\"description\":"
                                                                        "\"none\"") "," MARKET("4", "") "]}]";
    requests = 0;
    assert_true(polymarket_read_offers(&catalogue, text_from(body), &why));
    assert_int_equal(requests, 2);
    assert_int_equal(catalogue.count, 2);
    assert_string_equal(catalogue.entries[0].instrument.symbol, "0x2");
    assert_string_equal(catalogue.entries[1].instrument.symbol, "0x4");
    assert_int_equal(catalogue.entries[0].status, MARKET_PAUSED);
    assert_int_equal(catalogue.entries[1].status, MARKET_OPEN);
    assert_string_equal(catalogue.entries[1].instrument.event_title, "T");
    assert_int_equal(catalogue.shelf.count, 2);
    /* Nothing is left of it: still a list. */
    catalogue_clear(&catalogue);
    assert_true(polymarket_read_offers(&catalogue, TEXT("[" MARKET("1", ",\"closed\":true") "]"), &why));
    assert_int_equal(catalogue.count, 0);
    assert_false(polymarket_read_offers(&catalogue, TEXT("{\"error\":\"x\"}"), &why));
}

/* However many are closed, those that are not have their rules. */
static void what_is_closed_crowds_out_no_details(void **state)
{
    (void)state;
    enum { CLOSED = DETAILS_SHELF_MAX / DETAILS_RULES_SIZE + 10 };
    size_t size = (CLOSED + 1) * (DETAILS_RULES_SIZE + 400), length = 0;
    char *body = malloc(size), rules[DETAILS_RULES_SIZE];
    const char *why = NULL;
    struct details details;
    assert_non_null(body);
    memset(rules, 'r', sizeof rules - 1);
    rules[sizeof rules - 1] = '\0';
    for (unsigned i = 0; i < CLOSED; i++)
        length += (size_t)snprintf(body + length, size - length,
                                   "%s{\"conditionId\":\"0x%u\"," IDS ",\"closed\":true,\"description\":\"%s\"}",
                                   i ? "," : "[", i, rules);
    length += (size_t)snprintf(body + length, size - length, "," MARKET("a", ",\"description\":\"short\"") "]");
    assert_true(polymarket_read_offers(&catalogue, (struct text){body, length}, &why));
    free(body);
    assert_int_equal(catalogue.count, 1);
    assert_true(catalogue_details(&catalogue, catalogue.entries, &details));
    assert_string_equal(details.rules, "short");
}

static void dates_are_read_by_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } dates[] = {
        {"1970-01-01", 0},
        {"1970-01-01T00:00:01Z", 1},
        {"1969-12-31T23:59:59Z", -1},
        {"2000-02-29T12:00:00Z", 951825600},
        {"2026-03-12T09:25:00Z", 1773307500},
        {"2026-03-11T09:29:01.328428Z", 1773221341},
        {"2026-10-04 14:25:00+00", 1791123900},
        {"2026-03-12T09:25:00+05:30", 1773287700},
        {"2026-03-12t09:25:00z", 1773307500},
        {"2026-03-12T09:25", 1773307500},
        {"2026-03-12T09:25:00-0800", 1773336300},
        {"2028-11-07T00:00:00Z", 1857168000},
        {"2038-01-19T03:14:08Z", INT64_C(2147483648)},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800)},
        {"9999-12-31T23:59:59Z", INT64_C(253402300799)},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        int64_t seconds;
        assert_true(date_read(text_from(dates[i].text), &seconds, NULL));
        if (seconds != dates[i].seconds) fail_msg("%s: %lld", dates[i].text, (long long)seconds);
    }
    static const char *const wrong[] = {"",
                                        "2026",
                                        "2026-3-12",
                                        "2026-13-01",
                                        "2026-00-01",
                                        "2026-02-29",
                                        "1900-02-29",
                                        "2026-04-31",
                                        "2026-01-00",
                                        "0000-01-01",
                                        "2026-03-12T",
                                        "2026-03-12T24:00:00Z",
                                        "2026-03-12T09:60:00Z",
                                        "2026-03-12T09:25:61Z",
                                        "2026-03-12T09:25:00.Z",
                                        "2026-03-12T09:25:00Zx",
                                        "2026-03-12T09:25:00+",
                                        "2026-03-12T09:25:00+5",
                                        "2026-03-12T09:25:00+05:",
                                        "2026-03-12x",
                                        "-026-03-12",
                                        "2026-03x12",
                                        "2026-03-12T09",
                                        "2026-03-12T09x25",
                                        "2026-03-12T09:25:6x",
                                        "2026-03-12T09:25:00*05",
                                        "2026-03-12T09:25:00+24",
                                        "2026-03-12T09:25:00+0560",
                                        "March 12, 2026"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t seconds = 7;
        if (date_read(text_from(wrong[i]), &seconds, NULL)) fail_msg("%s", wrong[i]);
        assert_true(seconds == 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_market_is_read, start_empty),
        cmocka_unit_test_setup(what_is_not_told_is_unknown, start_empty),
        cmocka_unit_test_setup(status_follows_from_three_flags, start_empty),
        cmocka_unit_test_setup(lists_may_be_real_lists, start_empty),
        cmocka_unit_test_setup(long_texts_are_cut_and_long_symbols_are_not, start_empty),
        cmocka_unit_test_setup(markets_without_symbols_are_left_out, start_empty),
        cmocka_unit_test_setup(an_event_hands_down_what_it_knows, start_empty),
        cmocka_unit_test_setup(what_one_reply_may_add_is_bounded, start_empty),
        cmocka_unit_test_setup(other_bodies_are_refused, start_empty),
        cmocka_unit_test_setup(truncated_and_deep_bodies_are_refused, start_empty),
        cmocka_unit_test_setup(failing_memory_leaves_the_catalogue_as_it_was, start_empty),
        cmocka_unit_test_setup(a_list_has_what_can_be_watched, start_empty),
        cmocka_unit_test_setup(what_is_closed_crowds_out_no_details, start_empty),
        cmocka_unit_test_setup(dates_are_read_by_the_calendar, start_empty),
        cmocka_unit_test_setup(volumes_and_dates_that_mean_nothing_are_unknown, start_empty),
    };
    return cmocka_run_group_tests_name("polymarket_catalogue", tests, NULL, release);
}
