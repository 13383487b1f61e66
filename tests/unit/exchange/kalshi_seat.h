/* A client of Kalshi's pit without a network: says commands, keeps the frames it is sent, for tests. */
#ifndef BOOKTOP_TESTS_KALSHI_SEAT_H
#define BOOKTOP_TESTS_KALSHI_SEAT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/exchange/kalshi/pit.h"
#include "booktop/json/reader.h"

#define START_MS INT64_C(1795252000000)

/* Rows of the written roster. */
enum { SEAWALL, TIDE_LOW, TIDE_MID, TIDE_HIGH, TIDE_TOP, ORCHARD, SALT, FERRY, TIDE_INDEX, TRAM, ROSTER };

struct seat {
    struct pit *pit;
    struct pit_seat *seat;
    char *frames; /* each with its line feed */
    size_t length, capacity, read;
    bool cut, slow, refusing;
};

static inline bool seat_keep(void *context, struct text frame)
{
    struct seat *seat = context;
    if (seat->refusing) return false;
    if (seat->length + frame.length > seat->capacity) {
        seat->capacity = 2 * (seat->length + frame.length);
        seat->frames = realloc(seat->frames, seat->capacity);
        assert_non_null(seat->frames);
    }
    assert_int_equal(frame.at[frame.length - 1], '\n');
    memcpy(seat->frames + seat->length, frame.at, frame.length);
    seat->length += frame.length;
    return true;
}

static inline void seat_note_cut(void *context)
{
    struct seat *seat = context;
    seat->cut = true;
}

static inline bool seat_is_slow(void *context)
{
    struct seat *seat = context;
    return seat->slow;
}

static inline void seat_take(struct seat *seat, struct pit *pit)
{
    *seat = (struct seat){.pit = pit};
    seat->seat = pit_join(pit, &(struct pit_sink){seat_keep, seat_is_slow, seat_note_cut, seat});
    assert_non_null(seat->seat);
}

static inline void seat_leave(struct seat *seat)
{
    pit_leave(seat->seat);
    free(seat->frames);
}

/* A file of the test's own, gone when the pit was made. */
static inline void pit_begin(struct pit *pit, uint64_t seed, const char *plan)
{
    char path[] = "/tmp/booktop-fault-XXXXXX", error[160] = "";
    struct exchange_options options = {.seed = seed, .start_ms = START_MS};
    if (plan != NULL) {
        int descriptor = mkstemp(path);
        assert_true(descriptor >= 0);
        assert_int_equal(write(descriptor, plan, strlen(plan)), strlen(plan));
        close(descriptor);
        options.fault_file = path;
    }
    if (!pit_create(pit, &options, error, sizeof error)) fail_msg("%s", error);
    if (plan != NULL) unlink(path);
}

static inline void seat_say(struct seat *seat, const char *command)
{
    pit_instruct(seat->pit, seat->seat, text_from(command), START_MS);
}

/* The next frame that was not read yet, without its line feed; empty: there is none. It is strict JSON. */
static inline struct text seat_read(struct seat *seat)
{
    struct json_reader reader;
    if (seat->read == seat->length) return (struct text){0};
    const char *start = seat->frames + seat->read, *end = memchr(start, '\n', seat->length - seat->read);
    assert_non_null(end);
    struct text frame = {start, (size_t)(end - start)};
    seat->read += frame.length + 1;
    json_start(&reader, frame);
    if (!json_skip(&reader) || !json_finish(&reader)) fail_msg("%.*s", TEXT_ARGS(frame));
    return frame;
}

static inline bool frame_has(struct text frame, const char *part)
{
    return memmem(frame.at, frame.length, part, strlen(part)) != NULL;
}

/* The next frame is this, but for its sending time. */
static inline void seat_expect(struct seat *seat, const char *expected)
{
    struct text frame = seat_read(seat);
    static const char tail[] = ",\"sending_ts_ms\":";
    const char *end = memmem(frame.at, frame.length, tail, sizeof tail - 1);
    if (end == NULL || (size_t)(end - frame.at) != strlen(expected) ||
        memcmp(frame.at, expected, strlen(expected)) != 0)
        fail_msg("%.*s\nis not\n%s", TEXT_ARGS(frame), expected);
}

/* The next frame begins with this. */
static inline struct text seat_expect_start(struct seat *seat, const char *expected)
{
    struct text frame = seat_read(seat);
    if (!text_starts_with(frame, text_from(expected))) fail_msg("%.*s\nnot\n%s", TEXT_ARGS(frame), expected);
    return frame;
}

static inline void seat_expect_end(struct seat *seat)
{
    struct text frame = seat_read(seat);
    if (frame.length > 0) fail_msg("%.*s is too much", TEXT_ARGS(frame));
}

#endif
