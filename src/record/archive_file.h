/* The file of an archive: whole pieces or none, on a disk that may refuse. Disk thread. */
#ifndef BOOKTOP_RECORD_ARCHIVE_FILE_H
#define BOOKTOP_RECORD_ARCHIVE_FILE_H

#include "booktop/record/archive.h"

#define ARCHIVE_REASON 160

/* After a failure nothing more is written. A file that is full has begun on the reserve: it can still be ended. */
struct archive_file {
    const struct archive_system *system;
    int handle; /* -1: none */
    struct archive_identity identity;
    int64_t reserve;
    uint64_t stored, synced; /* bytes */
    bool failed, full;
    char reason[ARCHIVE_REASON]; /* of whichever came first */
};

/* Creates it, locked. */
bool archive_file_create(struct archive_file *file, const char *path);
/* Makes sure that its name is on the disk. */
bool archive_file_sync_folder(struct archive_file *file, const char *path);

/* Appends all of it, if the file is still as it was left; where that fails what came of it is cut off again. Sees
 * whether the disk is full then. */
bool archive_file_append(struct archive_file *file, struct text bytes);
/* What was appended is on the disk then, all of it and under a name, though it may be another than it had. */
bool archive_file_sync(struct archive_file *file);
bool archive_file_close(struct archive_file *file);

/* Removes the name of the file that is open, unless it is another file's by now. */
void archive_file_remove(const struct archive_file *file, const char *path);

/* Keeps the first reason: those that follow come of it. Returns false. */
bool archive_file_fail(struct archive_file *file, const char *doing, int error);
bool archive_file_fail_in_words(struct archive_file *file, const char *words);

#endif
