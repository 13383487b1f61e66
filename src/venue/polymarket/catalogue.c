#include "booktop/venue/polymarket/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "../dates.h"
#include "fee.h"
#include "values.h"

/* A list within a string is decoded into so many bytes; longer ones count as unreadable. */
#define ENCODED_LIST_SIZE 2048

/* One object of the reply, read as if it were a market: what it is, its keys tell. An event's title and slug stand
 * where a market has its event's title and its own slug. */
struct listing {
    struct catalogue_entry entry;
    price_t change;  /* of the last trade's price since a day before; PRICE_NONE: not told */
    unsigned tokens; /* that it lists; two make a market */
    bool is_market;  /* it has a condition id */
    bool has_markets, has_events;
    bool has_event; /* the first of its events gave its title and slug */
    bool active, closed, accepting;
    struct json_value rules, source; /* borrowed from the body: they are long, and most are not wanted */
    struct fee_terms fee;
};

struct reading {
    struct json_reader reader;
    struct catalogue *catalogue;
    size_t count_max; /* entries that the catalogue may have in the end */
    bool offers;      /* what cannot be watched is left out */
    bool no_memory;
};

static const char why_shape[] = "neither a market nor an event nor a list of them";

/* === Values === */

/* Each leaves what stands in `out` where the value is not what it expects. */

static void text_value(const struct json_value *value, void *out, size_t size)
{
    if (value->type == JSON_STRING) json_unescape(value, out, size);
}

/* A slug that was cut would lead elsewhere. */
static void slug_value(const struct json_value *value, void *out, size_t size)
{
    if (value->type == JSON_STRING && value->text.length < size) json_unescape(value, out, size);
}

static void symbol_value(const struct json_value *value, void *out, size_t size)
{
    struct text symbol;
    if (value_symbol(value, &symbol)) text_copy(symbol, out, size);
}

static void price_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    polymarket_value_price_rounded(value, out);
}

/* May be below nothing. */
static void change_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    struct text number;
    price_t change;
    if (!value_number(value, &number)) return;
    if (decimal_parse_rounded(number, POLYMARKET_PRICE_SCALE, &change) == DECIMAL_OK) *(price_t *)out = change;
}

static void size_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    polymarket_value_size_rounded(value, out);
}

static void money_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    struct text number;
    int64_t money;
    if (!value_number(value, &number)) return;
    if (decimal_parse_rounded(number, MONEY_SCALE, &money) == DECIMAL_OK && money >= 0) *(int64_t *)out = money;
}

static void date_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    if (value->type == JSON_STRING && !value->escaped) date_read(value->text, out, NULL);
}

static void flag_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    if (value->type == JSON_TRUE || value->type == JSON_FALSE) *(bool *)out = value->type == JSON_TRUE;
}

static void fees_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    fee_terms_enabled(out, value);
}

static void risk_value(const struct json_value *value, void *out, size_t size)
{
    struct instrument *instrument = out;
    if (value->type == JSON_TRUE || value->type == JSON_FALSE) instrument->negative_risk_known = true;
    flag_value(value, &instrument->negative_risk, size);
}

static const struct listing_key {
    struct text name;
    void (*read)(const struct json_value *value, void *out, size_t size);
    size_t offset, size;
} listing_keys[] = {
#define KEY(name, read, member)                                                                                        \
    {                                                                                                                  \
        {name, sizeof(name) - 1}, read, offsetof(struct listing, member), sizeof(((struct listing *)0)->member)        \
    }
    KEY("conditionId", symbol_value, entry.instrument.symbol),
    KEY("question", text_value, entry.instrument.title),
    KEY("groupItemTitle", text_value, entry.instrument.group_title),
    KEY("slug", slug_value, entry.instrument.slug),
    KEY("title", text_value, entry.instrument.event_title),
    KEY("orderPriceMinTickSize", price_value, entry.instrument.tick),
    KEY("orderMinSize", size_value, entry.instrument.min_order_size),
    KEY("endDate", date_value, entry.instrument.close_time),
    KEY("negRisk", risk_value, entry.instrument),
    KEY("bestBid", price_value, entry.best_bid),
    KEY("bestAsk", price_value, entry.best_ask),
    KEY("lastTradePrice", price_value, entry.last_trade),
    KEY("oneDayPriceChange", change_value, change),
    KEY("volume24hr", money_value, entry.volume_24h),
    KEY("liquidity", money_value, entry.liquidity),
    KEY("liquidityNum", money_value, entry.liquidity),
    KEY("enableOrderBook", flag_value, entry.has_book),
    KEY("active", flag_value, active),
    KEY("closed", flag_value, closed),
    KEY("acceptingOrders", flag_value, accepting),
    KEY("description", value_raw, rules),
    KEY("resolutionSource", value_raw, source),
    KEY("feesEnabled", fees_value, fee),
#undef KEY
};

/* === Lists of texts === */

static void name_take(struct listing *listing, size_t index, const struct json_value *value)
{
    struct outcome *outcomes = listing->entry.instrument.outcomes;
    if (index < INSTRUMENT_OUTCOMES) text_value(value, outcomes[index].name, sizeof outcomes[index].name);
}

static void token_take(struct listing *listing, size_t index, const struct json_value *value)
{
    struct outcome *outcomes = listing->entry.instrument.outcomes;
    struct json_value token = *value;
    /* Its digits are a symbol, not a number. */
    if (token.type == JSON_NUMBER) token.type = JSON_STRING;
    if (index < INSTRUMENT_OUTCOMES) symbol_value(&token, outcomes[index].token, sizeof outcomes[index].token);
    listing->tokens++;
}

/* Reads the rest of an array that was entered. */
static void array_take(struct json_reader *reader, struct listing *listing,
                       void (*take)(struct listing *listing, size_t index, const struct json_value *value))
{
    struct json_value value;
    for (size_t index = 0; json_next_element(reader) && json_read(reader, &value); index++) {
        take(listing, index, &value);
        json_leave(reader, &value);
    }
}

/* A list, or a string that holds one. False where it is neither. */
static bool list_take(struct json_reader *reader, const struct json_value *list, struct listing *listing,
                      void (*take)(struct listing *listing, size_t index, const struct json_value *value))
{
    if (list->type == JSON_ARRAY) {
        array_take(reader, listing, take);
        return true;
    }
    json_leave(reader, list);
    if (list->type != JSON_STRING) return false;

    char decoded[ENCODED_LIST_SIZE];
    struct json_reader inner;
    struct json_value value;
    json_start(&inner, (struct text){decoded, json_unescape(list, decoded, sizeof decoded)});
    if (!json_read(&inner, &value) || value.type != JSON_ARRAY) return false;
    array_take(&inner, listing, take);
    return json_finish(&inner);
}

static void tokens_read(struct json_reader *reader, const struct json_value *list, struct listing *listing)
{
    for (int i = 0; i < INSTRUMENT_OUTCOMES; i++) listing->entry.instrument.outcomes[i].token[0] = '\0';
    listing->tokens = 0;
    if (!list_take(reader, list, listing, token_take)) listing->tokens = 0;
}

/* === Objects === */

static void listing_start(struct listing *listing)
{
    memset(listing, 0, sizeof *listing);
    struct catalogue_entry *entry = &listing->entry;
    entry->instrument.venue = VENUE_POLYMARKET;
    entry->instrument.price_scale = POLYMARKET_PRICE_SCALE;
    entry->instrument.size_scale = POLYMARKET_SIZE_SCALE;
    entry->instrument.price_limit = instrument_one(&entry->instrument);
    entry->instrument.tick = PRICE_NONE;
    entry->best_bid = entry->best_ask = entry->last_trade = PRICE_NONE;
    entry->volume_24h = entry->liquidity = -1;
    listing->change = PRICE_NONE;
    entry->has_book = listing->active = listing->accepting = true;
}

static bool listing_is_complete(const struct listing *listing)
{
    const struct instrument *instrument = &listing->entry.instrument;
    const char *one = instrument->outcomes[0].token, *other = instrument->outcomes[1].token;
    return instrument->symbol[0] && listing->tokens == INSTRUMENT_OUTCOMES && one[0] && other[0] &&
           strcmp(one, other) != 0;
}

static enum market_status listing_status(const struct listing *listing)
{
    if (listing->closed) return MARKET_CLOSED;
    return listing->active && listing->accepting ? MARKET_OPEN : MARKET_PAUSED;
}

/* What a market does not say itself its event says for it. */
static void take_from_event(struct instrument *market, const struct instrument *event)
{
    if (!market->event_title[0]) memcpy(market->event_title, event->event_title, sizeof market->event_title);
    if (!market->event_slug[0]) memcpy(market->event_slug, event->slug, sizeof market->event_slug);
    if (market->negative_risk_known) return;
    market->negative_risk = event->negative_risk;
    market->negative_risk_known = event->negative_risk_known;
}

/* Puts the closed markets from `first` on behind the others; both keep their order. False when out of memory. */
static bool closed_last(struct catalogue *catalogue, size_t first)
{
    struct catalogue_entry *entries = catalogue->entries;
    size_t closed = 0, kept = first;
    for (size_t i = first; i < catalogue->count; i++) closed += entries[i].status == MARKET_CLOSED;
    if (closed == 0) return true;
    struct catalogue_entry *aside = malloc(closed * sizeof *aside);
    if (!aside) return false;
    closed = 0;
    for (size_t i = first; i < catalogue->count; i++) {
        struct catalogue_entry *to = entries[i].status == MARKET_CLOSED ? &aside[closed++] : &entries[kept++];
        if (to != &entries[i]) memcpy(to, &entries[i], sizeof *to);
    }
    memcpy(&entries[kept], aside, closed * sizeof *aside);
    free(aside);
    return true;
}

static void objects_read(struct reading *reading, const struct json_value *list, struct listing *parent);

static void member_read(struct reading *reading, struct listing *listing, struct text key)
{
    struct json_reader *reader = &reading->reader;
    struct json_value value;
    if (!json_read(reader, &value)) return;
    if (text_is(key, "markets")) {
        listing->has_markets = true;
        objects_read(reading, &value, NULL);
    } else if (text_is(key, "events")) {
        listing->has_events = true;
        objects_read(reading, &value, listing);
    } else if (text_is(key, "clobTokenIds")) {
        tokens_read(reader, &value, listing);
    } else if (text_is(key, "outcomes")) {
        list_take(reader, &value, listing, name_take);
    } else if (text_is(key, "feeSchedule")) {
        fee_terms_schedule(&listing->fee, reader, &value);
    } else {
        for (size_t i = 0; i < sizeof listing_keys / sizeof *listing_keys; i++) {
            const struct listing_key *known = &listing_keys[i];
            if (text_equal(key, known->name)) known->read(&value, (char *)listing + known->offset, known->size);
        }
        listing->is_market |= text_is(key, "conditionId");
        json_leave(reader, &value);
    }
}

/* 0: not known. */
static price_t price_before(const struct listing *listing)
{
    price_t last = listing->entry.last_trade, one = instrument_one(&listing->entry.instrument);
    price_t change = listing->change;
    if (last == PRICE_NONE || change < -one || change > one) return 0;
    return last - change > 0 ? last - change : 0;
}

static bool describe(struct catalogue *catalogue, struct catalogue_entry *entry, const struct listing *listing)
{
    struct details details = {.fee = fee_terms_fee(&listing->fee)};
    if (catalogue->plain) return true;
    value_rules(&listing->rules, &details);
    value_source(&listing->source, &details);
    return catalogue_describe(catalogue, entry, &details);
}

static bool is_offered(const struct catalogue_entry *entry)
{
    return entry->status != MARKET_CLOSED && entry->has_book;
}

static void market_take(struct reading *reading, struct listing *listing)
{
    listing->entry.status = listing_status(listing);
    if (reading->offers && !is_offered(&listing->entry)) return;
    listing->entry.previous = price_before(listing);
    struct catalogue_entry *entry = catalogue_append(reading->catalogue);
    if (entry) *entry = listing->entry;
    reading->no_memory |= !entry || !describe(reading->catalogue, entry, listing);
}

/* Reads an object that was entered and appends the markets it is or has. */
static void object_read(struct reading *reading, struct listing *listing)
{
    struct catalogue *catalogue = reading->catalogue;
    size_t first = catalogue->count, described = catalogue->shelf.count;
    struct text key;
    listing_start(listing);
    while (json_next_key(&reading->reader, &key)) member_read(reading, listing, key);
    if (reading->reader.error || reading->no_memory) return;

    struct instrument *instrument = &listing->entry.instrument;
    if (listing->is_market) {
        /* Its events list other markets, if any. */
        catalogue_cut(catalogue, first, described);
        if (!listing_is_complete(listing) || catalogue->count == reading->count_max) return;
        market_take(reading, listing);
    } else if (listing->has_markets && (instrument->event_title[0] || instrument->slug[0])) {
        for (size_t i = first; i < catalogue->count; i++)
            take_from_event(&catalogue->entries[i].instrument, instrument);
        reading->no_memory |= !closed_last(catalogue, first);
    }
}

/* A list of objects, `list` was just read. The first of a parent's events names it. */
static void objects_read(struct reading *reading, const struct json_value *list, struct listing *parent)
{
    struct json_reader *reader = &reading->reader;
    struct json_value value;
    struct listing listing;
    if (list->type != JSON_ARRAY) {
        json_leave(reader, list);
        return;
    }
    while (json_next_element(reader) && json_read(reader, &value)) {
        if (value.type != JSON_OBJECT) {
            json_leave(reader, &value);
            continue;
        }
        object_read(reading, &listing);
        if (!parent || parent->has_event || listing.is_market) continue;
        parent->has_event = true;
        take_from_event(&parent->entry.instrument, &listing.entry.instrument);
    }
}

static bool body_read(struct catalogue *catalogue, struct text body, bool offers, const char **why)
{
    struct json_value value;
    struct listing listing;
    size_t before = catalogue->count, described = catalogue->shelf.count;
    struct reading reading = {.catalogue = catalogue, .count_max = before + POLYMARKET_CATALOGUE_MAX, .offers = offers};
    bool shape = false;
    json_start(&reading.reader, body);
    if (json_read(&reading.reader, &value)) {
        if (value.type == JSON_OBJECT) {
            object_read(&reading, &listing);
            shape = listing.is_market || listing.has_markets || listing.has_events;
        } else {
            objects_read(&reading, &value, NULL);
            shape = value.type == JSON_ARRAY;
        }
    }
    bool good = json_finish(&reading.reader);
    if (good && shape && !reading.no_memory) return true;
    catalogue_cut(catalogue, before, described);
    *why = !good ? reading.reader.error : reading.no_memory ? "out of memory" : why_shape;
    return false;
}

/* === Public === */

bool polymarket_read_catalogue(struct catalogue *catalogue, struct text body, const char **why)
{
    return body_read(catalogue, body, false, why);
}

bool polymarket_read_offers(struct catalogue *catalogue, struct text body, const char **why)
{
    return body_read(catalogue, body, true, why);
}
