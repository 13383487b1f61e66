#include <inttypes.h>
#include <stdio.h>

#include "inside.h"

#define MINUTE (60 * NANOSECONDS_PER_SECOND)
#define HOUR   (60 * MINUTE)

void duration_text(int64_t nanoseconds, char *out, size_t size)
{
    if (nanoseconds < 0) nanoseconds = 0;
    int64_t milliseconds = nanoseconds / NANOSECONDS_PER_MILLISECOND, seconds = nanoseconds / NANOSECONDS_PER_SECOND;
    if (milliseconds < 100)
        snprintf(out, size, "%" PRId64 " ms", milliseconds);
    else if (seconds < 10)
        snprintf(out, size, "%" PRId64 ".%" PRId64 " s", seconds, milliseconds % 1000 / 100);
    else if (nanoseconds < 2 * MINUTE)
        snprintf(out, size, "%" PRId64 " s", seconds);
    else if (nanoseconds < 2 * HOUR)
        snprintf(out, size, "%" PRId64 " min", nanoseconds / MINUTE);
    else
        snprintf(out, size, "%" PRId64 " h %" PRId64 " min", nanoseconds / HOUR, nanoseconds % HOUR / MINUTE);
}
