/* A client of one of the exchange's streams over TLS on loopback, that subscribes whenever it is open and notes what
 * became of its connection, for tests of faults.
 */
#ifndef BOOKTOP_TESTS_MISCHIEF_CLIENT_H
#define BOOKTOP_TESTS_MISCHIEF_CLIENT_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/exchange/cast.h"
#include "booktop/exchange/exchange.h"
#include "booktop/net/http.h"
#include "booktop/net/websocket.h"
#include "kalshi_keys.h"

#define SEED             9
#define PATIENCE_SECONDS 300
#define REPLY_SIZE       (1 << 20)

#define MILLISECONDS(count) ((count)*NANOSECONDS_PER_MILLISECOND)

/* What is different on each venue. Never written to: cmocka hands on no pointer to what is const. */
static struct venue_terms {
    enum exchange_venue venue;
    const char *stream, *book; /* paths */
    const char *news;          /* part of each change */
} venue_terms[] = {
    {EXCHANGE_POLYMARKET, "/ws/market", "/clob/book?token_id=%s", "\"event_type\":\"price_change\""},
    {EXCHANGE_KALSHI, "/trade-api/ws/v2", "/trade-api/v2/markets/KXSEAWALL-26DEC31/orderbook%.0s",
     "\"type\":\"orderbook_delta\""},
};

struct client {
    const struct venue_terms *terms;
    struct exchange *exchange;
    struct cast cast;
    struct net_loop *loop;
    struct websocket *websocket;
    EVP_PKEY *key; /* Kalshi's */
    char stamp[32], signature[KEYS_SIGNATURE_SIZE];

    bool open;
    unsigned opens, downs;
    struct websocket_status fall; /* the newest */
    uint64_t news, messages;
    int64_t heard, longest_gap; /* mono ns, between changes */
    const char *expected;       /* part of a message that is waited for */
    bool arrived;

    bool replied;
    int status;
    int64_t retry_after;
    char reply[REPLY_SIZE];
};

static struct client client;

static inline void client_subscribe(void)
{
    char text[1024] = "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                      "\"market_tickers\":[\"KXHARBOR-26DEC-B4.5\",\"KXSEAWALL-26DEC31\"]}}";
    if (client.terms->venue == EXCHANGE_POLYMARKET)
        (void)snprintf(text, sizeof text, "{\"assets_ids\":[\"%s\"],\"type\":\"market\"}",
                       client.cast.markets[0].token[0]);
    assert_true(websocket_send(client.websocket, text_from(text)));
}

static inline void state_changed(void *context, const struct websocket_status *status)
{
    (void)context;
    bool down = status->state == WEBSOCKET_DOWN || status->state == WEBSOCKET_GIVEN_UP;
    client.open = status->state == WEBSOCKET_OPEN;
    if (client.open) {
        client.opens++;
        client.heard = 0;
        client_subscribe();
    }
    if (!down) return;
    client.downs++;
    client.fall = *status;
}

static inline void message_arrived(void *context, struct stamp stamp, struct text message)
{
    (void)context;
    client.messages++;
    if (client.expected != NULL && memmem(message.at, message.length, client.expected, strlen(client.expected)) != NULL)
        client.arrived = true;
    if (memmem(message.at, message.length, client.terms->news, strlen(client.terms->news)) == NULL) return;
    client.news++;
    if (client.heard != 0 && stamp.mono - client.heard > client.longest_gap)
        client.longest_gap = stamp.mono - client.heard;
    client.heard = stamp.mono;
}

static inline void reply_arrived(void *context, struct stamp stamp, const struct http_reply *reply)
{
    (void)context;
    (void)stamp;
    client.replied = true;
    client.status = reply->status;
    client.retry_after = reply->retry_after;
    (void)text_copy(reply->body, client.reply, REPLY_SIZE);
}

/* Kalshi's handshake is signed. */
static inline size_t headers_write(void *context, struct stamp stamp,
                                   struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    char message[96];
    (void)context;
    if (client.terms->venue != EXCHANGE_KALSHI) return 0;
    (void)snprintf(client.stamp, sizeof client.stamp, "%lld", (long long)(stamp.wall / NANOSECONDS_PER_MILLISECOND));
    (void)snprintf(message, sizeof message, "%sGET%s", client.stamp, client.terms->stream);
    key_sign(client.key, KEY_PSS, message, client.signature);
    out[0] = (struct websocket_header){"KALSHI-ACCESS-KEY", exchange_kalshi_key_id(client.exchange)};
    out[1] = (struct websocket_header){"KALSHI-ACCESS-TIMESTAMP", client.stamp};
    out[2] = (struct websocket_header){"KALSHI-ACCESS-SIGNATURE", client.signature};
    return 3;
}

/* === What a test does === */

static inline void turn(void)
{
    assert_true(net_loop_service(client.loop));
}

static inline void inject_into(int venue, const char *fault)
{
    char error[160] = "";
    if (!exchange_inject(client.exchange, venue, text_from(fault), error, sizeof error)) fail_msg("%s", error);
}

static inline void inject(const char *fault)
{
    inject_into((int)client.terms->venue, fault);
}

static inline void say(const char *text)
{
    assert_true(websocket_send(client.websocket, text_from(text)));
}

/* Waits for a message with this part. */
static inline void expect(const char *part)
{
    client.expected = part;
    client.arrived = false;
    while (!client.arrived) turn();
    client.expected = NULL;
}

/* The books go on, on the connection that there is, or the next. */
static inline void expect_news(uint64_t count)
{
    uint64_t until = client.news + count;
    while (client.news < until) turn();
}

static inline void expect_down(void)
{
    unsigned until = client.downs + 1;
    while (client.downs < until) turn();
}

/* Pings of its own are answered. */
static inline void expect_pongs(uint64_t count)
{
    uint64_t until = websocket_status_now(client.websocket)->pongs + count;
    while (websocket_status_now(client.websocket)->pongs < until) turn();
}

/* It never came to an end. */
static inline void expect_unbroken(void)
{
    if (client.downs > 0) fail_msg("down %u times, because of: %s", client.downs, client.fall.reason);
}

/* The fault ends the connection. */
static inline void expect_end(const char *fault)
{
    assert_true(client.open);
    inject(fault);
    expect_down();
}

/* What came after the end is as it was before. */
static inline void expect_return(void)
{
    unsigned opens = client.opens;
    websocket_retry(client.websocket);
    while (client.opens == opens) turn();
    expect_news(3);
    assert_true(client.open);
}

static inline int get_path(const char *path)
{
    char url[512], error[160] = "";
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%u%s", exchange_port(client.exchange), path);
    client.replied = false;
    assert_non_null(http_get(client.loop, url, 0, reply_arrived, NULL, error, sizeof error));
    while (!client.replied) turn();
    return client.status;
}

static inline int get_book(const struct venue_terms *terms)
{
    char path[256];
    /* NOLINTNEXTLINE(clang-diagnostic-format-nonliteral): from the table above */
    (void)snprintf(path, sizeof path, terms->book, client.cast.markets[0].token[0]);
    return get_path(path);
}

static inline void client_begin(const struct venue_terms *terms, const struct clock *clock, const char *fault_file)
{
    char error[160] = "", url[96];
    memset(&client, 0, sizeof client);
    (void)alarm(PATIENCE_SECONDS);
    const struct exchange_options options = {.seed = SEED, .speed = 10, .fault_file = fault_file, .clock = clock};
    client.terms = terms;
    client.exchange = exchange_start(&options, error, sizeof error);
    if (client.exchange == NULL) fail_msg("%s", error);
    assert_true(cast_create(&client.cast, SEED, 0));
    client.key = key_read(exchange_kalshi_key_pem(client.exchange));
    /* As short as loopback allows. */
    struct net_limits limits = net_limits_default;
    limits.retry_first = MILLISECONDS(10);
    limits.retry_most = MILLISECONDS(50);
    limits.handshake = limits.reply = MILLISECONDS(400);
    limits.ping = MILLISECONDS(25);
    limits.silence = MILLISECONDS(800);
    const struct net_loop_options loop = {
        .clock = &clock_system, .ca_pem = exchange_ca_pem(client.exchange), .limits = &limits};
    client.loop = net_loop_create(&loop, error, sizeof error);
    if (client.loop == NULL) fail_msg("%s", error);
    (void)snprintf(url, sizeof url, "wss://127.0.0.1:%u%s", exchange_port(client.exchange), terms->stream);
    const struct websocket_options websocket = {
        .url = url, .handlers = {state_changed, message_arrived}, .seed = 1, .headers = headers_write};
    client.websocket = websocket_open(client.loop, &websocket, error, sizeof error);
    if (client.websocket == NULL) fail_msg("%s", error);
}

static inline void client_end(void)
{
    websocket_close(client.websocket);
    net_loop_destroy(client.loop);
    exchange_stop(client.exchange);
    cast_free(&client.cast);
    EVP_PKEY_free(client.key);
    (void)alarm(0);
}

/* On its stream, with books that go. */
static inline void client_watch(void **state)
{
    client_begin(*state, &clock_system, NULL);
    expect_news(2);
}

/* The same test on each venue. */
#define ON_VENUE(test, name, index)                                                                                    \
    {                                                                                                                  \
#test name, test, NULL, NULL, &venue_terms[index]                                                              \
    }
#define ON_BOTH(test) ON_VENUE(test, " (Polymarket)", EXCHANGE_POLYMARKET), ON_VENUE(test, " (Kalshi)", EXCHANGE_KALSHI)

#endif
