/* Kalshi's markets as its REST describes them, into a catalogue. Pure.
 *
 * Bodies of GET /markets/TICKER {"market":{…}}, /markets {"markets":[…]}, /events/TICKER {"event":{…},"markets":[…]}
 * (or the markets inside the event), /events?with_nested_markets=true {"events":[{…,"markets":[…]}],"cursor":"…"}.
 * Titles: the event's is event_title, a market's title its own; yes_sub_title is group_title unless it is the plain
 * "Yes"; outcomes are "Yes" and "No", without tokens. slug is the ticker, event_slug the event's. Money is in dollars:
 * volume_24h is contracts (of at most one dollar), read as such at MONEY_SCALE. A price grid that instrument_set_ranges
 * refuses leaves the tick unknown. Status words: initialized, inactive and words that we do not know are paused, active
 * open, closed, determined, disputed, amended closed, finalized resolved; the winner is what `result` says.
 */
#ifndef BOOKTOP_VENUE_KALSHI_CATALOGUE_H
#define BOOKTOP_VENUE_KALSHI_CATALOGUE_H

#include "booktop/market/catalogue.h"

#define KALSHI_CATALOGUE_MAX 2048
#define KALSHI_CURSOR_SIZE   256

/* Appends what `body` lists; `cursor` (KALSHI_CURSOR_SIZE, may be NULL) gets the next page's, "" at the end. False,
 * with a static reason and the catalogue as it was, for a body that is none of these. */
bool kalshi_read_catalogue(struct catalogue *catalogue, struct text body, char *cursor, const char **why);

/* The details of a plain catalogue's entries, no longer plain, from the body that it was read from: once it is known
 * which of them stay, so that those that go take no room on the shelf. False when out of memory: some may lack theirs.
 */
bool kalshi_describe_catalogue(struct catalogue *catalogue, struct text body);

/* What one market says of itself now, for a watched one: status, winner (-1: none), close time. False if it is none. */
struct kalshi_market_news {
    enum market_status status;
    int winner;
    struct catalogue_entry entry;
};
bool kalshi_read_market(struct kalshi_market_news *news, struct text body, const char **why);

#endif
