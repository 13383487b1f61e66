/* A disk that fails: preloaded into the program (LD_PRELOAD), between it and the C library.
 *
 *     BOOKTOP_DISK         the files whose paths begin so are on that disk
 *     BOOKTOP_DISK_FAULTS  a file of lines `CALL NUMBER WHAT`; it is read whenever a file is created on the disk, and
 *                          the calls are counted from there on
 *     BOOKTOP_DISK_NOTES   a file to which a line is added for each file that is created and, once, for each fault that
 *                          came
 *     BOOKTOP_DISK_GATE    a named pipe
 *
 * CALL is open, write, sync, truncate or close. NUMBER is which of them fails, from 1; with a + those behind it, too.
 * The first line that fits holds. WHAT is the name of an error; or `short`: half of the bytes are written; or `gate`:
 * the call waits until somebody has opened the gate for writing.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum call { CALL_OPEN, CALL_WRITE, CALL_SYNC, CALL_TRUNCATE, CALL_CLOSE, CALL_COUNT };
static const char *const call_names[CALL_COUNT] = {"open", "write", "sync", "truncate", "close"};

enum { SHORT = -1, GATE = -2 };
static const struct {
    const char *name;
    int what; /* an error, or one of the above */
} whats[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EINTR", EINTR}, {"short", SHORT}, {"gate", GATE}};

#define FAULTS_MOST      8
#define DESCRIPTORS_MOST 1024

struct fault {
    enum call call;
    unsigned long number;
    bool onward;
    int what;
    const char *name;
    bool told;
};

static struct fault faults[FAULTS_MOST];
static size_t fault_count;
static unsigned long counts[CALL_COUNT];
static bool on_disk[DESCRIPTORS_MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* === The C library behind it === */

static int (*real_open)(const char *path, int flags, ...);
static ssize_t (*real_write)(int file, const void *bytes, size_t length);
static int (*real_sync)(int file);
static int (*real_truncate)(int file, off_t length);
static int (*real_close)(int file);

/* A pointer to an object is what dlsym gives, and POSIX lets it be one to a function. */
static void find(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    memcpy(function, &found, sizeof found);
}

__attribute__((constructor)) static void find_all(void)
{
    if (real_close) return;
    find(&real_open, "open");
    find(&real_write, "write");
    find(&real_sync, "fdatasync");
    find(&real_truncate, "ftruncate");
    find(&real_close, "close");
}

/* === Faults === */

static void note(const char *what, const char *of)
{
    char line[4200];
    const char *path = getenv("BOOKTOP_DISK_NOTES");
    int file = path ? real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (file < 0) return;
    int length = snprintf(line, sizeof line, "%s %s\n", what, of);
    (void)!real_write(file, line, (size_t)length);
    (void)real_close(file);
}

static bool fault_read(const char *line, struct fault *fault)
{
    char call[16], number[16], what[16], *end;
    if (sscanf(line, "%15s %15s %15s", call, number, what) != 3) return false;
    *fault = (struct fault){.call = CALL_COUNT, .number = strtoul(number, &end, 10), .onward = *end == '+'};
    for (unsigned i = 0; i < CALL_COUNT; i++)
        if (strcmp(call, call_names[i]) == 0) fault->call = (enum call)i;
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++)
        if (strcmp(what, whats[i].name) == 0) {
            fault->what = whats[i].what;
            fault->name = whats[i].name;
        }
    return fault->call < CALL_COUNT && fault->name && fault->number > 0;
}

static void faults_read(void)
{
    char line[64];
    const char *path = getenv("BOOKTOP_DISK_FAULTS");
    FILE *file = path ? fopen(path, "re") : NULL;
    fault_count = 0;
    memset(counts, 0, sizeof counts);
    while (file && fgets(line, sizeof line, file)) {
        /* A test that asks for something else must not pass. */
        if (fault_count == FAULTS_MOST || !fault_read(line, &faults[fault_count])) abort();
        fault_count++;
    }
    if (file) (void)fclose(file);
}

/* What is to come of this call: 0, nothing. */
static int fault_of(enum call call)
{
    int what = 0;
    (void)pthread_mutex_lock(&lock);
    unsigned long number = ++counts[call];
    for (size_t i = 0; i < fault_count; i++) {
        struct fault *fault = &faults[i];
        if (fault->call != call || (fault->onward ? number < fault->number : number != fault->number)) continue;
        what = fault->what;
        if (!fault->told) note(call_names[call], fault->name);
        fault->told = true;
        break;
    }
    (void)pthread_mutex_unlock(&lock);
    return what;
}

static void gate_wait(void)
{
    const char *path = getenv("BOOKTOP_DISK_GATE");
    int gate = path ? real_open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (gate < 0) abort();
    (void)real_close(gate);
}

/* True: the call fails, and errno is set. */
static bool fails(enum call call, int *what)
{
    *what = fault_of(call);
    if (*what == GATE) gate_wait();
    if (*what <= 0) return false;
    errno = *what;
    return true;
}

static bool is_on_disk(int file)
{
    return file >= 0 && file < DESCRIPTORS_MOST && on_disk[file];
}

static bool path_is_on_disk(const char *path)
{
    const char *disk = getenv("BOOKTOP_DISK");
    return disk && strncmp(path, disk, strlen(disk)) == 0;
}

/* === The calls === */

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    int what;
    find_all(); /* before any constructor, perhaps */
    if (__OPEN_NEEDS_MODE(flags)) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    if (!(flags & O_CREAT) || !path_is_on_disk(path)) return real_open(path, flags, mode);
    faults_read();
    if (fails(CALL_OPEN, &what)) return -1;
    int file = real_open(path, flags, mode);
    if (file >= 0 && file < DESCRIPTORS_MOST) on_disk[file] = true;
    if (file >= 0) note("created", path);
    return file;
}

ssize_t write(int file, const void *bytes, size_t length)
{
    int what = 0;
    find_all();
    if (is_on_disk(file) && fails(CALL_WRITE, &what)) return -1;
    if (what == SHORT && length > 1) length /= 2;
    return real_write(file, bytes, length);
}

int fdatasync(int file)
{
    int what;
    find_all();
    if (is_on_disk(file) && fails(CALL_SYNC, &what)) return -1;
    return real_sync(file);
}

int ftruncate(int file, off_t length)
{
    int what;
    find_all();
    if (is_on_disk(file) && fails(CALL_TRUNCATE, &what)) return -1;
    return real_truncate(file, length);
}

int close(int file)
{
    int what;
    find_all();
    bool failed = is_on_disk(file) && fails(CALL_CLOSE, &what);
    int error = errno, result;
    if (is_on_disk(file)) on_disk[file] = false;
    result = real_close(file); /* also where it fails */
    if (!failed) return result;
    errno = error;
    return -1;
}
