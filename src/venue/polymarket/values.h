/* What the values in Polymarket's messages mean, beyond what they mean everywhere (../values.h, whose rules hold here,
 * too). Private to the room. */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_VALUES_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_VALUES_H

#include <string.h>

#include "../values.h"
#include "booktop/venue/polymarket/decode.h"

/* A size of 0 or more. */
const char *polymarket_value_size(const struct json_value *value, quantity_t *size);

/* Price and size out of figures the venue made from floats (data API): rounded. */
const char *polymarket_value_price_rounded(const struct json_value *value, price_t *price);
const char *polymarket_value_size_rounded(const struct json_value *value, quantity_t *size);

/* A tick, more than 0. Empty and missing mean PRICE_NONE. */
const char *polymarket_value_tick(const struct json_value *value, price_t *tick);

/* The last trade price of a book, 0 <= price <= 1. Empty means never traded: PRICE_NONE, but told. */
const char *polymarket_value_last_trade(const struct json_value *value, price_t *price, bool *told);

/* BUY is a bid, SELL an ask, without case. */
const char *polymarket_value_side(const struct json_value *value, enum side *side);

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

#endif
