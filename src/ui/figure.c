#include "booktop/ui/figure.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "booktop/base/clock.h"

_Static_assert(FIGURE_SIZE >= DECIMAL_TEXT_SIZE, "a decimal fits a figure");

/* Prices */

/* Cents and percents are a hundred times the price: the point moves two places. */
static void price_at(price_t price, unsigned scale, unsigned decimals, enum price_unit unit, char out[FIGURE_SIZE])
{
    if (unit == UNIT_DECIMAL) {
        decimal_format_fixed(price, scale, decimals, out);
        return;
    }
    decimals = decimals > 2 ? decimals - 2 : 0;
    if (scale >= 2)
        decimal_format_fixed(price, scale - 2, decimals, out);
    else
        decimal_format_fixed(price * 100, scale, decimals, out);
}

static void add_unit(enum price_unit unit, bool ascii, char out[FIGURE_SIZE])
{
    const char *sign = unit == UNIT_PERCENT ? "%" : ascii ? "c" : "¢";
    size_t length = strlen(out);
    if (unit != UNIT_DECIMAL) snprintf(out + length, FIGURE_SIZE - length, "%s", sign);
}

void figure_fine_price(price_t price, unsigned extra, const struct price_style *style, char out[FIGURE_SIZE])
{
    out[0] = '\0';
    if (price == PRICE_NONE) return;
    price_at(price, style->scale + extra, style->decimals + extra, style->unit, out);
    add_unit(style->unit, style->ascii, out);
}

void figure_price(price_t price, const struct price_style *style, char out[FIGURE_SIZE])
{
    figure_fine_price(price, 0, style, out);
}

unsigned figure_price_decimals(price_t price, unsigned scale, unsigned least)
{
    unsigned decimals = scale;
    while (decimals > least && price % 10 == 0) {
        price /= 10;
        decimals--;
    }
    return decimals;
}

/* Sizes */

/* Puts a comma between every three digits before the point. */
static void group_digits(const char *number, char out[FIGURE_SIZE])
{
    size_t whole = strcspn(number, ".");
    size_t length = 0;
    for (size_t i = 0; i < whole && length + 2 < FIGURE_SIZE; i++) {
        out[length++] = number[i];
        size_t left = whole - 1 - i;
        if (left > 0 && left % 3 == 0 && number[i] != '-') out[length++] = ',';
    }
    snprintf(out + length, FIGURE_SIZE - length, "%s", number + whole);
}

void figure_exact(quantity_t quantity, unsigned scale, char out[FIGURE_SIZE])
{
    char number[DECIMAL_TEXT_SIZE];
    decimal_format(quantity, scale, number);
    group_digits(number, out);
}

/* The nearest whole number, half away from zero. Quantities are not negative. */
static int64_t whole_units(quantity_t quantity, int64_t one)
{
    return quantity / one + (quantity % one >= one - one / 2 && one > 1 ? 1 : 0);
}

void figure_size(quantity_t quantity, unsigned scale, char out[FIGURE_SIZE])
{
    int64_t whole = whole_units(quantity, decimal_one(scale));
    if (whole > 99999999) {
        figure_compact(quantity, scale, out);
    } else if (whole == 0 && quantity > 0) {
        snprintf(out, FIGURE_SIZE, "<1");
    } else {
        figure_exact(whole, 0, out);
    }
}

void figure_compact(quantity_t quantity, unsigned scale, char out[FIGURE_SIZE])
{
    static const char suffixes[] = "kMBT";
    int64_t whole = whole_units(quantity, decimal_one(scale));
    if (whole <= 9999) {
        figure_size(quantity, scale, out);
        return;
    }
    /* 999,950 is the first that would read "1000.0k". */
    unsigned power = 3;
    size_t suffix = 0;
    for (int64_t limit = 999950; whole >= limit && suffixes[suffix + 1] != '\0'; limit *= 1000) {
        power += 3;
        suffix++;
    }
    char number[DECIMAL_TEXT_SIZE];
    decimal_format_fixed(whole, power, 1, number);
    snprintf(out, FIGURE_SIZE, "%s%c", number, suffixes[suffix]);
}

void figure_money(int64_t cents, char out[FIGURE_SIZE])
{
    char number[FIGURE_SIZE];
    if (cents < 100)
        decimal_format_fixed(cents, 2, cents == 0 ? 0 : 2, number);
    else
        figure_compact(cents, 2, number);
    snprintf(out, FIGURE_SIZE, "$%.*s", FIGURE_SIZE - 2, number);
}

void figure_money_exact(int64_t cents, char out[FIGURE_SIZE])
{
    char number[DECIMAL_TEXT_SIZE], grouped[FIGURE_SIZE];
    decimal_format_fixed(cents, 2, 2, number);
    group_digits(number, grouped);
    snprintf(out, FIGURE_SIZE, "$%.*s", FIGURE_SIZE - 2, grouped);
}

void figure_percent(int32_t hundredths, char out[FIGURE_SIZE])
{
    char number[DECIMAL_TEXT_SIZE];
    decimal_format_fixed(hundredths, 2, 0, number);
    snprintf(out, FIGURE_SIZE, "%s%s%%", number[0] != '-' && number[0] != '0' ? "+" : "", number);
}

void figure_bytes(uint64_t bytes, char out[FIGURE_SIZE])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    uint64_t whole = bytes, tenths = 0;
    size_t unit = 0;
    for (; whole >= 1000; unit++) {
        tenths = whole % 1000 / 100;
        whole /= 1000;
    }
    if (unit == 0)
        snprintf(out, FIGURE_SIZE, "%u B", (unsigned)whole);
    else
        snprintf(out, FIGURE_SIZE, "%u.%u %s", (unsigned)whole, (unsigned)tenths, units[unit]);
}

/* Time */

#define MINUTE (60 * NANOSECONDS_PER_SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

int64_t figure_age(int64_t nanoseconds, char out[FIGURE_SIZE])
{
    static const struct {
        int64_t unit;
        const char *name;
    } units[] = {{DAY, "d"}, {HOUR, "h"}, {MINUTE, "min"}, {NANOSECONDS_PER_SECOND, "s"}};
    if (nanoseconds < 0) nanoseconds = 0;
    size_t i = 0;
    while (i < 3 && nanoseconds < units[i].unit) i++;
    snprintf(out, FIGURE_SIZE, "%lld %s", (long long)(nanoseconds / units[i].unit), units[i].name);
    return units[i].unit - nanoseconds % units[i].unit;
}

int64_t figure_remaining(int64_t nanoseconds, char out[FIGURE_SIZE])
{
    if (nanoseconds < 0) nanoseconds = 0;
    long long days = nanoseconds / DAY, hours = nanoseconds % DAY / HOUR;
    long long minutes = nanoseconds % HOUR / MINUTE, seconds = nanoseconds % MINUTE / NANOSECONDS_PER_SECOND;
    int64_t unit = NANOSECONDS_PER_SECOND;
    if (days >= 2) {
        unit = DAY;
        snprintf(out, FIGURE_SIZE, "%lldd", days);
    } else if (days > 0) {
        unit = HOUR;
        snprintf(out, FIGURE_SIZE, "%lldd %lldh", days, hours);
    } else if (hours > 0) {
        unit = MINUTE;
        snprintf(out, FIGURE_SIZE, "%lldh %lldm", hours, minutes);
    } else if (minutes > 0) {
        unit = MINUTE;
        snprintf(out, FIGURE_SIZE, "%lldm", minutes);
    } else {
        snprintf(out, FIGURE_SIZE, "%llds", seconds);
    }
    return nanoseconds % unit + 1;
}

void figure_duration(int64_t nanoseconds, char out[FIGURE_SIZE])
{
    char number[DECIMAL_TEXT_SIZE];
    bool short_time = nanoseconds < 100 * NANOSECONDS_PER_MILLISECOND && nanoseconds > -NANOSECONDS_PER_SECOND;
    if (short_time)
        decimal_format_fixed(nanoseconds, 6, 0, number);
    else
        decimal_format_fixed(nanoseconds, 9, nanoseconds < 10 * NANOSECONDS_PER_SECOND ? 2 : 1, number);
    snprintf(out, FIGURE_SIZE, "%s %s", number, short_time ? "ms" : "s");
}

/* False for times that no calendar has. */
static bool break_down(int64_t unix_s, bool utc, struct tm *time)
{
    time_t seconds = (time_t)unix_s;
    return (utc ? gmtime_r(&seconds, time) : localtime_r(&seconds, time)) != NULL;
}

void figure_clock(int64_t unix_ms, bool utc, char out[FIGURE_SIZE])
{
    struct tm time;
    if (unix_ms == EVENT_NO_TIME || !break_down(unix_ms / 1000, utc, &time)) {
        snprintf(out, FIGURE_SIZE, "--:--:--");
        return;
    }
    strftime(out, FIGURE_SIZE, "%H:%M:%S", &time);
}

void figure_day(int64_t unix_s, bool utc, char out[FIGURE_SIZE])
{
    struct tm time;
    if (!break_down(unix_s, utc, &time) || strftime(out, FIGURE_SIZE, "%Y-%m-%d %H:%M", &time) == 0) out[0] = '\0';
}

/* "3:12" has no hours where nothing is as long as one. */
static int write_place(int64_t nanoseconds, bool hours, char out[FIGURE_SIZE])
{
    long long hour = nanoseconds / HOUR, minute = nanoseconds % HOUR / MINUTE;
    long long second = nanoseconds % MINUTE / NANOSECONDS_PER_SECOND;
    if (hours) return snprintf(out, FIGURE_SIZE, "%lld:%02lld:%02lld", hour, minute, second);
    return snprintf(out, FIGURE_SIZE, "%02lld:%02lld", minute, second);
}

void figure_place(int64_t nanoseconds, int64_t longest, char out[FIGURE_SIZE])
{
    char text[FIGURE_SIZE];
    int width = write_place(longest > 0 ? longest : 0, longest >= HOUR, text);
    write_place(nanoseconds > 0 ? nanoseconds : 0, longest >= HOUR, text);
    snprintf(out, FIGURE_SIZE, "%*s", width, text);
}

/* Bars */

/* log2 with 16 binary digits behind the point; between powers of two it runs straight, which no eye sees in a bar. */
static int64_t binary_log(uint64_t value)
{
    int power = 63 - __builtin_clzll(value);
    uint64_t rest = value - (UINT64_C(1) << power);
    uint64_t fraction = power >= 16 ? rest >> (power - 16) : rest << (16 - power);
    return ((int64_t)power << 16) + (int64_t)fraction;
}

/* The curve is log(1 + STEEPNESS * q / largest): nearly straight for dust, logarithmic for what matters. */
#define BAR_STEEPNESS 99

int figure_bar(quantity_t quantity, quantity_t largest, int width)
{
    if (quantity <= 0 || largest <= 0 || width <= 0) return 0;
    if (quantity >= largest) return width * 8;
    __extension__ typedef unsigned __int128 wide;
    uint64_t share = (uint64_t)(((wide)(uint64_t)quantity * BAR_STEEPNESS << 16) / (uint64_t)largest);
    int64_t unity = INT64_C(16) << 16; /* binary_log(1 << 16) */
    int64_t part = binary_log((UINT64_C(1) << 16) + share) - unity;
    int64_t whole = binary_log((uint64_t)(1 + BAR_STEEPNESS) << 16) - unity;
    int eighths = (int)(part * width * 8 / whole);
    return eighths > 0 ? eighths : 1;
}

quantity_t figure_round_up(quantity_t quantity)
{
    static const int factors[] = {1, 2, 5};
    for (int64_t power = 1; power <= INT64_MAX / 50; power *= 10) {
        for (size_t i = 0; i < 3; i++) {
            if (power * factors[i] >= quantity) return power * factors[i];
        }
    }
    return quantity;
}
