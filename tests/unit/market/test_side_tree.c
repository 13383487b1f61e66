/* The tree itself: red and black as they must be, whichever way it grew. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../../src/market/side_tree.h"
#include "failing_memory.h"

#define PRICES 400

/* Black nodes on every way down, or -1 where they differ, a red node has a red child, or a parent is not what it
 * should be. */
static int black_height(const struct side_node *node, const struct side_node *parent)
{
    if (node == NULL) return 0;
    bool red = RB_COLOR(node, entry) == RB_RED;
    if (RB_PARENT(node, entry) != parent) return -1;
    if (red && (parent == NULL || RB_COLOR(parent, entry) == RB_RED)) return -1;
    int left = black_height(RB_LEFT(node, entry), node), right = black_height(RB_RIGHT(node, entry), node);
    return left < 0 || left != right ? -1 : left + !red;
}

/* All prices from `first` on, `step` apart, and no others; in both directions. */
static void assert_tree(const struct side_tree *tree, price_t first, price_t step, uint32_t count)
{
    assert_true(black_height(RB_ROOT(&tree->nodes), NULL) >= 0);
    price_t best = tree->side == SIDE_BID ? first + step * ((price_t)count - 1) : first;
    price_t worse = tree->side == SIDE_BID ? -step : step;
    const struct level *level = tree->best != NULL ? &tree->best->level : NULL, *last = NULL;
    uint32_t walked = 0;
    for (; level != NULL && walked < count; walked++) {
        assert_int_equal(level->price, best + worse * (price_t)walked);
        assert_ptr_equal(side_tree_better(tree, level), last);
        assert_ptr_equal(side_tree_find(tree, level->price), level);
        last = level;
        level = side_tree_worse(tree, level);
    }
    assert_int_equal(walked, count);
    assert_null(level);
    assert_ptr_equal(side_tree_worst(tree), last);
}

static void assigned_trees_are_red_black(void **state)
{
    (void)state;
    static struct level levels[PRICES];
    for (int side = SIDE_BID; side <= SIDE_ASK; side++) {
        struct side_tree *tree = side_tree_create((enum side)side);
        assert_non_null(tree);
        assert_tree(tree, 0, 1, 0);
        assert_true(side_tree_reserve(tree, PRICES));
        for (uint32_t count = 0; count <= PRICES; count++) {
            for (uint32_t n = 0; n < count; n++)
                levels[n] = (struct level){side == SIDE_BID ? 10 + n : 10 + (count - 1 - n), 1};
            side_tree_assign(tree, levels, count);
            assert_tree(tree, 10, 1, count);
            assert_null(side_tree_find(tree, 9));
            assert_null(side_tree_find(tree, 10 + (price_t)count));
        }
        side_tree_clear(tree);
        assert_tree(tree, 0, 1, 0);
        side_tree_free(tree);
    }
    side_tree_free(NULL);
}

static void trees_stay_red_black(void **state)
{
    (void)state;
    for (int side = SIDE_BID; side <= SIDE_ASK; side++) {
        struct side_tree *tree = side_tree_create((enum side)side);
        assert_non_null(tree);
        for (price_t n = 0; n < PRICES; n++) {
            assert_true(side_tree_reserve(tree, (uint32_t)n + 1));
            side_tree_insert(tree, (struct level){n * 163 % PRICES, n + 1});
            assert_true(black_height(RB_ROOT(&tree->nodes), NULL) >= 0);
        }
        assert_tree(tree, 0, 1, PRICES);
        const struct level *kept = side_tree_find(tree, 7);
        for (price_t n = 0; n < PRICES; n++) {
            price_t price = n * 57 % PRICES;
            if (price % 2 == 0) side_tree_remove(tree, side_tree_find(tree, price));
            assert_true(black_height(RB_ROOT(&tree->nodes), NULL) >= 0);
        }
        assert_tree(tree, 1, 2, PRICES / 2);
        assert_ptr_equal(side_tree_find(tree, 7), kept); /* no level moved */
        uint32_t room = tree->room;
        for (price_t n = 0; n < PRICES; n += 2) side_tree_insert(tree, (struct level){n, 1}); /* nodes given back */
        assert_tree(tree, 0, 1, PRICES);
        assert_int_equal(tree->room, room);
        while (tree->best != NULL) side_tree_remove(tree, &tree->best->level);
        assert_tree(tree, 0, 1, 0);
        side_tree_free(tree);
    }
}

static void without_memory_there_is_no_more_room(void **state)
{
    (void)state;
    memory_fail(1, true);
    assert_null(side_tree_create(SIDE_BID));
    memory_fail(0, false);
    struct side_tree *tree = side_tree_create(SIDE_BID);
    assert_true(side_tree_reserve(tree, 2));
    memory_fail(1, true);
    assert_false(side_tree_reserve(tree, 3));
    assert_true(side_tree_reserve(tree, 2));
    assert_int_equal(tree->room, 2);
    memory_fail(0, false);
    side_tree_free(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assigned_trees_are_red_black),
        cmocka_unit_test(trees_stay_red_black),
        cmocka_unit_test(without_memory_there_is_no_more_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
