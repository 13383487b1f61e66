/* What is traded: a market of a venue, its names and its fixed terms.
 *
 * An instrument is plain data, copied by value; whoever holds a copy owns it. Its texts come from the venue and are
 * foreign: text_sanitize before they reach a screen.
 * Scales are fixed for the instrument's life and independent of the tick: prices are int64 counts of 10^-price_scale,
 * sizes of 10^-size_scale (Polymarket 4 and 6, Kalshi 4 and 2). The tick is for display and checks only.
 */
#ifndef BOOKTOP_MARKET_INSTRUMENT_H
#define BOOKTOP_MARKET_INSTRUMENT_H

#include "booktop/base/decimal.h"
#include "booktop/base/text.h"

typedef int64_t price_t;    /* in units of 10^-price_scale */
typedef int64_t quantity_t; /* in units of 10^-size_scale */

/* "No price": an empty side, a market never traded. */
#define PRICE_NONE INT64_MIN

enum venue_id { VENUE_POLYMARKET, VENUE_KALSHI, VENUE_COUNT };

enum side { SIDE_BID, SIDE_ASK };

static inline enum side side_other(enum side side)
{
    return side == SIDE_BID ? SIDE_ASK : SIDE_BID;
}

/* A condition id is 66 characters, a token id at most 78 digits; longer symbols are refused, never cut. */
#define SYMBOL_SIZE          96
#define INSTRUMENT_OUTCOMES  2
#define INSTRUMENT_TEXT_SIZE 200
#define INSTRUMENT_NAME_SIZE 64
#define INSTRUMENT_SLUG_SIZE 160

struct outcome {
    char token[SYMBOL_SIZE];         /* the venue's symbol of this outcome; "" where unknown or the venue has none */
    char name[INSTRUMENT_NAME_SIZE]; /* "Yes", "Up", a team; "" where unknown */
};

/* Where prices from `start` up to `end` are a step apart (Kalshi's grids are finer at the edges). */
struct price_range {
    price_t start, end, step;
};

#define INSTRUMENT_RANGES 4

struct instrument {
    enum venue_id venue;
    uint8_t price_scale, size_scale;
    char symbol[SYMBOL_SIZE]; /* condition id or ticker */
    /* The book is kept in the terms of outcome 0; outcome 1 is its mirror (1 - price, other side). */
    struct outcome outcomes[INSTRUMENT_OUTCOMES];
    char title[INSTRUMENT_TEXT_SIZE];             /* the question; "" where unknown */
    char group_title[INSTRUMENT_NAME_SIZE];       /* its short name within its event ("25 bps cut"); may be "" */
    char slug[INSTRUMENT_SLUG_SIZE];              /* the market's name in web addresses; may be "" */
    char event_title[INSTRUMENT_TEXT_SIZE];       /* the event that groups markets; may be "" */
    char event_slug[INSTRUMENT_SLUG_SIZE];        /* may be "" */
    price_t price_limit;                          /* prices are below it; 0: no limit */
    price_t tick;                                 /* the finest step there is; PRICE_NONE where unknown */
    struct price_range ranges[INSTRUMENT_RANGES]; /* in rising order; where the steps differ by price */
    unsigned range_count;                         /* 0: the tick holds everywhere */
    quantity_t min_order_size;                    /* 0 where unknown */
    int64_t close_time;                           /* seconds since 1970, 0 where unknown */
    bool negative_risk, negative_risk_known;      /* Polymarket: part of the book's hash */
};

/* A zeroed instrument with its venue, symbol and scales set, the tick unknown, prices below one (a prediction
 * market's). False, with nothing written, if the symbol is empty, too long or has a NUL, or a scale is above
 * DECIMAL_SCALE_MAX. */
bool instrument_init(struct instrument *instrument, enum venue_id venue, struct text symbol, unsigned price_scale,
                     unsigned size_scale);

/* Which outcome a token is, or -1. */
int instrument_outcome(const struct instrument *instrument, struct text token);

/* The price of one whole, 1.00: an outcome's price p is its complement's (one - p). */
price_t instrument_one(const struct instrument *instrument);

/* A price in the other outcome's terms; PRICE_NONE stays what it is. */
price_t instrument_mirror(const struct instrument *instrument, price_t price);

/* Sets the grid and the tick, its finest step. False, with nothing changed, for one that is empty, has more than
 * INSTRUMENT_RANGES ranges, whose ranges leave a gap, overlap or are empty, or that has a step that is not positive. */
bool instrument_set_ranges(struct instrument *instrument, const struct price_range *ranges, size_t count);

/* The step of the grid at a price: at a border that of the range above it, outside of the grid that of the nearest one.
 * PRICE_NONE where the tick is unknown. */
price_t instrument_step(const struct instrument *instrument, price_t price);

/* Digits behind the point that this tick needs in decimal notation: 2 for 0.01. Where the tick is unknown: the digits
 * of 0.01, or all of the scale if that is less. */
unsigned instrument_tick_decimals(const struct instrument *instrument);

#endif
