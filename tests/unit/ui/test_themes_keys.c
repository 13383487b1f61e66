/* The keys that choose a theme, on every screen. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "keyboard.h"

static int begin(void **state)
{
    (void)state;
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    fake_reset();
    begin_session((struct ui_options){0});
    return 0;
}

static const char *selected(void)
{
    return session->scene.themes.list.names[session->scene.themes.selected];
}

static void enter_takes_what_is_selected(void **state)
{
    (void)state;
    struct scene *scene = &session->scene;
    char name[THEME_NAME_SIZE];
    assert_string_equal(scene->prefs.theme, "dark");
    press("T");
    assert_true(scene->themes.open);
    assert_string_equal(selected(), "dark");
    press("jj");
    assert_string_equal(scene->prefs.theme, "dark");
    snprintf(name, sizeof name, "%s", selected());
    press("\n");
    assert_false(scene->themes.open);
    assert_string_equal(scene->prefs.theme, name);
    assert_string_not_equal(scene->prefs.theme, "dark");
    assert_true(session->to_keep);
}

static void q_escape_and_t_go_back(void **state)
{
    (void)state;
    static const int keys[] = {'q', PRESS_ESCAPE, 'T'};
    struct scene *scene = &session->scene;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct theme before = scene->themes.shown;
        press("Tjj");
        assert_memory_not_equal(&scene->themes.shown, &before, sizeof before);
        session_press(session, keys[i]);
        assert_false(scene->themes.open);
        assert_memory_equal(&scene->themes.shown, &before, sizeof before);
        assert_string_equal(scene->prefs.theme, "dark");
        assert_int_equal(session->state, SESSION_RUNS);
    }
    press("TQ");
    assert_int_equal(session->state, SESSION_LEFT);
}

static void the_list_opens_on_every_screen_but_the_help(void **state)
{
    (void)state;
    struct scene *scene = &session->scene;
    scene->log_open = true;
    press("Tq");
    assert_true(scene->log_open);
    scene->log_open = false;
    scene->screen = SCREEN_BOOK;
    press("T");
    assert_true(scene->themes.open && row_has(3, "Themes"));
    press("q");
    assert_int_equal(scene->screen, SCREEN_BOOK);
    press("?T");
    assert_false(scene->themes.open);
    assert_true(scene->help_open);
}

static void a_replay_has_the_list_too(void **state)
{
    (void)state;
    struct scene *scene = &session->scene;
    sample_replay(scene);
    press("Tj\n");
    assert_string_not_equal(scene->prefs.theme, "dark");
    assert_string_equal(scene->notice, "");
}

static void what_cannot_be_shown_is_not_taken(void **state)
{
    (void)state;
    struct scene *scene = &session->scene;
    press("Tj");
    snprintf(scene->themes.trouble, sizeof scene->themes.trouble, "mine.theme, line 3: no");
    press("\n");
    assert_true(scene->themes.open);
    assert_string_equal(scene->prefs.theme, "dark");
    assert_true(row_has(-1, "cannot be shown"));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(enter_takes_what_is_selected, begin, end_session),
        cmocka_unit_test_setup_teardown(q_escape_and_t_go_back, begin, end_session),
        cmocka_unit_test_setup_teardown(the_list_opens_on_every_screen_but_the_help, begin, end_session),
        cmocka_unit_test_setup_teardown(a_replay_has_the_list_too, begin, end_session),
        cmocka_unit_test_setup_teardown(what_cannot_be_shown_is_not_taken, begin, end_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
