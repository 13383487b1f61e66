/* Fields read out of members of objects; how they are written: snap_write.c. */
#include "snap.h"

#include "values.h"

/* Ages of mono times, either way: 36 years. Nothing that is computed with them overflows. */
#define AGE_MAX  (INT64_C(1) << 60)
#define MONO_MAX (INT64_C(1) << 61)
#define WALL_MAX (INT64_C(1) << 62)
/* What is due is done before anything is saved; nobody makes us do a century of it. */
#define OVERDUE_MAX (60 * NANOSECONDS_PER_SECOND)
#define SPAN_MAX    (3600 * NANOSECONDS_PER_SECOND)

/* Where one value of a field is read to. */
struct place {
    const struct snap_field *field;
    struct stamp stamp;
    char *at;
};

bool snap_stamp_is_sane(struct stamp stamp)
{
    return stamp.mono >= -MONO_MAX && stamp.mono <= MONO_MAX && stamp.wall >= -WALL_MAX && stamp.wall <= WALL_MAX;
}

/* Digits, maybe a minus; no fraction, no exponent. */
static bool read_integer(const struct json_value *value, int64_t *out)
{
    struct text digits = value->text;
    if (value->type != JSON_NUMBER) return false;
    bool negative = digits.length && digits.at[0] == '-';
    uint64_t sum = 0, most = (uint64_t)INT64_MAX + negative;
    for (size_t i = negative; i < digits.length; i++) {
        unsigned digit = (unsigned)(digits.at[i] - '0');
        if (digit > 9 || sum > (most - digit) / 10) return false;
        sum = sum * 10 + digit;
    }
    *out = (int64_t)(negative ? -sum : sum);
    return true;
}

static bool read_count(const struct json_value *value, uint64_t most, uint64_t *out)
{
    uint64_t sum = 0;
    if (value->type != JSON_NUMBER) return false;
    for (size_t i = 0; i < value->text.length; i++) {
        unsigned digit = (unsigned)(value->text.at[i] - '0');
        if (digit > 9 || digit > most || sum > (most - digit) / 10) return false;
        sum = sum * 10 + digit;
    }
    *out = sum;
    return true;
}

static bool store(const struct place *place, int64_t value)
{
    memcpy(place->at, &value, sizeof value);
    return true;
}

static bool store_count(const struct place *place, uint64_t value)
{
    uint32_t half = (uint32_t)value;
    uint8_t byte = (uint8_t)value;
    if (place->field->size == sizeof value) memcpy(place->at, &value, sizeof value);
    if (place->field->size == sizeof half) memcpy(place->at, &half, sizeof half);
    if (place->field->size == sizeof byte) memcpy(place->at, &byte, sizeof byte);
    return true;
}

/* From `least` to `most`, or null. */
static bool read_between(const struct place *place, const struct json_value *value, int64_t least, int64_t most,
                         int64_t nothing)
{
    int64_t number = nothing;
    if (value->type == JSON_NULL) return store(place, nothing);
    return read_integer(value, &number) && number >= least && number <= most && store(place, number);
}

static bool read_present(const struct place *place, const struct json_value *value, int64_t least, int64_t most)
{
    return value->type != JSON_NULL && read_between(place, value, least, most, 0);
}

static bool read_age(const struct place *place, const struct json_value *value, int64_t least, int64_t most,
                     int64_t nothing)
{
    int64_t age;
    if (value->type == JSON_NULL) return store(place, nothing);
    if (!read_integer(value, &age) || age < least || age > most) return false;
    return store(place, place->stamp.mono - age);
}

static bool read_counted(const struct place *place, const struct json_value *value)
{
    const struct snap_field *field = place->field;
    uint64_t most = field->size == 1 ? UINT8_MAX : field->size == sizeof(uint32_t) ? UINT32_MAX : UINT64_MAX, number;
    if (field->limit && field->limit - 1 < most) most = field->limit - 1;
    return read_count(value, most, &number) && store_count(place, number);
}

static bool read_index(const struct place *place, const struct json_value *value)
{
    return value->type == JSON_NULL ? store_count(place, UINT32_MAX) : read_counted(place, value);
}

static bool read_winner(const struct place *place, const struct json_value *value)
{
    uint64_t outcome;
    int winner = -1;
    if (value->type != JSON_NULL) {
        if (!read_count(value, INSTRUMENT_OUTCOMES - 1, &outcome)) return false;
        winner = (int)outcome;
    }
    memcpy(place->at, &winner, sizeof winner);
    return true;
}

static bool read_flag(const struct place *place, const struct json_value *value)
{
    bool flag = value->type == JSON_TRUE;
    if (!flag && value->type != JSON_FALSE) return false;
    memcpy(place->at, &flag, sizeof flag);
    return true;
}

static bool is_hex(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!strchr("0123456789abcdef", text.at[i]) || text.at[i] == '\0') return false;
    return true;
}

static bool read_hash(const struct place *place, const struct json_value *value)
{
    size_t size = place->field->size;
    memset(place->at, 0, size);
    if (value->type == JSON_NULL) return true;
    if (value->type != JSON_STRING || value->text.length != size || !is_hex(value->text)) return false;
    memcpy(place->at, value->text.at, size);
    return true;
}

static bool read_text(const struct place *place, const struct json_value *value)
{
    if (value->type != JSON_STRING || value->text.length >= place->field->size) return false;
    size_t length = json_unescape(value, place->at, place->field->size);
    return memchr(place->at, '\0', length) == NULL;
}

static bool read_word(const struct place *place, const struct json_value *value)
{
    const char *word = NULL;
    if (value->type != JSON_NULL) {
        char text[256];
        if (value->type != JSON_STRING) return false;
        size_t length = json_unescape(value, text, sizeof text);
        word = word_keep((struct text){text, length});
    }
    memcpy(place->at, &word, sizeof word);
    return true;
}

static bool read_stamp(const struct place *place, const struct json_value *value)
{
    struct stamp stamp = {0, 0};
    int64_t age;
    if (value->type != JSON_NULL) {
        if (!read_integer(value, &age) || age < -AGE_MAX || age > AGE_MAX) return false;
        stamp = (struct stamp){place->stamp.mono - age, place->stamp.wall - age};
        if (!snap_stamp_is_sane(stamp)) return false;
    }
    memcpy(place->at, &stamp, sizeof stamp);
    return true;
}

static bool read_value(const struct place *place, const struct json_value *value)
{
    switch (place->field->kind) {
    case SNAP_FLAG:
        return read_flag(place, value);
    case SNAP_COUNT:
        return read_counted(place, value);
    case SNAP_INTEGER:
        return read_present(place, value, INT64_MIN, INT64_MAX);
    case SNAP_QUANTITY:
        return read_present(place, value, 0, INT64_MAX);
    case SNAP_SPAN:
        return read_present(place, value, 0, SPAN_MAX);
    case SNAP_WINNER:
        return read_winner(place, value);
    case SNAP_INDEX:
        return read_index(place, value);
    case SNAP_NUMBER:
        return read_between(place, value, 0, INT64_MAX, -1);
    case SNAP_PRICE:
        return read_between(place, value, 0, VALUE_PRICE_ONE, PRICE_NONE);
    case SNAP_MS:
        return read_between(place, value, 0, VALUE_STAMP_MAX, EVENT_NO_TIME);
    case SNAP_TIME:
        return read_age(place, value, -AGE_MAX, AGE_MAX, TIME_NEVER);
    case SNAP_DUE:
        return read_age(place, value, -AGE_MAX, OVERDUE_MAX, TIME_NEVER);
    case SNAP_PAST:
        return read_age(place, value, 0, AGE_MAX, 0);
    case SNAP_UNTIL:
        return read_age(place, value, -AGE_MAX, AGE_MAX, INT64_MIN);
    case SNAP_STAMP:
        return read_stamp(place, value);
    case SNAP_HASH:
        return read_hash(place, value);
    case SNAP_TEXT:
        return read_text(place, value);
    case SNAP_WORD:
        return read_word(place, value);
    }
    return false;
}

static bool read_field(struct json_reader *reader, struct stamp stamp, const struct snap_field *field, void *to)
{
    struct place place = {field, stamp, (char *)to + field->offset};
    struct json_value value;
    if (!json_read(reader, &value)) return false;
    if (field->count == 1) return read_value(&place, &value);
    if (value.type != JSON_ARRAY) return false;
    for (size_t i = 0; i < field->count; i++, place.at += field->size)
        if (!json_next_element(reader) || !json_read(reader, &value) || !read_value(&place, &value)) return false;
    return !json_next_element(reader);
}

static const struct snap_field *field_of(struct snap_table table, struct text key)
{
    for (const struct snap_field *field = table.fields; field < table.fields + table.count; field++)
        if (text_is(key, field->key)) return field;
    return NULL;
}

bool snap_read(struct text object, struct stamp stamp, struct snap_table table, void *to)
{
    struct json_reader reader;
    struct json_value value;
    struct text key;
    if (!snap_stamp_is_sane(stamp)) return false;
    json_start(&reader, object);
    if (!json_read(&reader, &value) || value.type != JSON_OBJECT) return false;
    while (json_next_key(&reader, &key)) {
        const struct snap_field *field = field_of(table, key);
        if (field ? !read_field(&reader, stamp, field, to) : !json_skip(&reader)) return false;
    }
    return json_finish(&reader);
}

/* The reader stands before a value, blanks may be before it: it is passed, and *value its text. */
static bool pass_value(struct json_reader *reader, struct text *value)
{
    const char *from = reader->at;
    if (!json_skip(reader)) return false;
    *value = text_trim((struct text){from, (size_t)(reader->at - from)});
    return true;
}

bool snap_member(struct text object, const char *key, struct text *value)
{
    struct json_reader reader;
    struct json_value whole;
    struct text name, found = {NULL, 0}, passed;
    json_start(&reader, object);
    if (!json_read(&reader, &whole) || whole.type != JSON_OBJECT) return false;
    while (json_next_key(&reader, &name)) {
        bool meant = text_is(name, key);
        if (!pass_value(&reader, &passed)) return false;
        if (meant) found = passed;
    }
    *value = found;
    return json_finish(&reader) && found.length > 0;
}

bool snap_next(struct snap_list *list, struct text array, struct text *element)
{
    struct json_value value;
    if (list->failed) return false;
    if (!list->begun) {
        list->begun = true;
        json_start(&list->reader, array);
        list->failed = !json_read(&list->reader, &value) || value.type != JSON_ARRAY;
        if (list->failed) return false;
    }
    if (json_next_element(&list->reader) && pass_value(&list->reader, element)) return true;
    list->failed = !json_finish(&list->reader);
    return false;
}

bool snap_read_object(struct text object, const char *key, struct stamp stamp, struct snap_table table, void *to)
{
    struct text value;
    return !snap_member(object, key, &value) || snap_read(value, stamp, table, to);
}

bool snap_read_objects(struct text object, const char *key, struct stamp stamp, struct snap_table table, void *to,
                       size_t stride, size_t room, size_t *count)
{
    struct snap_list list = {.begun = false};
    struct text array, element;
    *count = 0;
    if (!snap_member(object, key, &array)) return true;
    while (snap_next(&list, array, &element)) {
        if (*count == room) return false;
        if (!snap_read(element, stamp, table, (char *)to + *count * stride)) return false;
        ++*count;
    }
    return !list.failed;
}
