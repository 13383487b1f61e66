#include "line_value.h"

bool line_integer(const struct json_value *value, int64_t *out)
{
    if (value->type != JSON_NUMBER) return false;
    bool negative = value->text.at[0] == '-';
    int64_t number = 0; /* kept negative: there is one more of these */
    for (size_t i = negative; i < value->text.length; i++) {
        char c = value->text.at[i];
        if (c < '0' || c > '9') return false;
        if (__builtin_mul_overflow(number, 10, &number) || __builtin_sub_overflow(number, c - '0', &number))
            return false;
    }
    if (!negative && number == INT64_MIN) return false;
    *out = negative ? number : -number;
    return true;
}

bool line_count(const struct json_value *value, uint64_t most, uint64_t *out)
{
    int64_t number;
    if (!line_integer(value, &number) || number < 0 || (uint64_t)number > most) return false;
    *out = (uint64_t)number;
    return true;
}
