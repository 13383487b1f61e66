/* Certificates in memory into OpenSSL's contexts, for this room. */
#ifndef NET_TLS_CONTEXT_H
#define NET_TLS_CONTEXT_H

#include <openssl/ssl.h>

#include "booktop/base/text.h"

/* A context for clients: TLS 1.2 at least, certificates verified against `ca_pem`, else the file `ca_file`, else the
 * system's store. NULL, with `*why` (static), when OpenSSL refuses. */
SSL_CTX *tls_client_context(struct text ca_pem, const char *ca_file, const char **why);

/* Makes a context show this certificate. False if the two do not fit or cannot be read. */
bool tls_context_show(SSL_CTX *context, const char *certificate_pem, const char *key_pem);

/* Why a certificate was refused, in words; static. */
const char *tls_verify_words(int error);

#endif
