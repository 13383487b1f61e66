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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_to_plain),
        cmocka_unit_test(test_plain_to_compressed),
        cmocka_unit_test(test_compressed_to_plain),
        cmocka_unit_test(test_compressed_to_compressed),
        cmocka_unit_test(test_the_gap),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
