/* The disk thread: records into lines, lines into files. */
#include "recorder_disk.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "line_name.h"
#include "reason.h"
#include "recorder_entry.h"

/* While records come it looks for them so often: that is cheaper for the feed than to wake it each time. */
#define NAP_MS 40
/* Records between two looks at the clock. */
#define BATCH 512

#define RAISED_MOST     1000
#define SECONDS_PER_DAY 86400

/* === Files === */

/* "polymarket", "polymarket+kalshi". */
static void venues_format(const struct record_header *header, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < VENUE_COUNT; i++)
        if (header->venues[i])
            length += (size_t)snprintf(out + length, size - length, "%s%s", length > 0 ? "+" : "",
                                       line_venue_text((enum venue_id)i));
}

bool recorder_path(const struct recorder_disk *disk, struct stamp stamp, unsigned raised, char *path, size_t size)
{
    char venues[32 * VENUE_COUNT], when[32];
    time_t seconds = (time_t)(stamp.wall / NANOSECONDS_PER_SECOND);
    struct tm utc = {0};
    (void)gmtime_r(&seconds, &utc);
    if (strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", &utc) == 0) return false;
    venues_format(&disk->header, venues, sizeof venues);
    size_t folder = strlen(disk->target.path);
    const char *slash = folder > 0 && disk->target.path[folder - 1] == '/' ? "" : "/";
    int length = snprintf(path, size, "%s%sbooktop-%s%s%s-%u.obr.zst", disk->target.path, slash, venues,
                          venues[0] ? "-" : "", when, disk->header.sequence + raised);
    return length > 0 && (size_t)length < size;
}

static struct archive *file_create(struct recorder_disk *disk, char *error, size_t error_size)
{
    disk->options.path = disk->path;
    disk->options.header = disk->header;
    disk->options.stamp = disk->began;
    disk->options.compressed = disk->target.compressed;
    return archive_create(&disk->options, error, error_size);
}

/* In a folder no file is ever written over: the number is raised until the name is new. */
static struct archive *file_create_named(struct recorder_disk *disk, char *error, size_t error_size)
{
    if (!disk->target.folder) {
        memcpy(disk->path, disk->target.path, sizeof disk->path);
        return file_create(disk, error, error_size);
    }
    for (unsigned raised = 0; raised < RAISED_MOST; raised++) {
        struct stat about;
        if (!recorder_path(disk, disk->began, raised, disk->path, sizeof disk->path)) break;
        struct archive *archive = file_create(disk, error, error_size);
        /* What could not be created for another reason is not there. */
        if (archive || lstat(disk->path, &about) != 0) return archive;
    }
    reason_write(error, error_size, disk->target.path, "no name for a new file");
    return NULL;
}

static void fail(struct recorder *recorder, const char *reason)
{
    struct recorder_disk *disk = &recorder->disk;
    if (disk->reason[0] == '\0') text_sanitize(text_from(reason), disk->reason, sizeof disk->reason, false);
    atomic_store(&recorder->failed, true);
}

static void counts_keep(struct recorder_disk *disk, const struct archive *archive)
{
    struct archive_counts counts = archive_counts(archive);
    disk->before.records += counts.records;
    disk->before.bytes += counts.bytes;
    disk->before.stored += counts.stored;
}

static void lose(struct recorder *recorder, uint64_t records)
{
    recorder->disk.lost += records;
    recorder->disk.lost_untold += records;
    atomic_store(&recorder->lost, recorder->disk.lost);
}

/* What matters comes first: the row that says it may be narrow. */
static void say_why(const char *error, bool ended, char reason[RECORDER_REASON])
{
    const char *figures = strstr(error, ": ");
    if (ended && figures)
        snprintf(reason, RECORDER_REASON, "%.*s, what was recorded is whole (%s)", (int)(figures - error), error,
                 figures + 2);
    else
        snprintf(reason, RECORDER_REASON, "%s%s", error, ended ? ", what was recorded is whole" : "");
}

/* Gives up the present file. Where the disk is full there is room for its end; where it has failed what was in its open
 * block is lost. */
static void abandon(struct recorder *recorder, struct stamp now)
{
    struct recorder_disk *disk = &recorder->disk;
    char reason[RECORDER_REASON], ignored[RECORDER_REASON];
    bool ended = archive_end(disk->archive, now);
    uint64_t kept = archive_counts(disk->archive).records;
    say_why(archive_error(disk->archive), ended, reason);
    disk->whole = ended && disk->reason[0] == '\0';
    fail(recorder, reason);
    counts_keep(disk, disk->archive);
    if (disk->added > kept) lose(recorder, disk->added - kept);
    (void)archive_close(disk->archive, now, ignored, sizeof ignored);
    disk->archive = NULL;
}

/* Closes a file that has its end. */
static bool file_close(struct recorder *recorder, struct archive *archive, struct stamp now)
{
    char reason[RECORDER_REASON];
    counts_keep(&recorder->disk, archive);
    bool good = archive_close(archive, now, reason, sizeof reason);
    if (!good) fail(recorder, reason);
    return good;
}

/* Writes the present file's end. */
static bool file_end(struct recorder *recorder, struct stamp now)
{
    struct recorder_disk *disk = &recorder->disk;
    if (!archive_end(disk->archive, now)) {
        abandon(recorder, now);
        return false;
    }
    archive_hash(disk->archive, disk->previous);
    return true;
}

/* Why first, then the path: the row that says it may be narrow. */
static void fail_next(struct recorder *recorder, const char *path, const char *error)
{
    char reason[RECORDER_REASON];
    size_t length = strlen(path), from = strncmp(error, path, length) == 0 ? length : 0;
    const char *why = strstr(error + from, ": ");
    const char *first = why ? why + 2 : error;
    int rest = why ? (int)(why - error) : 0;
    snprintf(reason, sizeof reason, "no next file: %.*s%s%.*s", (int)strlen(first), first, why ? ": " : "", rest,
             error);
    fail(recorder, reason);
}

/* The file before stays locked until the next one is there: whoever follows it finds the lock or that one, unless it
 * was the last. */
static bool file_next(struct recorder *recorder, struct stamp now)
{
    struct recorder_disk *disk = &recorder->disk;
    char error[RECORDER_REASON], before[RECORDER_PATH];
    if (!file_end(recorder, now)) return false;
    struct archive *ended = disk->archive;
    disk->header.sequence++;
    disk->header.previous = disk->previous;
    disk->began = now;
    disk->added = 0;
    memcpy(before, disk->path, sizeof before);
    disk->archive = file_create_named(disk, error, sizeof error);
    bool closed = file_close(recorder, ended, now);
    if (disk->archive && closed) {
        disk->file = archive_identity(disk->archive);
        atomic_fetch_add(&recorder->files, 1);
        return true;
    }
    if (disk->archive) {
        archive_discard(disk->archive, disk->path); /* without a record */
        disk->archive = NULL;
    } else if (closed) {
        disk->whole = disk->reason[0] == '\0';
        fail_next(recorder, disk->path, error);
    }
    memcpy(disk->path, before, sizeof before); /* the other is not there */
    return false;
}

static bool file_is_over(const struct recorder_disk *disk, struct stamp now)
{
    const int64_t day = SECONDS_PER_DAY * NANOSECONDS_PER_SECOND;
    if (!disk->target.folder) return false;
    return archive_counts(disk->archive).bytes >= disk->rotate_bytes ||
           now.mono - disk->began.mono >= disk->rotate_time || now.wall / day != disk->began.wall / day;
}

/* === Records === */

static bool line_add(struct recorder *recorder, struct stamp stamp, bool round)
{
    struct recorder_disk *disk = &recorder->disk;
    bool added = archive_add(disk->archive, json_writer_text(&disk->line), stamp, round);
    if (added) disk->added++;
    if (archive_error(disk->archive)) abandon(recorder, stamp);
    return added;
}

/* Says how many records are missing, where that was not said yet. */
static void losses_add(struct recorder *recorder, struct stamp stamp)
{
    struct recorder_disk *disk = &recorder->disk;
    if (disk->lost_untold == 0 || !disk->archive) return;
    const struct record_happening happening = {
        .event = RECORD_DROPPED,
        .why = TEXT("lost on the way to the disk"),
        .amount = (int64_t)disk->lost_untold,
    };
    json_writer_reset(&disk->line);
    if (!record_write_event(&disk->line, stamp, disk->options.from, &happening)) return;
    if (line_add(recorder, stamp, false)) disk->lost_untold = 0;
}

static void record_add(struct recorder *recorder, struct text queued)
{
    struct recorder_disk *disk = &recorder->disk;
    struct recorder_entry entry;
    struct text texts[ENTRY_TEXTS];
    if (queued.length == 0) {
        lose(recorder, 1);
        return;
    }
    recorder_entry_read(queued, &entry, texts);
    disk->lost_untold += entry.lost;
    if (disk->archive && file_is_over(disk, entry.stamp)) (void)file_next(recorder, entry.stamp);
    losses_add(recorder, entry.stamp);
    json_writer_reset(&disk->line);
    bool round = entry.kind == RECORD_ROUND && !entry.done;
    if (!disk->archive || !recorder_entry_write(&disk->line, &entry, texts, disk->options.from, &disk->header) ||
        !line_add(recorder, entry.stamp, round))
        lose(recorder, 1);
}

/* === The thread === */

static void publish(struct recorder *recorder)
{
    struct recorder_disk *disk = &recorder->disk;
    struct recorder_status *status = triple_buffer_slot(recorder->statuses);
    struct archive_counts counts = disk->archive ? archive_counts(disk->archive) : (struct archive_counts){0};
    *status = (struct recorder_status){
        .failed = disk->reason[0] != '\0',
        .whole = disk->whole,
        .records = disk->before.records + counts.records,
        .bytes = disk->before.bytes + counts.bytes,
        .stored = disk->before.stored + counts.stored,
        .dropped = disk->lost,
        .files = atomic_load(&recorder->files),
        .since = disk->since,
        .file = disk->file,
    };
    memcpy(status->reason, disk->reason, sizeof status->reason);
    memcpy(status->path, disk->path, sizeof status->path);
    triple_buffer_publish(recorder->statuses);
}

static void look_at_the_clock(struct recorder *recorder)
{
    struct recorder_disk *disk = &recorder->disk;
    struct stamp now = clock_now(recorder->clock);
    if (disk->archive && now.mono >= archive_deadline(disk->archive) && !archive_advance(disk->archive, now))
        abandon(recorder, now);
    publish(recorder);
}

/* True if there were records. */
static bool drain(struct recorder *recorder)
{
    struct text queued;
    size_t count = 0;
    while (queue_take(recorder->queue, &queued)) {
        record_add(recorder, queued);
        queue_release(recorder->queue);
        if (++count % BATCH == 0) look_at_the_clock(recorder);
    }
    look_at_the_clock(recorder);
    return count > 0;
}

/* Real milliseconds until the archive has something to do; -1: never. */
static int sleep_time(const struct recorder *recorder)
{
    int64_t deadline = recorder->disk.archive ? archive_deadline(recorder->disk.archive) : TIME_NEVER;
    if (deadline == TIME_NEVER) return -1;
    int64_t left = deadline - clock_now(recorder->clock).mono;
    if (recorder->clock->speed > 1) left /= recorder->clock->speed;
    int64_t most = 3600 * NANOSECONDS_PER_SECOND;
    return left <= 0 ? 0 : (int)((left < most ? left : most) / NANOSECONDS_PER_MILLISECOND + 1);
}

/* `busy`: records came just now, so more are to be expected. */
static void wait(struct recorder *recorder, bool busy)
{
    struct pollfd wake = {.fd = recorder->wake, .events = POLLIN};
    uint64_t wakes;
    /* Read and written at once, so that either this thread sees the record or the feed sees the new state. */
    atomic_exchange(&recorder->state, busy ? DISK_NAPPING : DISK_SLEEPING);
    if (busy || queue_used(recorder->queue) == 0) (void)poll(&wake, 1, busy ? NAP_MS : sleep_time(recorder));
    atomic_exchange(&recorder->state, DISK_AWAKE);
    (void)!read(recorder->wake, &wakes, sizeof wakes);
}

static void finish(struct recorder *recorder)
{
    struct stamp now = clock_now(recorder->clock);
    recorder->disk.lost_untold += recorder->dropped_untold; /* the feed has ended */
    losses_add(recorder, now);
    struct recorder_disk *disk = &recorder->disk;
    if (disk->archive && file_end(recorder, now)) (void)file_close(recorder, disk->archive, now);
    disk->archive = NULL;
    publish(recorder);
}

void *recorder_disk_run(void *context)
{
    struct recorder *recorder = context;
    for (;;) {
        bool stopping = atomic_load(&recorder->stopping);
        bool busy = drain(recorder);
        if (stopping) break;
        wait(recorder, busy);
    }
    finish(recorder);
    return NULL;
}

bool recorder_disk_open(struct recorder *recorder, struct stamp now, char *error, size_t error_size)
{
    struct recorder_disk *disk = &recorder->disk;
    disk->began = now;
    disk->since = now.mono;
    disk->header.stamp = now;
    disk->options.from = now.mono;
    disk->archive = file_create_named(disk, error, error_size);
    if (!disk->archive) return false;
    disk->file = archive_identity(disk->archive);
    atomic_store(&recorder->files, 1);
    publish(recorder);
    return true;
}

void recorder_disk_free(struct recorder_disk *disk)
{
    char ignored[RECORDER_REASON];
    /* Only where the thread could not be started. */
    if (disk->archive) (void)archive_close(disk->archive, disk->began, ignored, sizeof ignored);
    json_writer_free(&disk->line);
    free(disk->tool);
    free(disk->boot);
}
