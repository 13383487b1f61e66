/* A feed without threads and without a network: time moves by hand. */
#ifndef BOOKTOP_TESTS_BARE_FEED_H
#define BOOKTOP_TESTS_BARE_FEED_H

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../../../src/feed/inside.h"

#define MILLISECOND NANOSECONDS_PER_MILLISECOND
#define SECOND      NANOSECONDS_PER_SECOND

static struct stamp stamp;
static struct clock manual;
static struct feed *feed;

/* `tap` may be NULL. Nothing is published of what the engine says, unless the caller adds the publisher's sink. */
static inline void bare_feed_open(const struct feed_tap *tap)
{
    char error[160];
    stamp = (struct stamp){1000 * SECOND, INT64_C(1790000000) * SECOND};
    manual = clock_manual(&stamp);
    feed = calloc(1, sizeof *feed);
    assert_non_null(feed);
    feed->options.clock = &manual;
    feed->options.tap = tap;
    feed->loop = net_loop_create(&(struct net_loop_options){.clock = &manual}, error, sizeof error);
    if (!feed->loop) fail_msg("%s", error);
    feed->engine = engine_create(&(struct engine_options){.key = "a fixed key"});
    feed->wake_fd = eventfd(0, EFD_NONBLOCK);
    assert_true(feed->engine && publisher_open(feed));
}

static inline void bare_feed_close(void)
{
    answers_close(feed);
    wires_close(feed);
    gets_close(feed);
    wishes_close(feed);
    publisher_close(feed);
    net_loop_destroy(feed->loop);
    engine_destroy(feed->engine);
    ring_destroy(feed->answers);
    close(feed->wake_fd);
    free(feed);
}

#endif
