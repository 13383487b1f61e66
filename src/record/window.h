/* A part of a file, held in memory. Read with pread: a mapped file that is cut while it is read would kill us. */
#ifndef BOOKTOP_RECORD_WINDOW_H
#define BOOKTOP_RECORD_WINDOW_H

#include "booktop/base/text.h"

/* Whoever may end the reading of files. */
struct window_watch {
    bool (*tell)(void *context, unsigned thousandths); /* NULL: nobody */
    void *context;
    uint64_t before, all; /* bytes of the files before this one, and of all */
    bool ended;
};

struct window {
    int file;
    uint64_t size; /* of the file, as it was opened, or as it was found to end */
    uint64_t at;   /* of the first byte held */
    size_t held;
    char *bytes; /* owned */
    size_t capacity;
    int error;                  /* errno of a failure; ECANCELED: its watch has ended it */
    struct window_watch *watch; /* borrowed; NULL: none */
};

void window_free(struct window *window);

/* Shows `want` bytes from `offset` on, fewer where the file ends. Borrowed until the next call. False: `error`. */
bool window_show(struct window *window, uint64_t offset, size_t want, struct text *bytes);

#endif
