/* Kalshi's sync where memory fails: whatever is refused is refused whole, no book is verified that is wrong, and what
 * comes later heals it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "kalshi_session.h"

/* The sources under test, with their memory counted and refused. */
#include "counted_memory.h"
/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "../../../src/venue/kalshi/frames.c"
#include "../../../src/venue/kalshi/subscriptions.c"
#include "../../../src/venue/kalshi/sync.c"
#include "../../../src/venue/requests.c"
#define make_room decoder_make_room
#define scan      decoder_scan
#include "../../../src/venue/kalshi/decode.c"
/* NOLINTEND(bugprone-suspicious-include) */
#undef realloc
#undef calloc

/* What it says of books is true even then. */
static void step(struct session *s, int64_t ms, const char *frame, const char *after)
{
    session_hear(s, ms, frame);
    const struct market *market = session_market(s, T1);
    if (market->has_book && market->proof.state == PROOF_VERIFIED) expect_book_of(s, T1, after);
}

/* What a market lives through; memory fails somewhere. */
static void live(struct session *s)
{
    session_link(s, 0, LINK_OPENED);
    session_at(s, 1);
    kalshi_answer_subscribes(s, 1);
    step(s, 2, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1), BOOK_1);
    step(s, 3, frame_delta(1, 2, T1, "yes 0.48 -1", 7000), "0.48:29 0.47:10 | 0.52:25 0.53:5");
    step(s, 4, frame_delta(1, 3, T1, "no 0.51 7", 7001), "0.48:29 0.47:10 | 0.51:7 0.52:25 0.53:5");
    step(s, 5, frame_delta(1, 5, T1, "no 0.51 1", 7002), "stale");
    session_advance(s, 10);
    session_receive(s, frame_subscribed(5, "orderbook_delta", 4));
    step(s, 11, frame_snapshot(4, 1, T1, BIDS_1, "0.6:1 0.61:1 0.62:1 0.63:1 0.64:1 0.65:1 0.66:1"),
         "0.48:30 0.47:10 | 0.6:1 0.61:1 0.62:1 0.63:1 0.64:1 0.65:1 0.66:1");
    s->venue->seed(s->sync, s->now, session_market(s, T1)->handle);
    s->venue->lookup(s->sync, s->now, 1, LOOKUP_MARKET, TEXT("kxone"));
    session_advance(s, 20000);
}

/* With memory there again. */
static void heal(struct session *s)
{
    session_link(s, 0, LINK_LOST);
    session_link(s, 0, LINK_OPENED);
    session_hear(s, 30000, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    session_hear(s, 30001, frame_delta(1, 2, T1, "yes 0.48 -1", 9000));
    session_advance(s, 30100);
    expect_state_of(s, T1, "verified");
    expect_book_of(s, T1, "0.48:29 0.47:10 | 0.52:25 0.53:5");
}

static unsigned long play(unsigned long failing, bool on)
{
    struct session s;
    memory_fail(0, false);
    kalshi_open_with(&s, JOURNAL_WISHES, (struct venue_options){.has_key = true});
    struct market_handle market = kalshi_add(&s, T1);
    memory_fail(failing, on);
    session_watch(&s, market);
    live(&s);
    unsigned long requests = memory_requests;
    memory_fail(0, false);
    if (s.sync->watched == 0) session_watch(&s, market);
    heal(&s);
    session_close(&s);
    return requests;
}

static void whatever_request_fails(void **state)
{
    (void)state;
    unsigned long requests = play(0, false);
    assert_in_range(requests, 10, 500);
    for (unsigned long failing = 1; failing <= requests; failing++) {
        play(failing, false);
        play(failing, true);
    }
}

/* A market that a book would make. */
static void discovery_may_fail(void **state)
{
    unsigned long requests = 1;
    (void)state;
    for (unsigned long failing = 0; failing <= requests; failing++) {
        struct session s;
        memory_fail(0, false);
        kalshi_open_discovering(&s, 0);
        memory_fail(failing, false);
        session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.4:1"));
        if (failing == 0) requests = memory_requests;
        const struct market *market = session_market(&s, T1);
        assert_true(!market || !market->has_book || market->proof.state == PROOF_VERIFIED);
        memory_fail(0, false);
        session_receive(&s, frame_snapshot(1, 2, T1, BIDS_1, "0.4:1"));
        expect_state_of(&s, T1, "verified");
        session_close(&s);
    }
}

static void creation_may_fail(void **state)
{
    struct venue_outlet outlet = {0};
    const struct venue_options options = {.discover = true};
    struct venue_sync *sync = NULL;
    unsigned long failing;
    (void)state;
    for (failing = 1; failing < 50 && !sync; failing++) {
        memory_fail(failing, false);
        sync = venue_kalshi.create(NULL, &outlet, &options);
    }
    assert_in_range(failing, 3, 20);
    assert_string_equal(sync->stream_url, KALSHI_STREAM_URL);
    assert_string_equal(sync->rest_url, KALSHI_REST_URL);
    venue_kalshi.destroy(sync);
    venue_kalshi.destroy(NULL);
    memory_fail(0, false);
}

/* Names that could not be gathered are told a second later. */
static void what_could_not_be_told_is_told_later(void **state)
{
    struct session s;
    (void)state;
    memory_fail(0, false);
    kalshi_open_with(&s, JOURNAL_WISHES, (struct venue_options){.has_key = true});
    session_watch(&s, kalshi_add(&s, T1));
    journal_clear(&s.journal);
    memory_fail(1, true);
    session_link(&s, 0, LINK_OPENED);
    memory_fail(0, false);
    session_advance(&s, 999);
    expect_journal(&s, "");
    session_advance(&s, 1000);
    expect_journal(&s, SENT_BOOKS("1", QUOTED_1) SENT_TICKER("2", QUOTED_1) SENT_TRADES("3", QUOTED_1));
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_request_fails),
        cmocka_unit_test(discovery_may_fail),
        cmocka_unit_test(creation_may_fail),
        cmocka_unit_test(what_could_not_be_told_is_told_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
