/* The venue's REST replies, under /trade-api/v2. All of it is public, as on the venue.
 *
 *   /markets?limit=|cursor=|event_ticker=|series_ticker=|tickers=A,B|status=open|mve_filter=exclude
 *   /markets/TICKER    /markets/TICKER/orderbook?depth=    /markets/orderbooks?tickers=A&tickers=B
 *   /markets/trades?ticker=|limit=|cursor=|min_ts=|max_ts=      newest first; a cursor counts from the newest
 *   /events?limit=|cursor=|status=|series_ticker=|with_nested_markets=true
 *   /events/TICKER     /series/TICKER     /exchange/status
 *
 * Above 20 requests in a second it answers 429. One thread; asking changes nothing else.
 */
#ifndef BOOKTOP_EXCHANGE_KALSHI_DESK_H
#define BOOKTOP_EXCHANGE_KALSHI_DESK_H

#include "booktop/exchange/kalshi/board.h"
#include "booktop/json/writer.h"

#define DESK_ROOT       "/trade-api/v2"
#define DESK_PER_SECOND 20

struct desk;

/* Borrows the board. NULL when out of memory. */
struct desk *desk_create(const struct board *board);
void desk_destroy(struct desk *desk);

/* Answers a GET for a path behind DESK_ROOT: an HTTP status and a JSON body, valid until the next call. `query` is
 * percent-encoded; `mono` ns is when it came. */
int desk_answer(struct desk *desk, struct text path, struct text query, int64_t mono, struct text *body);

#endif
