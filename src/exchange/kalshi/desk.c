#include "desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/base/decimal.h"
#include "booktop/exchange/kalshi/notation.h"
#include "booktop/net/server.h"

#define CURSOR_PREFIX "Cg"

struct desk *desk_create(const struct board *board)
{
    struct desk *desk = calloc(1, sizeof *desk);
    unsigned *order = calloc(board->roster->cast.market_count, sizeof *order);
    if (desk == NULL || order == NULL) {
        free(desk);
        free(order);
        return NULL;
    }
    *desk = (struct desk){.board = board, .order = order};
    return desk;
}

void desk_destroy(struct desk *desk)
{
    if (desk == NULL) return;
    json_writer_free(&desk->writer);
    free(desk->order);
    free(desk);
}

/* === Errors, pages, numbers === */

int desk_refuse(struct desk *desk, int status, const char *code, const char *message)
{
    json_writer_reset(&desk->writer);
    json_write_object(&desk->writer);
    json_write_key(&desk->writer, "error");
    json_write_object(&desk->writer);
    notation_text_member(&desk->writer, "code", code);
    notation_text_member(&desk->writer, "message", message);
    json_write_object_end(&desk->writer);
    json_write_object_end(&desk->writer);
    return status;
}

int desk_not_found(struct desk *desk)
{
    return desk_refuse(desk, STATUS_NOT_FOUND, "not_found", "not found");
}

bool desk_number(struct text query, const char *name, int64_t *out, bool *given)
{
    char value[VALUE_SIZE];
    *given = server_query_value(query, name, value, sizeof value);
    return *given && decimal_parse(text_from(value), 0, out) == DECIMAL_OK;
}

static bool cursor_read(struct text query, size_t *first)
{
    char value[VALUE_SIZE];
    int64_t number = 0;
    if (!server_query_value(query, "cursor", value, sizeof value) || value[0] == '\0') return true;
    struct text text = text_from(value);
    if (!text_starts_with(text, TEXT(CURSOR_PREFIX))) return false;
    text = (struct text){text.at + sizeof CURSOR_PREFIX - 1, text.length - sizeof CURSOR_PREFIX + 1};
    if (decimal_parse(text, 0, &number) != DECIMAL_OK || number > INT32_MAX) return false;
    *first = (size_t)number;
    return true;
}

bool desk_page(struct text query, size_t limit, size_t limit_max, struct page *page)
{
    int64_t number;
    bool given;
    *page = (struct page){0, limit};
    bool is_number = desk_number(query, "limit", &number, &given);
    if (given && (!is_number || number < 1 || number > (int64_t)limit_max)) return false;
    if (given) page->limit = (size_t)number;
    return cursor_read(query, &page->first);
}

void desk_cursor_member(struct json_writer *writer, const struct page *page, size_t count)
{
    char cursor[32] = "";
    if (page->first + page->limit < count)
        snprintf(cursor, sizeof cursor, CURSOR_PREFIX "%zu", page->first + page->limit);
    notation_text_member(writer, "cursor", cursor);
}

/* === Routes === */

static int answer_status(struct desk *desk, const struct question *question)
{
    (void)question;
    json_write_object(&desk->writer);
    notation_bool_member(&desk->writer, "exchange_active", true);
    notation_bool_member(&desk->writer, "trading_active", true);
    json_write_object_end(&desk->writer);
    return STATUS_OK;
}

/* What comes first is taken first. A start that ends with '/' has a ticker behind it, and then the end. */
static const struct route {
    const char *start, *end;
    int (*answer)(struct desk *desk, const struct question *question);
} routes[] = {
    {"/markets", "", desk_markets},
    {"/markets/trades", "", desk_trades},
    {"/markets/orderbooks", "", desk_books},
    {"/markets/", "/orderbook", desk_book},
    {"/markets/", "", desk_market},
    {"/events", "", desk_events},
    {"/events/", "", desk_event},
    {"/series/", "", desk_series},
    {"/exchange/status", "", answer_status},
};

static bool route_fits(const struct route *route, struct text path, struct text *ticker)
{
    struct text start = text_from(route->start), end = text_from(route->end);
    if (!text_starts_with(path, start)) return false;
    *ticker = (struct text){path.at + start.length, path.length - start.length};
    if (start.at[start.length - 1] != '/') return ticker->length == 0;
    if (ticker->length <= end.length) return false;
    ticker->length -= end.length;
    return text_equal((struct text){ticker->at + ticker->length, end.length}, end) &&
           memchr(ticker->at, '/', ticker->length) == NULL;
}

static int route_answer(struct desk *desk, struct text path, struct text query)
{
    struct question question = {.query = query};
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (route_fits(&routes[i], path, &question.ticker)) return routes[i].answer(desk, &question);
    return desk_not_found(desk);
}

/* True if the last answers of a second are used up; else this one is noted. */
static bool too_many(struct desk *desk, int64_t mono)
{
    int64_t *oldest = &desk->asked[desk->answers % DESK_PER_SECOND];
    if (desk->answers >= DESK_PER_SECOND && mono - *oldest < NANOSECONDS_PER_SECOND) return true;
    *oldest = mono;
    desk->answers++;
    return false;
}

int desk_answer(struct desk *desk, struct text path, struct text query, int64_t mono, struct text *body)
{
    json_writer_reset(&desk->writer);
    int status;
    if (too_many(desk, mono))
        status = desk_refuse(desk, STATUS_BUSY, "too_many_requests", "too many requests");
    else
        status = route_answer(desk, path, query);
    *body = json_writer_text(&desk->writer);
    if (!desk->writer.failed) return status;
    *body = TEXT("{\"error\":{\"code\":\"internal_server_error\",\"message\":\"out of memory\"}}");
    return STATUS_FAILED;
}
