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

/* "3:12", "03:12.045", "1:03:12": parts by colons, each but the first below 60, and decimals behind the last, by which
 * `precision` is smaller than a second. */
static bool take_clock(const char **at, int64_t parts[3], unsigned *count, int64_t *billionths, int64_t *precision)
{
    *billionths = 0;
    *precision = BILLION;
    for (*count = 0;; ++*at) {
        if (!take_number(at, &parts[*count]) || (*count > 0 && parts[*count] > 59)) return false;
        if (++*count == 3 || **at != ':') break;
    }
    if (*count < 2) return false;
    const char *from = *at;
    if (!take_decimals(at, billionths)) return false;
    for (from++; from < *at; from++) *precision /= 10;
    return true;
}

/* "+3:12", "+03:12.045", "+1:03:12". */
static bool parse_clock_offset(int64_t *offset, const char *text)
{
    int64_t parts[3] = {0}, billionths, precision;
    unsigned count;
    if (!take_clock(&text, parts, &count, &billionths, &precision) || *text) return false;
    int64_t hours = count == 3 ? parts[0] : 0, minutes = parts[count - 2], seconds = parts[count - 1];
    if (hours > NUMBER_MOST / 3600 || minutes > NUMBER_MOST / 60) return false;
    *offset = (hours * 3600 + minutes * 60 + seconds) * NANOSECONDS_PER_SECOND + billionths;
    return *offset <= OFFSET_MOST;
}

/* "03:12.045", "30:03:12.045": an offset as the row of a replay prints it, where no time of day has such decimals or
 * so many hours. */
static bool is_clock_offset(const char *text)
{
    int64_t parts[3] = {0}, billionths, precision;
    unsigned count;
    if (!take_clock(&text, parts, &count, &billionths, &precision) || *text) return false;
    return precision < BILLION && (count == 2 || parts[0] > 23);
}

/* Nothing, "Z", or what stands behind the times that are printed: " UTC", or a name of the zone here. */
static bool parse_zone(struct moment *moment, const char *text)
{
    if (!*text) return true;
    moment->utc = strcmp(text, "Z") == 0 || strcmp(text, " UTC") == 0;
    if (moment->utc) return true;
    tzset();
    size_t length = strlen(text);
    if (text[0] != ' ' || length < 2 || length > MOMENT_ZONE) return false;
    memcpy(moment->zone, text + 1, length);
    return strcmp(moment->zone, tzname[0]) == 0 || strcmp(moment->zone, tzname[1]) == 0;
}

static bool parse_of_day(struct moment *moment, const char *text)
{
    int64_t parts[3] = {0}, billionths;
    unsigned count;
    if (!take_clock(&text, parts, &count, &billionths, &moment->precision)) return false;
    if (parts[0] > 23 || (count == 2 && moment->precision < BILLION)) return false;
    if (count == 2) moment->precision = 60 * NANOSECONDS_PER_SECOND;
    moment->value = (parts[0] * 3600 + parts[1] * 60 + parts[2]) * NANOSECONDS_PER_SECOND + billionths;
    return parse_zone(moment, text);
}

/* "2026-11-21 " or "2026-11-21T", which is put behind it; a day that no calendar has is none. */
static bool take_date(const char **at, struct moment *moment)
{
    int64_t parts[3];
    for (unsigned i = 0; i < 3; i++, ++*at) {
        const char *from = *at;
        if (!take_number(at, &parts[i]) || *at - from != (i == 0 ? 4 : 2)) return false;
        if (i < 2 ? **at != '-' : **at != ' ' && **at != 'T') return false;
    }
    moment->year = (int)parts[0];
    moment->month = (int)parts[1];
    moment->day = (int)parts[2];
    struct tm day = {.tm_year = moment->year - 1900, .tm_mon = moment->month - 1, .tm_mday = moment->day};
    const struct tm wanted = day;
    (void)timegm(&day);
    return day.tm_mon == wanted.tm_mon && day.tm_mday == wanted.tm_mday;
}

static bool parse_clock(struct moment *moment, const char *text)
{
    const char *dash = strchr(text, '-');
    moment->kind = dash && dash - text == 4 ? MOMENT_DATED : MOMENT_OF_DAY;
    if (moment->kind == MOMENT_DATED && !take_date(&text, moment)) return false;
    return parse_of_day(moment, text);
}

bool moment_parse(struct moment *moment, const char *text)
{
    size_t length = strlen(text);
    *moment = (struct moment){.kind = MOMENT_OFFSET};
    bool clock = strchr(text, ':') != NULL;
    if (strcmp(text, "start") == 0) return true;
    if (strcmp(text, "end") == 0) {
        moment->kind = MOMENT_SHARE;
        moment->value = BILLION;
        return true;
    }
    if (text[0] == '+' && clock) return parse_clock_offset(&moment->value, text + 1);
    if (clock && is_clock_offset(text)) return parse_clock_offset(&moment->value, text);
    if (clock) return parse_clock(moment, text);
    if (length && text[length - 1] == '%') {
        moment->kind = MOMENT_SHARE;
        return parse_share(&moment->value, text);
    }
    return parse_offset(&moment->value, text + (text[0] == '+'));
}

/* Wall ns of that second of a day; -1: none, or not the one that is meant. */
static int64_t wall_of(const struct moment *moment, const struct tm *day, int days, int summer)
{
    int64_t second = moment->value / NANOSECONDS_PER_SECOND, wall;
    const struct tm wanted = {.tm_year = day->tm_year,
                              .tm_mon = day->tm_mon,
                              .tm_mday = day->tm_mday + days,
                              .tm_hour = (int)(second / 3600),
                              .tm_min = (int)(second / 60 % 60),
                              .tm_sec = (int)(second % 60),
                              .tm_isdst = summer};
    struct tm at = wanted;
    time_t found = moment->utc ? timegm(&at) : mktime(&at);
    bool exact = at.tm_hour == wanted.tm_hour && at.tm_min == wanted.tm_min && at.tm_isdst == summer;
    bool named = moment->zone[0] == '\0' || (at.tm_zone && strcmp(at.tm_zone, moment->zone) == 0);
    if (!(exact || summer < 0) || !named) return -1;
    if (__builtin_mul_overflow((int64_t)found, NANOSECONDS_PER_SECOND, &wall)) return -1;
    return __builtin_add_overflow(wall, moment->value % NANOSECONDS_PER_SECOND, &wall) ? -1 : wall;
}

/* That time of day, `days` later: the first one that is not before `wall`; -1: there is none. In the night in which
 * clocks go back it may be there twice; in that in which they go on it may not be there, and is near the gap. */
static int64_t find_of_day(const struct moment *moment, const struct tm *day, int days, int64_t wall)
{
    static const int summer[] = {1, 0, -1};
    int64_t best = -1;
    for (size_t i = 0; i < sizeof summer / sizeof summer[0]; i++) {
        if (summer[i] < 0 && best >= 0) break;
        int64_t found = wall_of(moment, day, days, summer[i]);
        if (found >= 0 && found >= wall && (best < 0 || found < best)) best = found;
    }
    return best;
}

static bool day_of(const struct moment *moment, int64_t wall, struct tm *day)
{
    time_t second = (time_t)(wall / NANOSECONDS_PER_SECOND);
    if (moment->kind == MOMENT_OF_DAY) return (moment->utc ? gmtime_r : localtime_r)(&second, day) != NULL;
    *day = (struct tm){.tm_year = moment->year - 1900, .tm_mon = moment->month - 1, .tm_mday = moment->day};
    return true;
}

/* Nanoseconds from the begin to the first such time of day, or to that of its date; -1: that is before it. The calendar
 * counts: a day may have 23 hours. What is said as exactly as this may be the begin, of which the rest was not said. */
static int64_t until(const struct moment *moment, int64_t began)
{
    struct tm day;
    int64_t from = began - began % moment->precision;
    if (!day_of(moment, began, &day)) return -1;
    for (int days = 0; days < (moment->kind == MOMENT_OF_DAY ? 2 : 1); days++) {
        int64_t found = find_of_day(moment, &day, days, from);
        if (found >= 0) return found > began ? found - began : 0;
    }
    return -1;
}

int64_t moment_find(const struct moment *moment, int64_t began, int64_t length)
{
    int64_t m = moment->value;
    if (moment->kind == MOMENT_SHARE && moment->value > BILLION) return -1;
    if (moment->kind == MOMENT_SHARE) m = fraction(length, moment->value);
    if (moment->kind == MOMENT_OF_DAY || moment->kind == MOMENT_DATED) m = until(moment, began);
    return m <= length ? m : -1;
}
