/* The frames of the venue's WebSocket. Key order is the venue's. Each call writes one JSON object and the line feed
 * that stands behind every frame.
 */
#ifndef BOOKTOP_EXCHANGE_KALSHI_FRAME_H
#define BOOKTOP_EXCHANGE_KALSHI_FRAME_H

#include "booktop/exchange/kalshi/board.h"
#include "booktop/json/writer.h"

enum frame_channel { FRAME_BOOKS, FRAME_TICKER, FRAME_TRADES, FRAME_LIFECYCLE, FRAME_CHANNELS };

/* "orderbook_delta", "ticker", "trade", "market_lifecycle_v2". Static; FRAME_CHANNELS for one that is not ours. */
const char *frame_channel_name(enum frame_channel channel);
enum frame_channel frame_channel_find(struct text name);

/* What every frame says of itself; what is 0 is left out. */
struct frame_label {
    int64_t id; /* of the command it answers */
    unsigned sid;
    uint64_t seq;
    int64_t sending_ms; /* sending_ts_ms */
};

/* === Data === */

/* The book of a market as it stands; the `no` side in YES prices if `yes_price`. A side without levels is left out. */
void frame_write_snapshot(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                          unsigned market, bool yes_price);
/* What the venue sends for a ticker that it does not know. */
void frame_write_empty_snapshot(struct json_writer *writer, const struct frame_label *label, struct text ticker);
void frame_write_news(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                      const struct board_news *news, bool yes_price);
void frame_write_ticker(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                        unsigned market);

/* === Answers === */

void frame_write_subscribed(struct json_writer *writer, const struct frame_label *label, enum frame_channel channel);
void frame_write_unsubscribed(struct json_writer *writer, const struct frame_label *label);
/* An `ok` is begun, its list of tickers (or ids) written, and ended. */
void frame_begin_ok(struct json_writer *writer, const struct frame_label *label);
void frame_end(struct json_writer *writer, const struct frame_label *label);
/* Code and words of the venue's list. */
void frame_write_error(struct json_writer *writer, const struct frame_label *label, int code);

#endif
