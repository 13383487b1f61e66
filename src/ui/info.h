/* What the market's info is about, for who shows it and who copies its address. */
#ifndef BOOKTOP_UI_INFO_H
#define BOOKTOP_UI_INFO_H

#include "booktop/ui/scene.h"

struct info {
    const struct instrument *instrument; /* borrowed from the scene */
    enum market_status status;
    int winner;                             /* -1: not known */
    int64_t volume_24h;                     /* MONEY_SCALE, -1 unknown */
    price_t best_bid, best_ask, last_trade; /* of outcome 0, PRICE_NONE where unknown */
};

/* The market on the screen, or the selected one of the list. False: none is known. */
bool info_of(const struct scene *scene, struct info *info);

#define INFO_ADDRESS_SIZE (2 * INSTRUMENT_SLUG_SIZE + 64)

/* Its page at the venue; sanitized. False: not known. */
bool info_address(const struct instrument *instrument, char out[INFO_ADDRESS_SIZE]);

#endif
