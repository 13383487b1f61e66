#include "lifecycle.h"

#include <stdio.h>

#include "booktop/exchange/kalshi/notation.h"

#define STREAM_TRADES UINT64_C(0x74ade5)

static int64_t seconds_after(const struct board *board, int64_t after_ms)
{
    return (board->flow->start_ms + after_ms) / 1000;
}

const char *lifecycle_result(const struct flow_market *market)
{
    if (market->state < FLOW_DETERMINED) return "";
    return market->cast->winner == 0 ? "yes" : "no";
}

void lifecycle_strike_members(struct json_writer *writer, const struct roster_market *market)
{
    if (market->strike_type[0] == '\0') return;
    notation_text_member(writer, "strike_type", market->strike_type);
    if (market->floor_strike > 0) {
        json_write_key(writer, "floor_strike");
        json_write_decimal_number(writer, market->floor_strike, 1);
    }
    if (market->cap_strike > 0) {
        json_write_key(writer, "cap_strike");
        json_write_decimal_number(writer, market->cap_strike, 1);
    }
}

void lifecycle_rules_members(struct json_writer *writer, const struct roster_market *listed,
                             const struct cast_market *market)
{
    char rules[2 * CAST_TITLE_SIZE + 128];
    snprintf(rules, sizeof rules, "%s If so (\"%s\"), the market resolves to Yes, else to No. This market is invented.",
             market->title, listed->yes_title);
    notation_text_member(writer, "rules_primary", rules);
    notation_text_member(
        writer, "rules_secondary",
        "It belongs to a local exchange that plays the venue for a demonstration: its places and prizes "
        "do not exist, the exchange itself decides it, and nobody is paid.");
}

void lifecycle_trade_members(struct json_writer *writer, const char *ticker_key, const char *ticker,
                             const struct flow_trade *trade)
{
    char id[ROSTER_UUID_SIZE];
    /* A taker's order makes a trade at each price: each has an id of its own. */
    struct dice dice = dice_from(trade->transaction, STREAM_TRADES + (uint64_t)trade->price);
    /* Who sells NO buys YES. */
    bool yes = (trade->token == 0) == trade->buys;
    roster_uuid(&dice, id);
    notation_text_member(writer, "trade_id", id);
    notation_text_member(writer, ticker_key, ticker);
    notation_price_member(writer, "yes_price_dollars", trade->price);
    notation_price_member(writer, "no_price_dollars", LADDER_ONE - trade->price);
    notation_size_member(writer, "count_fp", trade->size);
    notation_text_member(writer, "taker_side", yes ? "yes" : "no");
    notation_text_member(writer, "taker_outcome_side", yes ? "yes" : "no");
    notation_text_member(writer, "taker_book_side", yes ? "bid" : "ask");
    notation_bool_member(writer, "is_block_trade", false);
}

void lifecycle_event_members(struct json_writer *writer, const struct board *board, const struct board_news *news)
{
    unsigned event = board->roster->cast.markets[news->market].event;
    notation_text_member(writer, "event_ticker", board->roster->events[event].ticker);
    notation_integer_member(writer, "exchange_index", 0);
    notation_text_member(writer, "title", board->roster->cast.events[event].title);
    notation_text_member(writer, "subtitle", board->roster->events[event].sub_title);
    notation_text_member(writer, "collateral_return_type", board->roster->cast.events[event].count > 1 ? "MECNET" : "");
    notation_text_member(writer, "series_ticker", board->roster->events[event].series);
}

/* === What is said of each kind, behind the ticker === */

static void created_members(struct json_writer *writer, const struct board *board, const struct board_news *news)
{
    const struct roster_market *market = &board->roster->markets[news->market];
    const struct cast_market *cast = &board->roster->cast.markets[news->market];
    notation_integer_member(writer, "exchange_index", 0);
    notation_integer_member(writer, "open_ts", seconds_after(board, cast->opens_ms));
    notation_integer_member(writer, "close_ts", seconds_after(board, cast->end_ms));
    json_write_key(writer, "additional_metadata");
    json_write_object(writer);
    notation_text_member(writer, "name", market->yes_title);
    notation_text_member(writer, "title", cast->title);
    notation_text_member(writer, "yes_sub_title", market->yes_title);
    notation_text_member(writer, "no_sub_title", market->no_title);
    lifecycle_rules_members(writer, market, cast);
    notation_bool_member(writer, "can_close_early", true);
    notation_text_member(writer, "event_ticker", board->roster->events[cast->event].ticker);
    notation_integer_member(writer, "expected_expiration_ts", seconds_after(board, cast->end_ms));
    lifecycle_strike_members(writer, market);
    json_write_object_end(writer);
    notation_grid_members(writer, cast->temper.tick, cast->tapered);
}

static void paused_members(struct json_writer *writer, const struct board *board, const struct board_news *news)
{
    (void)board;
    notation_bool_member(writer, "is_deactivated", news->life == FLOW_PAUSE);
}

static void determined_members(struct json_writer *writer, const struct board *board, const struct board_news *news)
{
    const struct flow_market *market = &board->flow->markets[news->market];
    notation_text_member(writer, "result", lifecycle_result(market));
    notation_price_member(writer, "settlement_value", flow_mark(market));
    notation_integer_member(writer, "determination_ts", news->stamp_us / 1000000);
}

static void settled_members(struct json_writer *writer, const struct board *board, const struct board_news *news)
{
    (void)board;
    notation_integer_member(writer, "settled_ts", news->stamp_us / 1000000);
}

static void grid_members(struct json_writer *writer, const struct board *board, const struct board_news *news)
{
    const struct flow_market *market = &board->flow->markets[news->market];
    notation_grid_members(writer, market->tick, market->cast->tapered);
}

static const struct {
    enum flow_kind kind;
    const char *name;
    void (*write)(struct json_writer *writer, const struct board *board, const struct board_news *news);
} kinds[] = {
    {FLOW_OPENING, "created", created_members},     {FLOW_PAUSE, "deactivated", paused_members},
    {FLOW_RESUMPTION, "activated", paused_members}, {FLOW_DETERMINATION, "determined", determined_members},
    {FLOW_SETTLEMENT, "settled", settled_members},  {FLOW_TICK, "price_level_structure_updated", grid_members},
};

void lifecycle_market_members(struct json_writer *writer, const struct board *board, const struct board_news *news)
{
    notation_text_member(writer, "market_ticker", board->roster->markets[news->market].ticker);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].kind != news->life) continue;
        notation_text_member(writer, "event_type", kinds[i].name);
        kinds[i].write(writer, board, news);
    }
}
