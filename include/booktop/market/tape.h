/* The last trades of a market, newest overwriting oldest. Feed thread. */
#ifndef BOOKTOP_MARKET_TAPE_H
#define BOOKTOP_MARKET_TAPE_H

#include "booktop/market/event.h"

/* A power of two. */
#define TAPE_TRADES 64

/* In the terms of outcome 0: a trade of outcome 1 at p buying is a trade of outcome 0 at 1 - p selling. */
struct trade {
    int64_t venue_ms;
    price_t price;
    quantity_t quantity;
    uint64_t id; /* 0: none */
    enum side aggressor;
    bool has_aggressor;
    uint8_t outcome; /* the outcome it was announced for */
};

struct tape {
    struct trade *trades; /* TAPE_TRADES of them, allocated with the first trade; owned */
    uint64_t total;       /* trades ever added, repetitions not counted */
};

void tape_free(struct tape *tape);

/* Adds a trade unless one with the same id is among those held (an id of 0 is never a repetition). A trade older than
 * the newest (seeding from REST while live trades arrive) is put where its time belongs; one without a time
 * (EVENT_NO_TIME) is the newest. False: repetition, too old for the tape, or no memory. */
bool tape_add(struct tape *tape, const struct trade *trade);

/* The n-th newest trade, or NULL beyond the last held. */
const struct trade *tape_trade(const struct tape *tape, size_t n);

/* Trades held now. */
size_t tape_count(const struct tape *tape);

#endif
