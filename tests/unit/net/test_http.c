#include "trusted.h"

#include "booktop/net/http.h"
#include "names.h"

#define SECOND   NANOSECONDS_PER_SECOND
#define LARGE    (5u << 20)
#define BODY_CAP (16u << 20) /* the default */

static char *large;

/* --- the server's side: the path says what is wanted --- */

static void on_request(void *context, struct server_request *request, struct text path, struct text query)
{
    (void)context;
    char body[4096];
    if (text_is(path, "/query")) {
        (void)snprintf(body, sizeof body, "%.*s", TEXT_ARGS(query));
        server_reply(request, 200, "text/plain", text_from(body));
    } else if (text_is(path, "/large")) {
        server_reply(request, 200, "application/octet-stream", (struct text){large, LARGE});
    } else if (text_is(path, "/too-large")) {
        server_reply(request, 200, "application/octet-stream", (struct text){large, BODY_CAP + 1});
    } else if (text_is(path, "/empty")) {
        server_reply(request, 200, "text/plain", (struct text){0});
        server_reply(request, 500, "text/plain", TEXT("only the first counts"));
    } else if (text_is(path, "/busy")) {
        server_reply(request, 503, "text/plain", TEXT("later"));
    } else if (!text_is(path, "/unanswered")) {
        (void)snprintf(body, sizeof body, "no %.*s", TEXT_ARGS(path));
        server_reply(request, 404, "text/plain", text_from(body));
    }
}

/* --- the client's side --- */

struct heard {
    bool done;
    unsigned calls;
    int status;
    int64_t retry_after;
    size_t length;
    bool large_is_right;
    char body[4096];
    char reason[HTTP_REASON_SIZE];
    struct stamp stamp;
};

static void on_reply(void *context, struct stamp stamp, const struct http_reply *reply)
{
    struct heard *heard = context;
    heard->done = true;
    heard->calls++;
    heard->status = reply->status;
    heard->retry_after = reply->retry_after;
    heard->length = reply->body.length;
    heard->large_is_right = reply->body.length == LARGE && memcmp(reply->body.at, large, LARGE) == 0;
    text_copy(reply->body, heard->body, sizeof heard->body);
    memcpy(heard->reason, reply->reason, sizeof heard->reason);
    heard->stamp = stamp;
}

static struct heard get_in(struct net_loop *loop, const char *url, int64_t timeout)
{
    char error[128] = "";
    struct heard heard = {0};
    struct http_request *request = http_get(loop, url, timeout, on_reply, &heard, error, sizeof error);
    if (!request) fail_msg("refused: %s", error);
    assert_int_equal(heard.calls, 0);
    serve_until(loop, &heard.done);
    return heard;
}

static struct heard get(const char *host, unsigned port, const char *path)
{
    char url[256];
    (void)snprintf(url, sizeof url, "https://%s:%u%s", host, port, path);
    struct net_loop *loop = client_loop(&clock_system, authority.ca_pem);
    struct heard heard = get_in(loop, url, 0);
    net_loop_destroy(loop);
    assert_int_equal(heard.calls, 1);
    return heard;
}

static void a_reply_comes_with_status_body_and_stamp(void **state)
{
    (void)state;
    int64_t before = clock_now(&clock_system).mono;
    struct heard heard = get("localhost", served.port, "/query?a=1");
    assert_int_equal(heard.status, 200);
    assert_string_equal(heard.body, "a=1");
    assert_string_equal(heard.reason, "");
    assert_true(heard.stamp.mono > before && heard.stamp.wall > 0);
}

static void a_query_arrives_as_it_was_meant(void **state)
{
    (void)state;
    struct heard heard = get("localhost", served.port, "/query?q=a%26b%3Dc+d%25&list=1,2&empty=&flag&u=%C3%A4");
    assert_string_equal(heard.body, "q=a%26b%3Dc%20d%25&list=1,2&empty=&flag&u=%C3%A4");
    assert_string_equal(get("localhost", served.port, "/query").body, "");
    assert_string_equal(get("localhost", served.port, "/a%20path/with%3Fmark?x").body, "no /a%20path/with%3Fmark");
}

static void refusals_are_replies_too(void **state)
{
    (void)state;
    struct heard heard = get("localhost", served.port, "/nothing");
    assert_int_equal(heard.status, 404);
    assert_string_equal(heard.body, "no /nothing");
    assert_int_equal(get("localhost", served.port, "/busy").status, 503);
    assert_int_equal(get("localhost", served.port, "/unanswered").status, 404);
}

static void empty_and_large_bodies_are_whole(void **state)
{
    (void)state;
    struct heard heard = get("localhost", served.port, "/empty");
    assert_int_equal(heard.status, 200);
    assert_int_equal(heard.length, 0);
    assert_true(get("localhost", served.port, "/large").large_is_right);
}

static void a_body_beyond_the_cap_is_no_reply(void **state)
{
    (void)state;
    struct heard heard = get("localhost", served.port, "/too-large");
    assert_int_equal(heard.status, 0);
    assert_int_equal(heard.length, 0);
    assert_string_equal(heard.reason, "the reply is longer than 16 MiB");
}

static void a_loop_may_have_a_smaller_cap(void **state)
{
    (void)state;
    char url[128];
    struct net_limits limits = net_limits_default;
    limits.message_cap = 128 * 1024;
    struct net_loop *loop = limited_loop(&clock_system, authority.ca_pem, &limits);
    (void)snprintf(url, sizeof url, "https://localhost:%u/large", served.port);
    assert_string_equal(get_in(loop, url, 0).reason, "the reply is longer than 128 KiB");
    (void)snprintf(url, sizeof url, "https://localhost:%u/empty", served.port);
    assert_int_equal(get_in(loop, url, 0).status, 200);
    net_loop_destroy(loop);
}

static void requests_run_side_by_side(void **state)
{
    (void)state;
    char url[128];
    (void)snprintf(url, sizeof url, "https://localhost:%u/large", served.port);
    struct net_loop *loop = client_loop(&clock_system, authority.ca_pem);
    struct heard heard[8] = {0};
    for (unsigned n = 0; n < 8; n++) assert_non_null(http_get(loop, url, 0, on_reply, &heard[n], NULL, 0));
    for (unsigned n = 0; n < 8; n++) serve_until(loop, &heard[n].done);
    for (unsigned n = 0; n < 8; n++) assert_true(heard[n].large_is_right && heard[n].calls == 1);
    net_loop_destroy(loop);
}

static void certificates_are_verified(void **state)
{
    (void)state;
    struct heard heard = get("wrong.test", served.port, "/empty");
    assert_int_equal(heard.status, 0);
    assert_string_equal(heard.reason, "host name mismatch: the certificate is for another host");
    heard = get(NAMES_ELSEWHERE, served.port, "/empty");
    assert_int_equal(heard.status, 0);
    assert_string_equal(heard.reason, "host name mismatch: the certificate is for another host");
    assert_int_equal(get("127.0.0.1", served.port, "/busy").status, 503);

    struct tls_authority stranger;
    assert_true(tls_authority_create(&stranger));
    char url[128];
    (void)snprintf(url, sizeof url, "https://localhost:%u/empty", served.port);
    struct net_loop *loop = client_loop(&clock_system, stranger.ca_pem);
    heard = get_in(loop, url, 0);
    assert_int_equal(heard.status, 0);
    assert_non_null(strstr(heard.reason, "certificate"));
    net_loop_destroy(loop);
    tls_authority_free(&stranger);

    loop = client_loop(&clock_system, NULL); /* the system's store */
    heard = get_in(loop, url, 0);
    assert_int_equal(heard.status, 0);
    assert_non_null(strstr(heard.reason, "certificate"));
    net_loop_destroy(loop);
}

static void what_cannot_be_reached_says_why(void **state)
{
    (void)state;
    assert_string_equal(get("localhost", free_port(), "/").reason, "connection refused");
    assert_string_equal(get("255.255.255.255", 443, "/").reason, "network unreachable");
    assert_string_equal(get("does-not-exist.invalid", 443, "/").reason,
                        "name resolution failed: Name or service not known");
}

static void a_name_that_hangs_times_out(void **state)
{
    (void)state;
    struct stamp stamp = {.mono = 1, .wall = 1};
    struct clock clock = clock_manual(&stamp);
    struct net_loop *loop = client_loop(&clock, NULL);
    struct heard heard = {0};
    assert_non_null(http_get(loop, "https://hang.test/", 0, on_reply, &heard, NULL, 0));
    assert_true(net_loop_service(loop));
    unsigned asked = atomic_load(&names_asked);
    while (atomic_load(&names_asked) == asked && !heard.done) {
        net_loop_wake(loop);
        assert_true(net_loop_service(loop));
        clock_manual_advance(&stamp, SECOND);
    }
    while (!heard.done) {
        net_loop_wake(loop);
        assert_true(net_loop_service(loop));
        clock_manual_advance(&stamp, SECOND);
    }
    assert_string_equal(heard.reason, "name resolution timed out");
    net_loop_destroy(loop);
    names_release();
}

static void a_cancelled_request_is_not_answered(void **state)
{
    (void)state;
    char url[128];
    (void)snprintf(url, sizeof url, "https://localhost:%u/empty", served.port);
    struct net_loop *loop = client_loop(&clock_system, authority.ca_pem);
    struct heard at_once = {0}, under_way = {0};
    http_cancel(http_get(loop, url, 0, on_reply, &at_once, NULL, 0));
    struct http_request *request = http_get(loop, url, 0, on_reply, &under_way, NULL, 0);
    assert_true(net_loop_service(loop));
    assert_true(net_loop_service(loop));
    http_cancel(request);
    (void)get_in(loop, url, 0);
    assert_int_equal(at_once.calls, 0);
    assert_int_equal(under_way.calls, 0);
    net_loop_destroy(loop);
}

static void the_end_of_the_loop_answers_what_is_open(void **state)
{
    (void)state;
    struct net_loop *loop = client_loop(&clock_system, authority.ca_pem);
    struct heard heard = {0};
    assert_non_null(http_get(loop, "https://localhost:1/", 0, on_reply, &heard, NULL, 0));
    net_loop_destroy(loop);
    assert_int_equal(heard.calls, 1);
    assert_int_equal(heard.status, 0);
    assert_string_equal(heard.reason, "the network loop ends");
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "localhost",
        "wss://localhost/",
        "https://",
        "https:///path",
        "https://[::1]/",
        "https://user@localhost/",
        "https://local host/",
        "https://localhost:0/",
        "https://localhost:65536/",
        "https://localhost:/",
        "https://localhost:44x/",
        "https://localhost/with space",
        "https://localhost/a\r\nX: y",
        "https://localhost/\xc3\xa4",
        "https://localhost/#fragment",
        "http://example.org/",
        "http://127.0.0.1.example.org/",
    };
    struct net_loop *loop = client_loop(&clock_system, NULL);
    for (unsigned n = 0; n < sizeof bad / sizeof bad[0]; n++) {
        char error[128] = "";
        assert_null(http_get(loop, bad[n], 0, on_reply, NULL, error, sizeof error));
        assert_true(strlen(error) > 0);
    }
    char url[3000];
    memset(url, 'a', sizeof url);
    memcpy(url, "https://localhost/", 18);
    url[sizeof url - 1] = '\0';
    assert_null(http_get(loop, url, 0, on_reply, NULL, NULL, 0));
    net_loop_destroy(loop);
}

/* --- raw peers --- */

static void say(int connection, unsigned number, void *context)
{
    char head[4096];
    (void)number;
    if (!raw_read_head(connection, head, sizeof head)) return;
    raw_write(connection, context, strlen(context));
}

static struct heard get_raw(const char *answer)
{
    char text[8192];
    text_copy(text_from(answer), text, sizeof text);
    struct raw_peer peer = {.script = say, .context = text};
    raw_start(&peer);
    char url[128];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer.port);
    struct net_loop *loop = client_loop(&clock_system, NULL);
    struct heard heard = get_in(loop, url, 0);
    net_loop_destroy(loop);
    raw_stop(&peer);
    return heard;
}

static void foreign_replies_are_understood(void **state)
{
    (void)state;
    struct heard heard = get_raw("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno");
    assert_int_equal(heard.status, 429);
    assert_int_equal(heard.retry_after, 7 * SECOND);
    assert_string_equal(heard.body, "no");
    heard = get_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_int_equal(heard.status, 200);
    assert_string_equal(heard.body, "abcde");
    heard = get_raw("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    assert_int_equal(heard.status, 200);
    assert_string_equal(heard.body, "until the end");
    heard = get_raw("HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(heard.status, 302); /* not followed */
}

static void a_cut_reply_is_no_reply(void **state)
{
    (void)state;
    static const char *const cut[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200",
        "",
    };
    for (unsigned n = 0; n < sizeof cut / sizeof cut[0]; n++) {
        struct heard heard = get_raw(cut[n]);
        assert_int_equal(heard.calls, 1);
        assert_int_equal(heard.status, 0);
        assert_non_null(strstr(heard.reason, "cut"));
    }
}

static void nonsense_is_no_reply(void **state)
{
    (void)state;
    static const char *const nonsense[] = {
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    };
    for (unsigned n = 0; n < sizeof nonsense / sizeof nonsense[0]; n++) {
        struct heard heard = get_raw(nonsense[n]);
        assert_int_equal(heard.calls, 1);
        assert_int_equal(heard.status, 0);
        assert_true(strlen(heard.reason) > 0);
    }
}

static void never_answer(int connection, unsigned number, void *context)
{
    (void)number, (void)context;
    raw_drain(connection);
}

static void a_peer_that_never_answers_times_out(void **state)
{
    (void)state;
    struct raw_peer peer = {.script = never_answer};
    raw_start(&peer);
    char url[128];
    struct net_loop *loop = client_loop(&clock_system, NULL);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer.port);
    struct heard heard = get_in(loop, url, 300 * NANOSECONDS_PER_MILLISECOND);
    assert_string_equal(heard.reason, "no reply within 300 ms");
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%u/", peer.port);
    heard = get_in(loop, url, 300 * NANOSECONDS_PER_MILLISECOND);
    assert_string_equal(heard.reason, "TLS handshake not done within 300 ms");
    net_loop_destroy(loop);
    struct net_limits limits = net_limits_default;
    limits.reply = 250 * NANOSECONDS_PER_MILLISECOND;
    loop = limited_loop(&clock_system, NULL, &limits);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer.port);
    assert_string_equal(get_in(loop, url, 0).reason, "no reply within 250 ms");
    net_loop_destroy(loop);
    raw_stop(&peer);
}

static int group_setup(void **state)
{
    (void)state;
    large = malloc(BODY_CAP + 1);
    assert_non_null(large);
    for (size_t n = 0; n <= BODY_CAP; n++) large[n] = (char)('a' + n % 23);
    trusted_start((struct server_handlers){.request = on_request});
    return 0;
}

static int group_teardown(void **state)
{
    trusted_stop(state);
    free(large);
    return 0;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_reply_comes_with_status_body_and_stamp),
    cmocka_unit_test(a_query_arrives_as_it_was_meant),
    cmocka_unit_test(refusals_are_replies_too),
    cmocka_unit_test(empty_and_large_bodies_are_whole),
    cmocka_unit_test(a_body_beyond_the_cap_is_no_reply),
    cmocka_unit_test(a_loop_may_have_a_smaller_cap),
    cmocka_unit_test(requests_run_side_by_side),
    cmocka_unit_test(certificates_are_verified),
    cmocka_unit_test(what_cannot_be_reached_says_why),
    cmocka_unit_test(a_name_that_hangs_times_out),
    cmocka_unit_test(a_cancelled_request_is_not_answered),
    cmocka_unit_test(the_end_of_the_loop_answers_what_is_open),
    cmocka_unit_test(what_is_no_address_is_refused),
    cmocka_unit_test(foreign_replies_are_understood),
    cmocka_unit_test(a_cut_reply_is_no_reply),
    cmocka_unit_test(nonsense_is_no_reply),
    cmocka_unit_test(a_peer_that_never_answers_times_out),
};

TEST_MAIN(tests, group_setup, group_teardown)
