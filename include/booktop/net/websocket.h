/* A WebSocket client connection that comes back by itself.
 *
 * It resolves, connects over TLS (certificate and host name verified, TLS >= 1.2, ALPN http/1.1), upgrades, hands over
 * whole messages, and after every end tries again with back-off (net/backoff.h) until websocket_close. There is one way
 * down, whichever of libwebsockets' four paths reported it. Redirects are not followed. Text messages only; binary ones
 * end the connection. A message above the cap ends it too. All times and sizes are the loop's limits (net/limits.h).
 * A name that is not resolved after 10 s, a connection that is not open in time, one that is silent though it is
 * pinged, one whose message stops in its midst, and one that takes nothing of what is sent, are ended, too. It is
 * pinged every limits.ping, and soon after it stopped talking. A refusal's Retry-After is heeded (to 10 minutes, and
 * at least so long is waited: the back-off's step comes on top); its body, where it came with the head, is part of the
 * reason, as a close frame's words are, unless they say a header of ours back.
 * An answer that the next attempt would hear again (HTTP 3xx, and 4xx but 408, 425 and 429) ends the trying: GIVEN_UP,
 * as do limits.reconnect and limits.attempts. Where the connection had been open before, the venue cannot mean it for
 * good: then it waits at least twice limits.retry_most (a minute), twice as long each time it hears it again, to 15
 * minutes, and a step of the back-off more. websocket_retry tries again at once, given up or not. net_loop_destroy
 * frees what was not closed. Owned by the loop's thread. Handlers are called in that thread and may call anything here,
 * websocket_close included.
 */
#ifndef BOOKTOP_NET_WEBSOCKET_H
#define BOOKTOP_NET_WEBSOCKET_H

#include "booktop/net/loop.h"

#define WEBSOCKET_REASON_SIZE 160

enum websocket_state {
    WEBSOCKET_IDLE,
    WEBSOCKET_RESOLVING,
    WEBSOCKET_CONNECTING,
    WEBSOCKET_HANDSHAKING, /* TLS, then the upgrade */
    WEBSOCKET_OPEN,
    WEBSOCKET_DOWN,     /* waiting for the next attempt */
    WEBSOCKET_GIVEN_UP, /* there will be none, but by websocket_retry */
};

/* What kind of thing ended a connection, or kept it from being. */
enum websocket_failure {
    WEBSOCKET_FAILURE_NONE,
    WEBSOCKET_FAILURE_NAME,     /* not resolved */
    WEBSOCKET_FAILURE_DIAL,     /* refused, unreachable, no answer */
    WEBSOCKET_FAILURE_PROXY,    /* the proxy said no */
    WEBSOCKET_FAILURE_TLS,      /* handshake, certificate */
    WEBSOCKET_FAILURE_UPGRADE,  /* refused, or not a WebSocket's answer, or none */
    WEBSOCKET_FAILURE_CLOSED,   /* by the peer, with a close frame */
    WEBSOCKET_FAILURE_CUT,      /* by the network, without one */
    WEBSOCKET_FAILURE_SILENT,   /* pings unanswered */
    WEBSOCKET_FAILURE_PROTOCOL, /* it sent what may not be */
    WEBSOCKET_FAILURE_WRITE,    /* it takes nothing more */
    WEBSOCKET_FAILURE_MEMORY,
    WEBSOCKET_FAILURE_ASKED, /* websocket_reconnect */
    WEBSOCKET_FAILURE_COUNT
};

/* "name", "tls", …: a metric's label. Static. */
const char *websocket_failure_text(enum websocket_failure failure);

/* What is known of a connection; borrowed during the handler, or until the next call. */
struct websocket_status {
    enum websocket_state state;
    char reason[WEBSOCKET_REASON_SIZE]; /* why it is down, in words, sanitized; "" otherwise */
    enum websocket_failure failure;     /* the same as a kind */
    int close_code;                     /* the peer's, 0: none */
    int http_status;                    /* of a refused upgrade, 0: none */
    unsigned attempts;                  /* failures since the last success; websocket_reconnect is none */
    int64_t retry_at;                   /* mono ns of the next attempt while down; TIME_NEVER: given up */
    int64_t round_trip;                 /* ns of the last own ping, -1 while unknown */
    int64_t pinged;                     /* mono ns at which a ping of the peer was last answered, 0: none yet */
    int64_t heard;                      /* mono ns of the last sign of life of this connection, 0: none yet */
    int64_t unanswered;                 /* mono ns of our oldest ping that has no pong yet, 0: none */
    uint64_t messages, bytes;           /* received since websocket_open */
    uint64_t sent, sent_bytes;          /* messages handed to the network since then */
    uint64_t pongs, pings;              /* heard since then: answers to ours, and the peer's own */
    uint64_t refused_sends;             /* websocket_send said no since then */
    size_t waiting;                     /* bytes that wait to be sent, frame heads included */
};

struct websocket_handlers {
    /* A step was taken. WEBSOCKET_OPEN: messages may be sent. WEBSOCKET_DOWN, or WEBSOCKET_GIVEN_UP in its place: what
     * was queued is gone. */
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

/* Queues a text message (copied). False if not open or limits.queue would be exceeded. */
bool websocket_send(struct websocket *websocket, struct text message);

/* The messages are good: back-off starts anew at the next failure. */
void websocket_confirm(struct websocket *websocket);

/* What is known now; valid until the next call. For what changes without a step: counts and the round trip. */
const struct websocket_status *websocket_status_now(const struct websocket *websocket);

/* Ends the present connection and tries again with back-off (a freeze, a resync by reconnecting). No message comes any
 * more; the handler hears of the step at the next turn, not before this call returns. It is what we want and no
 * failure: it does not count against limits.attempts, and is done without limits.reconnect, too. */
void websocket_reconnect(struct websocket *websocket, const char *why);

/* Down or given up: the next attempt is made at the next turn, and back-off starts anew (the user asks for it, the
 * machine woke up). Nothing while a connection is open or being made. */
void websocket_retry(struct websocket *websocket);

/* Sends a close frame if open and frees the connection; no handler is called any more. */
void websocket_close(struct websocket *websocket);

#endif
