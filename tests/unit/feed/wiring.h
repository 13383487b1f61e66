/* One connection of a feed, without a network: what it and its venue say is put in by hand, time moves by hand. */
#ifndef BOOKTOP_TESTS_WIRING_H
#define BOOKTOP_TESTS_WIRING_H

#include "bare_feed.h"

#define CALLS_MAX 32

static int64_t asleep;
static struct wire *wire;
static struct websocket_status status;

/* What the engine was told, in order. */
static enum link_change told[CALLS_MAX];
static char told_why[CALLS_MAX][JOURNAL_TEXT_SIZE];
static unsigned told_count, retried, expected_link;

static inline void tell_link(void *context, struct stamp at, enum venue_id venue, unsigned link,
                             enum link_change change, const char *why)
{
    (void)context, (void)at;
    assert_int_equal(venue, VENUE_POLYMARKET);
    assert_int_equal(link, expected_link);
    assert_true(told_count < CALLS_MAX);
    text_copy(text_from(why), told_why[told_count], JOURNAL_TEXT_SIZE);
    told[told_count++] = change;
}

static inline void tell_frame(void *context, struct stamp at, enum venue_id venue, unsigned link, uint64_t message,
                              struct text text)
{
    (void)context, (void)at, (void)venue, (void)link, (void)message, (void)text;
}

static inline void tell_retry(void *context, struct stamp at, enum venue_id venue)
{
    (void)context, (void)at, (void)venue;
    retried++;
}

static const struct feed_tap tap = {.received = tell_frame, .link = tell_link, .retry = tell_retry};

static inline int64_t asleep_by_hand(void *context)
{
    (void)context;
    return asleep;
}

static inline int open_wiring(void **state)
{
    (void)state;
    asleep = 7 * SECOND;
    told_count = retried = expected_link = 0;
    bare_feed_open(&tap);
    manual.asleep = asleep_by_hand;
    wire = wires_add(feed, VENUE_POLYMARKET, 0);
    wires_begin(wire);
    status = (struct websocket_status){.round_trip = -1};
    return 0;
}

static inline int close_wiring(void **state)
{
    (void)state;
    bare_feed_close();
    return 0;
}

static inline void pass(int64_t nanoseconds)
{
    clock_manual_advance(&stamp, nanoseconds);
}

static inline void step(enum websocket_state state)
{
    status.state = state;
    wires_state(wire, &status);
}

static inline void fall(enum websocket_state state, enum websocket_failure failure, const char *why)
{
    text_copy(text_from(why), status.reason, sizeof status.reason);
    status.failure = failure;
    status.attempts++;
    status.retry_at = stamp.mono + 800 * MILLISECOND;
    status.unanswered = 0;
    step(state);
}

static inline void phase(enum link_phase to, const char *why)
{
    wires_phase(feed, &(struct link_report){.phase = to, .why = why, .stamp = stamp});
}

/* Open, with every book. */
static inline void come_up(void)
{
    step(WEBSOCKET_RESOLVING);
    step(WEBSOCKET_CONNECTING);
    step(WEBSOCKET_HANDSHAKING);
    pass(300 * MILLISECOND);
    status.reason[0] = '\0';
    status.attempts = 0;
    step(WEBSOCKET_OPEN);
    phase(LINK_SYNCING, NULL);
    pass(400 * MILLISECOND);
    phase(LINK_LIVE, NULL);
}

/* What the one-second timer does with a connection's own knowledge. */
static inline void look(void)
{
    wires_status(wire, &status);
    wires_update(wire);
}

/* The newest entry but `back`. */
static inline struct journal_entry entry(size_t back)
{
    static struct journal_entry entries[64];
    size_t count = journal_newest(&feed->journal, entries, 64);
    assert_true(back < count);
    return entries[back];
}

#define ENTRY(back, of_kind, words)                                                                                    \
    do {                                                                                                               \
        struct journal_entry found = entry(back);                                                                      \
        assert_string_equal(found.text, words);                                                                        \
        assert_int_equal(found.kind, of_kind);                                                                         \
        assert_int_equal(found.venue, VENUE_POLYMARKET);                                                               \
    } while (0)

/* A test with a connection of its own. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_wiring, close_wiring)

#endif
