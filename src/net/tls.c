#include "booktop/net/tls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tls_context.h"

/* 112 bits: RSA from 2048 on, no SHA-1. Debian's own default, and not left to the machine's configuration. */
#define SECURITY_LEVEL 2

/* The system's store has 200 KiB; a file without end must not fill the memory. */
#define CA_FILE_MOST ((size_t)4 << 20)

/* Adds every certificate of `pem`. NULL, or what is wrong with it. */
static const char *store_fill(X509_STORE *store, struct text pem)
{
    if (pem.length > CA_FILE_MOST) return "the certificates of the authority are longer than 4 MiB";
    BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.length);
    if (!bio) return "out of memory";
    unsigned count = 0;
    bool added = true;
    for (X509 *certificate; added && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)); count++) {
        added = X509_STORE_add_cert(store, certificate) == 1;
        X509_free(certificate);
    }
    /* The end of the text counts as an error, too. */
    bool ended = added && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    BIO_free(bio);
    ERR_clear_error();
    if (!ended) return "a certificate of the authority is damaged: its certificates cannot be read";
    return count ? NULL : "the authority's text holds no certificates in PEM form";
}

/* --- the CA file --- */

static const char *open_words(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return "the file of the authority's certificates does not exist";
    case EACCES:
    case EPERM:
        return "the file of the authority's certificates may not be read (permission denied)";
    default:
        return "the file of the authority's certificates cannot be read";
    }
}

/* Reads up to one byte more than is taken. */
static const char *descriptor_read(int descriptor, char **bytes, size_t *length)
{
    *bytes = malloc(CA_FILE_MOST + 1);
    if (!*bytes) return "out of memory";
    *length = 0;
    while (*length <= CA_FILE_MOST) {
        ssize_t got = read(descriptor, *bytes + *length, CA_FILE_MOST + 1 - *length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return open_words(errno);
        if (got == 0) break;
        *length += (size_t)got;
    }
    return *length ? NULL : "the file of the authority's certificates is empty";
}

const char *tls_file_read(const char *path, char **pem, size_t *length)
{
    *pem = NULL;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) return open_words(errno);
    const char *why = descriptor_read(descriptor, pem, length);
    (void)close(descriptor);
    char *fitting = why ? NULL : realloc(*pem, *length);
    if (fitting) *pem = fitting;
    if (!why) return NULL;
    free(*pem);
    *pem = NULL;
    return why;
}

/* --- the system's store --- */

/* True if OpenSSL can look an authority up in the directory when it needs one: by links like "4042bcee.0". */
static bool is_hashed(const char *path)
{
    DIR *directory = opendir(path);
    bool hashed = false;
    if (!directory) return false;
    for (const struct dirent *entry; !hashed && (entry = readdir(directory));)
        hashed = strlen(entry->d_name) == 10 && strcmp(entry->d_name + 8, ".0") == 0;
    (void)closedir(directory);
    return hashed;
}

/* OpenSSL's default is the directory and the file that holds all authorities: reading the file costs 17 ms and 800 KiB
 * for each loop, to find in it what the directory has, too. Who has set SSL_CERT_FILE or SSL_CERT_DIR gets the default.
 */
static bool trust_system(SSL_CTX *context)
{
    const char *path = X509_get_default_cert_dir();
    bool usual = !getenv(X509_get_default_cert_file_env()) && !getenv(X509_get_default_cert_dir_env());
    if (usual && is_hashed(path)) return SSL_CTX_load_verify_dir(context, path) == 1;
    return SSL_CTX_set_default_verify_paths(context) == 1;
}

/* NULL, or why not. */
static const char *trust(SSL_CTX *context, struct text ca_pem)
{
    if (ca_pem.length) return store_fill(SSL_CTX_get_cert_store(context), ca_pem);
    return trust_system(context) ? NULL : "the system's certificate store cannot be used";
}

/* --- contexts --- */

SSL_CTX *tls_client_context(struct text ca_pem, const char **why)
{
    *why = "out of memory";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    /* libwebsockets sends again from another buffer; the idle connection needs no buffers. */
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_security_level(context, SECURITY_LEVEL);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1) *why = trust(context, ca_pem);
    if (!*why) return context;
    SSL_CTX_free(context);
    ERR_clear_error();
    return NULL;
}

bool tls_trust_anew(SSL_CTX *context, struct text ca_pem)
{
    const char *why;
    SSL_CTX *fresh = tls_client_context(ca_pem, &why);
    if (!fresh) return false;
    SSL_CTX_set1_cert_store(context, SSL_CTX_get_cert_store(fresh));
    SSL_CTX_free(fresh);
    return true;
}

X509 *tls_certificate_read(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return certificate;
}

EVP_PKEY *tls_key_read(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return key;
}

bool tls_context_show(SSL_CTX *context, const char *certificate_pem, const char *key_pem)
{
    X509 *certificate = tls_certificate_read(certificate_pem);
    EVP_PKEY *key = tls_key_read(key_pem);
    bool shown = certificate && key && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                 SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1 &&
                 SSL_CTX_check_private_key(context) == 1;
    EVP_PKEY_free(key);
    X509_free(certificate);
    if (!shown) ERR_clear_error();
    return shown;
}

const char *tls_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
