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

static bool parse(struct theme *theme, const char *source, char error[128])
{
    return theme_parse(theme, text_from(source), error, 128);
}

static void lines_are_read(void **state)
{
    (void)state;
    struct theme theme = {0};
    char error[128];
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

static void bad_lines_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *source, *error;
    } rows[] = {
        {"bid #ffffff", "line 1: no '='"},
        {"\n\nbids = red", "line 3: no such role"},
        {"bid = #fffff", "line 1: not a colour (#rrggbb, default, or a name) and not an attribute"},
        {"bid = reddish", "line 1: not a colour (#rrggbb, default, or a name) and not an attribute"},
        {"bid = red on", "line 1: no colour after 'on'"},
        {"bid = red on bold", "line 1: no colour after 'on'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct theme theme = {0}, untouched = {0};
        char error[128];
        assert_false(parse(&theme, rows[i].source, error));
        assert_string_equal(error, rows[i].error);
        assert_memory_equal(&theme, &untouched, sizeof theme);
    }
}

static void files_and_built_in_themes_are_the_same(void **state)
{
    (void)state;
    static const char *const names[] = {"dark", "light", "mono"};
    for (size_t i = 0; i < 3; i++) {
        char path[64], error[256], source[8192];
        struct theme built_in, read = {0};
        snprintf(path, sizeof path, "themes/%s.theme", names[i]);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        size_t length = fread(source, 1, sizeof source, file);
        fclose(file);
        assert_true(theme_parse(&read, (struct text){source, length}, error, sizeof error));
        assert_true(theme_builtin(&built_in, names[i]));
        assert_memory_equal(&read, &built_in, sizeof read);
        /* Every role has its line. */
        for (enum role role = 0; role < ROLE_COUNT; role++) {
            char line[64];
            snprintf(line, sizeof line, "\n%s ", role_name(role));
            assert_true(text_contains_folded((struct text){source, length}, text_from(line)));
        }
    }
}

static void themes_are_found(void **state)
{
    (void)state;
    struct theme theme, dark;
    char error[256];
    assert_true(theme_builtin(&dark, "dark"));
    assert_true(theme_load(&theme, NULL, error, sizeof error));
    assert_memory_equal(&theme, &dark, sizeof theme);
    assert_true(theme_load(&theme, "light", error, sizeof error));
    assert_true(theme_load(&theme, "./themes/mono.theme", error, sizeof error));
    assert_false(theme_load(&theme, "./themes/none.theme", error, sizeof error));
    assert_string_equal(error, "./themes/none.theme: No such file or directory");
    assert_false(theme_load(&theme, "./themes", error, sizeof error));
}

static void a_users_theme_changes_what_it_names(void **state)
{
    (void)state;
    char folder[] = "/tmp/booktop-theme-XXXXXX", path[256], error[512];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "mkdir -p %s/booktop/themes && echo 'bid = blue' > %s/booktop/themes/mine.theme",
             folder, folder);
    assert_int_equal(system(path), 0);
    setenv("XDG_CONFIG_HOME", folder, 1);
    struct theme theme, dark;
    assert_true(theme_builtin(&dark, "dark"));
    assert_true(theme_load(&theme, "mine", error, sizeof error));
    assert_int_equal(theme.styles[ROLE_BID].text.value, 4);
    assert_memory_equal(&theme.styles[ROLE_ASK], &dark.styles[ROLE_ASK], sizeof(struct style));
    assert_false(theme_load(&theme, "other", error, sizeof error));
    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
    unsetenv("XDG_CONFIG_HOME");
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
static void every_depth_is_usable(void **state)
{
    (void)state;
    static const char *const names[] = {"dark", "light"};
    static const int most[] = {
        [DEPTH_NONE] = -1, [DEPTH_8] = 7, [DEPTH_16] = 15, [DEPTH_256] = 255, [DEPTH_DIRECT] = 0xffffff};
    for (size_t i = 0; i < 2; i++) {
        struct theme theme;
        assert_true(theme_builtin(&theme, names[i]));
        for (enum colour_depth depth = DEPTH_NONE; depth <= DEPTH_DIRECT; depth++) {
            for (enum role role = 0; role < ROLE_COUNT; role++) {
                for (int under = 0; under < 2; under++) {
                    struct paint paint = theme_paint(&theme, role, under ? ROLE_CURSOR : ROLE_TEXT, depth);
                    assert_true(paint.text >= -1 && paint.text <= most[depth]);
                    assert_true(paint.ground >= -1 && paint.ground <= most[depth]);
                    assert_true(paint.text == -1 || paint.text != paint.ground);
                }
            }
            if (depth == DEPTH_NONE) continue;
            struct paint bid = theme_paint(&theme, ROLE_BID, ROLE_TEXT, depth);
            struct paint ask = theme_paint(&theme, ROLE_ASK, ROLE_TEXT, depth);
            assert_int_not_equal(bid.text, ask.text);
            struct paint cursor = theme_paint(&theme, ROLE_TEXT, ROLE_CURSOR, depth);
            assert_true(cursor.ground >= 0 || (cursor.attributes & STYLE_REVERSE) != 0);
        }
    }
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
        cmocka_unit_test(bad_lines_are_named),
        cmocka_unit_test(files_and_built_in_themes_are_the_same),
        cmocka_unit_test(themes_are_found),
        cmocka_unit_test(a_users_theme_changes_what_it_names),
        cmocka_unit_test(colours_find_the_nearest_of_256),
        cmocka_unit_test(soft_colours_keep_their_hue_in_16),
        cmocka_unit_test(every_depth_is_usable),
        cmocka_unit_test(without_colours_attributes_tell_things_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
