/* A book as plain text, for pipes and files: title, state, the best levels a side in columns, the last trades. */
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

#endif
