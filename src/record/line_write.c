#include "booktop/record/line.h"

#include <string.h>

#include "booktop/json/reader.h"

#include "base64.h"
#include "line_name.h"

/* Numbers of more characters are not embedded: Python reads no integer of more than 4,300 digits. */
#define NUMBER_MOST 1000

_Static_assert(JSON_SIMPLE_DEPTH < JSON_DEPTH_MAX && JSON_SIMPLE_NUMBER <= NUMBER_MOST, "what is simple is embedded");

/* Texts are escaped up to this length, at worst six characters for one. Longer ones go in base64, so that no line is
 * too long only for its escapes. */
#define ESCAPED_MOST (RECORD_LINE_MOST / 8)

/* Bytes that are put into base64 at a time. */
#define PIECE 3072

/* === Lines === */

static void write_text(struct json_writer *out, const char *key, struct text text)
{
    json_write_key(out, key);
    json_write_string(out, text);
}

static void write_number(struct json_writer *out, const char *key, uint64_t number)
{
    json_write_key(out, key);
    json_write_integer(out, number < INT64_MAX ? (int64_t)number : INT64_MAX);
}

static void write_integer(struct json_writer *out, const char *key, int64_t number)
{
    json_write_key(out, key);
    json_write_integer(out, number);
}

static void line_begin(struct json_writer *out, enum record_kind kind)
{
    out->comma = false;
    json_write_object(out);
    write_text(out, "k", text_from(record_kind_text(kind)));
}

static void line_begin_at(struct json_writer *out, enum record_kind kind, struct stamp stamp, int64_t from)
{
    line_begin(out, kind);
    write_integer(out, "t", stamp.wall);
    write_integer(out, "m", stamp.mono - from);
}

/* `start`: the length of what was there before the line. A line that is too long is taken back. */
static bool line_end(struct json_writer *out, size_t start)
{
    json_write_object_end(out);
    out->comma = false;
    if (out->failed) return false;
    if (out->length - start <= RECORD_LINE_MOST) return true;
    out->length = start;
    return false;
}

static void write_connection(struct json_writer *out, enum venue_id venue, unsigned link)
{
    write_number(out, "c", 1 + LINE_LINKS * (uint64_t)venue + link);
}

static void write_venue(struct json_writer *out, enum venue_id venue)
{
    write_text(out, "v", text_from(line_venue_text(venue)));
}

/* === Payloads === */

/* True if this is one strict JSON text, on one line, that can also be read as a member of a line: one level deeper. */
static bool is_embeddable(struct text json)
{
    if (json.length == 0) return false;
    if (json_simple_length(json) == json.length) return true;
    if (memchr(json.at, '\n', json.length) || memchr(json.at, '\r', json.length)) return false;
    struct json_reader reader;
    struct json_value value;
    struct text key;
    json_start(&reader, json);
    bool more = json_read(&reader, &value);
    while (!reader.error) {
        if (more && (reader.depth == JSON_DEPTH_MAX || (value.type == JSON_NUMBER && value.text.length > NUMBER_MOST)))
            return false;
        if (reader.depth == 0) break;
        bool object = reader.objects >> (reader.depth - 1) & 1;
        more = object ? json_next_key(&reader, &key) : json_next_element(&reader);
        if (more) json_read(&reader, &value);
    }
    return json_finish(&reader);
}

static void write_blanks(struct json_writer *out, struct text payload, struct text json)
{
    if (payload.length == json.length) return;
    size_t before = (size_t)(json.at - payload.at);
    json_write_key(out, "w");
    json_write_array(out);
    json_write_string(out, (struct text){payload.at, before});
    json_write_string(out, (struct text){json.at + json.length, payload.length - before - json.length});
    json_write_array_end(out);
}

static void write_base64(struct json_writer *out, struct text bytes)
{
    char piece[BASE64_SIZE(PIECE)];
    json_write_key(out, "b");
    json_write_raw(out, TEXT("\""));
    for (size_t done = 0; done < bytes.length; done += PIECE) {
        size_t left = bytes.length - done;
        struct text next = {bytes.at + done, left < PIECE ? left : PIECE};
        out->comma = false; /* pieces of one value */
        json_write_raw(out, (struct text){piece, base64_encode(next, piece)});
    }
    out->comma = false;
    json_write_raw(out, TEXT("\""));
}

static void write_payload(struct json_writer *out, struct text payload)
{
    struct text json = text_trim(payload);
    if (is_embeddable(json)) {
        write_blanks(out, payload, json);
        json_write_key(out, "d");
        json_write_raw(out, json);
    } else if (payload.length <= ESCAPED_MOST && text_is_utf8(payload)) {
        write_text(out, "s", payload);
    } else {
        write_base64(out, payload);
    }
}

/* What was recorded, and whether it is a demo; nothing where that is not known. */
static void write_source(struct json_writer *out, const char *venues, const struct record_header *header)
{
    if (header->untold) return;
    json_write_key(out, venues);
    json_write_array(out);
    for (unsigned i = 0; i < VENUE_COUNT; i++) {
        if (!header->venues[i]) continue;
        json_write_object(out);
        write_venue(out, (enum venue_id)i);
        json_write_key(out, "key");
        json_write_bool(out, header->keys[i]);
        json_write_object_end(out);
    }
    json_write_array_end(out);
    json_write_key(out, "demo");
    json_write_bool(out, header->demo);
}

/* === Public === */

bool record_write_header(struct json_writer *out, const struct record_header *header, struct stamp stamp, int64_t from)
{
    size_t start = out->length;
    line_begin_at(out, RECORD_HEADER, stamp, from);
    write_text(out, "fmt", TEXT("obr"));
    write_number(out, "v", RECORD_VERSION);
    write_text(out, "tool", text_from(header->tool));
    write_text(out, "boot", text_from(header->boot));
    write_number(out, "seq", header->sequence);
    json_write_key(out, "prev");
    if (header->previous)
        json_write_string(out, text_from(header->previous));
    else
        json_write_null(out);
    write_integer(out, "first", header->stamp.wall);
    write_source(out, "venues", header);
    return line_end(out, start);
}

bool record_write_received(struct json_writer *out, struct stamp stamp, int64_t from, enum venue_id venue,
                           unsigned link, uint64_t number, struct text frame)
{
    if (link >= LINE_LINKS) return false;
    size_t start = out->length;
    line_begin_at(out, RECORD_RECEIVED, stamp, from);
    write_connection(out, venue, link);
    write_number(out, "n", number);
    write_payload(out, frame);
    return line_end(out, start);
}

bool record_write_sent(struct json_writer *out, struct stamp stamp, int64_t from, enum venue_id venue, unsigned link,
                       struct text frame)
{
    if (link >= LINE_LINKS) return false;
    size_t start = out->length;
    line_begin_at(out, RECORD_SENT, stamp, from);
    write_connection(out, venue, link);
    write_payload(out, frame);
    return line_end(out, start);
}

bool record_write_asked(struct json_writer *out, struct stamp stamp, int64_t from, enum venue_id venue,
                        uint32_t request, const char *what, const char *url)
{
    size_t start = out->length;
    line_begin_at(out, RECORD_ASKED, stamp, from);
    write_venue(out, venue);
    write_number(out, "r", request);
    write_text(out, "what", text_from(what));
    write_text(out, "url", text_from(url));
    return line_end(out, start);
}

bool record_write_replied(struct json_writer *out, struct stamp stamp, int64_t from, const struct record_reply *reply)
{
    size_t start = out->length;
    line_begin_at(out, RECORD_REPLIED, stamp, from);
    write_venue(out, reply->venue);
    write_number(out, "r", reply->request);
    write_integer(out, "st", reply->status);
    if (reply->reason) write_text(out, "why", text_from(reply->reason));
    if (reply->retry_after != 0) write_integer(out, "ra", reply->retry_after);
    write_payload(out, reply->body);
    return line_end(out, start);
}

bool record_write_event(struct json_writer *out, struct stamp stamp, int64_t from,
                        const struct record_happening *happening)
{
    enum record_event event = happening->event;
    if (happening->link >= LINE_LINKS) return false;
    size_t start = out->length;
    line_begin_at(out, RECORD_EVENT, stamp, from);
    write_text(out, "e", text_from(record_event_text(event)));
    if (event <= RECORD_GIVEN_UP) write_connection(out, happening->venue, happening->link);
    if (event == RECORD_LOOKED_UP || event == RECORD_RETRIED) write_venue(out, happening->venue);
    if (event == RECORD_LOOKED_UP) {
        write_number(out, "lookup", happening->lookup);
        write_number(out, "kind", happening->lookup_kind);
    }
    if (event == RECORD_DROPPED) write_integer(out, "count", happening->amount);
    if (event == RECORD_CLOCK || event == RECORD_AWOKE) write_integer(out, "by", happening->amount);
    if (event == RECORD_MARK && happening->amount > 0) write_integer(out, "ago", happening->amount);
    if (happening->words.length > 0) write_text(out, "words", happening->words);
    if (happening->url.length > 0) write_text(out, "url", happening->url);
    if (happening->why.length > 0) write_text(out, "why", happening->why);
    if (happening->instrument) {
        json_write_key(out, "i");
        record_write_instrument(out, happening->instrument);
    }
    return line_end(out, start);
}

bool record_write_round(struct json_writer *out, struct stamp stamp, int64_t from, uint64_t round, bool done,
                        struct text venues, const struct record_header *source)
{
    size_t start = out->length;
    line_begin_at(out, RECORD_ROUND, stamp, from);
    write_number(out, "round", round);
    if (done) {
        json_write_key(out, "done");
        json_write_bool(out, true);
    }
    if (venues.length > 0) {
        json_write_key(out, "venues");
        json_write_raw(out, venues);
    }
    if (source && !done) write_source(out, "sources", source);
    return line_end(out, start);
}

bool record_write_snap(struct json_writer *out, struct stamp stamp, int64_t from, uint64_t round,
                       const struct instrument *instrument, struct text market)
{
    size_t start = out->length;
    line_begin_at(out, RECORD_SNAP, stamp, from);
    write_number(out, "round", round);
    write_venue(out, instrument->venue);
    json_write_key(out, "i");
    record_write_instrument(out, instrument);
    json_write_raw(out, market);
    return line_end(out, start);
}

bool record_write_check(struct json_writer *out, uint64_t records, uint64_t bytes, const char hash[RECORD_HASH_SIZE])
{
    size_t start = out->length;
    line_begin(out, RECORD_CHECK);
    write_number(out, "n", records);
    write_number(out, "z", bytes);
    write_text(out, "h", text_from(hash));
    return line_end(out, start);
}

bool record_write_end(struct json_writer *out, struct stamp stamp, int64_t from, uint64_t records,
                      const char hash[RECORD_HASH_SIZE])
{
    size_t start = out->length;
    line_begin_at(out, RECORD_END, stamp, from);
    write_number(out, "n", records);
    write_text(out, "h", text_from(hash));
    return line_end(out, start);
}
