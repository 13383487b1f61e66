/* A server without TLS, in the loop of a client: the page of measurements. */
#include "server_scene.h"

#include "client.h"

#define PLAIN_MOST 32

static struct tls_authority authority;
static struct net_loop *loop;
static struct server *server;
static atomic_uint requests;

static void on_request(void *context, struct server_request *request, struct text path, struct text query)
{
    static char big[200000];
    (void)context, (void)query;
    atomic_fetch_add(&requests, 1);
    memset(big, 'm', sizeof big);
    if (text_is(path, "/metrics")) server_reply(request, 200, "text/plain; version=0.0.4", TEXT("booktop_up 1\n"));
    if (text_is(path, "/big")) server_reply(request, 200, "text/plain", (struct text){big, sizeof big});
}

static bool on_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context, (void)peer, (void)path;
    fail_msg("nobody opens a WebSocket here");
    return true;
}

static struct server *start(const char *address, unsigned port, char *error, size_t error_size)
{
    struct server_options options = {
        .address = address, .port = port, .handlers = {.request = on_request, .open = on_open}};
    return server_start(loop, &options, error, error_size);
}

static int setup(void **state)
{
    (void)state;
    char error[128] = "";
    loop = client_loop(&clock_system, authority.ca_pem);
    server = start(NULL, 0, error, sizeof error);
    assert_non_null(server);
    assert_string_equal(error, "");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    net_loop_destroy(loop);
    return 0;
}

/* --- what asks, in a thread of its own, while the test's serves the loop --- */

struct asking {
    void (*ask)(struct asking *asking);
    const char *words;
    unsigned port;
    char answer[1024];
    size_t length;
    unsigned refused;
    atomic_bool done;
    pthread_t thread;
};

static void *asking_run(void *argument)
{
    struct asking *asking = argument;
    asking->ask(asking);
    atomic_store(&asking->done, true);
    net_loop_wake(loop);
    return NULL;
}

static void serve(struct asking *asking)
{
    asking->port = server_port(server);
    atomic_init(&asking->done, false);
    assert_int_equal(pthread_create(&asking->thread, NULL, asking_run, asking), 0);
    while (!atomic_load(&asking->done)) assert_true(net_loop_service(loop));
    assert_int_equal(pthread_join(asking->thread, NULL), 0);
}

/* Writes `words`, and reads until the server hangs up. */
static void ask_raw(struct asking *asking)
{
    int connection = loopback_connect(asking->port);
    raw_write(connection, asking->words, strlen(asking->words));
    for (ssize_t got; asking->length + 1 < sizeof asking->answer; asking->length += (size_t)got) {
        got = recv(connection, asking->answer + asking->length, sizeof asking->answer - 1 - asking->length, 0);
        if (got <= 0) break;
    }
    (void)close(connection);
}

static void ask_curl(struct asking *asking)
{
    char command[256];
    (void)snprintf(command, sizeof command, "curl -sS --noproxy '*' --max-time 30 %s", asking->words);
    char *port = strstr(command, "PORT");
    if (port) {
        char tail[128];
        (void)snprintf(tail, sizeof tail, "%s", port + 4);
        (void)snprintf(port, sizeof command - (size_t)(port - command), "%u%s", asking->port, tail);
    }
    FILE *pipe = popen(command, "re");
    asking->length = fread(asking->answer, 1, sizeof asking->answer - 1, pipe);
    (void)pclose(pipe);
}

static void curl_reads_the_page(void **state)
{
    (void)state;
    if (system("curl --version >/dev/null 2>&1") != 0) {
        print_message("skipped: no curl\n");
        skip();
    }
    struct asking page = {.ask = ask_curl, .words = "-w '%{http_code} %{content_type}' http://127.0.0.1:PORT/metrics"};
    serve(&page);
    assert_string_equal(page.answer, "booktop_up 1\n200 text/plain; version=0.0.4");
    struct asking other = {.ask = ask_curl, .words = "-w '%{http_code}' -o /dev/null http://127.0.0.1:PORT/other"};
    serve(&other);
    assert_string_equal(other.answer, "404");
    struct asking big = {.ask = ask_curl, .words = "-w '%{size_download}' -o /dev/null http://127.0.0.1:PORT/big"};
    serve(&big);
    assert_string_equal(big.answer, "200000");
    struct asking post = {.ask = ask_curl, .words = "-w '%{http_code}' -d x -o /dev/null http://127.0.0.1:PORT/"};
    serve(&post);
    assert_string_equal(post.answer, "405");
}

static void two_requests_go_over_one_connection(void **state)
{
    (void)state;
    unsigned before = atomic_load(&requests);
    struct asking asking = {.ask = ask_raw,
                            .words = "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n"
                                     "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"};
    serve(&asking);
    assert_int_equal(atomic_load(&requests), before + 2);
    assert_int_equal(server_accepted(server), 1);
    assert_int_equal(server_asked(server), 1); /* as a connection */
    const char *first = strstr(asking.answer, "booktop_up 1\n");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "booktop_up 1\n"));
}

static void there_is_no_websocket_without_tls(void **state)
{
    (void)state;
    struct asking asking = {.ask = ask_raw, .words = "GET /metrics HTTP/1.1\r\nHost: h\r\n" UPGRADE "\r\n"};
    serve(&asking);
    assert_non_null(strstr(asking.answer, " 404 "));
    assert_null(strstr(asking.answer, "101 Switching"));
}

static void what_is_no_http_is_hung_up_on(void **state)
{
    (void)state;
    struct asking asking = {.ask = ask_raw, .words = "\x16\x03\x01 what is this\r\n\r\n"};
    serve(&asking);
    assert_null(strstr(asking.answer, "booktop_up"));
    struct asking sound = {.ask = ask_raw, .words = "GET /metrics HTTP/1.0\r\n\r\n"};
    serve(&sound);
    assert_non_null(strstr(sound.answer, "booktop_up 1\n"));
}

/* Takes all the places, sees that nobody else gets in, and that a place that is free again is given away. */
static void ask_crowd(struct asking *asking)
{
    static const char request[] = "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n";
    int crowd[PLAIN_MOST];
    char byte;
    for (unsigned n = 0; n < PLAIN_MOST; n++) {
        crowd[n] = loopback_connect(asking->port);
        raw_write(crowd[n], request, sizeof request - 1);
        assert_int_equal(recv(crowd[n], &byte, 1, 0), 1);
    }
    int late = loopback_connect(asking->port);
    if (recv(late, &byte, 1, 0) <= 0) asking->refused++;
    (void)close(late);
    for (unsigned n = 0; n < PLAIN_MOST; n++) {
        (void)shutdown(crowd[n], SHUT_WR);
        raw_drain(crowd[n]); /* the server has closed it */
        (void)close(crowd[n]);
    }
    ask_raw(asking);
}

static void a_crowd_is_kept_out(void **state)
{
    (void)state;
    struct asking asking = {.ask = ask_crowd, .words = "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"};
    serve(&asking);
    assert_int_equal(asking.refused, 1);
    assert_non_null(strstr(asking.answer, "booktop_up 1\n"));
    assert_int_equal(server_accepted(server), PLAIN_MOST + 1);
}

static bool echo_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context, (void)path;
    return server_send(peer, TEXT("hello"));
}

static void a_client_and_the_page_share_a_loop(void **state)
{
    (void)state;
    struct served venue = {.authority = &authority, .handlers = {.open = echo_open}};
    served_start(&venue);
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", venue.port, "/");
    until_messages(&client, 1);
    struct asking asking = {.ask = ask_raw, .words = "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"};
    serve(&asking);
    assert_non_null(strstr(asking.answer, "booktop_up 1\n"));
    assert_string_equal(client.steps, "RCHO");
    websocket_reconnect(client.websocket, "once more");
    until_messages(&client, 2);
    websocket_close(client.websocket); /* the loop lives longer than the client */
    served_stop(&venue);
}

static void an_address_that_cannot_be_is_refused(void **state)
{
    (void)state;
    char error[256] = "";
    assert_null(start("localhost", 0, error, sizeof error));
    assert_string_equal(error, "cannot serve on localhost: it is no numeric address");
    assert_null(start("192.0.2.1", 0, error, sizeof error));
    assert_string_equal(error,
                        "cannot serve on 192.0.2.1:0: the port is taken, or the address is none of this machine");
    int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(bind(taken, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(taken, 1), 0);
    assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &size), 0);
    assert_null(start("127.0.0.1", ntohs(address.sin_port), error, sizeof error));
    (void)close(taken);
    struct asking asking = {.ask = ask_raw, .words = "GET /metrics HTTP/1.0\r\n\r\n"};
    serve(&asking);
    assert_non_null(strstr(asking.answer, "booktop_up 1\n"));
}

static void it_serves_on_other_addresses_too(void **state)
{
    (void)state;
    char error[256] = "";
    server = start("0.0.0.0", 0, error, sizeof error);
    assert_non_null(server);
    struct asking asking = {.ask = ask_raw, .words = "GET /metrics HTTP/1.0\r\n\r\n"};
    serve(&asking);
    assert_non_null(strstr(asking.answer, "booktop_up 1\n"));
    struct server *six = start("::1", 0, error, sizeof error);
    if (!six) {
        print_message("no IPv6 here: %s\n", error);
        return;
    }
    server = six;
    struct asking curl = {.ask = ask_curl, .words = "'http://[::1]:PORT/metrics'"};
    serve(&curl);
    assert_string_equal(curl.answer, "booktop_up 1\n");
}

static int group_setup(void **state)
{
    (void)state;
    alarm(PATIENCE_SECONDS);
    net_start();
    return tls_authority_create(&authority) ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    tls_authority_free(&authority);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(curl_reads_the_page),
        TEST(two_requests_go_over_one_connection),
        TEST(there_is_no_websocket_without_tls),
        TEST(what_is_no_http_is_hung_up_on),
        TEST(a_crowd_is_kept_out),
        TEST(a_client_and_the_page_share_a_loop),
        TEST(an_address_that_cannot_be_is_refused),
        TEST(it_serves_on_other_addresses_too),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
