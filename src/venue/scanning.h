/* From bytes to integers in one go, for the shapes in which a venue writes nearly all it sends. Private to the room.
 *
 * False never means "wrong", only "not of that shape": then the JSON reader has to look. What is accepted here means
 * the same to it.
 */
#ifndef BOOKTOP_SRC_VENUE_SCANNING_H
#define BOOKTOP_SRC_VENUE_SCANNING_H

#include <endian.h>
#include <string.h>

#include "values.h"

#define SCAN_EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))
#define SCAN_TOP_BITS        SCAN_EACH_BYTE(0x80)

struct scan {
    const char *at, *end;
};

static inline bool scan_has(const struct scan *scan, size_t length)
{
    return (size_t)(scan->end - scan->at) >= length;
}

static inline uint64_t scan_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return le64toh(word);
}

/* Inlined by force: with its length known the comparison is an instruction or two. */
static inline __attribute__((always_inline)) bool scan_literal(struct scan *scan, const char *literal, size_t length)
{
    if (!scan_has(scan, length) || memcmp(scan->at, literal, length) != 0) return false;
    scan->at += length;
    return true;
}

#define SCAN(scan, literal) scan_literal(scan, literal, sizeof(literal) - 1)

/* How many of the eight characters are digits, up to the first that is none. */
static inline unsigned scan_digits(uint64_t word)
{
    uint64_t digits = word ^ SCAN_EACH_BYTE('0');
    uint64_t others = ((digits + SCAN_EACH_BYTE(0x80 - 10)) | digits) & SCAN_TOP_BITS;
    return others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
}

/* Eight digits as values 0 to 9, the most significant in the lowest byte: pairs, then fours, then all. */
static inline int64_t scan_eight(uint64_t digits)
{
    digits = digits * 10 + (digits >> 8);
    uint64_t low = (digits & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064);
    uint64_t high = (digits >> 16 & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001);
    return (int64_t)((low + high) >> 32);
}

/* The first `count` digits of a word (1 to 8), the rest of it zeros. */
static inline uint64_t scan_kept(uint64_t word, unsigned count)
{
    return (word ^ SCAN_EACH_BYTE('0')) & (UINT64_MAX >> (64 - 8 * count));
}

/* The values below stand behind their opening quote; the closing one is consumed too. */

/* 0.62": at most as many decimals as the scale, no other whole part. */
static inline bool scan_price(struct scan *scan, price_t *price)
{
    if (!scan_has(scan, 2 + sizeof(uint64_t)) || memcmp(scan->at, "0.", 2) != 0) return false;
    uint64_t word = scan_word(scan->at + 2);
    unsigned digits = scan_digits(word);
    if (digits - 1 >= VALUE_PRICE_SCALE || scan->at[2 + digits] != '"') return false;
    /* Four places to the left: the digits become the last four of eight. */
    *price = scan_eight(scan_kept(word, digits) << 32);
    scan->at += 2 + digits + 1;
    return true;
}

/* 9337.19": at most eight digits before the point, at most `scale` (1 to 8, `one` is 10 to that power) behind it. */
static inline __attribute__((always_inline)) bool scan_decimal(struct scan *scan, unsigned scale, int64_t one,
                                                               int64_t *out)
{
    if (!scan_has(scan, 2 * sizeof(uint64_t) + 1)) return false;
    const char *at = scan->at;
    uint64_t word = scan_word(at);
    unsigned digits = scan_digits(word);
    if (digits == 0) return false;
    int64_t read = scan_eight(scan_kept(word, digits) << (64 - 8 * digits)) * one;
    at += digits;
    if (*at == '.') {
        word = scan_word(++at);
        digits = scan_digits(word);
        if (digits - 1 >= scale) return false;
        read += scan_eight(scan_kept(word, digits) << (64 - 8 * scale));
        at += digits;
    }
    if (*at != '"') return false;
    *out = read;
    scan->at = at + 1;
    return true;
}

/* An id of printable ASCII, without quotes and backslashes. */
static inline bool scan_symbol(struct scan *scan, struct text *symbol)
{
    const char *start = scan->at, *at = start;
    for (; scan->end - at >= (ptrdiff_t)sizeof(uint64_t) && at - start < SYMBOL_SIZE; at += sizeof(uint64_t)) {
        /* As long as no byte is marked, no sum leaves its byte: the lowest mark is exact. */
        uint64_t word = scan_word(at);
        uint64_t quote_or_control = (word ^ SCAN_EACH_BYTE(2)) - SCAN_EACH_BYTE(0x21);
        uint64_t backslash = (word ^ SCAN_EACH_BYTE('\\')) - SCAN_EACH_BYTE(1);
        uint64_t marks = (quote_or_control | backslash | (word + SCAN_EACH_BYTE(1)) | word) & SCAN_TOP_BITS;
        if (!marks) continue;
        at += __builtin_ctzll(marks) / 8;
        if (*at != '"' || at == start || at - start >= SYMBOL_SIZE) return false;
        *symbol = (struct text){start, (size_t)(at - start)};
        scan->at = at + 1;
        return true;
    }
    return false;
}

#endif
