#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "booktop/ui/keymap.h"
#include "booktop/ui/layout.h"

static const struct layout_rows none;

static void no_key_is_bound_twice(void **state)
{
    (void)state;
    size_t count;
    const struct binding *table = keymap_bindings(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            assert_false(table[i].context == table[j].context && table[i].key == table[j].key);
        }
        /* Nor may a narrower context change what a key means everywhere. */
        for (int replay = 0; replay < 2; replay++) {
            for (enum context wider = table[i].context; wider != context_wider(wider, replay);) {
                wider = context_wider(wider, replay);
                for (size_t j = 0; j < count; j++) {
                    assert_false(table[j].context == wider && table[j].key == table[i].key);
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
        assert_in_range(strlen(action_help(action)), 1, 26);
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
    assert_int_equal(keymap_action(CONTEXT_LIST, false, 'f'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_PROMPT, false, 'q'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_PROMPT, false, PRESS_CONTROL('L')), ACTION_REPAINT);
    assert_int_equal(keymap_action(CONTEXT_HELP, false, '/'), ACTION_NONE);
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
        assert_int_equal(keymap_action(watched[i], false, ' '), ACTION_NONE);
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
            if (context == CONTEXT_ALWAYS || context == CONTEXT_SCREEN || context == CONTEXT_LIVE) continue;
            bool replay = context == CONTEXT_REPLAY || context == CONTEXT_JUMP;
            hint_keys(context, replay, &(struct hint){hint->first, ACTION_NONE}, text);
            assert_true(text[0] != '\0');
        }
    }
}

static void layouts_fill_the_window(void **state)
{
    (void)state;
    for (int height = LAYOUT_LEAST_HEIGHT; height < 80; height++) {
        for (int width = LAYOUT_LEAST_WIDTH; width < 320; width++) {
            struct layout layout = layout_compute(height, width, PANE_LADDER, false, none);
            assert_true(layout.fits);
            assert_int_equal(layout.footer.row, height - 1);
            assert_int_equal(layout.body.row + layout.body.height, layout.lower_rule.row);
            assert_int_equal(layout.panes[PANE_LADDER].height, layout.body.height);
            if (layout.divider < 0) {
                assert_int_equal(layout.panes[PANE_LADDER].width, width);
                assert_int_equal(layout.panes[PANE_TAPE].height, 0);
            } else {
                assert_int_equal(layout.panes[PANE_LADDER].width + 1 + layout.panes[PANE_TAPE].width, width);
                assert_int_equal(layout.panes[PANE_LADDER].width, layout.divider);
            }
        }
    }
}

static void layouts_show_the_focused_pane_where_one_fits(void **state)
{
    (void)state;
    struct layout narrow = layout_compute(24, 60, PANE_TAPE, false, none);
    assert_int_equal(narrow.panes[PANE_TAPE].width, 60);
    assert_int_equal(narrow.panes[PANE_LADDER].height, 0);
    struct layout full = layout_compute(24, 200, PANE_TAPE, true, none);
    assert_int_equal(full.panes[PANE_TAPE].width, 200);
    assert_int_equal(full.divider, -1);
    assert_true(layout_compute(24, 80, PANE_LADDER, false, none).divider > 0);
    assert_false(layout_compute(11, 40, PANE_LADDER, false, none).fits);
    assert_false(layout_compute(12, 39, PANE_LADDER, false, none).fits);
}

static void layouts_make_room_for_rows(void **state)
{
    (void)state;
    const struct layout_rows all = {.alert = true, .trouble = true, .replay = true};
    for (int height = LAYOUT_LEAST_HEIGHT; height < 40; height++) {
        struct layout layout = layout_compute(height, 80, PANE_LADDER, false, all);
        bool low = layout.replay.height == 0;
        assert_int_equal(low, height < 16);
        assert_int_equal(layout.alert.row, layout.lower_rule.row + 1);
        assert_int_equal(layout.trouble.row, layout.alert.row + 1);
        assert_int_equal(layout.footer.row, height - 1);
        assert_int_equal(layout.footer.row, layout.trouble.row + (low ? 1 : 2));
        assert_true(layout.body.height >= 5);
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
        cmocka_unit_test(layouts_fill_the_window),
        cmocka_unit_test(layouts_make_room_for_rows),
        cmocka_unit_test(layouts_show_the_focused_pane_where_one_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
