#include "server_core.h"

#include <sys/socket.h>

#include <openssl/err.h>

#include "tls_context.h"

void server_reset(struct server_peer *peer)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(lws_get_socket_fd(peer->wsi), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    server_cut(peer); /* by its socket alone: TLS would take its leave first */
}

/* Reading is off from here on, too: libwebsockets would answer a ping, fail, and close. It still hears of the end, when
 * the other side has shut as well. */
void server_half_close(struct server_peer *peer)
{
    if (peer->ended || peer->cut) return;
    peer->ended = true;
    server_peer_flow(peer);
    (void)shutdown(lws_get_socket_fd(peer->wsi), SHUT_WR);
}

void server_hold(struct server_peer *peer, bool sending, bool reading)
{
    peer->mute = sending;
    peer->deaf = reading;
    server_peer_flow(peer);
    if (!sending && peer->ready && (peer->first || peer->closing)) lws_callback_on_writable(peer->wsi);
}

bool server_send_raw(struct server_peer *peer, struct text bytes, size_t piece)
{
    return server_parcel_queue(peer, LWS_WRITE_HTTP, bytes, piece);
}

/* OpenSSL asks for each connection what to show. The context's own certificate must be cleared away: there is one for
 * each kind of key, and of two the stronger would be shown. */
static int certificate_wanted(SSL *tls, void *argument)
{
    const struct server *server = argument;
    SSL_certs_clear(tls);
    SSL_set_security_level(tls, 0); /* weak ones as well */
    return SSL_use_certificate(tls, server->certificate) == 1 && SSL_use_PrivateKey(tls, server->key) == 1;
}

bool server_show(struct server *server, const char *certificate_pem, const char *key_pem)
{
    if (!server->tls) return false;
    X509 *certificate = tls_certificate_read(certificate_pem);
    EVP_PKEY *key = tls_key_read(key_pem);
    if (!certificate || !key || X509_check_private_key(certificate, key) != 1) {
        EVP_PKEY_free(key);
        X509_free(certificate);
        ERR_clear_error();
        return false;
    }
    X509_free(server->certificate);
    EVP_PKEY_free(server->key);
    server->certificate = certificate;
    server->key = key;
    SSL_CTX_set_cert_cb(server->tls, certificate_wanted, server);
    return true;
}
