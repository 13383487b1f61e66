/* Times as people read them: UTC, to the millisecond; and lengths of time. */
#ifndef BOOKTOP_SRC_APP_UTC_H
#define BOOKTOP_SRC_APP_UTC_H

#include <stdint.h>

#define UTC_TEXT_SIZE 48

/* "2026-11-21T09:41:02.123Z"; "?" for a time that no calendar has. `wall`: ns since 1970. Returns `out`. */
const char *utc_text(int64_t wall, char out[UTC_TEXT_SIZE]);

/* "1h02m03s", "2m03.5s", "0.250s". Returns `out`. */
const char *utc_length(int64_t nanoseconds, char out[UTC_TEXT_SIZE]);

#endif
