#include "booktop/exchange/kalshi/notation.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define ONE 1000 /* a dollar, in thousandths */

void notation_price(struct json_writer *writer, int price)
{
    char text[16];
    int length = snprintf(text, sizeof text, "%u.%03u0", (unsigned)price / ONE, (unsigned)price % ONE);
    json_write_string(writer, (struct text){text, (size_t)length});
}

void notation_size(struct json_writer *writer, int64_t size)
{
    char text[32];
    uint64_t bare = size < 0 ? 0 - (uint64_t)size : (uint64_t)size;
    int length =
        snprintf(text, sizeof text, "%s%" PRIu64 ".%02u", size < 0 ? "-" : "", bare / 100, (unsigned)(bare % 100));
    json_write_string(writer, (struct text){text, (size_t)length});
}

void notation_time(struct json_writer *writer, int64_t stamp_us)
{
    char text[64], fraction[8] = "";
    struct tm tm;
    time_t seconds = (time_t)(stamp_us / 1000000);
    size_t length = gmtime_r(&seconds, &tm) == NULL ? 0 : strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (stamp_us % 1000000 != 0) {
        size_t digits = (size_t)snprintf(fraction, sizeof fraction, ".%06u", (unsigned)(stamp_us % 1000000));
        while (fraction[digits - 1] == '0') fraction[--digits] = '\0';
    }
    length += (size_t)snprintf(text + length, sizeof text - length, "%sZ", fraction);
    json_write_string(writer, (struct text){text, length});
}

void notation_text_member(struct json_writer *writer, const char *key, const char *value)
{
    json_write_key(writer, key);
    json_write_string(writer, text_from(value));
}

void notation_price_member(struct json_writer *writer, const char *key, int price)
{
    json_write_key(writer, key);
    notation_price(writer, price);
}

void notation_size_member(struct json_writer *writer, const char *key, int64_t size)
{
    json_write_key(writer, key);
    notation_size(writer, size);
}

void notation_time_member(struct json_writer *writer, const char *key, int64_t stamp_us)
{
    json_write_key(writer, key);
    notation_time(writer, stamp_us);
}

void notation_integer_member(struct json_writer *writer, const char *key, int64_t value)
{
    json_write_key(writer, key);
    json_write_integer(writer, value);
}

void notation_bool_member(struct json_writer *writer, const char *key, bool value)
{
    json_write_key(writer, key);
    json_write_bool(writer, value);
}

/* === Grids === */

struct range {
    int start, end, step;
};

static const struct grid {
    const char *name;
    struct range ranges[3];
} grids[] = {
    {"linear_cent", {{0, ONE, 10}}},
    {"deci_cent", {{0, ONE, 1}}},
    {"tapered_deci_cent", {{0, 100, 1}, {100, 900, 10}, {900, ONE, 1}}},
};

void notation_grid_members(struct json_writer *writer, int tick, bool tapered)
{
    const struct grid *grid = tapered ? &grids[2] : tick == 10 ? &grids[0] : &grids[1];
    notation_text_member(writer, "price_level_structure", grid->name);
    json_write_key(writer, "price_ranges");
    json_write_array(writer);
    for (unsigned i = 0; i < 3 && grid->ranges[i].step > 0; i++) {
        json_write_object(writer);
        notation_price_member(writer, "start", grid->ranges[i].start);
        notation_price_member(writer, "end", grid->ranges[i].end);
        notation_price_member(writer, "step", grid->ranges[i].step);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}
