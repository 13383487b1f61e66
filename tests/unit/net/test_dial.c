/* From a name to a connection: the addresses in turn, the patience with each, and the kind of what failed. */
#include "client.h"
#include "names.h"
#include "scene.h"

#include <sched.h>

/* --- peers on other addresses of loopback --- */

static struct sockaddr_in place(const char *address, unsigned port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    assert_int_equal(inet_pton(AF_INET, address, &in.sin_addr), 1);
    return in;
}

static int listener_at(const char *address, unsigned port, int backlog)
{
    struct sockaddr_in in = place(address, port);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&in, sizeof in), 0);
    assert_int_equal(listen(listener, backlog), 0);
    return listener;
}

/* An address that answers nobody: its queue is full, so that the kernel drops who knocks. */
struct hole {
    int listener;
    int knocks[4];
};

static void hole_dig(struct hole *hole, const char *address, unsigned port)
{
    struct sockaddr_in in = place(address, port);
    hole->listener = listener_at(address, port, 0);
    for (unsigned n = 0; n < 4; n++) {
        hole->knocks[n] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(hole->knocks[n], (struct sockaddr *)&in, sizeof in);
    }
}

static void hole_fill(struct hole *hole)
{
    for (unsigned n = 0; n < 4; n++) (void)close(hole->knocks[n]);
    (void)close(hole->listener);
}

/* Until nothing more happens in the loop without time passing: `turns` turns that a wake ends. */
static void turn(struct client *client, unsigned turns)
{
    for (unsigned n = 0; n < turns; n++) client_pass(client, 0);
}

static void until_step(struct client *client, const char *steps)
{
    while (strcmp(client->steps, steps) != 0) client_turn(client);
}

/* --- addresses --- */

static void an_address_that_does_not_answer_gives_way(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_WAIT}};
    struct hole hole;
    scene.peer.script = follow;
    scene.peer.context = &scene;
    raw_start(&scene.peer);
    hole_dig(&hole, "127.0.0.5", scene.peer.port);
    struct net_limits limits = net_limits_default;
    limits.dial = 3 * SECOND;
    scene.loop = manual_limited_loop(NULL, &limits);
    client_open(&scene.client, scene.loop, "wss", "hole.test", scene.peer.port, "/");
    until_step(&scene.client, "RC");
    turn(&scene.client, 3);
    client_pass(&scene.client, 3 * SECOND - 1);
    turn(&scene.client, 3);
    assert_string_equal(scene.client.steps, "RC");
    client_pass(&scene.client, 1);
    until_step(&scene.client, "RCH"); /* the second address answered */
    websocket_close(scene.client.websocket);
    scene_end(&scene);
    hole_fill(&hole);
}

static void the_last_address_has_no_more_patience(void **state)
{
    (void)state;
    struct hole hole;
    struct client client = {.close_when_down = true};
    unsigned port = free_port();
    hole_dig(&hole, "127.0.0.5", port);
    struct net_loop *loop = manual_loop(NULL);
    client_open(&client, loop, "wss", "127.0.0.5", port, "/");
    until_step(&client, "RC");
    turn(&client, 3);
    client_pass(&client, net_limits_default.dial - 1);
    assert_int_equal(client.downs, 0);
    client_pass(&client, 1);
    assert_int_equal(client.downs, 1);
    assert_string_equal(client.status.reason, "no answer to the connection attempt within 5 s");
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_DIAL);
    net_loop_destroy(loop);
    hole_fill(&hole);
}

static void count_connection(int connection, unsigned number, void *context)
{
    (void)connection, (void)number;
    atomic_fetch_add((atomic_uint *)context, 1);
}

/* Two servers behind one name: one attempt begins with the one, the next with the other. */
static void attempts_begin_with_another_address_each(void **state)
{
    (void)state;
    atomic_uint first, second;
    atomic_init(&first, 0);
    atomic_init(&second, 0);
    struct raw_peer one = {.script = count_connection, .context = &second};
    struct raw_peer other = {.script = count_connection, .context = &first};
    raw_start(&one);
    atomic_init(&other.connection, -1);
    other.listener = listener_at("127.0.0.6", one.port, 8);
    assert_int_equal(pthread_create(&other.thread, NULL, raw_run, &other), 0);
    struct client client = {0};
    struct net_loop *loop = manual_loop(NULL);
    client_open(&client, loop, "wss", "pair.test", one.port, "/");
    for (unsigned n = 1; n <= 4; n++) {
        until_downs(&client, n);
        assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_TLS);
        assert_string_equal(client.status.reason, "the connection was cut during the TLS handshake");
    }
    websocket_close(client.websocket);
    net_loop_destroy(loop);
    raw_stop(&one);
    raw_stop(&other);
    assert_int_equal(atomic_load(&first), 2);
    assert_int_equal(atomic_load(&second), 2);
}

static void a_name_that_moved_is_found_again(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_WAIT}};
    struct client *client = &scene.client;
    scene.peer.script = follow;
    scene.peer.context = &scene;
    raw_start(&scene.peer);
    scene.loop = manual_loop(NULL);
    names_moving = "127.0.0.2";
    unsigned asked = atomic_load(&names_asked);
    client_open(client, scene.loop, "wss", "moving.test", scene.peer.port, "/");
    until_downs(client, 1);
    assert_string_equal(client->status.reason, "connection refused");
    assert_int_equal(client->status.failure, WEBSOCKET_FAILURE_DIAL);
    names_moving = "127.0.0.1";
    until_step(client, "RCDRCH"); /* long before the minute is over for which answers are kept */
    assert_int_equal(atomic_load(&names_asked), asked + 2);
    websocket_close(client->websocket);
    scene_end(&scene);
}

static void a_slow_name_holds_up_nobody(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_READ}};
    struct client slow = {.close_when_down = true};
    scene_start(&scene, "ws");
    client_open(&slow, scene.loop, "wss", "hang.test", scene.peer.port, "/");
    until_opens(&scene.client, 1);
    client_pass(&slow, 5 * SECOND);
    assert_string_equal(slow.steps, "R");
    assert_string_equal(scene.client.steps, "RCHO");
    client_pass(&slow, 5 * SECOND - 1);
    assert_string_equal(slow.steps, "R");
    client_pass(&slow, 1);
    assert_string_equal(slow.steps, "RD");
    assert_string_equal(slow.status.reason, "name resolution timed out");
    assert_int_equal(slow.status.failure, WEBSOCKET_FAILURE_NAME);
    unsigned returned = atomic_load(&names_returned);
    names_release();
    while (atomic_load(&names_returned) == returned) sched_yield();
    websocket_close(scene.client.websocket);
    scene_end(&scene);
}

/* --- kinds --- */

static void what_fails_has_a_kind(void **state)
{
    (void)state;
    struct net_loop *loop = manual_loop(NULL);
    static const struct {
        const char *host;
        enum websocket_failure kind;
        const char *reason;
    } cases[] = {
        {"does-not-exist.invalid", WEBSOCKET_FAILURE_NAME, "name resolution failed: Name or service not known"},
        {"127.0.0.1", WEBSOCKET_FAILURE_DIAL, "connection refused"},
        {"two.test", WEBSOCKET_FAILURE_DIAL, "connection refused"},
        {"255.255.255.255", WEBSOCKET_FAILURE_DIAL, "network unreachable"},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct client client = {0};
        client_open(&client, loop, "wss", cases[n].host, free_port(), "/");
        until_downs(&client, 1);
        assert_string_equal(client.status.reason, cases[n].reason);
        assert_int_equal(client.status.failure, cases[n].kind);
        websocket_close(client.websocket);
    }
    net_loop_destroy(loop);
}

static void answers_have_kinds(void **state)
{
    (void)state;
    static const struct {
        struct script script;
        enum websocket_failure kind;
        int http_status;
    } cases[] = {
        {{.answer = "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n"}, WEBSOCKET_FAILURE_UPGRADE, 503},
        {{.answer = "HTTP/1.1 302 x\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"}, WEBSOCKET_FAILURE_UPGRADE, 302},
        {{.answer = "HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n"}, WEBSOCKET_FAILURE_UPGRADE, 200},
        {{.answer = "nonsense\r\n\r\n"}, WEBSOCKET_FAILURE_UPGRADE, 0},
        {{.answer = ""}, WEBSOCKET_FAILURE_UPGRADE, 0},
        {{.then = THEN_CLOSE}, WEBSOCKET_FAILURE_CUT, 0},
        {{.then = THEN_RESET}, WEBSOCKET_FAILURE_CUT, 0},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = cases[n].script};
        play(&scene);
        if (scene.client.status.failure != cases[n].kind)
            fail_msg("case %zu: %s, %s", n, websocket_failure_text(scene.client.status.failure),
                     scene.client.status.reason);
        assert_int_equal(scene.client.status.http_status, cases[n].http_status);
        scene_end(&scene);
    }
}

static void handshakes_end_in_their_time(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *reason;
        enum websocket_failure kind;
    } cases[] = {
        {"ws", "no answer to the upgrade within 7 s", WEBSOCKET_FAILURE_UPGRADE},
        {"wss", "TLS handshake not done within 7 s", WEBSOCKET_FAILURE_TLS},
    };
    struct net_limits limits = net_limits_default;
    limits.handshake = 7 * SECOND;
    for (unsigned n = 0; n < 2; n++) {
        struct scene scene = {.script = {.silent = true}, .limits = &limits};
        scene_start(&scene, cases[n].scheme);
        until_step(&scene.client, "RCH");
        turn(&scene.client, 5);
        client_pass(&scene.client, 7 * SECOND - 1);
        assert_int_equal(scene.client.downs, 0);
        scene.client.close_when_down = true;
        client_pass(&scene.client, 1);
        assert_int_equal(scene.client.downs, 1);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        assert_int_equal(scene.client.status.failure, cases[n].kind);
        scene_end(&scene);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_address_that_does_not_answer_gives_way),
    cmocka_unit_test(the_last_address_has_no_more_patience),
    cmocka_unit_test(attempts_begin_with_another_address_each),
    cmocka_unit_test(a_name_that_moved_is_found_again),
    cmocka_unit_test(a_slow_name_holds_up_nobody),
    cmocka_unit_test(what_fails_has_a_kind),
    cmocka_unit_test(answers_have_kinds),
    cmocka_unit_test(handshakes_end_in_their_time),
};

TEST_MAIN(tests, NULL, NULL)
