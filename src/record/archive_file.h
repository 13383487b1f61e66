/* The file of an archive: whole pieces or none, on a disk that may refuse. Disk thread. */
#ifndef BOOKTOP_RECORD_ARCHIVE_FILE_H
#define BOOKTOP_RECORD_ARCHIVE_FILE_H

#include "booktop/record/archive.h"

#define ARCHIVE_REASON 160

/* After a failure nothing more is written. A file that is full has begun on the reserve: it can still be ended. */
struct archive_file {
    const struct archive_system *system;
    int handle; /* -1: none */
    int64_t reserve;
    uint64_t stored, synced; /* bytes */
    bool failed, full;
    char reason[ARCHIVE_REASON]; /* of whichever came first */
};

/* Creates it, locked. */
bool archive_file_create(struct archive_file *file, const char *path);
/* Makes sure that its name is on the disk. */
bool archive_file_sync_folder(struct archive_file *file, const char *path);

/* Appends all of it; where that fails what came of it is cut off again. Sees whether the file is full then. */
bool archive_file_append(struct archive_file *file, struct text bytes);
/* What was appended is on the disk then, and under a name. */
bool archive_file_sync(struct archive_file *file);
bool archive_file_close(struct archive_file *file);

/* Keeps the first reason: those that follow come of it. Returns false. */
bool archive_file_fail(struct archive_file *file, const char *doing, int error);
bool archive_file_fail_in_words(struct archive_file *file, const char *words);

#endif
