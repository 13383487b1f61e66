/* The files of one session: how they are named, and when one follows the other. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "recorder_rig.h"

static char present[4][RECORDER_PATH];

static unsigned files_list(void)
{
    DIR *listing = opendir(folder);
    unsigned count = 0;
    for (const struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.' && count < 4)
            snprintf(present[count++], RECORDER_PATH, "%s", path_of(entry->d_name));
    closedir(listing);
    qsort(present, count, RECORDER_PATH, (int (*)(const void *, const void *))strcmp);
    return count;
}

/* Each file names the hash of the one before; together they hold `frames`. */
static void check_session(unsigned files, uint64_t frames)
{
    struct seen seen = {0};
    char hash[RECORD_HASH_SIZE] = "";
    assert_int_equal(files_list(), files);
    for (unsigned i = 0; i < files; i++) {
        struct recorded recorded = recorded_check(present[i], see, &seen);
        assert_true(recorded.ended);
        assert_int_equal(seen.sequence, i);
        assert_string_equal(seen.previous, hash);
        memcpy(hash, recorded.hash, sizeof hash);
        recorded_free(&recorded);
    }
    assert_int_equal(seen.frames, frames);
}

static void files_change_by_bytes(void **state)
{
    (void)state;
    struct recorder_options options = options_of(folder);
    options.rotate_bytes = 30000;
    struct recorder *recorder = create(&options);
    for (uint64_t n = 0; n < 1000; n++) assert_true(put(recorder, (int64_t)n, n));
    close_well(recorder);
    check_session(3, 1000);
    assert_non_null(strstr(present[0], "/booktop-polymarket+kalshi-20251121T080000Z-0.obr.zst"));
    assert_non_null(strstr(present[2], "-2.obr.zst"));
}

static void files_change_by_time_and_at_midnight(void **state)
{
    (void)state;
    struct recorder_options options = options_of(folder);
    options.rotate_time = 10 * 3600 * SECOND;
    struct recorder *recorder = create(&options);
    uint64_t n = 0;
    struct recorder_status status;
    static const int64_t hours[] = {0, 9, 10, 15, 16, 17}; /* begun at eight */
    for (unsigned i = 0; i < 6; i++) assert_true(put(recorder, hours[i] * 3600 * SECOND, n++));
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.records < n);
    assert_int_equal(status.files, 3);
    assert_true(recorder_wants_round(recorder, at(17 * 3600 * SECOND)));
    atomic_store(&moved, 18 * 3600 * SECOND);
    close_well(recorder);
    check_session(3, 6);
    assert_non_null(strstr(present[1], "20251121T180000Z-1"));
    assert_non_null(strstr(present[2], "20251122T000000Z-2"));
    assert_string_equal(status.path, present[2]);
}

static void names_that_are_taken_are_left_alone(void **state)
{
    (void)state;
    struct recorder_options options = options_of(folder);
    struct recorder *first = create(&options);
    options.header.venues[VENUE_POLYMARKET] = true;
    struct recorder *second = create(&options); /* in the same second */
    assert_true(put(second, 0, 0));
    close_well(first);
    close_well(second);
    assert_int_equal(files_list(), 2);
    assert_non_null(strstr(present[0], "Z-0.obr.zst"));
    assert_non_null(strstr(present[1], "Z-1.obr.zst"));
    assert_int_equal(look(present[1]).frames, 1);
    assert_int_equal(look(present[1]).sequence, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_change_by_bytes),
        TEST(files_change_by_time_and_at_midnight),
        TEST(names_that_are_taken_are_left_alone),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
