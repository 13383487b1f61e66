/* The resting orders of one market, oldest first: what the ladder is the sum of.
 *
 * Room for ORDERS_MAX is taken at the start; nothing is allocated later. Every change of an order changes the ladder
 * too.
 */
#ifndef BOOKTOP_EXCHANGE_ORDERS_H
#define BOOKTOP_EXCHANGE_ORDERS_H

#include <stdbool.h>

#include "booktop/exchange/ladder.h"

#define ORDERS_MAX 512

struct order {
    int64_t size;  /* hundredths of a share, > 0 */
    int16_t price; /* thousandths, in terms of the first outcome */
    uint8_t side;  /* enum ladder_side, in the same terms */
    uint8_t token; /* the outcome it was placed on: 0, 1 */
};

struct orders {
    struct ladder ladder;
    unsigned count;
    struct order list[ORDERS_MAX];
};

/* False when there is no room, or when the price would cross the other side and `may_cross` is false. */
bool orders_add(struct orders *orders, struct order order, bool may_cross);
/* Takes `size` (at most all of it) from the order at `index`; an empty order leaves the list. */
void orders_reduce(struct orders *orders, unsigned index, int64_t size);
/* Takes up to `size` from the oldest orders at a price. Returns what was taken; *token gets the outcome that the last
 * order taken was placed on. */
int64_t orders_take(struct orders *orders, enum ladder_side side, int price, int64_t size, unsigned *token);
/* True if nothing is left on either side at or beyond the other's best. */
bool orders_uncrossed(const struct orders *orders);

#endif
