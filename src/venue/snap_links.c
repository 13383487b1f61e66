/* What every venue's sync has beyond markets: which ones there are, what was asked and is not answered, streams that
 * may have stopped. */
#include "snap.h"
#include "values.h"

/* Kinds are bits of an unsigned. */
#define REQUEST_KIND_LIMIT 32
/* Of one market: one of each kind, and a few that ask whether the stream goes on. */
#define MARKET_REQUESTS_MAX 32

static const struct snap_field request_fields[] = {
    SNAP_FIELD(struct request, kind, "kind", SNAP_COUNT, REQUEST_KIND_LIMIT),
    SNAP_FIELD(struct request, number, "number", SNAP_COUNT, 0),
    SNAP_FIELD(struct request, index, "index", SNAP_COUNT, 0),
    SNAP_FIELD(struct request, asked, "asked", SNAP_PAST, 0),
    SNAP_FIELD(struct request, again, "again", SNAP_FLAG, 0),
};

static const struct snap_field requests_fields[] = {
    SNAP_FIELD(struct requests, next, "next_request", SNAP_COUNT, 0),
};

static const struct snap_field freeze_fields[] = {
    SNAP_FIELD(struct freeze, state, "state", SNAP_COUNT, FREEZE_STOPPED + 1),
    SNAP_FIELD(struct freeze, heard, "heard", SNAP_PAST, 0),
    SNAP_FIELD(struct freeze, due, "due", SNAP_TIME, 0),
    SNAP_FIELD(struct freeze, asked, "asked", SNAP_PAST, 0),
    SNAP_FIELD(struct freeze, wait, "wait", SNAP_SPAN, 0),
    SNAP_FIELD(struct freeze, question, "question", SNAP_COUNT, 0),
    SNAP_FIELD(struct freeze, waits, "waits", SNAP_FLAG, 0),
    SNAP_FIELD(struct freeze, ahead, "ahead", SNAP_COUNT, 0),
    SNAP_FIELD(struct freeze, mistakes, "mistakes", SNAP_COUNT, 0),
};

static const struct snap_field witness_fields[] = {
    SNAP_FIELD(struct freeze_witness, activity.at, "since", SNAP_PAST, 0),
    SNAP_FIELD(struct freeze_witness, activity.count, "moved", SNAP_COUNT, 0),
    SNAP_FIELD(struct freeze_witness, compared_at, "compared", SNAP_PAST, 0),
    SNAP_FIELD(struct freeze_witness, froze, "froze", SNAP_FLAG, 0),
};

static const struct snap_field clock_fields[] = {
    SNAP_FIELD(struct resync_clock, last, "last", SNAP_PAST, 0),
    SNAP_FIELD(struct resync_clock, wait, "wait", SNAP_SPAN, 0),
};

/* === Markets === */

static bool read_symbol(struct text value, struct text *symbol)
{
    struct json_reader reader;
    struct json_value name;
    json_start(&reader, value);
    return json_read(&reader, &name) && name.type == JSON_STRING && value_symbol(&name, symbol);
}

void snap_write_market_name(struct json_writer *out, const struct registry *registry, struct market_handle handle)
{
    const struct market *market = registry_market(registry, handle);
    if (market)
        json_write_string(out, text_from(market->instrument.symbol));
    else
        json_write_null(out);
}

struct market_handle snap_read_market_name(const struct registry *registry, enum venue_id venue, struct text value)
{
    struct text symbol;
    int outcome;
    if (!read_symbol(value, &symbol)) return MARKET_NONE;
    const struct market *market = registry_find(registry, venue, symbol, &outcome);
    return market && outcome < 0 ? market->handle : MARKET_NONE;
}

struct market *snap_add_market(struct registry *registry, const struct instrument *instrument)
{
    struct text symbol = text_from(instrument->symbol);
    bool full = registry_count(registry) >= SNAP_MARKETS_MAX;
    if (full && !registry_find(registry, instrument->venue, symbol, NULL)) return NULL;
    return registry_market(registry, registry_add(registry, instrument));
}

void snap_write_markets(struct json_writer *out, const struct registry *registry, const struct market_handle *markets,
                        size_t stride, size_t count)
{
    size_t written = 0;
    json_write_key(out, "markets");
    json_write_array(out);
    for (size_t i = 0; i < count && written < SNAP_MARKETS_MAX; i++) {
        struct market_handle market;
        memcpy(&market, (const char *)markets + i * stride, sizeof market);
        if (!registry_market(registry, market)) continue;
        snap_write_market_name(out, registry, market);
        written++;
    }
    json_write_array_end(out);
}

bool snap_read_markets(struct text object, struct registry *registry, enum venue_id venue, unsigned price_scale,
                       unsigned size_scale)
{
    struct snap_list list = {.begun = false};
    struct text array, element, symbol;
    struct instrument instrument;
    if (!snap_member(object, "markets", &array)) return true;
    for (size_t i = 0; snap_next(&list, array, &element); i++) {
        if (i == SNAP_MARKETS_MAX || !read_symbol(element, &symbol)) return false;
        if (registry_find(registry, venue, symbol, NULL)) continue;
        if (!instrument_init(&instrument, venue, symbol, price_scale, size_scale)) return false;
        if (!snap_add_market(registry, &instrument)) return false;
    }
    return !list.failed;
}

/* === Requests === */

static bool is_of_kinds(const struct request *request, unsigned kinds)
{
    return request->kind > 0 && request->kind < REQUEST_KIND_LIMIT && (kinds >> request->kind & 1);
}

/* What is put back: asked for once, of a kind that is saved. */
static bool read_request(struct text object, struct stamp stamp, unsigned kinds, uint32_t indices,
                         struct request *request)
{
    *request = (struct request){.kind = 0};
    return snap_read(object, stamp, SNAP_TABLE(request_fields), request) && is_of_kinds(request, kinds) &&
           request->index < indices && request->asked != 0;
}

/* The next one by number; NULL: there is none. */
static const struct request *request_after(const struct requests *requests, unsigned kinds,
                                           const struct request *before)
{
    const struct request *next = NULL;
    for (size_t i = 0; i < requests->count; i++) {
        const struct request *each = &requests->places[i];
        if (!is_of_kinds(each, kinds) || (before && each->number <= before->number)) continue;
        if (!next || each->number < next->number) next = each;
    }
    return next;
}

void snap_write_requests(struct json_writer *out, struct stamp stamp, const struct requests *requests,
                         const struct registry *registry, unsigned kinds)
{
    snap_write(out, stamp, SNAP_TABLE(requests_fields), requests);
    json_write_key(out, "requests");
    json_write_array(out);
    const struct request *request = NULL;
    for (size_t i = 0; i < REQUESTS_PUT_MAX && (request = request_after(requests, kinds, request)); i++) {
        json_write_object(out);
        snap_write(out, stamp, SNAP_TABLE(request_fields), request);
        json_write_key(out, "market");
        snap_write_market_name(out, registry, request->market);
        json_write_object_end(out);
    }
    json_write_array_end(out);
}

bool snap_read_requests(struct text object, struct stamp stamp, struct requests *requests,
                        const struct registry *registry, enum venue_id venue, unsigned kinds, uint32_t indices)
{
    struct snap_list list = {.begun = false};
    struct text array, element, name;
    if (!snap_read(object, stamp, SNAP_TABLE(requests_fields), requests)) return false;
    if (!snap_member(object, "requests", &array)) return true;
    for (size_t i = 0; snap_next(&list, array, &element); i++) {
        struct request request;
        if (i == REQUESTS_PUT_MAX || !read_request(element, stamp, kinds, indices, &request)) return false;
        if (snap_member(element, "market", &name)) request.market = snap_read_market_name(registry, venue, name);
        if (!requests_put(requests, &request)) return false;
    }
    return !list.failed;
}

void snap_write_open_requests(struct json_writer *out, struct stamp stamp, const struct requests *requests,
                              struct market_handle market, unsigned kinds)
{
    size_t written = 0;
    json_write_key(out, "open");
    json_write_array(out);
    const struct request *request = NULL;
    while (written < MARKET_REQUESTS_MAX && (request = request_after(requests, kinds, request))) {
        if (!market_handle_equal(request->market, market)) continue;
        json_write_object(out);
        snap_write(out, stamp, SNAP_TABLE(request_fields), request);
        json_write_object_end(out);
        written++;
    }
    json_write_array_end(out);
}

bool snap_read_open_requests(struct text object, struct stamp stamp, struct requests *requests,
                             struct market_handle market, unsigned kinds, uint32_t indices)
{
    struct snap_list list = {.begun = false};
    struct text array, element;
    requests_drop(requests, market);
    if (!snap_member(object, "open", &array)) return true;
    for (size_t i = 0; snap_next(&list, array, &element); i++) {
        struct request request;
        if (i == MARKET_REQUESTS_MAX || !read_request(element, stamp, kinds, indices, &request)) return false;
        request.market = market;
        if (!requests_put(requests, &request)) return false;
    }
    return !list.failed;
}

/* === Streams that may have stopped === */

void snap_write_freeze(struct json_writer *out, struct stamp stamp, const struct freeze *freeze,
                       const struct registry *registry)
{
    json_write_key(out, "freeze");
    json_write_object(out);
    snap_write(out, stamp, SNAP_TABLE(freeze_fields), freeze);
    json_write_key(out, "witness");
    snap_write_market_name(out, registry, freeze->witness);
    json_write_object_end(out);
}

bool snap_read_freeze(struct text object, struct stamp stamp, struct freeze *freeze, const struct registry *registry,
                      enum venue_id venue)
{
    struct text value, name;
    if (!snap_member(object, "freeze", &value)) return true;
    if (!snap_read(value, stamp, SNAP_TABLE(freeze_fields), freeze)) return false;
    if (snap_member(value, "witness", &name)) freeze->witness = snap_read_market_name(registry, venue, name);
    return true;
}

void snap_write_witness(struct json_writer *out, struct stamp stamp, const struct freeze_witness *witness)
{
    snap_write_object(out, "witness", stamp, SNAP_TABLE(witness_fields), witness);
}

bool snap_read_witness(struct text object, struct stamp stamp, struct freeze_witness *witness)
{
    return snap_read_object(object, "witness", stamp, SNAP_TABLE(witness_fields), witness);
}

void snap_write_clock(struct json_writer *out, struct stamp stamp, const struct resync_clock *clock)
{
    snap_write_object(out, "clock", stamp, SNAP_TABLE(clock_fields), clock);
}

bool snap_read_clock(struct text object, struct stamp stamp, struct resync_clock *clock)
{
    return snap_read_object(object, "clock", stamp, SNAP_TABLE(clock_fields), clock);
}
