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

#include "crowd.h"

/* What the exchange sends in a simulated second for these markets, at least. */
#define FRAMES_PER_SECOND 600
#define SECONDS           4

static const struct exchange_options exchange_options = {
    .seed = 200, .speed = SPEED, .markets = MARKETS, .venue = EXCHANGE_KALSHI, .clock = &clock_system};

static int open_stage(void **state)
{
    const uint64_t expected = shadow_seconds(SECONDS) * SPEED * FRAMES_PER_SECOND;
    /* The snapshots come first. */
    struct stage *stage = make_stage(state, &exchange_options, VENUE_KALSHI, MARKETS + 1, expected);
    struct feed_options options = options_of_feed(stage);
    options.signers[VENUE_KALSHI] = signer_open(&stage->signer, stage->exchange);
    options.off[VENUE_POLYMARKET] = true;
    start_feed(stage, &options);
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
    await_messages(stage, shadow_seconds(SECONDS));
    inquiry_open(&stage->inquiry, stage->exchange);
    inquiry_ask_desk(&stage->inquiry, stage->endpoints[VENUE_KALSHI].books, stage->catalogue.entries, MARKETS,
                     stage->books);
    for (unsigned i = 0; i < MARKETS; i++) check_view(stage, i);
    stop_feed(stage);
    check_counts(stage);
    for (unsigned i = 0; i < MARKETS; i++) check_shadow_book(stage, i, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_number_of_two_hundred_markets_is_missing, open_stage, close_stage),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/two_hundred_kalshi", tests, NULL, NULL);
}
