#include "booktop/engine/engine.h"

#include <stdlib.h>

struct listener {
    const struct engine_sink *sink;
    void *context;
};

struct engine {
    struct registry *registry;
    struct venue_outlet outlet;
    struct venue_options venues[VENUE_COUNT];
    struct venue_sync *syncs[VENUE_COUNT]; /* made when a venue is first spoken to or of, or has something kept */
    struct listener listeners[ENGINE_SINKS];
    size_t listener_count;
};

/* Hands a report to every listener that has an ear for it. */
#define TELL(engine, function, report)                                                                                 \
    do {                                                                                                               \
        for (size_t i = 0; i < (engine)->listener_count; i++)                                                          \
            if ((engine)->listeners[i].sink->function)                                                                 \
                (engine)->listeners[i].sink->function((engine)->listeners[i].context, report);                         \
    } while (0)

static void tell_event(void *context, const struct event_report *report)
{
    struct engine *engine = context;
    TELL(engine, on_event, report);
}

static void tell_burst(void *context, const struct burst_report *report)
{
    struct engine *engine = context;
    TELL(engine, on_burst, report);
}

static void tell_proof(void *context, const struct proof_report *report)
{
    struct engine *engine = context;
    TELL(engine, on_proof, report);
}

static void tell_state(void *context, const struct market *market)
{
    struct engine *engine = context;
    TELL(engine, on_state, market);
}

static void tell_link(void *context, const struct link_report *report)
{
    struct engine *engine = context;
    TELL(engine, on_link, report);
}

static void tell_lookup(void *context, const struct lookup_report *report)
{
    struct engine *engine = context;
    TELL(engine, on_lookup, report);
}

static void tell_wish(void *context, const struct wish *wish)
{
    struct engine *engine = context;
    TELL(engine, on_wish, wish);
}

static struct venue_sync *sync_of(struct engine *engine, enum venue_id venue)
{
    if (!engine->syncs[venue])
        engine->syncs[venue] = venue_get(venue)->create(engine->registry, &engine->outlet, &engine->venues[venue]);
    return engine->syncs[venue];
}

struct engine *engine_create(const struct engine_options *options)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine) return NULL;
    engine->registry = registry_create(options->key);
    if (!engine->registry) {
        free(engine);
        return NULL;
    }
    engine->outlet = (struct venue_outlet){tell_event, tell_burst,  tell_proof, tell_state,
                                           tell_link,  tell_lookup, tell_wish,  engine};
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        engine->venues[i] = options->venues[i];
        if (options->venues[i].kept.length) sync_of(engine, (enum venue_id)i);
        engine->venues[i].kept = (struct text){NULL, 0}; /* it was ours to read only now */
    }
    return engine;
}

void engine_destroy(struct engine *engine)
{
    if (!engine) return;
    for (size_t i = 0; i < VENUE_COUNT; i++)
        if (engine->syncs[i]) venue_get((enum venue_id)i)->destroy(engine->syncs[i]);
    registry_destroy(engine->registry);
    free(engine);
}

bool engine_add_sink(struct engine *engine, const struct engine_sink *sink, void *context)
{
    if (engine->listener_count == ENGINE_SINKS) return false;
    engine->listeners[engine->listener_count++] = (struct listener){sink, context};
    return true;
}

struct registry *engine_registry(struct engine *engine)
{
    return engine->registry;
}

int64_t engine_deadline(const struct engine *engine)
{
    int64_t due = TIME_NEVER;
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        if (!engine->syncs[i]) continue;
        int64_t at = venue_get((enum venue_id)i)->deadline(engine->syncs[i]);
        if (at < due) due = at;
    }
    return due;
}

/* Deadline by deadline, whichever venue's is next, so that the order does not depend on how often this is called. Each
 * step's stamp is its own deadline: what is done at it moves the deadline on. */
void engine_advance(struct engine *engine, struct stamp stamp)
{
    int64_t due;
    while ((due = engine_deadline(engine)) <= stamp.mono) {
        struct stamp at = {due, stamp.wall - (stamp.mono - due)};
        for (size_t i = 0; i < VENUE_COUNT; i++)
            if (engine->syncs[i]) venue_get((enum venue_id)i)->advance(engine->syncs[i], at);
    }
}

void engine_receive(struct engine *engine, enum venue_id venue, struct stamp stamp, unsigned link, uint64_t message,
                    struct text frame)
{
    engine_advance(engine, stamp);
    struct venue_sync *sync = sync_of(engine, venue);
    if (sync) venue_get(venue)->receive(sync, stamp, link, message, frame);
}

void engine_reply(struct engine *engine, enum venue_id venue, struct stamp stamp, const struct venue_reply *reply)
{
    engine_advance(engine, stamp);
    struct venue_sync *sync = sync_of(engine, venue);
    if (sync) venue_get(venue)->reply(sync, stamp, reply);
}

void engine_link(struct engine *engine, enum venue_id venue, struct stamp stamp, unsigned link, enum link_change change,
                 const char *reason)
{
    engine_advance(engine, stamp);
    struct venue_sync *sync = sync_of(engine, venue);
    if (sync) venue_get(venue)->link(sync, stamp, link, change, reason);
}

/* A venue that was not spoken to yet waits for nothing. */
void engine_retry(struct engine *engine, enum venue_id venue, struct stamp stamp)
{
    engine_advance(engine, stamp);
    struct venue_sync *sync = engine->syncs[venue];
    if (sync) venue_get(venue)->retry(sync, stamp);
}

/* The sync of a market's venue, after what is due was done; NULL for a stale handle. */
static struct venue_sync *sync_of_market(struct engine *engine, struct stamp stamp, struct market_handle handle,
                                         const struct venue **venue)
{
    engine_advance(engine, stamp);
    const struct market *market = registry_market(engine->registry, handle);
    if (!market) return NULL;
    *venue = venue_get(market->instrument.venue);
    return sync_of(engine, market->instrument.venue);
}

void engine_watch(struct engine *engine, struct stamp stamp, struct market_handle market)
{
    const struct venue *venue;
    struct venue_sync *sync = sync_of_market(engine, stamp, market, &venue);
    if (sync) venue->watch(sync, stamp, market);
}

void engine_unwatch(struct engine *engine, struct stamp stamp, struct market_handle market)
{
    const struct venue *venue;
    struct venue_sync *sync = sync_of_market(engine, stamp, market, &venue);
    if (sync) venue->unwatch(sync, stamp, market);
}

void engine_seed(struct engine *engine, struct stamp stamp, struct market_handle market)
{
    const struct venue *venue;
    struct venue_sync *sync = sync_of_market(engine, stamp, market, &venue);
    if (sync) venue->seed(sync, stamp, market);
}

void engine_lookup(struct engine *engine, enum venue_id venue, struct stamp stamp, uint32_t lookup,
                   enum lookup_kind kind, struct text words)
{
    engine_advance(engine, stamp);
    struct venue_sync *sync = sync_of(engine, venue);
    if (sync) {
        venue_get(venue)->lookup(sync, stamp, lookup, kind, words);
        return;
    }
    struct lookup_report report = {.venue = venue,
                                   .lookup = lookup,
                                   .kind = kind,
                                   .result = LOOKUP_FAILED,
                                   .why = "out of memory",
                                   .stamp = stamp};
    TELL(engine, on_lookup, &report);
}

void engine_progress(const struct engine *engine, enum venue_id venue, struct venue_progress *progress)
{
    *progress = (struct venue_progress){.running = false};
    if (engine->syncs[venue] && venue_get(venue)->progress) venue_get(venue)->progress(engine->syncs[venue], progress);
}

void engine_keep(const struct engine *engine, enum venue_id venue, struct json_writer *out)
{
    if (engine->syncs[venue] && venue_get(venue)->keep) venue_get(venue)->keep(engine->syncs[venue], out);
}

/* A venue that was not spoken to yet has nothing to save. */
void engine_save(const struct engine *engine, struct stamp stamp, struct market_handle market, struct json_writer *out)
{
    const struct market *known = registry_market(engine->registry, market);
    const struct venue_sync *sync = known ? engine->syncs[known->instrument.venue] : NULL;
    if (sync) venue_get(known->instrument.venue)->save(sync, stamp, market, out);
}

void engine_save_links(const struct engine *engine, enum venue_id venue, struct stamp stamp, struct json_writer *out)
{
    if (engine->syncs[venue]) venue_get(venue)->save_links(engine->syncs[venue], stamp, out);
}

struct market_handle engine_restore(struct engine *engine, struct stamp stamp, const struct instrument *instrument,
                                    struct text market)
{
    if ((unsigned)instrument->venue >= VENUE_COUNT) return MARKET_NONE;
    struct venue_sync *sync = sync_of(engine, instrument->venue);
    return sync ? venue_get(instrument->venue)->restore(sync, stamp, instrument, market) : MARKET_NONE;
}

bool engine_restore_links(struct engine *engine, enum venue_id venue, struct stamp stamp, struct text links)
{
    if (!engine->syncs[venue] && text_is(text_trim(links), "{}")) return true; /* nor was it spoken to there */
    struct venue_sync *sync = sync_of(engine, venue);
    return sync && venue_get(venue)->restore_links(sync, stamp, links);
}

/* New syncs for those that there are; false: out of memory, there are none. */
static bool make_syncs(struct engine *engine, struct venue_sync *syncs[VENUE_COUNT])
{
    for (size_t i = 0; i < VENUE_COUNT; i++) syncs[i] = NULL;
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        const struct venue *venue = venue_get((enum venue_id)i);
        if (engine->syncs[i]) syncs[i] = venue->create(engine->registry, &engine->outlet, &engine->venues[i]);
        if (!engine->syncs[i] || syncs[i]) continue;
        while (i-- > 0)
            if (syncs[i]) venue_get((enum venue_id)i)->destroy(syncs[i]);
        return false;
    }
    return true;
}

bool engine_reset(struct engine *engine)
{
    struct venue_sync *syncs[VENUE_COUNT];
    if (!make_syncs(engine, syncs)) return false;
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        if (engine->syncs[i]) venue_get((enum venue_id)i)->destroy(engine->syncs[i]);
        engine->syncs[i] = syncs[i];
    }
    size_t position = 0;
    struct market *market;
    while ((market = registry_next(engine->registry, &position))) market_reset(market);
    return true;
}

void engine_finish(struct engine *engine, struct stamp stamp)
{
    engine_advance(engine, stamp);
    for (size_t i = 0; i < VENUE_COUNT; i++)
        if (engine->syncs[i]) venue_get((enum venue_id)i)->finish(engine->syncs[i], stamp);
}
