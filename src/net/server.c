#include "booktop/net/server.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "server_core.h"
#include "tls_context.h"

#define PIECE_SIZE 65536
#define LOOPBACK   "127.0.0.1"
/* Connections that a server without TLS takes at once: it shares the loop's descriptors with the venues. */
#define PLAIN_MOST 32

/* --- callbacks --- */

/* The socket is gone, or changes its use: what we kept for it goes too. */
static void socket_forget(struct lws *wsi)
{
    void *opaque = lws_get_opaque_user_data(wsi);
    if (!opaque) return;
    if (*(enum kind *)opaque == KIND_PEER)
        server_peer_gone(opaque);
    else
        server_request_free(server_request_of(wsi));
    lws_set_opaque_user_data(wsi, NULL);
}

/* Somebody has connected; not 0 hangs up on him. */
static int socket_accepted(struct server *server)
{
    if (!server->secure && server->connections >= PLAIN_MOST) return -1;
    server->accepted++;
    return 0;
}

/* Nobody may resume a session: whatever certificate is shown now is what everybody gets to see. */
static int certificate_load(struct lws_vhost *vhost, SSL_CTX *context)
{
    struct server *server = lws_vhost_user(vhost);
    const struct tls_authority *authority = server->options.authority;
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    if (SSL_CTX_set_num_tickets(context, 0) != 1) return -1;
    server->tls = context;
    return tls_context_show(context, authority->certificate_pem, authority->key_pem) ? 0 : -1;
}

static int request_event(struct server *server, struct lws *wsi, enum lws_callback_reasons why, void *in)
{
    struct server_request *request = server_request_of(wsi);
    switch (why) {
    case LWS_CALLBACK_HTTP:
        return server_request_arrived(server, wsi);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return request ? server_request_write(request) : 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return server_upgrade_asked(server, wsi, in);
    default:
        return 0;
    }
}

static int peer_event(struct server_peer *peer, enum lws_callback_reasons why, const char *in, size_t length)
{
    switch (why) {
    case LWS_CALLBACK_ESTABLISHED:
        return peer ? server_peer_established(peer) : -1;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return peer ? server_peer_write(peer) : 0;
    case LWS_CALLBACK_RECEIVE:
        return peer ? server_peer_read(peer, in, length) : -1;
    default:
        return 0;
    }
}

static int server_callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t length)
{
    if (why == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) return certificate_load(in, user);
    struct lws_vhost *vhost = wsi ? lws_get_vhost(wsi) : NULL;
    struct server *server = vhost ? lws_vhost_user(vhost) : NULL;
    if (!server) return 0; /* libwebsockets' own affairs */
    switch (why) {
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return socket_accepted(server);
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        server->connections++;
        return 0;
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return request_event(server, wsi, why, in);
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_RECEIVE:
        return peer_event(lws_get_opaque_user_data(wsi), why, in, length);
    case LWS_CALLBACK_WSI_DESTROY:
        if (server->connections) server->connections--; /* the listening socket was never counted */
        socket_forget(wsi);
        return 0;
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLOSED_HTTP:
        socket_forget(wsi);
        return 0;
    default:
        return 0;
    }
}

/* --- servers --- */

static void server_end(struct net_member *member)
{
    struct server_handlers *handlers = &((struct server *)member)->options.handlers;
    handlers->request = NULL; /* who comes now finds nothing */
    handlers->open = NULL;
    handlers->admit = NULL;
    net_member_keep(member); /* its peers go with libwebsockets' context, and still need it */
}

static void server_release(struct net_member *member)
{
    struct server *server = (struct server *)member;
    X509_free(server->certificate);
    EVP_PKEY_free(server->key);
    free(server);
}

static bool is_numeric(const char *address)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1;
}

static bool vhost_create(struct server *server, const char *address)
{
    struct lws_context_creation_info info = {
        .port = (int)server->options.port,
        .iface = address,
        .vhost_name = "server",
        .protocols = server->protocols,
        .alpn = "http/1.1",
        .user = server,
        .http_proxy_address = "none:0",
    };
    info.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
    if (!strchr(address, ':')) info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
    if (server->secure) info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX;
    server->vhost = lws_create_vhost(server->member.loop->context, &info);
    return server->vhost != NULL;
}

static struct server *server_make(struct net_loop *loop, const struct server_options *options)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server) return NULL;
    server->options = *options;
    server->secure = options->authority != NULL;
    server->protocols[0] =
        (struct lws_protocols){.name = "booktop", .callback = server_callback, .rx_buffer_size = PIECE_SIZE};
    server->member.end = server_end;
    server->member.release = server_release;
    net_member_join(loop, &server->member);
    return server;
}

struct server *server_start(struct net_loop *loop, const struct server_options *options, char *error, size_t error_size)
{
    const char *address = options->address ? options->address : LOOPBACK;
    char words[160];
    if (!is_numeric(address)) {
        (void)snprintf(words, sizeof words, "cannot serve on %s: it is no numeric address", address);
        net_refuse(error, error_size, words);
        return NULL;
    }
    struct server *server = server_make(loop, options);
    if (!server) {
        net_refuse(error, error_size, "out of memory");
        return NULL;
    }
    if (vhost_create(server, address)) {
        server->options.authority = NULL; /* theirs, and done with */
        server->options.address = NULL;
        return server;
    }
    net_member_keep(&server->member);
    (void)snprintf(words, sizeof words, "cannot serve on %s:%u: the port is taken, or %s", address, options->port,
                   server->secure ? "TLS cannot be set up" : "the address is none of this machine");
    net_refuse(error, error_size, words);
    return NULL;
}

unsigned server_port(const struct server *server)
{
    int port = lws_get_vhost_listen_port(server->vhost);
    return port > 0 ? (unsigned)port : 0;
}

uint64_t server_accepted(const struct server *server)
{
    return server->accepted;
}

uint64_t server_asked(const struct server *server)
{
    return server->asked;
}
