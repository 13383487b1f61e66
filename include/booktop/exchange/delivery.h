/* What stands between a channel and those who listen: it hands out what is due, counts it, and applies the faults of
 * the plan at their moment. The server and exchange_print both stand on it, so that they see the same.
 */
#ifndef BOOKTOP_EXCHANGE_DELIVERY_H
#define BOOKTOP_EXCHANGE_DELIVERY_H

#include "booktop/exchange/fault.h"
#include "booktop/exchange/polymarket/channel.h"

/* Who listens. */
struct delivery_sink {
    /* True if somebody is to get the message. */
    bool (*wants)(void *context, const struct channel_message *message);
    /* `text` is the message's, or what a fault made of it. Called too for the end of a market that nobody wants.
     * `message` NULL: for everybody. */
    void (*send)(void *context, const struct channel_message *message, struct text text);
    /* Does the faults of connections and of REST; NULL: nobody does. */
    void (*mischief)(void *context, const struct fault *fault);
    void *context;
};

struct delivery {
    struct flow *flow; /* borrowed, as are the next two */
    struct channel *channel;
    struct fault_plan *plan;
    struct delivery_sink sink;
    struct json_writer writer;   /* of reversed messages */
    int64_t sent;                /* messages of the channel */
    uint64_t omitted;            /* the burst that a message was omitted from; 0: none */
    struct channel_message late; /* waits for the one that follows it; its text is not its own */
    struct json_writer late_text;
    bool omit, duplicate, reorder; /* armed */
    bool has_late;
};

/* A delivery with its first five members set (the sink included) is ready; this frees what it came to own. */
void delivery_free(struct delivery *delivery);

/* Does what a fault says, now; nothing if it is another venue's. */
void delivery_fault(struct delivery *delivery, const struct fault *fault);

/* Hands out what is due by `until_ms`, at most `most` messages. False when it stopped at that number. */
bool delivery_run(struct delivery *delivery, int64_t until_ms, uint64_t most);

#endif
