/* What an engine that is played to is told, restored from and compared with. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rig.h"

static void the_engine_is_told_what_the_live_one_was(void **state)
{
    struct rig *rig = *state;
    char differences[240] = "";
    record_messages(rig, 0, 300);
    whole_round(rig);
    say(rig, 100);
    end_file(rig);

    open_playback(rig, differences);
    struct fingerprint print;
    fingerprint_open(&print, playback_engine(rig->playback));
    assert_string_equal(playback_header(rig->playback)->tool, "hand");
    assert_int_equal(playback_length(rig->playback, NULL, NULL), rig->m);
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

/* A snap that is not what the engine has. */
static void differences_are_told(void **state)
{
    struct rig *rig = *state;
    char differences[240] = "";
    record_messages(rig, 0, 100);
    begin_round(rig);
    const struct market *market = save(rig, 0);
    char *digest = memmem(rig->market.buffer, rig->market.length, "\"b3:", 4);
    assert_non_null(digest);
    digest[4] = digest[4] == '0' ? '1' : '0';
    put_saved(rig, market);
    end_round(rig);
    end_file(rig);
    open_playback(rig, differences);
    play_to_end(rig);
    assert_string_equal(differences, "digest");
    assert_int_equal(playback_counts(rig->playback).differing, 1);
    assert_true(agrees(rig));
}

/* Whoever shows connections has to know that they are gone. */
static void links_that_no_venue_takes(void **state)
{
    struct rig *rig = *state;
    begin_file(rig, 0);
    open_market(rig);
    put(rig, record_write_round(&rig->line, now(rig), BEGAN, 1, false, TEXT("{\"polymarket\":{\"links\":7}}"), NULL),
        true);
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

/* === Requests === */

/* The recorded engine had asked so many questions before, that its numbers are others. */
static void numbers_that_went_another_way(void **state)
{
    struct rig *rig = *state;
    char url[700];
    begin_recording(rig, 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_engine_is_told_what_the_live_one_was),
        TEST(a_session_is_joined_in_the_middle),
        TEST(differences_are_told),
        TEST(links_that_no_venue_takes),
        TEST(what_is_no_recording_is_refused),
        TEST(numbers_that_went_another_way),
    };
    return cmocka_run_group_tests_name("feed/playback", tests, prepare, clear);
}
