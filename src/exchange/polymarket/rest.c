#include "booktop/exchange/polymarket/rest.h"

#include <stdlib.h>
#include <string.h>

#include "booktop/base/decimal.h"
#include "booktop/exchange/polymarket/gamma.h"
#include "booktop/exchange/polymarket/message.h"
#include "booktop/net/server.h"

#include "answer.h"

#define WALLET "0x00000000000000000000000000000000000de300" /* nobody's */

struct rest *rest_create(const struct cast *cast, struct flow *flow, struct channel *channel)
{
    struct rest *rest = calloc(1, sizeof *rest);
    unsigned *order = calloc(cast->market_count, sizeof *order);
    if (rest == NULL || order == NULL) {
        free(rest);
        free(order);
        return NULL;
    }
    *rest = (struct rest){.cast = cast, .flow = flow, .channel = channel, .order = order};
    return rest;
}

void rest_destroy(struct rest *rest)
{
    if (rest == NULL) return;
    json_writer_free(&rest->writer);
    free(rest->order);
    free(rest);
}

static int refuse(struct rest *rest, int status, const char *error)
{
    json_writer_reset(&rest->writer);
    json_write_object(&rest->writer);
    json_write_key(&rest->writer, "error");
    json_write_string(&rest->writer, text_from(error));
    json_write_object_end(&rest->writer);
    return status;
}

size_t answer_number(struct text query, const char *name, size_t otherwise)
{
    char value[VALUE_SIZE];
    int64_t units;
    if (!server_query_value(query, name, value, sizeof value) ||
        decimal_parse(text_from(value), 0, &units) != DECIMAL_OK)
        return otherwise;
    return (size_t)units;
}

/* === Answers === */

static int answer_book(struct rest *rest, const struct question *question)
{
    char id[VALUE_SIZE];
    unsigned market, token;
    if (!server_query_value(question->query, "token_id", id, sizeof id))
        return refuse(rest, STATUS_INVALID, "Invalid token id");
    if (!cast_find_token(rest->cast, text_from(id), &market, &token) || rest->flow->markets[market].state != FLOW_OPEN)
        return refuse(rest, STATUS_NOT_FOUND, "No orderbook exists for the requested token id");
    const struct book_text *book = channel_book(rest->channel, market);
    if (book == NULL) return refuse(rest, STATUS_FAILED, "no SHA-1");
    message_write_rest_book(&rest->writer, book, token);
    return STATUS_OK;
}

static int answer_market(struct rest *rest, const struct question *question)
{
    int market = cast_find_slug(rest->cast, question->tail);
    if (market < 0 || rest->flow->markets[market].state == FLOW_UNOPENED)
        return refuse(rest, STATUS_NOT_FOUND, "slug not found");
    gamma_write_market(&rest->writer, rest->flow, (unsigned)market, true);
    return STATUS_OK;
}

static int answer_event(struct rest *rest, const struct question *question)
{
    int event = cast_find_event(rest->cast, question->tail);
    if (event < 0 || !gamma_event_listed(rest->flow, (unsigned)event))
        return refuse(rest, STATUS_NOT_FOUND, "slug not found");
    gamma_write_event(&rest->writer, rest->flow, (unsigned)event);
    return STATUS_OK;
}

static void pair(struct json_writer *writer, const char *key, const char *value)
{
    json_write_key(writer, key);
    json_write_string(writer, text_from(value));
}

static void trade_write(struct rest *rest, unsigned market, const struct flow_trade *trade)
{
    struct json_writer *writer = &rest->writer;
    const struct cast_market *cast = &rest->cast->markets[market];
    char transaction[MESSAGE_TRANSACTION_SIZE];
    message_transaction(trade->transaction, transaction);
    json_write_object(writer);
    pair(writer, "proxyWallet", WALLET);
    pair(writer, "side", trade->buys ? "BUY" : "SELL");
    pair(writer, "asset", cast->token[trade->token]);
    pair(writer, "conditionId", cast->condition);
    json_write_key(writer, "size");
    json_write_decimal_number(writer, trade->size, 2);
    json_write_key(writer, "price");
    json_write_decimal_number(writer, book_text_own(trade->price, trade->token), 3);
    json_write_key(writer, "timestamp");
    json_write_integer(writer, trade->stamp_ms / 1000);
    pair(writer, "title", cast->title);
    pair(writer, "slug", cast->slug);
    pair(writer, "eventSlug", rest->cast->events[cast->event].slug);
    pair(writer, "outcome", cast->outcomes[trade->token]);
    json_write_key(writer, "outcomeIndex");
    json_write_integer(writer, trade->token);
    pair(writer, "transactionHash", transaction);
    json_write_object_end(writer);
}

static int answer_trades(struct rest *rest, const struct question *question)
{
    char condition[VALUE_SIZE];
    size_t limit = answer_number(question->query, "limit", 100), offset = answer_number(question->query, "offset", 0);
    int market = -1;
    if (server_query_value(question->query, "market", condition, sizeof condition))
        market = cast_find_condition(rest->cast, text_from(condition));
    json_write_array(&rest->writer);
    if (market >= 0) {
        const struct flow_market *own = &rest->flow->markets[market];
        uint64_t there = own->trade_count < FLOW_TRADES ? own->trade_count : FLOW_TRADES;
        for (uint64_t i = offset; i < there && i - offset < limit; i++)
            trade_write(rest, (unsigned)market, &own->trades[(own->trade_count - 1 - i) % FLOW_TRADES]);
    }
    json_write_array_end(&rest->writer);
    return STATUS_OK;
}

/* A path that ends with '/' has something behind it. */
static const struct route {
    const char *path;
    int (*answer)(struct rest *rest, const struct question *question);
} routes[] = {
    {"/clob/book", answer_book},           {"/gamma/markets/slug/", answer_market},
    {"/gamma/events/slug/", answer_event}, {"/gamma/markets", answer_markets},
    {"/gamma/events", answer_events},      {"/gamma/public-search", answer_search},
    {"/data/trades", answer_trades},
};

static bool route_fits(const struct route *route, struct text path)
{
    struct text own = text_from(route->path);
    return own.at[own.length - 1] == '/' ? text_starts_with(path, own) : text_equal(path, own);
}

int rest_answer(struct rest *rest, struct text path, struct text query, struct text *body)
{
    int status = STATUS_NOT_FOUND;
    const struct route *route = NULL;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0] && route == NULL; i++)
        if (route_fits(&routes[i], path)) route = &routes[i];
    json_writer_reset(&rest->writer);
    if (route == NULL) {
        status = refuse(rest, STATUS_NOT_FOUND, "not found");
    } else {
        size_t used = strlen(route->path);
        struct question question = {{path.at + used, path.length - used}, query};
        status = route->answer(rest, &question);
    }
    *body = json_writer_text(&rest->writer);
    if (!rest->writer.failed) return status;
    *body = TEXT("{\"error\":\"out of memory\"}");
    return STATUS_FAILED;
}
