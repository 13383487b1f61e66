#include "values.h"

_Static_assert(POLYMARKET_PRICE_SCALE == VALUE_PRICE_SCALE, "prices are read alike");
_Static_assert(POLYMARKET_SIZE_SCALE == 6, "a reason below names the decimals");

#define PRICE_ONE VALUE_PRICE_ONE

static const char *const size_reasons[] = {
    [DECIMAL_OK] = NULL,
    [DECIMAL_EMPTY] = "size is empty",
    [DECIMAL_SYNTAX] = "size is no number",
    [DECIMAL_SIGN] = "size with a sign",
    [DECIMAL_EXPONENT] = "size with an exponent",
    [DECIMAL_TOO_FINE] = "size: more decimals than 6",
    [DECIMAL_OVERFLOW] = "size too large",
};

/* === Prices and sizes === */

const char *polymarket_value_size(const struct json_value *value, quantity_t *size)
{
    struct text number;
    if (!value_number(value, &number)) return value_missing(value) ? "no size" : size_reasons[DECIMAL_SYNTAX];
    return size_reasons[decimal_parse(number, POLYMARKET_SIZE_SCALE, size)];
}

/* Rounded figures may have a sign and an exponent, so their range is looked at here. */

const char *polymarket_value_price_rounded(const struct json_value *value, price_t *price)
{
    struct text number;
    price_t read;
    if (!value_number(value, &number)) return value_missing(value) ? "no price" : value_price_reason(DECIMAL_SYNTAX);
    enum decimal_error error = decimal_parse_rounded(number, POLYMARKET_PRICE_SCALE, &read);
    if (error != DECIMAL_OK) return value_price_reason(error);
    if (read <= 0 || read >= PRICE_ONE) return value_price_outside;
    *price = read;
    return NULL;
}

const char *polymarket_value_size_rounded(const struct json_value *value, quantity_t *size)
{
    struct text number;
    quantity_t read;
    if (!value_number(value, &number)) return value_missing(value) ? "no size" : size_reasons[DECIMAL_SYNTAX];
    enum decimal_error error = decimal_parse_rounded(number, POLYMARKET_SIZE_SCALE, &read);
    if (error != DECIMAL_OK) return size_reasons[error];
    if (read < 0) return size_reasons[DECIMAL_SIGN];
    *size = read;
    return NULL;
}

const char *polymarket_value_tick(const struct json_value *value, price_t *tick)
{
    price_t read = PRICE_NONE;
    if (!value_empty(value) && (!value_price_closed(value, &read) || read == 0 || read == PRICE_ONE))
        return "tick size outside 0..1";
    *tick = read;
    return NULL;
}

const char *polymarket_value_last_trade(const struct json_value *value, price_t *price, bool *told)
{
    price_t read = PRICE_NONE;
    if (!value_empty(value) && !value_price_closed(value, &read)) return "last trade price is no price";
    *price = read;
    *told = !value_missing(value);
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
    if (value_empty(value)) return "no side";
    if (value->type != JSON_STRING) return "unknown side";
    if (is_folded(value->text, TEXT("buy")))
        *side = SIDE_BID;
    else if (is_folded(value->text, TEXT("sell")))
        *side = SIDE_ASK;
    else
        return "unknown side";
    return NULL;
}

struct text polymarket_value_hash(const struct json_value *value)
{
    bool hash = !value_missing(value) && value->type == JSON_STRING && value->text.length == POLYMARKET_HASH_LENGTH &&
                polymarket_is_hash(value->text.at);
    return hash ? value->text : (struct text){NULL, 0};
}
