#include "dates.h"

static bool digit_next(const struct text *rest)
{
    return rest->length > 0 && *rest->at >= '0' && *rest->at <= '9';
}

static bool take(struct text *rest, char c)
{
    if (rest->length == 0 || *rest->at != c) return false;
    rest->at++;
    rest->length--;
    return true;
}

/* Takes exactly so many digits; the number must lie within the limits. */
static bool take_number(struct text *rest, unsigned digits, int64_t least, int64_t most, int64_t *out)
{
    int64_t number = 0;
    for (; digits > 0; digits--) {
        if (!digit_next(rest)) return false;
        number = number * 10 + (*rest->at - '0');
        take(rest, *rest->at);
    }
    *out = number;
    return number >= least && number <= most;
}

/* Leap days in the years 1 to `year`. */
static int64_t leap_days(int64_t year)
{
    return year / 4 - year / 100 + year / 400;
}

static bool take_day(struct text *rest, int64_t *days)
{
    static const int before[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    int64_t year, month, day;
    if (!take_number(rest, 4, 1, 9999, &year) || !take(rest, '-')) return false;
    if (!take_number(rest, 2, 1, 12, &month) || !take(rest, '-')) return false;
    bool leap = leap_days(year) != leap_days(year - 1);
    int64_t month_days = before[month] - before[month - 1] + (month == 2 && leap ? 1 : 0);
    if (!take_number(rest, 2, 1, month_days, &day)) return false;
    *days = 365 * (year - 1970) + leap_days(year - 1) - leap_days(1969);
    *days += before[month - 1] + (month > 2 && leap ? 1 : 0) + day - 1;
    return true;
}

/* The digits behind a second's point, at least one; those finer than a millisecond are cut off. */
static bool take_fraction(struct text *rest, int *milliseconds)
{
    if (!digit_next(rest)) return false;
    for (int unit = 100; digit_next(rest); unit /= 10) {
        *milliseconds += unit * (*rest->at - '0');
        take(rest, *rest->at);
    }
    return true;
}

static bool take_time(struct text *rest, int64_t *seconds, int *milliseconds)
{
    int64_t hour, minute, second = 0;
    if (!take_number(rest, 2, 0, 23, &hour) || !take(rest, ':') || !take_number(rest, 2, 0, 59, &minute)) return false;
    if (take(rest, ':') && !take_number(rest, 2, 0, 60, &second)) return false;
    if (take(rest, '.') && !take_fraction(rest, milliseconds)) return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return true;
}

/* What is to be taken away to get UTC: nothing where no offset is written. */
static bool take_offset(struct text *rest, int64_t *seconds)
{
    *seconds = 0;
    if (rest->length == 0 || take(rest, 'Z') || take(rest, 'z')) return true;
    bool west = take(rest, '-');
    int64_t hours, minutes = 0;
    if (!west && !take(rest, '+')) return false;
    if (!take_number(rest, 2, 0, 23, &hours)) return false;
    bool colon = take(rest, ':');
    if ((colon || rest->length > 0) && !take_number(rest, 2, 0, 59, &minutes)) return false;
    *seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

bool date_read(struct text text, int64_t *seconds, int *milliseconds)
{
    int64_t days, time = 0, offset = 0;
    int fraction = 0;
    struct text rest = text_trim(text);
    if (!take_day(&rest, &days)) return false;
    bool has_time = take(&rest, 'T') || take(&rest, 't') || take(&rest, ' ');
    if (has_time && (!take_time(&rest, &time, &fraction) || !take_offset(&rest, &offset))) return false;
    if (rest.length > 0) return false;
    *seconds = days * 86400 + time - offset;
    if (milliseconds) *milliseconds = fraction;
    return true;
}
