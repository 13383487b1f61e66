/* Where the venues of a local exchange are. */
#ifndef BOOKTOP_TESTS_ADDRESSES_H
#define BOOKTOP_TESTS_ADDRESSES_H

#include <stdio.h>

#include "booktop/venue/venue.h"

struct addresses {
    char urls[6][64];
};

/* The addresses of both venues at a port of this machine. `endpoints` point into `addresses`. */
static inline void addresses_at(struct addresses *addresses, unsigned port,
                                struct venue_endpoints endpoints[VENUE_COUNT])
{
    static const char *const forms[6] = {"wss://localhost:%u/ws/market",       "https://localhost:%u/clob",
                                         "https://localhost:%u/gamma",         "https://localhost:%u/data",
                                         "wss://localhost:%u/trade-api/ws/v2", "https://localhost:%u/trade-api/v2"};
    char(*urls)[64] = addresses->urls;
    for (size_t i = 0; i < 6; i++) snprintf(urls[i], sizeof urls[i], forms[i], port);
    endpoints[VENUE_POLYMARKET] = (struct venue_endpoints){urls[0], urls[1], urls[2], urls[3]};
    endpoints[VENUE_KALSHI] = (struct venue_endpoints){.stream = urls[4], .books = urls[5]};
}

#endif
