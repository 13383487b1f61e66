/* Values in the venues' messages that mean the same to all of them. Private to the room.
 *
 * `value` is what stood behind a key, NULL where the key was missing; JSON's null counts as missing. Numbers are read
 * from strings and from JSON numbers alike, never from strings with escapes. Functions that return a text return NULL
 * when all is well, else the reason (static); the result is untouched then.
 */
#ifndef BOOKTOP_SRC_VENUE_VALUES_H
#define BOOKTOP_SRC_VENUE_VALUES_H

#include "booktop/base/clock.h"
#include "booktop/json/reader.h"
#include "booktop/market/details.h"
#include "booktop/market/event.h"

/* Of every prediction market: 0 to 1 in units of 0.0001. */
#define VALUE_PRICE_SCALE 4
#define VALUE_PRICE_ONE   INT64_C(10000)

/* Missing or null; and the empty string, too. */
bool value_missing(const struct json_value *value);
bool value_empty(const struct json_value *value);

/* The text of a number as written, in a string or bare; false where the value can be none. */
bool value_number(const struct json_value *value, struct text *number);

/* The price of a level or a trade, 0 < price < 1. */
const char *value_price(const struct json_value *value, price_t *price);

/* A price of 0 to 1, both included; false if it is none. */
bool value_price_closed(const struct json_value *value, price_t *price);

/* Best bid or ask as told: 0, 1, empty and missing all mean PRICE_NONE. */
const char *value_best(const struct json_value *value, price_t *price);

/* Why a price could not be read. */
const char *value_price_reason(enum decimal_error error);
extern const char value_price_outside[];

/* Milliseconds beyond this do not fit into nanoseconds (year 2262); such stamps are nonsense anyway. */
#define VALUE_STAMP_MAX (INT64_MAX / NANOSECONDS_PER_MILLISECOND)

/* A stamp in whole units, 0 to VALUE_STAMP_MAX. False, *stamp untouched, if missing or unreadable. */
bool value_stamp(const struct json_value *value, int64_t *stamp);

/* A market's or asset's id: printable ASCII without escapes, neither empty nor longer than SYMBOL_SIZE - 1. */
bool value_symbol(const struct json_value *value, struct text *symbol);

/* Keeps a string as it stands, a `struct json_value`, borrowed as the value is. Anything else leaves `out`. */
void value_raw(const struct json_value *value, void *out, size_t size);

/* A string that is a part of a market's rules, or names what decides it. Anything else tells nothing. */
void value_rules(const struct json_value *value, struct details *details);
void value_source(const struct json_value *value, struct details *details);

#endif
