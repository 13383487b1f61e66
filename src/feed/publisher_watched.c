/* Who is watched, and for whom: the markets of the panels, those they showed before, and those of the open list. */
#include <stdlib.h>
#include <string.h>

#include "publisher_inside.h"

struct market *publisher_market(const struct feed *feed, struct market_handle handle)
{
    return registry_market(engine_registry(feed->engine), handle);
}

struct watched *publisher_watched(const struct feed *feed, struct market_handle handle)
{
    if (handle.generation == 0 || handle.index >= feed->watched_at_count) return NULL;
    uint32_t place = feed->watched_at[handle.index];
    if (!place) return NULL;
    struct watched *watched = &feed->watched[place - 1];
    return market_handle_equal(watched->market, handle) ? watched : NULL;
}

/* A recording says itself what was watched, and when recent trades were asked for. */
static void tell_watch(struct feed *feed, struct market_handle handle, bool on)
{
    if (!feed->replay) input_watch(feed, handle, on);
}

void publisher_tell_seed(struct feed *feed, struct market_handle handle)
{
    if (!feed->replay) input_seed(feed, handle);
}

/* The place of a market among the watched, made if it has none. NULL when out of memory. */
static struct watched *remember(struct feed *feed, struct market_handle handle)
{
    struct watched *known = publisher_watched(feed, handle);
    if (known) return known;
    if (handle.index >= feed->watched_at_count) {
        size_t count = (handle.index + 1) * (size_t)2;
        uint32_t *grown = realloc(feed->watched_at, count * sizeof *grown);
        if (!grown) return NULL;
        memset(grown + feed->watched_at_count, 0, (count - feed->watched_at_count) * sizeof *grown);
        feed->watched_at = grown;
        feed->watched_at_count = count;
    }
    if (feed->watched_count == feed->watched_capacity) {
        size_t capacity = feed->watched_capacity ? feed->watched_capacity * 2 : 32;
        struct watched *grown = realloc(feed->watched, capacity * sizeof *grown);
        if (!grown) return NULL;
        feed->watched = grown;
        feed->watched_capacity = capacity;
    }
    struct watched *watched = &feed->watched[feed->watched_count++];
    const struct market *market = publisher_market(feed, handle);
    *watched = (struct watched){
        .market = handle,
        .volume_24h = -1,
        .latency = LATENCY_UNKNOWN,
        .messages_then = market ? market->messages : 0,
    };
    feed->watched_at[handle.index] = (uint32_t)feed->watched_count;
    return watched;
}

static void forget_if_unwanted(struct feed *feed, size_t place)
{
    struct watched *watched = &feed->watched[place];
    if (watched->by_panel || watched->by_list) return;
    struct market_handle handle = watched->market;
    feed->watched_at[handle.index] = 0;
    free(watched->details);
    *watched = feed->watched[--feed->watched_count];
    if (place < feed->watched_count) feed->watched_at[watched->market.index] = (uint32_t)place + 1;
    tell_watch(feed, handle, false);
}

static bool on_a_panel(const struct feed *feed, struct market_handle handle)
{
    for (size_t i = 0; i < FEED_PANELS; i++)
        if (market_handle_equal(feed->panels[i].market, handle)) return true;
    return false;
}

/* Keeps the number of markets that stay watched for a quick return within bounds. */
static void forget_oldest(struct feed *feed)
{
    size_t count = 0, oldest = SIZE_MAX;
    for (size_t i = 0; i < feed->watched_count; i++) {
        const struct watched *watched = &feed->watched[i];
        if (!watched->by_panel) continue;
        count++;
        if (on_a_panel(feed, watched->market)) continue;
        if (oldest == SIZE_MAX || watched->shown < feed->watched[oldest].shown) oldest = i;
    }
    if (count <= WATCHED_BY_PANELS_MAX || oldest == SIZE_MAX) return;
    feed->watched[oldest].by_panel = false;
    forget_if_unwanted(feed, oldest);
}

bool publisher_watches(const struct feed *feed, struct market_handle handle)
{
    return publisher_watched(feed, handle) != NULL;
}

/* Where a recording has the market already, it is left as the recording has it. */
static struct market_handle handle_of(struct feed *feed, const struct instrument *instrument)
{
    struct registry *registry = engine_registry(feed->engine);
    const struct market *known = registry_find(registry, instrument->venue, text_from(instrument->symbol), NULL);
    if (!known) return registry_add(registry, instrument);
    uint64_t version = known->version;
    if (feed->replay) return known->handle;
    (void)registry_add(registry, instrument);
    if (known->version != version) input_learnt(feed, known->handle);
    return known->handle;
}

/* Adds a market to the registry and watches it. NULL when out of memory. */
static struct watched *watch(struct feed *feed, const struct instrument *instrument)
{
    struct market_handle handle = handle_of(feed, instrument);
    struct watched *watched = handle.generation ? remember(feed, handle) : NULL;
    if (watched && !watched->by_panel && !watched->by_list) tell_watch(feed, handle, true);
    return watched;
}

/* Without memory for them they stay unknown. */
static void describe(struct feed *feed, struct watched *watched, const struct details *details)
{
    if (!watched->details) watched->details = malloc(sizeof *watched->details);
    if (!watched->details) return;
    *watched->details = *details;
    watched->described = ++feed->described;
}

void publisher_describe(struct feed *feed, const struct instrument *instrument, const struct details *details)
{
    const struct market *known =
        registry_find(engine_registry(feed->engine), instrument->venue, text_from(instrument->symbol), NULL);
    struct watched *watched = known ? publisher_watched(feed, known->handle) : NULL;
    if (!watched || !watched->by_panel) return;
    struct details told = *details;
    if (!fee_is_told(&told.fee) && watched->details) told.fee = watched->details->fee;
    describe(feed, watched, &told);
    publisher_mark(feed, known->handle);
}

static void describe_as_told(struct feed *feed, struct watched *watched, const struct instrument *instrument)
{
    struct details details;
    if (!watched->details && told_find(feed, instrument, &details)) describe(feed, watched, &details);
}

bool publisher_knows_details(const struct feed *feed, struct market_handle handle)
{
    const struct watched *watched = publisher_watched(feed, handle);
    return watched && watched->details && fee_is_told(&watched->details->fee);
}

struct market_handle publisher_show(struct feed *feed, unsigned number, const struct instrument *instrument,
                                    int64_t volume_24h)
{
    struct panel *panel = &feed->panels[number];
    struct watched *watched = watch(feed, instrument);
    if (!watched) return MARKET_NONE;
    struct market_handle handle = watched->market;
    watched->by_panel = true;
    watched->shown = ++feed->shown_serial;
    if (volume_24h >= 0) watched->volume_24h = volume_24h;
    describe_as_told(feed, watched, instrument);
    struct stamp now = feed_now(feed);
    if (panel->looked_up < 0) panel->looked_up = now.mono - panel->opened.mono;
    if (!market_handle_equal(panel->market, handle)) {
        panel->market = handle;
        panel->first_book = -1;
        panel->held_since = 0;
        publisher_tell_seed(feed, handle);
        if (number == 0) output_shown(feed, now, &publisher_market(feed, handle)->instrument);
    }
    panel->dirty = true;
    inquiries_opened(feed, panel);
    forget_oldest(feed);
    return handle;
}

void publisher_list(struct feed *feed, const struct catalogue *catalogue)
{
    size_t count = catalogue ? catalogue->count : 0;
    if (count > QUOTES_MAX) count = QUOTES_MAX;
    uint64_t mark_now = ++feed->shown_serial;
    for (size_t i = 0; i < count; i++) {
        const struct catalogue_entry *entry = &catalogue->entries[i];
        struct watched *watched = watch(feed, &entry->instrument);
        if (!watched) break;
        watched->by_list = true;
        watched->listed = mark_now;
        if (entry->volume_24h >= 0) watched->volume_24h = entry->volume_24h;
    }
    feed->list = catalogue;
    for (size_t i = feed->watched_count; i-- > 0;) {
        struct watched *watched = &feed->watched[i];
        if (!watched->by_list || watched->listed == mark_now) continue;
        watched->by_list = false;
        forget_if_unwanted(feed, i);
    }
    feed->quotes_dirty = catalogue != NULL;
}

uint64_t publisher_changes(const struct feed *feed, unsigned number)
{
    const struct watched *watched = publisher_watched(feed, feed->panels[number].market);
    return watched ? watched->changes : 0;
}
