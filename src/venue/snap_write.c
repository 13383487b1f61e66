/* Fields as members of objects; how they are read: snap.c. */
#include "snap.h"

#include <inttypes.h>
#include <stdio.h>

#include "values.h"

/* One value of a field. */
struct place {
    const struct snap_field *field;
    struct stamp stamp;
    const char *at;
};

static int64_t load(const struct place *place)
{
    int64_t value;
    memcpy(&value, place->at, sizeof value);
    return value;
}

static uint64_t load_count(const struct place *place)
{
    uint64_t value;
    uint32_t half;
    if (place->field->size == 1) return (unsigned char)*place->at;
    if (place->field->size == sizeof half) {
        memcpy(&half, place->at, sizeof half);
        return half;
    }
    memcpy(&value, place->at, sizeof value);
    return value;
}

static void write_count(struct json_writer *out, uint64_t value)
{
    char text[DECIMAL_TEXT_SIZE];
    int length = snprintf(text, sizeof text, "%" PRIu64, value);
    json_write_raw(out, (struct text){text, (size_t)length});
}

/* A number, or null where it is the one that stands for nothing. */
static void write_unless(struct json_writer *out, int64_t value, int64_t nothing)
{
    if (value == nothing)
        json_write_null(out);
    else
        json_write_integer(out, value);
}

static void write_age(struct json_writer *out, const struct place *place, int64_t nothing)
{
    int64_t at = load(place), age;
    if (at == nothing || __builtin_sub_overflow(place->stamp.mono, at, &age))
        json_write_null(out);
    else
        json_write_integer(out, age);
}

static void write_until(struct json_writer *out, const struct place *place)
{
    if (load(place) <= place->stamp.mono)
        json_write_null(out);
    else
        write_age(out, place, INT64_MIN);
}

static void write_stamp(struct json_writer *out, const struct place *place)
{
    struct stamp value;
    int64_t age;
    memcpy(&value, place->at, sizeof value);
    if ((value.mono == 0 && value.wall == 0) || __builtin_sub_overflow(place->stamp.mono, value.mono, &age))
        json_write_null(out);
    else
        json_write_integer(out, age);
}

static void write_hash(struct json_writer *out, const struct place *place)
{
    if (place->at[0] == '\0')
        json_write_null(out);
    else
        json_write_string(out, (struct text){place->at, place->field->size});
}

static void write_word(struct json_writer *out, const struct place *place)
{
    const char *word;
    memcpy(&word, place->at, sizeof word);
    if (word)
        json_write_string(out, text_from(word));
    else
        json_write_null(out);
}

static void write_winner(struct json_writer *out, const struct place *place)
{
    int winner;
    memcpy(&winner, place->at, sizeof winner);
    write_unless(out, winner, -1);
}

static void write_index(struct json_writer *out, const struct place *place)
{
    uint64_t index = load_count(place);
    write_unless(out, index == UINT32_MAX ? -1 : (int64_t)index, -1);
}

/* NOLINTNEXTLINE(misc-redundant-expression): by chance both are written alike. */
_Static_assert(PRICE_NONE == EVENT_NO_TIME, "what is not known is told alike");

static void write_value(struct json_writer *out, const struct place *place)
{
    switch (place->field->kind) {
    case SNAP_FLAG:
        json_write_bool(out, *place->at != 0);
        break;
    case SNAP_COUNT:
        write_count(out, load_count(place));
        break;
    case SNAP_INTEGER:
    case SNAP_QUANTITY:
    case SNAP_SPAN:
        json_write_integer(out, load(place));
        break;
    case SNAP_WINNER:
        write_winner(out, place);
        break;
    case SNAP_INDEX:
        write_index(out, place);
        break;
    case SNAP_NUMBER:
        write_unless(out, load(place), -1);
        break;
    case SNAP_PRICE:
    case SNAP_MS:
        write_unless(out, load(place), PRICE_NONE);
        break;
    case SNAP_TIME:
    case SNAP_DUE:
        write_age(out, place, TIME_NEVER);
        break;
    case SNAP_PAST:
        write_age(out, place, 0);
        break;
    case SNAP_UNTIL:
        write_until(out, place);
        break;
    case SNAP_STAMP:
        write_stamp(out, place);
        break;
    case SNAP_HASH:
        write_hash(out, place);
        break;
    case SNAP_TEXT:
        json_write_string(out, text_from(place->at));
        break;
    case SNAP_WORD:
        write_word(out, place);
        break;
    }
}

static void write_field(struct json_writer *out, struct stamp stamp, const struct snap_field *field, const void *from)
{
    struct place place = {field, stamp, (const char *)from + field->offset};
    json_write_key(out, field->key);
    if (field->count == 1) {
        write_value(out, &place);
        return;
    }
    json_write_array(out);
    for (size_t i = 0; i < field->count; i++, place.at += field->size) write_value(out, &place);
    json_write_array_end(out);
}

void snap_write(struct json_writer *out, struct stamp stamp, struct snap_table table, const void *from)
{
    for (size_t i = 0; i < table.count; i++) write_field(out, stamp, &table.fields[i], from);
}

void snap_write_object(struct json_writer *out, const char *key, struct stamp stamp, struct snap_table table,
                       const void *from)
{
    json_write_key(out, key);
    json_write_object(out);
    snap_write(out, stamp, table, from);
    json_write_object_end(out);
}

void snap_write_objects(struct json_writer *out, const char *key, struct stamp stamp, struct snap_table table,
                        const void *from, size_t stride, size_t count)
{
    json_write_key(out, key);
    json_write_array(out);
    for (size_t i = 0; i < count; i++) {
        json_write_object(out);
        snap_write(out, stamp, table, (const char *)from + i * stride);
        json_write_object_end(out);
    }
    json_write_array_end(out);
}
