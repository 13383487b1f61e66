/* A recording that is read while it is written: it is no damaged one. */
#include "recordings.h"

#include <sys/file.h>

#define RECORDS 400

/* An archive that is being written, and its file. */
struct subject {
    char path[100];
    struct archive *archive;
    struct stamp stamp;
    unsigned count;
};

static void begin(struct subject *subject, bool compressed)
{
    char error[REASON];
    temporary_path(subject->path, sizeof subject->path, compressed ? ".obr.zst" : ".obr");
    subject->stamp = (struct stamp){.wall = INT64_C(1763712000000000000)};
    subject->count = 0;
    struct archive_options options = {
        .path = subject->path,
        .compressed = compressed,
        .block_bytes = 4096,
        .header = {.tool = "booktop 1.0.0", .boot = "b", .venues = {true, true}, .stamp = subject->stamp},
        .stamp = subject->stamp,
    };
    subject->archive = archive_create(&options, error, sizeof error);
    if (!subject->archive) fail_msg("%s", error);
}

static uint64_t last_number;

static void write_more(struct subject *subject)
{
    static const struct plan plan = {.payload = 100, .round = 100};
    struct json_writer line = {0};
    for (unsigned i = 0; i < RECORDS; i++) {
        bool round;
        subject->stamp.mono += NANOSECONDS_PER_MILLISECOND;
        subject->stamp.wall += NANOSECONDS_PER_MILLISECOND;
        made_line(&line, &plan, subject->count++, subject->stamp, &round);
        assert_true(archive_add(subject->archive, json_writer_text(&line), subject->stamp, round));
    }
    json_writer_free(&line);
}

static void end(struct subject *subject)
{
    char error[REASON];
    if (!archive_close(subject->archive, subject->stamp, error, sizeof error)) fail_msg("%s", error);
}

/* What verify says: the faults it tells of, and how many of them it counts. */
static int64_t look(const char *path, struct verdict *verdict)
{
    char error[REASON] = "";
    *verdict = (struct verdict){0};
    int64_t count = recording_verify(&path, 1, verdict_add, verdict, NULL, error, sizeof error);
    if (count < 0) fail_msg("%s", error);
    return count;
}

static struct recording_info survey(const char *path)
{
    char error[REASON];
    struct recording_info info;
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) fail_msg("%s", error);
    assert_true(recording_survey(recording, &info, NULL, NULL));
    recording_info_free(&info);
    recording_close(recording);
    return info;
}

static void assert_unfinished(const char *path)
{
    struct verdict verdict;
    assert_int_equal(look(path, &verdict), 0);
    assert_int_equal(verdict.count, 1);
    assert_int_equal(verdict.faults[0].damage, DAMAGE_OPEN);
    assert_true(verdict.faults[0].from > 0 && verdict.faults[0].to == -1);
    assert_non_null(strstr(verdict.faults[0].words, "still being recorded"));
    struct recording_info info = survey(path);
    assert_true(info.open && !info.closed);
    assert_int_equal(info.faults, 0);
    assert_true(info.records[RECORD_RECEIVED] > RECORDS / 2);
    assert_int_equal(info.length, verdict.faults[0].from);
}

/* All that can be given now. Returns how many frames, each the next one. */
static uint64_t read_on(struct recording *recording, uint64_t number, enum recording_damage ends)
{
    struct record record;
    struct recording_fault fault;
    enum recording_step step;
    uint64_t frames = 0;
    enum recording_damage damage = DAMAGE_NONE;
    while ((step = recording_next(recording, &record, &fault)) != RECORDING_AT_END) {
        if (step == RECORDING_FAULT) damage = fault.damage;
        if (step != RECORDING_RECORD || record.kind != RECORD_RECEIVED) continue;
        if (number + frames > 0) assert_true(record.number > last_number);
        last_number = record.number;
        frames++;
    }
    assert_int_equal(damage, ends);
    return frames;
}

/* Nothing twice, and nothing left out. */
static void what_comes_of_it_is_read_on(void **state)
{
    (void)state;
    for (unsigned compressed = 0; compressed < 2; compressed++) {
        struct subject subject;
        char error[REASON];
        begin(&subject, compressed);
        write_more(&subject);
        const char *path = subject.path;
        struct recording *recording = recording_open(&path, 1, error, sizeof error);
        assert_non_null(recording);
        assert_false(recording_continue(recording)); /* it was not read yet */
        uint64_t frames = read_on(recording, 0, DAMAGE_OPEN);
        assert_true(frames > 0);
        assert_false(recording_continue(recording)); /* nothing has come */
        for (unsigned i = 0; i < 3; i++) {
            write_more(&subject);
            assert_true(recording_continue(recording));
            frames += read_on(recording, frames, DAMAGE_OPEN);
        }
        assert_true(recording_seek(recording, subject.stamp.mono, NULL, NULL)); /* its rounds, too */
        read_on(recording, 0, DAMAGE_OPEN);
        end(&subject);
        assert_true(recording_continue(recording));
        frames += read_on(recording, frames, DAMAGE_NONE);
        struct recording_info info = survey(path);
        assert_true(info.closed);
        assert_int_equal(frames, info.records[RECORD_RECEIVED]);
        assert_false(recording_continue(recording));
        recording_close(recording);
        unlink(path);
    }
}

/* Ends a seek at so many blocks. */
struct patience {
    unsigned asked, most;
};

static bool is_patient(void *context)
{
    struct patience *patience = context;
    return ++patience->asked <= patience->most;
}

/* The blocks that it had to read for its map. */
static unsigned seek(struct recording *recording, int64_t m, unsigned most, bool arrives)
{
    struct patience patience = {.most = most};
    assert_int_equal(recording_seek(recording, m, is_patient, &patience), arrives);
    return patience.asked;
}

/* What a seek has read of it for its rounds is kept, when there is more of it, and when the seek was ended. */
static void a_seek_reads_what_is_new(void **state)
{
    (void)state;
    for (unsigned compressed = 0; compressed < 2; compressed++) {
        struct subject subject;
        char error[REASON];
        begin(&subject, compressed);
        write_more(&subject);
        const char *path = subject.path;
        struct recording *recording = recording_open(&path, 1, error, sizeof error);
        assert_non_null(recording);
        uint64_t frames = read_on(recording, 0, DAMAGE_OPEN);
        int64_t middle = subject.stamp.mono / 2;
        unsigned all = seek(recording, middle, UINT_MAX, true);
        assert_true(all > 5);
        uint64_t behind = read_on(recording, 0, DAMAGE_OPEN);
        assert_true(behind > 0 && behind < frames);
        assert_int_equal(seek(recording, 0, UINT_MAX, true), 0);
        read_on(recording, 0, DAMAGE_OPEN);
        write_more(&subject);
        assert_true(recording_continue(recording));
        read_on(recording, 0, DAMAGE_OPEN);
        int64_t late = subject.stamp.mono - 50 * NANOSECONDS_PER_MILLISECOND;
        assert_int_equal(seek(recording, late, 2, false), 3);
        unsigned rest = seek(recording, late, UINT_MAX, true);
        assert_true(rest > 0 && rest + 2 <= all + 1);
        uint64_t end_of_it = read_on(recording, 0, DAMAGE_OPEN);
        assert_true(end_of_it > 0 && end_of_it < behind);
        struct recording *fresh = recording_open(&path, 1, error, sizeof error);
        assert_non_null(fresh);
        assert_int_equal(recording_length(recording, NULL, NULL), recording_length(fresh, NULL, NULL));
        assert_true(recording_seek(fresh, late, NULL, NULL) && recording_seek(recording, middle, NULL, NULL));
        assert_int_equal(read_on(fresh, 0, DAMAGE_OPEN), end_of_it);
        assert_true(recording_seek(fresh, middle, NULL, NULL));
        assert_int_equal(read_on(recording, 0, DAMAGE_OPEN), read_on(fresh, 0, DAMAGE_OPEN));
        recording_close(fresh);
        assert_true(recording_is_written(recording));
        end(&subject);
        assert_false(recording_is_written(recording));
        assert_true(recording_continue(recording));
        recording_close(recording);
        unlink(path);
    }
}

/* And the writer goes on as if nobody had looked. */
static void its_end_so_far_is_no_damage(void **state)
{
    (void)state;
    for (unsigned compressed = 0; compressed < 2; compressed++) {
        struct subject subject;
        struct verdict verdict;
        begin(&subject, compressed);
        write_more(&subject);
        assert_unfinished(subject.path);
        write_more(&subject);
        assert_unfinished(subject.path);
        end(&subject);
        assert_int_equal(look(subject.path, &verdict), 0);
        assert_int_equal(verdict.count, 0);
        struct recording_info info = survey(subject.path);
        assert_true(info.closed && !info.open);
        unlink(subject.path);
    }
}

/* Cut within a block, or between two: whoever has it locked is still writing; else it is what a crash leaves. */
static void a_lock_tells_a_writer_from_a_crash(void **state)
{
    (void)state;
    for (unsigned compressed = 0; compressed < 2; compressed++) {
        struct subject subject;
        struct verdict verdict;
        begin(&subject, compressed);
        write_more(&subject);
        int writer = open(subject.path, O_WRONLY | O_CLOEXEC);
        assert_true(writer >= 0);
        off_t size = lseek(writer, 0, SEEK_END);
        end(&subject);
        for (unsigned cut = 0; cut < 100; cut += 33) {
            assert_int_equal(ftruncate(writer, size - cut), 0);
            assert_int_equal(look(subject.path, &verdict), 1);
            assert_int_equal(verdict.faults[0].damage, DAMAGE_TORN);
            assert_int_equal(flock(writer, LOCK_EX | LOCK_NB), 0);
            assert_unfinished(subject.path);
            assert_int_equal(flock(writer, LOCK_UN), 0);
        }
        close(writer);
        unlink(subject.path);
    }
}

/* What is damaged before the end is that, though more of it comes. */
static void damage_is_damage_all_the_same(void **state)
{
    (void)state;
    for (unsigned compressed = 0; compressed < 2; compressed++) {
        struct subject subject;
        struct verdict verdict;
        begin(&subject, compressed);
        write_more(&subject);
        int file = open(subject.path, O_RDWR | O_CLOEXEC);
        assert_true(file >= 0);
        off_t middle = lseek(file, 0, SEEK_END) / 2;
        assert_int_equal(pwrite(file, "xxxx", 4, middle), 4);
        assert_int_equal(look(subject.path, &verdict), 1);
        assert_int_equal(verdict.count, 2);
        assert_int_equal(verdict.faults[0].damage, DAMAGE_BLOCK);
        assert_int_equal(verdict.faults[1].damage, DAMAGE_OPEN);
        end(&subject);
        close(file);
        unlink(subject.path);
    }
}

static void what_there_is_can_be_saved(void **state)
{
    (void)state;
    struct subject subject;
    struct verdict verdict;
    struct recording_saved saved;
    char error[REASON], copy[100];
    begin(&subject, true);
    write_more(&subject);
    temporary_path(copy, sizeof copy, ".obr");
    if (!recording_repair(subject.path, copy, &saved, NULL, NULL, NULL, error, sizeof error)) fail_msg("%s", error);
    assert_true(saved.open);
    assert_int_equal(saved.faults + saved.lost_blocks, 0);
    assert_int_equal(look(copy, &verdict), 0);
    assert_int_equal(verdict.count, 0);
    assert_int_equal(survey(copy).events[RECORD_DROPPED], 0);
    end(&subject);
    unlink(subject.path);
    unlink(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_end_so_far_is_no_damage),   cmocka_unit_test(what_comes_of_it_is_read_on),
        cmocka_unit_test(a_seek_reads_what_is_new),      cmocka_unit_test(a_lock_tells_a_writer_from_a_crash),
        cmocka_unit_test(damage_is_damage_all_the_same), cmocka_unit_test(what_there_is_can_be_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
