/* Bindings of the user's own: what they change, and what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "booktop/ui/keymap.h"

static char error[400];

static bool take(const char *line)
{
    error[0] = '\0';
    return keymap_bind(text_from(line), error, sizeof error);
}

static int tear_down(void **state)
{
    (void)state;
    keymap_reset();
    return 0;
}

static void a_key_gets_another_meaning(void **state)
{
    (void)state;
    char keys[KEYS_SIZE];
    assert_true(take("bind ladder x flip"));
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, 'x'), ACTION_FLIP);
    assert_int_equal(keymap_action(CONTEXT_TAPE, false, 'x'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, 'f'), ACTION_FLIP);
    keymap_keys(CONTEXT_LADDER, ACTION_FLIP, false, keys);
    assert_string_equal(keys, "x");
    assert_true(take("  bind\tladder  j   up  "));
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, 'j'), ACTION_UP);
    keymap_keys(CONTEXT_LADDER, ACTION_DOWN, false, keys);
    assert_string_equal(keys, "Down");
    keymap_keys(CONTEXT_LADDER, ACTION_UP, false, keys);
    assert_string_equal(keys, "k Up j");
}

static void hints_name_the_keys_of_now(void **state)
{
    (void)state;
    char keys[KEYS_SIZE];
    const struct hint move = {ACTION_DOWN, ACTION_UP};
    assert_true(take("unbind ladder j"));
    hint_keys(CONTEXT_LADDER, false, &move, keys);
    assert_string_equal(keys, "Down/k");
    assert_true(take("unbind ladder k") && take("unbind ladder Up"));
    hint_keys(CONTEXT_LADDER, false, &move, keys);
    assert_string_equal(keys, "Down");
    keymap_key(CONTEXT_LADDER, false, ACTION_UP, keys);
    assert_string_equal(keys, ":up");
    keymap_reset();
    assert_true(take("unbind ladder j") && take("unbind ladder Down"));
    hint_keys(CONTEXT_LADDER, false, &move, keys);
    assert_string_equal(keys, "k");
    keymap_reset();
    hint_keys(CONTEXT_LADDER, false, &move, keys);
    assert_string_equal(keys, "j/k");
}

/* An inner context goes before an outer one, whatever that says. */
static void a_key_of_an_outer_context_can_be_had(void **state)
{
    (void)state;
    assert_true(take("bind ladder q up"));
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, 'q'), ACTION_UP);
    assert_int_equal(keymap_action(CONTEXT_TAPE, false, 'q'), ACTION_QUIT);
    assert_true(take("bind everywhere F5 log"));
    assert_int_equal(keymap_action(CONTEXT_LIST, false, PRESS_F1 + 4), ACTION_LOG);
    assert_true(take("bind live ctrl-r record"));
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, PRESS_CONTROL('R')), ACTION_RECORD);
    assert_int_equal(keymap_action(CONTEXT_LADDER, true, PRESS_CONTROL('R')), ACTION_NONE);
    assert_true(take("bind book \xc3\xa9 flip"));
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, 0xe9), ACTION_FLIP);
}

/* A refused line changes nothing and says what is expected. */
static void what_cannot_be_meant_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"", "bind CONTEXT KEY ACTION"},
        {"map ladder x flip", "bind CONTEXT KEY ACTION"},
        {"bind", "no context"},
        {"bind leiter x flip", "ladder"},
        {"bind ladder", "no key"},
        {"bind ladder xx flip", "Ctrl-A"},
        {"bind ladder F13 flip", "F1 to F12"},
        {"bind ladder Ctrl-M flip", "but C H I J M Q S"},
        {"bind ladder Ctrl-Z flip", "the terminal's own"},
        {"unbind terminal ctrl-z", "the terminal's own"},
        {"bind ladder unknown flip", "no key"},
        {"bind ladder mouse flip", "no key"},
        {"bind ladder \xff flip", "no key"},
        {"bind ladder x", "no action"},
        {"bind ladder x fly", "next-market"},
        {"bind ladder x NEXT_MARKET", "next-market"},
        {"bind ladder x flip now", "more than expected"},
        {"bind ladder x open", "expected \"list\""},
        {"bind live x watched", "from 0 to 9"},
        {"unbind ladder", "no key"},
        {"unbind nowhere x", "ladder"},
        {"unbind ladder x", "x is not bound in \"ladder\""},
        {"unbind ladder j k", "more than expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (take(cases[i].line)) fail_msg("\"%s\" is taken", cases[i].line);
        if (strstr(error, cases[i].says) == NULL) fail_msg("\"%s\" says: %s", cases[i].line, error);
    }
    size_t count, defaults;
    const struct binding *table = keymap_bindings(&count);
    const struct binding *before = keymap_defaults(&defaults);
    assert_int_equal(count, defaults);
    assert_memory_equal(table, before, count * sizeof *table);
}

static void reasons_are_cut_to_fit(void **state)
{
    (void)state;
    char small[12];
    assert_false(keymap_bind(TEXT("bind leiter x flip"), small, sizeof small));
    assert_true(strlen(small) < sizeof small);
    assert_false(keymap_bind((struct text){"bind \0x y", 9}, small, sizeof small));
}

static void there_is_an_end_to_it(void **state)
{
    (void)state;
    char line[64];
    bool full = false;
    for (int letter = 0; letter < 2000 && !full; letter++) {
        /* Letters of Hangul, three bytes each. */
        int code = 0xac00 + letter;
        snprintf(line, sizeof line, "bind ladder %c%c%c flip", 0xe0 | code >> 12, 0x80 | (code >> 6 & 63),
                 0x80 | (code & 63));
        full = !take(line);
    }
    assert_true(full);
    assert_non_null(strstr(error, "too many"));
    assert_true(take("bind ladder j up"));
}

static void names_are_read_as_they_are_written(void **state)
{
    (void)state;
    size_t count;
    const struct binding *table = keymap_defaults(&count);
    for (size_t i = 0; i < count; i++) {
        char name[16];
        press_name(table[i].key, name, sizeof name);
        assert_int_equal(press_find(text_from(name)), table[i].key);
    }
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        assert_int_equal(action_find(text_from(action_name(action))), action);
        assert_int_equal(strspn(action_name(action), "abcdefghijklmnopqrstuvwxyz-"), strlen(action_name(action)));
    }
    assert_string_equal(action_name(ACTION_NEXT_MARKET), "next-market");
    assert_int_equal(action_find(TEXT("")), ACTION_NONE);
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        enum context found;
        assert_true(context_find(text_from(context_id(context)), &found));
        assert_int_equal(found, context);
        assert_null(strchr(context_id(context), ' '));
    }
}

/* Every line that takes an action from its own place to its own key is taken: nothing is refused that works. */
static void every_default_can_be_written(void **state)
{
    (void)state;
    size_t count;
    const struct binding *table = keymap_defaults(&count);
    for (size_t i = 0; i < count; i++) {
        char line[128], key[16];
        press_name(table[i].key, key, sizeof key);
        snprintf(line, sizeof line, "bind %s %s %s", context_id(table[i].context), key, action_name(table[i].action));
        if (!take(line)) fail_msg("%s: %s", line, error);
        assert_int_equal(keymap_action(table[i].context, false, table[i].key), table[i].action);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_key_gets_another_meaning, tear_down),
        cmocka_unit_test_teardown(hints_name_the_keys_of_now, tear_down),
        cmocka_unit_test_teardown(a_key_of_an_outer_context_can_be_had, tear_down),
        cmocka_unit_test_teardown(what_cannot_be_meant_is_refused, tear_down),
        cmocka_unit_test_teardown(reasons_are_cut_to_fit, tear_down),
        cmocka_unit_test_teardown(there_is_an_end_to_it, tear_down),
        cmocka_unit_test_teardown(names_are_read_as_they_are_written, tear_down),
        cmocka_unit_test_teardown(every_default_can_be_written, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
