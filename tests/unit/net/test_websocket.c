#include "client.h"

#include <time.h>

#include "names.h"

#define LARGE       (5u << 20)
#define MESSAGE_CAP (16u << 20) /* the default */

static struct tls_authority authority;
static struct served served;
static char *large;

/* --- the server's side: a message says what is wanted --- */

static atomic_uint peers_open, peers_closed;

static void server_obey(struct server_peer *peer, struct text wish)
{
    if (text_is(wish, "close"))
        server_close(peer, 1001, "the harbour is shut\x1b[31m");
    else if (text_is(wish, "send and close")) {
        (void)server_send(peer, TEXT("first"));
        (void)server_send(peer, (struct text){large, LARGE});
        server_close(peer, 1000, "");
        assert_false(server_send(peer, TEXT("too late")));
    } else if (text_is(wish, "restart"))
        server_close(peer, 1012, "service restart");
    else if (text_is(wish, "cut"))
        server_cut(peer);
    else if (text_is(wish, "large"))
        (void)server_send(peer, (struct text){large, LARGE});
    else if (text_is(wish, "too large"))
        (void)server_send(peer, (struct text){large, MESSAGE_CAP + 1});
    else if (text_is(wish, "bad text"))
        (void)server_send(peer, TEXT("caf\xe9"));
    else if (text_is(wish, "many")) {
        for (unsigned n = 0; n < 1000; n++) (void)server_send(peer, TEXT("one of many"));
    } else
        (void)server_send(peer, wish);
}

static bool on_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context;
    if (text_is(path, "/closed")) return false;
    atomic_fetch_add(&peers_open, 1);
    assert_null(server_data(peer));
    server_set_data(peer, &peers_open);
    if (text_is(path, "/greets")) (void)server_send(peer, TEXT("welcome"));
    return true;
}

static void on_message(void *context, struct server_peer *peer, struct text message)
{
    (void)context;
    assert_ptr_equal(server_data(peer), &peers_open);
    server_obey(peer, message);
}

static void on_closed(void *context, struct server_peer *peer)
{
    (void)context;
    assert_ptr_equal(server_data(peer), &peers_open);
    atomic_fetch_add(&peers_closed, 1);
}

/* --- tests --- */

static struct net_loop *loop;

static int setup(void **state)
{
    (void)state;
    loop = manual_loop(authority.ca_pem);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    net_loop_destroy(loop);
    return 0;
}

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

static void a_refused_upgrade_has_its_status(void **state)
{
    (void)state;
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", served.port, "/closed");
    until_downs(&client, 1);
    assert_string_equal(client.steps, "RCHG"); /* the next attempt would hear it again */
    assert_int_equal(client.status.http_status, 404);
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_UPGRADE);
    assert_string_equal(client.status.reason, "HTTP 404 Not Found");
    websocket_close(client.websocket);
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    (void)state;
    static const char *const hosts[] = {"wrong.test", NAMES_ELSEWHERE};
    for (unsigned n = 0; n < sizeof hosts / sizeof hosts[0]; n++) {
        struct client client = {0};
        client_open(&client, loop, "wss", hosts[n], served.port, "/");
        until_downs(&client, 1);
        assert_string_equal(client.steps, "RCHD");
        assert_string_equal(client.status.reason, "host name mismatch: the certificate is for another host");
        websocket_close(client.websocket);
    }
}

static void a_certificate_may_name_an_address(void **state)
{
    (void)state;
    struct client client = {.greeting = "hello"};
    client_open(&client, loop, "wss", "127.0.0.1", served.port, "/echo");
    until_messages(&client, 1);
    assert_string_equal(client.steps, "RCHO");
    websocket_close(client.websocket);
}

static void a_certificate_of_a_stranger_is_refused(void **state)
{
    (void)state;
    struct tls_authority stranger;
    assert_true(tls_authority_create(&stranger));
    struct net_loop *distrusts = manual_loop(stranger.ca_pem);
    struct client client = {0};
    client_open(&client, distrusts, "wss", "localhost", served.port, "/");
    until_downs(&client, 1);
    assert_non_null(strstr(client.status.reason, "certificate"));
    assert_int_equal(client.opens, 0);
    net_loop_destroy(distrusts);
    tls_authority_free(&stranger);
}

static void an_expired_certificate_is_refused(void **state)
{
    (void)state;
    struct tls_certificate expired;
    assert_true(tls_certificate_create(&expired, &authority, TLS_EXPIRED));
    struct tls_authority old = {.ca_pem = authority.ca_pem, .certificate_pem = expired.pem, .key_pem = expired.key_pem};
    struct served other = {.authority = &old, .handlers = served.handlers};
    served_start(&other);
    struct net_loop *trusts = manual_loop(authority.ca_pem);
    struct client client = {0};
    client_open(&client, trusts, "wss", "localhost", other.port, "/");
    until_downs(&client, 1);
    assert_string_equal(client.status.reason, "the certificate has expired");
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_TLS);
    net_loop_destroy(trusts);
    served_stop(&other);
    tls_certificate_free(&expired);
}

static void a_trusted_file_serves_as_well(void **state)
{
    (void)state;
    char path[] = "/tmp/booktop-test-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, authority.ca_pem, strlen(authority.ca_pem)), strlen(authority.ca_pem));
    (void)close(descriptor);
    struct net_loop_options options = {.clock = &clock_system, .ca_file = path};
    struct net_loop *trusts = net_loop_create(&options, NULL, 0);
    assert_non_null(trusts);
    (void)unlink(path);
    struct client client = {0};
    client_open(&client, trusts, "wss", "localhost", served.port, "/");
    until_opens(&client, 1);
    net_loop_destroy(trusts);
}

static void the_second_address_is_tried_at_once(void **state)
{
    (void)state;
    struct client client = {0};
    client_open(&client, loop, "ws", "localhost", free_port(), "/"); /* two refusals, or one */
    until_downs(&client, 1);
    assert_string_equal(client.steps, "RCD");
    assert_string_equal(client.status.reason, "connection refused");
    websocket_close(client.websocket);
    struct client two = {0};
    client_open(&two, loop, "wss", "two.test", served.port, "/");
    until_downs(&two, 1);
    assert_string_equal(two.steps, "RCHD"); /* reached; the name is not the certificate's */
    websocket_close(two.websocket);
}

static void a_name_that_cannot_be_resolved_is_tried_again(void **state)
{
    (void)state;
    struct client client = {0};
    client_open(&client, loop, "wss", "does-not-exist.invalid", 443, "/");
    until_downs(&client, 2);
    assert_string_equal(client.steps, "RDRD");
    assert_string_equal(client.status.reason, "name resolution failed: Name or service not known");
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_NAME);
    websocket_close(client.websocket);
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

static int group_setup(void **state)
{
    (void)state;
    assert_true(tls_authority_create(&authority));
    large = malloc(MESSAGE_CAP + 1);
    assert_non_null(large);
    for (size_t n = 0; n <= MESSAGE_CAP; n++) large[n] = (char)('a' + n % 23);
    served.authority = &authority;
    served.handlers = (struct server_handlers){.open = on_open, .message = on_message, .closed = on_closed};
    served_start(&served);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    served_stop(&served);
    assert_int_equal(atomic_load(&peers_open), atomic_load(&peers_closed));
    tls_authority_free(&authority);
    free(large);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(messages_go_out_and_come_back),
    TEST(a_greeting_sent_before_the_upgrade_is_done_arrives),
    TEST(large_and_many_messages_arrive_whole),
    TEST(a_large_message_can_be_sent),
    TEST(the_queue_has_an_end),
    TEST(a_close_by_the_server_is_told_and_followed_by_a_new_attempt),
    TEST(a_service_restart_has_its_own_words),
    TEST(what_was_queued_before_a_close_is_sent),
    TEST(a_cut_is_told_and_failures_count_until_confirmed),
    TEST(messages_that_must_not_be_end_the_connection),
    TEST(a_smaller_cap_holds_to_the_byte),
    TEST(a_refused_upgrade_has_its_status),
    TEST(a_certificate_for_another_host_is_refused),
    TEST(a_certificate_may_name_an_address),
    TEST(a_certificate_of_a_stranger_is_refused),
    TEST(an_expired_certificate_is_refused),
    TEST(a_trusted_file_serves_as_well),
    TEST(the_second_address_is_tried_at_once),
    TEST(a_name_that_cannot_be_resolved_is_tried_again),
    TEST(handlers_may_close),
    TEST(a_reconnect_is_told_at_the_next_turn),
    TEST(a_round_trip_is_measured),
    TEST(a_connection_that_stays_up_is_a_success),
    TEST(the_end_of_a_loop_tells_all_once_more),
    TEST(the_end_of_a_servers_loop_closes_its_peers),
    TEST(many_loops_live_side_by_side),
    TEST(what_is_no_address_is_refused),
    TEST(a_taken_port_is_refused),
    TEST(query_values_are_found_and_decoded),
};

TEST_MAIN(tests, group_setup, group_teardown)
