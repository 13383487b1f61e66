#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "booktop/ui/keymap.h"
#include "booktop/ui/layout.h"

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
        for (enum context wider = table[i].context; wider != context_wider(wider);) {
            wider = context_wider(wider);
            for (size_t j = 0; j < count; j++) {
                assert_false(table[j].context == wider && table[j].key == table[i].key);
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
    assert_int_equal(keymap_action(CONTEXT_LADDER, 'j'), ACTION_DOWN);
    assert_int_equal(keymap_action(CONTEXT_LADDER, 'f'), ACTION_FLIP);
    assert_int_equal(keymap_action(CONTEXT_LADDER, 'q'), ACTION_QUIT);
    assert_int_equal(keymap_action(CONTEXT_LADDER, PRESS_CONTROL('L')), ACTION_REPAINT);
    assert_int_equal(keymap_action(CONTEXT_LIST, 'f'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_PROMPT, 'q'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_PROMPT, PRESS_CONTROL('L')), ACTION_REPAINT);
    assert_int_equal(keymap_action(CONTEXT_HELP, '/'), ACTION_NONE);
    assert_int_equal(keymap_action(CONTEXT_LADDER, PRESS_UNKNOWN), ACTION_NONE);
}

static void keys_have_names(void **state)
{
    (void)state;
    char text[KEYS_SIZE];
    keymap_keys(CONTEXT_SCREEN, ACTION_WATCHED, false, text);
    assert_string_equal(text, "1-9");
    keymap_keys(CONTEXT_LADDER, ACTION_DOWN, false, text);
    assert_string_equal(text, "j Down");
    keymap_keys(CONTEXT_LADDER, ACTION_DOWN, true, text);
    assert_string_equal(text, "j");
    keymap_keys(CONTEXT_ALWAYS, ACTION_REPAINT, false, text);
    assert_string_equal(text, "Ctrl-L");
    keymap_keys(CONTEXT_LADDER, ACTION_FLIP, false, text);
    assert_string_equal(text, "");
    hint_keys(CONTEXT_TAPE, &(struct hint){ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET}, text);
    assert_string_equal(text, "n/p");
}

/* A hint that names no key would be a lie. */
static void every_hint_works_in_its_context(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        for (const struct hint *hint = keymap_hints(context); hint->first != ACTION_NONE; hint++) {
            char text[KEYS_SIZE];
            if (context == CONTEXT_ALWAYS || context == CONTEXT_SCREEN) continue;
            hint_keys(context, &(struct hint){hint->first, ACTION_NONE}, text);
            assert_true(text[0] != '\0');
        }
    }
}

static void layouts_fill_the_window(void **state)
{
    (void)state;
    for (int height = LAYOUT_LEAST_HEIGHT; height < 80; height++) {
        for (int width = LAYOUT_LEAST_WIDTH; width < 320; width++) {
            struct layout layout = layout_compute(height, width, PANE_LADDER, false, false);
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
    struct layout narrow = layout_compute(24, 60, PANE_TAPE, false, false);
    assert_int_equal(narrow.panes[PANE_TAPE].width, 60);
    assert_int_equal(narrow.panes[PANE_LADDER].height, 0);
    struct layout full = layout_compute(24, 200, PANE_TAPE, true, false);
    assert_int_equal(full.panes[PANE_TAPE].width, 200);
    assert_int_equal(full.divider, -1);
    assert_true(layout_compute(24, 80, PANE_LADDER, false, false).divider > 0);
    assert_false(layout_compute(11, 40, PANE_LADDER, false, false).fits);
    assert_false(layout_compute(12, 39, PANE_LADDER, false, false).fits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_is_bound_twice),
        cmocka_unit_test(every_action_is_bound_and_explained),
        cmocka_unit_test(bindings_of_a_context_stand_together),
        cmocka_unit_test(keys_are_found_from_the_inside_out),
        cmocka_unit_test(keys_have_names),
        cmocka_unit_test(every_hint_works_in_its_context),
        cmocka_unit_test(layouts_fill_the_window),
        cmocka_unit_test(layouts_show_the_focused_pane_where_one_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
