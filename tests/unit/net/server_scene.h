/* A peer of our server that speaks TLS through OpenSSL alone and WebSocket by hand: it sees what came as it came. */
#ifndef NET_SERVER_SCENE_H
#define NET_SERVER_SCENE_H

#include "harness.h"

#include <errno.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

struct raw_tls {
    int socket;
    SSL_CTX *context;
    SSL *ssl;
};

static inline int loopback_connect(unsigned port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    return descriptor;
}

/* Connects; gives X509_V_OK, or why `ca_pem` does not vouch for what the server showed. Then there is no connection. */
static inline long raw_tls_meet(struct raw_tls *peer, unsigned port, const char *ca_pem)
{
    peer->socket = loopback_connect(port);
    peer->context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(peer->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_security_level(peer->context, 2);
    BIO *bio = BIO_new_mem_buf(ca_pem, -1);
    X509 *ca = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    assert_int_equal(X509_STORE_add_cert(SSL_CTX_get_cert_store(peer->context), ca), 1);
    X509_free(ca);
    BIO_free(bio);
    peer->ssl = SSL_new(peer->context);
    assert_int_equal(SSL_set1_host(peer->ssl, "localhost"), 1);
    assert_int_equal(SSL_set_fd(peer->ssl, peer->socket), 1);
    int met = SSL_connect(peer->ssl);
    long verdict = SSL_get_verify_result(peer->ssl);
    assert_int_equal(met == 1, verdict == X509_V_OK);
    return verdict;
}

static inline void raw_tls_leave(struct raw_tls *peer)
{
    SSL_free(peer->ssl);
    SSL_CTX_free(peer->context);
    (void)close(peer->socket);
}

static inline void raw_tls_write(struct raw_tls *peer, const void *bytes, size_t length)
{
    assert_int_equal(SSL_write(peer->ssl, bytes, (int)length), length);
}

/* One record, or what there is of it. 0 or less: the end. */
static inline int raw_tls_read(struct raw_tls *peer, void *bytes, size_t size)
{
    errno = 0;
    return SSL_read(peer->ssl, bytes, (int)size);
}

static inline void raw_tls_read_all(struct raw_tls *peer, char *bytes, size_t length)
{
    for (int got; length; bytes += got, length -= (size_t)got) {
        got = raw_tls_read(peer, bytes, length);
        if (got <= 0) fail_msg("the server has ended it");
    }
}

/* True if nothing has come, not even an end. */
static inline bool raw_tls_is_quiet(struct raw_tls *peer)
{
    char byte;
    return !SSL_pending(peer->ssl) && recv(peer->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static inline void raw_tls_ask(struct raw_tls *peer, const char *path, const char *headers)
{
    char request[512];
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path, headers);
    raw_tls_write(peer, request, (size_t)length);
}

#define UPGRADE                                                                                                        \
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"                                       \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

/* The head of an answer, with the empty line. */
static inline size_t raw_tls_head(struct raw_tls *peer, char *head, size_t size)
{
    size_t length = 0;
    while (length + 1 < size) {
        if (raw_tls_read(peer, head + length, 1) != 1) break;
        head[++length] = '\0';
        if (length >= 4 && memcmp(head + length - 4, "\r\n\r\n", 4) == 0) break;
    }
    return length;
}

static inline void raw_tls_open(struct raw_tls *peer, unsigned port, const char *ca_pem, const char *path)
{
    char head[1024];
    assert_int_equal(raw_tls_meet(peer, port, ca_pem), X509_V_OK);
    raw_tls_ask(peer, path, UPGRADE);
    (void)raw_tls_head(peer, head, sizeof head);
    assert_memory_equal(head, "HTTP/1.1 101", 12);
}

/* A frame below 126 bytes, masked with zeros. */
static inline void raw_tls_frame(struct raw_tls *peer, unsigned char first, const char *payload)
{
    unsigned char frame[6 + 125] = {first, (unsigned char)(0x80 | strlen(payload))};
    memcpy(frame + 6, payload, strlen(payload));
    raw_tls_write(peer, frame, 6 + strlen(payload));
}

static inline void raw_tls_say(struct raw_tls *peer, const char *message)
{
    raw_tls_frame(peer, 0x81, message);
}

/* Reads a frame below 126 bytes into `payload` (terminated); its first byte. */
static inline unsigned char raw_tls_hear(struct raw_tls *peer, char payload[126])
{
    char head[2];
    raw_tls_read_all(peer, head, 2);
    assert_in_range(head[1], 0, 125);
    raw_tls_read_all(peer, payload, (size_t)head[1]);
    payload[(size_t)head[1]] = '\0';
    return (unsigned char)head[0];
}

#endif
