#include "booktop/record/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/base/thread.h"
#include "booktop/record/recording.h"

#include "reason.h"
#include "recorder_disk.h"
#include "recorder_entry.h"

#define ROTATE_BYTES (UINT64_C(1) << 30)
#define ROTATE_TIME  (INT64_C(24) * 3600 * NANOSECONDS_PER_SECOND)
#define ROUND_TIME   (10 * NANOSECONDS_PER_SECOND)
#define SECOND_ROUND (2 * NANOSECONDS_PER_SECOND) /* behind a file's first: what comes early is soon known twice */
#define ROUND_SHARE  10                           /* a round may be so much less than what is recorded between two */

/* === The feed thread's way === */

/* The disk thread looks at the queue by itself while records come; it is woken when it sleeps, or when much waits. */
static void wake_if_due(struct recorder *recorder)
{
    int state = atomic_fetch_add_explicit(&recorder->state, 0, memory_order_acq_rel);
    if (state == DISK_AWAKE || (state == DISK_NAPPING && !queue_is_pressing(recorder->queue))) return;
    const uint64_t one = 1;
    if (atomic_exchange(&recorder->state, DISK_AWAKE) != DISK_AWAKE) (void)!write(recorder->wake, &one, sizeof one);
}

static void count_dropped(struct recorder *recorder)
{
    atomic_fetch_add_explicit(&recorder->dropped, 1, memory_order_relaxed);
    recorder->dropped_untold++;
    recorder->wants_round = true;
}

static bool put(struct recorder *recorder, struct recorder_entry *entry, const struct text texts[ENTRY_TEXTS])
{
    struct text parts[1 + ENTRY_TEXTS] = {{(const char *)entry, sizeof *entry}};
    size_t length = sizeof *entry;
    entry->lost = recorder->dropped_untold;
    for (unsigned i = 0; i < ENTRY_TEXTS; i++) {
        parts[1 + i] = texts[i];
        entry->lengths[i] = texts[i].length;
        length += texts[i].length;
    }
    bool fits = !atomic_load_explicit(&recorder->failed, memory_order_relaxed) &&
                queue_put(recorder->queue, parts, 1 + ENTRY_TEXTS);
    if (!fits) {
        count_dropped(recorder);
        return false;
    }
    recorder->dropped_untold = 0;
    *(recorder->in_round ? &recorder->round_bytes : &recorder->since_round) += length;
    wake_if_due(recorder);
    return true;
}

bool recorder_received(struct recorder *recorder, struct stamp stamp, enum venue_id venue, unsigned link,
                       uint64_t number, struct text frame)
{
    struct recorder_entry entry = {
        .kind = RECORD_RECEIVED, .stamp = stamp, .venue = venue, .link = link, .number = number};
    return put(recorder, &entry, (const struct text[ENTRY_TEXTS]){frame});
}

bool recorder_sent(struct recorder *recorder, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame)
{
    struct recorder_entry entry = {.kind = RECORD_SENT, .stamp = stamp, .venue = venue, .link = link};
    return put(recorder, &entry, (const struct text[ENTRY_TEXTS]){frame});
}

bool recorder_asked(struct recorder *recorder, struct stamp stamp, enum venue_id venue, uint32_t request,
                    const char *what, const char *url)
{
    struct recorder_entry entry = {.kind = RECORD_ASKED, .stamp = stamp, .venue = venue, .request = request};
    return put(recorder, &entry, (const struct text[ENTRY_TEXTS]){text_from(what), text_from(url)});
}

bool recorder_replied(struct recorder *recorder, struct stamp stamp, const struct record_reply *reply)
{
    struct recorder_entry entry = {
        .kind = RECORD_REPLIED,
        .stamp = stamp,
        .venue = reply->venue,
        .request = reply->request,
        .status = reply->status,
        .amount = reply->retry_after,
        .has_reason = reply->reason != NULL,
    };
    return put(recorder, &entry, (const struct text[ENTRY_TEXTS]){text_from(reply->reason), reply->body});
}

bool recorder_event(struct recorder *recorder, struct stamp stamp, const struct record_happening *happening)
{
    struct recorder_entry entry = {
        .kind = RECORD_EVENT,
        .stamp = stamp,
        .event = happening->event,
        .venue = happening->venue,
        .link = happening->link,
        .request = happening->lookup,
        .lookup_kind = happening->lookup_kind,
        .amount = happening->amount,
    };
    const struct instrument *instrument = happening->instrument;
    const struct text bytes = {(const char *)instrument, instrument ? sizeof *instrument : 0};
    return put(recorder, &entry,
               (const struct text[ENTRY_TEXTS]){happening->why, happening->url, happening->words, bytes});
}

bool recorder_round(struct recorder *recorder, struct stamp stamp, uint64_t round, bool done, struct text venues)
{
    struct recorder_entry entry = {.kind = RECORD_ROUND, .stamp = stamp, .number = round, .done = done};
    if (!done) {
        recorder->wants_round = false; /* until the next loss, which may be this very record */
        recorder->lost_seen = atomic_load(&recorder->lost);
        recorder->in_round = true;
        unsigned files = atomic_load(&recorder->files);
        recorder->file_rounds = recorder->round_files == files ? recorder->file_rounds + 1 : 1;
        recorder->round_files = files;
        recorder->round_began = stamp.mono;
        recorder->round_bytes = 0;
        recorder->since_round = 0;
    }
    bool good = put(recorder, &entry, (const struct text[ENTRY_TEXTS]){venues});
    if (done) recorder->in_round = false;
    return good;
}

bool recorder_snap(struct recorder *recorder, struct stamp stamp, uint64_t round, const struct instrument *instrument,
                   struct text market)
{
    struct recorder_entry entry = {.kind = RECORD_SNAP, .stamp = stamp, .number = round, .venue = instrument->venue};
    const struct text bytes = {(const char *)instrument, sizeof *instrument};
    return put(recorder, &entry, (const struct text[ENTRY_TEXTS]){market, bytes});
}

bool recorder_wants_round(struct recorder *recorder, struct stamp now)
{
    if (atomic_load_explicit(&recorder->failed, memory_order_relaxed)) return false;
    if (recorder->round_files != atomic_load_explicit(&recorder->files, memory_order_relaxed)) return true;
    bool lost =
        recorder->wants_round || recorder->lost_seen != atomic_load_explicit(&recorder->lost, memory_order_relaxed);
    /* Where there is no room a round would be lost as well. */
    if (lost) return queue_used(recorder->queue) <= recorder->queue_size / 2;
    int64_t passed = now.mono - recorder->round_began;
    if (recorder->in_round) return false;
    if (recorder->file_rounds == 1) return passed >= SECOND_ROUND;
    return passed >= ROUND_TIME && recorder->since_round >= ROUND_SHARE * recorder->round_bytes;
}

void recorder_want_round(struct recorder *recorder)
{
    recorder->wants_round = true;
}

void recorder_status(struct recorder *recorder, struct recorder_status *status)
{
    (void)pthread_mutex_lock(&recorder->status_lock);
    const struct recorder_status *newest = triple_buffer_take(recorder->statuses);
    if (newest) recorder->status = *newest;
    *status = recorder->status;
    (void)pthread_mutex_unlock(&recorder->status_lock);
    status->dropped += atomic_load_explicit(&recorder->dropped, memory_order_relaxed);
    status->waiting = queue_used(recorder->queue);
}

/* === Begin and end === */

static bool target_set(struct recorder_target *target, const char *path, char *error, size_t error_size)
{
    struct stat about;
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof target->path) {
        snprintf(error, error_size, "the path of the recording is %s", length == 0 ? "empty" : "too long");
        return false;
    }
    memcpy(target->path, path, length + 1);
    target->folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
    enum recording_naming naming = recording_naming(path);
    target->compressed = target->folder || naming == RECORDING_COMPRESSED;
    if (target->folder || naming != RECORDING_UNNAMED) return true;
    reason_write(error, error_size, path, "neither a folder nor a name that ends in .obr or .obr.zst");
    return false;
}

static bool disk_set(struct recorder_disk *disk, const struct recorder_options *options)
{
    disk->options = options->archive;
    disk->header = options->header;
    disk->header.sequence = 0;
    disk->header.previous = NULL;
    disk->header.tool = disk->tool = strdup(options->header.tool ? options->header.tool : "");
    disk->header.boot = disk->boot = strdup(options->header.boot ? options->header.boot : "");
    disk->rotate_bytes = options->rotate_bytes ? options->rotate_bytes : ROTATE_BYTES;
    disk->rotate_time = options->rotate_time ? options->rotate_time : ROTATE_TIME;
    return disk->tool && disk->boot;
}

static bool shared_set(struct recorder *recorder, const struct recorder_options *options)
{
    recorder->clock = options->clock;
    recorder->queue_size = options->ring ? options->ring : RECORDER_RING;
    recorder->queue = queue_create(recorder->queue_size);
    recorder->statuses = triple_buffer_create(sizeof(struct recorder_status));
    recorder->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return recorder->queue && recorder->statuses && recorder->wake >= 0;
}

static void recorder_free(struct recorder *recorder)
{
    recorder_disk_free(&recorder->disk);
    queue_destroy(recorder->queue);
    triple_buffer_destroy(recorder->statuses);
    if (recorder->wake >= 0) (void)close(recorder->wake);
    (void)pthread_mutex_destroy(&recorder->status_lock);
    free(recorder);
}

static bool start(struct recorder *recorder, const struct recorder_options *options, char *error, size_t error_size)
{
    if (!target_set(&recorder->disk.target, options->path, error, error_size)) return false;
    if (!shared_set(recorder, options) || !disk_set(&recorder->disk, options)) {
        reason_write(error, error_size, options->path, "out of memory");
        return false;
    }
    if (!recorder_disk_open(recorder, clock_now(recorder->clock), error, error_size)) return false;
    if (thread_start(&recorder->thread, "booktop-record", recorder_disk_run, recorder) == 0) return true;
    reason_write(error, error_size, options->path, "the disk thread cannot be started");
    return false;
}

struct recorder *recorder_create(const struct recorder_options *options, char *error, size_t error_size)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (!recorder) {
        reason_write(error, error_size, options->path, "out of memory");
        return NULL;
    }
    recorder->wake = -1;
    (void)pthread_mutex_init(&recorder->status_lock, NULL); /* cannot fail where it has no attributes */
    if (start(recorder, options, error, error_size)) return recorder;
    recorder_free(recorder);
    return NULL;
}

bool recorder_close(struct recorder *recorder, char *error, size_t error_size)
{
    struct recorder_status last;
    return recorder_close_status(recorder, &last, error, error_size);
}

bool recorder_close_status(struct recorder *recorder, struct recorder_status *last, char *error, size_t error_size)
{
    const uint64_t one = 1;
    atomic_store(&recorder->stopping, true);
    (void)!write(recorder->wake, &one, sizeof one);
    (void)pthread_join(recorder->thread, NULL);
    recorder_status(recorder, last);
    bool good = recorder->disk.reason[0] == '\0';
    if (!good) snprintf(error, error_size, "%s", recorder->disk.reason);
    recorder_free(recorder);
    return good;
}
