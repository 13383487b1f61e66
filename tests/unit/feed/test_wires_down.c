/* A connection that is lost, given up and tried again: by itself, and because the user wishes it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "wiring.h"

/* === Down === */

static void a_loss_is_told_once_and_says_when_it_is_tried_again(void **state)
{
    (void)state;
    come_up();
    pass(SECOND);
    fall(WEBSOCKET_DOWN, WEBSOCKET_FAILURE_CLOSED, "closed by the peer: 1013 slow consumer");
    assert_int_equal(wire->view.state, LINK_STATE_DOWN);
    assert_string_equal(wire->view.reason, "closed by the peer: 1013 slow consumer");
    assert_int_equal(wire->view.retry_at, stamp.mono + 800 * MILLISECOND);
    assert_int_equal(wire->view.attempts, 1);
    assert_int_equal(wire->metrics.connected, 0);
    assert_int_equal(wire->metrics.failures[WEBSOCKET_FAILURE_CLOSED], 1);
    ENTRY(0, JOURNAL_RETRYING, "in 0.8 s (attempt 1)");
    ENTRY(1, JOURNAL_DISCONNECTED, "closed by the peer: 1013 slow consumer");
    assert_int_equal(told_count, 2);
    assert_int_equal(told[1], LINK_LOST);
    assert_string_equal(told_why[1], "closed by the peer: 1013 slow consumer");
    /* A failed attempt is no loss. */
    pass(800 * MILLISECOND);
    step(WEBSOCKET_RESOLVING);
    fall(WEBSOCKET_DOWN, WEBSOCKET_FAILURE_NAME, "the name was not resolved");
    ENTRY(0, JOURNAL_RETRYING, "in 0.8 s (attempt 2)");
    ENTRY(1, JOURNAL_ERROR, "not connected: the name was not resolved");
    assert_int_equal(told_count, 2);
    assert_int_equal(wire->metrics.retries, 1);
    assert_int_equal(wire->metrics.attempts, 2);
    assert_int_equal(feed->journal.counts[JOURNAL_DISCONNECTED], 1);
    come_up();
    assert_int_equal(wire->view.reconnects, 1);
    assert_string_equal(wire->view.reason, "");
    assert_true(wire->view.retry_at == TIME_NEVER);
    assert_int_equal(told[2], LINK_OPENED);
}

static void what_is_given_up_after_it_was_open_was_lost_before(void **state)
{
    (void)state;
    come_up();
    fall(WEBSOCKET_GIVEN_UP, WEBSOCKET_FAILURE_CUT, "reset by the peer");
    assert_int_equal(wire->view.state, LINK_STATE_GIVEN_UP);
    assert_true(wire->view.retry_at == TIME_NEVER);
    ENTRY(0, JOURNAL_GIVEN_UP, "reset by the peer");
    ENTRY(1, JOURNAL_DISCONNECTED, "reset by the peer");
    assert_int_equal(told_count, 3);
    assert_int_equal(told[1], LINK_LOST);
    assert_int_equal(told[2], LINK_GIVEN_UP);
}

static void what_was_never_open_is_only_given_up(void **state)
{
    (void)state;
    step(WEBSOCKET_HANDSHAKING);
    fall(WEBSOCKET_GIVEN_UP, WEBSOCKET_FAILURE_UPGRADE, "HTTP 401 Unauthorized");
    ENTRY(0, JOURNAL_GIVEN_UP, "HTTP 401 Unauthorized");
    assert_int_equal(told_count, 1);
    assert_int_equal(told[0], LINK_GIVEN_UP);
    assert_int_equal(feed->journal.counts[JOURNAL_DISCONNECTED], 0);
    /* And back, when somebody asks for it. */
    come_up();
    assert_int_equal(told[1], LINK_OPENED);
    assert_int_equal(wire->view.state, LINK_STATE_LIVE);
}

static void an_address_that_is_none_is_given_up(void **state)
{
    (void)state;
    wires_quit(wire, WEBSOCKET_GIVEN_UP, "no address of a stream");
    assert_int_equal(wire->view.state, LINK_STATE_GIVEN_UP);
    assert_string_equal(wire->view.reason, "no address of a stream");
    assert_int_equal(told_count, 1);
    assert_int_equal(told[0], LINK_GIVEN_UP);
}

static void foreign_reasons_are_made_harmless(void **state)
{
    (void)state;
    come_up();
    fall(WEBSOCKET_DOWN, WEBSOCKET_FAILURE_CLOSED, "bye\x1b[2J");
    for (const char *c = wire->view.reason; *c; c++) assert_true((unsigned char)*c >= 0x20);
}

static void fail_attempts(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        step(WEBSOCKET_RESOLVING);
        step(WEBSOCKET_CONNECTING);
        fall(WEBSOCKET_DOWN, WEBSOCKET_FAILURE_DIAL, "connection refused");
        pass(30 * SECOND);
    }
}

/* Attempts that fail for hours fill neither the panel nor the log. */
static void a_long_outage_is_two_entries_in_ten_attempts(void **state)
{
    (void)state;
    fail_attempts(3);
    ENTRY(0, JOURNAL_RETRYING, "in 0.8 s (attempt 3); the next ones are only counted");
    ENTRY(1, JOURNAL_ERROR, "not connected: connection refused");
    uint64_t written = feed->journal.written;
    fail_attempts(6);
    assert_int_equal(feed->journal.written, written);
    fail_attempts(1);
    assert_int_equal(feed->journal.written, written + 2);
    ENTRY(0, JOURNAL_RETRYING, "in 0.8 s (attempt 10)");
    fail_attempts(9);
    assert_int_equal(feed->journal.written, written + 2);
    assert_int_equal(feed->journal.counts[JOURNAL_STEP], 38);
    assert_int_equal(feed->journal.counts[JOURNAL_RETRYING], 19);
    assert_int_equal(feed->journal.counts[JOURNAL_ERROR], 19);
    assert_int_equal(wire->metrics.failures[WEBSOCKET_FAILURE_DIAL], 19);
    /* How it ends is always said. */
    come_up();
    assert_int_equal(entry(0).kind, JOURNAL_RESUBSCRIBED);
    fail_attempts(3);
    step(WEBSOCKET_RESOLVING);
    fall(WEBSOCKET_GIVEN_UP, WEBSOCKET_FAILURE_DIAL, "connection refused");
    ENTRY(0, JOURNAL_GIVEN_UP, "connection refused");
}

static void what_follows_an_end_is_a_retry(void **state)
{
    (void)state;
    come_up();
    fall(WEBSOCKET_DOWN, WEBSOCKET_FAILURE_CUT, "reset by the peer");
    status.attempts = 0; /* as after websocket_retry, by the user or after a sleep */
    come_up();
    assert_int_equal(wire->metrics.attempts, 2);
    assert_int_equal(wire->metrics.retries, 1);
    /* Wanted anew it is a first attempt again. */
    wires_quit(wire, WEBSOCKET_IDLE, NULL);
    wires_begin(wire);
    come_up();
    assert_int_equal(wire->metrics.retries, 1);
}

/* Before the first book, too. */
static void each_opening_but_the_first_is_a_reconnect(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        step(WEBSOCKET_RESOLVING);
        step(WEBSOCKET_OPEN);
        assert_int_equal(wire->view.reconnects, i);
        fall(WEBSOCKET_DOWN, WEBSOCKET_FAILURE_CLOSED, "closed by the peer");
    }
}

/* === The user's wish === */

static unsigned tries_at_once(void)
{
    static struct journal_entry entries[JOURNAL_ENTRIES];
    size_t count = journal_newest(&feed->journal, entries, JOURNAL_ENTRIES);
    unsigned tries = 0;
    for (size_t i = 0; i < count; i++)
        tries += entries[i].kind == JOURNAL_RETRYING && strcmp(entries[i].text, "at once") == 0;
    return tries;
}

/* Down, and the next attempt is a minute away. */
static void be_down(int http_status, int64_t wait)
{
    wires_open(wire, "wss://localhost:1/");
    step(WEBSOCKET_RESOLVING);
    status.http_status = http_status;
    status.retry_at = stamp.mono + wait;
    status.attempts = 1;
    status.failure = WEBSOCKET_FAILURE_UPGRADE;
    step(WEBSOCKET_DOWN);
}

static void a_key_that_is_held_down_is_one_wish(void **state)
{
    (void)state;
    be_down(0, 60 * SECOND);
    wires_retry(feed, true);
    assert_int_equal(tries_at_once(), 0); /* it was tried this very moment */
    assert_int_equal(retried, VENUE_COUNT);
    pass(10 * SECOND);
    for (unsigned i = 0; i < 50; i++) {
        wires_retry(feed, true);
        pass(SECOND / 50);
    }
    assert_int_equal(tries_at_once(), 1);
    assert_int_equal(retried, 2 * VENUE_COUNT);
    pass(SECOND);
    wires_retry(feed, true);
    assert_int_equal(tries_at_once(), 2);
    assert_int_equal(retried, 3 * VENUE_COUNT);
    pass(SECOND);
    wires_retry(feed, true);
    assert_int_equal(tries_at_once(), 2);
    wires_retry(feed, false); /* after a sleep there is nothing to wait for */
    assert_int_equal(tries_at_once(), 3);
}

static void a_venue_that_asked_to_wait_is_left_alone(void **state)
{
    (void)state;
    static const int statuses[] = {429, 503};
    for (unsigned i = 0; i < 2; i++) {
        be_down(statuses[i], 7 * SECOND);
        pass(6999 * MILLISECOND);
        wires_retry(feed, true);
        assert_int_equal(tries_at_once(), i);
        pass(MILLISECOND);
        wires_retry(feed, true);
        assert_int_equal(tries_at_once(), i + 1);
        wires_quit(wire, WEBSOCKET_IDLE, NULL);
    }
}

/* The sleep's own attempt was never made: the connection was given up instead. */
static void a_sleep_that_ends_in_giving_up_leaves_the_key_alive(void **state)
{
    (void)state;
    wires_open(wire, "wss://localhost:1/");
    come_up();
    wires_end(wire, "the machine slept for 5 min", true);
    fall(WEBSOCKET_GIVEN_UP, WEBSOCKET_FAILURE_ASKED, "the machine slept for 5 min");
    pass(3 * SECOND);
    wires_retry(feed, true);
    assert_int_equal(tries_at_once(), 1);
}

static void an_address_that_was_refused_is_tried_again(void **state)
{
    (void)state;
    wires_open(wire, "no address of a stream");
    assert_int_equal(wire->view.state, LINK_STATE_GIVEN_UP);
    assert_null(wire->socket);
    assert_int_equal(told_count, 1);
    pass(3 * SECOND);
    wires_retry(feed, true);
    assert_int_equal(tries_at_once(), 1);
    assert_int_equal(told_count, 2);
    assert_int_equal(told[1], LINK_GIVEN_UP);
    /* Nobody wants it any more. */
    struct wish wish = {.kind = WISH_DISCONNECT, .venue = VENUE_POLYMARKET, .why = "nothing is watched"};
    wishes_keep(feed, &wish);
    wishes_turn(feed);
    assert_int_equal(wire->view.state, LINK_STATE_IDLE);
    pass(3 * SECOND);
    wires_retry(feed, true);
    assert_int_equal(tries_at_once(), 1);
}

static void one_connection_too_many_is_said(void **state)
{
    (void)state;
    for (unsigned i = 1; i < LINKS_MAX; i++) assert_non_null(wires_add(feed, VENUE_POLYMARKET, i));
    assert_null(wires_add(feed, VENUE_POLYMARKET, LINKS_MAX));
    struct wish wish = {.kind = WISH_CONNECT, .venue = VENUE_POLYMARKET, .link = LINKS_MAX, .url = TEXT("wss://x/")};
    expected_link = LINKS_MAX;
    wishes_keep(feed, &wish);
    wishes_turn(feed);
    ENTRY(0, JOURNAL_DROPPED, "there are 64 connections already");
    assert_int_equal(told_count, 1);
    assert_int_equal(told[0], LINK_GIVEN_UP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_loss_is_told_once_and_says_when_it_is_tried_again),
        TEST(what_is_given_up_after_it_was_open_was_lost_before),
        TEST(what_was_never_open_is_only_given_up),
        TEST(an_address_that_is_none_is_given_up),
        TEST(foreign_reasons_are_made_harmless),
        TEST(a_long_outage_is_two_entries_in_ten_attempts),
        TEST(what_follows_an_end_is_a_retry),
        TEST(each_opening_but_the_first_is_a_reconnect),
        TEST(a_key_that_is_held_down_is_one_wish),
        TEST(a_venue_that_asked_to_wait_is_left_alone),
        TEST(a_sleep_that_ends_in_giving_up_leaves_the_key_alive),
        TEST(an_address_that_was_refused_is_tried_again),
        TEST(one_connection_too_many_is_said),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/wires_down", tests, NULL, NULL);
}
