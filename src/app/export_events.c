#include "export_events.h"

#include <stdlib.h>
#include <string.h>

#include "booktop/venue/venue.h"

/* A market as it was exported. */
struct exported {
    struct market_handle market; /* MARKET_NONE: nothing of it was */
    size_t number;
    struct order_book book;
    uint32_t epoch; /* in which `book` was exported */
    bool has_book;
    enum proof_state state;
    bool has_state;
};

struct export_events {
    struct engine *engine;
    const struct export_format *format;
    void *context;
    struct exported *markets; /* by index of handle */
    size_t capacity, count;
    struct export_level *levels, *gone; /* scratch, owned */
    size_t level_capacity, gone_capacity;
    struct stamp stamp;
    const char *only; /* NULL: all */
    bool waits, failed;
};

static void on_event(void *context, const struct event_report *report);
static void on_state(void *context, const struct market *market);

static const struct engine_sink sink = {.on_event = on_event, .on_state = on_state};

struct export_events *export_events_create(struct engine *engine, const struct export_format *format, void *context)
{
    struct export_events *events = calloc(1, sizeof *events);
    if (!events) return NULL;
    *events = (struct export_events){.engine = engine, .format = format, .context = context};
    if (engine_add_sink(engine, &sink, events)) return events;
    free(events);
    return NULL;
}

void export_events_destroy(struct export_events *events)
{
    if (!events) return;
    for (size_t i = 0; i < events->capacity; i++) order_book_free(&events->markets[i].book);
    free(events->markets);
    free(events->levels);
    free(events->gone);
    free(events);
}

/* === Markets === */

static bool reserve_markets(struct export_events *events, size_t index)
{
    if (index < events->capacity) return true;
    size_t capacity = 2 * index + 16;
    struct exported *markets = realloc(events->markets, capacity * sizeof *markets);
    if (!markets) return false;
    for (size_t i = events->capacity; i < capacity; i++) {
        markets[i] = (struct exported){.market = MARKET_NONE};
        order_book_init(&markets[i].book, 0);
    }
    events->markets = markets;
    events->capacity = capacity;
    return true;
}

static bool is_wanted(const struct export_events *events, const struct market *market)
{
    if (!events->only) return true;
    const char *venue = venue_get(market->instrument.venue)->name, *symbol = events->only;
    size_t length = strlen(venue);
    if (strncmp(symbol, venue, length) == 0 && symbol[length] == ':') symbol += length + 1;
    return strcmp(symbol, market->instrument.symbol) == 0;
}

/* NULL: out of memory, or writing has failed. */
static struct exported *exported_of(struct export_events *events, const struct market *market)
{
    if (events->failed || !reserve_markets(events, market->handle.index)) {
        events->failed = true;
        return NULL;
    }
    struct exported *exported = &events->markets[market->handle.index];
    if (market_handle_equal(exported->market, market->handle)) return exported;
    order_book_free(&exported->book);
    *exported = (struct exported){.market = market->handle, .number = events->count++};
    order_book_init(&exported->book, 0);
    const struct export_format *format = events->format;
    if (format->market && !format->market(events->context, &market->instrument, exported->number, false))
        events->failed = true;
    return events->failed ? NULL : exported;
}

/* === Books === */

static bool push(struct export_level **levels, size_t *capacity, size_t *count, struct export_level level)
{
    if (*count == *capacity) {
        size_t more = *capacity > 0 ? 2 * *capacity : 256;
        struct export_level *larger = realloc(*levels, more * sizeof *larger);
        if (!larger) return false;
        *levels = larger;
        *capacity = more;
    }
    (*levels)[(*count)++] = level;
    return true;
}

static void write_book(struct export_events *events, struct export_book *row)
{
    row->levels = events->levels;
    row->gone = events->gone;
    if (events->format->book && !events->format->book(events->context, row)) events->failed = true;
}

/* All of the new side, and what the old one had beyond it; then the old one is the new one. */
static bool take_side(struct export_events *events, struct export_book *row, struct book_side *old,
                      const struct book_side *new)
{
    for (const struct level *level = book_side_best(old); level; level = book_side_worse(old, level)) {
        struct export_level gone = {old->side, level->price, 0};
        if (book_side_quantity(new, level->price) > 0) continue;
        if (!push(&events->gone, &events->gone_capacity, &row->gone_count, gone)) return false;
    }
    book_side_clear(old);
    if (!book_side_reserve(old, new->count)) return false;
    for (const struct level *level = book_side_worst(new); level; level = book_side_better(new, level))
        if (!book_side_set(old, level->price, level->quantity, NULL)) return false;
    for (const struct level *level = book_side_best(new); level; level = book_side_worse(new, level)) {
        struct export_level all = {old->side, level->price, level->quantity};
        if (!push(&events->levels, &events->level_capacity, &row->count, all)) return false;
    }
    return true;
}

static void export_whole(struct export_events *events, const struct market *market, struct exported *exported,
                         struct stamp stamp, int64_t venue_ms)
{
    struct export_book row = {
        .market = market, .number = exported->number, .stamp = stamp, .venue_ms = venue_ms, .snapshot = true};
    if (!take_side(events, &row, &exported->book.bids, &market->book.bids) ||
        !take_side(events, &row, &exported->book.asks, &market->book.asks)) {
        events->failed = true;
        return;
    }
    exported->epoch = market->epoch;
    exported->has_book = true;
    write_book(events, &row);
}

/* What now stands at a price, if that is something new. */
static bool take_level(struct export_events *events, struct export_book *row, struct book_side *old,
                       const struct book_side *new, price_t price)
{
    quantity_t now = book_side_quantity(new, price);
    if (now == book_side_quantity(old, price)) return true;
    return book_side_set(old, price, now, NULL) &&
           push(&events->levels, &events->level_capacity, &row->count, (struct export_level){old->side, price, now});
}

/* An entry tells of its price or, where it is in the other outcome's terms, of that price's complement. */
static void export_changes(struct export_events *events, const struct event_report *report, const struct market *market,
                           struct exported *exported)
{
    const struct event_changes *changes = &report->event->changes;
    struct export_book row = {
        .market = market, .number = exported->number, .stamp = report->stamp, .venue_ms = report->event->venue_ms};
    struct order_book *old = &exported->book;
    bool good = true;
    for (size_t i = 0; i < changes->count && good; i++) {
        price_t price = changes->changes[i].price, other = instrument_mirror(&market->instrument, price);
        good = take_level(events, &row, &old->bids, &market->book.bids, price) &&
               take_level(events, &row, &old->bids, &market->book.bids, other) &&
               take_level(events, &row, &old->asks, &market->book.asks, price) &&
               take_level(events, &row, &old->asks, &market->book.asks, other);
    }
    if (!good) events->failed = true;
    if (good && row.count > 0) write_book(events, &row);
}

/* === Trades === */

static void export_trade(struct export_events *events, const struct event_report *report, const struct market *market,
                         struct exported *exported)
{
    const struct event_trade *got = &report->event->trade;
    struct export_trade row = {
        .market = market, .number = exported->number, .stamp = report->stamp, .rest = report->message == 0};
    row.trade = (struct trade){
        .venue_ms = report->event->venue_ms,
        .price = got->price,
        .quantity = got->quantity,
        .id = got->id,
        .aggressor = got->aggressor,
        .has_aggressor = got->has_aggressor,
        .outcome = (uint8_t)report->outcome,
    };
    if (report->outcome == 1) {
        row.trade.price = instrument_mirror(&market->instrument, got->price);
        row.trade.aggressor = side_other(got->aggressor);
    }
    if (!events->format->trade(events->context, &row)) events->failed = true;
}

/* === What the engine reports === */

static void on_event(void *context, const struct event_report *report)
{
    struct export_events *events = context;
    const struct market *market = registry_market(engine_registry(events->engine), report->market);
    enum event_kind kind = report->event->kind;
    if (events->failed || events->waits || !market || report->fate != FATE_APPLIED || report->outcome < 0) return;
    if (!is_wanted(events, market)) return;
    bool of_book = kind == EVENT_SNAPSHOT || kind == EVENT_CHANGES;
    if (!(of_book && events->format->book) && !(kind == EVENT_TRADE && events->format->trade)) return;
    struct exported *exported = exported_of(events, market);
    if (!exported) return;
    if (kind == EVENT_TRADE)
        export_trade(events, report, market, exported);
    else if (kind == EVENT_SNAPSHOT || !exported->has_book || exported->epoch != market->epoch)
        export_whole(events, market, exported, report->stamp, report->event->venue_ms);
    else
        export_changes(events, report, market, exported);
}

/* A market's proof knows the mono at which its state changed; the wall time of that is as far from the present one. */
static void on_state(void *context, const struct market *market)
{
    struct export_events *events = context;
    if (events->failed || events->waits || !events->format->state || !is_wanted(events, market)) return;
    struct exported *exported = exported_of(events, market);
    if (!exported || (exported->has_state && exported->state == market->proof.state)) return;
    exported->state = market->proof.state;
    exported->has_state = true;
    struct export_state row = {.market = market, .number = exported->number, .wall = events->stamp.wall};
    int64_t since = events->stamp.mono - market->proof.since;
    if (since > 0 && since < events->stamp.mono) row.wall -= since;
    if (!events->format->state(events->context, &row)) events->failed = true;
}

void export_events_at(struct export_events *events, struct stamp stamp)
{
    events->stamp = stamp;
}

void export_events_restored(struct export_events *events, enum venue_id venue, const char *symbol)
{
    if (events->failed || !events->format->book || venue >= VENUE_COUNT) return;
    const struct market *market = registry_find(engine_registry(events->engine), venue, text_from(symbol), NULL);
    if (!market || !market->has_book || !is_wanted(events, market)) return;
    struct exported *exported = exported_of(events, market);
    if (!exported || (exported->has_book && exported->epoch == market->epoch)) return;
    export_whole(events, market, exported, events->stamp, market->venue_ms);
}

void export_events_only(struct export_events *events, const char *market)
{
    events->only = market;
}

bool export_events_known(const struct export_events *events)
{
    const struct registry *registry = engine_registry(events->engine);
    const struct market *market;
    for (size_t position = 0; events->only && (market = registry_next(registry, &position));)
        if (is_wanted(events, market)) return true;
    return !events->only;
}

void export_events_wait(struct export_events *events)
{
    events->waits = true;
}

void export_events_begin(struct export_events *events, struct stamp stamp, bool known)
{
    const struct registry *registry = engine_registry(events->engine);
    const struct market *market;
    events->waits = false;
    for (size_t position = 0; known && !events->failed && (market = registry_next(registry, &position));) {
        if (!events->format->book || !market->has_book || !is_wanted(events, market)) continue;
        struct exported *exported = exported_of(events, market);
        if (exported) export_whole(events, market, exported, stamp, market->venue_ms);
    }
}

void export_events_gap(struct export_events *events, const struct export_gap *gap)
{
    if (events->failed || !events->format->gap) return;
    if (!events->format->gap(events->context, gap)) events->failed = true;
}

void export_events_finish(struct export_events *events)
{
    for (size_t i = 0; i < events->capacity && !events->failed && events->format->market; i++) {
        const struct market *market = registry_market(engine_registry(events->engine), events->markets[i].market);
        if (market && !events->format->market(events->context, &market->instrument, events->markets[i].number, true))
            events->failed = true;
    }
}

bool export_events_failed(const struct export_events *events)
{
    return events->failed;
}
