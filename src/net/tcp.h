/* A TCP connection in the making, to one numeric address. Loop's thread.
 *
 * It is made here and not by libwebsockets 4.1.6, which throws away why a connection failed, and of a proxy's answer
 * reads one piece and says nothing of it. When it stands, libwebsockets is let connect to nothing, and the connection
 * takes the place of that nothing's descriptor before a byte is written (tcp_nowhere, tcp_give).
 */
#ifndef NET_TCP_H
#define NET_TCP_H

#include "loop_core.h"

struct tcp {
    struct net_handle handle; /* first: libwebsockets' pointer */
    struct lws *wsi;          /* its place in the loop's poll set, NULL: there is no connection */
    int descriptor;           /* libwebsockets closes it */
    bool up;
    /* Set by the owner. `number` is 0 when the connection is up, else the errno of why not: then it is gone. */
    void (*connected)(struct tcp *tcp, int number);
    /* Bytes or the end can be read from `descriptor`. */
    void (*readable)(struct tcp *tcp);
    void *owner;
};

/* Begins. Returns 0, and nothing is called before this returns; or the errno of what failed at once. */
int tcp_start(struct tcp *tcp, struct net_loop *loop, const char *address, unsigned port);

/* Lets go of it; safe when there is none. */
void tcp_stop(struct tcp *tcp);

/* Puts the connection in the place of `descriptor`, and lets go of its own. 0, or the errno of what failed. */
int tcp_give(struct tcp *tcp, int descriptor);

/* A place of this process that takes connections at once and never says a word. */
#define TCP_NOWHERE_SIZE 128
struct tcp_nowhere {
    int listener;
    char address[TCP_NOWHERE_SIZE]; /* as libwebsockets writes an abstract Unix socket: "+@name" */
};
/* 0, or the errno of what failed. */
int tcp_nowhere_open(struct tcp_nowhere *nowhere);
void tcp_nowhere_close(struct tcp_nowhere *nowhere);

#endif
