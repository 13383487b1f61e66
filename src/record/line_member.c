#include "line_member.h"

#include <limits.h>
#include <string.h>

#include "base64.h"
#include "line_name.h"
#include "line_value.h"

/* === Texts === */

static char *scratch_end(struct parsing *parsing)
{
    return parsing->parser->scratch + parsing->parser->used;
}

static bool take_text(struct parsing *parsing, struct text *out)
{
    if (parsing->value.type != JSON_STRING) return false;
    *out = parsing->value.text;
    if (!parsing->value.escaped) return true;
    out->at = scratch_end(parsing);
    out->length = json_unescape(&parsing->value, scratch_end(parsing), parsing->value.text.length + 1);
    parsing->parser->used += out->length + 1;
    return true;
}

/* Terminated; cut at a NUL of its own. */
static bool take_string(struct parsing *parsing, const char **out)
{
    if (parsing->value.type != JSON_STRING) return false;
    *out = scratch_end(parsing);
    parsing->parser->used += json_unescape(&parsing->value, scratch_end(parsing), parsing->value.text.length + 1) + 1;
    return true;
}

/* === Members === */

static bool read_connection(struct parsing *parsing)
{
    uint64_t connection;
    if (!line_count(&parsing->value, UINT_MAX, &connection) || connection == 0) return false;
    uint64_t venue = (connection - 1) / LINE_LINKS;
    parsing->foreign |= venue >= VENUE_COUNT;
    parsing->record->venue = venue < VENUE_COUNT ? (enum venue_id)venue : VENUE_COUNT;
    parsing->record->link = (unsigned)((connection - 1) % LINE_LINKS);
    return true;
}

static bool read_number(struct parsing *parsing)
{
    return line_count(&parsing->value, INT64_MAX, &parsing->record->number);
}

/* The value as it stands in the line. */
static bool read_embedded(struct parsing *parsing)
{
    if (!json_leave(parsing->reader, &parsing->value)) return false;
    const char *start = parsing->record->whole.at + parsing->value_start;
    struct text raw = {start, json_offset(parsing->reader) - parsing->value_start};
    parsing->record->payload = text_trim(raw);
    return true;
}

static bool read_escaped(struct parsing *parsing)
{
    return take_text(parsing, &parsing->record->payload);
}

static bool read_base64(struct parsing *parsing)
{
    struct text *payload = &parsing->record->payload;
    if (parsing->value.type != JSON_STRING || parsing->value.escaped) return false;
    payload->at = scratch_end(parsing);
    if (!base64_decode(parsing->value.text, scratch_end(parsing), &payload->length)) return false;
    parsing->parser->used += payload->length;
    return true;
}

static bool is_blank(struct text text)
{
    return text_trim(text).length == 0;
}

static bool read_blanks(struct parsing *parsing)
{
    struct text *const sides[] = {&parsing->before, &parsing->after};
    unsigned count = 0;
    if (parsing->value.type != JSON_ARRAY) return false;
    while (json_next_element(parsing->reader))
        if (count == 2 || !json_read(parsing->reader, &parsing->value) || !take_text(parsing, sides[count]) ||
            !is_blank(*sides[count++]))
            return false;
    return !parsing->reader->error && count == 2;
}

static bool read_venue(struct parsing *parsing)
{
    if (parsing->value.type != JSON_STRING) return false;
    parsing->record->venue = line_venue(parsing->value.text);
    parsing->foreign |= parsing->record->venue == VENUE_COUNT;
    return true;
}

static bool read_request(struct parsing *parsing)
{
    uint64_t request;
    if (!line_count(&parsing->value, UINT32_MAX, &request)) return false;
    parsing->record->reply.request = (uint32_t)request;
    return true;
}

static bool read_what(struct parsing *parsing)
{
    return take_text(parsing, &parsing->record->happening.words);
}

static bool read_url(struct parsing *parsing)
{
    return take_text(parsing, &parsing->record->happening.url);
}

static bool read_status(struct parsing *parsing)
{
    uint64_t status;
    if (!line_count(&parsing->value, INT_MAX, &status)) return false;
    parsing->record->reply.status = (int)status;
    return true;
}

static bool read_retry_after(struct parsing *parsing)
{
    return line_integer(&parsing->value, &parsing->record->reply.retry_after);
}

static bool read_reason(struct parsing *parsing)
{
    return take_string(parsing, &parsing->record->reply.reason);
}

static bool read_why(struct parsing *parsing)
{
    return take_text(parsing, &parsing->record->happening.why);
}

static bool read_event(struct parsing *parsing)
{
    if (parsing->value.type != JSON_STRING) return false;
    enum record_event event = line_event(parsing->value.text);
    parsing->foreign |= event == RECORD_EVENT_COUNT;
    parsing->record->happening.event = event;
    return true;
}

static bool read_instrument(struct parsing *parsing)
{
    struct record *record = parsing->record;
    if (parsing->value.type != JSON_OBJECT || !json_leave(parsing->reader, &parsing->value)) return false;
    const char *start = record->whole.at + parsing->value_start;
    struct text json = {start, json_offset(parsing->reader) - parsing->value_start};
    if (parsing->foreign) return true; /* of a venue that is not known */
    if (!record_read_instrument(&record->instrument, json)) return false;
    record->happening.instrument = &record->instrument;
    if (record->venue == VENUE_COUNT) record->venue = record->instrument.venue;
    return true;
}

/* What a round begins with. */
static bool read_links(struct parsing *parsing)
{
    return parsing->value.type == JSON_OBJECT && read_embedded(parsing);
}

static bool read_lookup(struct parsing *parsing)
{
    uint64_t lookup;
    if (!line_count(&parsing->value, UINT32_MAX, &lookup)) return false;
    parsing->record->happening.lookup = (uint32_t)lookup;
    return true;
}

static bool read_lookup_kind(struct parsing *parsing)
{
    uint64_t kind;
    if (!line_count(&parsing->value, UINT_MAX, &kind)) return false;
    parsing->record->happening.lookup_kind = (unsigned)kind;
    return true;
}

static bool read_amount(struct parsing *parsing)
{
    return line_integer(&parsing->value, &parsing->record->happening.amount);
}

static bool read_bool(const struct parsing *parsing, bool *out)
{
    *out = parsing->value.type == JSON_TRUE;
    return *out || parsing->value.type == JSON_FALSE;
}

static bool read_done(struct parsing *parsing)
{
    return read_bool(parsing, &parsing->record->done);
}

static bool read_bytes(struct parsing *parsing)
{
    return line_count(&parsing->value, INT64_MAX, &parsing->record->bytes);
}

/* 64 hexadecimal digits, in lower case. */
static bool is_hash(const struct json_value *value)
{
    if (value->type != JSON_STRING || value->text.length != RECORD_HASH_SIZE - 1) return false;
    for (size_t i = 0; i < value->text.length; i++) {
        char c = value->text.at[i];
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
    }
    return true;
}

static bool read_hash(struct parsing *parsing)
{
    if (!is_hash(&parsing->value)) return false;
    text_copy(parsing->value.text, parsing->record->hash, RECORD_HASH_SIZE);
    return true;
}

static bool read_format(struct parsing *parsing)
{
    return parsing->value.type == JSON_STRING && text_is(parsing->value.text, "obr");
}

static bool read_version(struct parsing *parsing)
{
    uint64_t version;
    return line_count(&parsing->value, RECORD_VERSION, &version) && version == RECORD_VERSION;
}

static bool read_tool(struct parsing *parsing)
{
    return take_string(parsing, &parsing->record->header.tool);
}

static bool read_boot(struct parsing *parsing)
{
    return take_string(parsing, &parsing->record->header.boot);
}

static bool read_sequence(struct parsing *parsing)
{
    uint64_t sequence;
    if (!line_count(&parsing->value, UINT_MAX, &sequence)) return false;
    parsing->record->header.sequence = (unsigned)sequence;
    return true;
}

static bool read_previous(struct parsing *parsing)
{
    if (parsing->value.type == JSON_NULL) return true;
    return is_hash(&parsing->value) && take_string(parsing, &parsing->record->header.previous);
}

static bool read_first(struct parsing *parsing)
{
    return line_integer(&parsing->value, &parsing->record->header.stamp.wall);
}

static bool read_demo(struct parsing *parsing)
{
    parsing->record->header.untold = false;
    return read_bool(parsing, &parsing->record->header.demo);
}

/* One of the header's venues; one that is not known is passed over. */
static bool read_header_venue(struct parsing *parsing)
{
    enum venue_id venue = VENUE_COUNT;
    bool has_key = false, good = true;
    struct text key;
    if (!json_read(parsing->reader, &parsing->value) || parsing->value.type != JSON_OBJECT) return false;
    while (good && json_next_key(parsing->reader, &key)) {
        if (!json_read(parsing->reader, &parsing->value)) return false;
        if (text_is(key, "v")) {
            good = parsing->value.type == JSON_STRING;
            if (good) venue = line_venue(parsing->value.text);
        } else if (text_is(key, "key")) {
            good = read_bool(parsing, &has_key);
        }
        good = good && json_leave(parsing->reader, &parsing->value);
    }
    if (!good || parsing->reader->error || venue == VENUE_COUNT) return good && !parsing->reader->error;
    parsing->record->header.venues[venue] = true;
    parsing->record->header.keys[venue] = has_key;
    return true;
}

static bool read_venues(struct parsing *parsing)
{
    if (parsing->value.type != JSON_ARRAY) return false;
    while (json_next_element(parsing->reader))
        if (!read_header_venue(parsing)) return false;
    return !parsing->reader->error;
}

/* === The table === */

#define KIND(kind) (1u << RECORD_##kind)
#define PAYLOAD    (KIND(RECEIVED) | KIND(SENT) | KIND(REPLIED))

/* Which kinds have a member, and which must. The ones of the most frequent lines first. */
static const struct member {
    const char *key;
    unsigned kinds, needed;
    bool (*read)(struct parsing *parsing);
    const char *why; /* it is wrong */
} members[] = {
    {"c", KIND(RECEIVED) | KIND(SENT) | KIND(EVENT), KIND(RECEIVED) | KIND(SENT), read_connection,
     "\"c\" is no connection"},
    {"n", KIND(RECEIVED) | KIND(CHECK) | KIND(END), ~0u, read_number, "\"n\" is no number"},
    {"d", PAYLOAD, 0, read_embedded, "\"d\" is not JSON"},
    {"w", PAYLOAD, 0, read_blanks, "\"w\" is no pair of blanks"},
    {"s", PAYLOAD, 0, read_escaped, "\"s\" is no text"},
    {"b", PAYLOAD, 0, read_base64, "\"b\" is not base64"},
    {"v", KIND(ASKED) | KIND(REPLIED) | KIND(EVENT) | KIND(SNAP), KIND(ASKED) | KIND(REPLIED) | KIND(SNAP), read_venue,
     "\"v\" is no venue"},
    {"r", KIND(ASKED) | KIND(REPLIED), ~0u, read_request, "\"r\" is no request's number"},
    {"what", KIND(ASKED), 0, read_what, "\"what\" is no text"},
    {"url", KIND(ASKED) | KIND(EVENT), KIND(ASKED), read_url, "\"url\" is no text"},
    {"st", KIND(REPLIED), ~0u, read_status, "\"st\" is no status"},
    {"ra", KIND(REPLIED), 0, read_retry_after, "\"ra\" is no number"},
    {"why", KIND(REPLIED), 0, read_reason, "\"why\" is no text"},
    {"why", KIND(EVENT), 0, read_why, "\"why\" is no text"},
    {"e", KIND(EVENT), ~0u, read_event, "\"e\" is no event"},
    {"i", KIND(EVENT) | KIND(SNAP), KIND(SNAP), read_instrument, "\"i\" is no instrument"},
    {"lookup", KIND(EVENT), 0, read_lookup, "\"lookup\" is no number"},
    {"kind", KIND(EVENT), 0, read_lookup_kind, "\"kind\" is no number"},
    {"words", KIND(EVENT), 0, read_what, "\"words\" is no text"},
    {"count", KIND(EVENT), 0, read_amount, "\"count\" is no number"},
    {"by", KIND(EVENT), 0, read_amount, "\"by\" is no number"},
    {"ago", KIND(EVENT), 0, read_amount, "\"ago\" is no number"},
    {"round", KIND(ROUND) | KIND(SNAP), ~0u, read_number, "\"round\" is no number"},
    {"done", KIND(ROUND), 0, read_done, "\"done\" is neither true nor false"},
    {"venues", KIND(ROUND), 0, read_links, "\"venues\" is no object"},
    {"z", KIND(CHECK), ~0u, read_bytes, "\"z\" is no number"},
    {"h", KIND(CHECK) | KIND(END), ~0u, read_hash, "\"h\" is no hash"},
    {"fmt", KIND(HEADER), ~0u, read_format, "not a recording of booktop (\"fmt\" is not \"obr\")"},
    {"v", KIND(HEADER), ~0u, read_version, "a recording of another version (\"v\" is not 1)"},
    {"tool", KIND(HEADER), 0, read_tool, "\"tool\" is no text"},
    {"boot", KIND(HEADER), 0, read_boot, "\"boot\" is no text"},
    {"seq", KIND(HEADER), ~0u, read_sequence, "\"seq\" is no number"},
    {"prev", KIND(HEADER), ~0u, read_previous, "\"prev\" is neither a hash nor null"},
    {"first", KIND(HEADER), ~0u, read_first, "\"first\" is no time"},
    {"venues", KIND(HEADER), 0, read_venues, "\"venues\" is no list of venues"},
    {"demo", KIND(HEADER) | KIND(ROUND), 0, read_demo, "\"demo\" is neither true nor false"},
    {"sources", KIND(ROUND), 0, read_venues, "\"sources\" is no list of venues"},
};

#define MEMBERS (sizeof members / sizeof *members)

_Static_assert(MEMBERS <= 64, "a bit for each");

/* Places in the table. */
#define SEEN_CONNECTION UINT64_C(1)
#define SEEN_EMBEDDED   (UINT64_C(1) << 2)
#define SEEN_BLANKS     (UINT64_C(1) << 3)
#define SEEN_PAYLOAD    (SEEN_EMBEDDED | UINT64_C(1) << 4 | UINT64_C(1) << 5)
#define SEEN_VENUE      (UINT64_C(1) << 6)
#define SEEN_INSTRUMENT (UINT64_C(1) << 15)

/* What events must have. */
static const uint64_t event_members[RECORD_EVENT_COUNT] = {
    [RECORD_OPENED] = SEEN_CONNECTION,  [RECORD_LOST] = SEEN_CONNECTION,      [RECORD_GIVEN_UP] = SEEN_CONNECTION,
    [RECORD_WATCHED] = SEEN_INSTRUMENT, [RECORD_UNWATCHED] = SEEN_INSTRUMENT, [RECORD_SEEDED] = SEEN_INSTRUMENT,
    [RECORD_LOOKED_UP] = SEEN_VENUE,    [RECORD_RETRIED] = SEEN_VENUE,        [RECORD_LEARNT] = SEEN_INSTRUMENT,
    [RECORD_SHOWN] = SEEN_INSTRUMENT,
};

static size_t member_find(struct text key, unsigned kind)
{
    size_t i = 0;
    while (i < MEMBERS && (!(members[i].kinds & kind) || !text_is(key, members[i].key))) i++;
    return i;
}

/* === For the parser === */

const char *line_member_read(struct parsing *parsing, struct text key)
{
    size_t found = member_find(key, 1u << parsing->record->kind);
    parsing->value_start = json_offset(parsing->reader);
    if (found == MEMBERS) {
        json_skip(parsing->reader);
        return NULL;
    }
    if (parsing->seen & UINT64_C(1) << found) return "a member comes twice";
    parsing->seen |= UINT64_C(1) << found;
    if (json_read(parsing->reader, &parsing->value) && members[found].read(parsing)) return NULL;
    return members[found].why;
}

const char *line_members_check(const struct parsing *parsing)
{
    static const char missing[] = "a member is missing";
    uint64_t seen = parsing->seen;
    if (parsing->foreign) return NULL; /* a later version knows what it needs */
    unsigned bit = 1u << parsing->record->kind;
    for (size_t i = 0; i < MEMBERS; i++)
        if ((members[i].kinds & members[i].needed & bit) && !(seen & UINT64_C(1) << i)) return missing;
    uint64_t wanted = bit == KIND(EVENT) ? event_members[parsing->record->happening.event] : 0;
    if ((seen & wanted) != wanted) return missing;
    uint64_t payload = seen & SEEN_PAYLOAD;
    if ((PAYLOAD & bit) && (payload == 0 || (payload & (payload - 1)) != 0)) return "not one payload";
    if ((seen & SEEN_BLANKS) && payload != SEEN_EMBEDDED) return "\"w\" without \"d\"";
    return NULL;
}

void line_restore_blanks(struct parsing *parsing)
{
    if (!(parsing->seen & SEEN_BLANKS)) return;
    struct text *payload = &parsing->record->payload;
    char *start = scratch_end(parsing), *at = start;
    const struct text parts[] = {parsing->before, *payload, parsing->after};
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].length > 0) memcpy(at, parts[i].at, parts[i].length);
        at += parts[i].length;
    }
    *payload = (struct text){start, (size_t)(at - start)};
}
