#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/ui/theme.h"

static bool parse(struct theme *theme, const char *source, char error[THEME_ERROR_SIZE])
{
    return theme_parse(theme, text_from(source), error, THEME_ERROR_SIZE);
}

static void lines_are_read(void **state)
{
    (void)state;
    struct theme theme = {0};
    char error[THEME_ERROR_SIZE];
    assert_true(
        parse(&theme,
              "# a theme\n\n  bid = #00Ff7f   # green\r\nask=bright-red bold\nbadge = #000000 on blue bold reverse\n"
              "cursor = on #303030\nmid = default underline dim",
              error));
    assert_int_equal(theme.styles[ROLE_BID].text.kind, COLOUR_RGB);
    assert_int_equal(theme.styles[ROLE_BID].text.value, 0x00ff7f);
    assert_int_equal(theme.styles[ROLE_ASK].text.kind, COLOUR_ANSI);
    assert_int_equal(theme.styles[ROLE_ASK].text.value, 9);
    assert_int_equal(theme.styles[ROLE_ASK].attributes, STYLE_BOLD);
    assert_int_equal(theme.styles[ROLE_BADGE].ground.value, 4);
    assert_int_equal(theme.styles[ROLE_BADGE].attributes, STYLE_BOLD | STYLE_REVERSE);
    assert_int_equal(theme.styles[ROLE_CURSOR].ground.value, 0x303030);
    assert_int_equal(theme.styles[ROLE_CURSOR].text.kind, COLOUR_DEFAULT);
    assert_int_equal(theme.styles[ROLE_MID].attributes, STYLE_DIM | STYLE_UNDERLINE);
}

#define COLOURS    "#rrggbb, default or one of 16 names, red to bright-white"
#define ATTRIBUTES " and none of bold, dim, underline, reverse"

static void bad_lines_are_named_with_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *source, *error;
    } rows[] = {
        {"bid #ffffff", "line 1: expected 'role = colour', there is no '='"},
        {"\n\nbids = red", "line 3: 'bids' is no role: text, muted, strong, border, heading, badge, demo, bid, ask, "
                           "best-bid, best-ask, bid-bar, ask-bar, mid, good, warning, bad, key, cursor"},
        {"bid = #fffff", "line 1: '#fffff' is no colour (" COLOURS ")" ATTRIBUTES},
        {"# a comment\r\nbid = bold reddish", "line 2: 'reddish' is no colour (" COLOURS ")" ATTRIBUTES},
        {"bid = red on", "line 1: expected a colour after 'on' (" COLOURS "), not ''"},
        {"bid = red on bold", "line 1: expected a colour after 'on' (" COLOURS "), not 'bold'"},
        {"bid = \033[31mx", "line 1: '?[31mx' is no colour (" COLOURS ")" ATTRIBUTES},
        {"bid = #12345678901234567890", "line 1: '#1234567' is no colour (" COLOURS ")" ATTRIBUTES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct theme theme = {0}, untouched = {0};
        char error[THEME_ERROR_SIZE];
        assert_false(parse(&theme, rows[i].source, error));
        assert_string_equal(error, rows[i].error);
        assert_memory_equal(&theme, &untouched, sizeof theme);
    }
}

static void what_was_read_before_a_bad_line_is_in_force(void **state)
{
    (void)state;
    struct theme theme = {0};
    char error[THEME_ERROR_SIZE];
    assert_false(parse(&theme, "bid = #010203\nask = what\nmid = #040506\n", error));
    assert_int_equal(theme.styles[ROLE_BID].text.value, 0x010203);
    assert_int_equal(theme.styles[ROLE_MID].text.kind, COLOUR_DEFAULT);
}

static size_t read_theme_file(const char *name, char *source, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "themes/%s.theme", name);
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("%s", path);
    size_t length = fread(source, 1, size, file);
    fclose(file);
    return length;
}

static void files_and_built_in_themes_are_the_same(void **state)
{
    (void)state;
    assert_true(theme_builtin_count() >= 10);
    for (size_t i = 0; i < theme_builtin_count(); i++) {
        char error[THEME_ERROR_SIZE], source[8192];
        struct theme built_in, read = {0};
        const char *name = theme_builtin_name(i);
        struct text text = {source, read_theme_file(name, source, sizeof source)};
        assert_true(theme_parse(&read, text, error, sizeof error));
        assert_true(theme_builtin(&built_in, name));
        assert_memory_equal(&read, &built_in, sizeof read);
        if (i > 0) assert_true(strcmp(theme_builtin_name(i - 1), name) < 0);
        /* Every role has its line, and the theme its words. */
        for (enum role role = 0; role < ROLE_COUNT; role++) {
            char line[64];
            snprintf(line, sizeof line, "\n%s ", role_name(role));
            if (!text_contains_folded(text, text_from(line))) fail_msg("%s has no %s", name, role_name(role));
        }
        assert_in_range(theme_note(name).length, 10, 100);
    }
    assert_int_equal(theme_note("no such theme").length, 0);
}

static void the_readme_names_every_theme(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen("README.md", "r");
    assert_non_null(file);
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    for (size_t i = 0; i < theme_builtin_count(); i++) {
        char name[THEME_NAME_SIZE + 2];
        snprintf(name, sizeof name, "`%s`", theme_builtin_name(i));
        if (strstr(text, name) == NULL) fail_msg("README.md does not name the theme %s", name);
    }
    free(text);
}

static void themes_are_found(void **state)
{
    (void)state;
    struct theme theme, dark;
    char error[THEME_ERROR_SIZE];
    assert_true(theme_builtin(&dark, "dark"));
    assert_true(theme_load(&theme, NULL, error, sizeof error));
    assert_memory_equal(&theme, &dark, sizeof theme);
    assert_true(theme_load(&theme, "light", error, sizeof error));
    assert_true(theme_load(&theme, "./themes/mono.theme", error, sizeof error));
    assert_false(theme_load(&theme, "./themes/none.theme", error, sizeof error));
    assert_string_equal(error, "./themes/none.theme: No such file or directory");
    assert_false(theme_load(&theme, "./themes", error, sizeof error));
}

/* A user's folder of themes, with one, two lines of it. */
static char config[64];

static int make_folder(void **state)
{
    (void)state;
    char command[512];
    strcpy(config, "/tmp/booktop-theme-XXXXXX");
    if (mkdtemp(config) == NULL) return -1;
    snprintf(command, sizeof command,
             "mkdir -p %s/booktop/themes && cd %s/booktop/themes && echo 'bid = blue' > mine.theme &&"
             "printf 'bid = blue\\nask = orange\\n' > broken.theme && touch readme .theme .hidden.theme dark.theme &&"
             "touch $(printf %%070d 1).theme",
             config, config);
    setenv("XDG_CONFIG_HOME", config, 1);
    return system(command);
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", config);
    unsetenv("XDG_CONFIG_HOME");
    return system(command);
}

static void a_users_theme_changes_what_it_names(void **state)
{
    (void)state;
    char error[THEME_ERROR_SIZE], expected[256];
    struct theme theme, dark;
    assert_true(theme_builtin(&dark, "dark"));
    assert_true(theme_load(&theme, "mine", error, sizeof error));
    assert_int_equal(theme.styles[ROLE_BID].text.value, 4);
    assert_memory_equal(&theme.styles[ROLE_ASK], &dark.styles[ROLE_ASK], sizeof(struct style));
    assert_false(theme_load(&theme, "broken", error, sizeof error));
    snprintf(expected, sizeof expected, "%s/booktop/themes/broken.theme, line 2: 'orange' is no colour (", config);
    assert_memory_equal(error, expected, strlen(expected));
    assert_false(theme_load(&theme, "other", error, sizeof error));
    snprintf(expected, sizeof expected,
             "no theme 'other': there is no file %s/booktop/themes/other.theme, and built in are ansi,", config);
    assert_memory_equal(error, expected, strlen(expected));
}

static void the_list_has_the_users_themes_behind_ours(void **state)
{
    (void)state;
    static struct theme_list list;
    theme_list_read(&list);
    assert_int_equal(list.builtin, theme_builtin_count());
    assert_int_equal(list.count, list.builtin + 3);
    assert_int_equal(strlen(list.names[list.builtin]), 70);
    assert_string_equal(list.names[list.builtin + 1], "broken");
    assert_string_equal(list.names[list.builtin + 2], "mine");
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    theme_list_read(&list);
    assert_int_equal(list.count, theme_builtin_count());
    setenv("XDG_CONFIG_HOME", config, 1);
}

static void colours_find_the_nearest_of_256(void **state)
{
    (void)state;
    assert_int_equal(colour_to_256(0x000000), 16);
    assert_int_equal(colour_to_256(0xffffff), 231);
    assert_int_equal(colour_to_256(0xff0000), 196);
    assert_int_equal(colour_to_256(0x87af87), 108);
    assert_int_equal(colour_to_256(0x303030), 236);
    assert_int_equal(colour_to_256(0x8a8a8a), 245);
    assert_int_equal(colour_to_256(0x88b087), 108);
}

static void soft_colours_keep_their_hue_in_16(void **state)
{
    (void)state;
    assert_int_equal(colour_to_16(0x87af87), 2);
    assert_int_equal(colour_to_16(0xd78787), 9);
    assert_int_equal(colour_to_16(0xd7af5f), 11);
    assert_int_equal(colour_to_16(0x5f87af) & 7, 6);
    assert_int_equal(colour_to_16(0x101010), 0);
    assert_int_equal(colour_to_16(0x4e4e4e), 8);
    assert_int_equal(colour_to_16(0xd0d0d0), 7);
    assert_int_equal(colour_to_16(0xeeeeee), 15);
}

/* Whatever the terminal has: numbers in its range, text never on its own colour, bids unlike asks, a cursor to be seen.
 */
static void expect_usable(const struct theme *theme, const char *name, enum colour_depth depth)
{
    static const int most[] = {
        [DEPTH_NONE] = -1, [DEPTH_8] = 7, [DEPTH_16] = 15, [DEPTH_256] = 255, [DEPTH_DIRECT] = 0xffffff};
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        for (int under = 0; under < 2; under++) {
            struct paint paint = theme_paint(theme, role, under ? ROLE_CURSOR : ROLE_TEXT, depth);
            assert_true(paint.text >= -1 && paint.text <= most[depth]);
            assert_true(paint.ground >= -1 && paint.ground <= most[depth]);
            assert_true(paint.text == -1 || paint.text != paint.ground);
        }
    }
    struct paint bid = theme_paint(theme, ROLE_BID, ROLE_TEXT, depth);
    struct paint ask = theme_paint(theme, ROLE_ASK, ROLE_TEXT, depth);
    struct paint cursor = theme_paint(theme, ROLE_TEXT, ROLE_CURSOR, depth);
    struct paint plain = theme_paint(theme, ROLE_TEXT, ROLE_TEXT, depth);
    bool colours = depth != DEPTH_NONE && strcmp(name, "mono") != 0;
    if (colours && bid.text == ask.text) fail_msg("%s at depth %d: bids look like asks", name, (int)depth);
    bool seen = cursor.ground != plain.ground || (cursor.attributes & STYLE_REVERSE) != 0;
    if (colours && !seen) fail_msg("%s at depth %d: the cursor is not seen", name, (int)depth);
}

static void every_depth_is_usable(void **state)
{
    (void)state;
    for (size_t i = 0; i < theme_builtin_count(); i++) {
        struct theme theme;
        assert_true(theme_builtin(&theme, theme_builtin_name(i)));
        for (enum colour_depth depth = DEPTH_NONE; depth <= DEPTH_DIRECT; depth++) {
            expect_usable(&theme, theme_builtin_name(i), depth);
        }
    }
}

/* A theme that paints the screen: every cell has its ground, and text of the terminal's own colour has the theme's. */
static void the_ground_of_text_is_that_of_the_screen(void **state)
{
    (void)state;
    struct theme theme = {0};
    char error[THEME_ERROR_SIZE];
    assert_true(parse(&theme, "text = #eee8d5 on #002b36\nbid = default bold\nbadge = #000000 on #ffffff", error));
    struct paint bid = theme_paint(&theme, ROLE_BID, ROLE_TEXT, DEPTH_DIRECT);
    assert_int_equal(bid.ground, 0x002b36);
    assert_int_equal(bid.text, 0xeee8d5);
    assert_int_equal(theme_paint(&theme, ROLE_BADGE, ROLE_TEXT, DEPTH_DIRECT).ground, 0xffffff);
    /* A cursor without a ground of its own leaves the row on that of the screen. */
    assert_int_equal(theme_paint(&theme, ROLE_BID, ROLE_CURSOR, DEPTH_DIRECT).ground, 0x002b36);
    /* With few colours: white on black, and not on the cyan that is the nearest. */
    assert_int_equal(theme_paint(&theme, ROLE_TEXT, ROLE_TEXT, DEPTH_16).ground, 0);
    assert_int_equal(theme_paint(&theme, ROLE_TEXT, ROLE_TEXT, DEPTH_16).text, 15);
    assert_int_equal(theme_paint(&theme, ROLE_TEXT, ROLE_TEXT, DEPTH_8).ground, 0);
    assert_int_equal(theme_paint(&theme, ROLE_TEXT, ROLE_TEXT, DEPTH_8).text, 7);
}

static void a_light_screen_is_white_with_few_colours(void **state)
{
    (void)state;
    struct theme theme;
    assert_true(theme_builtin(&theme, "solarized-light"));
    struct paint text = theme_paint(&theme, ROLE_TEXT, ROLE_TEXT, DEPTH_16);
    struct paint muted = theme_paint(&theme, ROLE_MUTED, ROLE_TEXT, DEPTH_16);
    assert_int_equal(text.ground, 15);
    assert_int_equal(text.text, 0);
    assert_int_equal(muted.text, 8);
    text = theme_paint(&theme, ROLE_TEXT, ROLE_TEXT, DEPTH_8);
    assert_int_equal(text.ground, 7);
    assert_int_equal(text.text, 0);
    assert_true(theme_paint(&theme, ROLE_TEXT, ROLE_CURSOR, DEPTH_8).attributes & STYLE_REVERSE);
}

static void the_sixteen_are_the_terminals_own(void **state)
{
    (void)state;
    struct theme ansi;
    assert_true(theme_builtin(&ansi, "ansi"));
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        assert_int_not_equal(ansi.styles[role].text.kind, COLOUR_RGB);
        assert_int_not_equal(ansi.styles[role].ground.kind, COLOUR_RGB);
    }
    assert_int_equal(theme_paint(&ansi, ROLE_BID, ROLE_TEXT, DEPTH_16).text, 2);
    /* Bright black is not black where there is no bright. */
    struct paint border = theme_paint(&ansi, ROLE_BORDER, ROLE_TEXT, DEPTH_8);
    assert_int_equal(border.text, -1);
    assert_true(border.attributes & STYLE_DIM);
}

/* Terminals of direct colour know the palette by 0 to 7 only. */
static void direct_colour_has_no_bright_numbers(void **state)
{
    (void)state;
    struct theme theme = {0};
    char error[THEME_ERROR_SIZE];
    assert_true(parse(&theme, "bid = bright-red\nask = red\nmid = #000003\ngood = #000000", error));
    assert_int_equal(theme_paint(&theme, ROLE_BID, ROLE_TEXT, DEPTH_DIRECT).text, 0xff0000);
    assert_int_equal(theme_paint(&theme, ROLE_ASK, ROLE_TEXT, DEPTH_DIRECT).text, 1);
    assert_int_equal(theme_paint(&theme, ROLE_MID, ROLE_TEXT, DEPTH_DIRECT).text, 8);
    assert_int_equal(theme_paint(&theme, ROLE_GOOD, ROLE_TEXT, DEPTH_DIRECT).text, 0);
}

static void without_colours_attributes_tell_things_apart(void **state)
{
    (void)state;
    struct theme mono;
    assert_true(theme_builtin(&mono, "mono"));
    assert_true(theme_paint(&mono, ROLE_TEXT, ROLE_CURSOR, DEPTH_NONE).attributes & STYLE_REVERSE);
    assert_true(theme_paint(&mono, ROLE_BEST_BID, ROLE_TEXT, DEPTH_NONE).attributes & STYLE_BOLD);
    assert_int_equal(theme_paint(&mono, ROLE_TEXT, ROLE_TEXT, DEPTH_NONE).attributes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read),
        cmocka_unit_test(bad_lines_are_named_with_what_was_expected),
        cmocka_unit_test(what_was_read_before_a_bad_line_is_in_force),
        cmocka_unit_test(files_and_built_in_themes_are_the_same),
        cmocka_unit_test(the_readme_names_every_theme),
        cmocka_unit_test(themes_are_found),
        cmocka_unit_test_setup_teardown(a_users_theme_changes_what_it_names, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_list_has_the_users_themes_behind_ours, make_folder, remove_folder),
        cmocka_unit_test(colours_find_the_nearest_of_256),
        cmocka_unit_test(soft_colours_keep_their_hue_in_16),
        cmocka_unit_test(every_depth_is_usable),
        cmocka_unit_test(the_ground_of_text_is_that_of_the_screen),
        cmocka_unit_test(a_light_screen_is_white_with_few_colours),
        cmocka_unit_test(the_sixteen_are_the_terminals_own),
        cmocka_unit_test(direct_colour_has_no_bright_numbers),
        cmocka_unit_test(without_colours_attributes_tell_things_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
