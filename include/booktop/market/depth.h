/* A copy of a book's best levels, and what is done with such a copy: mirror, group, cumulate.
 *
 * Plain data, best price first on both sides. It is what crosses from the feed to the screen; everything here is pure
 * and works on the caller's copy, in any thread.
 */
#ifndef BOOKTOP_MARKET_DEPTH_H
#define BOOKTOP_MARKET_DEPTH_H

#include "booktop/market/order_book.h"

#define DEPTH_LEVELS 1024

struct depth {
    uint32_t bid_count, ask_count;       /* levels held here, at most DEPTH_LEVELS */
    uint32_t bids_in_book, asks_in_book; /* levels of the book itself */
    struct level bids[DEPTH_LEVELS];     /* best first */
    struct level asks[DEPTH_LEVELS];     /* best first */
};

/* The best `limit` levels a side (at most DEPTH_LEVELS). */
void depth_copy(struct depth *depth, const struct order_book *book, uint32_t limit);

/* Copies one depth to another, the held levels only. */
void depth_assign(struct depth *to, const struct depth *from);

/* The same book in the terms of the other outcome: bids of p become asks of (one - p), and the reverse. */
void depth_mirror(struct depth *depth, price_t one);

/* Merges levels into steps of `step` price units (> 0): bids round down, asks round up, so that no level looks better
 * than it is. */
void depth_group(struct depth *depth, price_t step);

/* Running sums of `count` levels, from the first: out[n] = quantity of levels 0..n. Saturates at INT64_MAX. */
void depth_cumulate(const struct level *levels, size_t count, quantity_t *out);

price_t depth_best_bid(const struct depth *depth);
price_t depth_best_ask(const struct depth *depth);

#endif
