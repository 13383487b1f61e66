#include "fee.h"

#include "../values.h"

void fee_terms_enabled(struct fee_terms *terms, const struct json_value *value)
{
    terms->told = value->type == JSON_TRUE || value->type == JSON_FALSE;
    terms->enabled = value->type == JSON_TRUE;
}

/* A rate of nothing is told as such; one that only rounding makes nothing is one that we cannot tell. */
static bool rate_read(const struct json_value *value, struct fee *curve)
{
    struct text number;
    int64_t rate, exact;
    if (!value_number(value, &number)) return false;
    if (decimal_parse_rounded(number, FEE_RATE_SCALE, &rate) != DECIMAL_OK) return false;
    if (rate < 0 || rate > FEE_RATE_MAX) return false;
    if (rate == 0 && decimal_parse(number, FEE_RATE_SCALE, &exact) != DECIMAL_OK) return false;
    curve->rate = rate;
    return true;
}

static bool exponent_read(const struct json_value *value, struct fee *curve)
{
    struct text number;
    int64_t exponent;
    if (!value_number(value, &number)) return false;
    if (decimal_parse(number, 0, &exponent) != DECIMAL_OK || exponent > FEE_EXPONENT_MAX) return false;
    curve->exponent = (unsigned)exponent;
    return true;
}

void fee_terms_schedule(struct fee_terms *terms, struct json_reader *reader, const struct json_value *value)
{
    struct text key;
    struct json_value member;
    bool rate = false, exponent = false;
    terms->curve = (struct fee){.kind = FEE_CURVE};
    if (value->type != JSON_OBJECT) json_leave(reader, value);
    while (value->type == JSON_OBJECT && json_next_key(reader, &key) && json_read(reader, &member)) {
        if (text_is(key, "rate")) rate = rate_read(&member, &terms->curve);
        if (text_is(key, "exponent")) exponent = exponent_read(&member, &terms->curve);
        if (text_is(key, "takerOnly")) terms->curve.taker_only = member.type == JSON_TRUE;
        json_leave(reader, &member);
    }
    terms->has_curve = rate && exponent;
}

struct fee fee_terms_fee(const struct fee_terms *terms)
{
    if (!terms->told) return (struct fee){.kind = FEE_UNKNOWN};
    if (!terms->enabled) return (struct fee){.kind = FEE_NONE};
    if (!terms->has_curve) return (struct fee){.kind = FEE_CHARGED};
    if (terms->curve.rate == 0) return (struct fee){.kind = FEE_NONE};
    return terms->curve;
}
