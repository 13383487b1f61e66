/* What is sent to Polymarket and asked of it: subscriptions and URLs. Pure: they write text, nothing else.
 * Sources: Polymarket's documentation of the market channel, CLOB REST, Gamma and data API as of 2026-11.
 */
#ifndef BOOKTOP_VENUE_POLYMARKET_REQUEST_H
#define BOOKTOP_VENUE_POLYMARKET_REQUEST_H

#include "booktop/json/writer.h"
#include "booktop/venue/venue.h"

#define POLYMARKET_STREAM_URL    "wss://ws-subscriptions-clob.polymarket.com/ws/market"
#define POLYMARKET_BOOKS_URL     "https://clob.polymarket.com"
#define POLYMARKET_CATALOGUE_URL "https://gamma-api.polymarket.com"
#define POLYMARKET_TRADES_URL    "https://data-api.polymarket.com"

#define POLYMARKET_URL_SIZE 768

/* Writes a message into `out` (reset first). The opening subscription has a type, later ones an operation; custom
 * features are asked for, so that resolutions arrive. `tokens` are terminated strings. */
void polymarket_write_opening(struct json_writer *out, const char *const *tokens, size_t count);
void polymarket_write_subscribe(struct json_writer *out, const char *const *tokens, size_t count);
void polymarket_write_unsubscribe(struct json_writer *out, const char *const *tokens, size_t count);

/* The heartbeat, every 10 s: text, not JSON. The venue answers PONG. */
#define POLYMARKET_PING          TEXT("PING")
#define POLYMARKET_PING_INTERVAL (10 * NANOSECONDS_PER_SECOND)

/* What a MARKET argument of this venue means. */
enum polymarket_name {
    POLYMARKET_NAME_NONE,        /* nothing that could be a name (empty, too long, foreign address) */
    POLYMARKET_NAME_SLUG,        /* of a market or of an event: try both, the market first */
    POLYMARKET_NAME_MARKET_SLUG, /* of a market for certain */
    POLYMARKET_NAME_CONDITION,   /* 0x + 64 hex digits */
    POLYMARKET_NAME_TOKEN,       /* a decimal token id */
};

/* Takes `https://polymarket.com/event/EVENT[/MARKET]`, `/market/MARKET` (with or without scheme, www., language prefix,
 * query, fragment), a slug, a condition id or a token id apart; `out` gets the bare name in lower case, nothing for
 * POLYMARKET_NAME_NONE. `size` at least 1. */
enum polymarket_name polymarket_parse_name(struct text words, char *out, size_t size);

/* URLs, terminated, every foreign part percent-encoded. They return the length, 0 if `size` does not suffice. `root` is
 * the endpoint without a slash at its end. */
size_t polymarket_url_market_by_slug(const char *root, const char *slug, char *out, size_t size);
size_t polymarket_url_event_by_slug(const char *root, const char *slug, char *out, size_t size);
size_t polymarket_url_market_by_condition(const char *root, const char *condition, char *out, size_t size);
size_t polymarket_url_market_by_token(const char *root, const char *token, char *out, size_t size);
size_t polymarket_url_search(const char *root, struct text words, char *out, size_t size);
/* Events that are open, by 24-hour volume, the most traded first. */
size_t polymarket_url_top_events(const char *root, unsigned limit, char *out, size_t size);
size_t polymarket_url_book(const char *root, const char *token, char *out, size_t size);
size_t polymarket_url_trades(const char *root, const char *condition, unsigned limit, char *out, size_t size);

#endif
