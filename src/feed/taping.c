/* Recordings from the user's key press to the file that is whole. Four steps: a thread makes a recorder, which may take
 * as long as the disk likes; the recorder is lent; it is taken away; once the feed has let go of it a thread closes it.
 */
#include "booktop/feed/taping.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "booktop/base/thread.h"
#include "booktop/record/recording.h"
#include "inside.h"

/* The feed wakes us when it has let go; this is for a wake that another took. */
#define LOOK_AGAIN_MS 20

#define BESIDE_MOST 1000 /* files of one name */

enum step {
    STEP_NONE,    /* there is no recorder */
    STEP_MAKING,  /* the making thread is at it */
    STEP_LENT,    /* the feed has it */
    STEP_LEAVING, /* the feed may still use it */
    STEP_CLOSING, /* the closing thread has it */
};

struct taping {
    struct feed *feed;
    struct recorder_options options;
    const char *path;           /* as it was given: options.path may be another's beside it */
    char beside[RECORDER_PATH]; /* while the making thread is at it, its */
    const char *no_place;       /* why the path is empty */
    enum step step;
    bool unwanted;                 /* it was stopped while it was made */
    struct recorder *recorder;     /* while lent or leaving */
    struct recorder_status status; /* as it was last seen; `failed` and `reason` also of the closing */
    uint64_t marks;
    unsigned files; /* of the recordings before this one */
    unsigned recordings;
    struct taping_file *file_list; /* owned, with their paths */
    size_t file_count;
    /* The making or closing thread's, until `done` is set. */
    pthread_t thread;
    struct recorder *made; /* NULL: it could not be */
    struct recorder *closing;
    struct recorder_status last;
    bool closed_well;
    char reason[RECORDER_REASON];
    _Atomic bool done;
};

/* === Begin === */

/* Each folder of the path, from the top. What is there already is left as it is; what is no folder is found out when
 * the file is made. */
bool taping_make_folder(const char *path, char *error, size_t error_size)
{
    char folder[RECORDER_PATH];
    size_t length = strlen(path);
    int first = 0; /* what goes wrong below it is but what follows */
    if (recording_naming(path) != RECORDING_UNNAMED) return true;
    if (length >= sizeof folder) return true; /* the recorder refuses it, with its own words */
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        memcpy(folder, path, i);
        folder[i] = '\0';
        if (mkdir(folder, 0700) == 0 || errno == EEXIST) continue;
        if (first == 0) first = errno;
        if (i < length) continue;
        snprintf(error, error_size, "the folder cannot be made: %s: %s", strerror(first), path);
        return false;
    }
    return true;
}

struct taping *taping_create(struct feed *feed, const struct recorder_options *options, const char *no_place)
{
    struct taping *taping = calloc(1, sizeof *taping);
    if (!taping) return NULL;
    taping->feed = feed;
    taping->options = *options;
    taping->path = options->path;
    taping->no_place = no_place;
    return taping;
}

static void note_failure(struct taping *taping, const char *reason)
{
    if (taping->status.failed) return; /* the first one is the cause */
    taping->status.failed = true;
    text_copy(text_from(reason), taping->status.reason, sizeof taping->status.reason);
}

/* "/a/path: why" becomes "why: /a/path": a narrow window cuts the end, and why it failed is what is needed. */
static void put_reason_first(const char *path, char reason[RECORDER_REASON])
{
    char turned[2 * RECORDER_REASON];
    size_t length = strlen(path);
    const char *end = strncmp(reason, path, length) == 0 ? strstr(reason + length, ": ") : NULL;
    if (!end || length == 0) return;
    snprintf(turned, sizeof turned, "%s: %.*s", end + 2, (int)(end - reason), reason);
    text_copy(text_from(turned), reason, RECORDER_REASON);
}

/* Whether the file that was named is recorded already: it is never written over. */
static bool records_again(const struct taping *taping)
{
    return recording_naming(taping->path) != RECORDING_UNNAMED && taping->files > 0;
}

/* night.obr.zst: night-1.obr.zst. */
static bool name_beside(struct taping *taping, unsigned number)
{
    const char *ending = recording_naming(taping->path) == RECORDING_PLAIN ? ".obr" : ".obr.zst";
    int stem = (int)(strlen(taping->path) - strlen(ending));
    int length = snprintf(taping->beside, sizeof taping->beside, "%.*s-%u%s", stem, taping->path, number, ending);
    return length < (int)sizeof taping->beside;
}

/* NULL, with the reason. */
static struct recorder *make_beside(struct taping *taping)
{
    struct stat about;
    snprintf(taping->reason, sizeof taping->reason, "no name for a new file beside the one behind -o");
    taping->options.path = taping->beside;
    for (unsigned number = 1; number < BESIDE_MOST && name_beside(taping, number); number++) {
        if (lstat(taping->beside, &about) == 0) continue;
        struct recorder *made = recorder_create(&taping->options, taping->reason, sizeof taping->reason);
        /* Somebody else may have made it meanwhile. */
        if (made || lstat(taping->beside, &about) != 0) return made;
    }
    return NULL;
}

static void *make_recorder(void *context)
{
    struct taping *taping = context;
    bool placed = taping->options.path[0] != '\0';
    if (!placed) snprintf(taping->reason, sizeof taping->reason, "%s", taping->no_place);
    if (placed) placed = taping_make_folder(taping->options.path, taping->reason, sizeof taping->reason);
    taping->made = NULL;
    if (placed && records_again(taping))
        taping->made = make_beside(taping);
    else if (placed)
        taping->made = recorder_create(&taping->options, taping->reason, sizeof taping->reason);
    if (!taping->made) put_reason_first(taping->options.path, taping->reason);
    atomic_store(&taping->done, true);
    publisher_wake_ui(taping->feed);
    return NULL;
}

static void begin_closing(struct taping *taping);

static void making_ended(struct taping *taping)
{
    taping->recorder = taping->made;
    taping->made = NULL;
    taping->step = STEP_NONE;
    if (!taping->recorder) {
        note_failure(taping, taping->reason);
    } else if (taping->unwanted) {
        begin_closing(taping);
    } else {
        taping->step = STEP_LENT;
        feed_record(taping->feed, taping->recorder);
    }
}

/* Where no thread can be had the screen waits. */
bool taping_start(struct taping *taping, char *error, size_t error_size)
{
    struct taping_status status;
    taping_status(taping, &status);
    if (taping->step != STEP_NONE) {
        bool ending = status.state == TAPING_ENDING || status.state == TAPING_FAILED;
        snprintf(error, error_size, "%s",
                 ending ? "the last recording is still ending" : "it is being recorded already");
        return false;
    }
    taping->files += taping->status.files;
    taping->recordings++;
    memset(&taping->status, 0, sizeof taping->status);
    taping->marks = 0;
    taping->unwanted = false;
    taping->step = STEP_MAKING;
    atomic_store(&taping->done, false);
    if (thread_start(&taping->thread, "booktop-taping", make_recorder, taping) == 0) return true;
    make_recorder(taping);
    making_ended(taping);
    return true;
}

static void await_making(struct taping *taping)
{
    if (taping->step != STEP_MAKING) return;
    (void)pthread_join(taping->thread, NULL);
    making_ended(taping);
}

bool taping_await_begin(struct taping *taping, char *error, size_t error_size)
{
    await_making(taping);
    if (taping->status.failed) snprintf(error, error_size, "%s", taping->status.reason);
    return !taping->status.failed;
}

bool taping_mark(struct taping *taping, const char *note, int64_t at)
{
    if (taping->step != STEP_LENT || taping->status.failed) return false;
    feed_mark(taping->feed, note, at);
    taping->marks++;
    return true;
}

/* === End === */

static void *close_recorder(void *context)
{
    struct taping *taping = context;
    taping->closed_well = recorder_close_status(taping->closing, &taping->last, taping->reason, sizeof taping->reason);
    atomic_store(&taping->done, true);
    publisher_wake_ui(taping->feed);
    return NULL;
}

/* One that cannot be noted is missing in what is told at the end, and nowhere else. */
static void note_file(struct taping *taping)
{
    const char *path = taping->status.path;
    const struct taping_file *last = taping->file_count ? &taping->file_list[taping->file_count - 1] : NULL;
    if (path[0] == '\0' || (last && last->recording == taping->recordings && strcmp(last->path, path) == 0)) return;
    struct taping_file *list = realloc(taping->file_list, (taping->file_count + 1) * sizeof *list);
    if (!list) return;
    taping->file_list = list;
    struct taping_file file = {.path = strdup(path), .file = taping->status.file, .recording = taping->recordings};
    if (file.path) list[taping->file_count++] = file;
}

/* Of the present recording that is the last one noted. */
static void mark_failure(struct taping *taping)
{
    struct taping_file *last = taping->file_count ? &taping->file_list[taping->file_count - 1] : NULL;
    if (last && last->recording == taping->recordings && taping->status.failed && !taping->status.whole)
        last->failed = true;
}

/* A failure that was noted stays. */
static void keep_status(struct taping *taping, const struct recorder_status *newest)
{
    char reason[RECORDER_REASON];
    bool failed = taping->status.failed;
    memcpy(reason, taping->status.reason, sizeof reason);
    taping->status = *newest;
    note_file(taping);
    mark_failure(taping);
    if (!failed) return;
    taping->status.failed = true;
    memcpy(taping->status.reason, reason, sizeof reason);
}

static void see_status(struct taping *taping)
{
    struct recorder_status newest;
    recorder_status(taping->recorder, &newest);
    keep_status(taping, &newest);
}

static void closing_ended(struct taping *taping)
{
    keep_status(taping, &taping->last);
    if (!taping->closed_well) note_failure(taping, taping->reason);
    taping->step = STEP_NONE;
}

/* Where no thread can be had the screen waits: that is better than to leave a file without its end. */
static void begin_closing(struct taping *taping)
{
    see_status(taping);
    taping->closing = taping->recorder;
    taping->recorder = NULL;
    atomic_store(&taping->done, false);
    taping->step = STEP_CLOSING;
    if (thread_start(&taping->thread, "booktop-taping", close_recorder, taping) == 0) return;
    close_recorder(taping);
    closing_ended(taping);
}

static void take_away(struct taping *taping)
{
    if (taping->step == STEP_MAKING) taping->unwanted = true;
    if (taping->step != STEP_LENT) return;
    feed_record(taping->feed, NULL);
    taping->step = STEP_LEAVING;
}

void taping_stop(struct taping *taping)
{
    take_away(taping);
}

/* Goes as far as it goes without waiting. */
static void advance(struct taping *taping)
{
    if (taping->step == STEP_MAKING && atomic_load(&taping->done)) await_making(taping);
    if (taping->recorder) see_status(taping);
    if (taping->step == STEP_LENT && !feed_records(taping->feed)) {
        take_away(taping);
        note_failure(taping, "the feed has ended");
    }
    if (taping->step == STEP_LENT && taping->status.failed) take_away(taping);
    if (taping->step == STEP_LEAVING && !feed_records(taping->feed)) begin_closing(taping);
    if (taping->step != STEP_CLOSING || !atomic_load(&taping->done)) return;
    (void)pthread_join(taping->thread, NULL);
    closing_ended(taping);
}

static enum taping_state state_of(const struct taping *taping)
{
    if (taping->status.failed) return TAPING_FAILED;
    if (taping->step == STEP_NONE) return TAPING_OFF;
    if (taping->step == STEP_MAKING && !taping->unwanted) return TAPING_BEGINNING;
    return taping->step == STEP_LENT ? TAPING_ON : TAPING_ENDING;
}

void taping_status(struct taping *taping, struct taping_status *status)
{
    advance(taping);
    *status = (struct taping_status){
        .state = state_of(taping),
        .recorder = taping->status,
        .marks = taping->marks,
        .files = taping->files + taping->status.files,
    };
}

static void await_let_go(struct taping *taping)
{
    struct pollfd wake = {.fd = feed_wake_fd(taping->feed), .events = POLLIN};
    while (feed_records(taping->feed)) {
        (void)poll(&wake, 1, LOOK_AGAIN_MS);
        feed_woken(taping->feed);
    }
}

size_t taping_files(const struct taping *taping, const struct taping_file **files)
{
    *files = taping->file_list;
    return taping->file_count;
}

bool taping_finish(struct taping *taping, char *error, size_t error_size)
{
    take_away(taping);
    await_making(taping);
    if (taping->step == STEP_LEAVING) await_let_go(taping);
    advance(taping);
    if (taping->step == STEP_CLOSING) {
        (void)pthread_join(taping->thread, NULL);
        closing_ended(taping);
    }
    bool good = !taping->status.failed;
    if (!good) snprintf(error, error_size, "%s", taping->status.reason);
    return good;
}

bool taping_close(struct taping *taping, char *error, size_t error_size)
{
    if (!taping) return true;
    bool good = taping_finish(taping, error, error_size);
    for (size_t i = 0; i < taping->file_count; i++) free(taping->file_list[i].path);
    free(taping->file_list);
    free(taping);
    return good;
}
