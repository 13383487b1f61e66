/* Certificates in memory into OpenSSL's contexts, for this room. */
#ifndef NET_TLS_CONTEXT_H
#define NET_TLS_CONTEXT_H

#include <openssl/ssl.h>

#include "booktop/base/text.h"

/* Reads a file of certificates whole; `*pem` is the caller's to free. NULL, or why it cannot be read (static). */
const char *tls_file_read(const char *path, char **pem, size_t *length);

/* A context for clients: TLS 1.2 at least, certificates verified against `ca_pem`, where that is empty against the
 * system's store. NULL, with `*why` (static), when OpenSSL refuses. */
SSL_CTX *tls_client_context(struct text ca_pem, const char **why);

/* Reads the authorities again into a context that is in use: the system's may have changed in the days that it lives,
 * and OpenSSL never forgets a certificate that it could not make out for want of memory. False: it stays as it was. */
bool tls_trust_anew(SSL_CTX *context, struct text ca_pem);

/* From PEM; owned by the caller, NULL if it is not one. */
X509 *tls_certificate_read(const char *pem);
EVP_PKEY *tls_key_read(const char *pem);

/* Makes a context show this certificate. False if the two do not fit or cannot be read. */
bool tls_context_show(SSL_CTX *context, const char *certificate_pem, const char *key_pem);

/* Why the certificate that is being looked at was refused, in words, cut to fit; it may name the authority, foreign
 * text. */
void tls_verify_words(X509_STORE_CTX *store, char *out, size_t size);

/* From now on the context's handshakes write down what they failed with, an OpenSSL error code, 0: nothing; before
 * libwebsockets hears of the failure and forgets it. `failure` must live as long as the context. */
void tls_context_watch(SSL_CTX *context, unsigned long *failure);

/* Such a code in words, cut to fit. False if it is none. */
bool tls_failure_words(unsigned long failure, char *out, size_t size);

#endif
