/* What people want to read of a market before they trade in it: its rules, what decides it, what a trade costs.
 *
 * Details are plain data without pointers, copied by value. They are large and seldom wanted, so they are no part of an
 * instrument: a catalogue keeps those of its entries on a shelf, packed. Texts come from the venue and are foreign:
 * text_sanitize before they reach a screen; lines of the rules end with LF.
 */
#ifndef BOOKTOP_MARKET_DETAILS_H
#define BOOKTOP_MARKET_DETAILS_H

#include "booktop/market/instrument.h"

#define DETAILS_RULES_SIZE  4096
#define DETAILS_SOURCE_SIZE 256

enum fee_kind {
    FEE_UNKNOWN,   /* the venue does not tell */
    FEE_NONE,      /* trading is free */
    FEE_CHARGED,   /* there is one, and its size is not told */
    FEE_CURVE,     /* rate * shares * (price * (1 - price))^exponent, prices and fee in dollars */
    FEE_OF_SERIES, /* the market's series has one: its kind by the venue's name, once that was asked for (Kalshi) */
};

/* Rates are counts of 10^-9, exponents whole: what a venue tells beyond that is FEE_CHARGED. */
#define FEE_RATE_SCALE   9
#define FEE_RATE_ONE     INT64_C(1000000000)
#define FEE_RATE_MAX     (100 * FEE_RATE_ONE)
#define FEE_EXPONENT_MAX 3
#define FEE_TYPE_SIZE    40

struct fee {
    enum fee_kind kind;
    int64_t rate;      /* of a curve, above 0, at most FEE_RATE_MAX; of a series what its fee is multiplied by, 0: not
                          told */
    unsigned exponent; /* of a curve, at most FEE_EXPONENT_MAX */
    bool taker_only;   /* of a curve: who took pays it, and nobody else */
    char type[FEE_TYPE_SIZE]; /* of a series, foreign; "": not asked for yet, or not told */
};

/* False for one that its venue has yet to be asked for: that of a series. */
bool fee_is_told(const struct fee *fee);

struct details {
    char rules[DETAILS_RULES_SIZE];   /* "": none are told */
    char source[DETAILS_SOURCE_SIZE]; /* what decides it, a web address as a rule; "": none is named */
    bool rules_cut, source_cut;       /* longer than there is room for: cut at the end of a character */
    struct fee fee;
};

/* Appends a part of the rules, with a blank line before it unless it is the first; blanks around it go. */
void details_add_rules(struct details *details, struct text part);
void details_set_source(struct details *details, struct text source);

/* What a curve takes of one share at a price of one half, where it takes most: dollars in units of 10^-*scale, exact.
 */
int64_t fee_most(const struct fee *fee, unsigned *scale);

/* Details of many markets, packed. A zeroed shelf is empty; its owner frees it. */
struct details_shelf {
    char *bytes; /* owned */
    size_t length, capacity;
    uint32_t *starts; /* owned; where each market's begin in `bytes` */
    size_t count, start_capacity;
};

/* What is put on a full shelf is left out, so that a venue cannot fill our memory. */
#define DETAILS_SHELF_MAX ((size_t)4 << 20)

/* Puts a market's details behind the others; *place tells where they are, 0 that the shelf is full. False, with the
 * shelf as it was, when out of memory. */
bool details_put(struct details_shelf *shelf, const struct instrument *market, const struct details *details,
                 uint32_t *place);
/* The details at a place. False, with nothing written, where no details of this very market are: a place that is 0, or
 * of another shelf. */
bool details_get(const struct details_shelf *shelf, uint32_t place, const struct instrument *market,
                 struct details *details);
/* A market's details that were put last. Goes through the whole shelf. */
bool details_find(const struct details_shelf *shelf, const struct instrument *market, struct details *details);
/* Puts a market's details on a shelf that has every market's once: in place of what it had, nothing where they are the
 * same; on a full shelf those that were put first go. Places mean nothing afterwards. False when out of memory: then it
 * has none of this market. */
bool details_renew(struct details_shelf *shelf, const struct instrument *market, const struct details *details);
/* Only the first `count` stay. */
void details_shelf_cut(struct details_shelf *shelf, size_t count);
void details_shelf_free(struct details_shelf *shelf);

#endif
