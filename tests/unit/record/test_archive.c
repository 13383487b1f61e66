/* Lines into blocks, blocks into a file, on disks of all sorts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/record/archive.h"

#include "recorded.h"

#define SECOND NANOSECONDS_PER_SECOND
#define WALL   INT64_C(1763712000000000000)
#define BEGAN  INT64_C(1000)

static char folder[] = "/tmp/booktop-archive-XXXXXX";
static char path[128];

static void path_set(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

/* === A system that fails when it is told to === */

static struct {
    unsigned calls, fail_at; /* 0: never */
    int error;               /* 0: a write is cut short instead */
    bool failed;
    bool for_good; /* every call from there on */
    bool full;     /* a write that was cut short fails when it is gone on with */
    unsigned writes, syncs;
    int64_t space;
} disk;

static bool fails(void)
{
    disk.calls++;
    if (disk.fail_at == 0 || (disk.for_good ? disk.calls < disk.fail_at : disk.calls != disk.fail_at)) return false;
    disk.failed = true;
    errno = disk.error;
    return disk.error != 0;
}

static int disk_open(const char *name, int flags, mode_t mode)
{
    return fails() ? -1 : open(name, flags, mode);
}

static ssize_t disk_write(int file, const void *bytes, size_t length)
{
    disk.writes++;
    bool was = disk.failed;
    if (was && disk.full) {
        errno = ENOSPC;
        return -1;
    }
    if (fails()) return -1;
    bool now = disk.failed && (!was || disk.for_good);
    return write(file, bytes, now && length > 1 ? length / 2 : length);
}

static int disk_sync(int file)
{
    disk.syncs++;
    (void)file;
    return fails() ? -1 : 0;
}

static int disk_truncate(int file, off_t length)
{
    return fails() ? -1 : ftruncate(file, length);
}

static int64_t disk_space(int file)
{
    (void)file;
    return fails() ? -1 : disk.space;
}

static int disk_close(int file)
{
    bool failed = fails();
    int error = errno;
    close(file); /* closed it is in any case */
    errno = error;
    return failed ? -1 : 0;
}

static const struct archive_system system_told = {disk_open,     disk_write, disk_sync,
                                                  disk_truncate, disk_space, disk_close};

static int setup(void **state)
{
    (void)state;
    memset(&disk, 0, sizeof disk);
    disk.space = INT64_C(1) << 40;
    return 0;
}

/* === Archives === */

static char error[300];

static struct stamp at(int64_t time)
{
    return (struct stamp){BEGAN + time, WALL + time};
}

static struct archive *create(void)
{
    const struct archive_options options = {
        .path = path,
        .compressed = strstr(path, ".zst") != NULL,
        .block_bytes = 4096,
        .header = {.tool = "test", .boot = "b", .venues = {true}},
        .stamp = at(0),
        .from = BEGAN,
        .system = &system_told,
    };
    error[0] = '\0';
    return archive_create(&options, error, sizeof error);
}

/* The n-th line, of about 200 bytes. */
static bool add(struct archive *archive, unsigned n, bool round)
{
    static struct json_writer line;
    char frame[200];
    struct stamp stamp = at((int64_t)n * 1000000);
    int length = snprintf(frame, sizeof frame, "{\"n\":%u,\"pad\":\"%0*x\"}", n, (int)(n % 100), n * 2654435761u);
    json_writer_reset(&line);
    assert_true(
        record_write_received(&line, stamp, BEGAN, VENUE_POLYMARKET, 0, n, (struct text){frame, (size_t)length}));
    bool good = archive_add(archive, json_writer_text(&line), stamp, round);
    json_writer_free(&line);
    return good;
}

static const char *const names[] = {"a.obr", "a.obr.zst"};

static void what_is_closed_is_whole(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        path_set(names[i]);
        struct archive *archive = create();
        assert_non_null(archive);
        for (unsigned n = 0; n < 500; n++) assert_true(add(archive, n, n % 100 == 50));
        struct archive_counts counts = archive_counts(archive);
        assert_int_equal(counts.records, 500);
        assert_true(archive_end(archive, at(SECOND)));
        assert_false(add(archive, 500, false));
        counts = archive_counts(archive);
        assert_int_equal(counts.synced, counts.stored);
        char hash[RECORD_HASH_SIZE];
        archive_hash(archive, hash);
        assert_true(archive_close(archive, at(SECOND), error, sizeof error));

        struct recorded recorded = recorded_check(path, NULL, NULL);
        assert_true(recorded.ended);
        assert_int_equal(recorded.records, 501);
        assert_int_equal(recorded.blocks, counts.blocks);
        assert_int_equal(recorded.text.length, counts.bytes);
        assert_string_equal(recorded.hash, hash);
        assert_true(recorded.blocks > 15 && recorded.blocks < 30);
        recorded_free(&recorded);
    }
}

static uint64_t little(const unsigned char *bytes, unsigned count)
{
    uint64_t value = 0;
    while (count-- > 0) value = value << 8 | bytes[count];
    return value;
}

/* Index and table against the frames and what is in them. */
static void index_and_table_tell_the_truth(void **state)
{
    (void)state;
    path_set(names[1]);
    struct archive *archive = create();
    for (unsigned n = 0; n < 300; n++) assert_true(add(archive, n, n == 77));
    assert_true(archive_close(archive, at(SECOND), error, sizeof error));
    struct recorded recorded = recorded_check(path, NULL, NULL);
    const unsigned char *index = recorded.bytes + recorded.index_at;
    assert_int_equal(little(index, 4), 0x184D2A50);
    assert_int_equal(little(index + 4, 4), 48 * recorded.blocks);
    const unsigned char *table = index + 8 + 48 * recorded.blocks;
    assert_int_equal(little(table, 4), 0x184D2A5E);
    assert_int_equal(little(table + 4, 4), 12 * (recorded.blocks + 1) + 9);
    const unsigned char *footer = table + 8 + 12 * (recorded.blocks + 1);
    assert_ptr_equal(footer + 9, recorded.bytes + recorded.size);
    assert_int_equal(little(footer, 4), recorded.blocks + 1);
    assert_int_equal(footer[4], 0x80);
    assert_int_equal(little(footer + 5, 4), 0x8F92EAB1);

    struct record_parser *parser = record_parser_create();
    size_t offset = 0, begin = 0;
    unsigned rounds = 0, records = 0;
    for (unsigned i = 0; i < recorded.blocks; i++) {
        const unsigned char *entry = index + 8 + 48 * i, *row = table + 8 + 12 * i;
        size_t stored = ZSTD_findFrameCompressedSize(recorded.bytes + offset, recorded.size - offset);
        size_t size = (size_t)ZSTD_getFrameContentSize(recorded.bytes + offset, stored);
        assert_int_equal(little(entry, 8), offset);
        assert_int_equal(little(entry + 8, 8), begin);
        struct text rest = {recorded.text.at + begin, size};
        struct record record;
        const char *why;
        rest.length = (size_t)((const char *)memchr(rest.at, '\n', size) - rest.at);
        assert_true(record_parse(parser, rest, &record, &why));
        assert_int_equal(little(entry + 16, 8), record.stamp.mono);
        assert_int_equal(little(entry + 24, 8), record.stamp.wall);
        records += (unsigned)little(entry + 32, 4);
        bool holds = memmem(recorded.text.at + begin, size, "\"n\":77,\"d\"", 10) != NULL;
        assert_int_equal(little(entry + 36, 4), holds);
        rounds += holds;
        char hash[RECORD_HASH_SIZE], hex[17];
        recorded_hash(NULL, (struct text){(const char *)recorded.bytes + offset, stored}, hash);
        for (unsigned j = 0; j < 8; j++) snprintf(hex + 2 * j, 3, "%02x", entry[40 + j]);
        assert_memory_equal(hash, hex, 16);
        assert_int_equal(little(row, 4), stored);
        assert_int_equal(little(row + 4, 4), size);
        assert_memory_equal(row + 8, recorded.bytes + offset + stored - 4, 4);
        offset += stored;
        begin += size;
    }
    assert_int_equal(offset, recorded.index_at);
    assert_int_equal(rounds, 1);
    assert_int_equal(records, recorded.records);
    const unsigned char *last = footer - 12;
    assert_int_equal(little(last, 4), 8 + 48 * recorded.blocks);
    assert_int_equal(little(last + 4, 4), 0);
    assert_int_equal(little(last + 8, 4), 0x51d8e999);
    record_parser_destroy(parser);
    recorded_free(&recorded);
}

static void zstd_itself_reads_it(void **state)
{
    (void)state;
    if (system("zstd --version >/dev/null 2>&1") != 0) {
        print_message("zstd is not here: not tried\n");
        return;
    }
    path_set(names[1]);
    struct archive *archive = create();
    for (unsigned n = 0; n < 100; n++) assert_true(add(archive, n, false));
    assert_true(archive_close(archive, at(SECOND), error, sizeof error));
    struct recorded recorded = recorded_check(path, NULL, NULL);
    char command[300];
    snprintf(command, sizeof command, "zstd -tq %s && test $(zstd -dcq %s | wc -c) -eq %zu", path, path,
             recorded.text.length);
    assert_int_equal(system(command), 0);
    recorded_free(&recorded);
}

static void time_closes_a_block_and_syncs(void **state)
{
    (void)state;
    const int64_t block = 9 * SECOND / 10;
    path_set(names[1]);
    struct archive *archive = create();
    assert_int_equal(archive_deadline(archive), TIME_NEVER); /* the header is on the disk */
    unsigned syncs = disk.syncs;
    assert_true(archive_counts(archive).synced > 0);
    assert_true(add(archive, 0, false));
    assert_int_equal(archive_counts(archive).blocks, 1);
    assert_int_equal(archive_deadline(archive), BEGAN + block);
    assert_true(archive_advance(archive, at(block - 1)));
    assert_int_equal(archive_counts(archive).blocks, 1);
    assert_true(archive_advance(archive, at(block)));
    assert_int_equal(archive_counts(archive).blocks, 2);
    assert_int_equal(archive_deadline(archive), BEGAN + block + 5 * SECOND);
    assert_true(archive_counts(archive).synced < archive_counts(archive).stored);
    assert_true(archive_advance(archive, at(block + 5 * SECOND - 1)));
    assert_int_equal(disk.syncs, syncs);
    assert_true(archive_advance(archive, at(block + 5 * SECOND)));
    assert_int_equal(disk.syncs, syncs + 1);
    assert_int_equal(archive_counts(archive).synced, archive_counts(archive).stored);
    assert_int_equal(archive_deadline(archive), TIME_NEVER);

    /* Also where nobody looks at the clock, by the stamps of the records. */
    assert_true(add(archive, 10000, false));
    assert_true(add(archive, 10899, false));
    assert_int_equal(archive_counts(archive).blocks, 2);
    assert_true(add(archive, 10900, false));
    assert_int_equal(archive_counts(archive).blocks, 3);
    assert_true(archive_close(archive, at(12 * SECOND), error, sizeof error));
    struct recorded recorded = recorded_check(path, NULL, NULL);
    recorded_free(&recorded);
}

static void an_empty_one_has_its_end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        path_set(names[i]);
        assert_true(archive_close(create(), at(1), error, sizeof error));
        struct recorded recorded = recorded_check(path, NULL, NULL);
        assert_true(recorded.ended);
        assert_int_equal(recorded.records, 1);
        recorded_free(&recorded);
    }
}

/* === Failures === */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_closed_is_whole),
        TEST(index_and_table_tell_the_truth),
        TEST(zstd_itself_reads_it),
        TEST(time_closes_a_block_and_syncs),
        TEST(an_empty_one_has_its_end),
        TEST(every_call_may_fail_once),
        TEST(a_torn_block_is_cut_off),
        TEST(a_reserve_is_left_free),
        TEST(a_file_that_was_removed_is_noticed),
        TEST(nothing_is_written_over),
        TEST(it_is_ours_alone),
        TEST(the_longest_line_is_a_block),
    };
    if (!mkdtemp(folder)) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (unsigned i = 0; i < 2; i++) path_set(names[i]);
    path_set("b.obr");
    rmdir(folder);
    return failed;
}
