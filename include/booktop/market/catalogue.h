/* A list of markets as a venue's catalogue describes them: the answer to a search, a look-up, or "what is traded most".
 *
 * Made by a venue's request module, immutable once published, freed by its owner with catalogue_free. Figures come from
 * JSON numbers that the venue made from floats, so they are rounded (decimal_parse_rounded) and never enter a book.
 */
#ifndef BOOKTOP_MARKET_CATALOGUE_H
#define BOOKTOP_MARKET_CATALOGUE_H

#include "booktop/market/details.h"
#include "booktop/market/event.h"

/* Money in cents of a dollar. */
#define MONEY_SCALE 2

struct catalogue_entry {
    struct instrument instrument;
    price_t best_bid, best_ask, last_trade; /* of outcome 0, PRICE_NONE where unknown */
    price_t previous;                       /* the last trade's price a day before; 0 where unknown */
    int64_t volume_24h, liquidity;          /* MONEY_SCALE; -1 where unknown */
    enum market_status status;
    bool has_book;    /* the venue keeps an order book for it */
    uint32_t details; /* its place on its catalogue's shelf, 0: none; means nothing elsewhere, and does no harm there */
};

/* Entries of one event stand together, in the venue's order. */
struct catalogue {
    struct catalogue_entry *entries; /* owned */
    size_t count, capacity;
    struct details_shelf shelf;
    bool plain; /* nobody wants the details: they are left out */
};

/* A zeroed catalogue is empty. Appends a zeroed entry with its prices unknown and returns it; NULL when out of memory.
 */
struct catalogue_entry *catalogue_append(struct catalogue *catalogue);
/* Appends a copy of another catalogue's entry, with its details. NULL, and nothing appended, when out of memory. */
struct catalogue_entry *catalogue_copy(struct catalogue *to, const struct catalogue *from,
                                       const struct catalogue_entry *entry);
/* Gives an entry its details; those of a plain catalogue, or of too many entries, are left out. False, with none known,
 * when out of memory. */
bool catalogue_describe(struct catalogue *catalogue, struct catalogue_entry *entry, const struct details *details);
/* False, with nothing written, where none are known. */
bool catalogue_details(const struct catalogue *catalogue, const struct catalogue_entry *entry, struct details *details);
/* Only the first `count` entries stay, and the first `described` details. */
void catalogue_cut(struct catalogue *catalogue, size_t count, size_t described);
void catalogue_clear(struct catalogue *catalogue);
void catalogue_free(struct catalogue *catalogue);

#endif
