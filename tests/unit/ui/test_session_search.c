/* What is searched for in a session, what is opened by its name, and which answer is whose. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>

#include "listed_session.h"

static void the_prompt_searches_or_opens(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("/harbour zebra\n");
    assert_false(fake.opens);
    assert_string_equal(fake.words, "harbour zebra");
    session_press(session, PRESS_ESCAPE);
    static const char *const names[] = {"will-it-open", "polymarket:0x12", "https://example.org/event/x", "0xabc"};
    for (size_t i = 0; i < 4; i++) {
        press("/");
        press(names[i]);
        press("\n");
        assert_true(fake.opens);
        assert_string_equal(fake.words, names[i]);
    }
    press("/quit?");
    assert_string_equal(session->scene.prompt.text, "quit?");
    session_press(session, PRESS_ESCAPE);
    assert_false(session->scene.prompt_open);
    assert_string_equal(fake.words, "0xabc");
}

static void what_is_not_found_leaves_the_screen(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("/no-such-market\n");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    assert_ptr_equal(fake.listed, &catalogue);
    assert_string_equal(session->scene.notice, "no-such-market: no market of that name");
    press("j");
    assert_string_equal(session->scene.notice, "");
}

/* The figures of what is found in a recording come with the list's quotes: its catalogue has none. */
static void in_a_replay_what_is_found_has_its_figures(void **state)
{
    (void)state;
    begin(NULL, 0);
    fake.replays = true;
    answer(ANSWER_LIST, &catalogue, "");
    show_book();
    assert_null(fake.listed);
    press("/");
    assert_ptr_equal(fake.listed, &catalogue);
    session_press(session, PRESS_ESCAPE);
    assert_null(fake.listed);
    press("/\n");
    assert_null(fake.listed);
}

static void a_new_list_gives_the_old_one_back(void **state)
{
    (void)state;
    struct catalogue other = {0};
    sample_catalogue(&other);
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press(":search x\n");
    answer(ANSWER_LIST, &other, "");
    assert_int_equal(fake.released, 1);
    assert_ptr_equal(fake.listed, &other);
    /* An answer nobody waits for is given back too. */
    fake_answer(999, ANSWER_LIST, &catalogue, "");
    session_pump(session);
    assert_int_equal(fake.released, 2);
    assert_ptr_equal(session->scene.list.catalogue, &other);
    assert_true(market_list_set(&session->scene.list, NULL));
    catalogue_free(&other);
}

/* Something was typed before the start had anything: from then on only the user ends it. */
static void a_search_before_the_first_book_ends_nothing(void **state)
{
    (void)state;
    static const char *const words[] = {"nothing"};
    begin(words, 1);
    press(":search q foo\n");
    assert_string_equal(fake.words, "q foo");
    assert_false(fake.opens);
    answer(ANSWER_NONE, NULL, "nothing of that name");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_string_equal(session->scene.notice, "q foo: nothing of that name");
    /* What the start was to show is asked for again; and not even its failure ends the session now. */
    assert_string_equal(fake.words, "nothing");
    assert_true(fake.opens);
    answer(ANSWER_FAILED, NULL, "connection refused");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_string_equal(session->scene.notice, "nothing: connection refused");
    press("j");
    assert_string_equal(session->scene.list_trouble, "nothing: connection refused");
    press(":search snow\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_ptr_equal(session->scene.list.catalogue, &catalogue);
    assert_string_equal(session->scene.list_trouble, "");
    press("q");
    assert_int_equal(session->state, SESSION_LEFT);
}

static void the_start_may_fail_while_a_search_is_typed(void **state)
{
    (void)state;
    begin(NULL, 0);
    press("/fo");
    answer(ANSWER_FAILED, NULL, "connection refused");
    assert_int_equal(session->state, SESSION_RUNS);
    press("o\n");
    assert_string_equal(fake.words, "foo");
}

/* The demo opens the first market of its list; but not of one that was searched for meanwhile. */
static void what_was_searched_for_is_not_opened_by_itself(void **state)
{
    (void)state;
    begin(NULL, 0);
    session->open_first = true;
    press(":search foo\n");
    answer(ANSWER_NONE, NULL, "nothing of that name");
    assert_string_equal(fake.words, "");
    press(":search snow\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    assert_int_equal(fake.selections, 0);
}

static void the_failure_of_a_search_is_read_in_a_small_window(void **state)
{
    (void)state;
    struct canvas canvas = {0};
    char text[400], all[800] = "";
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press(":search a search with very many words that is longer than anything that fits\n");
    answer(ANSWER_NONE, NULL, "the recording has no market of that name");
    assert_true(canvas_resize(&canvas, 12, 40));
    scene_draw(&session->scene, &canvas);
    for (int row = 9; row < 12; row++) {
        canvas_row_text(&canvas, row, text, sizeof text);
        strcat(all, text);
    }
    canvas_free(&canvas);
    assert_non_null(strstr(all, "a search with"));
    assert_non_null(strstr(all, "the recording"));
    assert_non_null(strstr(all, "name"));
    assert_null(strstr(all, "\xe2\x80\xa6"));
}

static void q_leads_back_from_a_search(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    fake.views[0].market = (struct market_handle){1, 1};
    fake.views[0].instrument = catalogue.entries[0].instrument;
    fake.fresh[0] = true;
    session_pump(session);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    press(":search zebra\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    press("q");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    press("qq");
    assert_int_equal(session->state, SESSION_LEFT);
}

/* Views of the market of before go on coming until the feed has obeyed: the answer says which one is meant. */
static void a_name_waits_for_the_market_of_its_answer(void **state)
{
    (void)state;
    static const char *const words[] = {"market"};
    begin(words, 1);
    answer_opened(1);
    publish(1, "0xa");
    press("/the-other\n");
    publish(1, "0xa");
    assert_true(session->scene.opening);
    answer_opened(2);
    clock_manual_advance(&stamp, 10 * NANOSECONDS_PER_SECOND);
    publish(1, "0xa");
    assert_true(session->scene.opening);
    publish(2, "0xb");
    assert_false(session->scene.opening);
    assert_int_equal(session->scene.watched_count, 2);
}

/* Opening what is open already: its view is there. */
static void the_same_market_can_be_opened_again(void **state)
{
    (void)state;
    static const char *const words[] = {"market"};
    begin(words, 1);
    answer_opened(1);
    publish(1, "0xa");
    press("/the-market\n");
    assert_true(session->scene.opening);
    answer_opened(1);
    assert_false(session->scene.opening);
    assert_int_equal(session->scene.watched_count, 1);
}

/* The feed may know a market of the catalogue under another symbol: a token tells that it is the same. */
static void a_token_is_enough_to_know_a_market(void **state)
{
    (void)state;
    begin(NULL, 0);
    snprintf(catalogue.entries[0].instrument.outcomes[1].token, SYMBOL_SIZE, "777");
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    fake_publish(0, 1, "0xof-the-stream");
    session_pump(session);
    assert_true(session->scene.opening);
    fake_publish(0, 1, "0xof-the-stream");
    snprintf(fake.views[0].instrument.outcomes[0].token, SYMBOL_SIZE, "777");
    session_pump(session);
    assert_false(session->scene.opening);
}

/* The answer to a name comes after another market was chosen, and moves the panel: that market comes back. */
static void a_late_answer_does_not_change_the_market(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("/the-slow-one\n");
    uint32_t slow = fake.lookups;
    press("qj\n");
    assert_string_equal(fake.selected, "0x01");
    publish(1, "0x01");
    assert_int_equal(fake.selections, 1);
    fake_answer_opened(slow, 9);
    publish(9, "0xslow");
    assert_int_equal(fake.selections, 2);
    assert_string_equal(fake.selected, "0x01");
}

/* Before there is anything: why the last try failed, for a list and for a market. */
static void a_try_that_failed_is_told_while_it_is_made_again(void **state)
{
    (void)state;
    static const char *const names[] = {"harbour"};
    for (size_t count = 0; count < 2; count++) {
        begin(names, count);
        struct book_view *view = &fake.views[0];
        memset(view, 0, sizeof *view);
        snprintf(view->trouble, sizeof view->trouble, "name resolution failed");
        fake.fresh[0] = true;
        session_pump(session);
        bool why = false, again = false;
        for (int row = 2; row < 28; row++) {
            why |= row_has(row, "name resolution failed");
            again |= row_has(row, "trying again");
        }
        assert_true(why && again);
        if (count == 0) tear_down(state);
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_try_that_failed_is_told_while_it_is_made_again, tear_down),
        cmocka_unit_test_teardown(the_prompt_searches_or_opens, tear_down),
        cmocka_unit_test_teardown(what_is_not_found_leaves_the_screen, tear_down),
        cmocka_unit_test_teardown(in_a_replay_what_is_found_has_its_figures, tear_down),
        cmocka_unit_test_teardown(a_new_list_gives_the_old_one_back, tear_down),
        cmocka_unit_test_teardown(a_search_before_the_first_book_ends_nothing, tear_down),
        cmocka_unit_test_teardown(the_start_may_fail_while_a_search_is_typed, tear_down),
        cmocka_unit_test_teardown(what_was_searched_for_is_not_opened_by_itself, tear_down),
        cmocka_unit_test_teardown(the_failure_of_a_search_is_read_in_a_small_window, tear_down),
        cmocka_unit_test_teardown(q_leads_back_from_a_search, tear_down),
        cmocka_unit_test_teardown(a_name_waits_for_the_market_of_its_answer, tear_down),
        cmocka_unit_test_teardown(a_token_is_enough_to_know_a_market, tear_down),
        cmocka_unit_test_teardown(a_late_answer_does_not_change_the_market, tear_down),
        cmocka_unit_test_teardown(the_same_market_can_be_opened_again, tear_down),
    };
    return cmocka_run_group_tests_name("ui/session_search", tests, NULL, NULL);
}
