/* Records put to the engine, as the live one was told. */
#include "playback_inside.h"

#include <string.h>

/* Reasons are shown, not kept: longer ones are cut. */
#define REASON_SIZE 512

static void tell_link(struct playback *playback, const struct record_happening *happening, struct stamp stamp)
{
    static const enum link_change changes[] = {
        [RECORD_OPENED] = LINK_OPENED,
        [RECORD_LOST] = LINK_LOST,
        [RECORD_GIVEN_UP] = LINK_GIVEN_UP,
    };
    char why[REASON_SIZE];
    text_copy(happening->why, why, sizeof why);
    engine_link(playback->engine, happening->venue, stamp, happening->link, changes[happening->event], why);
}

/* MARKET_NONE: there are too many, or no memory. */
static struct market_handle learn(struct playback *playback, const struct instrument *instrument)
{
    if (!playback_has_room(playback, instrument)) return MARKET_NONE;
    return registry_add(engine_registry(playback->engine), instrument);
}

static void tell_watched(struct playback *playback, const struct record_happening *happening, struct stamp stamp)
{
    struct market_handle market = learn(playback, happening->instrument);
    if (market.generation) engine_watch(playback->engine, stamp, market);
}

static void tell_unwatched(struct playback *playback, const struct record_happening *happening, struct stamp stamp)
{
    const struct instrument *instrument = happening->instrument;
    const struct market *market =
        registry_find(engine_registry(playback->engine), instrument->venue, text_from(instrument->symbol), NULL);
    if (market) engine_unwatch(playback->engine, stamp, market->handle);
}

static void tell_seeded(struct playback *playback, const struct record_happening *happening, struct stamp stamp)
{
    struct market_handle market = learn(playback, happening->instrument);
    if (market.generation) engine_seed(playback->engine, stamp, market);
}

static void tell_learnt(struct playback *playback, const struct record_happening *happening, struct stamp stamp)
{
    engine_advance(playback->engine, stamp);
    (void)learn(playback, happening->instrument);
}

static void tell_lookup(struct playback *playback, const struct record_happening *happening, struct stamp stamp)
{
    engine_lookup(playback->engine, happening->venue, stamp, happening->lookup,
                  (enum lookup_kind)happening->lookup_kind, happening->words);
}

static void tell_retry(struct playback *playback, const struct record_happening *happening, struct stamp stamp)
{
    engine_retry(playback->engine, happening->venue, stamp);
}

static void (*const events[RECORD_EVENT_COUNT])(struct playback *playback, const struct record_happening *happening,
                                                struct stamp stamp) = {
    [RECORD_OPENED] = tell_link,      [RECORD_LOST] = tell_link,           [RECORD_GIVEN_UP] = tell_link,
    [RECORD_WATCHED] = tell_watched,  [RECORD_UNWATCHED] = tell_unwatched, [RECORD_SEEDED] = tell_seeded,
    [RECORD_LOOKED_UP] = tell_lookup, [RECORD_RETRIED] = tell_retry,       [RECORD_LEARNT] = tell_learnt,
};

static void tell_reply(struct playback *playback, const struct record_reply *recorded, struct stamp stamp)
{
    struct venue_reply reply = {
        .request = playback_requests_answered(&playback->requests, recorded->venue, recorded->request),
        .status = recorded->status,
        .body = recorded->body,
        .reason = recorded->reason,
        .retry_after = recorded->retry_after,
    };
    engine_reply(playback->engine, recorded->venue, stamp, &reply);
}

static bool is_telling_event(const struct record_happening *happening)
{
    if (!events[happening->event]) return false;
    return happening->event != RECORD_LOOKED_UP || happening->lookup_kind < LOOKUP_KINDS;
}

/* === For playback === */

bool playback_has_room(struct playback *playback, const struct instrument *instrument)
{
    const struct registry *registry = engine_registry(playback->engine);
    if (registry_count(registry) < PLAYBACK_MARKETS_MOST) return true;
    if (registry_find(registry, instrument->venue, text_from(instrument->symbol), NULL)) return true;
    playback->counts.ignored++;
    return false;
}

bool playback_is_input(const struct playback *playback, const struct record *record)
{
    if (playback->sight == SIGHT_NONE) return false;
    switch (record->kind) {
    case RECORD_RECEIVED:
    case RECORD_REPLIED:
        return true;
    case RECORD_EVENT:
        return is_telling_event(&record->happening);
    default:
        return false;
    }
}

void playback_tell(struct playback *playback, const struct record *record, struct stamp stamp)
{
    playback->fresh = false;
    if (record->kind == RECORD_RECEIVED)
        engine_receive(playback->engine, record->venue, stamp, record->link, record->number, record->payload);
    else if (record->kind == RECORD_REPLIED)
        tell_reply(playback, &record->reply, stamp);
    else
        events[record->happening.event](playback, &record->happening, stamp);
}
