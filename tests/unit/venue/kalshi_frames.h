/* What the tests of Kalshi's decoder share: made-up messages in the venue's shape, and a decoder at hand. */
#ifndef TEST_KALSHI_FRAMES_H
#define TEST_KALSHI_FRAMES_H

#include <string.h>

#include "booktop/venue/kalshi/decode.h"

#define TICKER             "KXHARBOUR-26DEC-T4615.99"
#define NAMES              "\"market_ticker\":\"" TICKER "\",\"market_id\":\"00000000-0000-4000-8000-0000000000a1\""
#define FRAME(type, rest)  "{\"type\":\"" type "\",\"sid\":3,\"seq\":17,\"msg\":{" rest "}}"
#define SNAPSHOT(lists)    FRAME("orderbook_snapshot", NAMES lists)
#define YES_LEVELS(levels) ",\"yes_dollars_fp\":" levels
#define NO_LEVELS(levels)  ",\"no_dollars_fp\":" levels
#define DELTA(rest)        FRAME("orderbook_delta", NAMES "," rest)
#define PRICE(text)        "\"price_dollars\":\"" text "\","
#define SIZE(text)         "\"delta_fp\":\"" text "\","
#define SIDE_TEXT(text)    "\"side\":\"" text "\""
#define NO_DELTA           DELTA(PRICE("0.3200") SIZE("-94.69") SIDE_TEXT("no"))
#define TRADE(rest)        FRAME("trade", "\"market_ticker\":\"" TICKER "\"," rest)
#define TICKER_FRAME(rest) "{\"type\":\"ticker\",\"sid\":4,\"msg\":{" NAMES "," rest "}}"
#define LIFECYCLE(name, rest)                                                                                          \
    FRAME("market_lifecycle_v2", "\"event_type\":\"" name "\",\"market_ticker\":\"" TICKER "\"" rest)

static struct kalshi_decoder *decoder;

static inline int decoder_make(void **state)
{
    (void)state;
    decoder = kalshi_decoder_create();
    return decoder ? 0 : -1;
}

static inline int decoder_unmake(void **state)
{
    (void)state;
    kalshi_decoder_destroy(decoder);
    return 0;
}

static inline const struct event *kind_of(struct text frame, bool yes_price, enum event_kind expected)
{
    const struct event *event = kalshi_decode(decoder, frame, yes_price);
    if (event->kind != expected)
        fail_msg("kind %d (%s) of %.*s", (int)event->kind, event->why ? event->why : "-", TEXT_ARGS(frame));
    return event;
}

/* With NO prices as NO prices. */
static inline const struct event *kind(const char *frame, enum event_kind expected)
{
    return kind_of(text_from(frame), false, expected);
}

static inline void assert_text(struct text text, const char *expected)
{
    if (!text_is(text, expected)) fail_msg("\"%.*s\" is not \"%s\"", TEXT_ARGS(text), expected);
}

static inline const struct event *refused(const char *frame, const char *why)
{
    const struct event *event = kind(frame, EVENT_ERROR);
    if (strcmp(event->why, why) != 0) fail_msg("\"%s\", not \"%s\", for %s", event->why, why, frame);
    return event;
}

static inline void assert_level(struct level level, price_t price, quantity_t quantity)
{
    if (level.price != price || level.quantity != quantity)
        fail_msg("%lld x %lld, not %lld x %lld", (long long)level.price, (long long)level.quantity, (long long)price,
                 (long long)quantity);
}

#endif
