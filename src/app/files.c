#include "files.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/app/options.h"
#include "booktop/record/recording.h"

/* === What is read === */

/* Why it cannot be a recording; NULL: it can. */
static const char *why_no_file(const struct stat *status)
{
    if (S_ISREG(status->st_mode)) return status->st_size > 0 ? NULL : "it is empty";
    if (S_ISDIR(status->st_mode)) return "it is a directory: name the recordings in it";
    if (S_ISFIFO(status->st_mode)) return "it is a pipe: what is read back and forth must be a file";
    if (S_ISSOCK(status->st_mode)) return "it is a socket: a recording is a file";
    return "it is a device: a recording is a file";
}

static int refuse(char *error, size_t size, const char *path, const char *why)
{
    snprintf(error, size, "%.200s: %s", path, why);
    return EXIT_FAILED;
}

static int look(const char *path, struct stat *status, char *error, size_t size)
{
    if (strcmp(path, "-") == 0) return refuse(error, size, path, "recordings are files, and not read from a pipe");
    if (stat(path, status) != 0) return refuse(error, size, path, strerror(errno));
    const char *why = why_no_file(status);
    return why ? refuse(error, size, path, why) : EXIT_DONE;
}

/* What a file's header says of the session. */
struct part {
    const char *path;
    dev_t device;
    ino_t inode;
    int64_t began; /* wall ns of the session, 0: not known */
    unsigned sequence;
    char boot[64];
};

/* Opening reads the header alone, and of a damaged file the first block that is whole. */
static int read_part(struct part *part, const char *path, char *error, size_t size)
{
    struct stat status;
    int code = look(path, &status, error, size);
    if (code != EXIT_DONE) return code;
    *part = (struct part){.path = path, .device = status.st_dev, .inode = status.st_ino};
    struct recording *recording = recording_open(&path, 1, error, size);
    if (!recording) return EXIT_FAILED;
    const struct record_header *header = recording_header(recording);
    if (header && !header->lost) {
        part->began = header->stamp.wall;
        part->sequence = header->sequence;
        snprintf(part->boot, sizeof part->boot, "%s", header->boot ? header->boot : "");
    }
    recording_close(recording);
    return EXIT_DONE;
}

static bool same_file(const struct part *first, const struct part *second)
{
    return first->device == second->device && first->inode == second->inode;
}

/* NULL, or why two files cannot be played one behind the other. */
static const char *why_apart(const struct part *first, const struct part *second)
{
    if (same_file(first, second)) return "is the same file as";
    if (!first->began || !second->began) return NULL; /* damaged: it will be told of */
    if (first->began != second->began || strcmp(first->boot, second->boot) != 0) return "is of another recording than";
    if (first->sequence == second->sequence) return "is the same part of the recording as";
    return NULL;
}

static int refuse_pair(const struct part *first, const struct part *second, char *error, size_t size)
{
    const char *why = why_apart(first, second);
    if (!why) return EXIT_DONE;
    if (strcmp(first->path, second->path) == 0)
        snprintf(error, size, "%.200s was given twice", first->path);
    else
        snprintf(error, size, "%.200s %s %.200s", second->path, why, first->path);
    return EXIT_USAGE;
}

/* Each is compared with those before it: the files of a session are few. */
static int compare_parts(const struct part *parts, size_t count, char *error, size_t size)
{
    int code = EXIT_DONE;
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i && code == EXIT_DONE; j++) code = refuse_pair(&parts[j], &parts[i], error, size);
    return code;
}

/* One whose header is damaged is of none. */
static bool same_session(const struct part *first, const struct part *second)
{
    return first->began && first->began == second->began && strcmp(first->boot, second->boot) == 0;
}

/* Whether one before is the same part of that session. */
static bool is_taken(const struct part *parts, const size_t *sessions, size_t i, size_t session)
{
    for (size_t j = 0; j < i; j++)
        if (sessions[j] == session && parts[j].sequence == parts[i].sequence) return true;
    return false;
}

/* Numbers them in order of their first files. What is another file of the same part is by itself. */
static void number_sessions(const struct part *parts, size_t count, size_t *sessions, size_t *session_count)
{
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        if (sessions[i] == FILES_NO_SESSION) continue;
        while (same < i && (sessions[same] == FILES_NO_SESSION || !same_session(&parts[same], &parts[i]))) same++;
        bool alone = same == i || is_taken(parts, sessions, i, sessions[same]);
        sessions[i] = alone ? (*session_count)++ : sessions[same];
    }
}

/* Reads what it says of itself; one that cannot be read, or is one of those before it, is of no session. */
static int sort_part(struct part *parts, size_t *sessions, size_t i, const char *path, char *error, size_t size)
{
    int code = read_part(&parts[i], path, error, size);
    for (size_t j = 0; j < i && code == EXIT_DONE; j++)
        if (sessions[j] != FILES_NO_SESSION && same_file(&parts[j], &parts[i]))
            code = refuse_pair(&parts[j], &parts[i], error, size);
    sessions[i] = code == EXIT_DONE ? 0 : FILES_NO_SESSION;
    return code;
}

static int read_parts(struct part *parts, const char *const *paths, size_t count, char *error, size_t size)
{
    int code = EXIT_DONE;
    for (size_t i = 0; i < count && code == EXIT_DONE; i++) code = read_part(&parts[i], paths[i], error, size);
    return code;
}

int files_sessions(const char *const *paths, size_t count, size_t *sessions, size_t *session_count,
                   void (*refused)(const char *why))
{
    char error[FILES_REASON] = "out of memory";
    struct stat status;
    struct part *parts = calloc(count, sizeof *parts);
    int worst = parts ? EXIT_DONE : EXIT_FAILED;
    *session_count = 0;
    if (!parts) refused(error);
    for (size_t i = 0; parts && i < count; i++) {
        int code = count == 1 ? look(paths[i], &status, error, sizeof error)
                              : sort_part(parts, sessions, i, paths[i], error, sizeof error);
        if (code != EXIT_DONE) refused(error);
        if (code > worst) worst = code;
    }
    if (parts && (count > 1 || worst == EXIT_DONE)) number_sessions(parts, count, sessions, session_count);
    free(parts);
    return worst;
}

int files_check(const char *const *paths, size_t count, char *error, size_t error_size)
{
    struct stat status;
    if (count == 1) return look(paths[0], &status, error, error_size);
    struct part *parts = calloc(count, sizeof *parts);
    int code = parts ? EXIT_DONE : EXIT_FAILED;
    if (!parts) snprintf(error, error_size, "out of memory");
    if (parts) code = read_parts(parts, paths, count, error, error_size);
    if (code == EXIT_DONE) code = compare_parts(parts, count, error, error_size);
    free(parts);
    return code;
}

static bool is_recording_name(const char *path)
{
    return recording_naming(path) != RECORDING_UNNAMED;
}

int files_check_words(const char *const *words, size_t count, char *error, size_t error_size)
{
    struct stat status;
    for (size_t i = 0; i < count; i++) {
        if (!is_recording_name(words[i]) || stat(words[i], &status) != 0 || !S_ISREG(status.st_mode)) continue;
        snprintf(error, error_size, "%.200s is a recording: play it with 'booktop replay %.200s'", words[i], words[i]);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* === What is written === */

/* "x.gz", but neither ".x", "x/" nor "..". */
static bool looks_like_file(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (name[0] == '.') name++;
    const char *point = strrchr(name, '.');
    return point && point > name && point[1];
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Also a link that leads nowhere. */
static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

/* "x/.obr.zst". */
static bool is_ending_alone(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return !is_folder(path) && (strcmp(name, ".obr") == 0 || strcmp(name, ".obr.zst") == 0);
}

#define THERE_ALREADY "it is there already, and nothing is written over"
#define ENDING_ALONE  "that is the ending alone, and no name: night.obr.zst is one"

static const char *why_no_place(const char *path)
{
    if (!path[0]) return "the name is empty";
    if (is_ending_alone(path)) return ENDING_ALONE;
    if (strcmp(path, "-") == 0) return "a recording wants a file: a name that ends in .obr.zst or .obr, or a folder";
    if (is_folder(path)) return NULL;
    if (is_there(path)) return THERE_ALREADY;
    if (is_recording_name(path) || !looks_like_file(path)) return NULL;
    return "a recording's name ends in .obr.zst or .obr (a new folder's name in /)";
}

int files_check_output(const char *path, char *error, size_t error_size)
{
    const char *why = path ? why_no_place(path) : NULL;
    if (!why) return EXIT_DONE;
    snprintf(error, error_size, "-o %.200s: %s", path, why);
    return EXIT_USAGE;
}

/* The end of the next part of a path, its slash not counted; `at` is behind the part before it. */
static size_t part_end(const char *path, size_t at)
{
    return at + strspn(path + at, "/") + strcspn(path + at + strspn(path + at, "/"), "/");
}

/* The first `length` bytes of it. False: it is too long for a path. */
static bool cut_path(const char *path, size_t length, char out[PATH_MAX])
{
    if (length >= PATH_MAX) return false;
    memcpy(out, path, length);
    out[length] = '\0';
    return true;
}

size_t files_there(const char *path)
{
    char part[PATH_MAX];
    size_t there = 0;
    while (path[there]) {
        size_t end = part_end(path, there);
        if (!cut_path(path, end, part) || !is_there(part)) break;
        there = end;
    }
    return there;
}

/* Whether a part behind there leads back: "new/../other", which may be something that was there before. */
static bool leads_back(const char *path, size_t there)
{
    while (path[there]) {
        size_t end = part_end(path, there);
        size_t begin = there + strspn(path + there, "/");
        if (end - begin == 2 && path[begin] == '.' && path[begin + 1] == '.') return true;
        there = end;
    }
    return false;
}

void files_remove_made(const char *path, size_t there)
{
    char part[PATH_MAX];
    if (leads_back(path, there)) return;
    for (size_t end = strlen(path); end > there; end--)
        if ((path[end] == '/' || path[end] == '\0') && cut_path(path, end, part)) (void)rmdir(part);
}

const char *files_why_no_file(const char *path)
{
    if (!path[0]) return "the name is empty";
    if (strcmp(path, "-") == 0) return "a recording wants a file: a name that ends in .obr.zst or .obr";
    if (is_folder(path)) return "it is a directory: name the new file in it";
    if (is_there(path)) return THERE_ALREADY;
    if (path[strlen(path) - 1] == '/') return "that is a folder's name, and there is none: name the new file";
    if (is_ending_alone(path)) return ENDING_ALONE;
    if (is_recording_name(path) || !looks_like_file(path)) return NULL;
    return "a recording's name ends in .obr.zst or .obr";
}
