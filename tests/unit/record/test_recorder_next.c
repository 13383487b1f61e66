/* How a recorder goes on in another file, for whoever follows it there. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sys/file.h>

#include "booktop/record/recording.h"
#include "recorder_rig.h"

/* === What a follower sees while the next file is being made === */

static struct recording *follower;
static atomic_uint looks;

/* All that there is of it. Returns how it ends. */
static enum recording_damage read_on(struct recording *recording, unsigned *headers)
{
    struct record record;
    struct recording_fault fault;
    enum recording_damage damage = DAMAGE_NONE;
    for (enum recording_step step; (step = recording_next(recording, &record, &fault)) != RECORDING_AT_END;) {
        if (step == RECORDING_FAULT) damage = fault.damage;
        if (step == RECORDING_RECORD) *headers += record.kind == RECORD_HEADER;
    }
    return damage;
}

/* The disk thread's: the file before has its end, and is not let go. */
static int open_looking(const char *path, int flags, mode_t mode)
{
    unsigned headers = 0;
    bool looked = follower && strstr(path, ".obr");
    if (looked && recording_continue(follower) && recording_is_written(follower) &&
        read_on(follower, &headers) == DAMAGE_OPEN && headers == 0 && !recording_continue(follower))
        atomic_fetch_add(&looks, 1);
    return open(path, flags, mode);
}

static void a_file_is_let_go_when_the_next_is_there(void **state)
{
    (void)state;
    struct archive_system system = system_told;
    struct recorder_options options = options_of(folder);
    struct recorder_status status;
    system.open = open_looking;
    options.archive.system = &system;
    options.rotate_time = 3600 * SECOND;
    atomic_store(&looks, 0);
    struct recorder *recorder = create(&options);
    recorder_status(recorder, &status);
    const char *path = status.path;
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    assert_non_null(recording);
    unsigned headers = 0;
    assert_int_equal(read_on(recording, &headers), DAMAGE_OPEN);
    follower = recording;
    assert_true(put(recorder, SECOND, 0) && put(recorder, 4000 * SECOND, 1));
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.records < 2 && !status.failed);
    assert_false(status.failed);
    follower = NULL;
    assert_int_equal(atomic_load(&looks), 1);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &headers), DAMAGE_OPEN);
    assert_int_equal(headers, 2);
    atomic_store(&moved, 4001 * SECOND);
    close_well(recorder);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &headers), DAMAGE_NONE);
    recording_close(recording);
}

/* === One that cannot be closed === */

static atomic_uint closes;

/* Folders are closed too: the first file's is the first close behind the next one's making. */
static int close_badly(int file)
{
    struct stat about;
    bool recording = fstat(file, &about) == 0 && S_ISREG(about.st_mode);
    int result = close(file);
    if (!recording || atomic_fetch_add(&closes, 1) > 0) return result;
    errno = EIO;
    return -1;
}

static void what_could_not_be_closed_has_no_next(void **state)
{
    (void)state;
    struct archive_system system = system_told;
    struct recorder_options options = options_of(folder);
    struct recorder_status status;
    system.close = close_badly;
    options.archive.system = &system;
    options.rotate_time = 3600 * SECOND;
    atomic_store(&closes, 0);
    struct recorder *recorder = create(&options);
    (void)put(recorder, SECOND, 0);
    (void)put(recorder, 4000 * SECOND, 1);
    assert_false(recorder_close_status(recorder, &status, error, sizeof error));
    assert_non_null(strstr(error, "closing failed"));
    assert_non_null(strstr(status.path, "-0.obr.zst"));
    assert_int_equal(status.files, 1);
    assert_int_equal(status.dropped, 1);
    assert_int_equal(look(status.path).frames, 1);
    char next[RECORDER_PATH];
    unsigned files = 0;
    DIR *listing = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.') files++, snprintf(next, sizeof next, "%s", entry->d_name);
    closedir(listing);
    assert_int_equal(files, 1);
    assert_non_null(strstr(status.path, next));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_let_go_when_the_next_is_there),
        TEST(what_could_not_be_closed_has_no_next),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
