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

#define ONE                "10000000000000000000000000000000000000000000000000000000000000000000000000001"
#define TWO                "20000000000000000000000000000000000000000000000000000000000000000000000000002"
#define IDS                "\"clobTokenIds\":\"[\\\"" ONE "\\\", \\\"" TWO "\\\"]\""
#define MARKET(name, rest) "{\"conditionId\":\"0x" name "\"," IDS rest "}"

static struct catalogue catalogue;

static int start_empty(void **state)
{
    (void)state;
    catalogue_clear(&catalogue);
    return 0;
}

static int release(void **state)
{
    (void)state;
    catalogue_free(&catalogue);
    return 0;
}

static const struct catalogue_entry *read_one(const char *body)
{
    const char *why = "";
    catalogue_clear(&catalogue);
    if (!polymarket_read_catalogue(&catalogue, text_from(body), &why)) fail_msg("%s: %s", why, body);
    assert_int_equal(catalogue.count, 1);
    return catalogue.entries;
}

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

/* === Rules, source, fee === */

static struct details details_of(const struct catalogue_entry *entry)
{
    struct details details;
    assert_true(catalogue_details(&catalogue, entry, &details));
    return details;
}

static void rules_and_source_are_kept(void **state)
{
    (void)state;
    struct details details =
        details_of(read_one(MARKET("1", ",\"description\":\"If \\\"it\\\" opens.\\n\\nElse \\u00e9.\\u0000\\u001b[2J\","
                                        "\"resolutionSource\":\"https://a.example/x\"")));
    assert_string_equal(details.rules,
                        "If \"it\" opens.\n\nElse \xC3\xA9. \x1b[2J"); /* raw: the screen makes it safe */
    assert_string_equal(details.source, "https://a.example/x");
    details = details_of(read_one(MARKET("1", ",\"description\":null,\"resolutionSource\":\"\"")));
    assert_true(details.rules[0] == '\0' && details.source[0] == '\0' && details.fee.kind == FEE_UNKNOWN);
    details = details_of(read_one(MARKET("1", ",\"description\":[\"x\"],\"resolutionSource\":{\"a\":1}")));
    assert_true(details.rules[0] == '\0' && details.source[0] == '\0');
}

/* Not those of the event around it, nor of the one inside. */
static void rules_are_the_markets_own(void **state)
{
    (void)state;
    const char *why = NULL;
    struct details details = details_of(
        read_one(MARKET("1", ",\"description\":\"own\",\"events\":[{\"title\":\"E\",\"description\":\"event's\"}]")));
    assert_string_equal(details.rules, "own");
    catalogue_clear(&catalogue);
    const char *event = "{\"title\":\"E\",\"description\":\"event's\",\"markets\":[" MARKET(
        "1", ",\"closed\":true,\"description\":\"one\"") "," MARKET("2",
                                                                    ",\"description\":\"two\"") "," MARKET("3",
                                                                                                           "") "]}";
    assert_true(polymarket_read_catalogue(&catalogue, text_from(event), &why));
    assert_int_equal(catalogue.count, 3);
    assert_string_equal(catalogue.entries[0].instrument.symbol, "0x2"); /* the closed one stands last */
    assert_string_equal(details_of(&catalogue.entries[0]).rules, "two");
    assert_string_equal(details_of(&catalogue.entries[1]).rules, "");
    assert_string_equal(details_of(&catalogue.entries[2]).rules, "one");
}

static void long_rules_are_cut(void **state)
{
    (void)state;
    const size_t size = 70000;
    char *body = malloc(size + 1024);
    assert_non_null(body);
    for (size_t at = 0; at < 3; at++) { /* the cut falls on every byte of a character */
        size_t length = (size_t)sprintf(body, "{\"conditionId\":\"0x1\"," IDS ",\"description\":\"%.*s", (int)at, "ab");
        while (length < size) length += (size_t)sprintf(body + length, "%s", length % 2 ? "\xE6\xB8\xAF" : "\\u6e2f");
        strcpy(body + length, "\"}");
        struct details details = details_of(read_one(body));
        assert_true(details.rules_cut && text_is_utf8(text_from(details.rules)));
        assert_in_range(strlen(details.rules), DETAILS_RULES_SIZE - 3, DETAILS_RULES_SIZE - 1);
    }
    free(body);
}

static void fees_are_told_as_the_venue_tells_them(void **state)
{
    (void)state;
#define SCHEDULE(text) ",\"feesEnabled\":true,\"feeSchedule\":" text
    static const struct {
        const char *members;
        struct fee fee;
    } cases[] = {
        {"", {FEE_UNKNOWN, 0, 0, false}},
        {",\"feesEnabled\":false", {FEE_NONE, 0, 0, false}},
        {",\"feesEnabled\":false,\"feeSchedule\":{\"exponent\":1,\"rate\":0.03}", {FEE_NONE, 0, 0, false}},
        {",\"feeSchedule\":{\"exponent\":1,\"rate\":0.03}", {FEE_UNKNOWN, 0, 0, false}},
        {",\"feesEnabled\":\"yes\"", {FEE_UNKNOWN, 0, 0, false}},
        {",\"feesEnabled\":true,\"makerBaseFee\":1000,\"takerBaseFee\":1000", {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"exponent\":1,\"rate\":0.03,\"takerOnly\":true,\"rebateRate\":0.25}"),
         {FEE_CURVE, 30000000, 1, true}},
        {SCHEDULE("{\"rate\":\"2.5e-1\",\"exponent\":\"2\",\"takerOnly\":false}"), {FEE_CURVE, 250000000, 2, false}},
        {SCHEDULE("{\"rate\":0.02,\"exponent\":0}"), {FEE_CURVE, 20000000, 0, false}},
        {SCHEDULE("{\"rate\":0.02}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"exponent\":1}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"rate\":-0.02,\"exponent\":1}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"rate\":0,\"exponent\":1,\"takerOnly\":true}"), {FEE_NONE, 0, 0, false}},
        {SCHEDULE("{\"rate\":1e-30,\"exponent\":1}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"rate\":1e300,\"exponent\":1}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"rate\":101,\"exponent\":1}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"rate\":0.02,\"exponent\":4}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"rate\":0.02,\"exponent\":0.5}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("{\"rate\":{\"a\":[1]},\"exponent\":[]}"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("[0.02]"), {FEE_CHARGED, 0, 0, false}},
        {SCHEDULE("null"), {FEE_CHARGED, 0, 0, false}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[1024];
        snprintf(body, sizeof body, "{\"conditionId\":\"0x1\"," IDS "%s}", cases[i].members);
        const struct fee fee = details_of(read_one(body)).fee, *right = &cases[i].fee;
        bool same = fee.kind == right->kind && fee.rate == right->rate && fee.exponent == right->exponent &&
                    fee.taker_only == right->taker_only;
        if (!same) fail_msg("%s", cases[i].members);
    }
}

static void a_refused_body_leaves_no_details(void **state)
{
    (void)state;
    const char *why = NULL;
    read_one(MARKET("1", ",\"description\":\"one\""));
    size_t length = catalogue.shelf.length;
    assert_false(polymarket_read_catalogue(
        &catalogue, TEXT("[" MARKET("2", ",\"description\":\"two\"") "," MARKET("3", ",\"description\":tru") "]"),
        &why));
    assert_true(catalogue.shelf.count == 1 && catalogue.shelf.length == length);
    assert_string_equal(details_of(catalogue.entries).rules, "one");
    /* Markets that an event inside of a market lists go with what was told of them. */
    catalogue_clear(&catalogue);
    read_one(MARKET("1", ",\"events\":[{\"title\":\"E\",\"markets\":[" MARKET("2", ",\"description\":\"two\"") "]}]"));
    assert_int_equal(catalogue.shelf.count, 1);
    catalogue.plain = true;
    struct details details;
    assert_false(catalogue_details(&catalogue, read_one(MARKET("1", ",\"description\":\"one\"")), &details));
    catalogue.plain = false;
}

/* === Bodies of the venue === */

static void replies_of_the_venue_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t count;
        const char *title, *event, *outcome;
        price_t tick, bid;
        enum market_status status;
        const char *source; /* NULL: whatever it is */
        struct fee fee;
    } replies[] = {
        {"gamma_market.json",
         1,
         "Bitcoin Up or Down - March 12, 5:20AM-5:25AM ET",
         "Bitcoin Up or Down - March 12, 5:20AM-5:25AM ET",
         "Down",
         100,
         5000,
         MARKET_OPEN,
         "https://data.chain.link/streams/btc-usd",
         {FEE_CHARGED, 0, 0, false}},
        {"gamma_event.json",
         2,
         "Will Stephen A. Smith win the 2028 Democratic presidential nomination?",
         "Democratic Presidential Nominee 2028",
         "No",
         10,
         100,
         MARKET_OPEN,
         NULL,
         {FEE_UNKNOWN, 0, 0, false}},
        {"gamma_market_sports_market_money_line.json",
         1,
         NULL,
         NULL,
         "illwill",
         PRICE_NONE,
         PRICE_NONE,
         MARKET_CLOSED,
         "https://hltv.org",
         {FEE_CURVE, 30000000, 1, true}},
        {"search_response.json",
         1,
         NULL,
         "Bitcoin above ___ on March 11?",
         "No",
         10,
         PRICE_NONE,
         MARKET_OPEN,
         NULL,
         {FEE_UNKNOWN, 0, 0, false}},
    };
    const char *root = getenv("BOOKTOP_CORPUS");
    static char body[1 << 16];
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/polymarket/rest/%s", root ? root : "../shared/corpus", replies[i].name);
        FILE *file = fopen(path, "rb");
        if (!file) {
            print_message("no corpus at %s: skipped\n", path);
            skip();
        }
        size_t length = fread(body, 1, sizeof body, file);
        fclose(file);
        const char *why = NULL;
        catalogue_clear(&catalogue);
        if (!polymarket_read_catalogue(&catalogue, (struct text){body, length}, &why)) fail_msg("%s: %s", path, why);
        assert_int_equal(catalogue.count, replies[i].count);
        const struct catalogue_entry *entry = catalogue.entries;
        if (replies[i].title) assert_string_equal(entry->instrument.title, replies[i].title);
        if (replies[i].event) assert_string_equal(entry->instrument.event_title, replies[i].event);
        assert_string_equal(entry->instrument.outcomes[1].name, replies[i].outcome);
        if (replies[i].tick != PRICE_NONE) assert_true(entry->instrument.tick == replies[i].tick);
        if (replies[i].bid != PRICE_NONE) assert_true(entry->best_bid == replies[i].bid);
        assert_int_equal(entry->status, replies[i].status);
        assert_int_equal(strlen(entry->instrument.symbol), 66);
        assert_true(entry->volume_24h >= 0 || replies[i].status == MARKET_CLOSED);
        struct details details = details_of(entry);
        if (replies[i].source == NULL) continue;
        assert_string_equal(details.source, replies[i].source);
        assert_true(strlen(details.rules) > 400 && strchr(details.rules, '\n') && !details.rules_cut);
        assert_int_equal(details.fee.kind, replies[i].fee.kind);
        assert_true(details.fee.rate == replies[i].fee.rate && details.fee.taker_only == replies[i].fee.taker_only);
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
        cmocka_unit_test_setup(dates_are_read_by_the_calendar, start_empty),
        cmocka_unit_test_setup(volumes_and_dates_that_mean_nothing_are_unknown, start_empty),
        cmocka_unit_test_setup(rules_and_source_are_kept, start_empty),
        cmocka_unit_test_setup(rules_are_the_markets_own, start_empty),
        cmocka_unit_test_setup(long_rules_are_cut, start_empty),
        cmocka_unit_test_setup(fees_are_told_as_the_venue_tells_them, start_empty),
        cmocka_unit_test_setup(a_refused_body_leaves_no_details, start_empty),
        cmocka_unit_test_setup(replies_of_the_venue_are_read, start_empty),
    };
    return cmocka_run_group_tests_name("polymarket_catalogue", tests, NULL, release);
}
