/* Connections that survive: the feed against the local exchange that does it harm, by a clock that can be moved. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addresses.h"
#include "booktop/base/log.h"
#include "booktop/exchange/exchange.h"
#include "booktop/feed/feed.h"
#include "booktop/net/limits.h"
#include "booktop/net/loop.h"
#include "page.h"

#define MILLISECOND NANOSECONDS_PER_MILLISECOND
#define SECOND      NANOSECONDS_PER_SECOND
#define LIMIT       (60 * SECOND)
/* Sooner after an attempt the user's wish for another is not heard. */
#define PRESSES_APART (2 * SECOND)
#define HARBOUR       "polymarket:will-the-harbour-bridge-at-port-lumen-open-in-december"
#define TIDE          "kalshi:KXHARBOR-26DEC-B4.5"

/* === A clock that can be moved === */

static _Atomic int64_t mono_ahead, wall_ahead, slept;

static struct stamp moved_now(void *context)
{
    (void)context;
    struct stamp now = clock_now(&clock_system);
    now.mono += atomic_load(&mono_ahead);
    now.wall += atomic_load(&wall_ahead);
    return now;
}

static int64_t moved_asleep(void *context)
{
    (void)context;
    return atomic_load(&slept);
}

static const struct clock moved = {.now = moved_now, .asleep = moved_asleep};

static bool pass(int64_t nanoseconds)
{
    atomic_fetch_add(&mono_ahead, nanoseconds);
    return true;
}

/* === The stage === */

struct stage {
    struct exchange *exchange;
    struct feed *feed;
    struct addresses addresses;
    struct net_limits limits;
    struct feed_options options;
    struct book_view view; /* the newest of panel 0 */
    struct connections_view connections;
    uint64_t connections_seen;
};

/* Quick to come back, and patient with moved clocks. */
static const struct net_limits quick = {
    .reconnect = true,
    .retry_first = 20 * MILLISECOND,
    .retry_most = 50 * MILLISECOND,
    .dial = 600 * SECOND,
    .handshake = 600 * SECOND,
    .reply = 600 * SECOND,
    .write = 600 * SECOND,
    .ping = 50 * MILLISECOND,
    .silence = 3600 * SECOND,
    .message_cap = 16u << 20,
    .queue = 1u << 20,
};

static struct stage *make_stage(void **state)
{
    char error[160];
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    mono_ahead = wall_ahead = slept = 0;
    struct exchange_options options = {.seed = 4, .speed = 1, .clock = &clock_system};
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
    stage->limits = quick;
    stage->options = (struct feed_options){.clock = &moved, .ca_pem = exchange_ca_pem(stage->exchange)};
    addresses_at(&stage->addresses, exchange_port(stage->exchange), stage->options.endpoints);
    stage->options.limits = &stage->limits;
    return stage;
}

static void start_feed(struct stage *stage)
{
    char error[160];
    stage->feed = feed_start(&stage->options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
    feed_watch_connections(stage->feed, true);
}

static int open_stage(void **state)
{
    start_feed(make_stage(state));
    return 0;
}

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

static int open_stage_with_page(void **state)
{
    struct stage *stage = make_stage(state);
    stage->options.metrics_address = "127.0.0.1";
    start_feed(stage);
    return 0;
}

static int close_stage(void **state)
{
    struct stage *stage = *state;
    feed_stop(stage->feed);
    exchange_stop(stage->exchange);
    free(stage);
    return 0;
}

/* Takes what is there; then sleeps until there is more. False at the limit. */
static bool look(struct stage *stage, int64_t end)
{
    struct pollfd ready = {.fd = feed_wake_fd(stage->feed), .events = POLLIN};
    int64_t left = end - clock_now(&clock_system).mono;
    if (left <= 0) return false;
    poll(&ready, 1, (int)(left / MILLISECOND) + 1);
    feed_woken(stage->feed);
    const struct book_view *view = feed_view(stage->feed, 0);
    if (view) stage->view = *view;
    const struct connections_view *connections = feed_connections(stage->feed);
    if (!connections) return true;
    stage->connections = *connections;
    stage->connections_seen++;
    return true;
}

/* Looks until the condition holds. */
#define AWAIT(stage, condition)                                                                                        \
    for (int64_t end = clock_now(&clock_system).mono + LIMIT; !(condition);)                                           \
        if (!look(stage, end)) fail_msg("this did not come true in time: %s", #condition)

static void show(struct stage *stage, const char *words)
{
    feed_open(stage->feed, 0, words);
    AWAIT(stage, stage->view.has_book);
}

static bool is_live(const struct stage *stage)
{
    return stage->view.link.state == LINK_STATE_LIVE && stage->view.proof.state == PROOF_VERIFIED;
}

static void show_live(struct stage *stage)
{
    show(stage, HARBOUR);
    AWAIT(stage, is_live(stage));
}

static void do_harm(struct stage *stage, const char *fault)
{
    char error[160];
    if (!exchange_inject(stage->exchange, EXCHANGE_POLYMARKET, text_from(fault), error, sizeof error))
        fail_msg("%s", error);
}

/* The newest entry of a kind, NULL: none. */
static const struct journal_entry *entry_of(const struct stage *stage, enum journal_kind kind)
{
    for (size_t i = 0; i < stage->connections.entry_count; i++)
        if (stage->connections.entries[i].kind == kind) return &stage->connections.entries[i];
    return NULL;
}

static unsigned entries_of(const struct stage *stage, enum journal_kind kind)
{
    unsigned count = 0;
    for (size_t i = 0; i < stage->connections.entry_count; i++) count += stage->connections.entries[i].kind == kind;
    return count;
}

/* The newest entry of this kind has these words in it. */
static bool says(const struct stage *stage, enum journal_kind kind, const char *words)
{
    const struct journal_entry *entry = entry_of(stage, kind);
    return entry && strstr(entry->text, words);
}

/* What is measured under this name; 0: nothing. */
static uint64_t measured(const struct stage *stage, const char *label, const char *name)
{
    for (size_t i = 0; i < stage->connections.line_count; i++) {
        const struct metrics_line *line = &stage->connections.lines[i];
        if (strcmp(line->label, label) == 0 && strcmp(line->name, name) == 0) return line->value;
    }
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

/* === Who looks === */

static void connections_are_published_only_while_they_are_looked_at(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    AWAIT(stage, stage->connections.count == 1 && stage->connections.connections[0].view.state == LINK_STATE_LIVE);
    const struct connection *connection = &stage->connections.connections[0];
    assert_int_equal(connection->venue, VENUE_POLYMARKET);
    assert_true(connection->view.messages > 0 && connection->view.heard > 0);
    assert_int_equal(stage->connections.left_out, 0);
    assert_true(stage->connections.line_count > 5);
    /* Not more than four times a second. */
    uint64_t seen = stage->connections_seen;
    int64_t begin = clock_now(&clock_system).mono;
    AWAIT(stage, stage->connections_seen == seen + 3);
    assert_true(clock_now(&clock_system).mono - begin >= 490 * MILLISECOND);
    feed_watch_connections(stage->feed, false);
    uint64_t changes = stage->view.change_count;
    AWAIT(stage, stage->view.change_count > changes); /* the command was taken before that */
    seen = stage->connections_seen;
    AWAIT(stage, stage->view.change_count > changes + 8);
    assert_true(stage->connections_seen <= seen + 1);
}

static void the_end_is_logged(void **state)
{
    struct stage *stage = *state;
    char path[] = "/tmp/booktop-survival-XXXXXX", text[1u << 16] = "";
    int file = mkstemp(path);
    assert_true(file >= 0 && log_open(path, LOG_LEVEL_INFO, &clock_system));
    show_live(stage);
    feed_stop(stage->feed);
    stage->feed = NULL;
    log_close();
    assert_true(read(file, text, sizeof text - 1) > 0);
    close(file);
    unlink(path);
    assert_non_null(strstr(text, "polymarket link 0 connected: after "));
    assert_non_null(strstr(text, "polymarket link 0 resubscribed: every book is there after "));
    assert_non_null(strstr(text, ", 1 connection open\n"));
}

/* GETs a path as a stranger would; the reply whole, to be freed. */
static char *fetch(unsigned port, const char *path)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(file, (struct sockaddr *)&address, sizeof address), 0);
    char words[128];
    int length = snprintf(words, sizeof words, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(send(file, words, (size_t)length, MSG_NOSIGNAL), length);
    size_t used = 0, size = 1u << 20;
    char *reply = malloc(size);
    assert_non_null(reply);
    struct pollfd ready = {.fd = file, .events = POLLIN};
    while (poll(&ready, 1, (int)(LIMIT / MILLISECOND)) == 1) {
        ssize_t got = recv(file, reply + used, size - used - 1, 0);
        if (got <= 0) break;
        used += (size_t)got;
    }
    close(file);
    reply[used] = '\0';
    return reply;
}

static void measurements_are_served(void **state)
{
    struct stage *stage = *state;
    show_live(stage);
    unsigned port = feed_metrics_port(stage->feed);
    assert_true(port > 0);
    char *reply = fetch(port, "/metrics");
    assert_true(strncmp(reply, "HTTP/1.1 200", 12) == 0);
    assert_non_null(strcasestr(reply, "content-type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    const char *page = strstr(reply, "\r\n\r\n");
    assert_non_null(page);
    page += 4;
    assert_true(page_read(page) > 100);
    assert_true(page_value(page, "booktop_link_messages_total{venue=\"polymarket\",link=\"0\"}") >= 1);
    assert_true(page_value(page, "booktop_link_connected{venue=\"polymarket\",link=\"0\"}") == 1);
    assert_true(page_value(page, "booktop_link_state{venue=\"polymarket\",link=\"0\",state=\"live\"}") == 1);
    assert_true(page_value(page, "booktop_link_sent_messages_total{venue=\"polymarket\",link=\"0\"}") >= 1);
    assert_true(page_value(page, "booktop_link_opening_seconds_count{venue=\"polymarket\",link=\"0\"}") == 1);
    assert_true(page_value(page, "booktop_events_total{kind=\"connected\"}") == 1);
    assert_non_null(strstr(page, "booktop_requests_total{venue=\"polymarket\",command="));
    free(reply);
    reply = fetch(port, "/");
    assert_true(strncmp(reply, "HTTP/1.1 404", 12) == 0);
    free(reply);
    /* The stream goes on beside it. */
    uint64_t changes = stage->view.change_count;
    AWAIT(stage, stage->view.change_count > changes);
}

static void a_port_that_is_taken_is_said(void **state)
{
    struct stage *stage = *state;
    char error[160] = "";
    struct feed_options options = stage->options;
    options.metrics_port = feed_metrics_port(stage->feed);
    assert_null(feed_start(&options, error, sizeof error));
    assert_non_null(strstr(error, "measurements"));
    char port[16];
    snprintf(port, sizeof port, "%u", options.metrics_port);
    assert_non_null(strstr(error, port));
}

static void without_an_address_there_is_no_page(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(feed_metrics_port(stage->feed), 0);
}

#define TEST(name, open) cmocka_unit_test_setup_teardown(name, open, close_stage)

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
        TEST(the_end_is_logged, open_stage),
        TEST(connections_are_published_only_while_they_are_looked_at, open_stage),
        TEST(measurements_are_served, open_stage_with_page),
        TEST(a_port_that_is_taken_is_said, open_stage_with_page),
        TEST(without_an_address_there_is_no_page, open_stage),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/survival", tests, NULL, NULL);
}
