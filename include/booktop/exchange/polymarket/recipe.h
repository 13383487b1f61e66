/* The venue's hash of a book, recipe C (in use since November 2025): lowercase hexadecimal SHA-1 of
 *
 *   {"market":…,"asset_id":…,"timestamp":…,"hash":"","bids":[…],"asks":[…],"min_order_size":…,"tick_size":…,
 *    "neg_risk":false,"last_trade_price":…}
 *
 * without blanks, everything but neg_risk a string, levels as {"price":…,"size":…} in the order of the message.
 */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_RECIPE_H
#define BOOKTOP_EXCHANGE_POLYMARKET_RECIPE_H

#include "booktop/base/text.h"

#define RECIPE_HASH_SIZE 41 /* with the terminator */

/* What goes in, as text; `bids` and `asks` are the levels with their commas, without brackets. All borrowed. */
struct recipe_c {
    struct text market, asset, timestamp, bids, asks, min_order_size, tick_size, last_trade_price;
    bool neg_risk;
};

/* OpenSSL's digest and its state, used again and again; one thread. */
struct recipe_hasher;

struct recipe_hasher *recipe_hasher_create(void);
void recipe_hasher_destroy(struct recipe_hasher *hasher);

/* False when OpenSSL fails; `out` is then empty. */
bool recipe_c_hash(struct recipe_hasher *hasher, const struct recipe_c *recipe, char out[RECIPE_HASH_SIZE]);

#endif
