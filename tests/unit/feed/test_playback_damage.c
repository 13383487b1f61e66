/* A small recorded session, damaged, and played: the damage is told, and no book is called verified that was not so.
 *
 * BOOKTOP_ALL=1: the 64 KiB are cut at every length and every bit is flipped (of a compressed recording, which has more
 * in it, a bit of each byte), not a part of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "truth.h"

#define TRIES 60 /* cuts, and flips, where not all are tried */

struct subject {
    char path[32]; /* of a file without a name */
    int file;
    size_t length;
    char *bytes; /* owned: as it was recorded */
    struct truth truth;
    uint64_t tried, refused, verified;
};

static void subject_open(struct subject *subject, const struct stage *stage)
{
    FILE *file = fopen(stage->names[0], "rb");
    assert_int_equal(stage->files, 1);
    assert_non_null(file);
    *subject = (struct subject){.bytes = malloc(16 * SMALL), .file = memfd_create("recording", MFD_CLOEXEC)};
    assert_true(subject->bytes && subject->file >= 0);
    subject->length = fread(subject->bytes, 1, 16 * SMALL, file);
    fclose(file);
    assert_in_range(subject->length, SMALL / 2, 16 * SMALL - 1);
    snprintf(subject->path, sizeof subject->path, "/proc/self/fd/%d", subject->file);
    subject->truth = find_truth(stage->names, 1);
}

static void subject_close(struct subject *subject)
{
    print_message("%zu bytes: %llu times damaged, %llu of them refused, %llu times verified\n", subject->length,
                  (unsigned long long)subject->tried, (unsigned long long)subject->refused,
                  (unsigned long long)subject->verified);
    assert_true(subject->verified > subject->tried);
    close(subject->file);
    free(subject->bytes);
    free(subject->truth.books);
}

/* True if the damage was told. */
static bool subject_play(struct subject *subject)
{
    char error[400];
    uint64_t faults = 0;
    const char *path = subject->path;
    struct playback *playback =
        playback_open(&(struct playback_options){.paths = &path, .path_count = 1}, error, sizeof error);
    subject->tried++;
    if (!playback) subject->refused++;
    if (playback) subject->verified += check_verified(&subject->truth, playback, &faults);
    return !playback || faults > 0;
}

static size_t stride(size_t count, size_t all)
{
    return getenv("BOOKTOP_ALL") ? all : count / TRIES | 1;
}

static void try_cuts(struct subject *subject)
{
    for (size_t length = subject->length; length-- > 0;) {
        if (length % stride(subject->length, 1) != 0) continue;
        assert_int_equal(ftruncate(subject->file, (off_t)length), 0);
        if (!subject_play(subject)) fail_msg("cut at byte %zu: not told", length);
    }
}

static void try_flips(struct subject *subject, bool all_count)
{
    const size_t bits = 8 * subject->length;
    for (size_t at = 0; at < bits; at += stride(bits, all_count ? 1 : 9)) {
        const char *byte = &subject->bytes[at / 8], flipped = (char)(*byte ^ 1 << at % 8);
        assert_int_equal(pwrite(subject->file, &flipped, 1, (off_t)(at / 8)), 1);
        if (!subject_play(subject) && all_count) fail_msg("byte %zu, bit %zu: not told", at / 8, at % 8);
        assert_int_equal(pwrite(subject->file, byte, 1, (off_t)(at / 8)), 1);
    }
}

/* A compressed frame has bits that mean nothing: these alone need not be told. */
static void damage_all(const char *ending, bool all_count)
{
    struct subject subject;
    void *stage = record_session(2, 0, ending);
    subject_open(&subject, stage);
    const ssize_t length = (ssize_t)subject.length;
    assert_int_equal(pwrite(subject.file, subject.bytes, subject.length, 0), length);
    assert_false(subject_play(&subject));
    try_cuts(&subject);
    assert_int_equal(pwrite(subject.file, subject.bytes, subject.length, 0), length);
    try_flips(&subject, all_count);
    subject_close(&subject);
    close_stage(&stage);
}

static void a_plain_file_cut_and_flipped(void **state)
{
    (void)state;
    damage_all(".obr", true);
}

static void a_compressed_file_cut_and_flipped(void **state)
{
    (void)state;
    damage_all(".obr.zst", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_file_cut_and_flipped),
        cmocka_unit_test(a_compressed_file_cut_and_flipped),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/playback_damage", tests, NULL, NULL);
}
