#include "moment.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#include "booktop/base/clock.h"

#define BILLION INT64_C(1000000000)
/* Longer numbers are none of a recording. */
#define NUMBER_MOST 100000000
#define OFFSET_MOST (NUMBER_MOST * NANOSECONDS_PER_SECOND)

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

/* Digits behind a point, if there is one, as billionths. */
static bool take_decimals(const char **at, int64_t *billionths)
{
    *billionths = 0;
    if (**at != '.') return true;
    const char *from = ++*at;
    for (int64_t worth = BILLION / 10; **at >= '0' && **at <= '9'; (*at)++, worth /= 10) {
        if (worth == 0) return false;
        *billionths += worth * (**at - '0');
    }
    return *at > from;
}

/* So many billionths of a whole, cut off below. Its remainder below a billion is at most a second. */
static int64_t fraction(int64_t whole, int64_t billionths)
{
    return whole / BILLION * billionths + whole % BILLION * billionths / BILLION;
}

static const struct {
    const char *name;
    int64_t nanoseconds;
} units[] = {
    {"h", 3600 * NANOSECONDS_PER_SECOND},
    {"ms", NANOSECONDS_PER_MILLISECOND},
    {"m", 60 * NANOSECONDS_PER_SECOND},
    {"s", NANOSECONDS_PER_SECOND},
};

/* The unit at *at, which is put behind it. NULL: there is none. */
static const int64_t *take_unit(const char **at)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(*at, units[i].name, length) != 0) continue;
        *at += length;
        return &units[i].nanoseconds;
    }
    return NULL;
}

/* Units from large to small, each once; a number with decimals is the last one. */
static bool parse_offset(int64_t *offset, const char *text)
{
    int64_t last = INT64_MAX;
    *offset = 0;
    for (const char *at = text; *at;) {
        int64_t number, billionths;
        static const int64_t second = NANOSECONDS_PER_SECOND;
        if (!take_number(&at, &number)) return false;
        bool exact = *at != '.';
        if (!take_decimals(&at, &billionths)) return false;
        const int64_t *unit = !*at && last == INT64_MAX ? &second : take_unit(&at); /* plain seconds */
        if (!unit || *unit >= last || (!exact && *at)) return false;
        last = *unit;
        if (number > OFFSET_MOST / *unit) return false;
        *offset += number * *unit + fraction(*unit, billionths);
        if (*offset > OFFSET_MOST) return false;
    }
    return last < INT64_MAX;
}

/* Per cent, in billionths of the whole; more than the whole is said to be beyond its end. */
static bool parse_share(int64_t *share, const char *text)
{
    int64_t billionths;
    if (!take_number(&text, share) || !take_decimals(&text, &billionths)) return false;
    *share = *share * (BILLION / 100) + billionths / 100;
    return strcmp(text, "%") == 0;
}

bool moment_parse(struct moment *moment, const char *text)
{
    size_t length = strlen(text);
    if (strchr(text, ':')) {
        moment->kind = MOMENT_OF_DAY;
        return parse_of_day(&moment->value, text);
    }
    if (length && text[length - 1] == '%') {
        moment->kind = MOMENT_SHARE;
        return parse_share(&moment->value, text);
    }
    moment->kind = MOMENT_OFFSET;
    return parse_offset(&moment->value, text);
}

/* That time of day, `days` later: the first one that is not before `second`; -1: there is none. In the night in which
 * clocks go back it may be there twice; in that in which they go on it may not be there, and is near the gap. */
static time_t find_of_day(const struct tm *day, int days, int64_t of_day, time_t second)
{
    static const int summer[] = {1, 0, -1};
    time_t best = -1;
    for (size_t i = 0; i < sizeof summer / sizeof summer[0]; i++) {
        const struct tm wanted = {.tm_year = day->tm_year,
                                  .tm_mon = day->tm_mon,
                                  .tm_mday = day->tm_mday + days,
                                  .tm_hour = (int)(of_day / 3600),
                                  .tm_min = (int)(of_day / 60 % 60),
                                  .tm_sec = (int)(of_day % 60),
                                  .tm_isdst = summer[i]};
        struct tm at = wanted;
        time_t found = mktime(&at);
        bool exact = at.tm_hour == wanted.tm_hour && at.tm_min == wanted.tm_min && at.tm_isdst == summer[i];
        if (found < second || !(exact || (summer[i] < 0 && best < 0))) continue;
        if (best < 0 || found < best) best = found;
    }
    return best;
}

/* Nanoseconds from the begin to the first such time of day. The calendar counts: a day may have 23 hours. */
static int64_t until(int64_t began, int64_t of_day)
{
    time_t second = (time_t)(began / NANOSECONDS_PER_SECOND);
    struct tm local;
    if (!localtime_r(&second, &local)) return 0;
    for (int days = 0; days < 2; days++) {
        time_t found = find_of_day(&local, days, of_day, second);
        if (found == second) return 0; /* the second in which it began is its begin */
        if (found > second) return (int64_t)(found - second) * NANOSECONDS_PER_SECOND - began % NANOSECONDS_PER_SECOND;
    }
    return 0;
}

int64_t moment_find(const struct moment *moment, int64_t began, int64_t length)
{
    int64_t m = moment->value;
    if (moment->kind == MOMENT_SHARE && moment->value > BILLION) return -1;
    if (moment->kind == MOMENT_SHARE) m = fraction(length, moment->value);
    if (moment->kind == MOMENT_OF_DAY) m = until(began, moment->value);
    return m <= length ? m : -1;
}
