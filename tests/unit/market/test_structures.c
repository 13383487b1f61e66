/* Array, tree, a side that moves between them, and a ladder: one book. BOOKTOP_OPERATIONS makes the run longer. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "structures.h"

#define OPERATIONS 200000

/* Digests are compared after every so many operations; in a longer run after every one. */
#define DIGEST_EVERY 16

static unsigned long operations_wanted(void)
{
    const char *text = getenv("BOOKTOP_OPERATIONS");
    unsigned long wanted = text != NULL ? strtoul(text, NULL, 10) : 0;
    return wanted > OPERATIONS ? wanted : OPERATIONS;
}

static void all_structures_hold_the_same_book(void **state)
{
    (void)state;
    static struct comparison c;
    unsigned long wanted = operations_wanted();
    comparison_start(&c, (struct dice){.state = 0x9E3779B97F4A7C15});
    unsigned long digest_every = wanted > OPERATIONS ? 1 : DIGEST_EVERY;
    for (unsigned long n = 0; n < wanted; n++) operation_step(&c, n % digest_every == 0);
    print_message("%lu operations: %lu sets, %lu messages, %lu snapshots, %lu moves\n", wanted, c.tally.sets,
                  c.tally.messages, c.tally.snapshots, c.tally.moves);
    assert_true(c.tally.sets > 100000 && c.tally.messages > 50000);
    assert_true(c.tally.snapshots > 400 && c.tally.assigns > 400 && c.tally.clears > 50 && c.tally.moves > 200);
    for (int error = BOOK_OK; error < BOOK_NO_MEMORY; error++) assert_true(c.tally.refused[error] > 20);
    comparison_end(&c);
}

/* The measured depths, with a book deep enough for them; the operations are few, and far apart in depth. */
static void a_deep_book_moves_by_itself(void **state)
{
    (void)state;
    static struct level levels[5000];
    static const size_t counts[] = {5000, 100, 1024, 1025, 1024, 512, 511, 512, 1025, 0, 3000, 700, 1025, 0};
    struct order_book deep, flat;
    order_book_init(&deep, 0);
    order_book_init(&flat, 0);
    assert_true(book_side_bound(&flat.asks, &structure_bounds[STRUCTURE_ARRAY]));
    static const struct instrument instrument = {.price_scale = 4, .size_scale = 6};
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        for (size_t level = 0; level < counts[n]; level++)
            levels[level] = (struct level){(price_t)(2 * (counts[n] - level)), (quantity_t)(level + n + 1)};
        bool grows = counts[n] > 1024, was_tree = deep.asks.is_tree;
        assert_int_equal(order_book_replace(&deep, NULL, 0, levels, counts[n]), BOOK_OK);
        assert_int_equal(order_book_replace(&flat, NULL, 0, levels, counts[n]), BOOK_OK);
        assert_int_equal(deep.asks.is_tree, grows || (was_tree && counts[n] >= 512));
        assert_false(flat.asks.is_tree);
        char a[DIGEST_TEXT_SIZE], b[DIGEST_TEXT_SIZE];
        digest_book(&instrument, &deep, 0, a);
        digest_book(&instrument, &flat, 0, b);
        assert_string_equal(a, b);
    }
    order_book_free(&deep);
    order_book_free(&flat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_structures_hold_the_same_book),
        cmocka_unit_test(a_deep_book_moves_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
