/* The files of one session: how they are named, and when one follows the other. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/record/recording.h"
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

static int open_the_first(const char *path, int flags, mode_t mode)
{
    if (!strstr(path, "-1.obr")) return open(path, flags, mode);
    errno = EDQUOT;
    return -1;
}

/* What is told of is the file that is there. */
static void a_file_that_cannot_follow_is_not_named(void **state)
{
    (void)state;
    struct archive_system system = system_told;
    struct recorder_options options = options_of(folder);
    system.open = open_the_first;
    options.archive.system = &system;
    options.rotate_bytes = 30000;
    struct recorder *recorder = create(&options);
    struct recorder_status status;
    uint64_t n = 0;
    while (n < 1000) (void)put(recorder, (int64_t)n, n), n++;
    assert_false(recorder_close_status(recorder, &status, error, sizeof error));
    assert_non_null(strstr(error, "quota"));
    assert_true(strncmp(error, "no next file: ", 14) == 0 && error[14] != '/'); /* why, before where */
    assert_non_null(strstr(error, folder));
    assert_int_equal(files_list(), 1);
    assert_string_equal(status.path, present[0]);
    assert_int_equal(status.files, 1);
    assert_true(status.failed && status.whole); /* it has its end */
    struct seen seen = look(present[0]);
    assert_int_equal(seen.frames + status.dropped, n);
}

/* What matters is why. */
static void a_long_path_leaves_room_for_the_reason(void **state)
{
    (void)state;
    char path[900], short_error[100], tiny[8];
    memset(path, 'd', sizeof path);
    memcpy(path + sizeof path - 9, "/x.y.obr", 9);
    struct recorder_options options = options_of(path);
    assert_null(recorder_create(&options, short_error, sizeof short_error));
    assert_true(strncmp(short_error, "...dd", 5) == 0);
    assert_non_null(strstr(short_error, "/x.y.obr: it cannot be created: "));
    assert_int_equal(strlen(short_error), sizeof short_error - 1);
    const char *name = path;
    assert_null(recording_open(&name, 1, short_error, sizeof short_error));
    assert_non_null(strstr(short_error, "/x.y.obr: "));
    assert_null(recording_open(&name, 1, tiny, sizeof tiny));
    assert_int_equal(strlen(tiny), sizeof tiny - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_change_by_bytes),
        TEST(files_change_by_time_and_at_midnight),
        TEST(names_that_are_taken_are_left_alone),
        TEST(a_file_that_cannot_follow_is_not_named),
        TEST(a_long_path_leaves_room_for_the_reason),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
