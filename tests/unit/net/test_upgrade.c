/* Upgrades that the server may refuse, what it sees of them, and its pings; with our own client and with others. */
#include "own_loop.h"

#define REFUSED_KEY "{\"code\":\"authentication_error\",\"details\":\"NOT_FOUND\"}"

/* --- the server's side --- */

static atomic_uint admits, opens;
static atomic_bool admitted_odd; /* a header was not what it should be */

static void expect(bool holds)
{
    if (!holds) atomic_store(&admitted_odd, true);
}

/* Headers that libwebsockets knows by index and those it does not; cut ones are none. */
static void headers_look(struct server_request *request)
{
    char value[700];
    char small[5];
    expect(server_header(request, "user-agent", value, sizeof value) && strcmp(value, "booktop") == 0);
    expect(server_header(request, "upgrade", value, sizeof value) && strcasecmp(value, "websocket") == 0);
    expect(server_header(request, "kalshi-access-key", value, sizeof value) && strcmp(value, "a key") == 0);
    expect(server_header(request, "kalshi-access-signature", value, sizeof value) && strlen(value) == 684);
    expect(!server_header(request, "kalshi-access-key", small, sizeof small) && strlen(small) == 0);
    expect(!server_header(request, "upgrade", small, sizeof small) && strlen(small) == 0);
    expect(!server_header(request, "kalshi-access", value, sizeof value) && strlen(value) == 0);
    expect(!server_header(request, "origin", value, sizeof value));
    expect(!server_header(request, "", value, sizeof value));
}

/* "/refuse/STATUS" is refused with that status. */
static int on_admit(void *context, struct server_request *request, struct text path, struct server_refusal *refusal)
{
    static const char refuse[] = "/refuse/";
    (void)context;
    atomic_fetch_add(&admits, 1);
    if (text_is(path, "/signed")) headers_look(request);
    server_reply(request, 500, "text/plain", TEXT("not the place for it"));
    if (text_is(path, "/silent")) return 429;
    if (text_is(path, "/key")) {
        refusal->body = REFUSED_KEY;
        return 401;
    }
    if (!text_starts_with(path, text_from(refuse))) return 0;
    refusal->body = "not now\n";
    return (int)strtol(path.at + sizeof refuse - 1, NULL, 10);
}

static bool on_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context;
    if (text_is(path, "/closed")) return false;
    atomic_fetch_add(&opens, 1);
    if (text_is(path, "/pings")) server_ping(peer, TEXT("heartbeat"));
    return true;
}

static void on_message(void *context, struct server_peer *peer, struct text message)
{
    (void)context;
    static char large[4u << 20];
    static char payload[200];
    if (text_is(message, "ping"))
        server_ping(peer, TEXT("heartbeat"));
    else if (text_is(message, "empty ping"))
        server_ping(peer, (struct text){0});
    else if (text_is(message, "long ping")) {
        memset(payload, 'p', sizeof payload);
        server_ping(peer, (struct text){payload, sizeof payload});
    } else if (text_is(message, "large")) {
        memset(large, 'a', sizeof large);
        (void)server_send(peer, (struct text){large, sizeof large});
    } else if (text_is(message, "close and ping")) {
        server_close(peer, 1000, "");
        server_ping(peer, TEXT("too late"));
    } else
        (void)server_send(peer, message);
}

static void on_request(void *context, struct server_request *request, struct text path, struct text query)
{
    char value[64];
    (void)context, (void)path, (void)query;
    bool has = server_header(request, "kalshi-access-key", value, sizeof value);
    server_reply(request, 200, "text/plain", has ? text_from(value) : TEXT("no key"));
}

/* --- our own client --- */

static void refusals_have_their_status(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int status;
        bool given_up;
        const char *reason;
    } cases[] = {
        {"/refuse/401", 401, true, "HTTP 401 Unauthorized: not now"},
        {"/refuse/403", 403, true, "HTTP 403 Forbidden: not now"},
        {"/refuse/404", 404, true, "HTTP 404 Not Found: not now"},
        {"/refuse/429", 429, false, "HTTP 429 Too Many Requests: not now"},
        {"/silent", 429, false, "HTTP 429 Too Many Requests"},
        {"/key", 401, true, "HTTP 401 Unauthorized: " REFUSED_KEY},
        {"/closed", 404, true, "HTTP 404 Not Found"},
    };
    unsigned opened = atomic_load(&opens);
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct client client = {0};
        client_open(&client, loop, "wss", "localhost", served.port, cases[n].path);
        until_downs(&client, 1);
        assert_string_equal(client.steps, cases[n].given_up ? "RCHG" : "RCHD");
        assert_int_equal(client.status.http_status, cases[n].status);
        assert_string_equal(client.status.reason, cases[n].reason);
        if (!cases[n].given_up) assert_true(client.status.retry_at - stamp.mono <= NANOSECONDS_PER_SECOND);
        websocket_close(client.websocket);
    }
    assert_int_equal(atomic_load(&opens), opened);
}

static size_t signed_headers(void *context, struct stamp at, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    static char signature[685];
    (void)context, (void)at;
    memset(signature, 's', sizeof signature - 1);
    out[0] = (struct websocket_header){"KALSHI-ACCESS-KEY", "a key"};
    out[1] = (struct websocket_header){"KALSHI-ACCESS-SIGNATURE", signature};
    return 2;
}

static void who_admits_sees_the_headers(void **state)
{
    (void)state;
    unsigned before = atomic_load(&admits);
    struct client client = {.headers = signed_headers, .greeting = "hello"};
    client_open(&client, loop, "wss", "localhost", served.port, "/signed");
    until_messages(&client, 1);
    assert_int_equal(atomic_load(&admits), before + 1);
    assert_false(atomic_load(&admitted_odd));
    websocket_close(client.websocket);
}

static void a_servers_ping_is_noticed(void **state)
{
    (void)state;
    static const char *const wishes[] = {"ping", "empty ping", "long ping"};
    for (unsigned n = 0; n < sizeof wishes / sizeof wishes[0]; n++) {
        struct client client = {.greeting = wishes[n]};
        client_open(&client, loop, "wss", "localhost", served.port, "/");
        until_opens(&client, 1);
        const struct websocket_status *status = websocket_status_now(client.websocket);
        while (!status->pinged) assert_true(net_loop_service(loop));
        assert_true(status->pinged == stamp.mono);
        assert_true(websocket_send(client.websocket, TEXT("still there")));
        until_messages(&client, 1);
        websocket_close(client.websocket);
    }
}

static void a_ping_before_the_upgrade_is_done_arrives(void **state)
{
    (void)state;
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", served.port, "/pings");
    until_opens(&client, 1);
    while (!websocket_status_now(client.websocket)->pinged) assert_true(net_loop_service(loop));
    websocket_close(client.websocket);
}

static void a_ping_after_a_close_is_none(void **state)
{
    (void)state;
    struct client client = {.greeting = "close and ping"};
    client_open(&client, loop, "wss", "localhost", served.port, "/");
    until_downs(&client, 1);
    assert_int_equal(client.status.close_code, 1000);
    websocket_close(client.websocket);
}

/* Nothing but a ping of the server counts as one: not its messages, not what we write, however slowly it goes out. */
static void what_is_no_ping_is_not_taken_for_one(void **state)
{
    (void)state;
    static char large[4u << 20];
    memset(large, 'b', sizeof large);
    struct net_limits limits = net_limits_default;
    limits.queue = 8u << 20;
    struct net_loop *roomy = manual_limited_loop(authority.ca_pem, &limits);
    struct client client = {.greeting = "hello"};
    client_open(&client, roomy, "wss", "localhost", served.port, "/");
    const struct websocket_status *status = websocket_status_now(client.websocket);
    until_messages(&client, 1);
    while (status->round_trip < 0) client_pass(&client, 0); /* our own ping has come back */
    for (unsigned n = 0; n < 3; n++) {
        assert_true(websocket_send(client.websocket, (struct text){large, sizeof large}));
        until_messages(&client, 2 + 3 * n);
        assert_true(websocket_send(client.websocket, TEXT("large")));
        assert_true(websocket_send(client.websocket, TEXT("done")));
        until_messages(&client, 4 + 3 * n);
        for (unsigned turn = 0; turn < 5; turn++) client_pass(&client, 0);
        assert_int_equal(status->pinged, 0);
        assert_int_equal(status->pings, 0);
    }
    net_loop_destroy(roomy);
}

/* --- other people's clients --- */

/* The output of a command that knows the port as $PORT; skips where `probe` fails. */
static void foreign(const char *probe, const char *command, char *out, size_t size)
{
    char port[16];
    out[0] = '\0';
    if (system(probe) != 0) {
        print_message("skipped: not installed (%s)\n", probe);
        skip();
    }
    (void)snprintf(port, sizeof port, "%u", served.port);
    assert_int_equal(setenv("PORT", port, 1), 0);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t length = fread(out, 1, size - 1, pipe);
    out[length] = '\0';
    (void)pclose(pipe);
}

#define CURL                                                                                                           \
    "curl -sk -i --max-time 20 --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: " \
    "13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "
#define CURL_PROBE "command -v curl >/dev/null"

static void curl_shows_status_and_body(void **state)
{
    (void)state;
    static const struct {
        const char *path, *status, *body;
    } cases[] = {
        {"refuse/401", "HTTP/1.1 401 ", "\r\n\r\nnot now\n"},
        {"refuse/403", "HTTP/1.1 403 ", "\r\n\r\nnot now\n"},
        {"refuse/404", "HTTP/1.1 404 ", "\r\n\r\nnot now\n"},
        {"refuse/429", "HTTP/1.1 429 ", "\r\n\r\nnot now\n"},
        {"silent", "HTTP/1.1 429 ", "\r\n\r\n"},
        {"key", "HTTP/1.1 401 ", "\r\n\r\n" REFUSED_KEY},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        char command[512];
        char shown[4096];
        (void)snprintf(command, sizeof command, CURL "https://127.0.0.1:$PORT/%s", cases[n].path);
        foreign(CURL_PROBE, command, shown, sizeof shown);
        size_t length = strlen(shown), tail = strlen(cases[n].body);
        assert_true(text_starts_with(text_from(shown), text_from(cases[n].status)));
        assert_true(length > tail);
        assert_string_equal(shown + length - tail, cases[n].body);
    }
}

static void a_get_shows_its_headers_too(void **state)
{
    (void)state;
    char shown[256];
    foreign(CURL_PROBE, "curl -sk --max-time 20 -H 'Kalshi-Access-Key: abc' https://127.0.0.1:$PORT/get", shown,
            sizeof shown);
    assert_string_equal(shown, "abc");
    foreign(CURL_PROBE, "curl -sk --max-time 20 https://127.0.0.1:$PORT/get", shown, sizeof shown);
    assert_string_equal(shown, "no key");
}

#define NODE_PROBE "node -e \"require('ws')\" >/dev/null 2>&1"

static void node_is_refused_and_pinged(void **state)
{
    (void)state;
    char shown[4096];
    foreign(NODE_PROBE,
            "node -e \"const W = require('ws'), at = p => new W('wss://127.0.0.1:' + process.env.PORT + p,"
            " {rejectUnauthorized: false});"
            " at('/key').on('unexpected-response', (q, r) => { r.on('data', d =>"
            " console.log(r.statusCode + ' ' + d)); r.on('end', () => {"
            " const w = at('/pings'); w.on('ping', d => { console.log('ping ' + d); w.send('echo'); });"
            " w.on('message', m => { console.log('got ' + m); w.close(); }); }); });\" 2>&1",
            shown, sizeof shown);
    assert_string_equal(shown, "401 " REFUSED_KEY "\nping heartbeat\ngot echo\n");
}

#define PYTHON       "python3 -c \""
#define PYTHON_PROBE PYTHON "import websockets\" >/dev/null 2>&1"

static void python_is_refused_and_pinged(void **state)
{
    (void)state;
    char shown[4096];
    foreign(PYTHON_PROBE,
            PYTHON "import asyncio, os, ssl, websockets\n"
                   "tls = ssl._create_unverified_context()\n"
                   "at = 'wss://127.0.0.1:' + os.environ['PORT']\n"
                   "async def main():\n"
                   "    try:\n"
                   "        await websockets.connect(at + '/key', ssl=tls)\n"
                   "    except websockets.exceptions.InvalidHandshake as e:\n"
                   "        print(e.response.status_code if hasattr(e, 'response') else e.status_code)\n"
                   "    async with websockets.connect(at + '/pings', ssl=tls) as w:\n"
                   "        await w.send('echo')\n"
                   "        print(await w.recv())\n"
                   "asyncio.run(main())\n\" 2>&1",
            shown, sizeof shown);
    assert_string_equal(shown, "401\necho\n");
}

static int group_setup(void **state)
{
    (void)state;
    trusted_start(
        (struct server_handlers){.request = on_request, .open = on_open, .admit = on_admit, .message = on_message});
    return 0;
}

static const struct CMUnitTest tests[] = {
    TEST(refusals_have_their_status),
    TEST(who_admits_sees_the_headers),
    TEST(a_servers_ping_is_noticed),
    TEST(a_ping_before_the_upgrade_is_done_arrives),
    TEST(a_ping_after_a_close_is_none),
    TEST(what_is_no_ping_is_not_taken_for_one),
    cmocka_unit_test(curl_shows_status_and_body),
    cmocka_unit_test(a_get_shows_its_headers_too),
    cmocka_unit_test(node_is_refused_and_pinged),
    cmocka_unit_test(python_is_refused_and_pinged),
};

TEST_MAIN(tests, group_setup, trusted_stop)
