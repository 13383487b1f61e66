/* A client's state, and what listener.c and instruct.c share. */
#ifndef BOOKTOP_EXCHANGE_KALSHI_LISTENER_PRIVATE_H
#define BOOKTOP_EXCHANGE_KALSHI_LISTENER_PRIVATE_H

#include "booktop/exchange/kalshi/listener.h"

/* A ticker as it was subscribed: `market` is -1 for one that nobody knows. */
struct ticker_entry {
    int market;
    char ticker[2 * ROSTER_TICKER_SIZE]; /* cut to fit */
};

/* A subscription; `sid` 0: there is none to this channel. */
struct subscription_state {
    unsigned sid;
    uint64_t seq; /* of the last frame */
    bool all;     /* no tickers were given: every market */
    bool yes_price, skip_ticker_ack;
    struct ticker_entry *entries; /* owned, in the order of their coming */
    unsigned count, capacity;
    uint8_t *has; /* owned: per market, whether it is among them */
};

struct listener {
    const struct board *board;
    struct listener_sink sink;
    struct subscription_state channels[FRAME_CHANNELS];
    unsigned last_sid;
    uint64_t sent;
    bool failed;
    struct json_writer writer;
};

/* Sends the frame that was written, and makes room for the next. */
void listener_flush(struct listener *listener);
/* A label with the next number of a subscription. */
struct frame_label listener_label(struct listener *listener, struct subscription_state *state, int64_t id,
                                  int64_t now_ms);
/* The subscription is over. */
void listener_forget(struct subscription_state *state);

#endif
