#include "booktop/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "booktop/base/text.h"
#include "booktop/base/thread.h"

#define CACHE_LINE 64
#define SLOTS      256 /* a power of two */

/* No line reaches this level. */
#define LEVEL_CLOSED INT_MAX

/* A line in the queue, as it was written: the disk thread makes it readable. */
struct slot {
    /* For the line with number n that this slot is to hold: n when free, n + 1 when filled. */
    alignas(CACHE_LINE) atomic_size_t turn;
    int64_t wall;
    const char *part;
    enum log_level level;
    size_t length;
    char message[LOG_LINE_SIZE];
};

/* The queue is Dmitry Vyukov's bounded one: a writer claims the slot at `head` by compare-and-swap, fills it, and opens
 * it to the disk thread by its `turn`; only the disk thread moves `tail`. */
struct log {
    alignas(CACHE_LINE) atomic_size_t head;
    alignas(CACHE_LINE) size_t tail; /* the disk thread's */
    alignas(CACHE_LINE) _Atomic uint64_t lost;
    atomic_int least;    /* LEVEL_CLOSED before log_open and after log_close */
    atomic_uint writers; /* inside log_write: log_close waits for them */
    atomic_bool stopping;
    const struct clock *clock;
    pthread_t disk;
    int wake; /* eventfd */
    int file;
    uint64_t lost_said; /* the disk thread's: losses the file tells of */
    bool torn;          /* the disk thread's: the file ends within a line */
    struct slot slots[SLOTS];
};

static struct log the_log = {.least = LEVEL_CLOSED, .wake = -1, .file = -1};

static const char *const level_names[] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info ",
    [LOG_LEVEL_WARN] = "warn ",
    [LOG_LEVEL_ERROR] = "error",
};

/* Any thread. The slot to fill and its number, or NULL if the queue is full. */
static struct slot *slot_claim(struct log *log, size_t *number)
{
    size_t at = atomic_load_explicit(&log->head, memory_order_relaxed);
    for (;;) {
        struct slot *slot = &log->slots[at % SLOTS];
        size_t turn = atomic_load_explicit(&slot->turn, memory_order_acquire);
        if (turn == at) {
            if (atomic_compare_exchange_weak_explicit(&log->head, &at, at + 1, memory_order_relaxed,
                                                      memory_order_relaxed)) {
                *number = at;
                return slot;
            }
        } else if (turn < at) {
            return NULL; /* it still holds the line of one lap ago */
        } else {
            at = atomic_load_explicit(&log->head, memory_order_relaxed);
        }
    }
}

/* Disk thread. The oldest line, or NULL if there is none. */
static struct slot *slot_oldest(struct log *log)
{
    struct slot *slot = &log->slots[log->tail % SLOTS];
    return atomic_load_explicit(&slot->turn, memory_order_acquire) == log->tail + 1 ? slot : NULL;
}

static void slot_free(struct log *log, struct slot *slot)
{
    atomic_store_explicit(&slot->turn, log->tail + SLOTS, memory_order_release);
    log->tail++;
}

static void wake_disk(struct log *log)
{
    /* It fails only when the counter is full: then the disk thread is being woken anyway. */
    const uint64_t one = 1;
    (void)!write(log->wake, &one, sizeof one);
}

static void count_lost(struct log *log)
{
    atomic_fetch_add_explicit(&log->lost, 1, memory_order_relaxed);
}

/* Writes it all. A piece that got no further is remembered: the next line then starts on a line of its own. */
static bool file_write(struct log *log, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(log->file, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        log->torn = bytes[written - 1] != '\n';
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

/* "2026-11-21T09:41:02.123Z warn  net: ", at most `size` - 1 bytes of it; returns its length. */
static size_t prefix_format(int64_t wall, enum log_level level, const char *part, char *out, size_t size)
{
    time_t seconds = (time_t)(wall / NANOSECONDS_PER_SECOND);
    int milliseconds = (int)(wall % NANOSECONDS_PER_SECOND / NANOSECONDS_PER_MILLISECOND);
    struct tm utc = {0};
    (void)gmtime_r(&seconds, &utc);
    size_t length = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &utc);
    int more = snprintf(out + length, size - length, ".%03dZ %s %s: ", milliseconds, level_names[level], part);
    size_t room = size - length - 1;
    return length + (more < 0 ? 0 : (size_t)more < room ? (size_t)more : room);
}

static bool line_write(struct log *log, int64_t wall, enum log_level level, const char *part, struct text message)
{
    char line[LOG_LINE_SIZE + 1];
    size_t length = 0;
    if (log->torn) line[length++] = '\n';
    size_t room = sizeof line - 1 - length; /* the line feed has its own place */
    size_t prefix = prefix_format(wall, level, part, line + length, room);
    length += prefix;
    length += text_sanitize(message, line + length, room - prefix, false);
    line[length++] = '\n';
    return file_write(log, line, length);
}

/* Says how many lines were lost since it was last said, once that can be written. */
static void losses_write(struct log *log, int64_t wall)
{
    uint64_t lost = atomic_load_explicit(&log->lost, memory_order_relaxed);
    if (lost == log->lost_said) return;
    char message[64];
    int length = snprintf(message, sizeof message, "lines lost: %llu", (unsigned long long)(lost - log->lost_said));
    if (line_write(log, wall, LOG_LEVEL_WARN, "log", (struct text){message, (size_t)length})) log->lost_said = lost;
}

static void queue_write(struct log *log)
{
    for (struct slot *slot; (slot = slot_oldest(log)) != NULL; slot_free(log, slot)) {
        losses_write(log, slot->wall);
        if (!line_write(log, slot->wall, slot->level, slot->part, (struct text){slot->message, slot->length}))
            count_lost(log);
    }
}

static void *disk_run(void *context)
{
    struct log *log = context;
    bool stopping = false;
    while (!stopping) {
        uint64_t wakes;
        (void)!read(log->wake, &wakes, sizeof wakes);
        stopping = atomic_load(&log->stopping);
        queue_write(log);
    }
    losses_write(log, clock_now(log->clock).wall);
    return NULL;
}

static void queue_clear(struct log *log)
{
    for (size_t i = 0; i < SLOTS; i++) atomic_store_explicit(&log->slots[i].turn, i, memory_order_relaxed);
    atomic_store_explicit(&log->head, 0, memory_order_relaxed);
    log->tail = 0;
}

static void files_close(struct log *log)
{
    if (log->file >= 0) (void)close(log->file);
    if (log->wake >= 0) (void)close(log->wake);
    log->file = -1;
    log->wake = -1;
}

/* Queues a line. The log is open and stays so meanwhile. */
static void line_queue(struct log *log, enum log_level level, const char *part, struct text message)
{
    size_t number;
    struct slot *slot = slot_claim(log, &number);
    if (slot == NULL) {
        count_lost(log);
        return;
    }
    slot->wall = clock_now(log->clock).wall;
    slot->level = level;
    slot->part = part;
    slot->length = message.length;
    memcpy(slot->message, message.at, message.length);
    atomic_store_explicit(&slot->turn, number + 1, memory_order_release);
    wake_disk(log);
}

bool log_open(const char *path, enum log_level least, const struct clock *clock)
{
    struct log *log = &the_log;
    if (log->file >= 0) {
        errno = EBUSY;
        return false;
    }
    /* Never waits: a pipe without a reader is refused, a full one loses lines. */
    log->file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    log->wake = log->file < 0 ? -1 : eventfd(0, EFD_CLOEXEC);
    int error = log->wake < 0 ? errno : 0;
    if (error == 0) {
        log->clock = clock;
        log->torn = false;
        log->lost_said = 0;
        atomic_store(&log->lost, 0);
        atomic_store(&log->stopping, false);
        queue_clear(log);
        error = thread_start(&log->disk, "booktop-disk", disk_run, log);
    }
    if (error != 0) {
        files_close(log);
        errno = error;
        return false;
    }
    atomic_store(&log->least, (int)least);
    return true;
}

void log_close(void)
{
    struct log *log = &the_log;
    if (log->file < 0) return;
    atomic_store(&log->least, LEVEL_CLOSED);
    /* A writer that came in before has only a few instructions to go. */
    while (atomic_load(&log->writers) > 0) (void)sched_yield();
    atomic_store(&log->stopping, true);
    wake_disk(log);
    (void)pthread_join(log->disk, NULL);
    files_close(log);
}

void log_write(enum log_level level, const char *part, const char *format, ...)
{
    struct log *log = &the_log;
    if ((int)level < atomic_load_explicit(&log->least, memory_order_relaxed)) return;
    char message[LOG_LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    /* A format that cannot be carried out leaves an empty line: who spoke, and when, still counts. */
    size_t length = wanted < 0 ? 0 : (size_t)wanted < sizeof message ? (size_t)wanted : sizeof message - 1;
    atomic_fetch_add(&log->writers, 1);
    if ((int)level >= atomic_load(&log->least)) line_queue(log, level, part, (struct text){message, length});
    atomic_fetch_sub(&log->writers, 1);
}

uint64_t log_lost(void)
{
    return atomic_load_explicit(&the_log.lost, memory_order_relaxed);
}
