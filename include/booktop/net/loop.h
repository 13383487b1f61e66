/* The event loop of one thread: libwebsockets' context, timers, and a way to be woken.
 *
 * No other room includes libwebsockets. A loop belongs to the thread that calls net_loop_service; everything in net/ is
 * called from that thread only, but net_loop_wake, which any thread may call. libwebsockets' log level and emitter, and
 * its and OpenSSL's allocators, are process-wide: net_start is called once, in main, before the first loop.
 */
#ifndef BOOKTOP_NET_LOOP_H
#define BOOKTOP_NET_LOOP_H

#include "booktop/base/clock.h"
#include "booktop/base/text.h"
#include "booktop/net/limits.h"

struct net_loop;
struct proxy; /* net/proxy.h */

/* Sends libwebsockets' warnings and errors to the log (base/log.h) and nothing to the terminal, and lays a reserve of
 * memory behind it and OpenSSL. Main thread, once, before anything uses OpenSSL. */
void net_start(void);

/* libwebsockets' own. Static. */
const char *net_library_version(void);

struct net_loop_options {
    const struct clock *clock;       /* stamps; borrowed for the loop's life */
    struct text ca_pem;              /* trust only these certificates; empty: the system's store */
    const char *ca_file;             /* the same from a file, read once; NULL: none. Not both. */
    bool server;                     /* this loop serves (net/server.h) alone: no client store is set up */
    const struct net_limits *limits; /* copied; NULL: the default */
    const struct proxy *proxy;       /* copied, forgotten with the loop; NULL: every connection is direct */
};

/* NULL, with a reason in `error` (may be cut), when out of memory or the CA cannot be read. */
struct net_loop *net_loop_create(const struct net_loop_options *options, char *error, size_t error_size);

/* Closes every connection (each `down` or `reply` handler is called once more) and frees the loop. Close frames are
 * sent, and their answers waited for, 300 ms of real time at most. */
void net_loop_destroy(struct net_loop *loop);

/* Waits until something happens (bytes, a timer, a wake), and handles it. Returns false on a failure that no later call
 * can cure.
 *
 * A client's loop in real time whose sockets bring 3,000 messages a second and more (30 in 10 ms) reads all that is
 * there in one call, and then leaves the sockets alone for 1 ms; timers and wakes end that at once. So a stamp says
 * when bytes were read: as soon as the thread could, or in a busy loop up to 1 ms later. */
bool net_loop_service(struct net_loop *loop);

/* Makes net_loop_service come back soon. The only call that other threads may make; not after net_loop_destroy began.
 * So whoever ends a loop of another thread sets that thread's flag, wakes the loop, joins the thread and then destroys
 * the loop itself: a thread that destroyed its loop on seeing the flag could do so before the wake. */
void net_loop_wake(struct net_loop *loop);

struct stamp net_loop_now(const struct net_loop *loop);

/* A timer that the caller owns and zeroes; it must be cancelled before its memory goes. */
struct net_timer {
    void (*expired)(void *context); /* called in the loop's thread, once per net_timer_set */
    void *context;
    struct net_loop *loop;  /* NULL while not set */
    struct net_timer *next; /* the loop's list */
    int64_t due;            /* mono ns of the loop's clock */
};

/* Sets, or sets again, a timer that expires `delay` ns from now (<= 0: at the next turn). */
void net_timer_set(struct net_loop *loop, struct net_timer *timer, int64_t delay);
void net_timer_cancel(struct net_timer *timer);

#endif
