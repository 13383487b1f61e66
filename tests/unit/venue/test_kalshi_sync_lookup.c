/* Questions: what a name is, what words find, what is traded most. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_pages.h"

#define KINDS  (JOURNAL_LOOKUPS | JOURNAL_WISHES)
#define SERIES OPEN_EVENTS "&limit=200&series_ticker="

static void open_session(struct session *s)
{
    kalshi_open_with(s, KINDS, (struct venue_options){0});
}

static void a_name_is_a_markets(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_MARKET, "kxone-1");
    expect_journal(&s, "wish get https://rest/markets/KXONE-1\n");
    session_reply(&s, 200, "{\"market\":{\"ticker\":\"KXONE-1\"}}");
    expect_journal(&s, "lookup 1 found KXONE-1 @0\n");
    session_close(&s);
}

static void else_an_events_else_a_series(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_MARKET, "https://kalshi.com/markets/kxone/words/kxone-26");
    expect_journal(&s, "wish get https://rest/markets/KXONE-26\n");
    session_reply(&s, 404, "{}");
    expect_journal(&s, "wish get https://rest/events/KXONE-26?with_nested_markets=true\n");
    session_reply(&s, 200,
                  "{\"event\":{\"event_ticker\":\"KXONE-26\"},\"markets\":[{\"ticker\":\"KXONE-26-A\"},"
                  "{\"ticker\":\"KXONE-26-B\"}]}");
    expect_journal(&s, "lookup 1 found KXONE-26-A KXONE-26-B @0\n");
    session_at(&s, 5000);
    kalshi_ask(&s, 2, LOOKUP_MARKET, "kxone");
    session_reply(&s, 404, "");
    session_reply(&s, 404, "");
    expect_journal(&s, "wish get https://rest/markets/KXONE\nwish get https://rest/events/KXONE?with_nested_markets="
                       "true\nwish get " SERIES "KXONE\n");
    session_at(&s, 7000);
    session_reply(&s, 200,
                  "{\"events\":[{\"event_ticker\":\"E\",\"markets\":[{\"ticker\":\"KXONE-27\"}]}],\"cursor\":"
                  "\"\"}");
    expect_journal(&s, "lookup 2 found KXONE-27 @7000\n");
    kalshi_ask(&s, 3, LOOKUP_MARKET, "kxnone");
    for (int i = 0; i < 3; i++) session_reply(&s, 404, "");
    journal_clear(&s.journal);
    session_advance(&s, 10000);
    kalshi_ask(&s, 4, LOOKUP_MARKET, "two words");
    expect_journal(&s, "lookup 4 none: not a name that this venue could have @10000\n");
    session_close(&s);
}

static void a_name_of_nothing_is_none(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 3, LOOKUP_MARKET, "kxnone");
    session_reply(&s, 404, "");
    session_reply(&s, 404, "");
    journal_clear(&s.journal);
    session_reply(&s, 200, "{\"events\":[],\"cursor\":\"\"}");
    expect_journal(&s, "lookup 3 none: nothing of that name @0\n");
    session_close(&s);
}

/* A fourth GET in a second waits. */
static void questions_wait_for_their_turn(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    for (uint32_t i = 1; i <= 5; i++) kalshi_ask(&s, i, LOOKUP_MARKET, i % 2 ? "kxodd" : "kxeven");
    expect_journal(&s, "wish get https://rest/markets/KXODD\nwish get https://rest/markets/KXEVEN\n"
                       "wish get https://rest/markets/KXODD\n");
    session_advance(&s, 999);
    expect_journal(&s, "");
    session_advance(&s, 1000);
    expect_journal(&s, "wish get https://rest/markets/KXEVEN\nwish get https://rest/markets/KXODD\n");
    session_close(&s);
}

/* The whole of what there is was read: two events. */
static void open_with_two_events(struct session *s)
{
    open_session(s);
    kalshi_ask(s, 99, LOOKUP_TOP, "");
    expect_journal(s, FIRST_PAGE);
    session_reply(
        s, 200,
        EVENTS(EVENT("E1", "Boats", OFFER("A", "A red one", "5.00") "," OFFER("KXRED", "Blue", "1.00")) "," EVENT(
                   "E2", "Boats", OFFER("B", "Green", "9.00")),
               ""));
    expect_journal(s, NAMED("E2,E1"));
    session_reply(s, 200, EVENTS("", ""));
    expect_journal(s, "lookup 99 none: nothing that is open has these words @0\n");
    session_at(s, 2000);
}

static void what_is_traded_most_stands_first(void **state)
{
    struct session s;
    (void)state;
    open_with_two_events(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "whatever");
    expect_journal(&s, NAMED("E2,E1"));
    session_reply(
        &s, 200,
        EVENTS(EVENT("E1", "Boats",
                     OFFER("A", "Red", "5.00") "," OFFER(
                         "C", "Blue", "1.00") ",{\"ticker\":\"X\",\"status\":"
                                              "\"finalized\",\"volume_24h_fp\":\"99.00\"},{\"ticker\":\"Y\",\"status\":"
                                              "\"closed\"}") "," EVENT("E2", "Boats",
                                                                       OFFER("B", "Green",
                                                                             "9.00") "," OFFER("D", "Grey", "2.00")),
               "more"));
    expect_journal(&s, "lookup 1 found B D A C @2000\n"); /* those of an event together */
    session_close(&s);
}

static void words_are_searched_in_titles_and_names(void **state)
{
    struct session s;
    (void)state;
    open_with_two_events(&s);
    kalshi_ask(&s, 1, LOOKUP_SEARCH, "  boats   RED ");
    expect_journal(&s, NAMED("E1"));
    session_reply(&s, 200,
                  EVENTS(EVENT("E1", "Boats",
                               OFFER("A", "A red one", "5.00") "," OFFER("KXRED", "Blue",
                                                                         "1.00") "," OFFER("C", "Green", "9.00")),
                         ""));
    expect_journal(&s, "lookup 1 found A KXRED @2000\n");
    kalshi_ask(&s, 2, LOOKUP_SEARCH, "submarines"); /* nobody is asked */
    expect_journal(&s, "lookup 2 none: nothing that is open has these words @2000\n");
    kalshi_ask(&s, 3, LOOKUP_SEARCH, "boats e2");
    expect_journal(&s, NAMED("E2"));
    session_reply(&s, 200, EVENTS(EVENT("E2", "Boats", OFFER("B", "Green", "9.00")), "")); /* no market has "e2" */
    expect_journal(&s, "lookup 3 none: nothing that is open has these words @2000\n");
    kalshi_ask(&s, 4, LOOKUP_SEARCH, "blue");
    session_reply(&s, 404, "");
    expect_journal(&s, NAMED("E1") "lookup 4 none: nothing that is open has these words @2000\n");
    session_close(&s);
}

/* At most so many are kept, the most traded ones. */
static void the_most_traded_are_kept(void **state)
{
    struct session s;
    char *body = calloc(1, 400 * 120);
    size_t length = 0;
    (void)state;
    open_with_two_events(&s);
    length += (size_t)sprintf(body, "{\"events\":[{\"event_ticker\":\"E2\",\"markets\":[");
    for (unsigned i = 0; i < 300; i++)
        length +=
            (size_t)sprintf(body + length, "%s{\"ticker\":\"M%u\",\"status\":\"active\",\"volume_24h_fp\":\"%u.00\"}",
                            i ? "," : "", i, i);
    sprintf(body + length, "]}],\"cursor\":\"\"}");
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    journal_clear(&s.journal);
    session_reply(&s, 200, body);
    const char *text = journal_text(&s.journal);
    assert_non_null(strstr(text, "found M299 M298 "));
    assert_non_null(strstr(text, " M180 @"));
    assert_null(strstr(text, " M179"));
    free(body);
    session_close(&s);
}

/* Of many events the twenty that are traded most. */
static void few_events_are_asked_for(void **state)
{
    struct session s;
    char *body = calloc(1, 40 * 200), names[128] = "";
    size_t length = 0;
    (void)state;
    open_session(&s);
    length += (size_t)sprintf(body, "{\"events\":[");
    for (unsigned i = 0; i < 40; i++)
        length += (size_t)sprintf(body + length,
                                  "%s{\"event_ticker\":\"E%u\",\"markets\":[{\"ticker\":\"M%u\",\"volume_24h_fp\":"
                                  "\"%u.00\"}]}",
                                  i ? "," : "", i, i, i);
    sprintf(body + length, "],\"cursor\":\"\"}");
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    journal_clear(&s.journal);
    session_reply(&s, 200, body);
    for (unsigned i = 39; i >= 20; i--) sprintf(names + strlen(names), "%sE%u", i < 39 ? "," : "", i);
    char expected[256];
    snprintf(expected, sizeof expected, NAMED("%s"), names);
    expect_journal(&s, expected);
    free(body);
    session_close(&s);
}

static void what_fails_says_why(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_MARKET, "kxone");
    session_reply(&s, 500, "");
    kalshi_ask(&s, 2, LOOKUP_MARKET, "kxone");
    session_reply(&s, 200, "[]");
    kalshi_ask(&s, 3, LOOKUP_MARKET, "kxone");
    session_reply(&s, 429, "");
    kalshi_ask(&s, 4, LOOKUP_MARKET, "kxone");
    s.journal.kinds = JOURNAL_LOOKUPS;
    assert_non_null(strstr(journal_text(&s.journal),
                           "lookup 1 failed: status @0\nwish get https://rest/markets/KXONE\nlookup 2 failed: the "
                           "reply is not what this venue sends @0\nwish get https://rest/markets/KXONE\nlookup 3 "
                           "failed: the venue wants us to wait @0\nlookup 4 failed: the venue wants us to wait @0\n"));
    session_close(&s);
}

static void a_search_that_fails_says_why(void **state)
{
    struct session s;
    (void)state;
    open_with_two_events(&s);
    s.journal.kinds = JOURNAL_LOOKUPS;
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_reply(&s, 500, "");
    expect_journal(&s, "lookup 1 failed: status @2000\n");
    kalshi_ask(&s, 2, LOOKUP_TOP, "");
    session_reply(&s, 200, "{");
    expect_journal(&s, "lookup 2 failed: the reply is not what this venue sends @2000\n");
    kalshi_ask(&s, 3, LOOKUP_TOP, "");
    session_at(&s, 4000);
    session_advance(&s, 62000);
    expect_journal(&s, "lookup 3 failed: no answer @62000\n");
    kalshi_ask(&s, 4, LOOKUP_TOP, "");
    session_reply(&s, 429, "");
    kalshi_ask(&s, 5, LOOKUP_TOP, "");
    expect_journal(&s, "lookup 4 failed: the venue wants us to wait @62000\n"
                       "lookup 5 failed: the venue wants us to wait @62000\n");
    session_close(&s);
}

static void questions_are_limited(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    s.journal.kinds = JOURNAL_LOOKUPS;
    for (uint32_t i = 0; i < 17; i++) kalshi_ask(&s, i, LOOKUP_TOP, "");
    expect_journal(&s, "lookup 16 failed: too many questions at once @0\n");
    session_close(&s);
}

static struct details told;
static const struct catalogue *lent;

static void note_details(void *context, const struct lookup_report *report)
{
    journal_lookup(context, report);
    lent = report->catalogue;
    if (lent && !catalogue_details(lent, lent->entries, &told)) told = (struct details){.rules = "none"};
}

#define OVER_MARKETS 1200

/* What is not offered takes no room: its rules are more than a shelf has room for. */
static void those_that_are_offered_are_described(void **state)
{
    struct session s;
    (void)state;
    char *page = malloc(OVER_MARKETS * (size_t)(DETAILS_RULES_SIZE + 100) + 1000), rules[DETAILS_RULES_SIZE];
    assert_non_null(page);
    memset(rules, 'r', sizeof rules - 1);
    rules[sizeof rules - 1] = '\0';
    size_t length = (size_t)sprintf(page, "{\"events\":[{\"event_ticker\":\"E1\",\"title\":\"Boats\",\"markets\":[");
    for (unsigned i = 0; i < OVER_MARKETS; i++)
        length += (size_t)sprintf(page + length, "{\"ticker\":\"X%u\",\"status\":\"closed\",\"rules_primary\":\"%s\"},",
                                  i, rules);
    rules[0] = 's';
    sprintf(page + length, "{\"ticker\":\"A\",\"title\":\"Red\",\"status\":\"active\",\"rules_primary\":\"%s\"}]}]}",
            rules);
    open_with_two_events(&s);
    s.outlet.lookup = note_details;
    kalshi_ask(&s, 1, LOOKUP_SEARCH, "boats a");
    journal_clear(&s.journal);
    session_reply(&s, 200, page);
    expect_journal(&s, "lookup 1 found A @2000\n");
    assert_string_equal(told.rules, rules);
    assert_null(lent->shelf.bytes); /* and the shelf is not kept */
    session_at(&s, 5000);
    kalshi_ask(&s, 2, LOOKUP_MARKET, "kxone-1");
    journal_clear(&s.journal);
    session_reply(&s, 200, "{\"market\":{\"ticker\":\"KXONE-1\",\"rules_primary\":\"By name.\"}}");
    assert_string_equal(told.rules, "By name.");
    assert_null(lent->shelf.bytes);
    free(page);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_a_markets),
        cmocka_unit_test(else_an_events_else_a_series),
        cmocka_unit_test(a_name_of_nothing_is_none),
        cmocka_unit_test(questions_wait_for_their_turn),
        cmocka_unit_test(what_is_traded_most_stands_first),
        cmocka_unit_test(words_are_searched_in_titles_and_names),
        cmocka_unit_test(the_most_traded_are_kept),
        cmocka_unit_test(few_events_are_asked_for),
        cmocka_unit_test(what_fails_says_why),
        cmocka_unit_test(a_search_that_fails_says_why),
        cmocka_unit_test(questions_are_limited),
        cmocka_unit_test(those_that_are_offered_are_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
