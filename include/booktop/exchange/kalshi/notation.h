/* How the venue writes numbers and times: everything but Unix stamps is a string. Each call writes one JSON value. */
#ifndef BOOKTOP_EXCHANGE_KALSHI_NOTATION_H
#define BOOKTOP_EXCHANGE_KALSHI_NOTATION_H

#include "booktop/json/writer.h"

/* Thousandths of a dollar, with four decimals: "0.1230". */
void notation_price(struct json_writer *writer, int price);
/* Hundredths of a contract, with two decimals and a sign where negative: "-94.69". */
void notation_size(struct json_writer *writer, int64_t size);
/* Unix microseconds (after 1970) as RFC 3339 in UTC, a fraction without trailing zeros: "2026-09-11T15:35:03.91739Z".
 */
void notation_time(struct json_writer *writer, int64_t stamp_us);

/* Members: key and value. */
void notation_text_member(struct json_writer *writer, const char *key, const char *value);
void notation_price_member(struct json_writer *writer, const char *key, int price);
void notation_size_member(struct json_writer *writer, const char *key, int64_t size);
void notation_time_member(struct json_writer *writer, const char *key, int64_t stamp_us);
void notation_integer_member(struct json_writer *writer, const char *key, int64_t value);
void notation_bool_member(struct json_writer *writer, const char *key, bool value);

/* The members price_level_structure and price_ranges of a grid: tick 10 or 1 thousandths, or tapered. */
void notation_grid_members(struct json_writer *writer, int tick, bool tapered);

#endif
