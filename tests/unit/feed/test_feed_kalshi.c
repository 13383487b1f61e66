/* Kalshi's side of a feed against the local exchange: with its key, without one and with a wrong one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "stage.h"

#define TIDE "kalshi:KXHARBOR-26DEC-B4.5"

static void both_venues_are_one_list(void **state)
{
    struct stage *stage = *state;
    struct answer_view answer = await_answer(stage, feed_search(stage->feed, ""));
    assert_int_equal(answer.result, ANSWER_LIST);
    size_t of[VENUE_COUNT] = {0};
    for (size_t i = 0; i < answer.catalogue->count; i++) of[answer.catalogue->entries[i].instrument.venue]++;
    assert_true(of[VENUE_POLYMARKET] >= 5 && of[VENUE_KALSHI] >= 5);
    feed_release(stage->feed, answer.catalogue);
    answer = await_answer(stage, feed_search(stage->feed, "kalshi:"));
    for (size_t i = 0; i < answer.catalogue->count; i++)
        assert_int_equal(answer.catalogue->entries[i].instrument.venue, VENUE_KALSHI);
    feed_release(stage->feed, answer.catalogue);
}

/* The catalogue is gone through behind a list, and kept. */
static void what_there_is_is_gone_through_and_kept(void **state)
{
    struct stage *stage = *state;
    const struct venue_progress *progress = &stage->onlooker.quotes.progress[VENUE_KALSHI];
    struct answer_view answer = await_answer(stage, feed_search(stage->feed, "polymarket:"));
    feed_list(stage->feed, answer.catalogue);
    AWAIT(stage, stage->onlooker.quotes.count > 0);
    assert_true(!progress->running && progress->events == 0); /* nobody asked */
    struct answer_view kalshi = await_answer(stage, feed_search(stage->feed, "kalshi:"));
    assert_true(kalshi.catalogue->count > 4);
    AWAIT(stage, progress->events >= 5);
    assert_false(progress->running);
    feed_release(stage->feed, kalshi.catalogue);
    feed_release(stage->feed, answer.catalogue);
    feed_stop(stage->feed);
    stage->feed = NULL;
    assert_int_equal(stage->keeps, 1);
    assert_non_null(strstr(stage->kept, "\nKXHARBOR-26DEC\t"));
    /* The next run knows it from the start: here one event of them. */
    struct stage next = {.known = "booktop kalshi events 1\nKXHARBOR-26DEC\t1\tTide\n"};
    start_feed_at(&next, stage->exchange, NULL);
    answer = await_answer(&next, feed_search(next.feed, "kalshi:"));
    assert_int_equal(answer.catalogue->count, 4);
    assert_string_equal(answer.catalogue->entries[0].instrument.event_slug, "KXHARBOR-26DEC");
    feed_release(next.feed, answer.catalogue);
    feed_stop(next.feed);
}

static void a_kalshi_market_is_verified_in_sequence(void **state)
{
    struct stage *stage = *state;
    /* Opened by its ticker and by its web address, one on each panel, beside a market of the other venue. */
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 0, TIDE)).result, ANSWER_OPENED);
    uint32_t other = feed_open(stage->feed, 1, "polymarket:port-lumen-tide-index-up-or-down");
    assert_int_equal(await_answer(stage, other).result, ANSWER_OPENED);
    AWAIT(stage,
          stage->onlooker.view.link.state == LINK_STATE_LIVE && stage->onlooker.view.proof.state == PROOF_VERIFIED);
    assert_int_equal(stage->onlooker.view.instrument.venue, VENUE_KALSHI);
    assert_string_equal(stage->onlooker.view.instrument.symbol, "KXHARBOR-26DEC-B4.5");
    assert_true(stage->onlooker.view.statistics.two_sided && stage->onlooker.view.depth.bid_count > 2);
    uint64_t changes = stage->onlooker.view.change_count;
    AWAIT(stage, stage->onlooker.view.change_count > changes + 2 && stage->onlooker.view.tape.count > 0);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_VERIFIED);
    assert_int_equal(
        stage->onlooker.view.proof.gaps + stage->onlooker.view.proof.failed + stage->onlooker.view.proof.refused, 0);
    const struct book_view *view = NULL;
    AWAIT(stage, (view = feed_view(stage->feed, 1)) && view->has_book);
    assert_int_equal(view->instrument.venue, VENUE_POLYMARKET);
}

static int open_stage_with_wrong_key(void **state)
{
    struct stage *stage = make_stage(state);
    /* An exchange of the same seed knows this id, but by another key. */
    start_exchange(stage, NULL);
    take_key(stage);
    exchange_stop(stage->exchange);
    start_exchange(stage, NULL);
    assert_string_equal(kalshi_key_id(stage->signer.key), exchange_kalshi_key_id(stage->exchange));
    start_feed_at(stage, stage->exchange, NULL);
    return 0;
}

static void a_refused_key_is_said_and_not_tried_again(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 0, TIDE)).result, ANSWER_OPENED);
    AWAIT(stage, stage->onlooker.view.link.state == LINK_STATE_GIVEN_UP);
    assert_non_null(strstr(stage->onlooker.view.link.reason, "401"));
    assert_non_null(strstr(stage->onlooker.view.link.reason, "refuses the key"));
    assert_int_equal(stage->onlooker.view.link.attempts, 1);
    assert_true(stage->onlooker.view.link.retry_at == TIME_NEVER);
    /* What can be had without a key is. */
    AWAIT(stage, stage->onlooker.view.has_book);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_POLLED);
    /* Another market of it makes no attempt; the other venue goes on. */
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 0, "kalshi:KXSEAWALL-26DEC31")).result, ANSWER_OPENED);
    AWAIT(stage, strcmp(stage->onlooker.view.instrument.symbol, "KXSEAWALL-26DEC31") == 0);
    assert_int_equal(stage->onlooker.view.link.state, LINK_STATE_GIVEN_UP);
    assert_int_equal(stage->onlooker.view.link.attempts, 1);
    feed_open(stage->feed, 0, "polymarket:port-lumen-tide-index-up-or-down");
    AWAIT(stage, stage->onlooker.view.proof.state == PROOF_VERIFIED);
}

static int open_stage_without_key(void **state)
{
    return open_stage_with(state, NULL, false);
}

static void without_a_key_books_are_polled(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, TIDE);
    AWAIT(stage, stage->onlooker.view.has_book);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_POLLED);
    assert_true(stage->onlooker.view.statistics.two_sided);
    assert_int_equal(stage->onlooker.view.link.state, LINK_STATE_IDLE);
    /* And again: every second, since it is looked at. */
    uint64_t books = stage->onlooker.view.change_count;
    AWAIT(stage, stage->onlooker.view.change_count > books + 1);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_POLLED);
}

static int open_stage_with_gap(void **state)
{
    /* After so many messages: the book is here then. */
    return open_stage_with(state, "60, gap\n", true);
}

static void a_gap_makes_the_book_stale_until_a_new_one_is_here(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, TIDE);
    AWAIT(stage, stage->onlooker.view.proof.state == PROOF_VERIFIED);
    assert_int_equal(stage->onlooker.view.proof.gaps, 0);
    AWAIT(stage, stage->onlooker.view.proof.gaps > 0);
    AWAIT(stage, stage->onlooker.view.proof.state == PROOF_VERIFIED);
    assert_int_equal(stage->onlooker.view.proof.gaps, 1);
    assert_true(stage->onlooker.view.proof.resyncs >= 1);
    assert_int_equal(stage->onlooker.view.link.reconnects, 0);
    uint64_t changes = stage->onlooker.view.change_count;
    AWAIT(stage, stage->onlooker.view.change_count > changes + 2);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_VERIFIED);
}

static const struct CMUnitTest tests[] = {
    TEST(both_venues_are_one_list, open_stage),
    TEST(what_there_is_is_gone_through_and_kept, open_stage),
    TEST(a_kalshi_market_is_verified_in_sequence, open_stage),
    TEST(a_refused_key_is_said_and_not_tried_again, open_stage_with_wrong_key),
    TEST(without_a_key_books_are_polled, open_stage_without_key),
    TEST(a_gap_makes_the_book_stale_until_a_new_one_is_here, open_stage_with_gap),
};

STAGE_MAIN(tests, "feed/feed_kalshi")
