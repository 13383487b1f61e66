#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "booktop/record/archive.h"

#include "reason.h"
#include "recording_inside.h"

/* `tell` is asked every so many records. */
#define TELL_EVERY 4096

struct repair {
    struct recording *recording;
    struct archive *archive;
    struct recording_saved *saved;
    struct json_writer line;
    struct stamp last;     /* of the record before */
    uint64_t lost_records; /* that the damaged blocks had, by what is left of them */
    void (*found)(void *context, const struct recording_fault *fault);
    bool (*tell)(void *context, unsigned thousandths);
    void *context;
    bool ended; /* by `tell` */
};

/* The encoding is what the new name says, else what it was. */
static bool wants_compression(const struct recording_file *file, const char *repaired)
{
    enum recording_naming naming = recording_naming(repaired);
    return naming == RECORDING_UNNAMED ? file->compressed : naming == RECORDING_COMPRESSED;
}

/* `source` stands for a header that is damaged. */
static struct archive *create(const struct recording_file *file, const struct record_header *source,
                              const char *repaired, char *error, size_t error_size)
{
    struct archive_options options = {.path = repaired,
                                      .compressed = wants_compression(file, repaired),
                                      .sync_time = TIME_NEVER / 2, /* once, at the end */
                                      .reserve = -1, /* what does not fit is taken away again, and all is lost then */
                                      .header = file->header,
                                      .stamp = file->first};
    if (!file->header_known) {
        options.header = *source;
        options.header.tool = "booktop repair";
        options.header.boot = "";
    }
    if (file->first.mono == INT64_MAX) {
        snprintf(error, error_size, "there is no whole record in it");
        return NULL;
    }
    return archive_create(&options, error, error_size);
}

static void write_time(int64_t m, const char *none, char *out, size_t size)
{
    if (m < 0)
        snprintf(out, size, "%s", none);
    else
        snprintf(out, size, "%" PRId64 ".%03d s", m / NANOSECONDS_PER_SECOND,
                 (int)(m % NANOSECONDS_PER_SECOND / NANOSECONDS_PER_MILLISECOND));
}

/* Times of a fault in words: "between 1.250 s and 3.001 s". */
static void write_range(const struct recording_fault *fault, char *out, size_t size)
{
    char from[40], to[40];
    write_time(fault->from, "the begin", from, sizeof from);
    write_time(fault->to, "the end", to, sizeof to);
    snprintf(out, size, "between %s and %s", from, to);
}

/* A gap where something is missing. */
static bool add_gap(struct repair *repair, const struct recording_fault *fault)
{
    char range[100], why[RECORDING_REASON + 200];
    if (repair->found) repair->found(repair->context, fault);
    if (fault->damage == DAMAGE_OPEN) {
        repair->saved->open = true;
        return true; /* nothing is missing up to there */
    }
    repair->saved->faults++;
    if (fault->damage == DAMAGE_END) return true; /* what is wrong is behind the records */
    write_range(fault, range, sizeof range);
    int length = snprintf(why, sizeof why, "block %" PRIu64 ", %s, was damaged: %s", fault->block, range, fault->words);
    struct record_happening gap = {.event = RECORD_DROPPED, .venue = VENUE_COUNT, .why = {why, (size_t)length}};
    json_writer_reset(&repair->line);
    return record_write_event(&repair->line, repair->last, 0, &gap) &&
           archive_add(repair->archive, json_writer_text(&repair->line), repair->last, false);
}

static bool add_record(struct repair *repair, const struct record *record)
{
    struct recording_saved *saved = repair->saved;
    if (record->kind != RECORD_UNKNOWN) repair->last = record->stamp;
    if (record->kind == RECORD_HEADER || record->kind == RECORD_END) return true;
    int64_t m = repair->last.mono; /* its own, if it has one for sure */
    if (saved->records == 0 || m < saved->from) saved->from = m;
    if (saved->records == 0 || m > saved->to) saved->to = m;
    saved->records++;
    bool round = record->kind == RECORD_ROUND && !record->done;
    return archive_advance(repair->archive, record->stamp) &&
           archive_add(repair->archive, record->whole, record->stamp, round);
}

static bool goes_on(struct repair *repair, uint64_t step)
{
    if (!repair->tell || step % TELL_EVERY != 0) return true;
    repair->ended = !repair->tell(repair->context, recording_progress(repair->recording));
    return !repair->ended;
}

static void count_lost(struct repair *repair, const struct recording_fault *fault)
{
    repair->saved->lost_blocks += fault->lost;
    repair->saved->lost_more |= fault->more;
    repair->lost_records += fault->records;
}

/* It counts all records there were: if the damaged blocks' own counts make up for what is missing no other is. */
static void see_end(struct repair *repair, const struct record *end)
{
    if (end->number == repair->saved->records + repair->lost_records) repair->saved->lost_more = false;
}

static bool copy(struct repair *repair)
{
    struct record record;
    struct recording_fault fault;
    uint64_t steps = 0;
    enum recording_step step;
    while ((step = recording_next(repair->recording, &record, &fault)) != RECORDING_AT_END) {
        bool good = step == RECORDING_FAULT ? add_gap(repair, &fault) : add_record(repair, &record);
        if (!good || !goes_on(repair, ++steps)) return false;
        if (step == RECORDING_FAULT) count_lost(repair, &fault);
        if (step == RECORDING_RECORD && record.kind == RECORD_END) see_end(repair, &record);
    }
    repair->ended = repair->recording->watch.ended;
    repair->saved->blocks = repair->recording->blocks;
    return !repair->ended;
}

/* Closes what was written, or takes it away again. */
static bool finish(struct repair *repair, bool good, const char *repaired, char *error, size_t error_size)
{
    const char *why = archive_error(repair->archive);
    if (!good) reason_write(error, error_size, repaired, why ? why : repair->ended ? "stopped" : "out of memory");
    if (good && repair->saved->records == 0) {
        snprintf(error, error_size, "there is no whole record in it");
        good = false;
    }
    if (good && repair->recording->error) {
        window_error_text(repair->recording->error, error, error_size);
        good = false;
    }
    char ignored[RECORDING_REASON];
    struct archive_identity identity = archive_identity(repair->archive);
    bool closed =
        archive_close(repair->archive, repair->last, good ? error : ignored, good ? error_size : sizeof ignored);
    if ((!good || !closed) && archive_is_at(identity, repaired)) (void)unlink(repaired);
    return good && closed;
}

bool recording_repair(const char *path, const char *repaired, struct recording_saved *saved,
                      void (*found)(void *context, const struct recording_fault *fault), void *context,
                      bool (*tell)(void *context, unsigned thousandths), char *error, size_t error_size)
{
    *saved = (struct recording_saved){0};
    struct repair repair = {.saved = saved, .found = found, .tell = tell, .context = context};
    repair.recording = recording_open_watched(&path, 1, (struct recording_watch){tell, context}, error, error_size);
    if (!repair.recording) return false;
    const struct recording_file *file = &repair.recording->files[0];
    repair.last = file->first;
    repair.archive = create(file, recording_header(repair.recording), repaired, error, error_size);
    bool good = repair.archive && finish(&repair, copy(&repair), repaired, error, error_size);
    json_writer_free(&repair.line);
    recording_close(repair.recording);
    return good;
}
