/* What save.c and save_links.c share: what the venue was told of a market is in both, since a market's own snap may
 * come some frames after what belongs to all, and what belongs to all is nothing without it.
 */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_SAVE_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_SAVE_H

#include "sync.h"

/* Of these kinds each is for a market; questions to the catalogue are not saved. */
#define REQUESTS_SAVED (1u << REQUEST_TRADES | 1u << REQUEST_BOOK | 1u << REQUEST_COMPARE)

void save_write_subscription(struct json_writer *out, struct stamp stamp, const struct tracked *tracked);
/* False: not of that form, or more than fits on a link. */
bool save_read_subscription(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked, struct text object);

#endif
