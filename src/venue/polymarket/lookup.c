/* Questions to Gamma: what a name means, what is traded most, what words find, what is told of one market. */
#include "booktop/venue/polymarket/catalogue.h"

#include <string.h>

#include "sync.h"

#define TOP_EVENTS 40

static void answer(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup, enum lookup_result result,
                   const char *why)
{
    lookup->used = false;
    struct lookup_report report = {
        .venue = VENUE_POLYMARKET,
        .lookup = lookup->number,
        .kind = lookup->kind,
        .result = result,
        .catalogue = result == LOOKUP_FOUND ? &sync->catalogue : NULL,
        .why = why,
        .stamp = stamp,
    };
    sync->outlet->lookup(sync->outlet->context, &report);
    details_shelf_free(&sync->catalogue.shelf); /* large, and whoever wants it has a copy */
}

/* The URL that a name leads to; 0 where the name means nothing or is too long. */
static size_t name_url(const struct venue_sync *sync, const struct lookup *lookup, char *url, size_t size)
{
    const char *root = sync->endpoints.catalogue;
    switch (lookup->name_kind) {
    case POLYMARKET_NAME_SLUG:
        if (lookup->event_tried) return polymarket_url_event_by_slug(root, lookup->name, url, size);
        return polymarket_url_market_by_slug(root, lookup->name, url, size);
    case POLYMARKET_NAME_MARKET_SLUG:
        return polymarket_url_market_by_slug(root, lookup->name, url, size);
    case POLYMARKET_NAME_CONDITION:
        return polymarket_url_market_by_condition(root, lookup->name, url, size);
    case POLYMARKET_NAME_TOKEN:
        return polymarket_url_market_by_token(root, lookup->name, url, size);
    case POLYMARKET_NAME_NONE:
        break;
    }
    return 0;
}

/* Nobody waits for what the venue refuses for a while. */
static void ask(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup, const char *url)
{
    static const char *const whats[] = {[LOOKUP_MARKET] = "market",
                                        [LOOKUP_SEARCH] = "search",
                                        [LOOKUP_TOP] = "catalogue",
                                        [LOOKUP_DETAILS] = "details"};
    struct request request = {.kind = REQUEST_LOOKUP, .index = (uint32_t)(lookup - sync->lookups)};
    if (sync_is_refused(sync, REQUEST_LOOKUP, stamp))
        answer(sync, stamp, lookup, LOOKUP_FAILED, "the venue wants us to wait");
    else if (!sync_get(sync, stamp, &request, whats[lookup->kind], url))
        answer(sync, stamp, lookup, LOOKUP_FAILED, "out of memory");
}

/* By its name, whatever its state. */
static bool is_named(enum lookup_kind kind)
{
    return kind == LOOKUP_MARKET || kind == LOOKUP_DETAILS;
}

static void refuse(struct venue_sync *sync, struct stamp stamp, uint32_t number, enum lookup_kind kind)
{
    struct lookup lookup = {.number = number, .kind = kind};
    answer(sync, stamp, &lookup, LOOKUP_FAILED, "too many questions at once");
}

void sync_lookup(struct venue_sync *sync, struct stamp stamp, uint32_t number, enum lookup_kind kind, struct text words)
{
    struct lookup *lookup = sync->lookups;
    while (lookup < sync->lookups + LOOKUPS_MAX && lookup->used) lookup++;
    if (lookup == sync->lookups + LOOKUPS_MAX) {
        refuse(sync, stamp, number, kind);
        return;
    }
    *lookup = (struct lookup){.used = true, .number = number, .kind = kind};
    const char *root = sync->endpoints.catalogue;
    char url[POLYMARKET_URL_SIZE];
    size_t length = 0;
    if (is_named(kind)) {
        lookup->name_kind = polymarket_parse_name(words, lookup->name, sizeof lookup->name);
        length = name_url(sync, lookup, url, sizeof url);
    } else if (kind == LOOKUP_SEARCH) {
        length = polymarket_url_search(root, words, url, sizeof url);
    } else {
        length = polymarket_url_top_events(root, TOP_EVENTS, url, sizeof url);
    }
    if (length == 0) {
        answer(sync, stamp, lookup, LOOKUP_NONE, "not a name that this venue could have");
        return;
    }
    ask(sync, stamp, lookup, url);
}

/* The second try of a bare slug: if no market has it, maybe an event does. */
static bool try_event(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup)
{
    char url[POLYMARKET_URL_SIZE];
    if (lookup->kind != LOOKUP_MARKET || lookup->name_kind != POLYMARKET_NAME_SLUG || lookup->event_tried) return false;
    lookup->event_tried = true;
    if (!name_url(sync, lookup, url, sizeof url)) return false;
    ask(sync, stamp, lookup, url);
    return true;
}

/* Searches and lists offer what can be watched; a market named by its name is given whatever its state. */
static bool read_reply(struct catalogue *catalogue, enum lookup_kind kind, struct text body)
{
    const char *why = NULL;
    return (is_named(kind) ? polymarket_read_catalogue : polymarket_read_offers)(catalogue, body, &why);
}

/* Details are of the one market that was asked for. */
static void keep_only(struct catalogue *catalogue, const char *symbol)
{
    size_t kept = 0;
    for (size_t i = 0; i < catalogue->count && kept == 0; i++) {
        if (strcmp(catalogue->entries[i].instrument.symbol, symbol) != 0) continue;
        if (i > 0) catalogue->entries[0] = catalogue->entries[i];
        kept = 1;
    }
    catalogue->count = kept;
}

void sync_lookup_reply(struct venue_sync *sync, struct stamp stamp, uint32_t index, const struct venue_reply *reply)
{
    struct lookup *lookup = &sync->lookups[index];
    catalogue_clear(&sync->catalogue);
    if (reply->status == 0) {
        answer(sync, stamp, lookup, LOOKUP_FAILED, reply->reason);
        return;
    }
    /* Gamma answers 422 to what it cannot read as a name. */
    bool unknown = reply->status == 404 || reply->status == 422;
    if (!unknown && reply->status != 200) {
        answer(sync, stamp, lookup, LOOKUP_FAILED, reply->reason);
        return;
    }
    if (!unknown && !read_reply(&sync->catalogue, lookup->kind, reply->body)) {
        answer(sync, stamp, lookup, LOOKUP_FAILED, "the reply is not what this venue sends");
        return;
    }
    if (lookup->kind == LOOKUP_DETAILS) keep_only(&sync->catalogue, lookup->name);
    if (sync->catalogue.count) {
        answer(sync, stamp, lookup, LOOKUP_FOUND, NULL);
        return;
    }
    if (try_event(sync, stamp, lookup)) return;
    answer(sync, stamp, lookup, LOOKUP_NONE, "nothing of that name");
}
