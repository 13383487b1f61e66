#include "keeping.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/base/log.h"
#include "booktop/base/thread.h"
#include "booktop/ui/theme.h"
#include "place.h"

#define NAME "state"

/* A file's new text, on its way to the disk. */
struct writing {
    char path[PLACE_SIZE];
    char *text; /* owned */
    size_t length;
    int error; /* 0: it is there */
    atomic_bool done;
};

struct keeping {
    struct kept kept;
    enum keeping_use use;
    bool has_place;
    struct prefs config;  /* the choices without what is kept, */
    struct prefs stated;  /* with it, */
    struct prefs started; /* and with what options say */
    char *written;        /* the text as it is in the file; NULL: not known */
    /* Our watch list when it was last read or written, and the one that the file has since: another program may have
     * changed that, and keeps what it did unless ours is changed, too. What the thread is writing. */
    struct watch_list watch, filed, handed;
    struct writing writing;
    pthread_t thread;
    bool writes;  /* the thread is there */
    bool told;    /* that it cannot be written */
    bool spoiled; /* what could not be read is still there: nothing is written over it */
};

/* === The file === */

/* The whole file, terminated; NULL, with errno (0: it is none of ours), for what is not to be read. */
static char *read_whole(const char *path, size_t *length)
{
    struct stat status;
    char *text = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return NULL;
    bool usable = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= (off_t)KEEPING_SIZE_MAX;
    *length = 0;
    if (usable) text = malloc((size_t)status.st_size + 1);
    ssize_t got = 1;
    while (text && got > 0 && *length < (size_t)status.st_size) {
        got = read(file, text + *length, (size_t)status.st_size - *length);
        if (got > 0) *length += (size_t)got;
    }
    close(file);
    errno = 0;
    if (text) text[*length] = '\0';
    return text;
}

static bool write_whole(int file, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, text, length);
        if (written < 0 && errno != EINTR) return false;
        if (written < 0) continue;
        text += written;
        length -= (size_t)written;
    }
    return true;
}

/* Into a file of its own, which then takes the other's name. 0, or an error number. */
static int replace(char *path, const char *text, size_t length)
{
    char made[PLACE_SIZE + sizeof ".XXXXXX"];
    place_make_folders(path);
    snprintf(made, sizeof made, "%s.XXXXXX", path);
    int file = mkostemp(made, O_CLOEXEC); /* 0600 */
    if (file < 0) return errno;
    bool written = write_whole(file, text, length) && fsync(file) == 0;
    int why = written ? 0 : errno;
    if (close(file) && !why) why = errno;
    if (!why && rename(made, path)) why = errno;
    if (why) unlink(made);
    return why;
}

static void *run(void *context)
{
    struct writing *writing = context;
    writing->error = replace(writing->path, writing->text, writing->length);
    atomic_store(&writing->done, true);
    return NULL;
}

/* The choices that are kept: what an option said, and nobody changed, stays as it was without it. */
static void choose(const struct keeping *keeping, struct prefs *prefs)
{
    for (size_t i = 0; i < prefs_count(); i++) {
        char now[PREFS_NAME_SIZE], started[PREFS_NAME_SIZE], stated[PREFS_NAME_SIZE], why[128];
        prefs_format(prefs, i, now, sizeof now);
        prefs_format(&keeping->started, i, started, sizeof started);
        prefs_format(&keeping->stated, i, stated, sizeof stated);
        if (strcmp(now, started) == 0) prefs_set(prefs, text_from(prefs_name(i)), text_from(stated), why, sizeof why);
    }
}

static bool watch_changed(const struct keeping *keeping)
{
    return !keeping_same_watch(&keeping->kept.watch, &keeping->watch);
}

/* Where both are the same, what this program knows of the markets is newer. */
static bool others_watch_holds(const struct keeping *keeping)
{
    return !watch_changed(keeping) && !keeping_same_watch(&keeping->filed, &keeping->watch);
}

/* What was handed on is in the file. */
static void take_handed(struct keeping *keeping)
{
    if (!keeping_same_watch(&keeping->handed, &keeping->watch)) keeping->watch = keeping->filed = keeping->handed;
}

/* What the file has now, which another program may have written. */
static void look_at_file(struct keeping *keeping)
{
    size_t length;
    char *text = read_whole(keeping->writing.path, &length);
    struct kept *others = text ? calloc(1, sizeof *others) : NULL;
    if (others && keeping_read_text(others, (struct text){text, length}) == 0) keeping->filed = others->watch;
    free(others);
    free(text);
}

/* NULL when out of memory. */
static char *make_text(const struct keeping *keeping, size_t *length)
{
    char *text = NULL;
    struct kept *kept = malloc(sizeof *kept);
    FILE *out = kept ? open_memstream(&text, length) : NULL;
    bool made = false;
    if (out) {
        *kept = keeping->kept;
        choose(keeping, &kept->prefs);
        if (others_watch_holds(keeping)) kept->watch = keeping->filed;
        made = keeping_write_text(out, kept, &keeping->config);
        made = fclose(out) == 0 && made;
    }
    free(kept);
    if (made) return text;
    free(text);
    return NULL;
}

/* Takes what the thread has come to; false while it is at work. */
static bool collect(struct keeping *keeping, bool wait)
{
    struct writing *writing = &keeping->writing;
    if (!keeping->writes) return true;
    if (!wait && !atomic_load(&writing->done)) return false;
    pthread_join(keeping->thread, NULL);
    keeping->writes = false;
    free(keeping->written);
    keeping->written = writing->error ? NULL : writing->text;
    if (!writing->error) take_handed(keeping);
    if (writing->error) {
        free(writing->text);
        log_write(LOG_LEVEL_WARN, "app", "cannot write %s: %s", writing->path, strerror(writing->error));
    }
    writing->text = NULL;
    return true;
}

/* The text if it is not what we know the file to have; it is the caller's then. */
static char *new_text(struct keeping *keeping, size_t *length)
{
    char *text = make_text(keeping, length);
    if (text && keeping->written && strcmp(text, keeping->written) == 0) {
        free(text);
        return NULL;
    }
    if (!text || watch_changed(keeping)) return text;
    free(text);
    look_at_file(keeping);
    return make_text(keeping, length);
}

static void tell_failure(struct keeping *keeping, char *notice, size_t size)
{
    int error = keeping->writing.error;
    if (error && !keeping->told)
        snprintf(notice, size, "%s cannot be written: %s", keeping->writing.path, strerror(error));
    keeping->told = error != 0;
}

static bool keep(void *context, const struct kept *kept, char *notice, size_t size)
{
    struct keeping *keeping = context;
    size_t length;
    (void)kept; /* it is ours */
    bool wrote = keeping->writes;
    if (!collect(keeping, false)) return true;
    tell_failure(keeping, notice, size);
    /* What failed is tried again when there is something new, not all the time. */
    if (wrote && keeping->writing.error) return false;
    char *text = new_text(keeping, &length);
    if (!text) return false;
    keeping->handed = keeping->kept.watch;
    keeping->writing.text = text;
    keeping->writing.length = length;
    atomic_store(&keeping->writing.done, false);
    keeping->writes = thread_start(&keeping->thread, "keeping", run, &keeping->writing) == 0;
    if (keeping->writes) return true;
    free(text);
    keeping->writing.text = NULL;
    return false;
}

/* === Reading === */

/* Where it has to stay, nothing is written over it. */
static void put_aside(struct keeping *keeping, const char *what, char *notice, size_t size)
{
    const char *path = keeping->writing.path;
    char aside[PLACE_SIZE + sizeof ".bad"];
    snprintf(aside, sizeof aside, "%s.bad", path);
    bool moved = rename(path, aside) == 0;
    keeping->spoiled = !moved;
    snprintf(notice, size, "%s %s; it was %s", path, what,
             moved ? "put aside as " NAME ".bad" : "left there: nothing is kept of this run");
    log_write(LOG_LEVEL_WARN, "app", "%s", notice);
}

/* A theme may have gone since, or not be there just now: another one for this run, and what was chosen stays chosen. */
static void check_theme(struct kept *kept, const struct prefs *config, char *notice, size_t size)
{
    struct theme theme;
    char why[256];
    if (theme_load(&theme, kept->prefs.theme, why, sizeof why)) return;
    size_t said = strlen(notice);
    snprintf(notice + said, size - said, "%sthe theme chosen before is not there: %s", said > 0 ? "; " : "", why);
    memcpy(kept->prefs.theme, config->theme, sizeof kept->prefs.theme);
}

static void forget_markets(struct kept *kept)
{
    kept->market[0] = kept->market_title[0] = '\0';
    kept->watch = (struct watch_list){.count = 0};
}

static void read_file(struct keeping *keeping, char *notice, size_t size)
{
    size_t length = 0;
    const char *path = keeping->writing.path;
    char *text = read_whole(path, &length);
    if (!text && (errno == ENOENT || errno == ENOTDIR)) return;
    char what[128] = "is no state file of this booktop";
    if (!text && errno) snprintf(what, sizeof what, "cannot be read: %s", strerror(errno));
    size_t bad = text ? keeping_read_text(&keeping->kept, (struct text){text, length}) : SIZE_MAX;
    if (bad > 0 && bad < SIZE_MAX) snprintf(what, sizeof what, "is damaged: the rest of it holds");
    if (bad > 0 && keeping->use == KEEPING_ALL) put_aside(keeping, what, notice, size);
    if (bad == 0)
        keeping->written = text;
    else
        free(text);
}

struct keeping *keeping_open(enum keeping_use use, const struct prefs *config, char *notice, size_t notice_size)
{
    struct keeping *keeping = calloc(1, sizeof *keeping);
    if (!keeping) return NULL;
    notice[0] = '\0';
    keeping->use = use;
    keeping->config = *config;
    keeping->kept.prefs = *config;
    keeping->has_place = place_find(keeping->writing.path, "XDG_STATE_HOME", ".local/state", NAME);
    if (keeping->has_place && use != KEEPING_NONE) read_file(keeping, notice, notice_size);
    if (use == KEEPING_LOOKS) forget_markets(&keeping->kept);
    keeping->watch = keeping->filed = keeping->kept.watch;
    keeping->stated = keeping->kept.prefs;
    check_theme(&keeping->kept, config, notice, notice_size);
    keeping->started = keeping->kept.prefs;
    return keeping;
}

struct kept *keeping_kept(struct keeping *keeping)
{
    return &keeping->kept;
}

static bool may_write(const struct keeping *keeping)
{
    return keeping->use == KEEPING_ALL && keeping->has_place && !keeping->spoiled;
}

struct keeper keeping_begin(struct keeping *keeping)
{
    keeping->started = keeping->kept.prefs;
    return (struct keeper){may_write(keeping) ? keep : NULL, keeping};
}

bool keeping_close(struct keeping *keeping, char *error, size_t error_size)
{
    struct writing *writing = &keeping->writing;
    size_t length;
    int why = 0;
    collect(keeping, true);
    char *text = may_write(keeping) ? new_text(keeping, &length) : NULL;
    if (text) why = replace(writing->path, text, length);
    if (why) snprintf(error, error_size, "%s cannot be written: %s", writing->path, strerror(why));
    free(text);
    free(keeping->written);
    free(keeping);
    return why == 0;
}
