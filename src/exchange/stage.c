#include "stage.h"

#include <stdio.h>

#include "booktop/base/clock.h"

static bool plan_create(struct stage *stage, const char *path, char *error, size_t error_size)
{
    char why[256];
    if (path == NULL || fault_plan_load(&stage->plan, path, why, sizeof why)) return true;
    snprintf(error, error_size, "%s: %s", path, why);
    return false;
}

bool stage_create(struct stage *stage, const struct exchange_options *options, char *error, size_t error_size)
{
    *stage = (struct stage){0};
    if (!plan_create(stage, options->fault_file, error, error_size)) return false;
    int64_t start_ms = options->start_ms;
    if (start_ms == 0) start_ms = clock_now(options->clock).wall / NANOSECONDS_PER_MILLISECOND;
    if (cast_create(&stage->cast, options->seed, options->markets) && flow_create(&stage->flow, &stage->cast, start_ms))
        stage->channel = channel_create(&stage->cast, &stage->flow, options->seed);
    if (stage->channel != NULL) return true;
    snprintf(error, error_size, "out of memory, or OpenSSL has no SHA-1");
    return false;
}

void stage_free(struct stage *stage)
{
    channel_destroy(stage->channel);
    flow_free(&stage->flow);
    cast_free(&stage->cast);
    fault_plan_free(&stage->plan);
}
