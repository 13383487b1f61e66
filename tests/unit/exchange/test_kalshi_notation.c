/* How Kalshi writes numbers, times and grids. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/exchange/kalshi/notation.h"

static struct json_writer writer;

static void written(const char *expected)
{
    struct text text = json_writer_text(&writer);
    if (!text_is(text, expected)) fail_msg("%.*s is not %s", TEXT_ARGS(text), expected);
    json_writer_reset(&writer);
}

static void prices_have_four_decimals(void **state)
{
    (void)state;
    static const struct {
        int price;
        const char *text;
    } cases[] = {{0, "\"0.0000\""}, {1, "\"0.0010\""}, {80, "\"0.0800\""}, {999, "\"0.9990\""}, {1000, "\"1.0000\""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        notation_price(&writer, cases[i].price);
        written(cases[i].text);
    }
}

static void sizes_have_two(void **state)
{
    (void)state;
    static const struct {
        int64_t size;
        const char *text;
    } cases[] = {
        {0, "\"0.00\""},   {5, "\"0.05\""},           {-9469, "\"-94.69\""},
        {-7, "\"-0.07\""}, {1107500, "\"11075.00\""}, {INT64_MIN, "\"-92233720368547758.08\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        notation_size(&writer, cases[i].size);
        written(cases[i].text);
    }
}

static void times_have_the_digits_they_need(void **state)
{
    (void)state;
    static const struct {
        int64_t stamp_us;
        const char *text;
    } cases[] = {
        {INT64_C(1789140903917390), "\"2026-09-11T15:35:03.91739Z\""},
        {INT64_C(1789140903000000), "\"2026-09-11T15:35:03Z\""},
        {INT64_C(1789140903000001), "\"2026-09-11T15:35:03.000001Z\""},
        {INT64_C(1789140903500000), "\"2026-09-11T15:35:03.5Z\""},
        {0, "\"1970-01-01T00:00:00Z\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        notation_time(&writer, cases[i].stamp_us);
        written(cases[i].text);
    }
}

static void grids_have_their_names(void **state)
{
    (void)state;
    json_write_object(&writer);
    notation_grid_members(&writer, 1, false);
    json_write_object_end(&writer);
    written("{\"price_level_structure\":\"deci_cent\",\"price_ranges\":[{\"start\":\"0.0000\",\"end\":\"1.0000\","
            "\"step\":\"0.0010\"}]}");
    json_write_object(&writer);
    notation_grid_members(&writer, 10, false);
    json_write_object_end(&writer);
    written("{\"price_level_structure\":\"linear_cent\",\"price_ranges\":[{\"start\":\"0.0000\",\"end\":\"1.0000\","
            "\"step\":\"0.0100\"}]}");
}

static int writer_free(void **state)
{
    (void)state;
    json_writer_free(&writer);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_have_four_decimals),
        cmocka_unit_test(sizes_have_two),
        cmocka_unit_test(times_have_the_digits_they_need),
        cmocka_unit_test(grids_have_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, writer_free);
}
