#include "key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One byte of room more shows that there is too much. */
#define ROOM 65537

_Static_assert(ROOM == KEY_FILE_MOST + 1, "room for one byte too many");

static const char *open_words(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return "there is no such file";
    case ELOOP:
        return "it is a symbolic link; name the key file itself";
    case EACCES:
    case EPERM:
        return "it may not be read";
    case ENAMETOOLONG:
        return "the name is too long";
    default:
        return "it cannot be opened";
    }
}

/* What is wrong with the file itself, or NULL. Asked of the open file, so that it cannot be another one meanwhile. */
static const char *file_fault(int descriptor)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) return "it cannot be looked at";
    if (S_ISDIR(status.st_mode)) return "it is a directory, not a key file";
    if (!S_ISREG(status.st_mode)) return "it is not a regular file";
    if (status.st_uid != geteuid()) return "it belongs to another user";
    if (status.st_mode & 077) return "others have access to it; take it away with chmod 600";
    if (status.st_size == 0) return "it is empty";
    if (status.st_size > KEY_FILE_MOST) return "it is larger than 64 KiB, which no key is";
    return NULL;
}

static const char *bytes_read(struct key_file *file, int descriptor)
{
    file->bytes = malloc(ROOM);
    if (!file->bytes) return "out of memory";
    while (file->length < ROOM) {
        ssize_t got = read(descriptor, file->bytes + file->length, ROOM - file->length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return "it cannot be read";
        if (got == 0) break;
        file->length += (size_t)got;
    }
    if (file->length > KEY_FILE_MOST) return "it is larger than 64 KiB, which no key is"; /* it has grown */
    return file->length ? NULL : "it is empty";
}

bool key_file_read(struct key_file *file, const char *path, const char **why)
{
    *file = (struct key_file){0};
    /* O_NONBLOCK: a named pipe must not make us wait for a writer. */
    int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        *why = open_words(errno);
        return false;
    }
    *why = file_fault(descriptor);
    if (!*why) *why = bytes_read(file, descriptor);
    (void)close(descriptor);
    if (*why) key_file_free(file);
    return !*why;
}

void key_file_free(struct key_file *file)
{
    if (file->bytes) explicit_bzero(file->bytes, ROOM);
    free(file->bytes);
    *file = (struct key_file){0};
}
