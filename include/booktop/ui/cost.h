/* What it would cost to trade a size at once: typed once, told of every book from then on. Shares are bought and sold
 * in full; of money as much is bought for it, or sold until as much is taken. Exact integers. Main thread.
 */
#ifndef BOOKTOP_UI_COST_H
#define BOOKTOP_UI_COST_H

#include "booktop/ui/ladder.h"

/* Of the amount that is asked for. */
#define COST_SCALE 6

struct cost_asked {
    bool on;
    enum size_unit unit;
    int64_t amount; /* > 0; shares, or dollars */
};

/* One way of it: buying goes through the asks, selling through the bids. */
struct cost {
    struct sweep sweep;
    bool too_small;    /* less than the venue's finest size, though there are levels: nothing is traded */
    bool filled;       /* the levels that are known hold as much as was asked for */
    bool has_slip;     /* there is a middle to measure from */
    price_t slip;      /* how much worse than the mid the average is, scale + AVERAGE_EXTRA_SCALE */
    int64_t slip_part; /* of the mid, in hundredths of a percent, rounded half up */
};

/* Reads what was typed: "500", "1,000.5", "$250"; a bare number is in `unit`. "": nothing is asked any more. False,
 * with a reason in `error` and nothing changed, for everything else. */
bool cost_read(struct cost_asked *asked, enum size_unit unit, struct text typed, char *error, size_t error_size);
/* "500", "$250"; of shares what of them can be traded, unless that is nothing. */
void cost_asked_text(const struct cost_asked *asked, const struct instrument *instrument, char out[FIGURE_SIZE]);

/* `side`: whose levels are taken. With `asked` on. */
void cost_compute(const struct cost_asked *asked, const struct ladder *ladder, const struct instrument *instrument,
                  enum side side, struct cost *cost);

/* What becomes of the level that is drawn at `rank`: it is not reached, taken whole, or the last that is touched. */
enum cost_mark { COST_UNTOUCHED, COST_THROUGH, COST_LAST };
enum cost_mark cost_mark(const struct cost *cost, const struct ladder *ladder, enum side side, int rank);

#endif
