/* What is sent to Kalshi over the stream and asked of it by REST. Pure: texts out of arguments.
 * Source: Kalshi's AsyncAPI and OpenAPI documents as of 2026-10.
 */
#ifndef BOOKTOP_VENUE_KALSHI_COMMAND_H
#define BOOKTOP_VENUE_KALSHI_COMMAND_H

#include "booktop/json/writer.h"

#define KALSHI_STREAM_URL "wss://external-api-ws.kalshi.com/trade-api/ws/v2"
#define KALSHI_REST_URL   "https://external-api.kalshi.com/trade-api/v2"
/* What the handshake's signature is over, besides the time. */
#define KALSHI_STREAM_PATH "/trade-api/ws/v2"

#define KALSHI_URL_SIZE 4096

enum kalshi_channel { KALSHI_BOOKS, KALSHI_TICKER, KALSHI_TRADES, KALSHI_LIFECYCLE, KALSHI_CHANNELS };
/* "orderbook_delta", … Static. And back: KALSHI_CHANNELS for one that is not ours. */
const char *kalshi_channel_name(enum kalshi_channel channel);
enum kalshi_channel kalshi_channel_find(struct text name);

enum kalshi_update { KALSHI_ADD, KALSHI_DELETE, KALSHI_GET_SNAPSHOT };

/* Writes a command into `out` (reset first), keys in the order id, cmd, params. `id` >= 1, unique on the connection.
 * use_yes_price stands in every subscription to books, since the venue's default is announced to change. Without
 * tickers (count 0) it is the whole channel. */
void kalshi_write_subscribe(struct json_writer *out, int64_t id, enum kalshi_channel channel,
                            const char *const *tickers, size_t count, bool use_yes_price);
void kalshi_write_update(struct json_writer *out, int64_t id, int64_t sid, enum kalshi_update update,
                         const char *const *tickers, size_t count);
void kalshi_write_unsubscribe(struct json_writer *out, int64_t id, int64_t sid);
void kalshi_write_list(struct json_writer *out, int64_t id);

/* What a MARKET argument of this venue means. */
enum kalshi_name {
    KALSHI_NAME_NONE,   /* nothing that could be a name (empty, too long, foreign address, words) */
    KALSHI_NAME_TICKER, /* of a market, event or series: letters, digits, '-', '.', '_' */
};

/* Takes `https://kalshi.com/markets/SERIES[/SLUG[/TICKER]]` (with or without scheme, www., query, fragment), an event's
 * address, or a ticker apart; `out` gets the last ticker in upper case. `size` at least 1. */
enum kalshi_name kalshi_parse_name(struct text words, char *out, size_t size);

/* URLs, terminated, every foreign part percent-encoded. They return the length, 0 if `size` does not suffice. */
size_t kalshi_url_market(const char *root, const char *ticker, char *out, size_t size);
size_t kalshi_url_event(const char *root, const char *ticker, char *out, size_t size);  /* with its markets */
size_t kalshi_url_series(const char *root, const char *ticker, char *out, size_t size); /* its open events */
size_t kalshi_url_fee(const char *root, const char *series, char *out, size_t size); /* a series, which has its fee */
size_t kalshi_url_events(const char *root, const char *cursor, char *out,
                         size_t size); /* a page of the open ones, with markets; `cursor` NULL or "": the first */
size_t kalshi_url_events_named(const char *root, const char *const *tickers, size_t count, char *out,
                               size_t size); /* those of so many tickers, with markets; at most 200 */
size_t kalshi_url_book(const char *root, const char *ticker, char *out, size_t size);
size_t kalshi_url_trades(const char *root, const char *ticker, unsigned limit, char *out, size_t size);

#endif
