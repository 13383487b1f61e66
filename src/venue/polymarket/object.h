/* One object of a message, read but not yet judged: its values as written, its lists staged. Private to the room.
 *
 * An object says what it is near its end, so everything that might matter is read as it comes. Reasons to refuse are
 * kept where they were found and asked for once the type is known: what does not matter to the type does not matter.
 */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_OBJECT_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_OBJECT_H

#include "booktop/json/reader.h"
#include "booktop/market/event.h"

/* The keys that are looked at, at the top of an object and in the entries of its lists alike. Lists come last. */
enum field {
    FIELD_ASSET,
    FIELD_BEST_ASK,
    FIELD_BEST_BID,
    FIELD_EVENT_TYPE,
    FIELD_HASH,
    FIELD_LAST_TRADE,
    FIELD_MARKET,
    FIELD_MIN_ORDER_SIZE,
    FIELD_NEGATIVE_RISK,
    FIELD_PRICE,
    FIELD_SIDE,
    FIELD_SIZE,
    FIELD_STAMP,
    FIELD_TICK,
    FIELD_TICK_AFTER,
    FIELD_TICK_BEFORE,
    FIELD_TRANSACTION,
    FIELD_WINNER,
    FIELD_VALUES,
    FIELD_BIDS = FIELD_VALUES,
    FIELD_ASKS,
    FIELD_CHANGES,
    FIELD_OTHER,
};

/* Values borrow from the frame; of an array or object only the type is kept. */
struct fields {
    uint32_t seen; /* bit n: values[n] was read */
    struct json_value values[FIELD_VALUES];
};

/* A list of an object: `count` staged entries from `first` on, or the reason why the list is no good. */
struct span {
    size_t first, count;
    const char *error;
    bool given;
};

struct object {
    struct fields fields;
    struct span bids, asks, changes;
};

/* Levels and changes of all objects of a frame, one behind the other. An entry takes at least so many bytes of a frame:
 * {"price":0.1,"size":1} or the same and "side":"buy". So a frame's length says how many it can hold; room for one more
 * than that is made before it is read, and nothing moves meanwhile. */
#define LEVEL_BYTES_MIN  22
#define CHANGE_BYTES_MIN 35

struct stage {
    struct level *levels;
    struct level_change *changes;
    size_t level_count, change_count;
};

/* NULL where the key was missing. */
static inline const struct json_value *field_value(const struct fields *fields, enum field field)
{
    return fields->seen >> field & 1 ? &fields->values[field] : NULL;
}

/* Reads an object of the channel that the reader has entered, and leaves it. Whether the JSON was good the reader
 * knows. */
void polymarket_object_read(struct json_reader *reader, struct stage *stage, struct object *object);

/* The same for a trade of the data API, which has other names for the same things. */
void polymarket_trade_read(struct json_reader *reader, struct object *object);

/* A change out of an entry's fields, or of an old message's own. Asset and hash are empty where they are missing.
 * Returns NULL or why it is refused. */
const char *polymarket_change_from_fields(const struct fields *fields, struct level_change *change);

#endif
