#include "booktop/net/server.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "dial.h"
#include "loop_core.h"
#include "message.h"
#include "tls_context.h"
#include "uri.h"

#define BACKLOG_CAP (64u << 20)
#define MESSAGE_CAP (16u << 20)
#define PIECE_SIZE  65536
/* How much of a reply's body is written at once. */
#define BODY_PIECE 16384
/* One turn writes at most so many messages to one peer, so that others get their turn. */
#define BURST 64
/* The longest body of a refused upgrade, and the longest payload of a ping (RFC 6455 section 5.5). */
#define REFUSAL_SIZE 1024
#define HEAD_SIZE    512
#define PING_MOST    125

struct server {
    struct net_member member;
    struct server_options options;
    struct lws_vhost *vhost;
    const char *certificate_pem, *key_pem; /* borrowed, while the vhost is made */
    struct lws_protocols protocols[2];
};

/* libwebsockets' pointer for a server's socket: what became of it. */
enum kind { KIND_REQUEST, KIND_PEER };

struct server_request {
    enum kind kind;
    struct lws *wsi;
    bool replied, failed;
    unsigned char *body; /* owned; LWS_PRE bytes of room before it */
    size_t length, sent;
};

/* A message or a ping that waits; LWS_PRE bytes of room before the bytes. */
struct parcel {
    struct parcel *next;
    enum lws_write_protocol frame;
    size_t length;
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
    bool ready;   /* the upgrade is done: frames may be written */
    bool cut;     /* to be closed at once */
    bool closing; /* to be closed with `close_code` when all is sent */
    unsigned close_code;
    char close_reason[124]; /* what fits into a control frame */
};

/* --- HTTP --- */

/* The reply's head, at once; its body follows piece by piece. libwebsockets holds the pieces' bytes only as long as it
 * must. */
static bool head_write(struct server_request *request, int status, const char *content_type)
{
    unsigned char head[LWS_PRE + 1024];
    unsigned char *start = head + LWS_PRE;
    unsigned char *at = start;
    unsigned char *end = head + sizeof head - 1;
    return lws_add_http_common_headers(request->wsi, (unsigned)status, content_type, request->length, &at, end) == 0 &&
           lws_finalize_write_http_header(request->wsi, start, &at, end) == 0;
}

void server_reply(struct server_request *request, int status, const char *content_type, struct text body)
{
    if (request->replied) return;
    request->replied = true;
    request->body = malloc(LWS_PRE + body.length + 1);
    if (!request->body) {
        request->failed = true;
        return;
    }
    if (body.length) memcpy(request->body + LWS_PRE, body.at, body.length);
    request->length = body.length;
    request->failed = !head_write(request, status, content_type);
}

/* libwebsockets' own index of a header that it knows, or -1: it keeps the others by their names. */
static int header_token(const char *name_colon)
{
    for (int token = 0; token < WSI_TOKEN_COUNT; token++) {
        const unsigned char *known = lws_token_to_string((enum lws_token_indexes)token);
        if (known && strcmp((const char *)known, name_colon) == 0) return token;
    }
    return -1;
}

bool server_header(struct server_request *request, const char *name, char *out, size_t size)
{
    char name_colon[128];
    out[0] = '\0';
    int length = snprintf(name_colon, sizeof name_colon, "%s:", name);
    if (length <= 1 || (size_t)length >= sizeof name_colon || size > INT_MAX) return false;
    int token = header_token(name_colon);
    if (token < 0) return lws_hdr_custom_copy(request->wsi, out, (int)size, name_colon, length) >= 0;
    if (!lws_hdr_total_length(request->wsi, (enum lws_token_indexes)token)) return false;
    return lws_hdr_copy(request->wsi, out, (int)size, (enum lws_token_indexes)token) >= 0;
}

static void request_free(struct server_request *request)
{
    if (!request) return;
    free(request->body);
    free(request);
}

static struct server_request *request_make(struct lws *wsi)
{
    struct server_request *request = calloc(1, sizeof *request);
    if (!request) return NULL;
    request->kind = KIND_REQUEST;
    request->wsi = wsi;
    lws_set_opaque_user_data(wsi, request);
    return request;
}

static int request_done(struct server_request *request)
{
    struct lws *wsi = request->wsi;
    lws_set_opaque_user_data(wsi, NULL);
    request_free(request);
    return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int request_write(struct server_request *request)
{
    size_t rest = request->length - request->sent;
    size_t piece = rest < BODY_PIECE ? rest : BODY_PIECE;
    bool final = piece == rest;
    unsigned char *at = request->body + LWS_PRE + request->sent;
    if (lws_write(request->wsi, at, piece, final ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < (int)piece) return -1;
    request->sent += piece;
    if (final) return request_done(request);
    lws_callback_on_writable(request->wsi);
    return 0;
}

static int request_arrived(struct server *server, struct lws *wsi)
{
    struct server_request *request = request_make(wsi);
    if (!request) return -1;
    char path[URI_SIZE];
    char query[URI_SIZE];
    struct text path_text = uri_path(wsi, path, sizeof path);
    struct text query_text = uri_query(wsi, query, sizeof query);
    bool get = lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0;
    if (!get)
        server_reply(request, 405, "text/plain", TEXT("only GET\n"));
    else if (!path_text.at || !query_text.at)
        server_reply(request, 414, "text/plain", TEXT("too long\n"));
    else if (server->options.handlers.request)
        server->options.handlers.request(server->options.context, request, path_text, query_text);
    if (!request->replied) server_reply(request, 404, "text/plain", TEXT("not found\n"));
    if (request->failed) return -1;
    if (!request->length) return request_done(request);
    lws_callback_on_writable(wsi);
    return 0;
}

/* --- WebSocket --- */

static void peer_free(struct server_peer *peer)
{
    while (peer->first) {
        struct parcel *parcel = peer->first;
        peer->first = parcel->next;
        free(parcel);
    }
    message_free(&peer->message);
    free(peer);
}

static void peer_gone(struct server_peer *peer)
{
    lws_set_opaque_user_data(peer->wsi, NULL);
    const struct server_options *options = &peer->server->options;
    if (options->handlers.closed) options->handlers.closed(options->context, peer);
    peer_free(peer);
}

static struct server_peer *peer_make(struct server *server, struct lws *wsi)
{
    struct server_peer *peer = calloc(1, sizeof *peer);
    if (!peer) return NULL;
    peer->kind = KIND_PEER;
    peer->wsi = wsi;
    peer->server = server;
    peer->last = &peer->first;
    message_init(&peer->message, MESSAGE_CAP);
    return peer;
}

/* Head and body at once, since the upgrade's callback has no later, and by hand: libwebsockets does not know the
 * request's version yet and would answer in HTTP/1.0. It ends the connection itself. */
static int upgrade_refuse(struct lws *wsi, int status, const char *reason)
{
    unsigned char reply[LWS_PRE + HEAD_SIZE + REFUSAL_SIZE];
    char body[REFUSAL_SIZE];
    size_t length = text_copy(text_from(reason), body, sizeof body);
    int whole = snprintf((char *)reply + LWS_PRE, sizeof reply - LWS_PRE,
                         "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                         "Connection: close\r\n\r\n%s",
                         status, http_status_words(status), length, body);
    return lws_write(wsi, reply + LWS_PRE, (size_t)whole, LWS_WRITE_HTTP_FINAL) < whole ? -1 : 1;
}

static int peer_open(struct server *server, struct lws *wsi, struct text path)
{
    const struct server_handlers *handlers = &server->options.handlers;
    struct server_peer *peer = peer_make(server, wsi);
    if (!peer) return -1;
    if (handlers->open && handlers->open(server->options.context, peer, path)) {
        lws_set_opaque_user_data(wsi, peer);
        return 0;
    }
    peer_free(peer);
    return lws_return_http_status(wsi, HTTP_STATUS_NOT_FOUND, NULL) ? -1 : 1;
}

/* An upgrade is asked for: 0 lets it go on, 1 says that it was answered with a refusal. */
static int upgrade_asked(struct server *server, struct lws *wsi, const char *protocol)
{
    const struct server_handlers *handlers = &server->options.handlers;
    char path[URI_SIZE];
    struct text path_text = uri_path(wsi, path, sizeof path);
    if (strcasecmp(protocol, "websocket") != 0 || !path_text.at)
        return lws_return_http_status(wsi, HTTP_STATUS_NOT_FOUND, NULL) ? -1 : 1;
    if (handlers->admit) {
        struct server_request request = {.kind = KIND_REQUEST, .wsi = wsi, .replied = true};
        const char *reason = "";
        int status = handlers->admit(server->options.context, &request, path_text, &reason);
        if (status) return upgrade_refuse(wsi, status, reason);
    }
    return peer_open(server, wsi, path_text);
}

static bool parcel_write(struct server_peer *peer)
{
    struct parcel *parcel = peer->first;
    int written = lws_write(peer->wsi, parcel->bytes + LWS_PRE, parcel->length, parcel->frame);
    if (written < (int)parcel->length) return false;
    peer->backlog -= parcel->length;
    peer->first = parcel->next;
    if (!peer->first) peer->last = &peer->first;
    free(parcel);
    return true;
}

static int peer_write(struct server_peer *peer)
{
    if (peer->cut) return -1;
    for (unsigned n = 0; peer->first && n < BURST; n++) {
        if (n && lws_send_pipe_choked(peer->wsi)) break;
        if (!parcel_write(peer)) return -1;
    }
    if (peer->first) {
        lws_callback_on_writable(peer->wsi);
        return 0;
    }
    if (!peer->closing || lws_partial_buffered(peer->wsi)) return 0;
    lws_close_reason(peer->wsi, (enum lws_close_status)peer->close_code, (unsigned char *)peer->close_reason,
                     strlen(peer->close_reason));
    return -1;
}

static int peer_read(struct server_peer *peer, const char *bytes, size_t length)
{
    if (peer->cut) return -1;
    if (peer->closing) return 0;
    struct text whole;
    switch (message_add(&peer->message, peer->wsi, bytes, length, &whole)) {
    case MESSAGE_OPEN:
        return 0;
    case MESSAGE_WHOLE:
        if (peer->server->options.handlers.message)
            peer->server->options.handlers.message(peer->server->options.context, peer, whole);
        message_clear(&peer->message);
        return 0;
    case MESSAGE_BINARY:
        lws_close_reason(peer->wsi, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, NULL, 0);
        return -1;
    case MESSAGE_TOO_LONG:
    case MESSAGE_NO_MEMORY:
        lws_close_reason(peer->wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL, 0);
        return -1;
    }
    return -1;
}

static bool parcel_queue(struct server_peer *peer, enum lws_write_protocol frame, struct text payload)
{
    if (peer->cut || peer->closing || payload.length > BACKLOG_CAP - peer->backlog) return false;
    struct parcel *parcel = malloc(sizeof *parcel + LWS_PRE + payload.length);
    if (!parcel) return false;
    parcel->next = NULL;
    parcel->frame = frame;
    parcel->length = payload.length;
    if (payload.length) memcpy(parcel->bytes + LWS_PRE, payload.at, payload.length);
    *peer->last = parcel;
    peer->last = &parcel->next;
    peer->backlog += payload.length;
    if (peer->ready) lws_callback_on_writable(peer->wsi);
    return true;
}

bool server_send(struct server_peer *peer, struct text message)
{
    return parcel_queue(peer, LWS_WRITE_TEXT, message);
}

void server_ping(struct server_peer *peer, struct text payload)
{
    if (payload.length > PING_MOST) payload.length = PING_MOST;
    (void)parcel_queue(peer, LWS_WRITE_PING, payload);
}

size_t server_backlog(const struct server_peer *peer)
{
    return peer->backlog;
}

void server_close(struct server_peer *peer, unsigned code, const char *reason)
{
    if (peer->closing || peer->cut) return;
    peer->closing = true;
    peer->close_code = code;
    text_copy(text_from(reason), peer->close_reason, sizeof peer->close_reason);
    if (peer->ready) lws_callback_on_writable(peer->wsi);
}

void server_cut(struct server_peer *peer)
{
    if (peer->cut) return;
    peer->cut = true;
    lws_set_timeout(peer->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

void server_set_data(struct server_peer *peer, void *data)
{
    peer->data = data;
}

void *server_data(const struct server_peer *peer)
{
    return peer->data;
}

/* --- callbacks --- */

static int established(struct server_peer *peer)
{
    peer->ready = true;
    if (peer->cut) return -1;
    if (peer->first || peer->closing) lws_callback_on_writable(peer->wsi);
    return 0;
}

/* The socket is gone, or changes its use: what we kept for it goes too. */
static void socket_forget(void *opaque)
{
    if (!opaque) return;
    if (*(enum kind *)opaque == KIND_PEER)
        peer_gone(opaque);
    else
        request_free(opaque);
}

static int certificate_load(struct lws_vhost *vhost, SSL_CTX *context)
{
    const struct server *server = lws_vhost_user(vhost);
    return tls_context_show(context, server->certificate_pem, server->key_pem) ? 0 : -1;
}

static int server_callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t length)
{
    if (why == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) return certificate_load(in, user);
    struct lws_vhost *vhost = wsi ? lws_get_vhost(wsi) : NULL;
    struct server *server = vhost ? lws_vhost_user(vhost) : NULL;
    if (!server) return 0; /* libwebsockets' own affairs */
    void *opaque = lws_get_opaque_user_data(wsi);
    switch (why) {
    case LWS_CALLBACK_HTTP:
        return request_arrived(server, wsi);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return opaque ? request_write(opaque) : 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return upgrade_asked(server, wsi, in);
    case LWS_CALLBACK_ESTABLISHED:
        return opaque ? established(opaque) : -1;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return opaque ? peer_write(opaque) : 0;
    case LWS_CALLBACK_RECEIVE:
        return opaque ? peer_read(opaque, in, length) : -1;
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_WSI_DESTROY:
        socket_forget(opaque);
        lws_set_opaque_user_data(wsi, NULL);
        return 0;
    default:
        return 0;
    }
}

/* --- servers --- */

static void server_end(struct net_member *member)
{
    net_member_keep(member); /* its peers go with libwebsockets' context, and still need it */
}

static void server_release(struct net_member *member)
{
    free(member);
}

static bool vhost_create(struct server *server, struct net_loop *loop)
{
    struct lws_context_creation_info info = {
        .port = (int)server->options.port,
        .iface = "127.0.0.1",
        .vhost_name = "server",
        .protocols = server->protocols,
        .alpn = "http/1.1",
        .user = server,
        .http_proxy_address = "none:0",
    };
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
                   LWS_SERVER_OPTION_DISABLE_IPV6 | LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
    server->vhost = lws_create_vhost(loop->context, &info);
    return server->vhost != NULL;
}

struct server *server_start(struct net_loop *loop, const struct server_options *options, char *error, size_t error_size)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server) {
        net_refuse(error, error_size, "out of memory");
        return NULL;
    }
    server->options = *options;
    server->certificate_pem = options->authority->certificate_pem;
    server->key_pem = options->authority->key_pem;
    server->protocols[0] =
        (struct lws_protocols){.name = "booktop", .callback = server_callback, .rx_buffer_size = PIECE_SIZE};
    server->member.end = server_end;
    server->member.release = server_release;
    net_member_join(loop, &server->member);
    bool started = vhost_create(server, loop);
    server->certificate_pem = server->key_pem = NULL;
    if (started) return server;
    net_member_keep(&server->member);
    char words[128];
    (void)snprintf(words, sizeof words, "cannot serve on 127.0.0.1:%u: the port is taken, or TLS cannot be set up",
                   options->port);
    net_refuse(error, error_size, words);
    return NULL;
}

unsigned server_port(const struct server *server)
{
    int port = lws_get_vhost_listen_port(server->vhost);
    return port > 0 ? (unsigned)port : 0;
}
