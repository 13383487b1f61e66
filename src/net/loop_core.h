/* The inside of a loop, for the other files of this room. Thread rules as in booktop/net/loop.h.
 *
 * libwebsockets knows one pointer for each of its sockets ("opaque user data"). Here it is always a net_handle, so that
 * one callback serves connections, requests and watched descriptors alike. A socket whose owner has let it go has the
 * handle net_handle_gone or net_handle_closing and touches no memory of ours any more.
 */
#ifndef NET_LOOP_CORE_H
#define NET_LOOP_CORE_H

#include <libwebsockets.h>
#include <stdbool.h>
#include <stdint.h>

#include "booktop/net/loop.h"
#include "booktop/net/proxy.h"
#include "booktop/net/resolver.h"

/* Whose socket it is. `event` gets libwebsockets' callbacks and answers in its terms: 0 to go on, -1 to close. Of a
 * certificate that is looked at (OPENSSL_PERFORM_SERVER_CERT_VERIFICATION) `in` is OpenSSL's X509_STORE_CTX, and
 * `length` is 0 if it was refused. */
struct net_handle {
    int (*event)(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in, size_t length);
    void *owner;
};

/* Lets go of an open WebSocket: nothing more is heard of it, and it is closed with a close frame of this code, one of
 * those in member.c; without one if it cannot be sent within 5 s, since the peer reads nothing. */
void net_handle_close(struct net_loop *loop, struct lws *wsi, enum lws_close_status code);
/* Lets go of a socket: nothing more is heard of it, and it is closed at the next turn. */
void net_handle_drop(struct lws *wsi);
/* The same in a callback that closes it anyway. */
void net_handle_forget(struct lws *wsi);
/* True if it was let go of by one of the last two. */
bool net_handle_is_gone(struct lws *wsi);

/* Puts a descriptor of ours into the loop's poll set. NULL if that fails: then it is closed, and the handle's event was
 * not called. */
struct lws *net_descriptor_adopt(struct net_loop *loop, int descriptor, struct net_handle *handle);

/* What lives in a loop and ends with it at the latest. First in its struct. */
struct net_member {
    struct net_loop *loop;
    struct net_member *previous, *next;
    /* The loop is being destroyed: says so to whoever waits, then calls net_member_leave. */
    void (*end)(struct net_member *member);
    /* Frees it. Called when none of its callbacks can be on the stack. */
    void (*release)(struct net_member *member);
};

void net_member_join(struct net_loop *loop, struct net_member *member);
/* Takes it out of the loop; it is released at the end of the turn. */
void net_member_leave(struct net_member *member);
/* Takes it out of the loop; it is released when libwebsockets' context is gone. For what its callbacks need to the
 * last. */
void net_member_keep(struct net_member *member);
/* Releases all of a list: for loop.c. */
void net_members_release(struct net_member **list);

/* A descriptor of ours in the loop's poll set: `ready` is called when its counter (eventfd, timerfd) is not 0, after it
 * was read. libwebsockets owns and closes the descriptor. */
struct net_watch {
    struct net_handle handle;
    int descriptor;
    void (*ready)(void *context);
    void *context;
};

/* False if it could not be added; the descriptor is closed all the same. */
bool net_watch_start(struct net_loop *loop, struct net_watch *watch, int descriptor, void (*ready)(void *context),
                     void *context);

struct net_loop {
    const struct clock *clock;
    struct net_limits limits;
    struct proxy proxy; /* host "": none */
    struct lws_context *context;
    struct lws_vhost *vhost; /* of clients and watches */
    void *tls;               /* the clients' SSL_CTX; NULL in a serving loop */
    char *ca_pem;            /* owned; NULL: the system's authorities */
    size_t ca_length;
    bool distrusted;           /* a certificate was refused since the authorities were read */
    int64_t trusted;           /* mono ns, when they last were; TIME_NEVER: not since the start */
    unsigned long tls_failure; /* what the last handshake that moved failed with (tls_context.h) */
    struct resolver *resolver;
    struct net_member *members; /* alive */
    struct net_member *left;    /* to be released at the end of the turn */
    struct net_member *kept;    /* to be released at the end of all */
    struct net_timer *timers;   /* by due time */
    struct net_timer *expiring; /* those whose turn it is */
    struct net_watch alarm;     /* the timerfd */
    int64_t alarm_due;          /* what it is set to, TIME_NEVER: nothing */
    struct net_watch bell;      /* an eventfd: net_loop_wake */
    uint64_t turn;              /* calls of lws_service, each of which reads a socket once at most */
    bool gathers;               /* of a client whose time is real: busy, it reads several messages at a time */
    bool busy;                  /* so many messages came in the last window */
    bool drained;               /* busy, and the last turn left nothing to read */
    int64_t busy_from;          /* machine's mono ns: the present window began */
    uint64_t heard;             /* messages, or pieces of long ones, in it */
    int64_t pause;              /* ns */
    uint64_t pauses;            /* in which the sockets were left alone, so far */
    unsigned farewells;         /* sockets that net_handle_close let go of */
    bool ending;
};

/* After a certificate was refused the authorities are read again, at most once a minute: the system's may have changed
 * in the days that a loop lives. Called before an attempt over TLS. */
void net_trust_anew(struct net_loop *loop);

/* Writes a reason to where the caller wants it, cut to fit; `error` may be NULL. */
void net_refuse(char *error, size_t error_size, const char *words);

#endif
