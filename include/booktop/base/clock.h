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
    /* How long the machine has been suspended since it started, ns: CLOCK_BOOTTIME less CLOCK_MONOTONIC, which stands
     * still meanwhile. NULL: never. */
    int64_t (*asleep)(void *context);
    void *context;
    unsigned speed; /* its seconds in one of real time: what waits for it waits so much shorter; 0: 1 */
};

/* The machine's clocks. */
extern const struct clock clock_system;

struct stamp clock_now(const struct clock *clock);
int64_t clock_asleep(const struct clock *clock);

/* The machine's clocks, run `speed` times as fast from the moment this is called: what takes minutes is tested in
 * seconds. The clock borrows `start`. Any thread. */
struct clock_start {
    struct stamp at;
    unsigned speed;
};
struct clock clock_fast(struct clock_start *start, unsigned speed);

/* A clock that moves when told to: for tests. One thread only. The clock borrows `stamp`. */
struct clock clock_manual(struct stamp *stamp);
void clock_manual_advance(struct stamp *stamp, int64_t nanoseconds);

#endif
