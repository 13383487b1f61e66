/* Recordings that somebody made to do harm: lying indices, bombs, lines that are none, and what costs much for little.
 */
#include "damaged.h"

/* An index that names fewer blocks than there are does not make less of what was lost. */
static void test_an_index_that_was_edited(void **state)
{
    (void)state;
    struct subject subject;
    setup(&subject, true);
    const struct pieces *pieces = subject.pieces;
    const size_t head = 8, entry = 48, seek = 12, kept = 3;
    size_t last = pieces->count - 1;
    for (int way = 0; way < 2; way++) {
        restore(&subject);
        /* All from block 9 on are damaged, or but the last. */
        for (size_t i = 9; i < last + (size_t)way; i++) {
            char *middle = subject.work + pieces->at[i].offset + pieces->at[i].length / 2;
            memset(middle, 0x55, 8);
        }
        /* Of the index three entries: the header's, one amid the damage, the last one. */
        unsigned char *tail = (unsigned char *)subject.work + pieces->behind, *at = tail;
        const unsigned char *index = (const unsigned char *)subject.image.bytes + pieces->behind + head;
        const unsigned char *table = index + pieces->count * entry + head;
        const size_t chosen[] = {0, 10, last};
        const unsigned char heads[2][8] = {{0x50, 0x2A, 0x4D, 0x18, (unsigned char)(kept * entry)},
                                           {0x5E, 0x2A, 0x4D, 0x18, (unsigned char)((kept + 1) * seek + 9)}};
        memcpy(at, heads[0], head);
        at += head;
        for (size_t i = 0; i < kept; i++, at += entry) memcpy(at, index + chosen[i] * entry, entry);
        memcpy(at, heads[1], head);
        at += head;
        for (size_t i = 0; i <= kept; i++, at += seek)
            memcpy(at, table + (i < kept ? chosen[i] : pieces->count) * seek, seek);
        const unsigned char footer[9] = {(unsigned char)(kept + 1), 0, 0, 0, 0x80, 0xB1, 0xEA, 0x92, 0x8F};
        memcpy(at, footer, sizeof footer);
        at += sizeof footer;
        nameless_set(&subject.file, subject.work, (size_t)((char *)at - subject.work));
        struct verdict verdict = verify(subject.file.path);
        assert_true(verdict.count >= 1);
        assert_int_equal(verdict.faults[0].block, 9);
        assert_true(verdict.faults[0].lost >= 1 && verdict.faults[0].lost <= pieces->count - 9);
        assert_true(verdict.faults[0].more || way == 1);
    }
    teardown(&subject);
}

/* A frame that says it is longer than any block, one with too large a window, one that is a bomb. */
static void test_bombs(void **state)
{
    (void)state;
    struct subject subject;
    setup(&subject, true);
    const struct piece *piece = &subject.pieces->at[3];
    size_t zeros = (size_t)RECORDING_FRAME_MOST + 1;
    char *content = calloc(1, zeros), *frame = malloc(ZSTD_compressBound(zeros));
    assert_true(content && frame);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    for (int kind = 0; kind < 4; kind++) {
        ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, kind != 3);
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, kind != 2);
        size_t size = kind == 0 ? zeros : kind == 1 ? zeros - 1 : 100000;
        size_t length = ZSTD_compress2(context, frame, ZSTD_compressBound(zeros), content, size);
        assert_false(ZSTD_isError(length));
        assert_true(length < 10000);
        size_t at = piece->offset, rest = subject.image.length - at;
        memcpy(subject.work, subject.image.bytes, at);
        memcpy(subject.work + at, frame, length);
        memcpy(subject.work + at + length, subject.image.bytes + at, rest);
        nameless_set(&subject.file, subject.work, at + length + rest);
        struct verdict verdict = verify(subject.file.path);
        assert_true(verdict.count >= 1);
        assert_int_equal(verdict.faults[0].damage, DAMAGE_BLOCK);
        assert_int_equal(verdict.faults[0].block, 3);
        assert_true(read_pieces(&subject) >= 1);
        for (size_t i = 0; i < subject.pieces->count; i++) assert_true(subject.given[i]);
    }
    ZSTD_freeCCtx(context);
    free(content);
    free(frame);
    teardown(&subject);
}

/* A block that is whole, with a line in it that is no record: that line alone is missing, and told. */
static void test_lines_that_are_no_records(void **state)
{
    (void)state;
    char path[100], error[REASON];
    temporary_path(path, sizeof path, ".obr");
    struct stamp stamp = {0, 1};
    struct archive_options options = {.path = path, .header = {.tool = "t", .boot = "b"}};
    struct archive *archive = archive_create(&options, error, sizeof error);
    assert_non_null(archive);
    static const char *const lines[] = {"{\"k\":\"key\",\"t\":1,\"m\":5,\"round\":1}",
                                        "{\"k\":\"rx\"",
                                        "no JSON at all",
                                        "{\"k\":\"key\",\"t\":1,\"m\":7,\"round\":1}",
                                        "{\"k\":\"hdr\",\"t\":1,\"m\":7}",
                                        ""};
    for (size_t i = 0; i < 5; i++) assert_true(archive_add(archive, text_from(lines[i]), stamp, false));
    assert_true(archive_close(archive, stamp, error, sizeof error));
    struct verdict verdict = verify(path);
    assert_int_equal(verdict.count, 2);
    assert_int_equal(verdict.faults[0].damage, DAMAGE_LINE);
    assert_int_equal(verdict.faults[0].block, 1);
    assert_int_equal(verdict.faults[0].from, 5);
    assert_int_equal(verdict.faults[0].to, 7);
    assert_non_null(strstr(verdict.faults[0].words, "line 2 "));
    assert_non_null(strstr(verdict.faults[1].words, "line 5 "));
    unlink(path);
}

/* === What costs much for little === */

/* Counts how often more is read, or much was tried; says no at the last. */
struct asked {
    unsigned count, last;
};

static bool ask(void *context, unsigned thousandths)
{
    struct asked *asked = context;
    assert_true(thousandths <= 1000);
    return ++asked->count != asked->last;
}

/* A frame's begin at every fifteenth byte, each said to be long and going on through all those behind it. */
static char *make_begins(size_t count, size_t *length)
{
    static const char begin[] = "\x60\0\0"                             /* a raw block of twelve bytes: */
                                "\x28\xb5\x2f\xfd\xa4\x00\x00\xc0\x03" /* a frame's header, 60 MiB */
                                "\0\0\0";                              /* and an empty block of its own */
    const size_t each = sizeof begin - 1;
    *length = 4 + count * each;
    char *bytes = malloc(*length);
    assert_non_null(bytes);
    memcpy(bytes, begin + 3, 4);
    for (size_t i = 0; i < count; i++) memcpy(bytes + 4 + i * each, begin, each);
    return bytes;
}

/* Nothing more has to be read for it: whoever waits is asked all the same. */
static void test_a_search_in_vain_can_be_ended(void **state)
{
    (void)state;
    struct nameless file = nameless_open();
    const char *path = file.path;
    char error[REASON];
    size_t length;
    char *bytes = make_begins(20000, &length);
    assert_true(length < (1u << 20)); /* of one reading */
    struct asked asked = {.last = 5};
    for (int known = 0; known < 2; known++) { /* at once as a compressed recording, or not */
        bytes[0] = known ? '\x28' : 0;
        bytes[1] = known ? '\xb5' : 0;
        nameless_set(&file, bytes, length);
        asked.count = 0;
        assert_null(recording_open_watched(&path, 1, (struct recording_watch){ask, &asked}, error, sizeof error));
        assert_non_null(strstr(error, "stopped"));
        assert_int_equal(asked.count, 5);
    }
    free(bytes);
    close(file.file);
}

/* Whole frames that are no blocks: each is 60 MiB of zeros in 2 KiB. */
static void test_frames_that_are_no_blocks(void **state)
{
    (void)state;
    struct subject subject;
    setup(&subject, true);
    const size_t zeros = 60u << 20, bound = ZSTD_compressBound(zeros);
    char *content = calloc(1, zeros), *frame = malloc(bound), error[REASON];
    assert_true(content && frame);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t length = ZSTD_compress2(context, frame, bound, content, zeros), at = subject.pieces->at[1].offset;
    assert_false(ZSTD_isError(length));
    memcpy(subject.work, subject.image.bytes, at);
    for (unsigned i = 0; i < 10; i++, at += length) memcpy(subject.work + at, frame, length);
    nameless_set(&subject.file, subject.work, at);
    const char *path = subject.file.path;
    struct asked asked = {0};
    struct recording *recording =
        recording_open_watched(&path, 1, (struct recording_watch){ask, &asked}, error, sizeof error);
    if (!recording) fail_msg("%s", error);
    asked.last = asked.count + 5;
    struct record record;
    struct recording_fault fault;
    while (recording_next(recording, &record, &fault) != RECORDING_AT_END) continue;
    assert_int_equal(asked.count, asked.last);
    recording_close(recording);
    ZSTD_freeCCtx(context);
    free(content);
    free(frame);
    teardown(&subject);
}

/* What looks like a chk line, and is none, in each eleventh byte: what was read is not read or moved for each of them.
 */
static void test_begins_of_chk_lines(void **state)
{
    (void)state;
    static const char begin[] = "\n{\"k\":\"chk\"";
    const struct plan plan = {.records = 3, .payload = 100};
    struct image image = make_image(&plan);
    struct nameless file = nameless_open();
    const char *path = file.path;
    char error[REASON];
    size_t header = (size_t)((char *)memchr(image.bytes, '\n', image.length) - image.bytes), each = sizeof begin - 1;
    size_t count = (5u << 20) / 2 / each, length = header + count * each + 1;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memcpy(bytes, image.bytes, header);
    for (size_t i = 0; i < count; i++) memcpy(bytes + header + i * each, begin, each);
    bytes[length - 1] = '\n';
    nameless_set(&file, bytes, length);
    struct asked asked = {0};
    struct recording *recording =
        recording_open_watched(&path, 1, (struct recording_watch){ask, &asked}, error, sizeof error);
    if (!recording) fail_msg("%s", error);
    struct record record;
    struct recording_fault fault;
    unsigned faults = 0;
    for (enum recording_step step; (step = recording_next(recording, &record, &fault)) != RECORDING_AT_END;)
        faults += step == RECORDING_FAULT;
    assert_int_equal(faults, 1);
    assert_in_range(asked.count, 1, 50);
    recording_close(recording);
    free(bytes);
    free(image.bytes);
    close(file.file);
}

/* A compressed recording of lines that are none: a small file. */
static void write_junk(const char *path, unsigned lines, size_t block_bytes)
{
    char error[REASON];
    const struct stamp stamp = {0, 1};
    const struct archive_options options = {
        .path = path, .compressed = true, .block_bytes = block_bytes, .header = {.tool = "t", .boot = "b"}};
    struct archive *archive = archive_create(&options, error, sizeof error);
    if (!archive) fail_msg("%s", error);
    for (unsigned i = 0; i < lines; i++) assert_true(archive_add(archive, TEXT("no record"), stamp, false));
    assert_true(archive_close(archive, stamp, error, sizeof error));
}

/* Of one long block, and of many: though nothing more is read from the file, whoever waits is asked, and ends it. */
static void test_what_becomes_large_can_be_ended(void **state)
{
    (void)state;
    char path[100], error[REASON];
    temporary_path(path, sizeof path, ".obr.zst");
    for (int many = 0; many < 2; many++) {
        write_junk(path, 200000, many ? 4096 : 16u << 20);
        const char *name = path;
        struct asked asked = {0};
        struct recording *recording =
            recording_open_watched(&name, 1, (struct recording_watch){ask, &asked}, error, sizeof error);
        if (!recording) fail_msg("%s", error);
        asked.last = asked.count + 9;
        struct record record;
        struct recording_fault fault;
        unsigned faults = 0;
        for (enum recording_step step; (step = recording_next(recording, &record, &fault)) != RECORDING_AT_END;)
            faults += step == RECORDING_FAULT;
        assert_int_equal(asked.count, asked.last);
        assert_in_range(faults, 1, 9);
        recording_close(recording);
        unlink(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_index_that_was_edited),        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_lines_that_are_no_records),       cmocka_unit_test(test_a_search_in_vain_can_be_ended),
        cmocka_unit_test(test_frames_that_are_no_blocks),       cmocka_unit_test(test_begins_of_chk_lines),
        cmocka_unit_test(test_what_becomes_large_can_be_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
