/* Recordings for tests: made by the archive, changed in memory, and read from files that have no name. */
#ifndef RECORDINGS_H
#define RECORDINGS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "booktop/record/archive.h"
#include "booktop/record/recording.h"

#define REASON 400

/* What a recording holds, by construction: record i has m = (i + 1) ms; every tenth block time a round begins. */
struct plan {
    bool compressed;
    unsigned records;
    size_t payload;     /* bytes of each frame */
    size_t block_bytes; /* 0: the archive's own */
    unsigned round;     /* a round of keyframes every so many records; 0: none */
    unsigned sequence;
    int64_t start; /* m of its header */
    const char *previous;
    bool unclosed; /* as after a crash */
    bool sourced;  /* rounds tell of the source, too: a demo, with a key to Kalshi */
};

struct image {
    char *bytes; /* owned */
    size_t length;
    char hash[RECORD_HASH_SIZE]; /* the chain at its end */
    int64_t end;                 /* m of its last record */
};

static inline void temporary_path(char *path, size_t size, const char *end)
{
    static unsigned made;
    snprintf(path, size, "/dev/shm/booktop-test-%ld-%u%s", (long)getpid(), made++, end);
}

static inline struct text made_frame(unsigned number, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    static char frame[70000];
    uint32_t state = number * 2654435761u + 12345;
    size_t at = (size_t)sprintf(frame, "{\"event_type\":\"book\",\"n\":%u,\"x\":\"", number);
    for (size_t i = 0; i < length; i++) {
        state = state * 1664525u + 1013904223u;
        frame[at++] = letters[state >> 26];
    }
    at += (size_t)sprintf(frame + at, "\"}");
    return (struct text){frame, at};
}

static const struct record_header made_source = {.venues = {true, true}, .keys = {[VENUE_KALSHI] = true}, .demo = true};

static inline void made_line(struct json_writer *line, const struct plan *plan, unsigned i, struct stamp stamp,
                             bool *round)
{
    json_writer_reset(line);
    *round = false;
    unsigned place = plan->round > 0 ? i % plan->round : UINT32_MAX;
    bool good;
    if (place == 0) {
        *round = true;
        good = record_write_round(line, stamp, 0, i / plan->round + 1, false, TEXT("{}"),
                                  plan->sourced ? &made_source : NULL);
    } else if (place == 1) {
        struct instrument instrument;
        good = instrument_init(&instrument, VENUE_KALSHI, TEXT("KX"), 4, 2) &&
               record_write_snap(line, stamp, 0, i / plan->round + 1, &instrument, TEXT("\"bids\":[],\"asks\":[]"));
    } else if (place == 2) {
        good = record_write_round(line, stamp, 0, i / plan->round + 1, true, TEXT(""), NULL);
    } else if (i % 50 == 49) {
        struct record_happening mark = {.event = RECORD_MARK, .why = TEXT("look here")};
        good = record_write_event(line, stamp, 0, &mark);
    } else {
        good = record_write_received(line, stamp, 0, VENUE_POLYMARKET, 1, i, made_frame(i, plan->payload));
    }
    assert_true(good);
}

static inline struct image read_image(const char *path)
{
    struct image image = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    image.length = (size_t)ftell(file);
    rewind(file);
    image.bytes = malloc(image.length + 1);
    assert_non_null(image.bytes);
    assert_int_equal(fread(image.bytes, 1, image.length, file), image.length);
    fclose(file);
    return image;
}

static inline struct image make_image(const struct plan *plan)
{
    char path[100], error[REASON];
    temporary_path(path, sizeof path, plan->compressed ? ".obr.zst" : ".obr");
    struct stamp stamp = {.mono = plan->start, .wall = INT64_C(1763712000000000000) + plan->start};
    struct archive_options options = {
        .path = path,
        .compressed = plan->compressed,
        .block_bytes = plan->block_bytes,
        .block_time = 3600 * NANOSECONDS_PER_SECOND,
        .sync_time = 3600 * NANOSECONDS_PER_SECOND,
        .header = {.tool = "booktop 1.0.0",
                   .boot = "0c1a7f6e-0000-4000-8000-000000000001",
                   .sequence = plan->sequence,
                   .previous = plan->previous,
                   .venues = {true, true},
                   .stamp = {0, INT64_C(1763712000000000000)}},
        .stamp = stamp,
    };
    options.header.demo = plan->sourced;
    options.header.keys[VENUE_KALSHI] = plan->sourced;
    struct archive *archive = archive_create(&options, error, sizeof error);
    if (!archive) fail_msg("%s", error);
    struct json_writer line = {0};
    for (unsigned i = 0; i < plan->records; i++) {
        bool round;
        stamp.mono += NANOSECONDS_PER_MILLISECOND;
        stamp.wall += NANOSECONDS_PER_MILLISECOND;
        made_line(&line, plan, i, stamp, &round);
        assert_true(archive_add(archive, json_writer_text(&line), stamp, round));
    }
    json_writer_free(&line);
    struct image image;
    if (plan->unclosed) { /* what is on the disk while it is being written */
        image = read_image(path);
        assert_true(archive_close(archive, stamp, error, sizeof error));
    } else {
        assert_true(archive_close(archive, stamp, error, sizeof error));
        image = read_image(path);
    }
    image.end = stamp.mono;
    unlink(path);
    return image;
}

/* --- blocks of an image, found without the reader --- */

struct piece {
    size_t offset, length; /* in the image */
    char *lines;           /* owned; without chk */
    size_t size;
    int64_t first, last; /* m */
};

#define PIECES_MOST 1024

struct pieces {
    struct piece at[PIECES_MOST];
    size_t count;
    size_t behind; /* offset of what follows the last one */
};

static inline int64_t line_m(const char *line)
{
    const char *m = strstr(line, "\"m\":");
    assert_non_null(m);
    return strtoll(m + 4, NULL, 10);
}

static inline void add_piece(struct pieces *pieces, size_t offset, size_t length, const char *content, size_t size)
{
    assert_true(pieces->count < PIECES_MOST);
    struct piece *piece = &pieces->at[pieces->count];
    *piece = (struct piece){.offset = offset, .length = length};
    piece->lines = malloc(size + 1);
    assert_non_null(piece->lines);
    memcpy(piece->lines, content, size);
    piece->lines[size] = '\0';
    char *check = strstr(piece->lines, "{\"k\":\"chk\"");
    if (check) *check = '\0';
    assert_true(check || pieces->count == 0);
    piece->size = strlen(piece->lines);
    piece->first = line_m(piece->lines);
    char *last = piece->lines;
    for (char *at = piece->lines; *at; at++)
        if (*at == '\n' && at[1]) last = at + 1;
    piece->last = line_m(last);
    pieces->count++;
}

static inline void split_plain(const struct image *image, struct pieces *pieces)
{
    size_t start = 0;
    for (size_t at = 0; at < image->length;) {
        const char *end = memchr(image->bytes + at, '\n', image->length - at);
        if (!end) break;
        size_t behind = (size_t)(end + 1 - image->bytes);
        if (start == 0 || strncmp(image->bytes + at, "{\"k\":\"chk\"", 10) == 0) {
            add_piece(pieces, start, behind - start, image->bytes + start, behind - start);
            start = behind;
        }
        at = behind;
    }
    pieces->behind = start;
}

static inline void split_compressed(const struct image *image, struct pieces *pieces)
{
    static char content[1 << 20];
    size_t at = 0;
    while (at < image->length && memcmp(image->bytes + at, "\x28\xb5\x2f\xfd", 4) == 0) {
        size_t length = ZSTD_findFrameCompressedSize(image->bytes + at, image->length - at);
        if (ZSTD_isError(length)) break;
        size_t size = ZSTD_decompress(content, sizeof content, image->bytes + at, length);
        assert_false(ZSTD_isError(size));
        add_piece(pieces, at, length, content, size);
        at += length;
    }
    pieces->behind = at;
}

static inline struct pieces *split(const struct image *image, bool compressed)
{
    struct pieces *pieces = calloc(1, sizeof *pieces);
    assert_non_null(pieces);
    if (compressed)
        split_compressed(image, pieces);
    else
        split_plain(image, pieces);
    return pieces;
}

static inline void pieces_free(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) free(pieces->at[i].lines);
    free(pieces);
}

/* --- files without a name --- */

struct nameless {
    int file;
    char path[40];
};

static inline struct nameless nameless_open(void)
{
    struct nameless nameless = {.file = memfd_create("recording", MFD_CLOEXEC)};
    assert_true(nameless.file >= 0);
    snprintf(nameless.path, sizeof nameless.path, "/proc/self/fd/%d", nameless.file);
    return nameless;
}

static inline void nameless_set(const struct nameless *nameless, const char *bytes, size_t length)
{
    assert_int_equal(ftruncate(nameless->file, 0), 0);
    assert_int_equal(pwrite(nameless->file, bytes, length, 0), (ssize_t)length);
}

/* --- verdicts --- */

struct verdict {
    int64_t count;
    struct recording_fault faults[8]; /* the first of them */
};

static inline void verdict_add(void *context, const struct recording_fault *fault)
{
    struct verdict *verdict = context;
    if (verdict->count < 8) verdict->faults[verdict->count] = *fault;
    verdict->count++;
}

static inline struct verdict verify(const char *path)
{
    char error[REASON] = "";
    struct verdict verdict = {0};
    int64_t count = recording_verify(&path, 1, verdict_add, &verdict, NULL, error, sizeof error);
    if (count < 0) fail_msg("%s", error);
    assert_int_equal(count, verdict.count);
    return verdict;
}

#endif
