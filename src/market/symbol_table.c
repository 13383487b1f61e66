#include "symbol_table.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define FIRST_CAPACITY 64

_Static_assert(SYMBOL_SIZE <= UINT8_MAX, "an entry keeps a name's length in a byte");

static const char *market_name(const struct market *market, int outcome)
{
    return outcome == SYMBOL_OF_MARKET ? market->instrument.symbol : market->instrument.outcomes[outcome].token;
}

static uint32_t name_hash(const struct symbol_table *table, struct text name)
{
    uint64_t hash = siphash_1_3(table->key, name.at, name.length);
    return (uint32_t)(hash ^ hash >> 32);
}

static bool entry_is(const struct symbol_entry *entry, uint32_t hash, enum venue_id venue, struct text name)
{
    return entry->hash == hash && entry->length == name.length && entry->venue == (uint8_t)venue &&
           memcmp(market_name(entry->market, entry->outcome), name.at, name.length) == 0;
}

/* The first free place for a hash. */
static struct symbol_entry *table_free_place(const struct symbol_table *table, uint32_t hash)
{
    size_t mask = table->capacity - 1, at = hash & mask;
    while (table->entries[at].market != NULL) at = (at + 1) & mask;
    return &table->entries[at];
}

/* Closes the gap at `gap`: an entry behind it moves there unless that would put it before its own first place. */
static void table_close_gap(struct symbol_table *table, size_t gap)
{
    size_t mask = table->capacity - 1;
    for (size_t at = (gap + 1) & mask; table->entries[at].market != NULL; at = (at + 1) & mask) {
        size_t first = table->entries[at].hash & mask;
        if (((at - first) & mask) < ((at - gap) & mask)) continue;
        table->entries[gap] = table->entries[at];
        gap = at;
    }
    table->entries[gap] = (struct symbol_entry){0};
}

void symbol_table_free(struct symbol_table *table)
{
    free(table->entries);
    *table = (struct symbol_table){.key = table->key};
}

bool symbol_table_reserve(struct symbol_table *table, size_t more)
{
    size_t need = (table->count + more) * 2;
    if (need <= table->capacity) return true;
    struct symbol_table larger = {
        .capacity = table->capacity > 0 ? table->capacity : FIRST_CAPACITY, .count = table->count, .key = table->key};
    while (larger.capacity < need) larger.capacity *= 2;
    larger.entries = memory_zeroed(larger.capacity, sizeof *larger.entries);
    if (larger.entries == NULL) return false;
    for (size_t n = 0; n < table->capacity; n++)
        if (table->entries[n].market != NULL) *table_free_place(&larger, table->entries[n].hash) = table->entries[n];
    free(table->entries);
    *table = larger;
    return true;
}

const struct symbol_entry *symbol_table_find(const struct symbol_table *table, enum venue_id venue, struct text name)
{
    if (table->count == 0 || name.length == 0 || name.length >= SYMBOL_SIZE) return NULL;
    uint32_t hash = name_hash(table, name);
    size_t mask = table->capacity - 1;
    for (size_t at = hash & mask; table->entries[at].market != NULL; at = (at + 1) & mask)
        if (entry_is(&table->entries[at], hash, venue, name)) return &table->entries[at];
    return NULL;
}

void symbol_table_insert(struct symbol_table *table, struct market *market, int outcome)
{
    struct text name = text_from(market_name(market, outcome));
    uint32_t hash = name_hash(table, name);
    *table_free_place(table, hash) = (struct symbol_entry){
        .market = market,
        .hash = hash,
        .length = (uint8_t)name.length,
        .venue = (uint8_t)market->instrument.venue,
        .outcome = (int16_t)outcome,
    };
    table->count++;
}

void symbol_table_remove(struct symbol_table *table, const struct market *market, int outcome)
{
    struct text name = text_from(market_name(market, outcome));
    const struct symbol_entry *entry = symbol_table_find(table, market->instrument.venue, name);
    if (entry == NULL || entry->market != market || entry->outcome != outcome) return;
    table_close_gap(table, (size_t)(entry - table->entries));
    table->count--;
}
