/* The depths at which a side moves between its two structures: measured ones, unless a test or a measurement names its
 * own. Private to the room.
 */
#ifndef MARKET_SIDE_BOUNDS_H
#define MARKET_SIDE_BOUNDS_H

#include "booktop/market/book_side.h"

/* {UINT32_MAX, UINT32_MAX} keeps arrays, {0, 0} trees. */
struct side_bounds {
    uint32_t tree_above;  /* an array of more levels becomes a tree */
    uint32_t array_below; /* a tree of fewer levels becomes an array; not above tree_above */
};

/* Gives a side bounds of its own until book_side_free, and moves it where they want it. They are borrowed. False where
 * that lacked memory: the side stays as it is until a level more or less moves it. */
bool book_side_bound(struct book_side *side, const struct side_bounds *bounds);

#endif
