/* A recording that is watched: pictures that change only as its clock does, and say what is missing in it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>

#include "replay_session.h"

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
    sample_text(fake.replay.trouble, RECORDING_REASON, "night-1.obr.zst does not follow part 1 of the recording");
    session_pump(session);
    assert_true(row_has(-3, " night-1.obr.zst does not follow")); /* all that was recorded is whole */
    assert_false(row_has(-3, "damaged"));
    fake.replay.damaged = true;
    sample_text(fake.replay.trouble, RECORDING_REASON, "block 31: its checksum is wrong");
    assert_true(session_pump(session));
    assert_true(row_has(-3, "damaged: block 31: its checksum is wrong"));
    press("j");
    assert_false(row_has(-3, "damaged"));
    sample_text(fake.replay.trouble, RECORDING_REASON, "block 40: it ends too early");
    session_pump(session);
    assert_true(row_has(-3, "damaged: block 40"));
}

/* What pauses goes on while nothing moves. */
static void the_footer_says_what_space_does(void **state)
{
    (void)state;
    static const struct {
        bool paused, ended, open;
        const char *words;
    } cases[] = {
        {false, false, false, "Space pause"},   {true, false, false, "Space go on"},
        {false, true, false, "Left 10 s back"}, {false, true, true, "Space pause"},
        {true, true, true, "Space go on"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake.replay.paused = cases[i].paused;
        fake.replay.ended = cases[i].ended;
        fake.replay.open = cases[i].open;
        session_pump(session);
        session->scene.notice[0] = '\0';
        assert_true(row_has(-1, cases[i].words));
    }
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

static void a_low_window_has_its_keys_on_the_rule(void **state)
{
    (void)state;
    fake.replay.length = fake.replay.position = 0;
    session_pump(session);
    assert_true(screen_has(40, 12, "? help  q quit"));
    assert_true(screen_has(120, 12, "? help  q quit"));
    session_press(session, 'j'); /* the level that is read stands there */
    assert_false(screen_has(40, 12, "? help"));
}

/* Nothing of it is live, whatever the connection was when it was recorded. */
static void nothing_of_it_is_called_live(void **state)
{
    (void)state;
    lose_book();
    fake.views[0].link.state = LINK_STATE_LIVE;
    fake.fresh[0] = true;
    session_pump(session);
    assert_false(screen_has(80, 24, " live"));
    assert_true(screen_has(80, 24, " replay"));
    fake.replay.paused = true;
    session_pump(session);
    assert_true(row_has(1, "paused"));
    session->scene.screen = SCREEN_LIST;
    assert_true(screen_has(80, 24, "Markets of the recording"));
    assert_false(screen_has(80, 24, "24 hours"));
    assert_false(screen_has(80, 24, " live"));
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
        assert_true(screen_has(width, height, "its book begins by 0:00:50, in 47 s"));
        static const char *const live[] = {"look up", "resolve", "connect ", "first book"};
        for (size_t n = 0; n < 4; n++) assert_false(screen_has(width, height, live[n]));
    }
    assert_true(screen_has(40, 12, "the recording has no book of it yet"));
    assert_true(screen_has(40, 12, "0:00:50, in 47 s"));
    fake.replay.next_book = -1;
    session_pump(session);
    assert_true(screen_has(80, 24, "no keyframe after here has its book"));
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
        TEST(where_records_are_missing_the_panels_say_so),
        TEST(the_footer_says_what_space_does),
        TEST(pictures_change_by_the_clock_of_the_replay),
        TEST(connections_are_as_they_were_then),
        TEST(a_jump_back_hides_nothing),
        TEST(damage_has_a_row_until_it_was_read),
        TEST(a_low_window_has_its_keys_on_the_rule),
        TEST(nothing_of_it_is_called_live),
        TEST(without_a_book_it_says_why_and_where_one_is),
        TEST(behind_damage_it_says_so),
        TEST(the_row_can_always_be_drawn),
    };
    return cmocka_run_group_tests_name("ui/replay_pictures", tests, NULL, NULL);
}
