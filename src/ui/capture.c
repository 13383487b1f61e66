#include "capture.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "outlet.h"

/* More than this is not of interest. */
#define PRINTED_MOST 65536
/* Milliseconds that a terminal which takes nothing is waited for. */
#define PATIENCE 200

static int memory = -1, real_output = -1, real_error = -1;

static void close_all(void)
{
    if (memory >= 0) close(memory);
    if (real_output >= 0) close(real_output);
    if (real_error >= 0) close(real_error);
    memory = real_output = real_error = -1;
}

bool capture_start(void)
{
    fflush(stdout);
    fflush(stderr);
    memory = memfd_create("booktop-output", MFD_CLOEXEC);
    real_output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    real_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (memory < 0 || real_output < 0 || real_error < 0) {
        close_all();
        return false;
    }
    dup2(memory, STDOUT_FILENO);
    dup2(memory, STDERR_FILENO);
    return true;
}

static void print_caught(void)
{
    char bytes[1024];
    size_t printed = 0;
    if (lseek(memory, 0, SEEK_SET) != 0) return;
    for (ssize_t count; printed < PRINTED_MOST && (count = read(memory, bytes, sizeof bytes)) > 0;) {
        if (!outlet_write(STDERR_FILENO, bytes, (size_t)count, PATIENCE)) return;
        printed += (size_t)count;
    }
}

void capture_end(void)
{
    if (memory < 0) return;
    dup2(real_output, STDOUT_FILENO);
    dup2(real_error, STDERR_FILENO);
    print_caught();
    close_all();
}
