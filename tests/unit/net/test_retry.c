/* When a connection is tried again, and when it is given up. */
#include "scene.h"

#define MINUTE (60 * SECOND)

static const char unauthorized[] = "HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n";

static int64_t wait_of(const struct scene *scene)
{
    return scene->client.status.retry_at - stamp.mono;
}

/* Not before what was asked for, and not all at the same moment: a step of the back-off later. */
static void expect_wait(const struct scene *scene, int64_t least)
{
    const struct net_limits *limits = &net_limits_default;
    assert_in_range(wait_of(scene), least + limits->retry_first / 5, least + limits->retry_most);
}

static void a_minute_becomes_a_quarter_of_an_hour(void **state)
{
    (void)state;
    static const int64_t waits[] = {MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 15 * MINUTE, 15 * MINUTE};
    struct scene scene = {.script = {.then = THEN_CLOSE}, .second = {.answer = unauthorized}};
    scene_start(&scene, "ws");
    until_downs(&scene.client, 1); /* it was open, and is cut */
    assert_string_equal(scene.client.steps, "RCHOD");
    for (unsigned n = 0; n < sizeof waits / sizeof waits[0]; n++) {
        until_downs(&scene.client, n + 2);
        assert_int_equal(scene.client.status.state, WEBSOCKET_DOWN);
        assert_int_equal(scene.client.status.http_status, 401);
        expect_wait(&scene, waits[n]);
        client_pass(&scene.client, wait_of(&scene) - 1);
        assert_int_equal(scene.client.status.state, WEBSOCKET_DOWN);
    }
    unsigned requests = atomic_load(&scene.seen.requests);
    websocket_retry(scene.client.websocket); /* at once, and the first minute again */
    assert_true(websocket_status_now(scene.client.websocket)->retry_at == stamp.mono);
    assert_int_equal(websocket_status_now(scene.client.websocket)->attempts, 0);
    until_downs(&scene.client, scene.client.downs + 1);
    assert_int_equal(atomic_load(&scene.seen.requests), requests + 1);
    expect_wait(&scene, MINUTE);
    scene_end(&scene);
}

static void a_longer_wait_that_is_asked_for_is_kept(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_CLOSE},
                          .second = {.answer = "HTTP/1.1 403 x\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n"}};
    scene_start(&scene, "ws");
    until_downs(&scene.client, 2);
    expect_wait(&scene, 90 * SECOND);
    scene_end(&scene);
}

static void given_up_is_for_good_until_it_is_asked_for(void **state)
{
    (void)state;
    struct scene scene = {.script = {.answer = unauthorized}, .second = {.then = THEN_WAIT}};
    scene_start(&scene, "ws");
    until_downs(&scene.client, 1);
    assert_string_equal(scene.client.steps, "RCHG");
    for (unsigned n = 0; n < 3; n++) client_pass(&scene.client, 3600 * SECOND);
    websocket_reconnect(scene.client.websocket, "there is nothing to end");
    client_pass(&scene.client, 0);
    assert_string_equal(scene.client.steps, "RCHG");
    assert_false(websocket_send(scene.client.websocket, TEXT("x")));
    websocket_retry(scene.client.websocket);
    until_opens(&scene.client, 1);
    assert_string_equal(scene.client.steps, "RCHGRCHO");
    assert_int_equal(scene.client.status.attempts, 0);
    assert_string_equal(scene.client.status.reason, "");
    assert_int_equal(scene.client.status.failure, WEBSOCKET_FAILURE_NONE);
    websocket_retry(scene.client.websocket); /* nothing while it is open */
    for (unsigned n = 0; n < 3; n++) client_pass(&scene.client, 0);
    assert_string_equal(scene.client.steps, "RCHGRCHO");
    scene_end(&scene);
}

static void attempts_have_an_end(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.attempts = 3;
    struct scene scene = {.script = {.answer = "HTTP/1.1 500 x\r\n\r\n"},
                          .second = {.answer = "HTTP/1.1 500 x\r\n\r\n"},
                          .limits = &limits};
    scene_start(&scene, "ws");
    until_downs(&scene.client, 3);
    assert_string_equal(scene.client.steps, "RCHDRCHDRCHG");
    assert_int_equal(scene.client.status.attempts, 3);
    assert_string_equal(scene.client.status.reason, "HTTP 500 Internal Server Error");
    websocket_retry(scene.client.websocket);
    until_downs(&scene.client, 4);
    assert_int_equal(scene.client.status.state, WEBSOCKET_DOWN); /* the first of three again */
    scene_end(&scene);
}

static void without_reconnect_the_first_end_is_the_last(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.reconnect = false;
    struct scene cut = {.script = {.then = THEN_CLOSE}, .limits = &limits};
    play(&cut);
    assert_string_equal(cut.client.steps, "RCHOG");
    assert_string_equal(cut.client.status.reason, "the connection was cut");
    scene_end(&cut);
    struct scene never = {.script = {.answer = "HTTP/1.1 503 x\r\n\r\n"}, .limits = &limits};
    play(&never);
    assert_string_equal(never.client.steps, "RCHG");
    scene_end(&never);
}

static void a_reconnect_of_our_own_is_no_failure(void **state)
{
    (void)state;
    struct net_limits never = net_limits_default, once = net_limits_default;
    never.reconnect = false;
    once.attempts = 1;
    const struct net_limits *const cases[] = {&never, &once};
    for (unsigned n = 0; n < 2; n++) {
        struct scene scene = {.script = {.then = THEN_WAIT}, .second = {.then = THEN_WAIT}, .limits = cases[n]};
        scene_start(&scene, "ws");
        for (unsigned opens = 1; opens <= 3; opens++) {
            until_opens(&scene.client, opens);
            websocket_reconnect(scene.client.websocket, "for a new snapshot");
            until_downs(&scene.client, opens);
            assert_int_equal(scene.client.status.state, WEBSOCKET_DOWN);
            assert_int_equal(scene.client.status.attempts, 0);
            assert_in_range(wait_of(&scene), net_limits_default.retry_first / 5, net_limits_default.retry_most);
        }
        raw_stop(&scene.peer); /* a failure is one, still */
        until_downs(&scene.client, 4);
        assert_int_equal(scene.client.status.state, WEBSOCKET_GIVEN_UP);
        assert_int_equal(scene.client.status.attempts, 1);
        net_loop_destroy(scene.loop);
    }
}

static void the_first_step_and_the_last_are_the_limits(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.retry_first = 40 * NANOSECONDS_PER_MILLISECOND;
    limits.retry_most = 60 * NANOSECONDS_PER_MILLISECOND;
    struct scene scene = {.script = {.then = THEN_CLOSE}, .second = {.then = THEN_CLOSE}, .limits = &limits};
    scene_start(&scene, "ws");
    for (unsigned n = 1; n <= 5; n++) {
        until_downs(&scene.client, n);
        assert_in_range(wait_of(&scene), limits.retry_first / 5, n == 1 ? limits.retry_first : limits.retry_most);
    }
    scene_end(&scene);
}

static void a_wait_can_be_cut_short(void **state)
{
    (void)state;
    struct scene scene = {.script = {.answer = "HTTP/1.1 429 x\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n"},
                          .second = {.then = THEN_WAIT}};
    scene_start(&scene, "ws");
    until_downs(&scene.client, 1);
    expect_wait(&scene, 600 * SECOND);
    int64_t before = stamp.mono;
    websocket_retry(scene.client.websocket);
    while (!scene.client.opens) client_pass(&scene.client, 0);
    assert_true(stamp.mono == before);
    scene_end(&scene);
}

static void failures_have_names(void **state)
{
    (void)state;
    for (enum websocket_failure one = 0; one < WEBSOCKET_FAILURE_COUNT; one++) {
        assert_true(strlen(websocket_failure_text(one)) > 0);
        for (enum websocket_failure other = 0; other < one; other++)
            assert_string_not_equal(websocket_failure_text(one), websocket_failure_text(other));
    }
    assert_string_equal(websocket_failure_text(WEBSOCKET_FAILURE_TLS), "tls");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_minute_becomes_a_quarter_of_an_hour),
    cmocka_unit_test(a_longer_wait_that_is_asked_for_is_kept),
    cmocka_unit_test(given_up_is_for_good_until_it_is_asked_for),
    cmocka_unit_test(attempts_have_an_end),
    cmocka_unit_test(without_reconnect_the_first_end_is_the_last),
    cmocka_unit_test(a_reconnect_of_our_own_is_no_failure),
    cmocka_unit_test(the_first_step_and_the_last_are_the_limits),
    cmocka_unit_test(a_wait_can_be_cut_short),
    cmocka_unit_test(failures_have_names),
};

TEST_MAIN(tests, NULL, NULL)
