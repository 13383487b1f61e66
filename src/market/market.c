/* What a venue's sync does to a market, whichever venue it is. */
#include "booktop/market/registry.h"

bool market_add_trade(struct market *market, const struct trade *trade, bool live, struct stamp stamp)
{
    const struct trade *newest = tape_trade(&market->tape, 0);
    bool is_newest = !newest || trade->venue_ms == EVENT_NO_TIME || trade->venue_ms >= newest->venue_ms;
    if (!tape_add(&market->tape, trade)) {
        if (live) market->proof.duplicates++;
        return false;
    }
    if (is_newest) market->last_trade = trade->price;
    market->version++;
    market->heard = stamp;
    if (live) market->messages++;
    return true;
}

void market_empty(struct market *market)
{
    uint64_t version = market->book.version;
    order_book_free(&market->book);
    market->book.version = version + 1;
    tape_free(&market->tape);
    market->has_book = market->had_book = false;
    market->venue_ms = EVENT_NO_TIME;
    market->last_trade = PRICE_NONE;
}

void market_reset(struct market *market)
{
    market_empty(market);
    market->status = MARKET_OPEN;
    market->winner = -1;
    market->link = 0;
    market->burst_open = false;
    market->newest = (struct clean_rule){.said_bid = PRICE_NONE, .said_ask = PRICE_NONE};
    market->changed = market->heard = (struct stamp){0, 0};
    market->messages = 0;
    market->proof = (struct proof){.state = PROOF_SYNCING};
    market->epoch++;
    market->version++;
}
