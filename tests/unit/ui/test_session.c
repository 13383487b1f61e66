/* How a session begins, with words and without, and what its list does. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>

#include "listed_session.h"

/* What a name that means one market is answered with where no panel is asked for. */
static void answer_found(const char *symbol)
{
    struct catalogue found = {0};
    struct catalogue_entry *entry = catalogue_append(&found);
    assert_non_null(entry);
    sample_instrument(&entry->instrument);
    sample_rename(&entry->instrument, symbol);
    answer(ANSWER_LIST, &found, "");
    catalogue_free(&found);
}

static void without_words_the_list_comes_first(void **state)
{
    (void)state;
    begin(NULL, 0);
    assert_false(fake.opens);
    assert_string_equal(fake.words, "");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    answer(ANSWER_LIST, &catalogue, "");
    assert_ptr_equal(fake.listed, &catalogue);
    press("q");
    assert_int_equal(session->state, SESSION_LEFT);
}

static void enter_opens_and_q_comes_back(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("j\n");
    assert_string_equal(fake.selected, "0x01");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_null(fake.listed);
    assert_true(session->scene.opening);
    fake_publish(0, 9, "0xother");
    session_pump(session);
    assert_true(session->scene.opening);
    fake_publish(0, 1, "0x01");
    session_pump(session);
    assert_false(session->scene.opening);
    press("q");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    assert_ptr_equal(fake.listed, &catalogue);
    assert_int_equal(session->state, SESSION_RUNS);
}

static void n_and_p_walk_through_the_list(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    press("p");
    assert_string_equal(fake.selected, "0x00");
    assert_string_equal(session->scene.notice, "the first market of the list");
    press("nn");
    assert_string_equal(fake.selected, "0x02");
    press("p");
    assert_string_equal(fake.selected, "0x01");
    press("q");
    assert_string_equal(market_list_selected(&session->scene.list)->instrument.symbol, "0x01");
}

static void words_open_and_the_rest_is_watched(void **state)
{
    (void)state;
    static const char *const words[] = {"first", "second", "several", "third"};
    begin(words, 4);
    assert_true(fake.opens);
    assert_string_equal(fake.words, "first");
    assert_int_equal(fake.panel, 0);
    answer_opened(1);
    assert_true(session->scene.opening);
    publish(1, "0xa");
    assert_false(session->scene.opening);
    assert_string_equal(fake.words, "second");
    assert_true(fake.panel == FEED_NO_PANEL);
    answer_found("0xb");
    assert_int_equal(fake.released, 1);
    assert_string_equal(fake.words, "several");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(fake.released, 2);
    assert_string_equal(session->scene.notice, "several: names several markets; search for it to choose");
    assert_string_equal(fake.words, "third");
    answer_found("0xc");
    assert_int_equal(session->scene.watched_count, 3);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    press("3");
    assert_string_equal(fake.selected, "0xc");
    assert_int_equal(fake.panel, 0);
    publish(3, "0xc");
    press("n");
    assert_string_equal(fake.selected, "0xa");
    press("7");
    assert_string_equal(session->scene.notice, "no market has the number 7: w puts the open one on the watch list");
    press("q");
    assert_int_equal(session->state, SESSION_LEFT);
}

/* A word given twice, and one that means nothing, do not keep those behind it from the watch list. */
static void a_repeated_word_does_not_drop_the_rest(void **state)
{
    (void)state;
    static const char *const words[] = {"a", "b", "b", "nothing", "a", "c"};
    begin(words, 6);
    answer_opened(1);
    publish(1, "0xa");
    answer_found("0xb");
    answer_found("0xb");
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_string_equal(session->scene.notice, "nothing: no market of that name");
    answer_found("0xa");
    assert_string_equal(fake.words, "c");
    answer_found("0xc");
    assert_int_equal(session->scene.watched_count, 3);
    assert_string_equal(session->scene.watched[2].instrument.symbol, "0xc");
    assert_int_equal(fake.lookups, 6);
}

static void a_name_that_means_nothing_ends_the_start(void **state)
{
    (void)state;
    static const char *const words[] = {"nothing"};
    begin(words, 1);
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_int_equal(session->state, SESSION_FAILED);
    assert_string_equal(session->why, "no market of that name");
}

static void a_failed_start_says_why(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_FAILED, NULL, "connection refused");
    assert_int_equal(session->state, SESSION_FAILED);
    assert_string_equal(session->why, "connection refused");
}

static void the_first_of_the_list_can_be_opened_at_once(void **state)
{
    (void)state;
    begin(NULL, 0);
    session->open_first = true;
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_true(session->scene.opening);
    assert_string_equal(fake.selected, catalogue.entries[0].instrument.symbol);
    press("q");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    /* Only at the start: a list that was asked for later is shown. */
    press("/\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
}

static void once_found_nothing_ends_it(void **state)
{
    (void)state;
    static const char *const words[] = {"market"};
    begin(words, 1);
    answer_opened(1);
    press(":search x\n");
    answer(ANSWER_FAILED, NULL, "connection refused");
    assert_int_equal(session->state, SESSION_RUNS);
}

/* What is traded most is sorted by that and says so, from the start; what else it is sorted by stands in its title. */
static void the_list_is_what_its_title_says(void **state)
{
    (void)state;
    begin(NULL, 0);
    catalogue.entries[9].volume_24h = INT64_MAX / 4;
    answer(ANSWER_LIST, &catalogue, "");
    assert_string_equal(market_list_selected(&session->scene.list)->instrument.symbol, "0x09");
    assert_true(row_has(0, "Markets traded most in 24 hours"));
    assert_true(row_has(3, "24h\u25bc"));
    press("s");
    assert_true(row_has(0, "Most traded markets, by last"));
    assert_true(row_has(3, "last\u25bc"));
    press("sS");
    assert_false(row_has(0, "Markets traded most in 24 hours"));
}

static void what_cannot_be_folded_says_so(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("jjjj");
    assert_string_equal(market_list_selected(&session->scene.list)->instrument.symbol, "0x04");
    press("o");
    assert_true(row_has(-1, "this market stands alone"));
    press("ko");
    assert_false(row_has(-1, "this market stands alone"));
    assert_null(market_list_selected(&session->scene.list));
}

/* The key that takes it away is offered first of all. */
static void a_filter_says_how_it_goes(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    assert_false(row_has(-1, "Esc all"));
    press("flighthouse\n");
    char text[400];
    draw(40, 12, -1, text);
    assert_non_null(strstr(text, "Esc all  Enter open"));
    session_press(session, PRESS_ESCAPE);
    assert_string_equal(market_list_selected(&session->scene.list)->instrument.symbol, "0x04");
    assert_false(row_has(-1, "Esc all"));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_words_the_list_comes_first, tear_down),
        cmocka_unit_test_teardown(enter_opens_and_q_comes_back, tear_down),
        cmocka_unit_test_teardown(n_and_p_walk_through_the_list, tear_down),
        cmocka_unit_test_teardown(words_open_and_the_rest_is_watched, tear_down),
        cmocka_unit_test_teardown(a_name_that_means_nothing_ends_the_start, tear_down),
        cmocka_unit_test_teardown(a_failed_start_says_why, tear_down),
        cmocka_unit_test_teardown(the_first_of_the_list_can_be_opened_at_once, tear_down),
        cmocka_unit_test_teardown(once_found_nothing_ends_it, tear_down),
        cmocka_unit_test_teardown(a_repeated_word_does_not_drop_the_rest, tear_down),
        cmocka_unit_test_teardown(the_list_is_what_its_title_says, tear_down),
        cmocka_unit_test_teardown(what_cannot_be_folded_says_so, tear_down),
        cmocka_unit_test_teardown(a_filter_says_how_it_goes, tear_down),
    };
    return cmocka_run_group_tests_name("ui/session", tests, NULL, NULL);
}
