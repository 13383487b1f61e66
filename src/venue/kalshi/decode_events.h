/* From messages to events: what each type means. Private to the room. */
#ifndef BOOKTOP_SRC_VENUE_KALSHI_DECODE_EVENTS_H
#define BOOKTOP_SRC_VENUE_KALSHI_DECODE_EVENTS_H

#include "decode_message.h"

#define WHY_SIZE 256

/* What events point into besides the frame. */
struct ground {
    struct stage stage;         /* its levels are owned by the decoder */
    struct level_change change; /* the only one of a delta */
    char why[WHY_SIZE];         /* the text of an error of the venue's */
};

/* An event that says nothing yet. */
void kalshi_event_start(struct event *event);

/* A change whose place in the frame is known: where a NO price stands in the book depends on the subscription. */
void kalshi_change_finish(struct level_change *change, bool yes_price, struct event *event);

/* Turns a message into an event (an error, if it is refused) that was started. */
void kalshi_event_build(struct ground *ground, const struct message *message, bool yes_price, struct event *event);
/* The same for REST's replies, which do not name their type. */
void kalshi_book_reply_build(struct ground *ground, const struct message *message, struct event *event);
void kalshi_trade_reply_build(struct ground *ground, const struct message *message, struct event *event);

#endif
