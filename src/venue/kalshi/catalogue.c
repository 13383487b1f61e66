#include "booktop/venue/kalshi/catalogue.h"

#include <string.h>

#include "../dates.h"
#include "values.h"

/* One object of a reply, read as if it were a market: what it is, its keys tell. An event's title stands where a market
 * has its own. */
struct listing {
    struct catalogue_entry entry;
    int winner;
    bool has_markets;               /* an event with its markets inside */
    struct json_value rules, other; /* rules_primary and rules_secondary, borrowed from the body */
};

/* Where markets go: to the catalogue, or, without one, the first of them to `only`. */
struct reading {
    struct json_reader reader;
    struct catalogue *catalogue;
    size_t count_max; /* entries that the catalogue may have in the end */
    bool again;       /* its entries are there: they get their details */
    struct listing *only;
    bool has_only, no_memory;
};

static const char why_shape[] = "neither a market nor an event nor a list of them";

/* === Values === */

/* Each leaves what stands in `out` where the value is not what it expects. */

static void text_value(const struct json_value *value, void *out, size_t size)
{
    if (value->type == JSON_STRING) json_unescape(value, out, size);
}

/* Every market has one; the plain "Yes" says nothing. */
static void group_value(const struct json_value *value, void *out, size_t size)
{
    if (!kalshi_value_is(value, "Yes")) text_value(value, out, size);
}

static void symbol_value(const struct json_value *value, void *out, size_t size)
{
    struct text symbol;
    if (value_symbol(value, &symbol)) text_copy(symbol, out, size);
}

/* 0 and 1 say that there is none. */
static void best_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    value_best(value, out);
}

_Static_assert(KALSHI_SIZE_SCALE == MONEY_SCALE, "contracts of at most one dollar, read as dollars");

static void volume_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    kalshi_value_size(value, out);
}

static void date_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    if (value->type == JSON_STRING && !value->escaped) date_read(value->text, out, NULL);
}

static void status_value(const struct json_value *value, void *out, size_t size)
{
    static const struct {
        const char *word;
        enum market_status status;
    } words[] = {
        {"initialized", MARKET_PAUSED}, {"inactive", MARKET_PAUSED},    {"active", MARKET_OPEN},
        {"closed", MARKET_CLOSED},      {"determined", MARKET_CLOSED},  {"disputed", MARKET_CLOSED},
        {"amended", MARKET_CLOSED},     {"finalized", MARKET_RESOLVED},
    };
    (void)size;
    enum market_status *status = out;
    if (value->type != JSON_STRING) return;
    /* A word that we do not know is some way of not being traded. */
    *status = MARKET_PAUSED;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (kalshi_value_is(value, words[i].word)) *status = words[i].status;
}

static void winner_value(const struct json_value *value, void *out, size_t size)
{
    (void)size;
    *(int *)out = kalshi_value_result(value);
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
    KEY("ticker", symbol_value, entry.instrument.symbol),
    KEY("title", text_value, entry.instrument.title),
    KEY("yes_sub_title", group_value, entry.instrument.group_title),
    KEY("event_ticker", symbol_value, entry.instrument.event_slug),
    KEY("close_time", date_value, entry.instrument.close_time),
    KEY("yes_bid_dollars", best_value, entry.best_bid),
    KEY("yes_ask_dollars", best_value, entry.best_ask),
    KEY("last_price_dollars", best_value, entry.last_trade),
    KEY("previous_price_dollars", best_value, entry.previous),
    KEY("volume_24h_fp", volume_value, entry.volume_24h),
    KEY("status", status_value, entry.status),
    KEY("result", winner_value, winner),
    KEY("rules_primary", value_raw, rules),
    KEY("rules_secondary", value_raw, other),
#undef KEY
};

/* === Objects === */

static void listing_start(struct listing *listing)
{
    memset(listing, 0, sizeof *listing);
    struct catalogue_entry *entry = &listing->entry;
    struct instrument *instrument = &entry->instrument;
    instrument->venue = VENUE_KALSHI;
    instrument->price_scale = KALSHI_PRICE_SCALE;
    instrument->size_scale = KALSHI_SIZE_SCALE;
    instrument->price_limit = instrument_one(instrument);
    instrument->tick = PRICE_NONE;
    text_copy(TEXT("Yes"), instrument->outcomes[0].name, sizeof instrument->outcomes[0].name);
    text_copy(TEXT("No"), instrument->outcomes[1].name, sizeof instrument->outcomes[1].name);
    entry->best_bid = entry->best_ask = entry->last_trade = PRICE_NONE;
    entry->volume_24h = entry->liquidity = -1;
    entry->has_book = true;
    listing->winner = -1;
}

/* What a market does not say itself its event says for it. */
static void take_from_event(struct instrument *market, const struct instrument *event)
{
    if (!market->event_title[0]) memcpy(market->event_title, event->title, sizeof market->event_title);
    if (!market->event_slug[0]) memcpy(market->event_slug, event->event_slug, sizeof market->event_slug);
}

/* Markets that were read from `first` on belong to an event. */
static void event_take(struct reading *reading, const struct listing *event, size_t first)
{
    struct catalogue *catalogue = reading->catalogue;
    if (!catalogue) return;
    for (size_t i = first; i < catalogue->count; i++)
        take_from_event(&catalogue->entries[i].instrument, &event->entry.instrument);
}

/* Its fee is its series', which the market does not tell. */
static bool describe(struct catalogue *catalogue, struct catalogue_entry *entry, const struct listing *listing)
{
    struct details details = {.fee = {.kind = FEE_OF_SERIES}};
    if (catalogue->plain) return true;
    value_rules(&listing->rules, &details);
    value_rules(&listing->other, &details);
    return catalogue_describe(catalogue, entry, &details);
}

static struct catalogue_entry *find_entry(const struct catalogue *catalogue, const char *symbol)
{
    for (size_t i = 0; i < catalogue->count; i++)
        if (strcmp(catalogue->entries[i].instrument.symbol, symbol) == 0) return &catalogue->entries[i];
    return NULL;
}

static void market_describe(struct reading *reading, const struct listing *listing)
{
    struct catalogue_entry *entry = find_entry(reading->catalogue, listing->entry.instrument.symbol);
    if (entry && entry->details == 0) reading->no_memory |= !describe(reading->catalogue, entry, listing);
}

static void market_take(struct reading *reading, struct listing *listing)
{
    struct instrument *instrument = &listing->entry.instrument;
    memcpy(instrument->slug, instrument->symbol, sizeof instrument->symbol);
    if (!reading->catalogue) {
        if (!reading->has_only) *reading->only = *listing;
        reading->has_only = true;
        return;
    }
    if (reading->again) {
        market_describe(reading, listing);
        return;
    }
    if (reading->catalogue->count == reading->count_max) return;
    struct catalogue_entry *entry = catalogue_append(reading->catalogue);
    if (entry) *entry = listing->entry;
    reading->no_memory |= !entry || !describe(reading->catalogue, entry, listing);
}

static size_t reading_count(const struct reading *reading)
{
    return reading->catalogue ? reading->catalogue->count : 0;
}

static void ranges_take(struct reading *reading, const struct json_value *list, struct instrument *instrument)
{
    struct price_range ranges[INSTRUMENT_RANGES];
    size_t count;
    /* A grid that cannot be kept is as good as none. */
    if (!kalshi_ranges_read(&reading->reader, list, ranges, INSTRUMENT_RANGES, &count))
        instrument_set_ranges(instrument, ranges, count);
}

static void listings_read(struct reading *reading, const struct json_value *list);

static void member_read(struct reading *reading, struct listing *listing, struct text key)
{
    struct json_reader *reader = &reading->reader;
    struct json_value value;
    if (!json_read(reader, &value)) return;
    if (text_is(key, "markets")) {
        listing->has_markets = true;
        listings_read(reading, &value);
        return;
    }
    if (text_is(key, "price_ranges")) {
        ranges_take(reading, &value, &listing->entry.instrument);
        return;
    }
    for (size_t i = 0; i < sizeof listing_keys / sizeof *listing_keys; i++) {
        const struct listing_key *known = &listing_keys[i];
        if (text_equal(key, known->name)) known->read(&value, (char *)listing + known->offset, known->size);
    }
    json_leave(reader, &value);
}

/* Reads an object that was entered, and takes the market that it is or those that it has. */
static void listing_read(struct reading *reading, struct listing *listing)
{
    size_t first = reading_count(reading);
    struct text key;
    listing_start(listing);
    while (json_next_key(&reading->reader, &key)) member_read(reading, listing, key);
    if (reading->reader.error) return;
    if (listing->has_markets)
        event_take(reading, listing, first);
    else if (listing->entry.instrument.symbol[0])
        market_take(reading, listing);
}

/* A list of objects; `list` was just read. */
static void listings_read(struct reading *reading, const struct json_value *list)
{
    struct json_reader *reader = &reading->reader;
    struct json_value value;
    struct listing listing;
    if (list->type != JSON_ARRAY) {
        json_leave(reader, list);
        return;
    }
    while (json_next_element(reader) && json_read(reader, &value))
        if (value.type == JSON_OBJECT)
            listing_read(reading, &listing);
        else
            json_leave(reader, &value);
}

/* === Bodies === */

static void cursor_read(const struct json_value *value, char *cursor)
{
    if (!cursor) return;
    cursor[0] = '\0';
    /* One that was cut would lead elsewhere. */
    if (value->type == JSON_STRING && value->text.length < KALSHI_CURSOR_SIZE)
        json_unescape(value, cursor, KALSHI_CURSOR_SIZE);
}

/* Reads the object that is the whole of a body. True if it has one of the keys that make it what we look for. */
static bool body_read(struct reading *reading, char *cursor)
{
    struct json_reader *reader = &reading->reader;
    struct json_value value;
    struct listing listing, event;
    struct text key;
    size_t first = reading_count(reading);
    bool shape = false, has_event = false;
    while (json_next_key(reader, &key)) {
        bool list = text_is(key, "markets") || text_is(key, "events");
        bool market = text_is(key, "market"), one = text_is(key, "event"), page = text_is(key, "cursor");
        if (!json_read(reader, &value)) break;
        if (list && value.type == JSON_ARRAY) {
            listings_read(reading, &value);
            shape = true;
        } else if ((market || one) && value.type == JSON_OBJECT) {
            listing_read(reading, one ? &event : &listing);
            has_event |= one;
            shape = true;
        } else {
            if (page) cursor_read(&value, cursor);
            json_leave(reader, &value);
        }
    }
    if (has_event && !reader->error) event_take(reading, &event, first);
    return shape;
}

/* NULL, or why the body is none of ours. */
static const char *reading_run(struct reading *reading, struct text body, char *cursor)
{
    struct json_value value;
    struct json_reader *reader = &reading->reader;
    bool shape = false;
    if (cursor) cursor[0] = '\0';
    json_start(reader, body);
    if (json_read(reader, &value)) {
        if (value.type == JSON_OBJECT)
            shape = body_read(reading, cursor);
        else
            json_leave(reader, &value);
    }
    if (!json_finish(reader)) return reader->error;
    if (reading->no_memory) return "out of memory";
    return shape ? NULL : why_shape;
}

/* === Public === */

bool kalshi_read_catalogue(struct catalogue *catalogue, struct text body, char *cursor, const char **why)
{
    size_t before = catalogue->count, described = catalogue->shelf.count;
    struct reading reading = {.catalogue = catalogue, .count_max = before + KALSHI_CATALOGUE_MAX};
    const char *refused = reading_run(&reading, body, cursor);
    if (!refused) return true;
    catalogue_cut(catalogue, before, described);
    if (cursor) cursor[0] = '\0';
    *why = refused;
    return false;
}

bool kalshi_describe_catalogue(struct catalogue *catalogue, struct text body)
{
    struct reading reading = {.catalogue = catalogue, .again = true};
    return reading_run(&reading, body, NULL) == NULL;
}

bool kalshi_read_market(struct kalshi_market_news *news, struct text body, const char **why)
{
    struct listing only;
    struct reading reading = {.only = &only};
    listing_start(&only);
    const char *refused = reading_run(&reading, body, NULL);
    if (!refused && !reading.has_only) refused = "no market";
    if (refused) {
        *why = refused;
        return false;
    }
    news->status = only.entry.status;
    news->winner = only.winner;
    news->entry = only.entry;
    return true;
}
