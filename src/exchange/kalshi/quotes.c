/* Books and trades over REST. */
#include <string.h>

#include "booktop/exchange/kalshi/notation.h"
#include "booktop/net/server.h"

#include "../query.h"
#include "desk.h"
#include "lifecycle.h"

#define DEPTH_MAX    100
#define BOOKS_MAX    100
#define TRADES_LIMIT 100
#define TRADES_MAX   1000

/* === Books === */

/* The best `depth` levels of a side in its own prices, rising: the best one last. */
static void levels_member(struct json_writer *writer, const char *key, const struct ladder *ladder,
                          enum ladder_side side, unsigned depth)
{
    bool yes = side == LADDER_BID;
    unsigned left = ladder->levels[side];
    json_write_key(writer, key);
    json_write_array(writer);
    int price = yes ? ladder_above(ladder, side, -1) : ladder_below(ladder, side, LADDER_ONE + 1);
    for (; price != LADDER_NONE; left--) {
        if (left <= depth) {
            json_write_array(writer);
            notation_price(writer, yes ? price : LADDER_ONE - price);
            notation_size(writer, ladder->size[side][price]);
            json_write_array_end(writer);
        }
        price = yes ? ladder_above(ladder, side, price) : ladder_below(ladder, side, price);
    }
    json_write_array_end(writer);
}

static void book_member(struct desk *desk, unsigned market, unsigned depth)
{
    const struct ladder *ladder = &desk->board->flow->markets[market].orders.ladder;
    json_write_key(&desk->writer, "orderbook_fp");
    json_write_object(&desk->writer);
    levels_member(&desk->writer, "no_dollars", ladder, LADDER_ASK, depth);
    levels_member(&desk->writer, "yes_dollars", ladder, LADDER_BID, depth);
    json_write_object_end(&desk->writer);
}

int desk_book(struct desk *desk, const struct question *question)
{
    int64_t depth = 0;
    bool given;
    int market = roster_find_market(desk->board->roster, question->ticker);
    if (market < 0) return desk_not_found(desk);
    bool is_number = desk_number(question->query, "depth", &depth, &given);
    if (given && (!is_number || depth > DEPTH_MAX))
        return desk_refuse(desk, STATUS_INVALID, "bad_request", "depth must be 0 to 100");
    json_write_object(&desk->writer);
    book_member(desk, (unsigned)market, depth == 0 ? UINT32_MAX : (unsigned)depth);
    json_write_object_end(&desk->writer);
    return STATUS_OK;
}

int desk_books(struct desk *desk, const struct question *question)
{
    char values[LIST_SIZE];
    struct text query = question->query, part, value;
    unsigned asked = 0;
    json_write_object(&desk->writer);
    json_write_key(&desk->writer, "orderbooks");
    json_write_array(&desk->writer);
    while (query_part_take(&query, &part)) {
        if (!server_query_value(part, "tickers", values, sizeof values)) continue;
        for (struct text list = text_from(values); query_value_take(&list, &value); asked++) {
            int market = roster_find_market(desk->board->roster, value);
            if (market < 0 || asked >= BOOKS_MAX) continue;
            json_write_object(&desk->writer);
            notation_text_member(&desk->writer, "ticker", desk->board->roster->markets[market].ticker);
            book_member(desk, (unsigned)market, UINT32_MAX);
            json_write_object_end(&desk->writer);
        }
    }
    json_write_array_end(&desk->writer);
    json_write_object_end(&desk->writer);
    if (asked == 0 || asked > BOOKS_MAX)
        return desk_refuse(desk, STATUS_INVALID, "bad_request", "tickers must be 1 to 100");
    return STATUS_OK;
}

/* === Trades === */

/* Which trades are wanted, and where in its ring each market stands: `order` counts from the newest. */
struct search {
    struct desk *desk;
    int market; /* -1: all */
    int64_t least_s, most_s;
};

static const struct flow_trade *trade_at(const struct search *search, unsigned market)
{
    const struct flow_market *own = &search->desk->board->flow->markets[market];
    uint64_t back = search->desk->order[market], there = own->trade_count;
    if (search->market >= 0 && (unsigned)search->market != market) return NULL;
    if (back >= there || back >= FLOW_TRADES) return NULL;
    return &own->trades[(there - 1 - back) % FLOW_TRADES];
}

/* The newest trade that was not taken yet, of all markets; NULL: there is none. */
static const struct flow_trade *trade_take(const struct search *search, unsigned *market)
{
    const struct flow_trade *newest = NULL;
    for (unsigned i = 0; i < search->desk->board->roster->cast.market_count; i++) {
        const struct flow_trade *trade = trade_at(search, i);
        if (trade == NULL || (newest != NULL && trade->stamp_ms <= newest->stamp_ms)) continue;
        newest = trade;
        *market = i;
    }
    if (newest != NULL) search->desk->order[*market]++;
    return newest;
}

static void trade_write(struct desk *desk, unsigned market, const struct flow_trade *trade)
{
    json_write_object(&desk->writer);
    lifecycle_trade_members(&desk->writer, "ticker", desk->board->roster->markets[market].ticker, trade);
    notation_time_member(&desk->writer, "created_time", trade->stamp_ms * 1000);
    json_write_object_end(&desk->writer);
}

static void trades_write(const struct search *search, const struct page *page)
{
    struct desk *desk = search->desk;
    const struct flow_trade *trade;
    unsigned market = 0;
    size_t count = 0;
    memset(desk->order, 0, desk->board->roster->cast.market_count * sizeof *desk->order);
    json_write_object(&desk->writer);
    json_write_key(&desk->writer, "trades");
    json_write_array(&desk->writer);
    while (count <= page->first + page->limit && (trade = trade_take(search, &market)) != NULL) {
        int64_t second = trade->stamp_ms / 1000;
        if (second < search->least_s || second > search->most_s) continue;
        if (count >= page->first && count < page->first + page->limit) trade_write(desk, market, trade);
        count++;
    }
    json_write_array_end(&desk->writer);
    desk_cursor_member(&desk->writer, page, count);
    json_write_object_end(&desk->writer);
}

int desk_trades(struct desk *desk, const struct question *question)
{
    char ticker[VALUE_SIZE];
    struct page page;
    struct search search = {desk, -1, 0, INT64_MAX};
    bool least_given, most_given;
    bool least = desk_number(question->query, "min_ts", &search.least_s, &least_given);
    bool most = desk_number(question->query, "max_ts", &search.most_s, &most_given);
    if (!desk_page(question->query, TRADES_LIMIT, TRADES_MAX, &page) || (least_given && !least) ||
        (most_given && !most))
        return desk_refuse(desk, STATUS_INVALID, "bad_request", "limit, cursor or time");
    if (server_query_value(question->query, "ticker", ticker, sizeof ticker)) {
        search.market = roster_find_market(desk->board->roster, text_from(ticker));
        /* Of a market that nobody knows the list is empty. */
        if (search.market < 0) search.most_s = -1;
    }
    trades_write(&search, &page);
    return STATUS_OK;
}
