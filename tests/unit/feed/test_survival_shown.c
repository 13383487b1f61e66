/* What is shown of a feed's connections, to whom: to the one who looks, in the log, and on the page of measurements. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "booktop/base/log.h"
#include "page.h"
#include "survivor.h"

static int open_stage_with_page(void **state)
{
    struct stage *stage = make_stage(state);
    stage->options.metrics_address = "127.0.0.1";
    start_feed(stage);
    return 0;
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_end_is_logged, open_stage),
        TEST(connections_are_published_only_while_they_are_looked_at, open_stage),
        TEST(measurements_are_served, open_stage_with_page),
        TEST(a_port_that_is_taken_is_said, open_stage_with_page),
        TEST(without_an_address_there_is_no_page, open_stage),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/survival_shown", tests, NULL, NULL);
}
