/* The ladder in windows of every height: what of a side is drawn, and what is said to be hidden. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "own_scene.h"

static void act(enum action action, int times)
{
    for (int i = 0; i < times; i++) assert_true(scene_act(scene, action));
}

static int number_before(const char *row, const char *word)
{
    const char *at = strstr(row, word);
    if (at == NULL) return 0;
    while (at > row && (at[-1] == ' ' || (at[-1] >= '0' && at[-1] <= '9'))) at--;
    return atoi(at);
}

/* The levels of a side that are drawn, and those that are said to be hidden. */
static void count_levels(const struct canvas *canvas, enum zone_kind side, int *drawn, int *told)
{
    *drawn = *told = 0;
    for (int row = 3; row < canvas->height - 2; row++) {
        char text[400];
        const struct zone *zone = canvas_zone_at(canvas, row, 5);
        canvas_row_text(canvas, row, text, sizeof text);
        *drawn += zone != NULL && zone->kind == side;
        bool here = side == ZONE_ASK ? row < 3 + scene->ladder.middle : row > 3 + scene->ladder.middle;
        if (here && (zone == NULL || zone->kind != side))
            *told += number_before(text, "nearer") + number_before(text, "more");
    }
}

/* At every place of the cursor: its level is on the screen, the middle is in the middle, and what is shown and what is
 * said to be hidden make up the whole side, as far as there is a row to say it in. */
static void walk_through_the_book(int height, int taken, bool typing)
{
    act(ACTION_CENTRE, 1);
    act(ACTION_UP, 1);
    act(ACTION_FAR_END, 1);
    for (int step = 0; step < 53; step++) {
        struct canvas canvas = {0};
        assert_true(canvas_resize(&canvas, height, 60));
        scene->prompt_open = typing;
        scene_draw(scene, &canvas);
        scene->prompt_open = false;
        int marked = 0;
        for (int row = 3; row < height - 2; row++) {
            const struct cell *cell = &canvas.cells[row * 60];
            marked += cell->text[0] == L'\u25b8' && cell->ground == ROLE_CURSOR;
        }
        if (marked != 1) fail_msg("height %d less %d, step %d: %d cursors", height, taken, step, marked);
        int body = height - 5 - taken, titles = body >= 10, above = (body - titles - 1) / 2;
        assert_int_equal(scene->ladder.middle, titles + above);
        for (int s = 0; s < 2; s++) {
            int drawn, told, rows = s == SIDE_ASK ? above : body - titles - 1 - above;
            count_levels(&canvas, s == SIDE_BID ? ZONE_BID : ZONE_ASK, &drawn, &told);
            uint32_t count;
            ladder_levels(&scene->ladder, (enum side)s, &count);
            assert_in_range(drawn, 1, rows);
            if (rows >= 3)
                assert_int_equal(drawn + told, count);
            else
                assert_int_equal(drawn, rows);
        }
        canvas_free(&canvas);
        act(ACTION_DOWN, 1);
    }
}

static void windows_always_show_the_cursor(void **state)
{
    (void)state;
    for (int height = 12; height < 45; height++) walk_through_the_book(height, 0, false);
}

/* With every row above the footer that there can be, down to the least window. */
static void rows_of_trouble_leave_the_cursor_in_sight(void **state)
{
    (void)state;
    sample_change(scene, sample_lose_link);
    sample_text(scene->book.link.reason, sizeof scene->book.link.reason,
                "connection refused by a machine whose name is so long that it needs a row of its own");
    sample_record(scene, TAPING_FAILED);
    scene->failure_read = false;
    scene->prompt_use = PROMPT_COMMAND;
    sample_text(scene->command_error, sizeof scene->command_error, "no command of that name");
    enum role role;
    const char *label;
    scene->prompt_open = true;
    int taken = (scene_trouble(scene, 60)[0] != '\0') + (scene_alert(scene, &role, &label)[0] != '\0') +
                footer_height(scene, 60) - 1;
    scene->prompt_open = false;
    assert_in_range(taken, 3, 4);
    for (int height = 12; height < 20; height++) walk_through_the_book(height, taken, true);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(windows_always_show_the_cursor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_of_trouble_leave_the_cursor_in_sight, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
