#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "../../../src/market/side_bounds.h"
#include "booktop/market/order_book.h"
#include "failing_memory.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SET(s, p, q)                                                                                                   \
    {                                                                                                                  \
        .side = (s), .price = (p), .quantity = (q), .mode = CHANGE_SET                                                 \
    }
#define ADD(s, p, q)                                                                                                   \
    {                                                                                                                  \
        .side = (s), .price = (p), .quantity = (q), .mode = CHANGE_ADD                                                 \
    }
#define BIDS(book, ...)                                                                                                \
    assert_side(&(book)->bids, (struct level[]){__VA_ARGS__}, COUNT(((struct level[]){__VA_ARGS__})))
#define ASKS(book, ...)                                                                                                \
    assert_side(&(book)->asks, (struct level[]){__VA_ARGS__}, COUNT(((struct level[]){__VA_ARGS__})))

/* Best first. */
static void assert_side(const struct book_side *side, const struct level *expected, size_t count)
{
    assert_int_equal(side->count, count);
    for (size_t n = 0; n < count; n++) {
        assert_int_equal(book_side_level(side, n)->price, expected[n].price);
        assert_int_equal(book_side_level(side, n)->quantity, expected[n].quantity);
    }
}

/* Bids 62 (6), 61 (5), 60 (4); asks 63 (7), 64 (8). */
static void book_start(struct order_book *book)
{
    static const struct level bids[] = {{60, 4}, {61, 5}, {62, 6}};
    static const struct level asks[] = {{64, 8}, {63, 7}};
    order_book_init(book, 100);
    assert_int_equal(order_book_replace(book, bids, 3, asks, 2), BOOK_OK);
    assert_int_equal(book->version, 1);
}

static void assert_start(const struct order_book *book)
{
    BIDS(book, {62, 6}, {61, 5}, {60, 4});
    ASKS(book, {63, 7}, {64, 8});
    assert_int_equal(book->version, 1);
}

static void snapshot_replaces_everything(void **state)
{
    (void)state;
    struct order_book book;
    book_start(&book);
    assert_start(&book);
    assert_int_equal(order_book_best_bid(&book), 62);
    assert_int_equal(order_book_best_ask(&book), 63);

    const struct level bids[] = {{1, 1}};
    assert_int_equal(order_book_replace(&book, bids, 1, NULL, 0), BOOK_OK);
    BIDS(&book, {1, 1});
    assert_int_equal(book.asks.count, 0);
    assert_true(order_book_best_ask(&book) == PRICE_NONE);
    assert_int_equal(book.version, 2);
    assert_int_equal(order_book_replace(&book, NULL, 0, NULL, 0), BOOK_OK);
    assert_true(order_book_best_bid(&book) == PRICE_NONE);
    order_book_free(&book);
    assert_int_equal(book.limit, 100);
}

static void snapshot_in_any_order(void **state)
{
    (void)state;
    static const struct level bids[][3] = {{{62, 6}, {61, 5}, {60, 4}},
                                           {{61, 5}, {62, 6}, {60, 4}},
                                           {{60, 4}, {62, 6}, {61, 5}},
                                           {{62, 6}, {60, 4}, {61, 5}}};
    static const struct level asks[][2] = {{{63, 7}, {64, 8}}, {{64, 8}, {63, 7}}};
    for (size_t b = 0; b < COUNT(bids); b++) {
        for (size_t a = 0; a < COUNT(asks); a++) {
            struct order_book book;
            order_book_init(&book, 100);
            assert_int_equal(order_book_replace(&book, bids[b], 3, asks[a], 2), BOOK_OK);
            assert_start(&book);
            order_book_free(&book);
        }
    }
}

static void same_level_twice_is_one(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, 100);
    const struct level bids[] = {{60, 4}, {61, 5}, {61, 5}, {61, 5}, {62, 6}, {60, 4}};
    const struct level asks[] = {{64, 8}, {64, 8}, {63, 7}};
    assert_int_equal(order_book_replace(&book, bids, COUNT(bids), asks, COUNT(asks)), BOOK_OK);
    assert_start(&book);

    const struct level differing[] = {{60, 4}, {61, 5}, {60, 5}};
    assert_int_equal(order_book_replace(&book, differing, 3, NULL, 0), BOOK_PRICE_TWICE);
    assert_int_equal(order_book_replace(&book, NULL, 0, differing, 3), BOOK_PRICE_TWICE);
    assert_int_equal(order_book_replace(&book, bids, COUNT(bids), differing, 3), BOOK_PRICE_TWICE);
    assert_start(&book);

    /* Once on each side is no repetition, but a locked book. */
    const struct level once[] = {{50, 1}};
    assert_int_equal(order_book_replace(&book, once, 1, once, 1), BOOK_OK);
    assert_true(order_book_locked(&book));
    order_book_free(&book);
}

static void bad_snapshots_change_nothing(void **state)
{
    (void)state;
    static const struct {
        struct level level;
        enum book_error error;
    } cases[] = {{{0, 1}, BOOK_PRICE_RANGE},          {{-1, 1}, BOOK_PRICE_RANGE},         {{100, 1}, BOOK_PRICE_RANGE},
                 {{PRICE_NONE, 1}, BOOK_PRICE_RANGE}, {{INT64_MAX, 1}, BOOK_PRICE_RANGE},  {{50, 0}, BOOK_BAD_QUANTITY},
                 {{50, -1}, BOOK_BAD_QUANTITY},       {{50, INT64_MIN}, BOOK_BAD_QUANTITY}};
    for (size_t n = 0; n < COUNT(cases); n++) {
        struct order_book book;
        book_start(&book);
        const struct level good = {50, 1}, both[] = {good, cases[n].level};
        assert_int_equal(order_book_replace(&book, both, 2, &good, 1), cases[n].error);
        assert_int_equal(order_book_replace(&book, &good, 1, both, 2), cases[n].error);
        assert_start(&book);
        order_book_free(&book);
    }
}

static void changes_apply_in_order(void **state)
{
    (void)state;
    struct order_book book;
    book_start(&book);
    const struct book_change changes[] = {
        SET(SIDE_BID, 62, 0), SET(SIDE_BID, 59, 3), SET(SIDE_ASK, 62, 9), ADD(SIDE_ASK, 63, -7), ADD(SIDE_ASK, 64, 2),
        ADD(SIDE_BID, 58, 1), SET(SIDE_BID, 61, 1), ADD(SIDE_BID, 61, 1), SET(SIDE_BID, 10, 0), /* never there */
        ADD(SIDE_BID, 11, 0),                                                                   /* nor this */
    };
    assert_int_equal(order_book_apply(&book, changes, COUNT(changes)), BOOK_OK);
    BIDS(&book, {61, 2}, {60, 4}, {59, 3}, {58, 1});
    ASKS(&book, {62, 9}, {64, 10});
    assert_int_equal(book.version, 2);
    assert_int_equal(order_book_apply(&book, NULL, 0), BOOK_OK);
    assert_int_equal(book.version, 3);
    order_book_clear(&book);
    assert_int_equal(book.bids.count + book.asks.count, 0);
    assert_int_equal(book.version, 4);
    order_book_free(&book);
}

static void refused_changes_are_taken_back(void **state)
{
    (void)state;
    static const struct {
        struct book_change change;
        enum book_error error;
    } cases[] = {
        {SET(SIDE_BID, 0, 1), BOOK_PRICE_RANGE},         {SET(SIDE_ASK, 100, 1), BOOK_PRICE_RANGE},
        {SET(SIDE_ASK, -5, 0), BOOK_PRICE_RANGE},        {SET(SIDE_BID, 50, -1), BOOK_BAD_QUANTITY},
        {ADD(SIDE_BID, 62, -7), BOOK_BELOW_ZERO},        {ADD(SIDE_BID, 50, -1), BOOK_BELOW_ZERO},
        {ADD(SIDE_ASK, 64, INT64_MAX), BOOK_OVERFLOW},   {ADD(SIDE_ASK, 100, 1), BOOK_PRICE_RANGE},
        {ADD(SIDE_ASK, 99, INT64_MIN), BOOK_BELOW_ZERO}, {SET(SIDE_ASK, PRICE_NONE, 1), BOOK_PRICE_RANGE},
    };
    for (size_t n = 0; n < COUNT(cases); n++) {
        struct order_book book;
        book_start(&book);
        const struct book_change changes[] = {
            SET(SIDE_BID, 61, 0), SET(SIDE_BID, 61, 9), SET(SIDE_BID, 40, 1), SET(SIDE_ASK, 63, 0),
            SET(SIDE_ASK, 90, 1), ADD(SIDE_BID, 60, 3), SET(SIDE_BID, 60, 0), SET(SIDE_ASK, 64, 1),
            ADD(SIDE_ASK, 64, 7), cases[n].change,
        };
        assert_int_equal(order_book_apply(&book, changes, COUNT(changes)), cases[n].error);
        assert_start(&book);
        assert_int_equal(order_book_apply(&book, &cases[n].change, 1), cases[n].error);
        assert_start(&book);
        order_book_free(&book);
    }
}

static void without_a_limit_prices_have_no_end(void **state)
{
    (void)state;
    struct order_book book = {0}; /* a zeroed book is a book */
    const struct level bids[] = {{1, 1}, {INT64_MAX - 1, 2}}, asks[] = {{INT64_MAX, INT64_MAX}, {7, 3}};
    assert_int_equal(order_book_replace(&book, bids, 2, asks, 2), BOOK_OK);
    ASKS(&book, {7, 3}, {INT64_MAX, INT64_MAX});
    order_book_free(&book);

    struct order_book zeroed = {0};
    const struct book_change changes[] = {SET(SIDE_ASK, 5, 1), SET(SIDE_ASK, 3, 1), SET(SIDE_ASK, 4, 1)};
    assert_int_equal(order_book_apply(&zeroed, changes, 3), BOOK_OK);
    ASKS(&zeroed, {3, 1}, {4, 1}, {5, 1});
    assert_int_equal(order_book_apply(&zeroed, (struct book_change[]){SET(SIDE_BID, 0, 1)}, 1), BOOK_PRICE_RANGE);
    order_book_free(&zeroed);
}

static void locked_and_crossed_are_kept_and_known(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, 100);
    assert_false(order_book_locked(&book)); /* two empty sides have no price in common */
    assert_false(order_book_crossed(&book));
    const struct book_change bid = SET(SIDE_BID, 50, 1), below = SET(SIDE_ASK, 49, 1), equal = SET(SIDE_ASK, 50, 1),
                             above = SET(SIDE_ASK, 51, 1), gone = SET(SIDE_ASK, 49, 0);
    assert_int_equal(order_book_apply(&book, &above, 1), BOOK_OK);
    assert_false(order_book_locked(&book) || order_book_crossed(&book));
    assert_int_equal(order_book_apply(&book, &bid, 1), BOOK_OK);
    assert_false(order_book_locked(&book) || order_book_crossed(&book));
    assert_int_equal(order_book_apply(&book, &equal, 1), BOOK_OK);
    assert_true(order_book_locked(&book));
    assert_false(order_book_crossed(&book));
    assert_int_equal(order_book_apply(&book, &below, 1), BOOK_OK);
    assert_true(order_book_crossed(&book));
    assert_false(order_book_locked(&book));
    BIDS(&book, {50, 1});
    ASKS(&book, {49, 1}, {50, 1}, {51, 1});
    assert_int_equal(order_book_apply(&book, &gone, 1), BOOK_OK);
    assert_true(order_book_locked(&book));
    order_book_clear(&book);
    assert_int_equal(order_book_apply(&book, &bid, 1), BOOK_OK);
    assert_false(order_book_locked(&book) || order_book_crossed(&book));
    order_book_free(&book);
}

/* Each request for memory fails in its turn, once and for good, until the operation gets through. */
static void without_memory_nothing_changes(void **state)
{
    (void)state;
    static const struct book_change changes[] = {SET(SIDE_BID, 61, 0), SET(SIDE_BID, 41, 1), SET(SIDE_BID, 42, 1),
                                                 SET(SIDE_ASK, 70, 1), SET(SIDE_ASK, 71, 1), SET(SIDE_BID, 43, 1)};
    static const struct level bids[] = {{9, 1}, {7, 1}, {8, 1}, {6, 1}}, asks[] = {{11, 1}, {13, 1}, {12, 1}};
    unsigned survived = 0;
    for (unsigned on = 0; on <= 1; on++) {
        for (unsigned kind = 0; kind <= 1; kind++) {
            for (unsigned long n = 1;; n++) {
                struct order_book book;
                book_start(&book);
                memory_fail(n, on == 1);
                enum book_error error = kind == 0 ? order_book_apply(&book, changes, COUNT(changes))
                                                  : order_book_replace(&book, bids, 4, asks, 3);
                bool failed = memory_requests >= n;
                memory_fail(0, false);
                if (failed) {
                    survived++;
                    assert_int_equal(error, BOOK_NO_MEMORY);
                    assert_start(&book);
                    error = kind == 0 ? order_book_apply(&book, changes, COUNT(changes))
                                      : order_book_replace(&book, bids, 4, asks, 3);
                }
                assert_int_equal(error, BOOK_OK);
                assert_int_equal(book.version, 2);
                if (kind == 0)
                    ASKS(&book, {63, 7}, {64, 8}, {70, 1}, {71, 1});
                else
                    BIDS(&book, {9, 1}, {8, 1}, {7, 1}, {6, 1});
                order_book_free(&book);
                if (!failed) break;
            }
        }
    }
    assert_true(survived >= 10);
}

static void warm_books_ask_for_no_memory(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, 1000);
    struct level bids[60], asks[60];
    for (int n = 0; n < 60; n++) {
        bids[n] = (struct level){100 + (n * 37) % 60, 1 + n}; /* out of order, each once */
        asks[n] = (struct level){500 + (n * 7) % 60, 1 + n};
    }
    const struct book_change changes[] = {SET(SIDE_BID, 300, 1), SET(SIDE_ASK, 300, 1), ADD(SIDE_BID, 300, -1),
                                          SET(SIDE_ASK, 300, 0)};
    for (int round = 0; round < 3; round++) {
        if (round == 1) memory_fail(0, false);
        assert_int_equal(order_book_replace(&book, bids, 60, asks, 60), BOOK_OK);
        assert_int_equal(order_book_apply(&book, changes, COUNT(changes)), BOOK_OK);
    }
    assert_int_equal(memory_requests, 0);
    order_book_free(&book);
}

/* A message that moves a side to the tree and back, and is refused at its end with no memory left to undo it by. */
static void undoing_needs_no_memory_whatever_moved(void **state)
{
    (void)state;
    static const struct side_bounds narrow = {4, 3};
    for (unsigned long fails = 1; fails <= 12; fails++) {
        struct order_book book;
        book_start(&book);
        assert_true(book_side_bound(&book.bids, &narrow) && book_side_bound(&book.asks, &narrow));
        struct book_change changes[] = {
            SET(SIDE_BID, 50, 1), SET(SIDE_BID, 51, 1), SET(SIDE_BID, 52, 1), SET(SIDE_BID, 53, 1),
            SET(SIDE_BID, 60, 0), SET(SIDE_BID, 61, 0), SET(SIDE_BID, 62, 0), SET(SIDE_BID, 50, 0),
            SET(SIDE_BID, 51, 0), SET(SIDE_ASK, 70, 1), SET(SIDE_ASK, 71, 1), SET(SIDE_ASK, 72, 1),
            SET(SIDE_ASK, 63, 0), SET(SIDE_ASK, 64, 0), SET(SIDE_ASK, 70, 0), SET(SIDE_ASK, 0, 1),
        };
        memory_fail(fails, true);
        enum book_error error = order_book_apply(&book, changes, COUNT(changes));
        memory_fail(0, false);
        assert_true(error == BOOK_NO_MEMORY || error == BOOK_PRICE_RANGE);
        assert_start(&book);
        assert_int_equal(order_book_apply(&book, changes, COUNT(changes) - 1), BOOK_OK);
        BIDS(&book, {53, 1}, {52, 1});
        ASKS(&book, {71, 1}, {72, 1});
        order_book_free(&book);
    }
}

static void errors_have_words(void **state)
{
    (void)state;
    for (int error = BOOK_OK; error <= BOOK_NO_MEMORY; error++) {
        assert_string_not_equal(book_error_text((enum book_error)error), "unknown");
        for (int other = BOOK_OK; other < error; other++)
            assert_string_not_equal(book_error_text((enum book_error)error), book_error_text((enum book_error)other));
    }
    assert_string_equal(book_error_text((enum book_error)77), "unknown");
}

static void difference_counts_levels_that_are_not_common(void **state)
{
    (void)state;
    static const struct level bids[] = {{40, 1}, {41, 2}, {42, 3}}, asks[] = {{60, 5}, {59, 4}};
    struct order_book a, b;
    order_book_init(&a, 100);
    order_book_init(&b, 100);
    assert_int_equal(order_book_difference(&a, &b), 0);
    assert_int_equal(order_book_replace(&a, bids, 3, asks, 2), BOOK_OK);
    assert_int_equal(order_book_difference(&a, &b), 5);
    assert_int_equal(order_book_replace(&b, bids, 3, asks, 2), BOOK_OK);
    assert_int_equal(order_book_difference(&a, &b), 0);
    assert_true(book_side_set(&b.bids, 41, 7, NULL) && book_side_set(&b.asks, 60, 0, NULL) &&
                book_side_set(&b.asks, 61, 5, NULL));
    assert_int_equal(order_book_difference(&a, &b), 3);
    assert_int_equal(order_book_difference(&b, &a), 3);
    order_book_free(&a);
    order_book_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(difference_counts_levels_that_are_not_common),
        cmocka_unit_test(snapshot_replaces_everything),
        cmocka_unit_test(snapshot_in_any_order),
        cmocka_unit_test(same_level_twice_is_one),
        cmocka_unit_test(bad_snapshots_change_nothing),
        cmocka_unit_test(changes_apply_in_order),
        cmocka_unit_test(refused_changes_are_taken_back),
        cmocka_unit_test(without_a_limit_prices_have_no_end),
        cmocka_unit_test(locked_and_crossed_are_kept_and_known),
        cmocka_unit_test(without_memory_nothing_changes),
        cmocka_unit_test(warm_books_ask_for_no_memory),
        cmocka_unit_test(undoing_needs_no_memory_whatever_moved),
        cmocka_unit_test(errors_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
