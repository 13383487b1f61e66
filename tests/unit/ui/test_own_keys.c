/* Keys that the user has bound, as they are pressed: a key bound in a wide context acts where its action means
 * something, and nowhere else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "listed_session.h"

static int set_up(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    show_book();
    return 0;
}

static int reset(void **state)
{
    keymap_reset();
    return tear_down(state);
}

static void bind(const char *line)
{
    char error[200];
    if (!keymap_bind(text_from(line), error, sizeof error)) fail_msg("%s: %s", line, error);
}

static void unwatch_takes_nothing_off_unseen(void **state)
{
    (void)state;
    bind("bind live x unwatch");
    press("w");
    assert_int_equal(session->scene.watch.count, 1);
    press("x");
    assert_int_equal(session->scene.watch.count, 1);
    press("Wx");
    assert_int_equal(session->scene.watch.count, 0);
}

static void no_theme_is_taken_without_the_list(void **state)
{
    (void)state;
    bind("bind terminal x take-theme");
    press("x");
    assert_string_equal(session->scene.prefs.theme, "dark");
    press("Tjx");
    assert_false(session->scene.themes.open);
    assert_string_not_equal(session->scene.prefs.theme, "dark");
    /* In a line it is the character. */
    press("/xx");
    assert_string_equal(session->scene.prompt.text, "xx");
}

static void nothing_is_accepted_without_a_line(void **state)
{
    (void)state;
    bind("bind terminal Ctrl-O accept");
    uint32_t lookups = fake.lookups;
    session_press(session, PRESS_CONTROL('O'));
    assert_int_equal(fake.lookups, lookups);
    press(":set group 5");
    session_press(session, PRESS_CONTROL('O'));
    assert_false(session->scene.prompt_open);
    assert_int_equal(session->scene.prefs.group, 5);
    session_press(session, PRESS_CONTROL('O'));
    assert_int_equal(session->scene.prefs.group, 5);
}

/* What the user is told to press is what is bound. */
static void notices_name_the_keys_of_now(void **state)
{
    (void)state;
    bind("bind live x watch");
    bind("unbind live w");
    bind("bind live F9 watch-list");
    bind("unbind live W");
    press("9");
    assert_non_null(strstr(session->scene.notice, ": x puts the open one"));
    press("x");
    assert_non_null(strstr(session->scene.notice, "1 shows it, F9 the list"));
    bind("bind watch F8 into-group");
    bind("unbind watch g");
    session_press(session, PRESS_F1 + 8);
    press(" ");
    assert_non_null(strstr(session->scene.notice, "F8 puts it into one"));
    press("qT");
    bind("bind themes F7 back");
    bind("unbind themes q");
    bind("unbind themes Esc");
    bind("unbind themes T");
    snprintf(session->scene.themes.trouble, sizeof session->scene.themes.trouble, "mine.theme, line 3: no");
    press("\n");
    assert_non_null(strstr(session->scene.notice, "F7 goes back"));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unwatch_takes_nothing_off_unseen, set_up, reset),
        cmocka_unit_test_setup_teardown(no_theme_is_taken_without_the_list, set_up, reset),
        cmocka_unit_test_setup_teardown(nothing_is_accepted_without_a_line, set_up, reset),
        cmocka_unit_test_setup_teardown(notices_name_the_keys_of_now, set_up, reset),
    };
    return cmocka_run_group_tests_name("ui/own_keys", tests, NULL, NULL);
}
