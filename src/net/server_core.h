/* The inside of a server, for its files: server.c (sockets and life), server_request.c (HTTP), server_peer.c
 * (WebSocket), server_fault.c (what goes wrong on purpose). Loop's thread.
 *
 * libwebsockets' "opaque user data" of a server's socket is NULL, a server_request or a server_peer: `kind`, the first
 * of both, says which; or it is a `kind` alone, KIND_KEPT: a connection that was answered and may ask again.
 */
#ifndef NET_SERVER_CORE_H
#define NET_SERVER_CORE_H

#include <openssl/ssl.h>

#include "booktop/net/server.h"
#include "loop_core.h"
#include "message.h"

struct server {
    struct net_member member;
    struct server_options options; /* address and authority are the caller's: not to be looked at after the start */
    bool secure;                   /* speaks TLS */
    struct lws_vhost *vhost;
    SSL_CTX *tls;         /* the vhost's; NULL: not secure */
    X509 *certificate;    /* shown in place of the vhost's, with `key`; owned, NULL: none */
    EVP_PKEY *key;        /* owned */
    uint64_t accepted;    /* TCP connections so far */
    uint64_t asked;       /* of these asked for something */
    unsigned connections; /* of these there are now */
    struct lws_protocols protocols[2];
};

enum kind { KIND_REQUEST, KIND_PEER, KIND_KEPT };

struct server_request {
    enum kind kind;
    struct lws *wsi;
    bool replied, failed;
    bool silent;         /* it will never be answered */
    unsigned char *body; /* owned; LWS_PRE bytes of room before it */
    size_t length, sent;
};

/* What waits to be sent; LWS_PRE bytes of room before the bytes. */
struct parcel {
    struct parcel *next;
    enum lws_write_protocol frame; /* LWS_WRITE_HTTP: as it stands, without a frame around it */
    size_t piece;                  /* as much goes out in one turn, 0: all of it */
    size_t length, sent;
    unsigned char bytes[];
};

struct server_peer {
    enum kind kind;
    struct lws *wsi;
    struct server *server;
    void *data;
    struct message message;
    struct parcel *first, **last;
    size_t backlog;
    bool ready;      /* the upgrade is done: frames may be written */
    bool cut;        /* to be closed at once */
    bool closing;    /* to be closed with `close_code` when all is sent */
    bool ended;      /* our side is shut: nothing is written or read any more */
    bool mute, deaf; /* held: nothing is written, nothing is read */
    bool inside;     /* a parcel has gone out in part: nothing may come between, so nothing is read that might be
                        answered */
    unsigned close_code;
    char close_reason[124]; /* what fits into a control frame */
};

/* A question has come: counts the connection if it is its first. */
void server_request_count(struct server *server, struct lws *wsi);
/* What is being answered on a socket, NULL: nothing. */
struct server_request *server_request_of(struct lws *wsi);

/* LWS_CALLBACK_HTTP, and when its socket can be written to. Both answer in libwebsockets' terms. */
int server_request_arrived(struct server *server, struct lws *wsi);
int server_request_write(struct server_request *request);
void server_request_free(struct server_request *request);

/* Answers an upgrade with `status`, or never (SERVER_SILENT). `upgrade` is libwebsockets' own copy of that header. In
 * libwebsockets' terms, for LWS_CALLBACK_HTTP_CONFIRM_UPGRADE. */
int server_upgrade_refuse(struct lws *wsi, char *upgrade, int status, const struct server_refusal *refusal);

/* LWS_CALLBACK_HTTP_CONFIRM_UPGRADE, after that the peer's other callbacks. */
int server_upgrade_asked(struct server *server, struct lws *wsi, char *upgrade);
int server_peer_established(struct server_peer *peer);
int server_peer_write(struct server_peer *peer);
int server_peer_read(struct server_peer *peer, const char *bytes, size_t length);
void server_peer_gone(struct server_peer *peer);

/* Queues a parcel; as server_send. */
bool server_parcel_queue(struct server_peer *peer, enum lws_write_protocol frame, struct text payload, size_t piece);
/* Lets libwebsockets read from the peer, or not, as the flags say. */
void server_peer_flow(struct server_peer *peer);

#endif
