/* A recorder with a clock that is moved by hand, on a disk that can be stopped and filled; and what stands in its
 * files.
 */
#ifndef RECORDER_RIG_H
#define RECORDER_RIG_H

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
#define WALL   (INT64_C(1763712000) * SECOND) /* 2025-11-21T08:00:00Z */
#define BEGAN  INT64_C(5000)

static char folder[] = "/tmp/booktop-recorder-XXXXXX";
static char error[400];

/* === A clock for two threads === */

static _Atomic int64_t moved;

static inline struct stamp told_now(void *context)
{
    (void)context;
    int64_t time = atomic_load(&moved);
    return (struct stamp){BEGAN + time, WALL + time};
}

static const struct clock told = {.now = told_now};

static inline struct stamp at(int64_t time)
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
    _Atomic int64_t space; /* free, as it is told */
} disk = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static inline int disk_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static inline ssize_t disk_write(int file, const void *bytes, size_t length)
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

static inline int disk_sync(int file)
{
    (void)file;
    return 0;
}

static inline int64_t disk_space(int file)
{
    (void)file;
    return atomic_load(&disk.space);
}

static const struct archive_system system_told = {disk_open, disk_write, disk_sync, ftruncate, disk_space, close};

static inline void disk_block(bool blocked)
{
    pthread_mutex_lock(&disk.mutex);
    disk.blocked = blocked;
    pthread_cond_broadcast(&disk.changed);
    pthread_mutex_unlock(&disk.mutex);
}

static inline void disk_wait_until_blocked(void)
{
    pthread_mutex_lock(&disk.mutex);
    while (!disk.waiting) pthread_cond_wait(&disk.changed, &disk.mutex);
    pthread_mutex_unlock(&disk.mutex);
}

/* === Files === */

static inline void folder_clear(void)
{
    DIR *listing = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.') unlinkat(dirfd(listing), entry->d_name, 0);
    closedir(listing);
}

static inline int setup(void **state)
{
    (void)state;
    atomic_store(&moved, 0);
    atomic_store(&disk.full, false);
    atomic_store(&disk.space, INT64_MAX);
    disk.blocked = false;
    disk.waiting = false;
    folder_clear();
    return 0;
}

static inline const char *path_of(const char *name)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline struct recorder_options options_of(const char *path)
{
    return (struct recorder_options){
        .path = path,
        .header = {.tool = "test", .boot = "b", .venues = {true, true}, .keys = {false, true}},
        .clock = &told,
        .archive = {.block_bytes = 8192, .system = &system_told},
    };
}

static inline struct recorder *create(const struct recorder_options *options)
{
    struct recorder *recorder = recorder_create(options, error, sizeof error);
    if (!recorder) fail_msg("%s", error);
    return recorder;
}

static inline bool put(struct recorder *recorder, int64_t time, uint64_t n)
{
    char frame[64];
    int length = snprintf(frame, sizeof frame, "{\"frame\":%llu}", (unsigned long long)n);
    return recorder_received(recorder, at(time), VENUE_KALSHI, 2, n, (struct text){frame, (size_t)length});
}

static inline void close_well(struct recorder *recorder)
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

static inline void see(void *context, const struct record *record)
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

static inline struct seen look(const char *path)
{
    struct seen seen = {0};
    struct recorded recorded = recorded_check(path, see, &seen);
    recorded_free(&recorded);
    return seen;
}

/* === The program === */

#define TEST(name) cmocka_unit_test_setup(name, setup)

static inline int folder_make(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static inline int folder_remove(void **state)
{
    (void)state;
    folder_clear();
    return rmdir(folder);
}

#endif
