/* How often a book may be asked for anew: at once the first time, then ever later, until a burst ends well. */
#ifndef BOOKTOP_SRC_VENUE_RESYNC_CLOCK_H
#define BOOKTOP_SRC_VENUE_RESYNC_CLOCK_H

#include "booktop/base/clock.h"

#define RESYNC_WAIT     NANOSECONDS_PER_SECOND
#define RESYNC_WAIT_MAX (60 * NANOSECONDS_PER_SECOND)

struct resync_clock {
    int64_t last; /* mono ns at which it was begun */
    int64_t wait; /* from then to the next; 0: none */
};

/* `due`, or when it may be, if that is later. */
static inline int64_t resync_clock_allowed(const struct resync_clock *clock, int64_t due)
{
    int64_t earliest = clock->last + clock->wait;
    return clock->wait > 0 && due < earliest ? earliest : due;
}

static inline void resync_clock_begin(struct resync_clock *clock, int64_t now)
{
    clock->last = now;
    clock->wait = clock->wait ? clock->wait * 2 : RESYNC_WAIT;
    if (clock->wait > RESYNC_WAIT_MAX) clock->wait = RESYNC_WAIT_MAX;
}

/* Nothing helped: the next one is as late as can be. */
static inline void resync_clock_exhaust(struct resync_clock *clock, int64_t now)
{
    clock->last = now;
    clock->wait = RESYNC_WAIT_MAX;
}

#endif
