#include "values.h"

#include <string.h>

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

const char value_price_outside[] = "price outside 0..1";

static const char *const price_reasons[] = {
    [DECIMAL_OK] = NULL,
    [DECIMAL_EMPTY] = "price is empty",
    [DECIMAL_SYNTAX] = "price is no number",
    [DECIMAL_SIGN] = "price with a sign",
    [DECIMAL_EXPONENT] = "price with an exponent",
    [DECIMAL_TOO_FINE] = "price: more decimals than 4",
    [DECIMAL_OVERFLOW] = value_price_outside,
};

const char *value_price_reason(enum decimal_error error)
{
    return price_reasons[error];
}

bool value_missing(const struct json_value *value)
{
    return !value || value->type == JSON_NULL;
}

bool value_empty(const struct json_value *value)
{
    return value_missing(value) || (value->type == JSON_STRING && value->text.length == 0);
}

bool value_number(const struct json_value *value, struct text *number)
{
    if (value_missing(value)) return false;
    if (value->type != JSON_NUMBER && (value->type != JSON_STRING || value->escaped)) return false;
    *number = value->text;
    return true;
}

const char *value_price(const struct json_value *value, price_t *price)
{
    struct text number;
    price_t read;
    if (!value_number(value, &number)) return value_missing(value) ? "no price" : price_reasons[DECIMAL_SYNTAX];
    enum decimal_error error = decimal_parse(number, VALUE_PRICE_SCALE, &read);
    if (error != DECIMAL_OK) return price_reasons[error];
    if (read <= 0 || read >= VALUE_PRICE_ONE) return value_price_outside;
    *price = read;
    return NULL;
}

bool value_price_closed(const struct json_value *value, price_t *price)
{
    struct text number;
    price_t read;
    if (!value_number(value, &number)) return false;
    if (decimal_parse(number, VALUE_PRICE_SCALE, &read) != DECIMAL_OK || read > VALUE_PRICE_ONE) return false;
    *price = read;
    return true;
}

const char *value_best(const struct json_value *value, price_t *price)
{
    price_t read = 0;
    if (!value_empty(value) && !value_price_closed(value, &read)) return "best bid or ask is no price";
    *price = read == 0 || read == VALUE_PRICE_ONE ? PRICE_NONE : read;
    return NULL;
}

bool value_stamp(const struct json_value *value, int64_t *stamp)
{
    struct text number;
    int64_t read;
    if (!value_number(value, &number)) return false;
    if (decimal_parse(number, 0, &read) != DECIMAL_OK || read > VALUE_STAMP_MAX) return false;
    *stamp = read;
    return true;
}

/* No byte beyond ASCII and no DEL. Other control characters do not get past the JSON reader unescaped. */
static bool plain_ascii(struct text text)
{
    uint64_t marks = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= text.length; i += sizeof word) {
        memcpy(&word, text.at + i, sizeof word);
        marks |= word | (word + EACH_BYTE(1));
    }
    for (; i < text.length; i++) {
        word = (unsigned char)text.at[i];
        marks |= word | (word + 1);
    }
    return !(marks & EACH_BYTE(0x80));
}

bool value_symbol(const struct json_value *value, struct text *symbol)
{
    if (value_missing(value) || value->type != JSON_STRING || value->escaped) return false;
    if (value->text.length == 0 || value->text.length >= SYMBOL_SIZE || !plain_ascii(value->text)) return false;
    *symbol = value->text;
    return true;
}

void value_raw(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    if (value->type == JSON_STRING) *(struct json_value *)out = *value;
}

/* A text that is cut is cut at the end of a character, so many bytes before the end of its room at most. */
#define CHARACTER_MAX 4

/* Decodes more than is kept, for blanks around it go. False: it was cut. */
static bool decode(const struct json_value *value, char *out, size_t size, struct text *text)
{
    *text = (struct text){out, json_unescape(value, out, size)};
    return text->length + CHARACTER_MAX < size;
}

void value_rules(const struct json_value *value, struct details *details)
{
    char room[2 * DETAILS_RULES_SIZE];
    struct text part;
    if (value->type != JSON_STRING) return;
    bool whole = decode(value, room, sizeof room, &part);
    details_add_rules(details, part);
    details->rules_cut |= !whole;
}

void value_source(const struct json_value *value, struct details *details)
{
    char room[2 * DETAILS_SOURCE_SIZE];
    struct text source;
    if (value->type != JSON_STRING) return;
    bool whole = decode(value, room, sizeof room, &source);
    details_set_source(details, source);
    details->source_cut |= !whole;
}
