/* Requests and upgrades that are refused, put off, or never answered; and certificates that are not what they should
 * be. "/say/..." on an open connection tells the server's thread what to do. */
#include "server_scene.h"

#include "client.h"

#define PADDING 65536

static struct tls_authority authority;
static struct tls_certificate flawed[TLS_FLAW_COUNT];
static struct served served;
static struct server *server; /* its own thread's */

static int on_admit(void *context, struct server_request *request, struct text path, struct server_refusal *refusal)
{
    (void)context, (void)request;
    assert(!refusal->body && !refusal->retry_after && !refusal->location && !refusal->padding);
    if (text_is(path, "/silent")) return SERVER_SILENT;
    if (text_is(path, "/padding")) refusal->padding = PADDING;
    if (text_is(path, "/endless")) refusal->padding = (size_t)1 << 30;
    if (text_is(path, "/little")) refusal->padding = 100;
    if (text_is(path, "/elsewhere")) refusal->location = "https://other.example/stream";
    if (text_is(path, "/later")) refusal->retry_after = "7";
    if (text_is(path, "/open")) return 0;
    refusal->body = "no\n";
    return text_is(path, "/elsewhere") ? 302 : 429;
}

static bool on_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context, (void)peer, (void)path;
    return true;
}

static void on_request(void *context, struct server_request *request, struct text path, struct text query)
{
    (void)context, (void)query;
    if (text_is(path, "/later")) server_reply_later(request, 429, "5");
    if (text_is(path, "/soon")) server_reply_later(request, 503, NULL);
    if (text_is(path, "/never")) server_ignore(request);
    server_reply(request, 200, "text/plain", TEXT("well"));
}

/* "show N", where N is a flaw, or one past them for two that do not fit; "accepted". */
static void on_message(void *context, struct server_peer *peer, struct text message)
{
    (void)context;
    char words[32];
    if (text_starts_with(message, TEXT("show "))) {
        unsigned flaw = (unsigned)(message.at[5] - '0');
        bool shown = flaw < TLS_FLAW_COUNT ? server_show(server, flawed[flaw].pem, flawed[flaw].key_pem)
                                           : server_show(server, flawed[TLS_SOUND].pem, flawed[TLS_EXPIRED].key_pem) ||
                                                 server_show(server, "none", "none");
        (void)server_send(peer, text_from(shown ? "shown" : "not shown"));
        return;
    }
    (void)snprintf(words, sizeof words, "%u", (unsigned)server_accepted(server));
    (void)server_send(peer, text_from(words));
}

static struct raw_tls master;

static void order(const char *words, char answer[126])
{
    raw_tls_say(&master, words);
    assert_int_equal(raw_tls_hear(&master, answer), 0x81);
}

static unsigned accepted(void)
{
    char answer[126];
    order("accepted", answer);
    return (unsigned)strtoul(answer, NULL, 10);
}

/* All that the server answers until it hangs up. */
static size_t refusal(const char *path, char *answer, size_t size)
{
    struct raw_tls peer;
    size_t length = 0;
    assert_int_equal(raw_tls_meet(&peer, served.port, authority.ca_pem), X509_V_OK);
    raw_tls_ask(&peer, path, UPGRADE);
    for (int got; (got = raw_tls_read(&peer, answer + length, size - 1 - length)) > 0;) length += (size_t)got;
    answer[length] = '\0';
    raw_tls_leave(&peer);
    return length;
}

static void a_refusal_says_when_and_where(void **state)
{
    (void)state;
    char answer[1024];
    (void)refusal("/later", answer, sizeof answer);
    assert_string_equal(answer, "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
                                "Connection: close\r\nRetry-After: 7\r\n\r\nno\n");
    (void)refusal("/elsewhere", answer, sizeof answer);
    assert_memory_equal(answer, "HTTP/1.1 302 ", 13);
    assert_non_null(strstr(answer, "\r\nLocation: https://other.example/stream\r\n\r\nno\n"));
    (void)refusal("/no", answer, sizeof answer);
    assert_null(strstr(answer, "Retry-After"));
    assert_null(strstr(answer, "Location"));
}

static void padding_is_as_long_as_it_was_wanted(void **state)
{
    (void)state;
    static char answer[3 * PADDING];
    size_t bare = refusal("/no", answer, sizeof answer);
    assert_int_equal(refusal("/little", answer, sizeof answer), bare + 100);
    assert_int_equal(refusal("/padding", answer, sizeof answer), bare + PADDING);
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\nno\n");
    assert_int_equal(refusal("/endless", answer, sizeof answer), bare + PADDING);
}

static void our_client_takes_no_endless_headers(void **state)
{
    (void)state;
    struct net_loop *loop = manual_loop(authority.ca_pem);
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", served.port, "/padding");
    until_downs(&client, 1);
    assert_int_equal(client.opens, 0);
    net_loop_destroy(loop);
}

/* Asks, and is sure that nothing comes while others are served. */
static void unanswered(const char *path, const char *headers)
{
    struct raw_tls peer;
    assert_int_equal(raw_tls_meet(&peer, served.port, authority.ca_pem), X509_V_OK);
    raw_tls_ask(&peer, path, headers);
    for (unsigned n = 0; n < 20; n++) (void)accepted();
    assert_true(raw_tls_is_quiet(&peer));
    raw_tls_leave(&peer);
}

static void an_upgrade_is_passed_over_in_silence(void **state)
{
    (void)state;
    unanswered("/silent", UPGRADE);
}

static void a_request_is_passed_over_in_silence(void **state)
{
    (void)state;
    unanswered("/never", "");
}

static void a_request_is_put_off(void **state)
{
    (void)state;
    char head[1024];
    struct raw_tls peer;
    assert_int_equal(raw_tls_meet(&peer, served.port, authority.ca_pem), X509_V_OK);
    raw_tls_ask(&peer, "/later", "");
    (void)raw_tls_head(&peer, head, sizeof head);
    assert_memory_equal(head, "HTTP/1.1 429 ", 13);
    assert_non_null(strcasestr(head, "\r\nretry-after: 5\r\n"));
    assert_non_null(strcasestr(head, "\r\ncontent-length: 0\r\n"));
    raw_tls_ask(&peer, "/soon", "");
    (void)raw_tls_head(&peer, head, sizeof head);
    assert_memory_equal(head, "HTTP/1.1 503 ", 13);
    assert_null(strcasestr(head, "retry-after"));
    raw_tls_leave(&peer);
}

static void whatever_certificate_is_shown_is_seen(void **state)
{
    (void)state;
    static const long verdicts[TLS_FLAW_COUNT] = {
        [TLS_SOUND] = X509_V_OK,
        [TLS_EXPIRED] = X509_V_ERR_CERT_HAS_EXPIRED,
        [TLS_FUTURE] = X509_V_ERR_CERT_NOT_YET_VALID,
        [TLS_OTHER_HOST] = X509_V_ERR_HOSTNAME_MISMATCH,
        [TLS_SELF_SIGNED] = X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
        [TLS_UNKNOWN] = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        [TLS_WEAK] = X509_V_ERR_EE_KEY_TOO_SMALL,
    };
    for (unsigned flaw = TLS_FLAW_COUNT; flaw-- > 0;) {
        char words[16];
        char answer[126];
        struct raw_tls peer;
        (void)snprintf(words, sizeof words, "show %u", flaw);
        order(words, answer);
        assert_string_equal(answer, "shown");
        unsigned before = accepted();
        assert_int_equal(raw_tls_meet(&peer, served.port, authority.ca_pem), verdicts[flaw]);
        raw_tls_leave(&peer);
        assert_int_equal(accepted(), before + 1);
    }
}

static void our_client_takes_no_flawed_certificate(void **state)
{
    (void)state;
    char answer[126];
    for (unsigned flaw = TLS_SOUND + 1; flaw < TLS_FLAW_COUNT; flaw++) {
        char words[16];
        (void)snprintf(words, sizeof words, "show %u", flaw);
        order(words, answer);
        struct net_loop *loop = manual_loop(authority.ca_pem);
        struct client client = {0};
        client_open(&client, loop, "wss", "localhost", served.port, "/open");
        until_downs(&client, 1);
        assert_int_equal(client.opens, 0);
        net_loop_destroy(loop);
    }
    order("show 0", answer);
    struct net_loop *loop = manual_loop(authority.ca_pem);
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", served.port, "/open");
    until_opens(&client, 1);
    net_loop_destroy(loop);
}

static void a_certificate_with_another_key_is_not_shown(void **state)
{
    (void)state;
    char answer[126];
    struct raw_tls peer;
    order("show 7", answer);
    assert_string_equal(answer, "not shown");
    assert_int_equal(raw_tls_meet(&peer, served.port, authority.ca_pem), X509_V_OK);
    raw_tls_leave(&peer);
}

/* As served_run, but with the server in reach of its handlers. */
static void *run(void *argument)
{
    char error[128] = "";
    (void)argument;
    struct net_loop_options loop_options = {.clock = &clock_system, .server = true};
    served.loop = net_loop_create(&loop_options, error, sizeof error);
    struct server_options options = {.authority = &authority, .handlers = served.handlers};
    server = served.loop ? server_start(served.loop, &options, error, sizeof error) : NULL;
    served.port = server ? server_port(server) : 0;
    (void)pthread_barrier_wait(&served.started);
    while (server && !atomic_load(&served.stop)) (void)net_loop_service(served.loop);
    return NULL;
}

static int group_setup(void **state)
{
    (void)state;
    alarm(PATIENCE_SECONDS);
    net_start();
    assert_true(tls_authority_create(&authority));
    for (unsigned flaw = 0; flaw < TLS_FLAW_COUNT; flaw++)
        assert_true(tls_certificate_create(&flawed[flaw], &authority, (enum tls_flaw)flaw));
    served.handlers = (struct server_handlers){on_request, on_open, on_admit, on_message, NULL};
    atomic_init(&served.stop, false);
    assert_int_equal(pthread_barrier_init(&served.started, NULL, 2), 0);
    assert_int_equal(pthread_create(&served.thread, NULL, run, NULL), 0);
    (void)pthread_barrier_wait(&served.started);
    assert_true(served.port > 0);
    raw_tls_open(&master, served.port, authority.ca_pem, "/open");
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    raw_tls_leave(&master);
    served_stop(&served);
    for (unsigned flaw = 0; flaw < TLS_FLAW_COUNT; flaw++) tls_certificate_free(&flawed[flaw]);
    tls_authority_free(&authority);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_says_when_and_where),
        cmocka_unit_test(padding_is_as_long_as_it_was_wanted),
        cmocka_unit_test(our_client_takes_no_endless_headers),
        cmocka_unit_test(an_upgrade_is_passed_over_in_silence),
        cmocka_unit_test(a_request_is_passed_over_in_silence),
        cmocka_unit_test(a_request_is_put_off),
        cmocka_unit_test(whatever_certificate_is_shown_is_seen),
        cmocka_unit_test(our_client_takes_no_flawed_certificate),
        cmocka_unit_test(a_certificate_with_another_key_is_not_shown),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
