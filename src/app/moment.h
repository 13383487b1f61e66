/* A time of a recording as a user says it, for `replay --at`. Pure but for the time zone. */
#ifndef BOOKTOP_SRC_APP_MOMENT_H
#define BOOKTOP_SRC_APP_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

struct moment {
    enum { MOMENT_OFFSET, MOMENT_SHARE, MOMENT_OF_DAY } kind;
    int64_t value; /* ns since the begin; billionths of the whole; seconds since midnight, of the local day */
};

/* "90", "90s", "3.7s", "500ms", "1h2m3s" (units from large to small, each once, decimals in the last), "40%", "33.3%",
 * "14:30" or "14:30:05". False if it is none. */
bool moment_parse(struct moment *moment, const char *text);

/* Its m in a recording that began at this wall time and is so long, ns; -1: it is behind the end. A time of day is the
 * first one at or after the begin; it is the clock's on the wall here. */
int64_t moment_find(const struct moment *moment, int64_t began, int64_t length);

#endif
