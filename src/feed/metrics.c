#include "booktop/feed/metrics.h"

#include <string.h>

/* The bound of the first bucket; each following one is twice as wide, the last one has none. */
#define FIRST_BOUND (NANOSECONDS_PER_MILLISECOND / 2)

static unsigned bucket_of(int64_t nanoseconds)
{
    unsigned bucket = 0;
    while (bucket < METRICS_BUCKETS - 1 && nanoseconds > FIRST_BOUND << bucket) bucket++;
    return bucket;
}

void histogram_add(struct histogram *histogram, int64_t nanoseconds)
{
    if (nanoseconds < 0) nanoseconds = 0;
    histogram->count++;
    histogram->sum += (uint64_t)nanoseconds;
    histogram->buckets[bucket_of(nanoseconds)]++;
}

int64_t histogram_bound(unsigned bucket)
{
    return bucket < METRICS_BUCKETS - 1 ? FIRST_BOUND << bucket : INT64_MAX;
}

int64_t histogram_percentile(const struct histogram *histogram, unsigned percent)
{
    if (histogram->count == 0) return -1;
    /* Rounded up, and without 100 * count, which might not fit. */
    uint64_t wanted = histogram->count / 100 * percent + (histogram->count % 100 * percent + 99) / 100;
    uint64_t below = 0;
    for (unsigned i = 0; i < METRICS_BUCKETS; i++) {
        below += histogram->buckets[i];
        if (below >= wanted && below > 0) return histogram_bound(i);
    }
    return INT64_MAX;
}

struct command_metrics *metrics_command(struct metrics *metrics, enum venue_id venue, const char *name)
{
    if (!name) name = "other";
    for (size_t i = 0; i < metrics->command_count; i++) {
        struct command_metrics *command = &metrics->commands[i];
        if (command->venue == venue && strcmp(command->name, name) == 0) return command;
    }
    struct command_metrics *last = &metrics->commands[METRICS_COMMANDS - 1];
    if (metrics->command_count == METRICS_COMMANDS) return last;
    struct command_metrics *made = &metrics->commands[metrics->command_count++];
    made->venue = made == last ? VENUE_COUNT : venue;
    made->name = made == last ? "other" : name;
    return made;
}
