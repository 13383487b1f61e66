/* Kalshi's part of exchange_print. */
#ifndef BOOKTOP_EXCHANGE_KALSHI_PRINT_H
#define BOOKTOP_EXCHANGE_KALSHI_PRINT_H

#include "booktop/exchange/exchange.h"

/* As exchange_print; `start_ms` of the options must be given. */
bool kalshi_print_frames(const struct exchange_options *options, uint64_t count,
                         bool (*write)(void *context, struct text line), void *context);

#endif
