/* Puts levels in a side's order, worst to best, in place: no memory is asked for (qsort may), O(n log n) at worst,
 * whatever a venue sends. Levels that came best to worst cost one pass.
 */
#ifndef MARKET_LEVEL_SORT_H
#define MARKET_LEVEL_SORT_H

#include "booktop/market/event.h"

void level_sort(struct level *levels, size_t count, enum side side);

#endif
