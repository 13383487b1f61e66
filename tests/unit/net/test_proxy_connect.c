/* Connections through a proxy: a real one in front of our server, and ones that refuse, stall and talk nonsense. */
#include <poll.h>
#include <libwebsockets.h>

#include "client.h"
#include "names.h"

#include "booktop/net/http.h"
#include "booktop/net/proxy.h"

/* Base64 of "ann:CANARY-4711". */
#define CANARY       "CANARY-4711"
#define CANARY_TOKEN "YW5uOkNBTkFSWS00NzEx"

/* The venue: a name that no resolver here knows, and a certificate for it. */
#define VENUE "other.example"

static struct tls_authority authority;
static struct tls_certificate certificate;
static struct tls_authority shown; /* borrows of both */
static struct served served;

/* --- the venue --- */

static void on_request(void *context, struct server_request *request, struct text path, struct text query)
{
    (void)context, (void)path, (void)query;
    server_reply(request, 200, "text/plain", TEXT("here"));
}

static bool on_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context, (void)path;
    return server_send(peer, TEXT("welcome"));
}

static void on_message(void *context, struct server_peer *peer, struct text message)
{
    (void)context, (void)server_send(peer, message);
}

static void on_closed(void *context, struct server_peer *peer)
{
    (void)context, (void)peer;
}

/* --- the proxy --- */

struct middle {
    const char *answer; /* NULL: it opens the way */
    bool bytewise;      /* its answer comes in single bytes */
    bool silent, hangs_up;
    struct raw_peer peer;
    atomic_uint asked;
    char head[2048]; /* of the last question; to be read when `asked` counts it */
};

static bool pass_on(int from, int to)
{
    char bytes[4096];
    ssize_t got = recv(from, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    raw_write(to, bytes, (size_t)got);
    return true;
}

static void relay(int client, int server)
{
    struct pollfd ends[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    while (poll(ends, 2, -1) > 0) {
        if (ends[0].revents && !pass_on(client, server)) return;
        if (ends[1].revents && !pass_on(server, client)) return;
    }
}

static void answer_write(const struct middle *middle, int client, const char *answer)
{
    size_t length = strlen(answer);
    if (!middle->bytewise) raw_write(client, answer, length);
    for (size_t n = 0; middle->bytewise && n < length; n++) raw_write(client, answer + n, 1);
}

static void way_open(const struct middle *middle, int client)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)served.port)};
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(server, (struct sockaddr *)&address, sizeof address) == 0) {
        answer_write(middle, client, "HTTP/1.1 200 Connection established\r\nVia: here\r\n\r\n");
        relay(client, server);
    }
    (void)close(server);
}

static void middle_follow(int connection, unsigned number, void *context)
{
    (void)number;
    struct middle *middle = context;
    if (!raw_read_head(connection, middle->head, sizeof middle->head)) return;
    atomic_fetch_add(&middle->asked, 1);
    if (middle->hangs_up) return;
    if (middle->silent)
        raw_drain(connection);
    else if (middle->answer)
        answer_write(middle, connection, middle->answer);
    else
        way_open(middle, connection);
}

static void middle_start(struct middle *middle)
{
    middle->peer.script = middle_follow;
    middle->peer.context = middle;
    raw_start(&middle->peer);
}

/* --- the client --- */

static struct net_loop *proxied_loop(const char *host, unsigned port, const char *direct)
{
    char address[128], error[128] = "";
    struct proxy proxy;
    (void)snprintf(address, sizeof address, "http://ann:" CANARY "@%s:%u", host, port);
    assert_true(proxy_parse(&proxy, address, direct, NULL, 0));
    manual = clock_manual(&stamp);
    struct net_loop_options options = {.clock = &manual, .ca_pem = text_from(authority.ca_pem), .proxy = &proxy};
    struct net_loop *loop = net_loop_create(&options, error, sizeof error);
    if (!loop) fail_msg("no loop: %s", error);
    proxy_forget(&proxy); /* it was copied */
    return loop;
}

struct heard {
    bool done;
    int status;
    char body[64], reason[HTTP_REASON_SIZE];
};

static void on_reply(void *context, struct stamp when, const struct http_reply *reply)
{
    (void)when;
    struct heard *heard = context;
    heard->done = true;
    heard->status = reply->status;
    text_copy(reply->body, heard->body, sizeof heard->body);
    text_copy(text_from(reply->reason), heard->reason, sizeof heard->reason);
}

static struct heard get(struct net_loop *loop, const char *host)
{
    char url[128];
    struct heard heard = {0};
    (void)snprintf(url, sizeof url, "https://%s:%u/", host, served.port);
    assert_non_null(http_get(loop, url, 0, on_reply, &heard, NULL, 0));
    serve_until(loop, &heard.done);
    return heard;
}

/* --- the tests --- */

static void the_way_to_the_venue_leads_through_it(void **state)
{
    (void)state;
    struct middle middle = {0};
    char expected[256];
    middle_start(&middle);
    unsigned asked = atomic_load(&names_asked);
    struct net_loop *loop = proxied_loop("proxy.test", middle.peer.port, NULL);
    struct client client = {.greeting = "hello"};
    client_open(&client, loop, "wss", VENUE, served.port, "/ws");
    until_messages(&client, 2);
    assert_string_equal(client.last, "hello");
    assert_string_equal(client.steps, "RCHO");
    assert_int_equal(atomic_load(&names_asked), asked + 1); /* the proxy's, and not the venue's */
    (void)snprintf(expected, sizeof expected,
                   "CONNECT " VENUE ":%u HTTP/1.1\r\nHost: " VENUE ":%u\r\nUser-Agent: booktop\r\n"
                   "Proxy-Authorization: Basic " CANARY_TOKEN "\r\n\r\n",
                   served.port, served.port);
    assert_string_equal(middle.head, expected);
    websocket_close(client.websocket);
    net_loop_destroy(loop);
    raw_stop(&middle.peer);
}

static void requests_go_the_same_way(void **state)
{
    (void)state;
    struct middle middle = {.bytewise = true};
    middle_start(&middle);
    struct net_loop *loop = proxied_loop("127.0.0.1", middle.peer.port, NULL);
    for (unsigned n = 1; n <= 3; n++) {
        struct heard heard = get(loop, VENUE);
        if (heard.status != 200) fail_msg("%s", heard.reason);
        assert_string_equal(heard.body, "here");
        assert_int_equal(atomic_load(&middle.asked), n);
    }
    net_loop_destroy(loop);
    raw_stop(&middle.peer);
}

static void certificates_are_for_the_venue(void **state)
{
    (void)state;
    struct middle middle = {0};
    middle_start(&middle);
    struct net_loop *loop = proxied_loop("127.0.0.1", middle.peer.port, NULL);
    struct heard heard = get(loop, "venue.example");
    assert_int_equal(heard.status, 0);
    assert_string_equal(heard.reason, "host name mismatch: the certificate is for another host");
    net_loop_destroy(loop);
    raw_stop(&middle.peer);
}

static void who_is_named_is_reached_directly(void **state)
{
    (void)state;
    struct middle middle = {0};
    middle_start(&middle);
    (void)setenv("http_proxy", "http://127.0.0.1:1", 1); /* what libwebsockets would read by itself */
    struct net_loop *loop = proxied_loop("127.0.0.1", middle.peer.port, "a.example, wrong.test");
    static const char *const hosts[] = {"localhost", "wrong.test"};
    for (unsigned n = 0; n < 2; n++)
        assert_string_equal(get(loop, hosts[n]).reason, "host name mismatch: the certificate is for another host");
    assert_int_equal(atomic_load(&middle.asked), 0);
    (void)unsetenv("http_proxy");
    net_loop_destroy(loop);
    raw_stop(&middle.peer);
}

/* Plays one attempt; `words` stand behind "the proxy (127.0.0.1:PORT)". */
static void expect_refusal(struct middle *middle, const char *words, int status)
{
    char expected[WEBSOCKET_REASON_SIZE];
    middle_start(middle);
    struct net_loop *loop = proxied_loop("127.0.0.1", middle->peer.port, NULL);
    struct client client = {0};
    client_open(&client, loop, "wss", VENUE, served.port, "/ws");
    until_downs(&client, 1);
    (void)snprintf(expected, sizeof expected, "the proxy (127.0.0.1:%u) %s", middle->peer.port, words);
    assert_string_equal(client.status.reason, expected);
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_PROXY);
    assert_int_equal(client.status.http_status, status);
    websocket_close(client.websocket);
    assert_string_equal(get(loop, VENUE).reason, expected);
    net_loop_destroy(loop);
    raw_stop(&middle->peer);
}

static void a_proxy_that_refuses_says_why(void **state)
{
    (void)state;
    static char endless[32768];
    memset(endless, 'x', sizeof endless - 1);
    memcpy(endless, "HTTP/1.1 200 ", 13);
    const struct {
        const char *answer, *words;
        int status;
    } cases[] = {
        {"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n<html>",
         "refuses: HTTP 407 Proxy Authentication Required", 407},
        {"HTTP/1.0 403 \x1b[2Jno\r\n\r\n", "refuses: HTTP 403 Forbidden", 403},
        {"HTTP/1.1 502\r\n\r\n", "refuses: HTTP 502 Bad Gateway", 502},
        {"HTTP/1.1 599 Odd\r\n\r\n", "refuses: HTTP 599", 599},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 x\r\n\r\n", "refuses: HTTP 503 Service Unavailable", 503},
        {"HTTP/1.1 302 Found\r\nLocation: https://login.corp/\r\n\r\n", "refuses: HTTP 302 Found", 302},
        {"HTTP/1.1 20\r\n\r\n", "does not answer as an HTTP proxy", 0},
        {"HTTP/1.1 2000 OK\r\n\r\n", "does not answer as an HTTP proxy", 0},
        {"HTTP/1.1 099 OK\r\n\r\n", "does not answer as an HTTP proxy", 0},
        {"SSH-2.0-OpenSSH_9.2\r\n", "does not answer as an HTTP proxy", 0},
        {"\x15\x03\x01\x00\x02\x02\x46", "does not answer as an HTTP proxy", 0},
        {endless, "does not answer as an HTTP proxy", 0},
        {"HTTP/1.1 200 OK\r\nVia: x\r\n", "hung up without an answer", 0},
        {"", "hung up without an answer", 0},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct middle middle = {.answer = cases[n].answer, .bytewise = n % 2 == 1};
        expect_refusal(&middle, cases[n].words, cases[n].status);
    }
    struct middle middle = {.hangs_up = true};
    expect_refusal(&middle, "hung up without an answer", 0);
}

static void a_proxy_that_is_silent_is_given_up(void **state)
{
    (void)state;
    struct middle middle = {.silent = true};
    char expected[WEBSOCKET_REASON_SIZE];
    middle_start(&middle);
    struct net_loop *loop = proxied_loop("127.0.0.1", middle.peer.port, NULL);
    struct client client = {.close_when_down = true};
    client_open(&client, loop, "wss", VENUE, served.port, "/ws");
    while (!atomic_load(&middle.asked)) client_pass(&client, 0);
    client_pass(&client, net_limits_default.dial - 1);
    assert_int_equal(client.downs, 0);
    client_pass(&client, 1);
    assert_int_equal(client.downs, 1);
    (void)snprintf(expected, sizeof expected, "the proxy (127.0.0.1:%u) does not answer within 5 s", middle.peer.port);
    assert_string_equal(client.status.reason, expected);
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_PROXY);
    net_loop_destroy(loop);
    raw_stop(&middle.peer);
}

static void a_proxy_that_is_not_there_is_named(void **state)
{
    (void)state;
    char expected[WEBSOCKET_REASON_SIZE];
    unsigned port = free_port();
    struct net_loop *loop = proxied_loop("127.0.0.1", port, NULL);
    (void)snprintf(expected, sizeof expected, "the proxy (127.0.0.1:%u): connection refused", port);
    assert_string_equal(get(loop, VENUE).reason, expected);
    net_loop_destroy(loop);
    loop = proxied_loop("no-proxy.invalid", 3128, NULL);
    assert_string_equal(get(loop, VENUE).reason,
                        "the proxy (no-proxy.invalid:3128): name resolution failed: Name or service not known");
    net_loop_destroy(loop);
}

/* --- the password --- */

static char said[1 << 20]; /* all that libwebsockets says, at every level */
static size_t said_length;
static pthread_mutex_t hearing = PTHREAD_MUTEX_INITIALIZER; /* who wakes a loop may speak, too */

static void hear(int level, const char *line)
{
    (void)level;
    size_t length = strlen(line);
    (void)pthread_mutex_lock(&hearing);
    if (length < sizeof said - said_length) {
        memcpy(said + said_length, line, length + 1);
        said_length += length;
    }
    (void)pthread_mutex_unlock(&hearing);
}

/* libwebsockets writes its lines into one buffer, whichever loop speaks: there is to be one alone. So the venue's is
 * stopped, and the way to it leads to a hangup: after the proxy has heard all that is secret. */
static void the_password_is_said_to_nobody(void **state)
{
    (void)state;
    served_stop(&served);
    struct middle middle = {0};
    middle_start(&middle);
    lws_set_log_level(0x7fffffff, hear);
    struct net_loop *loop = proxied_loop("proxy.test", middle.peer.port, NULL);
    for (unsigned n = 0; n < 3; n++) assert_int_equal(get(loop, VENUE).status, 0);
    net_loop_destroy(loop);
    a_proxy_that_refuses_says_why(NULL);
    a_proxy_that_is_not_there_is_named(NULL);
    net_start();
    assert_int_equal(atomic_load(&middle.asked), 3);
    raw_stop(&middle.peer);
    served_start(&served);
    assert_true(said_length > 1000);
    assert_null(strstr(said, CANARY));
    assert_null(strstr(said, CANARY_TOKEN));
    assert_null(strstr(said, "ann:"));
}

static int group_setup(void **state)
{
    (void)state;
    assert_true(tls_authority_create(&authority));
    assert_true(tls_certificate_create(&certificate, &authority, TLS_OTHER_HOST));
    shown = (struct tls_authority){
        .ca_pem = authority.ca_pem, .certificate_pem = certificate.pem, .key_pem = certificate.key_pem};
    served.authority = &shown;
    served.handlers = (struct server_handlers){on_request, on_open, NULL, on_message, on_closed};
    served_start(&served);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    served_stop(&served);
    tls_certificate_free(&certificate);
    tls_authority_free(&authority);
    return 0;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_way_to_the_venue_leads_through_it), cmocka_unit_test(requests_go_the_same_way),
    cmocka_unit_test(certificates_are_for_the_venue),        cmocka_unit_test(who_is_named_is_reached_directly),
    cmocka_unit_test(a_proxy_that_refuses_says_why),         cmocka_unit_test(a_proxy_that_is_silent_is_given_up),
    cmocka_unit_test(a_proxy_that_is_not_there_is_named),    cmocka_unit_test(the_password_is_said_to_nobody),
};

TEST_MAIN(tests, group_setup, group_teardown)
