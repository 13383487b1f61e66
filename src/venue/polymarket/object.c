#include "object.h"

#include <string.h>

#include "scan.h"
#include "values.h"

/* === Keys === */

/* A ladder instead of a table, for speed: the compiler makes word compares of it, and this runs for every key. */
static enum field field_find(struct text key)
{
#define IS(name) (memcmp(key.at, name, sizeof(name) - 1) == 0)
    switch (key.length) {
    case 4:
        if (IS("size")) return FIELD_SIZE;
        if (IS("side")) return FIELD_SIDE;
        if (IS("hash")) return FIELD_HASH;
        if (IS("bids")) return FIELD_BIDS;
        if (IS("asks")) return FIELD_ASKS;
        break;
    case 5:
        if (IS("price")) return FIELD_PRICE;
        break;
    case 6:
        if (IS("market")) return FIELD_MARKET;
        break;
    case 7:
        if (IS("changes")) return FIELD_CHANGES;
        break;
    case 8:
        if (IS("asset_id")) return FIELD_ASSET;
        if (IS("best_bid")) return FIELD_BEST_BID;
        if (IS("best_ask")) return FIELD_BEST_ASK;
        if (IS("neg_risk")) return FIELD_NEGATIVE_RISK;
        break;
    case 9:
        if (IS("timestamp")) return FIELD_STAMP;
        if (IS("tick_size")) return FIELD_TICK;
        break;
    case 10:
        if (IS("event_type")) return FIELD_EVENT_TYPE;
        break;
    case 13:
        if (IS("price_changes")) return FIELD_CHANGES;
        if (IS("new_tick_size")) return FIELD_TICK_AFTER;
        if (IS("old_tick_size")) return FIELD_TICK_BEFORE;
        break;
    case 14:
        if (IS("min_order_size")) return FIELD_MIN_ORDER_SIZE;
        break;
    case 16:
        if (IS("last_trade_price")) return FIELD_LAST_TRADE;
        if (IS("transaction_hash")) return FIELD_TRANSACTION;
        if (IS("winning_asset_id")) return FIELD_WINNER;
        break;
    default:
        break;
    }
#undef IS
    return FIELD_OTHER;
}

/* The data API's names of the same things. */
static enum field reply_field_find(struct text key)
{
    static const struct {
        struct text key;
        enum field field;
    } names[] = {
        {{"asset", 5}, FIELD_ASSET},
        {{"conditionId", 11}, FIELD_MARKET},
        {{"price", 5}, FIELD_PRICE},
        {{"side", 4}, FIELD_SIDE},
        {{"size", 4}, FIELD_SIZE},
        {{"timestamp", 9}, FIELD_STAMP},
        {{"transactionHash", 15}, FIELD_TRANSACTION},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_equal(key, names[i].key)) return names[i].field;
    return FIELD_OTHER;
}

/* Reads a value whole; of an array or object only the type stays. After an error of the reader it means nothing. */
static void value_read(struct json_reader *reader, struct json_value *value)
{
    if (json_read(reader, value) && (value->type == JSON_ARRAY || value->type == JSON_OBJECT))
        json_leave(reader, value);
}

static void field_read(struct json_reader *reader, struct fields *fields, enum field field)
{
    if (field >= FIELD_VALUES) {
        json_skip(reader);
        return;
    }
    value_read(reader, &fields->values[field]);
    fields->seen |= UINT32_C(1) << field;
}

/* === Lists === */

static const char size_zero[] = "level of size 0";

/* NULL, or why the level is refused. After an error of the reader there is nothing to judge. */
static const char *level_read(struct json_reader *reader, struct level *level)
{
    struct json_value value, price, size;
    price.type = size.type = JSON_NULL;
    struct text key;
    if (scan_level(reader, level)) return level->quantity == 0 ? size_zero : NULL;
    if (!json_read(reader, &value)) return NULL;
    if (value.type != JSON_OBJECT) {
        json_leave(reader, &value);
        return "a level is no object";
    }
    while (json_next_key(reader, &key)) {
        switch (field_find(key)) {
        case FIELD_PRICE:
            value_read(reader, &price);
            break;
        case FIELD_SIZE:
            value_read(reader, &size);
            break;
        default:
            json_skip(reader);
        }
    }
    if (reader->error) return NULL;
    const char *why = value_price(&price, &level->price);
    if (!why) why = polymarket_value_size(&size, &level->quantity);
    if (!why && level->quantity == 0) why = size_zero;
    return why;
}

static const char *change_read(struct json_reader *reader, struct level_change *change)
{
    struct json_value value;
    struct fields fields;
    struct text key;
    if (scan_change(reader, change)) return NULL;
    fields.seen = 0;
    if (!json_read(reader, &value)) return NULL;
    if (value.type != JSON_OBJECT) {
        json_leave(reader, &value);
        return "a change is no object";
    }
    while (json_next_key(reader, &key)) field_read(reader, &fields, field_find(key));
    if (reader->error) return NULL;
    return polymarket_change_from_fields(&fields, change);
}

/* Reads a list into `span`: enters the array, unless there is nothing to be read any more. */
static bool list_enter(struct json_reader *reader, struct json_value *list, struct span *span, size_t first)
{
    if (!json_read(reader, list)) return false;
    if (span->given && !span->error) span->error = "key twice";
    span->given = true;
    span->first = first;
    span->count = 0;
    if (span->error || list->type != JSON_ARRAY) {
        /* Go's encoder writes null for an empty list. */
        if (!span->error && list->type != JSON_NULL) span->error = "a list is no list";
        json_leave(reader, list);
        return false;
    }
    return true;
}

static void levels_read(struct json_reader *reader, struct stage *stage, struct span *span)
{
    struct json_value list;
    if (!list_enter(reader, &list, span, stage->level_count)) return;
    while (json_next_element(reader)) {
        span->error = level_read(reader, &stage->levels[stage->level_count]);
        if (span->error) {
            json_leave(reader, &list);
            return;
        }
        if (!reader->error) stage->level_count++;
    }
    span->count = stage->level_count - span->first;
}

static void changes_read(struct json_reader *reader, struct stage *stage, struct span *span)
{
    struct json_value list;
    if (!list_enter(reader, &list, span, stage->change_count)) return;
    while (json_next_element(reader)) {
        span->error = change_read(reader, &stage->changes[stage->change_count]);
        if (span->error) {
            json_leave(reader, &list);
            return;
        }
        if (!reader->error) stage->change_count++;
    }
    span->count = stage->change_count - span->first;
}

/* === Public === */

const char *polymarket_change_from_fields(const struct fields *fields, struct level_change *change)
{
    const struct json_value *asset = field_value(fields, FIELD_ASSET);
    change->asset = change->hash = (struct text){NULL, 0};
    if (asset && asset->type != JSON_NULL && !value_symbol(asset, &change->asset)) return "bad asset";
    change->hash = polymarket_value_hash(field_value(fields, FIELD_HASH));
    change->mode = CHANGE_SET;
    const char *why = value_price(field_value(fields, FIELD_PRICE), &change->price);
    if (!why) why = polymarket_value_size(field_value(fields, FIELD_SIZE), &change->quantity);
    if (!why) why = polymarket_value_side(field_value(fields, FIELD_SIDE), &change->side);
    if (!why) why = value_best(field_value(fields, FIELD_BEST_BID), &change->best_bid);
    if (!why) why = value_best(field_value(fields, FIELD_BEST_ASK), &change->best_ask);
    return why;
}

void polymarket_object_read(struct json_reader *reader, struct stage *stage, struct object *object)
{
    struct text key;
    object->fields.seen = 0;
    object->bids = object->asks = object->changes = (struct span){0};
    while (json_next_key(reader, &key)) {
        enum field field = field_find(key);
        switch (field) {
        case FIELD_BIDS:
            levels_read(reader, stage, &object->bids);
            break;
        case FIELD_ASKS:
            levels_read(reader, stage, &object->asks);
            break;
        case FIELD_CHANGES:
            changes_read(reader, stage, &object->changes);
            break;
        default:
            field_read(reader, &object->fields, field);
        }
    }
}

void polymarket_trade_read(struct json_reader *reader, struct object *object)
{
    struct text key;
    object->fields.seen = 0;
    object->bids = object->asks = object->changes = (struct span){0};
    while (json_next_key(reader, &key)) field_read(reader, &object->fields, reply_field_find(key));
}
