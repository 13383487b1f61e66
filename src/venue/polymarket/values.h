/* What the values in Polymarket's messages mean. Private to the room.
 *
 * `value` is what stood behind a key, NULL where the key was missing; JSON's null counts as missing. Numbers are read
 * from strings and from JSON numbers alike, never from strings with escapes. Functions that return a text return NULL
 * when all is well, else the reason (static); the result is untouched then.
 */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_VALUES_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_VALUES_H

#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/json/reader.h"
#include "booktop/market/event.h"
#include "booktop/venue/polymarket/decode.h"

/* The price of a level or a trade, 0 < price < 1, and a size of 0 or more. */
const char *polymarket_value_price(const struct json_value *value, price_t *price);
const char *polymarket_value_size(const struct json_value *value, quantity_t *size);

/* The same out of figures the venue made from floats (data API): rounded. */
const char *polymarket_value_price_rounded(const struct json_value *value, price_t *price);
const char *polymarket_value_size_rounded(const struct json_value *value, quantity_t *size);

/* Best bid or ask as told: 0, 1, empty and missing all mean PRICE_NONE. */
const char *polymarket_value_best(const struct json_value *value, price_t *price);

/* A tick, more than 0. Empty and missing mean PRICE_NONE. */
const char *polymarket_value_tick(const struct json_value *value, price_t *tick);

/* The last trade price of a book, 0 <= price <= 1. Empty means never traded: PRICE_NONE, but told. */
const char *polymarket_value_last_trade(const struct json_value *value, price_t *price, bool *told);

/* BUY is a bid, SELL an ask, without case. */
const char *polymarket_value_side(const struct json_value *value, enum side *side);

/* Milliseconds beyond this do not fit into nanoseconds (year 2262); such stamps are nonsense anyway. */
#define POLYMARKET_STAMP_MAX (INT64_MAX / NANOSECONDS_PER_MILLISECOND)

/* A stamp in whole units, 0 to POLYMARKET_STAMP_MAX. False, *stamp untouched, if missing or unreadable. */
bool polymarket_value_stamp(const struct json_value *value, int64_t *stamp);

/* Eight characters out of 0-9 and a-f? All three sums stay within their bytes as long as no byte has its top bit set.
 */
static inline bool polymarket_is_hex_word(uint64_t word)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t digit = word ^ each * 0x30, letter = word ^ each * 0x60;
    uint64_t no_digit = digit + each * (0x80 - 10);
    uint64_t no_letter = (letter + each * (0x80 - 7)) | ~(letter + each * (0x80 - 1));
    return !(((no_digit & no_letter) | word) & each * 0x80);
}

/* Are the 40 characters at `at` lowercase hex digits? */
static inline bool polymarket_is_hash(const char *at)
{
    uint64_t words[POLYMARKET_HASH_LENGTH / sizeof(uint64_t)];
    memcpy(words, at, sizeof words);
    bool hex = true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) hex &= polymarket_is_hex_word(words[i]);
    return hex;
}

/* 40 lowercase hex digits, or the empty text. */
struct text polymarket_value_hash(const struct json_value *value);

/* A condition or token id: printable ASCII without escapes, neither empty nor longer than SYMBOL_SIZE - 1. */
bool polymarket_value_symbol(const struct json_value *value, struct text *symbol);

/* Missing, null, or the empty string. */
bool polymarket_value_empty(const struct json_value *value);

/* The text of a number as written, in a string or bare; false where the value can be none. */
bool polymarket_value_number(const struct json_value *value, struct text *number);

#endif
