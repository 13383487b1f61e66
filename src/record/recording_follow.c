/* The next file of a session that is followed while it is written.
 *
 * The recorder keeps a file locked until the next one is there (record/recorder_disk.c). So once the file that was
 * followed has its end and is locked no more the next one stands beside it, or there is none. It is told by its header:
 * the same session, the next number, and in prev the hash at the end of the file before. That nothing is there and that
 * it could not be looked at are two things: the second is told, or if it passes looked at again.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording_inside.h"

#define PREFIX "booktop-"
#define NAME   4096

bool recording_keep_folder(struct recording *recording, const char *path)
{
    char *real = realpath(path, NULL);
    if (!real && errno == ENOMEM) return false;
    const char *whole = real ? real : path, *slash = strrchr(whole, '/');
    recording->folder = slash ? strndup(whole, (size_t)(slash - whole) + 1) : strdup("./");
    free(real);
    return recording->folder != NULL;
}

/* === What could not be looked at === */

static bool passes(int error)
{
    static const int errors[] = {EMFILE, ENFILE, ENOMEM, EINTR, EAGAIN, ECANCELED};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (error == errors[i]) return true;
    return false;
}

/* A name with nothing behind it, or no file, or one that was changed just then. */
static bool is_nothing(int error)
{
    static const int errors[] = {0, ENOENT, ENOTDIR, ELOOP, ENXIO, ENODEV, ENAMETOOLONG, ESTALE};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (error == errors[i]) return true;
    return false;
}

/* The number that the next part has for the reader, from 1. */
static unsigned next_part(const struct recording *recording)
{
    return recording->files[recording->count - 1].header.sequence + 2;
}

/* True: it is said in words. */
static bool cannot_look(struct recording *recording, int error)
{
    recording->unlooked |= passes(error);
    return !passes(error);
}

static void note_unread_folder(struct recording *recording, int error)
{
    if (!cannot_look(recording, error)) return;
    snprintf(recording->refused, sizeof recording->refused,
             "whether there is a part %u of the recording is not known: its folder cannot be read: %s",
             next_part(recording), strerror(error));
}

/* Whose it is cannot be known: it has the next one's name. */
static void note_unread_file(struct recording *recording, const char *name, int error)
{
    char clean[RECORDING_NAME];
    if (!cannot_look(recording, error)) return;
    text_sanitize(text_from(name), clean, sizeof clean, false);
    snprintf(recording->refused, sizeof recording->refused,
             "%s, which may be part %u of the recording, cannot be read: %s", clean, next_part(recording),
             strerror(error));
}

/* === The next file === */

/* The N of "booktop-...-N.obr.zst", which is not less than the file's number. False: it is no such name. */
static bool read_number(const char *name, unsigned long *number)
{
    const char *dash = strrchr(name, '-');
    char *end;
    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0 || recording_naming(name) != RECORDING_COMPRESSED) return false;
    if (!dash || dash[1] < '0' || dash[1] > '9') return false;
    *number = strtoul(dash + 1, &end, 10);
    return strcmp(end, ".obr.zst") == 0;
}

/* The chain at the end of a file that was closed, as its last block has it. False: it has no end, or no index, or
 * `*error` is errno. */
static bool read_end(struct recording *recording, const struct recording_file *file, struct chain *hash, int *error)
{
    struct block_reader reader;
    struct block block;
    struct block_damage damage;
    size_t count = 0;
    struct block_entry *entries = NULL;
    bool good = recording_read_file(recording, file, &reader);
    errno = good ? 0 : ENOMEM;
    if (good) entries = recording_index_read(&reader.window, &count);
    *error = reader.window.error ? reader.window.error : !entries && errno == ENOMEM ? ENOMEM : 0;
    good = entries && count > 1;
    if (good) {
        struct block_place last = {.offset = entries[count - 1].offset, .number = count - 1};
        block_reader_move(&reader, &last);
        good = block_next(&reader, &block, &damage) && damage.damage == DAMAGE_NONE && reader.closed;
        *error = reader.window.error;
    }
    if (good) *hash = reader.place.stated;
    free(entries);
    block_reader_free(&reader);
    return good;
}

/* True if it has the number of the file that comes next in its session. */
static bool comes_next(const struct recording_file *file, const struct recording_file *before)
{
    const struct record_header *a = &before->header, *b = &file->header;
    return file->header_known && a->sequence < UINT_MAX && b->sequence == a->sequence + 1 &&
           a->stamp.wall == b->stamp.wall && strcmp(a->boot, b->boot) == 0;
}

/* Opens a file of the folder, if it has the next one's number. */
static bool try_name(struct recording *recording, const char *name, struct recording_file *file)
{
    const struct recording_file *before = &recording->files[recording->count - 1];
    char path[NAME];
    unsigned long number;
    int unread;
    if (!read_number(name, &number) || number <= before->header.sequence) return false;
    if ((size_t)snprintf(path, sizeof path, "%s%s", recording->folder, name) >= sizeof path) return false;
    uint64_t all = recording->watch.all;
    *file = (struct recording_file){.given = before->given};
    if (recording_open_next(recording, file, path, &unread) && comes_next(file, before)) return true;
    if (file->file >= 0) close(file->file);
    recording->watch.all = all;
    bool may_be = passes(unread) || number == (unsigned long)before->header.sequence + 1;
    if (may_be && !is_nothing(unread)) note_unread_file(recording, name, unread);
    return false;
}

static bool follows(const struct recording_file *file, const struct chain *hash)
{
    char text[RECORD_HASH_SIZE];
    chain_text(hash, text);
    return file->header.previous && strcmp(file->header.previous, text) == 0;
}

/* Told behind the file's end. */
static void refuse(struct recording *recording, const char *name)
{
    char clean[RECORDING_NAME];
    text_sanitize(text_from(name), clean, sizeof clean, false);
    snprintf(recording->refused, sizeof recording->refused,
             "%s does not follow part %u of the recording: it is not gone on with", clean, next_part(recording) - 1);
}

static bool add(struct recording *recording, const struct recording_file *file)
{
    struct recording_file *files = realloc(recording->files, (recording->count + 1) * sizeof *files);
    if (!files) return false;
    recording->files = files;
    files[recording->count++] = *file;
    for (size_t i = 0; i < recording->count; i++) recording_point_texts(&files[i]);
    return true;
}

/* The entry of the folder that comes next in it; NULL: that was all, or `*error`. */
static const char *next_name(DIR *folder, int *error)
{
    errno = 0;
    const struct dirent *entry = readdir(folder);
    *error = entry ? 0 : errno;
    return entry ? entry->d_name : NULL;
}

static bool look_through(struct recording *recording, DIR *folder, const struct chain *hash)
{
    struct recording_file file;
    int error;
    for (const char *name; (name = next_name(folder, &error));) {
        if (!try_name(recording, name, &file)) continue;
        bool right = follows(&file, hash);
        if (right && add(recording, &file)) return true;
        recording->unlooked |= right; /* no memory */
        if (!right) refuse(recording, name);
        close(file.file);
        recording->watch.all -= file.size;
    }
    if (error) note_unread_folder(recording, error);
    return false;
}

static bool find_next(struct recording *recording)
{
    struct chain hash;
    int error = 0;
    const struct recording_file *last = &recording->files[recording->count - 1];
    recording->refused[0] = '\0';
    recording->unlooked = false;
    if (!last->header_known || !read_end(recording, last, &hash, &error)) {
        recording->unlooked = passes(error); /* another one is met where it is read */
        return false;
    }
    DIR *folder = opendir(recording->folder);
    if (!folder) note_unread_folder(recording, errno);
    bool found = folder && look_through(recording, folder, &hash);
    if (folder) closedir(folder);
    return found;
}

void recording_follow(struct recording *recording)
{
    while (!recording->files[recording->count - 1].open && find_next(recording)) continue;
    struct recording_file *last = &recording->files[recording->count - 1];
    if (last->open) recording->unlooked = false;
    last->open |= recording->unlooked;
    if (last->open) recording->refused[0] = '\0';
}
