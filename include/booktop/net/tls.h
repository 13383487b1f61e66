/* A certificate authority in memory, for servers on loopback: the local exchange and tests.
 *
 * P-256 keys from OpenSSL's generator, never written anywhere. A client that trusts `ca_pem` alone
 * (net_loop_options.ca_pem) can talk to a server that shows the certificate, and to nobody else.
 */
#ifndef BOOKTOP_NET_TLS_H
#define BOOKTOP_NET_TLS_H

#include "booktop/base/text.h"

struct tls_authority {
    char *ca_pem;          /* the CA's certificate; owned, terminated */
    char *certificate_pem; /* for localhost, 127.0.0.1 and ::1, signed by the CA; owned */
    char *key_pem;         /* its key; owned, cleansed when freed */
    char *ca_key_pem;      /* the CA's, for tls_certificate_create; owned, cleansed when freed */
};

/* Valid from a day ago for a year by the machine's clock. False when OpenSSL fails. */
bool tls_authority_create(struct tls_authority *authority);

/* What can be wrong with a server's certificate. */
enum tls_flaw {
    TLS_SOUND,
    TLS_EXPIRED,     /* since yesterday */
    TLS_FUTURE,      /* valid from tomorrow on */
    TLS_OTHER_HOST,  /* for other.example */
    TLS_SELF_SIGNED, /* by its own key */
    TLS_UNKNOWN,     /* by an authority that nobody trusts */
    TLS_WEAK,        /* RSA, 1024 bits */
    TLS_FLAW_COUNT
};

/* A certificate of this kind and its key, PEM, owned by the caller (tls_certificate_free); signed by `authority` where
 * the flaw is another. False when OpenSSL fails. */
struct tls_certificate {
    char *pem, *key_pem;
};
bool tls_certificate_create(struct tls_certificate *certificate, const struct tls_authority *authority,
                            enum tls_flaw flaw);
void tls_certificate_free(struct tls_certificate *certificate);
void tls_authority_free(struct tls_authority *authority);

/* "OpenSSL 3.0.19 27 Jan 2026". Static. */
const char *tls_library_version(void);

#endif
