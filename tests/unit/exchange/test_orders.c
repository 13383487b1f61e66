#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/exchange/dice.h"
#include "booktop/exchange/orders.h"

static void a_ladder_is_walked_both_ways(void **state)
{
    (void)state;
    static struct ladder ladder;
    memset(&ladder, 0, sizeof ladder);
    assert_int_equal(ladder_best(&ladder, LADDER_BID), LADDER_NONE);
    assert_int_equal(ladder_best(&ladder, LADDER_ASK), LADDER_NONE);
    static const int prices[] = {1, 63, 64, 127, 128, 500, 960, 999};
    for (size_t i = 0; i < 8; i++) assert_int_equal(ladder_add(&ladder, LADDER_BID, prices[i], 100), 100);
    assert_int_equal(ladder.levels[LADDER_BID], 8);
    int price = -1;
    for (size_t i = 0; i < 8; i++) assert_int_equal(price = ladder_above(&ladder, LADDER_BID, price), prices[i]);
    assert_int_equal(ladder_above(&ladder, LADDER_BID, price), LADDER_NONE);
    price = LADDER_ONE + 1;
    for (size_t i = 8; i-- > 0;) assert_int_equal(price = ladder_below(&ladder, LADDER_BID, price), prices[i]);
    assert_int_equal(ladder_below(&ladder, LADDER_BID, price), LADDER_NONE);
    assert_int_equal(ladder_best(&ladder, LADDER_BID), 999);
    assert_int_equal(ladder_best(&ladder, LADDER_ASK), LADDER_NONE);
    assert_int_equal(ladder_add(&ladder, LADDER_BID, 999, -40), 60);
    assert_int_equal(ladder_add(&ladder, LADDER_BID, 999, -60), 0);
    assert_int_equal(ladder_best(&ladder, LADDER_BID), 960);
    assert_int_equal(ladder.levels[LADDER_BID], 7);
}

static struct order order(enum ladder_side side, int price, int64_t size, unsigned token)
{
    return (struct order){size, (int16_t)price, (uint8_t)side, (uint8_t)token};
}

static void crossing_and_senseless_orders_are_refused(void **state)
{
    (void)state;
    static struct orders orders;
    memset(&orders, 0, sizeof orders);
    assert_true(orders_add(&orders, order(LADDER_ASK, 500, 100, 0), false));
    assert_false(orders_add(&orders, order(LADDER_BID, 500, 100, 0), false));
    assert_false(orders_add(&orders, order(LADDER_BID, 510, 100, 0), false));
    assert_true(orders_add(&orders, order(LADDER_BID, 490, 100, 0), false));
    assert_false(orders_add(&orders, order(LADDER_ASK, 490, 100, 0), false));
    assert_false(orders_add(&orders, order(LADDER_BID, 0, 100, 0), false));
    assert_false(orders_add(&orders, order(LADDER_ASK, LADDER_ONE, 100, 0), false));
    assert_false(orders_add(&orders, order(LADDER_BID, 400, 0, 0), false));
    assert_true(orders_uncrossed(&orders));
    assert_true(orders_add(&orders, order(LADDER_BID, 500, 100, 0), true));
    assert_false(orders_uncrossed(&orders));
    assert_int_equal(orders.count, 3);
    while (orders.count < ORDERS_MAX) assert_true(orders_add(&orders, order(LADDER_BID, 10, 1, 0), false));
    assert_false(orders_add(&orders, order(LADDER_BID, 10, 1, 0), false));
}

static void the_oldest_order_is_taken_first(void **state)
{
    (void)state;
    static struct orders orders;
    memset(&orders, 0, sizeof orders);
    assert_true(orders_add(&orders, order(LADDER_ASK, 500, 100, 1), false));
    assert_true(orders_add(&orders, order(LADDER_ASK, 510, 70, 0), false));
    assert_true(orders_add(&orders, order(LADDER_ASK, 500, 50, 0), false));
    unsigned token = 9;
    assert_int_equal(orders_take(&orders, LADDER_ASK, 500, 30, &token), 30);
    assert_int_equal(token, 1);
    assert_int_equal(orders.count, 3);
    assert_int_equal(orders.ladder.size[LADDER_ASK][500], 120);
    assert_int_equal(orders_take(&orders, LADDER_ASK, 500, 90, &token), 90);
    assert_int_equal(token, 0);
    assert_int_equal(orders.count, 2);
    assert_int_equal(orders_take(&orders, LADDER_ASK, 500, 1000, &token), 30);
    assert_int_equal(ladder_best(&orders.ladder, LADDER_ASK), 510);
    assert_int_equal(orders_take(&orders, LADDER_ASK, 500, 1000, &token), 0);
    assert_int_equal(orders_take(&orders, LADDER_BID, 510, 1000, &token), 0);
}

static void dice_are_fair_enough_and_repeat(void **state)
{
    (void)state;
    struct dice one = dice_from(7, 1), same = dice_from(7, 1), other = dice_from(7, 2), seeded = dice_from(8, 1);
    uint64_t first = dice_next(&one);
    assert_true(first == dice_next(&same));
    assert_true(first != dice_next(&other));
    assert_true(first != dice_next(&seeded));
    int64_t sum = 0;
    for (unsigned i = 0; i < 20000; i++) {
        int64_t drawn = dice_interval(&one, 1000);
        assert_in_range(drawn, 0, 5304);
        sum += drawn;
        assert_true(dice_below(&one, 3) < 3);
        assert_in_range(dice_between(&one, 5, 9), 5, 9);
    }
    assert_in_range(sum / 20000, 970, 1030);
    char digits[78];
    dice_digits(&one, digits, 77);
    assert_int_equal(strlen(digits), 77);
    assert_int_equal(strspn(digits, "0123456789"), 77);
    assert_int_not_equal(digits[0], '0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ladder_is_walked_both_ways),
        cmocka_unit_test(crossing_and_senseless_orders_are_refused),
        cmocka_unit_test(the_oldest_order_is_taken_first),
        cmocka_unit_test(dice_are_fair_enough_and_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
