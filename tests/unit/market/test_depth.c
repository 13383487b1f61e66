#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/market/depth.h"

#define ONE 10000

static struct depth depth, other; /* 32 KB each */

static void assert_levels(const struct level *levels, uint32_t held, const struct level *expected, uint32_t count)
{
    assert_int_equal(held, count);
    for (uint32_t n = 0; n < count; n++) {
        assert_int_equal(levels[n].price, expected[n].price);
        assert_int_equal(levels[n].quantity, expected[n].quantity);
    }
}

static void depth_set(const struct level *bids, uint32_t bid_count, const struct level *asks, uint32_t ask_count)
{
    memset(&depth, 0xEE, sizeof depth);
    depth.bid_count = bid_count;
    depth.ask_count = ask_count;
    depth.bids_in_book = bid_count + 10;
    depth.asks_in_book = ask_count + 20;
    if (bid_count > 0) memcpy(depth.bids, bids, bid_count * sizeof *bids);
    if (ask_count > 0) memcpy(depth.asks, asks, ask_count * sizeof *asks);
}

static void copy_takes_the_best(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, ONE);
    depth_copy(&depth, &book, 5);
    assert_int_equal(depth.bid_count + depth.ask_count + depth.bids_in_book + depth.asks_in_book, 0);
    assert_true(depth_best_bid(&depth) == PRICE_NONE && depth_best_ask(&depth) == PRICE_NONE);

    const struct level bids[] = {{1, 10}, {2, 20}, {3, 30}}, asks[] = {{9, 90}, {8, 80}};
    assert_int_equal(order_book_replace(&book, bids, 3, asks, 2), BOOK_OK);
    depth_copy(&depth, &book, 2);
    assert_levels(depth.bids, depth.bid_count, (struct level[]){{3, 30}, {2, 20}}, 2);
    assert_levels(depth.asks, depth.ask_count, (struct level[]){{8, 80}, {9, 90}}, 2);
    assert_int_equal(depth.bids_in_book, 3);
    assert_int_equal(depth.asks_in_book, 2);
    assert_int_equal(depth_best_bid(&depth), 3);
    assert_int_equal(depth_best_ask(&depth), 8);
    depth_copy(&depth, &book, 0);
    assert_int_equal(depth.bid_count + depth.ask_count, 0);
    order_book_free(&book);
}

static void copy_of_a_deep_book_is_cut(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, ONE);
    for (price_t price = 1; price <= DEPTH_LEVELS + 7; price++) {
        assert_true(book_side_set(&book.bids, price, price, NULL));
        assert_true(book_side_set(&book.asks, price + 5000, price, NULL));
    }
    depth_copy(&depth, &book, UINT32_MAX);
    assert_int_equal(depth.bid_count, DEPTH_LEVELS);
    assert_int_equal(depth.ask_count, DEPTH_LEVELS);
    assert_int_equal(depth.bids_in_book, DEPTH_LEVELS + 7);
    assert_int_equal(depth.bids[DEPTH_LEVELS - 1].price, 8);
    assert_int_equal(depth.asks[DEPTH_LEVELS - 1].price, 5000 + DEPTH_LEVELS);

    depth.ask_count = 0; /* the longest side against an empty one */
    depth_mirror(&depth, ONE);
    assert_int_equal(depth.bid_count, 0);
    assert_int_equal(depth.ask_count, DEPTH_LEVELS);
    assert_int_equal(depth.asks[DEPTH_LEVELS - 1].price, ONE - 8);
    depth_mirror(&depth, ONE);
    assert_int_equal(depth.bids[DEPTH_LEVELS - 1].price, 8);
    order_book_free(&book);
}

static void assign_copies_what_is_held(void **state)
{
    (void)state;
    depth_set((struct level[]){{5, 1}, {4, 2}}, 2, (struct level[]){{6, 3}}, 1);
    memset(&other, 0x11, sizeof other);
    depth_assign(&other, &depth);
    assert_levels(other.bids, other.bid_count, (struct level[]){{5, 1}, {4, 2}}, 2);
    assert_levels(other.asks, other.ask_count, (struct level[]){{6, 3}}, 1);
    assert_int_equal(other.bids_in_book, 12);
    assert_int_equal(other.asks_in_book, 21);
    assert_true(other.bids[2].price == INT64_C(0x1111111111111111)); /* and no more than that */
    depth_assign(&other, &other);
    assert_levels(other.bids, other.bid_count, (struct level[]){{5, 1}, {4, 2}}, 2);
}

static void mirror_is_the_other_outcome(void **state)
{
    (void)state;
    static const struct level bids[] = {{6200, 1}, {6100, 2}, {100, 3}}, asks[] = {{6300, 4}};
    depth_set(bids, 3, asks, 1);
    depth_mirror(&depth, ONE);
    assert_levels(depth.bids, depth.bid_count, (struct level[]){{3700, 4}}, 1);
    assert_levels(depth.asks, depth.ask_count, (struct level[]){{3800, 1}, {3900, 2}, {9900, 3}}, 3);
    assert_int_equal(depth.bids_in_book, 21);
    assert_int_equal(depth.asks_in_book, 13);
    depth_mirror(&depth, ONE);
    assert_levels(depth.bids, depth.bid_count, bids, 3);
    assert_levels(depth.asks, depth.ask_count, asks, 1);
    assert_int_equal(depth.bids_in_book, 13);

    depth_set(asks, 1, bids, 3); /* the longer side is the asks */
    depth_mirror(&depth, ONE);
    assert_levels(depth.bids, depth.bid_count, (struct level[]){{3800, 1}, {3900, 2}, {9900, 3}}, 3);
    assert_levels(depth.asks, depth.ask_count, (struct level[]){{3700, 4}}, 1);
}

static void group_never_looks_better(void **state)
{
    (void)state;
    static const struct level bids[] = {{6250, 1}, {6240, 2}, {6200, 4}, {6199, 8}, {50, 16}};
    static const struct level asks[] = {{6201, 1}, {6300, 2}, {6301, 4}, {6400, 8}, {9999, 16}};
    depth_set(bids, 5, asks, 5);
    depth_group(&depth, 100);
    assert_levels(depth.bids, depth.bid_count, (struct level[]){{6200, 7}, {6100, 8}, {0, 16}}, 3);
    assert_levels(depth.asks, depth.ask_count, (struct level[]){{6300, 3}, {6400, 12}, {10000, 16}}, 3);
    assert_int_equal(depth.bids_in_book, 15); /* the book itself did not change */

    depth_set(bids, 5, asks, 5);
    depth_group(&depth, 1);
    assert_levels(depth.bids, depth.bid_count, bids, 5);
    assert_levels(depth.asks, depth.ask_count, asks, 5);
}

static void group_at_the_ends_of_the_numbers(void **state)
{
    (void)state;
    static const struct level bids[] = {{-1, INT64_MAX}, {-99, 1}, {-100, 1}, {-101, 2}};
    static const struct level asks[] = {{-101, 1}, {-99, 2}, {0, 3}, {INT64_MAX, 4}};
    depth_set(bids, 4, asks, 4);
    depth_group(&depth, 100);
    assert_levels(depth.bids, depth.bid_count, (struct level[]){{-100, INT64_MAX}, {-200, 2}}, 2);
    assert_levels(depth.asks, depth.ask_count, (struct level[]){{-100, 1}, {0, 5}, {INT64_MAX, 4}}, 3);
}

static void cumulated_sums_saturate(void **state)
{
    (void)state;
    static const struct level levels[] = {{1, 5}, {2, 6}, {3, INT64_MAX - 11}, {4, 1}, {5, INT64_MAX}};
    quantity_t sums[5] = {0};
    depth_cumulate(levels, 5, sums);
    assert_int_equal(sums[0], 5);
    assert_int_equal(sums[1], 11);
    assert_true(sums[2] == INT64_MAX && sums[3] == INT64_MAX && sums[4] == INT64_MAX);
    depth_cumulate(levels, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_takes_the_best),        cmocka_unit_test(copy_of_a_deep_book_is_cut),
        cmocka_unit_test(assign_copies_what_is_held), cmocka_unit_test(mirror_is_the_other_outcome),
        cmocka_unit_test(group_never_looks_better),   cmocka_unit_test(group_at_the_ends_of_the_numbers),
        cmocka_unit_test(cumulated_sums_saturate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
