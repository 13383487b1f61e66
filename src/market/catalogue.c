#include "booktop/market/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

struct catalogue_entry *catalogue_append(struct catalogue *catalogue)
{
    if (catalogue->count == catalogue->capacity) {
        struct catalogue_entry *grown =
            memory_grow(catalogue->entries, sizeof *catalogue->entries, catalogue->count + 1, &catalogue->capacity);
        if (grown == NULL) return NULL;
        catalogue->entries = grown;
    }
    struct catalogue_entry *entry = &catalogue->entries[catalogue->count++];
    memset(entry, 0, sizeof *entry);
    entry->instrument.tick = PRICE_NONE;
    entry->best_bid = entry->best_ask = entry->last_trade = PRICE_NONE;
    entry->volume_24h = entry->liquidity = -1;
    return entry;
}

void catalogue_clear(struct catalogue *catalogue)
{
    catalogue->count = 0;
}

void catalogue_free(struct catalogue *catalogue)
{
    free(catalogue->entries);
    *catalogue = (struct catalogue){0};
}
