/* Archives on disks of all sorts: failing, full, taken away, not ours. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sys/file.h>
#include <sys/stat.h>

#include "archive_rig.h"

/* A session in which the n-th call fails. True: it went to its end without that. */
static bool session(unsigned n, int number, bool for_good)
{
    setup(NULL);
    disk.fail_at = n;
    disk.error = number;
    disk.for_good = for_good;
    path_set(path[strlen(path) - 1] == 't' ? names[1] : names[0]);
    struct archive *archive = create();
    bool good = archive != NULL;
    uint64_t kept = UINT64_MAX;
    for (unsigned i = 0; good && i < 200; i++) {
        good = add(archive, i, i == 10) && (i % 20 != 0 || archive_advance(archive, at((int64_t)i * SECOND)));
        if (!good) {
            kept = archive_counts(archive).records;
            assert_non_null(archive_error(archive));
            assert_false(add(archive, i, false)); /* for good */
            assert_int_equal(archive_deadline(archive), TIME_NEVER);
        }
    }
    bool created = archive != NULL;
    if (archive && !archive_close(archive, at(201 * SECOND), error, sizeof error)) good = false;
    assert_int_equal(good, error[0] == '\0');
    if (!created) {
        assert_true(strncmp(error, path, strlen(path)) == 0); /* names the file */
        assert_int_equal(access(path, F_OK), -1);             /* and leaves none */
        return false;
    }
    /* Whole blocks, where the torn one could be cut off. */
    if (strstr(error, "torn")) return !disk.failed;
    struct recorded recorded = recorded_check(path, NULL, NULL);
    if (good) assert_true(recorded.ended);
    if (kept != UINT64_MAX) assert_int_equal(recorded.records, kept);
    recorded_free(&recorded);
    return !disk.failed;
}

static void every_call_may_fail_once(void **state)
{
    (void)state;
    static const int errors[] = {ENOSPC, EIO, EDQUOT, EINTR, 0};
    for (unsigned i = 0; i < 2; i++)
        for (unsigned j = 0; j < sizeof errors / sizeof *errors; j++)
            for (unsigned for_good = 0; for_good < 2; for_good++) {
                bool harmless = errors[j] == EINTR || errors[j] == 0;
                if (for_good && errors[j] == EINTR) continue; /* it would go on for ever */
                unsigned n = 1, refused = 0;
                path_set(names[i]);
                while (!session(n, errors[j], for_good)) {
                    refused += error[0] != '\0';
                    n++;
                }
                print_message("%s: %u calls, each failed %s with %s: %u ended it\n", names[i], n - 1,
                              for_good ? "with all behind it" : "once", errors[j] ? strerrorname_np(errors[j]) : "half",
                              refused);
                assert_true(n > 30);
                if (harmless) assert_int_equal(refused, 0);
                if (!harmless) assert_true(refused > n / 3);
            }
}

/* What a full disk does: it takes a part. */
static void a_torn_block_is_cut_off(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        path_set(names[i]);
        struct archive *archive = create();
        unsigned n = 0;
        while (n < 100) assert_true(add(archive, n++, false));
        struct archive_counts counts = archive_counts(archive);
        disk.fail_at = disk.calls + 1;
        disk.full = true;
        while (add(archive, n, false)) n++;
        assert_true(disk.failed);
        assert_string_equal(archive_error(archive), "no space left on the disk");
        struct recorded recorded = recorded_check(path, NULL, NULL); /* at once: as a crash would leave it */
        assert_int_equal(recorded.size, counts.stored);
        recorded_free(&recorded);
        assert_false(archive_close(archive, at(SECOND), error, sizeof error));
        recorded = recorded_check(path, NULL, NULL);
        recorded_free(&recorded);
        setup(NULL);
    }
}

static void a_reserve_is_left_free(void **state)
{
    (void)state;
    path_set(names[1]);
    struct archive *archive = create();
    for (unsigned n = 0; n < 40; n++) assert_true(add(archive, n, false));
    unsigned writes = disk.writes;
    disk.space = (INT64_C(64) << 20) - 1;
    unsigned n = 40;
    while (add(archive, n, false)) n++;
    assert_int_equal(disk.writes, writes + 1); /* the block at whose end it is seen, */
    assert_string_equal(archive_error(archive), "disk full: 63.9 MiB free, 64 MiB kept free");
    assert_false(archive_advance(archive, at(SECOND)));
    assert_int_equal(archive_deadline(archive), TIME_NEVER);
    assert_int_equal(archive_counts(archive).records, n);
    assert_true(archive_close(archive, at(SECOND), error, sizeof error)); /* and behind it the end */
    struct recorded recorded = recorded_check(path, NULL, NULL);
    assert_int_equal(recorded.records, n + 1);
    assert_true(recorded.ended);
    recorded_free(&recorded);

    path_set("b.obr");
    assert_null(create());
    assert_non_null(strstr(error, "disk full"));
    assert_int_equal(access(path, F_OK), -1);
}

static void a_file_that_was_removed_is_noticed(void **state)
{
    (void)state;
    path_set(names[0]);
    struct archive *archive = create();
    assert_true(add(archive, 0, false));
    assert_int_equal(unlink(path), 0);
    assert_true(archive_advance(archive, at(SECOND)));
    assert_false(archive_advance(archive, at(7 * SECOND)));
    assert_string_equal(archive_error(archive), "the file was removed while it was written");
    assert_false(archive_close(archive, at(8 * SECOND), error, sizeof error));
}

/* Two blocks behind the header, on the disk. Returns the size of the file. */
static uint64_t fill_blocks(struct archive *archive)
{
    unsigned n = 0;
    while (archive_counts(archive).blocks < 3) assert_true(add(archive, n++, false));
    assert_true(archive_advance(archive, at(7 * SECOND)));
    return archive_counts(archive).stored;
}

static void assert_cut(const struct archive *archive, uint64_t left, uint64_t of)
{
    char expected[160];
    assert_non_null(archive_error(archive));
    snprintf(expected, sizeof expected, "another program has cut the file: %llu of %llu,%03llu bytes are left",
             (unsigned long long)left, (unsigned long long)of / 1000, (unsigned long long)of % 1000);
    assert_string_equal(archive_error(archive), expected);
}

/* Before the next block, which would stand behind a hole: not a byte more is written. */
static void a_file_that_was_cut_is_not_gone_on_with(void **state)
{
    (void)state;
    path_set(names[0]);
    struct archive *archive = create();
    uint64_t stored = fill_blocks(archive);
    unsigned writes = disk.writes, n = 100;
    assert_int_equal(truncate(path, 123), 0);
    while (n < 1000 && add(archive, n, false)) n++;
    assert_cut(archive, 123, stored);
    assert_int_equal(archive_deadline(archive), TIME_NEVER);
    assert_false(archive_close(archive, at(8 * SECOND), error, sizeof error));
    assert_non_null(strstr(error, "123 of "));
    assert_int_equal(disk.writes, writes);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_size, 123);
}

/* At the sync, where nothing has come since. */
static void a_file_that_was_cut_is_noticed_at_the_sync(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        path_set(names[i]);
        struct archive *archive = create();
        unsigned n = 0;
        while (archive_counts(archive).blocks < 3) assert_true(add(archive, n++, false));
        assert_true(archive_advance(archive, at(SECOND)));
        uint64_t stored = archive_counts(archive).stored, synced = archive_counts(archive).synced;
        assert_true(synced < stored);
        assert_int_equal(truncate(path, 0), 0);
        assert_false(archive_advance(archive, at(9 * SECOND)));
        assert_cut(archive, 0, stored);
        assert_int_equal(archive_counts(archive).synced, synced);
        assert_false(archive_close(archive, at(10 * SECOND), error, sizeof error));
    }
}

static void a_file_that_was_cut_is_noticed_at_the_end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        path_set(names[i]);
        struct archive *archive = create();
        (void)fill_blocks(archive);
        assert_int_equal(truncate(path, 99), 0);
        assert_null(archive_error(archive));
        assert_false(archive_close(archive, at(8 * SECOND), error, sizeof error));
        assert_non_null(strstr(error, "another program has cut the file: 99 of "));
    }
}

static void a_file_that_was_written_to_is_noticed(void **state)
{
    (void)state;
    path_set(names[1]);
    struct archive *archive = create();
    uint64_t stored = fill_blocks(archive);
    assert_int_equal(truncate(path, (off_t)stored + 1), 0);
    assert_false(archive_close(archive, at(8 * SECOND), error, sizeof error));
    assert_non_null(strstr(error, "another program has written to the file: "));
}

/* Also where another file has its name by now. */
static void a_file_that_was_moved_is_gone_on_with(void **state)
{
    (void)state;
    char moved[160];
    snprintf(moved, sizeof moved, "%s/moved.obr.zst", folder);
    for (unsigned replaced = 0; replaced < 2; replaced++) {
        path_set(names[1]);
        struct archive *archive = create();
        assert_true(add(archive, 0, false));
        assert_int_equal(rename(path, moved), 0);
        if (replaced) close(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
        assert_true(archive_advance(archive, at(SECOND)));
        assert_true(archive_advance(archive, at(7 * SECOND)));
        assert_true(add(archive, 1, false));
        assert_true(archive_close(archive, at(8 * SECOND), error, sizeof error));
        struct recorded recorded = recorded_check(moved, NULL, NULL);
        assert_int_equal(recorded.records, 3);
        assert_true(recorded.ended);
        recorded_free(&recorded);
        unlink(moved);
    }
}

/* What is removed is the file that was made, under whatever name there is of it. */
static void what_is_not_ours_stays(void **state)
{
    (void)state;
    char moved[160];
    snprintf(moved, sizeof moved, "%s/moved.obr", folder);
    path_set(names[0]);
    archive_discard(create(), path);
    assert_int_equal(access(path, F_OK), -1);

    struct archive *archive = create();
    struct archive_identity identity = archive_identity(archive);
    assert_true(archive_is_at(identity, path));
    assert_int_equal(rename(path, moved), 0);
    assert_false(archive_is_at(identity, path));
    close(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
    assert_false(archive_is_at(identity, path));
    assert_true(archive_is_at(identity, moved));
    archive_discard(archive, path);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(access(moved, F_OK), 0);
    unlink(moved);
}

static ssize_t write_behind_a_cut(int file, const void *bytes, size_t length)
{
    if (disk.writes++ == 2) assert_int_equal(ftruncate(file, 50), 0);
    return write(file, bytes, length);
}

/* Between the look at its size and the block: behind a hole it would have the right size. */
static void a_file_that_is_cut_meanwhile_has_no_hole(void **state)
{
    (void)state;
    path_set(names[0]);
    struct archive_system cutting = system_told;
    cutting.write = write_behind_a_cut;
    const struct archive_options options = {
        .path = path,
        .block_bytes = 4096,
        .header = {.tool = "test", .boot = "b", .venues = {true}},
        .stamp = at(0),
        .from = BEGAN,
        .system = &cutting,
    };
    struct archive *archive = archive_create(&options, error, sizeof error);
    assert_non_null(archive);
    unsigned n = 0;
    while (n < 1000 && add(archive, n, false)) n++;
    assert_non_null(archive_error(archive));
    assert_non_null(strstr(archive_error(archive), "another program has cut the file: "));
    assert_int_equal(archive_counts(archive).blocks, 3);
    assert_false(archive_close(archive, at(8 * SECOND), error, sizeof error));
}

static void nothing_is_written_over(void **state)
{
    (void)state;
    path_set(names[0]);
    FILE *file = fopen(path, "w");
    fputs("mine", file);
    fclose(file);
    assert_null(create());
    assert_non_null(strstr(error, path));
    assert_non_null(strstr(error, "exists"));
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_size, 4);
    unlink(path);
    assert_int_equal(symlink("/tmp/nowhere-else", path), 0);
    assert_null(create());
    unlink(path);
    path_set("none/a.obr");
    assert_null(create());
    assert_non_null(strstr(error, "No such file"));
}

static void it_is_ours_alone(void **state)
{
    (void)state;
    path_set(names[0]);
    struct archive *archive = create();
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    int other = open(path, O_RDONLY);
    assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
    assert_true(archive_close(archive, at(1), error, sizeof error));
    assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
    close(other);
}

static void the_longest_line_is_a_block(void **state)
{
    (void)state;
    path_set(names[1]);
    struct archive *archive = create();
    assert_true(add(archive, 0, false));
    size_t length = RECORD_LINE_MOST - 100;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, '7', length);
    bytes[0] = bytes[length - 1] = '"';
    struct json_writer line = {0};
    assert_true(record_write_sent(&line, at(5), BEGAN, VENUE_KALSHI, 0, (struct text){bytes, length}));
    assert_true(archive_add(archive, json_writer_text(&line), at(5), false));
    assert_true(add(archive, 1, false));
    json_writer_free(&line);
    free(bytes);
    assert_true(archive_close(archive, at(SECOND), error, sizeof error));
    struct recorded recorded = recorded_check(path, NULL, NULL);
    assert_int_equal(recorded.blocks, 3);
    recorded_free(&recorded);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

/* Who takes away again what does not fit leaves nothing free. */
static void none_is_left_free_if_none_is_wanted(void **state)
{
    (void)state;
    path_set(names[1]);
    disk.space = 0;
    struct archive *archive = create_reserving(-1);
    assert_non_null(archive);
    for (unsigned n = 0; n < 40; n++) assert_true(add(archive, n, false));
    assert_null(archive_error(archive));
    assert_true(archive_close(archive, at(SECOND), error, sizeof error));
    struct recorded recorded = recorded_check(path, NULL, NULL);
    assert_int_equal(recorded.records, 41);
    assert_true(recorded.ended);
    recorded_free(&recorded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_call_may_fail_once),
        TEST(a_torn_block_is_cut_off),
        TEST(a_reserve_is_left_free),
        TEST(none_is_left_free_if_none_is_wanted),
        TEST(a_file_that_was_removed_is_noticed),
        TEST(a_file_that_was_cut_is_not_gone_on_with),
        TEST(a_file_that_was_cut_is_noticed_at_the_sync),
        TEST(a_file_that_was_cut_is_noticed_at_the_end),
        TEST(a_file_that_was_written_to_is_noticed),
        TEST(a_file_that_was_moved_is_gone_on_with),
        TEST(what_is_not_ours_stays),
        TEST(a_file_that_is_cut_meanwhile_has_no_hole),
        TEST(nothing_is_written_over),
        TEST(it_is_ours_alone),
        TEST(the_longest_line_is_a_block),
    };
    return cmocka_run_group_tests_name("record/archive_disk", tests, make_folder, remove_folder);
}
