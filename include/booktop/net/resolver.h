/* Names to addresses without holding up the loop: getaddrinfo in detached threads.
 *
 * libwebsockets of Debian 12 resolves in the network thread and blocks it; so names are resolved here and connections
 * are made to numeric addresses. Answers are kept for 60 s; who asks for a name while another one waits for it shares
 * the thread. A numeric address is its own answer, at once. At the end a resolver that still hangs is left behind
 * (detached): it owns all it touches.
 */
#ifndef BOOKTOP_NET_RESOLVER_H
#define BOOKTOP_NET_RESOLVER_H

#include "booktop/net/loop.h"

#define RESOLVER_ADDRESSES    8
#define RESOLVER_ADDRESS_SIZE 46 /* INET6_ADDRSTRLEN */

struct resolver_answer {
    unsigned count; /* 0: failed */
    char addresses[RESOLVER_ADDRESSES][RESOLVER_ADDRESS_SIZE];
    const char *error; /* why it failed, static; NULL otherwise */
};

struct resolver;
struct resolver_query;

/* One per loop; made by it, and freed by it when its sockets are gone. Open questions are not answered any more. */
struct resolver *resolver_create(struct net_loop *loop);
void resolver_destroy(struct resolver *resolver);

/* Asks for `host`. `answered` is called once, in the loop's thread, never before this call returns. NULL when out of
 * memory or no thread can be had (then `answered` is not called). */
struct resolver_query *resolver_ask(struct resolver *resolver, const char *host,
                                    void (*answered)(void *context, const struct resolver_answer *answer),
                                    void *context);

/* `answered` will not be called. */
void resolver_cancel(struct resolver_query *query);

/* Does not keep what is known of `host` any longer: none of its addresses leads anywhere, so it may have others now. */
void resolver_forget(struct resolver *resolver, const char *host);

#endif
