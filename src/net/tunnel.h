/* A way through an HTTP proxy: CONNECT and its answer (RFC 9110 section 9.3.6), on a connection that is up. */
#ifndef NET_TUNNEL_H
#define NET_TUNNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "booktop/net/proxy.h"

#define TUNNEL_LINE_SIZE 32

struct tunnel {
    char line[TUNNEL_LINE_SIZE]; /* the start of the answer's first line */
    size_t length;               /* bytes of the answer's head so far */
    unsigned newlines;           /* at its end, in a row */
    int status;                  /* 0: not known yet */
};

enum tunnel_state {
    TUNNEL_WAITING, /* for more of the answer */
    TUNNEL_OPEN,    /* what comes next is the other side's */
    TUNNEL_REFUSED, /* `status` says how */
    TUNNEL_CUT,     /* the proxy hung up, or the network did */
    TUNNEL_ILLEGAL, /* not an answer of HTTP/1 */
};

/* Asks the proxy for host:port. False if the connection did not take it. */
bool tunnel_ask(struct tunnel *tunnel, int descriptor, const struct proxy *proxy, const char *host, unsigned port);

/* Reads what has come, and no byte behind the answer's head. */
enum tunnel_state tunnel_read(struct tunnel *tunnel, int descriptor);

#endif
