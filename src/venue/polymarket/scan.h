/* The fast way over levels and changes, which are nearly all that a busy market sends. Private to the room.
 *
 * The venue writes them in one order of keys, without escapes, with at most one blank behind commas and colons. What is
 * written just so is read here, in one go from bytes to integers. False never means "wrong", only "not of that shape":
 * then nothing was consumed and the JSON reader has to look. What is accepted here means the same to it.
 */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_SCAN_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_SCAN_H

#include "../scanning.h"
#include "booktop/venue/polymarket/decode.h"
#include "values.h"

/* A key up to the quote that opens its value, in the three ways in which the venue has spaced its messages. Whole
 * literals, so that what follows has not to wait for the blanks to be counted. */
#define SCAN_FIRST_KEY(scan, key) (SCAN(scan, "{\"" key "\":\"") || SCAN(scan, "{\"" key "\": \""))
#define SCAN_KEY(scan, key)                                                                                            \
    (SCAN(scan, ",\"" key "\":\"") || SCAN(scan, ", \"" key "\":\"") || SCAN(scan, ", \"" key "\": \""))

/* The values below stand behind their opening quote; the closing one is consumed too. */

static inline bool scan_size(struct scan *scan, quantity_t *size)
{
    return scan_decimal(scan, POLYMARKET_SIZE_SCALE, 1000000, size);
}

/* A best bid or ask: a price, or 0" and 1" for an empty side. */
static inline bool scan_best(struct scan *scan, price_t *price)
{
    if (scan_price(scan, price)) {
        if (*price == 0) *price = PRICE_NONE;
        return true;
    }
    if (!SCAN(scan, "0\"") && !SCAN(scan, "1\"")) return false;
    *price = PRICE_NONE;
    return true;
}

static inline bool scan_hash(struct scan *scan, struct text *hash)
{
    const char *at = scan->at;
    if (!scan_has(scan, POLYMARKET_HASH_LENGTH + 1) || at[POLYMARKET_HASH_LENGTH] != '"') return false;
    if (!polymarket_is_hash(at)) return false;
    *hash = (struct text){at, POLYMARKET_HASH_LENGTH};
    scan->at = at + POLYMARKET_HASH_LENGTH + 1;
    return true;
}

static inline bool scan_side(struct scan *scan, enum side *side)
{
    bool buy = SCAN(scan, "BUY\"");
    if (!buy && !SCAN(scan, "SELL\"")) return false;
    *side = buy ? SIDE_BID : SIDE_ASK;
    return true;
}

/* {"price":"0.62","size":"126"} where the reader stands. The size may be 0. */
static inline bool scan_level(struct json_reader *reader, struct level *level)
{
    struct scan scan = {reader->at, reader->end};
    if (!SCAN_FIRST_KEY(&scan, "price") || !scan_price(&scan, &level->price)) return false;
    if (!SCAN_KEY(&scan, "size") || !scan_size(&scan, &level->quantity)) return false;
    if (!SCAN(&scan, "}") || level->price == 0) return false;
    reader->at = scan.at;
    reader->done = true;
    return true;
}

/* {"asset_id":"…","price":"0.62","size":"0","side":"BUY","hash":"…","best_bid":"0.6","best_ask":"0.63"} */
static inline bool scan_change(struct json_reader *reader, struct level_change *change)
{
    struct scan scan = {reader->at, reader->end};
    if (!SCAN_FIRST_KEY(&scan, "asset_id") || !scan_symbol(&scan, &change->asset)) return false;
    if (!SCAN_KEY(&scan, "price") || !scan_price(&scan, &change->price)) return false;
    if (!SCAN_KEY(&scan, "size") || !scan_size(&scan, &change->quantity)) return false;
    if (!SCAN_KEY(&scan, "side") || !scan_side(&scan, &change->side)) return false;
    if (!SCAN_KEY(&scan, "hash") || !scan_hash(&scan, &change->hash)) return false;
    if (!SCAN_KEY(&scan, "best_bid") || !scan_best(&scan, &change->best_bid)) return false;
    if (!SCAN_KEY(&scan, "best_ask") || !scan_best(&scan, &change->best_ask)) return false;
    if (!SCAN(&scan, "}") || change->price == 0) return false;
    change->mode = CHANGE_SET;
    reader->at = scan.at;
    reader->done = true;
    return true;
}

#endif
