#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "../../../src/market/side_bounds.h"
#include "booktop/market/book_side.h"
#include "failing_memory.h"

static const struct side_bounds arrays = {UINT32_MAX, UINT32_MAX}, trees = {0, 0}, narrow = {8, 5};

/* Best first; walked both ways. */
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
    assert_ptr_equal(book_side_worst(side), count > 0 ? book_side_level(side, count - 1) : NULL);
    for (size_t n = 0; n < count; n++) {
        const struct level *level = book_side_level(side, n);
        assert_ptr_equal(book_side_worse(side, level), book_side_level(side, n + 1));
        assert_ptr_equal(book_side_better(side, level), n > 0 ? book_side_level(side, n - 1) : NULL);
    }
}

static void bids_are_best_at_the_highest(void **state)
{
    const struct side_bounds *bounds = *state;
    struct book_side side;
    book_side_init(&side, SIDE_BID);
    assert_true(book_side_bound(&side, bounds));
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
    const struct side_bounds *bounds = *state;
    struct book_side side;
    book_side_init(&side, SIDE_ASK);
    assert_true(book_side_bound(&side, bounds));
    for (price_t price = 10; price <= 50; price += 20) assert_true(book_side_set(&side, price, price * 2, NULL));
    for (price_t price = 40; price >= 20; price -= 20) assert_true(book_side_set(&side, price, price * 2, NULL));
    assert_levels(&side, (struct level[]){{10, 20}, {20, 40}, {30, 60}, {40, 80}, {50, 100}}, 5);
    book_side_free(&side);
    assert_int_equal(side.side, SIDE_ASK);
}

static void every_place_is_found(void **state)
{
    const struct side_bounds *bounds = *state;
    for (unsigned which = SIDE_BID; which <= SIDE_ASK; which++) {
        for (price_t count = 1; count <= 40; count++) {
            struct book_side side;
            book_side_init(&side, (enum side)which);
            assert_true(book_side_bound(&side, bounds));
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
    const struct side_bounds *bounds = *state;
    struct book_side side;
    book_side_init(&side, SIDE_ASK);
    assert_true(book_side_bound(&side, bounds));
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

/* ---- assigning, clearing ---- */

/* `count` levels worst to best, of the prices 1 … count. */
static const struct level *levels_make(enum side which, size_t count)
{
    static struct level levels[2000];
    for (size_t n = 0; n < count; n++)
        levels[n] = (struct level){(price_t)(which == SIDE_BID ? n + 1 : count - n), (quantity_t)n + 100};
    return levels;
}

static void assert_made(const struct book_side *side, size_t count)
{
    assert_int_equal(side->count, count);
    const struct level *levels = levels_make(side->side, count), *level = book_side_worst(side);
    for (size_t n = 0; n < count; n++, level = book_side_better(side, level))
        assert_true(level->price == levels[n].price && level->quantity == levels[n].quantity);
    assert_null(level);
}

static void assigning_replaces_everything(void **state)
{
    static const size_t counts[] = {0, 3, 20, 7, 6, 5, 4, 9, 1, 0, 12, 0};
    for (int which = SIDE_BID; which <= SIDE_ASK; which++) {
        struct book_side side;
        book_side_init(&side, (enum side)which);
        assert_true(book_side_bound(&side, *state));
        for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
            assert_true(book_side_assign(&side, counts[n] > 0 ? levels_make(side.side, counts[n]) : NULL, counts[n]));
            assert_made(&side, counts[n]);
            assert_true(book_side_set(&side, 1000, 5, NULL)); /* it goes on from there */
            assert_int_equal(book_side_quantity(&side, 1000), 5);
            assert_true(book_side_set(&side, 1000, 0, NULL));
            assert_made(&side, counts[n]);
        }
        assert_false(book_side_assign(&side, levels_make(side.side, 1), SIZE_MAX));
        assert_true(book_side_assign(&side, levels_make(side.side, 9), 9));
        book_side_clear(&side);
        assert_levels(&side, NULL, 0);
        book_side_clear(&side);
        assert_true(book_side_set(&side, 3, 4, NULL));
        assert_levels(&side, (struct level[]){{3, 4}}, 1);
        book_side_free(&side);
    }
}

static void assigning_without_memory_changes_nothing(void **state)
{
    struct book_side side;
    book_side_init(&side, SIDE_ASK);
    assert_true(book_side_bound(&side, *state));
    assert_true(book_side_assign(&side, levels_make(SIDE_ASK, 4), 4));
    memory_fail(1, true);
    assert_false(book_side_assign(&side, levels_make(SIDE_ASK, 40), 40));
    assert_made(&side, 4);
    memory_fail(0, false);
    assert_true(book_side_reserve(&side, 40));
    memory_fail(1, true);
    assert_true(book_side_assign(&side, levels_make(SIDE_ASK, 40), 40)); /* what was reserved is there */
    assert_made(&side, 40);
    assert_true(book_side_assign(&side, levels_make(SIDE_ASK, 2), 2));
    for (price_t price = 3; price <= 40; price++) assert_true(book_side_set(&side, price, 1, NULL));
    memory_fail(0, false);
    book_side_free(&side);
}

/* ---- moving ---- */

static void a_side_moves_late_both_ways(void **state)
{
    (void)state;
    struct book_side side;
    book_side_init(&side, SIDE_BID);
    assert_true(book_side_bound(&side, &narrow));
    for (int round = 0; round < 3; round++) {
        for (price_t price = 1; price <= 12; price++) {
            assert_true(book_side_set(&side, price, 1, NULL));
            assert_int_equal(side.is_tree, price > 8);
        }
        for (price_t price = 12; price > 0; price--) {
            assert_true(book_side_set(&side, price, 0, NULL));
            assert_int_equal(side.is_tree, price - 1 >= 5);
        }
        if (round == 0) memory_fail(0, false);
    }
    assert_int_equal(memory_requests, 0); /* to and fro in what it has */
    assert_true(book_side_assign(&side, levels_make(SIDE_BID, 9), 9));
    assert_true(side.is_tree);
    assert_true(book_side_assign(&side, levels_make(SIDE_BID, 5), 5));
    assert_true(side.is_tree);
    book_side_clear(&side);
    assert_false(side.is_tree);
    assert_true(book_side_assign(&side, levels_make(SIDE_BID, 8), 8));
    assert_false(side.is_tree);
    assert_true(book_side_bound(&side, &trees));
    assert_true(side.is_tree);
    assert_made(&side, 8);
    assert_true(book_side_bound(&side, &arrays));
    assert_false(side.is_tree);
    assert_made(&side, 8);
    assert_true(book_side_bound(&side, &arrays));
    book_side_free(&side);
    assert_null(side.bounds);
}

static void moves_happen_at_the_measured_depths(void **state)
{
    (void)state;
    struct book_side side;
    book_side_init(&side, SIDE_ASK);
    for (price_t price = 1; price <= 1100; price++) {
        assert_true(book_side_set(&side, price, 1, NULL));
        assert_int_equal(side.is_tree, price > 1024);
    }
    for (price_t price = 1; price <= 1100; price++) {
        assert_int_equal(book_side_best(&side)->price, price);
        assert_true(book_side_set(&side, price, 0, NULL));
        assert_int_equal(side.is_tree, 1100 - price >= 512);
    }
    book_side_free(&side);
}

/* Without memory a side stays what it is, and works. */
static void a_move_without_memory_does_not_take_place(void **state)
{
    (void)state;
    for (unsigned long fails = 1; fails <= 2; fails++) { /* the tree, its nodes */
        struct book_side side;
        book_side_init(&side, SIDE_BID);
        assert_true(book_side_bound(&side, &narrow));
        assert_true(book_side_reserve(&side, 20));
        for (price_t price = 1; price <= 8; price++) assert_true(book_side_set(&side, price, 99 + price, NULL));
        memory_fail(fails, true);
        assert_true(book_side_set(&side, 9, 108, NULL));
        assert_false(side.is_tree);
        assert_made(&side, 9);
        assert_true(book_side_assign(&side, levels_make(SIDE_BID, 20), 20));
        assert_false(side.is_tree);
        assert_false(book_side_bound(&side, &narrow));
        assert_made(&side, 20);
        memory_fail(0, false);
        assert_true(book_side_set(&side, 20, 0, NULL)); /* only growth moves it */
        assert_false(side.is_tree);
        assert_true(book_side_set(&side, 20, 119, NULL));
        assert_true(side.is_tree);
        assert_made(&side, 20);

        /* And back: the array, which lacks what the tree has grown by. */
        assert_true(book_side_assign(&side, levels_make(SIDE_BID, 50), 50));
        for (price_t price = 50; price > 5; price--) assert_true(book_side_set(&side, price, 0, NULL));
        assert_true(side.is_tree);
        memory_fail(1, true);
        assert_true(book_side_set(&side, 5, 0, NULL));
        assert_true(side.is_tree);
        assert_made(&side, 4);
        assert_true(book_side_assign(&side, levels_make(SIDE_BID, 3), 3));
        assert_true(side.is_tree);
        assert_made(&side, 3);
        book_side_clear(&side);
        assert_true(side.is_tree);
        assert_levels(&side, NULL, 0);
        assert_true(book_side_assign(&side, levels_make(SIDE_BID, 50), 50)); /* its room is still there */
        assert_made(&side, 50);
        memory_fail(0, false);
        assert_true(book_side_assign(&side, levels_make(SIDE_BID, 3), 3));
        assert_false(side.is_tree);
        assert_made(&side, 3);
        memory_fail(1, true);
        for (price_t price = 4; price <= 50; price++) assert_true(book_side_set(&side, price, 1, NULL));
        memory_fail(0, false);
        book_side_free(&side);
    }
}

static void a_tree_without_memory_refuses(void **state)
{
    (void)state;
    struct book_side side;
    book_side_init(&side, SIDE_BID);
    assert_true(book_side_bound(&side, &trees));
    assert_true(book_side_reserve(&side, 3));
    for (price_t price = 1; price <= 3; price++) assert_true(book_side_set(&side, price, 99 + price, NULL));
    assert_true(side.is_tree);
    quantity_t before = -1;
    memory_fail(1, true);
    assert_false(book_side_set(&side, 4, 1, &before));
    assert_int_equal(before, -1);
    assert_false(book_side_reserve(&side, 4));
    assert_false(book_side_reserve(&side, SIZE_MAX));
    assert_made(&side, 3);
    assert_true(book_side_set(&side, 2, 7, &before)); /* needs no room */
    assert_int_equal(before, 101);
    assert_true(book_side_set(&side, 4, 0, &before));
    assert_int_equal(before, 0);
    memory_fail(0, false);
    assert_true(book_side_set(&side, 4, 1, NULL));
    assert_true(book_side_reserve(&side, 100));
    memory_fail(0, false);
    for (price_t price = 5; price <= 100; price++) assert_true(book_side_set(&side, price, 1, NULL));
    assert_int_equal(memory_requests, 0);
    book_side_free(&side);
}

int main(void)
{
    void *in_arrays = (void *)&arrays, *in_trees = (void *)&trees, *moving = (void *)&narrow;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(bids_are_best_at_the_highest, in_arrays),
        cmocka_unit_test_prestate(bids_are_best_at_the_highest, in_trees),
        cmocka_unit_test_prestate(asks_are_best_at_the_lowest, in_arrays),
        cmocka_unit_test_prestate(asks_are_best_at_the_lowest, in_trees),
        cmocka_unit_test_prestate(every_place_is_found, in_arrays),
        cmocka_unit_test_prestate(every_place_is_found, in_trees),
        cmocka_unit_test_prestate(every_place_is_found, moving),
        cmocka_unit_test_prestate(extreme_prices_keep_their_order, in_arrays),
        cmocka_unit_test_prestate(extreme_prices_keep_their_order, in_trees),
        cmocka_unit_test(without_memory_nothing_changes),
        cmocka_unit_test(reserved_room_suffices),
        cmocka_unit_test_prestate(assigning_replaces_everything, in_arrays),
        cmocka_unit_test_prestate(assigning_replaces_everything, in_trees),
        cmocka_unit_test_prestate(assigning_replaces_everything, moving),
        cmocka_unit_test_prestate(assigning_without_memory_changes_nothing, in_arrays),
        cmocka_unit_test_prestate(assigning_without_memory_changes_nothing, in_trees),
        cmocka_unit_test_prestate(assigning_without_memory_changes_nothing, moving),
        cmocka_unit_test(a_side_moves_late_both_ways),
        cmocka_unit_test(moves_happen_at_the_measured_depths),
        cmocka_unit_test(a_move_without_memory_does_not_take_place),
        cmocka_unit_test(a_tree_without_memory_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
