/* Recording as the keys start and end it, and what is said of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "keyboard.h"

static void begin(struct taping *taping)
{
    static const char *const words[] = {"market"};
    fake.taping.recorder.stored = 4123400;
    sample_text(fake.taping.recorder.path, sizeof fake.taping.recorder.path, "/var/rec/a.obr.zst");
    begin_session((struct ui_options){.taping = taping, .markets = words, .market_count = 1});
    fake_answer_opened(fake.lookups, 1);
    fake_publish(0, 1, "0xa");
    session_pump(session);
}

static int set_up(void **state)
{
    (void)state;
    fake_reset();
    setenv("HOME", "/home/ada", 1);
    return 0;
}

/* The role of the first cell of REC in the second row. */
static int role_of_rec(void)
{
    struct canvas canvas = {0};
    int role = -1;
    assert_true(canvas_resize(&canvas, 30, 100));
    scene_draw(&session->scene, &canvas);
    for (int i = 99; i > 1; i--) {
        const struct cell *cell = &canvas.cells[100 + i];
        if (cell->text[0] == L'C' && cell[-1].text[0] == L'E' && cell[-2].text[0] == L'R') role = cell->role;
    }
    canvas_free(&canvas);
    return role;
}

static void r_starts_and_ends_it(void **state)
{
    (void)state;
    begin(fake_taping());
    assert_false(row_has(1, "REC"));
    press("r");
    assert_int_equal(fake.taping.state, TAPING_ON);
    assert_true(row_has(1, "\xe2\x97\x8f REC 4.1 MB"));
    assert_int_equal(role_of_rec(), ROLE_BAD);
    assert_true(row_has(-1, "recording to /var/rec/a.obr.zst"));
    press("j");
    assert_false(row_has(-1, "recording to"));
    press("r");
    assert_int_equal(fake.taping.state, TAPING_ENDING);
    assert_true(row_has(1, "REC ending"));
    fake.taping.state = TAPING_OFF;
    assert_true(session_pump(session));
    assert_false(row_has(1, "REC"));
    assert_true(row_has(-1, "recorded 4.1 MB to /var/rec/a.obr.zst"));
}

/* It goes on while nothing comes from the feed. */
static void its_size_is_drawn_anew_every_second(void **state)
{
    (void)state;
    begin(fake_taping());
    press("r");
    session->scene.book.instrument.close_time = 0;
    assert_true(row_has(1, "4.1 MB"));
    assert_in_range(session->scene.due - session->scene.machine, 1, NANOSECONDS_PER_SECOND);
    assert_false(session_look(session));
    fake.taping.recorder.stored = 999900000;
    assert_true(session_look(session));
    assert_true(row_has(1, "REC 999.9 MB"));
    assert_false(session_look(session));
}

static void nothing_else_moves_when_it_grows(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 812, 31200, 4123400, 999900000, UINT64_C(12300000000)};
    begin(fake_taping());
    press("r");
    for (int width = 40; width < 130; width++) {
        char first[400], text[400];
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            fake.taping.recorder.stored = sizes[i];
            fake.taping.recorder.dropped = i == 3;
            session_look(session);
            draw(width, 24, 1, text);
            char *rec = strstr(text, "REC");
            assert_non_null(rec);
            size_t before = (size_t)(rec - text);
            while (before > 0 && text[before - 1] != '/' && !(text[before - 1] >= '0' && text[before - 1] <= 'z'))
                before--;
            if (i == 0) memcpy(first, text, sizeof first);
            assert_memory_equal(text, first, before);
        }
    }
}

static void a_recorder_that_records_already_is_told_of(void **state)
{
    (void)state;
    fake.taping.state = TAPING_ON;
    sample_text(fake.taping.recorder.path, sizeof fake.taping.recorder.path, "/home/ada/rec/a.obr");
    begin(fake_taping());
    assert_true(row_has(1, "REC"));
    fake.taping.recorder.dropped = 3;
    session_look(session);
    assert_true(row_has(1, "! REC gap"));
    fake.taping.recorder.stored = 4123400;
    session_look(session);
    session->scene.machine += 2 * NANOSECONDS_PER_SECOND;
    assert_true(row_has(1, "! REC 4.1 MB"));
    session->scene.machine += 2 * NANOSECONDS_PER_SECOND;
    assert_true(row_has(1, "! REC gap"));
}

static void a_disk_that_takes_its_time_is_told_of(void **state)
{
    (void)state;
    begin(fake_taping());
    fake.slow_disk = true;
    press("r");
    assert_int_equal(fake.taping.state, TAPING_BEGINNING);
    assert_true(row_has(1, "REC starting"));
    press("m");
    assert_string_equal(session->scene.notice, "the recording is only beginning");
    fake.taping.state = TAPING_ON;
    assert_true(session_pump(session));
    assert_true(row_has(-1, "recording to /var/rec/a.obr.zst"));
    fake.taping.state = TAPING_BEGINNING;
    session_pump(session);
    press("r");
    assert_int_equal(fake.taping.state, TAPING_ENDING);
}

static void a_start_that_fails_is_told(void **state)
{
    (void)state;
    begin(fake_taping());
    fake.refusal = "Permission denied";
    press("r");
    assert_string_equal(session->scene.notice, "cannot record: Permission denied");
    assert_false(row_has(1, "REC"));
}

/* What is pressed while the last one is being written is not lost. */
static void r_while_it_ends_begins_another(void **state)
{
    (void)state;
    begin(fake_taping());
    press("rr");
    assert_int_equal(fake.taping.state, TAPING_ENDING);
    press("r");
    assert_true(row_has(-1, "the next recording begins as soon as the last one is written"));
    press("r");
    assert_true(row_has(-1, "no other recording begins"));
    fake.taping.state = TAPING_OFF;
    session_pump(session);
    assert_int_equal(fake.taping.state, TAPING_OFF);
    press("rrr");
    fake.taping.state = TAPING_OFF;
    session_pump(session);
    assert_int_equal(fake.taping.state, TAPING_ON);
    session_pump(session);
    assert_true(row_has(-1, "recording to /var/rec/a.obr.zst"));
    fake.refusal = "the last recording is still ending";
    press("rr");
    fake.taping.state = TAPING_OFF;
    session_pump(session);
    assert_true(row_has(-1, "cannot record: the last recording is still ending"));
}

/* What was asked for and is not done is said. */
static void r_while_it_ends_in_a_failure_begins_none(void **state)
{
    (void)state;
    begin(fake_taping());
    press("rrr");
    assert_true(row_has(-1, "the next recording begins as soon as"));
    fake.taping.state = TAPING_FAILED;
    sample_text(fake.taping.recorder.reason, sizeof fake.taping.recorder.reason, "No space left on device");
    session_pump(session);
    assert_int_equal(fake.taping.state, TAPING_FAILED);
    assert_true(row_has(-1, "no other recording was begun: the last one failed"));
    assert_true(row_has(-2, "recording failed: No space left on device"));
}

static void r_while_it_begins_says_what_comes_of_it(void **state)
{
    (void)state;
    begin(fake_taping());
    fake.slow_disk = true;
    press("r");
    assert_int_equal(session->scene.taping.state, TAPING_BEGINNING);
    press("r");
    assert_int_equal(fake.taping.state, TAPING_ENDING);
    assert_true(row_has(-1, "it is ended as soon as it has begun"));
}

/* The row goes with the next key; that it failed is said until it is started again. */
static void a_failure_has_a_row_until_it_was_read(void **state)
{
    (void)state;
    begin(fake_taping());
    press("r");
    assert_false(row_has(-2, "failed"));
    fake.taping.state = TAPING_FAILED;
    sample_text(fake.taping.recorder.reason, sizeof fake.taping.recorder.reason, "No space left on device");
    session_pump(session);
    assert_true(row_has(-2, "recording failed: No space left on device"));
    assert_true(row_has(1, "REC failed"));
    press("j");
    assert_false(row_has(-2, "failed"));
    assert_true(row_has(1, "REC failed"));
    press("r");
    assert_true(row_has(1, "REC 4.1 MB"));
    fake.taping.state = TAPING_FAILED;
    session_pump(session);
    assert_true(row_has(-2, "recording failed"));
}

/* A narrow window has rows enough for why it failed. */
static void a_reason_that_is_long_goes_on_below(void **state)
{
    (void)state;
    char text[400];
    begin(fake_taping());
    fake.taping.state = TAPING_FAILED;
    sample_text(fake.taping.recorder.reason, sizeof fake.taping.recorder.reason,
                "no next file: Permission denied: /var/rec/of/b.obr.zst");
    session_pump(session);
    draw(40, 12, -3, text);
    assert_string_equal(text, " REC failed: no next file: Permission");
    draw(40, 12, -2, text);
    assert_string_equal(text, " denied: /var/rec/of/b.obr.zst");
    assert_true(row_has(-2, "recording failed: no next file: Permission denied: /var/rec/of/b.obr.zst"));
}

/* A full disk is no failure; and nothing goes on to say that it is recorded. */
static void a_full_disk_ends_it_in_good_order(void **state)
{
    (void)state;
    static const char reason[] = "disk full, what was recorded is whole (63.9 MiB free, 64 MiB kept free)";
    begin(fake_taping());
    press("r");
    fake.taping.state = TAPING_ON;
    session_pump(session);
    assert_non_null(strstr(session->scene.notice, "recording to"));
    fake.taping.state = TAPING_FAILED;
    fake.taping.recorder.whole = true;
    sample_text(fake.taping.recorder.reason, sizeof fake.taping.recorder.reason, reason);
    session_pump(session);
    assert_true(row_has(-2, "ended: disk full, what was recorded is whole"));
    assert_true(row_has(1, "REC ended"));
    assert_string_equal(session->scene.notice, "");
}

/* The second failure is told as the first was. */
static void a_second_attempt_that_fails_is_told_again(void **state)
{
    (void)state;
    begin(fake_taping());
    fake.taping.state = TAPING_FAILED;
    sample_text(fake.taping.recorder.reason, sizeof fake.taping.recorder.reason, "File exists");
    session_pump(session);
    assert_true(row_has(-2, "recording failed: File exists"));
    press("j");
    assert_false(row_has(-2, "recording failed"));
    fake.fails = true;
    press("r");
    assert_true(row_has(-2, "recording failed: File exists"));
}

static void m_marks_with_a_note_or_without(void **state)
{
    (void)state;
    begin(fake_taping());
    press("m");
    assert_false(session->scene.prompt_open);
    assert_string_equal(session->scene.notice, "nothing is being recorded: r records");
    press("rm");
    int64_t pressed = stamp.mono;
    stamp.mono += 7 * NANOSECONDS_PER_SECOND; /* as long as the note takes */
    assert_true(session->scene.prompt_open);
    assert_true(row_has(-1, "mark, with a note:"));
    unsigned lookups = fake.lookups;
    press("r 7 q?\n");
    assert_false(session->scene.prompt_open);
    assert_string_equal(fake.note, "r 7 q?");
    assert_int_equal(fake.marked_at, pressed);
    assert_string_equal(session->scene.notice, "marked: r 7 q?");
    press("m\n");
    assert_string_equal(fake.note, "");
    assert_int_equal(fake.taping.marks, 2);
    press("m");
    assert_true(row_has(-1, "Esc: without a note"));
    press("not");
    assert_false(row_has(-1, "Esc: "));
    session_press(session, PRESS_ESCAPE); /* the moment is kept all the same */
    assert_false(session->scene.prompt_open);
    assert_string_equal(fake.note, "");
    assert_string_equal(session->scene.notice, "marked");
    assert_int_equal(fake.taping.marks, 3);
    assert_int_equal(fake.lookups, lookups);
    press("/x\n");
    assert_int_equal(fake.lookups, lookups + 1);
}

/* As by Ctrl-C, SIGTERM or a terminal that is closed. */
static void a_mark_is_kept_when_the_session_ends(void **state)
{
    static const char *const typed[] = {"half a no", ""};
    for (unsigned i = 0; i < 2; i++) {
        begin(fake_taping());
        press(i == 0 ? "rm" : "m");
        int64_t pressed = stamp.mono;
        stamp.mono += 7 * NANOSECONDS_PER_SECOND;
        press(typed[i]);
        assert_int_equal(fake.taping.marks, i);
        end_session(state);
        assert_int_equal(fake.taping.marks, i + 1);
        assert_string_equal(fake.note, typed[i]);
        assert_int_equal(fake.marked_at, pressed);
    }
    begin(fake_taping());
    press("m\n:half"); /* what is typed otherwise is none */
    end_session(state);
    assert_int_equal(fake.taping.marks, 3);
    begin(fake_taping());
}

static void a_note_is_no_longer_than_what_is_kept(void **state)
{
    (void)state;
    begin(fake_taping());
    press("rm");
    assert_true(row_has(-1, " 0/80"));
    for (int i = 0; i < 79; i++) press("x");
    assert_true(row_has(-1, " 79/80"));
    session_press(session, 0xe4); /* two bytes */
    assert_true(row_has(-1, " 79/80"));
    for (int i = 0; i < 100; i++) press("x");
    assert_true(row_has(-1, "full: 80/80"));
    press("\n");
    assert_int_equal(strlen(fake.note), 80);
}

/* The notice of a window as small as may be is wrapped. */
static void the_count_is_seen_in_a_narrow_window(void **state)
{
    (void)state;
    char text[400];
    begin(fake_taping());
    press("rm");
    press("a note that is longer than the room there is for it in this window");
    draw(40, 12, -1, text);
    assert_non_null(strstr(text, "mark: "));
    assert_non_null(strstr(text, "this window"));
    assert_non_null(strstr(text, " 66/80"));
}

static void a_note_of_a_recording_that_ended_meanwhile_is_refused(void **state)
{
    (void)state;
    begin(fake_taping());
    press("rm");
    fake.taping.state = TAPING_FAILED;
    press("x\n");
    assert_int_equal(fake.taping.marks, 0);
    assert_string_equal(session->scene.notice, "nothing is being recorded any more: no mark");
}

static void without_a_recorder_the_keys_say_so(void **state)
{
    (void)state;
    begin(NULL);
    press("r");
    assert_string_equal(session->scene.notice, "nothing can be recorded here");
    press("m");
    assert_string_equal(session->scene.notice, "nothing is being recorded: r records");
}

/* The end of a file's name tells more than its folders. */
static void a_long_path_loses_its_start(void **state)
{
    (void)state;
    static const struct {
        const char *path, *shown;
    } cases[] = {
        {"/home/ada/a.obr", " recording to ~/a.obr"},
        {"/home/adam/a.obr", " recording to /home/adam/a.obr"},
        {"/home/ada/recordings/of/november/a.obr", " recording to \xe2\x80\xa6/of/november/a.obr"},
    };
    begin(fake_taping());
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        scene_notice_file(&session->scene, ROLE_TEXT, "recording to", cases[i].path);
        draw(40, 24, -1, text);
        assert_string_equal(text, cases[i].shown);
    }
}

/* "~/of" would be a folder at home. */
static void in_ascii_the_start_that_is_lost_is_no_home(void **state)
{
    (void)state;
    char text[400];
    struct canvas canvas = {.ascii = true};
    begin(fake_taping());
    assert_true(canvas_resize(&canvas, 24, 40));
    scene_notice_file(&session->scene, ROLE_TEXT, "recording to", "/home/ada/recordings/of/november/a.obr");
    scene_draw(&session->scene, &canvas);
    canvas_row_text(&canvas, 23, text, sizeof text);
    canvas_free(&canvas);
    assert_string_equal(text, " recording to .../of/november/a.obr");
}

/* Its own name is whole: where it has no room behind the words it has rows of its own. */
static void a_long_name_has_rows_of_its_own(void **state)
{
    (void)state;
    static const struct {
        int width;
        const char *path, *rows[3];
    } cases[] = {
        {80,
         "/srv/of/a/house/recordings/booktop-20261122T030405Z-polymarket-kalshi-12345.obr.zst",
         {NULL, NULL, " recording to \xe2\x80\xa6/booktop-20261122T030405Z-polymarket-kalshi-12345.obr.zst"}},
        {40,
         "/srv/recordings/booktop-20261122T030405Z-polymarket-kalshi-12345.obr.zst",
         {" recording to", " /srv/recordings/booktop-20261122T03040", " 5Z-polymarket-kalshi-12345.obr.zst"}},
        {40,
         "/srv/of/a/house/recordings/booktop-20261122T030405Z-polymarket-kalshi-12345.obr.zst",
         {" recording to", " \xe2\x80\xa6/house/recordings/booktop-20261122T03",
          " 0405Z-polymarket-kalshi-12345.obr.zst"}},
        {40,
         "/srv/of/a/name-with-thirty-eight-columns.obr",
         {NULL, " recording to", " \xe2\x80\xa6/a/name-with-thirty-eight-columns.obr"}},
    };
    begin(fake_taping());
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        scene_notice_file(&session->scene, ROLE_TEXT, "recording to", cases[i].path);
        for (int row = 0; row < 3; row++) {
            if (cases[i].rows[row] == NULL) continue;
            draw(cases[i].width, 12, row - 3, text);
            assert_string_equal(text, cases[i].rows[row]);
        }
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, end_session)
    const struct CMUnitTest tests[] = {
        TEST(r_starts_and_ends_it),
        TEST(its_size_is_drawn_anew_every_second),
        TEST(nothing_else_moves_when_it_grows),
        TEST(a_recorder_that_records_already_is_told_of),
        TEST(a_disk_that_takes_its_time_is_told_of),
        TEST(a_start_that_fails_is_told),
        TEST(a_full_disk_ends_it_in_good_order),
        TEST(r_while_it_ends_begins_another),
        TEST(r_while_it_ends_in_a_failure_begins_none),
        TEST(r_while_it_begins_says_what_comes_of_it),
        TEST(a_failure_has_a_row_until_it_was_read),
        TEST(a_reason_that_is_long_goes_on_below),
        TEST(a_second_attempt_that_fails_is_told_again),
        TEST(m_marks_with_a_note_or_without),
        TEST(a_mark_is_kept_when_the_session_ends),
        TEST(in_ascii_the_start_that_is_lost_is_no_home),
        TEST(a_note_is_no_longer_than_what_is_kept),
        TEST(the_count_is_seen_in_a_narrow_window),
        TEST(a_note_of_a_recording_that_ended_meanwhile_is_refused),
        TEST(without_a_recorder_the_keys_say_so),
        TEST(a_long_path_loses_its_start),
        TEST(a_long_name_has_rows_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
