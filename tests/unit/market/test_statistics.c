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
    statistics_compute(&statistics, &depth, 1);
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
    statistics_compute(&s, &depth, 1);
    assert_int_equal(s.imbalance, -5000); /* -20 / 40 */
    statistics_compute(&s, &depth, 2);
    assert_int_equal(s.imbalance, -5000); /* -60 / 120 */
    statistics_compute(&s, &depth, STATISTICS_IMBALANCE_LEVELS);
    assert_int_equal(s.imbalance, -2000); /* -30 / 150 */
    statistics_compute(&s, &depth, 0);
    assert_int_equal(s.imbalance, 0); /* of nothing */

    depth.bid_count = depth.ask_count = DEPTH_LEVELS; /* sums far beyond 63 bits */
    for (int n = 0; n < DEPTH_LEVELS; n++) {
        depth.bids[n] = (struct level){5000 - n, INT64_MAX};
        depth.asks[n] = (struct level){6000 + n, INT64_MAX / 3};
    }
    statistics_compute(&s, &depth, UINT32_MAX);
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
    statistics_compute(&s, &depth, 5);
    assert_false(s.two_sided);
    assert_true(s.best_bid == PRICE_NONE);
    assert_int_equal(s.best_ask, 60);
    depth.ask_count = 0;
    statistics_compute(&s, &depth, 5);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
