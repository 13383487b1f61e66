/* How a connection ends and is tried again: closed, cut, ended by ourselves or with its loop. */
#include "obliging.h"

static void a_close_by_the_server_is_told_and_followed_by_a_new_attempt(void **state)
{
    (void)state;
    struct client client = {.greeting = "close"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    until_downs(&client, 1);
    assert_string_equal(client.steps, "RCHOD");
    assert_int_equal(client.status.close_code, 1001);
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_CLOSED);
    assert_string_equal(client.status.reason,
                        "closed by the peer: 1001 going away: the harbour is shut\xef\xbf\xbd[31m");
    assert_int_equal(client.status.attempts, 1);
    int64_t wait = client.status.retry_at - stamp.mono;
    assert_true(wait > 0 && wait <= NANOSECONDS_PER_SECOND / 2);
    client.greeting = NULL;
    until_opens(&client, 2);
    assert_string_equal(client.steps, "RCHODRCHO");
    assert_string_equal(client.status.reason, "");
    assert_int_equal(client.status.close_code, 0);
    websocket_close(client.websocket);
}

static void a_service_restart_has_its_own_words(void **state)
{
    (void)state;
    struct client client = {.greeting = "restart"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    until_downs(&client, 1);
    assert_string_equal(client.status.reason,
                        "closed by the peer: 1002 protocol error, or a service restart: service restart");
    websocket_close(client.websocket);
}

static void what_was_queued_before_a_close_is_sent(void **state)
{
    (void)state;
    struct client client = {.greeting = "send and close"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    until_downs(&client, 1);
    assert_int_equal(client.messages, 2);
    assert_int_equal(client.last_length, LARGE);
    assert_int_equal(client.status.close_code, 1000);
    websocket_close(client.websocket);
}

static void a_cut_is_told_and_failures_count_until_confirmed(void **state)
{
    (void)state;
    struct client client = {.greeting = "cut"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    until_downs(&client, 2);
    assert_string_equal(client.status.reason, "the connection was cut");
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_CUT);
    assert_int_equal(client.status.attempts, 2); /* being open for a moment is no success */
    client.greeting = "hello";
    client.confirm = true;
    until_messages(&client, 1);
    websocket_reconnect(client.websocket, "wanted");
    until_downs(&client, 3);
    assert_int_equal(client.status.attempts, 0);
    websocket_close(client.websocket);
}

static void a_reconnect_is_told_at_the_next_turn(void **state)
{
    (void)state;
    struct client client = {.greeting = "many", .reconnect_in_message = true};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    until_messages(&client, 1);
    client.reconnect_in_message = false;
    until_downs(&client, 1);
    assert_int_equal(client.messages, 1);
    assert_string_equal(client.status.reason, "wanted so");
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_ASKED);
    assert_false(websocket_send(client.websocket, TEXT("x")));
    websocket_reconnect(client.websocket, "already down");
    until_opens(&client, 2);
    assert_int_equal(client.downs, 1);
    websocket_close(client.websocket);
}

static void a_connection_that_stays_up_is_a_success(void **state)
{
    (void)state;
    struct client client = {.greeting = "cut"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    until_downs(&client, 3);
    assert_int_equal(client.status.attempts, 3);
    client.greeting = NULL;
    until_opens(&client, 4);
    for (unsigned seconds = 0; seconds < 40; seconds += 4) { /* the peer says something all the time */
        client_pass(&client, 4 * NANOSECONDS_PER_SECOND);
        assert_true(websocket_send(client.websocket, TEXT("alive")));
        until_messages(&client, client.messages + 1);
    }
    assert_true(websocket_send(client.websocket, TEXT("cut")));
    until_downs(&client, 4);
    assert_int_equal(client.status.attempts, 1);
    websocket_close(client.websocket);
}

static void the_end_of_a_loop_tells_all_once_more(void **state)
{
    (void)state;
    unsigned opened = atomic_load(&peers_open);
    struct net_loop *ends = manual_loop(authority.ca_pem);
    struct client open = {0}, young = {0}, closing = {.close_when_down = true};
    client_open(&open, ends, "wss", "localhost", served.port, "/");
    client_open(&closing, ends, "wss", "localhost", served.port, "/");
    until_opens(&open, 1);
    until_opens(&closing, 1);
    client_open(&young, ends, "wss", "localhost", served.port, "/");
    net_loop_destroy(ends);
    assert_string_equal(open.steps, "RCHOD");
    assert_string_equal(open.status.reason, "the network loop ends");
    assert_string_equal(young.steps, "D");
    assert_string_equal(closing.steps, "RCHOD");
    assert_int_equal(atomic_load(&peers_open), opened + 2);
}

static void the_end_of_a_servers_loop_closes_its_peers(void **state)
{
    (void)state;
    struct served other = {.authority = &authority, .handlers = served.handlers};
    served_start(&other);
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", other.port, "/");
    until_opens(&client, 1);
    unsigned closed = atomic_load(&peers_closed);
    served_stop(&other);
    assert_true(atomic_load(&peers_closed) >= closed + 1);
    until_downs(&client, 1);
    websocket_close(client.websocket);
}

static const struct CMUnitTest tests[] = {
    TEST(a_close_by_the_server_is_told_and_followed_by_a_new_attempt),
    TEST(a_service_restart_has_its_own_words),
    TEST(what_was_queued_before_a_close_is_sent),
    TEST(a_cut_is_told_and_failures_count_until_confirmed),
    TEST(a_reconnect_is_told_at_the_next_turn),
    TEST(a_connection_that_stays_up_is_a_success),
    TEST(the_end_of_a_loop_tells_all_once_more),
    TEST(the_end_of_a_servers_loop_closes_its_peers),
};

TEST_MAIN(tests, obliging_start, obliging_stop)
