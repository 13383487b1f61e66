/* Whether the peer of an open connection is alive: it is pinged, it is listened to, and it must take what is sent. */
#include "scene.h"
#include "trusted.h"

#include "../../../src/net/liveness.h"

#include <sys/socket.h>

#define MILLISECOND NANOSECONDS_PER_MILLISECOND

static bool on_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context, (void)peer, (void)path;
    return true;
}

static void on_message(void *context, struct server_peer *peer, struct text message)
{
    (void)context;
    if (text_is(message, "ping me"))
        server_ping(peer, TEXT("heartbeat"));
    else if (text_is(message, "fall silent"))
        server_hold(peer, true, true);
    else
        (void)server_send(peer, message);
}

static const struct websocket_status *status_of(const struct client *client)
{
    return websocket_status_now(client->websocket);
}

static void until_pongs(struct client *client, uint64_t count)
{
    while (status_of(client)->pongs < count) client_pass(client, 0);
}

/* Turns in which nothing should happen. */
static void rest(struct client *client)
{
    for (unsigned turn = 0; turn < 5; turn++) client_pass(client, 0);
}

/* A loop whose time stands still, and a connection to the server: it is open, and has been pinged at once. */
static struct net_loop *meet(struct client *client)
{
    struct net_loop *loop = manual_loop(authority.ca_pem);
    client_open(client, loop, "wss", "localhost", served.port, "/");
    until_opens(client, 1);
    until_pongs(client, 1);
    return loop;
}

/* --- pings --- */

static void a_quiet_peer_is_pinged_when_it_is_time(void **state)
{
    (void)state;
    struct net_loop *loop = manual_loop(authority.ca_pem);
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    assert_int_equal(status_of(&client)->heard, 0);
    until_opens(&client, 1);
    until_pongs(&client, 1); /* the first one at once */
    for (unsigned n = 1; n < 6; n++) {
        int64_t heard = stamp.mono;
        client_pass(&client, 10 * SECOND - 1);
        rest(&client);
        assert_int_equal(status_of(&client)->pongs, n);
        assert_int_equal(status_of(&client)->heard, heard);
        client_pass(&client, 1);
        until_pongs(&client, n + 1);
        assert_int_equal(status_of(&client)->heard, stamp.mono);
        assert_int_equal(status_of(&client)->unanswered, 0);
        assert_int_equal(status_of(&client)->round_trip, 0); /* time stands still meanwhile */
    }
    assert_int_equal(status_of(&client)->pings, 0);
    net_loop_destroy(loop);
}

static void a_peer_that_talked_and_stopped_is_pinged_soon(void **state)
{
    (void)state;
    struct client client = {0};
    struct net_loop *loop = meet(&client);
    client_pass(&client, SECOND);
    assert_true(websocket_send(client.websocket, TEXT("hello")));
    until_messages(&client, 1);
    client_pass(&client, 5 * SECOND / 2 - 1);
    rest(&client);
    assert_int_equal(status_of(&client)->pongs, 1);
    client_pass(&client, 1);
    until_pongs(&client, 2);
    client_pass(&client, 10 * SECOND - 1); /* once; then it is quiet */
    rest(&client);
    assert_int_equal(status_of(&client)->pongs, 2);
    net_loop_destroy(loop);
}

static void pings_of_the_peer_are_counted_as_life(void **state)
{
    (void)state;
    struct client client = {0};
    struct net_loop *loop = meet(&client);
    client_pass(&client, SECOND);
    assert_true(websocket_send(client.websocket, TEXT("ping me")));
    while (status_of(&client)->pings == 0) client_pass(&client, 0);
    assert_int_equal(status_of(&client)->pings, 1);
    assert_int_equal(status_of(&client)->pinged, stamp.mono);
    assert_int_equal(status_of(&client)->heard, stamp.mono);
    websocket_reconnect(client.websocket, "counts stay, the rest was of that connection");
    assert_int_equal(status_of(&client)->pings, 1);
    assert_int_equal(status_of(&client)->pongs, 1);
    assert_int_equal(status_of(&client)->pinged, 0);
    assert_int_equal(status_of(&client)->heard, 0);
    assert_int_equal(status_of(&client)->round_trip, -1);
    net_loop_destroy(loop);
}

/* --- silence --- */

static void who_was_asleep_pings_before_it_judges(void **state)
{
    (void)state;
    struct client client = {0};
    struct net_loop *loop = meet(&client);
    client_pass(&client, 3600 * SECOND);
    assert_int_equal(client.downs, 0);
    until_pongs(&client, 2);
    assert_int_equal(client.downs, 0);
    net_loop_destroy(loop);
}

static void the_oldest_ping_without_an_answer_is_known(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_WAIT}};
    scene_start(&scene, "ws");
    until_opens(&scene.client, 1);
    const struct websocket_status *status = status_of(&scene.client);
    int64_t opened = stamp.mono;
    while (!status->unanswered) client_pass(&scene.client, 0);
    assert_int_equal(status->unanswered, opened);
    assert_int_equal(status->heard, opened); /* the upgrade's answer */
    client_pass(&scene.client, 10 * SECOND);
    rest(&scene.client);
    assert_int_equal(status->unanswered, opened); /* two by now */
    client_pass(&scene.client, 15 * SECOND - 1);
    assert_int_equal(scene.client.downs, 0);
    client_pass(&scene.client, 1);
    assert_int_equal(scene.client.downs, 1);
    assert_string_equal(scene.client.status.reason, "silent for 25 s, pings unanswered");
    assert_int_equal(status->unanswered, 0);
    scene_end(&scene);
}

static void a_peer_that_vanishes_is_found_in_real_time(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.ping = 40 * MILLISECOND;
    limits.silence = 100 * MILLISECOND;
    struct net_loop *loop = limited_loop(&clock_system, authority.ca_pem, &limits);
    struct client client = {.greeting = "fall silent"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    while (!client.opens) assert_true(net_loop_service(loop));
    int64_t start = net_loop_now(loop).mono;
    client.greeting = NULL;
    while (!client.downs) assert_true(net_loop_service(loop)); /* the loop's own timers wake it */
    assert_true(net_loop_now(loop).mono - start >= 100 * MILLISECOND);
    assert_string_equal(client.status.reason, "silent for 100 ms, pings unanswered");
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_SILENT);
    net_loop_destroy(loop);
}

static void pongs_do_not_excuse_a_message_that_stopped(void **state)
{
    (void)state;
    struct scene scene = {.script = {FRAMES("\x01\x03"
                                            "abc"),
                                     .then = THEN_PONG}};
    scene_start(&scene, "ws");
    until_opens(&scene.client, 1);
    until_pongs(&scene.client, 1);
    int64_t start = stamp.mono;
    for (uint64_t pongs = 2; !scene.client.downs; pongs++) {
        client_pass(&scene.client, 5 * SECOND / 2);
        while (!scene.client.downs && status_of(&scene.client)->unanswered) client_pass(&scene.client, 0);
    }
    assert_int_equal(stamp.mono - start, 25 * SECOND);
    assert_string_equal(scene.client.status.reason, "silent for 25 s, in the midst of a message");
    assert_int_equal(scene.client.status.failure, WEBSOCKET_FAILURE_SILENT);
    assert_true(atomic_load(&scene.seen.pings) >= 2);
    scene_end(&scene);
}

/* --- a peer that takes nothing --- */

#define MUCH (24u << 20) /* more than the system holds back for both sides */

struct full {
    struct scene scene;
    struct net_limits limits;
    int appetite;
};

/* A connection to a peer that reads nothing, with more to be sent than fits anywhere. */
static void full_start(struct full *full)
{
    int ends[2];
    char *much = calloc(1, MUCH);
    assert_non_null(much);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    full->appetite = ends[0];
    full->limits = net_limits_default;
    full->limits.queue = 2 * MUCH;
    full->limits.silence = 3600 * SECOND; /* not this time */
    full->scene = (struct scene){.script = {.then = THEN_IGNORE}, .limits = &full->limits, .seen.appetite = ends[1]};
    scene_start(&full->scene, "ws");
    until_opens(&full->scene.client, 1);
    assert_true(websocket_send(full->scene.client.websocket, (struct text){much, MUCH}));
    assert_true(websocket_send(full->scene.client.websocket, TEXT("and another")));
    free(much);
    while (status_of(&full->scene.client)->sent == 0) client_pass(&full->scene.client, 0);
    rest(&full->scene.client);
}

static void full_end(struct full *full)
{
    int end = full->scene.seen.appetite;
    scene_end(&full->scene);
    (void)close(full->appetite);
    (void)close(end);
}

static void a_peer_that_takes_nothing_is_given_up(void **state)
{
    (void)state;
    struct full full;
    full_start(&full);
    const struct websocket_status *status = status_of(&full.scene.client);
    assert_int_equal(status->sent, 1);
    assert_true(status->waiting > MUCH);         /* the first is under way, the second waits */
    client_pass(&full.scene.client, 5 * SECOND); /* what the system still took is noticed */
    rest(&full.scene.client);
    assert_int_equal(full.scene.client.downs, 0);
    for (unsigned n = 0; n < 10; n++) client_pass(&full.scene.client, SECOND);
    assert_int_equal(full.scene.client.downs, 1);
    assert_string_equal(full.scene.client.status.reason, "the peer takes nothing: 10 s");
    assert_int_equal(full.scene.client.status.failure, WEBSOCKET_FAILURE_WRITE);
    assert_int_equal(status->waiting, 0);
    full_end(&full);
}

static void a_peer_that_takes_little_is_left_in_peace(void **state)
{
    (void)state;
    struct full full;
    full_start(&full);
    for (unsigned n = 0; n < 8; n++) { /* 40 s: four times what is put up with */
        char wish = 'a';
        client_pass(&full.scene.client, 5 * SECOND);
        assert_int_equal(send(full.appetite, &wish, 1, 0), 1);
        while (recv(full.appetite, &wish, 1, MSG_DONTWAIT) != 1) client_pass(&full.scene.client, 0);
        rest(&full.scene.client);
    }
    assert_int_equal(full.scene.client.downs, 0);
    assert_int_equal(status_of(&full.scene.client)->sent, 1);
    full_end(&full);
}

/* Serves until a descriptor is closed: in real time, since it is libwebsockets that waits. */
static void expect_descriptor_closed(struct net_loop *loop, unsigned before)
{
    int64_t start = clock_now(&clock_system).mono;
    struct net_timer never = {.expired = NULL};
    net_timer_set(loop, &never, SECOND / 20); /* its alarm rings; the loop's time stands still */
    while (descriptors_open() >= before) assert_true(net_loop_service(loop));
    net_timer_cancel(&never);
    assert_in_range(clock_now(&clock_system).mono - start, 0, 15 * SECOND);
}

static void a_peer_that_takes_nothing_keeps_no_descriptor(void **state)
{
    (void)state;
    struct full full;
    full_start(&full);
    unsigned before = descriptors_open();
    websocket_close(full.scene.client.websocket); /* no close frame can be sent */
    expect_descriptor_closed(full.scene.loop, before);
    full_end(&full);
}

static void a_peer_that_hears_no_farewell_keeps_no_descriptor(void **state)
{
    (void)state;
    struct scene scene = {.script = {FRAMES("\x82\x01x"), .then = THEN_IGNORE}, .second = {.silent = true}};
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    scene.seen.appetite = ends[1];
    scene_start(&scene, "ws");
    until_opens(&scene.client, 1);
    unsigned before = descriptors_open();
    while (!scene.client.downs) client_pass(&scene.client, 0);
    assert_string_equal(scene.client.status.reason, "a binary message came"); /* it was sent a close frame */
    expect_descriptor_closed(scene.loop, before);
    scene_end(&scene);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void a_peer_that_takes_nothing_is_found_in_real_time(void **state)
{
    (void)state;
    char *much = calloc(1, MUCH);
    assert_non_null(much);
    struct net_limits limits = net_limits_default;
    limits.queue = 2 * MUCH;
    limits.write = 60 * MILLISECOND;
    struct net_loop *loop = limited_loop(&clock_system, authority.ca_pem, &limits);
    struct client client = {.greeting = "fall silent"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    while (!client.opens) assert_true(net_loop_service(loop));
    assert_true(websocket_send(client.websocket, (struct text){much, MUCH}));
    while (!client.downs) assert_true(net_loop_service(loop));
    assert_string_equal(client.status.reason, "the peer takes nothing: 60 ms");
    net_loop_destroy(loop);
    free(much);
}

/* A line so slow that libwebsockets tells of no message for longer than the silence that is put up with. */
static void a_message_that_trickles_in_is_life(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    struct websocket_status status = {0};
    struct liveness liveness = {.limits = &limits, .status = &status};
    unsigned char payload[LIVENESS_PING_SIZE];
    uint64_t bytes = 5000;
    int64_t now = SECOND;
    liveness_begin(&liveness, now);
    liveness_ping(&liveness, now, payload);
    /* A kilobyte a second, while every ping is overtaken by what comes before its answer. */
    for (; now < 300 * SECOND; now = liveness_due(&liveness)) {
        liveness_arrived(&liveness, now, bytes + (uint64_t)(now / SECOND) * 1024);
        assert_int_equal(liveness_judge(&liveness, now, 0), LIFE_GOOD);
        if (liveness.ping_wanted) liveness_ping(&liveness, now, payload);
    }
    /* What stops, but for a pong now and then, is silent after the usual time. */
    bytes += (uint64_t)(now / SECOND) * 1024;
    int64_t stopped = status.heard;
    enum life life = LIFE_GOOD;
    for (; life == LIFE_GOOD; now = liveness_due(&liveness)) {
        liveness_arrived(&liveness, now, bytes += 60);
        life = liveness_judge(&liveness, now, 0);
        if (liveness.ping_wanted) liveness_ping(&liveness, now, payload);
    }
    assert_int_equal(life, LIFE_SILENT);
    assert_in_range(now - stopped, limits.silence, 3 * limits.silence);
}

static int group_setup(void **state)
{
    (void)state;
    trusted_start((struct server_handlers){.open = on_open, .message = on_message});
    return 0;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_quiet_peer_is_pinged_when_it_is_time),
    cmocka_unit_test(a_message_that_trickles_in_is_life),
    cmocka_unit_test(a_peer_that_talked_and_stopped_is_pinged_soon),
    cmocka_unit_test(pings_of_the_peer_are_counted_as_life),
    cmocka_unit_test(who_was_asleep_pings_before_it_judges),
    cmocka_unit_test(the_oldest_ping_without_an_answer_is_known),
    cmocka_unit_test(a_peer_that_vanishes_is_found_in_real_time),
    cmocka_unit_test(pongs_do_not_excuse_a_message_that_stopped),
    cmocka_unit_test(a_peer_that_takes_nothing_is_given_up),
    cmocka_unit_test(a_peer_that_takes_little_is_left_in_peace),
    cmocka_unit_test(a_peer_that_takes_nothing_is_found_in_real_time),
    cmocka_unit_test(a_peer_that_takes_nothing_keeps_no_descriptor),
    cmocka_unit_test(a_peer_that_hears_no_farewell_keeps_no_descriptor),
};

TEST_MAIN(tests, group_setup, trusted_stop)
