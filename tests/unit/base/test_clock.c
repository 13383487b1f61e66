#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <time.h>

#include "booktop/base/clock.h"

static int64_t nanoseconds(clockid_t id)
{
    struct timespec time;
    assert_int_equal(clock_gettime(id, &time), 0);
    return (int64_t)time.tv_sec * NANOSECONDS_PER_SECOND + (int64_t)time.tv_nsec;
}

static void system_clock_reads_the_monotonic_clock(void **state)
{
    (void)state;
    int64_t before = nanoseconds(CLOCK_MONOTONIC);
    struct stamp first = clock_now(&clock_system);
    struct stamp second = clock_now(&clock_system);
    int64_t after = nanoseconds(CLOCK_MONOTONIC);
    assert_true(before <= first.mono && first.mono <= second.mono && second.mono <= after);
}

static void system_clock_reads_utc(void **state)
{
    (void)state;
    int64_t wall = clock_now(&clock_system).wall;
    int64_t difference = nanoseconds(CLOCK_REALTIME) - wall;
    /* Not a bracket: the wall clock may be stepped between the readings. */
    assert_true(difference < 3600 * NANOSECONDS_PER_SECOND && difference > -3600 * NANOSECONDS_PER_SECOND);
}

static void manual_clock_moves_only_when_told(void **state)
{
    (void)state;
    struct stamp stamp = {.mono = 5, .wall = INT64_C(1789156497002000000)};
    struct clock clock = clock_manual(&stamp);
    assert_int_equal(clock_now(&clock).mono, 5);
    assert_int_equal(clock_now(&clock).mono, 5);
    clock_manual_advance(&stamp, 3 * NANOSECONDS_PER_MILLISECOND);
    assert_int_equal(clock_now(&clock).mono, 3000005);
    assert_int_equal(clock_now(&clock).wall, INT64_C(1789156497005000000));
    stamp.wall -= NANOSECONDS_PER_SECOND; /* a step back of the wall clock alone */
    assert_int_equal(clock_now(&clock).mono, 3000005);
    assert_int_equal(clock_now(&clock).wall, INT64_C(1789156496005000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_clock_reads_the_monotonic_clock),
        cmocka_unit_test(system_clock_reads_utc),
        cmocka_unit_test(manual_clock_moves_only_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
