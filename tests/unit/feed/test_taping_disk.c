/* Recording onto a disk that fails, is full, or does not answer: the feed goes on, and what is missing is told. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/stat.h>

#include "tape.h"

#define SPEED 8
/* So few that they are full soon. */
#define RING (64u << 10)

static struct tape_stage stage;

/* === A disk that does as it is told === */

static _Atomic int writes_left;  /* before they fail */
static _Atomic int64_t space;    /* free */
static _Atomic bool shut;        /* writes wait */
static _Atomic unsigned waiting; /* so many do */
static sem_t gate;

static ssize_t moody_write(int file, const void *bytes, size_t length)
{
    if (atomic_load(&shut)) {
        atomic_fetch_add(&waiting, 1);
        while (sem_wait(&gate) != 0) continue;
    }
    if (atomic_fetch_sub(&writes_left, 1) > 0) return archive_system.write(file, bytes, length);
    errno = EIO;
    return -1;
}

static int64_t moody_space(int file)
{
    (void)file;
    return atomic_load(&space);
}

static struct archive_system moody;

static void shut_gate(void)
{
    atomic_store(&waiting, 0);
    atomic_store(&shut, true);
}

static void open_gate(void)
{
    atomic_store(&shut, false);
    sem_post(&gate);
}

static int open_stage(void **state)
{
    (void)state;
    moody = archive_system;
    moody.write = moody_write;
    moody.free_space = moody_space;
    writes_left = INT32_MAX;
    space = INT64_MAX;
    shut = false;
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    stage_prepare(&stage, SPEED);
    stage.recording.ring = RING;
    stage.recording.archive = (struct archive_options){.block_time = SECOND / 10, .system = &moody};
    stage_start(&stage);
    stage_show(&stage, HARBOUR);
    return 0;
}

static int close_stage(void **state)
{
    (void)state;
    open_gate();
    stage_close(&stage);
    sem_destroy(&gate);
    return 0;
}

/* === Failures === */

static void await_failure(const char *words)
{
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, stage_status(&stage).state == TAPING_FAILED);
    struct taping_status status = stage_status(&stage);
    assert_true(status.recorder.failed);
    if (!strstr(status.recorder.reason, words)) fail_msg("another reason: %s", status.recorder.reason);
    assert_false(taping_mark(stage.taping, "nobody records", 0));
    stage_await_changes(&stage, 10);
    assert_int_equal(stage_status(&stage).state, TAPING_FAILED);
}

static void a_disk_that_fails_ends_the_recording_alone(void **state)
{
    (void)state;
    char error[REASON];
    struct tape_files files;
    writes_left = 0;
    assert_true(taping_start(stage.taping, error, sizeof error));
    await_failure("error");
    for (int left = 1; left < 4; left++) {
        writes_left = left;
        /* The one before may still be ending. */
        ONLOOKER_AWAIT(&stage.onlooker, LIMIT, taping_start(stage.taping, error, sizeof error));
        await_failure("error");
    }
    writes_left = INT32_MAX;
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, taping_start(stage.taping, error, sizeof error));
    assert_true(taping_await_begin(stage.taping, error, sizeof error));
    assert_int_equal(stage_status(&stage).state, TAPING_ON);
    stage_await_records(&stage, 10);
    assert_true(stage_end(&stage));
    size_t count = tape_files_open(&files, &stage);
    assert_in_range(count, 2, 5);
    struct tape_sum sum = tape_sum(tape_file(&files, count - 1));
    assert_true(sum.begins_with_round && sum.done >= 1 && sum.first_snaps == 1);
    tape_files_close(&files);
}

static void a_full_disk_is_named_as_the_reason(void **state)
{
    (void)state;
    stage_record(&stage);
    stage_await_changes(&stage, 5);
    atomic_store(&space, 1);
    await_failure("disk full");
    assert_false(stage_end(&stage));
}

static void a_folder_that_cannot_be_made_is_refused(void **state)
{
    (void)state;
    char error[REASON] = "", path[128];
    taping_close(stage.taping, error, sizeof error);
    snprintf(path, sizeof path, "%s/file", stage.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    const char *const ends[] = {"/file", "/file/folder", "/nowhere/x.obr"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(path, sizeof path, "%s%s", stage.folder, ends[i]);
        stage.recording.path = path;
        stage.taping = taping_create(stage.onlooker.feed, &stage.recording, NULL);
        assert_non_null(stage.taping);
        error[0] = '\0';
        assert_true(taping_start(stage.taping, error, sizeof error));
        assert_false(taping_await_begin(stage.taping, error, sizeof error));
        assert_non_null(strstr(error, ends[i]));
        assert_true(error[0] != '/'); /* the reason comes first */
        assert_int_equal(stage_status(&stage).state, TAPING_FAILED);
        assert_false(taping_close(stage.taping, error, sizeof error));
        stage.taping = NULL;
    }
}

static void what_is_ended_at_once_is_whole(void **state)
{
    (void)state;
    struct tape_files files;
    stage_record(&stage);
    taping_stop(stage.taping);
    taping_stop(stage.taping);
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    tape_verify(tape_file(&files, 0));
    tape_files_close(&files);
}

static void what_is_stopped_before_it_began_ends(void **state)
{
    (void)state;
    char error[REASON];
    struct tape_files files;
    shut_gate(); /* the begin of the file cannot be written */
    assert_true(taping_start(stage.taping, error, sizeof error));
    assert_int_equal(stage_status(&stage).state, TAPING_BEGINNING);
    assert_false(taping_start(stage.taping, error, sizeof error));
    assert_non_null(strstr(error, "already"));
    assert_false(taping_mark(stage.taping, "too early", 0));
    stage_await_changes(&stage, 10); /* nobody waits for it */
    assert_int_equal(stage_status(&stage).state, TAPING_BEGINNING);
    taping_stop(stage.taping);
    assert_int_equal(stage_status(&stage).state, TAPING_ENDING);
    assert_false(taping_start(stage.taping, error, sizeof error));
    assert_non_null(strstr(error, "still"));
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, atomic_load(&waiting) > 0);
    open_gate();
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, stage_status(&stage).state == TAPING_OFF);
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    tape_verify(tape_file(&files, 0));
    tape_files_close(&files);
}

/* === A disk that does not answer === */

/* Until it hangs in a write, and what the ring has no room for is dropped. */
static void hang_until_records_are_dropped(void)
{
    stage_await_changes(&stage, 5);
    shut_gate();
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, atomic_load(&waiting) > 0);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, stage_status(&stage).recorder.dropped > 0);
    assert_int_equal(stage_status(&stage).state, TAPING_ON);
}

static void a_gap_is_told_and_a_round_follows(void **state)
{
    (void)state;
    struct tape_files files;
    stage_record(&stage);
    hang_until_records_are_dropped();
    stage_await_changes(&stage, 10);
    open_gate();
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, stage_status(&stage).recorder.waiting < RING / 8);
    stage_await_changes(&stage, 20);
    uint64_t dropped = stage_status(&stage).recorder.dropped;
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    struct tape_sum sum = tape_sum(tape_file(&files, 0));
    assert_int_equal(sum.told_dropped, dropped);
    assert_true(sum.rounds > sum.rounds_at_drop && sum.done >= 2);
    tape_files_close(&files);
}

static void nobody_waits_for_the_end(void **state)
{
    (void)state;
    char error[REASON];
    struct tape_files files;
    stage_record(&stage);
    hang_until_records_are_dropped();
    taping_stop(stage.taping); /* it would never return, if it waited */
    assert_int_equal(stage_status(&stage).state, TAPING_ENDING);
    stage_await_changes(&stage, 10);
    assert_false(feed_records(stage.onlooker.feed));
    assert_int_equal(stage_status(&stage).state, TAPING_ENDING);
    assert_false(taping_start(stage.taping, error, sizeof error));
    assert_non_null(strstr(error, "still"));
    uint64_t dropped = stage_status(&stage).recorder.dropped;
    open_gate();
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, stage_status(&stage).state == TAPING_OFF);
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    assert_int_equal(tape_sum(tape_file(&files, 0)).told_dropped, dropped);
    tape_files_close(&files);
}

/* Below what is not there nothing can be made either: the first reason is the cause. */
static void the_first_reason_is_told_of_a_folder(void **state)
{
    (void)state;
    char error[REASON] = "";
    const char *path = "/sys/booktop/recordings"; /* not even root makes folders there */
    if (mkdir("/sys/booktop", 0700) == 0 || errno == ENOENT) skip();
    const char *cause = strerror(errno);
    assert_false(taping_make_folder(path, error, sizeof error));
    const char *why = strstr(error, cause), *where = strstr(error, path);
    assert_non_null(why);
    assert_non_null(where);
    assert_true(why < where); /* a narrow window cuts the end */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_reason_is_told_of_a_folder),
        cmocka_unit_test_setup_teardown(a_disk_that_fails_ends_the_recording_alone, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_full_disk_is_named_as_the_reason, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_made_is_refused, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(what_is_ended_at_once_is_whole, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(what_is_stopped_before_it_began_ends, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_gap_is_told_and_a_round_follows, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(nobody_waits_for_the_end, open_stage, close_stage),
    };
    net_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
