#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "../../../src/market/level_sort.h"

#define MOST 7

/* Sorts a permutation and looks whether prices 1..count come out in the side's order, each with its own quantity. */
static void assert_sorts(const struct level *permutation, size_t count, enum side side)
{
    struct level levels[MOST];
    memcpy(levels, permutation, count * sizeof *levels);
    level_sort(levels, count, side);
    for (size_t n = 0; n < count; n++) {
        price_t expected = side == SIDE_BID ? (price_t)n + 1 : (price_t)(count - n);
        assert_int_equal(levels[n].price, expected);
        assert_int_equal(levels[n].quantity, 10 * expected);
    }
}

/* Heap, "Permutations by interchanges", 1963: all orders of the first `open` levels. */
static void for_all_orders(struct level *levels, size_t open, size_t count)
{
    if (open <= 1) {
        assert_sorts(levels, count, SIDE_BID);
        assert_sorts(levels, count, SIDE_ASK);
        return;
    }
    for (size_t n = 0; n < open; n++) {
        for_all_orders(levels, open - 1, count);
        size_t other = open % 2 == 0 ? n : 0;
        struct level held = levels[other];
        levels[other] = levels[open - 1];
        levels[open - 1] = held;
    }
}

static void every_order_is_sorted(void **state)
{
    (void)state;
    for (size_t count = 1; count <= MOST; count++) {
        struct level levels[MOST];
        for (size_t n = 0; n < count; n++) levels[n] = (struct level){(price_t)n + 1, 10 * ((quantity_t)n + 1)};
        for_all_orders(levels, count, count);
    }
    level_sort(NULL, 0, SIDE_BID);
}

static void equal_prices_come_together(void **state)
{
    (void)state;
    struct level levels[] = {{5, 1}, {3, 2}, {5, 3}, {4, 4}, {3, 5}, {5, 6}};
    level_sort(levels, 6, SIDE_ASK);
    static const price_t expected[] = {5, 5, 5, 4, 3, 3};
    quantity_t sum = 0;
    for (size_t n = 0; n < 6; n++) {
        assert_int_equal(levels[n].price, expected[n]);
        sum += levels[n].quantity;
    }
    assert_int_equal(sum, 21);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_is_sorted),
        cmocka_unit_test(equal_prices_come_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
