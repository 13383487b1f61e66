#include "booktop/record/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "archive_file.h"
#include "archive_index.h"
#include "chain.h"
#include "reason.h"

#define BLOCK_BYTES      (256u << 10)
#define BLOCK_BYTES_MOST (16u << 20)                       /* with the longest line it stays below what is read */
#define BLOCK_TIME       (9 * NANOSECONDS_PER_SECOND / 10) /* with its writing no more than a second is lost */
#define SYNC_TIME        (5 * NANOSECONDS_PER_SECOND)
#define RESERVE          (INT64_C(64) << 20)
#define LEVEL            1

/* Of level 1's parameters two are set otherwise: the smaller table stays in the first cache, and short matches are
 * rare in such text. Measured: up to a fifth cheaper, and as small within 2 in a hundred (tests/bench/bench_record.c).
 */
#define TABLE_LOG   12
#define MATCH_LEAST 7

/* A block that was longer than this gives its memory back. */
#define KEPT_CAPACITY (4u << 20)

/* The open block is `lines`, empty if there is none; `entry` is what is known of it already. `entries` are those that
 * are in the file. */
struct archive {
    struct archive_file file;
    size_t block_bytes;
    int64_t block_time, sync_time, from;
    struct json_writer lines;
    struct block_entry entry;
    int64_t block_began; /* mono of its first record */
    int64_t dirty_since; /* mono at which the oldest block that is not synced was written; TIME_NEVER: all are */
    bool ended;          /* `end` is written */
    struct chain chain;
    uint64_t records, bytes;
    ZSTD_CCtx *zstd; /* NULL: not compressed */
    char *frame;     /* owned */
    size_t frame_capacity;
    struct block_entry *entries; /* owned */
    size_t entry_count, entry_capacity;
};

static bool out_of_memory(struct archive *archive)
{
    return archive_file_fail_in_words(&archive->file, "out of memory");
}

/* === Blocks === */

/* The block as it will be stored: a frame, or the lines themselves. */
static bool frame_make(struct archive *archive, struct text *frame)
{
    *frame = json_writer_text(&archive->lines);
    if (!archive->zstd) return true;
    size_t bound = ZSTD_compressBound(frame->length);
    if (bound > archive->frame_capacity) {
        free(archive->frame);
        archive->frame = malloc(bound);
        archive->frame_capacity = archive->frame ? bound : 0;
        if (!archive->frame) return out_of_memory(archive);
    }
    size_t length = ZSTD_compress2(archive->zstd, archive->frame, archive->frame_capacity, frame->at, frame->length);
    if (ZSTD_isError(length)) return archive_file_fail_in_words(&archive->file, ZSTD_getErrorName(length));
    *frame = (struct text){archive->frame, length};
    return true;
}

/* The last four bytes of a frame. */
static uint32_t frame_checksum(struct text frame)
{
    uint32_t sum = 0;
    for (unsigned i = 1; i <= 4; i++) sum = sum << 8 | (unsigned char)frame.at[frame.length - i];
    return sum;
}

static bool entries_reserve(struct archive *archive)
{
    if (archive->entry_count < archive->entry_capacity) return true;
    size_t capacity = archive->entry_capacity > 0 ? 2 * archive->entry_capacity : 64;
    struct block_entry *entries = realloc(archive->entries, capacity * sizeof *entries);
    if (!entries) return out_of_memory(archive);
    archive->entries = entries;
    archive->entry_capacity = capacity;
    return true;
}

static void block_forget(struct archive *archive)
{
    json_writer_reset(&archive->lines);
    if (archive->lines.capacity <= KEPT_CAPACITY) return;
    json_writer_free(&archive->lines);
    free(archive->frame);
    archive->frame = NULL;
    archive->frame_capacity = 0;
}

/* Writes the lines there are as a block. */
static bool block_store(struct archive *archive, int64_t now)
{
    struct block_entry *entry = &archive->entry;
    struct text frame;
    unsigned char digest[CHAIN_SIZE];
    entry->offset = archive->file.stored;
    entry->begin = archive->bytes;
    entry->bytes = (uint32_t)archive->lines.length;
    if (!entries_reserve(archive) || !frame_make(archive, &frame)) return false;
    entry->stored = (uint32_t)frame.length;
    if (archive->zstd) { /* else there will be no index */
        if (!chain_digest(frame, digest)) return out_of_memory(archive);
        memcpy(entry->digest, digest, INDEX_DIGEST);
        entry->checksum = frame_checksum(frame);
    }
    if (!archive_file_append(&archive->file, frame)) return false;
    archive->entries[archive->entry_count++] = *entry;
    archive->records += entry->records;
    archive->bytes += entry->bytes;
    if (archive->dirty_since == TIME_NEVER) archive->dirty_since = now;
    block_forget(archive);
    return true;
}

/* Ends the open block with its chk line. */
static bool block_close(struct archive *archive, int64_t now)
{
    struct text lines = json_writer_text(&archive->lines);
    char hash[RECORD_HASH_SIZE];
    /* A chain that is ahead of the file does no harm: after a failure nothing follows. */
    if (!chain_add(&archive->chain, lines)) return out_of_memory(archive);
    chain_text(&archive->chain, hash);
    if (!record_write_check(&archive->lines, archive->entry.records, lines.length, hash)) return out_of_memory(archive);
    json_write_newline(&archive->lines);
    return archive->lines.failed ? out_of_memory(archive) : block_store(archive, now);
}

static void block_open(struct archive *archive, struct stamp stamp)
{
    archive->entry = (struct block_entry){.m = stamp.mono - archive->from, .t = stamp.wall};
    archive->block_began = stamp.mono;
}

static bool sync_now(struct archive *archive)
{
    archive->dirty_since = TIME_NEVER;
    return archive_file_sync(&archive->file);
}

/* === Begin and end === */

static bool header_store(struct archive *archive, const struct archive_options *options)
{
    block_open(archive, options->stamp);
    if (!record_write_header(&archive->lines, &options->header, options->stamp, options->from))
        return out_of_memory(archive);
    json_write_newline(&archive->lines);
    if (archive->lines.failed || !chain_start(&archive->chain, json_writer_text(&archive->lines)))
        return out_of_memory(archive);
    return block_store(archive, options->stamp.mono);
}

static bool zstd_start(struct archive *archive)
{
    archive->zstd = ZSTD_createCCtx();
    if (!archive->zstd) return out_of_memory(archive);
    static const struct {
        ZSTD_cParameter parameter;
        int value;
    } settings[] = {{ZSTD_c_compressionLevel, LEVEL},
                    {ZSTD_c_hashLog, TABLE_LOG},
                    {ZSTD_c_minMatch, MATCH_LEAST},
                    {ZSTD_c_checksumFlag, 1},
                    {ZSTD_c_contentSizeFlag, 1}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (ZSTD_isError(ZSTD_CCtx_setParameter(archive->zstd, settings[i].parameter, settings[i].value)))
            return archive_file_fail_in_words(&archive->file, "zstd does not take its parameters");
    return true;
}

static void archive_free(struct archive *archive)
{
    json_writer_free(&archive->lines);
    ZSTD_freeCCtx(archive->zstd);
    free(archive->frame);
    free(archive->entries);
    free(archive);
}

static struct archive *archive_new(const struct archive_options *options)
{
    struct archive *archive = calloc(1, sizeof *archive);
    if (!archive) return NULL;
    archive->file.system = options->system ? options->system : &archive_system;
    archive->file.handle = -1;
    archive->file.reserve = options->reserve ? options->reserve : RESERVE;
    archive->block_bytes = options->block_bytes ? options->block_bytes : BLOCK_BYTES;
    if (archive->block_bytes > BLOCK_BYTES_MOST) archive->block_bytes = BLOCK_BYTES_MOST;
    archive->block_time = options->block_time ? options->block_time : BLOCK_TIME;
    archive->sync_time = options->sync_time ? options->sync_time : SYNC_TIME;
    archive->from = options->from;
    archive->dirty_since = TIME_NEVER;
    return archive;
}

static bool archive_begin(struct archive *archive, const struct archive_options *options)
{
    return (!options->compressed || zstd_start(archive)) && archive_file_create(&archive->file, options->path) &&
           header_store(archive, options) && !archive->file.full && sync_now(archive) &&
           archive_file_sync_folder(&archive->file, options->path);
}

/* `end` goes into the last block. */
static bool end_add(struct archive *archive, struct stamp now)
{
    char hash[RECORD_HASH_SIZE];
    uint64_t before = archive->records;
    if (archive->lines.length == 0)
        block_open(archive, now);
    else
        before += archive->entry.records;
    chain_text(&archive->chain, hash);
    if (!record_write_end(&archive->lines, now, archive->from, before, hash)) return out_of_memory(archive);
    json_write_newline(&archive->lines);
    archive->entry.records++;
    return !archive->lines.failed || out_of_memory(archive);
}

static bool index_store(struct archive *archive)
{
    if (!archive->zstd) return true;
    size_t size = archive_index_size(archive->entry_count);
    unsigned char *bytes = malloc(size);
    if (!bytes) return out_of_memory(archive);
    archive_index_write(archive->entries, archive->entry_count, bytes);
    bool good = archive_file_append(&archive->file, (struct text){(const char *)bytes, size});
    free(bytes);
    return good;
}

/* === Public === */

struct archive *archive_create(const struct archive_options *options, char *error, size_t error_size)
{
    struct archive *archive = archive_new(options);
    if (!archive) {
        reason_write(error, error_size, options->path, "out of memory");
        return NULL;
    }
    if (archive_begin(archive, options)) return archive;
    reason_write(error, error_size, options->path, archive->file.reason);
    archive_file_remove(&archive->file, options->path);
    archive_file_close(&archive->file);
    archive_free(archive);
    return NULL;
}

bool archive_add(struct archive *archive, struct text line, struct stamp stamp, bool round)
{
    if (archive_error(archive) || archive->ended) return false;
    if (line.length > RECORD_LINE_MOST) return archive_file_fail_in_words(&archive->file, "a line is too long");
    bool late = archive->lines.length > 0 && stamp.mono - archive->block_began >= archive->block_time;
    if (late && (!block_close(archive, stamp.mono) || archive->file.full)) return false;
    if (archive->lines.length == 0) block_open(archive, stamp);
    archive->lines.comma = false;
    json_write_raw(&archive->lines, line);
    json_write_newline(&archive->lines);
    if (archive->lines.failed) return out_of_memory(archive);
    archive->entry.records++;
    if (round) archive->entry.flags |= INDEX_ROUND;
    return archive->lines.length < archive->block_bytes || block_close(archive, stamp.mono);
}

bool archive_advance(struct archive *archive, struct stamp now)
{
    if (archive_error(archive)) return false;
    bool old = archive->lines.length > 0 && now.mono - archive->block_began >= archive->block_time;
    if (old && !block_close(archive, now.mono)) return false;
    bool due = archive->dirty_since != TIME_NEVER && now.mono - archive->dirty_since >= archive->sync_time;
    if (due && !sync_now(archive)) return false;
    return !archive->file.full;
}

int64_t archive_deadline(const struct archive *archive)
{
    if (archive_error(archive)) return TIME_NEVER;
    int64_t block = archive->lines.length > 0 ? archive->block_began + archive->block_time : TIME_NEVER;
    int64_t sync = archive->dirty_since == TIME_NEVER ? TIME_NEVER : archive->dirty_since + archive->sync_time;
    return block < sync ? block : sync;
}

struct archive_counts archive_counts(const struct archive *archive)
{
    bool open = archive->lines.length > 0 && !archive->file.failed;
    return (struct archive_counts){
        .records = archive->records + (open ? archive->entry.records : 0),
        .blocks = archive->entry_count,
        .bytes = archive->bytes + (open ? archive->lines.length : 0),
        .stored = archive->file.stored,
        .synced = archive->file.synced,
    };
}

const char *archive_error(const struct archive *archive)
{
    return archive->file.failed || archive->file.full ? archive->file.reason : NULL;
}

void archive_hash(const struct archive *archive, char hash[RECORD_HASH_SIZE])
{
    chain_text(&archive->chain, hash);
}

bool archive_end(struct archive *archive, struct stamp now)
{
    if (archive->file.failed || archive->ended) return !archive->file.failed;
    archive->ended = true;
    return end_add(archive, now) && block_close(archive, now.mono) && index_store(archive) && sync_now(archive);
}

struct archive_identity archive_identity(const struct archive *archive)
{
    return archive->file.identity;
}

void archive_discard(struct archive *archive, const char *path)
{
    archive_file_remove(&archive->file, path);
    (void)archive_file_close(&archive->file);
    archive_free(archive);
}

bool archive_close(struct archive *archive, struct stamp now, char *error, size_t error_size)
{
    bool good = archive_end(archive, now);
    good = archive_file_close(&archive->file) && good;
    if (!good) snprintf(error, error_size, "%s", archive->file.reason);
    archive_free(archive);
    return good;
}

const char *archive_library_version(void)
{
    return ZSTD_versionString();
}
