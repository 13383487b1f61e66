#include "booktop/market/registry.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "symbol_table.h"

/* Its own symbol and a token for each outcome. */
#define NAMES_OF_MARKET (1 + INSTRUMENT_OUTCOMES)

/* Where a handle points. The generation is that of the market here, or of the next one while there is none; never 0. */
struct slot {
    struct market *market;
    uint32_t generation;
};

/* `order` names every slot once: first the `count` that hold markets, in the order of adding, then the free ones. */
struct registry {
    struct symbol_table symbols;
    struct slot *slots;
    uint32_t *order;
    size_t count, slot_count, slot_capacity, order_capacity;
};

static struct text outcome_token(const struct instrument *instrument, unsigned outcome)
{
    return text_from(instrument->outcomes[outcome].token);
}

/* ---- slots ---- */

static bool slots_reserve_one(struct registry *registry)
{
    if (registry->count < registry->slot_count) return true;
    size_t need = registry->slot_count + 1;
    if (need > UINT32_MAX) return false;
    if (need > registry->slot_capacity) {
        struct slot *grown = memory_grow(registry->slots, sizeof *grown, need, &registry->slot_capacity);
        if (grown == NULL) return false;
        registry->slots = grown;
    }
    if (need > registry->order_capacity) {
        uint32_t *grown = memory_grow(registry->order, sizeof *grown, need, &registry->order_capacity);
        if (grown == NULL) return false;
        registry->order = grown;
    }
    registry->slots[registry->slot_count] = (struct slot){NULL, 1};
    registry->order[registry->slot_count] = (uint32_t)registry->slot_count;
    registry->slot_count++;
    return true;
}

/* Room was reserved. */
static struct market_handle slot_take(struct registry *registry, struct market *market)
{
    uint32_t index = registry->order[registry->count++];
    registry->slots[index].market = market;
    return (struct market_handle){index, registry->slots[index].generation};
}

static void slot_give_back(struct registry *registry, uint32_t index)
{
    struct slot *slot = &registry->slots[index];
    slot->market = NULL;
    if (++slot->generation == 0) slot->generation = 1;

    size_t at = 0;
    while (registry->order[at] != index) at++;
    registry->count--;
    memmove(&registry->order[at], &registry->order[at + 1], (registry->count - at) * sizeof *registry->order);
    registry->order[registry->count] = index;
}

/* ---- one market ---- */

static struct market *market_create(const struct instrument *instrument)
{
    struct market *market = memory_zeroed(1, sizeof *market);
    if (market == NULL) return NULL;
    market->instrument = *instrument;
    order_book_init(&market->book, instrument->price_limit);
    market->status = MARKET_OPEN;
    market->winner = -1;
    market->last_trade = PRICE_NONE;
    market->venue_ms = EVENT_NO_TIME;
    market->newest = (struct clean_rule){.said_bid = PRICE_NONE, .said_ask = PRICE_NONE};
    return market;
}

static void market_destroy(struct market *market)
{
    if (market == NULL) return;
    order_book_free(&market->book);
    tape_free(&market->tape);
    free(market);
}

/* ---- what an instrument adds to a known one ---- */

/* True where both name a token for an outcome, and not the same. */
static bool tokens_differ(const char *a, const char *b)
{
    return a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0;
}

static bool tokens_agree(const char *a, const char *b)
{
    return a[0] != '\0' && strcmp(a, b) == 0;
}

/* Puts the outcomes in the known order. False where the tokens cannot be those of the same market. */
static bool outcomes_turn(struct outcome outcomes[INSTRUMENT_OUTCOMES], const struct instrument *known)
{
    const struct outcome *own = known->outcomes;
    if (tokens_agree(outcomes[0].token, own[1].token) || tokens_agree(outcomes[1].token, own[0].token)) {
        struct outcome held = outcomes[0];
        outcomes[0] = outcomes[1];
        outcomes[1] = held;
    }
    return !tokens_differ(outcomes[0].token, own[0].token) && !tokens_differ(outcomes[1].token, own[1].token);
}

/* Both of `size` bytes. */
static bool fill_text(char *known, const char *learnt, size_t size)
{
    if (known[0] != '\0' || learnt[0] == '\0') return false;
    memcpy(known, learnt, size);
    return true;
}

static bool fill_texts(struct instrument *known, const struct instrument *learnt)
{
    bool filled = fill_text(known->title, learnt->title, sizeof known->title);
    filled |= fill_text(known->group_title, learnt->group_title, sizeof known->group_title);
    filled |= fill_text(known->slug, learnt->slug, sizeof known->slug);
    filled |= fill_text(known->event_title, learnt->event_title, sizeof known->event_title);
    filled |= fill_text(known->event_slug, learnt->event_slug, sizeof known->event_slug);
    return filled;
}

static bool fill_number(int64_t *known, int64_t learnt, int64_t unknown)
{
    if (*known != unknown || learnt == unknown) return false;
    *known = learnt;
    return true;
}

/* A grid says more than a tick, which is its finest step. */
static bool fill_grid(struct instrument *known, const struct instrument *learnt)
{
    if (known->range_count == 0 && instrument_set_ranges(known, learnt->ranges, learnt->range_count)) return true;
    return fill_number(&known->tick, learnt->tick, PRICE_NONE);
}

static bool fill_terms(struct instrument *known, const struct instrument *learnt)
{
    bool filled = fill_grid(known, learnt);
    filled |= fill_number(&known->min_order_size, learnt->min_order_size, 0);
    filled |= fill_number(&known->close_time, learnt->close_time, 0);
    if (known->negative_risk_known || !learnt->negative_risk_known) return filled;
    known->negative_risk = learnt->negative_risk;
    known->negative_risk_known = true;
    return true;
}

/* Room for the names was reserved. */
static bool fill_outcomes(struct registry *registry, struct market *market, const struct instrument *learnt)
{
    struct instrument *known = &market->instrument;
    struct outcome outcomes[INSTRUMENT_OUTCOMES];
    memcpy(outcomes, learnt->outcomes, sizeof outcomes);
    if (!outcomes_turn(outcomes, known)) return false;
    bool filled = false;
    for (unsigned n = 0; n < INSTRUMENT_OUTCOMES; n++) {
        filled |= fill_text(known->outcomes[n].name, outcomes[n].name, sizeof known->outcomes[n].name);
        if (known->outcomes[n].token[0] == '\0' && outcomes[n].token[0] != '\0')
            filled |= registry_set_token(registry, market, n, text_from(outcomes[n].token));
    }
    return filled;
}

static void market_fill(struct registry *registry, struct market *market, const struct instrument *learnt)
{
    bool filled = fill_outcomes(registry, market, learnt);
    filled |= fill_texts(&market->instrument, learnt);
    filled |= fill_terms(&market->instrument, learnt);
    if (filled) market->version++;
}

/* ---- finding and adding ---- */

/* The market that has an instrument's symbol, else the one that has a token of it. */
static struct market *registry_match(const struct registry *registry, const struct instrument *instrument)
{
    struct market *found = registry_find(registry, instrument->venue, text_from(instrument->symbol), NULL);
    for (unsigned n = 0; found == NULL && n < INSTRUMENT_OUTCOMES; n++)
        found = registry_find(registry, instrument->venue, outcome_token(instrument, n), NULL);
    return found;
}

/* Enters the symbol, then the tokens one by one: one that repeats a name is dropped. */
static void market_enter(struct registry *registry, struct market *market)
{
    struct outcome *outcomes = market->instrument.outcomes;
    symbol_table_insert(&registry->symbols, market, SYMBOL_OF_MARKET);
    for (int n = 0; n < INSTRUMENT_OUTCOMES; n++) {
        struct text token = text_from(outcomes[n].token);
        if (token.length == 0) continue;
        if (symbol_table_find(&registry->symbols, market->instrument.venue, token) == NULL)
            symbol_table_insert(&registry->symbols, market, n);
        else
            outcomes[n].token[0] = '\0';
    }
}

struct clean_cut market_cut(const struct market *market)
{
    const struct proof *proof = &market->proof;
    /* Whose last check still holds: a burst that the connection was lost in was not checked. */
    bool kept =
        proof->state == PROOF_POLLED || (proof->state == PROOF_STALE && proof->last.stamp.mono >= market->changed.mono);
    if (proof->state == PROOF_VERIFIED || (kept && proof->last.verdict == VERDICT_VERIFIED))
        return (struct clean_cut){SIDE_BID, 0};
    return clean_view_cut(&market->book, &market->newest);
}

struct registry *registry_create(const uint8_t key[16])
{
    struct registry *registry = memory_zeroed(1, sizeof *registry);
    if (registry != NULL) registry->symbols.key = siphash_key(key);
    return registry;
}

void registry_destroy(struct registry *registry)
{
    if (registry == NULL) return;
    for (size_t n = 0; n < registry->slot_count; n++) market_destroy(registry->slots[n].market);
    symbol_table_free(&registry->symbols);
    free(registry->slots);
    free(registry->order);
    free(registry);
}

struct market_handle registry_add(struct registry *registry, const struct instrument *instrument)
{
    if (instrument->symbol[0] == '\0') return MARKET_NONE;
    if (!symbol_table_reserve(&registry->symbols, NAMES_OF_MARKET)) return MARKET_NONE;
    struct market *known = registry_match(registry, instrument);
    if (known != NULL) {
        market_fill(registry, known, instrument);
        return known->handle;
    }
    if (!slots_reserve_one(registry)) return MARKET_NONE;
    struct market *market = market_create(instrument);
    if (market == NULL) return MARKET_NONE;
    market->handle = slot_take(registry, market);
    market_enter(registry, market);
    return market->handle;
}

void registry_remove(struct registry *registry, struct market_handle handle)
{
    struct market *market = registry_market(registry, handle);
    if (market == NULL) return;
    for (int name = SYMBOL_OF_MARKET; name < INSTRUMENT_OUTCOMES; name++)
        symbol_table_remove(&registry->symbols, market, name);
    slot_give_back(registry, handle.index);
    market_destroy(market);
}

struct market *registry_market(const struct registry *registry, struct market_handle handle)
{
    if (handle.index >= registry->slot_count) return NULL;
    const struct slot *slot = &registry->slots[handle.index];
    return slot->generation == handle.generation ? slot->market : NULL;
}

struct market *registry_find(const struct registry *registry, enum venue_id venue, struct text symbol, int *outcome)
{
    const struct symbol_entry *entry = symbol_table_find(&registry->symbols, venue, symbol);
    if (entry == NULL) return NULL;
    if (outcome != NULL) *outcome = entry->outcome;
    return entry->market;
}

bool registry_set_token(struct registry *registry, struct market *market, unsigned outcome, struct text token)
{
    if (outcome >= INSTRUMENT_OUTCOMES || token.length == 0 || token.length >= SYMBOL_SIZE) return false;
    if (memchr(token.at, '\0', token.length) != NULL) return false;
    char *known = market->instrument.outcomes[outcome].token;
    if (known[0] != '\0') return text_is(token, known);
    if (!symbol_table_reserve(&registry->symbols, 1)) return false;
    if (symbol_table_find(&registry->symbols, market->instrument.venue, token) != NULL) return false;
    memcpy(known, token.at, token.length);
    known[token.length] = '\0';
    symbol_table_insert(&registry->symbols, market, (int)outcome);
    market->version++;
    return true;
}

struct market *registry_next(const struct registry *registry, size_t *position)
{
    if (*position >= registry->count) return NULL;
    return registry->slots[registry->order[(*position)++]].market;
}

size_t registry_count(const struct registry *registry)
{
    return registry->count;
}
