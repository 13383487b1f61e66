/* A WebSocket message, put together from the pieces that libwebsockets hands over. Loop's thread.
 *
 * A message that comes in one piece is lent on as it lies, without a copy; otherwise it grows in a buffer that is kept.
 */
#ifndef NET_MESSAGE_H
#define NET_MESSAGE_H

#include <libwebsockets.h>

#include "booktop/base/text.h"

struct message {
    char *bytes; /* owned */
    size_t length, capacity, cap;
};

enum message_outcome {
    MESSAGE_OPEN,  /* more is to come */
    MESSAGE_WHOLE, /* `whole` is lent until message_clear */
    MESSAGE_BINARY,
    MESSAGE_TOO_LONG,
    MESSAGE_NO_MEMORY,
};

/* No message will be longer than `cap`. */
void message_init(struct message *message, size_t cap);
void message_free(struct message *message);

/* Adds the piece of a RECEIVE callback. */
enum message_outcome message_add(struct message *message, struct lws *wsi, const char *piece, size_t length,
                                 struct text *whole);

/* Forgets what was put together; keeps the buffer. */
void message_clear(struct message *message);

/* Adds bytes of any kind, unchecked but for the cap. False if they do not fit or there is no memory. */
bool message_append(struct message *message, const char *piece, size_t length);

#endif
