/* Why a server is not trusted, or not spoken to, in words: servers of OpenSSL's own that do each thing wrong. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "client.h"
#include "names.h"

#define DAY (24L * 60 * 60)

/* --- certificates --- */

struct made {
    X509 *certificate;
    EVP_PKEY *key;
};

struct wish {
    const char *names; /* the alternative ones; NULL: an authority's */
    long from, until;  /* s from now; 0 and 0: sound */
    unsigned rsa_bits; /* 0: P-256 */
    const EVP_MD *hash;
    const char *usage; /* NULL: serverAuth */
};

static void extend(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* Signed by `issuer`, NULL: by itself. */
static struct made make(const char *name, struct wish wish, const struct made *issuer)
{
    static long serial;
    struct made made = {.certificate = X509_new()};
    X509 *certificate = made.certificate;
    made.key = wish.rsa_bits ? EVP_RSA_gen(wish.rsa_bits) : EVP_EC_gen("P-256");
    assert_true(certificate && made.key);
    X509 *signer = issuer ? issuer->certificate : certificate;
    X509_NAME *subject = X509_get_subject_name(certificate);
    assert_int_equal(X509_set_version(certificate, X509_VERSION_3), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial), 1);
    assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0),
                     1);
    assert_int_equal(X509_set_issuer_name(certificate, X509_get_subject_name(signer)), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), wish.from ? wish.from : -DAY));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), wish.until ? wish.until : 9 * DAY));
    assert_int_equal(X509_set_pubkey(certificate, made.key), 1);
    extend(certificate, signer, NID_basic_constraints, wish.names ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (wish.names) {
        extend(certificate, signer, NID_subject_alt_name, wish.names);
        extend(certificate, signer, NID_ext_key_usage, wish.usage ? wish.usage : "serverAuth");
    }
    assert_true(X509_sign(certificate, issuer ? issuer->key : made.key, wish.hash ? wish.hash : EVP_sha256()) > 0);
    return made;
}

static void made_free(struct made *made)
{
    X509_free(made->certificate);
    EVP_PKEY_free(made->key);
}

static struct made root, intermediate, stranger;
static char *root_pem;

/* --- servers --- */

struct venue {
    SSL_CTX *context; /* NULL: no TLS */
    const char *says; /* without TLS: its answer to whatever comes, NULL: it hangs up */
    size_t length;
};

static SSL_CTX *context_make(const struct made *shown, const struct made *chain)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    assert_non_null(context);
    SSL_CTX_set_security_level(context, 0); /* it is the client that is to refuse */
    assert_int_equal(SSL_CTX_use_certificate(context, shown->certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(context, shown->key), 1);
    if (chain) assert_int_equal(SSL_CTX_add1_chain_cert(context, chain->certificate), 1);
    return context;
}

/* Answers the upgrade, so that a handshake that went well shows. */
static void tls_follow(SSL *ssl)
{
    char bytes[4096];
    size_t length = 0;
    if (SSL_accept(ssl) != 1) return;
    while (length < sizeof bytes - 1) {
        int got = SSL_read(ssl, bytes + length, (int)(sizeof bytes - 1 - length));
        if (got <= 0) return;
        length += (size_t)got;
        if (!memmem(bytes, length, "\r\n\r\n", 4)) continue;
        static const char answer[] = "HTTP/1.1 418 x\r\nContent-Length: 0\r\n\r\n";
        (void)SSL_write(ssl, answer, sizeof answer - 1);
        return;
    }
}

static void venue_follow(int connection, unsigned number, void *context)
{
    (void)number;
    const struct venue *venue = context;
    char hello[1];
    if (!venue->context) {
        if (recv(connection, hello, 1, 0) == 1 && venue->says) raw_write(connection, venue->says, venue->length);
        (void)shutdown(connection, SHUT_WR);
    } else {
        SSL *ssl = SSL_new(venue->context);
        if (ssl && SSL_set_fd(ssl, connection) == 1) tls_follow(ssl);
        SSL_free(ssl);
        ERR_clear_error();
    }
    if (venue->context) (void)shutdown(connection, SHUT_WR);
    raw_drain(connection);
}

/* What a client of `host` makes of it. */
static struct websocket_status meet(struct venue *venue, const char *host)
{
    struct raw_peer peer = {.script = venue_follow, .context = venue};
    struct client client = {0};
    raw_start(&peer);
    struct net_loop *loop = manual_loop(root_pem);
    client_open(&client, loop, "wss", host, peer.port, "/");
    until_downs(&client, 1);
    client.close_when_down = true;
    struct websocket_status status = client.status;
    net_loop_destroy(loop);
    raw_stop(&peer);
    SSL_CTX_free(venue->context);
    return status;
}

static void expect_refusal(struct venue venue, const char *host, const char *words)
{
    struct websocket_status status = meet(&venue, host);
    assert_string_equal(status.reason, words);
    assert_int_equal(status.failure, WEBSOCKET_FAILURE_TLS);
    assert_int_equal(status.http_status, 0);
}

static void expect_trust(struct venue venue, const char *host)
{
    struct websocket_status status = meet(&venue, host);
    assert_string_equal(status.reason, "HTTP 418 refused by the venue");
    assert_int_equal(status.failure, WEBSOCKET_FAILURE_UPGRADE);
    assert_int_equal(status.http_status, 418);
}

/* A server whose certificate is signed by `issuer` (NULL: itself) and sends `chain` along. */
static struct venue venue_of(struct wish wish, const struct made *issuer, const struct made *chain)
{
    struct made made = make("venue", wish, issuer);
    struct venue venue = {.context = context_make(&made, chain)};
    made_free(&made);
    return venue;
}

/* --- certificates --- */

#define MISMATCH "host name mismatch: the certificate is for another host"
#define ALONE    "the certificate's authority is not trusted, or the server does not send its certificate: "

static void certificates_out_of_their_time(void **state)
{
    (void)state;
    struct wish wish = {.names = "DNS:venue.test", .from = -9 * DAY, .until = -60};
    expect_refusal(venue_of(wish, &root, NULL), "venue.test", "the certificate has expired");
    wish = (struct wish){.names = "DNS:venue.test", .from = 60};
    expect_refusal(venue_of(wish, &root, NULL), "venue.test",
                   "the certificate is not yet valid (is this machine's clock right?)");
    wish = (struct wish){.names = "DNS:venue.test", .from = -60, .until = 60};
    expect_trust(venue_of(wish, &root, NULL), "venue.test");
}

static void certificates_that_nobody_we_trust_signed(void **state)
{
    (void)state;
    struct wish wish = {.names = "DNS:venue.test"};
    expect_refusal(venue_of(wish, NULL, NULL), "venue.test", "self-signed certificate: no authority vouches for it");
    expect_refusal(venue_of(wish, &stranger, NULL), "venue.test", ALONE "stranger");
    expect_refusal(venue_of(wish, &stranger, &stranger), "venue.test",
                   "the certificate's authority is not trusted: stranger");
    expect_refusal(venue_of(wish, &intermediate, NULL), "venue.test", ALONE "intermediate");
    struct made evil = make("\x1b[2Jevil\xe2\x80\xae", (struct wish){0}, NULL);
    expect_refusal(venue_of(wish, &evil, NULL), "venue.test", ALONE "\xef\xbf\xbd[2Jevil\xef\xbf\xbd");
    made_free(&evil);
    expect_trust(venue_of(wish, &intermediate, &intermediate), "venue.test");
}

static void certificates_that_are_too_weak(void **state)
{
    (void)state;
    struct wish wish = {.names = "DNS:venue.test", .rsa_bits = 1024};
    expect_refusal(venue_of(wish, &root, NULL), "venue.test", "the certificate's key is too weak");
    wish = (struct wish){.names = "DNS:venue.test", .rsa_bits = 2048};
    expect_trust(venue_of(wish, &root, NULL), "venue.test");
    wish = (struct wish){.names = "DNS:venue.test", .hash = EVP_sha1()};
    expect_refusal(venue_of(wish, &root, NULL), "venue.test", "the certificate is signed with a hash that is too weak");
    wish = (struct wish){.names = "DNS:venue.test", .usage = "clientAuth"};
    expect_refusal(venue_of(wish, &root, NULL), "venue.test", "the certificate is not one for servers");
}

static void certificates_are_for_a_host(void **state)
{
    (void)state;
    static const struct {
        const char *names, *host;
        bool trusted;
    } cases[] = {
        {"DNS:venue.test", "venue.test", true},
        {"DNS:other.test, DNS:venue.test", "venue.test", true},
        {"DNS:VENUE.test", "venue.test", true},
        {"DNS:other.test", "venue.test", false},
        {"DNS:venue.test", "ws.venue.test", false},
        {"DNS:*.venue.test", "ws.venue.test", true},
        {"DNS:*.venue.test", "venue.test", false},
        {"DNS:*.venue.test", "a.b.venue.test", false},
        {"DNS:w*.venue.test", "ws.venue.test", false}, /* a part of a label is no wildcard */
        {"DNS:*s.venue.test", "ws.venue.test", false},
        {"IP:127.0.0.1", "127.0.0.1", true},
        {"IP:127.0.0.9", "127.0.0.1", false},
        {"DNS:127.0.0.1", "127.0.0.1", false}, /* an address is no name */
        {"IP:127.0.0.1", "venue.test", false},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct venue venue = venue_of((struct wish){.names = cases[n].names}, &root, NULL);
        if (cases[n].trusted)
            expect_trust(venue, cases[n].host);
        else
            expect_refusal(venue, cases[n].host, MISMATCH);
    }
}

/* --- handshakes --- */

static void servers_that_are_too_old(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION};
    for (unsigned n = 0; n < 3; n++) {
        struct venue venue = venue_of((struct wish){.names = "DNS:venue.test"}, &root, NULL);
        assert_int_equal(SSL_CTX_set_cipher_list(venue.context, "ALL:@SECLEVEL=0"), 1);
        assert_int_equal(SSL_CTX_set_min_proto_version(venue.context, TLS1_VERSION), 1);
        assert_int_equal(SSL_CTX_set_max_proto_version(venue.context, versions[n]), 1);
        if (versions[n] == TLS1_2_VERSION)
            expect_trust(venue, "venue.test");
        else
            expect_refusal(venue, "venue.test", "the server offers only TLS older than 1.2");
    }
}

static void no_cipher_in_common(void **state)
{
    (void)state;
    struct venue venue = venue_of((struct wish){.names = "DNS:venue.test"}, &root, NULL);
    assert_int_equal(SSL_CTX_set_max_proto_version(venue.context, TLS1_2_VERSION), 1);
    assert_int_equal(SSL_CTX_set_cipher_list(venue.context, "AECDH-NULL-SHA:@SECLEVEL=0"), 1);
    expect_refusal(venue, "venue.test", "the server refused the TLS handshake: no cipher in common");
}

static void servers_without_tls(void **state)
{
    (void)state;
#define SAYS(literal)                                                                                                  \
    {                                                                                                                  \
        .says = (literal), .length = sizeof(literal) - 1                                                               \
    }
    static const struct venue plain[] = {
        SAYS("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
        SAYS("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"),
        SAYS("220 mail.example ESMTP\r\n"),
        SAYS("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        SAYS("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4"),
    };
    for (size_t n = 0; n < sizeof plain / sizeof plain[0]; n++)
        expect_refusal(plain[n], "venue.test", "the server does not speak TLS on this port");
    expect_refusal((struct venue){0}, "venue.test", "the connection was cut during the TLS handshake");
    expect_refusal((struct venue)SAYS("\x16\x03\x03\x00\x40\x02"), "venue.test",
                   "the connection was cut during the TLS handshake");
}

/* --- the authority's certificates --- */

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void expect_file(const char *path, const char *words)
{
    char error[160] = "";
    struct net_loop_options options = {.clock = &clock_system, .ca_file = path};
    struct net_loop *loop = net_loop_create(&options, error, sizeof error);
    if (loop) net_loop_destroy(loop);
    assert_string_equal(error, words);
}

static void a_file_of_authorities_that_cannot_be_used(void **state)
{
    (void)state;
    char folder[] = "/tmp/booktop-tls-XXXXXX", path[64], text[8192];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/ca.pem", folder);
    expect_file(path, "the file of the authority's certificates does not exist");
    expect_file(folder, "the file of the authority's certificates cannot be read");
    file_write(path, "");
    expect_file(path, "the file of the authority's certificates is empty");
    file_write(path, "not a certificate\n");
    expect_file(path, "the authority's text holds no certificates in PEM form");
    file_write(path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect_file(path, "a certificate of the authority is damaged: its certificates cannot be read");
    (void)snprintf(text, sizeof text, "%s-----BEGIN CERTIFICATE-----\nMII*\n-----END CERTIFICATE-----\n", root_pem);
    file_write(path, text);
    expect_file(path, "a certificate of the authority is damaged: its certificates cannot be read");
    (void)snprintf(text, sizeof text, "# ours\n%s\n%s", root_pem, root_pem);
    file_write(path, text);
    expect_file(path, "");
    if (geteuid() != 0) {
        assert_int_equal(chmod(path, 0), 0);
        expect_file(path, "the file of the authority's certificates may not be read (permission denied)");
    }
    (void)unlink(path);
    (void)rmdir(folder);
}

/* What was trusted at the start is trusted to the end, whatever becomes of the file. */
static void the_file_of_authorities_is_read_once(void **state)
{
    (void)state;
    char folder[] = "/tmp/booktop-tls-XXXXXX", path[64], error[160] = "";
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/ca.pem", folder);
    file_write(path, root_pem);
    manual = clock_manual(&stamp);
    struct net_loop_options options = {.clock = &manual, .ca_file = path};
    struct net_loop *loop = net_loop_create(&options, error, sizeof error);
    assert_string_equal(error, "");
    (void)unlink(path);
    (void)rmdir(folder);
    const struct made *const issuers[] = {&stranger, &root, &stranger, &root};
    for (unsigned n = 0; n < 4; n++) {
        struct venue venue = venue_of((struct wish){.names = "DNS:venue.test"}, issuers[n], NULL);
        struct raw_peer peer = {.script = venue_follow, .context = &venue};
        struct client client = {.close_when_down = true};
        raw_start(&peer);
        client_open(&client, loop, "wss", "venue.test", peer.port, "/");
        until_downs(&client, 1);
        assert_int_equal(client.status.http_status, issuers[n] == &root ? 418 : 0);
        clock_manual_advance(&stamp, 90 * NANOSECONDS_PER_SECOND); /* the authorities are read again */
        raw_stop(&peer);
        SSL_CTX_free(venue.context);
    }
    net_loop_destroy(loop);
}

static int group_setup(void **state)
{
    (void)state;
    root = make("root", (struct wish){0}, NULL);
    stranger = make("stranger", (struct wish){0}, NULL);
    intermediate = make("intermediate", (struct wish){0}, &root);
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    assert_int_equal(PEM_write_bio_X509(bio, root.certificate), 1);
    long length = BIO_get_mem_data(bio, &bytes);
    root_pem = strndup(bytes, (size_t)length);
    BIO_free(bio);
    return root_pem ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    made_free(&root);
    made_free(&stranger);
    made_free(&intermediate);
    free(root_pem);
    return 0;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(certificates_out_of_their_time),
    cmocka_unit_test(certificates_that_nobody_we_trust_signed),
    cmocka_unit_test(certificates_that_are_too_weak),
    cmocka_unit_test(certificates_are_for_a_host),
    cmocka_unit_test(servers_that_are_too_old),
    cmocka_unit_test(no_cipher_in_common),
    cmocka_unit_test(servers_without_tls),
    cmocka_unit_test(a_file_of_authorities_that_cannot_be_used),
    cmocka_unit_test(the_file_of_authorities_is_read_once),
};

TEST_MAIN(tests, group_setup, group_teardown)
