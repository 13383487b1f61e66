#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "../../../src/market/memory.h"

static void arrays_at_least_double(void **state)
{
    (void)state;
    size_t capacity = 0;
    int *numbers = memory_grow(NULL, sizeof *numbers, 1, &capacity);
    assert_non_null(numbers);
    assert_true(capacity >= 1);
    for (size_t n = 0; n < capacity; n++) numbers[n] = (int)n;
    size_t before = capacity;
    int *grown = memory_grow(numbers, sizeof *numbers, before + 1, &capacity);
    assert_non_null(grown);
    assert_true(capacity >= 2 * before);
    for (size_t n = 0; n < before; n++) assert_int_equal(grown[n], n);
    grown[capacity - 1] = 1;

    numbers = memory_grow(grown, sizeof *numbers, 1000, &capacity); /* more than twice */
    assert_non_null(numbers);
    assert_true(capacity >= 1000);
    numbers[capacity - 1] = 1;
    free(numbers);
}

static void what_no_memory_can_hold_is_refused(void **state)
{
    (void)state;
    size_t capacity = 0;
    int *numbers = memory_grow(NULL, sizeof *numbers, 3, &capacity);
    assert_non_null(numbers);
    numbers[2] = 33;
    size_t before = capacity;
    assert_null(memory_grow(numbers, sizeof *numbers, SIZE_MAX, &capacity));
    assert_null(memory_grow(numbers, sizeof *numbers, SIZE_MAX / 4 + 2, &capacity)); /* times 4: 4, not 2^64 + 4 */
    assert_int_equal(capacity, before);
    assert_int_equal(numbers[2], 33);
    size_t endless = SIZE_MAX / 2 + 1; /* its double is no number */
    assert_null(memory_grow(NULL, 1, 1, &endless));
    free(numbers);
}

static void zeroed_means_zero(void **state)
{
    (void)state;
    uint64_t *words = memory_zeroed(100, sizeof *words);
    assert_non_null(words);
    for (size_t n = 0; n < 100; n++) assert_true(words[n] == 0);
    free(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_at_least_double),
        cmocka_unit_test(what_no_memory_can_hold_is_refused),
        cmocka_unit_test(zeroed_means_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
