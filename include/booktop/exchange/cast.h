/* The markets of the local exchange: who plays. All of them are visibly invented.
 *
 * Names, dates (as distances from the start) and temper are a table; identifiers are drawn from the seed. Beyond the
 * written cast, further markets are made up from words, for load. Immutable after cast_create, owned by the caller.
 */
#ifndef BOOKTOP_EXCHANGE_CAST_H
#define BOOKTOP_EXCHANGE_CAST_H

#include "booktop/base/text.h"

#define CAST_TITLE_SIZE     96
#define CAST_CONDITION_SIZE 67 /* 0x, 64 hex digits */
#define CAST_TOKEN_SIZE     78 /* 77 decimal digits */
#define CAST_MARKETS_MAX    1000

/* What a market is like. Prices are in thousandths unless they say millionths. */
struct cast_temper {
    int fair, fair_end; /* thousandths: where the fair value starts, and where it has been drawn to after drift_s */
    int drift_s;
    int tick;         /* 10 or 1 */
    int wander;       /* millionths: the largest step of the fair value per event */
    int interval_ms;  /* mean time between events at a normal pace */
    int trade_ms;     /* mean time between trades, roughly */
    int size_percent; /* of the usual sizes */
    bool untraded;    /* nobody has traded it before the start */
};

struct cast_market {
    char title[CAST_TITLE_SIZE], slug[CAST_TITLE_SIZE];
    const char *group; /* its name within an event of several markets, else "" */
    const char *outcomes[2];
    unsigned event; /* index of its event */
    char id[12], condition[CAST_CONDITION_SIZE], token[2][CAST_TOKEN_SIZE];
    int64_t opens_ms;    /* since the start; 0: open from the start */
    int64_t resolves_ms; /* since the start; 0: never */
    unsigned winner;     /* the outcome it resolves to */
    int64_t end_ms;      /* the end date, since the start */
    /* Of venues that have such things, since the start, 0: never. */
    int64_t determines_ms, settles_ms; /* after it resolved: the result is known, and is paid out */
    int64_t pauses_ms, pause_ms;       /* it pauses every so often, for so long */
    bool tapered;                      /* of tick 1: between 0.1 and 0.9 prices are whole hundredths */
    int64_t volume;                    /* hundredths of a dollar, before the start */
    int64_t volume_day;                /* of that in the last 24 hours */
    int before;                        /* thousandths: its price a day before the start; 0: nobody traded it then */
    struct cast_temper temper;
};

struct cast_event {
    char title[CAST_TITLE_SIZE], slug[CAST_TITLE_SIZE], id[12];
    unsigned first, count; /* its markets, one run */
    bool neg_risk;
};

struct cast {
    uint64_t seed;
    struct cast_market *markets;
    struct cast_event *events;
    unsigned market_count, event_count;
};

/* `markets`: how many, up to CAST_MARKETS_MAX; 0: the written cast. False when out of memory. */
bool cast_create(struct cast *cast, uint64_t seed, unsigned markets);
void cast_free(struct cast *cast);

struct dice;
/* A price for `before`, on the market's grid and not far from where it starts; 0 for one that is untraded or opens
 * later. */
int cast_price_before(const struct cast_market *market, struct dice *dice);

/* Finds a token; false if it is none of ours. */
bool cast_find_token(const struct cast *cast, struct text id, unsigned *market, unsigned *token);
/* The market with this condition id, or market slug, or -1; the event with this slug, or -1. */
int cast_find_condition(const struct cast *cast, struct text condition);
int cast_find_slug(const struct cast *cast, struct text slug);
int cast_find_event(const struct cast *cast, struct text slug);

#endif
