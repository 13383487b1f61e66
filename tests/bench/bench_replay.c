/* rooms: base json market venue engine net record feed exchange */
/* What playing a recording costs at full speed, every burst proved: the local exchange's messages of Polymarket,
 * recorded as a feed would, compressed, and played without waiting; beside it what its parts cost alone. The file may
 * be named instead. And how long a seek takes: the same messages over an hour, with keyframes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "booktop/exchange/exchange.h"
#include "booktop/feed/playback.h"
#include "booktop/record/archive.h"

#define MESSAGES 200000
#define MARKETS  20
#define TIMES    3
#define STEP     (2 * NANOSECONDS_PER_MILLISECOND)
#define HOUR     (3600 * NANOSECONDS_PER_SECOND)
#define ROUNDS   (10 * NANOSECONDS_PER_SECOND)
#define SEEKS    200
#define FROM     PLAYBACK_BASE /* mono at which m is 0 */
#define WALL     (INT64_C(1763712000) * NANOSECONDS_PER_SECOND)

static int64_t cpu_time(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * NANOSECONDS_PER_SECOND + (int64_t)time.tv_nsec;
}

/* === Making === */

struct making {
    struct archive *archive;
    struct engine *live; /* whose keyframes are recorded */
    struct json_writer line, saved;
    int64_t m, step;
    int64_t round_due; /* TIME_NEVER: none are wanted */
    uint64_t count, rounds;
};

static struct stamp now(const struct making *making)
{
    return (struct stamp){FROM + making->m, WALL + making->m};
}

static bool add_line(struct making *making, bool good, bool round)
{
    good = good && archive_add(making->archive, json_writer_text(&making->line), now(making), round);
    json_writer_reset(&making->line);
    return good;
}

static bool add(struct making *making, bool good)
{
    return add_line(making, good, false);
}

static struct text save_links(struct making *making)
{
    json_writer_reset(&making->saved);
    json_write_object(&making->saved);
    json_write_key(&making->saved, "polymarket");
    json_write_object(&making->saved);
    engine_save_links(making->live, VENUE_POLYMARKET, now(making), &making->saved);
    json_write_object_end(&making->saved);
    json_write_object_end(&making->saved);
    return json_writer_text(&making->saved);
}

static bool add_snap(struct making *making, const struct market *market)
{
    json_writer_reset(&making->saved);
    engine_save(making->live, now(making), market->handle, &making->saved);
    return add(making, record_write_snap(&making->line, now(making), FROM, making->rounds, &market->instrument,
                                         json_writer_text(&making->saved)));
}

static bool add_round(struct making *making)
{
    const struct market *market;
    engine_advance(making->live, now(making));
    bool good = add_line(
        making, record_write_round(&making->line, now(making), FROM, ++making->rounds, false, save_links(making), NULL),
        true);
    for (size_t position = 0; good && (market = registry_next(engine_registry(making->live), &position));)
        good = add_snap(making, market);
    making->round_due = making->m + ROUNDS;
    return good &&
           add(making, record_write_round(&making->line, now(making), FROM, making->rounds, true, TEXT(""), NULL));
}

static bool add_frame(void *context, struct text frame)
{
    struct making *making = context;
    making->m += making->step;
    if (making->m >= making->round_due && !add_round(making)) return false;
    bool good = add(
        making, record_write_received(&making->line, now(making), FROM, VENUE_POLYMARKET, 0, ++making->count, frame));
    if (making->round_due != TIME_NEVER)
        engine_receive(making->live, VENUE_POLYMARKET, now(making), 0, making->count, frame);
    return good;
}

/* An engine that learns the markets from the first message. */
static bool learn(void *context, struct text frame)
{
    engine_receive(context, VENUE_POLYMARKET, (struct stamp){0, 0}, 0, 1, frame);
    return true;
}

static bool watch_all(struct making *making, const struct exchange_options *exchange)
{
    struct engine_options options = {.key = "sixteen letters"};
    options.venues[VENUE_POLYMARKET] = (struct venue_options){.discover = true, .stampless = true};
    struct engine *engine = engine_create(&options);
    bool good = engine && exchange_print(exchange, 1, learn, engine);
    const struct market *market;
    for (size_t position = 0; good && (market = registry_next(engine_registry(engine), &position));) {
        const struct record_happening watched = {
            .event = RECORD_WATCHED, .venue = VENUE_POLYMARKET, .instrument = &market->instrument};
        good = add(making, record_write_event(&making->line, now(making), FROM, &watched));
        engine_watch(making->live, now(making), registry_add(engine_registry(making->live), &market->instrument));
    }
    engine_destroy(engine);
    making->m += NANOSECONDS_PER_SECOND;
    const struct record_happening opened = {.event = RECORD_OPENED, .venue = VENUE_POLYMARKET, .url = TEXT("wss://x")};
    good = good && add(making, record_write_event(&making->line, now(making), FROM, &opened));
    engine_link(making->live, VENUE_POLYMARKET, now(making), 0, LINK_OPENED, "");
    return good;
}

static bool make(const char *path, int64_t step, int64_t round_due)
{
    char error[300];
    struct engine_options live = {.key = "sixteen letters"};
    struct making making = {.step = step, .round_due = round_due, .live = engine_create(&live)};
    struct exchange_options exchange = {
        .seed = 5, .markets = MARKETS, .start_ms = WALL / NANOSECONDS_PER_MILLISECOND, .speed = 1};
    struct archive_options options = {.path = path, .compressed = true, .from = FROM};
    options.header = (struct record_header){.tool = "bench", .boot = "none"};
    options.stamp = options.header.stamp = now(&making);
    making.archive = archive_create(&options, error, sizeof error);
    bool good = making.archive && making.live && watch_all(&making, &exchange) &&
                exchange_print(&exchange, MESSAGES, add_frame, &making);
    good = making.archive && archive_close(making.archive, now(&making), error, sizeof error) && good;
    json_writer_free(&making.line);
    json_writer_free(&making.saved);
    engine_destroy(making.live);
    return good;
}

/* === Playing === */

struct result {
    int64_t read, played; /* ns per message */
    uint64_t messages, bursts, proved, levels, books;
};

static bool read_only(const char *path, struct result *result)
{
    char error[300];
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) return false;
    struct record record;
    struct recording_fault fault;
    uint64_t frames = 0;
    int64_t begin = cpu_time();
    while (recording_next(recording, &record, &fault) != RECORDING_AT_END) frames += record.kind == RECORD_RECEIVED;
    int64_t each = (cpu_time() - begin) / (int64_t)(frames ? frames : 1);
    if (result->read == 0 || each < result->read) result->read = each;
    recording_close(recording);
    return frames > 0;
}

static void count_markets(struct playback *playback, struct result *result)
{
    const struct market *market;
    result->bursts = result->proved = result->levels = result->books = 0;
    for (size_t position = 0; (market = registry_next(engine_registry(playback_engine(playback)), &position));) {
        if (!market->had_book) continue;
        result->bursts += market->proof.bursts;
        result->proved += market->proof.verified;
        result->levels += market->book.bids.count;
        result->levels += market->book.asks.count;
        result->books++;
    }
}

static bool play(const char *path, struct result *result)
{
    char error[300];
    struct playback_options options = {.paths = &path, .path_count = 1};
    struct playback *playback = playback_open(&options, error, sizeof error);
    if (!playback) return false;
    int64_t begin = cpu_time();
    while (playback_peek(playback)->kind != PLAYBACK_AT_END) playback_step(playback);
    int64_t took = cpu_time() - begin;
    struct playback_counts counts = playback_counts(playback);
    result->messages = counts.frames[VENUE_POLYMARKET] + counts.frames[VENUE_KALSHI];
    int64_t each = took / (int64_t)(result->messages ? result->messages : 1);
    if (result->played == 0 || each < result->played) result->played = each;
    count_markets(playback, result);
    playback_close(playback);
    return result->messages > 0;
}

/* === Seeking === */

static int compare(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

/* To points all over it, in no order: what a person waits for. */
static bool seek_all_over(const char *path)
{
    char error[300];
    int64_t took[SEEKS];
    struct playback_options options = {.paths = &path, .path_count = 1};
    struct playback *playback = playback_open(&options, error, sizeof error);
    if (!playback) return false;
    uint64_t dice = 11;
    int64_t length = playback_length(playback, NULL, NULL);
    bool good = length > 0;
    for (unsigned i = 0; good && i < SEEKS; i++) {
        dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t begin = clock_now(&clock_system).mono;
        good = playback_seek(playback, (int64_t)((dice >> 33) % (uint64_t)length), NULL, NULL);
        took[i] = clock_now(&clock_system).mono - begin;
    }
    playback_close(playback);
    if (!good) return false;
    qsort(took, SEEKS, sizeof took[0], compare);
    printf("Seek in a recording of %" PRId64 " s: half of them within %" PRId64 " us, the longest %" PRId64 " us\n",
           length / NANOSECONDS_PER_SECOND, took[SEEKS / 2] / 1000, took[SEEKS - 1] / 1000);
    return true;
}

int main(int count, char **arguments)
{
    char folder[] = "/tmp/booktop-bench-XXXXXX", made[200];
    const char *path = count > 1 ? arguments[1] : made;
    if (!mkdtemp(folder)) return 1;
    (void)snprintf(made, sizeof made, "%s/bench.obr.zst", folder);
    struct result result = {0};
    bool good = count > 1 || make(made, STEP, TIME_NEVER);
    for (unsigned i = 0; good && i < TIMES; i++) good = read_only(path, &result) && play(path, &result);
    (void)unlink(made);
    bool played = good && result.books > 0;
    good = played && (count > 1 ? seek_all_over(path) : make(made, HOUR / MESSAGES, 0) && seek_all_over(made));
    (void)unlink(made);
    (void)rmdir(folder);
    if (!played) return 1;
    printf("Replay at full speed, %" PRIu64 " messages, %" PRIu64 " bursts, %" PRIu64 " proofs, %" PRIu64
           " levels a side\n",
           result.messages, result.bursts, result.proved, result.levels / result.books / 2);
    printf("  read %" PRId64 " ns  played %" PRId64 " ns per message: %" PRId64 " messages/s\n", result.read,
           result.played, NANOSECONDS_PER_SECOND / (result.played ? result.played : 1));
    return good ? 0 : 1;
}
