/* Values of a line's members. Any thread. */
#ifndef BOOKTOP_RECORD_LINE_VALUE_H
#define BOOKTOP_RECORD_LINE_VALUE_H

#include "booktop/json/reader.h"

/* A JSON number that is a whole one, without point and exponent, and fits. */
bool line_integer(const struct json_value *value, int64_t *out);
/* One from 0 up to `most`. */
bool line_count(const struct json_value *value, uint64_t most, uint64_t *out);

#endif
