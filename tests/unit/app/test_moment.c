#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "../../../src/app/local_time.h"
#include "../../../src/app/moment.h"
#include "booktop/base/clock.h"

#define SECOND  NANOSECONDS_PER_SECOND
#define HOUR    (3600 * SECOND)
#define BILLION 1000000000

static int64_t find(const char *text, int64_t began, int64_t length)
{
    struct moment moment;
    if (!moment_parse(&moment, text)) fail_msg("'%s' was not read", text);
    return moment_find(&moment, began, length);
}

static void offsets(void **state)
{
    (void)state;
    assert_true(find("90", 0, HOUR) == 90 * SECOND);
    assert_true(find("90s", 0, HOUR) == 90 * SECOND);
    assert_true(find("0", 0, HOUR) == 0);
    assert_true(find("0s", 0, HOUR) == 0);
    assert_true(find("0ms", 0, HOUR) == 0);
    assert_true(find("0", 0, 0) == 0); /* of a recording of one moment */
    assert_true(find("500ms", 0, HOUR) == SECOND / 2);
    assert_true(find("3.7s", 0, HOUR) == 3700000000);
    assert_true(find("3.7", 0, HOUR) == 3700000000);
    assert_true(find("0.000000001", 0, HOUR) == 1);
    assert_true(find("0.5ms", 0, HOUR) == 500000);
    assert_true(find("1.999999999ms", 0, HOUR) == 1999999); /* cut off, not rounded */
    assert_true(find("1.5h", 0, 2 * HOUR) == 5400 * SECOND);
    assert_true(find("0.1h", 0, HOUR) == 360 * SECOND);
    assert_true(find("1m0.25s", 0, HOUR) == 60 * SECOND + SECOND / 4);
    assert_true(find("2s30ms", 0, HOUR) == 2 * SECOND + 30000000);
    assert_true(find("1m30s", 0, HOUR) == 90 * SECOND);
    assert_true(find("1h2m3s", 0, 2 * HOUR) == 3723 * SECOND);
    assert_true(find("1h3s", 0, 2 * HOUR) == 3603 * SECOND);
    assert_true(find("2h", 0, 2 * HOUR - 1) == -1); /* however little it is behind the end */
    assert_true(find("2h1s", 0, 2 * HOUR) == -1);
    assert_true(find("3h", 0, 2 * HOUR) == -1);
}

static void offsets_as_a_clock_has_them(void **state)
{
    (void)state;
    assert_true(find("+3:12", 0, HOUR) == 192 * SECOND);
    assert_true(find("+03:12.045", 0, HOUR) == 192045000000);
    assert_true(find("+90:00", 0, 2 * HOUR) == 5400 * SECOND);
    assert_true(find("+1:03:12", 0, 2 * HOUR) == 3792 * SECOND);
    assert_true(find("+00:00:00.000000001", 0, HOUR) == 1);
    assert_true(find("+90s", 0, HOUR) == 90 * SECOND);
    assert_true(find("+1h2m", 0, 2 * HOUR) == 3720 * SECOND);
    assert_true(find("+1:00:01", 0, HOUR) == -1);
    assert_true(find("+27777:46:40", 0, INT64_MAX) == 100000000 * SECOND);
    char text[LOCAL_TIME_SIZE];
    assert_string_equal(local_time_offset(192045678901, text), "+00:03:12.045");
    assert_true(find(text, 0, HOUR) == 192045000000);
    assert_string_equal(local_time_offset(360192 * SECOND, text), "+100:03:12.000");
    assert_true(find(text, 0, 360192 * SECOND) == 360192 * SECOND);
}

/* As the row of a replay prints them while it is paused. */
static void offsets_that_no_time_of_day_can_be(void **state)
{
    (void)state;
    const int64_t began = 1790000000 * SECOND; /* 2026-09-21 14:13:20 in UTC */
    assert_true(find("00:57.778", began, HOUR) == 57778000000);
    assert_true(find("12:30.5", began, HOUR) == 750 * SECOND + SECOND / 2);
    assert_true(find("59:59.999", began, HOUR) == HOUR - 1000000);
    assert_true(find("59:59.999", began, 60 * SECOND) == -1);
    assert_true(find("24:00:00.000", began, 48 * HOUR) == 24 * HOUR);
    assert_true(find("100:03:12.045", began, 360193 * SECOND) == 360192 * SECOND + 45000000);
    assert_true(find("14:13:21.5", began, HOUR) == SECOND + SECOND / 2); /* a time of day */
}

static void both_ends_have_names(void **state)
{
    (void)state;
    assert_true(find("start", 0, HOUR) == 0);
    assert_true(find("end", 0, HOUR) == HOUR);
    assert_true(find("end", 0, 0) == 0);
    assert_true(find("end", 0, INT64_MAX / 2 + 12345) == INT64_MAX / 2 + 12345);
}

static void shares(void **state)
{
    (void)state;
    assert_true(find("0%", 0, HOUR) == 0);
    assert_true(find("40%", 0, HOUR) == 1440 * SECOND);
    assert_true(find("100%", 0, 12345) == 12345);
    assert_true(find("50%", 0, 3) == 1);
    assert_true(find("33.3%", 0, HOUR) == HOUR / 1000 * 333);
    assert_true(find("0.0000001%", 0, BILLION) == 1);
    assert_true(find("99.99%", 0, HOUR) == HOUR / 10000 * 9999);
    assert_true(find("100.0%", 0, 12345) == 12345);
    assert_true(find("99%", 0, INT64_MAX) < INT64_MAX);
    assert_true(find("100.1%", 0, HOUR) == -1);
    assert_true(find("999%", 0, HOUR) == -1);
    assert_true(find("100000000%", 0, INT64_MAX) == -1);
    assert_true(find("101%", 0, 0) == -1);
}

static void times_of_day(void **state)
{
    (void)state;
    const int64_t began = 1790000000 * SECOND + 250000000; /* 2026-09-21 14:13:20.25 in UTC */
    const int64_t half = 250000000;
    assert_true(find("14:13:20", began, HOUR) == 0); /* the second of its begin */
    assert_true(find("14:13:21", began, HOUR) == SECOND - half);
    assert_true(find("14:14", began, HOUR) == 40 * SECOND - half);
    assert_true(find("16:00", began, HOUR) == -1);
    assert_true(find("14:13", began, HOUR) == 0);  /* the minute of its begin */
    assert_true(find("14:12", began, HOUR) == -1); /* that of the next day */
    assert_true(find("14:00", began, HOUR) == -1);
    /* Before it: that of the next day. */
    assert_true(find("14:13:19", began, 48 * HOUR) == 24 * HOUR - SECOND - half);
    assert_true(find("00:00", began, 48 * HOUR) == (9 * 3600 + 46 * 60 + 40) * SECOND - half);
}

static void times_to_the_millisecond(void **state)
{
    (void)state;
    const int64_t began = 1790000000 * SECOND + 250000789; /* 2026-09-21 14:13:20.250000789 in UTC */
    const int64_t rest = began % SECOND;
    assert_true(find("14:13:21.5", began, HOUR) == SECOND - rest + SECOND / 2);
    assert_true(find("14:13:20.251", began, HOUR) == 999211);
    assert_true(find("14:13:20.250", began, HOUR) == 0); /* as the begin is printed */
    assert_true(find("14:13:20.249", began, HOUR) == -1);
    assert_true(find("14:13:20.250000788", began, HOUR) == -1);
    assert_true(find("14:13:20.250000789", began, HOUR) == 0);
}

static void dated_times(void **state)
{
    (void)state;
    const int64_t began = 1790000000 * SECOND + 250000000; /* 2026-09-21 14:13:20.25 in UTC */
    const int64_t half = 250000000;
    assert_true(find("2026-09-21 14:14", began, HOUR) == 40 * SECOND - half);
    assert_true(find("2026-09-21T14:14:00.250", began, HOUR) == 40 * SECOND);
    assert_true(find("2026-09-21T14:14:00Z", began, HOUR) == 40 * SECOND - half);
    assert_true(find("2026-09-22 14:13:20", began, 48 * HOUR) == 24 * HOUR - half);
    assert_true(find("2026-09-21 14:13:20", began, HOUR) == 0);
    assert_true(find("2026-09-21 14:13", began, HOUR) == 0);
    assert_true(find("2026-09-21 14:12", began, 48 * HOUR) == -1);
    assert_true(find("2026-09-21 14:13:19", began, 48 * HOUR) == -1); /* before it, and no other day is meant */
    assert_true(find("2025-09-21 14:14", began, 48 * HOUR) == -1);
    assert_true(find("2028-02-29 00:00", began, HOUR) == -1);
    assert_true(find("9999-12-31 23:59", began, INT64_MAX) == -1); /* beyond what a clock counts */
}

/* As info and others print them. */
static void printed_times_are_read_back(void **state)
{
    (void)state;
    static const char *const zones[] = {"UTC", "CET-1CEST,M3.5.0,M10.5.0/3", "<-0330>3:30"};
    const int64_t began = 1792864800 * SECOND + 123456789; /* 2026-10-24 18:00 UTC, hours before clocks go back */
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        for (int64_t m = 0; m < 12 * HOUR; m += 599 * SECOND + 7654321) {
            char text[LOCAL_TIME_SIZE];
            int64_t place = find(local_time_text(began + m, text), began, 24 * HOUR);
            if (place > m || place < m - NANOSECONDS_PER_MILLISECOND) fail_msg("%s in %s", text, zones[i]);
        }
    }
    setenv("TZ", "UTC", 1);
    tzset();
}

static void what_is_no_time(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "s",
        "1x",
        "-1s",
        "1.5.5s",
        "1.s",
        ".5s",
        "2s1m",
        "1m1m",
        "1h2",
        "1.5h2m",
        "2ms1s",
        "1m2",
        "%",
        "-1%",
        "4 0%",
        "33.%",
        ".3%",
        "1m%",
        "24:00",
        "12:",
        ":30",
        "12:60",
        "1:2:3:4",
        "12:1:",
        "12:30 ",
        "noon",
        "999999999999999999999s",
        "100000001",
        "100000000h",
        "12:30s",
        " 9",
        "1,5s",
        "0.0000000001",
        "1e3",
        "+",
        "++1s",
        "+3:60",
        "+1:60:00",
        "+1:2:3:4",
        "+3:",
        "+3:12.",
        "+12:30Z",
        "12:60.5",
        "12:30.5Z",
        "12:30.5 UTC",
        "24:00:00",
        "30:60:00.5",
        "2026-11-21 12:30.5",
        "ends",
        "+end",
        " start",
        "End",
        "12:30 CEST",
        "12:30 ",
        "12:30:05.",
        "2026-11-21",
        "2026-11-21 ",
        "2026-13-01 12:00",
        "2026-02-30 12:00",
        "2027-02-29 12:00",
        "2026-1-21 12:00",
        "26-11-21 12:00",
        "2026-11-21  12:00",
        "2026-11-21 +3:12",
        "+2026-11-21 12:00",
        "+100000001:00",
        "+27777:46:41",
    };
    struct moment moment;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (moment_parse(&moment, wrong[i])) fail_msg("'%s' was taken", wrong[i]);
}

/* By the calendar of a place whose clocks are changed: the night of 2026-10-25 has an hour more. */
static void days_of_other_lengths(void **state)
{
    (void)state;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    const int64_t began = 1792864800 * SECOND; /* 2026-10-24 20:00 CEST */
    assert_true(find("20:00", began, 48 * HOUR) == 0);
    assert_true(find("23:00", began, 48 * HOUR) == 3 * HOUR);
    assert_true(find("04:00", began, 48 * HOUR) == 9 * HOUR);
    assert_true(find("19:59:59", began, 48 * HOUR) == 25 * HOUR - SECOND);
    /* 02:50 is there twice: the first one, and behind it the second. */
    const int64_t first = 7 * HOUR - 600 * SECOND;
    assert_true(find("02:50", began, 48 * HOUR) == first);
    assert_true(find("02:50", began + first, 48 * HOUR) == 0);
    assert_true(find("02:50", began + first + SECOND, 48 * HOUR) == 0); /* its minute */
    assert_true(find("02:50", began + first + 60 * SECOND, 48 * HOUR) == HOUR - 60 * SECOND);
    assert_true(find("02:50", began + first + HOUR + 60 * SECOND, 48 * HOUR) == 24 * HOUR - 60 * SECOND);
    /* And in spring not at all: 2026-03-28 20:00 CET. */
    const int64_t spring = find("02:30", 1774724400 * SECOND, 48 * HOUR);
    assert_true(spring == 6 * HOUR + 1800 * SECOND || spring == 5 * HOUR + 1800 * SECOND);
    setenv("TZ", "UTC", 1);
    tzset();
}

static void times_in_words(void **state)
{
    (void)state;
    char text[LOCAL_TIME_SIZE];
    assert_string_equal(local_time_text(1790000000 * SECOND + 250000000, text), "2026-09-21 14:13:20.250 UTC");
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    assert_string_equal(local_time_text(1790000000 * SECOND + 250000000, text), "2026-09-21 16:13:20.250 CEST");
    assert_string_equal(local_time_text(-1, text), "1970-01-01 00:59:59.999 CET");
    assert_string_equal(local_time_text(INT64_MAX, text), "2262-04-12 01:47:16.854 CEST");
    setenv("TZ", "UTC", 1);
    tzset();
    assert_string_equal(local_time_length(3723 * SECOND, text), "1h02m03s");
    assert_string_equal(local_time_length(123500000000, text), "2m03.5s");
    assert_string_equal(local_time_length(250000000, text), "0.250s");
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets),
        cmocka_unit_test(shares),
        cmocka_unit_test(offsets_that_no_time_of_day_can_be),
        cmocka_unit_test(both_ends_have_names),
        cmocka_unit_test(times_of_day),
        cmocka_unit_test(days_of_other_lengths),
        cmocka_unit_test(times_in_words),
        cmocka_unit_test(what_is_no_time),
        cmocka_unit_test(dated_times),
        cmocka_unit_test(times_to_the_millisecond),
        cmocka_unit_test(offsets_as_a_clock_has_them),
        cmocka_unit_test(printed_times_are_read_back),
    };
    return cmocka_run_group_tests_name("app/moment", tests, NULL, NULL);
}
