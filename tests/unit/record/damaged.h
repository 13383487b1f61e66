/* A recording of some twenty blocks that is damaged, and what is read of it: whole blocks alone, each as it was
 * written.
 */
#ifndef BOOKTOP_TESTS_DAMAGED_H
#define BOOKTOP_TESTS_DAMAGED_H

#include "recordings.h"

struct subject {
    bool compressed;
    struct image image;
    struct pieces *pieces;
    struct nameless file;
    char *work; /* the image, to be changed */
    bool given[PIECES_MOST];
};

/* About 64 KiB in some twenty blocks. */
static inline int setup(struct subject *subject, bool compressed)
{
    struct plan plan = {.records = compressed ? 270 : 170, .payload = 300, .block_bytes = 4096, .round = 20};
    plan.compressed = compressed;
    *subject = (struct subject){.compressed = compressed, .image = make_image(&plan), .file = nameless_open()};
    subject->pieces = split(&subject->image, compressed);
    subject->work = malloc(subject->image.length * 2);
    assert_non_null(subject->work);
    assert_true(subject->image.length > 50000 && subject->image.length < 90000);
    return 0;
}

static inline void teardown(struct subject *subject)
{
    pieces_free(subject->pieces);
    close(subject->file.file);
    free(subject->image.bytes);
    free(subject->work);
}

static inline void restore(struct subject *subject)
{
    memcpy(subject->work, subject->image.bytes, subject->image.length);
}

/* The piece that has this byte; count: behind them all. */
static inline size_t piece_at(const struct pieces *pieces, size_t offset)
{
    size_t i = 0;
    while (i < pieces->count && offset >= pieces->at[i].offset + pieces->at[i].length) i++;
    return i;
}

/* Finds the piece, from `from` on, that begins with this line. */
static inline size_t find_piece(const struct pieces *pieces, size_t from, struct text line)
{
    for (size_t i = from; i < pieces->count; i++)
        if (strncmp(pieces->at[i].lines, line.at, line.length) == 0 && pieces->at[i].lines[line.length] == '\n')
            return i;
    fail_msg("a line that was never written: %.*s", TEXT_ARGS(line));
    return 0;
}

/* Reads it: whole pieces, in their order, each line as it was written; `given` says which. Faults stand where pieces
 * are missing, with the times around. Returns the faults. */
static inline unsigned read_pieces(struct subject *subject)
{
    char error[REASON];
    const char *path = subject->file.path;
    struct pieces *pieces = subject->pieces;
    memset(subject->given, 0, sizeof subject->given);
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) return 1;
    struct record record;
    struct recording_fault fault;
    size_t piece = SIZE_MAX, offset = 0;
    int64_t last = -1, expected = -2;
    unsigned faults = 0;
    for (enum recording_step step; (step = recording_next(recording, &record, &fault)) != RECORDING_AT_END;) {
        if (step == RECORDING_FAULT) {
            faults++;
            assert_int_equal(fault.from, last);
            if (expected != -2) assert_int_equal(fault.to, expected);
            expected = fault.to;
            assert_true(fault.damage > DAMAGE_NONE && fault.damage < DAMAGE_COUNT && fault.words[0] != '\0');
            continue;
        }
        if (expected != -2) assert_int_equal(record.stamp.mono, expected);
        expected = -2;
        if (record.kind == RECORD_HEADER && !subject->compressed) { /* proved by the block behind it, not by itself */
            subject->given[0] = true;
            last = record.stamp.mono;
            continue;
        }
        if (piece == SIZE_MAX || offset == pieces->at[piece].size) {
            piece = find_piece(pieces, piece == SIZE_MAX ? 0 : piece + 1, record.whole);
            offset = 0;
            subject->given[piece] = true;
        }
        const char *line = pieces->at[piece].lines + offset;
        assert_memory_equal(line, record.whole.at, record.whole.length);
        assert_int_equal(line[record.whole.length], '\n');
        offset += record.whole.length + 1;
        last = record.stamp.mono;
    }
    if (piece != SIZE_MAX) assert_int_equal(offset, pieces->at[piece].size);
    if (expected != -2) assert_int_equal(expected, -1);
    recording_close(recording);
    return faults;
}

#endif
