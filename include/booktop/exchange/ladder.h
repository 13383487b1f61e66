/* The exchange's own book of a market: a dense ladder, one slot for every thousandth of a dollar, in terms of the first
 * outcome. The second outcome's book is its mirror (1 - p, other side).
 *
 * Prices are whole thousandths (0..1000), sizes whole hundredths of a share: both exact. A bit for each used slot makes
 * walking cost the levels there are, not the slots.
 */
#ifndef BOOKTOP_EXCHANGE_LADDER_H
#define BOOKTOP_EXCHANGE_LADDER_H

#include <stdint.h>

#define LADDER_ONE  1000 /* one dollar */
#define LADDER_NONE (-1) /* no such price */

enum ladder_side { LADDER_BID, LADDER_ASK };

struct ladder {
    int64_t size[2][LADDER_ONE + 1];
    uint64_t used[2][(LADDER_ONE + 64) / 64];
    unsigned levels[2];
};

/* Adds (or with a negative `size` takes away) at a price; returns the size that is left there, never below 0. */
int64_t ladder_add(struct ladder *ladder, enum ladder_side side, int price, int64_t size);

/* The best price, or LADDER_NONE. */
int ladder_best(const struct ladder *ladder, enum ladder_side side);
/* The next used price above (below) `price`, which need not be used, or LADDER_NONE. Start at -1 (LADDER_ONE + 1). */
int ladder_above(const struct ladder *ladder, enum ladder_side side, int price);
int ladder_below(const struct ladder *ladder, enum ladder_side side, int price);

static inline enum ladder_side ladder_other(enum ladder_side side)
{
    return side == LADDER_BID ? LADDER_ASK : LADDER_BID;
}

#endif
