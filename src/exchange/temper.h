/* The temper of a market: how far, how much, how soon. Draws from the market's dice and the rules behind them. */
#ifndef BOOKTOP_EXCHANGE_TEMPER_H
#define BOOKTOP_EXCHANGE_TEMPER_H

#include "booktop/exchange/flow.h"

/* Where a maker would quote now: the ticks around the fair value. May lie outside the range of prices. */
int temper_quote(const struct flow_market *market, enum ladder_side side);
/* The price of the grid at or behind `price` on this side. */
int temper_snap(const struct flow_market *market, enum ladder_side side, int price);
/* Lets the fair value take a step towards where it is drawn. */
void temper_drift(struct flow_market *market, int64_t now_ms);

/* Ticks behind the quote at which a new order is placed. */
int temper_distance(struct flow_market *market);
/* Hundredths of a share, of an order so many ticks behind the quote: thin near the touch, whales far from it. */
int64_t temper_size(struct flow_market *market, int distance);
/* For a book that opens: orders at a level, and ticks to the next level (0: that was the last). */
unsigned temper_crowd(struct flow_market *market, int distance);
int temper_step(struct flow_market *market, int distance);

/* What a taker takes from a level of this size; *rest gets what he would have liked beyond it. */
int64_t temper_taking(struct flow_market *market, int64_t there, int64_t *rest);
/* True if a taker comes now. */
bool temper_trades(struct flow_market *market, int64_t now_ms);
/* Percent: that he buys the first outcome; that a maker adds rather than cancels. */
unsigned temper_buying(const struct flow_market *market, int bid, int ask);
unsigned temper_adding(const struct flow_market *market);

/* Milliseconds to the next event, at least 1: bursts and pauses. */
int64_t temper_pause(struct flow_market *market, int64_t now_ms);

#endif
