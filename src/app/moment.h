/* A time of a recording as a user says it, for `replay --at`. Pure but for the time zone. */
#ifndef BOOKTOP_SRC_APP_MOMENT_H
#define BOOKTOP_SRC_APP_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#define MOMENT_ZONE 16

struct moment {
    enum { MOMENT_OFFSET, MOMENT_SHARE, MOMENT_OF_DAY, MOMENT_DATED } kind;
    int64_t value;     /* ns since the begin; billionths of the whole; ns since midnight, */
    int64_t precision; /* and how exactly that was said, ns: a minute, a second or less of it */
    int year, month, day;
    bool utc;               /* a time is of that; */
    char zone[MOMENT_ZONE]; /* or of the zone of this machine, by this name of it; "": whichever it has then */
};

/* "90", "90s", "3.7s", "500ms", "1h2m3s" (units from large to small, each once, decimals in the last), "+3:12",
 * "+03:12.045", "+1:03:12", and without the plus where no time of day is written like that, "03:12.045" and
 * "30:03:12.045"; "40%", "33.3%"; "start", "end"; "14:30", "14:30:05", "14:30:05.123"; "2026-11-21 14:30", as exactly
 * as a time of day, with a T for the blank too. Behind a time may stand "Z", " UTC" or a name of the zone here, as
 * printed times have it. False if it is none. */
bool moment_parse(struct moment *moment, const char *text);

/* Its m in a recording that began at this wall time and is so long, ns; -1: it is after the end, or before the begin. A
 * time of day is the first one at or after the begin; it is the clock's on the wall here. What was said less exactly
 * than the begin is known, and is as good as that, is the begin. */
int64_t moment_find(const struct moment *moment, int64_t began, int64_t length);

#endif
