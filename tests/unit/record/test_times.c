/* Times that are read from where the header was, and times that cannot be. */
#include "recordings.h"

#define WALL INT64_C(1763712000000000000)

/* A plain recording of these lines. */
static void write_lines(const char *path, const struct record_header *header, const char *const *lines, size_t count)
{
    char error[REASON];
    struct stamp stamp = {0, WALL};
    struct archive_options options = {.path = path, .header = *header, .stamp = stamp};
    struct archive *archive = archive_create(&options, error, sizeof error);
    if (!archive) fail_msg("%s", error);
    for (size_t i = 0; i < count; i++) assert_true(archive_add(archive, text_from(lines[i]), stamp, false));
    assert_true(archive_close(archive, stamp, error, sizeof error));
}

static struct recording *open_path(const char *path)
{
    char error[REASON] = "";
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) fail_msg("%s", error);
    return recording;
}

static void a_lost_header_leaves_the_time_of_day(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct plan plan = {.compressed = compressed, .records = 300, .payload = 120, .block_bytes = 4096, .round = 50};
        struct image image = make_image(&plan);
        struct nameless file = nameless_open();
        image.bytes[compressed ? 40 : 3] ^= 4;
        nameless_set(&file, image.bytes, image.length);
        struct recording *recording = open_path(file.path);
        const struct record_header *header = recording_header(recording);
        assert_true(header->lost);
        assert_int_equal(header->stamp.wall, WALL); /* m 0, though the first record stands later */
        recording_close(recording);

        char repaired[100], error[REASON];
        struct recording_saved saved;
        temporary_path(repaired, sizeof repaired, ".obr.zst");
        assert_true(recording_repair(file.path, repaired, &saved, NULL, NULL, NULL, error, sizeof error));
        recording = open_path(repaired);
        assert_false(recording_header(recording)->lost);
        assert_int_equal(recording_header(recording)->stamp.wall, WALL);
        recording_close(recording);
        unlink(repaired);
        close(file.file);
        free(image.bytes);
    }
}

/* A line whose time is beyond all bounds is told and left out; nothing is measured by it. */
static void forged_times(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{\"k\":\"key\",\"t\":9223372036854775807,\"m\":5,\"round\":1}",
        "{\"k\":\"key\",\"t\":1763712000000000007,\"m\":9223372036854775807,\"round\":2}",
        "{\"k\":\"key\",\"t\":1763712000000000008,\"m\":8,\"round\":3}",
        "{\"k\":\"key\",\"t\":-9223372036854775808,\"m\":-9223372036854775808,\"round\":4}",
        "{\"k\":\"key\",\"t\":1763712000000000009,\"m\":9,\"round\":5}",
    };
    char path[100];
    const struct record_header header = {.tool = "t", .boot = "b", .stamp = {.wall = WALL}};
    temporary_path(path, sizeof path, ".obr");
    write_lines(path, &header, lines, sizeof lines / sizeof *lines);
    struct verdict verdict = verify(path);
    assert_int_equal(verdict.count, 2); /* two beside each other are one */
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(verdict.faults[i].damage, DAMAGE_LINE);
        assert_non_null(strstr(verdict.faults[i].words, "its time is beyond all bounds"));
    }
    struct recording *recording = open_path(path);
    struct recording_info info;
    assert_true(recording_survey(recording, &info, NULL, NULL));
    assert_int_equal(info.length, 9);
    recording_info_free(&info);
    int64_t length = recording_length(recording, NULL, NULL);
    assert_in_range(length, 0, 9);
    assert_true(recording_seek(recording, INT64_MAX, NULL, NULL));
    assert_true(recording_seek(recording, 0, NULL, NULL));
    recording_close(recording);
    unlink(path);
}

/* So is a header's; the first record says then when it began. */
static void a_forged_begin(void **state)
{
    (void)state;
    static const char *const lines[] = {"{\"k\":\"key\",\"t\":1763712000000000008,\"m\":8,\"round\":3}"};
    char path[100];
    const struct record_header header = {.tool = "t", .boot = "b", .stamp = {.wall = INT64_MAX}};
    temporary_path(path, sizeof path, ".obr");
    write_lines(path, &header, lines, 1);
    struct recording *recording = open_path(path);
    assert_int_equal(recording_header(recording)->stamp.wall, WALL);
    struct verdict verdict = verify(path);
    assert_int_equal(verdict.count, 1);
    assert_non_null(strstr(verdict.faults[0].words, "its time is beyond all bounds"));
    recording_close(recording);
    unlink(path);
}

/* Within a second that is nothing: two threads read the clock. */
static void time_that_goes_back(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{\"k\":\"key\",\"t\":1763712005000000000,\"m\":5000000000,\"round\":1}",
        "{\"k\":\"key\",\"t\":1763712004500000000,\"m\":4500000000,\"round\":2}",
        "{\"k\":\"of another version\"}",
        "{\"k\":\"key\",\"t\":1763712007250000000,\"m\":7250000000,\"round\":3}",
        "{\"k\":\"key\",\"t\":1763712004000000000,\"m\":4000000000,\"round\":4}",
        "{\"k\":\"key\",\"t\":1763712004100000000,\"m\":4100000000,\"round\":5}",
    };
    char path[100];
    const struct record_header header = {.tool = "t", .boot = "b", .stamp = {.wall = WALL}};
    temporary_path(path, sizeof path, ".obr");
    write_lines(path, &header, lines, sizeof lines / sizeof *lines);
    struct recording *recording = open_path(path);
    struct record record;
    struct recording_fault fault;
    unsigned rounds = 0, faults = 0;
    while (rounds < 5) { /* the end's own time is made up here */
        enum recording_step step = recording_next(recording, &record, &fault);
        assert_int_not_equal(step, RECORDING_AT_END);
        if (step == RECORDING_RECORD) {
            rounds += record.kind == RECORD_ROUND;
            continue;
        }
        faults++;
        assert_int_equal(rounds, 3); /* before the line, which is given all the same */
        assert_int_equal(fault.damage, DAMAGE_LINE);
        assert_non_null(strstr(fault.words, "time goes back by 3.250 s at line 5 "));
    }
    assert_int_equal(faults, 1);
    recording_close(recording);
    unlink(path);
}

/* Kinds of a later version need not have a time: they are no reason to doubt that of others, nor to trust it. */
static void kinds_without_a_time(void **state)
{
    (void)state;
    static const char *const lines[] = {"{\"k\":\"key\",\"t\":5,\"m\":5000000000,\"round\":1}",
                                        "{\"k\":\"later\"}",
                                        "no JSON",
                                        "{\"k\":\"key\",\"t\":6,\"m\":6000000000,\"round\":1,\"done\":true}",
                                        "{\"k\":\"later\",\"m\":9}",
                                        "{\"k\":\"key\",\"t\":1,\"m\":1000000000,\"round\":2}"};
    const struct record_header header = {.tool = "t", .boot = "b"};
    char path[100], repaired[100], error[REASON];
    temporary_path(path, sizeof path, ".obr");
    temporary_path(repaired, sizeof repaired, ".obr");
    write_lines(path, &header, lines, sizeof lines / sizeof *lines);
    struct verdict verdict = verify(path);
    assert_int_equal(verdict.faults[0].from, INT64_C(5000000000));
    assert_int_equal(verdict.faults[1].from, INT64_C(6000000000));
    assert_non_null(strstr(verdict.faults[1].words, "time goes back by 5.000 s"));
    struct recording_saved saved;
    assert_true(recording_repair(path, repaired, &saved, NULL, NULL, NULL, error, sizeof error));
    assert_int_equal(saved.records, 5);
    assert_int_equal(saved.from, INT64_C(1000000000));
    assert_int_equal(saved.to, INT64_C(6000000000));
    unlink(path);
    unlink(repaired);
}

/* The length of what there was before is not the session's. */
static void a_length_that_cannot_be_read(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct plan plan = {.compressed = compressed, .records = 300, .payload = 120, .block_bytes = 4096, .round = 50};
        struct image images[2];
        struct nameless files[2];
        for (unsigned i = 0; i < 2; i++) {
            images[i] = make_image(&plan);
            files[i] = nameless_open();
            nameless_set(&files[i], images[i].bytes, images[i].length);
            plan.sequence++;
            plan.start = images[i].end;
        }
        const char *const paths[] = {files[0].path, files[1].path};
        char error[REASON];
        struct recording *recording = recording_open(paths, 2, error, sizeof error);
        if (!recording) fail_msg("%s", error);
        assert_int_equal(ftruncate(files[1].file, 3000), 0);
        assert_int_equal(recording_length(recording, NULL, NULL), -1);
        recording_close(recording);
        for (unsigned i = 0; i < 2; i++) {
            close(files[i].file);
            free(images[i].bytes);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_header_leaves_the_time_of_day),
        cmocka_unit_test(forged_times),
        cmocka_unit_test(a_forged_begin),
        cmocka_unit_test(time_that_goes_back),
        cmocka_unit_test(kinds_without_a_time),
        cmocka_unit_test(a_length_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
