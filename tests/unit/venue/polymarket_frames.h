/* What the tests of Polymarket's decoder share: made-up names and messages in the venue's shape, and a decoder at hand.
 */
#ifndef TEST_POLYMARKET_FRAMES_H
#define TEST_POLYMARKET_FRAMES_H

#include <stdlib.h>
#include <string.h>

#include "booktop/venue/polymarket/decode.h"

#define MARKET             "0x00000000000000000000000000000000000000000000000000000000000000a1"
#define YES                "10000000000000000000000000000000000000000000000000000000000000000000000000001"
#define NO                 "20000000000000000000000000000000000000000000000000000000000000000000000000002"
#define HASH               "0123456789abcdef0123456789abcdef01234567"
#define HASH_NO            "76543210fedcba9876543210fedcba9876543210"
#define NAMES              "\"market\":\"" MARKET "\",\"asset_id\":\"" YES "\","
#define STAMP              "\"timestamp\":\"1789156497002\","
#define BOOK_TYPE          "\"event_type\":\"book\""
#define LEVEL(price, size) "{\"price\":\"" price "\",\"size\":\"" size "\"}"
/* Reads as BOOK(bids, asks, rest of members with a comma before). */
#define BOOK(bids, asks, rest)                                                                                         \
    "{" NAMES "\"bids\":" bids ",\"asks\":" asks "," STAMP "\"hash\":\"" HASH "\"," BOOK_TYPE rest "}"
#define SMALL_BOOK                                                                                                     \
    BOOK("[" LEVEL("0.01", "80.01") "," LEVEL("0.48", "500") "]", "[" LEVEL("0.999", "19500402.66") "]",               \
         ",\"tick_size\":\"0.001\",\"last_trade_price\":\"0.5\"")
#define ENTRY(asset, price, size, side, hash, bid, ask)                                                                \
    "{\"asset_id\":\"" asset "\",\"price\":\"" price "\",\"size\":\"" size "\",\"side\":\"" side "\",\"hash\":\"" hash \
    "\",\"best_bid\":\"" bid "\",\"best_ask\":\"" ask "\"}"
#define CHANGE(entries)                                                                                                \
    "{\"market\":\"" MARKET "\",\"price_changes\":" entries "," STAMP "\"event_type\":\"price_change\"}"
#define PAIR                                                                                                           \
    CHANGE("[" ENTRY(YES, "0.63", "9", "SELL", HASH, "0.624", "0.63") "," ENTRY(NO, "0.37", "9.5", "BUY", HASH_NO,     \
                                                                                "0", "1") "]")
#define TRADE(rest)                                                                                                    \
    "{" NAMES STAMP "\"price\":\"0.42\",\"size\":\"21.42857\",\"event_type\":\"last_trade_price\"" rest "}"

static struct polymarket_decoder *decoder;

static inline int make(void **state)
{
    (void)state;
    decoder = polymarket_decoder_create();
    return decoder ? 0 : -1;
}

static inline int unmake(void **state)
{
    (void)state;
    polymarket_decoder_destroy(decoder);
    return 0;
}

/* Decodes from a copy that ends where the frame ends, so that an address sanitizer sees the first byte read too far. */
static inline size_t decode_exactly(const char *frame, size_t length)
{
    char *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, frame, length);
    size_t count = polymarket_decode(decoder, (struct text){copy, length});
    free(copy);
    return count;
}

/* Without a terminator. Returns the bytes written. */
static inline size_t text_put(char *out, const char *text)
{
    size_t length = 0;
    for (; text[length]; length++) out[length] = text[length];
    return length;
}

static inline void assert_text(struct text text, const char *expected)
{
    if (!text_is(text, expected)) fail_msg("\"%.*s\" is not \"%s\"", TEXT_ARGS(text), expected);
}

static inline void assert_why(const struct event *event, const char *why)
{
    assert_non_null(event->why);
    assert_string_equal(event->why, why);
}

#endif
