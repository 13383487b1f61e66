/* The states of a connection that is well or in doubt, and what is counted and noted of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "wiring.h"

/* === The way up === */

static void every_step_is_timed_counted_and_noted(void **state)
{
    (void)state;
    pass(2 * SECOND);
    come_up();
    const struct link_view *view = &wire->view;
    assert_int_equal(view->state, LINK_STATE_LIVE);
    assert_int_equal(view->since, stamp.mono);
    assert_int_equal(view->spent[LINK_STATE_IDLE], 2 * SECOND);
    assert_int_equal(view->spent[LINK_STATE_HANDSHAKING], 300 * MILLISECOND);
    assert_int_equal(view->spent[LINK_STATE_SYNCING], 400 * MILLISECOND);
    for (unsigned i = LINK_STATE_RESOLVING; i <= LINK_STATE_LIVE; i++) assert_int_equal(view->entered[i], 1);
    assert_int_equal(wire->metrics.transitions, 6);
    assert_int_equal(wire->metrics.state, LINK_STATE_LIVE);
    assert_int_equal(wire->metrics.connected, 1);
    assert_int_equal(wire->metrics.attempts, 1);
    assert_int_equal(wire->metrics.connects, 1);
    assert_int_equal(wire->metrics.retries, 0);
    assert_int_equal(wire->metrics.opening.sum, 300 * MILLISECOND);
    assert_int_equal(wire->metrics.syncing.sum, 400 * MILLISECOND);
    ENTRY(0, JOURNAL_RESUBSCRIBED, "every book is there after 0.4 s");
    ENTRY(1, JOURNAL_STEP, "syncing");
    ENTRY(2, JOURNAL_CONNECTED, "after 0.3 s");
    ENTRY(3, JOURNAL_STEP, "handshaking");
    ENTRY(4, JOURNAL_STEP, "connecting");
    ENTRY(5, JOURNAL_STEP, "resolving");
    assert_int_equal(feed->journal.written, 6);
    assert_int_equal(told_count, 1);
    assert_int_equal(told[0], LINK_OPENED);
}

static void the_same_state_is_no_change(void **state)
{
    (void)state;
    come_up();
    uint64_t written = feed->journal.written, transitions = wire->metrics.transitions;
    pass(SECOND);
    phase(LINK_LIVE, NULL);
    wires_update(wire);
    assert_int_equal(feed->journal.written, written);
    assert_int_equal(wire->metrics.transitions, transitions);
    assert_int_equal(wire->view.since, stamp.mono - SECOND);
}

static void books_that_are_watched_later_make_no_second_opening(void **state)
{
    (void)state;
    come_up();
    pass(10 * SECOND);
    phase(LINK_SYNCING, NULL);
    pass(50 * MILLISECOND);
    phase(LINK_LIVE, NULL);
    ENTRY(0, JOURNAL_RESUBSCRIBED, "every book is there after 50 ms");
    assert_int_equal(wire->metrics.syncing.count, 1);
    assert_int_equal(wire->view.entered[LINK_STATE_LIVE], 2);
}

/* === Degraded === */

static void a_subscription_that_fails_is_said(void **state)
{
    (void)state;
    step(WEBSOCKET_RESOLVING);
    step(WEBSOCKET_OPEN);
    phase(LINK_DEGRADED, "the venue refuses the subscription");
    assert_int_equal(wire->view.state, LINK_STATE_DEGRADED);
    assert_string_equal(wire->view.reason, "the venue refuses the subscription");
    ENTRY(0, JOURNAL_RESUBSCRIPTION_FAILED, "the venue refuses the subscription");
    phase(LINK_LIVE, NULL);
    assert_string_equal(wire->view.reason, "");
    assert_int_equal(entry(0).kind, JOURNAL_RESUBSCRIBED);
}

static void a_stream_that_stops_is_degraded_by_its_venue(void **state)
{
    (void)state;
    come_up();
    phase(LINK_DEGRADED, "the stream has stopped");
    ENTRY(0, JOURNAL_STEP, "degraded: the stream has stopped");
    assert_int_equal(feed->journal.counts[JOURNAL_RESUBSCRIPTION_FAILED], 0);
}

static void an_unanswered_ping_is_a_doubt_until_it_is_answered(void **state)
{
    (void)state;
    come_up();
    status.unanswered = stamp.mono;
    pass(LINK_DOUBT - 1);
    look();
    assert_int_equal(wire->view.state, LINK_STATE_LIVE);
    assert_int_equal(wire->view.unanswered, status.unanswered);
    pass(1);
    look();
    assert_int_equal(wire->view.state, LINK_STATE_DEGRADED);
    assert_string_equal(wire->view.reason, "a ping is unanswered");
    ENTRY(0, JOURNAL_STEP, "degraded: a ping is unanswered");
    /* Whatever its venue says meanwhile. */
    phase(LINK_SYNCING, NULL);
    phase(LINK_LIVE, NULL);
    assert_int_equal(wire->view.state, LINK_STATE_DEGRADED);
    pass(SECOND);
    status.unanswered = 0;
    status.pongs = 1;
    status.round_trip = LINK_DOUBT + SECOND;
    look();
    assert_int_equal(wire->view.state, LINK_STATE_LIVE);
    assert_string_equal(wire->view.reason, "");
    ENTRY(0, JOURNAL_STEP, "live: the ping was answered");
    assert_int_equal(wire->view.spent[LINK_STATE_DEGRADED], SECOND);
    assert_int_equal(wire->metrics.round_trip.count, 1);
    assert_int_equal(feed->journal.counts[JOURNAL_PONG], 1);
    assert_int_equal(told_count, 1); /* nothing of that is the engine's */
}

static void a_doubt_ends_with_its_connection(void **state)
{
    (void)state;
    come_up();
    status.unanswered = stamp.mono;
    pass(20 * SECOND);
    look();
    int64_t unanswered = status.unanswered;
    fall(WEBSOCKET_DOWN, WEBSOCKET_FAILURE_SILENT, "silent for 25 s");
    status.unanswered = unanswered; /* a connection that forgets to forget */
    step(WEBSOCKET_RESOLVING);
    assert_int_equal(wire->view.unanswered, 0);
    status.unanswered = 0;
    come_up();
    assert_int_equal(wire->view.state, LINK_STATE_LIVE);
    ENTRY(0, JOURNAL_RESUBSCRIBED, "every book is there after 0.4 s");
}

static void a_venue_that_degrades_stays_so_behind_a_doubt(void **state)
{
    (void)state;
    come_up();
    status.unanswered = stamp.mono;
    pass(LINK_DOUBT);
    look();
    phase(LINK_DEGRADED, "the stream has stopped");
    assert_string_equal(wire->view.reason, "a ping is unanswered");
    status.unanswered = 0;
    look();
    assert_int_equal(wire->view.state, LINK_STATE_DEGRADED);
    assert_string_equal(wire->view.reason, "the stream has stopped");
}

/* === Counts === */

static void counts_go_on_over_a_new_socket(void **state)
{
    (void)state;
    come_up();
    status.sent = 5, status.sent_bytes = 500, status.pings = 2, status.refused_sends = 1, status.waiting = 40;
    look();
    look();
    assert_int_equal(wire->metrics.sent, 5);
    assert_int_equal(wire->metrics.queue_bytes, 40);
    wires_quit(wire, WEBSOCKET_IDLE, "nothing is watched");
    wires_begin(wire);
    status = (struct websocket_status){.round_trip = -1};
    come_up();
    status.sent = 1;
    status.sent_bytes = 10;
    look();
    assert_int_equal(wire->metrics.sent, 6);
    assert_int_equal(wire->metrics.sent_bytes, 510);
    assert_int_equal(wire->metrics.pings, 2);
    assert_int_equal(wire->metrics.refused_sends, 1);
    assert_int_equal(wire->view.reconnects, 0); /* wanted anew, not lost */
}

static void the_first_message_has_an_entry(void **state)
{
    (void)state;
    come_up();
    uint64_t written = feed->journal.written;
    for (unsigned i = 0; i < 3; i++) wires_message(wire, stamp, TEXT("[]"));
    assert_int_equal(feed->journal.written, written + 1);
    ENTRY(0, JOURNAL_RECEIVED, "the first message, 2 bytes");
    assert_int_equal(feed->journal.counts[JOURNAL_RECEIVED], 3);
    assert_int_equal(wire->view.messages, 3);
    assert_int_equal(wire->view.bytes, 6);
    assert_int_equal(wire->view.heard, stamp.mono);
    assert_int_equal(feed->metrics.engine_messages, 3);
    assert_null(feed->receiving);
}

static void complaints_do_not_flood(void **state)
{
    (void)state;
    struct complaint complaint = {0};
    int64_t now = stamp.mono;
    assert_true(complaint_is_new(&complaint, now, "HTTP 503"));
    for (unsigned i = 0; i < 100; i++) assert_false(complaint_is_new(&complaint, now += SECOND, "HTTP 503"));
    assert_true(complaint_is_new(&complaint, now += SECOND, "timed out"));
    assert_false(complaint_is_new(&complaint, now, "HTTP 503")); /* they take turns within a second */
    complaint.mended = true;
    assert_false(complaint_is_new(&complaint, now += SECOND, "timed out")); /* it comes and goes */
    complaint.mended = true;
    assert_true(complaint_is_new(&complaint, now += 60 * SECOND, "timed out"));
}

/* On a new connection the same complaint is news again, though not every time. */
static void a_new_connection_may_complain_again(void **state)
{
    (void)state;
    come_up();
    for (unsigned i = 0; i < 2; i++) {
        feed->receiving = wire;
        wires_refused(feed, "not JSON");
        wires_refused(feed, "not JSON");
        feed->receiving = NULL;
        ENTRY(0, JOURNAL_ERROR, "a message was refused: not JSON");
        assert_int_equal(feed->journal.counts[JOURNAL_ERROR], 2 * i + 2);
        fall(WEBSOCKET_DOWN, WEBSOCKET_FAILURE_CUT, "reset by the peer");
        pass(61 * SECOND);
        come_up();
    }
}

/* === Wishes === */

static void a_frozen_stream_is_said(void **state)
{
    (void)state;
    come_up();
    struct wish wish = {.kind = WISH_RECONNECT, .venue = VENUE_POLYMARKET, .why = "frozen: the book has gone on"};
    wishes_keep(feed, &wish);
    wishes_turn(feed);
    ENTRY(0, JOURNAL_FROZEN, "the book has gone on");
    wish.why = "the proof failed";
    wishes_keep(feed, &wish);
    wishes_turn(feed);
    assert_int_equal(feed->journal.counts[JOURNAL_FROZEN], 1);
}

static void what_is_sent_to_nobody_is_nothing(void **state)
{
    (void)state;
    struct wish wish = {.kind = WISH_SEND, .venue = VENUE_POLYMARKET, .text = TEXT("{}"), .what = "subscribe"};
    wishes_keep(feed, &wish);
    wish.link = 9;
    wishes_keep(feed, &wish);
    wishes_turn(feed);
    assert_int_equal(feed->metrics.command_count, 0);
    assert_int_equal(feed->journal.written, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_step_is_timed_counted_and_noted),
        TEST(the_same_state_is_no_change),
        TEST(books_that_are_watched_later_make_no_second_opening),
        TEST(a_subscription_that_fails_is_said),
        TEST(a_stream_that_stops_is_degraded_by_its_venue),
        TEST(an_unanswered_ping_is_a_doubt_until_it_is_answered),
        TEST(a_doubt_ends_with_its_connection),
        TEST(a_venue_that_degrades_stays_so_behind_a_doubt),
        TEST(counts_go_on_over_a_new_socket),
        TEST(the_first_message_has_an_entry),
        TEST(complaints_do_not_flood),
        TEST(a_new_connection_may_complain_again),
        TEST(a_frozen_stream_is_said),
        TEST(what_is_sent_to_nobody_is_nothing),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/wires", tests, NULL, NULL);
}
