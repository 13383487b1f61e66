/* A header of a request, into the buffer that libwebsockets hands over for it. Loop's thread. */
#ifndef NET_HEADER_H
#define NET_HEADER_H

#include <libwebsockets.h>
#include <stdbool.h>

#include "booktop/net/websocket.h"

/* False for a name or a value that would be more than one header, and for one that does not fit before `end`. */
bool header_add(struct lws *wsi, const struct websocket_header *header, unsigned char **at, unsigned char *end);

#endif
