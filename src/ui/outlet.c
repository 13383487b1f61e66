#include "outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/base/clock.h"

/* Writing without waiting */

/* An open file that others share is made non-blocking for the time of one call only. The flags of before, or -1. */
static int begin_writing(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) == 0) fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
    return flags;
}

static void end_writing(int descriptor, int flags)
{
    if (flags >= 0 && (flags & O_NONBLOCK) == 0) fcntl(descriptor, F_SETFL, flags);
}

/* How many of the bytes were taken at once; *lost is set where none will ever be. */
static size_t write_now(int descriptor, const char *bytes, size_t length, bool *lost)
{
    size_t taken = 0;
    while (taken < length) {
        ssize_t written = write(descriptor, bytes + taken, length - taken);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno != EAGAIN && errno != EWOULDBLOCK) *lost = true;
        if (written <= 0) break;
        taken += (size_t)written;
    }
    return taken;
}

/* Waits until something is taken again; false if that is not before the deadline, or never. */
static bool wait_until_taken(int descriptor, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline - clock_now(&clock_system).mono;
        if (left <= 0) return false;
        struct pollfd wanted = {.fd = descriptor, .events = POLLOUT};
        int ready = poll(&wanted, 1, (int)(left / NANOSECONDS_PER_MILLISECOND) + 1);
        if (ready < 0 && errno == EINTR) continue;
        return ready > 0 && (wanted.revents & POLLOUT) != 0;
    }
}

bool outlet_write(int descriptor, const char *bytes, size_t length, int patience)
{
    int64_t deadline = clock_now(&clock_system).mono + patience * NANOSECONDS_PER_MILLISECOND;
    bool lost = false;
    int flags = begin_writing(descriptor);
    size_t taken = write_now(descriptor, bytes, length, &lost);
    while (taken < length && !lost && wait_until_taken(descriptor, deadline)) {
        taken += write_now(descriptor, bytes + taken, length - taken, &lost);
    }
    end_writing(descriptor, flags);
    return taken == length;
}

/* The outlet */

/* The same terminal opened once more: an open file of our own may be non-blocking without the shell noticing. */
static int open_again(int descriptor)
{
    char path[32];
    if (!isatty(descriptor)) return -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool outlet_open(struct outlet *outlet, int descriptor)
{
    int own = open_again(descriptor);
    *outlet = (struct outlet){.descriptor = own, .shared = own < 0};
    if (outlet->shared) outlet->descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    return outlet->descriptor >= 0;
}

void outlet_close(struct outlet *outlet)
{
    if (outlet->descriptor >= 0) close(outlet->descriptor);
    free(outlet->bytes);
    *outlet = (struct outlet){.descriptor = -1};
}

/* Room for so many more bytes; those that were taken make place first. */
static bool make_room(struct outlet *outlet, size_t more)
{
    size_t left = outlet->length - outlet->written;
    if (outlet->written > 0) memmove(outlet->bytes, outlet->bytes + outlet->written, left);
    outlet->written = 0;
    outlet->length = left;
    if (left + more <= outlet->room) return true;
    size_t room = 2 * (left + more);
    char *bytes = realloc(outlet->bytes, room);
    if (bytes == NULL) return false;
    outlet->bytes = bytes;
    outlet->room = room;
    return true;
}

bool outlet_add(struct outlet *outlet, const char *bytes)
{
    size_t length = strlen(bytes);
    if (!make_room(outlet, length)) return false;
    memcpy(outlet->bytes + outlet->length, bytes, length);
    outlet->length += length;
    return true;
}

bool outlet_take(struct outlet *outlet, int memory)
{
    struct stat status;
    bool taken = fstat(memory, &status) == 0 && make_room(outlet, (size_t)status.st_size);
    if (taken) {
        ssize_t got = pread(memory, outlet->bytes + outlet->length, (size_t)status.st_size, 0);
        if (got > 0) outlet->length += (size_t)got;
    }
    return ftruncate(memory, 0) == 0 && lseek(memory, 0, SEEK_SET) == 0 && taken;
}

bool outlet_empty(const struct outlet *outlet)
{
    return outlet->written == outlet->length || outlet->lost;
}

void outlet_flush(struct outlet *outlet)
{
    if (outlet_empty(outlet)) return;
    int flags = outlet->shared ? begin_writing(outlet->descriptor) : -1;
    const char *bytes = outlet->bytes + outlet->written;
    outlet->written += write_now(outlet->descriptor, bytes, outlet->length - outlet->written, &outlet->lost);
    if (outlet->shared) end_writing(outlet->descriptor, flags);
}

void outlet_drain(struct outlet *outlet, int patience)
{
    int64_t deadline = clock_now(&clock_system).mono + patience * NANOSECONDS_PER_MILLISECOND;
    outlet_flush(outlet);
    while (!outlet_empty(outlet) && wait_until_taken(outlet->descriptor, deadline)) outlet_flush(outlet);
}
