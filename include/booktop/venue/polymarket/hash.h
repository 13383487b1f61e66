/* Polymarket's hash of a book: the text that it is made of, and SHA-1 over it.
 *
 * The venue puts into every `book` and price_change a hash of the token's whole book: lowercase hex SHA-1 of a JSON
 * text without blanks, keys in this order, levels worst to best, numbers as the feed writes them:
 *
 *   {"market":"0x…","asset_id":"…","timestamp":"MS","hash":"","bids":[{"price":"0.01","size":"80.01"},…],"asks":[…],
 *    "min_order_size":"5","tick_size":"0.01","neg_risk":false,"last_trade_price":"0.500"}
 *
 * How it is made is not documented and was changed three times; each way is a recipe:
 *   C  as above                                  since about 2025-11
 *   B  without last_trade_price                  2025-10
 *   A  B without min_order_size, tick_size, neg_risk; the stamp is a few milliseconds before the message's   2024-11
 *   Z  A without timestamp                       2024-10
 * Sources: py-clob-client's OrderBookSummary hash (recipe C), and recomputation on messages of the live venue.
 * last_trade_price has three decimals ("0.050"; four where it needs them), or is "" of a market never traded; it is the
 * market's, the same text in both tokens' hashes.
 *
 * Nothing is allocated once warm. One thread at a time.
 */
#ifndef BOOKTOP_VENUE_POLYMARKET_HASH_H
#define BOOKTOP_VENUE_POLYMARKET_HASH_H

#include "booktop/market/order_book.h"

enum polymarket_recipe { RECIPE_C, RECIPE_B, RECIPE_A, RECIPE_Z, RECIPE_COUNT };

/* "C", … Static. */
const char *polymarket_recipe_name(enum polymarket_recipe recipe);

/* The text of a book's levels, as one token sees them: kept and mended level by level, since writing it anew would cost
 * as much as hashing it. A zeroed one is empty. */
struct polymarket_levels {
    struct polymarket_side_text {
        char *text;                /* {"price":"0.01","size":"80.01"},… with a comma behind the last one too */
        uint16_t *prices;          /* worst first */
        uint8_t *lengths;          /* of each level's text */
        uint32_t length, capacity; /* bytes of text */
        uint32_t count, count_capacity;
    } sides[2];    /* by enum side, in the token's terms */
    bool unusable; /* something failed: no hash is right until all is written anew */
};

void polymarket_levels_free(struct polymarket_levels *levels);
/* Writes all of a book anew, as outcome 0 or 1 sees it (1: bids of p are asks of one - p). False when out of memory or
 * where a level has no text (prices are of POLYMARKET_PRICE_SCALE, 0 < price < one; quantities not negative): the text
 * is then unusable until this succeeds. */
bool polymarket_levels_write(struct polymarket_levels *levels, const struct order_book *book, unsigned outcome);
/* Sets one level, in the token's terms; a quantity of 0 removes it. False as above, and while the text is unusable. */
bool polymarket_levels_set(struct polymarket_levels *levels, enum side side, price_t price, quantity_t quantity);

/* What enters the hash beside the levels and the last trade's price. */
struct polymarket_terms {
    struct text market, asset;
    int64_t venue_ms; /* EVENT_NO_TIME: an empty text */
    quantity_t min_order_size;
    price_t tick; /* PRICE_NONE: an empty text */
    bool negative_risk;
};

struct polymarket_hasher;

/* NULL when out of memory. */
struct polymarket_hasher *polymarket_hasher_create(void);
void polymarket_hasher_destroy(struct polymarket_hasher *hasher);

/* Hashes everything up to the last trade's price, which stands at the end: trying others costs one or two blocks. What
 * is given is not kept. After levels that are unusable no hash is right. */
void polymarket_hash_begin(struct polymarket_hasher *hasher, enum polymarket_recipe recipe,
                           const struct polymarket_terms *terms, const struct polymarket_levels *levels);
/* Whether with this last trade's price (PRICE_NONE: never traded; only recipe C has one) the hash is `hash`, which is
 * 40 lowercase hex digits (anything else never is). May be asked any number of times after one begin; before, nothing
 * is right. */
bool polymarket_hash_is(const struct polymarket_hasher *hasher, price_t last_trade, struct text hash);

#endif
