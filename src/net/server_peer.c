#include "server_core.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uri.h"

#define BACKLOG_CAP (64u << 20)
#define MESSAGE_CAP (16u << 20)
/* One turn writes at most so many messages to one peer, so that others get their turn. */
#define BURST 64
/* The longest payload of a ping (RFC 6455 section 5.5). */
#define PING_MOST 125

/* --- what waits to be sent --- */

static void parcel_drop(struct server_peer *peer)
{
    struct parcel *parcel = peer->first;
    peer->backlog -= parcel->length - parcel->sent;
    peer->first = parcel->next;
    if (!peer->first) peer->last = &peer->first;
    free(parcel);
}

/* Who is not read from has left, and nothing else would tell. */
static bool has_left(const struct server_peer *peer)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    return getsockopt(lws_get_socket_fd(peer->wsi), IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           info.tcpi_state == TCP_CLOSE_WAIT;
}

bool server_parcel_queue(struct server_peer *peer, enum lws_write_protocol frame, struct text payload, size_t piece)
{
    if (peer->ended) return true; /* lost on the way, as far as the caller can tell */
    if (peer->deaf && has_left(peer)) server_cut(peer);
    if (peer->cut || peer->closing || payload.length > BACKLOG_CAP - peer->backlog) return false;
    struct parcel *parcel = malloc(sizeof *parcel + LWS_PRE + payload.length);
    if (!parcel) return false;
    *parcel = (struct parcel){.frame = frame, .piece = piece, .length = payload.length};
    if (payload.length) memcpy(parcel->bytes + LWS_PRE, payload.at, payload.length);
    *peer->last = parcel;
    peer->last = &parcel->next;
    peer->backlog += payload.length;
    if (peer->ready) lws_callback_on_writable(peer->wsi);
    return true;
}

/* Writes the first parcel, or its next piece. */
static bool parcel_write(struct server_peer *peer)
{
    struct parcel *parcel = peer->first;
    size_t rest = parcel->length - parcel->sent;
    size_t piece = parcel->piece && parcel->piece < rest ? parcel->piece : rest;
    int written = lws_write(peer->wsi, parcel->bytes + LWS_PRE + parcel->sent, piece, parcel->frame);
    if (written < (int)piece) return false;
    parcel->sent += piece;
    peer->backlog -= piece;
    bool inside = parcel->sent < parcel->length;
    if (!inside) parcel_drop(peer);
    if (inside == peer->inside) return true;
    peer->inside = inside;
    server_peer_flow(peer);
    return true;
}

/* --- peers --- */

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

static void peer_free(struct server_peer *peer)
{
    while (peer->first) parcel_drop(peer);
    message_free(&peer->message);
    free(peer);
}

void server_peer_gone(struct server_peer *peer)
{
    lws_set_opaque_user_data(peer->wsi, NULL);
    const struct server_options *options = &peer->server->options;
    if (options->handlers.closed) options->handlers.closed(options->context, peer);
    peer_free(peer);
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
int server_upgrade_asked(struct server *server, struct lws *wsi, char *upgrade)
{
    const struct server_handlers *handlers = &server->options.handlers;
    char path[URI_SIZE];
    struct text path_text = uri_path(wsi, path, sizeof path);
    server_request_count(server, wsi);
    if (!server->secure || strcasecmp(upgrade, "websocket") != 0 || !path_text.at)
        return lws_return_http_status(wsi, HTTP_STATUS_NOT_FOUND, NULL) ? -1 : 1;
    if (handlers->admit) {
        struct server_request request = {.kind = KIND_REQUEST, .wsi = wsi, .replied = true};
        struct server_refusal refusal = {0};
        int status = handlers->admit(server->options.context, &request, path_text, &refusal);
        if (status) return server_upgrade_refuse(wsi, upgrade, status, &refusal);
    }
    return peer_open(server, wsi, path_text);
}

int server_peer_established(struct server_peer *peer)
{
    peer->ready = true;
    if (peer->cut) return -1;
    server_peer_flow(peer);
    if (peer->first || peer->closing) lws_callback_on_writable(peer->wsi);
    return 0;
}

void server_peer_flow(struct server_peer *peer)
{
    if (!peer->ready) return;
    (void)lws_rx_flow_control(peer->wsi, !(peer->deaf || peer->inside || peer->ended));
}

/* A piece of a parcel that goes out by pieces has its turn to itself. */
static bool parcels_write(struct server_peer *peer)
{
    for (unsigned n = 0; peer->first && n < BURST; n++) {
        bool alone = peer->first->piece > 0;
        if (n && (alone || lws_send_pipe_choked(peer->wsi))) break;
        if (!parcel_write(peer)) return false;
        if (alone) break;
    }
    return true;
}

int server_peer_write(struct server_peer *peer)
{
    if (peer->cut) return -1;
    if (peer->mute || peer->ended) return 0;
    if (!parcels_write(peer)) return -1;
    if (peer->first) {
        lws_callback_on_writable(peer->wsi);
        return 0;
    }
    if (!peer->closing || lws_partial_buffered(peer->wsi)) return 0;
    lws_close_reason(peer->wsi, (enum lws_close_status)peer->close_code, (unsigned char *)peer->close_reason,
                     strlen(peer->close_reason));
    return -1;
}

int server_peer_read(struct server_peer *peer, const char *bytes, size_t length)
{
    if (peer->cut) return -1;
    if (peer->closing || peer->ended) return 0;
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

bool server_send(struct server_peer *peer, struct text message)
{
    return server_parcel_queue(peer, LWS_WRITE_TEXT, message, 0);
}

void server_ping(struct server_peer *peer, struct text payload)
{
    if (payload.length > PING_MOST) payload.length = PING_MOST;
    (void)server_parcel_queue(peer, LWS_WRITE_PING, payload, 0);
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
