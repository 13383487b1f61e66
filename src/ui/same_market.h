/* Whether two instruments are one market, as the feed sees it. */
#ifndef BOOKTOP_SRC_UI_SAME_MARKET_H
#define BOOKTOP_SRC_UI_SAME_MARKET_H

#include "booktop/market/instrument.h"

/* The same venue, and the same symbol or a token in common: catalogues and streams need not name a market alike. */
bool same_market(const struct instrument *a, const struct instrument *b);

#endif
