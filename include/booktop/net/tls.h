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
};

/* Valid from a day ago for a year by the machine's clock. False when OpenSSL fails. */
bool tls_authority_create(struct tls_authority *authority);
/* The same with a server certificate that is valid from `from` until `until` (seconds since 1970 UTC), to show what an
 * expired one does. */
bool tls_authority_create_dated(struct tls_authority *authority, int64_t from, int64_t until);
void tls_authority_free(struct tls_authority *authority);

/* "OpenSSL 3.0.19 27 Jan 2026". Static. */
const char *tls_library_version(void);

#endif
