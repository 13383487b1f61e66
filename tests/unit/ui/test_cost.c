/* What a typed size costs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "own_scene.h"

static void ask(const char *typed)
{
    char error[NOTICE_SIZE] = "";
    if (!scene_ask_cost(scene, text_from(typed), error, sizeof error)) fail_msg("%s: %s", typed, error);
}

static struct cost cost_of(enum side side)
{
    struct cost cost;
    cost_compute(&scene->cost, &scene->ladder, &scene->book.instrument, side, &cost);
    return cost;
}

static void sizes_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *told;
        enum size_unit unit;
        int64_t amount;
    } cases[] = {
        {"500", "500", SIZE_SHARES, INT64_C(500000000)},
        {" 1,000.5 ", "1,000.5", SIZE_SHARES, INT64_C(1000500000)},
        {"$250", "$250", SIZE_MONEY, INT64_C(250000000)},
        {"$ .01", "$0.01", SIZE_MONEY, 10000},
        {"9223372036854.775807", "9,223,372,036,854.775807", SIZE_SHARES, INT64_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char told[FIGURE_SIZE];
        ask(cases[i].typed);
        assert_true(scene->cost.on);
        assert_int_equal(scene->cost.unit, cases[i].unit);
        assert_int_equal(scene->cost.amount, cases[i].amount);
        cost_asked_text(&scene->cost, &scene->book.instrument, told);
        assert_string_equal(told, cases[i].told);
    }
    ask("  ");
    assert_false(scene->cost.on);
}

static void what_is_no_size_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const typed[] = {"0",
                                        "$",
                                        "$0",
                                        "-5",
                                        "1e3",
                                        "five",
                                        "5 5",
                                        ".",
                                        "0x10",
                                        "1..2",
                                        "$$5",
                                        "0.0000001",
                                        "9223372036854.775808",
                                        "1111111111111111111111111111111111111111111111111111"};
    ask("500");
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        char error[NOTICE_SIZE] = "";
        assert_false(scene_ask_cost(scene, text_from(typed[i]), error, sizeof error));
        assert_true(error[0] != '\0');
        assert_true(scene->cost.on);
        assert_int_equal(scene->cost.amount, INT64_C(500000000));
    }
}

static void a_bare_number_is_in_the_unit_of_sizes(void **state)
{
    (void)state;
    assert_true(scene_act(scene, ACTION_SIZE_UNIT));
    ask("500");
    assert_int_equal(scene->cost.unit, SIZE_MONEY);
}

static void shares_are_bought_and_sold_exactly(void **state)
{
    (void)state;
    const struct instrument *instrument = &scene->book.instrument;
    ask("2000");
    /* 1,240 at 43 cents and 760 at 44: 533.20 + 334.40 = 867.60; 43.38 each, 0.88 above the mid of 42.5. */
    struct cost buy = cost_of(SIDE_ASK);
    assert_true(buy.filled);
    assert_int_equal(money_of_sum(instrument, buy.sweep.money), 86760);
    assert_int_equal(buy.sweep.average, 433800);
    assert_int_equal(buy.sweep.worst, 4400);
    assert_int_equal(buy.slip, 8800);
    assert_int_equal(buy.slip_part, 207); /* 0.88 / 42.5 = 2.0706 % */
    /* 1,900 at 42 and 100 at 41: 798.00 + 41.00; 41.95 each, 0.55 below. */
    struct cost sell = cost_of(SIDE_BID);
    assert_int_equal(money_of_sum(instrument, sell.sweep.money), 83900);
    assert_int_equal(sell.sweep.average, 419500);
    assert_int_equal(sell.slip, 5500);
}

static void money_buys_as_much_as_it_is_worth(void **state)
{
    (void)state;
    ask("$100");
    /* 100 / 0.43 = 232.558139 and a rest below the finest size. */
    struct cost buy = cost_of(SIDE_ASK);
    assert_true(buy.filled);
    assert_int_equal(buy.sweep.filled, INT64_C(232558139));
    assert_int_equal(buy.sweep.levels, 1);
    ask("$533.20");
    assert_int_equal(cost_of(SIDE_ASK).sweep.filled, INT64_C(1240000000));
    assert_int_equal(cost_of(SIDE_ASK).sweep.levels, 1);
    ask("$533.21");
    assert_int_equal(cost_of(SIDE_ASK).sweep.levels, 2);
}

static void a_book_that_is_too_small_says_so(void **state)
{
    (void)state;
    for (int money = 0; money < 2; money++) {
        ask(money ? "$9000000000000" : "9000000000000");
        struct cost buy = cost_of(SIDE_ASK);
        assert_false(buy.filled);
        assert_int_equal(buy.sweep.filled, scene->ladder.ask_sums[scene->ladder.depth.ask_count - 1]);
    }
    memset(&scene->ladder.whole, 0, sizeof scene->ladder.whole);
    assert_false(cost_of(SIDE_BID).filled);
    assert_int_equal(cost_of(SIDE_BID).sweep.average, PRICE_NONE);
    assert_false(cost_of(SIDE_BID).has_slip);
}

static void count_hundredths(struct book_view *view)
{
    view->instrument.size_scale = 2;
}

/* What is told is what was computed, and what cannot be traded is no empty book. */
static void what_is_finer_than_the_venue_trades_is_said(void **state)
{
    (void)state;
    char told[FIGURE_SIZE];
    sample_change(scene, count_hundredths);
    ask("0.015");
    cost_asked_text(&scene->cost, &scene->book.instrument, told);
    assert_string_equal(told, "0.01");
    assert_int_equal(cost_of(SIDE_ASK).sweep.filled, 1);
    assert_false(cost_of(SIDE_ASK).too_small);
    static const char *const small[] = {"0.009", "$0.000001"};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        ask(small[i]);
        cost_asked_text(&scene->cost, &scene->book.instrument, told);
        assert_string_equal(told, small[i]);
        assert_true(cost_of(SIDE_BID).too_small);
        assert_true(some_row_has(scene, 100, "buy: below the smallest size", NULL));
        assert_true(some_row_has(scene, 40, "buy: too small", NULL));
        assert_false(some_row_has(scene, 100, "nothing there", NULL));
    }
    memset(&scene->ladder.whole, 0, sizeof scene->ladder.whole);
    assert_false(cost_of(SIDE_BID).too_small);
}

/* Whichever way levels are grouped, the marks go from the touch without a hole and end once. */
static void marks_end_where_the_size_does(void **state)
{
    (void)state;
    static const char *const sizes[] = {"1", "1240", "1241", "100000", "$77", "$5000", "99999999"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ask(sizes[i]);
        for (int step = 0; step < 3; step++) {
            for (int s = 0; s < 2; s++) {
                enum side side = (enum side)s;
                struct cost cost = cost_of(side);
                uint32_t count, last = 0;
                ladder_levels(&scene->ladder, side, &count);
                enum cost_mark before = COST_THROUGH;
                for (uint32_t rank = 0; rank < count; rank++) {
                    enum cost_mark mark = cost_mark(&cost, &scene->ladder, side, (int)rank);
                    if (mark == COST_THROUGH) assert_int_equal(before, COST_THROUGH);
                    last += mark == COST_LAST;
                    before = mark;
                }
                assert_int_equal(last, 1);
            }
            scene_act(scene, ACTION_COARSER);
        }
        for (int step = 0; step < 3; step++) scene_act(scene, ACTION_FINER);
    }
}

/* At every width both ways are told, and the numbers are whole. */
static void both_ways_are_told_at_every_width(void **state)
{
    (void)state;
    ask("2000");
    for (int width = LAYOUT_LEAST_WIDTH; width < 200; width++) {
        char row[400];
        struct canvas canvas = {0};
        assert_true(canvas_resize(&canvas, 24, width));
        scene_draw(scene, &canvas);
        canvas_row_text(&canvas, 22, row, sizeof row);
        canvas_free(&canvas);
        bool told = strstr(row, " 2,000 ") && strstr(row, "43.38") && strstr(row, "41.95");
        if (!told) fail_msg("%d columns: %s", width, row);
    }
}

/* What does not fit is told shorter, more and more so; no side is left out. */
static void no_size_is_so_large_that_a_side_is_missing(void **state)
{
    (void)state;
    static const char *const sizes[] = {"100000", "99999999", "1000000000000", "9223372036854.775807", "$99999999"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ask(sizes[i]);
        for (int width = LAYOUT_LEAST_WIDTH; width < 200; width++) {
            char row[400];
            int64_t due;
            draw_row(scene, width, 22, row, &due);
            bool told = strstr(row, " buy ") && strstr(row, " sell ") && !strstr(row, "\xe2\x80\xa6");
            if (!told) fail_msg("%s in %d columns: %s", sizes[i], width, row);
        }
    }
    /* Of a side without levels, too. */
    scene->ladder.whole.bid_count = scene->ladder.whole.ask_count = 0;
    ask("100000");
    assert_true(some_row_has(scene, LAYOUT_LEAST_WIDTH, "buy: nothing", NULL));
    assert_true(some_row_has(scene, LAYOUT_LEAST_WIDTH, "sell: nothing", NULL));
}

static void the_tape_alone_tells_the_cost_and_no_cursor(void **state)
{
    (void)state;
    char row[400];
    int64_t due;
    scene->focus = PANE_TAPE;
    scene->full_pane = true;
    ask("2000");
    draw_row(scene, 80, 22, row, &due);
    assert_non_null(strstr(row, "43.38"));
    scene->full_pane = false;
    draw_row(scene, 40, 22, row, &due);
    assert_non_null(strstr(row, "41.95"));
    scene->focus = PANE_LADDER;
    assert_true(scene_act(scene, ACTION_DOWN));
    scene->focus = PANE_TAPE;
    draw_row(scene, 40, 22, row, &due);
    assert_null(strstr(row, "ask "));
    assert_null(strstr(row, "bid "));
}

static void the_cost_makes_room_for_the_cursor(void **state)
{
    (void)state;
    char row[400];
    int64_t due;
    ask("2000");
    assert_true(scene_act(scene, ACTION_DOWN));
    draw_row(scene, 100, 22, row, &due);
    assert_null(strstr(row, "2,000"));
    ask("2000");
    draw_row(scene, 100, 22, row, &due);
    assert_non_null(strstr(row, "2,000"));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sizes_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_size_is_refused_and_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bare_number_is_in_the_unit_of_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shares_are_bought_and_sold_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(money_buys_as_much_as_it_is_worth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_book_that_is_too_small_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_finer_than_the_venue_trades_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks_end_where_the_size_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(both_ways_are_told_at_every_width, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_size_is_so_large_that_a_side_is_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_tape_alone_tells_the_cost_and_no_cursor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cost_makes_room_for_the_cursor, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
