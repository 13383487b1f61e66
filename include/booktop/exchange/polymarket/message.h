/* The messages of the venue's market channel, and its REST book, written from a rendered book. Key order is the
 * venue's. Each call writes one JSON object as the writer's next value.
 */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_MESSAGE_H
#define BOOKTOP_EXCHANGE_POLYMARKET_MESSAGE_H

#include "booktop/exchange/polymarket/book_text.h"
#include "booktop/json/writer.h"

/* A book of an opening array; one that follows a trade; the reply to GET /book. */
void message_write_opening_book(struct json_writer *writer, const struct book_text *text, unsigned token);
void message_write_book(struct json_writer *writer, const struct book_text *text, unsigned token);
void message_write_rest_book(struct json_writer *writer, const struct book_text *text, unsigned token);

/* Two entries for each change, the one of `first_token` first. */
void message_write_price_change(struct json_writer *writer, const struct book_text *text,
                                const struct flow_change *changes, unsigned count, unsigned first_token);
/* The same message with its entries in the opposite order. */
void message_reverse_price_change(struct json_writer *writer, struct text message);

void message_write_best_bid_ask(struct json_writer *writer, const struct book_text *text, int64_t stamp_ms,
                                unsigned token);
void message_write_tick_size_change(struct json_writer *writer, const struct flow_market *market, unsigned token,
                                    int old_tick, int64_t stamp_ms);
void message_write_last_trade_price(struct json_writer *writer, const struct cast_market *market,
                                    const struct flow_trade *trade, int64_t stamp_ms);
void message_write_new_market(struct json_writer *writer, const struct cast *cast, const struct flow_market *market,
                              int64_t stamp_ms);
void message_write_market_resolved(struct json_writer *writer, const struct cast_market *market, int64_t stamp_ms);

/* Room for "0x", 64 digits and the terminator. */
#define MESSAGE_TRANSACTION_SIZE 67
void message_transaction(uint64_t transaction, char out[MESSAGE_TRANSACTION_SIZE]);

#endif
