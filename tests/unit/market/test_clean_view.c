#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/market/clean_view.h"

static struct depth depth; /* 32 KB */

/* Bids 55, 52, 50; asks 53, 54, 55, 56: crossed. Quantities are the prices, so that levels are told apart. */
static void book_start(struct order_book *book)
{
    static const struct level bids[] = {{50, 50}, {52, 52}, {55, 55}},
                              asks[] = {{56, 56}, {55, 55}, {54, 54}, {53, 53}};
    order_book_init(book, 100);
    assert_int_equal(order_book_replace(book, bids, 3, asks, 4), BOOK_OK);
}

static void assert_cut(const struct order_book *book, struct clean_rule rule, enum side side, uint32_t levels)
{
    struct clean_cut cut = clean_view_cut(book, &rule);
    assert_int_equal(cut.levels, levels);
    if (levels > 0) assert_int_equal(cut.side, side);
    depth_copy(&depth, book, DEPTH_LEVELS);
    struct depth *before = test_malloc(sizeof *before);
    *before = depth;
    clean_view_apply(&depth, &cut);
    assert_int_equal(depth.bids_in_book, before->bids_in_book);
    assert_int_equal(depth.asks_in_book, before->asks_in_book);
    uint32_t bids_left = before->bid_count - (side == SIDE_BID ? levels : 0);
    uint32_t asks_left = before->ask_count - (side == SIDE_ASK ? levels : 0);
    assert_int_equal(depth.bid_count, bids_left);
    assert_int_equal(depth.ask_count, asks_left);
    assert_memory_equal(depth.bids, before->bids + (before->bid_count - bids_left), bids_left * sizeof *depth.bids);
    assert_memory_equal(depth.asks, before->asks + (before->ask_count - asks_left), asks_left * sizeof *depth.asks);
    if (bids_left > 0 && asks_left > 0) assert_true(depth_best_bid(&depth) < depth_best_ask(&depth));
    test_free(before);
}

static void what_crosses_goes_on_the_other_side(void **state)
{
    (void)state;
    struct order_book book;
    book_start(&book);
    /* A bid was newest: asks at or below 55 cannot be. An ask was newest: bids at or above 53 cannot. */
    assert_cut(&book, (struct clean_rule){SIDE_BID, PRICE_NONE, PRICE_NONE}, SIDE_ASK, 3);
    assert_cut(&book, (struct clean_rule){SIDE_ASK, PRICE_NONE, PRICE_NONE}, SIDE_BID, 1);
    order_book_free(&book);
}

static void a_said_price_rules_out_more(void **state)
{
    (void)state;
    struct order_book book;
    book_start(&book);
    assert_cut(&book, (struct clean_rule){SIDE_ASK, 52, 53}, SIDE_BID, 1);
    assert_cut(&book, (struct clean_rule){SIDE_ASK, 51, 53}, SIDE_BID,
               2); /* 52 is beyond 51, though it crosses nothing */
    assert_cut(&book, (struct clean_rule){SIDE_ASK, 50, 53}, SIDE_BID, 2);
    assert_cut(&book, (struct clean_rule){SIDE_BID, 55, 56}, SIDE_ASK, 3);
    /* One that rules out less than what crosses does not save it. */
    assert_cut(&book, (struct clean_rule){SIDE_BID, 55, 53}, SIDE_ASK, 3);
    assert_cut(&book, (struct clean_rule){SIDE_ASK, 55, 53}, SIDE_BID, 1);
    /* What was said of the newest side itself takes nothing from it. */
    assert_cut(&book, (struct clean_rule){SIDE_BID, 50, PRICE_NONE}, SIDE_ASK, 3);
    assert_cut(&book, (struct clean_rule){SIDE_ASK, PRICE_NONE, 56}, SIDE_BID, 1);
    order_book_free(&book);
}

static void a_side_may_go_altogether(void **state)
{
    (void)state;
    struct order_book book;
    book_start(&book);
    assert_cut(&book, (struct clean_rule){SIDE_BID, PRICE_NONE, 99}, SIDE_ASK, 4);
    assert_int_equal(depth.ask_count, 0);
    assert_cut(&book, (struct clean_rule){SIDE_ASK, 1, PRICE_NONE}, SIDE_BID, 3);
    assert_int_equal(depth.bid_count, 0);
    order_book_free(&book);
}

static void locked_is_cut_as_crossed_is(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, 100);
    static const struct level bids[] = {{39, 1}, {40, 1}}, asks[] = {{41, 1}, {40, 1}};
    assert_int_equal(order_book_replace(&book, bids, 2, asks, 2), BOOK_OK);
    assert_cut(&book, (struct clean_rule){SIDE_BID, PRICE_NONE, PRICE_NONE}, SIDE_ASK, 1);
    assert_cut(&book, (struct clean_rule){SIDE_ASK, PRICE_NONE, PRICE_NONE}, SIDE_BID, 1);
    order_book_free(&book);
}

static void a_sound_book_is_left_alone(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, 100);
    const struct clean_rule rule = {SIDE_ASK, 10, 90};
    assert_int_equal(clean_view_cut(&book, &rule).levels, 0);
    static const struct level bids[] = {{39, 1}, {40, 1}}, asks[] = {{41, 1}};
    assert_int_equal(order_book_replace(&book, bids, 2, NULL, 0), BOOK_OK);
    assert_cut(&book, rule, SIDE_BID, 0); /* whatever was said */
    assert_int_equal(order_book_replace(&book, bids, 2, asks, 1), BOOK_OK);
    assert_cut(&book, rule, SIDE_BID, 0);
    order_book_free(&book);
}

static void a_short_copy_loses_what_it_has(void **state)
{
    (void)state;
    struct order_book book;
    book_start(&book);
    const struct clean_rule rule = {SIDE_BID, PRICE_NONE, PRICE_NONE};
    struct clean_cut cut = clean_view_cut(&book, &rule);
    depth_copy(&depth, &book, 2);
    clean_view_apply(&depth, &cut); /* three levels of two */
    assert_int_equal(depth.ask_count, 0);
    assert_int_equal(depth.bid_count, 2);
    assert_int_equal(depth.asks_in_book, 4);
    order_book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_crosses_goes_on_the_other_side),
        cmocka_unit_test(a_said_price_rules_out_more),
        cmocka_unit_test(a_side_may_go_altogether),
        cmocka_unit_test(locked_is_cut_as_crossed_is),
        cmocka_unit_test(a_sound_book_is_left_alone),
        cmocka_unit_test(a_short_copy_loses_what_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
