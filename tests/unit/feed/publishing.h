/* The publisher without threads and without a network: frames are put in by hand, time moves by hand, one turn at a
 * time. */
#ifndef BOOKTOP_TESTS_PUBLISHING_H
#define BOOKTOP_TESTS_PUBLISHING_H

#include <poll.h>
#include <stdio.h>

#include "../../../src/net/loop_core.h"
#include "bare_feed.h"

#define FRAME_SIZE 1024

static char frame[FRAME_SIZE];
static unsigned watched, unwatched;

static inline void count_watch(void *context, struct stamp at, const struct instrument *instrument, bool on)
{
    (void)context, (void)at, (void)instrument;
    *(on ? &watched : &unwatched) += 1;
}

static inline void ignore_frame(void *context, struct stamp at, enum venue_id venue, unsigned link, uint64_t message,
                                struct text text)
{
    (void)context, (void)at, (void)venue, (void)link, (void)message, (void)text;
}

static inline void ignore_link(void *context, struct stamp at, enum venue_id venue, unsigned link,
                               enum link_change change, const char *why)
{
    (void)context, (void)at, (void)venue, (void)link, (void)change, (void)why;
}

static inline void ignore_seed(void *context, struct stamp at, const struct instrument *instrument)
{
    (void)context, (void)at, (void)instrument;
}

/* What venues were asked for, in a line each: "polymarket details 0x1". */
static char lookups[512];
static uint32_t last_lookup; /* its number */

static inline void note_lookup(void *context, struct stamp at, enum venue_id venue, uint32_t lookup,
                               enum lookup_kind kind, struct text words)
{
    static const char *const kinds[] = {"market", "search", "top", "details"};
    size_t length = strlen(lookups);
    (void)context, (void)at;
    snprintf(lookups + length, sizeof lookups - length, "%s %s %.*s\n", venue_get(venue)->name, kinds[kind],
             (int)words.length, words.at);
    last_lookup = lookup;
}

static const struct feed_tap tap = {
    .received = ignore_frame, .link = ignore_link, .watch = count_watch, .seed = ignore_seed, .lookup = note_lookup};

static inline int open_feed(void **state)
{
    (void)state;
    watched = unwatched = 0;
    lookups[0] = '\0';
    bare_feed_open(&tap);
    assert_true(engine_add_sink(feed->engine, &publisher_sink, feed));
    return 0;
}

static inline int close_feed(void **state)
{
    (void)state;
    bare_feed_close();
    return 0;
}

static inline struct instrument instrument_of(unsigned number)
{
    char symbol[SYMBOL_SIZE];
    struct instrument instrument;
    snprintf(symbol, sizeof symbol, "0x%u", number);
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, text_from(symbol), 4, 6));
    snprintf(instrument.outcomes[0].token, SYMBOL_SIZE, "%u1", number);
    snprintf(instrument.outcomes[1].token, SYMBOL_SIZE, "%u2", number);
    return instrument;
}

static inline struct market_handle show(unsigned panel, unsigned number)
{
    struct instrument instrument = instrument_of(number);
    return publisher_show(feed, panel, &instrument, 5);
}

static inline int64_t venue_ms(void)
{
    return stamp.wall / MILLISECOND;
}

static inline void receive(void)
{
    input_frame(feed, stamp, VENUE_POLYMARKET, 0, text_from(frame));
}

static inline void book(unsigned number)
{
    snprintf(frame, sizeof frame,
             "{\"event_type\":\"book\",\"market\":\"0x%u\",\"asset_id\":\"%u1\",\"timestamp\":\"%lld\",\"bids\":"
             "[{\"price\":\"0.40\",\"size\":\"10\"},{\"price\":\"0.41\",\"size\":\"20\"}],\"asks\":"
             "[{\"price\":\"0.43\",\"size\":\"10\"},{\"price\":\"0.42\",\"size\":\"30\"}]}",
             number, number, (long long)venue_ms());
    receive();
}

static inline void change(unsigned number, const char *side, const char *price, const char *size, char hash)
{
    char hex[41];
    memset(hex, hash, 40);
    hex[40] = '\0';
    snprintf(frame, sizeof frame,
             "{\"event_type\":\"price_change\",\"market\":\"0x%u\",\"timestamp\":\"%lld\",\"price_changes\":"
             "[{\"asset_id\":\"%u1\",\"price\":\"%s\",\"size\":\"%s\",\"side\":\"%s\",\"hash\":\"%s\"}]}",
             number, (long long)venue_ms(), number, price, size, side, hex);
    receive();
}

static inline void pass(int64_t nanoseconds)
{
    clock_manual_advance(&stamp, nanoseconds);
    engine_advance(feed->engine, stamp);
}

/* Market 1 on panel 0, its link open, its book here. */
static inline void show_book(void)
{
    show(0, 1);
    input_link(feed, VENUE_POLYMARKET, 0, LINK_OPENED, NULL);
    book(1);
}

/* A turn, and what the ui would see after it. */
static inline const struct book_view *turn(unsigned panel)
{
    publisher_turn(feed);
    return feed_view(feed, panel);
}

/* True if the feed was woken since it was last asked. */
static inline bool rung(void)
{
    eventfd_t times = 0;
    struct pollfd bell = {.fd = feed->loop->bell.descriptor, .events = POLLIN};
    if (poll(&bell, 1, 0) > 0) (void)!eventfd_read(bell.fd, &times);
    return times > 0;
}

/* A test of the groups here. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_feed, close_feed)

#endif
