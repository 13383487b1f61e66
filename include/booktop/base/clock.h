/* Time, as two readings taken together, and the clock that is passed in.
 *
 * Durations, timeouts and latencies use `mono` (CLOCK_MONOTONIC, immune to steps); `wall` (CLOCK_REALTIME, UTC since
 * 1970) is for stamps and for what people read. Both are nanoseconds. Inside the engine time enters only as stamps.
 */
#ifndef BOOKTOP_BASE_CLOCK_H
#define BOOKTOP_BASE_CLOCK_H

#include <stdint.h>

#define NANOSECONDS_PER_SECOND      INT64_C(1000000000)
#define NANOSECONDS_PER_MILLISECOND INT64_C(1000000)

/* "No deadline", later than any stamp. */
#define TIME_NEVER INT64_MAX

struct stamp {
    int64_t mono; /* ns */
    int64_t wall; /* ns */
};

/* `now` may be called from any thread unless the implementation says otherwise. */
struct clock {
    struct stamp (*now)(void *context);
    void *context;
};

/* The machine's clocks. */
extern const struct clock clock_system;

struct stamp clock_now(const struct clock *clock);

/* A clock that moves when told to: for tests. One thread only. The clock borrows `stamp`. */
struct clock clock_manual(struct stamp *stamp);
void clock_manual_advance(struct stamp *stamp, int64_t nanoseconds);

#endif
