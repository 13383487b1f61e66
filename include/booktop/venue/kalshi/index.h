/* Kalshi's open events in short: ticker, words, volume. The venue has neither a search nor an order by volume, and its
 * open markets are too many to be kept whole; so its events are gone through once in the background and this is kept of
 * them. The markets of the events that a search finds are asked for then.
 *
 * Owned by the sync. As text it can be kept between runs: a first line, then a line for each event, TICKER TAB VOLUME
 * TAB WORDS.
 */
#ifndef BOOKTOP_VENUE_KALSHI_INDEX_H
#define BOOKTOP_VENUE_KALSHI_INDEX_H

#include "booktop/json/writer.h"
#include "booktop/market/catalogue.h"

/* More open events than the venue ever had; what comes beyond is left out. */
#define KALSHI_INDEX_MAX 65536

struct kalshi_event {
    size_t text;    /* of its ticker and its words, both terminated, in `texts` */
    int64_t volume; /* of its markets in 24 hours, MONEY_SCALE */
};

/* A zeroed one is empty. */
struct kalshi_index {
    struct kalshi_event *events; /* owned */
    size_t count, capacity;
    char *texts; /* owned */
    size_t text_length, text_capacity;
};

void kalshi_index_free(struct kalshi_index *index);
void kalshi_index_clear(struct kalshi_index *index);

/* Adds the events of a page, whose markets stand together. False when out of memory: what was added stays. */
bool kalshi_index_add(struct kalshi_index *index, const struct catalogue *page);

/* The tickers of the events in whose ticker or words all of `words` occur, letters compared without case, the most
 * traded first; no words: all. At most `most`; they are valid until the index changes. */
size_t kalshi_index_search(const struct kalshi_index *index, struct text words, const char **tickers, size_t most);

/* Appends the whole index as text. */
void kalshi_index_write(const struct kalshi_index *index, struct json_writer *out);
/* Reads what was written. False, with an empty index, for anything else or when out of memory. */
bool kalshi_index_read(struct kalshi_index *index, struct text text);

#endif
