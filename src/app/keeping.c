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
/* Of what is put aside: its path, and how often that is done. */
#define ASIDE_SIZE (PLACE_SIZE + 16)
#define ASIDE_MOST 100

/* What is on its way to the disk: of the thread while that is there, else of the main thread. */
struct writing {
    char path[PLACE_SIZE];
    struct kept *kept;  /* owned; as it is to be written, with our own watch list */
    struct prefs base;  /* the choices that need no line */
    bool watch_changed; /* by our user: the file's watch list is not asked for */
    /* The watch list that the file had when it was last read or written: another program may have changed it, and keeps
     * what it did unless ours is changed, too. */
    struct watch_list filed;
    /* And likewise the choices: each of ours that is as it was when it was last read or written is the file's. */
    struct prefs agreed, filed_prefs;
    char *text; /* owned; what was written */
    int error;  /* 0: it is there */
    atomic_bool done;
};

struct keeping {
    struct kept kept;
    enum keeping_use use;
    bool has_place;
    struct prefs stated;     /* the choices with what is kept, */
    struct prefs started;    /* and with what options say */
    char *written;           /* the text as it is in the file; NULL: not known */
    struct watch_list watch; /* ours when it was last read or written */
    struct writing writing;
    pthread_t thread;
    bool writes;  /* the thread is there */
    bool told;    /* that it cannot be written */
    bool spoiled; /* what could not be read, or not be put aside, is still there: nothing is written over it */
};

/* === The file === */

/* A file's bytes, terminated. Neither these nor an error: it is no plain file, or longer than ours ever are. */
struct reading {
    char *text; /* owned by who asked; NULL: none */
    size_t length;
    int error; /* an error number: it could not be read */
};

static void read_bytes(int file, size_t size, struct reading *reading)
{
    ssize_t got = 1;
    while (reading->length < size && got != 0) {
        got = read(file, reading->text + reading->length, size - reading->length);
        if (got < 0 && errno != EINTR) {
            reading->error = errno;
            return;
        }
        if (got > 0) reading->length += (size_t)got;
    }
    reading->text[reading->length] = '\0';
}

static struct reading read_whole(const char *path)
{
    struct reading reading = {0};
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        reading.error = errno;
        return reading;
    }
    if (fstat(file, &status) != 0) reading.error = errno;
    if (!reading.error && S_ISREG(status.st_mode) && status.st_size <= (off_t)KEEPING_SIZE_MAX) {
        reading.text = malloc((size_t)status.st_size + 1);
        if (reading.text)
            read_bytes(file, (size_t)status.st_size, &reading);
        else
            reading.error = ENOMEM;
    }
    close(file);
    if (reading.error) {
        free(reading.text);
        reading.text = NULL;
    }
    return reading;
}

static bool is_missing(const struct reading *reading)
{
    return reading->error == ENOENT || reading->error == ENOTDIR;
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

/* Ours where our user has changed them, else the file's. */
static struct prefs merge_prefs(const struct writing *writing)
{
    struct prefs merged = writing->filed_prefs;
    for (size_t i = 0; i < prefs_count(); i++) {
        char ours[PREFS_NAME_SIZE], agreed[PREFS_NAME_SIZE], why[128];
        prefs_format(&writing->kept->prefs, i, ours, sizeof ours);
        prefs_format(&writing->agreed, i, agreed, sizeof agreed);
        if (strcmp(ours, agreed) != 0) prefs_set(&merged, text_from(prefs_name(i)), text_from(ours), why, sizeof why);
    }
    return merged;
}

/* The text to be written; NULL when out of memory. Where both watch lists are the same, what this program knows of the
 * markets is newer. */
static char *make_text(const struct writing *writing, size_t *length)
{
    const struct watch_list *watch = &writing->kept->watch;
    bool others = !writing->watch_changed && !keeping_same_watch(&writing->filed, watch);
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (!out) return NULL;
    const struct prefs ours = writing->kept->prefs;
    writing->kept->prefs = merge_prefs(writing);
    bool made = keeping_write_text(out, writing->kept, others ? &writing->filed : watch, &writing->base);
    writing->kept->prefs = ours;
    if (fclose(out) == 0 && made) return text;
    free(text);
    return NULL;
}

/* What the file has now, which another program may have written. 0, or an error number. */
static int look_at_file(struct writing *writing)
{
    struct reading reading = read_whole(writing->path);
    struct kept *others = reading.text ? calloc(1, sizeof *others) : NULL;
    int error = is_missing(&reading) ? 0 : reading.error;
    if (reading.text && !others) error = ENOMEM;
    if (others) others->prefs = writing->base;
    if (others && keeping_read_text(others, (struct text){reading.text, reading.length}) == 0) {
        if (!writing->watch_changed) writing->filed = others->watch;
        writing->filed_prefs = others->prefs;
    }
    free(others);
    free(reading.text);
    return error;
}

static void put(struct writing *writing)
{
    size_t length;
    writing->error = look_at_file(writing);
    if (writing->watch_changed) writing->error = 0; /* who changed his own has the last word */
    if (writing->error) return;
    writing->text = make_text(writing, &length);
    writing->error = writing->text ? replace(writing->path, writing->text, length) : ENOMEM;
}

static void *run(void *context)
{
    struct writing *writing = context;
    put(writing);
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

static void forget_writing(struct writing *writing)
{
    free(writing->kept);
    free(writing->text);
    writing->kept = NULL;
    writing->text = NULL;
}

/* Takes what the writing has come to. */
static void take(struct keeping *keeping)
{
    struct writing *writing = &keeping->writing;
    free(keeping->written);
    keeping->written = NULL;
    if (writing->error) {
        log_write(LOG_LEVEL_WARN, "app", "cannot write %s: %s", writing->path, strerror(writing->error));
    } else {
        keeping->written = writing->text;
        writing->text = NULL;
        if (writing->watch_changed) keeping->watch = writing->filed = writing->kept->watch;
        writing->filed_prefs = merge_prefs(writing);
        writing->agreed = writing->kept->prefs;
    }
    forget_writing(writing);
}

/* False while the thread is at work. */
static bool collect(struct keeping *keeping, bool wait)
{
    if (!keeping->writes) return true;
    if (!wait && !atomic_load(&keeping->writing.done)) return false;
    pthread_join(keeping->thread, NULL);
    keeping->writes = false;
    take(keeping);
    return true;
}

/* Makes the writing ready if there is something that the file has not, as far as we know it. */
static bool prepare(struct keeping *keeping)
{
    struct writing *writing = &keeping->writing;
    size_t length;
    writing->kept = malloc(sizeof *writing->kept);
    if (!writing->kept) return false;
    *writing->kept = keeping->kept;
    choose(keeping, &writing->kept->prefs);
    writing->watch_changed = !keeping_same_watch(&keeping->kept.watch, &keeping->watch);
    writing->error = 0;
    atomic_store(&writing->done, false);
    char *text = make_text(writing, &length);
    bool differs = text && (!keeping->written || strcmp(text, keeping->written) != 0);
    free(text);
    if (!differs) forget_writing(writing);
    return differs;
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
    (void)kept; /* it is ours */
    bool wrote = keeping->writes;
    if (!collect(keeping, false)) return true;
    tell_failure(keeping, notice, size);
    /* What failed is tried again when there is something new, not all the time. */
    if (wrote && keeping->writing.error) return false;
    if (!prepare(keeping)) return false;
    keeping->writes = thread_start(&keeping->thread, "keeping", run, &keeping->writing) == 0;
    if (!keeping->writes) forget_writing(&keeping->writing);
    return keeping->writes;
}

/* === Reading === */

static void leave(struct keeping *keeping, const char *what, char *notice, size_t size)
{
    keeping->spoiled = true;
    snprintf(notice, size, "%s %s; it was left there: nothing is kept of this run", keeping->writing.path, what);
}

/* To a name that nothing has. False: it stays where it is. */
static bool move_aside(const char *path, char aside[ASIDE_SIZE])
{
    int file = -1;
    for (unsigned i = 0; i < ASIDE_MOST && file < 0; i++) {
        char number[12] = "";
        if (i > 0) snprintf(number, sizeof number, ".%u", i);
        snprintf(aside, ASIDE_SIZE, "%s.bad%s", path, number);
        file = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0 && errno != EEXIST) return false;
    }
    if (file < 0) return false;
    close(file);
    if (rename(path, aside) == 0) return true;
    unlink(aside); /* it was only there to have the name */
    return false;
}

static void put_aside(struct keeping *keeping, const char *what, char *notice, size_t size)
{
    const char *path = keeping->writing.path;
    char aside[ASIDE_SIZE];
    if (move_aside(path, aside))
        snprintf(notice, size, "%s %s; it was put aside as %s", path, what, strrchr(aside, '/') + 1);
    else
        leave(keeping, what, notice, size);
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

static void take_file(struct keeping *keeping, char *notice, size_t size)
{
    char what[128] = "is no state file of this booktop";
    struct reading reading = read_whole(keeping->writing.path);
    if (is_missing(&reading)) return;
    size_t bad = SIZE_MAX;
    if (reading.text) bad = keeping_read_text(&keeping->kept, (struct text){reading.text, reading.length});
    if (bad == 0) {
        keeping->written = reading.text;
        return;
    }
    free(reading.text);
    if (keeping->use != KEEPING_ALL) return;
    if (reading.error) {
        snprintf(what, sizeof what, "cannot be read: %s", strerror(reading.error));
        leave(keeping, what, notice, size);
    } else {
        if (bad < SIZE_MAX) snprintf(what, sizeof what, "is damaged: the rest of it holds");
        put_aside(keeping, what, notice, size);
    }
    log_write(LOG_LEVEL_WARN, "app", "%s", notice);
}

struct keeping *keeping_open(enum keeping_use use, const struct prefs *config, char *notice, size_t notice_size)
{
    struct keeping *keeping = calloc(1, sizeof *keeping);
    if (!keeping) return NULL;
    notice[0] = '\0';
    keeping->use = use;
    keeping->writing.base = *config;
    keeping->kept.prefs = *config;
    keeping->has_place = place_find(keeping->writing.path, "XDG_STATE_HOME", ".local/state", NAME);
    if (keeping->has_place && use != KEEPING_NONE) take_file(keeping, notice, notice_size);
    if (use == KEEPING_LOOKS) forget_markets(&keeping->kept);
    keeping->watch = keeping->writing.filed = keeping->kept.watch;
    keeping->stated = keeping->writing.agreed = keeping->writing.filed_prefs = keeping->kept.prefs;
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
    int why = 0;
    collect(keeping, true);
    if (may_write(keeping) && prepare(keeping)) {
        put(writing);
        why = writing->error;
        take(keeping);
    }
    if (why) snprintf(error, error_size, "%s cannot be written: %s", writing->path, strerror(why));
    free(keeping->written);
    free(keeping);
    return why == 0;
}
