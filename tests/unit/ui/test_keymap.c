#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "booktop/ui/keymap.h"

static void no_key_is_bound_twice(void **state)
{
    (void)state;
    size_t count;
    const struct binding *table = keymap_bindings(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            assert_false(table[i].context == table[j].context && table[i].key == table[j].key);
        }
        /* Nor may a narrower context change what a key means everywhere, but for closing what the same key opens. Two
         * contexts are not seen in a replay: their keys may be its own. */
        bool live = table[i].context == CONTEXT_LIVE_LIST || table[i].context == CONTEXT_WATCH;
        if (table[i].action == ACTION_BACK) continue;
        for (int replay = 0; replay < (live ? 1 : 2); replay++) {
            for (enum context wider = table[i].context; wider != context_wider(wider, replay);) {
                wider = context_wider(wider, replay);
                for (size_t j = 0; j < count; j++) {
                    bool same = table[j].context == wider && table[j].key == table[i].key;
                    assert_false(same && table[j].action != table[i].action);
                }
            }
        }
    }
}

static void every_action_is_bound_and_explained(void **state)
{
    (void)state;
    size_t count;
    const struct binding *table = keymap_bindings(&count);
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        size_t bound = 0;
        for (size_t i = 0; i < count; i++) bound += table[i].action == action;
        assert_true(bound > 0);
        assert_true(strlen(action_hint(action)) > 0);
        assert_in_range(strlen(action_help(action)), 1, 25);
    }
}

static void bindings_of_a_context_stand_together(void **state)
{
    (void)state;
    size_t count;
    const struct binding *table = keymap_bindings(&count);
    bool seen[CONTEXT_COUNT] = {false};
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && table[i].context == table[i - 1].context) continue;
        assert_false(seen[table[i].context]);
        seen[table[i].context] = true;
    }
    for (int context = 0; context < CONTEXT_COUNT; context++) assert_true(seen[context]);
}

static void keys_are_found_from_the_inside_out(void **state)
{
    (void)state;
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, 'j'), ACTION_DOWN);
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, 'f'), ACTION_FLIP);
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, 'q'), ACTION_QUIT);
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, PRESS_CONTROL('L')), ACTION_REPAINT);
    assert_int_equal(keymap_action(CONTEXT_LIST, false, 'c'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_PROMPT, false, 'q'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_PROMPT, false, PRESS_CONTROL('L')), ACTION_REPAINT);
    assert_int_equal(keymap_action(CONTEXT_HELP, false, '/'), ACTION_FIND_KEY);
    assert_int_equal(keymap_action(CONTEXT_HELP, false, 'r'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_LADDER, false, PRESS_UNKNOWN), ACTION_NONE);
}

static void a_replay_has_keys_of_its_own(void **state)
{
    (void)state;
    static const enum context watched[] = {CONTEXT_BOOK, CONTEXT_LADDER, CONTEXT_TAPE,
                                           CONTEXT_LIST, CONTEXT_PROOF,  CONTEXT_LOG};
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++) {
        assert_int_equal(keymap_action(watched[i], true, ' '), ACTION_PAUSE);
        assert_int_equal(keymap_action(watched[i], true, '5'), ACTION_JUMP_DIGIT);
        assert_int_equal(keymap_action(watched[i], true, '?'), ACTION_HELP);
        assert_int_equal(keymap_action(watched[i], true, 'r'), ACTION_NONE);
        assert_int_equal(keymap_action(watched[i], false, ' '), watched[i] == CONTEXT_TAPE   ? ACTION_PAUSE
                                                                : watched[i] == CONTEXT_LIST ? ACTION_FOLD_OR_UNFOLD
                                                                                             : ACTION_NONE);
        assert_int_equal(keymap_action(watched[i], false, '5'), ACTION_WATCHED);
        assert_int_equal(keymap_action(watched[i], false, 'r'), ACTION_RECORD);
        assert_int_equal(keymap_action(watched[i], false, 'm'), ACTION_MARK);
    }
    assert_int_equal(keymap_action(CONTEXT_JUMP, true, PRESS_ENTER), ACTION_JUMP);
    assert_int_equal(keymap_action(CONTEXT_LIST, true, PRESS_ENTER), ACTION_OPEN);
    assert_int_equal(keymap_action(CONTEXT_PROMPT, true, ' '), ACTION_NONE);
    assert_true(context_exists(CONTEXT_LIVE, false) && !context_exists(CONTEXT_LIVE, true));
    assert_true(context_exists(CONTEXT_REPLAY, true) && !context_exists(CONTEXT_REPLAY, false));
}

static void keys_have_names(void **state)
{
    (void)state;
    char text[KEYS_SIZE];
    keymap_keys(CONTEXT_LIVE, ACTION_WATCHED, false, text);
    assert_string_equal(text, "1-9");
    keymap_keys(CONTEXT_LADDER, ACTION_DOWN, false, text);
    assert_string_equal(text, "j Down");
    keymap_keys(CONTEXT_LADDER, ACTION_DOWN, true, text);
    assert_string_equal(text, "j");
    keymap_keys(CONTEXT_ALWAYS, ACTION_REPAINT, false, text);
    assert_string_equal(text, "Ctrl-L");
    keymap_keys(CONTEXT_LADDER, ACTION_FLIP, false, text);
    assert_string_equal(text, "");
    hint_keys(CONTEXT_TAPE, false, &(struct hint){ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET}, text);
    assert_string_equal(text, "n/p");
    hint_keys(CONTEXT_LADDER, true, &(struct hint){ACTION_BACKWARD, ACTION_FORWARD}, text);
    assert_string_equal(text, "Left/Right");
    hint_keys(CONTEXT_LADDER, true, &(struct hint){ACTION_PAUSE, ACTION_NONE}, text);
    assert_string_equal(text, "Space");
    hint_keys(CONTEXT_LADDER, true, &(struct hint){ACTION_RECORD, ACTION_MARK}, text);
    assert_string_equal(text, "");
}

/* A hint that names no key would be a lie. */
static void every_hint_works_in_its_context(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        for (const struct hint *hint = keymap_hints(context); hint->first != ACTION_NONE; hint++) {
            char text[KEYS_SIZE];
            if (context == CONTEXT_ALWAYS || context == CONTEXT_SCREEN || context == CONTEXT_LIVE ||
                context == CONTEXT_LIVE_LIST)
                continue; /* never the innermost */
            bool replay = context == CONTEXT_REPLAY || context == CONTEXT_JUMP;
            hint_keys(context, replay, &(struct hint){hint->first, ACTION_NONE}, text);
            assert_true(text[0] != '\0');
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_is_bound_twice),
        cmocka_unit_test(every_action_is_bound_and_explained),
        cmocka_unit_test(bindings_of_a_context_stand_together),
        cmocka_unit_test(keys_are_found_from_the_inside_out),
        cmocka_unit_test(a_replay_has_keys_of_its_own),
        cmocka_unit_test(keys_have_names),
        cmocka_unit_test(every_hint_works_in_its_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
