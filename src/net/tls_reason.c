#include <stdio.h>

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509.h>

#include "tls_context.h"

/* --- certificates --- */

struct meaning {
    int code;
    const char *words;
};

static const struct meaning verdicts[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "the certificate has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "the certificate is not yet valid (is this machine's clock right?)"},
    {X509_V_ERR_HOSTNAME_MISMATCH, "host name mismatch: the certificate is for another host"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "host name mismatch: the certificate is for another host"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "self-signed certificate: no authority vouches for it"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, "the certificate's key is too weak"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, "the key of the certificate's authority is too weak"},
    {X509_V_ERR_CA_MD_TOO_WEAK, "the certificate is signed with a hash that is too weak"},
    {X509_V_ERR_CERT_REVOKED, "the certificate was revoked"},
    {X509_V_ERR_INVALID_PURPOSE, "the certificate is not one for servers"},
};

static bool is_distrust(int error)
{
    return error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN || error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
           error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

/* The name of who signed it: what tells a company's proxy that opens TLS from a mistake. */
static void authority_name(const X509 *certificate, char *out, size_t size)
{
    const X509_NAME *issuer = certificate ? X509_get_issuer_name(certificate) : NULL;
    int at = issuer ? X509_NAME_get_index_by_NID(issuer, NID_commonName, -1) : -1;
    if (issuer && at < 0) at = X509_NAME_get_index_by_NID(issuer, NID_organizationName, -1);
    unsigned char *name = NULL;
    int length = at < 0 ? -1 : ASN1_STRING_to_UTF8(&name, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(issuer, at)));
    text_copy(length > 0 ? (struct text){(const char *)name, (size_t)length} : TEXT("(it has no name)"), out, size);
    OPENSSL_free(name);
}

/* What the server sent leads to nobody we know. If that is its own certificate alone, the one between it and its
 * authority may be what is missing: browsers have it from elsewhere, so that the server's owner may not know. */
static void distrust_words(X509_STORE_CTX *store, char *out, size_t size)
{
    char name[64];
    bool alone = X509_STORE_CTX_get_error_depth(store) == 0 && sk_X509_num(X509_STORE_CTX_get0_untrusted(store)) <= 1;
    authority_name(X509_STORE_CTX_get_current_cert(store), name, sizeof name);
    (void)snprintf(out, size, "the certificate's authority is not trusted%s: %s",
                   alone ? ", or the server does not send its certificate" : "", name);
}

void tls_verify_words(X509_STORE_CTX *store, char *out, size_t size)
{
    int error = X509_STORE_CTX_get_error(store);
    if (is_distrust(error)) {
        distrust_words(store, out, size);
        return;
    }
    const char *words = X509_verify_cert_error_string(error);
    for (size_t n = 0; n < sizeof verdicts / sizeof verdicts[0]; n++)
        if (verdicts[n].code == error) words = verdicts[n].words;
    (void)snprintf(out, size, "%s", words);
}

/* --- handshakes --- */

static const struct meaning failures[] = {
    {SSL_R_WRONG_VERSION_NUMBER, "the server does not speak TLS on this port"},
    {SSL_R_HTTP_REQUEST, "the server does not speak TLS on this port"},
    {SSL_R_PACKET_LENGTH_TOO_LONG, "the server does not speak TLS on this port"},
    {SSL_R_BAD_RECORD_TYPE, "the server does not speak TLS on this port"},
    {SSL_R_UNSUPPORTED_PROTOCOL, "the server offers only TLS older than 1.2"},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "the server offers only TLS older than 1.2"},
    {SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "the server refused the TLS handshake: no cipher in common"},
    {SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY, "the server refused the TLS handshake: no cipher in common"},
    {SSL_R_NO_CIPHERS_AVAILABLE, "no cipher is allowed for TLS on this machine"},
    {SSL_R_DH_KEY_TOO_SMALL, "the server's TLS key exchange is too weak"},
    {SSL_R_TLSV1_UNRECOGNIZED_NAME, "the server does not know this host name (TLS)"},
    {SSL_R_TLSV1_ALERT_INTERNAL_ERROR, "the server failed in the TLS handshake (internal error)"},
    {SSL_R_TLSV1_ALERT_ACCESS_DENIED, "the server denied access in the TLS handshake"},
    {SSL_R_UNEXPECTED_EOF_WHILE_READING, "the connection was cut during the TLS handshake"},
};

bool tls_failure_words(unsigned long failure, char *out, size_t size)
{
    if (!failure) return false;
    const char *words = NULL;
    for (size_t n = 0; !words && n < sizeof failures / sizeof failures[0]; n++)
        if (ERR_GET_LIB(failure) == ERR_LIB_SSL && failures[n].code == ERR_GET_REASON(failure))
            words = failures[n].words;
    const char *theirs = ERR_reason_error_string(failure);
    (void)snprintf(out, size, "%s%s", words ? "" : "TLS handshake failed: ",
                   words    ? words
                   : theirs ? theirs
                            : "unknown reason");
    return true;
}

static void handshake_seen(const SSL *ssl, int where, int result)
{
    unsigned long *failure = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    if (where == SSL_CB_CONNECT_EXIT) *failure = result > 0 ? 0 : ERR_peek_last_error();
}

void tls_context_watch(SSL_CTX *context, unsigned long *failure)
{
    if (SSL_CTX_set_app_data(context, failure) == 1) SSL_CTX_set_info_callback(context, handshake_seen);
}
