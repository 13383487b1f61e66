/* The markets of the local exchange that Kalshi lists: a cast of its own, which Polymarket's side does not see.
 *
 * All of them are visibly invented; tickers have the venue's form (SERIES-YYMMMDD-STRIKE). The flow plays them by
 * `cast`; what only this venue knows of them stands beside, at the same index. Immutable after roster_create.
 */
#ifndef BOOKTOP_EXCHANGE_KALSHI_ROSTER_H
#define BOOKTOP_EXCHANGE_KALSHI_ROSTER_H

#include "booktop/exchange/cast.h"

#define ROSTER_TICKER_SIZE 40
#define ROSTER_UUID_SIZE   37

struct roster_market {
    char ticker[ROSTER_TICKER_SIZE], id[ROSTER_UUID_SIZE];
    char yes_title[CAST_TITLE_SIZE], no_title[CAST_TITLE_SIZE]; /* yes_sub_title, no_sub_title */
    const char *strike_type;                                    /* "greater", "between", "custom"; "": none */
    int64_t floor_strike, cap_strike;                           /* tenths; 0: none */
    int64_t volume, open_interest;                              /* hundredths of a contract, before the start */
};

struct roster_event {
    char ticker[ROSTER_TICKER_SIZE], series[ROSTER_TICKER_SIZE];
    const char *category, *sub_title;
    const char *fee_type, *fee_multiplier; /* its series' */
};

struct roster {
    struct cast cast;
    struct roster_market *markets; /* of cast.markets */
    struct roster_event *events;   /* of cast.events */
};

/* `markets`: how many, up to CAST_MARKETS_MAX; 0: the written ones. False when out of memory. */
bool roster_create(struct roster *roster, uint64_t seed, unsigned markets);
void roster_free(struct roster *roster);

/* The market, the event with this ticker (or, market, id), or -1. */
int roster_find_market(const struct roster *roster, struct text ticker);
int roster_find_id(const struct roster *roster, struct text id);
int roster_find_event(const struct roster *roster, struct text ticker);
/* The first event of a series, or -1. */
int roster_find_series(const struct roster *roster, struct text series);

struct dice;
/* A UUID (version 4) of these dice. */
void roster_uuid(struct dice *dice, char out[ROSTER_UUID_SIZE]);

#endif
