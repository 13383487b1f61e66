/* A random book, and the text of it that Polymarket's hash is taken of, put together in another way than the one under
 * test.
 */
#ifndef TEST_POLYMARKET_TEXT_H
#define TEST_POLYMARKET_TEXT_H

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "booktop/venue/polymarket/decode.h"
#include "booktop/venue/polymarket/hash.h"

#define ONE       10000
#define UNIT      1000000
#define TEXT_SIZE (1 << 20)
#define HEX_SIZE  (POLYMARKET_HASH_LENGTH + 1)

static struct order_book book;
static struct polymarket_levels levels;
static struct polymarket_hasher *hasher;

static char expected[TEXT_SIZE]; /* what is hashed, or a part of it */
static uint64_t dice;

static inline int start(void **state)
{
    (void)state;
    order_book_init(&book, ONE);
    hasher = polymarket_hasher_create();
    dice = UINT64_C(0x9e3779b97f4a7c15);
    return hasher == NULL;
}

static inline int finish(void **state)
{
    (void)state;
    polymarket_hasher_destroy(hasher);
    polymarket_levels_free(&levels);
    order_book_free(&book);
    return 0;
}

static inline uint64_t roll(uint64_t below)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (dice >> 11) % below;
}

/* Sizes as the venue has them, and some that it could have. */
static inline quantity_t roll_quantity(void)
{
    switch (roll(6)) {
    case 0:
        return (quantity_t)(roll(100000) + 1) * UNIT;
    case 1:
        return (quantity_t)roll(UINT64_C(10) * UNIT) + 1;
    case 2:
        return INT64_MAX - (quantity_t)roll(1000);
    default:
        return (quantity_t)(roll(10000000) + 1) * (UNIT / 100);
    }
}

static inline void book_set(enum side side, price_t price, quantity_t quantity)
{
    struct book_change change = {price, quantity, side, CHANGE_SET};
    assert_int_equal(order_book_apply(&book, &change, 1), BOOK_OK);
}

static inline void book_roll(unsigned changes, unsigned prices)
{
    order_book_clear(&book);
    for (unsigned i = 0; i < changes; i++)
        book_set(roll(2) ? SIDE_ASK : SIDE_BID, (price_t)(1 + roll(prices)) * (ONE / (prices + 1)), roll_quantity());
}

/* === The same text in another way === */

static inline const char *number(int64_t units, unsigned scale)
{
    static char rotating[4][DECIMAL_TEXT_SIZE];
    static unsigned turn;
    char *out = rotating[turn++ % 4];
    int64_t one = 1;
    for (unsigned i = 0; i < scale; i++) one *= 10;
    int length = snprintf(out, DECIMAL_TEXT_SIZE, "%" PRId64 ".%0*" PRId64, units / one, (int)scale, units % one);
    while (out[length - 1] == '0') out[--length] = '\0';
    if (out[length - 1] == '.') out[--length] = '\0';
    return out;
}

static inline size_t side_print(char *out, size_t room, enum side side, unsigned outcome)
{
    static const struct level *list[ONE]; /* best first */
    struct book_side *from = order_book_side(&book, outcome == 0 ? side : side_other(side));
    size_t count = 0, used = 0;
    for (const struct level *at = book_side_best(from); at != NULL; at = book_side_worse(from, at)) list[count++] = at;
    assert_int_equal(count, from->count);
    out[0] = '\0';
    while (count > 0) {
        const struct level *level = list[--count];
        price_t price = outcome == 0 ? level->price : ONE - level->price;
        used += (size_t)snprintf(out + used, room - used, "%s{\"price\":\"%s\",\"size\":\"%s\"}", used ? "," : "",
                                 number(price, 4), number(level->quantity, 6));
        assert_true(used < room);
    }
    return used;
}

static inline void text_print(enum polymarket_recipe recipe, const struct polymarket_terms *terms, unsigned outcome,
                              const char *last_trade)
{
    char *at = expected, *const end = expected + sizeof expected;
    at += snprintf(at, (size_t)(end - at), "{\"market\":\"%.*s\",\"asset_id\":\"%.*s\"", TEXT_ARGS(terms->market),
                   TEXT_ARGS(terms->asset));
    if (recipe != RECIPE_Z && terms->venue_ms == EVENT_NO_TIME)
        at += snprintf(at, (size_t)(end - at), ",\"timestamp\":\"\"");
    else if (recipe != RECIPE_Z)
        at += snprintf(at, (size_t)(end - at), ",\"timestamp\":\"%" PRId64 "\"", terms->venue_ms);
    at += snprintf(at, (size_t)(end - at), ",\"hash\":\"\",\"bids\":[");
    at += side_print(at, (size_t)(end - at), SIDE_BID, outcome);
    at += snprintf(at, (size_t)(end - at), "],\"asks\":[");
    at += side_print(at, (size_t)(end - at), SIDE_ASK, outcome);
    at += snprintf(at, (size_t)(end - at), "]");
    if (recipe == RECIPE_C || recipe == RECIPE_B)
        at += snprintf(at, (size_t)(end - at), ",\"min_order_size\":\"%s\",\"tick_size\":\"%s\",\"neg_risk\":%s",
                       number(terms->min_order_size, 6), terms->tick == PRICE_NONE ? "" : number(terms->tick, 4),
                       terms->negative_risk ? "true" : "false");
    if (recipe == RECIPE_C) at += snprintf(at, (size_t)(end - at), ",\"last_trade_price\":\"%s\"", last_trade);
    snprintf(at, (size_t)(end - at), "}");
}

static inline struct text hex_of(const char *text, char hex[HEX_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    assert_int_equal(EVP_Digest(text, strlen(text), digest, &length, EVP_sha1(), NULL), 1);
    assert_int_equal(length, 20);
    for (unsigned i = 0; i < length; i++) snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
    return (struct text){hex, POLYMARKET_HASH_LENGTH};
}

static const struct polymarket_terms some_terms = {
    .market = {"0xaabbcc", 8},
    .asset = {"100", 3},
    .venue_ms = 123456789,
    .min_order_size = INT64_C(100) * UNIT,
    .tick = 100,
};

#endif
