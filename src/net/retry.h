/* What becomes of a connection after a failure: when it is tried again, if it is. Pure. */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include "booktop/net/backoff.h"
#include "booktop/net/limits.h"
#include "booktop/net/websocket.h"

struct retry {
    const struct net_limits *limits;
    struct backoff backoff;
    bool was_open;     /* the connection was, at least once */
    unsigned failures; /* since the last success */
    unsigned refusals; /* since then: answers that were meant for good */
};

void retry_init(struct retry *retry, const struct net_limits *limits, uint64_t seed);

/* Counts a failure. The delay before the next attempt in ns, TIME_NEVER: there is none. `http_status` of an upgrade's
 * refusal, 0: it was none; `asked` is how long the server wants us to wait, 0: it did not say; it is waited for longer
 * than that, as after what was meant for good, by a step of the back-off: not everybody may come back at the same
 * moment. */
int64_t retry_failed(struct retry *retry, int http_status, int64_t asked);

/* The delay after an end that we wanted ourselves: no failure, and not the last attempt, whatever the limits say; but
 * it makes the back-off's next step. */
int64_t retry_asked(struct retry *retry);

/* A success, or the user's wish: the next failure is the first again. */
void retry_reset(struct retry *retry);

#endif
