#include "replay_clock.h"

#include "booktop/feed/playback.h"

#define NANOSECONDS_PER_MICROSECOND 1000

/* A thousandth of real time is a nanosecond for each microsecond. */
int64_t replay_pace_at(const struct replay_pace *pace, int64_t real)
{
    int64_t gone = (real - pace->real) / NANOSECONDS_PER_MICROSECOND;
    if (gone <= 0 || pace->rate <= 0 || pace->anchor < 0) return pace->anchor;
    int64_t longest = (INT64_MAX - pace->anchor) / pace->rate;
    return pace->anchor + (gone < longest ? gone : longest) * pace->rate;
}

int64_t replay_pace_real(int64_t rate, int64_t span)
{
    if (rate <= 0) return TIME_NEVER;
    if (span <= 0) return 0;
    int64_t microseconds = span / rate + 1;
    return microseconds < TIME_NEVER / NANOSECONDS_PER_MICROSECOND ? microseconds * NANOSECONDS_PER_MICROSECOND
                                                                   : TIME_NEVER;
}

static bool read_pace(struct replay_clock *clock, struct replay_pace *pace)
{
    unsigned version = atomic_load(&clock->version);
    if (version & 1) return false;
    *pace = (struct replay_pace){
        .real = atomic_load(&clock->held[0]),
        .anchor = atomic_load(&clock->held[1]),
        .rate = atomic_load(&clock->held[2]),
        .most = atomic_load(&clock->held[3]),
        .wall = atomic_load(&clock->held[4]),
    };
    return atomic_load(&clock->version) == version;
}

static struct stamp now(void *context)
{
    struct replay_clock *clock = context;
    struct replay_pace pace;
    while (!read_pace(clock, &pace)) continue;
    int64_t position = replay_pace_at(&pace, clock_now(clock->real).mono);
    if (position > pace.most) position = pace.most;
    return (struct stamp){.mono = PLAYBACK_BASE + position, .wall = pace.wall + position};
}

void replay_clock_open(struct replay_clock *clock, const struct clock *real)
{
    clock->clock = (struct clock){.now = now, .context = clock};
    clock->real = real;
}

void replay_clock_set(struct replay_clock *clock, const struct replay_pace *pace)
{
    const int64_t members[] = {pace->real, pace->anchor, pace->rate, pace->most, pace->wall};
    atomic_fetch_add(&clock->version, 1);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) atomic_store(&clock->held[i], members[i]);
    atomic_fetch_add(&clock->version, 1);
}
