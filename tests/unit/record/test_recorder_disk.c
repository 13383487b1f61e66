/* A recorder on a disk that is slow, full, or blocked. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "recorder_rig.h"

static void a_blocked_disk_holds_nothing_up(void **state)
{
    (void)state;
    const char *path = path_of("b.obr.zst");
    struct recorder_options options = options_of(path);
    options.ring = 64u << 10;
    struct recorder *recorder = create(&options);
    assert_true(recorder_wants_round(recorder, at(0)));
    assert_true(recorder_round(recorder, at(0), 1, false, TEXT("")));
    assert_true(recorder_round(recorder, at(0), 1, true, TEXT("")));
    assert_false(recorder_wants_round(recorder, at(0)));
    recorder_want_round(recorder);
    assert_true(recorder_wants_round(recorder, at(0)));
    assert_true(recorder_round(recorder, at(0), 1, false, TEXT("")));
    assert_true(recorder_round(recorder, at(0), 1, true, TEXT("")));
    assert_false(recorder_wants_round(recorder, at(0)));

    disk_block(true);
    uint64_t n = 0, taken = 0;
    while (n < 200) taken += put(recorder, 1, n++);
    disk_wait_until_blocked(); /* inside write, and there it stays */
    while (n < 5000) taken += put(recorder, 2, n++);
    struct recorder_status status;
    recorder_status(recorder, &status);
    assert_int_equal(status.dropped, n - taken);
    assert_true(status.dropped > 1000);
    assert_true(status.waiting > options.ring / 2);
    assert_false(recorder_wants_round(recorder, at(3))); /* it would be lost as well */
    uint64_t dropped = status.dropped;

    disk_block(false);
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.waiting > 0);
    assert_true(recorder_wants_round(recorder, at(4)));
    assert_true(recorder_round(recorder, at(4), 2, false, TEXT("")));
    assert_true(recorder_round(recorder, at(4), 2, true, TEXT("")));
    assert_false(recorder_wants_round(recorder, at(4)));
    while (n < 5100) assert_true(put(recorder, 5, n++));
    close_well(recorder);
    struct seen seen = look(path); /* `missing` leads from each frame to the next */
    assert_int_equal(seen.missing, dropped);
    assert_int_equal(seen.frames, taken + 100);
    assert_int_equal(seen.next, n);
    assert_int_equal(seen.rounds, 6);
}

static void losses_at_the_very_end_are_told(void **state)
{
    (void)state;
    const char *path = path_of("e.obr");
    struct recorder_options options = options_of(path);
    options.ring = 64u << 10;
    struct recorder *recorder = create(&options);
    disk_block(true);
    uint64_t n = 0, taken = 0;
    while (n < 200) taken += put(recorder, 1, n++);
    disk_wait_until_blocked();
    while (put(recorder, 1, n++)) taken++;
    disk_block(false);
    close_well(recorder);
    struct seen seen = look(path);
    assert_int_equal(seen.missing, n - taken);
    assert_int_equal(seen.frames, taken);
}

static void a_full_disk_ends_the_recording_alone(void **state)
{
    (void)state;
    const char *path = path_of("f.obr.zst");
    struct recorder_options options = options_of(path);
    struct recorder *recorder = create(&options);
    uint64_t n = 0;
    struct recorder_status status;
    while (n < 1000) assert_true(put(recorder, 1, n++));
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.records < 1000);
    atomic_store(&disk.full, true);
    while (put(recorder, 1, n)) {
        n++;
        sched_yield();
    }
    do recorder_status(recorder, &status);
    while (!status.failed || status.waiting > 0);
    assert_string_equal(status.reason, "no space left on the disk");
    assert_false(status.whole);
    assert_false(recorder_wants_round(recorder, at(20 * SECOND)));
    assert_false(put(recorder, 2, n));
    /* Nothing is uncounted: what was put is in the file, or dropped. */
    uint64_t all = n + 2, kept = status.records;
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.records + status.dropped < all);
    assert_int_equal(status.records + status.dropped, all);
    assert_false(recorder_close(recorder, error, sizeof error));
    assert_string_equal(error, "no space left on the disk");
    struct seen seen = look(path);
    assert_int_equal(seen.frames, kept);
    assert_true(kept > 0 && kept < 1100);
}

/* Less is free than is to be left free. */
static void the_reserve_has_room_for_the_end(void **state)
{
    (void)state;
    static const char *const names[] = {"r.obr", "r.obr.zst"};
    for (unsigned i = 0; i < 2; i++) {
        const char *path = path_of(names[i]);
        struct recorder_options options = options_of(path);
        atomic_store(&disk.space, INT64_MAX);
        struct recorder *recorder = create(&options);
        uint64_t n = 0;
        struct recorder_status status;
        while (n < 1000) assert_true(put(recorder, 1, n++));
        atomic_store(&disk.space, (INT64_C(64) << 20) - 1);
        do {
            n += put(recorder, 1, n);
            recorder_status(recorder, &status);
        } while (!status.failed);
        assert_string_equal(status.reason, "disk full, what was recorded is whole (63.9 MiB free, 64 MiB kept free)");
        assert_true(status.whole);
        struct recorder_status last;
        assert_false(recorder_close_status(recorder, &last, error, sizeof error));
        assert_string_equal(error, status.reason);
        struct recorded recorded = recorded_check(path, NULL, NULL);
        assert_true(recorded.ended);
        assert_int_equal(recorded.records, last.records);
        recorded_free(&recorded);
        struct seen seen = look(path);
        assert_in_range(seen.frames, 1, n);
        assert_int_equal(seen.missing, 0);
        options.path = path_of("another.obr");
        assert_null(recorder_create(&options, error, sizeof error));
        assert_non_null(strstr(error, "another.obr: disk full: 63.9 MiB free"));
        assert_int_equal(access(options.path, F_OK), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_blocked_disk_holds_nothing_up),
        TEST(losses_at_the_very_end_are_told),
        TEST(a_full_disk_ends_the_recording_alone),
        TEST(the_reserve_has_room_for_the_end),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
