/* The frames of the lifecycle channel, and the parts of a description that REST has too. */
#ifndef BOOKTOP_EXCHANGE_KALSHI_LIFECYCLE_H
#define BOOKTOP_EXCHANGE_KALSHI_LIFECYCLE_H

#include "booktop/exchange/kalshi/frame.h"

/* The members of a market's life event; of an event that got its first market. */
void lifecycle_market_members(struct json_writer *writer, const struct board *board, const struct board_news *news);
void lifecycle_event_members(struct json_writer *writer, const struct board *board, const struct board_news *news);

/* The members strike_type, floor_strike and cap_strike, as far as it has them. */
void lifecycle_strike_members(struct json_writer *writer, const struct roster_market *market);
/* The members rules_primary and rules_secondary. */
void lifecycle_rules_members(struct json_writer *writer, const struct roster_market *listed,
                             const struct cast_market *market);
/* The members of a trade that WebSocket and REST share, from trade_id to is_block_trade. */
void lifecycle_trade_members(struct json_writer *writer, const char *ticker_key, const char *ticker,
                             const struct flow_trade *trade);

/* "yes", "no", or "" as long as it is not determined. */
const char *lifecycle_result(const struct flow_market *market);

#endif
