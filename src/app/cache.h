/* What is kept between runs to start sooner: $XDG_CACHE_HOME/booktop/NAME, else ~/.cache/booktop/NAME. Nothing depends
 * on it: what cannot be read is not there, what cannot be written is not kept; only the log says why. Main thread.
 */
#ifndef BOOKTOP_SRC_APP_CACHE_H
#define BOOKTOP_SRC_APP_CACHE_H

#include "booktop/base/text.h"

#define CACHE_SIZE_MAX (16u << 20)
#define CACHE_DAYS     7

/* The whole of a regular file of at most CACHE_SIZE_MAX, not older than CACHE_DAYS; empty otherwise. To be given to
 * cache_free. */
struct text cache_read(const char *name);
void cache_free(struct text text);

/* Puts a file in the old one's place, whole or not at all. */
void cache_write(const char *name, struct text text);

#endif
