/* Questions to several venues at once: whom they go to, what is one list, what opens a market. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "answering.h"

/* === One list === */

static void one_list_by_volume_with_events_together(void **state)
{
    (void)state;
    search_for("");
    FIND(POLY, {"p1", "mayor", 300}, {"p2", "mayor", 50}, {"p3", "", 100});
    assert_false(answered());
    FIND(KALS, {"k1", "KXH", 200}, {"k2", "KXH", 40}, {"k3", "KXF", 60});
    assert_true(answered());
    expect_list("p1 p2 k1 k2 p3 k3");
    /* It is the event's volume that counts, not that of its first market. */
    search_for("harbour");
    FIND(KALS, {"k1", "KXH", 300});
    FIND(POLY, {"p1", "mayor", 10}, {"p2", "mayor", 500});
    assert_true(answered());
    expect_list("p1 p2 k1");
    /* Unknown and huge volumes; markets without an event are by themselves. */
    search_for("harbour");
    FIND(POLY, {"p1", "", -1}, {"p2", "", -1});
    FIND(KALS, {"k1", "KXH", INT64_MAX}, {"k2", "KXH", INT64_MAX});
    assert_true(answered());
    expect_list("k1 k2 p1 p2");
}

static void a_venue_that_finds_nothing_is_no_loss(void **state)
{
    (void)state;
    open_name("kxh-26dec");
    say(POLY, LOOKUP_NONE, "nothing of that name");
    assert_false(answered());
    FIND(KALS, {"KXH-26DEC", "KXH", 5});
    assert_true(answered());
    assert_int_equal(answer.result, ANSWER_OPENED);
    assert_int_equal(answer.market.generation != 0, true);
    assert_true(market_handle_equal(feed->panels[0].market, answer.market));
    assert_null(feed->lent);
}

static void a_name_that_both_know_is_a_list(void **state)
{
    (void)state;
    open_name("lighthouse");
    FIND(POLY, {"0x1", "", 5});
    FIND(KALS, {"LIGHTHOUSE", "", 7});
    assert_true(answered());
    expect_list("LIGHTHOUSE 0x1");
    assert_int_equal(feed->panels[0].market.generation, 0);
}

static void without_a_panel_one_market_is_a_list_too(void **state)
{
    (void)state;
    ask_on(COMMAND_OPEN, FEED_NO_PANEL, "lighthouse");
    FIND(POLY, {"0x1", "", 5});
    say(KALS, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    expect_list("0x1");
}

/* === Who is asked, and for what === */

static void a_ticker_of_kalshi_is_asked_for_there(void **state)
{
    (void)state;
    open_name("KXH-26DEC-T1.5");
    assert_int_equal(question()->parts[POLY].state, PART_NOT_ASKED);
    FIND(KALS, {"KXH-26DEC-T1.5", "", 5});
    assert_true(answered());
    static const char *const others[] = {"KX", "KXh-26DEC", "KXH 26DEC", "kxh-26dec", "MAYOR-26"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        open_name(others[i]);
        assert_int_not_equal(question()->parts[POLY].state, PART_NOT_ASKED);
        assert_int_not_equal(question()->parts[KALS].state, PART_NOT_ASKED);
    }
}

static void a_prefix_says_whom_to_ask(void **state)
{
    (void)state;
    open_name(" kalshi: KXH-26DEC ");
    assert_string_equal(question()->words, "KXH-26DEC");
    assert_int_equal(question()->parts[POLY].state, PART_NOT_ASKED);
    FIND(KALS, {"KXH-26DEC", "", 5});
    assert_true(answered());
    assert_int_equal(answer.result, ANSWER_OPENED);
    open_name("polymarket:lighthouse");
    assert_int_equal(question()->parts[KALS].state, PART_NOT_ASKED);
    say(POLY, LOOKUP_FAILED, "HTTP 500");
    pass(5 * SECOND);
    say(POLY, LOOKUP_FAILED, "HTTP 500");
    assert_true(answered());
    expect_words(ANSWER_FAILED, "polymarket: HTTP 500");
    /* What a venue trades most. */
    search_for("kalshi:");
    assert_int_equal(question()->kind, LOOKUP_TOP);
    assert_int_equal(question()->parts[POLY].state, PART_NOT_ASKED);
    FIND(KALS, {"k1", "", 5});
    assert_true(answered());
    expect_list("k1");
    open_name("nowhere:lighthouse");
    assert_true(answered());
    expect_words(ANSWER_NONE, "no venue of that name (try polymarket:NAME or kalshi:NAME)");
    /* A colon behind words, or in an address, names no venue. */
    search_for("the harbour: when");
    assert_true(waits_for(POLY) && waits_for(KALS));
    open_name("HTTPS://polymarket.com/event/lighthouse");
    assert_string_equal(question()->words, "HTTPS://polymarket.com/event/lighthouse");
    assert_true(waits_for(POLY));
    open_name("Kalshi:KXH-26DEC");
    assert_string_equal(question()->words, "KXH-26DEC");
    assert_int_equal(question()->parts[POLY].state, PART_NOT_ASKED);
}

static void a_venue_that_is_off_is_not_asked(void **state)
{
    (void)state;
    feed->options.off[KALS] = true;
    search_for("harbour");
    assert_int_equal(question()->parts[KALS].state, PART_NOT_ASKED);
    FIND(POLY, {"p1", "", 5});
    assert_true(answered());
    expect_list("p1");
    open_name("kalshi:KXH-26DEC");
    assert_true(answered());
    expect_words(ANSWER_NONE, "this venue is switched off");
    feed->options.off[POLY] = true;
    search_for("");
    assert_true(answered());
    expect_words(ANSWER_NONE, "every venue is switched off");
}

static void words_that_name_nothing_are_searched_for(void **state)
{
    (void)state;
    open_name("lighthouse");
    say(KALS, LOOKUP_NONE, "nothing of that name");
    say(POLY, LOOKUP_NONE, "nothing of that name");
    assert_false(answered());
    assert_int_equal(question()->kind, LOOKUP_SEARCH);
    assert_true(waits_for(POLY) && waits_for(KALS));
    FIND(KALS, {"k1", "", 5});
    say(POLY, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    expect_list("k1"); /* a list even of one: nobody named it */
    /* Nothing there either. */
    open_name("lighthouse");
    say(KALS, LOOKUP_NONE, "a");
    say(POLY, LOOKUP_NONE, "b");
    assert_false(answered());
    say(KALS, LOOKUP_NONE, "nothing that is open has these words");
    say(POLY, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    expect_words(ANSWER_NONE, "nothing of that name");
    /* An address is not searched for. */
    open_name("https://kalshi.com/markets/kxh");
    say(KALS, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    assert_int_equal(answer.result, ANSWER_NONE);
}

/* Too long for the one's web address: it says so before it returns. The other is still waited for. */
static void an_answer_at_once_is_not_taken_for_the_last(void **state)
{
    (void)state;
    char words[WORDS_SIZE];
    for (size_t i = 0; i + 1 < sizeof words; i++) words[i] = "\xc3\xa9 "[i % 3];
    words[sizeof words - 2] = 'x';
    words[sizeof words - 1] = '\0';
    open_name(words); /* no name at all: both say so at once */
    assert_false(answered());
    assert_int_equal(question()->kind, LOOKUP_SEARCH);
    assert_int_equal(question()->parts[POLY].state, PART_NONE);
    assert_true(waits_for(KALS));
    assert_false(answered());
    FIND(KALS, {"k1", "", 5});
    assert_true(answered());
    expect_list("k1");
}

static void too_many_questions_are_refused(void **state)
{
    (void)state;
    for (unsigned i = 0; i < QUESTIONS_MAX; i++) search_for("");
    assert_false(answered());
    search_for("");
    assert_true(answered());
    assert_int_equal(answer.lookup, QUESTIONS_MAX + 1);
    expect_words(ANSWER_FAILED, "too many questions at once");
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        TEST(one_list_by_volume_with_events_together),
        TEST(a_venue_that_finds_nothing_is_no_loss),
        TEST(a_name_that_both_know_is_a_list),
        TEST(without_a_panel_one_market_is_a_list_too),
        TEST(a_ticker_of_kalshi_is_asked_for_there),
        TEST(a_prefix_says_whom_to_ask),
        TEST(a_venue_that_is_off_is_not_asked),
        TEST(words_that_name_nothing_are_searched_for),
        TEST(an_answer_at_once_is_not_taken_for_the_last),
        TEST(too_many_questions_are_refused),
    };
    return cmocka_run_group_tests_name("feed/answers", tests, NULL, NULL);
}
