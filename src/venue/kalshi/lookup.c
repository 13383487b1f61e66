/* Questions to the catalogue: what a ticker is, what is traded most, what words find, what is told of one market.
 *
 * The venue has no search and no order by volume: the index of its open events (scan.c) says which of them are meant,
 * and their markets are asked for. A market's fee is that of its series, which is asked for first.
 */
#include <stdlib.h>
#include <string.h>

#include "fee.h"
#include "sync.h"

#define EVENTS_MOST 20
#define FOUND_MOST  120
/* A name as a market's, an event's, a series'. */
#define LOOKUP_TRIES 3

static void answer(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup, enum lookup_result result,
                   const struct catalogue *catalogue, const char *why)
{
    struct lookup_report report = {
        .venue = VENUE_KALSHI,
        .lookup = lookup->number,
        .kind = lookup->kind,
        .result = result,
        .catalogue = result == LOOKUP_FOUND ? catalogue : NULL,
        .why = why,
        .stamp = stamp,
    };
    sync->outlet->lookup(sync->outlet->context, &report);
    lookup->used = false;
    details_shelf_free(&sync->catalogue.shelf); /* large, and whoever wants it has a copy */
}

/* By its name; else the index is searched. */
static bool is_named(enum lookup_kind kind)
{
    return kind == LOOKUP_MARKET || kind == LOOKUP_DETAILS;
}

/* The index of before has nothing: maybe the one that grows has. */
static void nothing_found(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup)
{
    if (is_named(lookup->kind)) {
        answer(sync, stamp, lookup, LOOKUP_NONE, NULL, "not a name that this venue could have");
    } else if (!lookup->fresh && sync->whole && sync->scan.running) {
        lookup->fresh = lookup->searches = true;
    } else {
        answer(sync, stamp, lookup, LOOKUP_NONE, NULL, "nothing that is open has these words");
    }
}

/* 0: there is nothing to ask for. */
static size_t events_url(const struct venue_sync *sync, const struct lookup *lookup, char *url, size_t size)
{
    const char *tickers[EVENTS_MOST];
    size_t length = 0;
    size_t count = kalshi_scan_search(sync, text_from(lookup->name), lookup->fresh, tickers, EVENTS_MOST);
    while (count && !(length = kalshi_url_events_named(sync->rest_url, tickers, count, url, size))) count--;
    return length;
}

/* The series first, so that the market's answer is the last one. */
static size_t details_url(const struct venue_sync *sync, struct lookup *lookup, char *url, size_t size)
{
    char series[INSTRUMENT_SLUG_SIZE];
    if (lookup->tried++ > 0) return kalshi_url_market(sync->rest_url, lookup->name, url, size);
    text_copy(kalshi_series(text_from(lookup->name)), series, sizeof series);
    return kalshi_url_fee(sync->rest_url, series, url, size);
}

/* A ticker may be a market's, an event's or a series'. */
static size_t make_url(const struct venue_sync *sync, struct lookup *lookup, char *url, size_t size)
{
    static size_t (*const urls[LOOKUP_TRIES])(const char *, const char *, char *,
                                              size_t) = {kalshi_url_market, kalshi_url_event, kalshi_url_series};
    if (lookup->kind == LOOKUP_MARKET) return urls[lookup->tried++](sync->rest_url, lookup->name, url, size);
    if (lookup->kind == LOOKUP_DETAILS) return details_url(sync, lookup, url, size);
    return events_url(sync, lookup, url, size);
}

static void get(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup)
{
    static const char *const whats[] = {[LOOKUP_MARKET] = "market",
                                        [LOOKUP_SEARCH] = "search",
                                        [LOOKUP_TOP] = "catalogue",
                                        [LOOKUP_DETAILS] = "details"};
    char url[KALSHI_URL_SIZE];
    struct request request = {.kind = REQUEST_LOOKUP, .index = (uint32_t)(lookup - sync->lookups)};
    lookup->waits = false;
    if (make_url(sync, lookup, url, sizeof url) == 0)
        nothing_found(sync, stamp, lookup);
    else if (!kalshi_poll_get(sync, stamp, &request, whats[lookup->kind], url))
        answer(sync, stamp, lookup, LOOKUP_FAILED, NULL, "out of memory");
}

bool kalshi_lookups_wait(const struct venue_sync *sync)
{
    for (size_t i = 0; i < LOOKUPS_MAX; i++)
        if (sync->lookups[i].used && sync->lookups[i].waits) return true;
    return false;
}

/* The one that was asked first. */
bool kalshi_lookups_ask(struct venue_sync *sync, struct stamp stamp, bool details)
{
    struct lookup *first = NULL;
    for (size_t i = 0; i < LOOKUPS_MAX; i++) {
        struct lookup *lookup = &sync->lookups[i];
        if (!lookup->used || !lookup->waits || (lookup->kind == LOOKUP_DETAILS) != details) continue;
        if (!first || lookup->order < first->order) first = lookup;
    }
    if (first) get(sync, stamp, first);
    return first != NULL;
}

/* Asks on as soon as it may, once the index is searched; but nobody waits for what the venue refuses for a while. */
static void go_on(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup, bool searches)
{
    lookup->searches = searches;
    lookup->waits = !searches;
    if (sync->refused_until > stamp.mono)
        answer(sync, stamp, lookup, LOOKUP_FAILED, NULL, "the venue wants us to wait");
}

/* === The index === */

static int64_t ready_at(const struct venue_sync *sync, const struct lookup *lookup)
{
    return kalshi_scan_ready(sync, lookup->fresh, lookup->asked);
}

void kalshi_lookups_advance(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < LOOKUPS_MAX; i++) {
        struct lookup *lookup = &sync->lookups[i];
        if (lookup->used && lookup->searches && ready_at(sync, lookup) <= stamp.mono) go_on(sync, stamp, lookup, false);
    }
}

int64_t kalshi_lookups_due(const struct venue_sync *sync)
{
    int64_t due = TIME_NEVER;
    for (size_t i = 0; i < LOOKUPS_MAX; i++) {
        const struct lookup *lookup = &sync->lookups[i];
        if (lookup->used && lookup->searches && ready_at(sync, lookup) < due) due = ready_at(sync, lookup);
    }
    return due;
}

void kalshi_lookups_fail(struct venue_sync *sync, struct stamp stamp, const char *why)
{
    for (size_t i = 0; i < LOOKUPS_MAX; i++) {
        struct lookup *lookup = &sync->lookups[i];
        if (lookup->used && lookup->searches && ready_at(sync, lookup) == TIME_NEVER)
            answer(sync, stamp, lookup, LOOKUP_FAILED, NULL, why);
    }
}

void kalshi_lookup_ask(struct venue_sync *sync, struct stamp stamp, uint32_t number, enum lookup_kind kind,
                       struct text words)
{
    struct lookup *lookup = sync->lookups;
    while (lookup < sync->lookups + LOOKUPS_MAX && lookup->used) lookup++;
    if (lookup == sync->lookups + LOOKUPS_MAX) {
        struct lookup refused = {.number = number, .kind = kind};
        answer(sync, stamp, &refused, LOOKUP_FAILED, NULL, "too many questions at once");
        return;
    }
    *lookup = (struct lookup){
        .used = true, .number = number, .kind = kind, .asked = stamp.mono, .order = ++sync->lookup_order};
    if (!is_named(kind)) {
        if (kind == LOOKUP_SEARCH) text_copy(words, lookup->name, sizeof lookup->name);
        kalshi_scan_want(sync, stamp);
    } else if (kalshi_parse_name(words, lookup->name, sizeof lookup->name) == KALSHI_NAME_NONE) {
        answer(sync, stamp, lookup, LOOKUP_NONE, NULL, "not a name that this venue could have");
        return;
    }
    go_on(sync, stamp, lookup, !is_named(kind));
    kalshi_poll_advance(sync, stamp);
}

/* === Replies === */

/* Every word stands somewhere in the market's names. */
static bool matches(const struct instrument *instrument, const char *words)
{
    struct text rest = text_trim(text_from(words));
    while (rest.length) {
        size_t length = 0;
        while (length < rest.length && rest.at[length] != ' ') length++;
        struct text word = {rest.at, length};
        if (!text_contains_folded(text_from(instrument->title), word) &&
            !text_contains_folded(text_from(instrument->event_title), word) &&
            !text_contains_folded(text_from(instrument->group_title), word) &&
            !text_contains_folded(text_from(instrument->symbol), word))
            return false;
        rest = text_trim((struct text){rest.at + length, rest.length - length});
    }
    return true;
}

static bool is_offered(const struct lookup *lookup, const struct catalogue_entry *entry)
{
    bool over = entry->status == MARKET_CLOSED || entry->status == MARKET_RESOLVED;
    return !over && (lookup->kind == LOOKUP_TOP || matches(&entry->instrument, lookup->name));
}

static int by_volume(const void *a, const void *b)
{
    int64_t left = ((const struct catalogue_entry *)a)->volume_24h,
            right = ((const struct catalogue_entry *)b)->volume_24h;
    return (left < right) - (left > right);
}

/* What is offered, the most traded first. */
static void keep_best(const struct lookup *lookup, struct catalogue *catalogue)
{
    size_t kept = 0;
    for (size_t i = 0; i < catalogue->count; i++)
        if (is_offered(lookup, &catalogue->entries[i])) catalogue->entries[kept++] = catalogue->entries[i];
    if (kept > 1) qsort(catalogue->entries, kept, sizeof *catalogue->entries, by_volume);
    catalogue->count = kept < FOUND_MOST ? kept : FOUND_MOST;
}

static void move_entry(struct catalogue *catalogue, size_t from, size_t to)
{
    struct catalogue_entry entry = catalogue->entries[from];
    memmove(&catalogue->entries[to + 1], &catalogue->entries[to], (from - to) * sizeof entry);
    catalogue->entries[to] = entry;
}

/* Markets of one event stand together, where the most traded of them stands. */
static void group_events(struct catalogue *catalogue)
{
    size_t end = 0; /* of the group that grows */
    for (size_t first = 0; first < catalogue->count; first = end) {
        const char *event = catalogue->entries[first].instrument.event_slug;
        end = first + 1;
        for (size_t i = end; event[0] && i < catalogue->count; i++)
            if (strcmp(catalogue->entries[i].instrument.event_slug, event) == 0) move_entry(catalogue, i, end++);
    }
}

static void events_replied(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup, struct text body)
{
    struct catalogue *catalogue = &sync->catalogue;
    keep_best(lookup, catalogue);
    group_events(catalogue);
    if (catalogue->count == 0)
        nothing_found(sync, stamp, lookup);
    else if (kalshi_describe_catalogue(catalogue, body))
        answer(sync, stamp, lookup, LOOKUP_FOUND, catalogue, NULL);
    else
        answer(sync, stamp, lookup, LOOKUP_FAILED, NULL, "out of memory");
}

static void market_replied(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup)
{
    if (sync->catalogue.count)
        answer(sync, stamp, lookup, LOOKUP_FOUND, &sync->catalogue, NULL);
    else if (lookup->tried == LOOKUP_TRIES)
        answer(sync, stamp, lookup, LOOKUP_NONE, NULL, "nothing of that name");
    else
        go_on(sync, stamp, lookup, false);
}

/* Without its series' fee the market's rules are worth telling, too. */
static void fee_replied(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup,
                        const struct venue_reply *reply)
{
    if (reply->status == 0) {
        answer(sync, stamp, lookup, LOOKUP_FAILED, NULL, reply->reason);
        return;
    }
    if (reply->status == 200) kalshi_read_fee(&lookup->fee, kalshi_series(text_from(lookup->name)), reply->body);
    go_on(sync, stamp, lookup, false);
}

/* False when out of memory. */
static bool put_fee(struct catalogue *catalogue, const struct fee *fee)
{
    struct details details;
    struct catalogue_entry *entry = catalogue->entries;
    if (fee->kind == FEE_UNKNOWN || !catalogue_details(catalogue, entry, &details)) return true;
    details.fee = *fee;
    return catalogue_describe(catalogue, entry, &details);
}

static void details_replied(struct venue_sync *sync, struct stamp stamp, struct lookup *lookup)
{
    struct catalogue *catalogue = &sync->catalogue;
    bool same = catalogue->count == 1 && strcmp(catalogue->entries[0].instrument.symbol, lookup->name) == 0;
    if (!same)
        answer(sync, stamp, lookup, LOOKUP_NONE, NULL, "nothing of that name");
    else if (put_fee(catalogue, &lookup->fee))
        answer(sync, stamp, lookup, LOOKUP_FOUND, catalogue, NULL);
    else
        answer(sync, stamp, lookup, LOOKUP_FAILED, NULL, "out of memory");
}

/* Of a list those that are offered are described, once it is known which they are. */
static bool read_reply(struct catalogue *catalogue, enum lookup_kind kind, struct text body)
{
    const char *why;
    catalogue->plain = !is_named(kind);
    bool read = kalshi_read_catalogue(catalogue, body, NULL, &why);
    catalogue->plain = false;
    return read;
}

void kalshi_lookup_reply(struct venue_sync *sync, struct stamp stamp, uint32_t index, const struct venue_reply *reply)
{
    struct lookup *lookup = &sync->lookups[index];
    const char *failed = NULL;
    catalogue_clear(&sync->catalogue);
    if (lookup->kind == LOOKUP_DETAILS && lookup->tried == 1) {
        fee_replied(sync, stamp, lookup, reply);
        return;
    }
    if (reply->status != 200 && reply->status != 404)
        failed = reply->status == 429 ? "the venue wants us to wait" : reply->reason;
    else if (reply->status == 200 && !read_reply(&sync->catalogue, lookup->kind, reply->body))
        failed = "the reply is not what this venue sends";
    if (failed)
        answer(sync, stamp, lookup, LOOKUP_FAILED, NULL, failed);
    else if (lookup->kind == LOOKUP_MARKET)
        market_replied(sync, stamp, lookup);
    else if (lookup->kind == LOOKUP_DETAILS)
        details_replied(sync, stamp, lookup);
    else
        events_replied(sync, stamp, lookup, reply->body);
}
