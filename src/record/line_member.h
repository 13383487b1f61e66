/* The members of a line: which kinds have them, and what they mean. */
#ifndef BOOKTOP_RECORD_LINE_MEMBER_H
#define BOOKTOP_RECORD_LINE_MEMBER_H

#include "booktop/json/reader.h"
#include "booktop/record/line.h"

/* Decoded texts of one line. Each is not longer than it was written, and its two quotes make room for a terminator:
 * they fit into as many bytes as the line has. As many again are for a payload put together with its blanks. */
struct record_parser {
    char *scratch; /* owned */
    size_t used, capacity;
};

/* One line being taken apart. `value` was just read; where it is a container, `reader` is inside. */
struct parsing {
    struct record_parser *parser;
    struct record *record;
    struct json_reader *reader;
    struct json_value value;
    size_t value_start;        /* offset into the line */
    struct text before, after; /* blanks */
    uint64_t seen;             /* members, by their place in the table */
    bool foreign;              /* names a venue or an event that is not known: of a later version */
};

/* Reads the value of a member, whose key was just read. NULL, or why it is wrong; static. */
const char *line_member_read(struct parsing *parsing, struct text key);

/* NULL, or why the members that were read are not those that the kind needs; static. */
const char *line_members_check(const struct parsing *parsing);

/* Puts the blanks back around the payload, where there were any. */
void line_restore_blanks(struct parsing *parsing);

#endif
