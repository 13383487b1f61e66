/* Recordings that are repaired: what is whole is kept, what is missing is told, the result is whole. */
#include <sys/stat.h>

#include "recordings.h"

struct subject {
    struct image image;
    struct pieces *pieces;
    char path[100], repaired[100];
};

static void setup(struct subject *subject, bool compressed, bool to_compressed)
{
    struct plan plan = {.compressed = compressed, .records = 300, .payload = 120, .block_bytes = 4096, .round = 50};
    subject->image = make_image(&plan);
    subject->pieces = split(&subject->image, compressed);
    temporary_path(subject->path, sizeof subject->path, ".damaged");
    temporary_path(subject->repaired, sizeof subject->repaired, to_compressed ? ".obr.zst" : ".obr");
}

static void teardown(struct subject *subject)
{
    unlink(subject->path);
    unlink(subject->repaired);
    pieces_free(subject->pieces);
    free(subject->image.bytes);
}

static void write_file(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static bool is_gap(const struct record *record)
{
    return record->kind == RECORD_EVENT && record->happening.event == RECORD_DROPPED;
}

/* The next record that is no begin, end or gap. Counts the others. */
static bool next_kept(struct recording *recording, struct record *record, unsigned *gaps)
{
    struct recording_fault fault;
    for (enum recording_step step; (step = recording_next(recording, record, &fault)) != RECORDING_AT_END;) {
        if (step == RECORDING_FAULT) {
            if (fault.damage != DAMAGE_END) ++*gaps;
            continue;
        }
        if (is_gap(record)) {
            ++*gaps;
            assert_int_equal(record->happening.amount, 0);
            assert_true(text_contains_folded(record->happening.why, TEXT("block ")));
            continue;
        }
        if (record->kind != RECORD_HEADER && record->kind != RECORD_END) return true;
    }
    return false;
}

/* Repairs these bytes. The damaged file stays as it was; the repaired one is whole, and has the same records, and a gap
 * wherever the damaged one has a fault. Returns the records. */
static unsigned try_repair(struct subject *subject, const char *bytes, size_t length)
{
    char error[REASON] = "";
    struct recording_saved saved;
    write_file(subject->path, bytes, length);
    unlink(subject->repaired);
    if (!recording_repair(subject->path, subject->repaired, &saved, NULL, NULL, NULL, error, sizeof error))
        fail_msg("%s", error);
    struct image original = read_image(subject->path);
    assert_int_equal(original.length, length);
    assert_memory_equal(original.bytes, bytes, length);
    free(original.bytes);
    struct verdict verdict = verify(subject->repaired);
    if (verdict.count != 0) fail_msg("%s", verdict.faults[0].words);

    const char *paths[] = {subject->path, subject->repaired};
    struct recording *damaged = recording_open(&paths[0], 1, error, sizeof error);
    struct recording *repaired = recording_open(&paths[1], 1, error, sizeof error);
    assert_true(damaged && repaired);
    struct record a, b;
    unsigned count = 0, faults = 0, gaps = 0;
    while (next_kept(damaged, &a, &faults)) {
        assert_true(next_kept(repaired, &b, &gaps));
        assert_int_equal(gaps, faults);
        assert_true(text_equal(a.whole, b.whole));
        count++;
    }
    assert_false(next_kept(repaired, &b, &gaps));
    assert_int_equal(gaps, faults);
    assert_int_equal(saved.records, count);
    assert_true(saved.faults >= faults);
    recording_close(damaged);
    recording_close(repaired);
    return count;
}

static void repair_all(bool compressed, bool to_compressed)
{
    struct subject subject;
    setup(&subject, compressed, to_compressed);
    const struct image *image = &subject.image;
    const struct pieces *pieces = subject.pieces;
    size_t length = image->length;
    char *work = malloc(2 * length);
    assert_non_null(work);

    assert_int_equal(try_repair(&subject, image->bytes, length), 300); /* nothing is wrong */

    for (size_t at = length - 1; at > pieces->at[1].offset; at -= length / 13) /* torn */
        try_repair(&subject, image->bytes, at);
    try_repair(&subject, image->bytes, pieces->at[4].offset); /* not closed */

    for (size_t bit = 3; bit < 8 * length; bit += 8 * length / 60) { /* bits */
        memcpy(work, image->bytes, length);
        work[bit / 8] = (char)(work[bit / 8] ^ 1 << bit % 8);
        assert_true(try_repair(&subject, work, length) > 200);
    }

    memcpy(work, image->bytes, length); /* a hole */
    memset(work + pieces->at[3].offset + 7, 0, pieces->at[5].offset - pieces->at[3].offset);
    try_repair(&subject, work, length);

    memset(work, 0, 200); /* no header, and not what a recording begins with */
    try_repair(&subject, work, length);

    size_t cut = pieces->at[5].offset, on = pieces->at[6].offset; /* a block is missing */
    memcpy(work, image->bytes, cut);
    memcpy(work + cut, image->bytes + on, length - on);
    try_repair(&subject, work, length - (on - cut));

    memcpy(work, image->bytes, length); /* something behind the end */
    memcpy(work + length, image->bytes, length);
    assert_int_equal(try_repair(&subject, work, 2 * length), 300);
    free(work);
    teardown(&subject);
}

static void test_plain_to_plain(void **state)
{
    (void)state;
    repair_all(false, false);
}

static void test_plain_to_compressed(void **state)
{
    (void)state;
    repair_all(false, true);
}

static void test_compressed_to_plain(void **state)
{
    (void)state;
    repair_all(true, false);
}

static void test_compressed_to_compressed(void **state)
{
    (void)state;
    repair_all(true, true);
}

/* The gap says which block, and between which times. */
static void test_the_gap(void **state)
{
    (void)state;
    struct subject subject;
    setup(&subject, true, false);
    const struct piece *piece = &subject.pieces->at[4];
    subject.image.bytes[piece->offset + piece->length / 2] ^= 0x55;
    try_repair(&subject, subject.image.bytes, subject.image.length);
    struct image repaired = read_image(subject.repaired);
    repaired.bytes[repaired.length] = '\0';
    char words[200];
    snprintf(words, sizeof words, "block 4, between %d.%03d s and %d.%03d s, was damaged",
             (int)(piece[-1].last / NANOSECONDS_PER_SECOND), (int)(piece[-1].last / NANOSECONDS_PER_MILLISECOND % 1000),
             (int)(piece[1].first / NANOSECONDS_PER_SECOND),
             (int)(piece[1].first / NANOSECONDS_PER_MILLISECOND % 1000));
    if (!strstr(repaired.bytes, words)) fail_msg("\"%s\" is not said", words);
    free(repaired.bytes);
    teardown(&subject);
}

/* Most of the file, from its begin, is no more: it is a recording by its end or by its name, or it is none. */
static void lose_begin(bool compressed, bool unclosed)
{
    struct plan plan = {.compressed = compressed, .records = 300, .payload = 60000, .round = 50, .unclosed = unclosed};
    struct subject subject = {.image = make_image(&plan)};
    struct image *image = &subject.image;
    size_t lost = 9u << 20;
    assert_true(image->length > lost + (1u << 20));
    memset(image->bytes, 0, lost);
    temporary_path(subject.path, sizeof subject.path, compressed ? ".obr.zst" : ".obr");
    temporary_path(subject.repaired, sizeof subject.repaired, ".obr.zst");
    assert_true(try_repair(&subject, image->bytes, image->length) > 5);
    unlink(subject.path);

    char error[REASON] = "";
    const char *path = subject.path;
    temporary_path(subject.path, sizeof subject.path, ".bytes"); /* of no name */
    write_file(subject.path, image->bytes, image->length);
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    bool found = recording != NULL;
    recording_close(recording);
    assert_int_equal(found, compressed && !unclosed);
    if (!found) assert_non_null(strstr(error, "not a recording"));
    unlink(subject.path);
    unlink(subject.repaired);
    free(image->bytes);
}

static void test_the_begin_is_lost(void **state)
{
    (void)state;
    lose_begin(true, false);
    lose_begin(true, true);
    lose_begin(false, false);
}

/* Whoever waits is asked amid what is damaged, too, while it is opened and while it is repaired. */
struct patience {
    unsigned asked, most;
};

static bool wait_on(void *context, unsigned thousandths)
{
    struct patience *patience = context;
    assert_true(thousandths < 1000);
    return ++patience->asked <= patience->most;
}

static void test_the_search_can_be_ended(void **state)
{
    (void)state;
    char path[100], repaired[100], error[REASON] = "";
    const char *const paths[] = {path};
    struct recording_saved saved;
    size_t length = 12u << 20;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, 'x', length);
    temporary_path(path, sizeof path, ".obr");
    temporary_path(repaired, sizeof repaired, ".obr");
    write_file(path, bytes, length);
    struct patience patience = {.most = 3};
    struct recording_watch watch = {wait_on, &patience};
    assert_null(recording_open_watched(paths, 1, watch, error, sizeof error));
    assert_int_equal(patience.asked, 4);
    assert_non_null(strstr(error, "stopped"));
    patience.asked = 0;
    assert_false(recording_repair(path, repaired, &saved, NULL, &patience, wait_on, error, sizeof error));
    assert_int_equal(patience.asked, 4);
    assert_int_not_equal(access(repaired, F_OK), 0);
    patience.asked = 0;
    assert_int_equal(recording_verify(paths, 1, NULL, &patience, wait_on, error, sizeof error), -1);
    assert_int_equal(patience.asked, 4);
    unlink(path);
    free(bytes);
}

static void test_refusals(void **state)
{
    (void)state;
    struct subject subject;
    struct recording_saved saved;
    char error[REASON] = "";
    setup(&subject, true, true);
    write_file(subject.path, subject.image.bytes, subject.image.length);
    write_file(subject.repaired, "mine", 4);
    assert_false(recording_repair(subject.path, subject.repaired, &saved, NULL, NULL, NULL, error,
                                  sizeof error)); /* it is there already */
    assert_non_null(strstr(error, "exists"));
    struct image kept = read_image(subject.repaired);
    assert_int_equal(kept.length, 4);
    free(kept.bytes);
    unlink(subject.repaired);

    assert_false(recording_repair(subject.path, "/nowhere/at-all.obr", &saved, NULL, NULL, NULL, error, sizeof error));
    assert_non_null(strstr(error, "/nowhere/at-all.obr"));
    assert_false(
        recording_repair("/nowhere/at-all.obr", subject.repaired, &saved, NULL, NULL, NULL, error, sizeof error));
    write_file(subject.path, subject.image.bytes, 20); /* nothing whole is left of it */
    assert_false(recording_repair(subject.path, subject.repaired, &saved, NULL, NULL, NULL, error, sizeof error));
    assert_non_null(strstr(error, "no whole record"));
    assert_int_not_equal(access(subject.repaired, F_OK), 0);
    teardown(&subject);
}

/* What the header of the repaired file says; the original's is damaged. */
static void expect_source(bool compressed, bool sourced, struct record_header *header)
{
    char path[100], repaired[100], error[REASON];
    struct plan plan = {.compressed = compressed, .records = 300, .payload = 120, .block_bytes = 4096, .round = 50};
    plan.sourced = sourced;
    struct image image = make_image(&plan);
    temporary_path(path, sizeof path, compressed ? ".obr.zst" : ".obr");
    temporary_path(repaired, sizeof repaired, ".obr.zst");
    image.bytes[compressed ? 40 : 3] ^= 4;
    write_file(path, image.bytes, image.length);
    struct recording_saved saved;
    if (!recording_repair(path, repaired, &saved, NULL, NULL, NULL, error, sizeof error)) fail_msg("%s", error);
    const char *const paths[] = {path, repaired};
    for (size_t i = 0; i < 2; i++) {
        struct recording *recording = recording_open(&paths[i], 1, error, sizeof error);
        if (!recording) fail_msg("%s", error);
        const struct record_header *found = recording_header(recording);
        if (i > 0) assert_memory_equal(found->keys, header->keys, sizeof found->keys);
        if (i > 0) assert_int_equal(found->demo, header->demo);
        *header = *found;
        recording_close(recording);
    }
    unlink(path);
    unlink(repaired);
    free(image.bytes);
}

static void the_source_outlives_its_header(void **state)
{
    (void)state;
    for (unsigned compressed = 0; compressed < 2; compressed++) {
        struct record_header header;
        expect_source(compressed, true, &header);
        assert_true(header.demo && header.keys[VENUE_KALSHI] && header.venues[VENUE_POLYMARKET]);
        assert_false(header.untold || header.keys[VENUE_POLYMARKET]);
        /* Where rounds do not tell it either nothing is claimed. */
        expect_source(compressed, false, &header);
        assert_true(header.untold);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_source_outlives_its_header),
        cmocka_unit_test(test_the_begin_is_lost),
        cmocka_unit_test(test_the_search_can_be_ended),
        cmocka_unit_test(test_plain_to_plain),
        cmocka_unit_test(test_plain_to_compressed),
        cmocka_unit_test(test_compressed_to_plain),
        cmocka_unit_test(test_compressed_to_compressed),
        cmocka_unit_test(test_the_gap),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
