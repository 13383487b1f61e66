/* Every scene at every size: what is too small says so, and nothing is ever drawn outside. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scenes.h"

static void says_that_the_window_is_too_small(void **state)
{
    (void)state;
    static const struct {
        int width, height;
        const char *first, *second;
    } cases[] = {
        {40, 11, "needs 40x12, this window is 40x11", ""},
        {33, 30, "needs 40x12, this window is 33x30", ""},
        {32, 30, "needs 40x12", "this is 32x30"},
        {20, 8, "needs 40x12", "this is 20x8"},
        {11, 2, "needs 40x12", ""},
        {10, 8, "40x12", ""},
        {4, 3, "", ""},
    };
    struct scene *scene = sample_scene();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct canvas canvas = {0};
        char text[200];
        int row = cases[i].height / 2;
        assert_true(canvas_resize(&canvas, cases[i].height, cases[i].width));
        scene_draw(scene, &canvas);
        canvas_row_text(&canvas, row, text, sizeof text);
        assert_string_equal(text, cases[i].first);
        text[0] = '\0';
        if (row + 1 < cases[i].height) canvas_row_text(&canvas, row + 1, text, sizeof text);
        assert_string_equal(text, cases[i].second);
        canvas_free(&canvas);
    }
    sample_scene_free(scene);
}

static bool lies_within(const struct area *area, const struct canvas *canvas)
{
    return area->row >= 0 && area->column >= 0 && area->height > 0 && area->width > 0 &&
           area->row + area->height <= canvas->height && area->column + area->width <= canvas->width;
}

static bool begins_with(const struct canvas *canvas, int row, enum glyph glyph)
{
    char text[1200];
    canvas_row_text(canvas, row, text, sizeof text);
    return text_starts_with(text_from(text), text_from(canvas_glyph(canvas, glyph)));
}

/* The terminal's cursor and what can be clicked are inside; no view has written over a rule, or to where the rows of
 * the footer are: between the rules stands the body, as high as it has to be. */
static const char *outside(struct scene *scene, const struct canvas *canvas)
{
    if (canvas->cursor_row < -1 || canvas->cursor_row >= canvas->height) return "the cursor's row";
    if (canvas->cursor_column < -1 || canvas->cursor_column >= canvas->width) return "the cursor's column";
    for (int i = 0; i < canvas->zone_count; i++)
        if (!lies_within(&canvas->zones[i].area, canvas)) return "what can be clicked";
    if (canvas->height < LAYOUT_LEAST_HEIGHT || canvas->width < LAYOUT_LEAST_WIDTH) return NULL;
    int below = footer_height(scene, canvas->width) + (scene_trouble(scene, canvas->width)[0] != '\0') +
                (scene->replaying && canvas->height >= 16);
    int alert = alert_height(scene, canvas->width), room = canvas->height - 4 - below;
    while (alert > 1 && room - alert < 4) alert--; /* it leaves the body some rows */
    below += alert;
    if (!begins_with(canvas, 2, GLYPH_RULE)) return "the upper rule";
    return begins_with(canvas, canvas->height - below - 1, GLYPH_RULE) ? NULL : "the lower rule";
}

/* Every size down to nothing can be drawn, in every scene, with keys pressed in between. */
static void draws_at_every_size(void **state)
{
    (void)state;
    static const enum action actions[] = {ACTION_DOWN, ACTION_PAGE_DOWN, ACTION_UP,
                                          ACTION_END,  ACTION_FAR_END,   ACTION_HOME};
    unsigned step = 0;
    for (size_t i = 0; i < SCENE_ROWS; i++) {
        struct scene *scene = scene_of(&scene_rows[i]);
        struct canvas canvas = {.ascii = i % 2 == 1};
        for (int height = 1; height < 42; height += height == 10 ? 2 : height == 12 ? 1 : 3) {
            for (int width = 1; width < 250; width += width < 130 ? 11 : 37) {
                assert_true(canvas_resize(&canvas, height, width));
                scene_draw(scene, &canvas);
                const char *what = outside(scene, &canvas);
                if (what != NULL)
                    fail_msg("%s of view_%s, %dx%d: %s", scene_rows[i].name, scene_rows[i].view, width, height, what);
                scene_act(scene, actions[step++ % (sizeof actions / sizeof *actions)]);
            }
        }
        canvas_free(&canvas);
        sample_scene_free(scene);
    }
}

static bool same_zones(const struct canvas *a, const struct canvas *b)
{
    if (a->zone_count != b->zone_count) return false;
    for (int i = 0; i < a->zone_count; i++) {
        const struct zone *one = &a->zones[i], *other = &b->zones[i];
        bool same = one->kind == other->kind && one->value == other->value;
        if (!same || memcmp(&one->area, &other->area, sizeof one->area) != 0) return false;
    }
    return true;
}

static bool same_cursor(const struct canvas *a, const struct canvas *b)
{
    return a->cursor_row == b->cursor_row && a->cursor_column == b->cursor_column &&
           a->cursor_visible == b->cursor_visible;
}

/* The picture is made of the scene alone: drawn twice it is the same, to the byte, and so is what a click means. */
static void draws_the_same_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENE_ROWS; i++) {
        struct scene *scene = scene_of(&scene_rows[i]);
        struct canvas first = {0}, second = {0};
        scene_picture(&scene_rows[i], scene, &first, 24, 80);
        assert_true(canvas_resize(&second, 24, 80));
        scene_draw(scene, &second);
        bool same = memcmp(first.cells, second.cells, 24 * 80 * sizeof *first.cells) == 0;
        if (!same || !same_zones(&first, &second) || !same_cursor(&first, &second))
            fail_msg("%s of view_%s: another picture at the second drawing", scene_rows[i].name, scene_rows[i].view);
        canvas_free(&first);
        canvas_free(&second);
        sample_scene_free(scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_that_the_window_is_too_small),
        cmocka_unit_test(draws_at_every_size),
        cmocka_unit_test(draws_the_same_twice),
    };
    return cmocka_run_group_tests(tests, scenes_begin, scenes_end);
}
