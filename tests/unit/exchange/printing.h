/* What exchange_print printed, for tests. */
#ifndef BOOKTOP_TESTS_PRINTING_H
#define BOOKTOP_TESTS_PRINTING_H

#include <stdlib.h>
#include <string.h>

#include "booktop/exchange/exchange.h"

#define START_MS INT64_C(1795252000000)

/* Printed lines, each with its line feed. */
struct pages {
    char *at;
    size_t length, capacity;
    uint64_t lines, most; /* `most`: refuse after so many; 0: never */
};

static inline bool keep(void *context, struct text line)
{
    struct pages *pages = context;
    if (pages->most > 0 && pages->lines == pages->most) return false;
    if (pages->length + line.length + 1 > pages->capacity) {
        pages->capacity = 2 * (pages->length + line.length + 1);
        pages->at = realloc(pages->at, pages->capacity);
        assert_non_null(pages->at);
    }
    memcpy(pages->at + pages->length, line.at, line.length);
    pages->length += line.length;
    pages->at[pages->length++] = '\n';
    pages->lines++;
    return true;
}

static inline struct pages print(uint64_t seed, uint64_t count, const char *fault_file)
{
    struct pages pages = {0};
    const struct exchange_options options = {.seed = seed, .start_ms = START_MS, .fault_file = fault_file};
    assert_true(exchange_print(&options, count, keep, &pages));
    return pages;
}

static inline struct text line_take(struct text *rest)
{
    const char *end = memchr(rest->at, '\n', rest->length);
    assert_non_null(end);
    struct text line = {rest->at, (size_t)(end - rest->at)};
    *rest = (struct text){end + 1, rest->length - line.length - 1};
    return line;
}

#endif
