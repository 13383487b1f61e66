#include "outgoing.h"

#include <stdlib.h>
#include <string.h>

struct outgoing_text {
    struct outgoing_text *next;
    size_t length;
    unsigned char bytes[]; /* LWS_PRE of room first */
};

/* A client's frame on the wire (RFC 6455 section 5.2): its head, with the mask, and its payload. */
static size_t frame_size(size_t length)
{
    return length + (length < 126 ? 6 : length < 65536 ? 8 : 14);
}

bool outgoing_add(struct outgoing *outgoing, struct text text)
{
    size_t room = outgoing->cap - outgoing->waiting;
    if (text.length > room || frame_size(text.length) > room) return false;
    struct outgoing_text *added = malloc(sizeof *added + LWS_PRE + text.length);
    if (!added) return false;
    if (text.length) memcpy(added->bytes + LWS_PRE, text.at, text.length);
    added->length = text.length;
    added->next = NULL;
    if (outgoing->last)
        outgoing->last->next = added;
    else
        outgoing->first = added;
    outgoing->last = added;
    outgoing->waiting += frame_size(text.length);
    return true;
}

static void first_free(struct outgoing *outgoing)
{
    struct outgoing_text *first = outgoing->first;
    outgoing->first = first->next;
    if (!outgoing->first) outgoing->last = NULL;
    free(first);
}

int64_t outgoing_write(struct outgoing *outgoing, struct lws *wsi)
{
    size_t length = outgoing->first->length;
    int written = lws_write(wsi, outgoing->first->bytes + LWS_PRE, length, LWS_WRITE_TEXT);
    first_free(outgoing);
    outgoing->under_way = frame_size(length);
    if (!lws_partial_buffered(wsi)) outgoing_landed(outgoing);
    return written < 0 ? -1 : (int64_t)length;
}

void outgoing_landed(struct outgoing *outgoing)
{
    outgoing->waiting -= outgoing->under_way;
    outgoing->under_way = 0;
}

void outgoing_clear(struct outgoing *outgoing)
{
    while (outgoing->first) first_free(outgoing);
    outgoing->waiting = outgoing->under_way = 0;
}
