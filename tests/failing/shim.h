/* How a test speaks to the preloaded shim.c. Any thread; the program finds these by dlsym, since without the shim they
 * are not there. */
#ifndef FAILING_SHIM_H
#define FAILING_SHIM_H

enum failing_kind {
    FAILING_MEMORY,  /* malloc, calloc, realloc, posix_memalign, aligned_alloc */
    FAILING_SOCKET,  /* socket */
    FAILING_CONNECT, /* connect */
    FAILING_SEND,    /* send, sendto, sendmsg, and write, writev on a socket */
    FAILING_RECEIVE, /* recv, recvfrom, recvmsg, and read on a socket */
    FAILING_KINDS
};

/* From now on calls are counted; call `number` of this kind (from 1; 0: none) fails with this errno. */
void failing_arm(enum failing_kind kind, unsigned long number, int error);
void failing_disarm(void);
/* Since it was armed: calls of a kind, and calls that were made to fail. */
unsigned long failing_count(enum failing_kind kind);
unsigned long failing_fired(void);
/* Blocks that are allocated and not freed. */
long failing_live(void);

#endif
