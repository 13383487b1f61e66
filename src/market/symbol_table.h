/* The registry's index: from a venue's symbol or token to its market. Open addressing, linear probing, at most half
 * full; what is removed is closed up, so no tombstones gather. The names themselves stay in the markets.
 */
#ifndef MARKET_SYMBOL_TABLE_H
#define MARKET_SYMBOL_TABLE_H

#include "booktop/market/registry.h"
#include "siphash.h"

/* The market's own symbol, where an outcome's number would stand for its token. */
#define SYMBOL_OF_MARKET (-1)

struct symbol_entry {
    struct market *market; /* NULL: the place is free */
    uint32_t hash;
    uint8_t length, venue;
    int16_t outcome;
};

struct symbol_table {
    struct symbol_entry *entries;
    size_t capacity; /* 0, or a power of two */
    size_t count;
    struct siphash_key key;
};

void symbol_table_free(struct symbol_table *table);

/* Makes room for `more` names, so that inserting them cannot fail. False, with nothing changed, when out of memory. */
bool symbol_table_reserve(struct symbol_table *table, size_t more);

/* NULL if the name is unknown. Valid until the next change. */
const struct symbol_entry *symbol_table_find(const struct symbol_table *table, enum venue_id venue, struct text name);

/* Enters a name that the market has already (outcome or SYMBOL_OF_MARKET). It must be new, and room reserved. */
void symbol_table_insert(struct symbol_table *table, struct market *market, int outcome);

/* Takes a market's name out, if it is in. */
void symbol_table_remove(struct symbol_table *table, const struct market *market, int outcome);

#endif
