/* Whether the peer of an open connection is alive, takes what it is sent, and goes on with what it began. Pure: it is
 * told what happens, with the time, and says what is due. It keeps these fields of the connection's status: heard,
 * unanswered, round_trip, pinged, pings, pongs.
 *
 * A ping is wanted every limits.ping, and soon after the peer stopped talking, so that a dead network shows early. Each
 * sign of life counts against silence, and nobody is called silent who was not pinged.
 */
#ifndef NET_LIVENESS_H
#define NET_LIVENESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "booktop/net/limits.h"
#include "booktop/net/websocket.h"

#define LIVENESS_PING_SIZE 8 /* of a ping's payload: when it was sent */
#define LIVENESS_PINGS     8

struct liveness {
    const struct net_limits *limits;
    struct websocket_status *status;
    int64_t asked;                 /* when the newest ping was wanted, or sent */
    bool ping_wanted;              /* and not sent yet */
    bool talked;                   /* something but a pong came since `asked` */
    int64_t pings[LIVENESS_PINGS]; /* sent and unanswered, oldest first */
    unsigned unanswered;
    uint64_t arrived, arrived_before; /* bytes, at `arrived_at`, and at the look of that kind before */
    int64_t arrived_at;
    bool in_message; /* one has begun and is not whole */
    int64_t grown;   /* when it last grew */
    bool writing;    /* something waits to be sent */
    int64_t moved;   /* when some of it was last taken */
    int64_t sampled; /* when `taken` was last looked at */
    uint64_t taken;  /* bytes the peer has acknowledged */
};

/* All times in mono ns of one clock. */

/* The connection is open. A ping is wanted at once. */
void liveness_begin(struct liveness *liveness, int64_t now);
/* There is no connection any more. */
void liveness_end(struct liveness *liveness);

/* Bytes came; a piece of a message that is not whole yet, or the end of one. */
void liveness_received(struct liveness *liveness, int64_t now, bool in_message);
/* At a look, before it is judged: so many bytes came over the connection so far, as the system counts them. A message
 * that comes slower than libwebsockets tells of it is life, too. */
void liveness_arrived(struct liveness *liveness, int64_t now, uint64_t bytes);
/* A ping of the peer was answered. */
void liveness_pinged(struct liveness *liveness, int64_t now);
void liveness_ponged(struct liveness *liveness, int64_t now, const void *payload, size_t length);
/* Our ping goes out; its payload. */
void liveness_ping(struct liveness *liveness, int64_t now, unsigned char payload[LIVENESS_PING_SIZE]);

/* Something waits to be sent, now or still, and `taken` bytes of the connection were acknowledged so far. */
void liveness_waits(struct liveness *liveness, int64_t now, uint64_t taken);
/* A frame was handed over whole; whether more waits. */
void liveness_wrote(struct liveness *liveness, int64_t now, bool more);

enum life {
    LIFE_GOOD,
    LIFE_SILENT,  /* no sign of life for limits.silence */
    LIFE_STALLED, /* a message did not grow for as long */
    LIFE_CLOGGED, /* nothing was taken for limits.write */
};

/* What is to be thought of it; sets `ping_wanted` when one is due. `taken` as above. */
enum life liveness_judge(struct liveness *liveness, int64_t now, uint64_t taken);

/* When to judge next. */
int64_t liveness_due(const struct liveness *liveness);

#endif
