#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/net/backoff.h"

#define SECOND INT64_C(1000000000)

static void each_delay_lies_between_the_floor_and_its_step(void **state)
{
    (void)state;
    static const int64_t steps[] = {SECOND / 2,  SECOND,      2 * SECOND,  4 * SECOND, 8 * SECOND,
                                    16 * SECOND, 30 * SECOND, 30 * SECOND, 30 * SECOND};
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct backoff backoff;
        backoff_init(&backoff, SECOND / 2, 30 * SECOND, seed);
        for (unsigned n = 0; n < sizeof steps / sizeof steps[0]; n++) {
            int64_t delay = backoff_next(&backoff);
            assert_true(delay >= SECOND / 10 && delay <= steps[n]);
            assert_int_equal(backoff.attempts, n + 1);
        }
    }
}

static void two_clients_do_not_come_back_together(void **state)
{
    (void)state;
    struct backoff one, other;
    backoff_init(&one, SECOND / 2, 30 * SECOND, 1);
    backoff_init(&other, SECOND / 2, 30 * SECOND, 2);
    assert_int_not_equal(backoff_next(&one), backoff_next(&other));
}

/* Full jitter: the whole of the step is used, each tenth of it about as often. */
static void delays_are_spread_evenly(void **state)
{
    (void)state;
    unsigned tenths[10] = {0};
    for (uint64_t seed = 0; seed < 10000; seed++) {
        struct backoff backoff;
        backoff_init(&backoff, SECOND / 2, 30 * SECOND, seed);
        backoff.attempts = 10;
        int64_t delay = backoff_next(&backoff) - SECOND / 10;
        tenths[delay * 10 / (30 * SECOND)]++;
    }
    for (unsigned n = 0; n < 10; n++) assert_in_range(tenths[n], 850, 1150);
}

static void steps_of_any_size_hold(void **state)
{
    (void)state;
    static const struct {
        int64_t first, most;
    } cases[] = {{1, 1}, {1, INT64_MAX}, {SECOND, SECOND}, {INT64_MAX, INT64_MAX}};
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct backoff backoff;
        backoff_init(&backoff, cases[n].first, cases[n].most, n);
        for (unsigned attempt = 0; attempt < 100; attempt++) {
            int64_t delay = backoff_next(&backoff);
            assert_true(delay >= cases[n].first / 5 && delay <= cases[n].most);
        }
    }
}

static void a_success_begins_anew(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, SECOND / 2, 30 * SECOND, 7);
    for (unsigned n = 0; n < 10; n++) (void)backoff_next(&backoff);
    backoff_reset(&backoff);
    assert_int_equal(backoff.attempts, 0);
    assert_true(backoff_next(&backoff) <= SECOND / 2);
}

static void many_failures_do_not_overflow(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, SECOND / 2, 30 * SECOND, 7);
    backoff.attempts = UINT32_MAX;
    int64_t delay = backoff_next(&backoff);
    assert_true(delay >= SECOND / 10 && delay <= 30 * SECOND);
    assert_true(backoff.attempts == UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_delay_lies_between_the_floor_and_its_step),
        cmocka_unit_test(two_clients_do_not_come_back_together),
        cmocka_unit_test(delays_are_spread_evenly),
        cmocka_unit_test(steps_of_any_size_hold),
        cmocka_unit_test(a_success_begins_anew),
        cmocka_unit_test(many_failures_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
