#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording_inside.h"

const char *recording_damage_text(enum recording_damage damage)
{
    static const char *const texts[DAMAGE_COUNT] = {
        [DAMAGE_NONE] = "none",   [DAMAGE_HEADER] = "header", [DAMAGE_TORN] = "torn", [DAMAGE_BLOCK] = "block",
        [DAMAGE_CHAIN] = "chain", [DAMAGE_LINE] = "line",     [DAMAGE_END] = "end",   [DAMAGE_SESSION] = "session",
        [DAMAGE_OPEN] = "open",   [DAMAGE_NEXT] = "next",
    };
    return damage < DAMAGE_COUNT ? texts[damage] : "";
}

bool recording_damage_counts(enum recording_damage damage)
{
    return damage != DAMAGE_NONE && damage != DAMAGE_OPEN && damage != DAMAGE_NEXT;
}

/* === Faults === */

/* Without memory the fault before stands for this one too: what is damaged is never silent. */
static struct recording_fault *fault_add(struct recording *recording)
{
    if (recording->fault_count == recording->fault_capacity) {
        size_t capacity = recording->fault_capacity > 0 ? 2 * recording->fault_capacity : 1;
        struct recording_fault *faults = realloc(recording->faults, capacity * sizeof *faults);
        if (!faults) return &recording->faults[recording->fault_count - 1];
        recording->faults = faults;
        recording->fault_capacity = capacity;
    }
    struct recording_fault *fault = &recording->faults[recording->fault_count++];
    size_t file = recording->current < recording->count ? recording->current : recording->count - 1;
    *fault = (struct recording_fault){.file = recording->files[file].given, .from = recording->last, .to = -1};
    return fault;
}

static void fault_tell(struct recording *recording, const struct block_damage *damage)
{
    struct recording_fault *fault = fault_add(recording);
    fault->damage = damage->damage;
    fault->block = damage->block;
    fault->offset = damage->offset;
    fault->lost = damage->lost;
    fault->records = damage->records;
    fault->more = damage->more;
    snprintf(fault->words, sizeof fault->words, "%s", damage->words);
}

void recording_give_up(struct recording *recording)
{
    recording_restart(recording, recording->count - 1);
    struct recording_fault *fault = fault_add(recording);
    fault->damage = DAMAGE_BLOCK;
    fault->more = true;
    window_error_text(recording->error, fault->words, sizeof fault->words);
    recording->current = recording->count;
}

/* Now it is known what comes behind them. */
static void faults_end(struct recording *recording)
{
    struct stamp stamp;
    if (recording->fault_count == 0 || !lines_first(recording->peeker, recording->rest, &stamp)) return;
    for (size_t i = 0; i < recording->fault_count; i++)
        if (recording->faults[i].to < 0) recording->faults[i].to = stamp.mono;
}

/* === Files and blocks === */

/* At a file's header: does it follow the one before? */
static void check_session(struct recording *recording)
{
    if (!recording->follows || recording->current == 0) return;
    const struct recording_file *file = &recording->files[recording->current], *before = file - 1;
    char hash[RECORD_HASH_SIZE];
    chain_text(&recording->hash, hash);
    if (file->header.previous && strcmp(file->header.previous, hash) == 0) return;
    struct block_damage damage = {.damage = DAMAGE_SESSION};
    unsigned part = file->header.sequence + 1, last = before->header.sequence + 1;
    bool lacking = file->header_known && before->header_known && part > last && part - last > 1;
    if (lacking && part - last == 2)
        snprintf(damage.words, sizeof damage.words, "part %u is not given", part - 1);
    else if (lacking)
        snprintf(damage.words, sizeof damage.words, "parts %u to %u are not given", last + 1, part - 1);
    else
        snprintf(damage.words, sizeof damage.words, "part %u of the recording does not follow part %u", part, last);
    fault_tell(recording, &damage);
}

bool recording_read_file(struct recording *recording, const struct recording_file *file, struct block_reader *reader)
{
    if (!block_reader_init(reader, file->file, file->size, file->compressed)) return false;
    recording->watch.before = file->before;
    reader->window.watch = &recording->watch;
    reader->window.origin = &file->origin;
    return true;
}

bool recording_start_file(struct recording *recording)
{
    const struct recording_file *file = &recording->files[recording->current];
    if (recording->reading) block_reader_free(&recording->reader);
    recording->reading = true;
    recording->rest = (struct text){0};
    if (recording->audit) audit_start(recording->audit);
    if (recording_read_file(recording, file, &recording->reader)) return true;
    recording->error = ENOMEM;
    return false;
}

void recording_restart(struct recording *recording, size_t file)
{
    if (recording->reading) block_reader_free(&recording->reader);
    recording->reading = false;
    recording->current = file;
    recording->rest = (struct text){0};
    recording->fault_count = recording->fault_next = 0;
    recording->follows = false;
    recording->last = -1;
}

static void end_file(struct recording *recording)
{
    struct block_reader *reader = &recording->reader;
    struct recording_fault fault;
    if (reader->window.error) recording->error = reader->window.error;
    if (recording->audit && audit_end(recording->audit, reader))
        while (audit_next(recording->audit, &fault)) {
            struct recording_fault *told = fault_add(recording);
            fault.file = told->file;
            *told = fault;
        }
    recording->follows = reader->closed && reader->place.chained;
    recording->hash = reader->place.stated;
    block_reader_free(reader);
    recording->reading = false;
    recording->current++;
    if (recording->current < recording->count || recording->refused[0] == '\0' || recording->error) return;
    struct block_damage refused = {.damage = DAMAGE_NEXT};
    memcpy(refused.words, recording->refused, sizeof refused.words);
    fault_tell(recording, &refused);
}

/* The end of a file that is still being written is no damage: within a block, without an end, or (compressed) with the
 * end and without all of the index. With all of it the next file of the session may be on its way. */
static void excuse_end(const struct recording *recording, struct block_damage *damage)
{
    const struct recording_file *file = &recording->files[recording->current];
    bool torn = damage->damage == DAMAGE_TORN || (damage->damage == DAMAGE_END && file->compressed);
    bool ended = damage->damage == DAMAGE_NONE && file->compressed && recording->current + 1 == recording->count;
    if (!file->open || !(torn || ended)) return;
    damage->damage = DAMAGE_OPEN;
    damage->lost = damage->records = 0;
    damage->more = false;
    snprintf(damage->words, sizeof damage->words, "it is still being recorded: this is its end so far");
}

bool recording_load(struct recording *recording)
{
    struct block_damage damage;
    while (recording->current < recording->count) {
        if (!recording->reading && !recording_start_file(recording)) {
            damage = (struct block_damage){.damage = DAMAGE_BLOCK, .words = "out of memory"};
            fault_tell(recording, &damage);
            recording->current = recording->count;
            return false;
        }
        bool found = block_next(&recording->reader, &recording->block, &damage);
        /* Asked for each block: many small ones are read from the file at once, and may become large. */
        if (window_is_ended(&recording->reader.window)) {
            recording->error = ECANCELED;
            recording->current = recording->count;
            return false;
        }
        if (!found) excuse_end(recording, &damage);
        if (damage.damage != DAMAGE_NONE) {
            fault_tell(recording, &damage);
            if (recording->audit) recording->audit->given_up = true;
        }
        if (!found) {
            end_file(recording);
            continue;
        }
        if (recording->block.offset == 0) check_session(recording);
        if (recording->audit) audit_block(recording->audit, &recording->block, recording->peeker);
        recording->rest = recording->block.lines;
        recording->line = 0;
        recording->blocks++;
        recording->bytes += recording->block.content.length;
        recording_pass(recording);
        faults_end(recording);
        return true;
    }
    return false;
}

/* === Lines === */

/* Of lines that are no records: the watch is asked every so many. */
#define LINES_ASKED 16384

/* True if the line is a record that may stand here. */
static bool take_line(struct recording *recording, struct record_parser *parser, struct text line,
                      struct record *record, const char **why)
{
    if (!lines_parse(parser, line, record, why)) return false;
    *why = "a line that does not belong within a block";
    if (record->kind == RECORD_CHECK || (record->kind == RECORD_HEADER && recording->block.offset > 0)) return false;
    *why = "its time is beyond all bounds";
    bool sane = lines_time_is_sane(&record->stamp);
    return sane && (record->kind != RECORD_HEADER || lines_time_is_sane(&record->header.stamp));
}

/* Goes over lines that are no records, one after the other, and tells of them. */
static void skip_lines(struct recording *recording, const char *why)
{
    struct recording_fault *fault = fault_add(recording);
    struct record record;
    unsigned count = 1;
    fault->damage = DAMAGE_LINE;
    fault->block = recording->block.number;
    fault->offset = recording->block.offset;
    uint64_t number = recording->line;
    const char *ignored;
    while (recording->rest.length > 0) {
        if (count % LINES_ASKED == 0 && window_is_ended(&recording->reader.window)) recording->rest.length = 0;
        if (recording->watch.ended) break;
        struct text rest = recording->rest;
        if (take_line(recording, recording->peeker, lines_take(&rest), &record, &ignored)) {
            fault->to = record.stamp.mono;
            break;
        }
        recording->rest = rest;
        recording->line++;
        count++;
    }
    snprintf(fault->words, sizeof fault->words, "line %" PRIu64 " of the block is no record: %s%s", number, why,
             count > 1 ? ", and so are lines behind it" : "");
}

/* Stamps go back by a trifle where two threads have read the clock; a clock that only goes on does not go back by more.
 * The line is left to be taken; it is told of once. */
static bool goes_back(struct recording *recording, struct text lines, const struct record *record)
{
    int64_t back = recording->last - record->stamp.mono;
    if (recording->last < 0 || record->kind == RECORD_UNKNOWN || back <= RECORDING_BACK_MOST) return false;
    struct recording_fault *fault = fault_add(recording);
    fault->damage = DAMAGE_LINE;
    fault->block = recording->block.number;
    fault->offset = recording->block.offset;
    fault->to = record->stamp.mono;
    snprintf(fault->words, sizeof fault->words, "time goes back by %" PRId64 ".%03d s at line %" PRIu64 " of the block",
             back / NANOSECONDS_PER_SECOND, (int)(back % NANOSECONDS_PER_SECOND / NANOSECONDS_PER_MILLISECOND),
             recording->line);
    recording->rest = lines;
    recording->line--;
    recording->last = record->stamp.mono;
    return true;
}

enum recording_step recording_next(struct recording *recording, struct record *record, struct recording_fault *fault)
{
    for (;;) {
        if (recording->fault_next < recording->fault_count) {
            *fault = recording->faults[recording->fault_next++];
            return RECORDING_FAULT;
        }
        recording->fault_count = recording->fault_next = 0;
        if (recording->rest.length == 0) {
            if (!recording_load(recording) && recording->fault_count == 0) return RECORDING_AT_END;
            continue;
        }
        struct text lines = recording->rest, line = lines_take(&recording->rest);
        const char *why;
        recording->line++;
        if (take_line(recording, recording->parser, line, record, &why)) {
            if (goes_back(recording, lines, record)) continue;
            if (record->kind != RECORD_UNKNOWN) recording->last = record->stamp.mono; /* it may have none */
            return RECORDING_RECORD;
        }
        skip_lines(recording, why);
        if (recording->rest.length == 0) recording_load(recording); /* what comes behind stands in another block */
    }
}

unsigned recording_progress(const struct recording *recording)
{
    uint64_t all = 0, read = 0;
    for (size_t i = 0; i < recording->count; i++) {
        if (i < recording->current) read += recording->files[i].size;
        all += recording->files[i].size;
    }
    if (recording->reading) read += recording->reader.place.offset;
    return read >= all ? 1000 : (unsigned)(read * 1000 / all);
}
