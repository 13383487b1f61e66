#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/market/catalogue.h"
#include "failing_memory.h"

static void entries_start_unknown_and_keep_their_order(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    for (int round = 0; round < 2; round++) { /* the second finds the first one's leavings in memory */
        for (int n = 0; n < 20; n++) {
            struct catalogue_entry *entry = catalogue_append(&catalogue);
            assert_non_null(entry);
            assert_true(entry->best_bid == PRICE_NONE && entry->best_ask == PRICE_NONE);
            assert_true(entry->last_trade == PRICE_NONE && entry->instrument.tick == PRICE_NONE);
            assert_true(entry->volume_24h == -1 && entry->liquidity == -1);
            assert_int_equal(entry->status, MARKET_OPEN);
            assert_false(entry->has_book);
            assert_string_equal(entry->instrument.title, "");
            entry->volume_24h = n;
            entry->has_book = true;
            entry->instrument.title[0] = 'x';
        }
        assert_int_equal(catalogue.count, 20);
        for (int n = 0; n < 20; n++) assert_int_equal(catalogue.entries[n].volume_24h, n);
        catalogue_clear(&catalogue);
        assert_int_equal(catalogue.count, 0);
    }
    catalogue_free(&catalogue);
    assert_null(catalogue.entries);
    assert_int_equal(catalogue.capacity, 0);
    catalogue_free(&catalogue);
}

static void without_memory_nothing_is_appended(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    memory_fail(2, true);
    assert_non_null(catalogue_append(&catalogue));
    catalogue.entries[0].liquidity = 7;
    assert_null(catalogue_append(&catalogue));
    assert_int_equal(catalogue.count, 1);
    assert_int_equal(catalogue.entries[0].liquidity, 7);
    memory_fail(0, false);
    assert_non_null(catalogue_append(&catalogue));
    catalogue_free(&catalogue);
}

static struct catalogue_entry *append(struct catalogue *catalogue, const char *symbol, const char *rules)
{
    struct details details = {.fee = {.kind = FEE_NONE}};
    struct catalogue_entry *entry = catalogue_append(catalogue);
    assert_non_null(entry);
    assert_true(instrument_init(&entry->instrument, VENUE_KALSHI, text_from(symbol), 4, 2));
    text_copy(text_from(rules), details.rules, sizeof details.rules);
    assert_true(catalogue_describe(catalogue, entry, &details));
    return entry;
}

static void details_follow_a_copy(void **state)
{
    (void)state;
    struct catalogue from = {0}, to = {0};
    struct details details = {.rules = "untouched"};
    append(&from, "A", "rules of A");
    append(&from, "B", "rules of B");
    catalogue_append(&from)->instrument.symbol[0] = 'C'; /* nothing is known of it */
    assert_false(catalogue_details(&from, &from.entries[2], &details));
    for (size_t i = 3; i-- > 0;) assert_non_null(catalogue_copy(&to, &from, &from.entries[i]));
    catalogue_free(&from);
    assert_false(catalogue_details(&to, &to.entries[0], &details));
    assert_string_equal(details.rules, "untouched");
    assert_true(catalogue_details(&to, &to.entries[1], &details));
    assert_string_equal(details.rules, "rules of B");
    assert_true(catalogue_details(&to, &to.entries[2], &details));
    assert_string_equal(details.rules, "rules of A");
    assert_true(details.fee.kind == FEE_NONE);
    /* Entries that change their places keep theirs. */
    struct catalogue_entry entry = to.entries[1];
    to.entries[1] = to.entries[2];
    to.entries[2] = entry;
    assert_true(catalogue_details(&to, &to.entries[2], &details));
    assert_string_equal(details.rules, "rules of B");
    catalogue_free(&to);
}

static void an_entry_that_is_copied_alone_gets_no_others_details(void **state)
{
    (void)state;
    struct catalogue from = {0}, to = {0};
    struct details details;
    append(&from, "A", "rules of A");
    append(&to, "B", "rules of B");
    struct catalogue_entry *alone = catalogue_append(&to);
    *alone = from.entries[0];
    assert_false(catalogue_details(&to, alone, &details));
    catalogue_free(&from);
    catalogue_free(&to);
}

static void a_plain_catalogue_has_no_details(void **state)
{
    (void)state;
    struct catalogue from = {0}, to = {.plain = true};
    struct details details;
    append(&from, "A", "rules of A");
    const struct catalogue_entry *copy = catalogue_copy(&to, &from, &from.entries[0]);
    assert_non_null(copy);
    assert_false(catalogue_details(&to, copy, &details));
    assert_int_equal(to.shelf.count, 0);
    catalogue_free(&from);
    catalogue_free(&to);
}

static void what_is_cut_off_is_gone(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    struct details details;
    append(&catalogue, "A", "rules of A");
    append(&catalogue, "B", "rules of B");
    catalogue_cut(&catalogue, 1, 1);
    assert_int_equal(catalogue.count, 1);
    assert_true(catalogue_details(&catalogue, &catalogue.entries[0], &details));
    assert_string_equal(details.rules, "rules of A");
    append(&catalogue, "B", "other rules");
    assert_true(catalogue_details(&catalogue, &catalogue.entries[1], &details));
    assert_string_equal(details.rules, "other rules");
    catalogue_clear(&catalogue);
    assert_int_equal(catalogue.count + catalogue.shelf.count + catalogue.shelf.length, 0);
    catalogue_free(&catalogue);
}

static void without_memory_nothing_is_copied(void **state)
{
    (void)state;
    struct catalogue from = {0};
    append(&from, "A", "rules of A");
    for (unsigned fails = 1; fails <= 3; fails++) { /* entries, starts, texts */
        struct catalogue to = {0};
        memory_fail(fails, false);
        assert_null(catalogue_copy(&to, &from, &from.entries[0]));
        assert_int_equal(to.count, 0);
        assert_non_null(catalogue_copy(&to, &from, &from.entries[0]));
        catalogue_free(&to);
    }
    memory_fail(0, false);
    catalogue_free(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_start_unknown_and_keep_their_order),
        cmocka_unit_test(without_memory_nothing_is_appended),
        cmocka_unit_test(details_follow_a_copy),
        cmocka_unit_test(an_entry_that_is_copied_alone_gets_no_others_details),
        cmocka_unit_test(a_plain_catalogue_has_no_details),
        cmocka_unit_test(what_is_cut_off_is_gone),
        cmocka_unit_test(without_memory_nothing_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
