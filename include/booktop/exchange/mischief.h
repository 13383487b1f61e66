/* What goes wrong between a venue and its clients: the faults of connections and of REST (exchange/fault.h), done to
 * the list of a venue's peers. It knows no venue; each has one of its own.
 *
 * A fault that finds no connection waits for the next one. Owned by the server's thread; times are those of its loop's
 * clock. Zeroed, then begun; peers may join from then on.
 */
#ifndef BOOKTOP_EXCHANGE_MISCHIEF_H
#define BOOKTOP_EXCHANGE_MISCHIEF_H

#include "booktop/exchange/door.h"
#include "booktop/exchange/fault.h"
#include "booktop/net/server.h"

/* Faults that can wait, and upgrades that can be refused ahead; what is more is lost, with a line in the log. */
#define MISCHIEF_WAITING 64

struct mischief;

/* A connection. Part of what the venue keeps of a client; all but `ended` and `context` is the mischief's. */
struct mischief_peer {
    void (*ended)(void *context); /* a fault is about to end it: nothing more reaches it. May be NULL */
    void *context;
    struct mischief *mischief;
    struct server_peer *peer;
    struct mischief_peer *next, **link;
    struct net_timer timer;                 /* of the next two */
    int64_t stalled_until, lagging_until;   /* mono ns; TIME_NEVER: for good */
    bool frozen, dribbles, fragments, over; /* the second and third: with the next message */
};

/* Faults, first in, first out. */
struct mischief_queue {
    struct fault faults[MISCHIEF_WAITING];
    size_t count;
};

struct mischief {
    struct net_loop *loop;
    struct door *door;
    struct mischief_peer *peers;
    struct mischief_queue waiting, refusals;
    struct net_timer timer; /* waiting faults find a peer */
    int64_t busy_until, deaf_until;
    char retry_after[24];
};

void mischief_begin(struct mischief *mischief, struct net_loop *loop, struct door *door);
void mischief_end(struct mischief *mischief);

/* Does what the fault says; nothing if it is a venue's own. */
void mischief_do(struct mischief *mischief, const struct fault *fault);

/* A client came, went. `own` is zeroed but for `ended` and `context`. */
void mischief_join(struct mischief *mischief, struct mischief_peer *own, struct server_peer *peer);
void mischief_leave(struct mischief_peer *own);
/* In place of server_send for all that a fault may hold back or deform; what is held back counts as sent. */
bool mischief_send(struct mischief_peer *own, struct text message);

/* The answer to an upgrade that a fault refuses, as `admit` of net/server.h; 0: none does. */
int mischief_admit(struct mischief *mischief, struct server_refusal *refusal);
/* True if a fault has dealt with the request. */
bool mischief_request(struct mischief *mischief, struct server_request *request);

#endif
