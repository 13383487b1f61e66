#include "booktop/exchange/polymarket/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void pair(struct json_writer *writer, const char *key, const char *value)
{
    json_write_key(writer, key);
    json_write_string(writer, text_from(value));
}

static void pair_stamp(struct json_writer *writer, int64_t stamp_ms)
{
    char stamp[BOOK_TEXT_STAMP];
    snprintf(stamp, sizeof stamp, "%" PRId64, stamp_ms);
    pair(writer, "timestamp", stamp);
}

static void pair_price(struct json_writer *writer, const char *key, int price)
{
    char text[BOOK_TEXT_PRICE];
    (void)book_text_price(price, text);
    pair(writer, key, text);
}

static void pair_size(struct json_writer *writer, const char *key, int64_t size)
{
    char text[BOOK_TEXT_SIZE];
    (void)book_text_size(size, text);
    pair(writer, key, text);
}

static void pair_levels(struct json_writer *writer, const char *key, struct text levels)
{
    json_write_key(writer, key);
    json_write_array(writer);
    json_write_raw(writer, levels);
    json_write_array_end(writer);
}

static void pair_array(struct json_writer *writer, const char *key, const char *first, const char *second)
{
    json_write_key(writer, key);
    json_write_array(writer);
    json_write_string(writer, text_from(first));
    json_write_string(writer, text_from(second));
    json_write_array_end(writer);
}

static void begin(struct json_writer *writer, const struct cast_market *market, unsigned token)
{
    json_write_object(writer);
    pair(writer, "market", market->condition);
    pair(writer, "asset_id", market->token[token]);
}

static void end(struct json_writer *writer, const char *event_type)
{
    pair(writer, "event_type", event_type);
    json_write_object_end(writer);
}

static void sides(struct json_writer *writer, const struct book_text_token *own)
{
    pair_levels(writer, "bids", own->bids);
    pair_levels(writer, "asks", own->asks);
}

void message_write_opening_book(struct json_writer *writer, const struct book_text *text, unsigned token)
{
    begin(writer, text->cast, token);
    pair(writer, "timestamp", text->stamp);
    pair(writer, "hash", text->tokens[token].hash);
    sides(writer, &text->tokens[token]);
    pair(writer, "tick_size", text->tick);
    pair(writer, "event_type", "book");
    pair(writer, "last_trade_price", text->last_price);
    json_write_object_end(writer);
}

void message_write_book(struct json_writer *writer, const struct book_text *text, unsigned token)
{
    begin(writer, text->cast, token);
    sides(writer, &text->tokens[token]);
    pair(writer, "hash", text->tokens[token].hash);
    pair(writer, "timestamp", text->stamp);
    end(writer, "book");
}

void message_write_rest_book(struct json_writer *writer, const struct book_text *text, unsigned token)
{
    begin(writer, text->cast, token);
    pair(writer, "timestamp", text->stamp);
    pair(writer, "hash", text->tokens[token].hash);
    sides(writer, &text->tokens[token]);
    pair(writer, "min_order_size", BOOK_TEXT_MIN_ORDER);
    pair(writer, "tick_size", text->tick);
    json_write_key(writer, "neg_risk");
    json_write_bool(writer, text->neg_risk);
    pair(writer, "last_trade_price", text->last_price);
    json_write_object_end(writer);
}

static void entry(struct json_writer *writer, const struct book_text *text, const struct flow_change *change,
                  unsigned token)
{
    const struct book_text_token *own = &text->tokens[token];
    bool buys = (change->side == LADDER_BID) == (token == 0);
    json_write_object(writer);
    pair(writer, "asset_id", text->cast->token[token]);
    pair_price(writer, "price", book_text_own(change->price, token));
    pair_size(writer, "size", change->size);
    pair(writer, "side", buys ? "BUY" : "SELL");
    pair(writer, "hash", own->hash);
    pair(writer, "best_bid", own->best_bid);
    pair(writer, "best_ask", own->best_ask);
    json_write_object_end(writer);
}

void message_write_price_change(struct json_writer *writer, const struct book_text *text,
                                const struct flow_change *changes, unsigned count, unsigned first_token)
{
    json_write_object(writer);
    pair(writer, "market", text->cast->condition);
    json_write_key(writer, "price_changes");
    json_write_array(writer);
    for (unsigned i = 0; i < count; i++) {
        entry(writer, text, &changes[i], first_token);
        entry(writer, text, &changes[i], 1 - first_token);
    }
    json_write_array_end(writer);
    pair(writer, "timestamp", text->stamp);
    end(writer, "price_change");
}

void message_reverse_price_change(struct json_writer *writer, struct text message)
{
    /* Of our own making: one array, and entries without braces or brackets in them. */
    const char *open = memchr(message.at, '[', message.length);
    const char *close = memrchr(message.at, ']', message.length);
    if (open == NULL || close == NULL) return;
    json_write_raw(writer, (struct text){message.at, (size_t)(open + 1 - message.at)});
    writer->comma = false;
    for (const char *stop = close; stop > open + 1;) {
        const char *start = memrchr(open, '{', (size_t)(stop - open));
        if (start == NULL) break;
        const char *brace = memrchr(start, '}', (size_t)(stop - start));
        json_write_raw(writer, (struct text){start, (size_t)(brace + 1 - start)});
        stop = start;
    }
    writer->comma = false;
    json_write_raw(writer, (struct text){close, (size_t)(message.at + message.length - close)});
}

void message_write_best_bid_ask(struct json_writer *writer, const struct book_text *text, int64_t stamp_ms,
                                unsigned token)
{
    begin(writer, text->cast, token);
    pair(writer, "best_bid", text->tokens[token].best_bid);
    pair(writer, "best_ask", text->tokens[token].best_ask);
    pair_price(writer, "spread", text->spread);
    pair_stamp(writer, stamp_ms);
    end(writer, "best_bid_ask");
}

void message_write_tick_size_change(struct json_writer *writer, const struct flow_market *market, unsigned token,
                                    int old_tick, int64_t stamp_ms)
{
    begin(writer, market->cast, token);
    pair_price(writer, "old_tick_size", old_tick);
    pair_price(writer, "new_tick_size", market->tick);
    pair_stamp(writer, stamp_ms);
    end(writer, "tick_size_change");
}

void message_transaction(uint64_t transaction, char out[MESSAGE_TRANSACTION_SIZE])
{
    struct dice dice = {transaction};
    out[0] = '0';
    out[1] = 'x';
    dice_hex(&dice, out + 2, MESSAGE_TRANSACTION_SIZE - 3);
}

void message_write_last_trade_price(struct json_writer *writer, const struct cast_market *market,
                                    const struct flow_trade *trade, int64_t stamp_ms)
{
    char transaction[MESSAGE_TRANSACTION_SIZE];
    message_transaction(trade->transaction, transaction);
    begin(writer, market, trade->token);
    pair_price(writer, "price", book_text_own(trade->price, trade->token));
    pair_size(writer, "size", trade->size);
    pair(writer, "fee_rate_bps", "0");
    pair(writer, "side", trade->buys ? "BUY" : "SELL");
    pair_stamp(writer, stamp_ms);
    pair(writer, "event_type", "last_trade_price");
    pair(writer, "transaction_hash", transaction);
    json_write_object_end(writer);
}

static void tags(struct json_writer *writer)
{
    json_write_key(writer, "tags");
    json_write_array(writer);
    json_write_string(writer, TEXT("demo"));
    json_write_array_end(writer);
}

void message_write_new_market(struct json_writer *writer, const struct cast *cast, const struct flow_market *market,
                              int64_t stamp_ms)
{
    const struct cast_market *own = market->cast;
    const struct cast_event *event = &cast->events[own->event];
    json_write_object(writer);
    pair(writer, "id", own->id);
    pair(writer, "question", own->title);
    pair(writer, "market", own->condition);
    pair(writer, "slug", own->slug);
    pair(writer, "description", "Invented for the local exchange.");
    pair_array(writer, "assets_ids", own->token[0], own->token[1]);
    pair_array(writer, "outcomes", own->outcomes[0], own->outcomes[1]);
    json_write_key(writer, "event_message");
    json_write_object(writer);
    pair(writer, "id", event->id);
    pair(writer, "ticker", event->slug);
    pair(writer, "slug", event->slug);
    pair(writer, "title", event->title);
    pair(writer, "description", "Invented for the local exchange.");
    json_write_object_end(writer);
    pair_stamp(writer, stamp_ms);
    tags(writer);
    pair(writer, "condition_id", own->condition);
    json_write_key(writer, "active");
    json_write_bool(writer, true);
    pair_array(writer, "clob_token_ids", own->token[0], own->token[1]);
    pair(writer, "sports_market_type", "");
    pair(writer, "line", "");
    pair(writer, "game_start_time", "");
    pair_price(writer, "order_price_min_tick_size", market->tick);
    pair(writer, "group_item_title", own->group);
    end(writer, "new_market");
}

void message_write_market_resolved(struct json_writer *writer, const struct cast_market *market, int64_t stamp_ms)
{
    json_write_object(writer);
    pair(writer, "id", market->id);
    pair(writer, "market", market->condition);
    pair_array(writer, "assets_ids", market->token[0], market->token[1]);
    pair(writer, "winning_asset_id", market->token[market->winner]);
    pair(writer, "winning_outcome", market->outcomes[market->winner]);
    json_write_key(writer, "event_message");
    json_write_null(writer);
    pair_stamp(writer, stamp_ms);
    tags(writer);
    end(writer, "market_resolved");
}
