/* Texts that wait to be sent on one connection, in order. Loop's thread. */
#ifndef NET_OUTGOING_H
#define NET_OUTGOING_H

#include <libwebsockets.h>

#include "booktop/base/text.h"

struct outgoing_text;

struct outgoing {
    struct outgoing_text *first, *last; /* owned */
    size_t waiting;                     /* bytes of the frames, and of the one under way */
    size_t under_way;                   /* of the frame that libwebsockets has taken, and the network not yet */
    size_t cap;                         /* `waiting` never exceeds it */
};

/* Copies a text. False if it does not fit, or there is no memory. */
bool outgoing_add(struct outgoing *outgoing, struct text text);

/* Hands the first text to libwebsockets: its length, or -1 if the connection is to be closed. Not while one is under
 * way; there must be one. */
int64_t outgoing_write(struct outgoing *outgoing, struct lws *wsi);

/* libwebsockets holds nothing back any more. */
void outgoing_landed(struct outgoing *outgoing);

void outgoing_clear(struct outgoing *outgoing);

#endif
