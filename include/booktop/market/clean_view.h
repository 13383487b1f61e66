/* The book without its crossed part, for drawing. The book itself is never cleaned: it stays as received, so that its
 * proof goes on. Pure.
 *
 * A matching venue leaves no crossed or locked book at rest: one that stays so at the end of a burst, and that the
 * venue's own proof does not confirm, has missed a change. Until it is mended the view leaves out levels on the side
 * opposite to the newest change: those that the venue's own statement of the best price rules out, where it made one;
 * then whatever still crosses or locks.
 */
#ifndef BOOKTOP_MARKET_CLEAN_VIEW_H
#define BOOKTOP_MARKET_CLEAN_VIEW_H

#include "booktop/market/depth.h"

/* What is known of the newest change, in the book's terms. */
struct clean_rule {
    enum side newest;           /* the side that it changed */
    price_t said_bid, said_ask; /* the best prices that came with it; PRICE_NONE: nothing was said */
};

/* What the view leaves out: the best `levels` levels of a side. */
struct clean_cut {
    enum side side;
    uint32_t levels;
};

/* Nothing (0 levels) where the book is neither crossed nor locked. */
struct clean_cut clean_view_cut(const struct order_book *book, const struct clean_rule *rule);

/* Takes the cut out of a copy made of the same book, as far as it holds the levels; bids_in_book and asks_in_book stay
 * the book's own. */
void clean_view_apply(struct depth *depth, const struct clean_cut *cut);

#endif
