#include "booktop/record/line.h"

#include <stdlib.h>
#include <string.h>

#include "line_member.h"
#include "line_name.h"
#include "line_value.h"

static bool parser_prepare(struct record_parser *parser, size_t length)
{
    parser->used = 0;
    if (parser->capacity > length) return true;
    size_t capacity = parser->capacity > 0 ? parser->capacity : 4096;
    while (capacity <= length) capacity *= 2;
    char *scratch = realloc(parser->scratch, capacity);
    if (!scratch) return false;
    parser->scratch = scratch;
    parser->capacity = capacity;
    return true;
}

/* A chk line has no time; what is unknown may have none. */
static bool is_timed(enum record_kind kind)
{
    return kind != RECORD_CHECK && kind != RECORD_UNKNOWN;
}

/* "k" comes first. */
static const char *read_kind(struct json_reader *reader, struct record *record)
{
    struct json_value value;
    struct text key;
    if (!json_read(reader, &value) || value.type != JSON_OBJECT) return "not a JSON object";
    if (!json_next_key(reader, &key) || !text_is(key, "k") || !json_read(reader, &value) || value.type != JSON_STRING)
        return "it does not begin with its kind";
    record->kind = line_kind(value.text);
    return NULL;
}

/* Then "t" and "m". */
static const char *read_stamp(struct json_reader *reader, struct stamp *stamp)
{
    static const char *const names[] = {"t", "m"};
    int64_t *const clocks[] = {&stamp->wall, &stamp->mono};
    struct json_value value;
    struct text key;
    for (unsigned i = 0; i < 2; i++)
        if (!json_next_key(reader, &key) || !text_is(key, names[i]) || !json_read(reader, &value) ||
            !line_integer(&value, clocks[i]))
            return "it has no time";
    return NULL;
}

static const char *read_members(struct parsing *parsing)
{
    struct text key;
    const char *why = NULL;
    while (!why && json_next_key(parsing->reader, &key)) why = line_member_read(parsing, key);
    if (why) return why;
    return json_finish(parsing->reader) ? NULL : "not a JSON object";
}

/* What stands in two places of a record. */
static void complete(struct record *record)
{
    if (record->kind == RECORD_SNAP) record->payload = record->whole;
    record->reply.body = record->payload;
    record->happening.link = record->link;
    if (record->venue == VENUE_COUNT) return;
    record->reply.venue = record->venue;
    record->happening.venue = record->venue;
}

static const char *parse(struct parsing *parsing)
{
    struct record *record = parsing->record;
    const char *why = read_kind(parsing->reader, record);
    if (!why && is_timed(record->kind)) why = read_stamp(parsing->reader, &record->stamp);
    if (!why) why = read_members(parsing);
    if (!why) why = line_members_check(parsing);
    if (why) return why;
    line_restore_blanks(parsing);
    if (parsing->foreign) record->kind = RECORD_UNKNOWN;
    complete(record);
    return NULL;
}

/* === Public === */

struct record_parser *record_parser_create(void)
{
    return calloc(1, sizeof(struct record_parser));
}

void record_parser_destroy(struct record_parser *parser)
{
    if (!parser) return;
    free(parser->scratch);
    free(parser);
}

bool record_parse(struct record_parser *parser, struct text line, struct record *record, const char **why)
{
    struct json_reader reader;
    struct parsing parsing = {.parser = parser, .record = record, .reader = &reader};
    memset(record, 0, sizeof *record);
    record->venue = VENUE_COUNT;
    record->header.untold = true; /* until it is told */
    record->whole = line;
    *why = NULL;
    if (line.length > RECORD_LINE_MOST)
        *why = "longer than a line may be";
    else if (line.length > 0 && memchr(line.at, '\n', line.length))
        *why = "more than one line";
    else if (!parser_prepare(parser, 2 * line.length))
        *why = "out of memory";
    else {
        json_start(&reader, line);
        *why = parse(&parsing);
    }
    return *why == NULL;
}

int64_t record_mark_place(const struct record *record)
{
    int64_t m = record->stamp.mono, ago = record->happening.amount;
    if (m <= 0 || ago <= 0) return m;
    return ago < m ? m - ago : 0;
}
