#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "own_scene.h"

static void take(struct book_view *view)
{
    scene_take(scene, view);
    free(view);
}

static struct book_view *copy_of_view(void)
{
    struct book_view *view = malloc(sizeof *view);
    assert_non_null(view);
    *view = scene->book;
    return view;
}

static void act(enum action action, int times)
{
    for (int i = 0; i < times; i++) assert_true(scene_act(scene, action));
}

static void the_cursor_starts_at_the_touch(void **state)
{
    (void)state;
    assert_int_equal(ladder_cursor_rank(&scene->ladder), -1);
    act(ACTION_DOWN, 1);
    assert_int_equal(scene->ladder.cursor_side, SIDE_BID);
    assert_int_equal(scene->ladder.cursor_price, 4200);
    act(ACTION_CENTRE, 1);
    act(ACTION_UP, 1);
    assert_int_equal(scene->ladder.cursor_side, SIDE_ASK);
    assert_int_equal(scene->ladder.cursor_price, 4300);
}

static void the_cursor_walks_across_the_middle_and_stops_at_the_ends(void **state)
{
    (void)state;
    act(ACTION_UP, 3);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), 2);
    act(ACTION_DOWN, 3);
    assert_int_equal(scene->ladder.cursor_side, SIDE_BID);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), 0);
    act(ACTION_DOWN, 100);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), 29);
    act(ACTION_UP, 200);
    assert_int_equal(scene->ladder.cursor_side, SIDE_ASK);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), 22);
    act(ACTION_TOUCH, 1);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), 0);
    act(ACTION_FAR_END, 1);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), 22);
}

static void levels_that_come_and_go_do_not_move_the_cursor(void **state)
{
    (void)state;
    act(ACTION_DOWN, 4);
    assert_int_equal(scene->ladder.cursor_price, 3900);
    struct book_view *view = copy_of_view();
    sample_depth(&view->depth, 4250, 4300, 50);
    take(view);
    assert_int_equal(scene->ladder.cursor_price, 3900);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), 7);
    /* The level itself is gone: the next one farther out stands in. */
    view = copy_of_view();
    sample_depth(&view->depth, 4210, 4300, 100);
    take(view);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), 4);
    assert_int_equal(scene->ladder.cursor_price, 3900);
}

static void another_epoch_drops_the_cursor_and_another_market_the_outcome(void **state)
{
    (void)state;
    act(ACTION_FLIP, 1);
    act(ACTION_DOWN, 1);
    struct book_view *view = copy_of_view();
    view->epoch++;
    take(view);
    assert_false(scene->ladder.cursor_on);
    assert_int_equal(scene->ladder.outcome, 1);
    view = copy_of_view();
    view->market.index++;
    take(view);
    assert_int_equal(scene->ladder.outcome, 0);
}

static void flipping_mirrors_book_statistics_and_cursor(void **state)
{
    (void)state;
    act(ACTION_DOWN, 2);
    act(ACTION_FLIP, 1);
    const struct ladder *ladder = &scene->ladder;
    assert_int_equal(ladder->statistics.best_bid, 5700);
    assert_int_equal(ladder->statistics.best_ask, 5800);
    assert_int_equal(ladder->last_trade, 5700);
    assert_int_equal(ladder->statistics.imbalance, -scene->book.statistics.imbalance);
    assert_int_equal(ladder->cursor_side, SIDE_ASK);
    assert_int_equal(ladder->cursor_price, 5900);
    assert_int_equal(ladder_cursor_rank(ladder), 1);
    act(ACTION_FLIP, 1);
    assert_int_equal(ladder->statistics.best_bid, 4200);
    assert_int_equal(ladder->cursor_price, 4100);
}

static void grouping_is_by_ticks_and_keeps_the_sum(void **state)
{
    (void)state;
    static const int steps[] = {100, 200, 500, 1000, 5000, 10000, 10000};
    const struct ladder *ladder = &scene->ladder;
    quantity_t whole = ladder->bid_sums[ladder->depth.bid_count - 1];
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        assert_int_equal(ladder->step, steps[i]);
        assert_int_equal(ladder->bid_sums[ladder->depth.bid_count - 1], whole);
        for (uint32_t n = 0; n < ladder->depth.bid_count; n++) {
            assert_int_equal(ladder->depth.bids[n].price % steps[i], 0);
        }
        act(ACTION_COARSER, 1);
    }
    assert_string_equal(ladder_group_text(ladder), "100 ticks");
    act(ACTION_FINER, 10);
    assert_null(ladder_group_text(ladder));
    assert_int_equal(ladder->depth.bid_count, 30);
}

static void sweeping_is_exact(void **state)
{
    (void)state;
    /* 1,240 at 43 cents; and 20,700 more at 44. */
    const struct instrument *instrument = &scene->book.instrument;
    struct sweep sweep;
    ladder_sweep(&scene->ladder, SIDE_ASK, 0, &sweep);
    assert_int_equal(money_of_sum(instrument, sweep.money), 53320);
    assert_int_equal(sweep.average, 430000);
    ladder_sweep(&scene->ladder, SIDE_ASK, 1, &sweep);
    assert_int_equal(money_of_sum(instrument, sweep.money), 53320 + 910800);
    assert_int_equal(sweep.filled, INT64_C(21940000000));
    assert_int_equal(sweep.average, 439435); /* 964,120 / 21,940 = 43.9434... cents */
    assert_int_equal(sweep.levels, 2);
    assert_int_equal(money_cents(instrument, 4350, 1), 0);
    assert_true(money_cents(instrument, INT64_MAX, INT64_MAX) == INT64_MAX);
}

/* The exact sums of merged levels: their own prices, not those they are shown at. */
static void sweeping_is_exact_while_levels_are_grouped(void **state)
{
    (void)state;
    struct ladder *ladder = &scene->ladder;
    struct sweep sweep, one_by_one;
    act(ACTION_COARSER, 2);
    for (int outcome = 0; outcome < 2; outcome++) {
        for (int side = 0; side < 2; side++) {
            uint32_t count, reached = 0;
            const struct level *levels = ladder_levels(ladder, (enum side)side, &count);
            const struct level *whole = side == SIDE_BID ? ladder->whole.bids : ladder->whole.asks;
            uint32_t whole_count = side == SIDE_BID ? ladder->whole.bid_count : ladder->whole.ask_count;
            assert_true(count > 3 && count < whole_count);
            for (uint32_t rank = 0; rank < count; rank++) {
                quantity_t sum = ladder_sums(ladder, (enum side)side)[rank];
                ladder_sweep(ladder, (enum side)side, (int)rank, &sweep);
                statistics_sweep(&one_by_one, whole, whole_count, sum);
                assert_int_equal(sweep.filled, sum);
                assert_int_equal(sweep.money, one_by_one.money);
                assert_int_equal(sweep.average, one_by_one.average);
                /* It ends between two levels, and not beyond the price of the group. */
                reached = sweep.levels;
                price_t last = whole[reached - 1].price;
                assert_true(side == SIDE_BID ? last >= levels[rank].price : last <= levels[rank].price);
            }
            assert_int_equal(reached, whole_count);
        }
        act(ACTION_FLIP, 1);
    }
    /* 43 cents, 44 and 45 are shown as 45: 1,240 and 20,700 and 9,300. */
    ladder_sweep(ladder, SIDE_ASK, 0, &sweep);
    assert_int_equal(ladder->depth.asks[0].price, 4500);
    assert_int_equal(money_of_sum(&scene->book.instrument, sweep.money), 53320 + 910800 + 418500);
}

/* A raw view: bids of 44 and 43 cents reach the best ask of 43, and are to be left out. */
static struct book_view *crossed_view(void)
{
    struct book_view *view = copy_of_view();
    sample_depth(&view->depth, 4400, 4300, 100);
    view->depth.bids_in_book += 7;
    view->crossed = true;
    view->cut = (struct clean_cut){SIDE_BID, 2};
    sample_statistics(view);
    return view;
}

static void the_cut_is_left_out_of_what_is_drawn(void **state)
{
    (void)state;
    const struct ladder *ladder = &scene->ladder;
    take(crossed_view());
    assert_true(ladder->crossed);
    assert_int_equal(ladder->depth.bid_count, 28);
    assert_int_equal(ladder->depth.bids[0].price, 4200);
    assert_int_equal(ladder->bid_sums[0], INT64_C(8150000000));
    assert_int_equal(ladder->depth.ask_count, 23);
    assert_int_equal(ladder->bids_beyond, 7);
    assert_int_equal(ladder->asks_beyond, 0);
    /* The view itself stays as it came. */
    assert_int_equal(scene->book.depth.bid_count, 30);
    act(ACTION_COARSER, 1);
    assert_int_equal(ladder->depth.bids[0].price, 4200);
    assert_int_equal(ladder->depth.asks[0].price, 4400);
}

/* The cut is in terms of outcome 0: of the other outcome it hides the asks. */
static void flipping_takes_the_cut_along(void **state)
{
    (void)state;
    const struct ladder *ladder = &scene->ladder;
    take(crossed_view());
    assert_int_equal(ladder->cut.side, SIDE_BID);
    act(ACTION_FLIP, 1);
    assert_int_equal(ladder->cut.side, SIDE_ASK);
    assert_int_equal(ladder->cut.levels, 2);
    assert_int_equal(ladder->depth.ask_count, 28);
    assert_int_equal(ladder->depth.asks[0].price, 5800);
    assert_int_equal(ladder->depth.bids[0].price, 5700);
    assert_int_equal(ladder->statistics.spread, 100);
    assert_int_equal(ladder->asks_beyond, 7);
    assert_int_equal(ladder->bids_beyond, 0);
}

/* Of a deep book the view may hold fewer levels than are left out. */
static void levels_left_out_are_not_beyond(void **state)
{
    (void)state;
    struct book_view *view = crossed_view();
    view->cut.levels = 33;
    take(view);
    assert_int_equal(scene->ladder.depth.bid_count, 0);
    assert_int_equal(scene->ladder.bids_beyond, 4);
    view = crossed_view();
    view->cut.levels = 40;
    take(view);
    assert_int_equal(scene->ladder.bids_beyond, 0);
}

static void prices_between_ticks_are_shown_in_full(void **state)
{
    (void)state;
    assert_int_equal(scene->ladder.decimals, 2);
    struct book_view *view = copy_of_view();
    view->depth.bids[5].price += 5;
    take(view);
    assert_int_equal(scene->ladder.decimals, 4);
    view = copy_of_view();
    view->instrument.tick = PRICE_NONE;
    sample_depth(&view->depth, 4200, 4300, 100);
    take(view);
    assert_int_equal(scene->ladder.decimals, 2);
    assert_int_equal(scene->ladder.step, 100);
}

static void an_empty_book_has_no_cursor(void **state)
{
    (void)state;
    struct book_view *view = copy_of_view();
    memset(&view->depth, 0, sizeof view->depth);
    take(view);
    act(ACTION_DOWN, 2);
    act(ACTION_FAR_END, 1);
    act(ACTION_PAGE_UP, 1);
    assert_int_equal(ladder_cursor_rank(&scene->ladder), -1);
}

/* In money a level is price times size, and a group what its levels were. */
static void amounts_are_exact_in_both_units(void **state)
{
    (void)state;
    struct ladder *ladder = &scene->ladder;
    const struct instrument *instrument = &scene->book.instrument;
    char text[FIGURE_SIZE];
    assert_int_equal(ladder_amount(ladder, SIDE_ASK, 1), INT64_C(20700000000));
    assert_int_equal(ladder_amount_sum(ladder, SIDE_ASK, 1), INT64_C(21940000000));
    act(ACTION_SIZE_UNIT, 1);
    assert_int_equal(scene->prefs.size_unit, SIZE_MONEY);
    assert_int_equal(money_of_sum(instrument, ladder_amount(ladder, SIDE_ASK, 1)), 910800);
    assert_int_equal(money_of_sum(instrument, ladder_amount_sum(ladder, SIDE_ASK, 1)), 53320 + 910800);
    ladder_amount_text(ladder, instrument, ladder_amount(ladder, SIDE_ASK, 1), false, text);
    assert_string_equal(text, "$9,108");
    act(ACTION_COARSER, 2);
    assert_int_equal(money_of_sum(instrument, ladder_amount(ladder, SIDE_ASK, 0)), 53320 + 910800 + 418500);
    for (int side = 0; side < 2; side++) {
        uint32_t count;
        ladder_levels(ladder, (enum side)side, &count);
        for (uint32_t rank = 0; rank < count; rank++) {
            struct sweep sweep;
            ladder_sweep(ladder, (enum side)side, (int)rank, &sweep);
            assert_int_equal(ladder_amount_sum(ladder, (enum side)side, (int)rank), sweep.money);
        }
    }
    act(ACTION_SIZE_UNIT, 1);
    assert_int_equal(ladder_amount_sum(ladder, SIDE_ASK, 0), INT64_C(31240000000));
}

/* 39 to 46 cents were traded, 41 not; the touch is 42 and 43. */
static void what_was_traded_stands_beside_its_price(void **state)
{
    (void)state;
    const struct ladder *ladder = &scene->ladder;
    assert_int_equal(ladder_traded(ladder, SIDE_BID, 0), INT64_C(41200000000));
    assert_int_equal(ladder_traded(ladder, SIDE_BID, 1), 0);
    assert_int_equal(ladder_traded(ladder, SIDE_BID, 3), INT64_C(310000000));
    assert_int_equal(ladder_traded(ladder, SIDE_BID, 4), 0);
    assert_int_equal(ladder_traded(ladder, SIDE_ASK, 0), INT64_C(96750000000));
    assert_int_equal(ladder_traded(ladder, SIDE_ASK, 3), 7000000);
    act(ACTION_FLIP, 1);
    assert_int_equal(ladder_traded(ladder, SIDE_ASK, 0), INT64_C(41200000000));
    assert_int_equal(ladder_traded(ladder, SIDE_ASK, 3), INT64_C(310000000));
    assert_int_equal(ladder_traded(ladder, SIDE_BID, 0), INT64_C(96750000000));
    act(ACTION_SIZE_UNIT, 1);
    /* 41,200 at 1 - 0.42 */
    assert_int_equal(money_of_sum(&scene->book.instrument, ladder_traded(ladder, SIDE_ASK, 0)), 2389600);
}

/* A row stands for the prices that its levels were merged from; where rows of both sides would stand for a price, the
 * nearer touch's does, so that no trade is counted twice. */
static void what_was_traded_is_grouped_like_levels(void **state)
{
    (void)state;
    const struct ladder *ladder = &scene->ladder;
    act(ACTION_COARSER, 2);
    assert_int_equal(ladder->depth.bids[0].price, 4000);
    /* 40 to 42 cents, and 43 to 45. */
    assert_int_equal(ladder_traded(ladder, SIDE_BID, 0), (12 + 41200) * INT64_C(1000000));
    assert_int_equal(ladder_traded(ladder, SIDE_BID, 1), INT64_C(310000000));
    assert_int_equal(ladder_traded(ladder, SIDE_ASK, 0), (96750 + 18300 + 2500) * INT64_C(1000000));
    assert_int_equal(ladder_traded(ladder, SIDE_ASK, 1), 7000000);
}

static void widen_the_spread(struct book_view *view)
{
    /* 41 and 46 cents: of what was traded between, 43 is nearer to the bid, 44 and 45 are to the ask. */
    memmove(view->depth.bids, view->depth.bids + 1, (view->depth.bid_count - 1) * sizeof *view->depth.bids);
    memmove(view->depth.asks, view->depth.asks + 3, (view->depth.ask_count - 3) * sizeof *view->depth.asks);
    view->depth.bid_count--;
    view->depth.ask_count -= 3;
}

static void no_trade_is_counted_twice(void **state)
{
    (void)state;
    const struct ladder *ladder = &scene->ladder;
    sample_change(scene, widen_the_spread);
    for (int flipped = 0; flipped < 2; flipped++) {
        for (int step = 0; step < 4; step++) {
            int64_t sum = 0;
            for (int side = 0; side < 2; side++) {
                uint32_t count;
                ladder_levels(ladder, (enum side)side, &count);
                for (uint32_t rank = 0; rank < count; rank++) sum += ladder_traded(ladder, (enum side)side, (int)rank);
            }
            assert_in_range(sum, 1, (310 + 12 + 41200 + 96750 + 18300 + 2500 + 7) * INT64_C(1000000));
            act(ACTION_COARSER, 1);
        }
        act(ACTION_FINER, 4);
        act(ACTION_FLIP, 1);
    }
    act(ACTION_COARSER, 2);
    assert_int_equal(ladder_traded(ladder, SIDE_BID, 0), (12 + 41200 + 96750) * INT64_C(1000000));
    assert_int_equal(ladder_traded(ladder, SIDE_ASK, 0), 7000000); /* 46 to 50 */
}

/* The running sum is the first to go, then what was traded, the price never. */
static void columns_go_in_their_order(void **state)
{
    (void)state;
    bool had_sum = false, had_traded = false;
    assert_true(scene_act(scene, ACTION_FULL_PANE));
    for (int width = LAYOUT_LEAST_WIDTH; width < 120; width++) {
        struct canvas canvas = {0};
        char row[400];
        assert_true(canvas_resize(&canvas, 24, width));
        scene_draw(scene, &canvas);
        canvas_row_text(&canvas, 3, row, sizeof row);
        bool sum = strstr(row, "sum") != NULL, traded = strstr(row, "traded") != NULL;
        assert_non_null(strstr(row, "price"));
        assert_true(traded || !sum);
        assert_true((sum || !had_sum) && (traded || !had_traded));
        had_sum = sum;
        had_traded = traded;
        canvas_free(&canvas);
    }
    assert_true(had_sum && had_traded);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_cursor_starts_at_the_touch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cursor_walks_across_the_middle_and_stops_at_the_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(levels_that_come_and_go_do_not_move_the_cursor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_epoch_drops_the_cursor_and_another_market_the_outcome, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(flipping_mirrors_book_statistics_and_cursor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(grouping_is_by_ticks_and_keeps_the_sum, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sweeping_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sweeping_is_exact_while_levels_are_grouped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cut_is_left_out_of_what_is_drawn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(levels_left_out_are_not_beyond, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flipping_takes_the_cut_along, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prices_between_ticks_are_shown_in_full, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_book_has_no_cursor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(amounts_are_exact_in_both_units, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_traded_stands_beside_its_price, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_traded_is_grouped_like_levels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_trade_is_counted_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_go_in_their_order, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
