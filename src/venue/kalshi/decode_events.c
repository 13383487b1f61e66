#include "decode_events.h"

#include <string.h>

#include "../mix.h"
#include "values.h"

/* A message on its way to an event. */
struct building {
    struct ground *ground;
    const struct message *message;
    bool yes_price;
    struct event *event;
};

/* `build` returns NULL, or why the message is refused. Market, stream, sequence and stamps are in the event already,
 * if they were readable. It is NULL itself where the type is not for a viewer: `ignored` says why. */
struct message_type {
    struct text name;
    const char *(*build)(const struct building *building);
    bool has_market; /* and must have one */
    const char *ignored;
};

static const char why_cents[] = "integer cents, a form that ended on 2026-03-12";

static const struct json_value *value_of(const struct building *building, enum field field)
{
    return message_value(building->message, field);
}

/* === Books === */

/* NO levels are asks, at the price that is left to 1. */
static void levels_mirror(struct level *levels, size_t count)
{
    for (size_t i = 0; i < count; i++) levels[i].price = VALUE_PRICE_ONE - levels[i].price;
}

static const char *snapshot_build(const struct building *building)
{
    const struct message *message = building->message;
    struct stage *stage = &building->ground->stage;
    struct event_snapshot *snapshot = &building->event->snapshot;
    building->event->kind = EVENT_SNAPSHOT;
    if (!message->yes.given && !message->no.given && message->has_cents) return why_cents;
    if (message->yes.error) return message->yes.error;
    if (message->no.error) return message->no.error;

    struct level *asks = stage->levels + message->no.first;
    if (!building->yes_price) levels_mirror(asks, message->no.count);
    *snapshot = (struct event_snapshot){.bids = stage->levels + message->yes.first,
                                        .bid_count = message->yes.count,
                                        .asks = asks,
                                        .ask_count = message->no.count,
                                        .tick = PRICE_NONE,
                                        .last_trade = PRICE_NONE};
    return NULL;
}

void kalshi_change_finish(struct level_change *change, bool yes_price, struct event *event)
{
    change->asset = change->hash = (struct text){NULL, 0};
    change->best_bid = change->best_ask = PRICE_NONE;
    change->mode = CHANGE_ADD;
    if (change->side == SIDE_ASK && !yes_price) change->price = VALUE_PRICE_ONE - change->price;
    event->kind = EVENT_CHANGES;
    event->changes = (struct event_changes){change, 1};
}

static const char *delta_build(const struct building *building)
{
    struct level_change *change = &building->ground->change;
    const struct json_value *delta = value_of(building, FIELD_DELTA);
    if (!delta && building->message->has_cents) return why_cents;
    const char *why = value_price(value_of(building, FIELD_PRICE), &change->price);
    if (!why) why = kalshi_value_delta(delta, &change->quantity);
    if (!why) why = kalshi_value_side(value_of(building, FIELD_SIDE), &change->side);
    if (!why) kalshi_change_finish(change, building->yes_price, building->event);
    return why;
}

/* === Trades and tickers === */

static uint64_t trade_id(const struct json_value *value)
{
    if (value_empty(value) || value->type != JSON_STRING) return 0;
    uint64_t id = mix_text(MIX_START, value->text);
    return id != 0 ? id : 1;
}

static const char *trade_build(const struct building *building)
{
    struct event_trade *trade = &building->event->trade;
    const struct json_value *price = value_of(building, FIELD_YES_PRICE), *side = value_of(building, FIELD_TAKER);
    building->event->kind = EVENT_TRADE;
    if (!price && building->message->has_cents) return why_cents;
    if (value_empty(side)) side = value_of(building, FIELD_TAKER_BEFORE);
    trade->id = trade_id(value_of(building, FIELD_TRADE_ID));
    trade->has_aggressor = !value_empty(side);
    const char *why = value_price(price, &trade->price);
    if (!why) why = kalshi_value_size(value_of(building, FIELD_COUNT), &trade->quantity);
    if (!why && trade->has_aggressor) why = kalshi_value_side(side, &trade->aggressor);
    return why;
}

static const char *ticker_build(const struct building *building)
{
    struct event_ticker *ticker = &building->event->ticker;
    const struct json_value *bid = value_of(building, FIELD_YES_BID), *ask = value_of(building, FIELD_YES_ASK);
    building->event->kind = EVENT_TICKER;
    if (!bid && !ask && building->message->has_cents) return why_cents;
    /* An empty side has a price, too: a missing one says nothing. */
    if (value_empty(bid) || value_empty(ask)) return "no best bid or ask";
    const char *why = value_best(bid, &ticker->best_bid);
    if (!why) why = value_best(ask, &ticker->best_ask);
    if (!why && value_best(value_of(building, FIELD_PRICE), &ticker->last_trade)) why = "last trade price is no price";
    return why;
}

/* === Lives of markets === */

static const struct market_turn {
    const char *name;
    enum market_status status;
} market_turns[] = {
    {"activated", MARKET_OPEN},
    {"deactivated", MARKET_PAUSED},
    {"determined", MARKET_CLOSED},
    {"settled", MARKET_RESOLVED},
};

static void status_read(const struct building *building, struct event_lifecycle *lifecycle)
{
    const struct json_value *turn = value_of(building, FIELD_EVENT_TYPE);
    const struct json_value *paused = value_of(building, FIELD_DEACTIVATED);
    for (size_t i = 0; i < sizeof market_turns / sizeof *market_turns; i++) {
        if (!kalshi_value_is(turn, market_turns[i].name)) continue;
        lifecycle->has_status = true;
        lifecycle->status = market_turns[i].status;
    }
    bool switched = lifecycle->has_status && lifecycle->status <= MARKET_PAUSED;
    if (switched && paused && (paused->type == JSON_TRUE || paused->type == JSON_FALSE))
        lifecycle->status = paused->type == JSON_TRUE ? MARKET_PAUSED : MARKET_OPEN;
}

static const char *lifecycle_build(const struct building *building)
{
    const struct message *message = building->message;
    struct event_lifecycle *lifecycle = &building->event->lifecycle;
    building->event->kind = EVENT_LIFECYCLE;
    if (message->ranges.error) return message->ranges.error;
    status_read(building, lifecycle);
    lifecycle->is_new = kalshi_value_is(value_of(building, FIELD_EVENT_TYPE), "created");
    int winner = kalshi_value_result(value_of(building, FIELD_RESULT));
    if (lifecycle->has_status && lifecycle->status >= MARKET_CLOSED && winner >= 0)
        lifecycle->winner = winner == 0 ? TEXT("yes") : TEXT("no");
    int64_t close_ms;
    if (kalshi_value_time(value_of(building, FIELD_CLOSE), &close_ms)) lifecycle->close_time = close_ms / 1000;
    lifecycle->ranges = building->ground->stage.ranges;
    lifecycle->range_count = message->ranges.count;
    return NULL;
}

/* Of events and of combinations of markets: nobody watches them. */
static const char *other_lifecycle_build(const struct building *building)
{
    building->event->kind = EVENT_LIFECYCLE;
    building->event->market = (struct text){NULL, 0};
    return NULL;
}

/* === The connection's own talk === */

static const char *control_build(const struct building *building, enum control_kind kind, const char *word)
{
    struct event *event = building->event;
    event->kind = EVENT_CONTROL;
    event->why = word;
    event->control.kind = kind;
    kalshi_value_count(value_of(building, FIELD_ID), &event->control.command);
    return NULL;
}

static const char *subscribed_build(const struct building *building)
{
    const struct json_value *channel = value_of(building, FIELD_CHANNEL);
    struct event *event = building->event;
    control_build(building, CONTROL_SUBSCRIBED, "subscribed");
    kalshi_value_count(value_of(building, FIELD_INNER_STREAM), &event->stream);
    if (event->stream == EVENT_NO_SEQUENCE) return "no sid";
    return value_symbol(channel, &event->control.channel) ? NULL : "no channel";
}

static const char *ok_build(const struct building *building)
{
    return control_build(building, CONTROL_OK, "ok");
}

static const char *unsubscribed_build(const struct building *building)
{
    return control_build(building, CONTROL_UNSUBSCRIBED, "unsubscribed");
}

static const char *error_build(const struct building *building)
{
    const struct message *message = building->message;
    const struct json_value *text = value_of(building, FIELD_ERROR_TEXT);
    char *why = building->ground->why;
    control_build(building, CONTROL_ERROR, why);
    kalshi_value_count(value_of(building, FIELD_CODE), &building->event->control.code);
    if (!text && message->has_inner) text = &message->inner;
    if (value_empty(text) || text->type != JSON_STRING)
        text_copy(TEXT("an error without a text"), why, WHY_SIZE);
    else
        json_unescape(text, why, WHY_SIZE);
    return NULL;
}

/* === Types === */

#define TYPE(name)                                                                                                     \
    {                                                                                                                  \
        name, sizeof(name) - 1                                                                                         \
    }

static const char user_channel[] = "user channel", no_market_data[] = "no market data";

static const struct message_type types[] = {
    {TYPE("orderbook_delta"), delta_build, true, NULL},
    {TYPE("orderbook_snapshot"), snapshot_build, true, NULL},
    {TYPE("ticker"), ticker_build, true, NULL},
    {TYPE("trade"), trade_build, true, NULL},
    {TYPE("market_lifecycle_v2"), lifecycle_build, true, NULL},
    {TYPE("event_lifecycle"), other_lifecycle_build, false, NULL},
    {TYPE("event_fee_update"), other_lifecycle_build, false, NULL},
    {TYPE("multivariate_market_lifecycle"), other_lifecycle_build, false, NULL},
    {TYPE("subscribed"), subscribed_build, false, NULL},
    {TYPE("ok"), ok_build, false, NULL},
    {TYPE("unsubscribed"), unsubscribed_build, false, NULL},
    {TYPE("error"), error_build, false, NULL},
    {TYPE("fill"), NULL, false, user_channel},
    {TYPE("user_order"), NULL, false, user_channel},
    {TYPE("market_position"), NULL, false, user_channel},
    {TYPE("order_group_updates"), NULL, false, user_channel},
    {TYPE("rfq_created"), NULL, false, user_channel},
    {TYPE("rfq_deleted"), NULL, false, user_channel},
    {TYPE("quote_created"), NULL, false, user_channel},
    {TYPE("quote_accepted"), NULL, false, user_channel},
    {TYPE("quote_executed"), NULL, false, user_channel},
    {TYPE("cfbenchmarks_value"), NULL, false, no_market_data},
    {TYPE("cfbenchmarks_value_5hz"), NULL, false, no_market_data},
    {TYPE("cfbenchmarks_value_indexlist"), NULL, false, no_market_data},
    {TYPE("cfbenchmarks_value_5hz_indexlist"), NULL, false, no_market_data},
    {TYPE("pyth_value"), NULL, false, no_market_data},
    {TYPE("pyth_value_underlying_list"), NULL, false, no_market_data},
};

static const struct message_type command = {{"", 0}, NULL, false, "a command"};
static const struct message_type unknown_type = {{"", 0}, NULL, false, "unknown type"};
static const struct message_type no_type = {{"", 0}, NULL, false, "no type"};
static const struct message_type book_reply = {{"", 0}, snapshot_build, false, NULL};
static const struct message_type trade_reply = {{"", 0}, trade_build, true, NULL};

static const struct message_type *message_type_find(const struct message *message)
{
    const struct json_value *value = message_value(message, FIELD_TYPE);
    char unescaped[48];
    if (value_empty(value) || value->type != JSON_STRING)
        return message_value(message, FIELD_COMMAND) ? &command : &no_type;
    struct text name = value->text;
    if (value->escaped) name = (struct text){unescaped, json_unescape(value, unescaped, sizeof unescaped)};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (text_equal(name, types[i].name)) return &types[i];
    return &unknown_type;
}

/* === What all messages have === */

/* A number that counts the frames of a stream: missing is fine, unreadable is not. */
static const char *count_read(const struct message *message, enum field field, const char *why, int64_t *count)
{
    const struct json_value *value = message_value(message, field);
    return value_missing(value) || kalshi_value_count(value, count) ? NULL : why;
}

static const char *place_read(const struct message *message, struct event *event)
{
    const char *why = count_read(message, FIELD_STREAM, "bad sid", &event->stream);
    if (!why) why = count_read(message, FIELD_SEQUENCE, "bad seq", &event->sequence_first);
    event->sequence_last = event->sequence_first;
    return why;
}

static void stamps_read(const struct message *message, struct event *event)
{
    value_stamp(message_value(message, FIELD_SENT), &event->sent_ms);
    if (!value_stamp(message_value(message, FIELD_TS_MS), &event->venue_ms))
        kalshi_value_time(message_value(message, FIELD_TS), &event->venue_ms);
}

/* NULL, or why there is nothing to build from. */
static const char *message_refuse(const struct message *message, const struct message_type *type,
                                  const struct event *event)
{
    const struct json_value *market = message_value(message, FIELD_MARKET);
    if (!type->has_market || event->market.length > 0) return NULL;
    return value_empty(market) ? "no market" : "bad market";
}

static void event_build(const struct building *building, const struct message_type *type)
{
    const struct message *message = building->message;
    struct event *event = building->event;
    value_symbol(message_value(message, FIELD_MARKET), &event->market);
    stamps_read(message, event);
    const char *why = place_read(message, event);
    if (!type->build) {
        event->kind = EVENT_IGNORED;
        event->why = type->ignored;
        return;
    }
    if (!why) why = message_refuse(message, type, event);
    if (!why) why = type->build(building);
    if (!why) return;
    event->kind = EVENT_ERROR;
    event->why = why;
}

/* === Public === */

void kalshi_event_start(struct event *event)
{
    memset(event, 0, sizeof *event);
    event->venue_ms = event->sent_ms = EVENT_NO_TIME;
    event->sequence_first = event->sequence_last = event->sequence_previous = EVENT_NO_SEQUENCE;
    event->stream = EVENT_NO_SEQUENCE;
}

void kalshi_event_build(struct ground *ground, const struct message *message, bool yes_price, struct event *event)
{
    struct building building = {ground, message, yes_price, event};
    event_build(&building, message_type_find(message));
}

void kalshi_book_reply_build(struct ground *ground, const struct message *message, struct event *event)
{
    struct building building = {ground, message, false, event};
    if (message->has_inner && message->inner.type == JSON_OBJECT) {
        event_build(&building, &book_reply);
        return;
    }
    event->kind = EVENT_ERROR;
    event->why = "no order book";
}

void kalshi_trade_reply_build(struct ground *ground, const struct message *message, struct event *event)
{
    struct building building = {ground, message, false, event};
    event_build(&building, &trade_reply);
}
