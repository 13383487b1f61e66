/* The doors to the engine: whatever it is told passes the tap and the recorder first, here and nowhere else, so that
 * what they have kept can make another engine do the same.
 */
#include "inside.h"

#define TAP(feed, function, ...)                                                                                       \
    do {                                                                                                               \
        const struct feed_tap *tap = (feed)->options.tap;                                                              \
        if (tap) tap->function(tap->context, __VA_ARGS__);                                                             \
    } while (0)

/* What does not fit is counted by the recorder, and told. */
#define RECORD(feed, function, ...)                                                                                    \
    do {                                                                                                               \
        struct recorder *recorder = (feed)->rounds.recorder;                                                           \
        if (recorder) (void)function(recorder, __VA_ARGS__);                                                           \
    } while (0)

void input_frame(struct feed *feed, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame)
{
    uint64_t message = ++feed->metrics.engine_messages;
    TAP(feed, received, stamp, venue, link, message, frame);
    RECORD(feed, recorder_received, stamp, venue, link, message, frame);
    engine_receive(feed->engine, venue, stamp, link, message, frame);
}

void input_reply(struct feed *feed, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply)
{
    const struct record_reply record = {
        .venue = venue,
        .request = reply->request,
        .status = reply->status,
        .retry_after = reply->retry_after,
        .reason = reply->reason,
        .body = reply->body,
    };
    TAP(feed, replied, stamp, venue, reply);
    RECORD(feed, recorder_replied, stamp, &record);
    engine_reply(feed->engine, venue, stamp, reply);
}

static const enum record_event link_events[] = {
    [LINK_OPENED] = RECORD_OPENED,
    [LINK_LOST] = RECORD_LOST,
    [LINK_GIVEN_UP] = RECORD_GIVEN_UP,
};

void input_link(struct feed *feed, enum venue_id venue, unsigned link, enum link_change change, const char *why)
{
    struct stamp stamp = feed_now(feed);
    const struct wire *wire = change == LINK_OPENED ? wires_find(feed, venue, link) : NULL;
    const struct record_happening happening = {
        .event = link_events[change],
        .venue = venue,
        .link = link,
        .why = text_from(why),
        .url = text_from(wire ? wire->url : NULL),
    };
    TAP(feed, link, stamp, venue, link, change, why);
    RECORD(feed, recorder_event, stamp, &happening);
    engine_link(feed->engine, venue, stamp, link, change, why);
}

static void record_market(struct feed *feed, struct stamp stamp, enum record_event event,
                          const struct instrument *instrument)
{
    const struct record_happening happening = {.event = event, .venue = instrument->venue, .instrument = instrument};
    RECORD(feed, recorder_event, stamp, &happening);
}

void input_watch(struct feed *feed, struct market_handle handle, bool on)
{
    const struct market *market = registry_market(engine_registry(feed->engine), handle);
    if (!market) return;
    struct stamp stamp = feed_now(feed);
    TAP(feed, watch, stamp, &market->instrument, on);
    if (on) rounds_before_watch(feed, stamp, market);
    record_market(feed, stamp, on ? RECORD_WATCHED : RECORD_UNWATCHED, &market->instrument);
    (on ? engine_watch : engine_unwatch)(feed->engine, stamp, handle);
}

/* The engine has it already: it is in the registry. */
void input_learnt(struct feed *feed, struct market_handle handle)
{
    const struct market *market = registry_market(engine_registry(feed->engine), handle);
    if (market) record_market(feed, feed_now(feed), RECORD_LEARNT, &market->instrument);
}

void input_seed(struct feed *feed, struct market_handle handle)
{
    const struct market *market = registry_market(engine_registry(feed->engine), handle);
    if (!market) return;
    struct stamp stamp = feed_now(feed);
    TAP(feed, seed, stamp, &market->instrument);
    record_market(feed, stamp, RECORD_SEEDED, &market->instrument);
    engine_seed(feed->engine, stamp, handle);
}

void input_lookup(struct feed *feed, enum venue_id venue, uint32_t lookup, enum lookup_kind kind, struct text words)
{
    struct stamp stamp = feed_now(feed);
    const struct record_happening happening = {
        .event = RECORD_LOOKED_UP,
        .venue = venue,
        .lookup = lookup,
        .lookup_kind = kind,
        .words = words,
    };
    TAP(feed, lookup, stamp, venue, lookup, kind, words);
    RECORD(feed, recorder_event, stamp, &happening);
    engine_lookup(feed->engine, venue, stamp, lookup, kind, words);
}

void input_retry(struct feed *feed, enum venue_id venue)
{
    struct stamp stamp = feed_now(feed);
    const struct record_happening happening = {.event = RECORD_RETRIED, .venue = venue};
    TAP(feed, retry, stamp, venue);
    RECORD(feed, recorder_event, stamp, &happening);
    engine_retry(feed->engine, venue, stamp);
}

void output_frame(struct feed *feed, enum venue_id venue, unsigned link, struct text frame)
{
    struct stamp stamp = feed_now(feed);
    TAP(feed, sent, stamp, venue, link, frame);
    RECORD(feed, recorder_sent, stamp, venue, link, frame);
}

void output_request(struct feed *feed, enum venue_id venue, uint32_t request, const char *what, const char *url)
{
    struct stamp stamp = feed_now(feed);
    TAP(feed, asked, stamp, venue, request, url);
    RECORD(feed, recorder_asked, stamp, venue, request, what, url);
}

void output_event(struct feed *feed, enum record_event event, struct text why, int64_t amount)
{
    const struct record_happening happening = {.event = event, .why = why, .amount = amount};
    RECORD(feed, recorder_event, feed_now(feed), &happening);
}

void output_shown(struct feed *feed, struct stamp stamp, const struct instrument *instrument)
{
    const struct record_happening happening = {.event = RECORD_SHOWN, .instrument = instrument};
    RECORD(feed, recorder_event, stamp, &happening);
}
