/* A recording that is watched: its keys, its row, and pictures that change only as its clock does. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "keyboard.h"

#define SECOND NANOSECONDS_PER_SECOND

static void publish(void)
{
    fake_publish(0, 1, "0xa");
    session_pump(session);
}

static int set_up(void **state)
{
    (void)state;
    static const char *const words[] = {"market"};
    fake_reset();
    fake.replays = true;
    struct scene *scene = sample_scene();
    sample_replay(scene);
    fake.replay = scene->replay;
    fake.replay.speed = REPLAY_SPEED_NORMAL;
    sample_scene_free(scene);
    stamp = sample_now();
    manual = clock_manual(&stamp);
    session = calloc(1, sizeof *session);
    if (session == NULL) return 1;
    struct ui_options options = {.clock = &manual, .markets = words, .market_count = 1};
    session_begin(session, &options);
    fake_answer_opened(fake.lookups, 1);
    publish();
    return 0;
}

static void space_pauses_and_goes_on(void **state)
{
    (void)state;
    assert_true(row_has(-2, "1\xc3\x97"));
    press(" ");
    assert_true(fake.replay.paused);
    assert_true(row_has(-2, "paused"));
    press(" ");
    assert_false(fake.replay.paused);
    assert_true(row_has(-2, "1\xc3\x97"));
}

static void steps_pause(void **state)
{
    (void)state;
    press(".");
    assert_true(fake.replay.paused);
    press(".,");
    assert_int_equal(fake.messages, 2);
    assert_int_equal(fake.changes, 1);
}

static void at_the_end_nothing_goes_on(void **state)
{
    (void)state;
    fake.replay.ended = true;
    fake.replay.position = fake.replay.length;
    session_pump(session);
    press(" .,");
    assert_false(fake.replay.paused);
    assert_int_equal(fake.messages + fake.changes, 0);
    assert_string_equal(session->scene.notice, "the end of the recording: Left goes back, 0% to its start");
    session_press(session, PRESS_LEFT);
    assert_int_equal(fake.sought, fake.replay.length - 10 * SECOND);
    press(" ");
    assert_true(fake.replay.paused);
}

static void what_is_still_recorded_has_no_end_yet(void **state)
{
    (void)state;
    fake.replay.ended = fake.replay.open = true;
    fake.replay.position = fake.replay.length;
    session_pump(session);
    assert_true(row_has(-2, "so far"));
    assert_true(row_has(-1, "still being recorded: reopen to see more"));
}

static void where_records_are_missing_the_panels_say_so(void **state)
{
    (void)state;
    fake.replay.blind = true;
    session_pump(session);
    press("v");
    session->scene.book.proof.note_count = 0;
    bool said = false, quiet = false;
    for (int row = 2; row < 23; row++) {
        said |= row_has(row, "not known: records are missing here");
        quiet |= row_has(row, "nothing out of the ordinary");
    }
    assert_true(said && !quiet);
}

static void speeds_double_up_to_all_there_is(void **state)
{
    (void)state;
    static const char up[] = ">>>>>>>>>>";
    press(up);
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_MOST);
    press(">");
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_ALL);
    assert_true(row_has(-2, "max"));
    press(">");
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_ALL);
    assert_string_equal(session->scene.notice, "it is as fast as it goes");
    press("<");
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_MOST);
    press("<<<<<<<<<<<<<");
    assert_int_equal(fake.replay.speed, 125);
    assert_true(row_has(-2, "0.125\xc3\x97"));
    press("<");
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_LEAST);
    press("<");
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_LEAST);
    assert_true(session->scene.notice[0] != '\0');
    fake.replay.speed = 3000; /* of the command line */
    session_pump(session);
    press(">");
    assert_int_equal(fake.replay.speed, 4000);
    fake.replay.speed = 3000;
    session_pump(session);
    press("<");
    assert_int_equal(fake.replay.speed, 2000);
    press(" >");
    assert_string_equal(session->scene.notice, "it will go on 4 times as fast");
}

/* Keys that come faster than the feed's answers add up. */
static void arrows_go_ten_seconds(void **state)
{
    (void)state;
    int64_t from = fake.replay.position;
    session_press(session, PRESS_RIGHT);
    session_press(session, PRESS_RIGHT);
    assert_int_equal(fake.sought, from + 20 * SECOND);
    session_press(session, PRESS_LEFT);
    assert_int_equal(fake.sought, from + 10 * SECOND);
    assert_int_equal(fake.seeks, 3);
    fake.replay.position = 4 * SECOND;
    session_pump(session);
    session_press(session, PRESS_LEFT);
    assert_int_equal(fake.sought, 0);
    fake.replay.position = fake.replay.length - SECOND;
    session_pump(session);
    session_press(session, PRESS_RIGHT);
    assert_int_equal(fake.sought, fake.replay.length);
}

/* On the way there the feed is somewhere else: keys go on from where it is going to. */
static void keys_during_a_seek_go_on_from_its_goal(void **state)
{
    (void)state;
    press("50%");
    int64_t goal = fake.replay.length / 2;
    fake.replay.seeking = true;
    fake.replay.position = goal - 9 * SECOND;
    session_pump(session);
    assert_true(row_has(-2, "seeking"));
    assert_true(row_has(-2, "0:35:07/1:10:15"));
    session_press(session, PRESS_RIGHT);
    assert_int_equal(fake.sought, goal + 10 * SECOND);
    fake.replay.seeking = false;
    fake.replay.position = goal + 10 * SECOND;
    session_pump(session);
    fake.replay.seeking = true; /* a step's, or another's */
    fake.replay.position = 7 * SECOND;
    session_pump(session);
    assert_true(row_has(-2, "0:00:07/1:10:15"));
}

static void brackets_go_to_marks_and_gaps(void **state)
{
    (void)state;
    press(" ]");
    assert_int_equal(fake.sought, 3000 * SECOND);
    assert_string_equal(session->scene.notice, "damage at 0:50:00: block 31: its checksum is wrong");
    press("]");
    assert_int_equal(fake.sought, 3500 * SECOND);
    press("]");
    assert_int_equal(fake.sought, 3500 * SECOND);
    assert_string_equal(session->scene.notice, "no mark or gap behind here");
    press("[[[");
    assert_int_equal(fake.sought, 400 * SECOND);
    assert_string_equal(session->scene.notice, "gap at 0:06:40: dropped 312 records");
    press("[");
    assert_int_equal(fake.sought, 75 * SECOND);
    assert_string_equal(session->scene.notice, "mark at 0:01:15: the rumour");
    fake.replay.surveyed = 300;
    session_pump(session);
    fake.replay.position = 0;
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

static void digits_and_percent_jump(void **state)
{
    (void)state;
    press("50");
    assert_int_equal(fake.seeks, 0);
    assert_true(row_has(-1, "jump to 50%"));
    press("%");
    assert_int_equal(fake.sought, fake.replay.length / 2);
    press("7\n");
    assert_int_equal(fake.sought, fake.replay.length / 100 * 7);
    press("999%");
    assert_int_equal(fake.sought, fake.replay.length);
    press("0%");
    assert_int_equal(fake.sought, 0);
    press("12345");
    assert_string_equal(session->scene.jump, "123");
    session_press(session, PRESS_BACKSPACE);
    session_press(session, PRESS_BACKSPACE);
    press("%");
    assert_int_equal(fake.sought, fake.replay.length / 100);
    assert_int_equal(fake.seeks, 5);
    assert_int_equal(fake.selections, 0);
}

static void other_keys_drop_the_digits_and_act(void **state)
{
    (void)state;
    press("50");
    session_press(session, PRESS_ESCAPE);
    assert_string_equal(session->scene.jump, "");
    press("5 ");
    assert_string_equal(session->scene.jump, "");
    assert_true(fake.replay.paused);
    press("5?");
    assert_true(session->scene.help_open);
    press("q%");
    assert_int_equal(fake.seeks, 0);
}

static void keys_of_a_live_session_say_why_they_do_nothing(void **state)
{
    (void)state;
    press("R");
    assert_int_equal(fake.retries, 0);
    assert_string_equal(session->scene.notice, "a replay has no connections to try again");
    press("r");
    assert_string_equal(session->scene.notice, "this is a recording already: a replay is not recorded");
    press("m");
    assert_false(session->scene.prompt_open);
    assert_string_equal(session->scene.notice, "marks are put while recording: a replay takes none");
    press("/a 5.r\n");
    assert_string_equal(fake.words, "a 5.r");
}

/* Whatever is drawn: paused, nothing changes by itself; else as fast as the recording's time passes. */
static void pictures_change_by_the_clock_of_the_replay(void **state)
{
    (void)state;
    struct scene *scene = &session->scene;
    static const struct {
        unsigned speed;
        int64_t wait;
    } cases[] = {{REPLAY_SPEED_NORMAL, SECOND / 2}, {8000, SECOND / 16}, {REPLAY_SPEED_LEAST, 5 * SECOND}};
    char text[400];
    scene->book.instrument.close_time = 0;
    scene->machine = 12345;
    fake.replay.position = 1421 * SECOND + SECOND / 2;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake.replay.speed = cases[i].speed;
        session_look(session);
        draw(80, 24, 0, text);
        assert_int_equal(scene->due, 12345 + cases[i].wait);
    }
    fake.replay.speed = REPLAY_SPEED_ALL;
    session_look(session);
    draw(80, 24, 0, text);
    assert_in_range(scene->due, 12346, 12345 + SECOND);
    for (int i = 0; i < 3; i++) {
        fake.replay.speed = REPLAY_SPEED_NORMAL;
        fake.replay.paused = i == 0;
        fake.replay.ended = i == 1;
        fake.replay.seeking = i == 2;
        assert_true(session_look(session));
        sample_change(scene, sample_lose_link);
        draw(80, 24, 0, text);
        assert_true(scene->due == TIME_NEVER);
        assert_false(session_pump(session));
    }
}

/* The state that the connection was in is told, and nothing offered that cannot be done. */
static void connections_are_as_they_were_then(void **state)
{
    (void)state;
    sample_change(&session->scene, sample_give_up);
    assert_true(row_has(1, "given up"));
    assert_false(row_has(1, "R tries"));
    for (int row = 0; row < 30; row++) assert_false(row_has(row, "R t"));
}

static void a_jump_back_hides_nothing(void **state)
{
    (void)state;
    struct scene *scene = &session->scene;
    char text[400];
    sample_change(scene, sample_verify);
    scene->now = stamp;
    draw(80, 24, 1, text);
    press("zl");
    press("q");
    scene->tape_skip = 3;
    scene->opening_since = stamp;
    clock_manual_advance(&stamp, -3000 * SECOND);
    scene->now = clock_now(&manual);
    scene->machine += SECOND;
    fake_publish(0, 1, "0xa");
    struct book_view *view = &fake.views[0];
    view->epoch++;
    view->latency = 77 * NANOSECONDS_PER_MILLISECOND;
    view->tape.total = 5;
    view->heard = view->changed = scene->now;
    view->proof.state = PROOF_VERIFIED;
    view->proof.since = scene->now.mono - SECOND;
    session_pump(session);
    draw(80, 24, 1, text);
    assert_non_null(strstr(text, "verified"));
    assert_non_null(strstr(text, "77 ms"));
    assert_int_equal(scene->tape_skip, 0);
    scene->opening = true;
    draw(80, 24, 1, text);
    assert_true(scene->opening_since.mono == scene->now.mono);
    assert_true(scene->due > scene->machine);
    assert_true(scene->due <= scene->machine + SECOND);
}

static void damage_has_a_row_until_it_was_read(void **state)
{
    (void)state;
    assert_false(row_has(-3, "damaged"));
    sample_text(fake.replay.trouble, RECORDING_REASON, "block 31: its checksum is wrong");
    assert_true(session_pump(session));
    assert_true(row_has(-3, "damaged: block 31: its checksum is wrong"));
    press("j");
    assert_false(row_has(-3, "damaged"));
    sample_text(fake.replay.trouble, RECORDING_REASON, "block 40: it ends too early");
    session_pump(session);
    assert_true(row_has(-3, "damaged: block 40"));
}

/* The files are still being gone through: `length` is only as far as it was played. */
static void lose_length(void)
{
    fake.replay.measured = false;
    fake.replay.surveyed = 430;
    fake.replay.position = fake.replay.length = 3 * SECOND;
    session_pump(session);
}

static void find_length(int64_t length)
{
    fake.replay.measured = true;
    fake.replay.length = length;
    session_pump(session);
}

static void seeks_before_the_length_is_known_are_the_feeds_to_bound(void **state)
{
    (void)state;
    lose_length();
    assert_true(row_has(-2, "00:03 "));
    assert_false(row_has(-2, "00:03/"));
    session_press(session, PRESS_RIGHT);
    session_press(session, PRESS_RIGHT);
    assert_int_equal(fake.sought, 23 * SECOND);
    assert_true(row_has(-2, "00:23 "));
    for (int i = 0; i < 360; i++) session_press(session, PRESS_RIGHT);
    assert_true(row_has(-2, "1:00:23 "));
    fake.replay.position = fake.replay.length = 6 * SECOND; /* that is all */
    fake.replay.ended = true;
    session_pump(session);
    assert_true(row_has(-2, "00:06 "));
    session_press(session, PRESS_RIGHT);
    assert_int_equal(fake.sought, 6 * SECOND);
    find_length(6 * SECOND);
    assert_true(row_has(-2, "00:06/00:06"));
    session_press(session, PRESS_LEFT);
    assert_int_equal(fake.sought, 0);
}

static void a_jump_into_an_unknown_length_waits_for_it(void **state)
{
    (void)state;
    lose_length();
    press("50%");
    assert_int_equal(fake.seeks, 0);
    assert_string_equal(session->scene.notice, "to 50% as soon as it is known how long it is");
    find_length(100 * SECOND);
    assert_int_equal(fake.sought, 50 * SECOND);
    assert_string_equal(session->scene.notice, "");
    find_length(200 * SECOND);
    assert_int_equal(fake.seeks, 1);
    lose_length();
    press("50%");
    session_press(session, PRESS_LEFT); /* something else is wanted by now */
    find_length(100 * SECOND);
    assert_int_equal(fake.seeks, 2);
    assert_int_equal(fake.sought, 0);
    lose_length();
    press("50%.");
    find_length(100 * SECOND);
    assert_int_equal(fake.seeks, 2);
    lose_length();
    press("0%");
    assert_int_equal(fake.seeks, 3);
    press("50%");
    fake.replay.surveyed = 1000; /* it could not be read */
    session_pump(session);
    assert_string_equal(session->scene.notice, "how long it is could not be found out: no part of it is known");
    assert_int_equal(session->jump_to, 0);
    session->scene.notice[0] = '\0';
    press("50%");
    assert_int_equal(fake.seeks, 3);
    assert_string_equal(session->scene.notice, "how long it is could not be found out: no part of it is known");
}

static bool screen_has(int width, int height, const char *words)
{
    char text[400];
    for (int row = 0; row < height; row++) {
        draw(width, height, row, text);
        if (strstr(text, words) != NULL) return true;
    }
    return false;
}

static void lose_book(void)
{
    struct book_view *view = &fake.views[0];
    view->has_book = false;
    view->depth.bid_count = view->depth.ask_count = 0;
    fake.fresh[0] = true;
    fake.replay.position = 3 * SECOND;
    fake.replay.next_book = 50 * SECOND;
    session_pump(session);
}

static void without_a_book_it_says_why_and_where_one_is(void **state)
{
    (void)state;
    static const int sizes[][2] = {{100, 30}, {80, 24}};
    lose_book();
    for (size_t i = 0; i < 2; i++) {
        int width = sizes[i][0], height = sizes[i][1];
        assert_true(screen_has(width, height, "no book here: "));
        assert_true(screen_has(width, height, "the recording has no book of it yet"));
        assert_true(screen_has(width, height, "the next keyframe with its book is at 0:00:50, in 47 s"));
        static const char *const live[] = {"look up", "resolve", "connect ", "first book"};
        for (size_t n = 0; n < 4; n++) assert_false(screen_has(width, height, live[n]));
    }
    assert_true(screen_has(40, 12, "the recording has no book of it yet"));
    assert_true(screen_has(40, 12, "0:00:50, in 47 s"));
    fake.replay.next_book = -1;
    session_pump(session);
    assert_true(screen_has(80, 24, "no keyframe behind here has its book"));
    fake.replay.books_known = false;
    session_pump(session);
    assert_true(screen_has(80, 24, "looking for its next keyframe"));
    fake.replay.surveyed = 430;
    session_pump(session);
    assert_true(screen_has(80, 24, "43 % of the recording were gone through"));
    fake.replay.ended = true;
    session_pump(session);
    assert_true(screen_has(80, 24, "the recording ends without a book of it"));
}

static void behind_damage_it_says_so(void **state)
{
    (void)state;
    assert_false(row_has(-2, "gap"));
    fake.replay.blind = true;
    sample_text(fake.replay.trouble, RECORDING_REASON, "block 31: its checksum is wrong");
    lose_book();
    press("j"); /* read the alert */
    assert_true(row_has(-2, "gap"));
    assert_true(screen_has(40, 16, "gap"));
    assert_true(screen_has(80, 24, "something is missing in the recording before here"));
    assert_true(screen_has(80, 24, "block 31: its checksum is wrong"));
    fake.replay.position = 500 * SECOND;
    session_pump(session);
    assert_true(screen_has(80, 24, "dropped 312 records")); /* passed by a seek */
    fake.replay.landmarks[2] = (struct recording_landmark){450 * SECOND, LANDMARK_SLEEP, "the machine slept"};
    fake.replay.position = 501 * SECOND;
    session_pump(session);
    assert_true(screen_has(80, 24, "dropped 312 records")); /* a sleep hides no book */
    fake.replay.position = 3 * SECOND;
    session_pump(session);
    assert_true(screen_has(80, 24, "0:00:50, in 47 s"));
    assert_true(screen_has(40, 12, "0:00:50, in 47 s"));
    fake.replay.blind = false;
    session_pump(session);
    assert_false(row_has(-2, "gap"));
}

/* Lengths and places that nobody expects. */
static void the_row_can_always_be_drawn(void **state)
{
    (void)state;
    static const int64_t times[] = {INT64_MIN, -1, 0, 1, 3599 * SECOND, 3600 * SECOND, 400 * 3600 * SECOND, INT64_MAX};
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 8; j++) {
            char text[400];
            fake.replay.length = times[i];
            fake.replay.position = times[j];
            fake.replay.began = 0;
            fake.replay.measured = (i + j) % 3 != 0;
            fake.replay.blind = (i + j) % 2 != 0;
            fake.replay.next_book = times[7 - i];
            fake.views[0].has_book = j % 2 == 0;
            fake.fresh[0] = true;
            session_pump(session);
            fake.replay.surveyed = (unsigned)(j * 130);
            session_look(session);
            for (int width = 40; width < 140; width += 20) draw(width, 24, -2, text);
            session_press(session, PRESS_RIGHT);
            session_press(session, PRESS_LEFT);
            press("[]99%");
        }
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, end_session)
    const struct CMUnitTest tests[] = {
        TEST(space_pauses_and_goes_on),
        TEST(steps_pause),
        TEST(at_the_end_nothing_goes_on),
        TEST(what_is_still_recorded_has_no_end_yet),
        TEST(where_records_are_missing_the_panels_say_so),
        TEST(speeds_double_up_to_all_there_is),
        TEST(arrows_go_ten_seconds),
        TEST(keys_during_a_seek_go_on_from_its_goal),
        TEST(brackets_go_to_marks_and_gaps),
        TEST(the_mark_just_passed_is_left_behind),
        TEST(digits_and_percent_jump),
        TEST(other_keys_drop_the_digits_and_act),
        TEST(keys_of_a_live_session_say_why_they_do_nothing),
        TEST(pictures_change_by_the_clock_of_the_replay),
        TEST(connections_are_as_they_were_then),
        TEST(a_jump_back_hides_nothing),
        TEST(damage_has_a_row_until_it_was_read),
        TEST(seeks_before_the_length_is_known_are_the_feeds_to_bound),
        TEST(a_jump_into_an_unknown_length_waits_for_it),
        TEST(without_a_book_it_says_why_and_where_one_is),
        TEST(behind_damage_it_says_so),
        TEST(the_row_can_always_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
