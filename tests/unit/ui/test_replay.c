/* A recording that is watched: its keys, and the places they go to. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>

#include "replay_session.h"

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
    assert_true(row_has(-1, "still being recorded: it goes on as there is more"));
    /* A step looks for more, and so does going on. */
    press(".");
    assert_int_equal(fake.messages, 1);
    assert_string_equal(session->scene.notice, "");
    assert_false(session->scene.replay.paused); /* it may find none, and is followed on then */
    fake.replay.paused = true;
    session_pump(session);
    press(" ");
    assert_false(fake.replay.paused);
    /* Its end so far is met anew and anew. */
    fake.replay.ended = false;
    session_pump(session);
    fake.replay.ended = true;
    fake.replay.position = fake.replay.length += SECOND;
    session_pump(session);
    assert_string_equal(session->scene.notice, "");
    fake.replay.open = false;
    fake.replay.paused = true;
    session_pump(session);
    assert_true(row_has(-1, "this file is no longer being recorded: this is its end"));
    assert_true(row_has(-2, "end "));
    session->scene.machine += 6 * SECOND; /* in passing: the row goes on saying it */
    assert_true(row_has(-1, " Left 10 s back"));
    assert_true(row_has(-2, "end "));
}

static void speeds_go_up_to_all_there_is(void **state)
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
    press("<<<<<<<<<<<<");
    assert_int_equal(fake.replay.speed, 200);
    press("<");
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_LEAST);
    press("<");
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_LEAST);
    assert_true(session->scene.notice[0] != '\0');
    press(">");
    assert_int_equal(fake.replay.speed, 200);
    assert_true(row_has(-2, "0.2\xc3\x97"));
    press(">>");
    assert_int_equal(fake.replay.speed, REPLAY_SPEED_NORMAL);
    fake.replay.speed = 125;
    session_pump(session);
    assert_true(row_has(-2, "0.125\xc3\x97"));
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
    press("100%");
    assert_int_equal(fake.sought, fake.replay.length);
    press("101%");
    assert_string_equal(session->scene.notice, "there is no 101%: 100% is the end");
    press("999\n");
    assert_string_equal(session->scene.notice, "there is no 999%: 100% is the end");
    assert_int_equal(fake.seeks, 3);
    press("0%");
    assert_int_equal(fake.sought, 0);
    press("33.3%");
    assert_int_equal(fake.sought, fake.replay.length / 1000 * 333);
    press("0.125%");
    assert_int_equal(fake.sought, fake.replay.length / 100000 * 125);
    press("100.001%");
    assert_string_equal(session->scene.notice, "there is no 100.001%: 100% is the end");
    press("12..34567");
    assert_string_equal(session->scene.jump, "12.345");
    assert_true(row_has(-1, "jump to 12.345%"));
    session_press(session, PRESS_ESCAPE);
    fake.seeks -= 2;
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

static void a_step_without_a_change_says_so(void **state)
{
    (void)state;
    press(",");
    fake.replay.unchanged++;
    session_pump(session);
    assert_string_equal(session->scene.notice, "no further change of this book");
}

static struct catalogue early, whole;

static void answer_with(const struct catalogue *list)
{
    fake_answer(fake.lookups, ANSWER_LIST, list, "");
    session_pump(session);
}

/* What was listed before all of the recording was gone through is listed anew; what is on the screen stays. */
static void the_list_is_asked_for_anew_when_all_is_known(void **state)
{
    end_session(state);
    fake_reset();
    fake.replays = true;
    fake.replay = (struct replay_view){.speed = REPLAY_SPEED_NORMAL, .length = SECOND, .next_book = -1};
    early = whole = (struct catalogue){0};
    sample_catalogue(&whole);
    assert_true(catalogue_copy(&early, &whole, &whole.entries[1]));
    begin_session((struct ui_options){.open_first = true});
    answer_with(&early);
    assert_string_equal(fake.selected, whole.entries[1].instrument.symbol);
    uint32_t asked = fake.lookups;
    session_pump(session);
    assert_int_equal(fake.lookups, asked);
    fake.replay.books_known = true;
    session_pump(session);
    assert_int_equal(fake.lookups, asked + 1);
    assert_string_equal(fake.words, "");
    assert_false(fake.opens);
    answer_with(&whole);
    assert_ptr_equal(session->scene.list.catalogue, &whole);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_int_equal(fake.selections, 1);
    assert_int_equal(fake.released, 1);
    const struct catalogue_entry *selected = market_list_selected(&session->scene.list);
    assert_non_null(selected);
    assert_string_equal(selected->instrument.symbol, whole.entries[1].instrument.symbol);
    session_pump(session);
    assert_int_equal(fake.lookups, asked + 1);
    catalogue_free(&early);
    session->scene.list.catalogue = NULL; /* the sample's goes first */
    catalogue_free(&whole);
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
    press("12.5%");
    assert_string_equal(session->scene.notice, "to 12.5% as soon as it is known how long it is");
    find_length(200 * SECOND);
    assert_int_equal(fake.sought, 25 * SECOND);
    fake.seeks--;
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

/* Told from the start until a key was pressed, and in the log for as long as it is watched. */
static void what_is_not_given_of_a_recording_is_said(void **state)
{
    static const char *const words[] = {"market"};
    static const char *const said[] = {"part 2 of its recording: part 1 is not given",
                                       "part 4 of its recording: parts 1 to 3 are not given"};
    for (unsigned i = 0; i < 2; i++) {
        fake.replay.lacking = 2 * i + 1;
        end_session(state);
        begin_session((struct ui_options){.markets = words, .market_count = 1});
        fake_answer_opened(fake.lookups, 1);
        publish();
        assert_true(row_has(-1, said[i]));
        press("l");
        assert_false(row_has(-1, said[i]));
        fake.connections = (struct connections_view){0};
        fake.fresh_connections = true;
        session_pump(session);
        assert_true(row_has(3, "Recording"));
        assert_true(row_has(4, said[i]));
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, end_session)
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_given_of_a_recording_is_said),
        TEST(space_pauses_and_goes_on),
        TEST(steps_pause),
        TEST(at_the_end_nothing_goes_on),
        TEST(what_is_still_recorded_has_no_end_yet),
        TEST(speeds_go_up_to_all_there_is),
        TEST(arrows_go_ten_seconds),
        TEST(keys_during_a_seek_go_on_from_its_goal),
        TEST(digits_and_percent_jump),
        TEST(other_keys_drop_the_digits_and_act),
        TEST(a_step_without_a_change_says_so),
        TEST(the_list_is_asked_for_anew_when_all_is_known),
        TEST(keys_of_a_live_session_say_why_they_do_nothing),
        TEST(seeks_before_the_length_is_known_are_the_feeds_to_bound),
        TEST(a_jump_into_an_unknown_length_waits_for_it),
    };
    return cmocka_run_group_tests_name("ui/replay", tests, NULL, NULL);
}
