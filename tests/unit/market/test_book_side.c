#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/market/book_side.h"
#include "failing_memory.h"

/* Best first. */
static void assert_levels(const struct book_side *side, const struct level *expected, size_t count)
{
    assert_int_equal(side->count, count);
    for (size_t n = 0; n < count; n++) {
        const struct level *level = book_side_level(side, n);
        assert_non_null(level);
        assert_int_equal(level->price, expected[n].price);
        assert_int_equal(level->quantity, expected[n].quantity);
        assert_int_equal(book_side_quantity(side, level->price), level->quantity);
    }
    assert_null(book_side_level(side, count));
    assert_null(book_side_level(side, SIZE_MAX));
    assert_ptr_equal(book_side_best(side), book_side_level(side, 0));
}

static void bids_are_best_at_the_highest(void **state)
{
    (void)state;
    struct book_side side;
    book_side_init(&side, SIDE_BID);
    assert_levels(&side, NULL, 0);
    quantity_t before = -1;
    assert_true(book_side_set(&side, 50, 5, &before));
    assert_int_equal(before, 0);
    assert_true(book_side_set(&side, 70, 7, NULL));
    assert_true(book_side_set(&side, 60, 6, NULL));
    assert_true(book_side_set(&side, 40, 4, NULL));
    assert_levels(&side, (struct level[]){{70, 7}, {60, 6}, {50, 5}, {40, 4}}, 4);

    assert_true(book_side_set(&side, 60, 66, &before)); /* changed */
    assert_int_equal(before, 6);
    assert_true(book_side_set(&side, 70, 0, &before)); /* the best goes */
    assert_int_equal(before, 7);
    assert_true(book_side_set(&side, 40, 0, &before)); /* the worst goes */
    assert_int_equal(before, 4);
    assert_true(book_side_set(&side, 45, 0, &before)); /* never there */
    assert_int_equal(before, 0);
    assert_levels(&side, (struct level[]){{60, 66}, {50, 5}}, 2);
    assert_int_equal(book_side_quantity(&side, 55), 0);
    book_side_free(&side);
    assert_levels(&side, NULL, 0);
    assert_int_equal(side.side, SIDE_BID);
}

static void asks_are_best_at_the_lowest(void **state)
{
    (void)state;
    struct book_side side;
    book_side_init(&side, SIDE_ASK);
    for (price_t price = 10; price <= 50; price += 20) assert_true(book_side_set(&side, price, price * 2, NULL));
    for (price_t price = 40; price >= 20; price -= 20) assert_true(book_side_set(&side, price, price * 2, NULL));
    assert_levels(&side, (struct level[]){{10, 20}, {20, 40}, {30, 60}, {40, 80}, {50, 100}}, 5);
    book_side_free(&side);
    assert_int_equal(side.side, SIDE_ASK);
}

static void every_place_is_found(void **state)
{
    (void)state;
    for (unsigned which = SIDE_BID; which <= SIDE_ASK; which++) {
        for (price_t count = 1; count <= 40; count++) {
            struct book_side side;
            book_side_init(&side, (enum side)which);
            for (price_t n = 1; n <= count; n++) assert_true(book_side_set(&side, 2 * n, n, NULL));
            for (price_t n = 1; n <= count; n++) {
                assert_int_equal(book_side_quantity(&side, 2 * n), n);
                assert_int_equal(book_side_quantity(&side, 2 * n + 1), 0);
            }
            assert_int_equal(book_side_quantity(&side, 1), 0);
            book_side_free(&side);
        }
    }
}

static void extreme_prices_keep_their_order(void **state)
{
    (void)state;
    struct book_side side;
    book_side_init(&side, SIDE_ASK);
    assert_true(book_side_set(&side, INT64_MAX, 1, NULL));
    assert_true(book_side_set(&side, 1, INT64_MAX, NULL));
    assert_true(book_side_set(&side, INT64_MIN + 1, 3, NULL));
    assert_levels(&side, (struct level[]){{INT64_MIN + 1, 3}, {1, INT64_MAX}, {INT64_MAX, 1}}, 3);
    book_side_free(&side);
}

static void without_memory_nothing_changes(void **state)
{
    (void)state;
    struct book_side side;
    book_side_init(&side, SIDE_BID);
    quantity_t before = -1;
    memory_fail(1, true);
    assert_false(book_side_set(&side, 50, 5, &before));
    assert_int_equal(before, -1);
    assert_levels(&side, NULL, 0);
    memory_fail(0, false);
    assert_true(book_side_set(&side, 50, 5, NULL));
    memory_fail(1, true);
    assert_false(book_side_set(&side, 60, 6, &before));
    assert_false(book_side_reserve(&side, 2));
    assert_false(book_side_reserve(&side, SIZE_MAX));
    assert_levels(&side, (struct level[]){{50, 5}}, 1);
    assert_true(book_side_set(&side, 50, 7, &before)); /* needs no room */
    assert_int_equal(before, 5);
    assert_true(book_side_set(&side, 60, 0, NULL));
    assert_true(book_side_set(&side, 50, 0, NULL));
    memory_fail(0, false);
    book_side_free(&side);
}

static void reserved_room_suffices(void **state)
{
    (void)state;
    struct book_side side;
    book_side_init(&side, SIDE_ASK);
    memory_fail(0, false);
    assert_true(book_side_reserve(&side, 30));
    assert_int_equal(memory_requests, 1);
    for (price_t price = 1; price <= 30; price++) assert_true(book_side_set(&side, price, 1, NULL));
    assert_true(book_side_reserve(&side, 30));
    assert_true(book_side_reserve(&side, 0));
    assert_int_equal(memory_requests, 1);
    assert_false(book_side_reserve(&side, (size_t)UINT32_MAX + 2)); /* not cut to 1 */
    book_side_free(&side);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bids_are_best_at_the_highest),   cmocka_unit_test(asks_are_best_at_the_lowest),
        cmocka_unit_test(every_place_is_found),           cmocka_unit_test(extreme_prices_keep_their_order),
        cmocka_unit_test(without_memory_nothing_changes), cmocka_unit_test(reserved_room_suffices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
