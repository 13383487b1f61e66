/* Keys of what is seen of a book: the market's info, the cost of a size, copying. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "../../../src/ui/session_keys.h"
#include "keyboard.h"

static struct catalogue catalogue;

static int begin_with(const char *const *markets, size_t count)
{
    fake_reset();
    stamp = sample_now();
    manual = clock_manual(&stamp);
    catalogue = (struct catalogue){0};
    session = calloc(1, sizeof *session);
    if (session == NULL) return -1;
    struct ui_options options = {.clock = &manual, .markets = markets, .market_count = count};
    session_begin(session, &options);
    return 0;
}

static int begin_list(void **state)
{
    (void)state;
    if (begin_with(NULL, 0) != 0) return -1;
    sample_catalogue(&catalogue);
    fake_answer(fake.lookups, ANSWER_LIST, &catalogue, "");
    session_pump(session);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    static const char *const markets[] = {"harbour"};
    if (begin_with(markets, 1) != 0) return -1;
    fake_answer_opened(fake.lookups, 3);
    session_pump(session);
    fake_publish(0, 3, "0xharbour");
    session_pump(session);
    return 0;
}

static int end(void **state)
{
    int result = end_session(state);
    catalogue_free(&catalogue);
    return result;
}

static void the_info_opens_and_closes(void **state)
{
    (void)state;
    press("i");
    assert_int_equal(scene_context(&session->scene), CONTEXT_INFO);
    assert_true(row_has(3, "Market"));
    assert_true(row_has(4, "Will the harbour bridge open"));
    press("i");
    assert_int_equal(scene_context(&session->scene), CONTEXT_LADDER);
    press("iq");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_int_equal(scene_context(&session->scene), CONTEXT_LADDER);
    /* From the proof it lies over that. */
    press("vi");
    assert_int_equal(scene_context(&session->scene), CONTEXT_INFO);
    press("q");
    assert_int_equal(scene_context(&session->scene), CONTEXT_PROOF);
}

static void the_info_of_a_list_is_of_the_selected_market(void **state)
{
    (void)state;
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    press("ji");
    assert_true(row_has(4, market_list_selected(&session->scene.list)->instrument.title));
    press("q");
    assert_false(session->scene.info_open);
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    /* What is shown next is not hidden by it. */
    press("i");
    session_select(session, &catalogue.entries[0]);
    fake_publish(0, 3, catalogue.entries[0].instrument.symbol);
    session_pump(session);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_false(session->scene.info_open);
}

static void a_size_is_typed_and_taken_back(void **state)
{
    (void)state;
    press("$");
    assert_true(row_has(-1, "cost of the size:"));
    press("2,000\n");
    assert_true(session->scene.cost.on);
    assert_true(row_has(-2, "2,000 ") && row_has(-2, "buy avg "));
    press("$none\n");
    assert_true(row_has(-1, "a size is a number"));
    assert_true(session->scene.cost.on);
    press("$\n");
    assert_false(session->scene.cost.on);
    assert_false(row_has(-2, "buy"));
}

/* The text is made for whoever owns the terminal. */
static void copying_is_left_to_who_owns_the_terminal(void **state)
{
    (void)state;
    assert_int_equal(session_press(session, 'y'), ACTION_COPY);
    assert_int_equal(session_press(session, 'Y'), ACTION_COPY_BOOK);
    assert_int_equal(session_press(session, 'j'), ACTION_NONE);
}

static void choices_are_kept_where_all_of_them_are(void **state)
{
    (void)state;
    const struct prefs *prefs = &session->scene.prefs;
    press("UVgg-u");
    assert_int_equal(prefs->size_unit, SIZE_MONEY);
    assert_false(prefs->volume);
    assert_int_equal(prefs->group, 5);
    assert_int_equal(prefs->depth, 50);
    assert_int_equal(prefs->price_unit, UNIT_PERCENT);
    assert_true(row_has(3, "money") && !row_has(3, "traded"));
    assert_true(row_has(3, "5 ticks, 50 levels"));
    press("UVGGGG++u");
    assert_int_equal(prefs->group, 1);
    assert_int_equal(prefs->depth, 0);
    assert_true(row_has(3, "traded") && !row_has(3, "levels"));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_info_opens_and_closes, begin, end),
        cmocka_unit_test_setup_teardown(the_info_of_a_list_is_of_the_selected_market, begin_list, end),
        cmocka_unit_test_setup_teardown(a_size_is_typed_and_taken_back, begin, end),
        cmocka_unit_test_setup_teardown(copying_is_left_to_who_owns_the_terminal, begin, end),
        cmocka_unit_test_setup_teardown(choices_are_kept_where_all_of_them_are, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
