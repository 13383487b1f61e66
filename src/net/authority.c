#include "booktop/net/tls.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "tls_context.h"

#define DAY      (INT64_C(24) * 60 * 60)
#define LIFETIME (365 * DAY)

/* A certificate to be made: what differs from one to the next. */
struct blank {
    const char *name;
    const char *basic_constraints;
    const char *key_usage;
    const char *alternative_names; /* NULL: none, it is an authority's */
    int64_t from, until;           /* seconds from now */
};

#define AUTHORITY                                                                                                      \
    .basic_constraints = "critical,CA:TRUE,pathlen:0", .key_usage = "critical,keyCertSign,cRLSign", .from = -DAY,      \
    .until = LIFETIME
#define SERVER(first, last)                                                                                            \
    .basic_constraints = "critical,CA:FALSE", .key_usage = "critical,digitalSignature", .from = (first), .until = (last)
#define HERE .name = "localhost", .alternative_names = "DNS:localhost,IP:127.0.0.1,IP:::1"

static const struct blank authority_blank = {.name = "booktop local authority", AUTHORITY};
static const struct blank stranger_blank = {.name = "booktop unknown authority", AUTHORITY};

static const struct blank server_blanks[TLS_FLAW_COUNT] = {
    [TLS_SOUND] = {HERE, SERVER(-DAY, LIFETIME)},
    [TLS_EXPIRED] = {HERE, SERVER(-LIFETIME, -DAY)},
    [TLS_FUTURE] = {HERE, SERVER(DAY, LIFETIME)},
    [TLS_OTHER_HOST] = {.name = "other.example", .alternative_names = "DNS:other.example", SERVER(-DAY, LIFETIME)},
    [TLS_SELF_SIGNED] = {HERE, SERVER(-DAY, LIFETIME)},
    [TLS_UNKNOWN] = {HERE, SERVER(-DAY, LIFETIME)},
    [TLS_WEAK] = {HERE, SERVER(-DAY, LIFETIME)},
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

static bool dates_set(X509 *certificate, const struct blank *blank)
{
    int64_t now = time(NULL);
    return ASN1_TIME_set(X509_getm_notBefore(certificate), now + blank->from) &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), now + blank->until);
}

/* What makes it a server's. One that is signed by its own key names no other. */
static bool server_extensions_add(X509 *certificate, const struct blank *blank, X509 *issuer)
{
    return (issuer == certificate || extension_add(certificate, issuer, NID_authority_key_identifier, "keyid")) &&
           extension_add(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
           extension_add(certificate, issuer, NID_subject_alt_name, blank->alternative_names);
}

static bool certificate_fill(X509 *certificate, const struct blank *blank, EVP_PKEY *key, X509 *issuer)
{
    return X509_set_version(certificate, X509_VERSION_3) == 1 && serial_set(certificate) &&
           name_set(certificate, blank->name) &&
           X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 && dates_set(certificate, blank) &&
           X509_set_pubkey(certificate, key) == 1 &&
           extension_add(certificate, issuer, NID_basic_constraints, blank->basic_constraints) &&
           extension_add(certificate, issuer, NID_key_usage, blank->key_usage) &&
           extension_add(certificate, issuer, NID_subject_key_identifier, "hash") &&
           (!blank->alternative_names || server_extensions_add(certificate, blank, issuer));
}

/* A certificate for `key`, signed by the issuer, or by itself where there is none. */
static X509 *certificate_make(const struct blank *blank, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
    X509 *certificate = X509_new();
    if (!certificate) return NULL;
    if (certificate_fill(certificate, blank, key, issuer ? issuer : certificate) &&
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

static void key_text_free(char *text)
{
    if (text) OPENSSL_cleanse(text, strlen(text));
    free(text);
}

/* A server's certificate for a new key. False, and nothing to free, when OpenSSL fails. */
static bool server_certificate(struct tls_certificate *certificate, const struct blank *blank, EVP_PKEY *key,
                               X509 *issuer, EVP_PKEY *issuer_key)
{
    *certificate = (struct tls_certificate){0};
    X509 *leaf = key ? certificate_make(blank, key, issuer, issuer_key) : NULL;
    if (leaf) {
        certificate->pem = certificate_text(leaf);
        certificate->key_pem = key_text(key);
    }
    X509_free(leaf);
    EVP_PKEY_free(key);
    if (certificate->pem && certificate->key_pem) return true;
    tls_certificate_free(certificate);
    return false;
}

/* Signed by an authority that is forgotten at once. */
static bool stranger_certificate(struct tls_certificate *certificate)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *stranger = key ? certificate_make(&stranger_blank, key, NULL, NULL) : NULL;
    bool made =
        stranger && server_certificate(certificate, &server_blanks[TLS_UNKNOWN], EVP_EC_gen("P-256"), stranger, key);
    X509_free(stranger);
    EVP_PKEY_free(key);
    return made;
}

static bool signed_certificate(struct tls_certificate *certificate, const struct tls_authority *authority,
                               enum tls_flaw flaw)
{
    X509 *ca = tls_certificate_read(authority->ca_pem);
    EVP_PKEY *ca_key = tls_key_read(authority->ca_key_pem);
    EVP_PKEY *key = flaw == TLS_WEAK ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256");
    bool made = false;
    if (ca && ca_key)
        made = server_certificate(certificate, &server_blanks[flaw], key, ca, ca_key);
    else
        EVP_PKEY_free(key);
    EVP_PKEY_free(ca_key);
    X509_free(ca);
    return made;
}

bool tls_certificate_create(struct tls_certificate *certificate, const struct tls_authority *authority,
                            enum tls_flaw flaw)
{
    *certificate = (struct tls_certificate){0};
    bool made;
    if (flaw == TLS_SELF_SIGNED)
        made = server_certificate(certificate, &server_blanks[flaw], EVP_EC_gen("P-256"), NULL, NULL);
    else if (flaw == TLS_UNKNOWN)
        made = stranger_certificate(certificate);
    else
        made = signed_certificate(certificate, authority, flaw);
    if (!made) ERR_clear_error();
    return made;
}

void tls_certificate_free(struct tls_certificate *certificate)
{
    key_text_free(certificate->key_pem);
    free(certificate->pem);
    *certificate = (struct tls_certificate){0};
}

/* The authority itself, without a server's certificate. */
static bool authority_make(struct tls_authority *authority)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *ca = key ? certificate_make(&authority_blank, key, NULL, NULL) : NULL;
    if (ca) {
        authority->ca_pem = certificate_text(ca);
        authority->ca_key_pem = key_text(key);
    }
    X509_free(ca);
    EVP_PKEY_free(key);
    return authority->ca_pem && authority->ca_key_pem;
}

bool tls_authority_create(struct tls_authority *authority)
{
    struct tls_certificate certificate;
    *authority = (struct tls_authority){0};
    if (authority_make(authority) && tls_certificate_create(&certificate, authority, TLS_SOUND)) {
        authority->certificate_pem = certificate.pem;
        authority->key_pem = certificate.key_pem;
        return true;
    }
    tls_authority_free(authority);
    ERR_clear_error();
    return false;
}

void tls_authority_free(struct tls_authority *authority)
{
    key_text_free(authority->ca_key_pem);
    key_text_free(authority->key_pem);
    free(authority->certificate_pem);
    free(authority->ca_pem);
    *authority = (struct tls_authority){0};
}
