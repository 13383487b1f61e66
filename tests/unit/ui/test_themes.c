/* Choosing a theme: what the list does to the screen, and what a terminal makes of another theme while it is open. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vterm.h>

#include "booktop/ui/terminal.h"
#include "sample_scene.h"

#define HEIGHT 24
#define WIDTH  80

static struct scene *scene;

/* A user's folder with one theme that can be read and one that cannot. */
static char config[64];

static int set_up(void **state)
{
    (void)state;
    char command[512];
    strcpy(config, "/tmp/booktop-themes-XXXXXX");
    if (mkdtemp(config) == NULL) return -1;
    snprintf(command, sizeof command,
             "mkdir -p %s/booktop/themes && cd %s/booktop/themes && echo 'bid = blue' > mine.theme &&"
             "printf 'bid = blue\\nask = orange\\n' > broken.theme",
             config, config);
    setenv("XDG_CONFIG_HOME", config, 1);
    unsetenv("NO_COLOR");
    scene = sample_scene();
    return system(command);
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", config);
    sample_scene_free(scene);
    return system(command);
}

static bool shows(const char *name)
{
    struct theme theme;
    assert_true(theme_builtin(&theme, name));
    return memcmp(&scene->themes.shown, &theme, sizeof theme) == 0;
}

static void select_theme(const char *name)
{
    struct themes *themes = &scene->themes;
    assert_true(scene_act(scene, ACTION_HOME));
    for (size_t i = 0; i < themes->list.count && strcmp(themes->list.names[themes->selected], name) != 0; i++)
        assert_true(scene_act(scene, ACTION_DOWN));
    assert_string_equal(themes->list.names[themes->selected], name);
}

static void the_selection_is_seen_at_once(void **state)
{
    (void)state;
    struct themes *themes = &scene->themes;
    assert_true(shows("dark"));
    themes_open(themes);
    assert_int_equal(scene_context(scene), CONTEXT_THEMES);
    assert_string_equal(themes->list.names[themes->selected], "dark");
    unsigned before = themes->changes;
    select_theme("nord");
    assert_true(shows("nord"));
    assert_true(themes->changes > before);
    before = themes->changes;
    assert_true(themes_take(themes));
    assert_false(themes->open);
    assert_string_equal(themes->name, "nord");
    assert_true(shows("nord"));
    assert_int_equal(themes->changes, before);
}

static void what_was_before_comes_back(void **state)
{
    (void)state;
    struct themes *themes = &scene->themes;
    char error[THEME_ERROR_SIZE];
    assert_true(themes_choose(themes, "light", error, sizeof error));
    themes_open(themes);
    select_theme("gruvbox");
    assert_true(shows("gruvbox"));
    themes_cancel(themes);
    assert_false(themes->open);
    assert_true(shows("light"));
    assert_string_equal(themes->name, "light");
}

static void the_ends_of_the_list_hold(void **state)
{
    (void)state;
    struct themes *themes = &scene->themes;
    themes_open(themes);
    assert_true(scene_act(scene, ACTION_END));
    assert_int_equal(themes->selected, themes->list.count - 1);
    unsigned before = themes->changes;
    assert_true(scene_act(scene, ACTION_DOWN));
    assert_true(scene_act(scene, ACTION_PAGE_DOWN));
    assert_int_equal(themes->selected, themes->list.count - 1);
    assert_true(scene_act(scene, ACTION_HOME));
    assert_true(scene_act(scene, ACTION_UP));
    assert_true(scene_act(scene, ACTION_PAGE_UP));
    assert_int_equal(themes->selected, 0);
    assert_int_equal(themes->changes, before + 1);
    assert_false(scene_act(scene, ACTION_FLIP));
}

static void a_theme_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct themes *themes = &scene->themes;
    themes_open(themes);
    select_theme("broken");
    assert_true(shows("dark"));
    assert_memory_equal(themes->trouble, "broken.theme, line 2: 'orange' is no colour", 43);
    assert_false(themes_take(themes));
    assert_true(themes->open);
    assert_true(scene_act(scene, ACTION_DOWN));
    assert_string_equal(themes->trouble, "");
    assert_int_equal(themes->shown.styles[ROLE_BID].text.value, 4);
    assert_true(themes_take(themes));
    assert_string_equal(themes->name, "mine");
}

/* As long as the setting may be, and beside it what is read when it should not be. */
static void a_long_path_is_read_once(void **state)
{
    (void)state;
    struct themes *themes = &scene->themes;
    char error[THEME_ERROR_SIZE], path[200], command[512];
    snprintf(path, sizeof path, "%s/%0100d.theme", config, 7);
    snprintf(command, sizeof command, "echo 'bid = blue' > %s", path);
    assert_int_equal(system(command), 0);
    assert_true(themes_follow(themes, path, error, sizeof error));
    assert_string_equal(themes->name, path);
    unsigned changes = themes->changes;
    themes_open(themes);
    assert_string_equal(themes->list.names[themes->selected], path);
    assert_true(scene_act(scene, ACTION_UP));
    assert_true(scene_act(scene, ACTION_DOWN));
    assert_true(themes_take(themes));
    assert_string_equal(themes->name, path);
    assert_int_equal(themes->shown.styles[ROLE_BID].text.value, 4);
    changes = themes->changes;
    /* From here on it is not read again, even where it is just being written anew. */
    assert_int_equal(truncate(path, 3), 0);
    for (int frame = 0; frame < 3; frame++) assert_true(themes_follow(themes, path, error, sizeof error));
    assert_int_equal(themes->changes, changes);
}

/* What shows is called what it is; the setting keeps its own word. */
static void a_theme_that_is_not_there_is_not_the_chosen_one(void **state)
{
    (void)state;
    struct themes *themes = &scene->themes;
    struct theme theme;
    char error[THEME_ERROR_SIZE] = "", part[128];
    assert_false(theme_load(&theme, "nosuch", error, sizeof error));
    themes_begin(themes, &theme, "nosuch");
    assert_string_equal(themes->name, "dark");
    assert_true(themes_follow(themes, "nosuch", error, sizeof error)); /* it was told of */
    themes_open(themes);
    assert_string_equal(themes->list.names[themes->selected], "dark");
    for (size_t i = 0; i < themes->list.count; i++) assert_string_not_equal(themes->list.names[i], "nosuch");
    themes_cancel(themes);
    assert_false(themes_follow(themes, "nor-this", error, sizeof error));
    assert_non_null(strstr(error, "nor-this"));
    assert_true(themes_follow(themes, "nor-this", error, sizeof error));
    /* What could be read of a file is that file's. */
    snprintf(part, sizeof part, "%s/booktop/themes/broken.theme", config);
    assert_false(theme_load(&theme, part, error, sizeof error));
    themes_begin(themes, &theme, part);
    assert_string_equal(themes->name, part);
}

static void a_theme_is_chosen_by_its_name(void **state)
{
    (void)state;
    struct themes *themes = &scene->themes;
    char error[THEME_ERROR_SIZE] = "";
    unsigned before = themes->changes;
    assert_true(themes_choose(themes, "dark", error, sizeof error));
    assert_int_equal(themes->changes, before);
    assert_false(themes_choose(themes, "drak", error, sizeof error));
    assert_non_null(strstr(error, "no theme 'drak'"));
    assert_true(shows("dark"));
    assert_true(themes_choose(themes, "./themes/nord.theme", error, sizeof error));
    assert_true(shows("nord"));
    /* A file elsewhere has a row of its own, and is back when the list was only looked at. */
    themes_open(themes);
    assert_string_equal(themes->list.names[themes->selected], "./themes/nord.theme");
    select_theme("light");
    select_theme("./themes/nord.theme");
    assert_true(shows("nord"));
    select_theme("light");
    themes_cancel(themes);
    assert_true(shows("nord"));
}

static void a_row_is_selected_by_its_place(void **state)
{
    (void)state;
    struct themes *themes = &scene->themes;
    themes_open(themes);
    assert_false(themes_select(themes, themes->list.count));
    assert_true(themes_select(themes, 0));
    assert_true(shows(theme_builtin_name(0)));
}

/* In a terminal */

static struct terminal *terminal;
static struct canvas canvas;
static int output;
static off_t seen;
static VTerm *vterm;

static void open_terminal(const char *type)
{
    char error[200] = "";
    output = memfd_create("terminal", MFD_CLOEXEC);
    int input = memfd_create("keys", MFD_CLOEXEC);
    assert_true(output >= 0 && input >= 0);
    struct terminal_options options = {.type = type,
                                       .input = input,
                                       .output = output,
                                       .theme = &scene->themes.shown,
                                       .height = HEIGHT,
                                       .width = WIDTH};
    terminal = terminal_open(&options, error, sizeof error);
    if (terminal == NULL) fail_msg("%s", error);
    close(input);
    seen = 0;
    assert_true(canvas_resize(&canvas, HEIGHT, WIDTH));
    vterm = vterm_new(HEIGHT, WIDTH);
    vterm_set_utf8(vterm, 1);
    vterm_screen_enable_altscreen(vterm_obtain_screen(vterm), 1);
    vterm_screen_reset(vterm_obtain_screen(vterm), 1);
}

static void close_terminal(void)
{
    terminal_close(terminal);
    terminal = NULL;
    close(output);
    canvas_free(&canvas);
    vterm_free(vterm);
}

/* Draws, and gives vterm what was written; how much that is. */
static size_t show(void)
{
    scene_draw(scene, &canvas);
    terminal_show(terminal, &canvas);
    off_t end = lseek(output, 0, SEEK_END);
    size_t length = (size_t)(end - seen);
    char *bytes = malloc(length + 1);
    assert_non_null(bytes);
    assert_int_equal(pread(output, bytes, length, seen), (ssize_t)length);
    vterm_input_write(vterm, bytes, length);
    free(bytes);
    seen = end;
    return length;
}

static void expect_colour(VTermColor *colour, bool is_default, int number)
{
    if (number < 0) {
        assert_true(is_default);
        return;
    }
    assert_false(is_default);
    assert_true(VTERM_COLOR_IS_INDEXED(colour));
    assert_int_equal(colour->indexed.idx, number);
}

/* Every cell has the colours that the theme gives it. */
static void expect_colours(void)
{
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
        const struct cell *drawn = &canvas.cells[i];
        VTermScreenCell cell;
        if (drawn->width == 0) continue;
        vterm_screen_get_cell(vterm_obtain_screen(vterm), (VTermPos){i / WIDTH, i % WIDTH}, &cell);
        struct paint paint = theme_paint(&scene->themes.shown, drawn->role, drawn->ground, terminal_depth(terminal));
        /* Of a blank only the ground is seen. */
        bool blank = drawn->text[0] == L' ';
        if (!blank) expect_colour(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg), paint.text);
        expect_colour(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg), paint.ground);
    }
}

/* Through all themes, three times over, so that pairs of colours are used anew. */
static void the_terminal_takes_every_theme(void **state)
{
    (void)state;
    static const char *const types[] = {"xterm-256color", "xterm-16color", "xterm"};
    for (size_t type = 0; type < sizeof types / sizeof *types; type++) {
        open_terminal(types[type]);
        show();
        for (size_t i = 0; i < 3 * theme_builtin_count(); i++) {
            char error[THEME_ERROR_SIZE];
            const char *name = theme_builtin_name(i % theme_builtin_count());
            assert_true(themes_choose(&scene->themes, name, error, sizeof error));
            terminal_retheme(terminal, &scene->themes.shown);
            show();
            expect_colours();
        }
        close_terminal();
    }
}

/* One role's colour is changed: what is sent is that, and not the screen. */
static void only_what_looks_different_is_sent(void **state)
{
    (void)state;
    struct theme theme = scene->themes.shown;
    open_terminal("xterm-256color");
    size_t whole = show();
    theme.styles[ROLE_BADGE].ground.value = 0xff0000;
    terminal_retheme(terminal, &theme);
    size_t changed = show();
    assert_true(changed > 0);
    assert_true(changed * 10 < whole);
    assert_int_equal(show(), 0);
    close_terminal();
}

static void without_colours_a_theme_sends_nothing(void **state)
{
    (void)state;
    struct theme light;
    setenv("NO_COLOR", "1", 1);
    open_terminal("xterm-256color");
    show();
    assert_true(theme_builtin(&light, "light"));
    terminal_retheme(terminal, &light);
    assert_int_equal(show(), 0);
    close_terminal();
}

static void copy_rule(bool ascii, int width, bool open, struct cell cells[200])
{
    struct canvas drawn = {.ascii = ascii};
    scene->themes.open = open;
    assert_true(canvas_resize(&drawn, HEIGHT, width));
    scene_draw(scene, &drawn);
    memcpy(cells, &drawn.cells[(HEIGHT - 2) * width], (size_t)width * sizeof *cells);
    canvas_free(&drawn);
}

/* What a size costs, and where the cursor stands, is told in the rule below both. */
static void the_list_covers_no_figures(void **state)
{
    (void)state;
    char error[NOTICE_SIZE];
    struct cell before[200], after[200];
    for (int cost = 0; cost < 2; cost++) {
        if (cost > 0)
            assert_true(scene_ask_cost(scene, TEXT("5000"), error, sizeof error));
        else
            assert_true(scene_act(scene, ACTION_DOWN));
        for (int width = 60; width < 200; width++) {
            unsigned figures = 0;
            copy_rule(width % 2 == 0, width, false, before);
            copy_rule(width % 2 == 0, width, true, after);
            for (int i = 0; i < width; i++) {
                if (before[i].role == ROLE_BORDER) continue;
                assert_memory_equal(&before[i], &after[i], sizeof before[i]);
                figures++;
            }
            assert_true(figures > 20);
        }
    }
    scene->themes.open = false;
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_list_covers_no_figures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_selection_is_seen_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_before_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_ends_of_the_list_hold, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_theme_that_cannot_be_read_says_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_path_is_read_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_theme_that_is_not_there_is_not_the_chosen_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_theme_is_chosen_by_its_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_row_is_selected_by_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_terminal_takes_every_theme, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_what_looks_different_is_sent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_colours_a_theme_sends_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
