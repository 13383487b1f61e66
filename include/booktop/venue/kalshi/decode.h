/* Kalshi's WebSocket messages, and the bodies of its REST order books and trades, into events. Pure: bytes in, events
 * out.
 *
 * Source of every rule: Kalshi's AsyncAPI document and changelog as of 2026-10, and messages of the live venue of 2026.
 * A frame is one JSON object {"type":…,"sid":…,"seq":…,"msg":{…}}, keys in any order, a line feed behind it perhaps.
 * What it is its `type` says, never its channel. Prices are decimal strings of dollars at scale 4, 0 < price < 1;
 * quantities decimal strings at scale 2; `delta_fp` is a signed increment. `ts_ms` is Unix milliseconds; the older `ts`
 * has three shapes (RFC 3339 text in deltas, seconds in tickers and trades, none in snapshots) and is read where
 * `ts_ms` is absent.
 *
 * A book is two ladders of bids, for YES and for NO. Events are in YES terms: a NO bid at p is an ask at 1 - p. A
 * subscription may ask for NO prices on the YES scale already (`use_yes_price`); whether one has them the messages do
 * not say, so the caller does.
 *
 * Messages of the integer-cent form that ended on 2026-03-12 ("yes", "no", "price", "delta" without their dollar and
 * fixed-point fields) are refused with that reason; read as new ones they would be empty books.
 *
 * The decoder owns the memory that events point into and reuses it: nothing is allocated per message once warm. One
 * thread at a time.
 */
#ifndef BOOKTOP_VENUE_KALSHI_DECODE_H
#define BOOKTOP_VENUE_KALSHI_DECODE_H

#include "booktop/market/event.h"

#define KALSHI_PRICE_SCALE 4
#define KALSHI_SIZE_SCALE  2

struct kalshi_decoder;

/* NULL when out of memory. */
struct kalshi_decoder *kalshi_decoder_create(void);
void kalshi_decoder_destroy(struct kalshi_decoder *decoder);

/* Decodes one frame into one event, which is valid until the next call; the frame must stay where it is so long.
 *
 *   orderbook_snapshot   EVENT_SNAPSHOT: bids are YES levels, asks NO levels. A side whose key is absent, null or [] is
 *                        empty; a level of size 0 is left out. With neither new key but old ones: EVENT_ERROR.
 *   orderbook_delta      EVENT_CHANGES: one change, CHANGE_ADD, SIDE_BID for "yes" and SIDE_ASK for "no"; no asset.
 *   trade                EVENT_TRADE in YES terms; the aggressor bid for taker_outcome_side "yes", or taker_side where
 *                        that is absent; the id a mix of trade_id, 0 without one.
 *   ticker               EVENT_TICKER: "0.0000" bid and "1.0000" ask are empty sides; both must be there.
 *   market_lifecycle_v2  EVENT_LIFECYCLE. created is new; activated is open, deactivated paused (is_deactivated
 *                        overrules both), determined closed, settled resolved, both with `result` as winner where it is
 *                        yes or no; close_ts wherever it comes.
 *                        price_level_structure_updated (price_ranges), close_date_updated, metadata_updated and turns
 *                        that we do not know have no status.
 *   event_lifecycle, event_fee_update, multivariate_market_lifecycle
 *                        EVENT_LIFECYCLE without market and status.
 *   subscribed, ok, unsubscribed, error
 *                        EVENT_CONTROL; `why` is that word, of an error its text (borrowed, terminated, cut to fit,
 *                        foreign).
 *   other known channels' messages (fill, user_order, rfq_created, …), unknown types, objects without a type, commands
 *   ({"cmd":…})          EVENT_IGNORED.
 *   no strict JSON object EVENT_ERROR; plain text that is no JSON at all EVENT_CONTROL.
 *
 * `yes_price`: NO prices of this frame are on the YES scale already. Levels come in the order of the message. Unknown
 * keys are skipped at every depth. Of keys that come twice the last one counts, but a list of levels may not come
 * twice. A negative quantity in a snapshot, a price outside 0 < p < 1, a side that is neither, a sid or seq that is no
 * count: EVENT_ERROR with the market. Stream and sequence are in every event, refused and ignored ones too, wherever
 * they could be read: all frames of a stream count. A stamp that cannot be read is none. Prices and quantities are read
 * from JSON numbers, too. */
const struct event *kalshi_decode(struct kalshi_decoder *decoder, struct text frame, bool yes_price);

/* The body of GET /markets/TICKER/orderbook {"orderbook_fp":{"yes_dollars":…,"no_dollars":…}}: EVENT_SNAPSHOT without
 * market (the URL said it), or EVENT_ERROR. NO prices are NO prices here. */
const struct event *kalshi_decode_book_reply(struct kalshi_decoder *decoder, struct text body);

/* The body of GET /markets/trades {"trades":[…]}: how many trades, in the order of the body, unreadable ones left out;
 * they are at kalshi_decoder_events. One EVENT_ERROR if it is none. */
size_t kalshi_decode_trades_reply(struct kalshi_decoder *decoder, struct text body);
const struct event *kalshi_decoder_events(const struct kalshi_decoder *decoder);

#endif
