/* The lines of a recording: what is written, and how it is read again. Pure.
 *
 * A recording is JSON text, one record a line, each an object whose first members are "k" (its kind), "t" (wall time,
 * ns since 1970) and "m" (ns of the monotonic clock since the header's; of several files of one session: since the
 * first one's); chk has no time. What a venue sent is embedded byte for byte, so that the line can be read by any tool
 * and the message can be had again exactly:
 *   - "d":{…} if it is one strict JSON text on one line: as it stands. White space around it is kept beside, in
 *     "w":["before","after"]. JSON that would be nested too deeply within the line, and a number of more than 1,000
 *     characters, which not every tool reads, count as text.
 *   - "s":"…" any other text of valid UTF-8, escaped.
 *   - "b":"…" anything else, and texts of more than 4 MiB, in base64 (RFC 4648, with padding).
 * Kinds:
 *   - hdr: the first line of a file: fmt "obr", v 1, tool, boot (the kernel's boot id), seq (0, or the number of the
 *     file in its session), prev (the last h of the file before, or null), first (t of the session's first header),
 *     venues (each with "v", its name, and "key": whether there was one), demo.
 *   - rx: a frame came: c, n (its number in the session), and the frame.
 *   - tx: a frame was sent: c, and the frame; headers of handshakes are never recorded.
 *   - ask: a GET was sent: v (venue), r (the request's number), what, url.
 *   - http: its answer: v, r, st (status, 0: none came), why, ra (Retry-After, ns), and the body.
 *   - ev: something happened: e says what (enum record_event).
 *   - key: a round of keyframes begins or ("done":true) ends: round; the begin has what venues keep beyond markets, in
 *     "venues": an object by venue name (venue/venue.h, save_links); and, should the header be lost, what that says of
 *     the source: "demo", and its list of venues in "sources".
 *   - snap: a market, whole: round, v, its instrument in "i", and what its venue's sync gave (save). Round 0: of none;
 *     rounds leave out what nobody watches and has no book, and it comes when it is watched again.
 *   - chk: the end of a block: n (records in it), z (its bytes before this line), h (the chain, 64 hex digits).
 *   - end: the last record of a file that was closed, in its last block and so before its chk: n (records before it in
 *     the file, the header not counted), h (the chain as it stood before that block).
 * c is 1 + 64 * venue (enum venue_id) + link. Readers skip kinds, events, venues and members that they do not know; a
 * member that they know may not come twice.
 */
#ifndef BOOKTOP_RECORD_LINE_H
#define BOOKTOP_RECORD_LINE_H

#include "booktop/base/clock.h"
#include "booktop/json/writer.h"
#include "booktop/market/instrument.h"

#define RECORD_VERSION   1
#define RECORD_HASH_SIZE 65 /* 64 hex digits of SHA-256, terminated */
/* Longer lines, in bytes, are not written and not read. */
#define RECORD_LINE_MOST (32u << 20)

enum record_kind {
    RECORD_HEADER,
    RECORD_RECEIVED,
    RECORD_SENT,
    RECORD_ASKED,
    RECORD_REPLIED,
    RECORD_EVENT,
    RECORD_ROUND,
    RECORD_SNAP,
    RECORD_CHECK,
    RECORD_END,
    RECORD_UNKNOWN, /* to be skipped */
    RECORD_KIND_COUNT
};

/* "hdr", "rx", …; "" for the unknown. Static. */
const char *record_kind_text(enum record_kind kind);

/* What an `ev` tells. The first ones are inputs of the engine: with rx and http they are all that it is told. */
enum record_event {
    RECORD_OPENED,   /* a connection: c, url */
    RECORD_LOST,     /* c, why */
    RECORD_GIVEN_UP, /* c, why */
    RECORD_WATCHED,  /* a market: its instrument in "i" */
    RECORD_UNWATCHED,
    RECORD_SEEDED,
    RECORD_LOOKED_UP, /* v, lookup, kind, words */
    RECORD_RETRIED,   /* v */
    RECORD_LEARNT,    /* more of a market that is known: its instrument in "i" */
    RECORD_MARK,      /* the user's: why is the note; ago: ns since the moment that is meant, while it was typed */
    RECORD_DROPPED,   /* records were lost on the way to the disk: count */
    RECORD_CLOCK,     /* the wall clock was stepped: by (ns) */
    RECORD_AWOKE,     /* the machine had slept: by (ns) */
    RECORD_SHOWN,     /* a market came on the screen, or is there as a round begins: its instrument in "i" */
    RECORD_EVENT_COUNT
};

const char *record_event_text(enum record_event event);

/* --- writing: one line, without its line feed, is appended to `out`. False, with nothing appended: out of memory, a
 * line of more than RECORD_LINE_MOST, or a link that c has no room for (from 64 on) --- */

struct record_header {
    const char *tool; /* "booktop 1.0.0" */
    const char *boot;
    unsigned sequence;
    const char *previous; /* 64 hex digits, NULL: none */
    bool venues[VENUE_COUNT], keys[VENUE_COUNT];
    bool demo;
    bool lost;          /* it could not be read: what is here comes from the records; not written */
    bool untold;        /* not known, neither venues and keys nor whether it is a demo: neither is written */
    struct stamp stamp; /* of the session's first header: where m is 0 */
};

/* `from` is the mono at which m is 0. */
bool record_write_header(struct json_writer *out, const struct record_header *header, struct stamp stamp, int64_t from);
bool record_write_received(struct json_writer *out, struct stamp stamp, int64_t from, enum venue_id venue,
                           unsigned link, uint64_t number, struct text frame);
bool record_write_sent(struct json_writer *out, struct stamp stamp, int64_t from, enum venue_id venue, unsigned link,
                       struct text frame);
bool record_write_asked(struct json_writer *out, struct stamp stamp, int64_t from, enum venue_id venue,
                        uint32_t request, const char *what, const char *url);

struct record_reply {
    enum venue_id venue;
    uint32_t request;
    int status;
    int64_t retry_after;
    const char *reason; /* may be NULL */
    struct text body;
};
bool record_write_replied(struct json_writer *out, struct stamp stamp, int64_t from, const struct record_reply *reply);

/* Members that an event has not are left as they are in a zeroed struct. */
struct record_happening {
    enum record_event event;
    enum venue_id venue;
    unsigned link;
    struct text why, url, words;
    const struct instrument *instrument;
    uint32_t lookup;
    unsigned lookup_kind;
    int64_t amount; /* count, by, ago */
};
bool record_write_event(struct json_writer *out, struct stamp stamp, int64_t from,
                        const struct record_happening *happening);

/* `venues` is JSON (an object), or empty; of a begin, as is `source`: the header's, NULL: not told. */
bool record_write_round(struct json_writer *out, struct stamp stamp, int64_t from, uint64_t round, bool done,
                        struct text venues, const struct record_header *source);
/* `market` is JSON: the members of an object, without its braces; none of them is called round, v or i. */
bool record_write_snap(struct json_writer *out, struct stamp stamp, int64_t from, uint64_t round,
                       const struct instrument *instrument, struct text market);
bool record_write_check(struct json_writer *out, uint64_t records, uint64_t bytes, const char hash[RECORD_HASH_SIZE]);
bool record_write_end(struct json_writer *out, struct stamp stamp, int64_t from, uint64_t records,
                      const char hash[RECORD_HASH_SIZE]);

/* An instrument as an object, and back. False for what is none. */
void record_write_instrument(struct json_writer *out, const struct instrument *instrument);
bool record_read_instrument(struct instrument *instrument, struct text json);

/* --- reading --- */

/* A line taken apart. Texts borrow from the line, or, where they had to be decoded, from the parser until its next
 * call. What a kind has not is zero. Of an ask: reply.request, and what and url in happening.words and .url. A line
 * that names an event or a venue of a later version is RECORD_UNKNOWN. */
struct record {
    enum record_kind kind;
    struct stamp stamp;  /* wall: t; mono: m */
    enum venue_id venue; /* VENUE_COUNT: none is named */
    unsigned link;
    uint64_t number;           /* n, or round */
    struct text payload;       /* the frame or body exactly as it came; of snap: the line; of key: its "venues" */
    struct record_reply reply; /* body is payload */
    struct record_happening happening;
    struct instrument instrument; /* of snap; happening.instrument points to it, where there is one */
    struct record_header header;  /* of key: untold, or the source */
    bool done;
    char hash[RECORD_HASH_SIZE];
    uint64_t bytes;    /* z */
    struct text whole; /* the line */
};

struct record_parser; /* scratch for what must be decoded */
struct record_parser *record_parser_create(void);
void record_parser_destroy(struct record_parser *parser);

/* False, with `*why` (static), for what is no line of a recording: not one strict JSON object, without a kind or a
 * time, or a member of the wrong type. */
bool record_parse(struct record_parser *parser, struct text line, struct record *record, const char **why);

/* The m that a mark means: not before the session's begin, whatever it says. */
int64_t record_mark_place(const struct record *record);

#endif
