#include "window.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read beyond what is asked for: who goes on by small steps, each time with a look far ahead, moves what is held once
 * in so many bytes and not at each step. */
#define AHEAD (1u << 20)

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

bool window_is_ended(struct window *window)
{
    struct window_watch *watch = window->watch;
    if (!watch || !watch->tell) return false;
    uint64_t read = watch->before + window->at;
    unsigned thousandths = read < watch->all ? (unsigned)(read * 1000 / watch->all) : 999;
    if (!watch->ended) watch->ended = !watch->tell(watch->context, thousandths);
    if (watch->ended) window->error = ECANCELED;
    return watch->ended;
}

static bool is_modified(const struct window_origin *origin, const struct stat *now)
{
    return now->st_mtim.tv_sec != origin->modified.tv_sec || now->st_mtim.tv_nsec != origin->modified.tv_nsec;
}

/* Cut, or longer though it had its end: what comes of it now is not what was opened. A time of writing alone, which is
 * all that a `touch` changes, is no more than a suspicion: what was changed does not check (window_is_rewritten). */
static bool is_stale(struct window *window)
{
    struct stat now;
    const struct window_origin *origin = window->origin;
    if (!origin || origin->open || fstat(window->file, &now) != 0) return false;
    uint64_t size = (uint64_t)now.st_size;
    bool stale = size < origin->size || (origin->closed && size > origin->size);
    if (stale) window->error = ESTALE;
    return stale;
}

/* Whether it is stale is looked at last: it may have become so amid the reading. */
static bool fill(struct window *window, size_t size)
{
    if (window_is_ended(window)) return false;
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
            break;
        }
        window->held += (size_t)got;
    }
    return !is_stale(window);
}

bool window_is_rewritten(struct window *window)
{
    struct stat now;
    const struct window_origin *origin = window->origin;
    if (!origin || origin->open || fstat(window->file, &now) != 0 || !is_modified(origin, &now)) return false;
    window->error = ESTALE;
    return true;
}

void window_error_text(int error, char *out, size_t size)
{
    if (error == ESTALE)
        snprintf(out, size, "the file was cut or written over while it was read: nothing more of it is believed");
    else
        snprintf(out, size, "the file cannot be read on: %s", strerror(error));
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
        size_t size = want + AHEAD;
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
