/* From objects to events: what each type of message means. Private to the room. */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_EVENTS_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_EVENTS_H

#include "object.h"

/* A type of message. `build` fills an event whose market and stamp are set and returns NULL, or why the object is
 * refused. It is NULL itself where the type is not for a viewer: `ignored` says why. */
struct message_type {
    struct text name;
    const char *(*build)(struct stage *stage, const struct object *object, struct event *event);
    const char *ignored;
};

/* By the value of "event_type", which may be missing (NULL). Never NULL. */
const struct message_type *polymarket_message_type(const struct json_value *value);

/* Replies do not name their type. */
extern const struct message_type polymarket_book_reply, polymarket_trade_reply;

/* Turns an object into an event (an error, if it is refused). `type` NULL: the object says itself what it is. */
void polymarket_event_build(struct stage *stage, const struct object *object, const struct message_type *type,
                            struct event *event);

#endif
