/* The venue's market channel: makes messages of the flow, in the order and with the delays of the venue.
 *
 *   a burst       best_bid_ask for both tokens (touch moved, or a trade), then its price_change messages, all with one
 *                 hash per token and the best prices after the whole burst; some are repeated, up to 6 ms later
 *   with trades   one price_change per level, the taker's rest first, so that the book is locked inside the burst; then
 *                 `book` for both tokens; last_trade_price is announced 60 to 500 ms later
 *   tick size     tick_size_change for both tokens, right after a trade, then both again
 *   the end       every level to 0, then market_resolved
 *
 * Messages are pulled. Only markets that are watched are rendered (and hashed), but every draw is made, so who watches
 * changes nothing. Borrows cast and flow. One thread. Nothing is allocated once warm.
 */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_CHANNEL_H
#define BOOKTOP_EXCHANGE_POLYMARKET_CHANNEL_H

#include "booktop/exchange/flow.h"
#include "booktop/exchange/polymarket/book_text.h"
#include "booktop/json/writer.h"

enum channel_kind { CHANNEL_PRICE_CHANGE, CHANNEL_OTHER, CHANNEL_RESOLVED };

enum channel_audience {
    CHANNEL_TO_MARKET,       /* who subscribed to either token */
    CHANNEL_TO_TOKEN,        /* who subscribed to the token */
    CHANNEL_TO_TOKEN_CUSTOM, /* of those, who asked for custom features */
    CHANNEL_TO_CUSTOM,       /* everybody who asked for custom features */
};

struct channel_message {
    struct text text; /* valid until the next channel_next */
    enum channel_kind kind;
    enum channel_audience audience;
    unsigned market, token;
    uint64_t burst; /* number of its burst; a repetition has its original's */
    bool repeated;  /* it is a repetition */
    bool mended;    /* a book follows in the same burst */
};

struct channel;

/* NULL when out of memory or OpenSSL fails. */
struct channel *channel_create(const struct cast *cast, struct flow *flow, uint64_t seed);
void channel_destroy(struct channel *channel);

/* One watcher more, one less. */
void channel_watch(struct channel *channel, unsigned market);
void channel_unwatch(struct channel *channel, unsigned market);

/* The next message that is due by `until_ms`, letting the flow go on as far as needed; NULL: none is. */
const struct channel_message *channel_next(struct channel *channel, int64_t until_ms);
/* When something is due next: TIME_NEVER after a halt. */
int64_t channel_next_ms(const struct channel *channel);
/* True once after messages were lost because memory ran out or OpenSSL failed. */
bool channel_failed(struct channel *channel);

/* The book of a market as it stands; NULL when OpenSSL fails. Valid until the next call or channel_next. */
const struct book_text *channel_book(struct channel *channel, unsigned market);

#endif
