/* The text that is hashed: mended level by level against written anew, and its memory. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>

/* The source under test with its memory counted and refused here. */
static unsigned long requests, failing; /* the number of the request that fails; 0: none does */

static void *test_realloc_counted(void *block, size_t size)
{
    return ++requests == failing ? NULL : realloc(block, size);
}

#define realloc test_realloc_counted
#include "../../../src/venue/polymarket/hash_levels.c" /* NOLINT(bugprone-suspicious-include) */
#undef realloc

#include "polymarket_text.h"

static int start_counted(void **state)
{
    requests = failing = 0;
    return start(state);
}

/* Whether the levels hash to what the book in the terms of `outcome` does; any recipe will do. */
static bool levels_hash_right(unsigned outcome)
{
    char hex[HEX_SIZE];
    text_print(RECIPE_C, &some_terms, outcome, "0.500");
    polymarket_hash_begin(hasher, RECIPE_C, &some_terms, &levels);
    return polymarket_hash_is(hasher, 5000, hex_of(expected, hex));
}

/* The levels' text, comma for comma, and what is known of it. */
static void assert_levels(unsigned outcome)
{
    for (unsigned which = SIDE_BID; which <= SIDE_ASK; which++) {
        const struct polymarket_side_text *side = &levels.sides[which];
        size_t length = side_print(expected, sizeof expected, which, outcome);
        assert_int_equal(side->length, length > 0 ? length + 1 : 0);
        if (length > 0) assert_memory_equal(side->text, expected, length);
        assert_int_equal(side->count, order_book_side(&book, outcome == 0 ? which : side_other(which))->count);
        assert_true(side->length <= side->capacity && side->count <= side->count_capacity);
    }
}

static void numbers_are_written_as_the_feed_does(void **state)
{
    (void)state;
    static const struct {
        price_t price;
        quantity_t quantity;
        const char *text;
    } cases[] = {
        {5000, 219217767, "{\"price\":\"0.5\",\"size\":\"219.217767\"},"},
        {100, INT64_C(12345000000), "{\"price\":\"0.01\",\"size\":\"12345\"},"},
        {9999, 1, "{\"price\":\"0.9999\",\"size\":\"0.000001\"},"},
        {1, INT64_MAX, "{\"price\":\"0.0001\",\"size\":\"9223372036854.775807\"},"},
        {620, 80010000, "{\"price\":\"0.062\",\"size\":\"80.01\"},"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(polymarket_levels_set(&levels, SIDE_ASK, cases[i].price, cases[i].quantity));
        assert_int_equal(levels.sides[SIDE_ASK].length, strlen(cases[i].text));
        assert_memory_equal(levels.sides[SIDE_ASK].text, cases[i].text, strlen(cases[i].text));
        assert_true(polymarket_levels_set(&levels, SIDE_ASK, cases[i].price, 0));
        assert_int_equal(levels.sides[SIDE_ASK].length, 0);
    }
}

/* Sets in the token's terms what the book, which is in those of outcome 0, gets too. */
static void both_set(unsigned outcome, enum side side, price_t price, quantity_t quantity)
{
    book_set(side, price, quantity);
    assert_true(outcome == 0 ? polymarket_levels_set(&levels, side, price, quantity)
                             : polymarket_levels_set(&levels, side_other(side), ONE - price, quantity));
}

static void mended_text_is_the_text_written_anew(void **state)
{
    (void)state;
    for (unsigned outcome = 0; outcome < 2; outcome++) {
        book_roll(60, 99);
        assert_true(polymarket_levels_write(&levels, &book, outcome));
        assert_levels(outcome);
        for (unsigned i = 0; i < 4000; i++) {
            both_set(outcome, roll(2) ? SIDE_ASK : SIDE_BID, (price_t)(1 + roll(99)) * 100,
                     roll(3) == 0 ? 0 : roll_quantity());
            if (i < 200 || i % 10 == 0) assert_levels(outcome);
        }
        assert_true(levels_hash_right(outcome));
        assert_true(polymarket_levels_write(&levels, &book, outcome));
        assert_levels(outcome);
    }
}

static void a_book_with_every_price_has_room(void **state)
{
    (void)state;
    book.limit = ONE;
    for (price_t price = 1; price < ONE; price++) {
        both_set(0, SIDE_BID, price, roll_quantity());
        both_set(0, SIDE_ASK, ONE - price, INT64_MAX);
    }
    assert_int_equal(levels.sides[SIDE_BID].count, ONE - 1);
    assert_levels(0);
    for (unsigned outcome = 0; outcome < 2; outcome++) {
        assert_true(polymarket_levels_write(&levels, &book, outcome));
        for (unsigned i = 0; i < 20; i++)
            both_set(outcome, roll(2) ? SIDE_ASK : SIDE_BID, (price_t)(1 + roll(ONE - 1)), roll(2) ? 0 : INT64_MAX);
        assert_levels(outcome);
    }
}

static void nothing_is_allocated_once_warm(void **state)
{
    (void)state;
    book_roll(400, 999);
    assert_true(polymarket_levels_write(&levels, &book, 0));
    requests = 0;
    for (unsigned i = 0; i < 10; i++) assert_true(polymarket_levels_write(&levels, &book, 0));
    const struct level *best = book_side_best(&book.bids);
    for (unsigned i = 0; i < 1000; i++) {
        assert_true(polymarket_levels_set(&levels, SIDE_BID, best->price, 0));
        assert_true(polymarket_levels_set(&levels, SIDE_BID, best->price, best->quantity));
    }
    assert_int_equal(requests, 0);
    assert_levels(0);
}

static void what_has_no_text_makes_the_text_unusable(void **state)
{
    (void)state;
    static const struct level bad[] = {{0, 1}, {-1, 1}, {ONE, 1}, {INT64_MAX, 1}, {PRICE_NONE, 0}, {5000, -1}};
    book_roll(20, 99);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_true(polymarket_levels_write(&levels, &book, 0));
        assert_true(levels_hash_right(0));
        assert_false(polymarket_levels_set(&levels, SIDE_BID, bad[i].price, bad[i].quantity));
        assert_false(levels_hash_right(0));
        const struct level *best = book_side_best(&book.bids);
        assert_false(polymarket_levels_set(&levels, SIDE_BID, best->price, best->quantity));
        assert_false(levels_hash_right(0));
    }
    /* A book without a price limit. */
    order_book_clear(&book);
    book.limit = 0;
    book_set(SIDE_ASK, ONE, 1);
    assert_false(polymarket_levels_write(&levels, &book, 0));
    assert_false(polymarket_levels_write(&levels, &book, 1));
    book_set(SIDE_ASK, ONE, 0);
    assert_true(polymarket_levels_write(&levels, &book, 1));
    assert_true(levels_hash_right(1));
}

/* Every request for memory fails once, while a book is written and then grows. */
static void failing_memory_never_gives_a_wrong_text(void **state)
{
    (void)state;
    bool all = false;
    for (unsigned long n = 1; !all; n++) {
        polymarket_levels_free(&levels);
        book_roll(40, 99);
        requests = 0;
        failing = n;
        bool good = polymarket_levels_write(&levels, &book, 1);
        for (price_t price = 50; price < ONE; price += 100) {
            book_set(SIDE_BID, price, UNIT);
            good = polymarket_levels_set(&levels, SIDE_ASK, ONE - price, UNIT) && good;
            if (price % 700 == 50) assert_true(levels_hash_right(1) == good);
        }
        assert_true(good == (requests < n));
        assert_true(levels_hash_right(1) == good);
        failing = 0;
        assert_true(polymarket_levels_write(&levels, &book, 1));
        assert_levels(1);
        assert_true(levels_hash_right(1));
        all = good;
    }
    assert_true(requests > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_are_written_as_the_feed_does, start_counted, finish),
        cmocka_unit_test_setup_teardown(mended_text_is_the_text_written_anew, start_counted, finish),
        cmocka_unit_test_setup_teardown(a_book_with_every_price_has_room, start_counted, finish),
        cmocka_unit_test_setup_teardown(nothing_is_allocated_once_warm, start_counted, finish),
        cmocka_unit_test_setup_teardown(what_has_no_text_makes_the_text_unusable, start_counted, finish),
        cmocka_unit_test_setup_teardown(failing_memory_never_gives_a_wrong_text, start_counted, finish),
    };
    return cmocka_run_group_tests_name("venue/polymarket_hash_text", tests, NULL, NULL);
}
