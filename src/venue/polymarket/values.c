#include "values.h"

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

#define PRICE_ONE INT64_C(10000)
_Static_assert(POLYMARKET_PRICE_SCALE == 4 && POLYMARKET_SIZE_SCALE == 6, "the reasons below name the decimals");

static const char price_outside[] = "price outside 0..1";

static const char *const price_reasons[] = {
    [DECIMAL_OK] = NULL,
    [DECIMAL_EMPTY] = "price is empty",
    [DECIMAL_SYNTAX] = "price is no number",
    [DECIMAL_SIGN] = "price with a sign",
    [DECIMAL_EXPONENT] = "price with an exponent",
    [DECIMAL_TOO_FINE] = "price: more decimals than 4",
    [DECIMAL_OVERFLOW] = price_outside,
};

static const char *const size_reasons[] = {
    [DECIMAL_OK] = NULL,
    [DECIMAL_EMPTY] = "size is empty",
    [DECIMAL_SYNTAX] = "size is no number",
    [DECIMAL_SIGN] = "size with a sign",
    [DECIMAL_EXPONENT] = "size with an exponent",
    [DECIMAL_TOO_FINE] = "size: more decimals than 6",
    [DECIMAL_OVERFLOW] = "size too large",
};

static bool missing(const struct json_value *value)
{
    return !value || value->type == JSON_NULL;
}

bool polymarket_value_empty(const struct json_value *value)
{
    return missing(value) || (value->type == JSON_STRING && value->text.length == 0);
}

bool polymarket_value_number(const struct json_value *value, struct text *number)
{
    if (missing(value)) return false;
    if (value->type != JSON_NUMBER && (value->type != JSON_STRING || value->escaped)) return false;
    *number = value->text;
    return true;
}

/* === Prices and sizes === */

const char *polymarket_value_price(const struct json_value *value, price_t *price)
{
    struct text number;
    price_t read;
    if (!polymarket_value_number(value, &number)) return missing(value) ? "no price" : price_reasons[DECIMAL_SYNTAX];
    enum decimal_error error = decimal_parse(number, POLYMARKET_PRICE_SCALE, &read);
    if (error != DECIMAL_OK) return price_reasons[error];
    if (read <= 0 || read >= PRICE_ONE) return price_outside;
    *price = read;
    return NULL;
}

const char *polymarket_value_size(const struct json_value *value, quantity_t *size)
{
    struct text number;
    if (!polymarket_value_number(value, &number)) return missing(value) ? "no size" : size_reasons[DECIMAL_SYNTAX];
    return size_reasons[decimal_parse(number, POLYMARKET_SIZE_SCALE, size)];
}

/* Rounded figures may have a sign and an exponent, so their range is looked at here. */

const char *polymarket_value_price_rounded(const struct json_value *value, price_t *price)
{
    struct text number;
    price_t read;
    if (!polymarket_value_number(value, &number)) return missing(value) ? "no price" : price_reasons[DECIMAL_SYNTAX];
    enum decimal_error error = decimal_parse_rounded(number, POLYMARKET_PRICE_SCALE, &read);
    if (error != DECIMAL_OK) return price_reasons[error];
    if (read <= 0 || read >= PRICE_ONE) return price_outside;
    *price = read;
    return NULL;
}

const char *polymarket_value_size_rounded(const struct json_value *value, quantity_t *size)
{
    struct text number;
    quantity_t read;
    if (!polymarket_value_number(value, &number)) return missing(value) ? "no size" : size_reasons[DECIMAL_SYNTAX];
    enum decimal_error error = decimal_parse_rounded(number, POLYMARKET_SIZE_SCALE, &read);
    if (error != DECIMAL_OK) return size_reasons[error];
    if (read < 0) return size_reasons[DECIMAL_SIGN];
    *size = read;
    return NULL;
}

/* A price of 0 to 1, both included; false if it is none. */
static bool closed_range_price(const struct json_value *value, price_t *price)
{
    struct text number;
    price_t read;
    if (!polymarket_value_number(value, &number)) return false;
    if (decimal_parse(number, POLYMARKET_PRICE_SCALE, &read) != DECIMAL_OK || read > PRICE_ONE) return false;
    *price = read;
    return true;
}

const char *polymarket_value_best(const struct json_value *value, price_t *price)
{
    price_t read = 0;
    if (!polymarket_value_empty(value) && !closed_range_price(value, &read)) return "best bid or ask is no price";
    *price = read == 0 || read == PRICE_ONE ? PRICE_NONE : read;
    return NULL;
}

const char *polymarket_value_tick(const struct json_value *value, price_t *tick)
{
    price_t read = PRICE_NONE;
    if (!polymarket_value_empty(value) && (!closed_range_price(value, &read) || read == 0 || read == PRICE_ONE))
        return "tick size outside 0..1";
    *tick = read;
    return NULL;
}

const char *polymarket_value_last_trade(const struct json_value *value, price_t *price, bool *told)
{
    price_t read = PRICE_NONE;
    if (!polymarket_value_empty(value) && !closed_range_price(value, &read)) return "last trade price is no price";
    *price = read;
    *told = !missing(value);
    return NULL;
}

/* === The rest === */

/* `word` is lowercase ASCII letters. Setting bit 5 turns capitals, and nothing else, into such letters. */
static bool is_folded(struct text text, struct text word)
{
    if (text.length != word.length) return false;
    for (size_t i = 0; i < word.length; i++)
        if ((text.at[i] | 0x20) != word.at[i]) return false;
    return true;
}

const char *polymarket_value_side(const struct json_value *value, enum side *side)
{
    if (polymarket_value_empty(value)) return "no side";
    if (value->type != JSON_STRING) return "unknown side";
    if (is_folded(value->text, TEXT("buy")))
        *side = SIDE_BID;
    else if (is_folded(value->text, TEXT("sell")))
        *side = SIDE_ASK;
    else
        return "unknown side";
    return NULL;
}

bool polymarket_value_stamp(const struct json_value *value, int64_t *stamp)
{
    struct text number;
    int64_t read;
    if (!polymarket_value_number(value, &number)) return false;
    if (decimal_parse(number, 0, &read) != DECIMAL_OK || read > POLYMARKET_STAMP_MAX) return false;
    *stamp = read;
    return true;
}

struct text polymarket_value_hash(const struct json_value *value)
{
    bool hash = !missing(value) && value->type == JSON_STRING && value->text.length == POLYMARKET_HASH_LENGTH &&
                polymarket_is_hash(value->text.at);
    return hash ? value->text : (struct text){NULL, 0};
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

bool polymarket_value_symbol(const struct json_value *value, struct text *symbol)
{
    if (missing(value) || value->type != JSON_STRING || value->escaped) return false;
    if (value->text.length == 0 || value->text.length >= SYMBOL_SIZE || !plain_ascii(value->text)) return false;
    *symbol = value->text;
    return true;
}
