/* What the market's info is about, for who shows it and who copies its address. */
#ifndef BOOKTOP_UI_INFO_H
#define BOOKTOP_UI_INFO_H

#include "booktop/ui/scene.h"
#include "sheet.h"

/* Where the market was chosen. */
enum info_source { INFO_OF_BOOK, INFO_OF_LIST, INFO_OF_WATCH };

struct info {
    const struct instrument *instrument; /* borrowed from the scene */
    enum info_source source;
    enum market_status status;
    int winner;         /* -1: not known */
    int64_t volume_24h; /* MONEY_SCALE, -1 unknown */
    /* PRICE_NONE where unknown; of outcome 0, or of the outcome whose book is on the screen. */
    price_t best_bid, best_ask, last_trade;
};

/* The market on the screen, or the selected one of the list or the watch list. False: none is known. */
bool info_of(const struct scene *scene, struct info *info);

/* What its venue told of it beside its book. */
struct told {
    const struct details *details; /* NULL: none are held here: */
    const char *unknown;           /* why, in words */
};

/* Of the market that `info` is about. The details are in the scene, or copied to `room`. */
struct told info_told(const struct scene *scene, const struct info *info, struct details *room);

/* The entry of the fee; the sections of the source and of the rules. */
void info_write_fee(const struct told *told, struct sheet *sheet);
void info_write_source(const struct told *told, struct sheet *sheet);
void info_write_rules(const struct told *told, struct sheet *sheet);

#define INFO_ADDRESS_SIZE (2 * INSTRUMENT_SLUG_SIZE + 64)

/* Its page at the venue; sanitized. False: not known, or a demo's market, which has none. */
bool info_address(const struct scene *scene, const struct instrument *instrument, char out[INFO_ADDRESS_SIZE]);

#endif
