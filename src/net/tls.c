#include "booktop/net/tls.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "tls_context.h"

#define DAY      (INT64_C(24) * 60 * 60)
#define LIFETIME (365 * DAY)

/* A certificate to be made: what differs between the authority and the server. */
struct blank {
    const char *name;
    const char *basic_constraints;
    const char *key_usage;
    const char *alternative_names; /* NULL: none */
};

static const struct blank authority_blank = {
    .name = "booktop local authority",
    .basic_constraints = "critical,CA:TRUE,pathlen:0",
    .key_usage = "critical,keyCertSign,cRLSign",
};

static const struct blank server_blank = {
    .name = "localhost",
    .basic_constraints = "critical,CA:FALSE",
    .key_usage = "critical,digitalSignature",
    .alternative_names = "DNS:localhost,IP:127.0.0.1,IP:::1",
};

static bool extension_add(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    if (!extension) return false;
    bool added = X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static bool serial_set(X509 *certificate)
{
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
    bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40); /* positive, and always of the same length */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool set = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return set;
}

static bool name_set(X509 *certificate, const char *name)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) == 1;
}

static bool certificate_fill(X509 *certificate, const struct blank *blank, EVP_PKEY *key, X509 *issuer, time_t from,
                             time_t until)
{
    return X509_set_version(certificate, X509_VERSION_3) == 1 && serial_set(certificate) &&
           name_set(certificate, blank->name) &&
           X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
           ASN1_TIME_set(X509_getm_notBefore(certificate), from) &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), until) && X509_set_pubkey(certificate, key) == 1 &&
           extension_add(certificate, issuer, NID_basic_constraints, blank->basic_constraints) &&
           extension_add(certificate, issuer, NID_key_usage, blank->key_usage) &&
           extension_add(certificate, issuer, NID_subject_key_identifier, "hash") &&
           (!blank->alternative_names ||
            (extension_add(certificate, issuer, NID_authority_key_identifier, "keyid") &&
             extension_add(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
             extension_add(certificate, issuer, NID_subject_alt_name, blank->alternative_names)));
}

/* A certificate for `key`, signed by the issuer, or by itself where there is none. */
static X509 *certificate_make(const struct blank *blank, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, time_t from,
                              time_t until)
{
    X509 *certificate = X509_new();
    if (!certificate) return NULL;
    if (certificate_fill(certificate, blank, key, issuer ? issuer : certificate, from, until) &&
        X509_sign(certificate, issuer ? issuer_key : key, EVP_sha256()) > 0)
        return certificate;
    X509_free(certificate);
    return NULL;
}

static char *text_of(BIO *bio)
{
    char *bytes = NULL;
    long length = BIO_get_mem_data(bio, &bytes);
    if (length <= 0) return NULL;
    return strndup(bytes, (size_t)length);
}

static char *certificate_text(X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = bio && PEM_write_bio_X509(bio, certificate) == 1 ? text_of(bio) : NULL;
    BIO_free(bio);
    return text;
}

static char *key_text(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *text = bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1 ? text_of(bio) : NULL;
    BIO_free(bio);
    return text;
}

static X509 *certificate_read(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return certificate;
}

static EVP_PKEY *key_read(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return key;
}

/* Adds every certificate of `pem`. False if there is none. */
static bool store_fill(X509_STORE *store, struct text pem)
{
    if (pem.length > INT32_MAX) return false;
    BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.length);
    if (!bio) return false;
    unsigned count = 0;
    for (X509 *certificate; (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)); count++) {
        bool added = X509_STORE_add_cert(store, certificate) == 1;
        X509_free(certificate);
        if (!added) break;
    }
    BIO_free(bio);
    ERR_clear_error(); /* the end of the text counts as an error */
    return count > 0;
}

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

static bool trust(SSL_CTX *context, struct text ca_pem, const char *ca_file, const char **why)
{
    *why = "the certificates of the authority cannot be read";
    if (ca_pem.length) return store_fill(SSL_CTX_get_cert_store(context), ca_pem);
    if (ca_file) return SSL_CTX_load_verify_file(context, ca_file) == 1;
    *why = "the system's certificate store cannot be used";
    return trust_system(context);
}

SSL_CTX *tls_client_context(struct text ca_pem, const char *ca_file, const char **why)
{
    *why = "out of memory";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    /* libwebsockets sends again from another buffer; the idle connection needs no buffers. */
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 && trust(context, ca_pem, ca_file, why))
        return context;
    SSL_CTX_free(context);
    ERR_clear_error();
    return NULL;
}

bool tls_context_show(SSL_CTX *context, const char *certificate_pem, const char *key_pem)
{
    X509 *certificate = certificate_read(certificate_pem);
    EVP_PKEY *key = key_read(key_pem);
    bool shown = certificate && key && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                 SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1 &&
                 SSL_CTX_check_private_key(context) == 1;
    EVP_PKEY_free(key);
    X509_free(certificate);
    if (!shown) ERR_clear_error();
    return shown;
}

const char *tls_verify_words(int error)
{
    switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "host name mismatch: the certificate is for another host";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "the certificate's authority is not trusted";
    default:
        return X509_verify_cert_error_string(error);
    }
}

bool tls_authority_create_dated(struct tls_authority *authority, int64_t from, int64_t until)
{
    *authority = (struct tls_authority){0};
    EVP_PKEY *ca_key = EVP_EC_gen("P-256");
    EVP_PKEY *key = EVP_EC_gen("P-256");
    time_t now = time(NULL);
    X509 *ca = ca_key ? certificate_make(&authority_blank, ca_key, NULL, NULL, now - DAY, now + LIFETIME) : NULL;
    X509 *leaf = ca && key ? certificate_make(&server_blank, key, ca, ca_key, from, until) : NULL;
    if (leaf) {
        authority->ca_pem = certificate_text(ca);
        authority->certificate_pem = certificate_text(leaf);
        authority->key_pem = key_text(key);
    }
    X509_free(leaf);
    X509_free(ca);
    EVP_PKEY_free(key);
    EVP_PKEY_free(ca_key);
    if (authority->ca_pem && authority->certificate_pem && authority->key_pem) return true;
    tls_authority_free(authority);
    ERR_clear_error();
    return false;
}

bool tls_authority_create(struct tls_authority *authority)
{
    int64_t now = time(NULL);
    return tls_authority_create_dated(authority, now - DAY, now + LIFETIME);
}

void tls_authority_free(struct tls_authority *authority)
{
    if (authority->key_pem) OPENSSL_cleanse(authority->key_pem, strlen(authority->key_pem));
    free(authority->key_pem);
    free(authority->certificate_pem);
    free(authority->ca_pem);
    *authority = (struct tls_authority){0};
}

const char *tls_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
