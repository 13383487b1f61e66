/* The exchange's door: who came to it, and the certificate that is shown there. Both venues have one door, so that a
 * wrong certificate is seen by whoever comes next, to either stream or to REST.
 *
 * Owned by the server's thread; door_attempts may be called from any.
 */
#ifndef BOOKTOP_EXCHANGE_DOOR_H
#define BOOKTOP_EXCHANGE_DOOR_H

#include <stdatomic.h>

#include "booktop/exchange/exchange.h"
#include "booktop/net/server.h"

#define DOOR_VENUES 2

struct door {
    struct net_loop *loop;
    struct server *server;
    const struct tls_authority *authority;
    struct net_timer timer; /* while a wrong certificate is shown */
    int64_t shown_until;    /* mono ns */
    int64_t failing_since;  /* mono ns; 0: nobody stands there */
    uint64_t accepted, asked_before;
    _Atomic uint64_t upgrades[DOOR_VENUES];
    _Atomic uint64_t unasked; /* connections that did not ask for anything (yet) */
};

/* Borrows all three. */
void door_begin(struct door *door, struct net_loop *loop, struct server *server, const struct tls_authority *authority);
void door_end(struct door *door);

/* An upgrade was asked for (`venue` below 0: at no venue's path); a turn of the loop is over. */
void door_upgrade(struct door *door, int venue);
void door_turn(struct door *door);

/* Shows a certificate with this flaw until a handshake failed by it, or for three seconds. */
void door_disguise(struct door *door, enum tls_flaw flaw);

/* As exchange_attempts. */
uint64_t door_attempts(const struct door *door, enum exchange_venue venue);

#endif
