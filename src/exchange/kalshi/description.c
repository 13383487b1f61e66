/* A market as REST describes it. */
#include "booktop/exchange/kalshi/notation.h"

#include "desk.h"
#include "lifecycle.h"

#define DAY_MS INT64_C(86400000)

static const char *const status_words[] = {
    [FLOW_UNOPENED] = "initialized", [FLOW_OPEN] = "active",           [FLOW_PAUSED] = "inactive",
    [FLOW_RESOLVED] = "closed",      [FLOW_DETERMINED] = "determined", [FLOW_SETTLED] = "finalized",
};

static void times_write(struct json_writer *writer, const struct board *board, const struct cast_market *cast)
{
    int64_t start_ms = board->flow->start_ms, end_ms = start_ms + cast->end_ms;
    int64_t opened_ms = cast->opens_ms > 0 ? start_ms + cast->opens_ms : start_ms - 30 * DAY_MS;
    int64_t created_ms = cast->opens_ms > 0 ? start_ms - DAY_MS : opened_ms - DAY_MS;
    notation_time_member(writer, "close_time", end_ms * 1000);
    notation_time_member(writer, "created_time", created_ms * 1000);
    notation_time_member(writer, "expected_expiration_time", end_ms * 1000);
    notation_time_member(writer, "expiration_time", (end_ms + DAY_MS) * 1000);
    notation_time_member(writer, "latest_expiration_time", (end_ms + DAY_MS) * 1000);
    notation_time_member(writer, "open_time", opened_ms * 1000);
}

static void prices_write(struct json_writer *writer, const struct board_figures *figures, int before)
{
    notation_price_member(writer, "last_price_dollars", figures->last_price);
    notation_price_member(writer, "no_ask_dollars", LADDER_ONE - figures->bid);
    notation_price_member(writer, "no_bid_dollars", LADDER_ONE - figures->ask);
    notation_price_member(writer, "previous_price_dollars", before);
    notation_price_member(writer, "yes_ask_dollars", figures->ask);
    notation_size_member(writer, "yes_ask_size_fp", figures->ask_size);
    notation_price_member(writer, "yes_bid_dollars", figures->bid);
    notation_size_member(writer, "yes_bid_size_fp", figures->bid_size);
    notation_size_member(writer, "open_interest_fp", figures->open_interest);
    notation_size_member(writer, "volume_24h_fp", figures->volume_day);
    notation_size_member(writer, "volume_fp", figures->volume);
}

void desk_market_write(struct json_writer *writer, const struct board *board, unsigned market)
{
    const struct roster_market *listed = &board->roster->markets[market];
    const struct cast_market *cast = &board->roster->cast.markets[market];
    const struct flow_market *own = &board->flow->markets[market];
    json_write_object(writer);
    notation_text_member(writer, "ticker", listed->ticker);
    notation_text_member(writer, "event_ticker", board->roster->events[cast->event].ticker);
    notation_text_member(writer, "market_type", "binary");
    notation_text_member(writer, "title", cast->title);
    notation_text_member(writer, "yes_sub_title", listed->yes_title);
    notation_text_member(writer, "no_sub_title", listed->no_title);
    notation_text_member(writer, "status", status_words[own->state]);
    notation_bool_member(writer, "can_close_early", true);
    notation_integer_member(writer, "exchange_index", 0);
    notation_price_member(writer, "notional_value_dollars", LADDER_ONE);
    times_write(writer, board, cast);
    prices_write(writer, &board->figures[market], cast->before);
    notation_grid_members(writer, own->tick, cast->tapered);
    notation_text_member(writer, "result", lifecycle_result(own));
    if (own->state >= FLOW_DETERMINED) notation_price_member(writer, "settlement_value_dollars", flow_mark(own));
    lifecycle_rules_members(writer, listed, cast);
    lifecycle_strike_members(writer, listed);
    notation_time_member(writer, "updated_time", board->figures[market].stamp_us);
    json_write_object_end(writer);
}
