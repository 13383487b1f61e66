/* What is found while words are typed, and in which order. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <time.h>

#include "booktop/ui/search.h"
#include "sample_scene.h"

static struct catalogue catalogue;
static struct market_list list;
static struct search search;

static int set_up(void **state)
{
    (void)state;
    catalogue = (struct catalogue){0};
    sample_catalogue(&catalogue);
    market_list_init(&list);
    assert_true(market_list_set(&list, &catalogue));
    search_begin(&search, &list);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    search_over(&search);
    market_list_free(&list);
    catalogue_free(&catalogue);
    return 0;
}

static void type(const char *words)
{
    search_rank(&search, text_from(words));
}

/* The place in the catalogue of a row's market, -1: it is none. */
static int found(size_t row)
{
    const struct search_result *result = search_row(&search, row);
    return result != NULL ? (int)(result->entry - catalogue.entries) : -1;
}

static int score_of(const char *title, const char *typed)
{
    struct search_words words = {0};
    struct search_query query;
    struct instrument instrument = {0};
    sample_text(instrument.title, sizeof instrument.title, title);
    assert_true(search_words_add(&words, &instrument));
    search_query_set(&query, text_from(typed));
    int score = search_score(&words, 0, &query);
    search_words_free(&words);
    return score;
}

static void words_are_found_the_closer_the_better(void **state)
{
    (void)state;
    static const char *const questions[] = {"harbour", "harb", "hbo", "hrbr", "arbou"};
    int before = INT32_MAX;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        int score = score_of("Will the harbour bridge open?", questions[i]);
        assert_in_range(score, 1, before - 1);
        before = score;
    }
    assert_int_equal(score_of("Will the harbour bridge open?", "harbour lighthouse"), 0);
    assert_int_equal(score_of("Will the harbour bridge open?", "rbr"), 0);
    assert_int_equal(score_of("Will the harbour bridge open?", "z"), 0);
    assert_true(score_of("Harbour and bridge", "harbour") > score_of("The bridge at the harbour", "harbour"));
}

static void case_accents_and_signs_do_not_count(void **state)
{
    (void)state;
    static const struct {
        const char *title, *typed;
    } same[] = {
        {"R\xc3\xa9sum\xc3\xa9 of \xc5\x9eim\xc5\x9f"
         "ek",
         "resume simsek"},
        {"The lighthouse keeper\xe2\x80\x99s cat", "KEEPERS"},
        {"The lighthouse keeper's cat", "keeper's"},
        {"Cafe\xcc\x81 closes", "caf\xc3\xa9"},
        {"\xd0\xbc\xd0\xbe\xd1\x81\xd1\x82", "\xd0\xbc\xd0\xbe"},
        {"Rates: 25-50 bps?", "25 50"},
        {"Fed\xc2\xa0rates", "rates"},
        {"Fed\xc2\xa0rates", "fed"},
        {"Above \xc2\xa3"
         "100?",
         "100"},
        {"Above \xe2\x82\xac"
         "100?",
         "100"},
        {"\xe2\x89\xa5"
         "3 percent",
         "3"},
        {"Har\xc2\xad"
         "bour",
         "harbour"},
        {"East\xe2\x86\x92West", "west"},
    };
    /* As whole words: what stands before them is no letter of theirs. */
    int whole = score_of("x", "x");
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        int score = score_of(same[i].title, same[i].typed);
        bool one = strchr(same[i].typed, ' ') == NULL && (unsigned char)same[i].title[0] != 0xd0;
        if (one ? score < whole - 9 : score < 2) fail_msg("%s: %s: %d", same[i].title, same[i].typed, score);
    }
    /* Broken UTF-8, and nothing at all. */
    assert_int_equal(score_of("\xff\xc3", "x"), 0);
    assert_int_equal(score_of("\xe2\x80", "?"), 1);
    assert_int_equal(score_of("", "x"), 0);
}

static void more_words_than_fit_are_left_out(void **state)
{
    (void)state;
    char typed[PROMPT_SIZE];
    for (size_t i = 0; i + 1 < sizeof typed; i += 2)
        memcpy(typed + i, i / 2 < 20 ? (char[]){(char)('a' + i / 2), ' '} : "z ", 2);
    typed[sizeof typed - 1] = '\0';
    struct search_query query;
    search_query_set(&query, text_from(typed));
    assert_int_equal(query.count, SEARCH_QUERY_WORDS);
    memset(typed, 'x', sizeof typed - 1);
    search_query_set(&query, text_from(typed));
    assert_int_equal(query.count, 1);
    assert_int_equal(query.words[0].length, sizeof typed - 1);
}

static void all_words_must_be_there(void **state)
{
    (void)state;
    type("mayor ada");
    assert_int_equal(search.count, 1);
    assert_int_equal(found(0), 5);
    assert_int_equal(search.known, SAMPLE_MARKETS);
    type("mayor");
    assert_int_equal(search.count, 3);
    /* Of equals the one that is traded most. */
    assert_int_equal(found(0), 5);
    assert_int_equal(found(1), 6);
    assert_int_equal(found(2), 7);
    assert_int_equal(found(3), -1);
    type("mayor of nowhere");
    assert_int_equal(search.count, 0);
    assert_int_equal(search_rows(&search), 1);
}

static void what_names_a_market_comes_first(void **state)
{
    (void)state;
    sample_text(catalogue.entries[9].instrument.slug, INSTRUMENT_SLUG_SIZE, "harbour");
    search_over(&search);
    assert_true(market_list_set(&list, &catalogue));
    search_begin(&search, &list);
    type("Harbour");
    assert_int_equal(found(0), 9);
    type("0x07");
    assert_int_equal(search.offer, SEARCH_OFFERS_NAME);
    assert_false(search.offer_first);
    assert_int_equal(found(0), 7);
    /* A name that nobody knows is offered to be looked up. */
    type("will-it-open");
    assert_true(search.offer_first);
    assert_int_equal(found(0), -1);
}

/* However many words of a name are found elsewhere, they are no name: it is looked up. */
static void many_words_are_no_name(void **state)
{
    (void)state;
    sample_text(catalogue.entries[9].instrument.slug, INSTRUMENT_SLUG_SIZE,
                "will-the-fed-cut-rates-by-25-bps-in-december-2027");
    search_over(&search);
    assert_true(market_list_set(&list, &catalogue));
    search_begin(&search, &list);
    type("will-the-fed-cut-rates-by-25-bps-in-december");
    assert_int_equal(search.count, 1);
    assert_true(search.offer_first);
    assert_int_equal(found(0), -1);
    type("will-the-fed-cut-rates-by-25-bps-in-december-2027");
    assert_false(search.offer_first);
    assert_int_equal(found(0), 9);
}

static void names_and_addresses_are_told_from_words(void **state)
{
    (void)state;
    static const char *const names[] = {
        "https://polymarket.com/event/x", "kalshi.com/markets/kxfed", "will-it", "kalshi:KXFED", "0x12", "KXFED"};
    static const char *const words[] = {"fed rates", "harbour", "kxfed", "KX", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) assert_true(search_is_name(text_from(names[i])));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) assert_false(search_is_name(text_from(words[i])));
    type("https://polymarket.com/event/harbour");
    assert_int_equal(search.count, 0);
    assert_int_equal(search.offer, SEARCH_OFFERS_NAME);
    /* What comes while it stands there was asked for with other words, and so was the list that comes. */
    sample_text(search.asked, sizeof search.asked, "harb");
    search_join(&search, &catalogue);
    assert_int_equal(search.count, 0);
    search_relist(&search, &list);
    assert_int_equal(search.count, 0);
    assert_int_equal(search.matches, 0);
}

static void without_words_what_was_opened_is_there(void **state)
{
    (void)state;
    static const struct {
        size_t entry;
        bool watched;
    } known[] = {{1, true}, {2, true}, {3, false}, {8, false}, {3, false}, {1, false}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_true(search_know(&search, &catalogue.entries[known[i].entry], known[i].watched));
    type("");
    assert_int_equal(search_rows(&search), 5);
    assert_null(search_row(&search, 0));
    /* What was opened, the newest first, then the watch list in its order. */
    static const int order[] = {8, 3, 1, 2};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        assert_int_equal(found(i + 1), order[i]);
        assert_int_equal(search_row(&search, i + 1)->watched, order[i] < 3);
        assert_int_equal(search_row(&search, i + 1)->opened, order[i] >= 3);
    }
    /* Known twice, listed once. */
    type("ferry");
    assert_int_equal(search.count, 1);
    assert_int_equal(search_row(&search, 0)->source, SEARCH_LISTED);
    assert_true(search_row(&search, 0)->opened);
    type("cat");
    assert_false(search_row(&search, 0)->opened);
}

static void answer(struct catalogue *found, const char *words)
{
    sample_text(search.asked, sizeof search.asked, words);
    search_join(&search, found);
}

static void what_the_venues_find_joins(void **state)
{
    (void)state;
    struct catalogue more = {0};
    sample_catalogue(&more);
    for (size_t i = 0; i < more.count; i++) snprintf(more.entries[i].instrument.symbol, SYMBOL_SIZE, "0xf%zu", i);
    sample_text(more.entries[0].instrument.symbol, SYMBOL_SIZE, "0x05");
    sample_text(more.entries[0].instrument.title, INSTRUMENT_TEXT_SIZE, "Mayor of the lake");
    sample_text(more.entries[1].instrument.title, INSTRUMENT_TEXT_SIZE, "Burgomaster");
    sample_text(more.entries[1].instrument.event_title, INSTRUMENT_TEXT_SIZE, "");
    sample_text(more.entries[1].instrument.group_title, INSTRUMENT_NAME_SIZE, "");
    more.count = 2;
    type("mayor");
    assert_true(search_act(&search, ACTION_DOWN));
    int before = found(search.selected);
    answer(&more, "mayor");
    /* One is known already, the other is found by other words and stands last. */
    assert_int_equal(search.count, 4);
    assert_int_equal(found(search.selected), before);
    assert_ptr_equal(search_row(&search, 3)->entry, &more.entries[1]);
    assert_int_equal(search_row(&search, 3)->source, SEARCH_FOUND);
    /* For other words only what has them. */
    type("mayor ada");
    assert_int_equal(search.count, 1);
    type("burgo");
    assert_int_equal(search.count, 1);
    answer(NULL, "burgo");
    assert_int_equal(search.count, 0);
    assert_int_equal(search.selected, 0);
    catalogue_free(&more);
}

static void an_answer_may_be_what_was_waited_for(void **state)
{
    (void)state;
    struct catalogue more = {0};
    sample_catalogue(&more);
    search_over(&search);
    assert_true(market_list_set(&list, NULL));
    search_begin(&search, &list);
    type("snow");
    assert_null(search_row(&search, search.selected));
    answer(&more, "snow");
    assert_ptr_equal(search_row(&search, search.selected)->entry, &more.entries[4]);
    search_over(&search);
    catalogue_free(&more);
}

static void the_selection_stays_within_the_rows(void **state)
{
    (void)state;
    type("mayor");
    search.page = 3;
    for (int i = 0; i < 9; i++) assert_true(search_act(&search, ACTION_PAGE_DOWN));
    assert_int_equal(search.selected, 3);
    assert_null(search_row(&search, search.selected));
    for (int i = 0; i < 9; i++) assert_true(search_act(&search, ACTION_UP));
    assert_int_equal(search.selected, 0);
    assert_false(search_act(&search, ACTION_HOME));
}

static void add_markets(struct catalogue *many, size_t count)
{
    static const char *const who[] = {"Ada Quill",    "the town band", "a keeper",    "Tomas Brandt",
                                      "Iris Okonkwo", "the ferry",     "the council", "Port Ellery"};
    static const char *const what[] = {"win the regional contest", "open the harbour bridge", "raise the rates",
                                       "resign from its office",   "reach the island",        "be found at last"};
    for (size_t i = 0; i < count; i++) {
        struct catalogue_entry *entry = catalogue_append(many);
        assert_non_null(entry);
        char text[INSTRUMENT_TEXT_SIZE];
        snprintf(text, sizeof text, "0x%064zu", i);
        instrument_init(&entry->instrument, VENUE_POLYMARKET, text_from(text), 4, 6);
        const char *one = who[i % 8], *other = what[i / 8 % 6];
        snprintf(entry->instrument.title, INSTRUMENT_TEXT_SIZE,
                 "Will %s %s by the end of week %zu of the year 20%02zu?", one, other, i % 52, i / 52 % 100);
        snprintf(entry->instrument.event_title, INSTRUMENT_TEXT_SIZE, "Who will %s by week %zu?", other, i % 52);
        snprintf(entry->instrument.slug, INSTRUMENT_SLUG_SIZE, "will-%zu-by-the-end-of-week-%zu", i, i % 52);
        entry->volume_24h = (int64_t)(i * 7919 % 100003);
    }
}

static int64_t own_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * NANOSECONDS_PER_SECOND + time.tv_nsec;
}

/* Ten thousand markets, and the words of a question a letter at a time. Printed, so that it can be looked at; how long
 * it takes is no test's business on a machine that others use. */
static void ten_thousand_are_ranked_at_each_key(void **state)
{
    (void)state;
    struct catalogue many = {0};
    add_markets(&many, 10000);
    search_over(&search);
    assert_true(market_list_set(&list, &many));
    search_begin(&search, &list);
    const char *typed = "harbour bridge quill week 17";
    int64_t worst = 0;
    for (size_t i = 1; i <= strlen(typed); i++) {
        int64_t start = own_time();
        search_rank(&search, (struct text){typed, i});
        int64_t took = own_time() - start;
        if (took > worst) worst = took;
    }
    print_message("10,000 markets: at most %ld us at a key\n", (long)(worst / 1000));
    assert_true(search.count > 0);
    assert_non_null(strstr(search.results[0].entry->instrument.title, "Ada Quill open the harbour bridge"));
    for (size_t i = 1; i < search.count; i++) assert_true(search.results[i].score <= search.results[i - 1].score);
    type("w");
    assert_int_equal(search.count, SEARCH_RESULTS);
    assert_int_equal(search.matches, 10000);
    search_over(&search);
    assert_true(market_list_set(&list, NULL));
    catalogue_free(&many);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FRESH(words_are_found_the_closer_the_better),
        FRESH(case_accents_and_signs_do_not_count),
        FRESH(more_words_than_fit_are_left_out),
        FRESH(all_words_must_be_there),
        FRESH(what_names_a_market_comes_first),
        FRESH(many_words_are_no_name),
        FRESH(names_and_addresses_are_told_from_words),
        FRESH(without_words_what_was_opened_is_there),
        FRESH(what_the_venues_find_joins),
        FRESH(an_answer_may_be_what_was_waited_for),
        FRESH(the_selection_stays_within_the_rows),
        FRESH(ten_thousand_are_ranked_at_each_key),
    };
#undef FRESH
    return cmocka_run_group_tests(tests, NULL, NULL);
}
