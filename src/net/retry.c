#include "retry.h"

/* After an answer that is meant for good: in the longest of the usual waits. */
#define REFUSED_FIRST 2
#define REFUSED_MOST  30

/* The next attempt would hear the same again: we are sent elsewhere, or it is we who are wrong. But for too slow (408),
 * too early (425) and too often (429). */
static bool is_for_good(int http_status)
{
    if (http_status == 408 || http_status == 425 || http_status == 429) return false;
    return http_status >= 300 && http_status <= 499;
}

static int64_t refused_step(const struct retry *retry)
{
    int64_t longest = retry->limits->retry_most, step = REFUSED_FIRST;
    for (unsigned n = 1; n < retry->refusals && step < REFUSED_MOST; n++) step *= 2;
    return longest * (step < REFUSED_MOST ? step : REFUSED_MOST);
}

void retry_init(struct retry *retry, const struct net_limits *limits, uint64_t seed)
{
    *retry = (struct retry){.limits = limits};
    backoff_init(&retry->backoff, limits->retry_first, limits->retry_most, seed);
}

int64_t retry_failed(struct retry *retry, int http_status, int64_t asked)
{
    const struct net_limits *limits = retry->limits;
    int64_t draw = backoff_next(&retry->backoff), least = 0;
    if (retry->failures < UINT32_MAX) retry->failures++;
    if (!limits->reconnect) return TIME_NEVER;
    if (limits->attempts && retry->failures >= limits->attempts) return TIME_NEVER;
    if (is_for_good(http_status)) {
        if (!retry->was_open) return TIME_NEVER;
        if (retry->refusals < UINT32_MAX) retry->refusals++;
        least = refused_step(retry);
    }
    return (least > asked ? least : asked) + draw;
}

int64_t retry_asked(struct retry *retry)
{
    return backoff_next(&retry->backoff);
}

void retry_reset(struct retry *retry)
{
    backoff_reset(&retry->backoff);
    retry->failures = retry->refusals = 0;
}
