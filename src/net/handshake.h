/* The second half of a dial: the connection is libwebsockets'. For dial.c alone. */
#ifndef NET_HANDSHAKE_H
#define NET_HANDSHAKE_H

#include "dial.h"

/* Lets libwebsockets take the connection over and begin. Not to be called in one of its callbacks. */
void handshake_give(struct dial *dial);

/* What it says from then on: the dial's net_handle.event. */
int handshake_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in, size_t length);

/* In dial.c: everything is let go of, and the owner hears of it. */
void dial_fail(struct dial *dial, struct dial_failure failure);

#endif
