/* Markets and events as the venue's catalogue (Gamma) writes them. Each call writes one object. */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_GAMMA_H
#define BOOKTOP_EXCHANGE_POLYMARKET_GAMMA_H

#include "booktop/exchange/flow.h"
#include "booktop/json/writer.h"

/* A market; with `with_event` it names its event, without its markets. */
void gamma_write_market(struct json_writer *writer, const struct flow *flow, unsigned market, bool with_event);
/* An event with its markets in it: those that have opened. */
void gamma_write_event(struct json_writer *writer, const struct flow *flow, unsigned event);

/* Sums over the markets of an event that have opened, hundredths of a dollar. */
int64_t gamma_event_volume_day(const struct flow *flow, unsigned event);
/* True if a market of it has opened; if all of its markets are over. */
bool gamma_event_listed(const struct flow *flow, unsigned event);
bool gamma_event_closed(const struct flow *flow, unsigned event);

#endif
