/* rooms: base json market record */
/* What recording and reading cost, plain and compressed: the feed thread for a message, the disk thread, the machine in
 * all; and a record that is read again, checked. All in CPU time, the best of several rounds. With a file named, the
 * messages are its lines: `booktop exchange --print` makes such. */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "booktop/record/recorder.h"
#include "booktop/record/recording.h"

#define ROUNDS   5
#define MESSAGES 20000
#define BURST    1000
#define PAUSE_MS 5 /* between two looks at how far the disk thread is */

static struct text messages[MESSAGES];
static size_t message_count, message_bytes;

/* === Messages === */

static bool message_add(const char *bytes, size_t length)
{
    char *copy = malloc(length > 0 ? length : 1);
    if (!copy) return false;
    memcpy(copy, bytes, length);
    messages[message_count++] = (struct text){copy, length};
    message_bytes += length;
    return true;
}

/* Changes as Polymarket writes them: two entries, with hashes nobody can compress. */
static bool messages_make(void)
{
    static const char asset[] = "2524543362820848697636402343230659912559794832462557897743689064193015825969";
    uint64_t dice = 7;
    for (unsigned n = 0; n < MESSAGES; n++) {
        char line[1024];
        unsigned draws[14];
        for (unsigned i = 0; i < 14; i++) {
            dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            draws[i] = (unsigned)(dice >> 33);
        }
        int length = 0;
        length += snprintf(line, sizeof line,
                           "{\"market\":\"0x0936baff284871821b1ab5c64d33d67f117392dba34d461fe04360df893dfde4\","
                           "\"price_changes\":[");
        for (unsigned i = 0; i < 2; i++) {
            const unsigned *d = draws + (size_t)7 * i;
            length +=
                snprintf(line + length, sizeof line - (size_t)length,
                         "%s{\"asset_id\":\"%s%u\",\"price\":\"0.%02u\",\"size\":\"%u.%02u\",\"side\":\"%s\","
                         "\"hash\":\"%08x%08x%08x%08x%08x\",\"best_bid\":\"0.42\",\"best_ask\":\"0.43\"}",
                         i > 0 ? "," : "", asset, i, i == 0 ? d[0] % 40 + 2 : 98 - draws[0] % 40, draws[1] % 20000,
                         draws[2] % 100, draws[3] % 2 == i ? "BUY" : "SELL", d[2], d[3], d[4], d[5], d[6]);
        }
        length +=
            snprintf(line + length, sizeof line - (size_t)length,
                     "],\"timestamp\":\"%" PRIu64 "\",\"event_type\":\"price_change\"}", UINT64_C(1766481546487) + n);
        if (!message_add(line, (size_t)length)) return false;
    }
    return true;
}

static bool messages_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool good = file != NULL;
    while (good && message_count < MESSAGES && (length = getline(&line, &capacity, file)) > 0)
        good = message_add(line, (size_t)length - 1);
    free(line);
    if (file) (void)fclose(file);
    return good && message_count > 0;
}

/* === What is measured === */

struct cost {
    int64_t feed, disk, all, read; /* ns per message */
    uint64_t bytes, stored;
};

static int64_t time_of(clockid_t clock)
{
    struct timespec time;
    (void)clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * NANOSECONDS_PER_SECOND + (int64_t)time.tv_nsec;
}

/* Of every thread but this one. */
static int64_t others_time(void)
{
    return time_of(CLOCK_PROCESS_CPUTIME_ID) - time_of(CLOCK_THREAD_CPUTIME_ID);
}

static void keep_least(int64_t *least, int64_t time)
{
    int64_t each = time / (int64_t)message_count;
    if (*least == 0 || each < *least) *least = each;
}

/* Messages from `first` up to `end`; adds its ns. */
static bool burst_feed(struct recorder *recorder, size_t first, size_t end, int64_t *took)
{
    struct stamp stamp = clock_now(&clock_system);
    int64_t begin = time_of(CLOCK_THREAD_CPUTIME_ID);
    for (size_t i = first; i < end; i++)
        if (!recorder_received(recorder, stamp, VENUE_POLYMARKET, 0, i, messages[i])) return false;
    *took += time_of(CLOCK_THREAD_CPUTIME_ID) - begin;
    return true;
}

/* In bursts, as the network gives them: each is on its way to the disk before the next one comes. */
static bool feed_all(struct recorder *recorder, struct recorder_status *status, int64_t *took)
{
    for (size_t first = 0; first < message_count; first += BURST) {
        size_t end = first + BURST < message_count ? first + BURST : message_count;
        if (!burst_feed(recorder, first, end, took)) return false;
        for (;;) {
            recorder_status(recorder, status);
            if (status->failed) return false;
            if (status->records >= end) break;
            (void)poll(NULL, 0, PAUSE_MS);
        }
    }
    return true;
}

static bool record_once(const char *path, struct cost *cost)
{
    char error[300] = "recording failed";
    const struct recorder_options options = {
        .path = path,
        .header = {.tool = "bench", .boot = "", .venues = {true}},
        .clock = &clock_system,
    };
    struct recorder_status status = {0};
    struct stat about;
    int64_t others = others_time(), feed = 0;
    struct recorder *recorder = recorder_create(&options, error, sizeof error);
    bool good = recorder && feed_all(recorder, &status, &feed);
    good = recorder && recorder_close(recorder, error, sizeof error) && good;
    if (!good || stat(path, &about) != 0) {
        (void)fprintf(stderr, "%s\n", error);
        return false;
    }
    int64_t disk = others_time() - others;
    keep_least(&cost->feed, feed);
    keep_least(&cost->disk, disk);
    keep_least(&cost->all, feed + disk);
    cost->bytes = status.bytes;
    cost->stored = (uint64_t)about.st_size;
    return true;
}

/* Every record, as replay reads them. */
static bool read_once(const char *path, struct cost *cost)
{
    char error[300];
    struct record record;
    struct recording_fault fault;
    size_t frames = 0;
    int64_t begin = time_of(CLOCK_THREAD_CPUTIME_ID);
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) return false;
    enum recording_step step;
    while ((step = recording_next(recording, &record, &fault)) == RECORDING_RECORD)
        frames += record.kind == RECORD_RECEIVED;
    recording_close(recording);
    keep_least(&cost->read, time_of(CLOCK_THREAD_CPUTIME_ID) - begin);
    return step == RECORDING_AT_END && frames == message_count;
}

static bool measure(const char *folder, const char *name)
{
    char path[200];
    struct cost cost = {0};
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    bool good = true;
    for (unsigned round = 0; good && round < ROUNDS; round++) {
        good = record_once(path, &cost) && read_once(path, &cost);
        (void)unlink(path);
    }
    if (!good) return false;
    uint64_t tenths = cost.bytes * 10 / cost.stored;
    printf("  %-13s feed %4" PRId64 " ns  disk %5" PRId64 " ns  in all %5" PRId64 " ns  line %4" PRIu64
           " bytes  in the file %4" PRIu64 " bytes, 1/%" PRIu64 ".%" PRIu64 "  read %5" PRId64 " ns, %" PRId64
           " records/s\n",
           name, cost.feed, cost.disk, cost.all, cost.bytes / message_count, cost.stored / message_count, tenths / 10,
           tenths % 10, cost.read, NANOSECONDS_PER_SECOND / (cost.read > 0 ? cost.read : 1));
    return true;
}

int main(int count, char **arguments)
{
    char folder[] = "/tmp/booktop-bench-XXXXXX";
    if (!(count > 1 ? messages_read(arguments[1]) : messages_make()) || !mkdtemp(folder)) return 1;
    printf("Recording, per message of %zu bytes (%zu of them)\n", message_bytes / message_count, message_count);
    bool good = measure(folder, "bench.obr") && measure(folder, "bench.obr.zst");
    (void)rmdir(folder);
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0) printf("  resident at most %ld KiB\n", usage.ru_maxrss);
    for (size_t i = 0; i < message_count; i++) free((char *)messages[i].at);
    return good ? 0 : 1;
}
