/* The states of a connection without a network: what it and its venue say is put in by hand, time moves by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../../../src/feed/inside.h"

#define MILLISECOND NANOSECONDS_PER_MILLISECOND
#define SECOND      NANOSECONDS_PER_SECOND
#define CALLS_MAX   32

static struct stamp stamp;
static int64_t asleep;
static struct clock manual;
static struct feed *feed;
static struct wire *wire;
static struct websocket_status status;

/* What the engine was told, in order. */
static enum link_change told[CALLS_MAX];
static char told_why[CALLS_MAX][JOURNAL_TEXT_SIZE];
static unsigned told_count, retried, expected_link;

static void tell_link(void *context, struct stamp at, enum venue_id venue, unsigned link, enum link_change change,
                      const char *why)
{
    (void)context, (void)at;
    assert_int_equal(venue, VENUE_POLYMARKET);
    assert_int_equal(link, expected_link);
    assert_true(told_count < CALLS_MAX);
    text_copy(text_from(why), told_why[told_count], JOURNAL_TEXT_SIZE);
    told[told_count++] = change;
}

static void tell_frame(void *context, struct stamp at, enum venue_id venue, unsigned link, uint64_t message,
                       struct text text)
{
    (void)context, (void)at, (void)venue, (void)link, (void)message, (void)text;
}

static void tell_retry(void *context, struct stamp at, enum venue_id venue)
{
    (void)context, (void)at, (void)venue;
    retried++;
}

static const struct feed_tap tap = {.received = tell_frame, .link = tell_link, .retry = tell_retry};

static int64_t asleep_by_hand(void *context)
{
    (void)context;
    return asleep;
}

static int open_feed(void **state)
{
    (void)state;
    char error[160];
    stamp = (struct stamp){1000 * SECOND, INT64_C(1790000000) * SECOND};
    asleep = 7 * SECOND;
    manual = clock_manual(&stamp);
    manual.asleep = asleep_by_hand;
    told_count = retried = expected_link = 0;
    feed = calloc(1, sizeof *feed);
    assert_non_null(feed);
    feed->options.clock = &manual;
    feed->options.tap = &tap;
    feed->loop = net_loop_create(&(struct net_loop_options){.clock = &manual}, error, sizeof error);
    if (!feed->loop) fail_msg("%s", error);
    feed->engine = engine_create(&(struct engine_options){.key = "a fixed key"});
    feed->wake_fd = eventfd(0, EFD_NONBLOCK);
    assert_true(publisher_open(feed) && feed->engine);
    wire = wires_add(feed, VENUE_POLYMARKET, 0);
    wires_begin(wire);
    status = (struct websocket_status){.round_trip = -1};
    return 0;
}

static int close_feed(void **state)
{
    (void)state;
    wires_close(feed);
    gets_close(feed);
    wishes_close(feed);
    publisher_close(feed);
    net_loop_destroy(feed->loop);
    engine_destroy(feed->engine);
    close(feed->wake_fd);
    free(feed);
    return 0;
}

static void pass(int64_t nanoseconds)
{
    clock_manual_advance(&stamp, nanoseconds);
}

static void step(enum websocket_state state)
{
    status.state = state;
    wires_state(wire, &status);
}

static void fall(enum websocket_state state, enum websocket_failure failure, const char *why)
{
    text_copy(text_from(why), status.reason, sizeof status.reason);
    status.failure = failure;
    status.attempts++;
    status.retry_at = stamp.mono + 800 * MILLISECOND;
    status.unanswered = 0;
    step(state);
}

static void phase(enum link_phase to, const char *why)
{
    wires_phase(feed, &(struct link_report){.phase = to, .why = why, .stamp = stamp});
}

/* Open, with every book. */
static void come_up(void)
{
    step(WEBSOCKET_RESOLVING);
    step(WEBSOCKET_CONNECTING);
    step(WEBSOCKET_HANDSHAKING);
    pass(300 * MILLISECOND);
    status.reason[0] = '\0';
    status.attempts = 0;
    step(WEBSOCKET_OPEN);
    phase(LINK_SYNCING, NULL);
    pass(400 * MILLISECOND);
    phase(LINK_LIVE, NULL);
}

/* The newest entry but `back`. */
static struct journal_entry entry(size_t back)
{
    static struct journal_entry entries[64];
    size_t count = journal_newest(&feed->journal, entries, 64);
    assert_true(back < count);
    return entries[back];
}

#define ENTRY(back, of_kind, words)                                                                                    \
    do {                                                                                                               \
        struct journal_entry found = entry(back);                                                                      \
        assert_string_equal(found.text, words);                                                                        \
        assert_int_equal(found.kind, of_kind);                                                                         \
        assert_int_equal(found.venue, VENUE_POLYMARKET);                                                               \
    } while (0)

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

/* What the one-second timer does with a connection's own knowledge. */
static void look(void)
{
    wires_status(wire, &status);
    wires_update(wire);
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

/* === Sleeps === */

static void a_sleep_is_noticed(void **state)
{
    (void)state;
    awake_look(feed); /* what was slept before we began is nobody's business */
    pass(SECOND);
    awake_look(feed);
    assert_int_equal(feed->journal.written, 0);
    asleep += 300 * SECOND;
    stamp.wall += 300 * SECOND;
    pass(SECOND);
    awake_look(feed);
    struct journal_entry woke = entry(0);
    assert_int_equal(woke.kind, JOURNAL_AWOKE);
    assert_string_equal(woke.text, "the machine slept for 5 min");
    assert_int_equal(woke.venue, VENUE_COUNT);
    assert_int_equal(retried, VENUE_COUNT);
    pass(SECOND);
    awake_look(feed);
    assert_int_equal(feed->journal.written, 1);
}

static void a_stop_is_noticed(void **state)
{
    (void)state;
    awake_look(feed);
    pass(30 * SECOND);
    awake_look(feed);
    assert_int_equal(feed->journal.written, 0);
    assert_false(awake_is_due(feed));
    pass(45 * SECOND);
    assert_true(awake_is_due(feed));
    awake_look(feed);
    assert_string_equal(entry(0).text, "this program was stopped for 45 s");
    assert_int_equal(retried, VENUE_COUNT);
}

/* The wall clock is set, by an hour and back: no sleep, no doubt, no time spent. */
static void a_set_clock_is_no_sleep(void **state)
{
    (void)state;
    come_up();
    awake_look(feed);
    uint64_t written = feed->journal.written;
    const int64_t steps[] = {3600 * SECOND, -7200 * SECOND, 3600 * SECOND};
    for (size_t i = 0; i < 3; i++) {
        stamp.wall += steps[i];
        pass(SECOND);
        status.heard = stamp.mono;
        awake_look(feed);
        look();
    }
    assert_int_equal(feed->journal.written, written);
    assert_int_equal(wire->view.state, LINK_STATE_LIVE);
    assert_int_equal(retried, 0);
    phase(LINK_SYNCING, NULL);
    assert_int_equal(wire->view.spent[LINK_STATE_LIVE], 3 * SECOND);
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

/* === Words === */

static void durations(void **state)
{
    (void)state;
    static const struct {
        int64_t nanoseconds;
        const char *text;
    } rows[] = {
        {-5, "0 ms"},
        {0, "0 ms"},
        {99 * MILLISECOND, "99 ms"},
        {100 * MILLISECOND, "0.1 s"},
        {9999 * MILLISECOND, "9.9 s"},
        {10 * SECOND, "10 s"},
        {119 * SECOND, "119 s"},
        {300 * SECOND, "5 min"},
        {7500 * SECOND, "2 h 5 min"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[DURATION_SIZE];
        duration_text(rows[i].nanoseconds, text, sizeof text);
        assert_string_equal(text, rows[i].text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_feed, close_feed)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_step_is_timed_counted_and_noted),
        TEST(the_same_state_is_no_change),
        TEST(books_that_are_watched_later_make_no_second_opening),
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
        TEST(a_subscription_that_fails_is_said),
        TEST(a_stream_that_stops_is_degraded_by_its_venue),
        TEST(an_unanswered_ping_is_a_doubt_until_it_is_answered),
        TEST(a_doubt_ends_with_its_connection),
        TEST(a_venue_that_degrades_stays_so_behind_a_doubt),
        TEST(counts_go_on_over_a_new_socket),
        TEST(the_first_message_has_an_entry),
        TEST(complaints_do_not_flood),
        TEST(a_new_connection_may_complain_again),
        TEST(a_sleep_is_noticed),
        TEST(a_stop_is_noticed),
        TEST(a_set_clock_is_no_sleep),
        TEST(a_frozen_stream_is_said),
        TEST(what_is_sent_to_nobody_is_nothing),
        cmocka_unit_test(durations),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/wires", tests, NULL, NULL);
}
