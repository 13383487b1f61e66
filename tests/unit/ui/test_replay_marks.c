/* The marks of a recording that is watched: going to them, and what is told of those that are played over. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>

#include "replay_session.h"

static void brackets_go_to_marks_and_gaps(void **state)
{
    (void)state;
    press(" ]");
    assert_int_equal(fake.sought, 3000 * SECOND);
    assert_string_equal(session->scene.notice, "damage at +0:50:00: block 31: its checksum is wrong");
    press("]");
    assert_int_equal(fake.sought, 3500 * SECOND);
    press("]");
    assert_int_equal(fake.sought, 3500 * SECOND);
    assert_string_equal(session->scene.notice, "no mark or gap after here");
    press("[[[");
    assert_int_equal(fake.sought, 400 * SECOND);
    assert_string_equal(session->scene.notice, "gap at +0:06:40: dropped 312 records");
    press("[");
    assert_int_equal(fake.sought, 75 * SECOND);
    assert_string_equal(session->scene.notice, "mark at +0:01:15: the rumour");
    fake.replay.surveyed = 300;
    session_pump(session);
    fake.replay.position = 0;
    session_pump(session);
    press("[");
    assert_string_equal(session->scene.notice, "no mark or gap before here as far as was looked");
    fake.replay.surveyed = REPLAY_SURVEYED_ALL;
    fake.replay.partly = true; /* more of it came later */
    session_pump(session);
    press("[");
    assert_string_equal(session->scene.notice, "no mark or gap before here as far as was looked");
}

/* While it plays, the mark that was just jumped to is not the one before. */
static void the_mark_just_passed_is_left_behind(void **state)
{
    (void)state;
    fake.replay.position = 1250 * SECOND + SECOND / 2;
    session_pump(session);
    press("[");
    assert_int_equal(fake.sought, 400 * SECOND);
    fake.replay.position = 1250 * SECOND + 5 * SECOND;
    session_pump(session);
    press("[");
    assert_int_equal(fake.sought, 1250 * SECOND);
    fake.replay.position = 1250 * SECOND + 500 * SECOND;
    fake.replay.speed = REPLAY_SPEED_ALL; /* as with the most that can be said: a thousand seconds are gone at once */
    session_pump(session);
    press("[");
    assert_int_equal(fake.sought, 400 * SECOND);
}

/* A second of real time, no more; and one that is in plain sight is there. */
static void a_mark_just_passed_is_the_one_before_if_there_is_no_other(void **state)
{
    (void)state;
    static const struct {
        unsigned speed;
        int64_t behind, sought; /* ms, s */
    } cases[] = {{100, 99, 400},     {100, 101, 1250},  {500, 501, 1250},  {REPLAY_SPEED_NORMAL, 999, 400},
                 {1000, 1001, 1250}, {8000, 7999, 400}, {8000, 8001, 1250}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake.replay.speed = cases[i].speed;
        fake.replay.position = 1250 * SECOND + cases[i].behind * NANOSECONDS_PER_MILLISECOND;
        session_pump(session);
        press("[");
        assert_int_equal(fake.sought, cases[i].sought * SECOND);
    }
    fake.replay.speed = REPLAY_SPEED_ALL;
    fake.replay.position = 76 * SECOND;
    session_pump(session);
    press("[");
    assert_int_equal(fake.sought, 75 * SECOND);
    assert_string_equal(session->scene.notice, "mark at +0:01:15: the rumour");
    fake.replay.position = 500 * SECOND; /* a second of it ago was before the begin */
    session_pump(session);
    press("[");
    assert_int_equal(fake.sought, 75 * SECOND);
    fake.replay.position = 74 * SECOND;
    session_pump(session);
    press("[");
    assert_string_equal(session->scene.notice, "no mark or gap before here");
}

/* In a recording of more than a hundred hours, too, where places are written into columns. */
static void a_place_is_told_as_goto_takes_it(void **state)
{
    (void)state;
    fake.replay.length = INT64_C(400000) * SECOND;
    session_pump(session);
    press(" [");
    assert_string_equal(session->scene.notice, "mark at +0:20:50");
}

/* By the machine's clock: it tells of what goes by, and makes room again. */
static void a_mark_that_is_played_over_is_told_for_a_while(void **state)
{
    (void)state;
    uint32_t count = fake.replay.landmark_count;
    fake.replay.landmarks[count] = (struct recording_landmark){.m = 2000 * SECOND, .kind = LANDMARK_MARK};
    snprintf(fake.replay.landmarks[count].words, sizeof fake.replay.landmarks[count].words, "the whale");
    fake.replay.landmark_count++;
    fake.replay.position = 1999 * SECOND;
    session_pump(session);
    session->scene.notice[0] = '\0';
    fake.replay.position = 2000 * SECOND;
    session_pump(session);
    assert_true(row_has(-1, "mark: the whale"));
    fake.replay.position = 2001 * SECOND;
    session_pump(session);
    session->scene.machine += 4 * SECOND;
    assert_true(row_has(-1, "mark: the whale"));
    assert_true(session->scene.due <= session->scene.machine + SECOND);
    session->scene.machine += SECOND;
    assert_false(row_has(-1, "mark: the whale"));
    /* What is jumped over is not. */
    fake.replay.position = 1999 * SECOND;
    fake.replay.jumps++;
    session_pump(session);
    fake.replay.position = 2002 * SECOND;
    fake.replay.jumps++;
    session_pump(session);
    assert_string_equal(session->scene.notice, "");
    /* Nor does what waits for a key go by itself. */
    press("50%[");
    session->scene.machine += 60 * SECOND;
    assert_true(row_has(-1, "mark at ") || row_has(-1, "no mark") || row_has(-1, " at "));
}

/* Of a recording that is still made a mark is known of when its note was typed: its place was played over by then. */
static void a_mark_that_is_made_meanwhile_is_told(void **state)
{
    (void)state;
    struct recording_landmark *landmarks = fake.replay.landmarks;
    fake.replay.open = fake.replay.partly = true;
    fake.replay.position = fake.replay.length;
    fake.replay.jumps++;
    session_pump(session);
    assert_string_equal(session->scene.notice, "");
    landmarks[5] = (struct recording_landmark){fake.replay.length, LANDMARK_GAP, ""};
    landmarks[4] = (struct recording_landmark){fake.replay.length - 9 * SECOND, LANDMARK_MARK, "slowly typed"};
    fake.replay.landmark_count = 6;
    fake.replay.position = fake.replay.length += SECOND;
    session_pump(session);
    assert_string_equal(session->scene.notice, "mark: slowly typed");
    session->scene.machine += 60 * SECOND;
    assert_false(row_has(-1, "slowly typed"));
    fake.replay.position = fake.replay.length += SECOND;
    session_pump(session);
    assert_string_equal(session->scene.notice, "");
}

/* After a jump, say: what was not played over is not told, however new it is. */
static void a_mark_that_is_found_elsewhere_is_not_told(void **state)
{
    (void)state;
    struct recording_landmark *landmarks = fake.replay.landmarks;
    fake.replay.open = fake.replay.partly = true;
    fake.replay.position = 4000 * SECOND;
    fake.replay.jumps++;
    for (int i = 0; i < 3; i++) {
        fake.replay.paused = i == 1;
        session_pump(session);
        landmarks[5 + i] = (struct recording_landmark){(i == 0 ? 3989 : 3999) * SECOND, LANDMARK_MARK, "found"};
        fake.replay.landmark_count = 6 + (uint32_t)i;
        fake.replay.position += i == 1 ? 0 : SECOND;
        session_pump(session);
        assert_string_equal(session->scene.notice, i == 2 ? "mark: found" : "");
        if (i == 1) landmarks[6].m--;
    }
}

/* Of as many as there can be one has taken another's place. */
static void a_mark_that_is_made_when_all_are_taken_is_told(void **state)
{
    (void)state;
    fake.replay.landmark_count = REPLAY_LANDMARKS;
    for (uint32_t i = 0; i < REPLAY_LANDMARKS; i++)
        fake.replay.landmarks[i] = (struct recording_landmark){(100 + i) * SECOND, LANDMARK_GAP, ""};
    fake.replay.position = 2000 * SECOND;
    fake.replay.jumps++;
    session_pump(session);
    fake.replay.landmarks[REPLAY_LANDMARKS - 1] = (struct recording_landmark){1999 * SECOND, LANDMARK_MARK, "one more"};
    assert_true(session_look(session)); /* the place alone may be the same */
    assert_string_equal(session->scene.notice, "mark: one more");
}

/* What the first going through finds behind the place was there before. */
static void marks_found_behind_are_not_told(void **state)
{
    end_session(state);
    fake.replay.landmark_count = 0;
    fake.replay.surveyed = 430;
    begin_session((struct ui_options){0});
    session_pump(session);
    sample_replay(&session->scene);
    memcpy(fake.replay.landmarks, session->scene.replay.landmarks, sizeof fake.replay.landmarks);
    fake.replay.landmark_count = 5;
    fake.replay.surveyed = REPLAY_SURVEYED_ALL;
    fake.replay.position += SECOND;
    session_pump(session);
    assert_string_equal(session->scene.notice, "");
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, end_session)
    const struct CMUnitTest tests[] = {
        TEST(brackets_go_to_marks_and_gaps),
        TEST(the_mark_just_passed_is_left_behind),
        TEST(a_mark_just_passed_is_the_one_before_if_there_is_no_other),
        TEST(a_place_is_told_as_goto_takes_it),
        TEST(a_mark_that_is_played_over_is_told_for_a_while),
        TEST(a_mark_that_is_made_meanwhile_is_told),
        TEST(a_mark_that_is_found_elsewhere_is_not_told),
        TEST(a_mark_that_is_made_when_all_are_taken_is_told),
        TEST(marks_found_behind_are_not_told),
    };
    return cmocka_run_group_tests_name("ui/replay_marks", tests, NULL, NULL);
}
