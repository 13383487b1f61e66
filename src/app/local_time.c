#include "local_time.h"

#include <stdio.h>
#include <time.h>

#include "booktop/base/clock.h"

const char *local_time_text(int64_t wall, char out[LOCAL_TIME_SIZE])
{
    time_t seconds = (time_t)(wall / NANOSECONDS_PER_SECOND);
    int64_t rest = wall % NANOSECONDS_PER_SECOND;
    if (rest < 0) {
        rest += NANOSECONDS_PER_SECOND;
        seconds--;
    }
    struct tm day;
    char text[24] = "", zone[16] = "";
    if (!localtime_r(&seconds, &day) || strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &day) == 0)
        snprintf(out, LOCAL_TIME_SIZE, "?");
    else if (strftime(zone, sizeof zone, "%Z", &day) == 0)
        snprintf(out, LOCAL_TIME_SIZE, "%s.%03d", text, (int)(rest / NANOSECONDS_PER_MILLISECOND));
    else
        snprintf(out, LOCAL_TIME_SIZE, "%s.%03d %s", text, (int)(rest / NANOSECONDS_PER_MILLISECOND), zone);
    return out;
}

const char *local_time_length(int64_t nanoseconds, char out[LOCAL_TIME_SIZE])
{
    long long ms = nanoseconds > 0 ? nanoseconds / NANOSECONDS_PER_MILLISECOND : 0;
    long long seconds = ms / 1000, minutes = seconds / 60, hours = minutes / 60;
    if (hours > 0)
        snprintf(out, LOCAL_TIME_SIZE, "%lldh%02lldm%02llds", hours, minutes % 60, seconds % 60);
    else if (minutes > 0)
        snprintf(out, LOCAL_TIME_SIZE, "%lldm%02lld.%llds", minutes, seconds % 60, ms % 1000 / 100);
    else
        snprintf(out, LOCAL_TIME_SIZE, "%lld.%03llds", seconds, ms % 1000);
    return out;
}

const char *local_time_offset(int64_t nanoseconds, char out[LOCAL_TIME_SIZE])
{
    long long ms = nanoseconds > 0 ? nanoseconds / NANOSECONDS_PER_MILLISECOND : 0;
    long long seconds = ms / 1000, minutes = seconds / 60;
    snprintf(out, LOCAL_TIME_SIZE, "+%02lld:%02lld:%02lld.%03lld", minutes / 60, minutes % 60, seconds % 60, ms % 1000);
    return out;
}
