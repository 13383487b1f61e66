/* A book as plain text, for pipes and files: title, state, the best levels a side in columns, the last trades. And what
 * is told of connections where there is no screen. */
#ifndef BOOKTOP_UI_PLAIN_H
#define BOOKTOP_UI_PLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "booktop/base/clock.h"
#include "booktop/feed/view.h"

#define PLAIN_LEVELS 10
#define PLAIN_TRADES 5

/* Writes the view as a block that ends with an empty line; foreign text is sanitized, to ASCII where `ascii` says so.
 * False if `out` has failed. */
bool plain_write(FILE *out, const struct book_view *view, struct stamp now, bool ascii);

/* "polymarket down: connection refused", where it is neither live nor idle: else "" and false. `outlook`: and when it
 * is tried again, ", next try in 4 s". Sanitized. */
#define PLAIN_LINK_SIZE (VIEW_REASON_SIZE + 96)
bool plain_link(const struct venue_link *link, enum venue_id id, struct stamp now, bool outlook,
                char out[PLAIN_LINK_SIZE]);

#endif
