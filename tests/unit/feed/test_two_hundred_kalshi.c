/* Two hundred busy markets of Kalshi's against the local exchange, over real TLS: not one number is missing, and at the
 * end three books of each market are the same: the feed's, that of a second engine which was told what the feed's was
 * told, and the exchange's own, by REST.
 *
 * BOOKTOP_SECONDS: for about so many real seconds (1 to 60; 4 where it is not set).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
/* What the exchange sends in a simulated second for these markets, at least. */
#define FRAMES_PER_SECOND 600
#define SECONDS           4
#define LIMIT             (120 * NANOSECONDS_PER_SECOND)

static const struct exchange_options exchange_options = {
    .seed = 200, .speed = SPEED, .markets = MARKETS, .venue = EXCHANGE_KALSHI, .clock = &clock_system};

struct stage {
    struct exchange *exchange;
    struct signer signer;
    struct feed *feed;
    struct shadow shadow;
    struct feed_tap tap;
    struct catalogue catalogue;
    struct onlooker onlooker;
    struct inquiry inquiry;
    struct inquiry_book books[MARKETS];
    char stream_url[64], rest_url[64];
    char fault_file[64];
    uint64_t expected;
};

/* === The stage === */

/* The order flow stops after so many messages. */
static void start_exchange(struct stage *stage)
{
    char error[160];
    struct exchange_options options = exchange_options;
    snprintf(stage->fault_file, sizeof stage->fault_file, "/tmp/booktop-test-XXXXXX");
    int file = mkstemp(stage->fault_file);
    assert_true(file >= 0);
    assert_true(dprintf(file, "%llu, halt\n", (unsigned long long)stage->expected) > 0);
    close(file);
    options.fault_file = stage->fault_file;
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
}

static void start_feed(struct stage *stage)
{
    unsigned port = exchange_port(stage->exchange);
    char error[160];
    snprintf(stage->stream_url, sizeof stage->stream_url, "wss://localhost:%u/trade-api/ws/v2", port);
    snprintf(stage->rest_url, sizeof stage->rest_url, "https://localhost:%u/trade-api/v2", port);
    stage->tap = shadow_tap(&stage->shadow);
    struct feed_options options = {
        .clock = &clock_system, .ca_pem = exchange_ca_pem(stage->exchange), .demo = true, .tap = &stage->tap};
    options.endpoints[VENUE_KALSHI] = (struct venue_endpoints){.stream = stage->stream_url, .books = stage->rest_url};
    options.signers[VENUE_KALSHI] = signer_open(&stage->signer, stage->exchange);
    options.off[VENUE_POLYMARKET] = true;
    stage->feed = feed_start(&options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
    stage->onlooker.feed = stage->feed;
}

static int open_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    stage->expected = shadow_seconds(SECONDS) * SPEED * FRAMES_PER_SECOND;
    inquiry_list(&stage->catalogue, &exchange_options, MARKETS + 1); /* the snapshots come first */
    shadow_open(&stage->shadow, VENUE_KALSHI, stage->expected);
    start_exchange(stage);
    start_feed(stage);
    return 0;
}

static int close_stage(void **state)
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

/* === What the feed shows === */

/* True if it is this market's, and its book is the exchange's. */
static bool shows(const struct stage *stage, unsigned number)
{
    char digest[DIGEST_TEXT_SIZE];
    if (!onlooker_sees(&stage->onlooker, &stage->catalogue.entries[number].instrument)) return false;
    onlooker_digest(&stage->onlooker, 0, digest);
    return strcmp(digest, stage->books[number].digest) == 0;
}

static void check_view(struct stage *stage, unsigned number)
{
    const struct book_view *view = &stage->onlooker.view;
    feed_select(stage->feed, 0, &stage->catalogue.entries[number]);
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, shows(stage, number) && view->proof.state == PROOF_VERIFIED);
    const struct proof *proof = &view->proof;
    assert_int_equal(proof->gaps + proof->failed + proof->unverifiable + proof->resyncs + proof->refused, 0);
    assert_int_equal(proof->crossed + view->cut.levels, 0);
    assert_int_equal(view->epoch, 0);
    assert_int_equal(view->link.reconnects, 0);
}

/* === The test === */

static void check_shadow_book(struct stage *stage, unsigned number)
{
    const char *symbol = stage->catalogue.entries[number].instrument.symbol;
    const struct market *market =
        registry_find(engine_registry(stage->shadow.engine), VENUE_KALSHI, text_from(symbol), NULL);
    char digest[DIGEST_TEXT_SIZE];
    assert_non_null(market);
    assert_int_equal(market->proof.state, PROOF_VERIFIED);
    digest_book(&market->instrument, &market->book, 0, digest);
    assert_string_equal(digest, stage->books[number].digest);
}

static void check_counts(const struct stage *stage)
{
    const struct shadow *shadow = &stage->shadow;
    struct proof sum = {0};
    const struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(shadow->engine), &position));) {
        sum.bursts += market->proof.bursts;
        sum.verified += market->proof.verified;
        sum.failed += market->proof.failed + market->proof.unverifiable + market->proof.gaps + market->proof.refused;
        sum.resyncs += market->proof.resyncs;
    }
    print_message("%llu messages: %llu bursts and %llu snapshots, %llu checks passed, %llu failed\n",
                  (unsigned long long)shadow->heard, (unsigned long long)sum.bursts,
                  (unsigned long long)shadow->snapshots, (unsigned long long)sum.verified,
                  (unsigned long long)sum.failed);
    if (shadow->others > 0) fail_msg("%s", shadow->complaint);
    assert_int_equal(sum.failed + sum.resyncs, 0);
    assert_int_equal(sum.verified, sum.bursts + shadow->snapshots);
    assert_int_equal(shadow->snapshots, MARKETS);
    assert_true(sum.bursts > stage->expected / 3);
}

static void no_number_of_two_hundred_markets_is_missing(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(stage->catalogue.count, MARKETS);
    feed_list(stage->feed, &stage->catalogue);
    shadow_await(&stage->shadow, (int64_t)shadow_seconds(SECONDS) * 4 * NANOSECONDS_PER_SECOND + LIMIT);
    inquiry_open(&stage->inquiry, stage->exchange);
    inquiry_ask_desk(&stage->inquiry, stage->rest_url, stage->catalogue.entries, MARKETS, stage->books);
    for (unsigned i = 0; i < MARKETS; i++) check_view(stage, i);
    feed_stop(stage->feed); /* joins: the second engine is ours from now on */
    stage->feed = NULL;
    engine_finish(stage->shadow.engine, stage->shadow.newest);
    check_counts(stage);
    for (unsigned i = 0; i < MARKETS; i++) check_shadow_book(stage, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_number_of_two_hundred_markets_is_missing, open_stage, close_stage),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/two_hundred_kalshi", tests, NULL, NULL);
}
