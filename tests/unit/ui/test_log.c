/* The log: which figures it shows, that it tells trouble without colour, and that it holds still while it grows. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "sample_scene.h"

static struct canvas canvas;

static int set_up(void **state)
{
    struct scene *scene = sample_scene();
    sample_open_log(scene);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    sample_scene_free(*state);
    canvas_free(&canvas);
    return 0;
}

static void draw(struct scene *scene, int width, int height)
{
    assert_true(canvas_resize(&canvas, height, width));
    scene_draw(scene, &canvas);
}

/* The row that has this text, -1: none. */
static int row_of(const char *text)
{
    for (int row = 0; row < canvas.height; row++) {
        char line[1000];
        canvas_row_text(&canvas, row, line, sizeof line);
        if (strstr(line, text) != NULL) return row;
    }
    return -1;
}

static void its_keys_are_its_own(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(scene_context(scene), CONTEXT_LOG);
    assert_int_equal(keymap_action(CONTEXT_LOG, false, 'l'), ACTION_BACK);
    assert_int_equal(keymap_action(CONTEXT_LOG, false, PRESS_ESCAPE), ACTION_BACK);
    assert_int_equal(keymap_action(CONTEXT_LOG, false, 'q'), ACTION_QUIT);
    static const enum context contexts[] = {CONTEXT_LADDER, CONTEXT_TAPE, CONTEXT_PROOF, CONTEXT_LIST};
    for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++) {
        assert_int_equal(keymap_action(contexts[i], false, 'l'), ACTION_LOG);
        assert_int_equal(keymap_action(contexts[i], false, 'R'), ACTION_RETRY);
    }
    assert_int_equal(keymap_action(CONTEXT_LOG, false, 'R'), ACTION_RETRY);
    scene->help_open = true;
    assert_int_equal(scene_context(scene), CONTEXT_HELP);
}

/* Every fact of every connection is there at every width, whatever line it is in. */
static void tells_everything_at_every_width(void **state)
{
    struct scene *scene = *state;
    static const char *const facts[] = {
        "POLY 0", "live",     "59 min",        "31.2 MB",  "down",     "next try in 4 s",
        "KALS 0", "given up", "R tries again", "HTTP 401", "together", "no sign of life for 12 s"};
    for (int width = 60; width < 200; width++) {
        draw(scene, width, 120);
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
            if (row_of(facts[i]) < 0) fail_msg("%d: %s", width, facts[i]);
        }
        assert_true(row_of(width >= 82 ? "48.2k" : "48") > 0);
        assert_true(row_of("R try again") == 119);
    }
    struct connections_view *view = &scene->connections;
    view->count = 1;
    view->left_out = 5;
    draw(scene, 80, 120);
    assert_true(row_of("and 5 more") > 0);
    assert_int_equal(row_of("R try again"), -1);
    view->count = view->entry_count = view->line_count = 0;
    view->written = 0;
    draw(scene, 80, 24);
    assert_true(row_of("none is wanted yet") > 0);
    assert_true(row_of("nothing yet") > 0);
}

/* What was never used takes one line, wherever its columns end. */
static void an_idle_connection_is_one_line(void **state)
{
    struct scene *scene = *state;
    struct connections_view *view = &scene->connections;
    view->count = 2;
    view->connections[0].view = (struct link_view){.state = LINK_STATE_IDLE, .round_trip = -1, .retry_at = TIME_NEVER};
    view->connections[1] = view->connections[0];
    view->connections[1].link = 1;
    view->connections[1].view.messages = 3;
    draw(scene, 60, 40);
    int row = row_of("POLY 0");
    assert_true(row > 0);
    assert_int_equal(row_of("POLY 1"), row + 1);
    assert_int_equal(row_of("3 messages"), row + 2);
}

/* A request is of its venue, and of no connection. */
static void a_request_names_its_venue_alone(void **state)
{
    struct scene *scene = *state;
    scene->connections.entry_count = 1;
    scene->connections.entries[0].kind = JOURNAL_ERROR;
    scene->connections.entries[0].venue = VENUE_KALSHI;
    scene->connections.entries[0].link = JOURNAL_NO_LINK;
    draw(scene, 80, 60);
    assert_true(row_of("KALS     ! error") > 0);
}

/* What went wrong has a mark that nothing else has. */
static void trouble_has_a_mark_of_its_own(void **state)
{
    struct scene *scene = *state;
    static const struct {
        enum journal_kind kind;
        const char *mark;
    } marks[] = {{JOURNAL_CONNECTED, "\xe2\x9c\x93 connected"},
                 {JOURNAL_DISCONNECTED, "\xe2\x9c\x97 disconnected"},
                 {JOURNAL_GIVEN_UP, "\xe2\x9c\x97 given up"},
                 {JOURNAL_ERROR, "! error"},
                 {JOURNAL_FROZEN, "! frozen"},
                 {JOURNAL_DROPPED, "! dropped"},
                 {JOURNAL_STEP, "\xc2\xb7 step"}};
    scene->connections.entry_count = 1;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        scene->connections.entries[0].kind = marks[i].kind;
        draw(scene, 100, 60);
        assert_true(row_of(marks[i].mark) > 0);
    }
    for (int kind = 0; kind <= JOURNAL_KIND_COUNT; kind++) {
        scene->connections.entries[0].kind = (enum journal_kind)kind;
        draw(scene, 60, 60);
        assert_true(row_of("in 6 s") > 0);
    }
}

static void add_entry(struct scene *scene, const char *text)
{
    struct connections_view *view = malloc(sizeof *view);
    assert_non_null(view);
    *view = scene->connections;
    if (view->entry_count == CONNECTIONS_ENTRIES) view->entry_count--;
    memmove(&view->entries[1], &view->entries[0], view->entry_count * sizeof view->entries[0]);
    view->entry_count++;
    view->written++;
    sample_text(view->entries[0].text, sizeof view->entries[0].text, text);
    scene_take_connections(scene, view);
    free(view);
}

/* New entries come in above what is read: it stays in its row. At the start they are seen to come. */
static void what_is_read_keeps_its_place(void **state)
{
    struct scene *scene = *state;
    char text[JOURNAL_TEXT_SIZE];
    draw(scene, 80, 20);
    for (int i = 0; i < 16; i++) assert_true(scene_act(scene, ACTION_DOWN));
    draw(scene, 80, 20);
    int row = row_of("after 2 h");
    assert_true(row > 2);
    for (int i = 0; i < 2 * CONNECTIONS_ENTRIES; i++) {
        snprintf(text, sizeof text, "news %d %.*s", i, i % 100,
                 "and so on and so forth and so on and so forth and so on "
                 "and so forth and so on and so forth and so on");
        add_entry(scene, text);
        draw(scene, 80, 20);
        if (i < CONNECTIONS_ENTRIES / 2) assert_int_equal(row_of("after 2 h"), row);
    }
    assert_true(scene_act(scene, ACTION_END));
    draw(scene, 80, 20);
    row = row_of("1,360");
    assert_true(row > 2);
    for (int i = 0; i < 9; i++) {
        add_entry(scene, i % 2 == 0 ? "x" : text);
        draw(scene, 80, 20);
        assert_int_equal(row_of("1,360"), row);
    }
    assert_true(scene_act(scene, ACTION_HOME));
    draw(scene, 80, 40);
    add_entry(scene, "the newest of all");
    draw(scene, 80, 40);
    assert_true(row_of("the newest of all") > 0);
}

/* It is drawn anew when an age or a countdown changes, never in the past. */
static void its_ages_go_on(void **state)
{
    struct scene *scene = *state;
    draw(scene, 80, 60);
    for (int i = 0; i < 20; i++) {
        assert_true(scene->due > scene->machine);
        assert_true(scene->due <= scene->machine + NANOSECONDS_PER_SECOND);
        sample_advance(scene, scene->due - scene->machine);
        draw(scene, 80, 60);
    }
    assert_true(row_of("next try in 4 s") < 0);
}

/* Before the first figures came there are none of another time. */
static void waits_for_the_first_figures(void **state)
{
    struct scene *scene = *state;
    scene->has_connections = false;
    draw(scene, 80, 24);
    assert_true(row_of("asking for the connections") > 0);
    assert_int_equal(row_of("POLY 0"), -1);
}

static void draws_at_every_size(void **state)
{
    struct scene *scene = *state;
    sample_text(scene->connections.entries[0].text, JOURNAL_TEXT_SIZE, "\033]0;owned\007\x9b \xe6\xb8\xaf\xe5\x8f\xa3");
    for (int width = 1; width < 160; width += 3) {
        for (int height = 1; height < 60; height += 4) {
            scene->log_top = width * height % 90;
            draw(scene, width, height);
            for (int i = 0; i < width * height; i++)
                assert_true(canvas.cells[i].text[0] >= ' ' || canvas.cells[i].width == 0);
        }
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_keys_are_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_everything_at_every_width, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_idle_connection_is_one_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_names_its_venue_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trouble_has_a_mark_of_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_read_keeps_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_ages_go_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(waits_for_the_first_figures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(draws_at_every_size, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
