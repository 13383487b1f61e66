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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_start_unknown_and_keep_their_order),
        cmocka_unit_test(without_memory_nothing_is_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
