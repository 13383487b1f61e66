/* The rows of the table of venues: one for each folder here. */
#ifndef BOOKTOP_SRC_VENUE_VENUES_H
#define BOOKTOP_SRC_VENUE_VENUES_H

#include "booktop/venue/venue.h"

extern const struct venue venue_polymarket;
extern const struct venue venue_kalshi;

#endif
