#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "booktop/base/clock.h"
#include "booktop/ui/figure.h"

#define S NANOSECONDS_PER_SECOND

static void prices_follow_unit_and_tick(void **state)
{
    (void)state;
    static const struct {
        price_t price;
        struct price_style style;
        const char *text;
    } rows[] = {
        {4200, {UNIT_CENTS, 4, 2, false}, "42\u00a2"}, {4200, {UNIT_CENTS, 4, 3, false}, "42.0\u00a2"},
        {4255, {UNIT_CENTS, 4, 4, true}, "42.55c"},    {4255, {UNIT_CENTS, 4, 3, true}, "42.6c"},
        {5, {UNIT_CENTS, 4, 4, true}, "0.05c"},        {-100, {UNIT_CENTS, 4, 2, true}, "-1c"},
        {4200, {UNIT_PERCENT, 4, 3, false}, "42.0%"},  {4200, {UNIT_DECIMAL, 4, 3, false}, "0.420"},
        {7, {UNIT_CENTS, 1, 1, true}, "70c"},          {3, {UNIT_CENTS, 0, 0, true}, "300c"},
        {PRICE_NONE, {UNIT_CENTS, 4, 2, false}, ""},
    };
    char text[FIGURE_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        figure_price(rows[i].price, &rows[i].style, text);
        assert_string_equal(text, rows[i].text);
    }
    struct price_style style = {UNIT_CENTS, 4, 2, true};
    figure_fine_price(42500, 1, &style, text);
    assert_string_equal(text, "42.5c");
    figure_fine_price(426114, 2, &style, text);
    assert_string_equal(text, "42.61c");
}

static void decimals_show_the_whole_price(void **state)
{
    (void)state;
    assert_int_equal(figure_price_decimals(4200, 4, 2), 2);
    assert_int_equal(figure_price_decimals(4210, 4, 2), 3);
    assert_int_equal(figure_price_decimals(4213, 4, 2), 4);
    assert_int_equal(figure_price_decimals(4200, 4, 3), 3);
    assert_int_equal(figure_price_decimals(0, 4, 2), 2);
}

static void sizes_are_grouped(void **state)
{
    (void)state;
    static const struct {
        quantity_t quantity;
        const char *size, *compact;
    } rows[] = {
        {0, "0", "0"},
        {1, "<1", "<1"},
        {499999, "<1", "<1"},
        {500000, "1", "1"},
        {1240000000, "1,240", "1,240"},
        {9999400000, "9,999", "9,999"},
        {9999500000, "10,000", "10.0k"},
        {31249000000, "31,249", "31.2k"},
        {999949000000, "999,949", "999.9k"},
        {999950000000, "999,950", "1.0M"},
        {99999999000000, "99,999,999", "100.0M"},
        {123456789000000, "123.5M", "123.5M"},
        {INT64_MAX, "9.2T", "9.2T"},
    };
    char text[FIGURE_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        figure_size(rows[i].quantity, 6, text);
        assert_string_equal(text, rows[i].size);
        figure_compact(rows[i].quantity, 6, text);
        assert_string_equal(text, rows[i].compact);
    }
    figure_exact(1234567500000, 6, text);
    assert_string_equal(text, "1,234,567.5");
    figure_exact(INT64_MAX, 0, text);
    assert_string_equal(text, "9,223,372,036,854,775,807");
    figure_size(7, 0, text);
    assert_string_equal(text, "7");
}

static void money_and_percents(void **state)
{
    (void)state;
    char text[FIGURE_SIZE];
    figure_money(0, text);
    assert_string_equal(text, "$0");
    figure_money(43, text);
    assert_string_equal(text, "$0.43");
    figure_money(123456700, text);
    assert_string_equal(text, "$1.2M");
    figure_money_exact(1410770, text);
    assert_string_equal(text, "$14,107.70");
    figure_percent(2149, text);
    assert_string_equal(text, "+21%");
    figure_percent(-10000, text);
    assert_string_equal(text, "-100%");
    figure_percent(49, text);
    assert_string_equal(text, "0%");
    figure_percent(-49, text);
    assert_string_equal(text, "0%");
}

static void ages_say_when_they_change(void **state)
{
    (void)state;
    char text[FIGURE_SIZE];
    assert_int_equal(figure_age(12 * S + S / 4, text), S - S / 4);
    assert_string_equal(text, "12 s");
    assert_int_equal(figure_age(-5, text), S);
    assert_string_equal(text, "0 s");
    assert_int_equal(figure_age(60 * S, text), 60 * S);
    assert_string_equal(text, "1 min");
    figure_age(7200 * S, text);
    assert_string_equal(text, "2 h");
    figure_age(86400 * S * 3, text);
    assert_string_equal(text, "3 d");
}

static void remaining_time_says_when_it_changes(void **state)
{
    (void)state;
    static const struct {
        int64_t left;
        const char *text;
    } rows[] = {{-1, "0s"},       {59, "59s"}, {60, "1m"}, {3600 + 20 * 60, "1h 20m"}, {86400 + 4 * 3600, "1d 4h"},
                {9 * 86400, "9d"}};
    char text[FIGURE_SIZE], later[FIGURE_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t change = figure_remaining(rows[i].left * S, text);
        assert_string_equal(text, rows[i].text);
        if (rows[i].left <= 0) continue;
        figure_remaining(rows[i].left * S - change, later);
        assert_string_not_equal(later, text);
        figure_remaining(rows[i].left * S - change + 1, later);
        assert_string_equal(later, text);
    }
}

static void durations(void **state)
{
    (void)state;
    char text[FIGURE_SIZE];
    figure_duration(38 * NANOSECONDS_PER_MILLISECOND, text);
    assert_string_equal(text, "38 ms");
    figure_duration(-12 * NANOSECONDS_PER_MILLISECOND, text);
    assert_string_equal(text, "-12 ms");
    figure_duration(412 * NANOSECONDS_PER_MILLISECOND, text);
    assert_string_equal(text, "0.41 s");
    figure_duration(S * 123 / 10, text);
    assert_string_equal(text, "12.3 s");
    figure_clock(INT64_C(1795246863) * 1000, false, text);
    assert_string_equal(text, "07:41:03");
    figure_clock(EVENT_NO_TIME, true, text);
    assert_string_equal(text, "--:--:--");
}

static void bars_are_logarithmic_and_monotonic(void **state)
{
    (void)state;
    assert_int_equal(figure_bar(0, 100, 20), 0);
    assert_int_equal(figure_bar(100, 100, 20), 160);
    assert_int_equal(figure_bar(200, 100, 20), 160);
    assert_int_equal(figure_bar(1, INT64_MAX, 20), 1);
    assert_int_equal(figure_bar(5, 0, 20), 0);
    assert_int_equal(figure_bar(5, 10, 0), 0);
    /* A tenth of the largest still has half the length. */
    assert_in_range(figure_bar(1000, 10000, 20), 80, 90);
    int before = 0;
    for (quantity_t quantity = 1; quantity <= 10000; quantity += 7) {
        int length = figure_bar(quantity, 10000, 50);
        assert_true(length >= before);
        before = length;
    }
    assert_true(figure_bar(INT64_MAX - 1, INT64_MAX, 20) <= 160);
}

static void the_scale_of_bars_is_round(void **state)
{
    (void)state;
    assert_int_equal(figure_round_up(0), 1);
    assert_int_equal(figure_round_up(5), 5);
    assert_int_equal(figure_round_up(5001), 10000);
    assert_int_equal(figure_round_up(118000), 200000);
    assert_true(figure_round_up(INT64_MAX) == INT64_MAX);
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_follow_unit_and_tick),
        cmocka_unit_test(decimals_show_the_whole_price),
        cmocka_unit_test(sizes_are_grouped),
        cmocka_unit_test(money_and_percents),
        cmocka_unit_test(ages_say_when_they_change),
        cmocka_unit_test(remaining_time_says_when_it_changes),
        cmocka_unit_test(durations),
        cmocka_unit_test(bars_are_logarithmic_and_monotonic),
        cmocka_unit_test(the_scale_of_bars_is_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
