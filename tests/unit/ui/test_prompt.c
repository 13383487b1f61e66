#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "booktop/ui/prompt.h"

static struct prompt prompt;

static int set_up(void **state)
{
    (void)state;
    prompt_clear(&prompt);
    return 0;
}

static void type(const wchar_t *text)
{
    for (; *text != L'\0'; text++) assert_true(prompt_insert(&prompt, (int)*text));
}

static void characters_are_whole(void **state)
{
    (void)state;
    type(L"a\u00e9\u6e2f\U0001F600");
    assert_string_equal(prompt.text, "a\u00e9\u6e2f\U0001F600");
    assert_true(prompt_act(&prompt, ACTION_ERASE));
    assert_true(prompt_act(&prompt, ACTION_CURSOR_LEFT));
    assert_true(prompt_act(&prompt, ACTION_CURSOR_LEFT));
    assert_true(prompt_act(&prompt, ACTION_ERASE_NEXT));
    assert_string_equal(prompt.text, "a\u6e2f");
    type(L"x");
    assert_string_equal(prompt.text, "ax\u6e2f");
    assert_true(prompt_act(&prompt, ACTION_LINE_END));
    assert_int_equal(prompt.cursor, 5);
    assert_true(prompt_act(&prompt, ACTION_CURSOR_RIGHT));
    assert_int_equal(prompt.cursor, 5);
    assert_true(prompt_act(&prompt, ACTION_LINE_START));
    assert_true(prompt_act(&prompt, ACTION_ERASE));
    assert_true(prompt_act(&prompt, ACTION_CURSOR_LEFT));
    assert_string_equal(prompt.text, "ax\u6e2f");
}

static void words_and_lines_are_erased(void **state)
{
    (void)state;
    type(L"harbour bridge  ");
    assert_true(prompt_act(&prompt, ACTION_ERASE_WORD));
    assert_string_equal(prompt.text, "harbour ");
    type(L"x y");
    assert_true(prompt_act(&prompt, ACTION_CURSOR_LEFT));
    assert_true(prompt_act(&prompt, ACTION_ERASE_LINE));
    assert_string_equal(prompt.text, "y");
    assert_int_equal(prompt.cursor, 0);
    assert_false(prompt_act(&prompt, ACTION_FLIP));
}

static void what_is_no_character_is_refused(void **state)
{
    (void)state;
    static const int none[] = {0, 7, 27, 0x7f, 0x9b, 0xd800, 0x110000, PRESS_UP, -1};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) assert_false(prompt_insert(&prompt, none[i]));
    assert_int_equal(prompt.length, 0);
    size_t count = 0;
    while (prompt_insert(&prompt, 0x6e2f)) count++;
    assert_int_equal(count, (PROMPT_SIZE - 1) / 3);
    assert_int_equal(prompt.text[prompt.length], 0);
}

static void the_cursor_stays_in_view(void **state)
{
    (void)state;
    struct canvas canvas = {0};
    char text[200];
    assert_true(canvas_resize(&canvas, 1, 12));
    type(L"abcdefghijklmnopqrstuvwxyz");
    prompt_draw(&prompt, &canvas, 0, 2, 10);
    canvas_row_text(&canvas, 0, text, sizeof text);
    assert_string_equal(text, "  rstuvwxyz");
    assert_int_equal(canvas.cursor_column, 11);
    assert_true(canvas.cursor_visible);
    assert_true(prompt_act(&prompt, ACTION_LINE_START));
    canvas_clear(&canvas);
    prompt_draw(&prompt, &canvas, 0, 2, 10);
    canvas_row_text(&canvas, 0, text, sizeof text);
    assert_string_equal(text, "  abcdefghi\u2026");
    assert_int_equal(canvas.cursor_column, 2);
    canvas_free(&canvas);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(characters_are_whole, set_up),
        cmocka_unit_test_setup(words_and_lines_are_erased, set_up),
        cmocka_unit_test_setup(what_is_no_character_is_refused, set_up),
        cmocka_unit_test_setup(the_cursor_stays_in_view, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
