/* The ladder's part of the scene: the book as it is to be drawn (outcome, grouping, running sums), and the cursor.
 *
 * ladder_take derives it from the newest view and from what the user chose; flipping, grouping and the like take the
 * same view again, so they are instant.
 * Amounts are what the column of sizes counts: quantities, or money in units of both scales together (the exact sum of
 * price x quantity, where levels are grouped too).
 * The cursor stands on a price, not on a row: levels that come and go do not move it. Main thread.
 */
#ifndef BOOKTOP_UI_LADDER_H
#define BOOKTOP_UI_LADDER_H

#include "booktop/feed/view.h"
#include "booktop/ui/figure.h"
#include "booktop/ui/prefs.h"

struct ladder {
    /* Kept while market and epoch stay. */
    struct market_handle market;
    uint32_t epoch;
    unsigned outcome; /* whose book is drawn */
    bool cursor_on;
    enum side cursor_side;
    price_t cursor_price;
    int page;   /* rows of a side at the last drawing */
    int middle; /* row of the mid in the pane at the last drawing */

    /* Derived by ladder_take. */
    unsigned group; /* index into the steps of grouping */
    unsigned limit; /* index into the presets of depth */
    enum price_unit unit;
    enum size_unit size_unit;
    struct depth whole;                /* of `outcome`, without the cut */
    struct depth depth;                /* the same, grouped: what is drawn */
    struct statistics statistics;      /* of `whole` */
    quantity_t bid_sums[DEPTH_LEVELS]; /* running sums from the touch */
    quantity_t ask_sums[DEPTH_LEVELS];
    int64_t bid_amounts[DEPTH_LEVELS]; /* running amounts from the touch */
    int64_t ask_amounts[DEPTH_LEVELS];
    int64_t bid_traded[DEPTH_LEVELS]; /* amounts traded at the prices that each level stands for */
    int64_t ask_traded[DEPTH_LEVELS];
    struct clean_cut cut;              /* what was left out; its side is that of `outcome` */
    bool crossed, locked;              /* the book as the venue sent it */
    uint32_t bids_beyond, asks_beyond; /* levels of the book that the view does not hold, nor the cut leaves out */
    price_t last_trade;
    price_t one;  /* instrument_one */
    price_t tick; /* the instrument's, or what is shown of a price where that is unknown */
    price_t step; /* of the grouping, in price units */
    unsigned decimals;
};

/* Draws conclusions from a view. The cursor and the outcome start anew when the market changes, the cursor also with
 * the epoch. */
void ladder_take(struct ladder *ladder, const struct book_view *view, const struct prefs *prefs);

/* How this ladder writes prices. */
struct price_style ladder_price_style(const struct ladder *ladder, const struct instrument *instrument, bool ascii);

/* "5 ticks", for the header; NULL while nothing is grouped. Static. */
const char *ladder_group_text(const struct ladder *ladder);
/* "10 levels"; NULL while as many are shown as there is room for. Static. */
const char *ladder_limit_text(const struct ladder *ladder);

/* The level under the cursor, or the nearest one farther from the touch, or the last: its place from the touch, -1
 * where the cursor is off or its side is empty. */
int ladder_cursor_rank(const struct ladder *ladder);

/* The levels of a side, best first, and how many. */
const struct level *ladder_levels(const struct ladder *ladder, enum side side, uint32_t *count);
/* Running sums of the same levels. */
const quantity_t *ladder_sums(const struct ladder *ladder, enum side side);

/* The amount of the level at `rank`, of all up to and with it, and what was traded at the prices it stands for. */
int64_t ladder_amount(const struct ladder *ladder, enum side side, int rank);
int64_t ladder_amount_sum(const struct ladder *ladder, enum side side, int rank);
int64_t ladder_traded(const struct ladder *ladder, enum side side, int rank);
/* An amount in words: all digits as figure_size, money and `brief` amounts as figure_compact. */
void ladder_amount_text(const struct ladder *ladder, const struct instrument *instrument, int64_t amount, bool brief,
                        char out[FIGURE_SIZE]);

/* What it takes to trade through a side up to and with the level at `rank`: exact, where levels are grouped too. */
void ladder_sweep(const struct ladder *ladder, enum side side, int rank, struct sweep *sweep);

/* A sum of price x quantity, in units of both scales together, in cents of a dollar, rounded half up; saturates. */
int64_t money_of_sum(const struct instrument *instrument, int64_t sum);
/* price * quantity in cents of a dollar, rounded half up; saturates. */
int64_t money_cents(const struct instrument *instrument, price_t price, quantity_t quantity);

#endif
