/* The last trades of a market, newest overwriting oldest; and of all trades since the tape began: the volume at each
 * price, and how many there were in the last minute. Feed thread. */
#ifndef BOOKTOP_MARKET_TAPE_H
#define BOOKTOP_MARKET_TAPE_H

#include "booktop/market/book_side.h"

#define TAPE_MINUTE 60

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

/* How many trades a second of the venue's time had. A newer second takes an older one's place and never the reverse, so
 * that a stamp far in the future costs one second of the minute and no more. */
struct tape_second {
    int64_t number; /* since 1970 */
    uint32_t trades;
};

struct tape {
    struct trade *trades; /* TAPE_TRADES of them, allocated with the first trade; owned */
    uint64_t total;       /* trades ever added, repetitions not counted */
    struct book_side
        volume; /* quantity traded at each price, cut off at INT64_MAX; its side only says how it is kept */
    /* TAPE_MINUTE of them, by their number modulo TAPE_MINUTE; allocated with the trades; owned. */
    struct tape_second *seconds;
};

void tape_free(struct tape *tape);

/* Adds a trade unless one with the same id is among those held (an id of 0 is never a repetition). A trade older than
 * the newest (seeding from REST while live trades arrive) is put where its time belongs; one without a time
 * (EVENT_NO_TIME) is the newest. False: repetition, too old for the tape, or no memory. */
bool tape_add(struct tape *tape, const struct trade *trade);

/* Makes an empty tape that of a recording: `total` trades were ever added, of which `count` are held, oldest first: as
 * many as a tape of that total holds. The volume at prices begins anew. False, and the tape empty: another count, a
 * second below 0, or out of memory. */
bool tape_restore(struct tape *tape, uint64_t total, const struct trade *trades, size_t count,
                  const struct tape_second *seconds, size_t second_count);

/* The n-th newest trade, or NULL beyond the last held. */
const struct trade *tape_trade(const struct tape *tape, size_t n);

/* Quantity traded at a price since the tape began. */
quantity_t tape_volume_at(const struct tape *tape, price_t price);

/* What was traded at each price since the tape began, the lowest price first: of more than `most` prices those around
 * `near` (PRICE_NONE: the highest ones). Returns how many were written. O(prices). */
size_t tape_volumes(const struct tape *tape, price_t near, struct level *out, size_t most);

/* Trades stamped within the TAPE_MINUTE seconds up to and with that of `venue_ms`, those without a stamp left out. */
uint32_t tape_per_minute(const struct tape *tape, int64_t venue_ms);

/* Trades held now. */
size_t tape_count(const struct tape *tape);

#endif
