/* The recordings that a command was given: whether they can be ones, and are of one session. Main thread. */
#ifndef BOOKTOP_SRC_APP_FILES_H
#define BOOKTOP_SRC_APP_FILES_H

#include <stddef.h>
#include <stdint.h>

#define FILES_REASON 512

/* Costs the begin of each file. EXIT_DONE; or what the exit code has to be, with the reason: EXIT_FAILED for one that
 * cannot be read or is none, EXIT_USAGE for files that do not belong together. Damage is not looked for. */
int files_check(const char *const *paths, size_t count, char *error, size_t error_size);

/* The same of files that may be of several sessions: `sessions[i]` is the number of the one that paths[i] is of, from
 * 0. A file whose header is damaged is a session of its own, and so is a second one of the same part. One that cannot
 * be read or was given before is FILES_NO_SESSION, told of; the worst code that is for. */
#define FILES_NO_SESSION SIZE_MAX
int files_sessions(const char *const *paths, size_t count, size_t *sessions, size_t *session_count,
                   void (*refused)(const char *why));

/* Words that are to name markets: EXIT_USAGE, with what it is played by, where one is the file of a recording. */
int files_check_words(const char *const *words, size_t count, char *error, size_t error_size);

/* What record and --record want of an -o before anything is begun: a name that ends in .obr or .obr.zst, or a folder;
 * what looks like a file of another kind is not taken for a folder's name, and a file that is there for neither. NULL:
 * there is no -o. EXIT_DONE, or EXIT_USAGE with a reason. */
int files_check_output(const char *path, char *error, size_t error_size);
/* How many of the bytes of an -o name what is there already: behind them are folders that are still to be made. */
size_t files_there(const char *path);
/* Removes the folders behind so many bytes again, where they are empty; nothing where a ".." is among them. */
void files_remove_made(const char *path, size_t there);
/* Why it cannot be the name of a recording that is to be written, in words (static); NULL: it can. */
const char *files_why_no_file(const char *path);

#endif
