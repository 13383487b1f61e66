/* UTF-8, one character at a time, in the strict sense of The Unicode Standard 15, table 3-7. */
#ifndef BOOKTOP_BASE_UTF8_H
#define BOOKTOP_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_ILL_FORMED  (-1)
#define UTF8_SIZE_MAX    4
#define UTF8_REPLACEMENT INT32_C(0xFFFD)

/* Printable ASCII: one byte, one column, a cluster of its own among its like. */
static inline bool utf8_is_plain_ascii(int32_t code)
{
    return code >= 0x20 && code < 0x7F;
}

/* Reads the character at the start of `left` bytes, at least 1. Returns the bytes it takes; where they are ill-formed
 * `*code` is UTF8_ILL_FORMED and the bytes are the maximal ill-formed part (section 3.9, U+FFFD substitution). */
size_t utf8_decode(const char *at, size_t left, int32_t *code);

/* Writes a scalar value to `out` of UTF8_SIZE_MAX bytes; returns the bytes written. */
size_t utf8_encode(int32_t code, char *out);

#endif
