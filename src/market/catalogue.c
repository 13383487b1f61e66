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

bool catalogue_describe(struct catalogue *catalogue, struct catalogue_entry *entry, const struct details *details)
{
    entry->details = 0;
    return catalogue->plain || details_put(&catalogue->shelf, &entry->instrument, details, &entry->details);
}

bool catalogue_details(const struct catalogue *catalogue, const struct catalogue_entry *entry, struct details *details)
{
    return details_get(&catalogue->shelf, entry->details, &entry->instrument, details);
}

struct catalogue_entry *catalogue_copy(struct catalogue *to, const struct catalogue *from,
                                       const struct catalogue_entry *entry)
{
    struct details details;
    struct catalogue_entry *copy = catalogue_append(to);
    if (copy == NULL) return NULL;
    *copy = *entry;
    copy->details = 0;
    if (!catalogue_details(from, entry, &details) || catalogue_describe(to, copy, &details)) return copy;
    to->count--;
    return NULL;
}

void catalogue_cut(struct catalogue *catalogue, size_t count, size_t described)
{
    if (count < catalogue->count) catalogue->count = count;
    details_shelf_cut(&catalogue->shelf, described);
}

void catalogue_clear(struct catalogue *catalogue)
{
    catalogue_cut(catalogue, 0, 0);
}

void catalogue_free(struct catalogue *catalogue)
{
    free(catalogue->entries);
    details_shelf_free(&catalogue->shelf);
    *catalogue = (struct catalogue){0};
}
