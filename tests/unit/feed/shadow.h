/* A second engine that is told, through the feed's tap, what the feed's is told: the two must agree. */
#ifndef BOOKTOP_TESTS_SHADOW_H
#define BOOKTOP_TESTS_SHADOW_H

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "booktop/engine/engine.h"
#include "booktop/feed/feed.h"

/* The second engine, fed by the tap. The feed's thread's until the feed has stopped. */
struct shadow {
    struct engine *engine;
    enum venue_id venue; /* whose messages are counted */
    struct stamp newest;
    uint64_t snapshots;       /* proved */
    uint64_t others;          /* checks that were not a success */
    char complaint[256];      /* the first of them */
    uint64_t heard, expected; /* messages of the channel */
    int64_t silence;          /* the longest between two of them */
    int enough_fd;            /* readable once `expected` were heard */
};

static void shadow_proof(void *context, const struct proof_report *report)
{
    struct shadow *shadow = context;
    const struct proof_check *check = &report->check;
    shadow->snapshots += check->snapshot && check->verdict == VERDICT_VERIFIED;
    if (check->verdict == VERDICT_VERIFIED) return;
    const struct market *market = registry_market(engine_registry(shadow->engine), report->market);
    if (shadow->others++ == 0)
        snprintf(shadow->complaint, sizeof shadow->complaint, "%s, message %llu, %s%s: %s", market->instrument.symbol,
                 (unsigned long long)report->message, check->snapshot ? "snapshot" : "burst",
                 report->late ? ", late" : "", check->why ? check->why : "no reason");
}

static const struct engine_sink shadow_sink = {.on_proof = shadow_proof};

static inline void shadow_open(struct shadow *shadow, enum venue_id venue, uint64_t expected)
{
    struct engine_options options = {.key = "sixteen letters"};
    options.venues[VENUE_KALSHI].has_key = true; /* as the feed was told */
    *shadow = (struct shadow){.engine = engine_create(&options), .venue = venue, .expected = expected};
    assert_non_null(shadow->engine);
    assert_true(engine_add_sink(shadow->engine, &shadow_sink, shadow));
    shadow->enough_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    assert_true(shadow->enough_fd >= 0);
}

/* Only after the feed has stopped. */
static inline void shadow_close(struct shadow *shadow)
{
    if (shadow->engine) close(shadow->enough_fd);
    engine_destroy(shadow->engine);
}

static struct market_handle shadow_market(struct shadow *shadow, const struct instrument *instrument)
{
    return registry_add(engine_registry(shadow->engine), instrument);
}

/* === The tap === */

static void tap_received(void *context, struct stamp stamp, enum venue_id venue, unsigned link, uint64_t message,
                         struct text frame)
{
    struct shadow *shadow = context;
    if (shadow->heard && shadow->heard < shadow->expected && stamp.mono - shadow->newest.mono > shadow->silence)
        shadow->silence = stamp.mono - shadow->newest.mono;
    shadow->newest = stamp;
    engine_receive(shadow->engine, venue, stamp, link, message, frame);
    if (venue != shadow->venue || text_is(frame, "PONG") || ++shadow->heard != shadow->expected) return;
    (void)!eventfd_write(shadow->enough_fd, 1);
}

static void tap_sent(void *context, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame)
{
    (void)context, (void)stamp, (void)venue, (void)link, (void)frame;
}

static void tap_asked(void *context, struct stamp stamp, enum venue_id venue, uint32_t request, const char *url)
{
    (void)context, (void)stamp, (void)venue, (void)request, (void)url;
}

static void tap_replied(void *context, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply)
{
    struct shadow *shadow = context;
    shadow->newest = stamp;
    engine_reply(shadow->engine, venue, stamp, reply);
}

static void tap_link(void *context, struct stamp stamp, enum venue_id venue, unsigned link, enum link_change change,
                     const char *why)
{
    struct shadow *shadow = context;
    shadow->newest = stamp;
    engine_link(shadow->engine, venue, stamp, link, change, why);
}

static void tap_watch(void *context, struct stamp stamp, const struct instrument *instrument, bool on)
{
    struct shadow *shadow = context;
    shadow->newest = stamp;
    (on ? engine_watch : engine_unwatch)(shadow->engine, stamp, shadow_market(shadow, instrument));
}

static void tap_seed(void *context, struct stamp stamp, const struct instrument *instrument)
{
    struct shadow *shadow = context;
    shadow->newest = stamp;
    engine_seed(shadow->engine, stamp, shadow_market(shadow, instrument));
}

static void tap_lookup(void *context, struct stamp stamp, enum venue_id venue, uint32_t lookup, enum lookup_kind kind,
                       struct text words)
{
    struct shadow *shadow = context;
    shadow->newest = stamp;
    engine_lookup(shadow->engine, venue, stamp, lookup, kind, words);
}

static void tap_retry(void *context, struct stamp stamp, enum venue_id venue)
{
    struct shadow *shadow = context;
    shadow->newest = stamp;
    engine_retry(shadow->engine, venue, stamp);
}

static inline struct feed_tap shadow_tap(struct shadow *shadow)
{
    return (struct feed_tap){tap_received, tap_sent, tap_asked,  tap_replied, tap_link,
                             tap_watch,    tap_seed, tap_lookup, tap_retry,   shadow};
}

/* About so many real seconds of messages are wanted: BOOKTOP_SECONDS, 1 to 60, or the test's own number. */
static inline uint64_t shadow_seconds(uint64_t own)
{
    const char *given = getenv("BOOKTOP_SECONDS");
    uint64_t seconds = given ? strtoull(given, NULL, 10) : own;
    return seconds < 1 ? 1 : seconds > 60 ? 60 : seconds;
}

/* Until the expected messages were heard. */
static inline void shadow_await(const struct shadow *shadow, int64_t patience)
{
    struct pollfd ready = {.fd = shadow->enough_fd, .events = POLLIN};
    if (poll(&ready, 1, (int)(patience / NANOSECONDS_PER_MILLISECOND)) != 1) fail_msg("the messages did not come");
}

#endif
