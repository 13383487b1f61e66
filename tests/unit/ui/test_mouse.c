/* What the mouse does: by what the views said of where they drew it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "listed_session.h"
#include "scenes.h"

static struct canvas canvas;

static int set_up(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    return canvas_resize(&canvas, 40, 120) ? 0 : -1;
}

static int close_canvas(void **state)
{
    canvas_free(&canvas);
    keymap_reset();
    return tear_down(state);
}

static bool point(enum mouse_kind kind, int row, int column)
{
    scene_draw(&session->scene, &canvas);
    return session_point(session, &canvas, (struct mouse){kind, row, column});
}

/* The middle of the first zone of its kind that has this value; -1: any. */
static struct mouse place_of(enum zone_kind kind, int64_t value)
{
    scene_draw(&session->scene, &canvas);
    for (int i = 0; i < canvas.zone_count; i++) {
        const struct zone *zone = &canvas.zones[i];
        if (zone->kind != kind || (value >= 0 && zone->value != value)) continue;
        return (struct mouse){MOUSE_PRESS, zone->area.row + zone->area.height / 2, zone->area.column};
    }
    fail_msg("nothing of kind %d is drawn", (int)kind);
    return (struct mouse){0};
}

static void click(enum zone_kind kind, int64_t value)
{
    struct mouse mouse = place_of(kind, value);
    assert_true(session_point(session, &canvas, mouse));
}

static void a_row_is_selected_and_then_opened(void **state)
{
    (void)state;
    click(ZONE_ROW, 3);
    assert_int_equal(session->scene.list.selected, 3);
    assert_int_equal(fake.selections, 0);
    click(ZONE_ROW, 4);
    assert_int_equal(fake.selections, 0);
    press("k"); /* between two clicks: the second is a first one again */
    click(ZONE_ROW, 4);
    assert_int_equal(fake.selections, 0);
    click(ZONE_ROW, 4);
    assert_int_equal(fake.selections, 1);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
}

static void the_wheel_moves_what_is_under_it(void **state)
{
    (void)state;
    size_t selected = session->scene.list.selected;
    assert_true(point(MOUSE_WHEEL_DOWN, 10, 10));
    assert_true(session->scene.list.selected > selected);
    assert_true(point(MOUSE_WHEEL_UP, 10, 10));
    assert_int_equal(session->scene.list.selected, selected);
    show_book();
    struct mouse tape = place_of(ZONE_PANE, PANE_TAPE);
    uint32_t skipped = session->scene.tape_skip;
    assert_true(point(MOUSE_WHEEL_DOWN, tape.row, tape.column));
    assert_true(session->scene.tape_skip > skipped);
    assert_int_equal(session->scene.focus, PANE_LADDER);
    assert_false(session->scene.ladder.cursor_on);
    struct mouse ladder = place_of(ZONE_PANE, PANE_LADDER);
    assert_true(point(MOUSE_WHEEL_DOWN, ladder.row, ladder.column));
    assert_true(session->scene.ladder.cursor_on);
    press("?");
    assert_true(point(MOUSE_WHEEL_DOWN, ladder.row, ladder.column));
    assert_true(session->scene.help_open);
}

static void a_level_gets_the_cursor(void **state)
{
    (void)state;
    show_book();
    price_t bid = session->scene.ladder.depth.bids[2].price, ask = session->scene.ladder.depth.asks[1].price;
    click(ZONE_BID, bid);
    assert_true(session->scene.ladder.cursor_on);
    assert_int_equal(session->scene.ladder.cursor_side, SIDE_BID);
    assert_int_equal(session->scene.ladder.cursor_price, bid);
    click(ZONE_ASK, ask);
    assert_int_equal(session->scene.ladder.cursor_side, SIDE_ASK);
    assert_int_equal(session->scene.ladder.cursor_price, ask);
}

static void a_pane_gets_the_focus(void **state)
{
    (void)state;
    show_book();
    click(ZONE_PANE, PANE_TAPE);
    assert_int_equal(session->scene.focus, PANE_TAPE);
    click(ZONE_BID, -1);
    assert_int_equal(session->scene.focus, PANE_LADDER);
}

static void the_footer_does_what_it_says(void **state)
{
    (void)state;
    show_book();
    click(ZONE_ACTION, ACTION_HELP);
    assert_true(session->scene.help_open);
    click(ZONE_ACTION, ACTION_BACK);
    assert_false(session->scene.help_open);
    unsigned outcome = session->scene.ladder.outcome;
    click(ZONE_ACTION, ACTION_FLIP);
    assert_int_equal(session->scene.ladder.outcome, 1 - outcome);
    /* Of "j/k move" each key has its place. */
    click(ZONE_ACTION, ACTION_UP);
    assert_int_equal(session->scene.ladder.cursor_side, SIDE_ASK);
    click(ZONE_ACTION, ACTION_DOWN);
    assert_int_equal(session->scene.ladder.cursor_side, SIDE_BID);
}

/* Of a pair whose first key the user has put away the second is still there. */
static void a_pair_shows_the_key_that_is_left(void **state)
{
    (void)state;
    char error[200], text[400];
    show_book();
    assert_true(keymap_bind(text_from("unbind ladder j"), error, sizeof error) &&
                keymap_bind(text_from("unbind ladder Down"), error, sizeof error));
    draw(100, 30, -1, text);
    assert_non_null(strstr(text, " k move"));
    click(ZONE_ACTION, ACTION_UP);
    assert_int_equal(session->scene.ladder.cursor_side, SIDE_ASK);
    for (int i = 0; i < canvas.zone_count; i++)
        assert_false(canvas.zones[i].kind == ZONE_ACTION && canvas.zones[i].value == ACTION_DOWN);
}

/* What a click chooses is kept like what a key does. */
static void what_a_click_changes_is_kept(void **state)
{
    (void)state;
    show_book();
    session->to_keep = false;
    click(ZONE_ACTION, ACTION_COARSER);
    assert_true(session->scene.prefs.group > 1);
    assert_true(session->to_keep);
}

/* Every action that is offered is bound: a click on it does what its key does. */
static void expect_zones(const struct scene *scene, const char *name)
{
    for (int i = 0; i < canvas.zone_count; i++) {
        const struct area *area = &canvas.zones[i].area;
        bool inside = area->row >= 0 && area->column >= 0 && area->height > 0 && area->width > 0 &&
                      area->row + area->height <= canvas.height && area->column + area->width <= canvas.width;
        if (!inside) fail_msg("%s at %dx%d: zone %d lies outside", name, canvas.width, canvas.height, i);
        if (canvas.zones[i].kind != ZONE_ACTION) continue;
        enum action action = (enum action)canvas.zones[i].value;
        if (!keymap_reaches(scene_context(scene), scene->replaying, action))
            fail_msg("%s at %dx%d: a click on %s does nothing", name, canvas.width, canvas.height, action_name(action));
    }
}

static void no_zone_lies_outside_or_does_nothing(void **state)
{
    (void)state;
    static const int sizes[][2] = {{12, 40}, {13, 64}, {24, 80}, {40, 120}, {60, 200}, {100, 300}};
    show_book();
    scene_draw(&session->scene, &canvas);
    assert_in_range(canvas.zone_count, 10, ZONES_MOST - 1);
    expect_zones(&session->scene, "session");
    size_t clickable = 0;
    for (size_t i = 0; i < SCENE_ROWS; i++) {
        for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
            struct scene *scene = scene_of(&scene_rows[i]);
            scene_picture(&scene_rows[i], scene, &canvas, sizes[size][0], sizes[size][1]);
            assert_in_range(canvas.zone_count, 0, ZONES_MOST - 1);
            expect_zones(scene, scene_rows[i].name);
            clickable += canvas.zone_count > 0;
            sample_scene_free(scene);
        }
    }
    assert_true(clickable > SCENE_ROWS * 4);
    catalogue_free(&scenes_catalogue);
}

static void noise_changes_nothing_that_was_not_pointed_at(void **state)
{
    (void)state;
    static const int places[] = {-1, 0, 2, 39, 40, 119, 120, 1000000, INT32_MAX};
    assert_false(point(MOUSE_PRESS, 0, 0));
    press("/");
    session_press(session, PRESS_ESCAPE);
    press(":");
    assert_false(point(MOUSE_PRESS, 10, 10));
    assert_false(point(MOUSE_WHEEL_DOWN, 10, 10));
    assert_true(session->scene.prompt_open);
    session_press(session, PRESS_ESCAPE);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        for (size_t j = 0; j < sizeof places / sizeof *places; j++) {
            if (places[i] == 39) continue; /* the footer: q would leave */
            for (int kind = MOUSE_PRESS; kind <= MOUSE_WHEEL_DOWN; kind++)
                point((enum mouse_kind)kind, places[i], places[j]);
        }
    }
    assert_int_equal(session->state, SESSION_RUNS);
}

/* Rows of other lists are theirs, whatever lies behind them. */
static void other_lists_have_rows_too(void **state)
{
    (void)state;
    press("/har");
    session_pump(session);
    click(ZONE_FOUND, 0);
    assert_true(session->scene.prompt_open);
    assert_int_equal(session->scene.search.selected, 0);
    session_press(session, PRESS_ESCAPE);
    press("T");
    size_t selected = session->scene.list.selected;
    click(ZONE_THEME, 2);
    assert_int_equal(session->scene.themes.selected, 2);
    click(ZONE_ROW, 3);
    assert_int_equal(session->scene.list.selected, selected);
    assert_int_equal(session->scene.themes.selected, 2);
    click(ZONE_THEME, 1);
    click(ZONE_THEME, 1);
    assert_false(session->scene.themes.open);
    assert_string_equal(session->scene.prefs.theme, session->scene.themes.list.names[1]);
}

/* A row that is not there any more is not taken. */
static void a_picture_may_be_old(void **state)
{
    (void)state;
    struct mouse last = place_of(ZONE_ROW, (int64_t)session->scene.list.row_count - 1);
    session->scene.list.row_count = 2;
    size_t selected = session->scene.list.selected;
    session_point(session, &canvas, last);
    session_point(session, &canvas, last);
    assert_int_equal(session->scene.list.selected, selected);
    assert_int_equal(fake.selections, 0);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_row_is_selected_and_then_opened, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(the_wheel_moves_what_is_under_it, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(a_level_gets_the_cursor, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(a_pane_gets_the_focus, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(the_footer_does_what_it_says, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(a_pair_shows_the_key_that_is_left, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(what_a_click_changes_is_kept, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(no_zone_lies_outside_or_does_nothing, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(noise_changes_nothing_that_was_not_pointed_at, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(other_lists_have_rows_too, set_up, close_canvas),
        cmocka_unit_test_setup_teardown(a_picture_may_be_old, set_up, close_canvas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
