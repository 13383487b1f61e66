/* Dates as Gamma writes them. Private to the room. */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_DATES_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_DATES_H

#include "booktop/base/text.h"

/* "2026-03-12T09:25:00Z" into seconds since 1970, by the proleptic Gregorian calendar, years 1 to 9999. Time, fraction
 * of a second and offset may be missing (midnight, UTC); a blank may stand for the T. False, *seconds untouched, for
 * anything else. Fractions are cut off. */
bool polymarket_read_date(struct text text, int64_t *seconds);

#endif
