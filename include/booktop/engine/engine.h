/* The engine: the registry of markets, the venues' syncs, and the sinks that listen.
 *
 * The one way through the program: live feed, replay, decode and tests put bytes and stamps in here and hear the same
 * reports. Time enters only as stamps: engine_receive first does what is due up to its stamp, in order of deadline,
 * then the message; engine_advance does the same between messages. So a session and its replay agree exactly. Stamps
 * must not go back; stampless input (decode, venue_options) gives the same one, {0, 0}, throughout, and then only rules
 * and engine_finish end a burst.
 *
 * No sockets, no clocks, no threads: the engine belongs to one thread at a time.
 */
#ifndef BOOKTOP_ENGINE_ENGINE_H
#define BOOKTOP_ENGINE_ENGINE_H

#include "booktop/venue/venue.h"

struct engine;

/* A listener. Missing functions (NULL) are not called. Reports and their contents are borrowed during the call; the
 * engine may not be called from inside one. Sinks are called in the order in which they were added. */
struct engine_sink {
    void (*on_event)(void *context, const struct event_report *report);
    void (*on_burst)(void *context, const struct burst_report *report);
    void (*on_proof)(void *context, const struct proof_report *report);
    void (*on_state)(void *context, const struct market *market);
    void (*on_link)(void *context, const struct link_report *report);
    void (*on_lookup)(void *context, const struct lookup_report *report);
    void (*on_wish)(void *context, const struct wish *wish); /* the live feed's: nobody else answers wishes */
};

struct engine_options {
    uint8_t key[16]; /* of the registry's table: random, or fixed where nothing depends on it */
    struct venue_options venues[VENUE_COUNT]; /* texts outlive the engine; `kept` only engine_create */
};

/* NULL when out of memory. */
struct engine *engine_create(const struct engine_options *options);
void engine_destroy(struct engine *engine);

/* At most ENGINE_SINKS. `sink` and `context` outlive the engine. False if there are too many. */
#define ENGINE_SINKS 8
bool engine_add_sink(struct engine *engine, const struct engine_sink *sink, void *context);

struct registry *engine_registry(struct engine *engine);

/* What venue.h says of each; they first advance to `stamp`. `message` numbers the frame in reports, as the caller
 * counts (live: frames; decode: lines of the input). */
void engine_receive(struct engine *engine, enum venue_id venue, struct stamp stamp, unsigned link, uint64_t message,
                    struct text frame);
void engine_reply(struct engine *engine, enum venue_id venue, struct stamp stamp, const struct venue_reply *reply);
void engine_link(struct engine *engine, enum venue_id venue, struct stamp stamp, unsigned link, enum link_change change,
                 const char *reason);
void engine_retry(struct engine *engine, enum venue_id venue, struct stamp stamp);
void engine_watch(struct engine *engine, struct stamp stamp, struct market_handle market);
void engine_unwatch(struct engine *engine, struct stamp stamp, struct market_handle market);
void engine_seed(struct engine *engine, struct stamp stamp, struct market_handle market);
void engine_lookup(struct engine *engine, enum venue_id venue, struct stamp stamp, uint32_t lookup,
                   enum lookup_kind kind, struct text words);

/* What a venue does in the background, and what it wants kept until the next run (appended to `out`). */
void engine_progress(const struct engine *engine, enum venue_id venue, struct venue_progress *progress);
void engine_keep(const struct engine *engine, enum venue_id venue, struct json_writer *out);

/* For recordings (venue.h: save, restore). Saving changes nothing; a market is saved with its open burst, so at any
 * time. */
void engine_save(const struct engine *engine, struct stamp stamp, struct market_handle market, struct json_writer *out);
void engine_save_links(const struct engine *engine, enum venue_id venue, struct stamp stamp, struct json_writer *out);
struct market_handle engine_restore(struct engine *engine, struct stamp stamp, const struct instrument *instrument,
                                    struct text market);
bool engine_restore_links(struct engine *engine, enum venue_id venue, struct stamp stamp, struct text links);

/* The syncs begin anew, and every market is empty, its epoch raised; handles and sinks stay. Stamps may go back once.
 * An engine that was created with `kept` has none of it any more. False: out of memory, and nothing has changed. */
bool engine_reset(struct engine *engine);

void engine_advance(struct engine *engine, struct stamp stamp);
/* The mono ns at which engine_advance has something to do; TIME_NEVER: nothing. */
int64_t engine_deadline(const struct engine *engine);
void engine_finish(struct engine *engine, struct stamp stamp);

#endif
