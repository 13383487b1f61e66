/* What a sync keeps, as members of JSON objects, for recordings: said once in tables of fields, by which it is both
 * written and read, so that the two cannot drift apart. Private to the room.
 *
 * What is read is hostile. Every value has its range; a member that is missing leaves what stands there, of one that
 * is there twice the last counts, and one of another form refuses the whole. Texts go through an object again for each
 * table: a keyframe is read rarely.
 * Times are told as ns before a stamp: mono and wall are of another process where they are read.
 */
#ifndef BOOKTOP_SRC_VENUE_SNAP_H
#define BOOKTOP_SRC_VENUE_SNAP_H

#include <string.h>

#include "booktop/json/reader.h"

#include "freeze.h"
#include "resync_clock.h"

enum snap_kind {
    SNAP_FLAG,     /* bool */
    SNAP_COUNT,    /* unsigned, uint8_t, uint32_t, uint64_t or an enum; below `limit`, 0: whatever fits */
    SNAP_INTEGER,  /* int64_t, any */
    SNAP_WINNER,   /* int, an outcome; null: -1 */
    SNAP_INDEX,    /* uint32_t below `limit`; null: UINT32_MAX */
    SNAP_NUMBER,   /* int64_t from 0 on; null: -1 (EVENT_NO_SEQUENCE) */
    SNAP_PRICE,    /* int64_t from 0 to VALUE_PRICE_ONE; null: PRICE_NONE */
    SNAP_QUANTITY, /* int64_t from 0 on */
    SNAP_MS,       /* int64_t, a venue's stamp, 0 to VALUE_STAMP_MAX; null: EVENT_NO_TIME */
    SNAP_TIME,     /* int64_t, mono ns; null: TIME_NEVER */
    SNAP_DUE,      /* the same of what is due: in a minute before the stamp at the earliest */
    SNAP_PAST,     /* int64_t, mono ns, not after the stamp; null: 0, where that stands for "never" */
    SNAP_UNTIL,    /* the same; null: INT64_MIN, as is written for all that is not after the stamp: it is no wait */
    SNAP_SPAN,     /* int64_t, ns, 0 to an hour */
    SNAP_STAMP,    /* struct stamp, by its mono: of what was due the wall time is only about right; null: both 0 */
    SNAP_HASH,     /* an array of char without a terminator, all lower case hex digits; null: it is zeroed */
    SNAP_TEXT,     /* an array of char with a terminator: any text that fits */
    SNAP_WORD,     /* const char *: a text of ours; null: NULL. Read into one that lives as long as the process */
};

struct snap_field {
    const char *key;
    enum snap_kind kind;
    size_t offset, size; /* in the struct, of one element */
    size_t count;        /* of elements; more than 1: an array of just so many */
    uint64_t limit;
};

#define SNAP_SIZE(type, member) sizeof(((type *)NULL)->member)
/* A member of a struct. */
#define SNAP_FIELD(type, member, name, kind, limit)                                                                    \
    {                                                                                                                  \
        name, kind, offsetof(type, member), SNAP_SIZE(type, member), 1, limit                                          \
    }
/* One that is an array, `first` its first element ("ring[0]", "ring[0][0]"). */
#define SNAP_FIELDS(type, member, first, name, kind, limit)                                                            \
    {                                                                                                                  \
        name, kind, offsetof(type, member), SNAP_SIZE(type, first), SNAP_SIZE(type, member) / SNAP_SIZE(type, first),  \
            limit                                                                                                      \
    }

struct snap_table {
    const struct snap_field *fields;
    size_t count;
};

#define SNAP_TABLE(fields) ((struct snap_table){fields, sizeof(fields) / sizeof((fields)[0])})

/* === Fields === */

/* The members of `from`, without braces. */
void snap_write(struct json_writer *out, struct stamp stamp, struct snap_table table, const void *from);
/* False: `object` is none, or a member is not of its form; `to` may be changed in part then. */
bool snap_read(struct text object, struct stamp stamp, struct snap_table table, void *to);

/* The text of a member's value, the last of that key; false: there is none. */
bool snap_member(struct text object, const char *key, struct text *value);

/* Goes through the elements of an array, whatever they are: first with a zeroed struct. False at its end, and where it
 * is no array, or no JSON: `failed`. */
struct snap_list {
    struct json_reader reader;
    bool begun, failed;
};
bool snap_next(struct snap_list *list, struct text array, struct text *element);

/* The member `key`: an object, and an array of objects. `stride`: bytes from one to the next. Where it is missing
 * nothing is read, and *count is 0; more than `room` are refused. */
void snap_write_object(struct json_writer *out, const char *key, struct stamp stamp, struct snap_table table,
                       const void *from);
bool snap_read_object(struct text object, const char *key, struct stamp stamp, struct snap_table table, void *to);
void snap_write_objects(struct json_writer *out, const char *key, struct stamp stamp, struct snap_table table,
                        const void *from, size_t stride, size_t count);
bool snap_read_objects(struct text object, const char *key, struct stamp stamp, struct snap_table table, void *to,
                       size_t stride, size_t room, size_t *count);

/* Stamps beyond this belong to no recording of ours; times are not read with them. */
bool snap_stamp_is_sane(struct stamp stamp);

/* === Words === */

/* Whether two texts of ours (each may be NULL) are the same: one of them may be out of a recording, so that the
 * addresses say nothing. */
static inline bool word_equal(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* A text of a recording that will live as long as the process; NULL where there is no place left for it. Only what has
 * printable ASCII alone, and is not long, is kept: everything we say. Any thread. */
const char *word_keep(struct text text);

/* === What every venue has === */

/* A market's symbol, as a value; null for MARKET_NONE and a stale handle. */
void snap_write_market_name(struct json_writer *out, const struct registry *registry, struct market_handle handle);
/* The market of that symbol. MARKET_NONE where there is none: null, not known, a token's. */
struct market_handle snap_read_market_name(const struct registry *registry, enum venue_id venue, struct text value);

/* So many markets a recording may make known; each is a place in memory. */
#define SNAP_MARKETS_MAX 65536
/* So many of them may have an open burst, as no live sync has: each is put in its place in the list of all. */
#define SNAP_BURSTS_MAX 8192
/* registry_add, but for those beyond SNAP_MARKETS_MAX. NULL: they are, or out of memory. */
struct market *snap_add_market(struct registry *registry, const struct instrument *instrument);

/* "markets": the symbols of those that a sync keeps something of, in the order in which it goes through them, at most
 * SNAP_MARKETS_MAX. `stride`: bytes from one handle to the next. To be read before all else: each is known from then
 * on, with its symbol alone where it was not, and is filled in by the snap that follows; so they are gone through in
 * the same order. */
void snap_write_markets(struct json_writer *out, const struct registry *registry, const struct market_handle *markets,
                        size_t stride, size_t count);
bool snap_read_markets(struct text object, struct registry *registry, enum venue_id venue, unsigned price_scale,
                       unsigned size_scale);

/* The common members of a market's: "bids", "asks", "h", status, trades, proof … */
void snap_write_market(struct json_writer *out, struct stamp stamp, const struct market *market);
/* Finds or adds the instrument's market, empties it, gives it the instrument's terms, and reads these members; its
 * epoch is raised. `links`: how many there are. NULL: refused, or out of memory; the market is empty then. */
struct market *snap_read_market(struct registry *registry, struct stamp stamp, const struct instrument *instrument,
                                unsigned links, struct text object);

/* "requests": those of these kinds (bit n: kind n), in order of their numbers, at most REQUESTS_PUT_MAX, and "next".
 * Read into new requests; an `index` is below `indices`. */
void snap_write_requests(struct json_writer *out, struct stamp stamp, const struct requests *requests,
                         const struct registry *registry, unsigned kinds);
bool snap_read_requests(struct text object, struct stamp stamp, struct requests *requests,
                        const struct registry *registry, enum venue_id venue, unsigned kinds, uint32_t indices);

/* "open": those of a market alone, in the same order; what is read replaces what was open of it. */
void snap_write_open_requests(struct json_writer *out, struct stamp stamp, const struct requests *requests,
                              struct market_handle market, unsigned kinds);
bool snap_read_open_requests(struct text object, struct stamp stamp, struct requests *requests,
                             struct market_handle market, unsigned kinds, uint32_t indices);

/* "freeze" of a link; "witness", what is kept of a market as one; each an object. */
void snap_write_freeze(struct json_writer *out, struct stamp stamp, const struct freeze *freeze,
                       const struct registry *registry);
bool snap_read_freeze(struct text object, struct stamp stamp, struct freeze *freeze, const struct registry *registry,
                      enum venue_id venue);
void snap_write_witness(struct json_writer *out, struct stamp stamp, const struct freeze_witness *witness);
bool snap_read_witness(struct text object, struct stamp stamp, struct freeze_witness *witness);
/* "clock" of resyncs. */
void snap_write_clock(struct json_writer *out, struct stamp stamp, const struct resync_clock *clock);
bool snap_read_clock(struct text object, struct stamp stamp, struct resync_clock *clock);

#endif
