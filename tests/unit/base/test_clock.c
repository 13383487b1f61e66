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

static void fast_clock_runs_faster(void **state)
{
    (void)state;
    struct clock_start start;
    struct clock clock = clock_fast(&start, 1000);
    int64_t before = nanoseconds(CLOCK_MONOTONIC) - start.at.mono;
    struct stamp now = clock_now(&clock);
    int64_t after = nanoseconds(CLOCK_MONOTONIC) - start.at.mono;
    assert_true(1000 * before <= now.mono - start.at.mono && now.mono - start.at.mono <= 1000 * after);
    assert_int_equal(now.wall - start.at.wall, now.mono - start.at.mono);
    assert_int_equal(clock.speed, 1000);
}

static void sleep_is_what_the_monotonic_clock_leaves_out(void **state)
{
    (void)state;
    int64_t awake = nanoseconds(CLOCK_MONOTONIC);
    int64_t asleep = clock_asleep(&clock_system);
    int64_t most = nanoseconds(CLOCK_BOOTTIME) - awake;
    assert_true(0 <= asleep && asleep <= most);
    struct stamp stamp = {0, 0};
    struct clock clock = clock_manual(&stamp);
    assert_int_equal(clock_asleep(&clock), 0);
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
        cmocka_unit_test(fast_clock_runs_faster),
        cmocka_unit_test(sleep_is_what_the_monotonic_clock_leaves_out),
        cmocka_unit_test(manual_clock_moves_only_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
