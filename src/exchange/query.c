#include "query.h"

#include <string.h>

static bool take(struct text *rest, char separator, struct text *out)
{
    if (rest->length == 0) return false;
    const char *end = memchr(rest->at, separator, rest->length);
    *out = (struct text){rest->at, end == NULL ? rest->length : (size_t)(end - rest->at)};
    size_t used = end == NULL ? rest->length : out->length + 1;
    rest->at += used;
    rest->length -= used;
    return true;
}

bool query_part_take(struct text *query, struct text *part)
{
    return take(query, '&', part);
}

bool query_value_take(struct text *values, struct text *value)
{
    return take(values, ',', value);
}
