/* What goes over an open connection: messages out and back, their limits, and what their handlers may do. */
#include "obliging.h"

static void messages_go_out_and_come_back(void **state)
{
    (void)state;
    struct net_loop *timed = client_loop(&clock_system, authority.ca_pem);
    struct client client = {.greeting = "hello"};
    client_open(&client, timed, "wss", "localhost", served.port, "/echo");
    assert_false(websocket_send(client.websocket, TEXT("too early")));
    int64_t before = clock_now(&clock_system).mono;
    until_messages(&client, 1);
    assert_string_equal(client.steps, "RCHO");
    assert_string_equal(client.last, "hello");
    assert_true(client.stamp.mono > before && client.stamp.mono <= clock_now(&clock_system).mono);
    assert_true(websocket_send(client.websocket, (struct text){0})); /* an empty one is one, too */
    until_messages(&client, 2);
    assert_int_equal(client.last_length, 0);
    websocket_close(client.websocket);
    net_loop_destroy(timed);
}

static void a_greeting_sent_before_the_upgrade_is_done_arrives(void **state)
{
    (void)state;
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", served.port, "/greets");
    until_messages(&client, 1);
    assert_string_equal(client.last, "welcome");
    websocket_close(client.websocket);
}

static void large_and_many_messages_arrive_whole(void **state)
{
    (void)state;
    struct client client = {.greeting = "large"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    uint64_t sum = 0;
    for (size_t n = 0; n < LARGE; n++) sum += (unsigned char)large[n];
    for (unsigned n = 1; n <= 2; n++) { /* the second time into the buffer that was kept */
        until_messages(&client, n);
        assert_int_equal(client.last_length, LARGE);
        assert_true(client.sum == n * sum);
        assert_true(websocket_send(client.websocket, TEXT("large")));
    }
    until_messages(&client, 3);
    assert_true(websocket_send(client.websocket, TEXT("many")));
    until_messages(&client, 1003);
    assert_string_equal(client.last, "one of many");
    websocket_close(client.websocket);
}

static void a_large_message_can_be_sent(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.queue = 2 * LARGE;
    struct net_loop *roomy = manual_limited_loop(authority.ca_pem, &limits);
    struct client client = {0};
    client_open(&client, roomy, "wss", "localhost", served.port, "/");
    until_opens(&client, 1);
    assert_true(websocket_send(client.websocket, (struct text){large, LARGE}));
    assert_false(websocket_send(client.websocket, (struct text){large, LARGE})); /* with its head it does not fit */
    until_messages(&client, 1);
    assert_int_equal(client.last_length, LARGE);
    const struct websocket_status *status = websocket_status_now(client.websocket);
    assert_int_equal(status->sent, 1);
    assert_int_equal(status->sent_bytes, LARGE);
    assert_int_equal(status->refused_sends, 1);
    assert_int_equal(status->waiting, 0);
    net_loop_destroy(roomy);
}

static void the_queue_has_an_end(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.queue = 65536;
    struct net_loop *narrow = manual_limited_loop(authority.ca_pem, &limits);
    struct client client = {0};
    client_open(&client, narrow, "wss", "localhost", served.port, "/");
    assert_false(websocket_send(client.websocket, TEXT("too early")));
    until_opens(&client, 1);
    const struct websocket_status *status = websocket_status_now(client.websocket);
    struct text message = {large, 1016}; /* 1024 with its head */
    for (unsigned n = 0; n < 64; n++) assert_true(websocket_send(client.websocket, message));
    assert_int_equal(status->waiting, 65536);
    assert_false(websocket_send(client.websocket, (struct text){0})); /* an empty one has a head, too */
    assert_int_equal(status->refused_sends, 2);
    until_messages(&client, 64);
    assert_int_equal(status->waiting, 0);
    assert_int_equal(status->sent, 64);
    assert_int_equal(status->sent_bytes, 64 * 1016);
    assert_true(websocket_send(client.websocket, message));
    websocket_reconnect(client.websocket, "what waits is gone");
    assert_int_equal(status->waiting, 0);
    assert_false(websocket_send(client.websocket, message));
    net_loop_destroy(narrow);
}

static void messages_that_must_not_be_end_the_connection(void **state)
{
    (void)state;
    static const struct {
        const char *wish, *reason;
    } cases[] = {
        {"too large", "a message is longer than 16 MiB"},
        {"bad text", "a message is not valid UTF-8"},
    };
    for (unsigned n = 0; n < 2; n++) {
        struct client client = {.greeting = cases[n].wish};
        client_open(&client, loop, "wss", "localhost", served.port, "/");
        until_downs(&client, 1);
        assert_string_equal(client.status.reason, cases[n].reason);
        assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_PROTOCOL);
        assert_int_equal(client.messages, 0);
        websocket_close(client.websocket);
    }
}

static void a_smaller_cap_holds_to_the_byte(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.message_cap = 100000;
    limits.queue = 200000;
    struct net_loop *narrow = manual_limited_loop(authority.ca_pem, &limits);
    struct client client = {0};
    client_open(&client, narrow, "wss", "localhost", served.port, "/");
    until_opens(&client, 1);
    assert_true(websocket_send(client.websocket, (struct text){large, 100000}));
    until_messages(&client, 1);
    assert_int_equal(client.last_length, 100000);
    assert_true(websocket_send(client.websocket, (struct text){large, 100001}));
    until_downs(&client, 1);
    assert_string_equal(client.status.reason, "a message is longer than 100000 B");
    assert_int_equal(client.messages, 1);
    net_loop_destroy(narrow);
}

static void handlers_may_close(void **state)
{
    (void)state;
    unsigned closed = atomic_load(&peers_closed);
    struct client in_message = {.greeting = "many", .close_in_message = true};
    struct client when_open = {.close_when_open = true};
    struct client when_down = {.close_when_down = true};
    client_open(&in_message, loop, "wss", "localhost", served.port, "/");
    client_open(&when_open, loop, "wss", "localhost", served.port, "/");
    client_open(&when_down, loop, "wss", "localhost", served.port, "/closed");
    until_messages(&in_message, 1);
    until_opens(&when_open, 1);
    until_downs(&when_down, 1);
    while (atomic_load(&peers_closed) < closed + 2) {
        net_loop_wake(loop);
        assert_true(net_loop_service(loop));
    }
    assert_int_equal(in_message.messages, 1);
    assert_string_equal(when_open.steps, "RCHO");
    assert_string_equal(when_down.steps, "RCHG");
}

static void a_round_trip_is_measured(void **state)
{
    (void)state;
    struct net_loop *timed = client_loop(&clock_system, authority.ca_pem);
    struct client client = {.greeting = "hello"};
    client_open(&client, timed, "wss", "localhost", served.port, "/");
    until_opens(&client, 1);
    assert_int_equal(client.status.round_trip, -1);
    while (websocket_status_now(client.websocket)->round_trip < 0) assert_true(net_loop_service(timed));
    int64_t round_trip = websocket_status_now(client.websocket)->round_trip;
    assert_true(round_trip > 0 && round_trip < 10 * NANOSECONDS_PER_SECOND);
    until_messages(&client, 1);
    assert_int_equal(websocket_status_now(client.websocket)->messages, 1);
    assert_int_equal(websocket_status_now(client.websocket)->bytes, 5);
    websocket_close(client.websocket);
    net_loop_destroy(timed);
}

static void many_loops_live_side_by_side(void **state)
{
    (void)state;
    struct client one = {.greeting = "one"}, two = {.greeting = "two"};
    client_open(&one, loop, "wss", "localhost", served.port, "/");
    until_messages(&one, 1);
    struct net_loop *later = client_loop(&clock_system, authority.ca_pem);
    client_open(&two, later, "wss", "localhost", served.port, "/");
    until_messages(&two, 1);
    net_loop_destroy(later);
    /* The first loop still verifies and reads after another one came and went. */
    websocket_reconnect(one.websocket, "again");
    until_messages(&one, 2);
    websocket_close(one.websocket);
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "https://localhost/", "wss://", "ws://example.org/", "wss://[::1]/"};
    for (unsigned n = 0; n < sizeof bad / sizeof bad[0]; n++) {
        char error[64] = "";
        struct websocket_options options = {.url = bad[n]};
        assert_null(websocket_open(loop, &options, error, sizeof error));
        assert_true(strlen(error) > 0);
    }
}

static void a_taken_port_is_refused(void **state)
{
    (void)state;
    char error[128] = "";
    struct net_loop_options loop_options = {.clock = &clock_system, .server = true};
    struct net_loop *serving = net_loop_create(&loop_options, error, sizeof error);
    assert_non_null(serving);
    struct server_options options = {.port = served.port, .authority = &authority};
    assert_null(server_start(serving, &options, error, sizeof error));
    assert_non_null(strstr(error, "port"));
    net_loop_destroy(serving);
}

static void query_values_are_found_and_decoded(void **state)
{
    (void)state;
    char value[8];
    struct text query = TEXT("a=1&ab=2&b=x%20y%2&c&d=&e=longer+than+room&a=3");
    assert_true(server_query_value(query, "a", value, sizeof value));
    assert_string_equal(value, "1");
    assert_true(server_query_value(query, "ab", value, sizeof value));
    assert_string_equal(value, "2");
    assert_true(server_query_value(query, "b", value, sizeof value));
    assert_string_equal(value, "x y%2");
    assert_true(server_query_value(query, "c", value, sizeof value));
    assert_string_equal(value, "");
    assert_true(server_query_value(query, "d", value, sizeof value));
    assert_string_equal(value, "");
    assert_true(server_query_value(query, "e", value, sizeof value));
    assert_string_equal(value, "longer ");
    assert_false(server_query_value(query, "f", value, sizeof value));
    assert_false(server_query_value((struct text){0}, "a", value, sizeof value));
}

static const struct CMUnitTest tests[] = {
    TEST(messages_go_out_and_come_back),
    TEST(a_greeting_sent_before_the_upgrade_is_done_arrives),
    TEST(large_and_many_messages_arrive_whole),
    TEST(a_large_message_can_be_sent),
    TEST(the_queue_has_an_end),
    TEST(messages_that_must_not_be_end_the_connection),
    TEST(a_smaller_cap_holds_to_the_byte),
    TEST(handlers_may_close),
    TEST(a_round_trip_is_measured),
    TEST(many_loops_live_side_by_side),
    TEST(what_is_no_address_is_refused),
    TEST(a_taken_port_is_refused),
    TEST(query_values_are_found_and_decoded),
};

TEST_MAIN(tests, obliging_start, obliging_stop)
