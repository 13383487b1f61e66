/* Going to a point of a recording: what is there is what playing up to it makes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rig.h"

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
    record_messages(rig, 4096, 700);
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
    begin_recording(rig, 4096);
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

/* A question that was asked and answered right before a round, in its block: from there nothing is known yet, the round
 * before is gone back to, and on the way from there the question is met once more.
 */
static void what_was_asked_right_before_a_round(void **state)
{
    struct rig *rig = *state;
    int64_t places[8];
    record_messages(rig, 4096, 50);
    whole_round(rig);
    for (unsigned i = 0; i < 8; i++) {
        say(rig, 40 + i);
        look_up(rig);
        ask(rig, rig->asked, rig->url);
        reply(rig, rig->asked, 404);
        engine_reply(rig->live, VENUE_POLYMARKET, now(rig),
                     &(struct venue_reply){.request = rig->asked, .status = 404, .body = TEXT("[]")});
        places[i] = rig->m;
        rig->m += STEP;
        whole_round(rig);
    }
    end_file(rig);
    open_playback(rig, NULL);
    for (unsigned i = 8; i-- > 0;) {
        rig->lookups = 0;
        assert_true(playback_seek(rig->playback, places[i], NULL, NULL));
        assert_int_equal(rig->lookups, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(seeking),
        TEST(rounds_that_are_never_done),
        TEST(what_was_asked_right_before_a_round),
    };
    return cmocka_run_group_tests_name("feed/playback_seek", tests, prepare, clear);
}
