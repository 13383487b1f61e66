#include "booktop/net/backoff.h"

/* SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int64_t step_of(const struct backoff *backoff)
{
    int64_t step = backoff->first;
    for (unsigned n = 0; n < backoff->attempts; n++) {
        if (step >= backoff->most / 2) return backoff->most;
        step *= 2;
    }
    return step < backoff->most ? step : backoff->most;
}

void backoff_init(struct backoff *backoff, int64_t first, int64_t most, uint64_t seed)
{
    *backoff = (struct backoff){.first = first, .most = most, .random = seed};
}

int64_t backoff_next(struct backoff *backoff)
{
    int64_t step = step_of(backoff);
    int64_t floor = backoff->first / 5;
    if (backoff->attempts < UINT32_MAX) backoff->attempts++;
    uint64_t jitter = random_next(&backoff->random) % ((uint64_t)(step - floor) + 1);
    return floor + (int64_t)jitter;
}

void backoff_reset(struct backoff *backoff)
{
    backoff->attempts = 0;
}
