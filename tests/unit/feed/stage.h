/* A feed against the local exchange, over real TLS, two threads and more; and who looks at what arrives as views. */
#ifndef BOOKTOP_TESTS_STAGE_H
#define BOOKTOP_TESTS_STAGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "booktop/exchange/exchange.h"
#include "booktop/feed/feed.h"
#include "booktop/net/loop.h"
#include "onlooker.h"
#include "signer.h"

#define LIMIT (60 * NANOSECONDS_PER_SECOND)
/* The order flow, and what the feed waits for, are over so much sooner. */
#define SPEED 4

static struct clock_start start;
static struct clock fast;

struct stage {
    struct exchange *exchange;
    struct feed *feed;
    struct onlooker onlooker;
    struct signer signer; /* without a key Kalshi's books are polled */
    struct feed_signer feed_signer;
    struct addresses addresses;
    char fault_file[64];
    const char *known; /* kept in an earlier run */
    char kept[4096];   /* what was given to be kept */
    unsigned keeps;
};

static inline void start_exchange(struct stage *stage, const char *faults)
{
    char error[160];
    struct exchange_options options = {.seed = 4, .speed = 1, .clock = &fast};
    if (faults) {
        snprintf(stage->fault_file, sizeof stage->fault_file, "/tmp/booktop-test-XXXXXX");
        int file = mkstemp(stage->fault_file);
        assert_true(file >= 0);
        assert_int_equal(write(file, faults, strlen(faults)), strlen(faults));
        close(file);
        options.fault_file = stage->fault_file;
    }
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
}

static inline void keep(void *context, enum venue_id venue, struct text text)
{
    struct stage *stage = context;
    assert_int_equal(venue, VENUE_KALSHI);
    assert_in_range(text.length, 1, sizeof stage->kept - 1);
    text_copy(text, stage->kept, sizeof stage->kept);
    stage->keeps++;
}

static inline void start_feed(struct stage *stage, unsigned port, struct text ca_pem, const struct feed_tap *tap)
{
    char error[160];
    struct feed_options options = {.clock = &fast, .ca_pem = ca_pem, .demo = true, .tap = tap};
    options.kept[VENUE_KALSHI] = text_from(stage->known);
    options.keep = keep;
    options.keep_context = stage;
    addresses_at(&stage->addresses, port, options.endpoints);
    options.signers[VENUE_KALSHI] = stage->feed_signer;
    stage->feed = stage->onlooker.feed = feed_start(&options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
}

/* `exchange` may be another stage's. */
static inline void start_feed_at(struct stage *stage, const struct exchange *exchange, const struct feed_tap *tap)
{
    start_feed(stage, exchange_port(exchange), exchange_ca_pem(exchange), tap);
}

/* The exchange's own key. */
static inline void take_key(struct stage *stage)
{
    stage->feed_signer = signer_open(&stage->signer, stage->exchange);
}

static inline struct stage *make_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    *state = stage;
    return stage;
}

/* `faults`: as in an exchange's fault file; NULL: none. */
static inline int open_stage_with(void **state, const char *faults, bool keyed)
{
    struct stage *stage = make_stage(state);
    start_exchange(stage, faults);
    if (keyed) take_key(stage);
    start_feed_at(stage, stage->exchange, NULL);
    return 0;
}

static inline int open_stage(void **state)
{
    return open_stage_with(state, NULL, true);
}

static inline int close_stage(void **state)
{
    struct stage *stage = *state;
    feed_stop(stage->feed);
    if (stage->exchange) exchange_stop(stage->exchange);
    signer_close(&stage->signer);
    if (stage->fault_file[0]) unlink(stage->fault_file);
    free(stage);
    return 0;
}

/* Looks until the condition holds. */
#define AWAIT(stage, condition) ONLOOKER_AWAIT(&(stage)->onlooker, LIMIT, condition)

static inline struct answer_view await_answer(struct stage *stage, uint32_t lookup)
{
    struct answer_view answer = {0};
    AWAIT(stage, feed_answer(stage->feed, &answer));
    assert_int_equal(answer.lookup, lookup);
    return answer;
}

/* A test, and how its stage is opened. */
#define TEST(name, open) cmocka_unit_test_setup_teardown(name, open, close_stage)

/* The main of a test program: its tests and its name. */
#define STAGE_MAIN(tests, name)                                                                                        \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        net_start();                                                                                                   \
        fast = clock_fast(&start, SPEED);                                                                              \
        return cmocka_run_group_tests_name(name, tests, NULL, NULL);                                                   \
    }

#endif
