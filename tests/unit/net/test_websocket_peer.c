/* WebSocket peers that lws would never be: written byte by byte. */
#include "scene.h"

static void fragments_pings_and_empty_pieces_make_one_message(void **state)
{
    (void)state;
    struct scene scene = {.script = {FRAMES("\x01\x03"
                                            "abc"
                                            "\x89\x02hi" /* a ping in between */
                                            "\x00\x00"   /* an empty fragment */
                                            "\x00\x02"
                                            "de"
                                            "\x80\x00" /* the last one is empty, too */
                                            "\x81\x03xyz"
                                            "\x81\x00"
                                            "\x81\x7e\x00\x04long")}};
    play(&scene);
    assert_int_equal(scene.client.messages, 4);
    assert_string_equal(scene.client.last, "long");
    assert_true(scene.client.sum == 'a' + 'b' + 'c' + 'd' + 'e' + 'x' + 'y' + 'z' + 'l' + 'o' + 'n' + 'g');
    assert_string_equal(scene.client.status.reason, "the connection was cut");
    assert_string_equal(scene.client.steps, "RCHOD");
    scene_end(&scene);
}

static void a_message_after_an_unfinished_one_does_not_begin_with_its_rest(void **state)
{
    (void)state;
    struct scene scene = {.script = {FRAMES("\x01\x03"
                                            "abc")},
                          .second = {FRAMES("\x81\x02ok")}};
    scene_start(&scene, "ws");
    until_downs(&scene.client, 1);
    assert_int_equal(scene.client.messages, 0);
    until_downs(&scene.client, 2);
    assert_int_equal(scene.client.messages, 1);
    assert_string_equal(scene.client.last, "ok");
    scene_end(&scene);
}

static void closes_of_all_kinds_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *frames;
        size_t length;
        int code;
        const char *reason;
    } cases[] = {
        {"\x88\x00", 2, 0, "closed by the peer"},
        {"\x88\x01!", 3, 0, "closed by the peer"},
        {"\x88\x02\x03\xe8", 4, 1000, "closed by the peer: 1000 normal"},
        {"\x88\x04\x0f\xa0no", 6, 4000, "closed by the peer: 4000: no"},
        {"\x88\x04\x03\xe9\xff\xfe", 6, 1001, "closed by the peer: 1001 going away: \xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.frames = cases[n].frames, .length = cases[n].length, .then = THEN_WAIT}};
        play(&scene);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        assert_int_equal(scene.client.status.close_code, cases[n].code);
        scene_end(&scene);
    }
}

#define FORBIDDEN "the peer sent what the protocol forbids"

#define TEN_E "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"

static void a_long_farewell_is_cut_between_two_characters(void **state)
{
    (void)state;
    struct scene scene = {
        .script = {FRAMES("\x88\x7b\x03\xea!" TEN_E TEN_E TEN_E TEN_E TEN_E TEN_E), .then = THEN_WAIT}};
    play(&scene);
    const char *reason = scene.client.status.reason;
    assert_true(strlen(reason) >= WEBSOCKET_REASON_SIZE - 3);
    assert_non_null(strstr(reason, "closed by the peer: 1002 protocol error, or a service restart: !\xc3\xa9"));
    assert_null(strstr(reason, "\xef\xbf\xbd"));
    assert_true(text_is_utf8(text_from(reason)));
    scene_end(&scene);
}

static void frames_against_the_rules_end_the_connection(void **state)
{
    (void)state;
    static const struct {
        const char *frames;
        size_t length;
        const char *reason;
    } cases[] = {
        {"\x82\x03"
         "abc",
         5, "a binary message came"},
        {"\x83\x00", 2, FORBIDDEN}, /* reserved opcode */
        {"\xc1\x01"
         "a",
         3, FORBIDDEN}, /* reserved bit */
        {"\x80\x01"
         "a",
         3, FORBIDDEN},                     /* continuation of nothing */
        {"\x09\x00", 2, FORBIDDEN},         /* fragmented ping */
        {"\x89\x7e\x00\x7e", 4, FORBIDDEN}, /* ping of 126 bytes */
        {"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10, FORBIDDEN},
        {"\x01\x01"
         "a\x81\x01"
         "b",
         6, FORBIDDEN}, /* a message inside another */
        {"\x81\x02\xc3(", 4, "a message is not valid UTF-8"},
        {"\x81\x01\xc3", 3, "a message is not valid UTF-8"},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.frames = cases[n].frames, .length = cases[n].length, .then = THEN_WAIT}};
        play(&scene);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        assert_int_equal(scene.client.status.failure, WEBSOCKET_FAILURE_PROTOCOL);
        assert_int_equal(scene.client.messages, 0);
        assert_true(scene.client.status.retry_at > stamp.mono);
        scene_end(&scene);
    }
}

static void a_reset_is_told(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_RESET}};
    play(&scene);
    assert_string_equal(scene.client.steps, "RCHOD");
    assert_string_equal(scene.client.status.reason, "the connection was cut");
    assert_int_equal(scene.client.status.failure, WEBSOCKET_FAILURE_CUT);
    scene_end(&scene);
}

static void refusals_of_the_upgrade_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        int status;
        const char *reason;
        int64_t least_wait; /* TIME_NEVER: given up */
    } cases[] = {
        {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 401, "HTTP 401 Unauthorized", TIME_NEVER},
        {"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", 403, "HTTP 403 Forbidden: no", TIME_NEVER},
        {"HTTP/1.1 403 Forbidden\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n", 403, "HTTP 403 Forbidden",
         TIME_NEVER},
        {"HTTP/1.1 408 x\r\nContent-Length: 0\r\n\r\n", 408, "HTTP 408 Request Timeout", 0},
        {"HTTP/1.1 425 x\r\nContent-Length: 0\r\n\r\n", 425, "HTTP 425 Too Early", 0},
        {"HTTP/1.1 429 Whatever\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", 429, "HTTP 429 Too Many Requests",
         7 * SECOND},
        {"HTTP/1.1 429 Whatever\r\nRetry-After: 99999999\r\n\r\n", 429, "HTTP 429 Too Many Requests", 600 * SECOND},
        {"HTTP/1.1 503 x\r\nRetry-After: soon\r\n\r\n", 503, "HTTP 503 Service Unavailable", 0},
        {"HTTP/1.1 299 x\r\n\r\n", 299, "HTTP 299", 0},
        {"HTTP/1.1 302 Found\r\nLocation: wss://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, "HTTP 302 Found",
         TIME_NEVER},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.answer = cases[n].answer}};
        bool given_up = cases[n].least_wait == TIME_NEVER;
        play(&scene);
        assert_string_equal(scene.client.steps, given_up ? "RCHG" : "RCHD");
        assert_int_equal(scene.client.status.http_status, cases[n].status);
        assert_int_equal(scene.client.status.failure, WEBSOCKET_FAILURE_UPGRADE);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        if (given_up)
            assert_true(scene.client.status.retry_at == TIME_NEVER);
        else
            assert_in_range(scene.client.status.retry_at - stamp.mono, cases[n].least_wait,
                            cases[n].least_wait + SECOND);
        assert_int_equal(atomic_load(&scene.seen.requests), 1); /* a redirect is not followed */
        scene_end(&scene);
    }
}

static void answers_that_are_none_are_told(void **state)
{
    (void)state;
    static char endless[40000];
    memset(endless, 'a', sizeof endless - 1);
    static const char start[] = "HTTP/1.1 101 x\r\nX-A: ";
    memcpy(endless, start, sizeof start - 1);
    static const struct {
        const char *answer, *reason;
    } cases[] = {
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
         "the answer is not a WebSocket's"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "the answer is not a WebSocket's"},
        {endless, "the reply's head is malformed or too long"},
        {"nonsense\r\n\r\n", ""},
        {"", "cut"},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.answer = cases[n].answer}};
        play(&scene);
        assert_string_equal(scene.client.steps, "RCHD");
        if (!strstr(scene.client.status.reason, cases[n].reason))
            fail_msg("case %u: %s", n, scene.client.status.reason);
        assert_true(strlen(scene.client.status.reason) > 0);
        scene_end(&scene);
    }
}

static void a_peer_that_accepts_and_never_answers_is_given_up(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *reason;
        enum websocket_failure failure;
    } cases[] = {
        {"ws", "no answer to the upgrade within 10 s", WEBSOCKET_FAILURE_UPGRADE},
        {"wss", "TLS handshake not done within 10 s", WEBSOCKET_FAILURE_TLS},
    };
    for (unsigned n = 0; n < 2; n++) {
        struct scene scene = {.script = {.silent = true}};
        scene_start(&scene, cases[n].scheme);
        while (!strchr(scene.client.steps, 'H')) assert_true(net_loop_service(scene.loop));
        for (unsigned turn = 0; turn < 3; turn++) client_pass(&scene.client, 0);
        client_pass(&scene.client, 10 * SECOND - 1);
        assert_int_equal(scene.client.downs, 0);
        client_pass(&scene.client, 1);
        assert_int_equal(scene.client.downs, 1);
        assert_int_equal(scene.client.status.failure, cases[n].failure);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        if (n == 0) until_downs(&scene.client, 2); /* the next attempt is made */
        if (n == 0) assert_string_equal(scene.client.steps, "RCHDRCHOD");
        scene_end(&scene);
    }
}

static void a_peer_that_falls_silent_is_given_up(void **state)
{
    (void)state;
    static const char stalled[] = "\x81\x7f\x3f\xff\xff\xff\xff\xff\xff\xff"
                                  "abc"; /* a message that will never be whole */
    for (unsigned n = 0; n < 2; n++) {
        struct scene scene = {.script = {.then = THEN_WAIT}};
        scene.script.frames = stalled;
        scene.script.length = n ? sizeof stalled - 1 : 0;
        scene_start(&scene, "ws");
        until_opens(&scene.client, 1);
        int64_t start = stamp.mono;
        while (!scene.client.downs) client_pass(&scene.client, SECOND);
        int64_t passed = stamp.mono - start;
        assert_int_equal(passed, 25 * SECOND);
        assert_string_equal(scene.client.status.reason, "silent for 25 s, pings unanswered");
        assert_int_equal(scene.client.status.failure, WEBSOCKET_FAILURE_SILENT);
        scene_end(&scene);
    }
}

static void pings_are_answered(void **state)
{
    (void)state;
    struct scene scene = {.script = {FRAMES("\x89\x04ping"
                                            "\x81\x02go"),
                                     .then = THEN_READ}};
    scene_start(&scene, "ws");
    until_messages(&scene.client, 1);
    while (atomic_load(&scene.seen.pongs) == 0) client_pass(&scene.client, 0);
    assert_int_equal(scene.client.downs, 0);
    scene_end(&scene);
}

static void a_peer_that_only_pings_is_alive(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_PING}}; /* pings in place of pongs */
    scene_start(&scene, "ws");
    until_opens(&scene.client, 1);
    const struct websocket_status *status = websocket_status_now(scene.client.websocket);
    while (!status->pinged) client_pass(&scene.client, 0);
    for (unsigned n = 0; n < 10; n++) {
        int64_t before = status->pinged;
        client_pass(&scene.client, 10 * SECOND);
        while (status->pinged == before) assert_true(net_loop_service(scene.loop));
        assert_true(status->pinged == stamp.mono);
    }
    assert_int_equal(scene.client.downs, 0);
    assert_true(atomic_load(&scene.seen.pongs) >= 10);
    assert_int_equal(status->round_trip, -1);
    websocket_reconnect(scene.client.websocket, "wanted");
    assert_int_equal(status->pinged, 0); /* of this connection */
    scene_end(&scene);
}

static void a_close_sends_a_close_frame(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_READ}};
    scene_start(&scene, "ws");
    until_opens(&scene.client, 1);
    websocket_close(scene.client.websocket);
    while (atomic_load(&scene.seen.closes) == 0) client_pass(&scene.client, 0);
    assert_int_equal(atomic_load(&scene.seen.close_code), 1000);
    assert_string_equal(scene.client.steps, "RCHO");
    scene_end(&scene);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fragments_pings_and_empty_pieces_make_one_message),
    cmocka_unit_test(a_message_after_an_unfinished_one_does_not_begin_with_its_rest),
    cmocka_unit_test(closes_of_all_kinds_are_told),
    cmocka_unit_test(a_long_farewell_is_cut_between_two_characters),
    cmocka_unit_test(frames_against_the_rules_end_the_connection),
    cmocka_unit_test(a_reset_is_told),
    cmocka_unit_test(refusals_of_the_upgrade_are_told),
    cmocka_unit_test(answers_that_are_none_are_told),
    cmocka_unit_test(a_peer_that_accepts_and_never_answers_is_given_up),
    cmocka_unit_test(a_peer_that_falls_silent_is_given_up),
    cmocka_unit_test(pings_are_answered),
    cmocka_unit_test(a_peer_that_only_pings_is_alive),
    cmocka_unit_test(a_close_sends_a_close_frame),
};

TEST_MAIN(tests, NULL, NULL)
