/* A part of a file, held in memory. Read with pread: a mapped file that is cut while it is read would kill us. */
#ifndef BOOKTOP_RECORD_WINDOW_H
#define BOOKTOP_RECORD_WINDOW_H

#include <time.h>

#include "booktop/base/text.h"

/* Whoever may end the reading of files. */
struct window_watch {
    bool (*tell)(void *context, unsigned thousandths); /* NULL: nobody */
    void *context;
    uint64_t before, all; /* bytes of the files before this one, and of all */
    bool ended;
};

/* A file as it was when it was opened. */
struct window_origin {
    uint64_t size;
    struct timespec modified;
    bool open;   /* it is being written: it may change */
    bool closed; /* it has its end: nothing is added any more */
};

struct window {
    int file;
    uint64_t size; /* of the file, as it was opened, or as it was found to end */
    uint64_t at;   /* of the first byte held */
    size_t held;
    char *bytes; /* owned */
    size_t capacity;
    int error;                  /* errno of a failure; ECANCELED: its watch has ended it; ESTALE: it was changed */
    struct window_watch *watch; /* borrowed; NULL: none */
    const struct window_origin *origin; /* borrowed likewise: the file has to be as it was */
};

void window_free(struct window *window);

/* Shows `want` bytes from `offset` on, fewer where the file ends. Borrowed until the next call. False: `error`. */
bool window_show(struct window *window, uint64_t offset, size_t want, struct text *bytes);

/* Asks the watch, as is done each time that something is read from the file: for whoever is long at work without that.
 * True, with ECANCELED: it has ended it. */
bool window_is_ended(struct window *window);

/* True, with ESTALE, if the file was written since it was opened, though nobody was at it then. For what is not as it
 * has to be: that it was added to is no harm by itself. */
bool window_is_rewritten(struct window *window);
/* What it means for a reader. */
void window_error_text(int error, char *out, size_t size);

#endif
