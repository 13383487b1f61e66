/* One client of the venue's WebSocket: its subscriptions, and what it is sent.
 *
 * A subscription (sid) is to one channel; there is at most one to each. `seq` counts its frames from 1, over all its
 * markets; `ok`, `unsubscribed` and its own errors take a number too, `subscribed` takes none and a ticker has none.
 * What a channel begins with (`subscribed`, then a snapshot for each ticker) stands before anything else of it. Another
 * `subscribe` to it is answered by `ok` on the same sid, with snapshots for new tickers alone. A ticker that nobody
 * knows is accepted; its snapshot is empty. Only the venue's public channels are there: others are unknown.
 * Knows no socket: frames go to `send`. One thread.
 */
#ifndef BOOKTOP_EXCHANGE_KALSHI_LISTENER_H
#define BOOKTOP_EXCHANGE_KALSHI_LISTENER_H

#include "booktop/exchange/kalshi/frame.h"

/* Tickers of one subscription; more are refused with error 26. */
#define LISTENER_TICKERS_MAX 4096

struct listener;

struct listener_sink {
    /* A frame, with its line feed. False: it could not be taken. */
    bool (*send)(void *context, struct text frame);
    void *context;
};

/* How news are told. */
enum listener_manner {
    LISTENER_PLAIN,
    LISTENER_SKIP,  /* the number is used, the frame is not sent */
    LISTENER_AGAIN, /* the frame is sent twice */
};

/* Borrows the board. NULL when out of memory. */
struct listener *listener_create(const struct board *board, struct listener_sink sink);
void listener_destroy(struct listener *listener);

/* Does what a client's message asks for. */
void listener_instruct(struct listener *listener, struct text message, int64_t now_ms);

/* True if it is to get these news. */
bool listener_wants(const struct listener *listener, const struct board_news *news);
void listener_tell(struct listener *listener, const struct board_news *news, enum listener_manner manner);
/* Ends the subscription to books with error 25. False if there is none. */
bool listener_overflow(struct listener *listener, int64_t now_ms);

/* Frames sent so far. True if memory ran out or a frame could not be taken: it has lost something, and must go. */
uint64_t listener_sent(const struct listener *listener);
bool listener_failed(const struct listener *listener);

#endif
