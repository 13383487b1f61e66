#include "window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WINDOW_LEAST (1u << 20)

static bool grow(struct window *window, size_t size)
{
    if (size <= window->capacity) return true;
    char *bytes = realloc(window->bytes, size);
    if (!bytes) {
        window->error = ENOMEM;
        return false;
    }
    window->bytes = bytes;
    window->capacity = size;
    return true;
}

/* Moves the window to `offset`; what it holds of that already is kept. */
static void slide(struct window *window, uint64_t offset)
{
    size_t kept = 0;
    if (offset >= window->at && offset - window->at < window->held) {
        kept = window->held - (size_t)(offset - window->at);
        memmove(window->bytes, window->bytes + (offset - window->at), kept);
    }
    window->at = offset;
    window->held = kept;
}

/* Asked each time that something is read from the file. */
static bool is_ended(struct window *window)
{
    struct window_watch *watch = window->watch;
    if (!watch || !watch->tell) return false;
    uint64_t read = watch->before + window->at;
    unsigned thousandths = read < watch->all ? (unsigned)(read * 1000 / watch->all) : 999;
    if (!watch->ended) watch->ended = !watch->tell(watch->context, thousandths);
    if (watch->ended) window->error = ECANCELED;
    return watch->ended;
}

static bool fill(struct window *window, size_t size)
{
    if (is_ended(window)) return false;
    while (window->held < size) {
        off_t from = (off_t)(window->at + window->held);
        ssize_t got = pread(window->file, window->bytes + window->held, size - window->held, from);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            window->error = errno;
            return false;
        }
        if (got == 0) {
            window->size = window->at + window->held;
            return true;
        }
        window->held += (size_t)got;
    }
    return true;
}

void window_free(struct window *window)
{
    free(window->bytes);
    window->bytes = NULL;
    window->capacity = window->held = 0;
}

bool window_show(struct window *window, uint64_t offset, size_t want, struct text *bytes)
{
    *bytes = (struct text){0};
    if (offset >= window->size) return true;
    if (want > window->size - offset) want = (size_t)(window->size - offset);
    if (offset < window->at || offset + want > window->at + window->held) {
        size_t size = want < WINDOW_LEAST ? WINDOW_LEAST : want;
        if (size > window->size - offset) size = (size_t)(window->size - offset);
        if (!grow(window, size)) return false;
        slide(window, offset);
        if (!fill(window, size)) return false;
    }
    size_t skipped = (size_t)(offset - window->at);
    bytes->at = window->bytes + skipped;
    bytes->length = want < window->held - skipped ? want : window->held - skipped;
    return true;
}
