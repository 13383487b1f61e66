/* One HTTPS GET: a request, one reply, in the loop's thread. TLS as for net/websocket.h, redirects not followed,
 * `Accept-Encoding: identity`, bodies up to the loop's limits.message_cap. No retries: the caller knows what its
 * question is worth.
 */
#ifndef BOOKTOP_NET_HTTP_H
#define BOOKTOP_NET_HTTP_H

#include "booktop/net/loop.h"

#define HTTP_REASON_SIZE 160

struct http_reply {
    int status;          /* 0: no reply came, `reason` says why */
    struct text body;    /* borrowed during the handler */
    int64_t retry_after; /* ns the server asked to wait (in seconds, at most 10 minutes), 0: it did not */
    char reason[HTTP_REASON_SIZE];
};

struct http_request;

/* GETs `url` (https://host[:port]/path?query; copied; a host name or an IPv4 address, path and query below 1984 bytes;
 * http:// is refused but for loopback in tests). `replied` is called exactly once, with the stamp of the reply's
 * last byte, never before this call returns, unless http_cancel comes first; then the request is gone. Fails after
 * `timeout` ns (<= 0: the loop's limits.reply; at most 60 s). NULL, with a reason, for a URL that is not one or when
 * out of memory. */
struct http_request *http_get(struct net_loop *loop, const char *url, int64_t timeout,
                              void (*replied)(void *context, struct stamp stamp, const struct http_reply *reply),
                              void *context, char *error, size_t error_size);

void http_cancel(struct http_request *request);

#endif
