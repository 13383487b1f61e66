#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/market/statistics.h"

static struct depth depth; /* 32 KB */

/* One level a side. */
static struct statistics touch(price_t bid, quantity_t bids, price_t ask, quantity_t asks)
{
    depth.bid_count = depth.ask_count = 1;
    depth.bids[0] = (struct level){bid, bids};
    depth.asks[0] = (struct level){ask, asks};
    struct statistics statistics;
    statistics_compute(&statistics, &depth, PRICE_NONE, 1);
    return statistics;
}

static void a_book_worked_by_hand(void **state)
{
    (void)state;
    /* 0.62 x 126 against 0.63 x 7, prices at scale 4:
     *   mid        = 12500 / 2 = 6250.0
     *   microprice = (6200 * 7 + 6300 * 126) / 133 = 837200 / 133 = 6294.7368… -> 6294.74
     *   imbalance  = 119 / 133 = 0.894736… -> 89.47 % */
    struct statistics s = touch(6200, 126, 6300, 7);
    assert_true(s.two_sided);
    assert_int_equal(s.best_bid, 6200);
    assert_int_equal(s.best_ask, 6300);
    assert_int_equal(s.spread, 100);
    assert_int_equal(s.mid, 62500);
    assert_int_equal(s.microprice, 629474);
    assert_int_equal(s.imbalance, 8947);
    assert_int_equal(touch(6200, 7, 6301, 126).mid, 62505); /* the half is kept */
}

static void microprice_rounds_half_up(void **state)
{
    (void)state;
    /* Between 1 and 2 it is 1 + bids / (bids + asks). */
    assert_int_equal(touch(1, 1, 2, 199).microprice, 101);    /* 1.005 */
    assert_int_equal(touch(1, 1, 2, 200).microprice, 100);    /* 1.00497… */
    assert_int_equal(touch(1, 199, 2, 1).microprice, 200);    /* 1.995 */
    assert_int_equal(touch(1, 200, 2, 1).microprice, 200);    /* 1.99502… */
    assert_int_equal(touch(1, 197, 2, 3).microprice, 199);    /* 1.985 */
    assert_int_equal(touch(1, 1, 2, 2).microprice, 133);      /* 1.333… */
    assert_int_equal(touch(1, 2, 2, 1).microprice, 167);      /* 1.666… */
    assert_int_equal(touch(-2, 1, -1, 199).microprice, -199); /* -1.995: up is towards larger numbers */
    assert_int_equal(touch(-2, 1, -1, 200).microprice, -200); /* -1.99502… */
}

static void imbalance_rounds_half_away_from_zero(void **state)
{
    (void)state;
    static const struct {
        quantity_t bids, asks;
        int32_t imbalance;
    } cases[] = {
        {20001, 19999, 1},                         /* 2 / 40000: 0.5 */
        {19999, 20001, -1},     {20003, 19997, 2}, /* 6 / 40000: 1.5 */
        {19997, 20003, -2},     {20001, 20000, 0}, /* 1 / 40001: 0.2499… */
        {20000, 20001, 0},      {5, 5, 0},
        {2, 1, 3333},           {1, 2, -3333},
        {1, 5, -6667},          {INT64_MAX, 1, 10000},
        {1, INT64_MAX, -10000}, {INT64_MAX, INT64_MAX, 0},
    };
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++)
        assert_int_equal(touch(10, cases[n].bids, 20, cases[n].asks).imbalance, cases[n].imbalance);
}

static void imbalance_takes_the_best_levels(void **state)
{
    (void)state;
    depth.bid_count = 3;
    depth.ask_count = 2;
    for (int n = 0; n < 3; n++) depth.bids[n] = (struct level){50 - n, (n + 1) * INT64_C(10)}; /* 10, 20, 30 */
    for (int n = 0; n < 2; n++) depth.asks[n] = (struct level){60 + n, (n + 1) * INT64_C(30)}; /* 30, 60 */
    struct statistics s;
    statistics_compute(&s, &depth, PRICE_NONE, 1);
    assert_int_equal(s.imbalance, -5000); /* -20 / 40 */
    statistics_compute(&s, &depth, PRICE_NONE, 2);
    assert_int_equal(s.imbalance, -5000); /* -60 / 120 */
    statistics_compute(&s, &depth, PRICE_NONE, STATISTICS_IMBALANCE_LEVELS);
    assert_int_equal(s.imbalance, -2000); /* -30 / 150 */
    statistics_compute(&s, &depth, PRICE_NONE, 0);
    assert_int_equal(s.imbalance, 0); /* of nothing */

    depth.bid_count = depth.ask_count = DEPTH_LEVELS; /* sums far beyond 63 bits */
    for (int n = 0; n < DEPTH_LEVELS; n++) {
        depth.bids[n] = (struct level){5000 - n, INT64_MAX};
        depth.asks[n] = (struct level){6000 + n, INT64_MAX / 3};
    }
    statistics_compute(&s, &depth, PRICE_NONE, UINT32_MAX);
    assert_int_equal(s.imbalance, 5000);
}

static void locked_and_crossed_have_figures(void **state)
{
    (void)state;
    struct statistics s = touch(50, 1, 50, 3);
    assert_int_equal(s.spread, 0);
    assert_int_equal(s.mid, 500);
    assert_int_equal(s.microprice, 5000);
    s = touch(53, 1, 50, 3);
    assert_int_equal(s.spread, -3);
    assert_int_equal(s.mid, 515);
    assert_int_equal(s.microprice, 5225); /* (53 * 3 + 50 * 1) / 4 = 52.25 */
}

static void an_empty_side_leaves_the_rest_out(void **state)
{
    (void)state;
    struct statistics s;
    depth.bid_count = 0;
    depth.ask_count = 1;
    depth.asks[0] = (struct level){60, 3};
    statistics_compute(&s, &depth, PRICE_NONE, 5);
    assert_false(s.two_sided);
    assert_true(s.best_bid == PRICE_NONE);
    assert_int_equal(s.best_ask, 60);
    depth.ask_count = 0;
    statistics_compute(&s, &depth, PRICE_NONE, 5);
    assert_false(s.two_sided);
    assert_true(s.best_ask == PRICE_NONE);
}

static void the_largest_numbers_stay_exact(void **state)
{
    (void)state;
    const price_t price = INT64_C(1000000000000000);
    struct statistics s = touch(price, INT64_MAX, price + 2, INT64_MAX);
    assert_true(s.mid == (price + 1) * 10);
    assert_true(s.microprice == (price + 1) * 100);
    s = touch(INT64_MAX - 1, INT64_MAX, INT64_MAX, INT64_MAX);
    assert_int_equal(s.spread, 1);
    assert_true(s.mid == INT64_MAX && s.microprice == INT64_MAX);
}

static struct statistics ticked(price_t bid, price_t ask, price_t tick)
{
    depth.bid_count = depth.ask_count = 1;
    depth.bids[0] = (struct level){bid, 1};
    depth.asks[0] = (struct level){ask, 1};
    struct statistics statistics;
    statistics_compute(&statistics, &depth, tick, 1);
    return statistics;
}

static void a_spread_in_ticks_and_in_basis_points(void **state)
{
    (void)state;
    struct statistics s = ticked(6200, 6300, 100);
    assert_int_equal(s.spread_ticks, 100);
    assert_int_equal(s.spread_points, 16000); /* 100 / 6250 = 1.6 %: 160 basis points */
    assert_int_equal(ticked(6200, 6300, 10).spread_ticks, 1000);
    assert_int_equal(ticked(6200, 6205, 10).spread_ticks, 50); /* half a tick */
    assert_int_equal(ticked(1, 2, 200).spread_ticks, 1);       /* 0.005: a half goes up */
    assert_int_equal(ticked(1, 2, 201).spread_ticks, 0);
    assert_int_equal(ticked(2, 1, 200).spread_ticks, 0); /* -0.005 goes up too */
    assert_int_equal(ticked(2, 1, 199).spread_ticks, -1);
    assert_int_equal(ticked(50, 50, 1).spread_ticks, 0);
    assert_int_equal(ticked(50, 50, 1).spread_points, 0);
    assert_int_equal(ticked(60, 40, 10).spread_ticks, -200);
    assert_int_equal(ticked(60, 40, 10).spread_points, -400000); /* -20 / 50 */
    assert_int_equal(ticked(1, 2, 1).spread_points, 666667);     /* 2 / 3 */
    assert_int_equal(ticked(999999, 1000001, 1).spread_points, 2);
    assert_int_equal(ticked(1999999, 2000000, 1).spread_points, 1); /* 0.50…: up */
    assert_int_equal(ticked(2000000, 2000001, 1).spread_points, 0); /* 0.49… */
    /* Unknown, or no tick at all; a mid that nothing can be measured by. */
    assert_int_equal(ticked(40, 60, PRICE_NONE).spread_ticks, 0);
    assert_int_equal(ticked(40, 60, 0).spread_ticks, 0);
    assert_int_equal(ticked(-1, 1, 1).spread_points, 0);
    assert_int_equal(ticked(-5, -3, 1).spread_points, 0);
    assert_true(ticked(1, INT64_MAX, 1).spread_ticks == INT64_MAX);
    assert_true(ticked(INT64_MAX, 1, 1).spread_ticks == -INT64_MAX);
    assert_int_equal(ticked(1, INT64_MAX, 1).spread_points, 2000000); /* all but twice the mid */
}

static void a_sweep_worked_by_hand(void **state)
{
    (void)state;
    static const struct level asks[] = {{10, 5}, {11, 3}, {13, 100}};
    static const struct {
        quantity_t quantity;
        struct sweep sweep;
    } cases[] = {
        {0, {0, 0, 0, PRICE_NONE, 0, PRICE_NONE}},
        {1, {1, 0, 1, 10, 10, 1000}},
        {5, {5, 0, 1, 10, 50, 1000}},
        {6, {6, 0, 2, 11, 61, 1017}},       /* 10.1666… */
        {8, {8, 0, 2, 11, 83, 1038}},       /* 10.375: a half goes up */
        {9, {9, 0, 3, 13, 96, 1067}},       /* 10.6666… */
        {108, {108, 0, 3, 13, 1383, 1281}}, /* 12.8055… */
        {110, {108, 2, 3, 13, 1383, 1281}}, /* more than there is */
    };
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct sweep sweep, expected = cases[n].sweep;
        statistics_sweep(&sweep, asks, 3, cases[n].quantity);
        assert_true(sweep.filled == expected.filled && sweep.left == expected.left && sweep.levels == expected.levels);
        assert_true(sweep.worst == expected.worst && sweep.money == expected.money);
        assert_int_equal(sweep.average, expected.average);
    }
    struct sweep sweep;
    statistics_sweep(&sweep, NULL, 0, 7);
    assert_true(sweep.filled == 0 && sweep.left == 7 && sweep.levels == 0 && sweep.money == 0);
    assert_true(sweep.worst == PRICE_NONE && sweep.average == PRICE_NONE);
}

static void a_sweep_beyond_63_bits_keeps_its_average(void **state)
{
    (void)state;
    const quantity_t half = INT64_MAX / 2;
    const struct level levels[] = {{6000, half}, {8000, half}, {9000, INT64_MAX}};
    struct sweep sweep;
    statistics_sweep(&sweep, levels, 2, INT64_MAX);
    assert_true(sweep.money == INT64_MAX && sweep.filled == 2 * half && sweep.left == 1);
    assert_int_equal(sweep.average, 700000);
    const struct level dear = {INT64_MAX, INT64_MAX};
    statistics_sweep(&sweep, &dear, 1, INT64_MAX);
    assert_true(sweep.money == INT64_MAX && sweep.average == INT64_MAX);
    const struct level whole = {INT64_MAX, 1};
    statistics_sweep(&sweep, &whole, 1, 1);
    assert_true(sweep.money == INT64_MAX); /* exact, just */
}

static void money_runs_up(void **state)
{
    (void)state;
    const struct level levels[] = {{10, 5}, {11, 3}, {13, 100}, {INT64_MAX, 1}, {1, 1}, {INT64_MAX, INT64_MAX}};
    int64_t out[7] = {0, 0, 0, 0, 0, 0, -1};
    statistics_money(levels, 6, out);
    assert_int_equal(out[0], 50);
    assert_int_equal(out[1], 83);
    assert_int_equal(out[2], 1383);
    assert_true(out[3] == INT64_MAX && out[4] == INT64_MAX && out[5] == INT64_MAX);
    assert_int_equal(out[6], -1);
    statistics_money(NULL, 0, out);
    assert_int_equal(out[0], 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_worked_by_hand),
        cmocka_unit_test(microprice_rounds_half_up),
        cmocka_unit_test(imbalance_rounds_half_away_from_zero),
        cmocka_unit_test(imbalance_takes_the_best_levels),
        cmocka_unit_test(locked_and_crossed_have_figures),
        cmocka_unit_test(an_empty_side_leaves_the_rest_out),
        cmocka_unit_test(the_largest_numbers_stay_exact),
        cmocka_unit_test(a_spread_in_ticks_and_in_basis_points),
        cmocka_unit_test(a_sweep_worked_by_hand),
        cmocka_unit_test(a_sweep_beyond_63_bits_keeps_its_average),
        cmocka_unit_test(money_runs_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
