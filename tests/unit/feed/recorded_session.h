/* A session of a feed with both venues of the local exchange, recorded; and how it is played back.
 *
 * Time runs fast, for the feed and for the exchange. Connections are cut, messages are left out, doubled and swapped.
 */
#ifndef BOOKTOP_TESTS_RECORDED_SESSION_H
#define BOOKTOP_TESTS_RECORDED_SESSION_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "booktop/exchange/exchange.h"
#include "booktop/feed/playback.h"
#include "booktop/net/loop.h"
#include "booktop/record/recorder.h"
#include "fingerprint.h"
#include "inquiry.h"
#include "onlooker.h"
#include "shadow.h"
#include "signer.h"

#define MARKETS      24 /* of each venue, and one that a fault can hit */
#define MARKETS_MOST 120
#define FAST         20
#define SEED         7
#define LIMIT        (60 * NANOSECONDS_PER_SECOND)
#define FILES_MOST   512
#define SMALL        (64u << 10)
#define SMALL_BLOCK  4096
/* Between two faults, of each venue. */
#define CALM 100

struct stage {
    unsigned markets; /* of each venue */
    char small[80];   /* a small file, in small blocks, is to be recorded; empty: a folder of them */
    int64_t least;    /* ns that are recorded at least */
    struct clock_start start;
    struct clock clock;
    struct exchange *exchange;
    struct signer signer;
    struct feed *feed;
    struct shadow shadow;
    struct feed_tap tap;
    struct catalogue catalogue;
    struct onlooker onlooker;
    struct recorder *recorder;
    struct addresses addresses;
    /* The recording. */
    char folder[64];
    char paths[FILES_MOST][512];
    const char *names[FILES_MOST];
    size_t files;
    /* Of the engine at the tap. */
    struct fingerprint live;
};

/* === The session === */

static inline void list_markets(struct stage *stage)
{
    for (unsigned venue = 0; venue < 2; venue++) {
        struct exchange_options options = {.seed = SEED,
                                           .speed = 1,
                                           .markets = stage->markets,
                                           .venue = (enum exchange_venue)venue,
                                           .clock = &stage->clock};
        inquiry_list(&stage->catalogue, &options, venue == EXCHANGE_KALSHI ? options.markets + 1 : 1);
    }
}

static inline void start_exchange(struct stage *stage)
{
    char error[160];
    struct exchange_options options = {.seed = SEED, .speed = 1, .markets = stage->markets, .clock = &stage->clock};
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
}

static inline void start_recorder(struct stage *stage)
{
    char error[RECORDER_REASON];
    struct recorder_options options = {.path = stage->folder, .clock = &stage->clock, .rotate_bytes = 1500000};
    if (stage->small[0]) options.path = stage->small;
    if (stage->small[0]) options.archive.block_bytes = SMALL_BLOCK;
    options.header = (struct record_header){.tool = "test", .boot = "none", .demo = true};
    options.header.venues[VENUE_POLYMARKET] = options.header.venues[VENUE_KALSHI] = true;
    options.header.keys[VENUE_KALSHI] = true;
    stage->recorder = recorder_create(&options, error, sizeof error);
    if (!stage->recorder) fail_msg("%s", error);
}

static inline void start_feed(struct stage *stage)
{
    char error[160];
    stage->tap = shadow_tap(&stage->shadow);
    struct feed_options options = {.clock = &stage->clock,
                                   .ca_pem = exchange_ca_pem(stage->exchange),
                                   .demo = true,
                                   .tap = &stage->tap,
                                   .recorder = stage->recorder};
    addresses_at(&stage->addresses, exchange_port(stage->exchange), options.endpoints);
    options.signers[VENUE_KALSHI] = signer_open(&stage->signer, stage->exchange);
    stage->feed = stage->onlooker.feed = feed_start(&options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
}

static inline uint64_t messages_of(const struct stage *stage, enum venue_id venue)
{
    const struct connections_view *connections = &stage->onlooker.connections;
    uint64_t messages = 0;
    for (uint32_t i = 0; i < connections->count; i++)
        if (connections->connections[i].venue == venue) messages += connections->connections[i].view.messages;
    return messages;
}

static inline void hear(struct stage *stage, uint64_t more)
{
    for (unsigned venue = 0; venue < VENUE_COUNT; venue++) {
        uint64_t wanted = messages_of(stage, (enum venue_id)venue) + more;
        ONLOOKER_AWAIT(&stage->onlooker, LIMIT, messages_of(stage, (enum venue_id)venue) >= wanted);
    }
}

static inline void live(struct stage *stage)
{
    const int64_t end = clock_now(&stage->clock).mono + stage->least;
    static const struct {
        int venue;
        const char *fault;
    } faults[] = {{0, "omit"}, {1, "gap"},     {-1, "cut"},      {0, "duplicate"}, {0, "reorder"},
                  {1, "old"},  {1, "error25"}, {0, "empty"},     {-1, "garbage"},  {1, "pause"},
                  {0, "omit"}, {-1, "rst"},    {-1, "stall 3s"}, {1, "gap"},       {0, "omit"}};
    char error[160];
    feed_list(stage->feed, &stage->catalogue);
    feed_watch_connections(stage->feed, true);
    feed_search(stage->feed, "bridge");
    hear(stage, 2 * CALM);
    const size_t count = sizeof faults / sizeof *faults;
    for (size_t i = 0; i < count || clock_now(&stage->clock).mono < end; i++) {
        const char *fault = faults[i % count].fault;
        if (!exchange_inject(stage->exchange, faults[i % count].venue, text_from(fault), error, sizeof error))
            fail_msg("%s: %s", fault, error);
        feed_select(stage->feed, 0, &stage->catalogue.entries[i % stage->catalogue.count]);
        if (i % 5 == 0) feed_search(stage->feed, "the");
        hear(stage, CALM);
    }
    hear(stage, 3 * CALM);
}

static inline int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static inline void list_files(struct stage *stage)
{
    DIR *folder = opendir(stage->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        assert_true(stage->files < FILES_MOST);
        snprintf(stage->paths[stage->files], sizeof stage->paths[0], "%s/%s", stage->folder, entry->d_name);
        stage->names[stage->files] = stage->paths[stage->files];
        stage->files++;
    }
    closedir(folder);
    qsort(stage->names, stage->files, sizeof stage->names[0], by_name);
    assert_true(stage->files > 0);
}

/* Until the file is large enough. */
static inline void live_a_little(struct stage *stage)
{
    struct recorder_status status;
    feed_list(stage->feed, &stage->catalogue);
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT,
                   (recorder_status(stage->recorder, &status), status.stored >= SMALL - 2 * SMALL_BLOCK));
}

static inline int64_t asked_for(const char *name, int64_t usual)
{
    const char *value = getenv(name);
    return value ? strtoll(value, NULL, 10) : usual;
}

/* With `ending` one small file of that form. */
static inline struct stage *record_session(unsigned markets, int64_t least, const char *ending)
{
    struct stage *stage = calloc(1, sizeof *stage);
    struct recorder_status status;
    char error[RECORDER_REASON];
    assert_non_null(stage);
    stage->markets = markets;
    stage->least = least;
    strcpy(stage->folder, "/tmp/booktop-playback-XXXXXX");
    assert_non_null(mkdtemp(stage->folder));
    if (ending) snprintf(stage->small, sizeof stage->small, "%s/small%s", stage->folder, ending);
    stage->clock = clock_fast(&stage->start, FAST);
    list_markets(stage);
    shadow_open(&stage->shadow, VENUE_POLYMARKET, UINT64_MAX);
    fingerprint_open(&stage->live, stage->shadow.engine);
    start_exchange(stage);
    start_recorder(stage);
    start_feed(stage);
    if (ending)
        live_a_little(stage);
    else
        live(stage);
    feed_stop(stage->feed);
    recorder_status(stage->recorder, &status);
    assert_int_equal(status.dropped, 0);
    if (!recorder_close(stage->recorder, error, sizeof error)) fail_msg("%s", error);
    exchange_stop(stage->exchange);
    signer_close(&stage->signer);
    list_files(stage);
    return stage;
}

static inline int open_stage(void **state)
{
    int64_t markets = asked_for("BOOKTOP_MARKETS", MARKETS);
    assert_in_range(markets, MARKETS, MARKETS_MOST);
    *state = record_session((unsigned)markets, asked_for("BOOKTOP_SECONDS", 0) * NANOSECONDS_PER_SECOND, NULL);
    return 0;
}

static inline int close_stage(void **state)
{
    struct stage *stage = *state;
    shadow_close(&stage->shadow);
    catalogue_free(&stage->catalogue);
    for (size_t i = 0; i < stage->files; i++) unlink(stage->paths[i]);
    rmdir(stage->folder);
    free(stage);
    return 0;
}

/* === Played back === */

static inline void say_difference(void *context, const struct record *snap, const char *words)
{
    unsigned *differences = context;
    if ((*differences)++ < 5)
        print_message("  round %llu, m %lld, %s: %s\n", (unsigned long long)snap->number, (long long)snap->stamp.mono,
                      snap->instrument.symbol, words);
}

static inline struct playback *play_files(const char *const *names, size_t count, unsigned *differences)
{
    char error[400];
    struct playback_options options = {.paths = names, .path_count = count, .context = differences};
    if (differences) options.differs = say_difference;
    struct playback *playback = playback_open(&options, error, sizeof error);
    if (!playback) fail_msg("%s", error);
    return playback;
}

static inline struct playback *play_all(const struct stage *stage, unsigned *differences)
{
    return play_files(stage->names, stage->files, differences);
}

#endif
