/* The recordings that a command was given: whether they can be ones, and are of one session. Main thread. */
#ifndef BOOKTOP_SRC_APP_FILES_H
#define BOOKTOP_SRC_APP_FILES_H

#include <stddef.h>

#define FILES_REASON 512

/* Costs the begin of each file. EXIT_DONE; or what the exit code has to be, with the reason: EXIT_FAILED for one that
 * cannot be read or is none, EXIT_USAGE for files that do not belong together. Damage is not looked for. */
int files_check(const char *const *paths, size_t count, char *error, size_t error_size);

/* Where a recording is to be written: a name that ends in .obr or .obr.zst, or a folder. NULL, or in words (static) why
 * it cannot be: what looks like a file of another kind is not taken for a folder's name. */
const char *files_why_no_place(const char *path);
/* The same for what must be a file. */
const char *files_why_no_file(const char *path);

#endif
