/* One attempt to reach a URL: the name, the addresses in turn, TCP, the proxy, TLS, the request. Loop's thread.
 *
 * libwebsockets 4.1.6 reports the end of a connection in four different ways (NULL from connect, CONNECTION_ERROR,
 * CLOSED, and CLOSED_CLIENT_HTTP alone); here there is one, `failed`, with a reason in words. An address that does not
 * answer within limits.dial, or refuses, gives way to the next one; the next attempt begins with another address. What
 * follows is to be done within limits.handshake: TLS and the upgrade, of a GET TLS alone.
 * Where the loop has a proxy for this host it is the proxy's name that is resolved, and its addresses are tried; its
 * answer is waited for as long as for an address.
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include "booktop/net/resolver.h"
#include "booktop/net/websocket.h"
#include "loop_core.h"
#include "tcp.h"
#include "tunnel.h"
#include "url.h"

#define DIAL_REASON_SIZE 160

enum dial_phase {
    DIAL_IDLE,
    DIAL_RESOLVING,
    DIAL_CONNECTING,  /* TCP */
    DIAL_TUNNELLING,  /* the proxy was asked; not told to the owner */
    DIAL_HANDSHAKING, /* TLS */
    DIAL_REQUESTED,   /* the request, or the upgrade, was sent; not told either */
    DIAL_OPEN,        /* the WebSocket is; not told either */
};

/* Why there is no connection, or no connection any more. */
struct dial_failure {
    enum websocket_failure kind;
    char reason[DIAL_REASON_SIZE]; /* sanitized */
    int http_status;               /* of a refused upgrade, or the proxy's (`kind` says which); 0: none */
    const char *body;              /* what it said, the start of it; "": nothing, or too late. Foreign text. */
    int64_t retry_after;           /* ns the server asked to wait, 0: it did not */
};

struct dial {
    struct net_handle handle; /* first: libwebsockets' pointer */
    struct net_loop *loop;
    struct url url;
    const char *method; /* NULL: a WebSocket upgrade */
    enum dial_phase phase;
    /* The phase went on. */
    void (*stepped)(struct dial *dial);
    /* The end; once for each dial_start, unless dial_stop came first. The dial is idle again. */
    void (*failed)(struct dial *dial, const struct dial_failure *failure);
    /* libwebsockets' callbacks on the connection, but for those that say it ended. */
    int (*event)(struct dial *dial, struct lws *wsi, enum lws_callback_reasons why, void *in, size_t length);

    char tls_error[DIAL_REASON_SIZE]; /* why the peer's certificate was refused; foreign text. "": it was not */
    bool proxied;
    struct tcp tcp;
    struct tunnel tunnel;
    struct lws *wsi; /* from the handshake on; NULL: there is none */
    int lost;        /* errno of what kept libwebsockets from taking the connection over, 0: nothing */
    struct resolver_query *query;
    struct resolver_answer answer;
    unsigned tried;              /* addresses of this attempt */
    int number;                  /* errno of those that failed, 0: none yet */
    unsigned rotation;           /* attempts so far: where the next one begins */
    char body[DIAL_REASON_SIZE]; /* of a refused upgrade */
    struct net_timer timer;
};

/* `method`, the three handlers and `url` are set by the owner; the rest is zeroed. */
void dial_init(struct dial *dial, struct net_loop *loop);

/* False when there is no memory or thread for it: nothing was begun. */
bool dial_start(struct dial *dial);

/* Lets go of everything, the connection included; no handler is called. Safe when idle. */
void dial_stop(struct dial *dial);

/* The same, but an open WebSocket is closed with a close frame. */
void dial_close(struct dial *dial);

/* What has not come yet, for a reason: "no answer to the upgrade". */
const char *dial_lacks(const struct dial *dial);

/* The value of Retry-After in ns (its form in seconds only), at most 10 minutes; 0 if there is none. */
int64_t dial_retry_after(struct lws *wsi);

#endif
