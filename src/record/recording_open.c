#include "recording_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reason.h"

#define NO_RECORDING "not a recording of booktop"
#define FOREIGN      "compressed anew by another program: `zstd -d` it to NAME.obr and use that"

static bool refuse(char *error, size_t size, const char *path, const char *why)
{
    reason_write(error, size, path, why);
    return false;
}

/* Nothing of a recording was found: because it could not be read (errno), or (0) because it is none. */
static bool refuse_unfound(char *error, size_t size, const char *path, int unread)
{
    char why[RECORDING_REASON];
    if (unread == 0) return refuse(error, size, path, NO_RECORDING);
    if (unread == ESTALE)
        window_error_text(unread, why, sizeof why);
    else
        snprintf(why, sizeof why, "it cannot be read: %s", strerror(unread));
    return refuse(error, size, path, why);
}

/* How many bytes two texts have in common, place by place. */
static size_t agreeing(struct text a, struct text b)
{
    size_t count = 0;
    for (size_t i = 0; i < a.length && i < b.length; i++) count += a.at[i] == b.at[i];
    return count;
}

/* So much of what does not begin as a recording does is looked through for a block, in both encodings. */
#define LOOK_MOST (8u << 20)

/* True if a block of this encoding is found near the begin. */
static bool try_encoding(struct recording *recording, const struct recording_file *file, bool compressed, int *unread)
{
    uint64_t looked = file->size < LOOK_MOST ? file->size : LOOK_MOST;
    struct block_reader reader;
    struct block block;
    struct block_damage damage;
    bool good = block_reader_init(&reader, file->file, looked, compressed);
    reader.window.watch = &recording->watch;
    bool found = good && block_next(&reader, &block, &damage);
    if (!found && (!good || reader.window.error)) *unread = good ? reader.window.error : ENOMEM;
    block_reader_free(&reader);
    return found;
}

/* As pread; a failure is noted. */
static ssize_t read_at(const struct recording_file *file, void *bytes, size_t length, uint64_t offset, int *unread)
{
    ssize_t got;
    do got = pread(file->file, bytes, length, (off_t)offset);
    while (got < 0 && errno == EINTR);
    if (got < 0) *unread = errno;
    return got;
}

/* A compressed file ends with a seek table, if it was closed. */
static bool has_table(const struct recording_file *file, int *unread)
{
    unsigned char end[4];
    if (file->size < sizeof end) return false;
    if (read_at(file, end, sizeof end, file->size - sizeof end, unread) != (ssize_t)sizeof end) return false;
    return (end[0] | (uint32_t)end[1] << 8 | (uint32_t)end[2] << 16 | (uint32_t)end[3] << 24) == SEEK_TABLE_END;
}

enum look { LOOK_NONE, LOOK_LIKELY, LOOK_SURE };

/* Tells the encoding by the first bytes, of which one may be damaged; else by what is found behind them; else, and then
 * it may not be a recording at all, by its end and by its name. */
static enum look find_encoding(struct recording *recording, struct recording_file *file, const char *path, int *unread)
{
    static const struct text frame = {"\x28\xb5\x2f\xfd", 4}, line = {"{\"k\":\"hdr\"", 10};
    char bytes[10];
    ssize_t got = read_at(file, bytes, sizeof bytes, 0, unread);
    if (got <= 0) return LOOK_NONE;
    struct text begin = {bytes, (size_t)got};
    size_t shorter = begin.length < line.length ? 0 : 1;
    file->compressed = begin.length >= frame.length && agreeing(begin, frame) + 1 >= frame.length;
    if (file->compressed || agreeing(begin, line) + shorter >= begin.length) return LOOK_SURE;
    file->compressed = try_encoding(recording, file, true, unread);
    if (file->compressed || try_encoding(recording, file, false, unread)) return LOOK_SURE;
    enum recording_naming naming = recording_naming(path);
    file->compressed = naming == RECORDING_COMPRESSED || has_table(file, unread);
    return file->compressed || naming == RECORDING_PLAIN ? LOOK_LIKELY : LOOK_NONE;
}

/* Behind what is told of the first record. */
static void keep_header(struct recording_file *file, const struct record_header *header)
{
    file->header = *header;
    if (!lines_time_is_sane(&header->stamp)) file->header.stamp = recording_begin(file);
    snprintf(file->tool, sizeof file->tool, "%s", header->tool ? header->tool : "");
    snprintf(file->boot, sizeof file->boot, "%s", header->boot ? header->boot : "");
    file->header.tool = file->tool;
    file->header.boot = file->boot;
    if (header->previous) {
        snprintf(file->previous, sizeof file->previous, "%s", header->previous);
        file->header.previous = file->previous;
    }
    file->header_known = true;
}

/* Reads the first block that is whole, of so many bytes. False: out of memory. */
static bool read_begin(struct recording *recording, struct recording_file *file, uint64_t most, int *unread)
{
    struct block_reader reader;
    struct block block;
    struct block_damage damage;
    struct record record;
    const char *why;
    file->first = (struct stamp){INT64_MAX, INT64_MAX};
    bool good = recording_read_file(recording, file, &reader);
    if (reader.window.size > most) reader.window.size = most;
    if (good && block_next(&reader, &block, &damage)) {
        struct text lines = block.lines;
        lines_first(reader.parser, lines, &file->first);
        if (block.offset == 0 && record_parse(reader.parser, lines_take(&lines), &record, &why))
            keep_header(file, &record.header);
    } else if (reader.window.error) {
        *unread = reader.window.error;
    }
    block_reader_free(&reader);
    return good;
}

/* Whether a writer has it locked. That takes the lock for a moment where nobody has it; but a writer locks its file
 * while it is empty, and there the lock is not touched. */
static bool is_being_written(int file, const struct stat *status)
{
    if (status->st_size == 0) return false;
    if (flock(file, LOCK_SH | LOCK_NB) != 0) return errno == EWOULDBLOCK;
    (void)flock(file, LOCK_UN);
    return false;
}

bool recording_file_is_written(const struct recording_file *file)
{
    struct stat status;
    return fstat(file->file, &status) == 0 && is_being_written(file->file, &status);
}

/* The size as it is behind the look at the lock: what is not locked any more has its end by now. */
bool recording_file_measure(struct recording_file *file)
{
    struct stat status;
    if (fstat(file->file, &status) != 0) return false;
    file->open = is_being_written(file->file, &status);
    if (fstat(file->file, &status) != 0) return false;
    file->size = (uint64_t)status.st_size;
    int unread; /* it will be told of where more is read */
    file->origin = (struct window_origin){
        .size = file->size, .modified = status.st_mtim, .open = file->open, .closed = has_table(file, &unread)};
    return true;
}

bool recording_open_file(struct recording *recording, struct recording_file *file, const char *path, bool lenient,
                         char *error, size_t size)
{
    struct stat status;
    file->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file->file < 0 || fstat(file->file, &status) != 0) return refuse(error, size, path, strerror(errno));
    if (!S_ISREG(status.st_mode)) return refuse(error, size, path, "not a file");
    if (!recording_file_measure(file)) return refuse(error, size, path, strerror(errno));
    file->before = recording->watch.all;
    recording->watch.all += file->size;
    int unread = 0;
    enum look look = find_encoding(recording, file, path, &unread);
    if (recording->watch.ended) return refuse(error, size, path, "stopped");
    if (file->size == 0 && !lenient) return refuse(error, size, path, "it is empty");
    if (file->compressed && recording_is_foreign(file->file)) return refuse(error, size, path, FOREIGN);
    if (look == LOOK_NONE && !lenient) return refuse_unfound(error, size, path, unread);
    if (!read_begin(recording, file, file->size, &unread)) return refuse(error, size, path, "out of memory");
    if (recording->watch.ended) return refuse(error, size, path, "stopped");
    bool found = look == LOOK_SURE || file->first.mono != INT64_MAX;
    return found || lenient || refuse_unfound(error, size, path, unread);
}

/* A header's line has its bounds, and so has its frame. */
#define HEADER_MOST (64u << 10)

bool recording_open_next(struct recording *recording, struct recording_file *file, const char *path, int *unread)
{
    struct stat status;
    *unread = 0;
    file->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool read = file->file >= 0 && fstat(file->file, &status) == 0;
    if (read && !S_ISREG(status.st_mode)) return false;
    if (!read || !recording_file_measure(file)) {
        *unread = errno;
        return false;
    }
    file->before = recording->watch.all;
    file->compressed = true;
    if (!read_begin(recording, file, HEADER_MOST, unread)) *unread = ENOMEM;
    if (*unread != 0 || !file->header_known) return false;
    recording->watch.all += file->size;
    return true;
}

static bool comes_before(const struct recording_file *a, const struct recording_file *b)
{
    if (a->first.mono != b->first.mono) return a->first.mono < b->first.mono;
    return a->header.sequence < b->header.sequence;
}

/* They moved with it. */
void recording_point_texts(struct recording_file *file)
{
    file->header.tool = file->tool;
    file->header.boot = file->boot;
    if (file->header.previous) file->header.previous = file->previous;
}

/* A few files: by insertion. */
static void sort_files(struct recording_file *files, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct recording_file file = files[i];
        size_t at = i;
        for (; at > 0 && comes_before(&file, &files[at - 1]); at--) files[at] = files[at - 1];
        files[at] = file;
    }
    for (size_t i = 0; i < count; i++) recording_point_texts(&files[i]);
}

/* By their order: how far one has come is told by what is before it. */
static void place_files(struct recording *recording)
{
    uint64_t before = 0;
    for (size_t i = 0; i < recording->count; i++) {
        recording->files[i].before = before;
        before += recording->files[i].size;
    }
}

static bool begin_reading(struct recording *recording)
{
    recording->last = -1;
    recording->fault_capacity = 4;
    recording->faults = calloc(recording->fault_capacity, sizeof *recording->faults);
    recording->parser = record_parser_create();
    recording->peeker = record_parser_create();
    return recording->faults && recording->parser && recording->peeker;
}

struct recording *recording_open_files(const char *const *paths, size_t count, bool lenient,
                                       struct recording_watch watch, char *error, size_t size)
{
    snprintf(error, size, "out of memory");
    struct recording *recording = calloc(1, sizeof *recording);
    if (!recording) return NULL;
    recording->watch = (struct window_watch){.tell = watch.tell, .context = watch.context};
    recording->files = calloc(count > 0 ? count : 1, sizeof *recording->files);
    bool good = recording->files && begin_reading(recording);
    if (count == 0) {
        snprintf(error, size, "no file was named");
        good = false;
    }
    for (size_t i = 0; good && i < count; i++) {
        recording->files[i].given = (unsigned)i;
        recording->count++;
        good = recording_open_file(recording, &recording->files[i], paths[i], lenient, error, size);
    }
    if (good) {
        sort_files(recording->files, count);
        good = recording_keep_folder(recording, paths[recording->files[count - 1].given]);
        if (!good) snprintf(error, size, "out of memory");
    }
    if (good) {
        place_files(recording);
        recording_find_source(recording);
        error[0] = '\0';
        return recording;
    }
    recording_close(recording);
    return NULL;
}

struct recording *recording_open(const char *const *paths, size_t count, char *error, size_t error_size)
{
    return recording_open_files(paths, count, false, (struct recording_watch){0}, error, error_size);
}

struct recording *recording_open_watched(const char *const *paths, size_t count, struct recording_watch watch,
                                         char *error, size_t error_size)
{
    return recording_open_files(paths, count, false, watch, error, error_size);
}

struct recording *recording_twin(struct recording *recording)
{
    struct recording *twin = calloc(1, sizeof *twin);
    if (!twin) return NULL;
    twin->files = recording->files;
    twin->count = recording->count;
    twin->twin = true;
    twin->watch = recording->watch;
    if (begin_reading(twin)) return twin;
    recording_close(twin);
    return NULL;
}

void recording_close(struct recording *recording)
{
    if (!recording) return;
    if (recording->reading) block_reader_free(&recording->reader);
    for (size_t i = 0; !recording->twin && i < recording->count; i++) {
        if (recording->files[i].file >= 0) close(recording->files[i].file);
        free(recording->files[i].rounds);
    }
    if (!recording->twin) free(recording->files);
    free(recording->folder);
    record_parser_destroy(recording->parser);
    record_parser_destroy(recording->peeker);
    free(recording->faults);
    free(recording);
}
