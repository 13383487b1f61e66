/* The fast way over levels and changes, which are nearly all that a busy market sends. Private to the room.
 *
 * The venue writes them in one order of keys, without escapes, with at most one blank behind commas and colons. What is
 * written just so is read here, in one go from bytes to integers. False never means "wrong", only "not of that shape":
 * then nothing was consumed and the JSON reader has to look. What is accepted here means the same to it.
 */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_SCAN_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_SCAN_H

#include <endian.h>
#include <string.h>

#include "booktop/json/reader.h"
#include "booktop/venue/polymarket/decode.h"
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

/* A key up to the quote that opens its value, in the three ways in which the venue has spaced its messages. Whole
 * literals, so that what follows has not to wait for the blanks to be counted. */
#define SCAN_FIRST_KEY(scan, key) (SCAN(scan, "{\"" key "\":\"") || SCAN(scan, "{\"" key "\": \""))
#define SCAN_KEY(scan, key)                                                                                            \
    (SCAN(scan, ",\"" key "\":\"") || SCAN(scan, ", \"" key "\":\"") || SCAN(scan, ", \"" key "\": \""))

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
    if (digits - 1 >= POLYMARKET_PRICE_SCALE || scan->at[2 + digits] != '"') return false;
    /* Four places to the left: the digits become the last four of eight. */
    *price = scan_eight(scan_kept(word, digits) << 32);
    scan->at += 2 + digits + 1;
    return true;
}

/* 9337.19": at most eight digits before the point, at most as many as the scale behind it. */
static inline bool scan_size(struct scan *scan, quantity_t *size)
{
    if (!scan_has(scan, 2 * sizeof(uint64_t) + 1)) return false;
    const char *at = scan->at;
    uint64_t word = scan_word(at);
    unsigned digits = scan_digits(word);
    if (digits == 0) return false;
    quantity_t read = scan_eight(scan_kept(word, digits) << (64 - 8 * digits)) * 1000000;
    at += digits;
    if (*at == '.') {
        word = scan_word(++at);
        digits = scan_digits(word);
        if (digits - 1 >= POLYMARKET_SIZE_SCALE) return false;
        read += scan_eight(scan_kept(word, digits) << 16);
        at += digits;
    }
    if (*at != '"') return false;
    *size = read;
    scan->at = at + 1;
    return true;
}

/* A best bid or ask: a price, or 0" and 1" for an empty side. */
static inline bool scan_best(struct scan *scan, price_t *price)
{
    if (scan_price(scan, price)) {
        if (*price == 0) *price = PRICE_NONE;
        return true;
    }
    if (!SCAN(scan, "0\"") && !SCAN(scan, "1\"")) return false;
    *price = PRICE_NONE;
    return true;
}

/* A token id of printable ASCII, without quotes and backslashes. */
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

static inline bool scan_hash(struct scan *scan, struct text *hash)
{
    const char *at = scan->at;
    if (!scan_has(scan, POLYMARKET_HASH_LENGTH + 1) || at[POLYMARKET_HASH_LENGTH] != '"') return false;
    if (!polymarket_is_hash(at)) return false;
    *hash = (struct text){at, POLYMARKET_HASH_LENGTH};
    scan->at = at + POLYMARKET_HASH_LENGTH + 1;
    return true;
}

static inline bool scan_side(struct scan *scan, enum side *side)
{
    bool buy = SCAN(scan, "BUY\"");
    if (!buy && !SCAN(scan, "SELL\"")) return false;
    *side = buy ? SIDE_BID : SIDE_ASK;
    return true;
}

/* {"price":"0.62","size":"126"} where the reader stands. The size may be 0. */
static inline bool scan_level(struct json_reader *reader, struct level *level)
{
    struct scan scan = {reader->at, reader->end};
    if (!SCAN_FIRST_KEY(&scan, "price") || !scan_price(&scan, &level->price)) return false;
    if (!SCAN_KEY(&scan, "size") || !scan_size(&scan, &level->quantity)) return false;
    if (!SCAN(&scan, "}") || level->price == 0) return false;
    reader->at = scan.at;
    reader->done = true;
    return true;
}

/* {"asset_id":"…","price":"0.62","size":"0","side":"BUY","hash":"…","best_bid":"0.6","best_ask":"0.63"} */
static inline bool scan_change(struct json_reader *reader, struct level_change *change)
{
    struct scan scan = {reader->at, reader->end};
    if (!SCAN_FIRST_KEY(&scan, "asset_id") || !scan_symbol(&scan, &change->asset)) return false;
    if (!SCAN_KEY(&scan, "price") || !scan_price(&scan, &change->price)) return false;
    if (!SCAN_KEY(&scan, "size") || !scan_size(&scan, &change->quantity)) return false;
    if (!SCAN_KEY(&scan, "side") || !scan_side(&scan, &change->side)) return false;
    if (!SCAN_KEY(&scan, "hash") || !scan_hash(&scan, &change->hash)) return false;
    if (!SCAN_KEY(&scan, "best_bid") || !scan_best(&scan, &change->best_bid)) return false;
    if (!SCAN_KEY(&scan, "best_ask") || !scan_best(&scan, &change->best_ask)) return false;
    if (!SCAN(&scan, "}") || change->price == 0) return false;
    change->mode = CHANGE_SET;
    reader->at = scan.at;
    reader->done = true;
    return true;
}

#endif
