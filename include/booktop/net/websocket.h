/* A WebSocket client connection that comes back by itself.
 *
 * It resolves, connects over TLS (certificate and host name verified, TLS >= 1.2, ALPN http/1.1), upgrades, hands over
 * whole messages, and after every end tries again with back-off (net/backoff.h) until websocket_close. There is one way
 * down, whichever of libwebsockets' four paths reported it. Redirects are not followed. Text messages only; binary ones
 * end the connection. A message above the cap ends it too.
 * A connection that is not open 15 s after its name was resolved (10 s for that), or silent for 25 s though pinged
 * every 10 s, is ended, too. A refusal's Retry-After is heeded; after one of 401 or 403 the next attempt waits a minute
 * at least, since the same words would be refused again; its body, where it came with the head, is part of the reason.
 * net_loop_destroy frees what was not closed. Owned by the loop's thread. Handlers are called in that thread and may
 * call anything here, websocket_close included.
 */
#ifndef BOOKTOP_NET_WEBSOCKET_H
#define BOOKTOP_NET_WEBSOCKET_H

#include "booktop/net/loop.h"

#define WEBSOCKET_MESSAGE_CAP (16u << 20)
#define WEBSOCKET_REASON_SIZE 160

enum websocket_state {
    WEBSOCKET_IDLE,
    WEBSOCKET_RESOLVING,
    WEBSOCKET_CONNECTING,
    WEBSOCKET_HANDSHAKING, /* TLS, then the upgrade */
    WEBSOCKET_OPEN,
    WEBSOCKET_DOWN, /* waiting for the next attempt */
};

/* What is known of a connection; borrowed during the handler, or until the next call. */
struct websocket_status {
    enum websocket_state state;
    char reason[WEBSOCKET_REASON_SIZE]; /* why it is down, in words, sanitized; "" otherwise */
    int close_code;                     /* the peer's, 0: none */
    int http_status;                    /* of a refused upgrade, 0: none */
    unsigned attempts;                  /* failures since the last success */
    int64_t retry_at;                   /* mono ns of the next attempt while down */
    int64_t round_trip;                 /* ns of the last own ping, -1 while unknown */
    int64_t pinged;                     /* mono ns at which a ping of the peer was last answered, 0: none yet */
    uint64_t messages, bytes;           /* received since websocket_open */
};

struct websocket_handlers {
    /* A step was taken. WEBSOCKET_OPEN: messages may be sent. WEBSOCKET_DOWN: what was queued is gone. */
    void (*state)(void *context, const struct websocket_status *status);
    /* One whole text message, valid UTF-8, with the stamp of the socket read that completed it. */
    void (*message)(void *context, struct stamp stamp, struct text message);
};

/* A header of the upgrade request: a name without colon, a value without line ends. Texts must live until the next call
 * for headers, or the connection's end. No Origin is ever sent of our own. */
struct websocket_header {
    const char *name, *value;
};

#define WEBSOCKET_HEADERS_MAX 4
/* In place of a count: the headers could not be made. */
#define WEBSOCKET_HEADERS_FAILED SIZE_MAX

struct websocket;

struct websocket_options {
    /* wss://host[:port]/path; copied. A host name or an IPv4 address; ws:// is refused but for loopback in tests. */
    const char *url;
    struct websocket_handlers handlers;
    void *context;
    uint64_t seed; /* of the jitter */
    /* Writes up to WEBSOCKET_HEADERS_MAX headers and returns how many; called inside each handshake, with the wall time
     * of that moment, so that what is signed is fresh. They reach no log. After WEBSOCKET_HEADERS_FAILED no request is
     * sent: this attempt has failed, "the handshake could not be signed". NULL: none. */
    size_t (*headers)(void *context, struct stamp stamp, struct websocket_header out[WEBSOCKET_HEADERS_MAX]);
};

/* NULL, with a reason, for a URL that is not one or when out of memory. Starts resolving at once. */
struct websocket *websocket_open(struct net_loop *loop, const struct websocket_options *options, char *error,
                                 size_t error_size);

/* Queues a text message (copied). False if not open or the queue (64 messages) is full. */
bool websocket_send(struct websocket *websocket, struct text message);

/* The messages are good: back-off starts anew at the next failure. */
void websocket_confirm(struct websocket *websocket);

/* What is known now; valid until the next call. For what changes without a step: counts and the round trip. */
const struct websocket_status *websocket_status_now(const struct websocket *websocket);

/* Ends the present connection and tries again with back-off (a freeze, a resync by reconnecting). No message comes any
 * more; the handler hears of the step at the next turn, not before this call returns. */
void websocket_reconnect(struct websocket *websocket, const char *why);

/* Sends a close frame if open and frees the connection; no handler is called any more. */
void websocket_close(struct websocket *websocket);

#endif
