/* Figures of a book, computed from its levels. Pure, exact where exactness exists; each quotient says how it rounds.
 * Sums and products are 128 bits wide; what in the end does not fit 63 bits is cut off at INT64_MAX.
 * Any thread, on its own copy.
 */
#ifndef BOOKTOP_MARKET_STATISTICS_H
#define BOOKTOP_MARKET_STATISTICS_H

#include "booktop/market/depth.h"

/* Prices finer than the instrument's scale: mid is exact with one more digit, microprice and average prices are rounded
 * to two more. */
#define MID_EXTRA_SCALE        1
#define MICROPRICE_EXTRA_SCALE 2
#define AVERAGE_EXTRA_SCALE    2
/* Ticks and basis points of a spread are given in hundredths. */
#define SPREAD_EXTRA_SCALE 2

struct statistics {
    price_t best_bid, best_ask; /* PRICE_NONE: side empty */
    /* The rest means something only where both sides are there: */
    bool two_sided;
    price_t spread;        /* best_ask - best_bid; 0 when locked, negative when crossed; in price units */
    int64_t spread_ticks;  /* in hundredths of a tick, rounded half up; 0 where the tick is unknown */
    int64_t spread_points; /* of the mid, in hundredths of a basis point (of 1/10,000), rounded half up; 0 where the mid
                              is not positive */
    price_t mid;           /* (bid + ask) / 2, scale + MID_EXTRA_SCALE, exact */
    price_t
        microprice;    /* (bid * ask size + ask * bid size) / (bid size + ask size), scale + MICROPRICE_EXTRA_SCALE,
                          rounded half up (Gatheral and Oomen, "Zero-intelligence realized variance estimation", 2010) */
    int32_t imbalance; /* (B - A) / (B + A) in hundredths of a percent, -10000..10000, rounded half away from zero,
                          B and A the quantities of the best `imbalance_levels` levels a side */
};

#define STATISTICS_IMBALANCE_LEVELS 5

/* `tick`: PRICE_NONE where unknown. `imbalance_levels` >= 1. */
void statistics_compute(struct statistics *statistics, const struct depth *depth, price_t tick,
                        uint32_t imbalance_levels);

/* What it takes to trade a quantity at once against the levels of one side, best first: asks to buy, bids to sell. */
struct sweep {
    quantity_t filled; /* less than asked for where the levels end before */
    quantity_t left;   /* what was not filled */
    uint32_t levels;   /* that were touched */
    price_t worst;     /* price of the last of them; PRICE_NONE: none */
    int64_t money;     /* paid or received: sum of price x quantity, in units of both scales together, exact; cut off at
                          INT64_MAX */
    price_t average;   /* money / filled, scale + AVERAGE_EXTRA_SCALE, rounded half up, from the sum before it was cut
                          off; PRICE_NONE where nothing was filled */
};

/* `quantity` >= 0. */
void statistics_sweep(struct sweep *sweep, const struct level *levels, size_t count, quantity_t quantity);

/* Running sums of price x quantity of `count` levels, from the first, in units of both scales together. Cut off at
 * INT64_MAX. The quantities' own running sums: depth_cumulate. */
void statistics_money(const struct level *levels, size_t count, int64_t *out);

#endif
