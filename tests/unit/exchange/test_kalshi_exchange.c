/* Kalshi's side of the exchange over real TLS on loopback: signed handshakes, commands, heartbeats, REST. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>

#include "booktop/exchange/exchange.h"
#include "booktop/net/http.h"
#include "booktop/net/websocket.h"
#include "kalshi_keys.h"

#define START_MS         INT64_C(1795252000000)
#define PATIENCE_SECONDS 300
#define TEXT_SIZE        (1 << 20)
#define RSA_ID           "3c9f1a52-0000-4000-8000-00000000a001"
#define SUBSCRIBE                                                                                                      \
    "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\",\"ticker\",\"trade\"],"             \
    "\"market_tickers\":[\"KXHARBOR-26DEC-B4.5\",\"KXSEAWALL-26DEC31\"],\"use_yes_price\":true}}"

/* How a client comes. */
enum coming { IN_ORDER, UNSIGNED, LATE, FOREIGN_SIGNATURE, WITH_ORIGIN };

/* A client: what it received last, and what it waits for. */
struct client {
    struct net_loop *loop;
    struct websocket *websocket;
    enum coming coming;
    const char *key_id;
    EVP_PKEY *key;
    char stamp[32], signature[KEYS_SIGNATURE_SIZE];
    const char *expected; /* a part of the message that is waited for */
    bool open, down, arrived, replied;
    int http_status, status;
    char reason[WEBSOCKET_REASON_SIZE];
    char text[TEXT_SIZE];
    size_t length;
};

static struct client client;
static struct exchange *exchange;
/* The exchange's clock is so much ahead of the machine's, or stands at one time (not 0). */
static _Atomic int64_t ahead_ns, stands_ns;

static struct stamp clock_read(void *context)
{
    struct stamp now = clock_now(&clock_system);
    (void)context;
    int64_t stands = atomic_load(&stands_ns);
    now.mono = stands != 0 ? stands : now.mono + atomic_load(&ahead_ns);
    return now;
}

static const struct clock ahead_clock = {.now = clock_read};

static void state_changed(void *context, const struct websocket_status *status)
{
    (void)context;
    client.open = status->state == WEBSOCKET_OPEN;
    if (status->state != WEBSOCKET_DOWN && status->state != WEBSOCKET_GIVEN_UP) return;
    client.down = true;
    client.http_status = status->http_status;
    (void)snprintf(client.reason, sizeof client.reason, "%s", status->reason);
}

static void message_arrived(void *context, struct stamp stamp, struct text message)
{
    (void)context;
    (void)stamp;
    assert_int_equal(message.at[message.length - 1], '\n');
    if (client.expected == NULL || client.arrived ||
        memmem(message.at, message.length, client.expected, strlen(client.expected)) == NULL)
        return;
    client.arrived = true;
    client.length = text_copy(message, client.text, TEXT_SIZE);
}

static void reply_arrived(void *context, struct stamp stamp, const struct http_reply *reply)
{
    (void)context;
    (void)stamp;
    client.replied = true;
    client.status = reply->status;
    client.length = text_copy(reply->body, client.text, TEXT_SIZE);
}

/* Signs the handshake, in the way that the client comes. */
static size_t headers_write(void *context, struct stamp stamp, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    char message[96];
    int64_t now_ms = stamp.wall / NANOSECONDS_PER_MILLISECOND - (client.coming == LATE ? 61000 : 0);
    (void)context;
    if (client.coming == UNSIGNED) return 0;
    (void)snprintf(client.stamp, sizeof client.stamp, "%lld", (long long)now_ms);
    (void)snprintf(message, sizeof message, "%sGET/trade-api/ws/v2%s", client.stamp,
                   client.coming == FOREIGN_SIGNATURE ? "x" : "");
    key_sign(client.key, KEY_PSS, message, client.signature);
    out[0] = (struct websocket_header){"KALSHI-ACCESS-KEY", client.key_id};
    out[1] = (struct websocket_header){"KALSHI-ACCESS-TIMESTAMP", client.stamp};
    out[2] = (struct websocket_header){"KALSHI-ACCESS-SIGNATURE", client.signature};
    out[3] = (struct websocket_header){"Origin", "https://localhost"};
    return client.coming == WITH_ORIGIN ? 4 : 3;
}

static void serve_until(const bool *flag)
{
    while (!*flag) assert_true(net_loop_service(client.loop));
}

static void say(const char *text)
{
    assert_true(websocket_send(client.websocket, text_from(text)));
}

/* Waits for a message with this part; it is in client.text then. */
static void expect(const char *part)
{
    client.expected = part;
    client.arrived = false;
    serve_until(&client.arrived);
    client.expected = NULL;
}

static int get(const char *path)
{
    char url[512], error[160] = "";
    snprintf(url, sizeof url, "https://127.0.0.1:%u%s", exchange_port(exchange), path);
    client.replied = false;
    assert_non_null(http_get(client.loop, url, 0, reply_arrived, &client, error, sizeof error));
    serve_until(&client.replied);
    return client.status;
}

static void begin(const struct exchange_options *options)
{
    char error[160] = "";
    (void)alarm(PATIENCE_SECONDS);
    memset(&client, 0, sizeof client);
    exchange = exchange_start(options, error, sizeof error);
    if (exchange == NULL) fail_msg("%s", error);
    const struct net_loop_options loop = {.clock = &clock_system, .ca_pem = exchange_ca_pem(exchange)};
    client.loop = net_loop_create(&loop, error, sizeof error);
    assert_non_null(client.loop);
    client.key_id = exchange_kalshi_key_id(exchange);
    client.key = key_read(exchange_kalshi_key_pem(exchange));
}

static void dial(enum coming coming)
{
    char error[160] = "", url[64];
    client.coming = coming;
    client.open = client.down = false;
    snprintf(url, sizeof url, "wss://127.0.0.1:%u/trade-api/ws/v2", exchange_port(exchange));
    const struct websocket_options websocket = {.url = url,
                                                .handlers = {state_changed, message_arrived},
                                                .context = &client,
                                                .seed = 1,
                                                .headers = headers_write};
    client.websocket = websocket_open(client.loop, &websocket, error, sizeof error);
    assert_non_null(client.websocket);
}

static void end(void)
{
    if (client.websocket != NULL) websocket_close(client.websocket);
    net_loop_destroy(client.loop);
    exchange_stop(exchange);
    EVP_PKEY_free(client.key);
    (void)alarm(0);
}

static const struct exchange_options usual = {.seed = 9, .start_ms = START_MS, .speed = 10, .clock = &ahead_clock};

static void who_has_the_key_is_served(void **state)
{
    (void)state;
    begin(&usual);
    dial(IN_ORDER);
    serve_until(&client.open);
    say(SUBSCRIBE);
    expect("{\"type\":\"subscribed\",\"id\":1,\"msg\":{\"channel\":\"orderbook_delta\",\"sid\":1},");
    expect("\"type\":\"orderbook_delta\"");
    expect("\"type\":\"trade\"");
    expect("\"type\":\"ticker\"");
    say("{\"id\":2,\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"get_snapshot\","
        "\"market_tickers\":[\"KXSEAWALL-26DEC31\"]}}");
    expect("\"id\":2,\"sid\":1");
    assert_true(strncmp(client.text, "{\"type\":\"orderbook_snapshot\",\"id\":2,", 35) == 0);
    say("nonsense");
    expect("{\"type\":\"error\",\"msg\":{\"code\":1,");
    end();
}

static void a_key_of_the_file_is_one(void **state)
{
    (void)state;
    char path[] = "/tmp/booktop-keys-XXXXXX";
    close(mkstemp(path));
    EVP_PKEY *rsa = EVP_RSA_gen(2048);
    keys_write(path, (const char *const[]){RSA_ID}, &rsa, 1);
    struct exchange_options options = usual;
    options.kalshi_keys_file = path;
    begin(&options);
    unlink(path);
    EVP_PKEY_free(client.key);
    client.key = rsa;
    client.key_id = RSA_ID;
    dial(IN_ORDER);
    serve_until(&client.open);
    end();
}

static void who_has_not_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum coming coming;
        int status;
    } cases[] = {{UNSIGNED, 401}, {LATE, 401}, {FOREIGN_SIGNATURE, 401}, {WITH_ORIGIN, 403}};
    begin(&usual);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dial(cases[i].coming);
        serve_until(&client.down);
        assert_int_equal(client.http_status, cases[i].status);
        websocket_close(client.websocket);
        client.websocket = NULL;
    }
    client.key_id = RSA_ID;
    dial(IN_ORDER);
    serve_until(&client.down);
    assert_int_equal(client.http_status, 401);
    end();
}

static void the_server_pings(void **state)
{
    (void)state;
    begin(&usual);
    dial(IN_ORDER);
    serve_until(&client.open);
    assert_int_equal(websocket_status_now(client.websocket)->pinged, 0);
    atomic_fetch_add(&ahead_ns, 10 * NANOSECONDS_PER_SECOND);
    /* A channel with messages keeps the loop turning. */
    say(SUBSCRIBE);
    while (websocket_status_now(client.websocket)->pinged == 0) assert_true(net_loop_service(client.loop));
    end();
}

static void rest_is_public_and_limited(void **state)
{
    (void)state;
    begin(&usual);
    assert_int_equal(get("/trade-api/v2/markets/KXHARBOR-26DEC-B4.5"), 200);
    assert_non_null(strstr(client.text, "\"ticker\":\"KXHARBOR-26DEC-B4.5\""));
    assert_int_equal(get("/trade-api/v2/markets/KXHARBOR-26DEC-B4.5/orderbook?depth=3"), 200);
    assert_int_equal(get("/trade-api/v2/nothing"), 404);
    /* Polymarket's side knows nothing of these markets, and has no such limit. */
    assert_int_equal(get("/gamma/public-search?q=harbour"), 200);
    assert_null(strstr(client.text, "KXHARBOR"));
    assert_non_null(strstr(client.text, "harbour-bridge"));
    assert_int_equal(get("/trade-api/v2/markets?limit=1000"), 200);
    assert_null(strstr(client.text, "harbour bridge"));
    /* Within one moment. */
    atomic_fetch_add(&ahead_ns, 2 * NANOSECONDS_PER_SECOND);
    atomic_store(&stands_ns, clock_read(NULL).mono);
    for (unsigned i = 0; i < 20; i++) assert_int_equal(get("/trade-api/v2/exchange/status"), 200);
    assert_int_equal(get("/trade-api/v2/exchange/status"), 429);
    assert_string_equal(client.text, "{\"error\":{\"code\":\"too_many_requests\",\"message\":\"too many requests\"}}");
    assert_int_equal(get("/gamma/markets?limit=1"), 200);
    atomic_store(&stands_ns, 0);
    end();
}

static void faults_reach_the_network(void **state)
{
    (void)state;
    char plan[] = "/tmp/booktop-fault-XXXXXX";
    static const char text[] = "0, busy\n7, cut\n";
    int descriptor = mkstemp(plan);
    assert_int_equal(write(descriptor, text, sizeof text - 1), sizeof text - 1);
    close(descriptor);
    struct exchange_options options = usual;
    options.fault_file = plan;
    options.speed = 1;
    begin(&options);
    unlink(plan);
    dial(IN_ORDER);
    serve_until(&client.open);
    assert_int_equal(get("/trade-api/v2/exchange/status"), 429);
    say(SUBSCRIBE);
    serve_until(&client.down);
    serve_until(&client.open);
    atomic_fetch_add(&ahead_ns, 6 * NANOSECONDS_PER_SECOND);
    while (get("/trade-api/v2/exchange/status") == 429) {
    }
    assert_int_equal(client.status, 200);
    end();
}

static void wrong_keys_are_refused(void **state)
{
    (void)state;
    char error[160] = "";
    struct exchange_options options = usual;
    options.kalshi_keys_file = "/nonexistent/keys";
    assert_null(exchange_start(&options, error, sizeof error));
    assert_string_equal(error, "/nonexistent/keys: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_the_key_is_served),  cmocka_unit_test(a_key_of_the_file_is_one),
        cmocka_unit_test(who_has_not_is_refused),     cmocka_unit_test(the_server_pings),
        cmocka_unit_test(rest_is_public_and_limited), cmocka_unit_test(faults_reach_the_network),
        cmocka_unit_test(wrong_keys_are_refused),
    };
    net_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
