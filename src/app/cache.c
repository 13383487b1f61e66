#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/base/clock.h"
#include "booktop/base/log.h"
#include "place.h"

#define AGE_MOST (CACHE_DAYS * INT64_C(86400))

static bool find(char path[PLACE_SIZE], const char *name)
{
    return place_find(path, "XDG_CACHE_HOME", ".cache", name);
}

/* === Reading === */

/* NULL, or why the file is not read. */
static const char *refuse(const struct stat *file)
{
    int64_t now = clock_now(&clock_system).wall / NANOSECONDS_PER_SECOND;
    if (!S_ISREG(file->st_mode)) return "no regular file";
    if (file->st_size > (off_t)CACHE_SIZE_MAX) return "too large";
    return now - file->st_mtime > AGE_MOST ? "too old" : NULL;
}

/* All of it, or nothing if it is shorter than it was said to be. */
static struct text read_whole(int file, size_t size)
{
    char *bytes = size ? malloc(size) : NULL;
    size_t length = 0;
    while (bytes && length < size) {
        ssize_t got = read(file, bytes + length, size - length);
        if (got <= 0) break;
        length += (size_t)got;
    }
    if (bytes && length == size) return (struct text){bytes, size};
    free(bytes);
    return (struct text){NULL, 0};
}

struct text cache_read(const char *name)
{
    char path[PLACE_SIZE];
    struct stat status;
    struct text text = {NULL, 0};
    if (!find(path, name)) return text;
    /* Something else than a file could keep us waiting. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        if (errno != ENOENT) log_write(LOG_LEVEL_WARN, "app", "cannot read %s: %s", path, strerror(errno));
        return text;
    }
    const char *why = fstat(file, &status) ? strerror(errno) : refuse(&status);
    if (why)
        log_write(LOG_LEVEL_INFO, "app", "%s is not read: %s", path, why);
    else
        text = read_whole(file, (size_t)status.st_size);
    close(file);
    return text;
}

void cache_free(struct text text)
{
    free((char *)text.at);
}

/* === Writing === */

static bool write_whole(int file, struct text text)
{
    while (text.length) {
        ssize_t written = write(file, text.at, text.length);
        if (written < 0) return false;
        text = (struct text){text.at + written, text.length - (size_t)written};
    }
    return true;
}

/* Into a file of its own, which then takes the other's name. */
static bool replace(const char *path, struct text text)
{
    char made[PLACE_SIZE + sizeof ".XXXXXX"];
    snprintf(made, sizeof made, "%s.XXXXXX", path);
    int file = mkostemp(made, O_CLOEXEC); /* for the user alone */
    if (file < 0) return false;
    bool written = write_whole(file, text);
    written &= close(file) == 0;
    if (written && rename(made, path) == 0) return true;
    int why = errno;
    unlink(made);
    errno = why;
    return false;
}

void cache_write(const char *name, struct text text)
{
    char path[PLACE_SIZE];
    if (text.length > CACHE_SIZE_MAX || !find(path, name)) return;
    place_make_folders(path);
    if (!replace(path, text)) log_write(LOG_LEVEL_WARN, "app", "cannot write %s: %s", path, strerror(errno));
}
