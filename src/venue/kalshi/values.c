#include "values.h"

#include "../dates.h"

_Static_assert(KALSHI_PRICE_SCALE == VALUE_PRICE_SCALE, "prices are read alike");
_Static_assert(KALSHI_SIZE_SCALE == 2, "a reason below names the decimals");

static const char *const size_reasons[] = {
    [DECIMAL_OK] = NULL,
    [DECIMAL_EMPTY] = "size is empty",
    [DECIMAL_SYNTAX] = "size is no number",
    [DECIMAL_SIGN] = "size with a sign",
    [DECIMAL_EXPONENT] = "size with an exponent",
    [DECIMAL_TOO_FINE] = "size: more decimals than 2",
    [DECIMAL_OVERFLOW] = "size too large",
};

const char *kalshi_value_size(const struct json_value *value, quantity_t *size)
{
    struct text number;
    if (!value_number(value, &number)) return value_missing(value) ? "no size" : size_reasons[DECIMAL_SYNTAX];
    return size_reasons[decimal_parse(number, KALSHI_SIZE_SCALE, size)];
}

const char *kalshi_value_delta(const struct json_value *value, quantity_t *delta)
{
    struct text number;
    quantity_t size;
    if (!value_number(value, &number)) return value_missing(value) ? "no delta" : size_reasons[DECIMAL_SYNTAX];
    bool negative = number.length > 0 && *number.at == '-';
    if (negative) number = (struct text){number.at + 1, number.length - 1};
    const char *why = size_reasons[decimal_parse(number, KALSHI_SIZE_SCALE, &size)];
    if (!why) *delta = negative ? -size : size;
    return why;
}

bool kalshi_value_is(const struct json_value *value, const char *word)
{
    char unescaped[48];
    if (!value || value->type != JSON_STRING) return false;
    if (!value->escaped) return text_is(value->text, word);
    size_t length = json_unescape(value, unescaped, sizeof unescaped);
    return text_is((struct text){unescaped, length}, word);
}

int kalshi_value_result(const struct json_value *value)
{
    return kalshi_value_is(value, "yes") ? 0 : kalshi_value_is(value, "no") ? 1 : -1;
}

const char *kalshi_value_side(const struct json_value *value, enum side *side)
{
    if (value_empty(value)) return "no side";
    int outcome = kalshi_value_result(value);
    if (outcome < 0) return "unknown side";
    *side = outcome == 0 ? SIDE_BID : SIDE_ASK;
    return NULL;
}

bool kalshi_value_count(const struct json_value *value, int64_t *count)
{
    struct text number;
    return value_number(value, &number) && decimal_parse(number, 0, count) == DECIMAL_OK;
}

bool kalshi_value_time(const struct json_value *value, int64_t *ms)
{
    int64_t seconds;
    int milliseconds = 0;
    if (value_missing(value)) return false;
    bool read = value->type == JSON_STRING ? !value->escaped && date_read(value->text, &seconds, &milliseconds)
                                           : kalshi_value_count(value, &seconds);
    if (!read || seconds < 0 || seconds >= VALUE_STAMP_MAX / 1000) return false;
    *ms = seconds * 1000 + milliseconds;
    return true;
}

/* === Price grids === */

/* Reads one whose object was entered. False if it is none, or the reader's error came. */
static bool range_read(struct json_reader *reader, struct price_range *range)
{
    static const struct {
        struct text name;
        size_t offset;
    } keys[] = {
        {{"start", 5}, offsetof(struct price_range, start)},
        {{"end", 3}, offsetof(struct price_range, end)},
        {{"step", 4}, offsetof(struct price_range, step)},
    };
    struct text key;
    struct json_value value;
    *range = (struct price_range){PRICE_NONE, PRICE_NONE, PRICE_NONE};
    while (json_next_key(reader, &key)) {
        if (!json_read(reader, &value)) break;
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            price_t *price = (price_t *)(void *)((char *)range + keys[i].offset);
            if (text_equal(key, keys[i].name) && !value_price_closed(&value, price)) *price = PRICE_NONE;
        }
        json_leave(reader, &value);
    }
    return range->start != PRICE_NONE && range->end != PRICE_NONE && range->step != PRICE_NONE;
}

const char *kalshi_ranges_read(struct json_reader *reader, const struct json_value *list, struct price_range *ranges,
                               size_t most, size_t *count)
{
    const char *why = list->type == JSON_ARRAY || list->type == JSON_NULL ? NULL : "price ranges are no list";
    size_t read = 0;
    struct json_value value;
    *count = 0;
    if (why || list->type == JSON_NULL) {
        json_leave(reader, list);
        return why;
    }
    while (json_next_element(reader) && json_read(reader, &value)) {
        struct price_range range;
        bool good = value.type == JSON_OBJECT && range_read(reader, &range);
        if (value.type != JSON_OBJECT) json_leave(reader, &value);
        if (!good)
            why = "a price range is none";
        else if (read == most)
            why = "too many price ranges";
        else
            ranges[read++] = range;
    }
    if (!why) *count = read;
    return why;
}
