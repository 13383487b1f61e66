/* The market that `export --market` means. Main thread. */
#ifndef BOOKTOP_SRC_APP_EXPORT_MARKET_H
#define BOOKTOP_SRC_APP_EXPORT_MARKET_H

#include "booktop/app/options.h"
#include "booktop/market/instrument.h"
#include "progress.h"

#define EXPORT_MARKET_SIZE (SYMBOL_SIZE + 32)

/* Goes through the recording for it: its id; its ticker, slug or title in any case; the begin of its id ("0x" and four
 * digits at least); words of its titles; each alone or as VENUE:NAME, and what comes first in this order counts.
 * EXIT_DONE, with "VENUE:SYMBOL", or an empty name where none is meant, or a signal has ended it. EXIT_FAILED, told of:
 * several are meant. */
int export_market_find(const struct options *options, struct progress *progress, char name[EXPORT_MARKET_SIZE]);

#endif
