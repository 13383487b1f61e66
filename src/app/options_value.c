/* The values of options, each by its kind. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "moment.h"
#include "options_table.h"

/* Of replay, in thousandths of real time, as feed/replay.h has them. */
#define REPLAY_LEAST 100
#define REPLAY_MOST  1000000

bool options_parse_duration(const char *text, int64_t *nanoseconds)
{
    static const struct {
        const char *unit;
        int64_t nanoseconds;
    } units[] = {
        {"", NANOSECONDS_PER_SECOND},       {"ms", NANOSECONDS_PER_MILLISECOND},  {"s", NANOSECONDS_PER_SECOND},
        {"m", 60 * NANOSECONDS_PER_SECOND}, {"h", 3600 * NANOSECONDS_PER_SECOND},
    };
    if (text[0] < '0' || text[0] > '9') return false;
    char *end;
    errno = 0;
    long long count = strtoll(text, &end, 10);
    if (errno || count <= 0) return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].unit) != 0) continue;
        if (count > INT64_MAX / units[i].nanoseconds) return false;
        *nanoseconds = count * units[i].nanoseconds;
        return true;
    }
    return false;
}

static bool parse_number(const struct option_row *row, const char *text, uint64_t *number)
{
    if (text[0] < '0' || text[0] > '9') return false;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || value < row->least || value > row->most) return false;
    *number = value;
    return true;
}

bool option_parse_switch(const char *text, bool *on)
{
    *on = strcmp(text, "on") == 0;
    return *on || strcmp(text, "off") == 0;
}

bool options_parse_listen(const char *text, char address[OPTIONS_ADDRESS_SIZE], unsigned *port)
{
    static const struct option_row row = {.most = 65535};
    const char *colon = strrchr(text, ':');
    struct in_addr numeric;
    uint64_t number;
    size_t length = colon ? (size_t)(colon - text) : 0;
    if (length >= OPTIONS_ADDRESS_SIZE || !parse_number(&row, colon ? colon + 1 : text, &number)) return false;
    text_copy(length ? (struct text){text, length} : TEXT("127.0.0.1"), address, OPTIONS_ADDRESS_SIZE);
    *port = (unsigned)number;
    return inet_pton(AF_INET, address, &numeric) == 1;
}

static bool parse_color(const char *text, enum color_choice *color)
{
    static const char *const words[] = {[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) != 0) continue;
        *color = (enum color_choice)i;
        return true;
    }
    return false;
}

bool options_parse_replay_speed(const char *text, unsigned *thousandths)
{
    unsigned long value = 0;
    unsigned decimals = 0;
    bool point = false;
    if (strcmp(text, "max") == 0) {
        *thousandths = 0;
        return true;
    }
    for (const char *at = text; *at; at++) {
        if (*at == '.' && !point && at > text && at[1]) {
            point = true;
            continue;
        }
        if (*at < '0' || *at > '9' || value > REPLAY_MOST || decimals == 3) return false;
        value = 10 * value + (unsigned)(*at - '0');
        decimals += point;
    }
    for (; decimals < 3 && value <= REPLAY_MOST; decimals++) value *= 10;
    if (value < REPLAY_LEAST || value > REPLAY_MOST) return false;
    *thousandths = (unsigned)value;
    return true;
}

static bool take_moment(const char **place, const char *text)
{
    struct moment moment;
    *place = text;
    return moment_parse(&moment, text);
}
bool option_store(struct options *options, const struct option_row *row, const char *text)
{
    void *place = (char *)options + row->offset;
    uint64_t number = 0;
    switch (row->kind) {
    case VALUE_FLAG:
        *(bool *)place = true;
        return true;
    case VALUE_SWITCH:
        return option_parse_switch(text, place);
    case VALUE_TEXT:
        *(const char **)place = text;
        return true;
    case VALUE_DURATION:
        return options_parse_duration(text, place);
    case VALUE_COLOR:
        return parse_color(text, place);
    case VALUE_REPLAY_SPEED:
        return options_parse_replay_speed(text, place);
    case VALUE_MOMENT:
        return take_moment(place, text);
    case VALUE_UNSIGNED:
        if (!parse_number(row, text, &number)) return false;
        *(unsigned *)place = (unsigned)number;
        return true;
    case VALUE_COUNT:
        if (!parse_number(row, text, &number)) return false;
        *(uint64_t *)place = number;
        return true;
    case VALUE_SIZE:
        if (!parse_number(row, text, &number)) return false;
        *(size_t *)place = (size_t)number;
        return true;
    case VALUE_STAMP:
        if (!parse_number(row, text, &number)) return false;
        *(int64_t *)place = (int64_t)number;
        return true;
    }
    return false;
}
