/* The tape rolls, and stands still where it is scrolled or paused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <time.h>

#include "rows.h"

#define WIDTH 60

static struct scene *scene;

static int set_up(void **state)
{
    (void)state;
    scene = sample_scene();
    scene->focus = PANE_TAPE;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sample_scene_free(scene);
    return 0;
}

static void act(enum action action)
{
    assert_true(scene_act(scene, action));
}

/* A row of the tape, from 0; -1 is its last one. */
static const char *row(int n)
{
    static char text[400];
    int64_t due;
    draw_row(scene, WIDTH, n < 0 ? 22 + n : 4 + n, text, &due);
    return text;
}

/* So many more trades at 99 cents. */
static void trade(unsigned count)
{
    struct book_view *view = malloc(sizeof *view);
    assert_non_null(view);
    *view = scene->book;
    struct tape_view *tape = &view->tape;
    for (unsigned i = 0; i < count; i++) {
        if (tape->count < VIEW_TRADES) tape->count++;
        memmove(&tape->trades[1], &tape->trades[0], (tape->count - 1) * sizeof tape->trades[0]);
        tape->trades[0].price = 9900;
        tape->total++;
    }
    scene_take(scene, view);
    free(view);
}

static bool has(int n, const char *text)
{
    return strstr(row(n), text) != NULL;
}

static void it_rolls(void **state)
{
    (void)state;
    assert_true(has(0, "07:41:02"));
    trade(1);
    assert_true(has(0, "99\u00a2"));
    assert_true(has(1, "43\u00a2"));
}

static void scrolled_it_stands_still_and_counts(void **state)
{
    (void)state;
    char before[400];
    trade(10);
    act(ACTION_DOWN);
    act(ACTION_DOWN);
    snprintf(before, sizeof before, "%s", row(0));
    assert_true(has(-1, "scrolled"));
    trade(3);
    assert_string_equal(row(0), before);
    assert_true(has(-1, "3 new"));
    /* Also once none of what is shown is on the tape any more. */
    trade(1000);
    assert_string_equal(row(0), before);
    assert_true(has(-1, "1,003 new"));
    act(ACTION_HOME);
    assert_true(has(0, "99\u00a2"));
    assert_false(has(-1, "new"));
}

static void paused_it_stands_still_until_it_goes_on(void **state)
{
    (void)state;
    assert_int_equal(keymap_action(scene_context(scene), false, ' '), ACTION_PAUSE);
    act(ACTION_PAUSE);
    assert_true(has(-1, "paused"));
    trade(5);
    assert_true(has(0, "43\u00a2"));
    assert_true(has(-1, "paused, 5 new"));
    act(ACTION_DOWN);
    act(ACTION_HOME);
    assert_true(has(-1, "paused, 5 new"));
    act(ACTION_PAUSE);
    assert_true(has(0, "99\u00a2"));
    assert_false(has(-1, "paused"));
}

/* Space is one key: it goes on from wherever the tape was scrolled to. */
static void space_goes_on_from_what_was_scrolled(void **state)
{
    (void)state;
    trade(10);
    act(ACTION_PAGE_DOWN);
    assert_true(has(-1, "scrolled"));
    act(ACTION_PAUSE);
    assert_false(has(-1, "scrolled"));
    assert_true(has(0, "99\u00a2"));
    assert_false(scene->tape_paused);
}

static void another_market_rolls(void **state)
{
    (void)state;
    act(ACTION_PAUSE);
    assert_true(has(-1, "paused"));
    struct book_view *view = malloc(sizeof *view);
    assert_non_null(view);
    *view = scene->book;
    view->market.index++;
    scene_take(scene, view);
    free(view);
    assert_false(has(-1, "paused"));
}

/* What fits is not scrolled, and an empty tape neither. */
static void nothing_scrolls_where_everything_is_seen(void **state)
{
    (void)state;
    scene->book.tape.count = 5;
    act(ACTION_END);
    assert_false(has(-1, "scrolled"));
    scene->book.tape.count = 0;
    act(ACTION_DOWN);
    assert_true(has(0, "no trades"));
    act(ACTION_PAUSE);
    assert_true(has(0, "no trades"));
    assert_true(has(-1, "paused"));
}

static void times_are_local_or_utc(void **state)
{
    (void)state;
    assert_true(has(-19, "time  "));
    assert_true(has(0, "07:41:02"));
    setenv("TZ", "EST5", 1);
    tzset();
    assert_true(has(0, "02:41:02"));
    scene->prefs.utc = true;
    assert_true(has(-19, "time UTC"));
    assert_true(has(0, "07:41:02"));
    setenv("TZ", "UTC", 1);
    tzset();
}

static void sizes_are_in_shares_or_money(void **state)
{
    (void)state;
    assert_true(has(2, "1,500        $645"));
    act(ACTION_SIZE_UNIT);
    assert_true(has(-19, "money        size"));
    assert_true(has(2, "$645       1,500"));
}

/* Who took it is told by a sign, too. */
static void the_aggressor_has_a_sign(void **state)
{
    (void)state;
    struct canvas canvas = {.ascii = true};
    char text[400];
    assert_true(has(0, "\u25b2") && has(1, "\u25bc"));
    assert_true(canvas_resize(&canvas, 24, WIDTH));
    scene_draw(scene, &canvas);
    canvas_row_text(&canvas, 4, text, sizeof text);
    assert_non_null(strstr(text, "43c B"));
    canvas_row_text(&canvas, 5, text, sizeof text);
    assert_non_null(strstr(text, "42c S"));
    canvas_free(&canvas);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_rolls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(scrolled_it_stands_still_and_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(paused_it_stands_still_until_it_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(space_goes_on_from_what_was_scrolled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_market_rolls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_scrolls_where_everything_is_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(times_are_local_or_utc, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sizes_are_in_shares_or_money, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_aggressor_has_a_sign, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
