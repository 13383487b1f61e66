/* Two hundred busy markets of one venue at the local exchange, a feed that watches them, and a second engine which is
 * told what the feed's is told.
 */
#ifndef BOOKTOP_TESTS_CROWD_H
#define BOOKTOP_TESTS_CROWD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "booktop/engine/engine.h"
#include "booktop/exchange/exchange.h"
#include "booktop/feed/feed.h"
#include "booktop/market/digest.h"
#include "booktop/net/loop.h"
#include "inquiry.h"
#include "onlooker.h"
#include "shadow.h"
#include "signer.h"

#define MARKETS 200
#define SPEED   4
#define LIMIT   (120 * NANOSECONDS_PER_SECOND)

struct stage {
    enum venue_id venue;
    struct exchange *exchange;
    struct signer signer;
    struct feed *feed;
    struct shadow shadow;
    struct feed_tap tap;
    struct catalogue catalogue;
    struct onlooker onlooker;
    struct inquiry inquiry;
    struct inquiry_book books[MARKETS];
    struct addresses addresses;
    struct venue_endpoints endpoints[VENUE_COUNT];
    char fault_file[64];
    uint64_t expected; /* messages, after which the order flow stops */
};

static inline void start_exchange(struct stage *stage, struct exchange_options options)
{
    char error[160];
    snprintf(stage->fault_file, sizeof stage->fault_file, "/tmp/booktop-test-XXXXXX");
    int file = mkstemp(stage->fault_file);
    assert_true(file >= 0);
    assert_true(dprintf(file, "%llu, halt\n", (unsigned long long)stage->expected) > 0);
    close(file);
    options.fault_file = stage->fault_file;
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
    addresses_at(&stage->addresses, exchange_port(stage->exchange), stage->endpoints);
}

/* `opening`: so many of its first messages list the markets. */
static inline struct stage *make_stage(void **state, const struct exchange_options *options, enum venue_id venue,
                                       unsigned opening, uint64_t expected)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    *state = stage;
    stage->venue = venue;
    stage->expected = expected;
    inquiry_list(&stage->catalogue, options, opening);
    shadow_open(&stage->shadow, venue, expected);
    start_exchange(stage, *options);
    return stage;
}

/* Of the venue alone. */
static inline struct feed_options options_of_feed(struct stage *stage)
{
    stage->tap = shadow_tap(&stage->shadow);
    struct feed_options options = {
        .clock = &clock_system, .ca_pem = exchange_ca_pem(stage->exchange), .demo = true, .tap = &stage->tap};
    options.endpoints[stage->venue] = stage->endpoints[stage->venue];
    return options;
}

static inline void start_feed(struct stage *stage, const struct feed_options *options)
{
    char error[160];
    stage->feed = stage->onlooker.feed = feed_start(options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
}

static inline int close_stage(void **state)
{
    struct stage *stage = *state;
    feed_stop(stage->feed);
    inquiry_close(&stage->inquiry);
    if (stage->exchange) exchange_stop(stage->exchange);
    signer_close(&stage->signer);
    if (stage->fault_file[0]) unlink(stage->fault_file);
    shadow_close(&stage->shadow);
    catalogue_free(&stage->catalogue);
    free(stage);
    return 0;
}

/* Until the second engine was told all that was to be sent in about `seconds`. */
static inline void await_messages(struct stage *stage, uint64_t seconds)
{
    shadow_await(&stage->shadow, (int64_t)seconds * 4 * NANOSECONDS_PER_SECOND + LIMIT);
}

/* Joins: the second engine is ours from now on. */
static inline void stop_feed(struct stage *stage)
{
    feed_stop(stage->feed);
    stage->feed = NULL;
    engine_finish(stage->shadow.engine, stage->shadow.newest);
}

/* The second engine's market, whose book is the exchange's in the terms of an outcome. */
static inline const struct market *check_shadow_book(const struct stage *stage, unsigned number, unsigned outcome)
{
    const char *symbol = stage->catalogue.entries[number].instrument.symbol;
    const struct market *market =
        registry_find(engine_registry(stage->shadow.engine), stage->venue, text_from(symbol), NULL);
    char digest[DIGEST_TEXT_SIZE];
    assert_non_null(market);
    assert_int_equal(market->proof.state, PROOF_VERIFIED);
    digest_book(&market->instrument, &market->book, outcome, digest);
    assert_string_equal(digest, stage->books[number].digest);
    return market;
}

#endif
