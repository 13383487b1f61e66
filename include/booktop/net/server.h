/* A server for HTTP GET and WebSocket: over TLS what the local exchange and tests stand on, without it the page of
 * measurements (`--metrics`).
 *
 * Owned by the thread of the loop that it was started in: one made with net_loop_options.server, or, without TLS, any.
 */
#ifndef BOOKTOP_NET_SERVER_H
#define BOOKTOP_NET_SERVER_H

#include "booktop/net/loop.h"
#include "booktop/net/tls.h"

struct server;
struct server_request; /* an HTTP request, until it is answered */
struct server_peer;    /* a WebSocket client, until `closed` */

/* In place of a status: the request is never answered, its connection stays as it is. */
#define SERVER_SILENT (-1)

/* How an upgrade is refused; texts are copied before `admit`'s caller returns. NULL: nothing of that kind. */
struct server_refusal {
    const char *body;        /* below 1 KiB */
    const char *retry_after; /* the value of these headers */
    const char *location;
    size_t padding; /* bytes of further headers, at most 64 KiB: more than a client should take */
};

struct server_handlers {
    /* A GET. Must be answered by server_reply before it returns. `path` without query, `query` without '?', both
     * percent-encoded (again: where the client need not have, it may differ from what it wrote; ';' came as '&'). */
    void (*request)(void *context, struct server_request *request, struct text path, struct text query);
    /* A WebSocket client on `path`. False refuses it (404). */
    bool (*open)(void *context, struct server_peer *peer, struct text path);
    /* Before that, while the upgrade can be refused with a status of its own: 0 goes on, else that status, or
     * SERVER_SILENT, with what `refusal` says (zeroed before). `server_header` can be asked in it. NULL: never refused.
     */
    int (*admit)(void *context, struct server_request *request, struct text path, struct server_refusal *refusal);
    void (*message)(void *context, struct server_peer *peer, struct text message);
    /* The peer is gone; called once for each `open` that returned true, at the latest by net_loop_destroy. */
    void (*closed)(void *context, struct server_peer *peer);
};

struct server_options {
    const char *address;                   /* numeric; NULL: 127.0.0.1 */
    unsigned port;                         /* 0: any free one */
    const struct tls_authority *authority; /* NULL: no TLS, GET only */
    struct server_handlers handlers;
    void *context;
};

/* NULL, with a reason, if the port is taken or TLS cannot be set up. */
struct server *server_start(struct net_loop *loop, const struct server_options *options, char *error,
                            size_t error_size);
/* Freed with the loop. The port that is bound: */
unsigned server_port(const struct server *server);

/* TCP connections taken so far, those whose TLS handshake failed included. */
uint64_t server_accepted(const struct server *server);
/* Those of them that have asked for something, a GET or an upgrade, once or more often. */
uint64_t server_asked(const struct server *server);

/* Answers a request. All texts are copied. `retry_after`: the value of that header, NULL: none. */
void server_reply(struct server_request *request, int status, const char *content_type, struct text body);
void server_reply_later(struct server_request *request, int status, const char *retry_after);

/* The value of a request's header (name in lower case, without colon) into `out`, terminated. False if it is not there
 * or does not fit. Only inside `admit` and `request`. */
bool server_header(struct server_request *request, const char *name, char *out, size_t size);

/* Queues a ping with this payload (copied, cut at 125 bytes) behind what waits; none when out of memory. */
void server_ping(struct server_peer *peer, struct text payload);

/* Queues a text message (copied). False when out of memory or more than 64 MiB wait: the peer is too slow. */
bool server_send(struct server_peer *peer, struct text message);
/* Bytes that wait to be sent. */
size_t server_backlog(const struct server_peer *peer);
/* Sends what is queued, then a close frame with this code. */
void server_close(struct server_peer *peer, unsigned code, const char *reason);
/* Cuts the TCP connection without a word, what is queued is lost. */
void server_cut(struct server_peer *peer);

/* What a bad network or a broken venue does to a peer; for faults alone. */
/* The connection is reset (RST). */
void server_reset(struct server_peer *peer);
/* Our side is ended (FIN) without a close frame or TLS's word; the socket stays until the peer ends it. What is
 * queued, or sent from now on, is lost; nothing more is read. */
void server_half_close(struct server_peer *peer);
/* Nothing is sent, or read, until it is allowed again. Pings are answered while it is read from, `sending` held or
 * not. That one who is not read from has left shows at the next server_send: then it is cut. */
void server_hold(struct server_peer *peer, bool sending, bool reading);
/* Queues bytes as they stand, frames and all, instead of a message, written `piece` at a time (0: at once), each piece
 * a TLS record and a turn of its own. False as for server_send. */
bool server_send_raw(struct server_peer *peer, struct text bytes, size_t piece);
/* From now on this certificate is shown (PEM, borrowed for the call). False if the two do not fit. */
bool server_show(struct server *server, const char *certificate_pem, const char *key_pem);
/* A GET stays unanswered for good. To be called in `request` instead of server_reply. */
void server_ignore(struct server_request *request);

/* The caller's own pointer of a peer, NULL at first. */
void server_set_data(struct server_peer *peer, void *data);
void *server_data(const struct server_peer *peer);

/* Percent-decodes the value of `name` in a query into `out` (terminated, cut to fit). False if it is not there. */
bool server_query_value(struct text query, const char *name, char *out, size_t size);

#endif
