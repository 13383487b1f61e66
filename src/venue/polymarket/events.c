#include "events.h"

#include "../mix.h"
#include "values.h"

/* === What each type means === */

/* These return NULL, or why the object is refused. Market and stamp are in the event already, if they were readable. */

static const char *asset_required(const struct object *object, struct event *event)
{
    const struct json_value *asset = field_value(&object->fields, FIELD_ASSET);
    if (value_symbol(asset, &event->asset)) return NULL;
    return value_empty(asset) ? "no asset" : "bad asset";
}

static const char *span_missing(const struct span *span, const char *why)
{
    return span->given ? span->error : why;
}

static const char *book_build(struct stage *stage, const struct object *object, struct event *event)
{
    const struct fields *fields = &object->fields;
    struct event_snapshot *snapshot = &event->snapshot;
    event->kind = EVENT_SNAPSHOT;
    const char *why = asset_required(object, event);
    if (!why && event->venue_ms == EVENT_NO_TIME) why = "no timestamp";
    if (!why) why = span_missing(&object->bids, "no bids");
    if (!why) why = span_missing(&object->asks, "no asks");
    if (!why) why = polymarket_value_tick(field_value(fields, FIELD_TICK), &snapshot->tick);
    if (!why)
        why = polymarket_value_last_trade(field_value(fields, FIELD_LAST_TRADE), &snapshot->last_trade,
                                          &snapshot->has_last_trade);
    if (why) return why;

    event->hash = polymarket_value_hash(field_value(fields, FIELD_HASH));
    snapshot->bids = stage->levels + object->bids.first;
    snapshot->bid_count = object->bids.count;
    snapshot->asks = stage->levels + object->asks.first;
    snapshot->ask_count = object->asks.count;
    value_number(field_value(fields, FIELD_MIN_ORDER_SIZE), &snapshot->min_order_size);
    const struct json_value *risk = field_value(fields, FIELD_NEGATIVE_RISK);
    snapshot->has_negative_risk = risk && (risk->type == JSON_TRUE || risk->type == JSON_FALSE);
    snapshot->negative_risk = risk && risk->type == JSON_TRUE;
    return NULL;
}

/* Since 2025-09 entries name their asset and hash; before, the message did for all of them; the oldest message was
 * itself its only entry. */
static const char *changes_build(struct stage *stage, const struct object *object, struct event *event)
{
    const struct fields *fields = &object->fields;
    struct span span = object->changes;
    event->kind = EVENT_CHANGES;
    if (event->venue_ms == EVENT_NO_TIME) return "no timestamp";
    if (!span.given && field_value(fields, FIELD_PRICE)) {
        span = (struct span){.first = stage->change_count++, .count = 1, .given = true};
        span.error = polymarket_change_from_fields(fields, &stage->changes[span.first]);
    }
    if (span.error) return span.error;
    if (span.count == 0) return "no changes";

    value_symbol(field_value(fields, FIELD_ASSET), &event->asset);
    struct text hash = polymarket_value_hash(field_value(fields, FIELD_HASH));
    for (struct level_change *change = stage->changes + span.first; change < stage->changes + span.first + span.count;
         change++) {
        if (change->asset.length == 0) change->asset = event->asset;
        if (change->asset.length == 0) return "no asset";
        if (change->hash.length == 0) change->hash = hash;
    }
    event->changes.changes = stage->changes + span.first;
    event->changes.count = span.count;
    return NULL;
}

/* Trades of old recordings have no transaction; their stamp stands in for it. */
static uint64_t trade_id(const struct event *event, const struct json_value *transaction)
{
    const struct event_trade *trade = &event->trade;
    uint64_t id = mix_text(MIX_START, event->asset);
    id = mix(id, (uint64_t)trade->price);
    id = mix(id, (uint64_t)trade->quantity);
    id = mix(id, trade->has_aggressor ? (uint64_t)trade->aggressor : UINT64_MAX);
    if (!value_empty(transaction) && transaction->type == JSON_STRING)
        id = mix_text(id, transaction->text);
    else if (event->venue_ms != EVENT_NO_TIME)
        id = mix(id, (uint64_t)event->venue_ms);
    else
        return 0;
    return id != 0 ? id : 1;
}

/* The rest of a trade, once its price and size are known. */
static const char *trade_finish(const struct object *object, struct event *event)
{
    const struct json_value *side = field_value(&object->fields, FIELD_SIDE);
    event->trade.has_aggressor = !value_empty(side);
    if (event->trade.has_aggressor) {
        const char *why = polymarket_value_side(side, &event->trade.aggressor);
        if (why) return why;
    }
    event->trade.id = trade_id(event, field_value(&object->fields, FIELD_TRANSACTION));
    return NULL;
}

static const char *trade_build(struct stage *stage, const struct object *object, struct event *event)
{
    (void)stage;
    event->kind = EVENT_TRADE;
    const char *why = asset_required(object, event);
    if (!why) why = value_price(field_value(&object->fields, FIELD_PRICE), &event->trade.price);
    if (!why) why = polymarket_value_size(field_value(&object->fields, FIELD_SIZE), &event->trade.quantity);
    return why ? why : trade_finish(object, event);
}

static const char *reply_trade_build(struct stage *stage, const struct object *object, struct event *event)
{
    (void)stage;
    event->kind = EVENT_TRADE;
    const char *why = asset_required(object, event);
    if (!why) why = polymarket_value_price_rounded(field_value(&object->fields, FIELD_PRICE), &event->trade.price);
    if (!why) why = polymarket_value_size_rounded(field_value(&object->fields, FIELD_SIZE), &event->trade.quantity);
    /* Seconds there. */
    if (!why && event->venue_ms > VALUE_STAMP_MAX / 1000) why = "stamp too large";
    if (!why && event->venue_ms != EVENT_NO_TIME) event->venue_ms *= 1000;
    return why ? why : trade_finish(object, event);
}

static const char *tick_size_build(struct stage *stage, const struct object *object, struct event *event)
{
    (void)stage;
    event->kind = EVENT_TICK_SIZE;
    const char *why = asset_required(object, event);
    if (!why) why = polymarket_value_tick(field_value(&object->fields, FIELD_TICK_AFTER), &event->tick_size.after);
    if (!why && event->tick_size.after == PRICE_NONE) why = "no tick size";
    if (!why) why = polymarket_value_tick(field_value(&object->fields, FIELD_TICK_BEFORE), &event->tick_size.before);
    return why;
}

static const char *ticker_build(struct stage *stage, const struct object *object, struct event *event)
{
    (void)stage;
    const struct json_value *bid = field_value(&object->fields, FIELD_BEST_BID);
    const struct json_value *ask = field_value(&object->fields, FIELD_BEST_ASK);
    event->kind = EVENT_TICKER;
    const char *why = asset_required(object, event);
    if (!why && !bid && !ask) why = "no best bid or ask";
    if (!why) why = value_best(bid, &event->ticker.best_bid);
    if (!why) why = value_best(ask, &event->ticker.best_ask);
    event->ticker.last_trade = PRICE_NONE;
    return why;
}

static const char *new_market_build(struct stage *stage, const struct object *object, struct event *event)
{
    (void)stage, (void)object;
    event->kind = EVENT_LIFECYCLE;
    event->lifecycle.status = MARKET_OPEN;
    event->lifecycle.has_status = true;
    event->lifecycle.is_new = true;
    return NULL;
}

static const char *resolved_build(struct stage *stage, const struct object *object, struct event *event)
{
    (void)stage;
    event->kind = EVENT_LIFECYCLE;
    event->lifecycle.status = MARKET_RESOLVED;
    event->lifecycle.has_status = true;
    const struct json_value *winner = field_value(&object->fields, FIELD_WINNER);
    if (value_empty(winner) || value_symbol(winner, &event->lifecycle.winner)) return NULL;
    return "bad winner";
}

/* === Types === */

static const struct message_type types[] = {
    {{"price_change", 12}, changes_build, NULL},
    {{"book", 4}, book_build, NULL},
    {{"best_bid_ask", 12}, ticker_build, NULL},
    {{"last_trade_price", 16}, trade_build, NULL},
    {{"tick_size_change", 16}, tick_size_build, NULL},
    {{"new_market", 10}, new_market_build, NULL},
    {{"market_resolved", 15}, resolved_build, NULL},
    {{"order", 5}, NULL, "user channel"},
    {{"trade", 5}, NULL, "user channel"},
};

static const struct message_type unknown_type = {{"", 0}, NULL, "unknown event type"};
static const struct message_type no_type = {{"", 0}, NULL, "no event type"};
const struct message_type polymarket_book_reply = {{"", 0}, book_build, NULL};
const struct message_type polymarket_trade_reply = {{"", 0}, reply_trade_build, NULL};

const struct message_type *polymarket_message_type(const struct json_value *value)
{
    char unescaped[32];
    if (value_empty(value) || value->type != JSON_STRING) return &no_type;
    struct text name = value->text;
    if (value->escaped) name = (struct text){unescaped, json_unescape(value, unescaped, sizeof unescaped)};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (text_equal(name, types[i].name)) return &types[i];
    return &unknown_type;
}

void polymarket_event_build(struct stage *stage, const struct object *object, const struct message_type *type,
                            struct event *event)
{
    const struct fields *fields = &object->fields;
    const struct json_value *market = field_value(fields, FIELD_MARKET);
    bool has_market = value_symbol(market, &event->market);
    value_stamp(field_value(fields, FIELD_STAMP), &event->venue_ms);
    if (!type) type = polymarket_message_type(field_value(fields, FIELD_EVENT_TYPE));
    if (!type->build) {
        event->kind = EVENT_IGNORED;
        event->why = type->ignored;
        value_symbol(field_value(fields, FIELD_ASSET), &event->asset);
        return;
    }
    const char *why = value_empty(market) ? "no market" : !has_market ? "bad market" : NULL;
    if (!why) why = type->build(stage, object, event);
    if (!why) return;
    event->kind = EVENT_ERROR;
    event->why = why;
}
