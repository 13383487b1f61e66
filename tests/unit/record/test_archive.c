/* Lines into blocks, blocks into a file. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "archive_rig.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_closed_is_whole),       TEST(index_and_table_tell_the_truth), TEST(zstd_itself_reads_it),
        TEST(time_closes_a_block_and_syncs), TEST(an_empty_one_has_its_end),
    };
    return cmocka_run_group_tests_name("record/archive", tests, make_folder, remove_folder);
}
