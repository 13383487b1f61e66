/* The venue's REST replies, under one port where the venue has three hosts: /clob, /gamma and /data.
 *
 *   /clob/book?token_id=            /gamma/markets/slug/SLUG    /gamma/events/slug/SLUG
 *   /gamma/markets?clob_token_ids=|condition_ids=|slug=|closed=|limit=|offset=|order=volume24hr|ascending=
 *   /gamma/events?slug=|closed=|limit=|offset=|order=volume24hr|ascending=
 *   /gamma/public-search?q=|limit_per_type=|page=      /data/trades?market=|limit=|offset=
 *
 * Figures are JSON numbers; outcomes, outcomePrices and clobTokenIds are JSON in strings, as on the venue. A market
 * that has not opened does not exist yet. One thread; asking changes nothing.
 */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_REST_H
#define BOOKTOP_EXCHANGE_POLYMARKET_REST_H

#include "booktop/exchange/polymarket/channel.h"

struct rest;

struct rest *rest_create(const struct cast *cast, struct flow *flow, struct channel *channel);
void rest_destroy(struct rest *rest);

/* Answers a GET: an HTTP status and a JSON body, valid until the next call. `query` is percent-encoded. */
int rest_answer(struct rest *rest, struct text path, struct text query, struct text *body);

#endif
