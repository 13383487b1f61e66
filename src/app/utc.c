#include "utc.h"

#include <stdio.h>
#include <time.h>

#include "booktop/base/clock.h"

const char *utc_text(int64_t wall, char out[UTC_TEXT_SIZE])
{
    time_t seconds = (time_t)(wall / NANOSECONDS_PER_SECOND);
    int64_t rest = wall % NANOSECONDS_PER_SECOND;
    if (rest < 0) {
        rest += NANOSECONDS_PER_SECOND;
        seconds--;
    }
    struct tm day;
    char text[UTC_TEXT_SIZE - 8] = "";
    if (!gmtime_r(&seconds, &day) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &day) == 0)
        snprintf(out, UTC_TEXT_SIZE, "?");
    else
        snprintf(out, UTC_TEXT_SIZE, "%s.%03dZ", text, (int)(rest / NANOSECONDS_PER_MILLISECOND));
    return out;
}

const char *utc_length(int64_t nanoseconds, char out[UTC_TEXT_SIZE])
{
    long long ms = nanoseconds > 0 ? nanoseconds / NANOSECONDS_PER_MILLISECOND : 0;
    long long seconds = ms / 1000, minutes = seconds / 60, hours = minutes / 60;
    if (hours > 0)
        snprintf(out, UTC_TEXT_SIZE, "%lldh%02lldm%02llds", hours, minutes % 60, seconds % 60);
    else if (minutes > 0)
        snprintf(out, UTC_TEXT_SIZE, "%lldm%02lld.%llds", minutes, seconds % 60, ms % 1000 / 100);
    else
        snprintf(out, UTC_TEXT_SIZE, "%lld.%03llds", seconds, ms % 1000);
    return out;
}
