/* Kalshi's descriptions of markets: the shapes they come in, what is kept of a market, and what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/venue/kalshi/catalogue.h"

static bool append_fails;

static struct catalogue_entry *test_catalogue_append(struct catalogue *catalogue)
{
    return append_fails ? NULL : catalogue_append(catalogue);
}

#define catalogue_append test_catalogue_append
#include "../../../src/venue/kalshi/catalogue.c" /* NOLINT(bugprone-suspicious-include) */
#undef catalogue_append

static struct catalogue catalogue;

static int start_empty(void **state)
{
    (void)state;
    append_fails = false;
    catalogue_clear(&catalogue);
    return 0;
}

static int release(void **state)
{
    (void)state;
    catalogue_free(&catalogue);
    return 0;
}

static size_t count_of(const char *body)
{
    const char *why = "";
    catalogue_clear(&catalogue);
    if (!kalshi_read_catalogue(&catalogue, text_from(body), NULL, &why)) fail_msg("%s: %s", why, body);
    return catalogue.count;
}

static const struct catalogue_entry *one(const char *body)
{
    assert_int_equal(count_of(body), 1);
    return catalogue.entries;
}

#define MARKET(ticker, rest) "{\"ticker\":\"" ticker "\"" rest "}"
#define FULL                                                                                                           \
    MARKET("KXH-26DEC-T1.5",                                                                                           \
           ",\"event_ticker\":\"KXH-26DEC\",\"title\":\"Will the \\\"harbour\\\" open?\",\"yes_sub_title\":\"Above "   \
           "1.5\",\"close_time\":\"2027-04-28T17:55:00.5Z\",\"yes_bid_dollars\":\"0.2700\",\"yes_ask_dollars\":"       \
           "\"0.2800\",\"last_price_dollars\":\"0.2750\",\"volume_24h_fp\":\"1234.50\",\"status\":\"active\","         \
           "\"previous_price_dollars\":\"0.2500\","                                                                    \
           "\"result\":\"\",\"liquidity_dollars\":\"0.0000\",\"price_ranges\":[{\"start\":\"0.0000\",\"end\":"         \
           "\"1.0000\",\"step\":\"0.0100\"}]")

static void markets_are_kept(void **state)
{
    (void)state;
    const struct catalogue_entry *entry = one("{\"market\":" FULL "}");
    const struct instrument *market = &entry->instrument;
    assert_int_equal(market->venue, VENUE_KALSHI);
    assert_true(market->price_scale == 4 && market->size_scale == 2 && market->price_limit == 10000);
    assert_string_equal(market->symbol, "KXH-26DEC-T1.5");
    assert_string_equal(market->slug, "KXH-26DEC-T1.5");
    assert_string_equal(market->title, "Will the \"harbour\" open?");
    assert_string_equal(market->group_title, "Above 1.5");
    assert_string_equal(market->event_slug, "KXH-26DEC");
    assert_string_equal(market->outcomes[0].name, "Yes");
    assert_string_equal(market->outcomes[1].name, "No");
    assert_string_equal(market->outcomes[0].token, "");
    assert_true(market->close_time == 1808934900 && market->tick == 100 && market->range_count == 1);
    assert_true(entry->best_bid == 2700 && entry->best_ask == 2800 && entry->last_trade == 2750);
    assert_int_equal(entry->previous, 2500);
    assert_true(entry->volume_24h == 123450 && entry->liquidity == -1 && entry->has_book);
    assert_int_equal(entry->status, MARKET_OPEN);

    entry =
        one("{\"market\":" MARKET("A", ",\"yes_sub_title\":\"Yes\",\"yes_bid_dollars\":\"0.0000\",\"yes_ask_dollars\":"
                                       "\"1.0000\",\"last_price_dollars\":\"0.0000\"") "}");
    assert_string_equal(entry->instrument.group_title, "");
    assert_true(entry->best_bid == PRICE_NONE && entry->best_ask == PRICE_NONE && entry->last_trade == PRICE_NONE);
    assert_true(entry->instrument.tick == PRICE_NONE && entry->volume_24h == -1 && entry->instrument.close_time == 0);
}

static void what_cannot_be_read_is_unknown(void **state)
{
    (void)state;
    static const char *const values[] = {"null", "7", "-1", "{}", "[[1]]", "\"\"", "\"\\u0041x\"", "true", "1e99"};
    static const char *const keys[] = {"title",           "yes_sub_title",   "event_ticker",       "close_time",
                                       "yes_bid_dollars", "yes_ask_dollars", "last_price_dollars", "volume_24h_fp",
                                       "status",          "result",          "price_ranges",       "other"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            char body[256];
            snprintf(body, sizeof body, "{\"markets\":[{\"ticker\":\"A\",\"%s\":%s}]}", keys[k], values[v]);
            const struct catalogue_entry *entry = one(body);
            assert_true(entry->best_bid == PRICE_NONE && entry->best_ask == PRICE_NONE &&
                        entry->last_trade == PRICE_NONE);
            assert_true(entry->instrument.close_time == 0 && entry->instrument.range_count == 0);
        }
    /* No market without a ticker. */
    assert_int_equal(count_of("{\"markets\":[{},7,[1],{\"ticker\":null},{\"ticker\":\"a\\u0042\"},{\"title\":\"x\"}]}"),
                     0);
}

static void grids_are_kept_whole_or_not_at_all(void **state)
{
    (void)state;
#define R(start, end, step) "{\"start\":\"" start "\",\"end\":\"" end "\",\"step\":\"" step "\"}"
#define GRID(list)          "{\"markets\":[" MARKET("A", ",\"price_ranges\":" list) "]}"
    const struct instrument *market = &one(GRID("[" R("0.0000", "0.1000", "0.0010") "," R(
                                               "0.1000", "0.9000", "0.0100") "," R("0.9000", "1.0000", "0.0010") "]"))
                                           ->instrument;
    assert_true(market->range_count == 3 && market->tick == 10);
    assert_true(instrument_step(market, 999) == 10 && instrument_step(market, 5000) == 100);
    static const char *const none[] = {
        GRID("[]"),
        GRID("null"),
        GRID("[{}]"),
        GRID("[" R("0", "0.1", "0.01") "," R("0.2", "1", "0.01") "]"),
        GRID("[" R("0", "0.1", "0") "]"),
        GRID("[" R("0", "0.1", "0.1") "," R("0.1", "0.2", "0.1") "," R("0.2", "0.3", "0.1") "," R(
            "0.3", "0.4", "0.1") "," R("0.4", "0.5", "0.1") "]"),
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        market = &one(none[i])->instrument;
        assert_true(market->range_count == 0 && market->tick == PRICE_NONE);
    }
}

static void lists_and_events_are_read(void **state)
{
    (void)state;
    char cursor[KALSHI_CURSOR_SIZE] = "old";
    const char *why = NULL;
    assert_true(
        kalshi_read_catalogue(&catalogue,
                              TEXT("{\"cursor\":\"Cg\\/w\",\"events\":[{\"event_ticker\":\"E1\",\"markets\":["
                                   "{\"ticker\":\"A\",\"title\":\"own\"},{\"ticker\":\"B\",\"event_ticker\":\"E0\"}],"
                                   "\"title\":\"First\"},{\"title\":\"Bare\"},{\"title\":\"Second\",\"markets\":[{"
                                   "\"ticker\":\"C\"}]},{\"markets\":7}]}"),
                              cursor, &why));
    assert_string_equal(cursor, "Cg/w");
    assert_int_equal(catalogue.count, 3);
    const struct instrument *a = &catalogue.entries[0].instrument, *b = &catalogue.entries[1].instrument;
    assert_string_equal(a->title, "own");
    assert_string_equal(a->event_title, "First");
    assert_string_equal(a->event_slug, "E1");
    assert_string_equal(b->event_slug, "E0");
    assert_string_equal(b->title, "");
    assert_string_equal(catalogue.entries[2].instrument.event_title, "Second");

    /* A page behind it, appended. */
    assert_true(
        kalshi_read_catalogue(&catalogue, TEXT("{\"markets\":[{\"ticker\":\"D\"}],\"cursor\":\"\"}"), cursor, &why));
    assert_string_equal(cursor, "");
    assert_int_equal(catalogue.count, 4);
    assert_true(kalshi_read_catalogue(&catalogue, TEXT("{\"markets\":[],\"cursor\":7}"), cursor, &why));
    assert_string_equal(cursor, "");

    static const char *const events[] = {
        "{\"event\":{\"event_ticker\":\"E\",\"title\":\"T\"},\"markets\":[{\"ticker\":\"A\"},{\"ticker\":\"B\"}]}",
        "{\"markets\":[{\"ticker\":\"A\"},{\"ticker\":\"B\"}],\"event\":{\"event_ticker\":\"E\",\"title\":\"T\"}}",
        "{\"event\":{\"markets\":[{\"ticker\":\"A\"},{\"ticker\":\"B\"}],\"event_ticker\":\"E\",\"title\":\"T\"}}",
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        assert_int_equal(count_of(events[i]), 2);
        assert_string_equal(catalogue.entries[0].instrument.event_title, "T");
        assert_string_equal(catalogue.entries[1].instrument.event_slug, "E");
    }
}

static void status_words_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        enum market_status status;
        int winner;
    } cases[] = {
        {"\"status\":\"initialized\"", MARKET_PAUSED, -1},
        {"\"status\":\"inactive\"", MARKET_PAUSED, -1},
        {"\"status\":\"active\",\"result\":\"\"", MARKET_OPEN, -1},
        {"\"status\":\"closed\"", MARKET_CLOSED, -1},
        {"\"status\":\"determined\",\"result\":\"no\"", MARKET_CLOSED, 1},
        {"\"status\":\"disputed\"", MARKET_CLOSED, -1},
        {"\"status\":\"amended\"", MARKET_CLOSED, -1},
        {"\"status\":\"finalized\",\"result\":\"yes\"", MARKET_RESOLVED, 0},
        {"\"result\":\"no\",\"status\":\"finalized\"", MARKET_RESOLVED, 1},
        {"\"status\":\"finalized\",\"result\":\"scalar\"", MARKET_RESOLVED, -1},
        {"\"status\":\"under water\"", MARKET_PAUSED, -1},
        {"\"status\":7", MARKET_OPEN, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[256];
        const char *why = "";
        struct kalshi_market_news news;
        snprintf(body, sizeof body, "{\"market\":{%s,\"ticker\":\"A\",\"close_time\":\"2027-04-28T17:55:00Z\"}}",
                 cases[i].words);
        if (!kalshi_read_market(&news, text_from(body), &why)) fail_msg("%s: %s", why, body);
        if (news.status != cases[i].status || news.winner != cases[i].winner) fail_msg("%s", body);
        assert_true(news.entry.status == cases[i].status && news.entry.instrument.close_time == 1808934900);
        assert_string_equal(news.entry.instrument.symbol, "A");
        assert_string_equal(news.entry.instrument.slug, "A");
    }
}

static void other_bodies_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *body, *why;
    } cases[] = {
        {"{}", why_shape},
        {"[]", why_shape},
        {"7", why_shape},
        {"{\"markets\":{}}", why_shape},
        {"{\"market\":[]}", why_shape},
        {"{\"events\":null,\"cursor\":\"x\"}", why_shape},
        {"{\"code\":\"not_found\",\"message\":\"x\"}", why_shape},
        {"{\"error\":{\"code\":\"too_many_requests\"}}", why_shape},
        {"", "the text ends where a value is due"},
        {"{\"markets\":[{\"ticker\":\"A\"},{\"ticker\":]}", "a value is due here"},
        {"{\"markets\":[{\"ticker\":\"A\"}", "the text ends inside an array or object"},
        {"{\"event\":{\"title\":\"x\"},\"markets\":[{\"ticker\":\"A\"}]", "the text ends inside an array or object"},
        {"{\"markets\":[{\"ticker\":\"A\",\"price_ranges\":[{\"start\":\"0\"",
         "the text ends inside an array or object"},
        {"{\"markets\":", "the text ends where a value is due"},
    };
    count_of("{\"market\":{\"ticker\":\"KEPT\"}}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *why = NULL;
        char cursor[KALSHI_CURSOR_SIZE] = "old";
        struct kalshi_market_news news;
        assert_false(kalshi_read_catalogue(&catalogue, text_from(cases[i].body), cursor, &why));
        assert_string_equal(why, cases[i].why);
        assert_string_equal(cursor, "");
        assert_int_equal(catalogue.count, 1);
        assert_false(kalshi_read_market(&news, text_from(cases[i].body), &why));
        assert_string_equal(why, cases[i].why);
    }
    const char *why = NULL;
    struct kalshi_market_news news;
    assert_false(kalshi_read_market(&news, TEXT("{\"markets\":[]}"), &why));
    assert_string_equal(why, "no market");
    assert_true(kalshi_read_market(&news, TEXT("{\"markets\":[{\"ticker\":\"A\"},{\"ticker\":\"B\"}]}"), &why));
    assert_string_equal(news.entry.instrument.symbol, "A");
    assert_true(kalshi_read_market(&news, TEXT("{\"event\":{\"markets\":[{\"ticker\":\"A\"}]}}"), &why));

    append_fails = true;
    assert_false(kalshi_read_catalogue(&catalogue, TEXT("{\"market\":{\"ticker\":\"A\"}}"), NULL, &why));
    assert_string_equal(why, "out of memory");
    assert_int_equal(catalogue.count, 1);
}

static void lists_have_an_end(void **state)
{
    (void)state;
    size_t size = (KALSHI_CATALOGUE_MAX + 5) * 24 + 64, length = 0;
    char *body = malloc(size);
    assert_non_null(body);
    length += (size_t)snprintf(body, size, "{\"markets\":[{\"ticker\":\"A\"}");
    for (int i = 0; i < KALSHI_CATALOGUE_MAX; i++)
        length += (size_t)snprintf(body + length, size - length, ",{\"ticker\":\"M%d\"}", i);
    snprintf(body + length, size - length, "]}");
    assert_int_equal(count_of(body), KALSHI_CATALOGUE_MAX);
    free(body);

    char cursor[KALSHI_CURSOR_SIZE], page[512];
    const char *why = NULL;
    for (size_t i = KALSHI_CURSOR_SIZE - 1; i <= KALSHI_CURSOR_SIZE; i++) {
        length = (size_t)snprintf(page, sizeof page, "{\"markets\":[],\"cursor\":\"");
        memset(page + length, 'c', i);
        snprintf(page + length + i, sizeof page - length - i, "\"}");
        assert_true(kalshi_read_catalogue(&catalogue, text_from(page), cursor, &why));
        assert_int_equal(strlen(cursor), i < KALSHI_CURSOR_SIZE ? i : 0);
    }
}

static struct details details_of(const struct catalogue_entry *entry)
{
    struct details details;
    assert_true(catalogue_details(&catalogue, entry, &details));
    return details;
}

static void rules_are_kept(void **state)
{
    (void)state;
    struct details details = details_of(
        one("{\"market\":" MARKET("A", ",\"rules_secondary\":\"Then\\nmore.\",\"rules_primary\":\"If so.\"") "}"));
    assert_string_equal(details.rules, "If so.\n\nThen\nmore.");
    assert_string_equal(details.source, "");
    assert_int_equal(details.fee.kind, FEE_OF_SERIES);
    details = details_of(one("{\"market\":" MARKET("A", ",\"rules_primary\":\"\",\"rules_secondary\":\"Then.\"") "}"));
    assert_string_equal(details.rules, "Then.");
    details = details_of(one("{\"market\":" MARKET("A", ",\"rules_primary\":7,\"rules_secondary\":null") "}"));
    assert_string_equal(details.rules, "");
    /* A refused body leaves nothing behind. */
    const char *why = NULL;
    assert_false(kalshi_read_catalogue(
        &catalogue, TEXT("{\"markets\":[" MARKET("B", ",\"rules_primary\":\"x\"") ",{]}"), NULL, &why));
    assert_true(catalogue.count == 1 && catalogue.shelf.count == 1);
}

static struct details with_rules(const char *begin, size_t length, const char *end)
{
    static char body[40000];
    size_t at = (size_t)sprintf(body, "{\"market\":{\"ticker\":\"A\",\"rules_primary\":\"%s", begin);
    memset(body + at, 'r', length);
    snprintf(body + at + length, sizeof body - at - length, "%s\"}}", end);
    return details_of(one(body));
}

/* Blanks around a text that was cut do not make it whole. */
static void what_is_cut_says_so(void **state)
{
    (void)state;
    char blanks[2 * DETAILS_RULES_SIZE], ends[2 * DETAILS_RULES_SIZE + 8];
    assert_false(with_rules("", DETAILS_RULES_SIZE - 1, "").rules_cut);
    assert_true(with_rules("", DETAILS_RULES_SIZE, "").rules_cut);
    snprintf(blanks, sizeof blanks, "%*s", 300, "");
    assert_true(with_rules(blanks, DETAILS_RULES_SIZE, "").rules_cut);
    assert_false(with_rules(blanks, DETAILS_RULES_SIZE - 1, "\\n").rules_cut);
    for (size_t i = 0; i < 400; i++) memcpy(ends + 2 * i, "\\n", 2);
    strcpy(ends + 800, "more");
    assert_true(with_rules("", DETAILS_RULES_SIZE - 200, ends).rules_cut);
    ends[800] = '\0';
    assert_false(with_rules("", DETAILS_RULES_SIZE - 200, ends).rules_cut);
    snprintf(blanks, sizeof blanks, "%*s", (int)sizeof blanks - 1, ""); /* nothing but blanks, as far as is read */
    struct details details = with_rules(blanks, 10, "");
    assert_true(details.rules_cut);
}

static void entries_are_described_later(void **state)
{
    (void)state;
    const char
        *why = NULL,
        *body =
            "{\"events\":[{\"event_ticker\":\"E\",\"markets\":[" MARKET("A", ",\"rules_primary\":\"of A\"") "," MARKET(
                "B", ",\"rules_primary\":\"of B\"") "," MARKET("C", ",\"rules_primary\":\"of C\"") "]}]}";
    catalogue_clear(&catalogue);
    catalogue.plain = true;
    assert_true(kalshi_read_catalogue(&catalogue, text_from(body), NULL, &why));
    catalogue.plain = false;
    assert_true(catalogue.count == 3 && catalogue.shelf.count == 0);
    catalogue.entries[0] = catalogue.entries[2]; /* A is not wanted */
    catalogue.count = 2;
    assert_true(kalshi_describe_catalogue(&catalogue, text_from(body)));
    assert_true(catalogue.count == 2 && catalogue.shelf.count == 2);
    assert_string_equal(details_of(&catalogue.entries[0]).rules, "of C");
    assert_string_equal(details_of(&catalogue.entries[1]).rules, "of B");
    assert_string_equal(catalogue.entries[0].instrument.event_slug, "E");
}

static void a_real_list_is_understood(void **state)
{
    (void)state;
    char path[512], body[8192];
    const char *root = getenv("BOOKTOP_CORPUS");
    snprintf(path, sizeof path, "%s/kalshi/rest/markets_KXFED_2026-07-18.json", root ? root : "../shared/corpus");
    FILE *file = fopen(path, "rb");
    if (!file) {
        puts("no corpus of real messages here: skipped");
        skip();
    }
    size_t length = fread(body, 1, sizeof body - 1, file);
    fclose(file);
    body[length] = '\0';
    const struct catalogue_entry *entry = one(body);
    assert_string_equal(entry->instrument.symbol, "KXFED-27APR-T4.25");
    assert_string_equal(entry->instrument.group_title, "Above 4.25%");
    assert_true(entry->best_bid == 2700 && entry->best_ask == 2800 && entry->last_trade == 2800);
    assert_true(entry->instrument.tick == 100 && entry->instrument.close_time == 1808934900 && entry->volume_24h == 0);
    struct details details = details_of(entry);
    assert_true(strncmp(details.rules, "If the upper bound", 18) == 0);
    assert_non_null(strstr(details.rules, "\n\nThis market will expire"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(markets_are_kept, start_empty),
        cmocka_unit_test_setup(what_cannot_be_read_is_unknown, start_empty),
        cmocka_unit_test_setup(grids_are_kept_whole_or_not_at_all, start_empty),
        cmocka_unit_test_setup(lists_and_events_are_read, start_empty),
        cmocka_unit_test_setup(status_words_are_understood, start_empty),
        cmocka_unit_test_setup(other_bodies_are_refused, start_empty),
        cmocka_unit_test_setup(lists_have_an_end, start_empty),
        cmocka_unit_test_setup(rules_are_kept, start_empty),
        cmocka_unit_test_setup(what_is_cut_says_so, start_empty),
        cmocka_unit_test_setup(entries_are_described_later, start_empty),
        cmocka_unit_test_setup(a_real_list_is_understood, start_empty),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
