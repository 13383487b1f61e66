/* The chart of the depth: what each column stands for. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "rows.h"

/* A pane of the whole window: 8 columns of amounts, and as many of each side as remain. */
#define WIDTH  69
#define HALF   29
#define MIDDLE (8 + HALF)
#define HEIGHT 24
#define TOP    4
#define BOTTOM 19 /* the areas' last row */

static struct scene *scene;
static struct canvas canvas;

static int set_up(void **state)
{
    (void)state;
    scene = sample_scene();
    scene_act(scene, ACTION_CHART);
    scene_act(scene, ACTION_FULL_PANE);
    return canvas_resize(&canvas, HEIGHT, WIDTH) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    canvas_free(&canvas);
    sample_scene_free(scene);
    return 0;
}

static void draw(void)
{
    scene_draw(scene, &canvas);
}

static const struct cell *cell(int row, int column)
{
    return &canvas.cells[row * WIDTH + column];
}

/* Eighths of a row that a column is high. */
static int height_of(int column)
{
    int eighths = 0;
    for (int row = TOP; row <= BOTTOM; row++) {
        wchar_t character = cell(row, column)->text[0];
        if (character >= 0x2581 && character <= 0x2588) eighths += (int)(character - 0x2580);
        eighths += character == L'#' ? 8 : character == L':' ? 4 : character == L'.' ? 1 : 0;
    }
    return eighths;
}

static bool row_has(int row, const char *text)
{
    char line[1000];
    canvas_row_text(&canvas, row, line, sizeof line);
    return strstr(line, text) != NULL;
}

static void keep_two_levels(struct book_view *view)
{
    /* 1,000 at 41 and 44 cents, 1,000 more at 40 and 45: $410 and $810, $440 and $890. */
    static const price_t bids[] = {4100, 4000}, asks[] = {4400, 4500};
    for (int i = 0; i < 2; i++) {
        view->depth.bids[i] = (struct level){bids[i], INT64_C(1000000000)};
        view->depth.asks[i] = (struct level){asks[i], INT64_C(1000000000)};
    }
    view->depth.bid_count = view->depth.ask_count = 2;
    view->depth.bids_in_book = view->depth.asks_in_book = 2;
}

/* From 42.5 cents four ticks to either side: a column is a quarter of 29 wide. */
static void heights_are_sums_of_money(void **state)
{
    (void)state;
    sample_change(scene, keep_two_levels);
    draw();
    assert_true(row_has(TOP, "$1,000"));
    assert_true(row_has(3, "bids $810") && row_has(3, "$890 asks"));
    assert_true(row_has(BOTTOM + 2, "39") && row_has(BOTTOM + 2, "42.5") && row_has(BOTTOM + 2, "47"));
    int rows = (BOTTOM - TOP + 1) * 8;
    assert_int_equal(height_of(MIDDLE + 1), 0);
    assert_int_equal(height_of(MIDDLE - 1), 0);
    assert_int_equal(height_of(MIDDLE + HALF), 890 * rows / 1000);
    assert_int_equal(height_of(MIDDLE - HALF), 810 * rows / 1000);
    /* 44 is 1.5 of 4 away: the 11th column ends beyond it, the 10th before. */
    assert_int_equal(height_of(MIDDLE + 11), 440 * rows / 1000);
    assert_int_equal(height_of(MIDDLE + 10), 0);
    assert_int_equal(height_of(MIDDLE - 11), 410 * rows / 1000);
    assert_int_equal(height_of(MIDDLE - 10), 0);
}

static void heights_never_fall_away_from_the_middle(void **state)
{
    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        canvas.ascii = ascii == 1;
        for (int zoom = -3; zoom <= 10; zoom++) {
            scene->chart_zoom = zoom;
            draw();
            for (int k = 1; k < HALF; k++) {
                assert_true(height_of(MIDDLE + k + 1) >= height_of(MIDDLE + k));
                assert_true(height_of(MIDDLE - k - 1) >= height_of(MIDDLE - k));
            }
            int bid = height_of(MIDDLE - HALF), ask = height_of(MIDDLE + HALF), all = (BOTTOM - TOP + 1) * 8;
            assert_in_range(bid, 1, all);
            assert_in_range(ask, 1, all);
            /* The higher one takes at least two thirds of what the axis reaches to. */
            assert_true(bid > all * 2 / 3 || ask > all * 2 / 3);
            assert_true(row_has(TOP, "$") && row_has(BOTTOM + 2, "42.5"));
        }
    }
}

/* The number that a row has at a column or behind it; -1: none. */
static double number_at(int row, int from, int to)
{
    char digits[32] = "";
    int length = 0;
    bool minus = false;
    for (int column = from; column <= to && length < 30; column++) {
        wchar_t c = cell(row, column)->text[0];
        minus |= c == L'-' || c == L'\u2212';
        if ((c >= L'0' && c <= L'9') || c == L'.')
            digits[length++] = (char)c;
        else if (length > 0)
            break;
    }
    digits[length] = '\0';
    return length == 0 ? -1 : minus ? -2 : atof(digits);
}

static void be_lopsided(struct book_view *view)
{
    /* Best bid 12 cents, asks up to 99. */
    struct depth *depth = &view->depth;
    depth->bid_count = depth->bids_in_book = 12;
    depth->ask_count = depth->asks_in_book = 87;
    for (int i = 0; i < 87; i++) depth->asks[i] = (struct level){1300 + 100 * i, INT64_C(50000000)};
    for (int i = 0; i < 12; i++) depth->bids[i] = (struct level){1200 - 100 * i, INT64_C(50000000)};
}

/* Under the areas stands no price that does not exist, however far out is looked. */
static void the_axis_has_only_prices_that_exist(void **state)
{
    (void)state;
    sample_change(scene, be_lopsided);
    assert_true(scene->book.instrument.price_limit > 0);
    for (int flipped = 0; flipped < 2; flipped++) {
        for (int zoom = -10; zoom <= 10; zoom++) {
            scene->chart_zoom = zoom;
            draw();
            double before = -1;
            for (int column = 8; column < WIDTH; column++) {
                bool begins =
                    cell(BOTTOM + 2, column)->text[0] != L' ' && cell(BOTTOM + 2, column - 1)->text[0] == L' ';
                if (!begins) continue;
                double price = number_at(BOTTOM + 2, column, WIDTH - 1);
                if (price < 0 || price > 100 || price <= before) fail_msg("zoom %d: %f behind %f", zoom, price, before);
                before = price;
            }
            assert_true(before > 0);
        }
        scene_act(scene, ACTION_FLIP);
    }
}

/* A key that changes nothing is not remembered: the opposite one answers at once. */
static void no_step_of_the_zoom_is_dead(void **state)
{
    (void)state;
    for (int direction = 0; direction < 2; direction++) {
        enum action action = direction == 0 ? ACTION_SHALLOWER : ACTION_DEEPER;
        enum action back = direction == 0 ? ACTION_DEEPER : ACTION_SHALLOWER;
        for (int i = 0; i < 40; i++) scene_act(scene, action);
        draw();
        struct cell end[WIDTH], now[WIDTH];
        memcpy(end, &canvas.cells[(BOTTOM + 2) * WIDTH], sizeof end);
        scene_act(scene, back);
        draw();
        memcpy(now, &canvas.cells[(BOTTOM + 2) * WIDTH], sizeof now);
        assert_memory_not_equal(end, now, sizeof now);
    }
}

/* Without colour the sides are told by their place and by words. */
static void sides_are_told_by_words(void **state)
{
    (void)state;
    canvas.ascii = true;
    draw();
    assert_true(row_has(3, "bids $") && row_has(3, "asks"));
    assert_int_equal(cell(BOTTOM + 1, MIDDLE)->text[0], L'+');
}

static void depth_keys_zoom_within_bounds(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) {
        assert_true(scene_act(scene, ACTION_SHALLOWER));
        draw();
    }
    assert_in_range(scene->chart_zoom, 1, 10);
    for (int i = 0; i < 80; i++) {
        assert_true(scene_act(scene, ACTION_DEEPER));
        draw();
    }
    assert_in_range(-scene->chart_zoom, 0, 10);
    assert_int_equal(scene->prefs.depth, 0);
}

/* The cursor's column is marked, wherever it is, and the level stands in the rule below. */
static void the_cursor_is_always_seen(void **state)
{
    (void)state;
    for (int zoom = -2; zoom <= 10; zoom += 4) {
        scene->chart_zoom = zoom;
        scene_act(scene, ACTION_CENTRE);
        scene_act(scene, ACTION_UP);
        scene_act(scene, ACTION_FAR_END);
        for (int step = 0; step < 53; step++) {
            int marked = 0;
            draw();
            for (int column = 0; column < WIDTH; column++) marked += cell(BOTTOM, column)->ground == ROLE_CURSOR;
            assert_int_equal(marked, 1);
            assert_int_equal(cell(BOTTOM + 1, canvas.cursor_column)->text[0], L'\u25b2');
            bool bid = scene->ladder.cursor_side == SIDE_BID;
            assert_true(bid ? canvas.cursor_column < MIDDLE : canvas.cursor_column > MIDDLE);
            assert_true(row_has(HEIGHT - 2, bid ? "bid " : "ask "));
            scene_act(scene, ACTION_DOWN);
        }
    }
}

static void be_empty(struct book_view *view)
{
    memset(&view->depth, 0, sizeof view->depth);
}

static void be_huge(struct book_view *view)
{
    for (uint32_t i = 0; i < view->depth.bid_count; i++) view->depth.bids[i].quantity = INT64_MAX;
    for (uint32_t i = 0; i < view->depth.ask_count; i++) view->depth.asks[i].quantity = 1000000;
}

static void strange_books_are_drawn(void **state)
{
    (void)state;
    sample_change(scene, be_huge);
    draw();
    assert_int_equal(height_of(MIDDLE + HALF), 1);
    sample_change(scene, be_empty);
    draw();
    assert_true(row_has(3, "no orders in the book"));
    assert_true(scene_act(scene, ACTION_DOWN));
}

/* From the ladder to the chart, back, and away where it would stay. */
static void a_key_goes_there_and_puts_it_away(void **state)
{
    (void)state;
    scene->full_pane = false;
    draw();
    assert_true(scene->prefs.chart && scene->focus == PANE_CHART);
    /* In this window it is not beside the ladder: what is kept is for wide ones. */
    scene_act(scene, ACTION_CHART);
    assert_true(scene->prefs.chart && scene->focus == PANE_LADDER);
    assert_true(canvas_resize(&canvas, 40, 160));
    scene_draw(scene, &canvas);
    scene_act(scene, ACTION_CHART);
    assert_true(scene->prefs.chart && scene->focus == PANE_CHART);
    scene_act(scene, ACTION_CHART);
    assert_true(!scene->prefs.chart && scene->focus == PANE_LADDER);
    scene_draw(scene, &canvas);
    scene_act(scene, ACTION_NEXT_PANE);
    scene_act(scene, ACTION_NEXT_PANE);
    assert_int_equal(scene->focus, PANE_LADDER);
    scene_act(scene, ACTION_TAPE);
    scene_act(scene, ACTION_TAPE);
    assert_true(!scene->prefs.tape && scene->focus == PANE_LADDER);
    scene_act(scene, ACTION_NEXT_PANE);
    assert_int_equal(scene->focus, PANE_LADDER);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(heights_are_sums_of_money, set_up, tear_down),
        cmocka_unit_test_setup_teardown(heights_never_fall_away_from_the_middle, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_axis_has_only_prices_that_exist, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_step_of_the_zoom_is_dead, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sides_are_told_by_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depth_keys_zoom_within_bounds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cursor_is_always_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strange_books_are_drawn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_goes_there_and_puts_it_away, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
