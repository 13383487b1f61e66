#include "export_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER (1u << 20)

static bool refuse(char *error, size_t error_size, const char *what, const char *path, int problem)
{
    snprintf(error, error_size, "cannot %s %s: %s", what, path, strerror(problem));
    return false;
}

static void forget(struct export_file *file)
{
    free(file->path);
    free(file->temporary);
    *file = (struct export_file){.problem = file->problem};
}

/* "NAME/" is "NAME". */
static char *without_slashes(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    return strndup(path, length);
}

/* As any other file of the user's: mkstemp's own mode is for secrets. */
static void usual_mode(const char *path, mode_t mode)
{
    mode_t mask = umask(0);
    umask(mask);
    (void)!chmod(path, mode & ~mask);
}

/* Makes the temporary one: an open file, or 0 for a folder; -1 with errno. */
static int make_temporary(char *name, bool folder)
{
    if (folder) {
        if (!mkdtemp(name)) return -1;
        usual_mode(name, 0777);
        return 0;
    }
    int made = mkostemp(name, O_CLOEXEC);
    if (made >= 0) usual_mode(name, 0666);
    return made;
}

/* 0: there is an empty folder of this name; or an errno. */
static int look_at_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) return errno == ENOTDIR ? EEXIST : errno;
    int entries = 0; /* two of an empty one: itself, and what it is in */
    errno = 0;
    while (entries < 3 && readdir(folder)) entries++;
    int problem = entries == 3 ? ENOTEMPTY : errno;
    closedir(folder);
    return problem;
}

static int make(struct export_file *file, const char *path, bool folder, char *error, size_t error_size)
{
    struct stat there;
    *file = (struct export_file){.path = without_slashes(path)};
    bool taken = file->path && lstat(file->path, &there) == 0;
    int made = -1, problem = ENOMEM, taken_by = !taken ? 0 : folder ? look_at_folder(file->path) : EEXIST;
    file->standing = taken && taken_by == 0;
    if (file->path && asprintf(&file->temporary, file->standing ? "%s" : "%s.XXXXXX", file->path) < 0)
        file->temporary = NULL;
    if (file->temporary && file->standing) return 0;
    if (file->temporary) {
        if (!taken) made = make_temporary(file->temporary, folder);
        problem = taken ? taken_by : errno;
    }
    if (made >= 0) return made;
    refuse(error, error_size, "make", path, problem);
    forget(file);
    return -1;
}

bool export_file_name(struct export_file *file, const char *path, bool folder, char *error, size_t error_size)
{
    int made = make(file, path, folder, error, error_size);
    if (made >= 0 && !folder) close(made);
    return made >= 0;
}

bool export_file_open(struct export_file *file, const char *path, char *error, size_t error_size)
{
    if (strcmp(path, "-") == 0) {
        *file = (struct export_file){.stream = stdout};
        return true;
    }
    int made = make(file, path, false, error, error_size);
    if (made < 0) return false;
    file->stream = fdopen(made, "w");
    if (file->stream) {
        setvbuf(file->stream, NULL, _IOFBF, BUFFER);
        return true;
    }
    refuse(error, error_size, "write", path, errno);
    close(made);
    unlink(file->temporary);
    forget(file);
    return false;
}

bool export_file_write(struct export_file *file, const void *bytes, size_t length)
{
    if (file->problem) return false;
    errno = 0;
    if (fwrite(bytes, 1, length, file->stream) == length) return true;
    file->problem = errno ? errno : EIO;
    return false;
}

/* Everything to the disk, a folder's own entries as well. */
static int settle(const char *path)
{
    int opened = open(path, O_RDONLY | O_CLOEXEC);
    if (opened < 0) return errno;
    int problem = fsync(opened) == 0 || errno == EINVAL ? 0 : errno;
    close(opened);
    return problem;
}

/* Where the file system has no such rename, a file's second name does the same. A folder cannot have one: it is looked
 * whether there is something of that name, and rename itself would replace only an empty folder. */
static int give_name(const char *temporary, const char *path)
{
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    if (link(temporary, path) == 0) {
        unlink(temporary);
        return 0;
    }
    struct stat there;
    if (errno == EEXIST || lstat(path, &there) == 0) return EEXIST;
    return rename(temporary, path) == 0 ? 0 : errno;
}

bool export_file_close(struct export_file *file, bool keep, char *error, size_t error_size)
{
    const char *name = file->path ? file->path : "standard output";
    errno = 0;
    if (file->stream && fflush(file->stream) != 0 && !file->problem) file->problem = errno ? errno : EIO;
    if (file->path && file->stream && fclose(file->stream) != 0 && !file->problem) file->problem = errno;
    if (file->path) {
        if (keep && !file->problem) file->problem = settle(file->temporary);
        if (keep && !file->problem && !file->standing) file->problem = give_name(file->temporary, file->path);
        if ((!keep || file->problem) && !file->standing) (void)!remove(file->temporary);
    }
    bool good = !file->problem;
    if (!good) refuse(error, error_size, "write", name, file->problem);
    forget(file);
    return good;
}
