/* Who looks at what a feed shows, as the screen does: sleeps until there is something new, and takes it. */
#ifndef BOOKTOP_TESTS_ONLOOKER_H
#define BOOKTOP_TESTS_ONLOOKER_H

#include <poll.h>
#include <string.h>

#include "booktop/feed/feed.h"
#include "booktop/feed/replay.h"
#include "booktop/market/digest.h"
#include "booktop/market/order_book.h"

struct onlooker {
    struct feed *feed;
    /* The newest of each; of panel 0. */
    struct book_view view;
    struct quote_table quotes;
    struct connections_view connections;
};

/* Of a recording that is paused at its begin. */
static inline struct onlooker onlooker_of(const char *path)
{
    char error[300] = "";
    struct feed_replay_options options = {
        .paths = &path, .path_count = 1, .speed = REPLAY_SPEED_NORMAL, .paused = true};
    struct feed_options feed_options = {.clock = &clock_system, .replay = &options};
    struct onlooker onlooker = {.feed = feed_start(&feed_options, error, sizeof error)};
    if (!onlooker.feed) fail_msg("%s", error);
    return onlooker;
}

/* Takes what is there; then sleeps until there is more, but not beyond `end` (mono ns of the machine's clock). False:
 * it is over. */
static inline bool onlooker_look(struct onlooker *onlooker, int64_t end)
{
    struct pollfd ready = {.fd = feed_wake_fd(onlooker->feed), .events = POLLIN};
    int64_t left = end - clock_now(&clock_system).mono;
    if (left <= 0) return false;
    poll(&ready, 1, (int)(left / NANOSECONDS_PER_MILLISECOND) + 1);
    feed_woken(onlooker->feed);
    const struct book_view *view = feed_view(onlooker->feed, 0);
    if (view) onlooker->view = *view;
    const struct quote_table *quotes = feed_quotes(onlooker->feed);
    if (quotes) onlooker->quotes = *quotes;
    const struct connections_view *connections = feed_connections(onlooker->feed);
    if (connections) onlooker->connections = *connections;
    return true;
}

/* Looks until the condition holds; fails after `limit` ns. */
#define ONLOOKER_AWAIT(onlooker, limit, condition)                                                                     \
    for (int64_t end_ = clock_now(&clock_system).mono + (limit); !(condition);)                                        \
        if (!onlooker_look(onlooker, end_)) fail_msg("this did not come true in time: %s", #condition)

static inline bool onlooker_sees(const struct onlooker *onlooker, const struct instrument *instrument)
{
    return onlooker->view.instrument.venue == instrument->venue &&
           strcmp(onlooker->view.instrument.symbol, instrument->symbol) == 0;
}

/* Of the whole book that is shown, in the terms of an outcome. */
static inline void onlooker_digest(const struct onlooker *onlooker, unsigned outcome, char out[DIGEST_TEXT_SIZE])
{
    const struct depth *depth = &onlooker->view.depth;
    struct order_book book = {0};
    order_book_init(&book, 0);
    assert_int_equal(depth->bid_count, depth->bids_in_book);
    assert_int_equal(depth->ask_count, depth->asks_in_book);
    assert_int_equal(order_book_replace(&book, depth->bids, depth->bid_count, depth->asks, depth->ask_count), BOOK_OK);
    digest_book(&onlooker->view.instrument, &book, outcome, out);
    order_book_free(&book);
}

#endif
