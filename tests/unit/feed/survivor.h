/* A feed against the local exchange that does it harm, by a clock that can be moved; and who looks at what it shows. */
#ifndef BOOKTOP_TESTS_SURVIVOR_H
#define BOOKTOP_TESTS_SURVIVOR_H

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "booktop/exchange/exchange.h"
#include "booktop/feed/feed.h"
#include "booktop/net/limits.h"
#include "booktop/net/loop.h"

#define MILLISECOND NANOSECONDS_PER_MILLISECOND
#define SECOND      NANOSECONDS_PER_SECOND
#define LIMIT       (60 * SECOND)
#define HARBOUR     "polymarket:will-the-harbour-bridge-at-port-lumen-open-in-december"

/* === A clock that can be moved === */

static _Atomic int64_t mono_ahead, wall_ahead, slept;

static inline struct stamp moved_now(void *context)
{
    (void)context;
    struct stamp now = clock_now(&clock_system);
    now.mono += atomic_load(&mono_ahead);
    now.wall += atomic_load(&wall_ahead);
    return now;
}

static inline int64_t moved_asleep(void *context)
{
    (void)context;
    return atomic_load(&slept);
}

static const struct clock moved = {.now = moved_now, .asleep = moved_asleep};

static inline bool pass(int64_t nanoseconds)
{
    atomic_fetch_add(&mono_ahead, nanoseconds);
    return true;
}

/* === The stage === */

struct stage {
    struct exchange *exchange;
    struct feed *feed;
    struct addresses addresses;
    struct net_limits limits;
    struct feed_options options;
    struct book_view view; /* the newest of panel 0 */
    struct connections_view connections;
    uint64_t connections_seen;
};

/* Quick to come back, and patient with moved clocks. */
static const struct net_limits quick = {
    .reconnect = true,
    .retry_first = 20 * MILLISECOND,
    .retry_most = 50 * MILLISECOND,
    .dial = 600 * SECOND,
    .handshake = 600 * SECOND,
    .reply = 600 * SECOND,
    .write = 600 * SECOND,
    .ping = 50 * MILLISECOND,
    .silence = 3600 * SECOND,
    .message_cap = 16u << 20,
    .queue = 1u << 20,
};

static inline struct stage *make_stage(void **state)
{
    char error[160];
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    mono_ahead = wall_ahead = slept = 0;
    struct exchange_options options = {.seed = 4, .speed = 1, .clock = &clock_system};
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
    stage->limits = quick;
    stage->options = (struct feed_options){.clock = &moved, .ca_pem = exchange_ca_pem(stage->exchange)};
    addresses_at(&stage->addresses, exchange_port(stage->exchange), stage->options.endpoints);
    stage->options.limits = &stage->limits;
    return stage;
}

static inline void start_feed(struct stage *stage)
{
    char error[160];
    stage->feed = feed_start(&stage->options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
    feed_watch_connections(stage->feed, true);
}

static inline int open_stage(void **state)
{
    start_feed(make_stage(state));
    return 0;
}

static inline int close_stage(void **state)
{
    struct stage *stage = *state;
    feed_stop(stage->feed);
    exchange_stop(stage->exchange);
    free(stage);
    return 0;
}

/* Takes what is there; then sleeps until there is more. False at the limit. */
static inline bool look(struct stage *stage, int64_t end)
{
    struct pollfd ready = {.fd = feed_wake_fd(stage->feed), .events = POLLIN};
    int64_t left = end - clock_now(&clock_system).mono;
    if (left <= 0) return false;
    poll(&ready, 1, (int)(left / MILLISECOND) + 1);
    feed_woken(stage->feed);
    const struct book_view *view = feed_view(stage->feed, 0);
    if (view) stage->view = *view;
    const struct connections_view *connections = feed_connections(stage->feed);
    if (!connections) return true;
    stage->connections = *connections;
    stage->connections_seen++;
    return true;
}

/* Looks until the condition holds. */
#define AWAIT(stage, condition)                                                                                        \
    for (int64_t end = clock_now(&clock_system).mono + LIMIT; !(condition);)                                           \
        if (!look(stage, end)) fail_msg("this did not come true in time: %s", #condition)

static inline void show(struct stage *stage, const char *words)
{
    feed_open(stage->feed, 0, words);
    AWAIT(stage, stage->view.has_book);
}

static inline bool is_live(const struct stage *stage)
{
    return stage->view.link.state == LINK_STATE_LIVE && stage->view.proof.state == PROOF_VERIFIED;
}

static inline void show_live(struct stage *stage)
{
    show(stage, HARBOUR);
    AWAIT(stage, is_live(stage));
}

static inline void do_harm(struct stage *stage, const char *fault)
{
    char error[160];
    if (!exchange_inject(stage->exchange, EXCHANGE_POLYMARKET, text_from(fault), error, sizeof error))
        fail_msg("%s", error);
}

/* The newest entry of a kind, NULL: none. */
static inline const struct journal_entry *entry_of(const struct stage *stage, enum journal_kind kind)
{
    for (size_t i = 0; i < stage->connections.entry_count; i++)
        if (stage->connections.entries[i].kind == kind) return &stage->connections.entries[i];
    return NULL;
}

static inline unsigned entries_of(const struct stage *stage, enum journal_kind kind)
{
    unsigned count = 0;
    for (size_t i = 0; i < stage->connections.entry_count; i++) count += stage->connections.entries[i].kind == kind;
    return count;
}

/* The newest entry of this kind has these words in it. */
static inline bool says(const struct stage *stage, enum journal_kind kind, const char *words)
{
    const struct journal_entry *entry = entry_of(stage, kind);
    return entry && strstr(entry->text, words);
}

/* What is measured under this name; 0: nothing. */
static inline uint64_t measured(const struct stage *stage, const char *label, const char *name)
{
    for (size_t i = 0; i < stage->connections.line_count; i++) {
        const struct metrics_line *line = &stage->connections.lines[i];
        if (strcmp(line->label, label) == 0 && strcmp(line->name, name) == 0) return line->value;
    }
    return 0;
}

/* A test, and how its stage is opened. */
#define TEST(name, open) cmocka_unit_test_setup_teardown(name, open, close_stage)

#endif
