/* Archives in a folder of their own, on a system that fails when it is told to. */
#ifndef BOOKTOP_TESTS_ARCHIVE_RIG_H
#define BOOKTOP_TESTS_ARCHIVE_RIG_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/record/archive.h"
#include "recorded.h"

#define SECOND NANOSECONDS_PER_SECOND
#define WALL   INT64_C(1763712000000000000)
#define BEGAN  INT64_C(1000)

static char folder[] = "/tmp/booktop-archive-XXXXXX";
static char path[128];
static const char *const names[] = {"a.obr", "a.obr.zst"};

static inline void path_set(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

/* === A system that fails when it is told to === */

static struct {
    unsigned calls, fail_at; /* 0: never */
    int error;               /* 0: a write is cut short instead */
    bool failed;
    bool for_good; /* every call from there on */
    bool full;     /* a write that was cut short fails when it is gone on with */
    unsigned writes, syncs;
    int64_t space;
} disk;

static inline bool fails(void)
{
    disk.calls++;
    if (disk.fail_at == 0 || (disk.for_good ? disk.calls < disk.fail_at : disk.calls != disk.fail_at)) return false;
    disk.failed = true;
    errno = disk.error;
    return disk.error != 0;
}

static inline int disk_open(const char *name, int flags, mode_t mode)
{
    return fails() ? -1 : open(name, flags, mode);
}

static inline ssize_t disk_write(int file, const void *bytes, size_t length)
{
    disk.writes++;
    bool was = disk.failed;
    if (was && disk.full) {
        errno = ENOSPC;
        return -1;
    }
    if (fails()) return -1;
    bool now = disk.failed && (!was || disk.for_good);
    return write(file, bytes, now && length > 1 ? length / 2 : length);
}

static inline int disk_sync(int file)
{
    disk.syncs++;
    (void)file;
    return fails() ? -1 : 0;
}

static inline int disk_truncate(int file, off_t length)
{
    return fails() ? -1 : ftruncate(file, length);
}

static inline int64_t disk_space(int file)
{
    (void)file;
    return fails() ? -1 : disk.space;
}

static inline int disk_close(int file)
{
    bool failed = fails();
    int error = errno;
    close(file); /* closed it is in any case */
    errno = error;
    return failed ? -1 : 0;
}

static const struct archive_system system_told = {disk_open,     disk_write, disk_sync,
                                                  disk_truncate, disk_space, disk_close};

static inline int setup(void **state)
{
    (void)state;
    memset(&disk, 0, sizeof disk);
    disk.space = INT64_C(1) << 40;
    return 0;
}

/* === Archives === */

static char error[300];

static inline struct stamp at(int64_t time)
{
    return (struct stamp){BEGAN + time, WALL + time};
}

static inline struct archive *create_reserving(int64_t reserve)
{
    const struct archive_options options = {
        .path = path,
        .compressed = strstr(path, ".zst") != NULL,
        .block_bytes = 4096,
        .header = {.tool = "test", .boot = "b", .venues = {true}},
        .stamp = at(0),
        .from = BEGAN,
        .system = &system_told,
        .reserve = reserve,
    };
    error[0] = '\0';
    return archive_create(&options, error, sizeof error);
}

static inline struct archive *create(void)
{
    return create_reserving(0);
}

/* The n-th line, of about 200 bytes. */
static inline bool add(struct archive *archive, unsigned n, bool round)
{
    static struct json_writer line;
    char frame[200];
    struct stamp stamp = at((int64_t)n * 1000000);
    int length = snprintf(frame, sizeof frame, "{\"n\":%u,\"pad\":\"%0*x\"}", n, (int)(n % 100), n * 2654435761u);
    json_writer_reset(&line);
    assert_true(
        record_write_received(&line, stamp, BEGAN, VENUE_POLYMARKET, 0, n, (struct text){frame, (size_t)length}));
    bool good = archive_add(archive, json_writer_text(&line), stamp, round);
    json_writer_free(&line);
    return good;
}

/* The folder of a program's tests, before and after them all. */
static inline int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) path_set(names[i]);
    path_set("b.obr");
    return rmdir(folder);
}

/* Each has a system that does not fail yet. */
#define TEST(name) cmocka_unit_test_setup(name, setup)

#endif
