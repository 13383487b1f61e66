#include "booktop/base/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t clock_read(clockid_t id)
{
    /* Cannot fail: both clocks exist on every Linux and the address is ours. */
    struct timespec time = {0};
    (void)clock_gettime(id, &time);
    return (int64_t)time.tv_sec * NANOSECONDS_PER_SECOND + (int64_t)time.tv_nsec;
}

static struct stamp system_now(void *context)
{
    (void)context;
    return (struct stamp){.mono = clock_read(CLOCK_MONOTONIC), .wall = clock_read(CLOCK_REALTIME)};
}

static int64_t system_asleep(void *context)
{
    (void)context;
    int64_t awake = clock_read(CLOCK_MONOTONIC);
    return clock_read(CLOCK_BOOTTIME) - awake;
}

static struct stamp manual_now(void *context)
{
    const struct stamp *stamp = context;
    return *stamp;
}

const struct clock clock_system = {.now = system_now, .asleep = system_asleep};

struct stamp clock_now(const struct clock *clock)
{
    return clock->now(clock->context);
}

int64_t clock_asleep(const struct clock *clock)
{
    return clock->asleep ? clock->asleep(clock->context) : 0;
}

static struct stamp fast_now(void *context)
{
    const struct clock_start *start = context;
    int64_t gone = clock_read(CLOCK_MONOTONIC) - start->at.mono;
    return (struct stamp){.mono = start->at.mono + gone * start->speed, .wall = start->at.wall + gone * start->speed};
}

struct clock clock_fast(struct clock_start *start, unsigned speed)
{
    *start = (struct clock_start){system_now(NULL), speed};
    return (struct clock){.now = fast_now, .asleep = system_asleep, .context = start, .speed = speed};
}

struct clock clock_manual(struct stamp *stamp)
{
    return (struct clock){.now = manual_now, .context = stamp};
}

void clock_manual_advance(struct stamp *stamp, int64_t nanoseconds)
{
    stamp->mono += nanoseconds;
    stamp->wall += nanoseconds;
}
