/* The help: whole sections, those that count first, and what is searched for. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "booktop/ui/command.h"
#include "keyboard.h"

static int set_up(void **state)
{
    (void)state;
    fake_reset();
    begin_session((struct ui_options){0});
    return 0;
}

static int tear_down(void **state)
{
    keymap_reset();
    return end_session(state);
}

/* The whole help as it stands in a window so wide and as high as it needs, in columns of their own. */
static char *read_help(int width)
{
    struct canvas canvas = {0};
    char *all = calloc(1, 1 << 18);
    assert_non_null(all);
    size_t length = 0;
    all[length++] = '\n';
    assert_true(canvas_resize(&canvas, 400, width));
    scene_draw(&session->scene, &canvas);
    int columns = width / 40, column = width / columns;
    for (int c = 0; c < columns; c++) {
        for (int row = 3; row < 390; row++) {
            for (int x = 0; x < column; x++) {
                const struct cell *cell = &canvas.cells[row * width + c * column + x];
                if (cell->text[0] == 0) continue; /* the right half of a wide character */
                all[length++] = cell->text[0] < 128 ? (char)cell->text[0] : '?';
            }
            all[length++] = '\n';
        }
    }
    canvas_free(&canvas);
    return all;
}

static bool help_has(int width, const char *words)
{
    char *all = read_help(width);
    bool has = strstr(all, words) != NULL;
    free(all);
    return has;
}

/* Of every context each action stands below its heading in the same column, before a blank line. */
static void expect_sections(bool replay)
{
    session->scene.replaying = replay;
    press("?");
    for (int width = 40; width <= 300; width += 20) {
        char *all = read_help(width);
        for (enum context context = 0; context < CONTEXT_COUNT; context++) {
            if (!context_exists(context, replay)) continue;
            char heading[64];
            snprintf(heading, sizeof heading, "\n %s  ", context_name(context));
            const char *from = strstr(all, heading);
            if (from == NULL) fail_msg("no section for %s at %d, replay %d", context_name(context), width, replay);
            const char *end = from + 1;
            while (strspn(end, " ") < strcspn(end, "\n")) end += strcspn(end, "\n") + 1;
            size_t count;
            const struct binding *table = keymap_bindings(&count);
            for (size_t i = 0; i < count; i++) {
                const char *help = action_help(table[i].action);
                if (table[i].context != context) continue;
                /* Typed on, digits are what they were in the replay. */
                if (context == CONTEXT_JUMP && table[i].action == ACTION_JUMP_DIGIT) continue;
                if (memmem(from, (size_t)(end - from), help, strlen(help)) == NULL)
                    fail_msg("%s is not below %s at %d, replay %d", help, context_name(context), width, replay);
            }
        }
        free(all);
    }
}

static void no_section_is_broken(void **state)
{
    (void)state;
    expect_sections(false);
    session->scene.help_open = false;
    expect_sections(true);
}

static void what_counts_comes_first(void **state)
{
    (void)state;
    char text[400];
    press("?");
    draw(120, 40, 3, text);
    assert_memory_equal(text, " market list", 12);
    press("q");
    session->scene.log_open = true;
    press("?");
    draw(120, 40, 3, text);
    assert_memory_equal(text, " log", 4);
}

/* Its own keys, from wherever: the first of what a usual window shows. */
static void in_a_replay_its_keys_come_first(void **state)
{
    (void)state;
    static const int places[] = {80, 40};
    session->scene.replaying = true;
    for (int i = 0; i < 4; i++) {
        char text[400];
        bool jump = false;
        session->scene.log_open = i / 2 != 0;
        press("?");
        draw(places[i % 2], 24, 3, text);
        assert_memory_equal(text, " replay", 7);
        for (int row = 4; row < 20; row++) {
            draw(places[i % 2], 24, row, text);
            jump |= strstr(text, action_help(ACTION_JUMP_DIGIT)) != NULL;
        }
        assert_true(jump);
        press("q");
    }
    press("?");
    assert_true(help_has(120, "100% is the newest"));
}

static void it_can_be_searched(void **state)
{
    (void)state;
    press("?/");
    assert_true(session->scene.prompt_open);
    press("OUTCOME");
    assert_true(help_has(120, "book of the other outcome"));
    assert_false(help_has(120, "back, or quit"));
    assert_true(row_has(-1, "find key: OUTCOME"));
    press("\n");
    assert_false(session->scene.prompt_open);
    assert_true(session->scene.help_open);
    assert_false(help_has(120, "back, or quit"));
    /* By key, and by name. */
    press("/");
    session_press(session, PRESS_CONTROL('U'));
    press("ctrl-l");
    assert_true(help_has(120, "paint the screen anew"));
    session_press(session, PRESS_CONTROL('U'));
    press("full-pane");
    assert_true(help_has(120, "this pane alone"));
    session_press(session, PRESS_CONTROL('U'));
    press("no such key");
    assert_true(help_has(120, "no key, command or word has no such key"));
    /* The line begins empty, whatever was looked for before. */
    press("\n/");
    assert_int_equal(session->scene.prompt.length, 0);
    press("fee");
    assert_true(help_has(120, "rules, fee, all about it"));
    session_press(session, PRESS_CONTROL('U'));
    press("taker");
    assert_true(help_has(120, "?           a trade: its taker bought")); /* a mark that is no ASCII */
    assert_false(help_has(120, "half way from bid to ask"));
    session_press(session, PRESS_ESCAPE);
    assert_true(help_has(120, "back, or quit"));
    press("q?");
    assert_string_equal(session->scene.help_words, "");
}

static void it_tells_the_bindings_of_now(void **state)
{
    (void)state;
    char error[200];
    assert_true(keymap_bind(TEXT("bind book F7 flip"), error, sizeof error));
    press("?");
    assert_true(help_has(120, "f F7"));
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (i != COMMAND_GOTO) assert_true(help_has(120, commands[i].help));
    }
}

static void it_is_read_to_its_end(void **state)
{
    (void)state;
    press("?");
    char text[400];
    draw(40, 12, 3, text);
    session_press(session, PRESS_END);
    draw(40, 12, 3, text);
    int top = session->scene.help_top;
    assert_true(top > 0);
    session_press(session, PRESS_DOWN);
    draw(40, 12, 3, text);
    assert_int_equal(session->scene.help_top, top);
    /* The last word's stands there. */
    bool last = false;
    for (int row = 3; row < 10; row++) {
        draw(40, 12, row, text);
        last |= strstr(text, "times it was verified") != NULL;
    }
    assert_true(last);
}

/* Also where the digits that are typed have a context of their own. */
static void digits_of_a_jump_are_listed_once(void **state)
{
    (void)state;
    session->scene.replaying = true;
    press("?");
    char *all = read_help(40), *first = strstr(all, action_help(ACTION_JUMP_DIGIT));
    assert_non_null(first);
    assert_null(strstr(first + 1, action_help(ACTION_JUMP_DIGIT)));
    free(all);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_section_is_broken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_counts_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_a_replay_its_keys_come_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_can_be_searched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_tells_the_bindings_of_now, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_read_to_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(digits_of_a_jump_are_listed_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
