/* rooms: base json market record */
/* What recording costs: the feed thread for a message, and the machine in all, plain and compressed. With a file named,
 * the messages are its lines: `booktop exchange --print` makes such. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "booktop/record/recorder.h"

#define ROUNDS   3
#define MESSAGES 20000
#define BURST    1000

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
            const unsigned *d = draws + 7 * i;
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
    int64_t feed, all; /* ns per message */
    uint64_t bytes, stored;
};

static int64_t cpu_time(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * NANOSECONDS_PER_SECOND + (int64_t)time.tv_nsec;
}

/* Messages from `first` up to `end`; ns for each. */
static bool burst_feed(struct recorder *recorder, size_t first, size_t end, int64_t *each)
{
    struct stamp stamp = clock_now(&clock_system);
    int64_t begin = stamp.mono;
    for (size_t i = first; i < end; i++)
        if (!recorder_received(recorder, stamp, VENUE_POLYMARKET, 0, i, messages[i])) return false;
    *each = (clock_now(&clock_system).mono - begin) / (int64_t)(end - first);
    return true;
}

static bool record_once(const char *path, struct cost *cost)
{
    char error[300];
    const struct recorder_options options = {
        .path = path,
        .header = {.tool = "bench", .boot = "", .venues = {true}},
        .clock = &clock_system,
    };
    int64_t cpu = cpu_time();
    struct recorder *recorder = recorder_create(&options, error, sizeof error);
    if (!recorder) {
        (void)fprintf(stderr, "%s\n", error);
        return false;
    }
    struct recorder_status status;
    int64_t each = INT64_MAX;
    /* In bursts, as the network gives them; the best of them counts. */
    for (size_t first = 0; first < message_count; first += BURST) {
        int64_t burst = 0;
        size_t end = first + BURST < message_count ? first + BURST : message_count;
        if (!burst_feed(recorder, first, end, &burst)) return false;
        if (burst < each) each = burst;
        do recorder_status(recorder, &status);
        while (status.records < end && !status.failed && usleep(5000) == 0);
    }
    if (!recorder_close(recorder, error, sizeof error)) return false;
    int64_t all = (cpu_time() - cpu) / (int64_t)message_count;
    if (cost->feed == 0 || each < cost->feed) cost->feed = each;
    if (cost->all == 0 || all < cost->all) cost->all = all;
    cost->bytes = status.bytes;
    FILE *file = fopen(path, "r");
    if (!file) return false;
    (void)fseek(file, 0, SEEK_END);
    cost->stored = (uint64_t)ftell(file);
    (void)fclose(file);
    return true;
}

static bool measure(const char *folder, const char *name)
{
    char path[200];
    struct cost cost = {0};
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    bool good = true;
    for (unsigned round = 0; good && round < ROUNDS; round++) {
        good = record_once(path, &cost);
        (void)unlink(path);
    }
    if (!good) return false;
    printf("  %-13s feed %4" PRId64 " ns  in all %5" PRId64 " ns  lines %4" PRIu64 " bytes  in the file %4" PRIu64
           " bytes, %3" PRIu64 ".%" PRIu64 " %%\n",
           name, cost.feed, cost.all, cost.bytes / message_count, cost.stored / message_count,
           cost.stored * 100 / cost.bytes, cost.stored * 1000 / cost.bytes % 10);
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
