/* A file that is there when it is whole, and not before: written under another name beside it, named at the end. */
#ifndef BOOKTOP_SRC_APP_EXPORT_FILE_H
#define BOOKTOP_SRC_APP_EXPORT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct export_file {
    FILE *stream;    /* NULL where only the names are wanted */
    char *path;      /* owned; NULL: standard output */
    char *temporary; /* owned; what is written to: of a folder that was there it is the folder itself */
    bool standing;   /* that: it is neither named nor removed */
    int problem;     /* the errno of the first failure, 0: none */
};

/* "-" is standard output. False, with a reason: it cannot be made, or is there already. */
bool export_file_open(struct export_file *file, const char *path, char *error, size_t error_size);
/* The same without a stream, for who writes by the name; `folder`: it is a folder, and an empty one may be there. */
bool export_file_name(struct export_file *file, const char *path, bool folder, char *error, size_t error_size);

/* False: it failed, now or before. */
bool export_file_write(struct export_file *file, const void *bytes, size_t length);

/* `keep`: everything to the disk, and its name; nothing that was there before is overwritten. Otherwise the temporary
 * one is removed (a folder's files are its maker's to remove). */
bool export_file_close(struct export_file *file, bool keep, char *error, size_t error_size);

#endif
