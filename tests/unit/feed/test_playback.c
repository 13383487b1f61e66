/* Recordings made by hand, put into an engine: what it is told, restored from and compared with, and what it forgets
 * where something is missing. Messages are the local exchange's, of Polymarket; the live engine beside writes the
 * keyframes, as a feed does.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

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
/* A condition id: what has it is asked once. */
#define UNKNOWN TEXT("0x00000000000000000000000000000000000000000000000000000000000000ff")
#define WALL    (INT64_C(1763712000) * NANOSECONDS_PER_SECOND)

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

static void on_wish(void *context, const struct wish *wish)
{
    struct rig *rig = context;
    if (wish->kind != WISH_GET) return;
    rig->asked = wish->request;
    text_copy(wish->url, rig->url, sizeof rig->url);
}

static const struct engine_sink wishes = {.on_wish = on_wish};

static struct stamp now(const struct rig *rig)
{
    return (struct stamp){BEGAN + rig->m, WALL + rig->m};
}

/* The line that was just written. */
static void put(struct rig *rig, bool good, bool round)
{
    assert_true(good);
    if (rig->archive) assert_true(archive_add(rig->archive, json_writer_text(&rig->line), now(rig), round));
    json_writer_reset(&rig->line);
}

static void begin_file(struct rig *rig, size_t block_bytes)
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

static void end_file(struct rig *rig)
{
    char error[300];
    if (!archive_close(rig->archive, now(rig), error, sizeof error)) fail_msg("%s", error);
    rig->archive = NULL;
}

static void event(struct rig *rig, struct record_happening happening)
{
    put(rig, record_write_event(&rig->line, now(rig), BEGAN, &happening), false);
}

/* Everything is watched, and the connection opens. */
static void open_market(struct rig *rig)
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

static void say(struct rig *rig, unsigned count)
{
    for (; count > 0; count--) {
        struct text frame = text_from(messages[rig->said % message_count]);
        rig->m += STEP;
        rig->said++;
        put(rig, record_write_received(&rig->line, now(rig), BEGAN, VENUE_POLYMARKET, 0, rig->said, frame), false);
        engine_receive(rig->live, VENUE_POLYMARKET, now(rig), 0, rig->said, frame);
    }
}

static void begin_round(struct rig *rig)
{
    engine_advance(rig->live, now(rig));
    json_writer_reset(&rig->market);
    json_write_object(&rig->market);
    json_write_key(&rig->market, "polymarket");
    json_write_object(&rig->market);
    engine_save_links(rig->live, VENUE_POLYMARKET, now(rig), &rig->market);
    json_write_object_end(&rig->market);
    json_write_object_end(&rig->market);
    put(rig, record_write_round(&rig->line, now(rig), BEGAN, ++rig->rounds, false, json_writer_text(&rig->market)),
        true);
}

static void snap(struct rig *rig, size_t number)
{
    struct registry *registry = engine_registry(rig->live);
    const struct market *market =
        registry_find(registry, VENUE_POLYMARKET, text_from(catalogue.entries[number].instrument.symbol), NULL);
    assert_non_null(market);
    engine_advance(rig->live, now(rig));
    json_writer_reset(&rig->market);
    engine_save(rig->live, now(rig), market->handle, &rig->market);
    put(rig,
        record_write_snap(&rig->line, now(rig), BEGAN, rig->rounds, &market->instrument,
                          json_writer_text(&rig->market)),
        false);
}

static void end_round(struct rig *rig)
{
    put(rig, record_write_round(&rig->line, now(rig), BEGAN, rig->rounds, true, TEXT("")), false);
}

static void whole_round(struct rig *rig)
{
    begin_round(rig);
    for (size_t i = 0; i < catalogue.count; i++) snap(rig, i);
    end_round(rig);
}

/* === The player === */

static void answered(void *context, const struct lookup_report *report)
{
    struct rig *rig = context;
    rig->lookups++;
    assert_int_equal(report->result, LOOKUP_NONE);
}

static const struct engine_sink answers = {.on_lookup = answered};

static void told(void *context, const struct record *record, const char *words)
{
    char *out = context;
    assert_int_equal(record->kind, RECORD_SNAP);
    snprintf(out, 240, "%s", words);
}

static void open_playback(struct rig *rig, char *differences)
{
    char error[300];
    const char *path = rig->path;
    struct playback_options options = {.paths = &path, .path_count = 1, .context = differences};
    if (differences) options.differs = told;
    rig->playback = playback_open(&options, error, sizeof error);
    if (!rig->playback) fail_msg("%s", error);
    assert_true(engine_add_sink(playback_engine(rig->playback), &answers, rig));
}

static void play_to_end(struct rig *rig)
{
    while (playback_peek(rig->playback)->kind != PLAYBACK_AT_END) playback_step(rig->playback);
}

static void play_until(struct rig *rig, int64_t m)
{
    for (const struct playback_next *next;
         (next = playback_peek(rig->playback))->kind != PLAYBACK_AT_END && next->m <= m;)
        playback_step(rig->playback);
}

static unsigned with_book(struct rig *rig)
{
    const struct market *market;
    unsigned count = 0;
    for (size_t position = 0; (market = registry_next(engine_registry(playback_engine(rig->playback)), &position));)
        count += market->had_book;
    return count;
}

static bool agrees(struct rig *rig)
{
    return fingerprint_of_all(playback_engine(rig->playback)) == fingerprint_of_all(rig->live);
}

static int open_rig(void **state)
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

static int close_rig(void **state)
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

/* === Tests === */

static void the_engine_is_told_what_the_live_one_was(void **state)
{
    struct rig *rig = *state;
    char differences[240] = "";
    begin_file(rig, 0);
    begin_round(rig);
    end_round(rig);
    open_market(rig);
    say(rig, 300);
    whole_round(rig);
    say(rig, 100);
    end_file(rig);

    open_playback(rig, differences);
    struct fingerprint print;
    fingerprint_open(&print, playback_engine(rig->playback));
    assert_string_equal(playback_header(rig->playback)->tool, "hand");
    assert_int_equal(playback_length(rig->playback), rig->m);
    const struct playback_next *next = playback_peek(rig->playback);
    assert_int_equal(next->kind, PLAYBACK_OTHER);
    assert_int_equal(next->record->kind, RECORD_HEADER);
    assert_ptr_equal(playback_peek(rig->playback), next);
    playback_step(rig->playback); /* header, round, its end */
    playback_step(rig->playback);
    playback_step(rig->playback);
    next = playback_peek(rig->playback);
    assert_int_equal(next->kind, PLAYBACK_INPUT);
    assert_int_equal(next->stamp.mono, PLAYBACK_BASE);
    assert_int_equal(next->stamp.wall, WALL);
    play_to_end(rig);
    assert_int_equal(playback_peek(rig->playback)->m, rig->m);
    assert_true(agrees(rig));
    playback_step(rig->playback);
    engine_finish(rig->live, now(rig));
    assert_true(agrees(rig));
    assert_true(print.hash == rig->print.hash && print.proved > MARKETS);
    playback_step(rig->playback); /* nothing */
    assert_true(print.hash == rig->print.hash);

    struct playback_counts counts = playback_counts(rig->playback);
    assert_int_equal(counts.inputs, catalogue.count + 1 + 400);
    assert_int_equal(counts.frames[VENUE_POLYMARKET], 400);
    assert_int_equal(counts.records, counts.inputs + 2 + 2 + 2 + catalogue.count);
    assert_int_equal(counts.rounds, 2);
    assert_int_equal(counts.snaps, catalogue.count);
    assert_int_equal(counts.compared, catalogue.count);
    assert_int_equal(counts.restored + counts.faults + counts.dropped + counts.resets, 0);
    assert_string_equal(differences, "");
    assert_int_equal(counts.differing, 0);
}

/* Recording begins in the middle: what was before is in the first round. Snaps come one by one between messages. */
static void a_session_is_joined_in_the_middle(void **state)
{
    struct rig *rig = *state;
    char differences[240] = "";
    open_market(rig);
    say(rig, 200);
    begin_file(rig, 0);
    begin_round(rig);
    for (size_t i = 0; i < catalogue.count; i++) {
        snap(rig, i);
        say(rig, 7);
    }
    end_round(rig);
    int64_t whole = rig->m;
    say(rig, 100);
    whole_round(rig);
    say(rig, 50);
    end_file(rig);

    open_playback(rig, differences);
    play_until(rig, whole);
    assert_int_equal(with_book(rig), catalogue.count);
    play_to_end(rig);
    assert_string_equal(differences, "");
    assert_true(agrees(rig));
    struct playback_counts counts = playback_counts(rig->playback);
    assert_int_equal(counts.restored, catalogue.count);
    assert_int_equal(counts.compared, catalogue.count);
    assert_int_equal(counts.resets, 0);
}

static void what_was_dropped_is_forgotten(void **state)
{
    struct rig *rig = *state;
    begin_file(rig, 0);
    begin_round(rig);
    end_round(rig);
    open_market(rig);
    say(rig, 100);
    struct archive *archive = rig->archive;
    rig->archive = NULL;
    say(rig, 3); /* nobody writes them */
    rig->archive = archive;
    int64_t lost = rig->m;
    event(rig, (struct record_happening){.event = RECORD_DROPPED, .amount = 3});
    say(rig, 20);
    int64_t before = rig->m;
    rig->m += STEP;
    whole_round(rig);
    say(rig, 20);
    end_file(rig);

    open_playback(rig, NULL);
    play_until(rig, lost - 4 * STEP);
    assert_int_equal(with_book(rig), catalogue.count);
    play_until(rig, lost);
    assert_int_equal(with_book(rig), catalogue.count); /* what is known stays, as long as nothing comes behind */
    assert_int_equal(playback_peek(rig->playback)->kind, PLAYBACK_OTHER); /* it says the engine nothing now */
    playback_step(rig->playback);
    assert_int_equal(with_book(rig), 0);
    play_until(rig, before);
    assert_int_equal(with_book(rig), 0);
    play_to_end(rig);
    assert_true(agrees(rig));
    struct playback_counts counts = playback_counts(rig->playback);
    assert_int_equal(counts.dropped, 3);
    assert_int_equal(counts.resets, 1);
    assert_int_equal(counts.frames[VENUE_POLYMARKET], 140);
    assert_int_equal(counts.inputs, catalogue.count + 1 + 120);
}

static void flip(const struct rig *rig, unsigned percent)
{
    FILE *file = fopen(rig->path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long at = ftell(file) * (long)percent / 100;
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fputc(byte ^ 0x20, file), byte ^ 0x20);
    fclose(file);
}

static void behind_damage_it_begins_anew(void **state)
{
    struct rig *rig = *state;
    begin_file(rig, 2048);
    begin_round(rig);
    end_round(rig);
    open_market(rig);
    say(rig, 200);
    whole_round(rig);
    int64_t whole = rig->m;
    say(rig, 20);
    end_file(rig);
    flip(rig, 30);

    open_playback(rig, NULL);
    bool fault = false;
    while (playback_peek(rig->playback)->kind != PLAYBACK_FAULT) playback_step(rig->playback);
    while (playback_peek(rig->playback)->m < whole) {
        const struct playback_next *next = playback_peek(rig->playback);
        if (next->kind == PLAYBACK_FAULT) {
            fault = true;
            assert_null(next->record);
            assert_non_null(next->fault);
        }
        playback_step(rig->playback);
        assert_int_equal(with_book(rig), 0);
    }
    assert_true(fault);
    play_to_end(rig);
    assert_true(agrees(rig));
    assert_true(playback_counts(rig->playback).faults > 0);
    assert_int_equal(playback_counts(rig->playback).resets, 1);
}

/* The file of somebody who was killed: what was known there stays. */
static void a_torn_end_undoes_nothing(void **state)
{
    struct rig *rig = *state;
    begin_file(rig, 2048);
    begin_round(rig);
    end_round(rig);
    open_market(rig);
    say(rig, 100);
    end_file(rig);
    FILE *file = fopen(rig->path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    fclose(file);
    assert_int_equal(truncate(rig->path, size * 7 / 10), 0);

    open_playback(rig, NULL);
    play_to_end(rig);
    playback_step(rig->playback);
    assert_int_equal(playback_counts(rig->playback).faults, 1);
    assert_int_equal(playback_counts(rig->playback).resets, 0);
    assert_int_equal(with_book(rig), catalogue.count);
}

static void time_that_leaps_is_not_believed(void **state)
{
    struct rig *rig = *state;
    begin_file(rig, 0);
    begin_round(rig);
    end_round(rig);
    open_market(rig);
    say(rig, 50);
    rig->m += INT64_C(1000) * 86400 * NANOSECONDS_PER_SECOND;
    put(rig, record_write_received(&rig->line, now(rig), BEGAN, VENUE_POLYMARKET, 0, 51, text_from(messages[50])),
        false);
    end_file(rig);
    open_playback(rig, NULL);
    play_to_end(rig);
    assert_int_equal(with_book(rig), 0);
    assert_int_equal(playback_counts(rig->playback).resets, 1);
    assert_int_equal(playback_counts(rig->playback).inputs, catalogue.count + 1 + 50);
}

/* A snap that is not what the engine has. */
static void differences_are_told(void **state)
{
    struct rig *rig = *state;
    char differences[240] = "";
    begin_file(rig, 0);
    begin_round(rig);
    end_round(rig);
    open_market(rig);
    say(rig, 100);
    begin_round(rig);
    const struct market *market = registry_find(engine_registry(rig->live), VENUE_POLYMARKET,
                                                text_from(catalogue.entries[0].instrument.symbol), NULL);
    json_writer_reset(&rig->market);
    engine_save(rig->live, now(rig), market->handle, &rig->market);
    char *digest = memmem(rig->market.buffer, rig->market.length, "\"b3:", 4);
    assert_non_null(digest);
    digest[4] = digest[4] == '0' ? '1' : '0';
    put(rig,
        record_write_snap(&rig->line, now(rig), BEGAN, rig->rounds, &market->instrument,
                          json_writer_text(&rig->market)),
        false);
    end_round(rig);
    end_file(rig);
    open_playback(rig, differences);
    play_to_end(rig);
    assert_string_equal(differences, "digest");
    assert_int_equal(playback_counts(rig->playback).differing, 1);
    assert_true(agrees(rig));
}

/* === Requests === */

static void ask(struct rig *rig, uint32_t number, const char *url)
{
    put(rig, record_write_asked(&rig->line, now(rig), BEGAN, VENUE_POLYMARKET, number, "lookup", url), false);
}

static void reply(struct rig *rig, uint32_t number, int status)
{
    const struct record_reply reply = {
        .venue = VENUE_POLYMARKET, .request = number, .status = status, .body = TEXT("[]")};
    put(rig, record_write_replied(&rig->line, now(rig), BEGAN, &reply), false);
}

static void look_up(struct rig *rig)
{
    event(rig, (struct record_happening){.event = RECORD_LOOKED_UP,
                                         .venue = VENUE_POLYMARKET,
                                         .lookup = 1,
                                         .lookup_kind = LOOKUP_MARKET,
                                         .words = UNKNOWN});
    engine_lookup(rig->live, VENUE_POLYMARKET, now(rig), 1, LOOKUP_MARKET, UNKNOWN);
}

/* The recorded engine had asked so many questions before, that its numbers are others. */
static void numbers_that_went_another_way(void **state)
{
    struct rig *rig = *state;
    char url[700];
    begin_file(rig, 0);
    begin_round(rig);
    end_round(rig);
    look_up(rig);
    const char *path = strchr(rig->url + 8, '/');
    assert_non_null(path);
    snprintf(url, sizeof url, "https://localhost:1234/gamma%s", path);
    ask(rig, rig->asked, "https://localhost:1234/gamma/else"); /* of another question, with our number */
    ask(rig, rig->asked + 50, url);
    reply(rig, rig->asked, 200);
    event(rig, (struct record_happening){.event = RECORD_MARK, .why = TEXT("here")});
    uint32_t first = rig->asked;
    reply(rig, first + 50, 404);
    end_file(rig);
    open_playback(rig, NULL);
    const struct playback_next *next;
    while ((next = playback_peek(rig->playback))->record->kind != RECORD_EVENT ||
           next->record->happening.event != RECORD_MARK)
        playback_step(rig->playback);
    assert_int_equal(rig->lookups, 0);
    play_to_end(rig);
    assert_int_equal(rig->lookups, 1);
}

/* === Seeking === */

static bool tell_never(void *context)
{
    unsigned *calls = context;
    ++*calls;
    return false;
}

static void seeking(void **state)
{
    struct rig *rig = *state;
    unsigned calls = 0;
    begin_file(rig, 4096);
    begin_round(rig);
    end_round(rig);
    open_market(rig);
    say(rig, 700);
    begin_round(rig);
    snap(rig, 0);
    snap(rig, 1);
    say(rig, 300); /* the round takes its time */
    int64_t between = rig->m - 100 * STEP;
    for (size_t i = 2; i < catalogue.count; i++) snap(rig, i);
    end_round(rig);
    say(rig, 600);
    whole_round(rig);
    int64_t late = rig->m + 50 * STEP;
    say(rig, 100);
    end_file(rig);

    const int64_t points[] = {0, 30 * STEP, 2 * NANOSECONDS_PER_SECOND, between, late, rig->m, rig->m + 1};
    uint64_t prints[7];
    open_playback(rig, NULL);
    for (unsigned i = 0; i < 7; i++) {
        play_until(rig, points[i]);
        prints[i] = fingerprint_of_all(playback_engine(rig->playback));
    }
    playback_step(rig->playback); /* the end */
    for (unsigned i = 0; i < 49; i++) {
        assert_true(playback_seek(rig->playback, points[i * 3 % 7], NULL, NULL));
        if (fingerprint_of_all(playback_engine(rig->playback)) != prints[i * 3 % 7])
            fail_msg("point %u is another one", i * 3 % 7);
        const struct playback_next *next = playback_peek(rig->playback);
        assert_true(next->kind == PLAYBACK_AT_END || next->m > points[i * 3 % 7]);
    }
    assert_true(playback_seek(rig->playback, INT64_MIN, NULL, NULL));
    assert_int_equal(playback_peek(rig->playback)->record->kind, RECORD_HEADER);
    assert_true(playback_seek(rig->playback, INT64_MAX, NULL, NULL));
    assert_true(agrees(rig));
    assert_true(playback_seek(rig->playback, 0, NULL, NULL));
    assert_false(playback_seek(rig->playback, between, tell_never, &calls));
    assert_int_equal(calls, 1);
}

/* What a crowded disk makes of rounds: it is not gone back through all of the file. */
static void rounds_that_are_never_done(void **state)
{
    struct rig *rig = *state;
    begin_file(rig, 4096);
    begin_round(rig);
    end_round(rig);
    open_market(rig);
    for (unsigned i = 0; i < 8; i++) {
        say(rig, 200);
        begin_round(rig);
        snap(rig, 0);
    }
    say(rig, 200);
    end_file(rig);
    open_playback(rig, NULL);
    assert_true(playback_seek(rig->playback, rig->m, NULL, NULL));
    assert_int_equal(playback_counts(rig->playback).resets, 2); /* the engine is new at the first */
    assert_true(with_book(rig) >= 1);
    assert_int_equal(playback_peek(rig->playback)->kind, PLAYBACK_AT_END);
}

/* Whoever shows connections has to know that they are gone. */
static void links_that_no_venue_takes(void **state)
{
    struct rig *rig = *state;
    begin_file(rig, 0);
    open_market(rig);
    put(rig, record_write_round(&rig->line, now(rig), BEGAN, 1, false, TEXT("{\"polymarket\":{\"links\":7}}")), true);
    end_file(rig);
    open_playback(rig, NULL);
    play_to_end(rig);
    assert_int_equal(playback_counts(rig->playback).resets, 1);
}

static void what_is_no_recording_is_refused(void **state)
{
    struct rig *rig = *state;
    char error[300] = "";
    const char *path = rig->path;
    struct playback_options options = {.paths = &path, .path_count = 1};
    assert_null(playback_open(&options, error, sizeof error));
    assert_non_null(strstr(error, rig->path));
}

/* === What the exchange says === */

static bool keep(void *context, struct text line)
{
    (void)context;
    messages[message_count] = strndup(line.at, line.length);
    return messages[message_count++] != NULL;
}

static int prepare(void **state)
{
    (void)state;
    struct exchange_options options = {.seed = 3, .markets = MARKETS, .start_ms = WALL / NANOSECONDS_PER_MILLISECOND};
    inquiry_list(&catalogue, &options, 1);
    return exchange_print(&options, MESSAGES, keep, NULL) ? 0 : -1;
}

static int clear(void **state)
{
    (void)state;
    for (size_t i = 0; i < message_count; i++) free(messages[i]);
    catalogue_free(&catalogue);
    return 0;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_engine_is_told_what_the_live_one_was),
        TEST(a_session_is_joined_in_the_middle),
        TEST(what_was_dropped_is_forgotten),
        TEST(behind_damage_it_begins_anew),
        TEST(a_torn_end_undoes_nothing),
        TEST(time_that_leaps_is_not_believed),
        TEST(differences_are_told),
        TEST(numbers_that_went_another_way),
        TEST(seeking),
        TEST(rounds_that_are_never_done),
        TEST(links_that_no_venue_takes),
        TEST(what_is_no_recording_is_refused),
    };
    return cmocka_run_group_tests_name("feed/playback", tests, prepare, clear);
}
