/* Connections that survive: the feed against the local exchange that does it harm, by a clock that can be moved. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "survivor.h"

/* Sooner after an attempt the user's wish for another is not heard. */
#define PRESSES_APART (2 * SECOND)
#define TIDE          "kalshi:KXHARBOR-26DEC-B4.5"

static int open_stage_without_reconnect(void **state)
{
    struct stage *stage = make_stage(state);
    stage->limits.reconnect = false;
    start_feed(stage);
    return 0;
}

static int open_stage_with_long_waits(void **state)
{
    struct stage *stage = make_stage(state);
    stage->limits.retry_most = 30 * SECOND;
    start_feed(stage);
    return 0;
}

/* Nobody listens where the stream should be, and attempts are an hour apart. */
static int open_stage_without_stream(void **state)
{
    struct stage *stage = make_stage(state);
    stage->options.endpoints[VENUE_POLYMARKET].stream = "wss://localhost:1/ws/market";
    stage->limits.retry_first = stage->limits.retry_most = 3600 * SECOND;
    start_feed(stage);
    return 0;
}

/* === Down and up === */

static void a_closed_connection_says_why_and_comes_back(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    do_harm(stage, "close 1013 slow consumer");
    AWAIT(stage, stage->view.link.reconnects == 1 && is_live(stage));
    AWAIT(stage, entries_of(stage, JOURNAL_RESUBSCRIBED) == 2);
    assert_true(says(stage, JOURNAL_DISCONNECTED, "slow consumer"));
    assert_true(says(stage, JOURNAL_RETRYING, "(attempt 1)"));
    assert_true(says(stage, JOURNAL_RESUBSCRIBED, "every book is there after "));
    assert_int_equal(entries_of(stage, JOURNAL_CONNECTED), 2);
    assert_int_equal(entries_of(stage, JOURNAL_RECEIVED), 2);
    assert_int_equal(stage->view.link.entered[LINK_STATE_DOWN], 1);
    assert_true(stage->view.link.spent[LINK_STATE_DOWN] > 0 && stage->view.link.spent[LINK_STATE_LIVE] > 0);
    assert_int_equal(measured(stage, "polymarket 0", "connects"), 2);
    assert_int_equal(measured(stage, "polymarket 0", "retries"), 1);
    assert_int_equal(measured(stage, "polymarket 0", "state"), LINK_STATE_LIVE);
    assert_int_equal(measured(stage, "events", "disconnected"), 1);
}

static void what_is_given_up_is_tried_again_when_the_user_asks(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    do_harm(stage, "cut");
    AWAIT(stage, stage->view.link.state == LINK_STATE_GIVEN_UP);
    assert_int_equal(stage->view.proof.state, PROOF_STALE);
    assert_true(stage->view.link.reason[0]);
    AWAIT(stage, entry_of(stage, JOURNAL_GIVEN_UP));
    assert_int_equal(entries_of(stage, JOURNAL_DISCONNECTED), 1);
    assert_int_equal(measured(stage, "polymarket 0", "attempts"), 1);
    pass(PRESSES_APART);
    feed_retry(stage->feed);
    AWAIT(stage, is_live(stage));
    AWAIT(stage, says(stage, JOURNAL_RETRYING, "at once"));
    assert_int_equal(measured(stage, "polymarket 0", "attempts"), 2);
}

static void a_wait_is_cut_short_when_the_user_asks(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    do_harm(stage, "upgrade 403"); /* it was open before: a minute's wait */
    AWAIT(stage, stage->view.link.state == LINK_STATE_DOWN && strstr(stage->view.link.reason, "403"));
    assert_true(stage->view.link.retry_at - clock_now(&moved).mono > 30 * SECOND);
    pass(PRESSES_APART);
    feed_retry(stage->feed);
    AWAIT(stage, is_live(stage));
}

/* What we end ourselves comes back whatever the limits say, and no trace of it is left when the venue ends it. */
static void what_is_given_up_after_a_stop_is_tried_again_too(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    pass(120 * SECOND);
    AWAIT(stage, stage->view.link.reconnects == 1 && is_live(stage));
    do_harm(stage, "cut");
    AWAIT(stage, stage->view.link.state == LINK_STATE_GIVEN_UP);
    pass(PRESSES_APART);
    feed_retry(stage->feed);
    AWAIT(stage, is_live(stage));
}

/* Fifty presses within a second: one attempt. */
static void a_key_that_is_held_down_does_not_hammer(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, HARBOUR);
    AWAIT(stage, stage->view.link.state == LINK_STATE_DOWN);
    AWAIT(stage, measured(stage, "polymarket 0", "attempts") == 1);
    pass(PRESSES_APART);
    for (unsigned i = 0; i < 50; i++) {
        feed_retry(stage->feed);
        pass(SECOND / 50);
    }
    AWAIT(stage, measured(stage, "polymarket 0", "failures") == 2);
    /* Another second, and it is heard again: nothing is on its way from before. */
    pass(PRESSES_APART);
    feed_retry(stage->feed);
    AWAIT(stage, measured(stage, "polymarket 0", "failures") == 3);
    assert_int_equal(measured(stage, "polymarket 0", "attempts"), 3);
    assert_int_equal(measured(stage, "polymarket 0", "retries"), 2);
}

/* === Doubt === */

static void an_unanswered_ping_is_seen_and_its_end_too(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    do_harm(stage, "lag 3s");
    /* A second of the clock for each look, so that the five of a doubt are over soon. */
    AWAIT(stage, pass(SECOND) && stage->view.link.state == LINK_STATE_DEGRADED);
    assert_string_equal(stage->view.link.reason, "a ping is unanswered");
    assert_true(stage->view.link.unanswered > 0);
    AWAIT(stage, is_live(stage));
    assert_int_equal(stage->view.link.reconnects, 0);
    AWAIT(stage, says(stage, JOURNAL_STEP, "live: the ping was answered"));
}

/* === Sleeps === */

static void after_a_sleep_everything_is_made_anew_at_once(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    AWAIT(stage, stage->view.change_count > 2);
    slept += 300 * SECOND;
    wall_ahead += 300 * SECOND;
    mono_ahead += SECOND; /* to the next look */
    AWAIT(stage, stage->view.link.reconnects == 1 && is_live(stage));
    AWAIT(stage, says(stage, JOURNAL_AWOKE, "the machine slept for 5 min"));
    assert_true(says(stage, JOURNAL_DISCONNECTED, "the machine slept for 5 min"));
    assert_true(says(stage, JOURNAL_RETRYING, "at once (attempt 1)"));
    assert_int_equal(measured(stage, "polymarket 0", "attempts"), 2);
    uint64_t changes = stage->view.change_count;
    AWAIT(stage, stage->view.change_count > changes + 2);
}

static void after_a_stop_too(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    AWAIT(stage, stage->view.change_count > 2);
    mono_ahead += 120 * SECOND;
    AWAIT(stage, stage->view.link.reconnects == 1 && is_live(stage));
    AWAIT(stage, says(stage, JOURNAL_AWOKE, "this program was stopped for 2 min"));
    assert_int_equal(entries_of(stage, JOURNAL_AWOKE), 1);
    assert_true(says(stage, JOURNAL_RETRYING, "at once (attempt 1)"));
}

/* The wall clock is set back and forth: nothing is lost, timed out or tried again. */
static void a_set_wall_clock_changes_nothing(void **state)
{
    static const int64_t steps[] = {3600 * SECOND, -7200 * SECOND, 3600 * SECOND};
    struct stage *stage = *state;
    show_live(stage);
    for (size_t i = 0; i < 3; i++) {
        wall_ahead += steps[i];
        uint64_t changes = stage->view.change_count, seen = stage->connections_seen;
        AWAIT(stage, stage->view.change_count > changes + 3 && stage->connections_seen > seen + 1);
        assert_true(is_live(stage));
    }
    assert_int_equal(stage->view.link.entered[LINK_STATE_LIVE], 1);
    assert_int_equal(stage->view.link.reconnects, 0);
    assert_null(entry_of(stage, JOURNAL_AWOKE));
    assert_null(entry_of(stage, JOURNAL_DISCONNECTED));
}

/* === Requests === */

static void a_poll_that_fails_again_and_again_is_one_entry(void **state)
{
    struct stage *stage = *state;
    char error[160];
    show(stage, TIDE); /* without a key: polled */
    assert_int_equal(stage->view.proof.state, PROOF_POLLED);
    /* What is asked once is answered before. */
    AWAIT(stage, pass(SECOND / 2) && stage->view.described && fee_is_told(&stage->view.details.fee));
    uint64_t written = entries_of(stage, JOURNAL_ERROR);
    assert_true(exchange_inject(stage->exchange, EXCHANGE_KALSHI, TEXT("busy 1500ms"), error, sizeof error));
    AWAIT(stage, pass(SECOND / 2) && says(stage, JOURNAL_ERROR, "429"));
    assert_non_null(strstr(entry_of(stage, JOURNAL_ERROR)->text, "https://localhost:"));
    uint64_t changes = stage->view.change_count;
    AWAIT(stage, pass(SECOND / 2) && stage->view.change_count > changes);
    AWAIT(stage, measured(stage, "events", "error") > written);
    assert_true(entries_of(stage, JOURNAL_ERROR) <= written + 2); /* one for each kind of request */
}

/* One book that cannot be had by REST does not end a stream that is good. */
static void a_busy_venue_keeps_its_stream(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    do_harm(stage, "busy 300ms");
    feed_open(stage->feed, 1, "polymarket:port-lumen-tide-index-up-or-down");
    uint64_t changes = stage->view.change_count;
    AWAIT(stage, stage->view.change_count > changes + 5 && says(stage, JOURNAL_ERROR, "429"));
    assert_true(is_live(stage));
    assert_int_equal(stage->view.link.reconnects, 0);
}

static void a_message_that_is_none_is_said(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    do_harm(stage, "garbage");
    AWAIT(stage, says(stage, JOURNAL_ERROR, "a message was refused"));
    AWAIT(stage, is_live(stage));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_closed_connection_says_why_and_comes_back, open_stage),
        TEST(what_is_given_up_is_tried_again_when_the_user_asks, open_stage_without_reconnect),
        TEST(what_is_given_up_after_a_stop_is_tried_again_too, open_stage_without_reconnect),
        TEST(a_key_that_is_held_down_does_not_hammer, open_stage_without_stream),
        TEST(a_wait_is_cut_short_when_the_user_asks, open_stage_with_long_waits),
        TEST(an_unanswered_ping_is_seen_and_its_end_too, open_stage),
        TEST(after_a_sleep_everything_is_made_anew_at_once, open_stage),
        TEST(after_a_stop_too, open_stage),
        TEST(a_set_wall_clock_changes_nothing, open_stage),
        TEST(a_poll_that_fails_again_and_again_is_one_entry, open_stage),
        TEST(a_busy_venue_keeps_its_stream, open_stage),
        TEST(a_message_that_is_none_is_said, open_stage),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/survival", tests, NULL, NULL);
}
