/* The headers that a venue adds to the upgrade, as the wire shows them, and what becomes of a refused one. */
#include "scene.h"

#include <libwebsockets.h>

#define CANARY  "c4n4ry+b3ef/42=="
#define REFUSED "HTTP 401 Unauthorized: the venue refuses the key or its signature, or this machine's clock is wrong"

static size_t signed_headers(void *context, struct stamp at, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    static char when[24];
    struct client *client = context;
    assert_true(at.wall == stamp.wall);
    (void)snprintf(when, sizeof when, "%u-%lld", client->downs, (long long)at.wall);
    out[0] = (struct websocket_header){"KALSHI-ACCESS-KEY", CANARY};
    out[1] = (struct websocket_header){"KALSHI-ACCESS-TIMESTAMP", when};
    return 2;
}

static bool head_has(const struct scene *scene, const char *line)
{
    return text_contains_folded(text_from(scene->seen.head), text_from(line));
}

static void each_attempt_has_its_own_headers_and_no_origin(void **state)
{
    (void)state;
    char line[80];
    struct scene scene = {.script = {.answer = "HTTP/1.1 500 x\r\n\r\n"}, .second = {.then = THEN_WAIT}};
    scene.client.headers = signed_headers;
    scene_start(&scene, "ws");
    for (unsigned n = 0; n < 2; n++) {
        if (n)
            until_opens(&scene.client, 1);
        else
            until_downs(&scene.client, 1);
        assert_int_equal(atomic_load(&scene.seen.requests), n + 1);
        (void)snprintf(line, sizeof line, "\r\nKALSHI-ACCESS-TIMESTAMP: %u-%lld\r\n", n, (long long)stamp.wall);
        assert_true(head_has(&scene, line));
        assert_true(head_has(&scene, "\r\nKALSHI-ACCESS-KEY: " CANARY "\r\n"));
        assert_true(head_has(&scene, "\r\nUser-Agent: booktop\r\n"));
        assert_true(head_has(&scene, "GET /ws?a=b HTTP/1.1\r\n"));
        assert_false(head_has(&scene, "\r\nOrigin:"));
    }
    scene_end(&scene);
}

static void a_refused_key_has_words_of_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *answer, *reason;
    } cases[] = {
        {"HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n", REFUSED},
        {"HTTP/1.1 403 x\r\nContent-Length: 0\r\n\r\n", "HTTP 403 Forbidden"},
        {"HTTP/1.1 403 x\r\nContent-Length: 3\r\n\r\nno!", "HTTP 403 Forbidden: no!"},
        {"HTTP/1.1 500 x\r\nContent-Length: 2\r\n\r\nno", "HTTP 500 Internal Server Error: no"},
        /* with what the venue says about it, where that can be had safely */
        {"HTTP/1.1 401 x\r\nContent-Length: 39\r\n\r\n{\"code\":\"token_authentication_failure\"}\n",
         REFUSED ": "
                 "{\"code\":\"token_authentication_failure\"}"},
        {"HTTP/1.1 401 x\r\nContent-Length: 99\r\n\r\n\x1b[31mfoe\xff", REFUSED ": \xef\xbf\xbd[31mfoe\xef\xbf\xbd"},
        {"HTTP/1.1 403 x\r\nContent-Length: 7\r\n\r\n<html/>", "HTTP 403 Forbidden"},
        {"HTTP/1.1 401 x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", REFUSED},
        {"HTTP/1.1 401 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", REFUSED},
        {"HTTP/1.1 401 x\r\nConnection: close\r\n\r\nno", REFUSED},
        {"HTTP/1.1 401 x\r\nContent-Length: 999\r\n\r\n"
         "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
         REFUSED ": "
                 "0123456789012345678901234567890123456789012345678901234567"},
        {"HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", REFUSED ": HTTP/1.1 200 OK"},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.answer = cases[n].answer}};
        scene.client.headers = signed_headers;
        play(&scene);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        scene_end(&scene);
    }
}

#define LONG_SECRET                                                                                                    \
    "0123456789abcdefghijklmnopqrstuvwxyz/0123456789abcdefghijklmnopqrstuvwxyz+0123456789abcdefghijklmno=="

static size_t secret_headers(void *context, struct stamp at, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    (void)context, (void)at;
    out[0] = (struct websocket_header){"KALSHI-ACCESS-KEY", CANARY};
    out[1] = (struct websocket_header){"KALSHI-ACCESS-SIGNATURE", LONG_SECRET};
    out[2] = (struct websocket_header){"X-Short", "short"};
    return 3;
}

/* A body of a stated length, and what is made of it. */
static void expect_words(const char *body, const char *reason)
{
    char answer[1024];
    (void)snprintf(answer, sizeof answer, "HTTP/1.1 403 x\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    struct scene scene = {.script = {.answer = answer}};
    scene.client.headers = secret_headers;
    play(&scene);
    assert_string_equal(scene.client.status.reason, reason);
    scene_end(&scene);
}

static void a_header_that_is_said_back_is_not_passed_on(void **state)
{
    (void)state;
    char cut[256];
    expect_words("you sent " CANARY "!", "HTTP 403 Forbidden");
    expect_words(CANARY, "HTTP 403 Forbidden");
    expect_words("{\"headers\":{\"KALSHI-ACCESS-SIGNATURE\":\"" LONG_SECRET "\"}}", "HTTP 403 Forbidden");
    expect_words("signature rstuvwxyz\\/0123456789abcdefg", "HTTP 403 Forbidden"); /* as JSON may write it */
    (void)snprintf(cut, sizeof cut, "%0130d%s", 7, LONG_SECRET);                   /* more than fits into a reason */
    expect_words(cut, "HTTP 403 Forbidden");
    expect_words("short, and 0123456789", "HTTP 403 Forbidden: short, and 0123456789");
    struct scene scene = {.script = {FRAMES("\x88\x16\x03\xf0key " CANARY), .then = THEN_CLOSE}};
    scene.client.headers = secret_headers;
    play(&scene);
    assert_string_equal(scene.client.status.reason, "closed by the peer: 1008 policy violation");
    assert_int_equal(scene.client.status.close_code, 1008);
    scene_end(&scene);
}

static struct websocket_header odd;

static size_t odd_header(void *context, struct stamp at, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    (void)context, (void)at;
    out[0] = odd;
    return 1;
}

static void headers_that_are_not_one_are_not_sent(void **state)
{
    (void)state;
    static char long_value[20000], long_name[100];
    memset(long_value, 'a', sizeof long_value - 1);
    memset(long_name, 'a', sizeof long_name - 1);
    const struct websocket_header cases[] = {
        {"X-Key:", "a"},     {"", "a"},        {"X Key", "a"},        {"X-Key", "a\r\nOrigin: b"},
        {"X-Key\r\nX", "a"}, {long_name, "a"}, {"X-Key", long_value},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.then = THEN_WAIT}};
        odd = cases[n];
        scene.client.headers = odd_header;
        play(&scene);
        assert_string_equal(scene.client.status.reason, "a header of the request is malformed or too long");
        assert_int_equal(scene.client.opens, 0);
        assert_int_equal(atomic_load(&scene.seen.requests), 0);
        scene_end(&scene);
    }
}

static bool can_sign;

static size_t signing_headers(void *context, struct stamp at, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    return can_sign ? signed_headers(context, at, out) : WEBSOCKET_HEADERS_FAILED;
}

static void what_cannot_be_signed_is_not_sent(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_WAIT}, .second = {.then = THEN_WAIT}};
    scene.client.headers = signing_headers;
    can_sign = false;
    scene_start(&scene, "ws");
    until_downs(&scene.client, 1);
    assert_string_equal(scene.client.status.reason, "the handshake could not be signed");
    assert_int_equal(scene.client.status.http_status, 0);
    assert_int_equal(atomic_load(&scene.seen.requests), 0);
    assert_true(scene.client.status.retry_at - stamp.mono <= SECOND);
    can_sign = true; /* the next attempt asks anew */
    until_opens(&scene.client, 1);
    scene_end(&scene);
}

static size_t closing_headers(void *context, struct stamp at, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    (void)at, (void)out;
    struct client *client = context;
    websocket_close(client->websocket);
    client->moved = false;
    client->websocket = NULL;
    return 0;
}

static void whoever_is_asked_for_headers_may_close(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_WAIT}};
    scene.client.headers = closing_headers;
    scene_start(&scene, "ws");
    while (scene.client.websocket) assert_true(net_loop_service(scene.loop));
    for (unsigned turn = 0; turn < 3; turn++) client_pass(&scene.client, 0);
    assert_string_equal(scene.client.steps, "RCH");
    scene_end(&scene);
}

/* Everything that libwebsockets would say at its most talkative. */
static unsigned log_lines, log_canaries;

static void log_listen(int level, const char *line)
{
    (void)level;
    log_lines++;
    if (strstr(line, "c4n4ry")) log_canaries++;
}

static void header_values_reach_no_log(void **state)
{
    (void)state;
    static const char *const answers[] = {NULL, "HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n", "nonsense\r\n\r\n"};
    lws_set_log_level(-1, log_listen);
    for (unsigned n = 0; n < sizeof answers / sizeof answers[0]; n++) {
        struct scene scene = {.script = {.answer = answers[n]}};
        scene.client.headers = signed_headers;
        play(&scene);
        assert_true(head_has(&scene, CANARY));
        assert_null(strstr(scene.client.status.reason, "c4n4ry"));
        scene_end(&scene);
    }
    net_start();
    assert_true(log_lines > 100);
    assert_int_equal(log_canaries, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_attempt_has_its_own_headers_and_no_origin),
    cmocka_unit_test(a_refused_key_has_words_of_its_own),
    cmocka_unit_test(headers_that_are_not_one_are_not_sent),
    cmocka_unit_test(a_header_that_is_said_back_is_not_passed_on),
    cmocka_unit_test(what_cannot_be_signed_is_not_sent),
    cmocka_unit_test(whoever_is_asked_for_headers_may_close),
    cmocka_unit_test(header_values_reach_no_log),
};

TEST_MAIN(tests, NULL, NULL)
