/* A side of the book: price levels in order, worst to best.
 *
 * Two structures behind one face. A sorted array, best level at its end, so that changes near the touch move few bytes;
 * and, for a side that grows past a measured depth, a red-black tree (<bsd/sys/tree.h>) whose best level is known, so
 * that a change far from the touch of a deep book costs no more than one near it. A side moves between the two by
 * itself, with hysteresis; nobody outside can tell which one it is but by the time it takes. A move that lacks memory
 * does not take place.
 *
 * Owned by its order book, touched by the feed thread only. Prices and quantities are integers in the instrument's
 * scales, both exact; quantities are positive: a level of 0 does not exist. No price occurs twice.
 * Memory grows by doubling when a level is added beyond the capacity; it is given back by book_side_free only.
 * Levels are read by the pointers that best, worst, worse and better give; each is valid until the next change.
 */
#ifndef BOOKTOP_MARKET_BOOK_SIDE_H
#define BOOKTOP_MARKET_BOOK_SIDE_H

#include "booktop/market/event.h"

struct side_bounds;
struct side_tree;

struct book_side {
    struct level *levels;   /* the array, worst first: bids ascending, asks descending */
    struct side_tree *tree; /* the tree, where the side is one; else NULL, or a spare without levels */
    uint32_t count, capacity;
    enum side side;
    bool is_tree;
    const struct side_bounds *bounds; /* when it moves; NULL: at the measured depths. Borrowed */
};

void book_side_init(struct book_side *side, enum side which);
void book_side_free(struct book_side *side);

/* Makes room for `count` levels in all, so that the next sets cannot fail. False when out of memory. */
bool book_side_reserve(struct book_side *side, size_t count);

/* Replaces all levels by these, which are strictly in order, worst to best, with positive quantities. Cannot fail where
 * room was reserved; false when out of memory, with nothing changed. O(count). */
bool book_side_assign(struct book_side *side, const struct level *levels, size_t count);

/* Removes all levels. */
void book_side_clear(struct book_side *side);

/* Sets the quantity at a price; zero removes the level. The quantity that stood there before (0: none) is in *before,
 * which may be NULL. False, with nothing changed, when out of memory. O(log n) to find; to insert or remove O(distance
 * to the touch) in the array, O(log n) in the tree. */
bool book_side_set(struct book_side *side, price_t price, quantity_t quantity, quantity_t *before);

/* The quantity at a price, 0 if there is none. O(log n). */
quantity_t book_side_quantity(const struct book_side *side, price_t price);

/* The best and the worst level; NULL when the side is empty. Best is O(1), worst O(log n). */
const struct level *book_side_best(const struct book_side *side);
const struct level *book_side_worst(const struct book_side *side);

/* From a level of this side to the next one, away from the touch or towards it; NULL beyond the last. O(1) on average
 * over a walk. */
const struct level *book_side_worse(const struct book_side *side, const struct level *level);
const struct level *book_side_better(const struct book_side *side, const struct level *level);

/* The n-th level from the best (0 is the best), or NULL beyond the last. O(1) in the array, O(n) in the tree. */
const struct level *book_side_level(const struct book_side *side, size_t n);

#endif
