/* Two hundred busy markets against the local exchange, over real TLS: every burst is proved, and at the end three books
 * of each market are the same: the feed's, that of a second engine which was told what the feed's was told, and the
 * exchange's own.
 *
 * BOOKTOP_SECONDS: for about so many real seconds (1 to 60; 6 where it is not set).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crowd.h"

/* What the exchange sends in a simulated second for these markets. */
#define MESSAGES_PER_SECOND 800
#define SECONDS             6
/* Where the machine stood still for so long in the midst of a burst, its book was asked for anew, and rightly: then
 * only the books are compared. */
#define STANDSTILL (NANOSECONDS_PER_SECOND / 4)

/* One of the written cast opens later: it is not among those that are watched. */
static const struct exchange_options exchange_options = {
    .seed = 200, .speed = SPEED, .markets = MARKETS + 1, .clock = &clock_system};

static int open_stage(void **state)
{
    const uint64_t expected = shadow_seconds(SECONDS) * SPEED * MESSAGES_PER_SECOND;
    struct stage *stage = make_stage(state, &exchange_options, VENUE_POLYMARKET, 1, expected); /* the opening array */
    struct feed_options options = options_of_feed(stage);
    start_feed(stage, &options);
    return 0;
}

/* === What the feed shows === */

static bool stood_still(const struct shadow *shadow)
{
    return shadow->silence >= STANDSTILL;
}

/* Once the last of its changes has arrived and is proved, a market's view is what the exchange says. */
static void check_view(struct stage *stage, unsigned number)
{
    const struct catalogue_entry *entry = &stage->catalogue.entries[number];
    const struct inquiry_book *book = &stage->books[number];
    const struct book_view *view = &stage->onlooker.view;
    char digest[DIGEST_TEXT_SIZE];
    feed_select(stage->feed, 0, entry);
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT,
                   onlooker_sees(&stage->onlooker, &entry->instrument) && view->venue_ms >= book->venue_ms);
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, view->proof.state == PROOF_VERIFIED);
    assert_int_equal(view->venue_ms, book->venue_ms);
    assert_int_equal(view->cut.levels, 0);
    if (!stood_still(&stage->shadow)) {
        assert_int_equal(view->proof.failed, 0);
        assert_int_equal(view->proof.unverifiable, 0);
        assert_int_equal(view->proof.resyncs, 0);
        assert_int_equal(view->proof.crossed, 0);
        assert_int_equal(view->epoch, 0);
    }
    onlooker_digest(&stage->onlooker, book->outcome, digest);
    assert_string_equal(digest, book->digest);
}

/* === The test === */

/* A burst whose end was seen too early, since the machine was busy elsewhere, may have failed first and been taken back
 * when it went on: what counts is what the markets count. */
static void check_counts(struct stage *stage)
{
    struct shadow *shadow = &stage->shadow;
    struct proof sum = {0};
    const struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(shadow->engine), &position));) {
        sum.bursts += market->proof.bursts;
        sum.verified += market->proof.verified;
        sum.searched += market->proof.searched;
        sum.failed += market->proof.failed;
        sum.unverifiable += market->proof.unverifiable;
        sum.crossed += market->proof.crossed;
        sum.refused += market->proof.refused;
        sum.duplicates += market->proof.duplicates;
    }
    print_message(
        "%llu messages: %llu bursts and %llu snapshots, %llu checks passed (%llu after a search), %llu failed, "
        "%llu taken back, %llu duplicates\n",
        (unsigned long long)shadow->heard, (unsigned long long)sum.bursts, (unsigned long long)shadow->snapshots,
        (unsigned long long)sum.verified, (unsigned long long)sum.searched, (unsigned long long)sum.failed,
        (unsigned long long)(shadow->others - sum.failed - sum.unverifiable), (unsigned long long)sum.duplicates);
    assert_int_equal(sum.refused, 0);
    if (stood_still(shadow)) {
        print_message("the machine stood still for %lld ms: counts are not compared\n",
                      (long long)(shadow->silence / NANOSECONDS_PER_MILLISECOND));
        return;
    }
    if (sum.failed + sum.unverifiable > 0) fail_msg("%s", shadow->complaint);
    assert_int_equal(sum.verified, sum.bursts + shadow->snapshots);
    assert_int_equal(sum.crossed, 0);
    assert_true(sum.bursts > stage->expected / 3);
    assert_true(shadow->snapshots >= UINT64_C(2) * MARKETS);
}

static void every_burst_of_two_hundred_markets_is_proved(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(stage->catalogue.count, MARKETS);
    feed_list(stage->feed, &stage->catalogue);
    await_messages(stage, shadow_seconds(SECONDS));
    inquiry_open(&stage->inquiry, stage->exchange);
    inquiry_ask_clob(&stage->inquiry, stage->endpoints[VENUE_POLYMARKET].books, stage->catalogue.entries, MARKETS,
                     stage->books);
    for (unsigned i = 0; i < MARKETS; i++) check_view(stage, i);
    stop_feed(stage);
    check_counts(stage);
    for (unsigned i = 0; i < MARKETS; i++) {
        const struct market *market = check_shadow_book(stage, i, stage->books[i].outcome);
        assert_true(stood_still(&stage->shadow) || market->proof.failed + market->proof.resyncs == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_burst_of_two_hundred_markets_is_proved, open_stage, close_stage),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/two_hundred", tests, NULL, NULL);
}
