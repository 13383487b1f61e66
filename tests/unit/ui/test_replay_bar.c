/* The bar of a recording that is watched: what a click on it does, that it keeps its place, and what is told in its
 * place where the window is low. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>

#include "replay_session.h"

static const int sizes[][2] = {{40, 12}, {60, 15}, {60, 16}, {80, 24}, {120, 40}, {200, 60}};
#define SIZES (sizeof sizes / sizeof *sizes)

static struct canvas canvas;

static int begin(void **state)
{
    return set_up(state);
}

static int finish(void **state)
{
    canvas_free(&canvas);
    canvas.ascii = false;
    keymap_reset();
    return end_session(state);
}

static void draw_at(const int size[2])
{
    assert_true(canvas_resize(&canvas, size[1], size[0]));
    scene_draw(&session->scene, &canvas);
}

/* What was told has gone. */
static void draw_later(const int size[2])
{
    session->scene.machine += 60 * SECOND;
    draw_at(size);
}

/* Of the picture: the first bar that has a length, or none. */
static const struct zone *bar_of(int64_t value)
{
    for (int i = 0; i < canvas.zone_count; i++) {
        if (canvas.zones[i].kind == ZONE_BAR && canvas.zones[i].value == value) return &canvas.zones[i];
    }
    return NULL;
}

static const struct zone *bar(void)
{
    const struct zone *found = bar_of(fake.replay.measured ? session->scene.replay.length : -1);
    assert_non_null(found);
    return found;
}

static bool click(int row, int column)
{
    return session_point(session, &canvas, (struct mouse){MOUSE_PRESS, row, column});
}

static const char *cell(int row, int column)
{
    static char text[8];
    snprintf(text, sizeof text, "%lc", (wint_t)canvas.cells[row * canvas.width + column].text[0]);
    return text;
}

static bool told(int row, const char *words)
{
    char text[400];
    canvas_row_text(&canvas, row < 0 ? canvas.height + row : row, text, sizeof text);
    return strstr(text, words) != NULL;
}

/* Where the feed has come to what was asked for. */
static void arrive(void)
{
    fake.replay.position = fake.sought;
    fake.replay.jumps++;
    session_pump(session);
}

/* From a column the place goes to that column. */
static void click_all_columns(const int size[2])
{
    fake.replay.landmark_count = 0;
    session_pump(session);
    draw_later(size);
    struct area area = bar()->area;
    for (int i = 0; i < area.width; i++) {
        assert_true(click(area.row, area.column + i));
        arrive();
        draw_later(size);
        assert_string_equal(cell(area.row, area.column + i), canvas_glyph(&canvas, GLYPH_PLACE));
        if (i == 0) assert_int_equal(fake.sought, 0);
    }
    assert_int_equal(fake.sought, session->scene.replay.length);
}

static void a_click_goes_to_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * SIZES; i++) {
        canvas.ascii = i >= SIZES;
        click_all_columns(sizes[i % SIZES]);
    }
    fake.replay.length = INT64_MAX;
    click_all_columns(sizes[3]);
}

static void a_click_on_a_landmark_goes_to_it_exactly(void **state)
{
    (void)state;
    static const int64_t seconds[] = {75, 400, 1250, 3000, 3500};
    for (size_t i = 0; i < 2 * SIZES; i++) {
        const int *size = sizes[i % SIZES];
        canvas.ascii = i >= SIZES;
        fake.replay.position = (2222 + (int64_t)i) * SECOND;
        fake.replay.jumps++;
        session_pump(session);
        draw_later(size);
        struct area area = bar()->area;
        unsigned seen = 0;
        for (int column = area.column; column < area.column + area.width; column++) {
            const char *text = cell(area.row, column);
            bool mark = strcmp(text, canvas_glyph(&canvas, GLYPH_MARK)) == 0;
            if (!mark && strcmp(text, canvas_glyph(&canvas, GLYPH_GAP)) != 0) continue;
            assert_true(click(area.row, column));
            while (seen < 5 && fake.sought != seconds[seen] * SECOND) seen++;
            assert_true(seen < 5);
            assert_int_equal(mark, session->scene.replay.landmarks[seen].kind == LANDMARK_MARK);
            assert_true(session->scene.notice[0] != '\0');
        }
        assert_int_equal(seen, 4); /* the last one was found, in order */
    }
}

/* Of two that share a column the mark is what is seen. */
static void a_mark_goes_before_the_gap_beside_it(void **state)
{
    (void)state;
    struct recording_landmark *landmark = fake.replay.landmarks;
    landmark[0] = (struct recording_landmark){2000 * SECOND, LANDMARK_GAP, "dropped"};
    landmark[1] = (struct recording_landmark){2000 * SECOND + 1, LANDMARK_MARK, "here"};
    fake.replay.landmark_count = 2;
    session_pump(session);
    draw_at(sizes[3]);
    struct area area = bar()->area;
    for (int i = 0; i < area.width; i++) {
        if (strcmp(cell(area.row, area.column + i), canvas_glyph(&canvas, GLYPH_MARK)) != 0) continue;
        assert_true(click(area.row, area.column + i));
        assert_int_equal(fake.sought, 2000 * SECOND + 1);
        assert_string_equal(session->scene.notice, "mark at +0:33:20: here");
        return;
    }
    fail_msg("no mark is drawn");
}

/* In a low window its words stand where the bar is, and go by themselves: the mouse comes back to it. */
static void what_a_click_tells_goes_by_itself(void **state)
{
    (void)state;
    session_look(session);
    draw_at(sizes[0]);
    struct area area = bar()->area;
    fake.replay.landmark_count = 1;
    fake.replay.landmarks[0].m = 0;
    session_pump(session);
    assert_true(click(area.row, area.column));
    draw_at(sizes[0]);
    assert_null(bar_of(fake.replay.length));
    draw_later(sizes[0]);
    assert_non_null(bar_of(fake.replay.length));
}

/* Where one has to be read, a click on it is enough; beside it nothing was read. */
static void a_click_on_what_is_told_has_read_it(void **state)
{
    (void)state;
    fake.replay.ended = true;
    fake.replay.position = fake.replay.length;
    session_pump(session);
    press(".");
    draw_at(sizes[0]);
    assert_string_not_equal(session->scene.notice, "");
    assert_null(bar_of(fake.replay.length));
    click(0, 0);
    assert_string_not_equal(session->scene.notice, "");
    assert_true(click(canvas.height - 1, canvas.width - 1));
    assert_string_equal(session->scene.notice, "");
    draw_at(sizes[0]);
    assert_non_null(bar_of(fake.replay.length));
}

static void of_an_unknown_length_no_place_can_be_clicked(void **state)
{
    (void)state;
    fake.replay.measured = false;
    fake.replay.surveyed = 430;
    session_pump(session);
    for (size_t i = 0; i < SIZES; i++) {
        draw_later(sizes[i]);
        struct area area = bar()->area;
        assert_true(click(area.row, area.column + area.width / 2));
        assert_string_equal(session->scene.notice, "how long it is is not known yet: the bar has no places");
    }
    fake.replay.surveyed = REPLAY_SURVEYED_ALL; /* it could not be read */
    session_pump(session);
    draw_later(sizes[3]);
    struct area area = bar()->area;
    assert_true(click(area.row, area.column));
    assert_string_equal(session->scene.notice, "how long it is could not be found out: no part of it is known");
    assert_int_equal(fake.seeks, 0);
}

/* A line that is open is not left for it, digits of another jump are. */
static void a_click_on_the_bar_takes_its_turn(void **state)
{
    (void)state;
    press(":");
    draw_at(sizes[3]);
    struct area area = bar()->area;
    assert_false(click(area.row, area.column + 3));
    session_press(session, PRESS_ESCAPE);
    press("5");
    draw_at(sizes[3]);
    area = bar()->area;
    assert_true(click(area.row, area.column + area.width - 1));
    assert_string_equal(session->scene.jump, "");
    assert_int_equal(fake.seeks, 1);
    assert_int_equal(fake.sought, fake.replay.length);
}

/* The column at which the first of some words stands, -1: nowhere. */
static int column_of(int row, const char *words)
{
    for (int i = 0; i < canvas.width; i++) {
        size_t n = 0;
        while (words[n] != '\0' && i + (int)n < canvas.width && *cell(row, i + (int)n) == words[n]) n++;
        if (words[n] == '\0') return i;
    }
    return -1;
}

/* At the end of what is still written it waits and goes on again and again: only the state changes. */
static void at_an_open_end_nothing_moves(void **state)
{
    (void)state;
    fake.replay.open = fake.replay.partly = true;
    for (int width = 40; width <= 200; width++) {
        struct area areas[5];
        int columns[5][3];
        for (int n = 0; n < 5; n++) {
            fake.replay.ended = n == 1 || n == 4;
            fake.replay.paused = n == 2 || n == 4;
            fake.replay.seeking = n == 3;
            session_pump(session);
            session->scene.notice[0] = '\0';
            draw_at((int[]){width, 24});
            areas[n] = bar()->area;
            int row = areas[n].row;
            columns[n][0] = column_of(row, "still being recorded");
            columns[n][1] = column_of(row, "2026-");
            columns[n][2] = column_of(row, "UTC");
            if (width >= 64) assert_true(columns[n][0] > 0);
            if (width >= 80) assert_int_equal(told(row, "0:23:41.000/1:10:15"), n == 2);
            assert_int_equal(told(row, "so far"), n == 1 || n == 4);
            assert_memory_equal(&areas[0], &areas[n], sizeof areas[0]);
            assert_memory_equal(columns[0], columns[n], sizeof columns[0]);
        }
    }
}

/* Whatever has to be said beside it, down to what is wide enough. */
static void a_gap_leaves_the_bar(void **state)
{
    (void)state;
    for (int n = 0; n < 8; n++) {
        fake.replay.open = (n & 1) != 0;
        fake.replay.ended = (n & 2) != 0;
        fake.replay.paused = (n & 4) != 0;
        fake.replay.blind = true;
        session_pump(session);
        session->scene.notice[0] = '\0';
        for (int width = 64; width <= 200; width++) {
            draw_at((int[]){width, 24});
            assert_true(bar()->area.width >= 8);
            assert_true(told(bar()->area.row, "gap"));
            if (width >= 68) assert_int_equal(told(bar()->area.row, "still being recorded"), fake.replay.open);
        }
    }
}

/* The place's thousandths come and go, and nothing else moves. */
static void the_bar_stays_where_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct area areas[4];
        for (int n = 0; n < 4; n++) {
            fake.replay.paused = n == 1;
            fake.replay.ended = n == 2;
            fake.replay.seeking = n == 3;
            session_pump(session);
            session->scene.notice[0] = '\0';
            draw_at(sizes[i]);
            areas[n] = bar()->area;
            if (sizes[i][0] >= 80) assert_int_equal(told(areas[n].row, "0:23:41.000/1:10:15"), n == 1);
            assert_memory_equal(&areas[0], &areas[n], sizeof areas[0]);
        }
    }
}

/* Also where the footer is the replay's row: for a while the bar gives way. */
static void a_mark_that_is_played_over_is_told_in_every_window(void **state)
{
    (void)state;
    struct recording_landmark *mark = &fake.replay.landmarks[fake.replay.landmark_count++];
    *mark = (struct recording_landmark){2000 * SECOND, LANDMARK_MARK, "the \x1b[31mwhale\n\xff"};
    for (size_t i = 0; i < SIZES; i++) {
        fake.replay.position = 1999 * SECOND;
        fake.replay.jumps++;
        session_pump(session);
        draw_later(sizes[i]);
        bar();
        fake.replay.position = 2001 * SECOND;
        session_pump(session);
        draw_at(sizes[i]);
        assert_true(told(-1, "mark: the "));
        assert_true(told(-1, "whale"));
        assert_false(told(-1, "\x1b") || told(-1, "\xff"));
        assert_true(session->scene.due <= session->scene.machine + 5 * SECOND);
        draw_later(sizes[i]);
        assert_false(told(-1, "mark: "));
        bar();
    }
}

/* Faster than they can be read: the bar, whose place they take, is to be seen between them. */
static void many_marks_leave_a_low_window_its_bar(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const int *size = sizes[i == 0 ? 0 : 3];
        int told_times = 0, bars = 0;
        fake.replay.landmark_count = 0;
        fake.replay.position = 100 * SECOND;
        fake.replay.jumps++;
        session_pump(session);
        draw_later(size);
        for (int n = 0; n < 200; n++) {
            struct recording_landmark *mark = &fake.replay.landmarks[fake.replay.landmark_count++];
            fake.replay.position += SECOND;
            *mark = (struct recording_landmark){fake.replay.position, LANDMARK_MARK, "another"};
            session_pump(session);
            session->scene.machine += SECOND / 10;
            draw_at(size);
            told_times += told(-1, "mark: another");
            bars += bar_of(fake.replay.length) != NULL;
        }
        assert_int_equal(told_times, i == 0 ? 98 : 200);
        assert_int_equal(bars, i == 0 ? 102 : 200);
    }
}

/* Nothing can go on there: what leads back is offered. */
static void at_the_end_the_footer_offers_what_works_there(void **state)
{
    (void)state;
    char error[200];
    fake.replay.ended = true;
    fake.replay.position = fake.replay.length;
    session_pump(session);
    for (int i = 0; i < 6; i++) {
        fake.replay.paused = i % 2 != 0;
        session_pump(session);
        session->scene.notice[0] = '\0';
        session->scene.focus = i / 2 == 1 ? PANE_TAPE : PANE_LADDER;
        session->scene.screen = i / 2 == 2 ? SCREEN_LIST : SCREEN_BOOK;
        draw_at(sizes[3]);
        assert_true(told(-1, " Left 10 s back  0% start  [ mark  "));
        assert_false(told(-1, "Space") || told(-1, "speed") || told(-1, "Right"));
    }
    const struct zone *start = bar_of(0);
    assert_non_null(start);
    assert_true(click(start->area.row, start->area.column + 3));
    assert_int_equal(fake.sought, 0);
    assert_true(keymap_bind(text_from("unbind digits %"), error, sizeof error));
    session_pump(session);
    session->scene.replay.ended = true;
    session->scene.notice[0] = '\0';
    draw_at(sizes[3]);
    assert_true(told(-1, "10 s back"));
    assert_false(told(-1, "start"));
}

/* Where the footer is the replay's row, too: as many as the rule above it has room for. */
static void a_low_window_offers_what_the_rule_has_room_for(void **state)
{
    (void)state;
    draw_at(sizes[0]);
    assert_true(told(-2, "\u2500 Space pause  ? help  q quit \u2500"));
    draw_at(sizes[1]);
    assert_true(told(-2, "\u2500 Space pause  Left/Right 10 s  ? help  q quit \u2500"));
    draw_at((int[]){120, 15});
    assert_true(told(-2, "\u2500 Space pause  Left/Right 10 s  </> speed  [/] mark  ? help  q quit \u2500"));
    fake.replay.ended = true;
    session_pump(session);
    session->scene.notice[0] = '\0';
    draw_at(sizes[0]);
    assert_true(told(-2, "\u2500 Left 10 s back  ? help  q quit \u2500"));
    draw_at(sizes[1]);
    assert_true(told(-2, "\u2500 Left 10 s back  0% start  [ mark  ? help  q quit \u2500"));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)
    const struct CMUnitTest tests[] = {
        TEST(a_click_goes_to_its_place),
        TEST(a_click_on_a_landmark_goes_to_it_exactly),
        TEST(a_mark_goes_before_the_gap_beside_it),
        TEST(what_a_click_tells_goes_by_itself),
        TEST(a_click_on_what_is_told_has_read_it),
        TEST(of_an_unknown_length_no_place_can_be_clicked),
        TEST(a_click_on_the_bar_takes_its_turn),
        TEST(the_bar_stays_where_it_is),
        TEST(at_an_open_end_nothing_moves),
        TEST(a_gap_leaves_the_bar),
        TEST(a_mark_that_is_played_over_is_told_in_every_window),
        TEST(many_marks_leave_a_low_window_its_bar),
        TEST(at_the_end_the_footer_offers_what_works_there),
        TEST(a_low_window_offers_what_the_rule_has_room_for),
    };
    return cmocka_run_group_tests_name("ui/replay_bar", tests, NULL, NULL);
}
