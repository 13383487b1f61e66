/* Figures of a book, computed from its levels. Pure, exact where exactness exists; each quotient says how it rounds.
 * Sums and products are 128 bits wide; what in the end does not fit 63 bits is cut off at INT64_MAX.
 * Any thread, on its own copy.
 */
#ifndef BOOKTOP_MARKET_STATISTICS_H
#define BOOKTOP_MARKET_STATISTICS_H

#include "booktop/market/depth.h"

/* Prices finer than the instrument's scale: mid is exact with one more digit, microprice is rounded to two more. */
#define MID_EXTRA_SCALE        1
#define MICROPRICE_EXTRA_SCALE 2

struct statistics {
    price_t best_bid, best_ask; /* PRICE_NONE: side empty */
    /* The rest means something only where both sides are there: */
    bool two_sided;
    price_t spread; /* best_ask - best_bid; 0 when locked, negative when crossed; in price units */
    price_t mid;    /* (bid + ask) / 2, scale + MID_EXTRA_SCALE, exact */
    price_t
        microprice;    /* (bid * ask size + ask * bid size) / (bid size + ask size), scale + MICROPRICE_EXTRA_SCALE,
                          rounded half up (Gatheral and Oomen, "Zero-intelligence realized variance estimation", 2010) */
    int32_t imbalance; /* (B - A) / (B + A) in hundredths of a percent, -10000..10000, rounded half away from zero,
                          B and A the quantities of the best `imbalance_levels` levels a side */
};

#define STATISTICS_IMBALANCE_LEVELS 5

/* `imbalance_levels` >= 1. */
void statistics_compute(struct statistics *statistics, const struct depth *depth, uint32_t imbalance_levels);

#endif
