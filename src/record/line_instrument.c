/* An instrument as JSON: prices and sizes as exact text in their own terms, what is unknown as null. */
#include "booktop/record/line.h"

#include <string.h>

#include "booktop/json/reader.h"

#include "line_name.h"
#include "line_value.h"

/* === Writing === */

static void write_text(struct json_writer *out, const char *key, const char *text)
{
    json_write_key(out, key);
    json_write_string(out, text_from(text));
}

static void write_price(struct json_writer *out, price_t price, unsigned scale)
{
    if (price == PRICE_NONE)
        json_write_null(out);
    else
        json_write_decimal(out, price, scale);
}

static void write_outcomes(struct json_writer *out, const struct instrument *instrument)
{
    json_write_key(out, "outcomes");
    json_write_array(out);
    for (unsigned i = 0; i < INSTRUMENT_OUTCOMES; i++) {
        json_write_object(out);
        write_text(out, "token", instrument->outcomes[i].token);
        write_text(out, "name", instrument->outcomes[i].name);
        json_write_object_end(out);
    }
    json_write_array_end(out);
}

static void write_ranges(struct json_writer *out, const struct instrument *instrument)
{
    json_write_key(out, "ranges");
    json_write_array(out);
    for (unsigned i = 0; i < instrument->range_count; i++) {
        const struct price_range *range = &instrument->ranges[i];
        json_write_array(out);
        json_write_decimal(out, range->start, instrument->price_scale);
        json_write_decimal(out, range->end, instrument->price_scale);
        json_write_decimal(out, range->step, instrument->price_scale);
        json_write_array_end(out);
    }
    json_write_array_end(out);
}

void record_write_instrument(struct json_writer *out, const struct instrument *instrument)
{
    json_write_object(out);
    write_text(out, "venue", line_venue_text(instrument->venue));
    write_text(out, "symbol", instrument->symbol);
    json_write_key(out, "price_scale");
    json_write_integer(out, instrument->price_scale);
    json_write_key(out, "size_scale");
    json_write_integer(out, instrument->size_scale);
    write_outcomes(out, instrument);
    write_text(out, "title", instrument->title);
    write_text(out, "group_title", instrument->group_title);
    write_text(out, "slug", instrument->slug);
    write_text(out, "event_title", instrument->event_title);
    write_text(out, "event_slug", instrument->event_slug);
    json_write_key(out, "price_limit");
    write_price(out, instrument->price_limit, instrument->price_scale);
    json_write_key(out, "tick");
    write_price(out, instrument->tick, instrument->price_scale);
    write_ranges(out, instrument);
    json_write_key(out, "min_order_size");
    json_write_decimal(out, instrument->min_order_size, instrument->size_scale);
    json_write_key(out, "close_time");
    json_write_integer(out, instrument->close_time);
    json_write_key(out, "neg_risk");
    if (instrument->negative_risk_known)
        json_write_bool(out, instrument->negative_risk);
    else
        json_write_null(out);
    json_write_object_end(out);
}

/* === Reading === */

/* What must be known before anything else can be read. */
struct identity {
    enum venue_id venue;
    char symbol[SYMBOL_SIZE];
    size_t symbol_length;
    int64_t price_scale, size_scale;
};

/* Symbols and tokens go to terminals, tables and other programs: no venue has others than of these characters. */
static bool is_name(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || !strchr("_.:-", c))) return false;
    }
    return true;
}

static bool read_identity(struct identity *identity, struct text json)
{
    struct json_reader reader;
    struct json_value value;
    struct text key;
    unsigned seen = 0;
    json_start(&reader, json);
    if (!json_read(&reader, &value) || value.type != JSON_OBJECT) return false;
    while (json_next_key(&reader, &key)) {
        bool good = true;
        if (!json_read(&reader, &value)) return false;
        if (text_is(key, "venue")) {
            identity->venue = value.type == JSON_STRING ? line_venue(value.text) : VENUE_COUNT;
            good = identity->venue < VENUE_COUNT;
            seen |= 1;
        } else if (text_is(key, "symbol")) {
            /* Longer than that is refused, never cut: an escape is at most six characters for one. */
            char symbol[6 * SYMBOL_SIZE];
            good = value.type == JSON_STRING && value.text.length < sizeof symbol;
            if (good) identity->symbol_length = json_unescape(&value, symbol, sizeof symbol);
            good = good && identity->symbol_length > 0 && identity->symbol_length < SYMBOL_SIZE &&
                   is_name((struct text){symbol, identity->symbol_length});
            if (good) memcpy(identity->symbol, symbol, identity->symbol_length);
            seen |= 2;
        } else if (text_is(key, "price_scale")) {
            good = line_integer(&value, &identity->price_scale) && identity->price_scale >= 0;
            seen |= 4;
        } else if (text_is(key, "size_scale")) {
            good = line_integer(&value, &identity->size_scale) && identity->size_scale >= 0;
            seen |= 8;
        }
        if (!good || !json_leave(&reader, &value)) return false;
    }
    return json_finish(&reader) && seen == 15 && identity->price_scale <= DECIMAL_SCALE_MAX &&
           identity->size_scale <= DECIMAL_SCALE_MAX;
}

/* A member's value: reads it, whole. `reader` is behind the first token of a container. */
struct reading {
    struct instrument *instrument;
    struct json_reader *reader;
    const struct json_value *value;
};

static bool read_string(const struct reading *reading, char *out, size_t size)
{
    if (reading->value->type != JSON_STRING) return false;
    json_unescape(reading->value, out, size);
    return true;
}

static bool read_decimal(const struct json_value *value, unsigned scale, int64_t *out)
{
    return value->type == JSON_STRING && !value->escaped && decimal_parse(value->text, scale, out) == DECIMAL_OK;
}

static bool read_price(const struct reading *reading, price_t *out)
{
    if (reading->value->type != JSON_NULL) return read_decimal(reading->value, reading->instrument->price_scale, out);
    *out = PRICE_NONE;
    return true;
}

static bool read_outcome(const struct reading *reading, struct outcome *outcome)
{
    struct json_value value;
    struct text key;
    if (!json_read(reading->reader, &value) || value.type != JSON_OBJECT) return false;
    while (json_next_key(reading->reader, &key)) {
        if (!json_read(reading->reader, &value)) return false;
        const struct reading member = {reading->instrument, reading->reader, &value};
        if (text_is(key, "token")) {
            if (value.text.length >= SYMBOL_SIZE || !read_string(&member, outcome->token, SYMBOL_SIZE) ||
                !is_name(text_from(outcome->token)))
                return false;
        } else if (text_is(key, "name")) {
            if (!read_string(&member, outcome->name, INSTRUMENT_NAME_SIZE)) return false;
        } else if (!json_leave(reading->reader, &value)) {
            return false;
        }
    }
    return !reading->reader->error;
}

static bool read_outcomes(const struct reading *reading)
{
    unsigned count = 0;
    if (reading->value->type != JSON_ARRAY) return false;
    while (json_next_element(reading->reader))
        if (count == INSTRUMENT_OUTCOMES || !read_outcome(reading, &reading->instrument->outcomes[count++]))
            return false;
    return !reading->reader->error;
}

static bool read_range(const struct reading *reading, struct price_range *range)
{
    price_t *const parts[] = {&range->start, &range->end, &range->step};
    struct json_value value;
    unsigned count = 0;
    if (!json_read(reading->reader, &value) || value.type != JSON_ARRAY) return false;
    while (json_next_element(reading->reader))
        if (count == 3 || !json_read(reading->reader, &value) ||
            !read_decimal(&value, reading->instrument->price_scale, parts[count++]))
            return false;
    return !reading->reader->error && count == 3;
}

static bool read_ranges(const struct reading *reading)
{
    struct price_range ranges[INSTRUMENT_RANGES];
    size_t count = 0;
    if (reading->value->type != JSON_ARRAY) return false;
    while (json_next_element(reading->reader))
        if (count == INSTRUMENT_RANGES || !read_range(reading, &ranges[count++])) return false;
    if (reading->reader->error) return false;
    if (count == 0) return true;
    price_t tick = reading->instrument->tick; /* has a member of its own */
    bool good = instrument_set_ranges(reading->instrument, ranges, count);
    reading->instrument->tick = tick;
    return good;
}

static bool read_negative_risk(const struct reading *reading)
{
    enum json_type type = reading->value->type;
    reading->instrument->negative_risk_known = type == JSON_TRUE || type == JSON_FALSE;
    reading->instrument->negative_risk = type == JSON_TRUE;
    return reading->instrument->negative_risk_known || type == JSON_NULL;
}

static bool read_member(const struct reading *reading, struct text key)
{
    struct instrument *in = reading->instrument;
    const struct {
        const char *key;
        char *out;
        size_t size;
    } texts[] = {{"title", in->title, sizeof in->title},
                 {"group_title", in->group_title, sizeof in->group_title},
                 {"slug", in->slug, sizeof in->slug},
                 {"event_title", in->event_title, sizeof in->event_title},
                 {"event_slug", in->event_slug, sizeof in->event_slug}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (text_is(key, texts[i].key)) return read_string(reading, texts[i].out, texts[i].size);
    if (text_is(key, "outcomes")) return read_outcomes(reading);
    if (text_is(key, "ranges")) return read_ranges(reading);
    if (text_is(key, "price_limit")) return read_price(reading, &in->price_limit);
    if (text_is(key, "tick")) return read_price(reading, &in->tick);
    if (text_is(key, "min_order_size")) return read_decimal(reading->value, in->size_scale, &in->min_order_size);
    if (text_is(key, "close_time")) return line_integer(reading->value, &in->close_time);
    if (text_is(key, "neg_risk")) return read_negative_risk(reading);
    return json_leave(reading->reader, reading->value);
}

bool record_read_instrument(struct instrument *instrument, struct text json)
{
    struct identity identity;
    if (!read_identity(&identity, json)) return false;
    if (!instrument_init(instrument, identity.venue, (struct text){identity.symbol, identity.symbol_length},
                         (unsigned)identity.price_scale, (unsigned)identity.size_scale))
        return false;
    struct json_reader reader;
    struct json_value value;
    struct text key;
    json_start(&reader, json);
    json_read(&reader, &value);
    while (json_next_key(&reader, &key)) {
        const struct reading reading = {instrument, &reader, &value};
        if (!json_read(&reader, &value) || !read_member(&reading, key)) return false;
    }
    return json_finish(&reader);
}
