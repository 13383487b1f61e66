/* A side of the book: price levels, kept worst to best, so that changes near the touch move few bytes.
 *
 * Owned by its order book, touched by the feed thread only. Prices and quantities are integers in the instrument's
 * scales, both exact; quantities are positive: a level of 0 does not exist. No price occurs twice.
 * Memory grows by doubling when a level is added beyond the capacity and is never given back before book_side_free.
 */
#ifndef BOOKTOP_MARKET_BOOK_SIDE_H
#define BOOKTOP_MARKET_BOOK_SIDE_H

#include "booktop/market/event.h"

struct book_side {
    struct level *levels; /* worst first: bids ascending, asks descending */
    uint32_t count, capacity;
    enum side side;
};

void book_side_init(struct book_side *side, enum side which);
void book_side_free(struct book_side *side);

/* Makes room for `count` levels in all, so that the next sets cannot fail. False when out of memory. */
bool book_side_reserve(struct book_side *side, size_t count);

/* Sets the quantity at a price; zero removes the level. The quantity that stood there before (0: none) is in *before,
 * which may be NULL. False, with nothing changed, when out of memory. O(log n) to find, O(distance to the touch) to
 * move. */
bool book_side_set(struct book_side *side, price_t price, quantity_t quantity, quantity_t *before);

/* The quantity at a price, 0 if there is none. O(log n). */
quantity_t book_side_quantity(const struct book_side *side, price_t price);

/* The best level, or NULL when the side is empty. Valid until the next change. O(1). */
const struct level *book_side_best(const struct book_side *side);

/* The n-th level from the best (0 is the best), or NULL beyond the last. O(1). */
const struct level *book_side_level(const struct book_side *side, size_t n);

#endif
