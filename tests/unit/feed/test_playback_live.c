/* A session of a feed with both venues of the local exchange, recorded, and played back: the engine does the same
 * again, has the same at every keyframe, wherever one goes to, and behind damage claims nothing that was not so.
 *
 * Time runs fast, for the feed and for the exchange. Connections are cut, messages are left out, doubled and swapped.
 *
 * BOOKTOP_SECONDS: so long is recorded at least, and BOOKTOP_MARKETS: so many markets of each venue. BOOKTOP_ALL=1: a
 * recording of 64 KiB is played cut at every length and with every bit flipped (of a compressed one, which has more in
 * it, a bit of each byte), not a part of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "booktop/exchange/dice.h"
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
#define POINTS       24
#define ROUNDS_MOST  16
#define SMALL        (64u << 10)
#define SMALL_BLOCK  4096
#define SMALL_TRIES  60 /* cuts, and flips, of a small file, where not all are tried */

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
    char urls[6][64];
    /* The recording. */
    char folder[64];
    char paths[FILES_MOST][512];
    const char *names[FILES_MOST];
    size_t files;
    /* Of the engine at the tap. */
    struct fingerprint live;
};

/* === The session === */

static void list_markets(struct stage *stage)
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

static void start_exchange(struct stage *stage)
{
    char error[160];
    struct exchange_options options = {.seed = SEED, .speed = 1, .markets = stage->markets, .clock = &stage->clock};
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
}

static void start_recorder(struct stage *stage)
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

static void start_feed(struct stage *stage)
{
    static const char *const forms[6] = {"wss://localhost:%u/ws/market",       "https://localhost:%u/clob",
                                         "https://localhost:%u/gamma",         "https://localhost:%u/data",
                                         "wss://localhost:%u/trade-api/ws/v2", "https://localhost:%u/trade-api/v2"};
    char error[160];
    for (size_t i = 0; i < 6; i++)
        snprintf(stage->urls[i], sizeof stage->urls[i], forms[i], exchange_port(stage->exchange));
    stage->tap = shadow_tap(&stage->shadow);
    struct feed_options options = {.clock = &stage->clock,
                                   .ca_pem = exchange_ca_pem(stage->exchange),
                                   .demo = true,
                                   .tap = &stage->tap,
                                   .recorder = stage->recorder};
    options.endpoints[VENUE_POLYMARKET] =
        (struct venue_endpoints){stage->urls[0], stage->urls[1], stage->urls[2], stage->urls[3]};
    options.endpoints[VENUE_KALSHI] = (struct venue_endpoints){.stream = stage->urls[4], .books = stage->urls[5]};
    options.signers[VENUE_KALSHI] = signer_open(&stage->signer, stage->exchange);
    stage->feed = stage->onlooker.feed = feed_start(&options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
}

static uint64_t messages_of(const struct stage *stage, enum venue_id venue)
{
    const struct connections_view *connections = &stage->onlooker.connections;
    uint64_t messages = 0;
    for (uint32_t i = 0; i < connections->count; i++)
        if (connections->connections[i].venue == venue) messages += connections->connections[i].view.messages;
    return messages;
}

static void hear(struct stage *stage, uint64_t more)
{
    for (unsigned venue = 0; venue < VENUE_COUNT; venue++) {
        uint64_t wanted = messages_of(stage, (enum venue_id)venue) + more;
        ONLOOKER_AWAIT(&stage->onlooker, LIMIT, messages_of(stage, (enum venue_id)venue) >= wanted);
    }
}

static void live(struct stage *stage)
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

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_files(struct stage *stage)
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
static void live_a_little(struct stage *stage)
{
    struct recorder_status status;
    feed_list(stage->feed, &stage->catalogue);
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT,
                   (recorder_status(stage->recorder, &status), status.stored >= SMALL - 2 * SMALL_BLOCK));
}

static int64_t asked_for(const char *name, int64_t usual)
{
    const char *value = getenv(name);
    return value ? strtoll(value, NULL, 10) : usual;
}

/* With `ending` one small file of that form. */
static struct stage *record_session(unsigned markets, int64_t least, const char *ending)
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

static int open_stage(void **state)
{
    int64_t markets = asked_for("BOOKTOP_MARKETS", MARKETS);
    assert_in_range(markets, MARKETS, MARKETS_MOST);
    *state = record_session((unsigned)markets, asked_for("BOOKTOP_SECONDS", 0) * NANOSECONDS_PER_SECOND, NULL);
    return 0;
}

static int close_stage(void **state)
{
    struct stage *stage = *state;
    shadow_close(&stage->shadow);
    catalogue_free(&stage->catalogue);
    for (size_t i = 0; i < stage->files; i++) unlink(stage->paths[i]);
    rmdir(stage->folder);
    free(stage);
    return 0;
}

/* === Playing === */

static void say_difference(void *context, const struct record *snap, const char *words)
{
    unsigned *differences = context;
    if ((*differences)++ < 5)
        print_message("  round %llu, m %lld, %s: %s\n", (unsigned long long)snap->number, (long long)snap->stamp.mono,
                      snap->instrument.symbol, words);
}

static struct playback *play_files(const char *const *names, size_t count, unsigned *differences)
{
    char error[400];
    struct playback_options options = {.paths = names, .path_count = count, .context = differences};
    if (differences) options.differs = say_difference;
    struct playback *playback = playback_open(&options, error, sizeof error);
    if (!playback) fail_msg("%s", error);
    return playback;
}

static struct playback *play_all(const struct stage *stage, unsigned *differences)
{
    return play_files(stage->names, stage->files, differences);
}

static bool begins_round(const struct playback_next *next)
{
    return next->record && next->record->kind == RECORD_ROUND && !next->record->done;
}

/* What the feed's engine had come to before the last round: for that it did what was due, which the shadow was not
 * told.
 */
static void the_same_is_reported_and_saved(void **state)
{
    const struct stage *stage = *state;
    for (unsigned time = 0; time < 2; time++) {
        unsigned differences = 0;
        struct playback *playback = play_all(stage, &differences);
        struct fingerprint print;
        uint64_t hash = FINGERPRINT_BEGIN, reports = 0, all = 0;
        fingerprint_open(&print, playback_engine(playback));
        for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
            bool input = next->kind == PLAYBACK_INPUT;
            if (begins_round(next)) {
                all = fingerprint_of_all(playback_engine(playback));
                reports = print.reports;
            }
            playback_step(playback);
            if (input) hash = print.hash;
        }
        struct playback_counts counts = playback_counts(playback);
        if (time == 0)
            print_message("%zu files, %llu inputs, %llu frames of Polymarket, %llu of Kalshi, %llu rounds, %llu snaps "
                          "compared, %llu proofs\n",
                          stage->files, (unsigned long long)counts.inputs, (unsigned long long)counts.frames[0],
                          (unsigned long long)counts.frames[1], (unsigned long long)counts.rounds,
                          (unsigned long long)counts.compared, (unsigned long long)print.proved);
        assert_int_equal(counts.faults, 0);
        assert_int_equal(counts.dropped, 0);
        assert_int_equal(counts.resets, 0);
        assert_true(counts.rounds > 2 && counts.compared > MARKETS);
        assert_int_equal(counts.differing, differences);
        assert_int_equal(differences, 0);
        assert_int_equal(reports, stage->live.reports);
        assert_true(hash == stage->live.hash);
        assert_true(all == fingerprint_of_all(stage->shadow.engine));
        playback_close(playback);
    }
}

/* === Seeking === */

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void play_to(struct playback *playback, int64_t m)
{
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END && next->m <= m;)
        playback_step(playback);
}

/* Says which market's save is another than where it was played till there, and from where on. */
static void say_what_differs(const struct stage *stage, struct playback *sought, int64_t m)
{
    struct playback *played = play_all(stage, NULL);
    struct json_writer texts[2] = {0};
    const struct market *market;
    play_to(played, m);
    const struct stamp stamp = {PLAYBACK_BASE + m, 0};
    for (size_t position = 0; (market = registry_next(engine_registry(playback_engine(played)), &position));) {
        const struct market *other = registry_find(engine_registry(playback_engine(sought)), market->instrument.venue,
                                                   text_from(market->instrument.symbol), NULL);
        json_writer_reset(&texts[0]);
        json_writer_reset(&texts[1]);
        engine_save(playback_engine(played), stamp, market->handle, &texts[0]);
        if (other) engine_save(playback_engine(sought), stamp, other->handle, &texts[1]);
        struct text one = json_writer_text(&texts[0]), two = json_writer_text(&texts[1]);
        size_t at = 0;
        while (at < one.length && at < two.length && one.at[at] == two.at[at]) at++;
        if (at == one.length && at == two.length) continue;
        size_t from = at < 80 ? 0 : at - 80;
        print_message("    %s: %.160s\n    not %.160s\n", market->instrument.symbol, one.at + from,
                      two.length > from ? two.at + from : "");
    }
    json_writer_free(&texts[0]);
    json_writer_free(&texts[1]);
    playback_close(played);
}

/* The places right before rounds: there the way from the round before is the longest, and the block is one that has a
 * round which is of no use yet. */
static unsigned before_rounds(const struct stage *stage, int64_t *points)
{
    unsigned count = 0;
    struct playback *playback = play_all(stage, NULL);
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
        if (begins_round(next) && next->m > 0 && count < ROUNDS_MOST) points[count++] = next->m - 1;
        playback_step(playback);
    }
    playback_close(playback);
    return count;
}

static void wherever_one_goes_it_is_the_same(void **state)
{
    const struct stage *stage = *state;
    struct dice dice = dice_from(SEED, 1);
    int64_t points[POINTS + ROUNDS_MOST];
    uint64_t prints[POINTS + ROUNDS_MOST];
    struct playback *playback = play_all(stage, NULL);
    int64_t length = playback_length(playback, NULL, NULL);
    assert_true(length > 10 * NANOSECONDS_PER_SECOND);
    for (unsigned i = 0; i < POINTS; i++) points[i] = (int64_t)dice_below(&dice, 1000001) * (length / 1000) / 1000;
    points[0] = length;
    const unsigned count = POINTS + before_rounds(stage, points + POINTS);
    qsort(points, count, sizeof points[0], by_time);
    for (unsigned i = 0; i < count; i++) {
        play_to(playback, points[i]);
        prints[i] = fingerprint_of_all(playback_engine(playback));
    }
    playback_close(playback);

    playback = play_all(stage, NULL);
    unsigned wrong = 0;
    for (unsigned n = 0; n < 4 * count; n++) {
        /* Anywhere; then, of all in turn, the next one, which may be near. */
        unsigned i = n % 2 == 0 ? dice_below(&dice, count) : (n / 2) % count;
        assert_true(playback_seek(playback, points[i], NULL, NULL));
        if (fingerprint_of_all(playback_engine(playback)) == prints[i]) continue;
        if (wrong++ >= 2) continue;
        print_message("  at %lld of %lld it is not the same\n", (long long)points[i], (long long)length);
        say_what_differs(stage, playback, points[i]);
    }
    assert_int_equal(wrong, 0);
    assert_true(playback_counts(playback).resets > POINTS / 2);
    playback_close(playback);
}

/* === Damage === */

/* What books there were, at which message. */
struct truth {
    uint64_t *books; /* owned: a set, by message and market */
    size_t count;
    struct market_cache {
        uint64_t version, book;
    } caches[2 * MARKETS_MOST + 16];
};

static uint64_t book_of(struct truth *truth, const struct market *market)
{
    struct market_cache *cache = &truth->caches[market->handle.index % (2 * MARKETS_MOST + 16)];
    if (cache->version != market->version || cache->book == 0)
        *cache = (struct market_cache){market->version, fingerprint_book(market)};
    return cache->book;
}

static uint64_t entry_of(struct truth *truth, const struct market *market, uint64_t message)
{
    uint64_t hash = fingerprint_text(book_of(truth, market), text_from(market->instrument.symbol));
    return fingerprint_number(hash, (int64_t)message);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static struct truth find_truth(const char *const *names, size_t count)
{
    struct truth truth = {0};
    size_t capacity = 0;
    struct playback *playback = play_files(names, count, NULL);
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
        const struct market *market;
        bool frame = next->record && next->record->kind == RECORD_RECEIVED;
        uint64_t message = frame ? next->record->number : 0;
        playback_step(playback);
        for (size_t position = 0;
             frame && (market = registry_next(engine_registry(playback_engine(playback)), &position));) {
            if (truth.count == capacity) {
                capacity = capacity ? 2 * capacity : 4096;
                truth.books = realloc(truth.books, capacity * sizeof *truth.books);
                assert_non_null(truth.books);
            }
            truth.books[truth.count++] = entry_of(&truth, market, message);
        }
    }
    playback_close(playback);
    qsort(truth.books, truth.count, sizeof *truth.books, by_value);
    memset(truth.caches, 0, sizeof truth.caches);
    return truth;
}

/* Plays it to its end. Returns how often a market was verified; `*faults`: what damage was told. */
static uint64_t check_verified(struct truth *truth, struct playback *playback, uint64_t *faults)
{
    uint64_t verified = 0;
    memset(truth->caches, 0, sizeof truth->caches);
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
        const struct market *market;
        bool frame = next->record && next->record->kind == RECORD_RECEIVED;
        uint64_t message = frame ? next->record->number : 0;
        playback_step(playback);
        for (size_t position = 0;
             frame && (market = registry_next(engine_registry(playback_engine(playback)), &position));) {
            if (market->proof.state != PROOF_VERIFIED) continue;
            uint64_t entry = entry_of(truth, market, message);
            if (!bsearch(&entry, truth->books, truth->count, sizeof entry, by_value))
                fail_msg("%s is said to be verified at message %llu, and was never so", market->instrument.symbol,
                         (unsigned long long)message);
            verified++;
        }
    }
    *faults = playback_counts(playback).faults;
    playback_close(playback);
    return verified;
}

static uint64_t check_damaged(struct truth *truth, const char *const *names, size_t count)
{
    uint64_t faults, verified = check_verified(truth, play_files(names, count, NULL), &faults);
    assert_true(faults > 0);
    return verified;
}

static void behind_damage_nothing_false_is_verified(void **state)
{
    const struct stage *stage = *state;
    struct dice dice = dice_from(SEED, 2);
    struct truth truth = find_truth(stage->names, stage->files);
    char damaged[600];
    const char *names[FILES_MOST];
    uint64_t verified = 0;
    snprintf(damaged, sizeof damaged, "%s/damaged.obr.zst", stage->folder);
    for (unsigned n = 0; n < 4; n++) {
        size_t which = dice_below(&dice, (unsigned)stage->files);
        memcpy(names, stage->names, sizeof names);
        names[which] = damaged;
        FILE *file = fopen(stage->names[which], "rb"), *out = fopen(damaged, "wb");
        assert_true(file && out);
        fseek(file, 0, SEEK_END);
        size_t size = (size_t)ftell(file);
        rewind(file);
        unsigned char *bytes = malloc(size);
        assert_non_null(bytes);
        assert_int_equal(fread(bytes, 1, size, file), size);
        size_t at = size / 8 + dice_below(&dice, (unsigned)(size / 2));
        size_t cut = n % 4 == 3 ? size / 3 + dice_below(&dice, (unsigned)(size / 3)) : size;
        if (n % 4 < 2) bytes[at] ^= (unsigned char)(1 + dice_below(&dice, 255));
        if (n % 4 == 2) memset(bytes + at, 0, size / 16);
        assert_int_equal(fwrite(bytes, 1, cut, out), cut);
        fclose(file);
        fclose(out);
        free(bytes);
        verified += check_damaged(&truth, names, stage->files);
    }
    assert_true(verified > 0);
    unlink(damaged);
    free(truth.books);
}

/* === Every cut, every bit === */

struct subject {
    char path[32]; /* of a file without a name */
    int file;
    size_t length;
    char *bytes; /* owned: as it was recorded */
    struct truth truth;
    uint64_t tried, refused, verified;
};

static void subject_open(struct subject *subject, const struct stage *stage)
{
    FILE *file = fopen(stage->names[0], "rb");
    assert_int_equal(stage->files, 1);
    assert_non_null(file);
    *subject = (struct subject){.bytes = malloc(16 * SMALL), .file = memfd_create("recording", MFD_CLOEXEC)};
    assert_true(subject->bytes && subject->file >= 0);
    subject->length = fread(subject->bytes, 1, 16 * SMALL, file);
    fclose(file);
    assert_in_range(subject->length, SMALL / 2, 16 * SMALL - 1);
    snprintf(subject->path, sizeof subject->path, "/proc/self/fd/%d", subject->file);
    subject->truth = find_truth(stage->names, 1);
}

static void subject_close(struct subject *subject)
{
    print_message("%zu bytes: %llu times damaged, %llu of them refused, %llu times verified\n", subject->length,
                  (unsigned long long)subject->tried, (unsigned long long)subject->refused,
                  (unsigned long long)subject->verified);
    assert_true(subject->verified > subject->tried);
    close(subject->file);
    free(subject->bytes);
    free(subject->truth.books);
}

/* True if the damage was told. */
static bool subject_play(struct subject *subject)
{
    char error[400];
    uint64_t faults = 0;
    const char *path = subject->path;
    struct playback *playback =
        playback_open(&(struct playback_options){.paths = &path, .path_count = 1}, error, sizeof error);
    subject->tried++;
    if (!playback) subject->refused++;
    if (playback) subject->verified += check_verified(&subject->truth, playback, &faults);
    return !playback || faults > 0;
}

static size_t stride(size_t count, size_t all)
{
    return getenv("BOOKTOP_ALL") ? all : count / SMALL_TRIES | 1;
}

static void try_cuts(struct subject *subject)
{
    for (size_t length = subject->length; length-- > 0;) {
        if (length % stride(subject->length, 1) != 0) continue;
        assert_int_equal(ftruncate(subject->file, (off_t)length), 0);
        if (!subject_play(subject)) fail_msg("cut at byte %zu: not told", length);
    }
}

static void try_flips(struct subject *subject, bool all_count)
{
    const size_t bits = 8 * subject->length;
    for (size_t at = 0; at < bits; at += stride(bits, all_count ? 1 : 9)) {
        const char *byte = &subject->bytes[at / 8], flipped = (char)(*byte ^ 1 << at % 8);
        assert_int_equal(pwrite(subject->file, &flipped, 1, (off_t)(at / 8)), 1);
        if (!subject_play(subject) && all_count) fail_msg("byte %zu, bit %zu: not told", at / 8, at % 8);
        assert_int_equal(pwrite(subject->file, byte, 1, (off_t)(at / 8)), 1);
    }
}

/* A compressed frame has bits that mean nothing: these alone need not be told. */
static void damage_all(const char *ending, bool all_count)
{
    struct subject subject;
    void *stage = record_session(2, 0, ending);
    subject_open(&subject, stage);
    const ssize_t length = (ssize_t)subject.length;
    assert_int_equal(pwrite(subject.file, subject.bytes, subject.length, 0), length);
    assert_false(subject_play(&subject));
    try_cuts(&subject);
    assert_int_equal(pwrite(subject.file, subject.bytes, subject.length, 0), length);
    try_flips(&subject, all_count);
    subject_close(&subject);
    close_stage(&stage);
}

static void a_plain_file_cut_and_flipped(void **state)
{
    (void)state;
    damage_all(".obr", true);
}

static void a_compressed_file_cut_and_flipped(void **state)
{
    (void)state;
    damage_all(".obr.zst", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_reported_and_saved),          cmocka_unit_test(wherever_one_goes_it_is_the_same),
        cmocka_unit_test(behind_damage_nothing_false_is_verified), cmocka_unit_test(a_plain_file_cut_and_flipped),
        cmocka_unit_test(a_compressed_file_cut_and_flipped),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/playback_live", tests, open_stage, close_stage);
}
