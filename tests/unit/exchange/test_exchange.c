/* The exchange over real TLS on loopback, with the clients of net/ as the other side. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/exchange/cast.h"
#include "booktop/exchange/exchange.h"
#include "booktop/net/http.h"
#include "booktop/net/websocket.h"

#define START_MS         INT64_C(1795252000000)
#define SEED             9
#define PATIENCE_SECONDS 300
#define TEXT_SIZE        (1 << 20)
#define TIDE             6 /* the market that is resolved */

/* A client: what it received last, and what it waits for. */
struct client {
    struct net_loop *loop;
    struct websocket *websocket;
    const char *expected; /* a part of the message that is waited for */
    bool open, down, arrived, replied;
    int close_code, status;
    unsigned messages;
    char text[TEXT_SIZE];
    size_t length;
};

struct scene {
    struct exchange *exchange;
    struct cast cast;
    struct client client;
};

static struct scene scene;

static bool contains(const char *text, size_t length, const char *part)
{
    return memmem(text, length, part, strlen(part)) != NULL;
}

static void state_changed(void *context, const struct websocket_status *status)
{
    struct client *client = context;
    client->open = status->state == WEBSOCKET_OPEN;
    if (status->state != WEBSOCKET_DOWN) return;
    client->down = true;
    client->close_code = status->close_code;
}

static void message_arrived(void *context, struct stamp stamp, struct text message)
{
    struct client *client = context;
    (void)stamp;
    client->messages++;
    if (client->expected == NULL || client->arrived || !contains(message.at, message.length, client->expected)) return;
    client->arrived = true;
    client->length = text_copy(message, client->text, TEXT_SIZE);
}

static void reply_arrived(void *context, struct stamp stamp, const struct http_reply *reply)
{
    struct client *client = context;
    (void)stamp;
    client->replied = true;
    client->status = reply->status;
    client->length = text_copy(reply->body, client->text, TEXT_SIZE);
}

static void serve_until(const bool *flag)
{
    while (!*flag) assert_true(net_loop_service(scene.client.loop));
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_true(websocket_send(scene.client.websocket, text_from(text)));
}

/* Waits for a message with this part; it is in client.text then. */
static void expect(const char *part)
{
    scene.client.expected = part;
    scene.client.arrived = false;
    serve_until(&scene.client.arrived);
    scene.client.expected = NULL;
}

static int get(const char *path)
{
    char url[512], error[160] = "";
    snprintf(url, sizeof url, "https://127.0.0.1:%u%s", exchange_port(scene.exchange), path);
    scene.client.replied = false;
    assert_non_null(http_get(scene.client.loop, url, 0, reply_arrived, &scene.client, error, sizeof error));
    serve_until(&scene.client.replied);
    return scene.client.status;
}

static void scene_begin(unsigned speed, const char *fault_file)
{
    char error[160] = "", url[64];
    memset(&scene, 0, sizeof scene);
    (void)alarm(PATIENCE_SECONDS);
    const struct exchange_options options = {
        .seed = SEED, .start_ms = START_MS, .speed = speed, .fault_file = fault_file, .clock = &clock_system};
    scene.exchange = exchange_start(&options, error, sizeof error);
    if (scene.exchange == NULL) fail_msg("%s", error);
    assert_true(cast_create(&scene.cast, SEED, 0));
    const struct net_loop_options loop = {.clock = &clock_system, .ca_pem = exchange_ca_pem(scene.exchange)};
    scene.client.loop = net_loop_create(&loop, error, sizeof error);
    assert_non_null(scene.client.loop);
    snprintf(url, sizeof url, "wss://127.0.0.1:%u/ws/market", exchange_port(scene.exchange));
    const struct websocket_options websocket = {
        .url = url, .handlers = {state_changed, message_arrived}, .context = &scene.client, .seed = 1};
    scene.client.websocket = websocket_open(scene.client.loop, &websocket, error, sizeof error);
    assert_non_null(scene.client.websocket);
    serve_until(&scene.client.open);
}

static void scene_end(void)
{
    websocket_close(scene.client.websocket);
    net_loop_destroy(scene.client.loop);
    exchange_stop(scene.exchange);
    cast_free(&scene.cast);
    (void)alarm(0);
}

static void a_subscription_is_answered_and_followed(void **state)
{
    (void)state;
    scene_begin(10, NULL);
    const struct cast_market *market = &scene.cast.markets[0];
    say("PING");
    expect("PONG");
    say("{\"assets_ids\":[\"%s\",\"5\"],\"type\":\"market\"}", market->token[0]);
    expect("[{\"market\":\"0x");
    assert_true(contains(scene.client.text, scene.client.length, market->token[0]));
    assert_false(contains(scene.client.text, scene.client.length, market->token[1]));
    assert_true(contains(scene.client.text, scene.client.length, "\"tick_size\":\"0.01\",\"event_type\":\"book\""));
    expect("\"event_type\":\"price_change\"");
    assert_true(contains(scene.client.text, scene.client.length, market->token[1]));
    assert_true(contains(scene.client.text, scene.client.length, market->condition));
    expect("\"event_type\":\"last_trade_price\"");
    say("{\"assets_ids\":[\"%s\"],\"operation\":\"subscribe\"}", market->token[0]);
    expect("NO NEW ASSETS");
    say("{\"assets_ids\":[\"%s\",\"%s\"],\"operation\":\"subscribe\",\"custom_feature_enabled\":true}",
        market->token[0], market->token[1]);
    expect("[{\"market\":\"0x");
    assert_true(contains(scene.client.text, scene.client.length, market->token[1]));
    expect("\"event_type\":\"best_bid_ask\"");
    say("{\"assets_ids\":[\"5\"],\"operation\":\"subscribe\"}");
    expect("[]");
    scene_end();
}

static void an_unsubscription_is_silent(void **state)
{
    (void)state;
    scene_begin(20, NULL);
    const struct cast_market *market = &scene.cast.markets[0];
    say("{\"assets_ids\":[\"%s\"],\"type\":\"market\"}", market->token[0]);
    expect("\"event_type\":\"price_change\"");
    say("{\"assets_ids\":[\"%s\"],\"operation\":\"unsubscribe\"}", market->token[0]);
    say("PING");
    expect("PONG");
    /* Of another market there are messages, of this one no more. */
    say("{\"assets_ids\":[\"%s\"],\"operation\":\"subscribe\"}", scene.cast.markets[1].token[0]);
    expect("\"event_type\":\"price_change\"");
    assert_false(contains(scene.client.text, scene.client.length, market->condition));
    say("{\"assets_ids\":[\"%s\"],\"operation\":\"subscribe\"}", market->token[0]);
    expect("[{\"market\":\"0x");
    assert_true(contains(scene.client.text, scene.client.length, market->token[0]));
    scene_end();
}

static void rest_and_socket_say_the_same(void **state)
{
    (void)state;
    char path[256], plan[] = "/tmp/booktop-fault-XXXXXX";
    int descriptor = mkstemp(plan);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "100ms, halt\n", 12), 12);
    close(descriptor);
    scene_begin(1000, plan);
    unlink(plan);
    const struct cast_market *market = &scene.cast.markets[0];
    snprintf(path, sizeof path, "/clob/book?token_id=%s", market->token[0]);
    /* The flow has halted once two books are the same: it began with many changes a second, at a thousandfold speed. */
    static char hash[64];
    for (bool same = false; !same;) {
        assert_int_equal(get(path), 200);
        const char *at = strstr(scene.client.text, "\"hash\":\"");
        assert_non_null(at);
        same = strncmp(at, hash, 50) == 0;
        memcpy(hash, at, 50);
    }
    say("{\"assets_ids\":[\"%s\"],\"type\":\"market\"}", market->token[0]);
    expect("[{\"market\":\"0x");
    assert_true(contains(scene.client.text, scene.client.length, hash));
    assert_int_equal(get("/clob/book?token_id=5"), 404);
    assert_int_equal(get("/gamma/markets?limit=2"), 200);
    assert_int_equal(get("/gamma/public-search?q=port%20lumen"), 200);
    assert_int_equal(get("/nothing"), 404);
    scene_end();
}

static void a_cut_is_a_cut(void **state)
{
    (void)state;
    char plan[] = "/tmp/booktop-fault-XXXXXX";
    int descriptor = mkstemp(plan);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "20, cut\n", 8), 8);
    close(descriptor);
    scene_begin(50, plan);
    unlink(plan);
    say("{\"assets_ids\":[\"%s\"],\"type\":\"market\"}", scene.cast.markets[0].token[0]);
    serve_until(&scene.client.down);
    assert_int_equal(scene.client.close_code, 0);
    assert_true(scene.client.messages <= 20);
    /* Once is enough: the next connection lives. */
    serve_until(&scene.client.open);
    say("{\"assets_ids\":[\"%s\"],\"type\":\"market\"}", scene.cast.markets[0].token[0]);
    scene.client.messages = 0;
    while (scene.client.messages < 40) assert_true(net_loop_service(scene.client.loop));
    scene_end();
}

/* Subscribes to the market that will be over, at a speed that leaves time for it. */
static void scene_begin_before_the_end(const struct cast_market **market)
{
    static const unsigned speeds[] = {1000, 100, 10, 1};
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        scene_begin(speeds[i], NULL);
        *market = &scene.cast.markets[TIDE];
        say("{\"assets_ids\":[\"%s\",\"%s\"],\"type\":\"market\",\"custom_feature_enabled\":true}", (*market)->token[0],
            (*market)->token[1]);
        expect("[");
        if (!text_is((struct text){scene.client.text, scene.client.length}, "[]")) return;
        scene_end();
    }
    fail_msg("too slow a machine");
}

static void the_end_of_all_markets_is_the_end(void **state)
{
    (void)state;
    const struct cast_market *market = NULL;
    scene_begin_before_the_end(&market);
    expect("\"event_type\":\"market_resolved\"");
    assert_true(contains(scene.client.text, scene.client.length, "\"winning_outcome\":\"Up\""));
    serve_until(&scene.client.down);
    assert_int_equal(scene.client.close_code, 1000);
    char path[256];
    snprintf(path, sizeof path, "/clob/book?token_id=%s", market->token[0]);
    assert_int_equal(get(path), 404);
    scene_end();
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    char error[160] = "";
    struct exchange_options options = {.seed = 1, .fault_file = "/nonexistent/plan", .clock = &clock_system};
    assert_null(exchange_start(&options, error, sizeof error));
    assert_string_equal(error, "/nonexistent/plan: No such file or directory");
    options.fault_file = NULL;
    struct exchange *exchange = exchange_start(&options, error, sizeof error);
    assert_non_null(exchange);
    options.port = exchange_port(exchange);
    assert_null(exchange_start(&options, error, sizeof error));
    assert_true(strlen(error) > 0);
    exchange_stop(exchange);
    exchange_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subscription_is_answered_and_followed),
        cmocka_unit_test(an_unsubscription_is_silent),
        cmocka_unit_test(rest_and_socket_say_the_same),
        cmocka_unit_test(a_cut_is_a_cut),
        cmocka_unit_test(the_end_of_all_markets_is_the_end),
        cmocka_unit_test(wrong_options_are_refused),
    };
    net_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
