/* What connections put up with: times, tries and sizes. Plain data, copied into the loop that is made with it
 * (net/loop.h); the options of the command line and the config file fill it.
 */
#ifndef BOOKTOP_NET_LIMITS_H
#define BOOKTOP_NET_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "booktop/base/clock.h"

/* Times in ns. */
struct net_limits {
    bool reconnect;                  /* false: a connection that is lost is given up */
    unsigned attempts;               /* failures in a row after which it is given up, 0: never */
    int64_t retry_first, retry_most; /* the delay's first step, and its last (net/backoff.h); what was refused for good
                                        waits twice the last, doubling to 30 times */
    int64_t dial;                    /* until TCP is up, for each address where there are several, else for all */
    int64_t handshake;               /* from then on until TLS and the upgrade are done */
    int64_t reply;                   /* a GET, from its question to its last byte */
    int64_t write;                   /* until what waits to be sent has moved on: else the peer reads no more */
    int64_t ping;                    /* between our pings */
    int64_t silence;                 /* without any sign of life, pongs included: the peer is gone */
    size_t message_cap;              /* bytes of the longest message that is taken, and of a reply's body */
    size_t queue;                    /* bytes that may wait to be sent */
};

/* 0.5 to 30 s between attempts, for ever; dial 5 s, handshake 10 s, reply 15 s, write 10 s; a ping every 10 s, silence
 * 25 s; messages to 16 MiB, a queue of 1 MiB. */
extern const struct net_limits net_limits_default;

/* NULL, or what cannot be: a time that is not positive or longer than an hour, a silence not longer than the ping, a
 * last step shorter than the first, sizes below 64 KiB. Static. */
const char *net_limits_check(const struct net_limits *limits);

#endif
