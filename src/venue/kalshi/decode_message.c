#include "decode_message.h"

#include <string.h>

#include "decode_scan.h"
#include "values.h"

_Static_assert(FIELD_VALUES <= 32, "a bit for each value");

/* === Keys === */

/* Ladders instead of tables, for speed: the compiler makes word compares of them, and they run for every key. */
#define IS(name) (memcmp(key.at, name, sizeof(name) - 1) == 0)

static enum field frame_field_find(struct text key)
{
    switch (key.length) {
    case 2:
        if (IS("id")) return FIELD_ID;
        break;
    case 3:
        if (IS("sid")) return FIELD_STREAM;
        if (IS("seq")) return FIELD_SEQUENCE;
        if (IS("msg")) return FIELD_MESSAGE;
        if (IS("cmd")) return FIELD_COMMAND;
        break;
    case 4:
        if (IS("type")) return FIELD_TYPE;
        break;
    case 13:
        if (IS("sending_ts_ms")) return FIELD_SENT;
        break;
    default:
        break;
    }
    return FIELD_OTHER;
}

static enum field inner_field_find(struct text key)
{
    switch (key.length) {
    case 2:
        if (IS("ts")) return FIELD_TS;
        if (IS("no")) return FIELD_CENTS;
        break;
    case 3:
        if (IS("sid")) return FIELD_INNER_STREAM;
        if (IS("msg")) return FIELD_ERROR_TEXT;
        if (IS("yes")) return FIELD_CENTS;
        break;
    case 4:
        if (IS("side")) return FIELD_SIDE;
        if (IS("code")) return FIELD_CODE;
        break;
    case 5:
        if (IS("ts_ms")) return FIELD_TS_MS;
        if (IS("price") || IS("delta") || IS("count")) return FIELD_CENTS;
        break;
    case 6:
        if (IS("result")) return FIELD_RESULT;
        break;
    case 7:
        if (IS("channel")) return FIELD_CHANNEL;
        if (IS("yes_bid") || IS("yes_ask")) return FIELD_CENTS;
        break;
    case 8:
        if (IS("delta_fp")) return FIELD_DELTA;
        if (IS("count_fp")) return FIELD_COUNT;
        if (IS("trade_id")) return FIELD_TRADE_ID;
        if (IS("close_ts")) return FIELD_CLOSE;
        break;
    case 9:
        if (IS("yes_price")) return FIELD_CENTS;
        break;
    case 10:
        if (IS("event_type")) return FIELD_EVENT_TYPE;
        if (IS("taker_side")) return FIELD_TAKER_BEFORE;
        if (IS("no_dollars")) return FIELD_CENTS;
        break;
    case 11:
        if (IS("yes_dollars")) return FIELD_CENTS;
        break;
    case 12:
        if (IS("price_ranges")) return FIELD_RANGES;
        break;
    case 13:
        if (IS("market_ticker")) return FIELD_MARKET;
        if (IS("price_dollars")) return FIELD_PRICE;
        if (IS("no_dollars_fp")) return FIELD_NO;
        break;
    case 14:
        if (IS("yes_dollars_fp")) return FIELD_YES;
        if (IS("is_deactivated")) return FIELD_DEACTIVATED;
        break;
    case 15:
        if (IS("yes_bid_dollars")) return FIELD_YES_BID;
        if (IS("yes_ask_dollars")) return FIELD_YES_ASK;
        break;
    case 17:
        if (IS("yes_price_dollars")) return FIELD_YES_PRICE;
        break;
    case 18:
        if (IS("taker_outcome_side")) return FIELD_TAKER;
        break;
    default:
        break;
    }
    return FIELD_OTHER;
}

#undef IS

/* REST has other names for some of the same things. */

static enum field book_reply_field_find(struct text key)
{
    if (text_is(key, "yes_dollars")) return FIELD_YES;
    if (text_is(key, "no_dollars")) return FIELD_NO;
    return FIELD_OTHER;
}

static enum field trade_reply_field_find(struct text key)
{
    if (text_is(key, "ticker")) return FIELD_MARKET;
    if (text_is(key, "created_time")) return FIELD_TS;
    return inner_field_find(key);
}

/* === Lists === */

/* NULL, or why the level is refused. After an error of the reader there is nothing to judge. */
static const char *level_read(struct json_reader *reader, struct level *level)
{
    static const char no_pair[] = "a level is no pair of price and size";
    struct json_value pair, values[2];
    size_t count = 0;
    if (scan_level(reader, level)) return NULL;
    if (!json_read(reader, &pair)) return NULL;
    if (pair.type != JSON_ARRAY) {
        json_leave(reader, &pair);
        return no_pair;
    }
    while (json_next_element(reader)) {
        struct json_value value;
        if (!json_read(reader, &value) || !json_leave(reader, &value)) return NULL;
        if (count < 2) values[count] = value;
        count++;
    }
    if (reader->error) return NULL;
    if (count != 2) return no_pair;
    const char *why = value_price(&values[0], &level->price);
    return why ? why : kalshi_value_size(&values[1], &level->quantity);
}

static void levels_read(struct json_reader *reader, struct stage *stage, struct span *span)
{
    struct json_value list;
    bool twice = span->given;
    if (!json_read(reader, &list)) return;
    *span = (struct span){.first = stage->level_count, .given = true, .error = twice ? "key twice" : NULL};
    if (!twice && list.type != JSON_ARRAY && list.type != JSON_NULL) span->error = "a list is no list";
    if (span->error || list.type != JSON_ARRAY) {
        json_leave(reader, &list);
        return;
    }
    while (json_next_element(reader)) {
        struct level *level = &stage->levels[stage->level_count];
        span->error = level_read(reader, level);
        if (span->error) {
            json_leave(reader, &list);
            return;
        }
        /* A level of nothing is none. */
        if (!reader->error && level->quantity > 0) stage->level_count++;
    }
    span->count = stage->level_count - span->first;
}

static void ranges_read(struct json_reader *reader, struct stage *stage, struct span *span)
{
    struct json_value list;
    if (!json_read(reader, &list)) return;
    *span = (struct span){.given = true};
    span->error = kalshi_ranges_read(reader, &list, stage->ranges, RANGES_MAX, &span->count);
}

/* === Objects === */

/* Reads a value whole; of an array or object only the type stays. After an error of the reader it means nothing. */
static void value_read(struct json_reader *reader, struct message *message, enum field field)
{
    struct json_value *value = &message->values[field];
    if (!json_read(reader, value) || !json_leave(reader, value)) return;
    message->seen |= UINT32_C(1) << field;
}

static void inner_read(struct json_reader *reader, struct stage *stage, struct message *message,
                       enum field (*find)(struct text key))
{
    struct text key;
    while (json_next_key(reader, &key)) {
        enum field field = find(key);
        switch (field) {
        case FIELD_YES:
            levels_read(reader, stage, &message->yes);
            break;
        case FIELD_NO:
            levels_read(reader, stage, &message->no);
            break;
        case FIELD_RANGES:
            ranges_read(reader, stage, &message->ranges);
            break;
        case FIELD_CENTS:
            message->has_cents = true;
            json_skip(reader);
            break;
        case FIELD_OTHER:
            json_skip(reader);
            break;
        default:
            value_read(reader, message, field);
        }
    }
}

static void message_start(struct message *message)
{
    message->seen = 0;
    message->has_inner = message->has_cents = false;
    message->yes = message->no = message->ranges = (struct span){0};
}

/* What stands behind "msg" or "orderbook_fp". Of two the last one counts. */
static void envelope_read(struct json_reader *reader, struct stage *stage, struct message *message,
                          enum field (*find)(struct text key))
{
    uint32_t outer = message->seen & ((UINT32_C(1) << FIELD_INNER) - 1);
    message_start(message);
    message->seen = outer;
    if (!json_read(reader, &message->inner)) return;
    message->has_inner = message->inner.type != JSON_NULL;
    if (message->inner.type == JSON_OBJECT)
        inner_read(reader, stage, message, find);
    else
        json_leave(reader, &message->inner);
}

/* === Public === */

void kalshi_frame_read(struct json_reader *reader, struct stage *stage, struct message *message)
{
    struct text key;
    message_start(message);
    while (json_next_key(reader, &key)) {
        enum field field = frame_field_find(key);
        if (field == FIELD_MESSAGE)
            envelope_read(reader, stage, message, inner_field_find);
        else if (field == FIELD_OTHER)
            json_skip(reader);
        else
            value_read(reader, message, field);
    }
}

void kalshi_book_reply_read(struct json_reader *reader, struct stage *stage, struct message *message)
{
    struct text key;
    message_start(message);
    while (json_next_key(reader, &key))
        if (text_is(key, "orderbook_fp"))
            envelope_read(reader, stage, message, book_reply_field_find);
        else
            json_skip(reader);
}

void kalshi_trade_reply_read(struct json_reader *reader, struct stage *stage, struct message *message)
{
    message_start(message);
    inner_read(reader, stage, message, trade_reply_field_find);
}
