#include "message.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_LEAST 65536

void message_init(struct message *message, size_t cap)
{
    *message = (struct message){.cap = cap};
}

void message_free(struct message *message)
{
    free(message->bytes);
    *message = (struct message){0};
}

void message_clear(struct message *message)
{
    message->length = 0;
}

static bool reserve(struct message *message, size_t need)
{
    if (need <= message->capacity) return true;
    size_t capacity = message->capacity ? message->capacity : CAPACITY_LEAST;
    while (capacity < need) capacity *= 2;
    char *bytes = realloc(message->bytes, capacity);
    if (!bytes) return false;
    message->bytes = bytes;
    message->capacity = capacity;
    return true;
}

bool message_append(struct message *message, const char *piece, size_t length)
{
    if (length > message->cap - message->length || !reserve(message, message->length + length)) return false;
    if (length) memcpy(message->bytes + message->length, piece, length);
    message->length += length;
    return true;
}

/* The last fragment may be empty, and a fragment may come in several pieces. */
static bool is_last(struct lws *wsi)
{
    return lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0;
}

enum message_outcome message_add(struct message *message, struct lws *wsi, const char *piece, size_t length,
                                 struct text *whole)
{
    if (lws_frame_is_binary(wsi)) return MESSAGE_BINARY;
    if (length > message->cap - message->length) return MESSAGE_TOO_LONG;
    bool last = is_last(wsi);
    if (last && !message->length) {
        *whole = (struct text){piece, length};
        return MESSAGE_WHOLE;
    }
    if (!message_append(message, piece, length)) return MESSAGE_NO_MEMORY;
    if (!last) return MESSAGE_OPEN;
    *whole = (struct text){message->bytes, message->length};
    return MESSAGE_WHOLE;
}
