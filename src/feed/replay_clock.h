/* The clock of a replay: it stands where the replay stands.
 *
 * Set by the feed thread, read by any. Between two settings it runs by itself, `rate` thousandths as fast as real time,
 * but never beyond `most`: what was not played yet has not happened. It jumps only when it is set elsewhere.
 */
#ifndef BOOKTOP_SRC_FEED_REPLAY_CLOCK_H
#define BOOKTOP_SRC_FEED_REPLAY_CLOCK_H

#include <stdatomic.h>

#include "booktop/base/clock.h"

/* How it goes. Positions are m of the recording. */
struct replay_pace {
    int64_t real;   /* mono ns of the real clock at which */
    int64_t anchor; /* it stood here; */
    int64_t rate;   /* thousandths of real time; 0: it stands still */
    int64_t most;   /* up to here */
    int64_t wall;   /* of m 0: what the recording's wall clock said, steps of it included */
};

struct replay_clock {
    struct clock clock; /* its face */
    const struct clock *real;
    _Atomic unsigned version; /* odd while it is being set */
    _Atomic int64_t held[5];  /* a pace, member by member */
};

void replay_clock_open(struct replay_clock *clock, const struct clock *real);
void replay_clock_set(struct replay_clock *clock, const struct replay_pace *pace);

/* Where it would stand at `real` if nothing held it. */
int64_t replay_pace_at(const struct replay_pace *pace, int64_t real);
/* How long it takes over `span` in real time, ns, rounded up; TIME_NEVER while it stands still. */
int64_t replay_pace_real(int64_t rate, int64_t span);

#endif
