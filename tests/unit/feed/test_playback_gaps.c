/* What an engine that is played to forgets where something is missing, and what it keeps. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rig.h"

static void what_was_dropped_is_forgotten(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, 0, 100);
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
    const struct recording_fault *gap = playback_gap(rig->playback);
    assert_non_null(gap);
    assert_int_equal(gap->damage, DAMAGE_NONE);
    assert_int_equal(gap->to, lost);
    assert_true(playback_is_behind_gap(rig->playback));
    playback_step(rig->playback);
    assert_int_equal(with_book(rig), 0);
    assert_non_null(playback_gap(rig->playback));
    assert_false(playback_is_behind_gap(rig->playback));
    play_until(rig, before);
    assert_int_equal(with_book(rig), 0);
    assert_non_null(playback_gap(rig->playback));
    play_to_end(rig);
    assert_null(playback_gap(rig->playback));
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
    record_messages(rig, 2048, 200);
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
    assert_int_equal(playback_gap(rig->playback)->damage, DAMAGE_BLOCK);
    play_to_end(rig);
    assert_null(playback_gap(rig->playback));
    assert_true(agrees(rig));
    assert_true(playback_counts(rig->playback).faults > 0);
    assert_int_equal(playback_counts(rig->playback).resets, 1);
}

/* The file of somebody who was killed: what was known there stays. */
static void a_torn_end_undoes_nothing(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, 2048, 100);
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
    record_messages(rig, 0, 50);
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

/* A later version's: whether it has a time is not known, and nothing is done for it. */
static void kinds_that_are_not_known_are_passed_over(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, 0, 100);
    assert_true(rig->m > RECORDING_BACK_MOST);
    static const char *const lines[] = {"{\"k\":\"later\"}", "{\"k\":\"later\",\"m\":7,\"x\":[]}"};
    for (unsigned i = 0; i < 2; i++) {
        json_write_raw(&rig->line, text_from(lines[i]));
        put(rig, true, false);
    }
    say(rig, 20);
    end_file(rig);
    open_playback(rig, NULL);
    play_to_end(rig);
    assert_true(agrees(rig));
    assert_int_equal(playback_counts(rig->playback).resets, 0);
    assert_int_equal(playback_counts(rig->playback).frames[VENUE_POLYMARKET], 120);
}

static struct stamp played_at(int64_t m)
{
    return (struct stamp){.mono = PLAYBACK_BASE + m, .wall = WALL + m};
}

/* Amid a gap of hours the books are not what they were before it; back at its begin they are. */
static void what_was_due_for_hours_is_not_done(void **state)
{
    struct rig *rig = *state;
    const int64_t minute = 60 * NANOSECONDS_PER_SECOND;
    record_messages(rig, 0, 50);
    int64_t last = rig->m;
    rig->m += 300 * minute;
    put(rig, record_write_received(&rig->line, now(rig), BEGAN, VENUE_POLYMARKET, 0, 51, text_from(messages[50])),
        false);
    end_file(rig);
    open_playback(rig, NULL);
    play_until(rig, last);
    int64_t due = playback_deadline(rig->playback, PLAYBACK_BASE + last);
    assert_true(due != TIME_NEVER && due < PLAYBACK_BASE + last + 10 * minute);
    playback_advance(rig->playback, played_at(due - PLAYBACK_BASE - 1)); /* nothing is due */
    assert_int_equal(playback_deadline(rig->playback, PLAYBACK_BASE + last), due);
    assert_int_equal(playback_deadline(rig->playback, due + 200 * minute), TIME_NEVER);
    playback_advance(rig->playback, played_at(last + 30 * minute));
    assert_int_equal(with_book(rig), catalogue.count);
    assert_true(playback_seek(rig->playback, last, NULL, NULL)); /* before what is done now */
    assert_int_equal(playback_deadline(rig->playback, PLAYBACK_BASE + last), due);
    unsigned resets = playback_counts(rig->playback).resets;
    playback_advance(rig->playback, played_at(last + 200 * minute));
    assert_int_equal(with_book(rig), 0);
    assert_true(playback_is_blind(rig->playback));
    assert_int_equal(playback_counts(rig->playback).resets, resets + 1);
    assert_int_equal(playback_deadline(rig->playback, PLAYBACK_BASE + last + 200 * minute), TIME_NEVER);
    assert_true(playback_seek(rig->playback, last, NULL, NULL));
    assert_int_equal(with_book(rig), catalogue.count);
    playback_advance(rig->playback, played_at(last + 200 * minute));
    play_to_end(rig);
    assert_int_equal(with_book(rig), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_dropped_is_forgotten),      TEST(behind_damage_it_begins_anew),
        TEST(a_torn_end_undoes_nothing),          TEST(time_that_leaps_is_not_believed),
        TEST(what_was_due_for_hours_is_not_done), TEST(kinds_that_are_not_known_are_passed_over),
    };
    return cmocka_run_group_tests_name("feed/playback_gaps", tests, prepare, clear);
}
