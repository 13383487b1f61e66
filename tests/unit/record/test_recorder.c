/* What the feed tells, in files; on a disk that is slow, full, or blocked. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/record/recorder.h"

#include "recorded.h"

#define SECOND NANOSECONDS_PER_SECOND
#define DAY    (86400 * SECOND)
#define WALL   (INT64_C(1763712000) * SECOND) /* 2025-11-21T08:00:00Z */
#define BEGAN  INT64_C(5000)

static char folder[] = "/tmp/booktop-recorder-XXXXXX";
static char error[400];

/* === A clock for two threads === */

static _Atomic int64_t moved;

static struct stamp told_now(void *context)
{
    (void)context;
    int64_t time = atomic_load(&moved);
    return (struct stamp){BEGAN + time, WALL + time};
}

static const struct clock told = {.now = told_now};

static struct stamp at(int64_t time)
{
    return (struct stamp){BEGAN + time, WALL + time};
}

/* === A disk that can be stopped, and can be full === */

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool blocked; /* writes wait */
    bool waiting; /* one does */
    atomic_bool full;
} disk = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static int disk_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static ssize_t disk_write(int file, const void *bytes, size_t length)
{
    pthread_mutex_lock(&disk.mutex);
    disk.waiting = disk.blocked;
    pthread_cond_broadcast(&disk.changed);
    while (disk.blocked) pthread_cond_wait(&disk.changed, &disk.mutex);
    disk.waiting = false;
    pthread_mutex_unlock(&disk.mutex);
    if (!atomic_load(&disk.full)) return write(file, bytes, length);
    errno = ENOSPC;
    return -1;
}

static int disk_sync(int file)
{
    (void)file;
    return 0;
}

static int64_t disk_space(int file)
{
    (void)file;
    return INT64_MAX;
}

static const struct archive_system system_told = {disk_open, disk_write, disk_sync, ftruncate, disk_space, close};

static void disk_block(bool blocked)
{
    pthread_mutex_lock(&disk.mutex);
    disk.blocked = blocked;
    pthread_cond_broadcast(&disk.changed);
    pthread_mutex_unlock(&disk.mutex);
}

static void disk_wait_until_blocked(void)
{
    pthread_mutex_lock(&disk.mutex);
    while (!disk.waiting) pthread_cond_wait(&disk.changed, &disk.mutex);
    pthread_mutex_unlock(&disk.mutex);
}

/* === Files === */

static void folder_clear(void)
{
    DIR *listing = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.') unlinkat(dirfd(listing), entry->d_name, 0);
    closedir(listing);
}

static int setup(void **state)
{
    (void)state;
    atomic_store(&moved, 0);
    atomic_store(&disk.full, false);
    disk.blocked = false;
    disk.waiting = false;
    folder_clear();
    return 0;
}

static const char *path_of(const char *name)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static struct recorder_options options_of(const char *path)
{
    return (struct recorder_options){
        .path = path,
        .header = {.tool = "test", .boot = "b", .venues = {true, true}, .keys = {false, true}},
        .clock = &told,
        .archive = {.block_bytes = 8192, .system = &system_told},
    };
}

static struct recorder *create(const struct recorder_options *options)
{
    struct recorder *recorder = recorder_create(options, error, sizeof error);
    if (!recorder) fail_msg("%s", error);
    return recorder;
}

static bool put(struct recorder *recorder, int64_t time, uint64_t n)
{
    char frame[64];
    int length = snprintf(frame, sizeof frame, "{\"frame\":%llu}", (unsigned long long)n);
    return recorder_received(recorder, at(time), VENUE_KALSHI, 2, n, (struct text){frame, (size_t)length});
}

static void close_well(struct recorder *recorder)
{
    if (!recorder_close(recorder, error, sizeof error)) fail_msg("%s", error);
}

/* What stands in a file: frames by number, in order, and what is said to be missing. */
struct seen {
    uint64_t frames, missing, events, rounds, records;
    uint64_t next; /* frame */
    bool gap;      /* frames may be missing here */
    unsigned sequence;
    char previous[RECORD_HASH_SIZE];
};

static void see(void *context, const struct record *record)
{
    struct seen *seen = context;
    seen->records++;
    if (record->kind == RECORD_HEADER) {
        seen->sequence = record->header.sequence;
        snprintf(seen->previous, sizeof seen->previous, "%s", record->header.previous ? record->header.previous : "");
    }
    if (record->kind == RECORD_ROUND) seen->rounds++;
    if (record->kind == RECORD_EVENT) seen->events++;
    if (record->kind == RECORD_EVENT && record->happening.event == RECORD_DROPPED) {
        assert_true(record->happening.amount > 0);
        seen->missing += (uint64_t)record->happening.amount;
        seen->next += (uint64_t)record->happening.amount;
    }
    if (record->kind != RECORD_RECEIVED) return;
    char wanted[64];
    snprintf(wanted, sizeof wanted, "{\"frame\":%llu}", (unsigned long long)record->number);
    assert_true(text_is(record->payload, wanted));
    assert_int_equal(record->number, seen->next);
    seen->next++;
    seen->frames++;
}

static struct seen look(const char *path)
{
    struct seen seen = {0};
    struct recorded recorded = recorded_check(path, see, &seen);
    recorded_free(&recorded);
    return seen;
}

/* === What is told is written === */

struct kinds {
    const struct instrument *instrument;
    unsigned count;
};

static void see_kinds(void *context, const struct record *record)
{
    struct kinds *kinds = context;
    const struct record_happening *happening = &record->happening;
    switch (kinds->count++) {
    case 0:
        assert_int_equal(record->kind, RECORD_HEADER);
        return;
    case 1:
        assert_int_equal(happening->event, RECORD_OPENED);
        assert_true(text_is(happening->url, "wss://a"));
        assert_int_equal(record->link, 1);
        break;
    case 2:
        assert_int_equal(happening->event, RECORD_WATCHED);
        assert_memory_equal(happening->instrument, kinds->instrument, sizeof *kinds->instrument);
        break;
    case 3:
        assert_int_equal(record->kind, RECORD_SENT);
        assert_true(text_is(record->payload, " {\"cmd\":1}\n"));
        break;
    case 4:
        assert_int_equal(record->kind, RECORD_ASKED);
        assert_true(text_is(happening->words, "book") && text_is(happening->url, "https://b"));
        assert_int_equal(record->reply.request, 77);
        break;
    case 5:
        assert_int_equal(record->kind, RECORD_REPLIED);
        assert_int_equal(record->reply.status, 429);
        assert_int_equal(record->reply.retry_after, 9);
        assert_string_equal(record->reply.reason, "slow");
        assert_true(text_is(record->reply.body, "no"));
        break;
    case 6:
        assert_int_equal(record->kind, RECORD_REPLIED);
        assert_null(record->reply.reason);
        break;
    case 7:
        assert_int_equal(happening->event, RECORD_LOOKED_UP);
        assert_int_equal(happening->lookup, 5);
        assert_int_equal(happening->lookup_kind, 3);
        assert_true(text_is(happening->words, "bridge"));
        break;
    case 8:
        assert_true(record->kind == RECORD_ROUND && !record->done && record->number == 4);
        break;
    case 9:
        assert_int_equal(record->kind, RECORD_SNAP);
        assert_memory_equal(&record->instrument, kinds->instrument, sizeof *kinds->instrument);
        break;
    case 10:
        assert_true(record->kind == RECORD_ROUND && record->done);
        break;
    case 11:
        assert_int_equal(happening->event, RECORD_CLOCK);
        assert_int_equal(happening->amount, -8);
        break;
    case 12:
        assert_int_equal(record->kind, RECORD_END);
        break;
    default:
        fail_msg("too many");
    }
    assert_int_equal(record->stamp.mono, kinds->count - 1);
}

static void every_kind_arrives(void **state)
{
    (void)state;
    static const char *const names[] = {"k.obr", "k.obr.zst"};
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_KALSHI, TEXT("KX"), 4, 2));
    for (unsigned i = 0; i < 2; i++) {
        const char *path = path_of(names[i]);
        struct recorder_options options = options_of(path);
        struct recorder *recorder = create(&options);
        const struct record_reply slow = {VENUE_KALSHI, 77, 429, 9, "slow", TEXT("no")};
        const struct record_reply good = {VENUE_KALSHI, 78, 200, 0, NULL, TEXT("[]")};
        struct record_happening opened = {
            .event = RECORD_OPENED, .venue = VENUE_KALSHI, .link = 1, .url = TEXT("wss://a")};
        struct record_happening watched = {.event = RECORD_WATCHED, .instrument = &instrument};
        struct record_happening lookup = {
            .event = RECORD_LOOKED_UP, .venue = VENUE_KALSHI, .lookup = 5, .lookup_kind = 3, .words = TEXT("bridge")};
        struct record_happening step = {.event = RECORD_CLOCK, .amount = -8};
        assert_true(recorder_event(recorder, at(1), &opened));
        assert_true(recorder_event(recorder, at(2), &watched));
        assert_true(recorder_sent(recorder, at(3), VENUE_KALSHI, 0, TEXT(" {\"cmd\":1}\n")));
        assert_true(recorder_asked(recorder, at(4), VENUE_KALSHI, 77, "book", "https://b"));
        assert_true(recorder_replied(recorder, at(5), &slow));
        assert_true(recorder_replied(recorder, at(6), &good));
        assert_true(recorder_event(recorder, at(7), &lookup));
        assert_true(recorder_round(recorder, at(8), 4, false, TEXT("{}")));
        assert_true(recorder_snap(recorder, at(9), 4, &instrument, TEXT("\"x\":1")));
        assert_true(recorder_round(recorder, at(10), 4, true, TEXT("")));
        assert_true(recorder_event(recorder, at(11), &step));
        atomic_store(&moved, 12);
        close_well(recorder);
        atomic_store(&moved, 0);
        struct kinds kinds = {&instrument, 0};
        struct recorded recorded = recorded_check(path, see_kinds, &kinds);
        assert_int_equal(kinds.count, 13);
        recorded_free(&recorded);
    }
}

/* The feed asks for the status while the disk thread works. */
static void the_status_follows(void **state)
{
    (void)state;
    const char *path = path_of("s.obr.zst");
    struct recorder_options options = options_of(path);
    struct recorder *recorder = create(&options);
    struct recorder_status status;
    recorder_status(recorder, &status);
    assert_int_equal(status.files, 1);
    assert_int_equal(status.since, BEGAN);
    assert_string_equal(status.path, path);
    for (uint64_t n = 0; n < 3000; n++) {
        assert_true(put(recorder, (int64_t)n, n));
        if (n % 100 == 0) recorder_status(recorder, &status);
    }
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.records < 3000);
    assert_int_equal(status.records, 3000);
    assert_int_equal(status.waiting, 0);
    assert_int_equal(status.dropped, 0);
    assert_false(status.failed);
    assert_true(status.stored > 0 && status.bytes > status.stored);
    close_well(recorder);
    assert_int_equal(look(path).frames, 3000);
}

/* The last block reaches the file though no record comes any more: by the clock, which is the disk thread's business.
 */
static void a_quiet_feed_is_written_too(void **state)
{
    (void)state;
    const char *path = path_of("q.obr");
    struct recorder_options options = options_of(path);
    static struct clock_start begin;
    struct clock fast = clock_fast(&begin, 1000);
    options.clock = &fast;
    struct recorder *recorder = create(&options);
    struct recorder_status status;
    recorder_status(recorder, &status);
    uint64_t stored = status.stored;
    const struct record_happening mark = {.event = RECORD_MARK};
    assert_true(recorder_event(recorder, clock_now(&fast), &mark));
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.stored == stored);
    close_well(recorder);
}

/* === A disk that does not keep up === */

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

/* === Several files === */

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

static void a_round_is_wanted_when_it_pays(void **state)
{
    (void)state;
    struct recorder_options options = options_of(path_of("r.obr"));
    struct recorder *recorder = create(&options);
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_KALSHI, TEXT("KX"), 4, 2));
    char market[2000];
    memset(market, ' ', sizeof market);
    memcpy(market, "\"x\":1", 5);
    assert_true(recorder_wants_round(recorder, at(0)));
    assert_true(recorder_round(recorder, at(0), 1, false, TEXT("")));
    assert_true(recorder_snap(recorder, at(0), 1, &instrument, (struct text){market, sizeof market}));
    assert_true(recorder_round(recorder, at(0), 1, true, TEXT("")));
    uint64_t n = 0;
    assert_false(recorder_wants_round(recorder, at(11 * SECOND))); /* nothing was recorded since */
    while (n < 20) assert_true(put(recorder, 1, n++));
    assert_false(recorder_wants_round(recorder, at(11 * SECOND))); /* not ten times as much */
    while (n < 500) assert_true(put(recorder, 1, n++));
    assert_false(recorder_wants_round(recorder, at(10 * SECOND - 1)));
    assert_true(recorder_wants_round(recorder, at(10 * SECOND)));
    close_well(recorder);
}

static void where_it_cannot_go_is_said(void **state)
{
    (void)state;
    char longest[RECORDER_PATH + 10];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const struct {
        const char *path, *why;
    } refused[] = {{"", "empty"},
                   {longest, "too long"},
                   {"/tmp/x.json", ".obr"},
                   {".obr", "neither"},
                   {"/tmp/no-such-folder/x.obr", "No such file"},
                   {"/proc/x.obr", "/proc/x.obr"}};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct recorder_options options = options_of(refused[i].path);
        assert_null(recorder_create(&options, error, sizeof error));
        if (!strstr(error, refused[i].why)) fail_msg("%s", error);
    }
    struct recorder_options options = options_of(path_of("t.obr"));
    close_well(create(&options));
    assert_null(recorder_create(&options, error, sizeof error));
    assert_non_null(strstr(error, "exists"));
}

static void the_largest_frame(void **state)
{
    (void)state;
    const char *path = path_of("l.obr.zst");
    struct recorder_options options = options_of(path);
    struct recorder *recorder = create(&options);
    size_t length = 16u << 20;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, '\xFF', length); /* the longest of lines: base64 */
    assert_true(recorder_received(recorder, at(1), VENUE_KALSHI, 0, 1, (struct text){bytes, length}));
    free(bytes);
    close_well(recorder);
    struct recorded recorded = recorded_check(path, NULL, NULL);
    assert_int_equal(recorded.records, 2);
    recorded_free(&recorded);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_kind_arrives),
        TEST(the_status_follows),
        TEST(a_quiet_feed_is_written_too),
        TEST(a_blocked_disk_holds_nothing_up),
        TEST(losses_at_the_very_end_are_told),
        TEST(a_full_disk_ends_the_recording_alone),
        TEST(files_change_by_bytes),
        TEST(files_change_by_time_and_at_midnight),
        TEST(names_that_are_taken_are_left_alone),
        TEST(a_round_is_wanted_when_it_pays),
        TEST(where_it_cannot_go_is_said),
        TEST(the_largest_frame),
    };
    if (!mkdtemp(folder)) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    folder_clear();
    rmdir(folder);
    return failed;
}
