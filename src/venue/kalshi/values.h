/* What the values in Kalshi's messages mean, beyond what they mean everywhere (../values.h, whose rules hold here,
 * too). Private to the room. */
#ifndef BOOKTOP_SRC_VENUE_KALSHI_VALUES_H
#define BOOKTOP_SRC_VENUE_KALSHI_VALUES_H

#include "../values.h"
#include "booktop/venue/kalshi/decode.h"

/* A size of 0 or more. */
const char *kalshi_value_size(const struct json_value *value, quantity_t *size);
/* What is added to a level: a size, with a minus before it where it is taken away. */
const char *kalshi_value_delta(const struct json_value *value, quantity_t *delta);
/* "yes" is a bid, "no" an ask. */
const char *kalshi_value_side(const struct json_value *value, enum side *side);
/* A whole number of 0 or more (an id, a sequence). False, *count untouched, if missing or unreadable. */
bool kalshi_value_count(const struct json_value *value, int64_t *count);
/* RFC 3339 text, or a number of seconds, into Unix milliseconds. False, *ms untouched, if missing, unreadable, before
 * 1970 or beyond VALUE_STAMP_MAX. */
bool kalshi_value_time(const struct json_value *value, int64_t *ms);
/* The outcome "yes" or "no" that a `result` names, -1 if none. */
int kalshi_value_result(const struct json_value *value);
/* True for this very string, written with escapes or without. `word` has at most 47 characters. */
bool kalshi_value_is(const struct json_value *value, const char *word);

/* Reads [{"start":"0.0000","end":"1.0000","step":"0.0100"},…]; `list` was just read, and is left. Null is the empty
 * list. NULL, or why it is refused (*count is 0 then). Whether it makes a grid instrument_set_ranges knows. */
const char *kalshi_ranges_read(struct json_reader *reader, const struct json_value *list, struct price_range *ranges,
                               size_t most, size_t *count);

#endif
