/* A WebSocket client of the tests: writes down what its handlers hear. */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include "harness.h"

#include "booktop/net/websocket.h"

struct client {
    struct websocket *websocket;
    struct net_loop *loop;
    char steps[64];                  /* a letter for each step: R C H O D, G: given up */
    bool moved;                      /* a step was taken */
    unsigned opens, downs, messages; /* given up is down, too */
    struct websocket_status status;  /* the newest */
    char last[256];
    size_t last_length;
    uint64_t sum; /* of all bytes */
    struct stamp stamp;
    const char *greeting; /* sent when open */
    size_t (*headers)(void *client, struct stamp stamp, struct websocket_header out[WEBSOCKET_HEADERS_MAX]);
    bool close_in_message, close_when_open, close_when_down, reconnect_in_message, confirm;
};

static inline void client_heard_state(void *context, const struct websocket_status *status)
{
    struct client *client = context;
    client->moved = true;
    client->status = *status;
    strncat(client->steps, &"IRCHODG"[status->state], 1);
    if (status->state == WEBSOCKET_OPEN) {
        client->opens++;
        if (client->greeting) assert_true(websocket_send(client->websocket, text_from(client->greeting)));
        if (client->close_when_open) websocket_close(client->websocket);
    }
    if (status->state == WEBSOCKET_DOWN || status->state == WEBSOCKET_GIVEN_UP) {
        client->downs++;
        if (client->close_when_down) websocket_close(client->websocket);
    }
}

static inline void client_heard_message(void *context, struct stamp stamp, struct text message)
{
    struct client *client = context;
    client->messages++;
    client->stamp = stamp;
    client->last_length = message.length;
    text_copy(message, client->last, sizeof client->last);
    for (size_t n = 0; n < message.length; n++) client->sum += (unsigned char)message.at[n];
    if (client->confirm) websocket_confirm(client->websocket);
    if (client->close_in_message) websocket_close(client->websocket);
    if (client->reconnect_in_message) websocket_reconnect(client->websocket, "wanted so");
}

static inline void client_open(struct client *client, struct net_loop *loop, const char *scheme, const char *host,
                               unsigned port, const char *path)
{
    char url[256];
    char error[128] = "";
    (void)snprintf(url, sizeof url, "%s://%s:%u%s", scheme, host, port, path);
    struct websocket_options options = {
        .url = url,
        .handlers = {client_heard_state, client_heard_message},
        .context = client,
        .seed = 1,
        .headers = client->headers,
    };
    client->loop = loop;
    client->websocket = websocket_open(loop, &options, error, sizeof error);
    if (!client->websocket) fail_msg("refused: %s", error);
    assert_string_equal(client->steps, "");
}

/* The time of loops that are made with `manual`: it stands still, but while a client waits for its next attempt. */
static struct stamp stamp = {.mono = 1, .wall = 1};
static struct clock manual;

static inline struct net_loop *manual_limited_loop(const char *ca_pem, const struct net_limits *limits)
{
    manual = clock_manual(&stamp);
    return limited_loop(&manual, ca_pem, limits);
}

static inline struct net_loop *manual_loop(const char *ca_pem)
{
    return manual_limited_loop(ca_pem, NULL);
}

/* One turn of a client's loop, which does not wait for time to pass. */
static inline void client_turn(struct client *client)
{
    if (client->status.state == WEBSOCKET_DOWN) {
        clock_manual_advance(&stamp, NANOSECONDS_PER_SECOND / 10);
        net_loop_wake(client->loop);
    }
    assert_true(net_loop_service(client->loop));
}

static inline void until_opens(struct client *client, unsigned count)
{
    while (client->opens < count) client_turn(client);
}

static inline void until_downs(struct client *client, unsigned count)
{
    while (client->downs < count) client_turn(client);
}

static inline void until_messages(struct client *client, unsigned count)
{
    while (client->messages < count) client_turn(client);
}

/* One turn after `passed` ns, whether or not anything happened. */
static inline void client_pass(struct client *client, int64_t passed)
{
    clock_manual_advance(&stamp, passed);
    net_loop_wake(client->loop);
    assert_true(net_loop_service(client->loop));
}

#endif
