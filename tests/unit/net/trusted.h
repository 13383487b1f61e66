/* A server whose certificate is of an authority made for the test: who is to trust it is given `authority.ca_pem`. */
#ifndef NET_TRUSTED_H
#define NET_TRUSTED_H

#include "harness.h"

static struct tls_authority authority;
static struct served served;

static inline void trusted_start(struct server_handlers handlers)
{
    assert_true(tls_authority_create(&authority));
    served.authority = &authority;
    served.handlers = handlers;
    served_start(&served);
}

static inline int trusted_stop(void **state)
{
    (void)state;
    served_stop(&served);
    tls_authority_free(&authority);
    return 0;
}

#endif
