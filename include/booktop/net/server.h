/* A TLS server for HTTP GET and WebSocket on a loopback address: what the local exchange and tests stand on.
 *
 * Runs in a loop made with net_loop_options.server; owned by that loop's thread. Binds 127.0.0.1 only.
 */
#ifndef BOOKTOP_NET_SERVER_H
#define BOOKTOP_NET_SERVER_H

#include "booktop/net/loop.h"
#include "booktop/net/tls.h"

struct server;
struct server_request; /* an HTTP request, until it is answered */
struct server_peer;    /* a WebSocket client, until `closed` */

struct server_handlers {
    /* A GET. Must be answered by server_reply before it returns. `path` without query, `query` without '?', both
     * percent-encoded (again: where the client need not have, it may differ from what it wrote; ';' came as '&'). */
    void (*request)(void *context, struct server_request *request, struct text path, struct text query);
    /* A WebSocket client on `path`. False refuses it (404). */
    bool (*open)(void *context, struct server_peer *peer, struct text path);
    /* Before that, while the upgrade can be refused with a status of its own: 0 goes on, else that status with `reason`
     * (below 1 KiB, copied; "" where it is left alone) as body. `server_header` can be asked in it. NULL: never
     * refused. */
    int (*admit)(void *context, struct server_request *request, struct text path, const char **reason);
    void (*message)(void *context, struct server_peer *peer, struct text message);
    /* The peer is gone; called once for each `open` that returned true, at the latest by net_loop_destroy. */
    void (*closed)(void *context, struct server_peer *peer);
};

struct server_options {
    unsigned port; /* 0: any free one */
    const struct tls_authority *authority;
    struct server_handlers handlers;
    void *context;
};

/* NULL, with a reason, if the port is taken or TLS cannot be set up. */
struct server *server_start(struct net_loop *loop, const struct server_options *options, char *error,
                            size_t error_size);
/* Freed with the loop. The port that is bound: */
unsigned server_port(const struct server *server);

/* Answers a request. Both texts are copied. */
void server_reply(struct server_request *request, int status, const char *content_type, struct text body);

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

/* The caller's own pointer of a peer, NULL at first. */
void server_set_data(struct server_peer *peer, void *data);
void *server_data(const struct server_peer *peer);

/* Percent-decodes the value of `name` in a query into `out` (terminated, cut to fit). False if it is not there. */
bool server_query_value(struct text query, const char *name, char *out, size_t size);

#endif
