/* What can happen in one market at one stamp: orders added, cancelled, moved, taken. */
#ifndef BOOKTOP_EXCHANGE_TURN_H
#define BOOKTOP_EXCHANGE_TURN_H

#include "booktop/exchange/flow.h"

/* A burst while it is made: the market it happens to, and the burst. */
struct turn {
    struct flow_market *market;
    struct flow_burst *burst;
};

/* Lets the market do what comes next. False: nothing came of it, nothing changed. */
bool turn_act(const struct turn *turn);
/* Makes the tick fine. */
void turn_refine(const struct turn *turn);
/* Takes every level away; the market is over. */
void turn_resolve(const struct turn *turn);
/* Fills the book of a market that opens. */
void turn_open(struct flow_market *market, int64_t now_ms);

#endif
