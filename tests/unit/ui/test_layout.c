#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/ui/layout.h"

static const struct layout_rows none;

/* What is shown is side by side and fills the body, one column between two. */
static void assert_filled(const struct layout *layout, int width)
{
    int column = 0, shown = 0;
    for (int i = 0; i < PANE_COUNT; i++) {
        const struct area *pane = &layout->panes[i];
        if (pane->height == 0) continue;
        if (shown > 0) assert_int_equal(layout->dividers[shown - 1], column++);
        assert_int_equal(pane->column, column);
        assert_int_equal(pane->row, layout->body.row);
        assert_int_equal(pane->height, layout->body.height);
        assert_true(pane->width >= 28);
        column += pane->width;
        shown++;
    }
    assert_int_equal(column, width);
    assert_int_equal(layout->divider_count, shown - 1);
}

static void panes_fill_the_window(void **state)
{
    (void)state;
    for (int height = LAYOUT_LEAST_HEIGHT; height < 60; height += 3) {
        for (int width = LAYOUT_LEAST_WIDTH; width < 320; width++) {
            for (unsigned choice = 0; choice < 8 * PANE_COUNT; choice++) {
                struct layout_panes panes = {(enum pane)(choice / 8), choice & 1, choice & 2, choice & 4, 0};
                struct layout layout = layout_compute(height, width, panes, none);
                assert_true(layout.fits);
                assert_int_equal(layout.footer.row, height - 1);
                assert_int_equal(layout.body.row + layout.body.height, layout.lower_rule.row);
                assert_int_equal(layout.panes[panes.focus].height, layout.body.height);
                assert_filled(&layout, width);
            }
        }
    }
}

static void the_focused_pane_takes_the_others_place(void **state)
{
    (void)state;
    const struct {
        int width;
        struct layout_panes panes;
        bool ladder, tape, chart;
    } cases[] = {
        {60, {PANE_LADDER, false, true, true, 0}, true, false, false},
        {60, {PANE_TAPE, false, true, true, 0}, false, true, false},
        {60, {PANE_CHART, false, false, false, 0}, false, false, true},
        {80, {PANE_LADDER, false, true, true, 0}, true, true, false},
        {80, {PANE_CHART, false, true, true, 0}, true, false, true},
        {80, {PANE_TAPE, false, false, true, 0}, true, true, false},
        {80, {PANE_LADDER, false, false, true, 0}, true, false, true},
        {80, {PANE_LADDER, false, false, false, 0}, true, false, false},
        {139, {PANE_LADDER, false, true, true, 0}, true, true, false},
        {140, {PANE_LADDER, false, true, true, 0}, true, true, true},
        {140, {PANE_CHART, true, true, true, 0}, false, false, true},
        {200, {PANE_LADDER, true, true, true, 0}, true, false, false},
        {200, {PANE_TAPE, false, false, false, 0}, true, true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct layout layout = layout_compute(24, cases[i].width, cases[i].panes, none);
        assert_int_equal(layout.panes[PANE_LADDER].height > 0, cases[i].ladder);
        assert_int_equal(layout.panes[PANE_TAPE].height > 0, cases[i].tape);
        assert_int_equal(layout.panes[PANE_CHART].height > 0, cases[i].chart);
        assert_filled(&layout, cases[i].width);
    }
}

static void what_is_beside_does_not_hang_on_the_focus(void **state)
{
    (void)state;
    for (int focus = 0; focus < PANE_COUNT; focus++) {
        struct layout_panes panes = {.focus = (enum pane)focus, .tape = true, .chart = true};
        assert_false(layout_compute(24, 70, panes, none).beside[PANE_TAPE]);
        assert_true(layout_compute(24, 80, panes, none).beside[PANE_TAPE]);
        assert_false(layout_compute(24, 80, panes, none).beside[PANE_CHART]);
        assert_true(layout_compute(24, 140, panes, none).beside[PANE_CHART]);
        panes.tape = false;
        assert_true(layout_compute(24, 80, panes, none).beside[PANE_CHART]);
        assert_false(layout_compute(24, 80, panes, none).beside[PANE_TAPE]);
    }
}

static void small_windows_are_refused(void **state)
{
    (void)state;
    assert_false(layout_compute(11, 40, (struct layout_panes){0}, none).fits);
    assert_false(layout_compute(12, 39, (struct layout_panes){0}, none).fits);
    assert_true(layout_compute(12, 40, (struct layout_panes){0}, none).fits);
}

static void there_is_room_for_the_rows(void **state)
{
    (void)state;
    const struct layout_rows all = {.alert = 1, .trouble = true, .replay = true};
    for (int height = LAYOUT_LEAST_HEIGHT; height < 40; height++) {
        struct layout layout = layout_compute(height, 80, (struct layout_panes){.tape = true}, all);
        bool low = layout.replay.height == 0;
        assert_int_equal(low, height < 16);
        assert_int_equal(layout.alert.row, layout.lower_rule.row + 1);
        assert_int_equal(layout.trouble.row, layout.alert.row + 1);
        assert_int_equal(layout.footer.row, height - 1);
        assert_int_equal(layout.footer.row, layout.trouble.row + (low ? 1 : 2));
        assert_true(layout.body.height >= 5);
    }
}

/* It has the rows it wants, but for those that the body needs. */
static void an_alert_leaves_the_body_some_rows(void **state)
{
    (void)state;
    const struct layout_rows rows = {.alert = 3, .footer = 2};
    struct layout layout = layout_compute(12, 40, (struct layout_panes){0}, rows);
    assert_int_equal(layout.alert.height, 2);
    assert_int_equal(layout.body.height, 4);
    assert_int_equal(layout.footer.row, layout.alert.row + 2);
    layout = layout_compute(24, 40, (struct layout_panes){0}, rows);
    assert_int_equal(layout.alert.height, 3);
    assert_int_equal(layout.footer.row, layout.alert.row + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(panes_fill_the_window),
        cmocka_unit_test(the_focused_pane_takes_the_others_place),
        cmocka_unit_test(what_is_beside_does_not_hang_on_the_focus),
        cmocka_unit_test(small_windows_are_refused),
        cmocka_unit_test(there_is_room_for_the_rows),
        cmocka_unit_test(an_alert_leaves_the_body_some_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
