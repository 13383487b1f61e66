/* Times as people read them: of the clock on the wall here, to the millisecond; and lengths of time. */
#ifndef BOOKTOP_SRC_APP_LOCAL_TIME_H
#define BOOKTOP_SRC_APP_LOCAL_TIME_H

#include <stdint.h>

#define LOCAL_TIME_SIZE 48

/* "2026-11-21 10:41:02.123 CET", by TZ; "?" for a time that no calendar has. `wall`: ns since 1970. Returns `out`. */
const char *local_time_text(int64_t wall, char out[LOCAL_TIME_SIZE]);

/* "+00:03:12.045": a place by its offset from the begin, as `replay --at` takes it. Returns `out`. */
const char *local_time_offset(int64_t nanoseconds, char out[LOCAL_TIME_SIZE]);

/* "1h02m03s", "2m03.5s", "0.250s". Returns `out`. */
const char *local_time_length(int64_t nanoseconds, char out[LOCAL_TIME_SIZE]);

#endif
