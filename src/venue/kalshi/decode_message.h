/* One object of Kalshi's, read but not yet judged: its values as written, its lists staged. Private to the room.
 *
 * Keys come in any order, so everything that might matter is read as it comes. Reasons to refuse a list are kept where
 * they were found and asked for once the type is known: what does not matter to the type does not matter.
 */
#ifndef BOOKTOP_SRC_VENUE_KALSHI_DECODE_MESSAGE_H
#define BOOKTOP_SRC_VENUE_KALSHI_DECODE_MESSAGE_H

#include "booktop/json/reader.h"
#include "booktop/market/event.h"

/* The keys that are looked at: of a frame, then of its `msg`, then the lists. */
enum field {
    FIELD_COMMAND,
    FIELD_ID,
    FIELD_SENT,
    FIELD_SEQUENCE,
    FIELD_STREAM,
    FIELD_TYPE,
    FIELD_INNER,
    FIELD_CHANNEL = FIELD_INNER,
    FIELD_CLOSE,
    FIELD_CODE,
    FIELD_COUNT,
    FIELD_DEACTIVATED,
    FIELD_DELTA,
    FIELD_ERROR_TEXT,
    FIELD_EVENT_TYPE,
    FIELD_INNER_STREAM, /* of "subscribed" */
    FIELD_MARKET,
    FIELD_PRICE,
    FIELD_RESULT,
    FIELD_SIDE,
    FIELD_TAKER,
    FIELD_TAKER_BEFORE, /* its name before 2026-05 */
    FIELD_TRADE_ID,
    FIELD_TS,
    FIELD_TS_MS,
    FIELD_YES_ASK,
    FIELD_YES_BID,
    FIELD_YES_PRICE,
    FIELD_VALUES,
    FIELD_YES = FIELD_VALUES,
    FIELD_NO,
    FIELD_RANGES,
    FIELD_MESSAGE,
    FIELD_CENTS, /* of the form that ended: what it says does not matter, but that it is there */
    FIELD_OTHER,
};

/* A list of an object: `count` staged entries from `first` on, or the reason why the list is no good. */
struct span {
    size_t first, count;
    const char *error;
    bool given; /* the key was there */
};

/* Values borrow from the frame; of an array or object only the type is kept. */
struct message {
    uint32_t seen; /* bit n: values[n] was read */
    struct json_value values[FIELD_VALUES];
    struct span yes, no, ranges;
    bool has_cents;          /* a key of the integer-cent form */
    bool has_inner;          /* there is a `msg`, of this type: */
    struct json_value inner; /* a string keeps its text */
};

/* ["0.1",1] takes so many bytes of a frame at least: the frame's length says how many levels it can hold. Room for one
 * more than that is made before it is read, and nothing moves meanwhile. */
#define LEVEL_BYTES_MIN 9
#define RANGES_MAX      16

struct stage {
    struct level *levels;
    size_t level_count;
    struct price_range ranges[RANGES_MAX];
};

/* NULL where the key was missing. */
static inline const struct json_value *message_value(const struct message *message, enum field field)
{
    return message->seen >> field & 1 ? &message->values[field] : NULL;
}

/* These read an object that the reader has entered, and leave it. Whether the JSON was good the reader knows. */
void kalshi_frame_read(struct json_reader *reader, struct stage *stage, struct message *message);
/* Of REST: {"orderbook_fp":{…}}, and an entry of {"trades":[…]}. */
void kalshi_book_reply_read(struct json_reader *reader, struct stage *stage, struct message *message);
void kalshi_trade_reply_read(struct json_reader *reader, struct stage *stage, struct message *message);

#endif
