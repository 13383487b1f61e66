#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/decimal.h"

#define UNTOUCHED INT64_C(-77)

/* What a parse should do: `error`, and the units where it is DECIMAL_OK. */
struct expectation {
    const char *text;
    unsigned scale;
    enum decimal_error error;
    int64_t units;
};

static void check_parse(const struct expectation *expected, bool rounded)
{
    int64_t units = UNTOUCHED;
    struct text text = text_from(expected->text);
    enum decimal_error error =
        rounded ? decimal_parse_rounded(text, expected->scale, &units) : decimal_parse(text, expected->scale, &units);
    int64_t wanted = expected->error == DECIMAL_OK ? expected->units : UNTOUCHED;
    if (error != expected->error || units != wanted)
        fail_msg("\"%s\" at scale %u%s: %s, %lld; wanted %s, %lld", expected->text, expected->scale,
                 rounded ? ", rounded" : "", decimal_error_text(error), (long long)units,
                 decimal_error_text(expected->error), (long long)wanted);
}

static void strict_parse_reads_exactly(void **state)
{
    (void)state;
    static const struct expectation table[] = {
        {"0.62", 4, DECIMAL_OK, 6200},
        {"11005549.53", 6, DECIMAL_OK, INT64_C(11005549530000)},
        {".48", 4, DECIMAL_OK, 4800},
        {"5.", 2, DECIMAL_OK, 500},
        {"007", 0, DECIMAL_OK, 7},
        {"0", 0, DECIMAL_OK, 0},
        {"0.0", 18, DECIMAL_OK, 0},
        {"0.620000000000000000000000000000", 2, DECIMAL_OK, 62},
        {"000000000000000000000000000000001.5", 1, DECIMAL_OK, 15},
        {"9223372036854775807", 0, DECIMAL_OK, INT64_MAX},
        {"9.223372036854775807", 18, DECIMAL_OK, INT64_MAX},
        {"00009223372036854.775807000", 6, DECIMAL_OK, INT64_MAX},
        {"0.000000000000000001", 18, DECIMAL_OK, 1},
        {"0.000000000000000001", 17, DECIMAL_TOO_FINE, 0},
        {"0.621", 2, DECIMAL_TOO_FINE, 0},
        {"0.6200000000000000000000000000001", 2, DECIMAL_TOO_FINE, 0},
        {"9223372036854775808", 0, DECIMAL_OVERFLOW, 0},
        {"9999999999999999999", 0, DECIMAL_OVERFLOW, 0},
        {"18446744073709551616", 0, DECIMAL_OVERFLOW, 0},
        {"18446744073709551617", 1, DECIMAL_OVERFLOW, 0},
        {"9.223372036854775808", 18, DECIMAL_OVERFLOW, 0},
        {"10", 18, DECIMAL_OVERFLOW, 0},
        {"9999999999999999999999999999999999999999", 2, DECIMAL_OVERFLOW, 0},
        {"", 4, DECIMAL_EMPTY, 0},
        {".", 4, DECIMAL_SYNTAX, 0},
        {"..", 4, DECIMAL_SYNTAX, 0},
        {"1.2.3", 4, DECIMAL_SYNTAX, 0},
        {"1,5", 4, DECIMAL_SYNTAX, 0},
        {" 1", 4, DECIMAL_SYNTAX, 0},
        {"1 ", 4, DECIMAL_SYNTAX, 0},
        {"0x10", 4, DECIMAL_SYNTAX, 0},
        {"NaN", 4, DECIMAL_SYNTAX, 0},
        {"Infinity", 4, DECIMAL_SYNTAX, 0},
        {"1/2", 4, DECIMAL_SYNTAX, 0},
        {"1:2", 4, DECIMAL_SYNTAX, 0},
        {"1-2", 4, DECIMAL_SYNTAX, 0},
        {"99999999999999999999999x", 4, DECIMAL_SYNTAX, 0},
        {"e5", 4, DECIMAL_SYNTAX, 0},
        {"\xC2\xB2", 4, DECIMAL_SYNTAX, 0},
        {"-0", 4, DECIMAL_SIGN, 0},
        {"-1", 4, DECIMAL_SIGN, 0},
        {"+1", 4, DECIMAL_SIGN, 0},
        {"1e400", 4, DECIMAL_EXPONENT, 0},
        {"1E2", 4, DECIMAL_EXPONENT, 0},
        {"1.5e0", 4, DECIMAL_EXPONENT, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) check_parse(&table[i], false);
}

static void strict_parse_refuses_a_zero_byte(void **state)
{
    (void)state;
    int64_t units = UNTOUCHED;
    assert_int_equal(decimal_parse(TEXT("1\0002"), 4, &units), DECIMAL_SYNTAX);
    assert_int_equal(decimal_parse((struct text){NULL, 0}, 4, &units), DECIMAL_EMPTY);
    assert_int_equal(units, UNTOUCHED);
}

static void rounded_parse_reads_what_floats_leave(void **state)
{
    (void)state;
    static const struct expectation table[] = {
        {"0.6200000000000001", 4, DECIMAL_OK, 6200},
        {"0.61995", 4, DECIMAL_OK, 6200},
        {"0.619949999", 4, DECIMAL_OK, 6199},
        {"-0.61995", 4, DECIMAL_OK, -6200},
        {"-0", 4, DECIMAL_OK, 0},
        {"+2.5", 0, DECIMAL_OK, 3},
        {"-2.5", 0, DECIMAL_OK, -3},
        {"0.5", 0, DECIMAL_OK, 1},
        {"0.05", 0, DECIMAL_OK, 0},
        {"0.49999999999999999999999999", 0, DECIMAL_OK, 0},
        {"1e3", 2, DECIMAL_OK, 100000},
        {"1.5E+3", 0, DECIMAL_OK, 1500},
        {"15e-1", 1, DECIMAL_OK, 15},
        {"5e-1", 0, DECIMAL_OK, 1},
        {"5e-2", 0, DECIMAL_OK, 0},
        {"9e-400", 18, DECIMAL_OK, 0},
        {"1e-99999999999999999999999999", 18, DECIMAL_OK, 0},
        {"0e99999999999999999999999999", 18, DECIMAL_OK, 0},
        {"1e99999999999999999999999999", 0, DECIMAL_OVERFLOW, 0},
        {"1e19", 0, DECIMAL_OVERFLOW, 0},
        {"9223372036854775807.4", 0, DECIMAL_OK, INT64_MAX},
        {"9223372036854775807.5", 0, DECIMAL_OVERFLOW, 0},
        {"-9223372036854775807", 0, DECIMAL_OK, -INT64_MAX},
        {"-9223372036854775808", 0, DECIMAL_OVERFLOW, 0},
        {"", 0, DECIMAL_EMPTY, 0},
        {"-", 0, DECIMAL_SYNTAX, 0},
        {"--1", 0, DECIMAL_SYNTAX, 0},
        {"1e", 0, DECIMAL_SYNTAX, 0},
        {"1e+", 0, DECIMAL_SYNTAX, 0},
        {"1e5.0", 0, DECIMAL_SYNTAX, 0},
        {"1e5x", 0, DECIMAL_SYNTAX, 0},
        {".e5", 0, DECIMAL_SYNTAX, 0},
        {"nan", 0, DECIMAL_SYNTAX, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) check_parse(&table[i], true);
}

/* The same rules once more, done the way one does them on paper: with rows of digits, where nothing can overflow. */

#define PAPER_DIGITS 256

static const char *paper_sign(const char *at, bool *negative)
{
    *negative = *at == '-';
    return *at == '-' || *at == '+' ? at + 1 : at;
}

/* Adds one to a row of digits; the row has room for a carry at its start. */
static void paper_increment(char *digits, size_t length)
{
    size_t i = length;
    while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
    digits[i - 1]++;
}

static enum decimal_error paper_parse(const char *text, unsigned scale, bool strict, int64_t *out)
{
    static const char largest[] = "9223372036854775807";
    if (*text == '\0') return DECIMAL_EMPTY;
    bool negative;
    const char *at = paper_sign(text, &negative);
    if (strict && at != text) return DECIMAL_SIGN;
    char row[PAPER_DIGITS];
    memset(row, '0', sizeof row);
    size_t whole = strspn(at, "0123456789");
    bool has_point = at[whole] == '.';
    size_t fraction = has_point ? strspn(at + whole + 1, "0123456789") : 0;
    const char *rest = at + whole + (has_point ? 1 : 0) + fraction;
    if (whole + fraction == 0) return DECIMAL_SYNTAX;
    long exponent = 0;
    if (*rest == 'e' || *rest == 'E') {
        if (strict) return DECIMAL_EXPONENT;
        bool ignored;
        const char *digits = paper_sign(rest + 1, &ignored);
        size_t length = strspn(digits, "0123456789");
        if (length == 0 || digits[length] != '\0') return DECIMAL_SYNTAX;
        exponent = strtol(rest + 1, NULL, 10);
        /* Further out, these short rows of digits are nothing or far too much all the same. */
        exponent = exponent > 60 ? 60 : exponent < -60 ? -60 : exponent;
    } else if (*rest != '\0') {
        return DECIMAL_SYNTAX;
    }
    /* The units' last digit stands at row[PAPER_DIGITS / 2 - 1], whatever is finer behind it. */
    long first = (long)(PAPER_DIGITS / 2) - (long)whole - exponent - (long)scale;
    assert_true(first >= 1 && first + (long)(whole + fraction) <= PAPER_DIGITS);
    memcpy(row + first, at, whole);
    memcpy(row + first + whole, rest - fraction, fraction);
    size_t end = PAPER_DIGITS / 2;
    for (size_t i = end; strict && i < PAPER_DIGITS; i++)
        if (row[i] != '0') return DECIMAL_TOO_FINE;
    if (row[end] >= '5') paper_increment(row, end);
    size_t start = 0;
    while (start < end - 1 && row[start] == '0') start++;
    size_t length = end - start;
    if (length > sizeof largest - 1 || (length == sizeof largest - 1 && memcmp(row + start, largest, length) > 0))
        return DECIMAL_OVERFLOW;
    row[end] = '\0';
    long long value = strtoll(row + start, NULL, 10);
    *out = negative ? -value : value;
    return DECIMAL_OK;
}

static uint64_t next_random(uint64_t *seed)
{
    /* splitmix64 */
    uint64_t z = (*seed += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static size_t pick(uint64_t *seed, size_t below)
{
    return (size_t)(next_random(seed) % below);
}

static void put_digits(char *out, size_t *length, size_t count, uint64_t *seed)
{
    /* Zeros and nines are where the edges are. */
    static const char digits[] = "0123456789000999";
    for (size_t i = 0; i < count; i++) out[(*length)++] = digits[pick(seed, sizeof digits - 1)];
}

/* A number, or something that only nearly is one. */
static void random_number(char *out, uint64_t *seed)
{
    static const char noise[] = "+-.eE x,\t:/";
    size_t length = 0;
    if (pick(seed, 8) == 0) out[length++] = "+-"[pick(seed, 2)];
    put_digits(out, &length, pick(seed, 4) == 0 ? pick(seed, 26) : pick(seed, 9), seed);
    if (pick(seed, 4) != 0) out[length++] = '.';
    put_digits(out, &length, pick(seed, 4) == 0 ? pick(seed, 26) : pick(seed, 7), seed);
    if (pick(seed, 8) == 0)
        length += (size_t)snprintf(out + length, 8, "%c%d", "eE"[pick(seed, 2)], (int)pick(seed, 60) - 30);
    out[length] = '\0';
    if (length > 0 && pick(seed, 10) == 0) out[pick(seed, length)] = noise[pick(seed, sizeof noise - 1)];
}

static void parse_agrees_with_paper(void **state)
{
    (void)state;
    uint64_t seed = 1;
    unsigned seen[DECIMAL_OVERFLOW + 1] = {0};
    for (int i = 0; i < 300000; i++) {
        char text[96];
        random_number(text, &seed);
        unsigned scale = (unsigned)pick(&seed, DECIMAL_SCALE_MAX + 1);
        bool rounded = pick(&seed, 2) == 0;
        struct expectation expected = {.text = text, .scale = scale};
        expected.error = paper_parse(text, scale, !rounded, &expected.units);
        check_parse(&expected, rounded);
        seen[expected.error]++;
    }
    /* The strings reach every outcome, or the test says less than it seems to. */
    for (size_t error = 0; error < sizeof seen / sizeof seen[0]; error++) assert_true(seen[error] > 20);
}

static void format_is_canonical(void **state)
{
    (void)state;
    static const struct {
        int64_t units;
        unsigned scale;
        const char *text;
    } table[] = {
        {6200, 4, "0.62"},
        {0, 0, "0"},
        {0, 18, "0"},
        {-1, 4, "-0.0001"},
        {10000, 4, "1"},
        {100, 0, "100"},
        {INT64_MAX, 18, "9.223372036854775807"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MIN, 18, "-9.223372036854775808"},
        {1, 18, "0.000000000000000001"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char out[DECIMAL_TEXT_SIZE];
        size_t length = decimal_format(table[i].units, table[i].scale, out);
        assert_string_equal(out, table[i].text);
        assert_int_equal(length, strlen(table[i].text));
    }
}

static void format_fixed_keeps_its_decimals(void **state)
{
    (void)state;
    static const struct {
        int64_t units;
        unsigned scale;
        unsigned decimals;
        const char *text;
    } table[] = {
        {6250, 4, 2, "0.63"},
        {6249, 4, 2, "0.62"},
        {-6250, 4, 2, "-0.63"},
        {-49, 4, 2, "0.00"},
        {-50, 4, 2, "-0.01"},
        {9999, 4, 0, "1"},
        {4999, 4, 0, "0"},
        {62, 2, 4, "0.6200"},
        {0, 0, 3, "0.000"},
        {12345, 2, 2, "123.45"},
        {INT64_MAX, 18, 17, "9.22337203685477581"},
        {INT64_MIN, 18, 0, "-9"},
        {INT64_MIN, 0, 18, "-9223372036854775808.000000000000000000"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char out[DECIMAL_TEXT_SIZE];
        size_t length = decimal_format_fixed(table[i].units, table[i].scale, table[i].decimals, out);
        assert_string_equal(out, table[i].text);
        assert_int_equal(length, strlen(table[i].text));
    }
}

static void formats_read_back(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < 100000; i++) {
        int64_t units = (int64_t)(next_random(&seed) >> (1 + pick(&seed, 63)));
        unsigned scale = (unsigned)pick(&seed, DECIMAL_SCALE_MAX + 1);
        char out[DECIMAL_TEXT_SIZE];
        int64_t again = UNTOUCHED;
        size_t length = decimal_format(units, scale, out);
        assert_int_equal(decimal_parse((struct text){out, length}, scale, &again), DECIMAL_OK);
        assert_int_equal(again, units);
        char shortest[DECIMAL_TEXT_SIZE];
        memcpy(shortest, out, length + 1);
        length = decimal_format_fixed(units, scale, DECIMAL_SCALE_MAX, out);
        assert_int_equal(decimal_parse((struct text){out, length}, scale, &again), DECIMAL_OK);
        assert_int_equal(again, units);
        length = decimal_format_fixed(-units, scale, (unsigned)pick(&seed, DECIMAL_SCALE_MAX + 1), out);
        assert_true(length == strlen(out) && length < DECIMAL_TEXT_SIZE);
    }
}

static void every_error_has_words(void **state)
{
    (void)state;
    for (int error = DECIMAL_OK; error <= DECIMAL_OVERFLOW; error++)
        assert_true(strlen(decimal_error_text((enum decimal_error)error)) > 0);
    assert_int_equal(decimal_one(0), 1);
    assert_int_equal(decimal_one(DECIMAL_SCALE_MAX), INT64_C(1000000000000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strict_parse_reads_exactly),
        cmocka_unit_test(strict_parse_refuses_a_zero_byte),
        cmocka_unit_test(rounded_parse_reads_what_floats_leave),
        cmocka_unit_test(parse_agrees_with_paper),
        cmocka_unit_test(format_is_canonical),
        cmocka_unit_test(format_fixed_keeps_its_decimals),
        cmocka_unit_test(formats_read_back),
        cmocka_unit_test(every_error_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
