/* Frames that are no JSON at all: plain words of the connection's own. Private to the room. */
#ifndef BOOKTOP_SRC_VENUE_TALK_H
#define BOOKTOP_SRC_VENUE_TALK_H

#include <string.h>

#include "booktop/base/text.h"

/* What a frame is if it is no JSON; NULL if it is to be read as such. Broken JSON begins with one of JSON's own
 * characters, or with a byte that is no printable ASCII (a byte order mark). Static. */
static inline const char *talk_word(struct text frame)
{
    struct text text = text_trim(frame);
    if (text.length == 0) return "empty frame";
    char first = text.at[0];
    if (first < 0x20 || first > 0x7E || strchr("{}[]:,\"-0123456789", first)) return NULL;
    return "plain text";
}

#endif
