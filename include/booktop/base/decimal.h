/* Exact decimal numbers: a signed 64-bit count of units of 10^-scale. No floating point, ever.
 *
 * A scale belongs to an instrument and is fixed for its life (market/instrument.h). 0.62 at scale 4 is 6200.
 * Any thread may call everything here.
 */
#ifndef BOOKTOP_BASE_DECIMAL_H
#define BOOKTOP_BASE_DECIMAL_H

#include "booktop/base/text.h"

#define DECIMAL_SCALE_MAX 18
/* Enough for any value at any number of decimals: sign, 19 digits, point, 18 digits, terminator. */
#define DECIMAL_TEXT_SIZE 40

enum decimal_error {
    DECIMAL_OK,
    DECIMAL_EMPTY,    /* no characters */
    DECIMAL_SYNTAX,   /* a character that no decimal number has, or digits missing */
    DECIMAL_SIGN,     /* '+' or '-' */
    DECIMAL_EXPONENT, /* 'e' or 'E' after digits */
    DECIMAL_TOO_FINE, /* a digit other than 0 beyond the scale */
    DECIMAL_OVERFLOW, /* does not fit 63 bits at this scale */
};

/* A short reason in words, for counters and messages. Never NULL; static. */
const char *decimal_error_text(enum decimal_error error);

/* 10^scale, for scale <= DECIMAL_SCALE_MAX. "1" at that scale. */
int64_t decimal_one(unsigned scale);

/* Strict, for the way to the book: digits with at most one point and at least one digit (".48", "5." and "007" are
 * read; zeros beyond the scale carry no value and are read too). Signs and exponents are refused. On any error *out is
 * untouched. */
enum decimal_error decimal_parse(struct text text, unsigned scale, int64_t *out);

/* For catalogue figures only (JSON numbers that a venue made from floats): also reads a sign and an exponent, and
 * rounds what is finer than the scale, half away from zero. Overflow is still refused. */
enum decimal_error decimal_parse_rounded(struct text text, unsigned scale, int64_t *out);

/* Canonical text: no trailing zeros, no point where there is no fraction, "0" before the point. Writes to `out` of at
 * least DECIMAL_TEXT_SIZE bytes, terminated; returns the length. */
size_t decimal_format(int64_t units, unsigned scale, char *out);

/* Text with exactly `decimals` digits behind the point, at most DECIMAL_SCALE_MAX (rounded half away from zero where
 * the scale is finer; what rounds to zero has no sign), for columns that must not jump. `out` and result as above. */
size_t decimal_format_fixed(int64_t units, unsigned scale, unsigned decimals, char *out);

#endif
