#include "archive_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MEBIBYTE INT64_C(1048576)

/* === The real system === */

static int system_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static int64_t system_free_space(int file)
{
    struct statvfs disk;
    uint64_t bytes;
    if (fstatvfs(file, &disk) != 0 || __builtin_mul_overflow(disk.f_bavail, disk.f_frsize, &bytes)) return -1;
    return bytes < INT64_MAX ? (int64_t)bytes : INT64_MAX;
}

const struct archive_system archive_system = {
    .open = system_open,
    .write = write,
    .sync = fdatasync,
    .truncate = ftruncate,
    .free_space = system_free_space,
    .close = close,
};

/* === Failures === */

bool archive_file_fail_in_words(struct archive_file *file, const char *words)
{
    if (!file->failed && !file->full) snprintf(file->reason, sizeof file->reason, "%s", words);
    file->failed = true;
    return false;
}

bool archive_file_fail(struct archive_file *file, const char *doing, int error)
{
    char words[ARCHIVE_REASON];
    const char *what = strerrordesc_np(error);
    if (error == ENOSPC)
        snprintf(words, sizeof words, "no space left on the disk");
    else if (error == EDQUOT)
        snprintf(words, sizeof words, "the quota of disk space is used up");
    else
        snprintf(words, sizeof words, "%s: %s", doing, what ? what : "unknown error");
    return archive_file_fail_in_words(file, words);
}

/* Looked at behind each append, so that the reserve has room for the block that is open, the end, and the index. */
static void see_reserve(struct archive_file *file)
{
    int64_t space = file->system->free_space(file->handle);
    if (space < 0 || space >= file->reserve || file->full) return;
    file->full = true;
    int64_t tenths = space * 10 / MEBIBYTE; /* below the reserve: no overflow */
    snprintf(file->reason, sizeof file->reason, "disk full: %lld.%lld MiB free, %lld MiB kept free",
             (long long)(tenths / 10), (long long)(tenths % 10),
             (long long)((file->reserve + MEBIBYTE - 1) / MEBIBYTE));
}

/* With a comma between thousands: "12,345". */
static void bytes_write(uint64_t bytes, char out[32])
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)bytes), length = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0) out[length++] = ',';
        out[length++] = digits[i];
    }
    out[length] = '\0';
}

static int open_retried(const struct archive_system *system, const char *path, int flags)
{
    int handle;
    do handle = system->open(path, flags | O_CLOEXEC | O_NOCTTY, 0600);
    while (handle < 0 && errno == EINTR);
    return handle;
}

static int sync_retried(const struct archive_system *system, int handle)
{
    int result;
    do result = system->sync(handle);
    while (result != 0 && errno == EINTR);
    return result;
}

/* Whether it is as long as it was written. Where it is not what is on its way is awaited first: not every file system
 * tells it at once. What cannot be told is taken for good. */
static bool see_size(struct archive_file *file)
{
    struct stat about;
    char left[32], written[32], words[ARCHIVE_REASON];
    if (fstat(file->handle, &about) != 0 || (uint64_t)about.st_size == file->stored) return true;
    if (sync_retried(file->system, file->handle) != 0 || fstat(file->handle, &about) != 0 ||
        (uint64_t)about.st_size == file->stored)
        return true;
    bool cut = (uint64_t)about.st_size < file->stored;
    bytes_write((uint64_t)about.st_size, left);
    bytes_write(file->stored, written);
    if (cut)
        snprintf(words, sizeof words, "another program has cut the file: %s of %s bytes are left", left, written);
    else
        snprintf(words, sizeof words, "another program has written to the file: %s bytes instead of %s", left, written);
    return archive_file_fail_in_words(file, words);
}

/* What an append left that did not come to its end. */
static void cut_back(struct archive_file *file)
{
    int result;
    do result = file->system->truncate(file->handle, (off_t)file->stored);
    while (result != 0 && errno == EINTR);
    if (result == 0) return;
    size_t length = strlen(file->reason);
    snprintf(file->reason + length, sizeof file->reason - length, "; a torn block is left at the end");
}

static bool write_all(struct archive_file *file, struct text bytes)
{
    while (bytes.length > 0) {
        ssize_t written = file->system->write(file->handle, bytes.at, bytes.length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return archive_file_fail(file, "writing failed", errno);
        if (written == 0) return archive_file_fail(file, "writing failed", EIO);
        bytes.at += written;
        bytes.length -= (size_t)written;
    }
    return true;
}

/* === Public === */

bool archive_file_create(struct archive_file *file, const char *path)
{
    file->handle = open_retried(file->system, path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL);
    if (file->handle < 0) return archive_file_fail(file, "it cannot be created", errno);
    struct stat about;
    if (fstat(file->handle, &about) == 0) file->identity = (struct archive_identity){about.st_dev, about.st_ino};
    /* A courtesy to other programs. Not every file system knows locks, and nobody else knows the file yet. */
    (void)flock(file->handle, LOCK_EX | LOCK_NB);
    return true;
}

bool archive_file_sync_folder(struct archive_file *file, const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    size_t length = slash ? (size_t)(slash - path) : 0;
    if (length >= sizeof folder) return archive_file_fail(file, "its folder cannot be opened", ENAMETOOLONG);
    memcpy(folder, path, length);
    folder[length] = '\0';
    const char *name = length > 0 ? folder : slash ? "/" : ".";
    int handle = open_retried(file->system, name, O_RDONLY | O_DIRECTORY);
    if (handle < 0) return archive_file_fail(file, "its folder cannot be opened", errno);
    /* EINVAL: a file system that has no such thing for folders. */
    int error = sync_retried(file->system, handle) == 0 || errno == EINVAL ? 0 : errno;
    (void)file->system->close(handle);
    return error == 0 || archive_file_fail(file, "its folder could not be brought to the disk", error);
}

bool archive_file_append(struct archive_file *file, struct text bytes)
{
    if (file->failed || !see_size(file)) return false;
    if (!write_all(file, bytes)) {
        cut_back(file);
        return false;
    }
    file->stored += bytes.length;
    see_reserve(file);
    return true;
}

bool archive_file_sync(struct archive_file *file)
{
    struct stat about;
    if (file->failed) return false;
    if (fstat(file->handle, &about) == 0 && about.st_nlink == 0)
        return archive_file_fail_in_words(file, "the file was removed while it was written");
    if (sync_retried(file->system, file->handle) != 0)
        return archive_file_fail(file, "the disk did not take what was written", errno);
    if (!see_size(file)) return false;
    file->synced = file->stored;
    return true;
}

bool archive_is_at(struct archive_identity identity, const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && about.st_dev == identity.device && about.st_ino == identity.inode;
}

void archive_file_remove(const struct archive_file *file, const char *path)
{
    if (file->handle >= 0 && archive_is_at(file->identity, path)) (void)unlink(path);
}

bool archive_file_close(struct archive_file *file)
{
    int handle = file->handle;
    file->handle = -1;
    /* Closed it is in any case, also after EINTR. */
    if (handle >= 0 && file->system->close(handle) != 0 && errno != EINTR)
        return archive_file_fail(file, "closing failed", errno);
    return !file->failed;
}
