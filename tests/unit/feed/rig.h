/* Recordings made by hand, put into an engine. Messages are the local exchange's, of Polymarket; the live engine beside
 * writes the keyframes, as a feed does.
 */
#ifndef BOOKTOP_TESTS_RIG_H
#define BOOKTOP_TESTS_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/exchange/exchange.h"
#include "booktop/feed/playback.h"
#include "booktop/record/archive.h"
#include "fingerprint.h"
#include "inquiry.h"

#define MARKETS  5
#define MESSAGES 1200
#define STEP     (20 * NANOSECONDS_PER_MILLISECOND)
#define BEGAN    (77 * NANOSECONDS_PER_SECOND) /* mono at which m is 0 */
#define WALL     (INT64_C(1763712000) * NANOSECONDS_PER_SECOND)

/* What the exchange says, the same for all tests. */
static char *messages[MESSAGES];
static size_t message_count;
static struct catalogue catalogue;

struct rig {
    char path[80];
    struct archive *archive;
    struct json_writer line, market;
    struct engine *live;
    struct fingerprint print;
    int64_t m;
    uint64_t said, rounds;
    uint32_t asked;   /* the last request that the live engine wished for */
    char url[600];    /* and its address */
    unsigned lookups; /* answered, by the engine that is played */
    struct playback *playback;
};

/* === The live engine, and what is recorded of it === */

static inline void on_wish(void *context, const struct wish *wish)
{
    struct rig *rig = context;
    if (wish->kind != WISH_GET) return;
    rig->asked = wish->request;
    text_copy(wish->url, rig->url, sizeof rig->url);
}

static const struct engine_sink wishes = {.on_wish = on_wish};

static inline struct stamp now(const struct rig *rig)
{
    return (struct stamp){BEGAN + rig->m, WALL + rig->m};
}

/* The line that was just written. */
static inline void put(struct rig *rig, bool good, bool round)
{
    assert_true(good);
    if (rig->archive) assert_true(archive_add(rig->archive, json_writer_text(&rig->line), now(rig), round));
    json_writer_reset(&rig->line);
}

static inline void begin_file(struct rig *rig, size_t block_bytes)
{
    char error[300];
    struct archive_options options = {
        .path = rig->path, .compressed = true, .block_bytes = block_bytes, .block_time = INT64_MAX / 8, .from = BEGAN};
    options.header = (struct record_header){.tool = "hand", .boot = "none"};
    options.header.venues[VENUE_POLYMARKET] = true;
    options.stamp = options.header.stamp = (struct stamp){BEGAN, WALL};
    rig->archive = archive_create(&options, error, sizeof error);
    if (!rig->archive) fail_msg("%s", error);
}

static inline void end_file(struct rig *rig)
{
    char error[300];
    if (!archive_close(rig->archive, now(rig), error, sizeof error)) fail_msg("%s", error);
    rig->archive = NULL;
}

static inline void event(struct rig *rig, struct record_happening happening)
{
    put(rig, record_write_event(&rig->line, now(rig), BEGAN, &happening), false);
}

/* Everything is watched, and the connection opens. */
static inline void open_market(struct rig *rig)
{
    for (size_t i = 0; i < catalogue.count; i++) {
        const struct instrument *instrument = &catalogue.entries[i].instrument;
        event(rig,
              (struct record_happening){.event = RECORD_WATCHED, .venue = VENUE_POLYMARKET, .instrument = instrument});
        engine_watch(rig->live, now(rig), registry_add(engine_registry(rig->live), instrument));
    }
    rig->m += NANOSECONDS_PER_SECOND;
    event(rig, (struct record_happening){.event = RECORD_OPENED, .venue = VENUE_POLYMARKET, .url = TEXT("wss://x")});
    engine_link(rig->live, VENUE_POLYMARKET, now(rig), 0, LINK_OPENED, "");
}

static inline void say(struct rig *rig, unsigned count)
{
    for (; count > 0; count--) {
        struct text frame = text_from(messages[rig->said % message_count]);
        rig->m += STEP;
        rig->said++;
        put(rig, record_write_received(&rig->line, now(rig), BEGAN, VENUE_POLYMARKET, 0, rig->said, frame), false);
        engine_receive(rig->live, VENUE_POLYMARKET, now(rig), 0, rig->said, frame);
    }
}

static inline void begin_round(struct rig *rig)
{
    engine_advance(rig->live, now(rig));
    json_writer_reset(&rig->market);
    json_write_object(&rig->market);
    json_write_key(&rig->market, "polymarket");
    json_write_object(&rig->market);
    engine_save_links(rig->live, VENUE_POLYMARKET, now(rig), &rig->market);
    json_write_object_end(&rig->market);
    json_write_object_end(&rig->market);
    put(rig,
        record_write_round(&rig->line, now(rig), BEGAN, ++rig->rounds, false, json_writer_text(&rig->market), NULL),
        true);
}

/* A market as the live engine has it now, in the writer. */
static inline const struct market *save(struct rig *rig, size_t number)
{
    const struct market *market = registry_find(engine_registry(rig->live), VENUE_POLYMARKET,
                                                text_from(catalogue.entries[number].instrument.symbol), NULL);
    assert_non_null(market);
    engine_advance(rig->live, now(rig));
    json_writer_reset(&rig->market);
    engine_save(rig->live, now(rig), market->handle, &rig->market);
    return market;
}

/* Records what was saved. */
static inline void put_saved(struct rig *rig, const struct market *market)
{
    put(rig,
        record_write_snap(&rig->line, now(rig), BEGAN, rig->rounds, &market->instrument,
                          json_writer_text(&rig->market)),
        false);
}

static inline void snap(struct rig *rig, size_t number)
{
    put_saved(rig, save(rig, number));
}

static inline void end_round(struct rig *rig)
{
    put(rig, record_write_round(&rig->line, now(rig), BEGAN, rig->rounds, true, TEXT(""), NULL), false);
}

static inline void whole_round(struct rig *rig)
{
    begin_round(rig);
    for (size_t i = 0; i < catalogue.count; i++) snap(rig, i);
    end_round(rig);
}

/* A file that nothing came before: its first round is empty. */
static inline void begin_recording(struct rig *rig, size_t block_bytes)
{
    begin_file(rig, block_bytes);
    begin_round(rig);
    end_round(rig);
}

/* And so many messages of everything. */
static inline void record_messages(struct rig *rig, size_t block_bytes, unsigned count)
{
    begin_recording(rig, block_bytes);
    open_market(rig);
    say(rig, count);
}

/* === Questions === */

/* A condition id: what has it is asked once. */
#define UNKNOWN TEXT("0x00000000000000000000000000000000000000000000000000000000000000ff")

static inline void ask(struct rig *rig, uint32_t number, const char *url)
{
    put(rig, record_write_asked(&rig->line, now(rig), BEGAN, VENUE_POLYMARKET, number, "lookup", url), false);
}

static inline void reply(struct rig *rig, uint32_t number, int status)
{
    const struct record_reply reply = {
        .venue = VENUE_POLYMARKET, .request = number, .status = status, .body = TEXT("[]")};
    put(rig, record_write_replied(&rig->line, now(rig), BEGAN, &reply), false);
}

static inline void look_up(struct rig *rig)
{
    event(rig, (struct record_happening){.event = RECORD_LOOKED_UP,
                                         .venue = VENUE_POLYMARKET,
                                         .lookup = 1,
                                         .lookup_kind = LOOKUP_MARKET,
                                         .words = UNKNOWN});
    engine_lookup(rig->live, VENUE_POLYMARKET, now(rig), 1, LOOKUP_MARKET, UNKNOWN);
}

/* === The player === */

static inline void answered(void *context, const struct lookup_report *report)
{
    struct rig *rig = context;
    rig->lookups++;
    assert_int_equal(report->result, LOOKUP_NONE);
}

static const struct engine_sink answers = {.on_lookup = answered};

static inline void told(void *context, const struct record *record, const char *words)
{
    char *out = context;
    assert_int_equal(record->kind, RECORD_SNAP);
    snprintf(out, 240, "%s", words);
}

static inline void open_playback(struct rig *rig, char *differences)
{
    char error[300];
    const char *path = rig->path;
    struct playback_options options = {.paths = &path, .path_count = 1, .context = differences};
    if (differences) options.differs = told;
    rig->playback = playback_open(&options, error, sizeof error);
    if (!rig->playback) fail_msg("%s", error);
    assert_true(engine_add_sink(playback_engine(rig->playback), &answers, rig));
}

static inline void play_to_end(struct rig *rig)
{
    while (playback_peek(rig->playback)->kind != PLAYBACK_AT_END) playback_step(rig->playback);
}

static inline void play_until(struct rig *rig, int64_t m)
{
    for (const struct playback_next *next;
         (next = playback_peek(rig->playback))->kind != PLAYBACK_AT_END && next->m <= m;)
        playback_step(rig->playback);
}

static inline unsigned with_book(struct rig *rig)
{
    const struct market *market;
    unsigned count = 0;
    for (size_t position = 0; (market = registry_next(engine_registry(playback_engine(rig->playback)), &position));)
        count += market->had_book;
    return count;
}

static inline bool agrees(struct rig *rig)
{
    return fingerprint_of_all(playback_engine(rig->playback)) == fingerprint_of_all(rig->live);
}

static inline int open_rig(void **state)
{
    struct engine_options options = {.key = "sixteen letters"};
    struct rig *rig = calloc(1, sizeof *rig);
    *state = rig;
    strcpy(rig->path, "/tmp/booktop-playback-XXXXXX.obr.zst");
    int file = mkstemps(rig->path, 8);
    assert_true(file >= 0);
    close(file);
    unlink(rig->path);
    rig->live = engine_create(&options);
    assert_true(engine_add_sink(rig->live, &wishes, rig));
    fingerprint_open(&rig->print, rig->live);
    return 0;
}

static inline int close_rig(void **state)
{
    struct rig *rig = *state;
    playback_close(rig->playback);
    engine_destroy(rig->live);
    json_writer_free(&rig->line);
    json_writer_free(&rig->market);
    unlink(rig->path);
    free(rig);
    return 0;
}

/* === What the exchange says === */

static inline bool keep(void *context, struct text line)
{
    (void)context;
    messages[message_count] = strndup(line.at, line.length);
    return messages[message_count++] != NULL;
}

static inline int prepare(void **state)
{
    (void)state;
    struct exchange_options options = {.seed = 3, .markets = MARKETS, .start_ms = WALL / NANOSECONDS_PER_MILLISECOND};
    inquiry_list(&catalogue, &options, 1);
    return exchange_print(&options, MESSAGES, keep, NULL) ? 0 : -1;
}

static inline int clear(void **state)
{
    (void)state;
    for (size_t i = 0; i < message_count; i++) free(messages[i]);
    catalogue_free(&catalogue);
    return 0;
}

/* A test with a rig of its own. */
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

#endif
