/* The inside of a websocket: its data, and the wall between a connection that is made, lost and made again
 * (websocket.c) and one that is open (websocket_open.c). Loop's thread.
 */
#ifndef NET_WEBSOCKET_CORE_H
#define NET_WEBSOCKET_CORE_H

#include "dial.h"
#include "liveness.h"
#include "message.h"
#include "outgoing.h"
#include "retry.h"

/* Why it will end, where we know better than libwebsockets. */
struct farewell {
    enum websocket_failure kind; /* WEBSOCKET_FAILURE_NONE: we do not */
    char words[WEBSOCKET_REASON_SIZE];
};

struct websocket {
    struct net_member member;
    struct dial dial;
    struct websocket_options options;
    struct websocket_status status;
    struct retry policy;
    struct liveness liveness; /* while open */
    struct message message;
    struct outgoing outgoing;
    struct lws *wsi; /* of the newest open connection; to be asked in its callbacks alone, the last one included */
    struct net_timer retry; /* down: the next attempt */
    struct net_timer told;  /* down, by websocket_reconnect: the handler has still to hear of it */
    struct net_timer look;  /* open: the next look at its life */
    int64_t opened;         /* mono ns */
    bool write_wanted;      /* we asked libwebsockets for CLIENT_WRITEABLE */
    bool closed;            /* by the caller: no handler is called any more */
    struct farewell farewell;
    struct websocket_header headers[WEBSOCKET_HEADERS_MAX]; /* of this attempt, borrowed: what no reason may say */
    size_t header_count;
    int64_t retry_after;
    uint64_t turn; /* of `stamp`: one stamp for all that one turn of the loop read */
    struct stamp stamp;
};

/* --- of websocket.c --- */

/* The one way down, with the reason: the next attempt is set, if there is to be one, and the handler told. */
void websocket_fall(struct websocket *websocket, enum websocket_failure kind, const char *reason);

void websocket_step(struct websocket *websocket, enum websocket_state state);

/* True if what the peer says holds a piece of a value of our request's headers: no word of it is shown or logged. */
bool websocket_echoes(const struct websocket *websocket, struct text said);

/* Mono ns of the loop's clock. */
int64_t websocket_now(const struct websocket *websocket);

/* What a callback answers after a handler ran, which may have let go of the connection: -1 closes it at once, 0 leaves
 * it to its close frame, or to go on. */
int websocket_verdict(struct lws *wsi);

/* --- of websocket_open.c --- */

/* libwebsockets' callbacks from the moment it is open. */
int websocket_open_event(struct websocket *websocket, struct lws *wsi, enum lws_callback_reasons why, void *in,
                         size_t length);

/* A timer's: is it alive? `context` is the websocket. */
void websocket_open_look(void *context);

/* In the last callback: the peer has not ended the connection, so it is libwebsockets that did. It says nothing of it,
 * and there is one reason to: what came is against the protocol (RFC 6455's, or TLS's). */
bool websocket_open_broken(const struct websocket *websocket);

/* Asks libwebsockets to call when a frame can be written. */
void websocket_open_write(struct websocket *websocket);

#endif
