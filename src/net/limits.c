#include "booktop/net/limits.h"

#define SECOND     NANOSECONDS_PER_SECOND
#define TIME_MOST  (3600 * SECOND)
#define KIB        ((size_t)1024)
#define SIZE_LEAST (64 * KIB)

const struct net_limits net_limits_default = {
    .reconnect = true,
    .attempts = 0,
    .retry_first = SECOND / 2,
    .retry_most = 30 * SECOND,
    .dial = 5 * SECOND,
    .handshake = 10 * SECOND,
    .reply = 15 * SECOND,
    .write = 10 * SECOND,
    .ping = 10 * SECOND,
    .silence = 25 * SECOND,
    .message_cap = 16 * KIB * KIB,
    .queue = KIB * KIB,
};

static const char *times_check(const struct net_limits *limits)
{
    const int64_t times[] = {limits->retry_first, limits->retry_most, limits->dial, limits->handshake,
                             limits->reply,       limits->write,      limits->ping, limits->silence};
    for (size_t n = 0; n < sizeof times / sizeof times[0]; n++) {
        if (times[n] <= 0) return "a time is not positive";
        if (times[n] > TIME_MOST) return "a time is longer than an hour";
    }
    return NULL;
}

const char *net_limits_check(const struct net_limits *limits)
{
    const char *why = times_check(limits);
    if (why) return why;
    if (limits->retry_most < limits->retry_first) return "the longest wait between attempts is shorter than the first";
    if (limits->silence <= limits->ping)
        return "the silence that is put up with is not longer than the time between pings";
    if (limits->message_cap < SIZE_LEAST) return "the longest message is below 64 KiB";
    if (limits->queue < SIZE_LEAST) return "the queue is below 64 KiB";
    return NULL;
}
