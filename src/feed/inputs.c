/* The doors to the engine: whatever it is told passes the tap first, here and nowhere else, so that a recording of the
 * tap can make another engine do the same.
 */
#include "inside.h"

#define TAP(feed, function, ...)                                                                                       \
    do {                                                                                                               \
        const struct feed_tap *tap = (feed)->options.tap;                                                              \
        if (tap) tap->function(tap->context, __VA_ARGS__);                                                             \
    } while (0)

void input_frame(struct feed *feed, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame)
{
    uint64_t message = ++feed->metrics.engine_messages;
    TAP(feed, received, stamp, venue, link, message, frame);
    engine_receive(feed->engine, venue, stamp, link, message, frame);
}

void input_reply(struct feed *feed, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply)
{
    TAP(feed, replied, stamp, venue, reply);
    engine_reply(feed->engine, venue, stamp, reply);
}

void input_link(struct feed *feed, enum venue_id venue, unsigned link, enum link_change change, const char *why)
{
    struct stamp stamp = feed_now(feed);
    TAP(feed, link, stamp, venue, link, change, why);
    engine_link(feed->engine, venue, stamp, link, change, why);
}

void input_watch(struct feed *feed, struct market_handle handle, bool on)
{
    const struct market *market = registry_market(engine_registry(feed->engine), handle);
    if (!market) return;
    struct stamp stamp = feed_now(feed);
    TAP(feed, watch, stamp, &market->instrument, on);
    (on ? engine_watch : engine_unwatch)(feed->engine, stamp, handle);
}

void input_seed(struct feed *feed, struct market_handle handle)
{
    const struct market *market = registry_market(engine_registry(feed->engine), handle);
    if (!market) return;
    struct stamp stamp = feed_now(feed);
    TAP(feed, seed, stamp, &market->instrument);
    engine_seed(feed->engine, stamp, handle);
}

void input_lookup(struct feed *feed, enum venue_id venue, uint32_t lookup, enum lookup_kind kind, struct text words)
{
    struct stamp stamp = feed_now(feed);
    TAP(feed, lookup, stamp, venue, lookup, kind, words);
    engine_lookup(feed->engine, venue, stamp, lookup, kind, words);
}

void input_retry(struct feed *feed, enum venue_id venue)
{
    struct stamp stamp = feed_now(feed);
    TAP(feed, retry, stamp, venue);
    engine_retry(feed->engine, venue, stamp);
}

void output_frame(struct feed *feed, enum venue_id venue, unsigned link, struct text frame)
{
    TAP(feed, sent, feed_now(feed), venue, link, frame);
}

void output_request(struct feed *feed, enum venue_id venue, uint32_t request, const char *url)
{
    TAP(feed, asked, feed_now(feed), venue, request, url);
}
