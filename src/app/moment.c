#include "moment.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#include "booktop/base/clock.h"

#define DAY_SECONDS 86400
/* Longer numbers are none of a recording. */
#define NUMBER_MOST 100000000

/* Digits at *at, which is put behind them. */
static bool take_number(const char **at, int64_t *number)
{
    const char *from = *at;
    *number = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        *number = 10 * *number + (**at - '0');
        if (*number > NUMBER_MOST) return false;
    }
    return *at > from;
}

static bool parse_of_day(int64_t *seconds, const char *text)
{
    static const int64_t units[] = {3600, 60, 1}, most[] = {23, 59, 59};
    size_t parts = 0;
    *seconds = 0;
    for (const char *at = text; parts < 3; at++) {
        int64_t number;
        if (!take_number(&at, &number) || number > most[parts]) return false;
        *seconds += number * units[parts++];
        if (!*at) return parts > 1;
        if (*at != ':') return false;
    }
    return false;
}

static bool parse_offset(int64_t *offset, const char *text)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'h', 3600}, {'m', 60}, {'s', 1}};
    size_t unit = 0;
    *offset = 0;
    for (const char *at = text; *at; at++) {
        int64_t number;
        if (!take_number(&at, &number)) return false;
        if (!*at && unit == 0) { /* plain seconds */
            *offset = number * NANOSECONDS_PER_SECOND;
            return true;
        }
        while (unit < 3 && units[unit].unit != *at) unit++;
        if (unit == 3) return false;
        *offset += number * units[unit++].seconds * NANOSECONDS_PER_SECOND;
        if (*offset > (int64_t)NUMBER_MOST * NANOSECONDS_PER_SECOND) return false;
    }
    return unit > 0;
}

bool moment_parse(struct moment *moment, const char *text)
{
    size_t length = strlen(text);
    const char *at = text;
    if (strchr(text, ':')) {
        moment->kind = MOMENT_OF_DAY;
        return parse_of_day(&moment->value, text);
    }
    if (length && text[length - 1] == '%') {
        moment->kind = MOMENT_SHARE;
        return take_number(&at, &moment->value) && at == text + length - 1 && moment->value <= 100;
    }
    moment->kind = MOMENT_OFFSET;
    return parse_offset(&moment->value, text);
}

/* Nanoseconds from the begin to the first such time of day. */
static int64_t until(int64_t began, int64_t seconds)
{
    time_t second = (time_t)(began / NANOSECONDS_PER_SECOND);
    struct tm local;
    if (!localtime_r(&second, &local)) return 0;
    int64_t of_day = local.tm_hour * INT64_C(3600) + local.tm_min * INT64_C(60) + local.tm_sec;
    int64_t left = (seconds - of_day) * NANOSECONDS_PER_SECOND - began % NANOSECONDS_PER_SECOND;
    /* The second in which it began is its begin. */
    if (left > -NANOSECONDS_PER_SECOND && left < 0) return 0;
    return left < 0 ? left + DAY_SECONDS * NANOSECONDS_PER_SECOND : left;
}

int64_t moment_find(const struct moment *moment, int64_t began, int64_t length)
{
    int64_t m = moment->value;
    if (moment->kind == MOMENT_SHARE) m = length / 100 * moment->value + length % 100 * moment->value / 100;
    if (moment->kind == MOMENT_OF_DAY) m = until(began, moment->value);
    if (m - length >= NANOSECONDS_PER_SECOND) return -1;
    return m < length ? m : length;
}
