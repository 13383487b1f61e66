#include "fee.h"

#include "values.h"

struct terms {
    struct fee fee;
    bool other;   /* another series' */
    bool nothing; /* multiplied by 0 */
};

struct text kalshi_series(struct text ticker)
{
    size_t length = 0;
    while (length < ticker.length && ticker.at[length] != '-') length++;
    return (struct text){ticker.at, length};
}

static void type_read(const struct json_value *value, struct fee *fee)
{
    if (value->type == JSON_STRING) json_unescape(value, fee->type, sizeof fee->type);
}

/* What only rounding makes nothing, or does not fit, is not told. */
static void multiplier_read(const struct json_value *value, struct terms *terms)
{
    struct text number;
    int64_t rate, exact;
    if (!value_number(value, &number) || decimal_parse_rounded(number, FEE_RATE_SCALE, &rate) != DECIMAL_OK) return;
    if (rate < 0 || rate > FEE_RATE_MAX) return;
    terms->fee.rate = rate;
    terms->nothing = rate == 0 && decimal_parse(number, FEE_RATE_SCALE, &exact) == DECIMAL_OK;
}

/* `value` was just read; reads it to its end. */
static void series_read(struct json_reader *reader, const struct json_value *value, struct text series,
                        struct terms *terms)
{
    struct text key, ticker;
    struct json_value member;
    if (value->type != JSON_OBJECT) json_leave(reader, value);
    while (value->type == JSON_OBJECT && json_next_key(reader, &key) && json_read(reader, &member)) {
        if (text_is(key, "ticker")) terms->other = !value_symbol(&member, &ticker) || !text_equal(ticker, series);
        if (text_is(key, "fee_type")) type_read(&member, &terms->fee);
        if (text_is(key, "fee_multiplier")) multiplier_read(&member, terms);
        json_leave(reader, &member);
    }
}

bool kalshi_read_fee(struct fee *fee, struct text series, struct text body)
{
    struct terms terms = {.fee = {.kind = FEE_OF_SERIES}};
    struct json_reader reader;
    struct json_value value, member;
    struct text key;
    json_start(&reader, body);
    if (!json_read(&reader, &value)) return false;
    if (value.type != JSON_OBJECT) json_leave(&reader, &value);
    while (value.type == JSON_OBJECT && json_next_key(&reader, &key) && json_read(&reader, &member)) {
        if (text_is(key, "series"))
            series_read(&reader, &member, series, &terms);
        else
            json_leave(&reader, &member);
    }
    if (!json_finish(&reader) || terms.other) return false;
    if (terms.nothing) terms.fee = (struct fee){.kind = FEE_NONE};
    if (!fee_is_told(&terms.fee)) return false;
    *fee = terms.fee;
    return true;
}
