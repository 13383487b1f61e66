/* When to try again: steps that double, and a delay drawn from each with full jitter, so that many clients do not come
 * back at once ("full jitter": Brooker, "Exponential Backoff And Jitter", 2015).
 * The delay before attempt n is uniform in [floor, step], step = first * 2^n up to `most`, floor = first / 5: never at
 * once. Pure, no clock.
 */
#ifndef BOOKTOP_NET_BACKOFF_H
#define BOOKTOP_NET_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t first, most; /* ns */
    unsigned attempts;   /* failures since the last success */
    uint64_t random;     /* state of the jitter; seed with anything but 0 */
};

/* 0 < first <= most. */
void backoff_init(struct backoff *backoff, int64_t first, int64_t most, uint64_t seed);

/* Counts a failure and gives the delay before the next attempt, in ns. */
int64_t backoff_next(struct backoff *backoff);

/* A success: the next delay is the first again. Called after the first valid data or 30 s up, not at the handshake:
 * servers that accept and close at once would be hammered. */
void backoff_reset(struct backoff *backoff);

#endif
