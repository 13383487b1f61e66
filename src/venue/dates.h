/* Dates as the venues write them (RFC 3339, and what comes near it). Private to the room. */
#ifndef BOOKTOP_SRC_VENUE_DATES_H
#define BOOKTOP_SRC_VENUE_DATES_H

#include "booktop/base/text.h"

/* "2026-03-12T09:25:00.125Z" into seconds since 1970, by the proleptic Gregorian calendar, years 1 to 9999, and the
 * milliseconds behind them (0 to 999, to be added; `milliseconds` may be NULL). Time, fraction of a second and offset
 * may be missing (midnight, UTC); a blank may stand for the T. False, nothing touched, for anything else. What is finer
 * than a millisecond is cut off. */
bool date_read(struct text text, int64_t *seconds, int *milliseconds);

#endif
