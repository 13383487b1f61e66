#include "booktop/base/decimal.h"

#include <assert.h>
#include <string.h>

/* So many characters, all digits, cannot overflow 64 bits: 10^19 < 2^64. */
#define PLAIN_LENGTH_MAX 19

/* Exponents beyond this are all the same: no text is long enough to bring them back. */
#define EXPONENT_MAX (INT64_MAX / 4)

/* A number taken apart: its digits are `whole` followed by `fraction`, its value has the point behind the first
 * `point` of them (which may lie outside them, on either side). At least one digit. */
struct number {
    struct text whole;
    struct text fraction;
    int64_t point;
    bool negative;
};

static const int64_t power_of_ten[DECIMAL_SCALE_MAX + 1] = {
    INT64_C(1),
    INT64_C(10),
    INT64_C(100),
    INT64_C(1000),
    INT64_C(10000),
    INT64_C(100000),
    INT64_C(1000000),
    INT64_C(10000000),
    INT64_C(100000000),
    INT64_C(1000000000),
    INT64_C(10000000000),
    INT64_C(100000000000),
    INT64_C(1000000000000),
    INT64_C(10000000000000),
    INT64_C(100000000000000),
    INT64_C(1000000000000000),
    INT64_C(10000000000000000),
    INT64_C(100000000000000000),
    INT64_C(1000000000000000000),
};

static const char *const error_texts[] = {
    [DECIMAL_OK] = "no error",
    [DECIMAL_EMPTY] = "empty number",
    [DECIMAL_SYNTAX] = "not a decimal number",
    [DECIMAL_SIGN] = "number with a sign",
    [DECIMAL_EXPONENT] = "number with an exponent",
    [DECIMAL_TOO_FINE] = "number finer than its scale",
    [DECIMAL_OVERFLOW] = "number too large",
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What nearly every price and size is: a few digits, one point, nothing beyond the scale. False says only that the
 * careful way must look, not that anything is wrong. */
static bool parse_plain(struct text text, unsigned scale, int64_t *out)
{
    if (text.length > PLAIN_LENGTH_MAX) return false;
    uint64_t value = 0;
    size_t i = 0;
    unsigned digit;
    for (; i < text.length && (digit = (unsigned char)text.at[i] - (unsigned)'0') <= 9; i++) value = value * 10 + digit;
    size_t digits = i;
    size_t fraction = 0;
    if (i < text.length && text.at[i] == '.') {
        size_t start = ++i;
        for (; i < text.length && (digit = (unsigned char)text.at[i] - (unsigned)'0') <= 9; i++)
            value = value * 10 + digit;
        fraction = i - start;
        digits += fraction;
    }
    if (i != text.length || digits == 0 || fraction > scale) return false;
    uint64_t units;
    if (__builtin_mul_overflow(value, (uint64_t)power_of_ten[scale - fraction], &units) || units > INT64_MAX)
        return false;
    *out = (int64_t)units;
    return true;
}

/* Takes the digits from the start of `rest`. */
static struct text digits_take(struct text *rest)
{
    struct text digits = {rest->at, 0};
    while (digits.length < rest->length && is_digit(rest->at[digits.length])) digits.length++;
    rest->at += digits.length;
    rest->length -= digits.length;
    return digits;
}

/* Takes one character from the start of `rest` if it is one of the two. */
static bool character_take(struct text *rest, char one, char other)
{
    if (rest->length == 0 || (rest->at[0] != one && rest->at[0] != other)) return false;
    rest->at++;
    rest->length--;
    return true;
}

/* Reads what stands behind the 'e', to the end of the text. */
static enum decimal_error exponent_read(struct text rest, int64_t *out)
{
    bool negative = rest.length > 0 && rest.at[0] == '-';
    (void)character_take(&rest, '+', '-');
    struct text digits = digits_take(&rest);
    if (digits.length == 0 || rest.length > 0) return DECIMAL_SYNTAX;
    int64_t exponent = 0;
    for (size_t i = 0; i < digits.length && exponent < EXPONENT_MAX / 10; i++)
        exponent = exponent * 10 + (digits.at[i] - '0');
    *out = negative ? -exponent : exponent;
    return DECIMAL_OK;
}

static enum decimal_error number_read(struct text text, bool strict, struct number *out)
{
    if (text.length == 0) return DECIMAL_EMPTY;
    struct text rest = text;
    struct number number = {.negative = rest.at[0] == '-'};
    if (character_take(&rest, '+', '-') && strict) return DECIMAL_SIGN;
    number.whole = digits_take(&rest);
    if (character_take(&rest, '.', '.')) number.fraction = digits_take(&rest);
    if (number.whole.length + number.fraction.length == 0) return DECIMAL_SYNTAX;
    int64_t exponent = 0;
    if (character_take(&rest, 'e', 'E')) {
        if (strict) return DECIMAL_EXPONENT;
        enum decimal_error error = exponent_read(rest, &exponent);
        if (error != DECIMAL_OK) return error;
    } else if (rest.length > 0) {
        return DECIMAL_SYNTAX;
    }
    number.point = (int64_t)number.whole.length + exponent;
    *out = number;
    return DECIMAL_OK;
}

static int digit_at(const struct number *number, size_t i)
{
    size_t whole = number->whole.length;
    return (i < whole ? number->whole.at[i] : number->fraction.at[i - whole]) - '0';
}

/* Appends a digit; false if the value would leave 63 bits. */
static bool append_digit(int64_t *value, int digit)
{
    return !__builtin_mul_overflow(*value, INT64_C(10), value) && !__builtin_add_overflow(*value, digit, value);
}

/* The units of the number at a scale: the digits up to the scale make the value; those beyond it must be zeros (strict)
 * or round it. */
static enum decimal_error number_units(const struct number *number, unsigned scale, bool strict, int64_t *out)
{
    size_t digits = number->whole.length + number->fraction.length;
    int64_t wanted = number->point + (int64_t)scale;
    size_t kept = wanted <= 0 ? 0 : (uint64_t)wanted < digits ? (size_t)wanted : digits;
    if (strict) {
        for (size_t i = kept; i < digits; i++)
            if (digit_at(number, i) != 0) return DECIMAL_TOO_FINE;
    }
    int64_t value = 0;
    for (size_t i = 0; i < kept; i++)
        if (!append_digit(&value, digit_at(number, i))) return DECIMAL_OVERFLOW;
    for (int64_t padding = wanted - (int64_t)digits; value != 0 && padding > 0; padding--)
        if (!append_digit(&value, 0)) return DECIMAL_OVERFLOW;
    bool round_up = wanted >= 0 && kept < digits && digit_at(number, kept) >= 5;
    if (round_up && __builtin_add_overflow(value, 1, &value)) return DECIMAL_OVERFLOW;
    *out = number->negative ? -value : value;
    return DECIMAL_OK;
}

static enum decimal_error parse_careful(struct text text, unsigned scale, bool strict, int64_t *out)
{
    struct number number;
    enum decimal_error error = number_read(text, strict, &number);
    if (error != DECIMAL_OK) return error;
    return number_units(&number, scale, strict, out);
}

/* The digits of `value`, at least `least` of them, written so that they end before `end`. Returns their start. */
static char *digits_before(char *end, uint64_t value, unsigned least)
{
    char *at = end;
    for (; value > 0 || (size_t)(end - at) < least; value /= 10) *--at = (char)('0' + value % 10);
    return at;
}

static uint64_t magnitude(int64_t units)
{
    return units < 0 ? 0 - (uint64_t)units : (uint64_t)units;
}

/* Writes sign, whole and `decimals` digits of fraction. */
static size_t write_parts(bool negative, uint64_t whole, uint64_t fraction, unsigned decimals, char *out)
{
    char digits[DECIMAL_TEXT_SIZE];
    char *end = digits + sizeof digits;
    char *at = end;
    if (decimals > 0) {
        at = digits_before(at, fraction, decimals);
        *--at = '.';
    }
    at = digits_before(at, whole, 1);
    if (negative) *--at = '-';
    size_t length = (size_t)(end - at);
    memcpy(out, at, length);
    out[length] = '\0';
    return length;
}

const char *decimal_error_text(enum decimal_error error)
{
    size_t i = (size_t)error;
    return i < sizeof error_texts / sizeof error_texts[0] ? error_texts[i] : "unknown error";
}

int64_t decimal_one(unsigned scale)
{
    assert(scale <= DECIMAL_SCALE_MAX);
    return power_of_ten[scale];
}

enum decimal_error decimal_parse(struct text text, unsigned scale, int64_t *out)
{
    assert(scale <= DECIMAL_SCALE_MAX);
    if (parse_plain(text, scale, out)) return DECIMAL_OK;
    return parse_careful(text, scale, true, out);
}

enum decimal_error decimal_parse_rounded(struct text text, unsigned scale, int64_t *out)
{
    assert(scale <= DECIMAL_SCALE_MAX);
    return parse_careful(text, scale, false, out);
}

size_t decimal_format(int64_t units, unsigned scale, char *out)
{
    assert(scale <= DECIMAL_SCALE_MAX);
    uint64_t one = (uint64_t)power_of_ten[scale];
    uint64_t whole = magnitude(units) / one;
    uint64_t fraction = magnitude(units) % one;
    unsigned decimals = fraction == 0 ? 0 : scale;
    for (; decimals > 0 && fraction % 10 == 0; decimals--) fraction /= 10;
    return write_parts(units < 0, whole, fraction, decimals, out);
}

size_t decimal_format_fixed(int64_t units, unsigned scale, unsigned decimals, char *out)
{
    assert(scale <= DECIMAL_SCALE_MAX && decimals <= DECIMAL_SCALE_MAX);
    uint64_t value = magnitude(units);
    unsigned kept = decimals < scale ? decimals : scale;
    uint64_t step = (uint64_t)power_of_ten[scale - kept];
    value = value / step + (value % step >= step - value % step ? 1 : 0);
    uint64_t one = (uint64_t)power_of_ten[kept];
    uint64_t fraction = value % one * (uint64_t)power_of_ten[decimals - kept];
    /* What rounds to zero has no sign: "-0.00" would say more than is known. */
    return write_parts(units < 0 && value > 0, value / one, fraction, decimals, out);
}
