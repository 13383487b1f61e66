#include "recording_inside.h"

#include <string.h>

#include "booktop/json/reader.h"

#include "line_value.h"

/* No record is shorter: {"k":""}. What a hostile block may hold millions of costs little. */
#define LINE_LEAST 8

/* The time of a line of a kind that is not known: of a later version. */
static void read_time(struct text line, struct stamp *stamp)
{
    struct json_reader reader;
    struct json_value value;
    struct text key;
    json_start(&reader, line);
    if (!json_read(&reader, &value) || value.type != JSON_OBJECT) return;
    while (json_next_key(&reader, &key)) {
        int64_t *time = text_is(key, "t") ? &stamp->wall : text_is(key, "m") ? &stamp->mono : NULL;
        if (!json_read(&reader, &value)) return;
        if (time && !line_integer(&value, time)) *time = 0;
        if (!json_leave(&reader, &value)) return;
    }
}

bool lines_time_is_sane(const struct stamp *stamp)
{
    const int64_t most = INT64_MAX / 4;
    return stamp->mono > -most && stamp->mono < most && stamp->wall > -most && stamp->wall < most;
}

bool lines_parse(struct record_parser *parser, struct text line, struct record *record, const char **why)
{
    *why = "too short";
    if (line.length < LINE_LEAST) return false;
    if (!record_parse(parser, line, record, why)) return false;
    if (record->kind == RECORD_UNKNOWN) read_time(line, &record->stamp);
    return true;
}

struct text lines_take(struct text *lines)
{
    const char *end = memchr(lines->at, '\n', lines->length);
    struct text line = {lines->at, end ? (size_t)(end - lines->at) : lines->length};
    size_t passed = line.length + (end ? 1 : 0);
    lines->at += passed;
    lines->length -= passed;
    return line;
}

bool lines_first(struct record_parser *parser, struct text lines, struct stamp *stamp)
{
    struct record record;
    const char *why;
    while (lines.length > 0) {
        if (!lines_parse(parser, lines_take(&lines), &record, &why) || record.kind == RECORD_CHECK) continue;
        if (!lines_time_is_sane(&record.stamp)) continue;
        *stamp = record.stamp;
        return true;
    }
    return false;
}

bool lines_last(struct record_parser *parser, struct text lines, int64_t *m)
{
    struct record record;
    const char *why;
    while (lines.length > 0) {
        const char *before = memrchr(lines.at, '\n', lines.length - 1);
        size_t start = before ? (size_t)(before + 1 - lines.at) : 0;
        struct text line = {lines.at + start, lines.length - start - 1};
        lines.length = start;
        if (!lines_parse(parser, line, &record, &why) || record.kind == RECORD_CHECK) continue;
        if (!lines_time_is_sane(&record.stamp)) continue;
        *m = record.stamp.mono;
        return true;
    }
    return false;
}

bool lines_have_round(struct record_parser *parser, struct text lines)
{
    static const char mark[] = "{\"k\":\"key\"";
    const char *start = lines.at;
    struct record record;
    const char *why;
    while (lines.length > 0) {
        const char *hit = memmem(lines.at, lines.length, mark, sizeof mark - 1);
        if (!hit) return false;
        lines.length -= (size_t)(hit - lines.at);
        lines.at = hit;
        bool at_begin = hit == start || hit[-1] == '\n';
        struct text line = lines_take(&lines);
        if (at_begin && record_parse(parser, line, &record, &why) && record.kind == RECORD_ROUND && !record.done)
            return true;
    }
    return false;
}
