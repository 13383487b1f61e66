/* Polymarket's market channel, and the bodies of its REST /book and trades, into events. Pure: bytes in, events out.
 *
 * Source of every rule: Polymarket's CLOB documentation of the market channel as of 2026-11, and messages of the live
 * venue from 2024-10 to 2026-10. A frame is one JSON object or an array of objects, keys in any order, `event_type`
 * usually near the end. Prices are decimal strings (numbers are read too) at scale 4, 0 < price < 1; sizes at scale 6;
 * stamps are Unix milliseconds.
 *
 * The decoder owns the memory that events point into and reuses it: nothing is allocated per message once warm. One
 * thread at a time.
 */
#ifndef BOOKTOP_VENUE_POLYMARKET_DECODE_H
#define BOOKTOP_VENUE_POLYMARKET_DECODE_H

#include "booktop/market/event.h"

#define POLYMARKET_PRICE_SCALE 4
#define POLYMARKET_SIZE_SCALE  6
#define POLYMARKET_HASH_LENGTH 40 /* SHA-1 in lowercase hex */

struct polymarket_decoder;

/* NULL when out of memory. */
struct polymarket_decoder *polymarket_decoder_create(void);
void polymarket_decoder_destroy(struct polymarket_decoder *decoder);

/* Decodes one frame of the channel. Returns how many events it made; they are at polymarket_decoder_events until the
 * next call. The frame must stay where it is as long as its events are used.
 *   - a frame that is not strict JSON is refused whole: one EVENT_ERROR, `why` says what is wrong with it;
 *   - plain text ("PONG", "NO NEW ASSETS", "INVALID OPERATION") and an empty frame: one EVENT_CONTROL. Plain text is
 *     told apart from broken JSON by its first character: printable ASCII, neither a digit nor one of {}[]:,"-;
 *   - `[]`: one EVENT_CONTROL;
 *   - in a valid frame each object is accepted or refused by itself, whole;
 *   - objects of unknown type, of the user channel ("order", "trade"), or without a type: EVENT_IGNORED;
 *   - entries of an array that are no objects: EVENT_ERROR.
 *
 * A price_change with one entry that cannot be read refuses the object. An old price_change (`changes`, or flat
 * price/side/size) is read as well: asset and hash of the object go to each change. A hash that is not 40 lowercase hex
 * digits counts as none. Side is compared without case. A best bid or ask of "0" or "1" (or empty, null, missing) means
 * none. Lists of levels may be null (empty) but not missing, and no list may come twice; of other keys that come twice
 * the last one counts. Reasons are static texts. */
size_t polymarket_decode(struct polymarket_decoder *decoder, struct text frame);

/* Decodes the body of GET /book (one object without event_type): EVENT_SNAPSHOT or EVENT_ERROR. Returns 1. */
size_t polymarket_decode_book_reply(struct polymarket_decoder *decoder, struct text body);

/* Decodes the body of GET /trades of the data API (an array; prices and sizes are JSON numbers, rounded to the scales;
 * stamps are seconds): EVENT_TRADE in the order of the body, unreadable entries left out. One EVENT_ERROR if the body
 * is no array. A trade's id is the same as the channel gives to it: a mix of asset, transaction hash, price, size and
 * side (old trades without a transaction hash: the stamp instead). */
size_t polymarket_decode_trades_reply(struct polymarket_decoder *decoder, struct text body);

const struct event *polymarket_decoder_events(const struct polymarket_decoder *decoder);

#endif
