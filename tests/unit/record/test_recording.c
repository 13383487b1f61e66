/* Recordings that are whole: reading, sessions, seeking, lengths, the survey. */
#include <sys/stat.h>

#include "recordings.h"

static const struct plan small = {.records = 400, .payload = 100, .block_bytes = 4096, .round = 60};

static struct plan encoded(struct plan plan, bool compressed)
{
    plan.compressed = compressed;
    return plan;
}

/* Reads all that is left; every line has to be the next one of the pieces. Returns the records. */
static unsigned read_on(struct recording *recording, const struct pieces *pieces, size_t piece, size_t offset)
{
    struct record record;
    struct recording_fault fault;
    unsigned count = 0;
    enum recording_step step;
    while ((step = recording_next(recording, &record, &fault)) == RECORDING_RECORD) {
        if (offset == pieces->at[piece].size) {
            piece++;
            offset = 0;
        }
        const char *line = pieces->at[piece].lines + offset;
        assert_int_equal(strcspn(line, "\n"), record.whole.length);
        assert_memory_equal(line, record.whole.at, record.whole.length);
        assert_int_equal(line_m(line), record.stamp.mono);
        offset += record.whole.length + 1;
        count++;
    }
    if (step == RECORDING_FAULT) fail_msg("%s", fault.words);
    assert_int_equal(piece, pieces->count - 1);
    assert_int_equal(offset, pieces->at[piece].size);
    return count;
}

static struct recording *open_one(const char *path)
{
    char error[REASON];
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) fail_msg("%s", error);
    return recording;
}

static void test_reading(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct plan plan = encoded(small, compressed);
        struct image image = make_image(&plan);
        struct pieces *pieces = split(&image, compressed);
        struct nameless file = nameless_open();
        nameless_set(&file, image.bytes, image.length);
        assert_true(pieces->count > 8);
        struct recording *recording = open_one(file.path);
        assert_int_equal(read_on(recording, pieces, 0, 0), 402);
        assert_int_equal(recording_length(recording, NULL, NULL), image.end);
        assert_int_equal(verify(file.path).count, 0);
        recording_close(recording);
        close(file.file);
        pieces_free(pieces);
        free(image.bytes);
    }
}

/* The block that a seek to m has to find: the last that holds a round and begins at or before it. */
static size_t wanted_piece(const struct pieces *pieces, int64_t m)
{
    size_t wanted = 0;
    for (size_t i = 1; i < pieces->count; i++) {
        const char *key = strstr(pieces->at[i].lines, "{\"k\":\"key\"");
        while (key && strstr(key, "\"done\"") && strstr(key, "\"done\"") < strchr(key, '\n'))
            key = strstr(key + 1, "{\"k\":\"key\"");
        if (key && pieces->at[i].first <= m) wanted = i;
    }
    return wanted;
}

static void seek_everywhere(const struct image *image, bool compressed)
{
    struct pieces *pieces = split(image, compressed);
    struct nameless file = nameless_open();
    nameless_set(&file, image->bytes, image->length);
    struct recording *recording = open_one(file.path);
    for (int64_t m = image->end + 5; m > -3; m -= 13 * NANOSECONDS_PER_MILLISECOND) {
        assert_true(recording_seek(recording, m, NULL, NULL));
        struct record record;
        struct recording_fault fault;
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        const struct piece *piece = &pieces->at[wanted_piece(pieces, m)];
        assert_int_equal(record.stamp.mono, piece->first);
        read_on(recording, pieces, (size_t)(piece - pieces->at), record.whole.length + 1);
    }
    recording_close(recording);
    close(file.file);
    pieces_free(pieces);
}

static void test_seeking(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct plan plan = encoded(small, compressed);
        struct image image = make_image(&plan);
        seek_everywhere(&image, compressed);
        free(image.bytes);
    }
}

/* An index that names wrong places is not believed. */
static void test_seeking_with_a_wrong_index(void **state)
{
    (void)state;
    struct plan plan = encoded(small, true);
    struct image image = make_image(&plan);
    struct pieces *pieces = split(&image, true);
    size_t entries = pieces->behind + 8;
    for (size_t i = 1; i + 1 < pieces->count; i++) {
        image.bytes[entries + i * 48 + 0] = (char)(image.bytes[entries + i * 48 + 0] ^ 1);   /* offsets */
        image.bytes[entries + i * 48 + 16] = (char)(image.bytes[entries + i * 48 + 16] ^ 2); /* times */
    }
    pieces_free(pieces);
    seek_everywhere(&image, true);
    free(image.bytes);
}

/* Three files of one session, given in any order, of either encoding. */
static void test_sessions(void **state)
{
    (void)state;
    struct nameless files[3];
    struct image images[3];
    char hash[RECORD_HASH_SIZE] = "";
    int64_t start = 0;
    for (unsigned i = 0; i < 3; i++) {
        struct plan plan = encoded(small, i != 1);
        plan.sequence = i;
        plan.previous = i > 0 ? hash : NULL;
        plan.start = start;
        images[i] = make_image(&plan);
        start = images[i].end;
        files[i] = nameless_open();
        nameless_set(&files[i], images[i].bytes, images[i].length);
        struct pieces *pieces = split(&images[i], i != 1);
        static char content[1 << 20];
        const struct piece *last = &pieces->at[pieces->count - 1];
        const char *from = images[i].bytes + last->offset;
        size_t size = last->length;
        if (i != 1) {
            size = ZSTD_decompress(content, sizeof content, from, last->length);
            from = content;
        }
        snprintf(hash, sizeof hash, "%.64s", from + size - 67); /* …"}\n */
        pieces_free(pieces);
    }
    const unsigned orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
    for (size_t o = 0; o < 3; o++) {
        const char *paths[3];
        char error[REASON];
        for (size_t i = 0; i < 3; i++) paths[i] = files[orders[o][i]].path;
        struct recording *recording = recording_open(paths, 3, error, sizeof error);
        assert_non_null(recording);
        struct record record;
        struct recording_fault fault;
        int64_t m = 0;
        unsigned count = 0, headers = 0;
        while (recording_next(recording, &record, &fault) == RECORDING_RECORD) {
            assert_true(record.stamp.mono >= m);
            m = record.stamp.mono;
            headers += record.kind == RECORD_HEADER;
            count++;
        }
        assert_int_equal(count, 3 * 402);
        assert_int_equal(headers, 3);
        assert_int_equal(recording_length(recording, NULL, NULL), images[2].end);
        assert_true(recording_seek(recording, images[0].end + 200 * NANOSECONDS_PER_MILLISECOND, NULL, NULL));
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        assert_true(record.stamp.mono > images[0].end &&
                    record.stamp.mono <= images[0].end + 200 * NANOSECONDS_PER_MILLISECOND);
        recording_close(recording);
        assert_int_equal(recording_verify(paths, 3, NULL, NULL, NULL, error, sizeof error), 0);
        /* One missing in the middle. */
        const char *torn[2] = {files[2].path, files[0].path};
        struct verdict verdict = {0};
        assert_int_equal(recording_verify(torn, 2, verdict_add, &verdict, NULL, error, sizeof error), 1);
        assert_int_equal(verdict.faults[0].damage, DAMAGE_SESSION);
        assert_int_equal(verdict.faults[0].file, 0);
    }
    for (unsigned i = 0; i < 3; i++) {
        close(files[i].file);
        free(images[i].bytes);
    }
}

/* What is written so far can be read: its whole blocks, and that there is no end yet. */
static void test_unclosed(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct plan plan = encoded(small, compressed);
        plan.unclosed = true;
        struct image image = make_image(&plan);
        struct pieces *pieces = split(&image, compressed);
        struct nameless file = nameless_open();
        nameless_set(&file, image.bytes, image.length);
        struct recording *recording = open_one(file.path);
        struct record record;
        struct recording_fault fault;
        enum recording_step step;
        int64_t last = 0;
        while ((step = recording_next(recording, &record, &fault)) == RECORDING_RECORD) last = record.stamp.mono;
        assert_int_equal(last, pieces->at[pieces->count - 1].last);
        assert_int_equal(step, RECORDING_FAULT);
        assert_int_equal(fault.damage, DAMAGE_TORN);
        assert_int_equal(fault.from, last);
        assert_int_equal(fault.to, -1);
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_AT_END);
        assert_int_equal(recording_length(recording, NULL, NULL), last);
        recording_close(recording);
        pieces_free(pieces);
        close(file.file);
        free(image.bytes);
    }
}

/* A file that is cut while it is read is not believed any more, what was read of it is: it may be about to be written
 * anew. */
static void test_cut_while_it_is_read(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct plan plan = {.compressed = compressed, .records = 9000, .payload = 400, .round = 100};
        struct image image = make_image(&plan);
        struct nameless file = nameless_open();
        nameless_set(&file, image.bytes, image.length);
        struct recording *recording = open_one(file.path);
        struct record record;
        struct recording_fault fault;
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        assert_int_equal(ftruncate(file.file, (off_t)image.length / 2), 0);
        enum recording_step step;
        while ((step = recording_next(recording, &record, &fault)) == RECORDING_RECORD) continue;
        assert_int_equal(step, RECORDING_FAULT);
        assert_int_equal(fault.damage, DAMAGE_BLOCK);
        assert_non_null(strstr(fault.words, "cut or written over"));
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_AT_END);
        assert_int_equal(recording_length(recording, NULL, NULL), -1);
        char why[RECORDING_REASON] = "";
        assert_true(recording_failed(recording, why, sizeof why));
        assert_non_null(strstr(why, "cut or written over"));
        assert_false(recording_seek(recording, image.end, NULL, NULL));
        recording_close(recording);
        close(file.file);
        free(image.bytes);
    }
}

/* Another recording in its place, of the same size or longer, gives no record either. */
static void test_written_over_while_it_is_read(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        struct plan plan = {.compressed = way % 2, .records = 9000, .payload = 400, .round = 100};
        struct plan longer = {.compressed = way % 2, .records = 9900, .payload = 400, .round = 90};
        struct image image = make_image(&plan), other = make_image(way < 2 ? &longer : &plan);
        for (size_t at = 1 << 20; way >= 2 && at < other.length; at += 2048) other.bytes[at] ^= 1;
        struct nameless file = nameless_open();
        const struct timespec before[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
        nameless_set(&file, image.bytes, image.length);
        assert_int_equal(futimens(file.file, before), 0);
        struct recording *recording = open_one(file.path);
        struct record record;
        struct recording_fault fault;
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        nameless_set(&file, other.bytes, other.length);
        enum recording_step step;
        unsigned given = 0;
        while ((step = recording_next(recording, &record, &fault)) == RECORDING_RECORD) given++;
        assert_int_equal(step, RECORDING_FAULT);
        assert_non_null(strstr(fault.words, "cut or written over"));
        assert_true(given < 4000); /* what was read before */
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_AT_END);
        assert_false(recording_seek(recording, 0, NULL, NULL));
        recording_close(recording);
        close(file.file);
        free(image.bytes);
        free(other.bytes);
    }
}

/* A `touch` changes nothing that is read. */
static void test_touched_while_it_is_read(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) { /* one that was closed, and one that was not */
        struct plan plan = {.compressed = way % 2, .records = 9000, .payload = 400, .round = 100, .unclosed = way > 1};
        struct image image = make_image(&plan);
        struct nameless file = nameless_open();
        const struct timespec before[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
        nameless_set(&file, image.bytes, image.length);
        assert_int_equal(futimens(file.file, before), 0);
        struct recording *recording = open_one(file.path);
        struct record record;
        struct recording_fault fault;
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        assert_int_equal(futimens(file.file, NULL), 0);
        enum recording_step step;
        unsigned given = 1;
        while ((step = recording_next(recording, &record, &fault)) == RECORDING_RECORD) given++;
        assert_int_equal(step, way > 1 ? RECORDING_FAULT : RECORDING_AT_END);
        if (way > 1) assert_int_equal(fault.damage, DAMAGE_TORN);
        assert_true(way > 1 || given == 9002); /* with header and end */
        assert_true(recording_seek(recording, 0, NULL, NULL));
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        recording_close(recording);
        close(file.file);
        free(image.bytes);
    }
}

static bool count_calls(void *context, unsigned thousandths)
{
    assert_true(thousandths <= 1000);
    ++*(unsigned *)context;
    return *(unsigned *)context < 3;
}

static void test_survey(void **state)
{
    (void)state;
    struct plan plan = encoded(small, true);
    struct image image = make_image(&plan);
    struct nameless file = nameless_open();
    nameless_set(&file, image.bytes, image.length);
    struct recording *recording = open_one(file.path);
    struct record record;
    struct recording_fault fault;
    struct recording_info info;
    assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
    assert_true(recording_survey(recording, &info, NULL, NULL));
    assert_string_equal(info.header.tool, "booktop 1.0.0");
    assert_int_equal(info.length, image.end);
    assert_int_equal(info.began, INT64_C(1763712000000000000));
    assert_int_equal(info.rounds, 7);
    assert_int_equal(info.records[RECORD_SNAP], 7);
    assert_int_equal(info.records[RECORD_HEADER], 1);
    assert_int_equal(info.records[RECORD_END], 1);
    assert_int_equal(info.events[RECORD_MARK], 8);
    assert_int_equal(info.frames[VENUE_POLYMARKET], 400 - 21 - 8);
    assert_int_equal(info.stored, image.length);
    assert_true(info.bytes > 400 * 100 && info.closed && info.files == 1 && info.faults == 0);
    assert_int_equal(info.landmark_count, 8);
    assert_int_equal(info.landmarks[0].m, 50 * NANOSECONDS_PER_MILLISECOND);
    assert_int_equal(info.landmarks[0].kind, LANDMARK_MARK);
    assert_string_equal(info.landmarks[0].words, "look here");
    recording_info_free(&info);
    /* The place in it was kept. */
    assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
    assert_int_equal(record.stamp.mono, NANOSECONDS_PER_MILLISECOND);
    recording_close(recording);
    close(file.file);
    free(image.bytes);
}

static bool tell_once(void *context)
{
    return ++*(unsigned *)context < 2;
}

/* What has to be read whole can be ended; nothing has changed then. */
static void test_seeking_ends_when_told(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct plan plan = encoded(small, i % 2 > 0);
        plan.unclosed = i > 1;
        struct image image = make_image(&plan);
        struct nameless file = nameless_open();
        nameless_set(&file, image.bytes, image.length);
        struct recording *recording = open_one(file.path);
        struct record record;
        struct recording_fault fault;
        unsigned calls = 0;
        bool indexed = plan.compressed && !plan.unclosed;
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        assert_int_equal(recording_length(recording, tell_once, &calls), indexed ? image.end : -1);
        assert_false(recording_failed(recording, NULL, 0)); /* it was only ended */
        assert_int_equal(calls, indexed ? 0 : 2);
        calls = 0;
        assert_int_equal(recording_seek(recording, image.end / 2, tell_once, &calls), indexed);
        assert_int_equal(calls, indexed ? 0 : 2);
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        if (!indexed) assert_int_equal(record.stamp.mono, NANOSECONDS_PER_MILLISECOND);
        assert_true(recording_seek(recording, image.end / 2, NULL, NULL));
        assert_int_equal(recording_next(recording, &record, &fault), RECORDING_RECORD);
        assert_true(record.stamp.mono > NANOSECONDS_PER_MILLISECOND && record.stamp.mono <= image.end / 2);
        recording_close(recording);
        close(file.file);
        free(image.bytes);
    }
}

/* More connections were lost than anybody can look at: the user's marks are there all the same. */
static void test_landmarks_without_end(void **state)
{
    (void)state;
    char path[100], error[REASON];
    temporary_path(path, sizeof path, ".obr.zst");
    struct stamp stamp = {0, INT64_C(1763712000000000000)};
    struct archive_options options = {.path = path, .compressed = true, .block_time = INT64_MAX / 8, .stamp = stamp};
    options.header = (struct record_header){.tool = "t", .boot = "b", .stamp = stamp};
    struct archive *archive = archive_create(&options, error, sizeof error);
    if (!archive) fail_msg("%s", error);
    struct json_writer line = {0};
    for (unsigned i = 0; i < 5 * RECORDING_LANDMARKS; i++) {
        bool mark = i % RECORDING_LANDMARKS == 7;
        struct record_happening happening = {.event = mark ? RECORD_MARK : RECORD_LOST, .why = TEXT("x")};
        happening.amount = mark ? 5 : 0; /* of the moment of five before, whose note was typed meanwhile */
        stamp.mono += 2;
        json_writer_reset(&line);
        assert_true(record_write_event(&line, stamp, 0, &happening));
        assert_true(archive_add(archive, json_writer_text(&line), stamp, false));
    }
    json_writer_free(&line);
    assert_true(archive_close(archive, stamp, error, sizeof error));
    struct recording *recording = open_one(path);
    struct recording_info info;
    assert_true(recording_survey(recording, &info, NULL, NULL));
    unsigned marks = 0;
    for (size_t i = 0; i < info.landmark_count; i++) {
        bool mark = info.landmarks[i].kind == LANDMARK_MARK;
        marks += mark;
        assert_int_equal(info.landmarks[i].m % 2, mark);
        if (i > 0) assert_true(info.landmarks[i - 1].m < info.landmarks[i].m);
    }
    assert_int_equal(marks, 5);
    assert_true(info.landmark_count > RECORDING_LANDMARKS / 4 && info.landmark_count <= RECORDING_LANDMARKS);
    assert_int_equal(info.events[RECORD_LOST], 5 * RECORDING_LANDMARKS - 5);
    recording_info_free(&info);
    recording_close(recording);
    unlink(path);
}

static void test_survey_ends_when_told(void **state)
{
    (void)state;
    struct plan plan = {.records = 20000, .payload = 10, .compressed = true};
    struct image image = make_image(&plan);
    struct nameless file = nameless_open();
    nameless_set(&file, image.bytes, image.length);
    struct recording *recording = open_one(file.path);
    struct recording_info info;
    unsigned calls = 0;
    assert_false(recording_survey(recording, &info, count_calls, &calls));
    assert_int_equal(calls, 3);
    recording_close(recording);
    close(file.file);
    free(image.bytes);
}

static void refuse(const char *path, const char *why)
{
    char error[REASON] = "";
    assert_null(recording_open(&path, 1, error, sizeof error));
    if (!strstr(error, why) || !strstr(error, path)) fail_msg("\"%s\" does not say \"%s\"", error, why);
}

static void test_refusals(void **state)
{
    (void)state;
    char error[REASON];
    refuse("/nowhere/at-all.obr", "No such file");
    refuse("/dev/null", "not a file");
    refuse("/tmp", "not a file");
    struct nameless file = nameless_open();
    refuse(file.path, "empty");
    nameless_set(&file, "hello, world\n", 13);
    refuse(file.path, "not a recording");
    assert_null(recording_open(NULL, 0, error, sizeof error));
    assert_int_equal(verify(file.path).count, 1);
    const char *nowhere = "/nowhere/at-all.obr";
    assert_int_equal(recording_verify(&nowhere, 1, NULL, NULL, NULL, error, sizeof error), -1);
    assert_non_null(strstr(error, "No such file"));
    close(file.file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_seeking),
        cmocka_unit_test(test_seeking_with_a_wrong_index),
        cmocka_unit_test(test_sessions),
        cmocka_unit_test(test_unclosed),
        cmocka_unit_test(test_cut_while_it_is_read),
        cmocka_unit_test(test_touched_while_it_is_read),
        cmocka_unit_test(test_written_over_while_it_is_read),
        cmocka_unit_test(test_survey),
        cmocka_unit_test(test_seeking_ends_when_told),
        cmocka_unit_test(test_landmarks_without_end),
        cmocka_unit_test(test_survey_ends_when_told),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
