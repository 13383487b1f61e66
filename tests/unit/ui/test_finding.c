/* The search and the filter as a session's keys use them: when the venues are asked, and what becomes of their answers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "keyboard.h"

static struct catalogue catalogue, more;

/* The list is open. */
static int set_up(void **state)
{
    (void)state;
    fake_reset();
    catalogue = more = (struct catalogue){0};
    sample_catalogue(&catalogue);
    sample_catalogue(&more);
    for (size_t i = 0; i < more.count; i++) snprintf(more.entries[i].instrument.symbol, SYMBOL_SIZE, "0xf%zu", i);
    begin_session((struct ui_options){0});
    fake_answer(fake.lookups, ANSWER_LIST, &catalogue, "");
    session_pump(session);
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    return 0;
}

static int tear_down(void **state)
{
    end_session(state);
    catalogue_free(&catalogue);
    catalogue_free(&more);
    return 0;
}

/* The machine's clock goes on, and the loop looks. */
static void wait_for(int64_t nanoseconds)
{
    session->scene.machine += nanoseconds;
    session_look(session);
}

static void answer(uint32_t lookup, enum answer_result result, const struct catalogue *list, const char *why)
{
    fake_answer(lookup, result, list, why);
    session_pump(session);
}

static const struct search *search(void)
{
    return &session->scene.search;
}

static void the_venues_are_asked_after_a_pause(void **state)
{
    (void)state;
    uint32_t before = fake.lookups;
    press("/sn");
    wait_for(10 * SEARCH_PAUSE);
    assert_int_equal(fake.lookups, before);
    press("o");
    wait_for(SEARCH_PAUSE - 1);
    press("w");
    wait_for(SEARCH_PAUSE - 1);
    assert_int_equal(fake.lookups, before);
    wait_for(1);
    assert_int_equal(fake.lookups, before + 1);
    assert_string_equal(fake.words, "snow");
    assert_false(fake.opens);
    assert_true(search()->asking);
    wait_for(10 * SEARCH_PAUSE);
    assert_int_equal(fake.lookups, before + 1);
}

static void one_question_is_under_way_at_a_time(void **state)
{
    (void)state;
    press("/snow");
    wait_for(SEARCH_PAUSE);
    uint32_t first = fake.lookups;
    press("y");
    wait_for(SEARCH_PAUSE);
    assert_int_equal(fake.lookups, first);
    answer(first, ANSWER_NONE, NULL, "nothing of that name");
    assert_string_equal(search()->trouble, "");
    wait_for(SEARCH_PAUSE);
    assert_int_equal(fake.lookups, first + 1);
    assert_string_equal(fake.words, "snowy");
    /* One that is not answered is waited for a while. */
    press("!");
    wait_for(SEARCH_PATIENCE - 1);
    assert_int_equal(fake.lookups, first + 1);
    wait_for(1);
    assert_int_equal(fake.lookups, first + 2);
    unsigned released = fake.released;
    answer(first + 1, ANSWER_LIST, &more, "");
    assert_int_equal(fake.released, released + 1);
    assert_true(search()->asking);
}

static void an_address_is_looked_up_and_nothing_else(void **state)
{
    (void)state;
    uint32_t before = fake.lookups;
    press("/https://polymarket.com/event/harbour-bridge");
    wait_for(10 * SEARCH_PAUSE);
    assert_int_equal(fake.lookups, before);
    assert_int_equal(search()->count, 0);
    press("\n");
    assert_true(fake.opens);
    assert_string_equal(fake.words, "https://polymarket.com/event/harbour-bridge");
    assert_false(session->scene.prompt_open);
}

static void what_is_pasted_is_searched_for(void **state)
{
    (void)state;
    press("/");
    for (const char *c = "snow\r"; *c != '\0'; c++) assert_true(session_paste(session, *c == '\r' ? PRESS_ENTER : *c));
    assert_string_equal(search()->typed, "snow");
    assert_int_equal(search()->count, 1);
    wait_for(SEARCH_PAUSE);
    assert_string_equal(fake.words, "snow");
}

static void enter_takes_what_is_selected(void **state)
{
    (void)state;
    press("/mayor");
    assert_int_equal(search()->count, 3);
    session_press(session, PRESS_DOWN);
    session_press(session, PRESS_DOWN);
    session_press(session, PRESS_UP);
    press("\n");
    assert_string_equal(fake.selected, "0x06");
    assert_false(session->scene.prompt_open);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    /* It is the list's: n goes on from there. */
    press("n");
    assert_string_equal(fake.selected, "0x07");
}

static unsigned released_by_then;

static void note_released(void)
{
    released_by_then = fake.released;
}

static void what_a_venue_found_is_opened_and_given_back(void **state)
{
    (void)state;
    unsigned released = fake.released;
    fake.on_select = note_released;
    press("/mayor");
    wait_for(SEARCH_PAUSE);
    answer(fake.lookups, ANSWER_LIST, &more, "kalshi: HTTP 503");
    assert_int_equal(search()->count, 13);
    assert_string_equal(search()->trouble, "kalshi: HTTP 503");
    size_t row = 0;
    while (search_row(search(), row)->source != SEARCH_FOUND) row++;
    for (size_t i = 0; i < row; i++) session_press(session, PRESS_DOWN);
    press("\n");
    assert_string_equal(fake.selected, "0xf5");
    assert_int_equal(fake.released, released + 1);
    assert_int_equal(released_by_then, released); /* what was told of it is known as long as the list is lent */
}

static void escape_leads_back_to_what_was(void **state)
{
    (void)state;
    press("j");
    unsigned released = fake.released;
    press("/mayor");
    wait_for(SEARCH_PAUSE);
    answer(fake.lookups, ANSWER_LIST, &more, "");
    press(" snow");
    wait_for(SEARCH_PAUSE);
    session_press(session, PRESS_ESCAPE);
    assert_int_equal(fake.released, released + 1);
    assert_false(session->scene.prompt_open);
    assert_ptr_equal(session->scene.list.catalogue, &catalogue);
    assert_string_equal(market_list_selected(&session->scene.list)->instrument.symbol, "0x06");
    /* What is answered now is nobody's. */
    answer(fake.lookups, ANSWER_LIST, &more, "");
    assert_int_equal(fake.released, released + 2);
    assert_int_equal(session->scene.screen, SCREEN_LIST);
}

static void all_that_was_found_becomes_the_list(void **state)
{
    (void)state;
    press("/mayor");
    wait_for(SEARCH_PAUSE);
    uint32_t asked = fake.lookups;
    answer(asked, ANSWER_LIST, &more, "");
    unsigned released = fake.released;
    for (int i = 0; i < 20; i++) session_press(session, PRESS_DOWN);
    press("\n");
    assert_int_equal(fake.lookups, asked);
    assert_ptr_equal(session->scene.list.catalogue, &more);
    assert_ptr_equal(fake.listed, &more);
    assert_string_equal(session->scene.list_words, "mayor");
    assert_int_equal(fake.released, released + 1);
}

/* Enter before the answer does what it does behind it: nobody has to wait for that before the key. */
static void enter_waits_for_the_answer(void **state)
{
    (void)state;
    press("/zebra");
    uint32_t before = fake.lookups;
    press("\n\n");
    assert_true(session->scene.prompt_open);
    assert_int_equal(fake.lookups, before + 1);
    assert_string_equal(fake.words, "zebra");
    assert_true(row_has(6, "Enter waits for the answer"));
    answer(fake.lookups, ANSWER_LIST, &more, "");
    assert_false(session->scene.prompt_open);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_string_equal(fake.selected, "0xf5"); /* traded more than the others */
}

/* The row of all that is found, which was chosen, stays chosen when more is found. */
static void enter_on_the_offer_waits_for_the_list(void **state)
{
    (void)state;
    press("/mayor");
    wait_for(SEARCH_PAUSE);
    for (int i = 0; i < 20; i++) session_press(session, PRESS_DOWN);
    press("\n");
    assert_true(session->scene.prompt_open);
    answer(fake.lookups, ANSWER_LIST, &more, "");
    assert_false(session->scene.prompt_open);
    assert_ptr_equal(session->scene.list.catalogue, &more);
}

static void what_is_typed_or_chosen_behind_enter_calls_it_off(void **state)
{
    (void)state;
    press("/zebr\n");
    uint32_t asked = fake.lookups;
    press("a");
    answer(asked, ANSWER_LIST, &more, "");
    assert_true(session->scene.prompt_open);
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    press("\n");
    session_press(session, PRESS_UP);
    wait_for(SEARCH_PAUSE);
    answer(fake.lookups, ANSWER_LIST, &more, "");
    assert_true(session->scene.prompt_open);
    assert_int_equal(session->scene.screen, SCREEN_LIST);
}

static void what_nobody_has_stays_in_the_line(void **state)
{
    (void)state;
    press("/zebra\n");
    answer(fake.lookups, ANSWER_NONE, NULL, "nothing of that name");
    uint32_t asked = fake.lookups;
    press("\n");
    assert_int_equal(fake.lookups, asked);
    assert_true(session->scene.prompt_open);
    assert_string_equal(session->scene.prompt.text, "zebra");
    assert_true(row_has(6, "nothing of that name"));
    /* What failed may be there the next time. */
    press("s\n");
    answer(fake.lookups, ANSWER_FAILED, NULL, "connection refused");
    assert_string_equal(session->scene.prompt.text, "zebras");
    asked = fake.lookups;
    press("\n");
    assert_int_equal(fake.lookups, asked + 1);
}

static void the_list_may_change_while_words_are_typed(void **state)
{
    (void)state;
    press(":search zebra\n");
    uint32_t asked = fake.lookups;
    press("/mayor");
    assert_int_equal(search()->count, 3);
    more.count = 6;
    answer(asked, ANSWER_LIST, &more, "");
    assert_true(session->scene.prompt_open);
    assert_int_equal(search()->count, 1);
    press("\n");
    assert_string_equal(fake.selected, "0xf5");
}

static void the_filter_narrows_at_every_key(void **state)
{
    (void)state;
    const struct market_list *list = &session->scene.list;
    press("fmayo");
    assert_int_equal(list->sorted_count, 3);
    press("x");
    assert_int_equal(list->sorted_count, 0);
    session_press(session, PRESS_BACKSPACE);
    session_press(session, PRESS_DOWN);
    press("\n");
    assert_false(session->scene.prompt_open);
    assert_int_equal(list->sorted_count, 3);
    assert_string_equal(market_list_selected(list)->instrument.symbol, "0x06");
    /* Typed on from where it was; left, it is gone. */
    press("f");
    assert_string_equal(session->scene.prompt.text, "mayo");
    session_press(session, PRESS_ESCAPE);
    assert_int_equal(list->sorted_count, SAMPLE_MARKETS);
    press("fsnow\n");
    assert_int_equal(list->sorted_count, 1);
    session_press(session, PRESS_ESCAPE);
    assert_int_equal(list->sorted_count, SAMPLE_MARKETS);
}

/* What is pasted into it is not sorted by at every character that changes nothing. */
static void a_long_filter_is_applied_once_a_change(void **state)
{
    (void)state;
    struct market_list *list = &session->scene.list;
    press("fmayor");
    list->unsorted = true; /* until it is sorted anew */
    press("   ");
    assert_true(list->unsorted);
    for (int i = 0; i < 9; i++) press("mayor     ");
    assert_int_equal(list->sorted_count, 3);
    press("iris");
    assert_int_equal(list->sorted_count, 1);
    press("zebra");
    assert_int_equal(list->sorted_count, 0);
    for (int i = 0; i < PROMPT_SIZE; i++) session_paste(session, 'x');
    list->unsorted = true;
    for (int i = 0; i < 1000; i++) session_paste(session, 'y');
    assert_true(list->unsorted);
    session_press(session, PRESS_ESCAPE);
    assert_int_equal(list->sorted_count, SAMPLE_MARKETS);
}

static void publish_quotes(void)
{
    sample_quotes(&fake.quotes, &catalogue, 6);
    fake.fresh_quotes = true;
    session_pump(session);
}

/* While a book is on the screen nobody tells of the list's: what was live then is not live in the search. */
static void quotes_of_a_list_that_is_closed_are_forgotten(void **state)
{
    (void)state;
    const struct market_list *list = &session->scene.list;
    publish_quotes();
    assert_non_null(market_list_quote(list, 1));
    press("\n");
    fake_publish(0, 1, "0x00");
    session_pump(session);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_null(fake.listed);
    assert_null(market_list_quote(list, 1));
    publish_quotes(); /* they were on their way */
    assert_null(market_list_quote(list, 1));
    press("/mayor");
    struct canvas canvas = {0};
    assert_true(canvas_resize(&canvas, 24, 120));
    scene_draw(&session->scene, &canvas);
    for (int row = 4; row < 9; row++) {
        char text[1000];
        canvas_row_text(&canvas, row, text, sizeof text);
        assert_null(strstr(text, "live"));
    }
    canvas_free(&canvas);
    session_press(session, PRESS_ESCAPE);
    press("q");
    assert_ptr_equal(fake.listed, &catalogue);
    publish_quotes();
    assert_non_null(market_list_quote(list, 1));
}

static void a_folded_event_is_unfolded_by_enter(void **state)
{
    (void)state;
    press(" ");
    assert_true(session->scene.list.rows[0].folded);
    press("\n");
    assert_false(session->scene.list.rows[0].folded);
    assert_int_equal(fake.selections, 0);
    session_press(session, PRESS_LEFT);
    assert_true(session->scene.list.rows[0].folded);
    session_press(session, PRESS_RIGHT);
    assert_false(session->scene.list.rows[0].folded);
}

/* Space and the arrows are the recording's. */
static void a_replay_keeps_its_keys(void **state)
{
    (void)state;
    fake.replays = true;
    session_look(session);
    press(" ");
    assert_true(fake.replay.paused);
    assert_false(session->scene.list.rows[0].folded);
    press("o");
    assert_true(session->scene.list.rows[0].folded);
}

static void words_of_the_command_line_are_searched_for_together(void **state)
{
    (void)state;
    char out[20];
    assert_true(search_join_words((const char *[]){"fed", "rates"}, 2, out, sizeof out));
    assert_string_equal(out, "fed rates");
    assert_false(search_join_words((const char *[]){"fed"}, 1, out, sizeof out));
    assert_false(search_join_words((const char *[]){"fed", "KXFED"}, 2, out, sizeof out));
    assert_false(search_join_words((const char *[]){"fed-rates", "fed"}, 2, out, sizeof out));
    assert_false(search_join_words((const char *[]){"a word that is", "too long"}, 2, out, sizeof out));
    assert_false(search_join_words((const char *[]){"", "fed"}, 2, out, sizeof out));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FRESH(the_venues_are_asked_after_a_pause),
        FRESH(one_question_is_under_way_at_a_time),
        FRESH(an_address_is_looked_up_and_nothing_else),
        FRESH(what_is_pasted_is_searched_for),
        FRESH(enter_takes_what_is_selected),
        FRESH(what_a_venue_found_is_opened_and_given_back),
        FRESH(escape_leads_back_to_what_was),
        FRESH(all_that_was_found_becomes_the_list),
        FRESH(enter_waits_for_the_answer),
        FRESH(enter_on_the_offer_waits_for_the_list),
        FRESH(what_is_typed_or_chosen_behind_enter_calls_it_off),
        FRESH(what_nobody_has_stays_in_the_line),
        FRESH(the_list_may_change_while_words_are_typed),
        FRESH(the_filter_narrows_at_every_key),
        FRESH(a_long_filter_is_applied_once_a_change),
        FRESH(quotes_of_a_list_that_is_closed_are_forgotten),
        FRESH(a_folded_event_is_unfolded_by_enter),
        FRESH(a_replay_keeps_its_keys),
        FRESH(words_of_the_command_line_are_searched_for_together),
    };
#undef FRESH
    return cmocka_run_group_tests(tests, NULL, NULL);
}
