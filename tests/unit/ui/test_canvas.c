#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "booktop/ui/canvas.h"

static struct canvas canvas;

static int set_up(void **state)
{
    (void)state;
    canvas = (struct canvas){0};
    return canvas_resize(&canvas, 3, 20) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    canvas_free(&canvas);
    return 0;
}

static void expect_row(int row, const char *text)
{
    char drawn[256];
    canvas_row_text(&canvas, row, drawn, sizeof drawn);
    assert_string_equal(drawn, text);
}

static void text_is_clipped_by_its_width_and_the_area(void **state)
{
    (void)state;
    assert_int_equal(canvas_text(&canvas, 0, 2, 4, ROLE_TEXT, "abcdef"), 4);
    expect_row(0, "  abcd");
    canvas_enter(&canvas, (struct area){1, 15, 1, 10});
    assert_int_equal(canvas.area.width, 5);
    canvas_text(&canvas, 0, 3, 9, ROLE_TEXT, "xyz");
    canvas_text(&canvas, 1, 0, 9, ROLE_TEXT, "below");
    canvas_text(&canvas, 0, -1, 9, ROLE_TEXT, "uv");
    expect_row(1, "               v  xy");
    expect_row(2, "");
    canvas_enter(&canvas, (struct area){9, 0, 1, 1});
    canvas_text(&canvas, 0, 0, 9, ROLE_TEXT, "nowhere");
    expect_row(2, "");
}

static void text_can_end_at_a_column(void **state)
{
    (void)state;
    canvas_right(&canvas, 0, 1, 8, ROLE_TEXT, "42\u00a2");
    expect_row(0, "      42\u00a2");
    canvas_right(&canvas, 1, 1, 3, ROLE_TEXT, "12345");
    expect_row(1, " 123");
}

static void wide_characters_take_two_cells_or_none(void **state)
{
    (void)state;
    assert_int_equal(canvas_text(&canvas, 0, 0, 5, ROLE_TEXT, "\u6e2f\u53e3\u5927"), 4);
    expect_row(0, "\u6e2f\u53e3");
    assert_int_equal(canvas.cells[1].width, 0);
    canvas_text(&canvas, 1, 19, 5, ROLE_TEXT, "\u6e2f");
    expect_row(1, "");
}

static void half_of_a_wide_character_never_stays(void **state)
{
    (void)state;
    canvas_text(&canvas, 0, 0, 6, ROLE_TEXT, "\u6e2f\u53e3\u5927");
    canvas_text(&canvas, 0, 1, 1, ROLE_TEXT, "x");
    expect_row(0, " x\u53e3\u5927");
    canvas_text(&canvas, 0, 4, 1, ROLE_TEXT, "y");
    expect_row(0, " x\u53e3y");
    canvas_text(&canvas, 0, 1, 2, ROLE_TEXT, "\u6e2f");
    expect_row(0, " \u6e2f y");
}

static void marks_join_their_base_up_to_four(void **state)
{
    (void)state;
    assert_int_equal(canvas_text(&canvas, 0, 0, 9, ROLE_TEXT, "e\u0301\u0302\u0303\u0304\u0305z"), 2);
    expect_row(0, "e\u0301\u0302\u0303\u0304z");
    canvas_text(&canvas, 1, 0, 9, ROLE_TEXT, "\u6e2f\u0301x");
    expect_row(1, "\u6e2f\u0301x");
}

static void foreign_text_is_sanitized_and_shortened(void **state)
{
    (void)state;
    assert_int_equal(canvas_foreign(&canvas, 0, 0, 20, ROLE_TEXT, TEXT("a\033[31mb\007\u202ec")), 10);
    expect_row(0, "a\ufffd[31mb\ufffd\ufffdc");
    assert_int_equal(canvas_foreign(&canvas, 1, 0, 5, ROLE_TEXT, TEXT("bridge")), 5);
    expect_row(1, "brid\u2026");
    /* A wide character that would be cut leaves a column free before the ellipsis. */
    assert_int_equal(canvas_foreign(&canvas, 2, 0, 4, ROLE_TEXT, TEXT("\u6e2f\u53e3\u5927")), 3);
    expect_row(2, "\u6e2f\u2026");
    assert_int_equal(canvas_foreign(&canvas, 2, 0, 0, ROLE_TEXT, TEXT("x")), 0);
}

static void ascii_stands_in(void **state)
{
    (void)state;
    canvas.ascii = true;
    canvas_foreign(&canvas, 0, 0, 5, ROLE_TEXT, TEXT("caf\u00e9s and"));
    expect_row(0, "caf?~");
    canvas_rule(&canvas, 1, 0, 3, ROLE_BORDER);
    expect_row(1, "---");
    canvas_bar(&canvas, 2, 0, 8, ROLE_BID_BAR, 17);
    expect_row(2, "===");
    for (enum glyph glyph = 0; glyph < GLYPH_COUNT; glyph++) {
        const char *text = canvas_glyph(&canvas, glyph);
        assert_int_equal(strlen(text), 1);
        assert_in_range(text[0], ' ', '~');
    }
}

static void bars_grow_by_eighths(void **state)
{
    (void)state;
    static const struct {
        int eighths;
        const char *text;
    } bars[] = {{0, ""},
                {1, "\u258f"},
                {7, "\u2589"},
                {8, "\u2588"},
                {19, "\u2588\u2588\u258d"},
                {99, "\u2588\u2588\u2588\u2588"}};
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        canvas_clear(&canvas);
        canvas_bar(&canvas, 0, 0, 4, ROLE_BID_BAR, bars[i].eighths);
        expect_row(0, bars[i].text);
    }
}

static void grounds_lie_under_what_is_drawn(void **state)
{
    (void)state;
    canvas_text(&canvas, 0, 2, 9, ROLE_BID, "42");
    canvas_ground(&canvas, 0, 1, 3, ROLE_CURSOR);
    assert_int_equal(canvas.cells[0].ground, ROLE_TEXT);
    assert_int_equal(canvas.cells[2].ground, ROLE_CURSOR);
    assert_int_equal(canvas.cells[2].role, ROLE_BID);
    assert_int_equal(canvas.cells[4].ground, ROLE_TEXT);
}

static void equal_pictures_are_equal_bytes(void **state)
{
    (void)state;
    struct canvas other = {0};
    assert_true(canvas_resize(&other, 3, 20));
    canvas_text(&canvas, 0, 0, 9, ROLE_BID, "\u6e2fab");
    canvas_text(&canvas, 0, 0, 9, ROLE_TEXT, "    ");
    canvas_text(&canvas, 0, 0, 9, ROLE_ASK, "same");
    canvas_text(&other, 0, 0, 9, ROLE_ASK, "same");
    assert_memory_equal(canvas.cells, other.cells, 60 * sizeof *canvas.cells);
    canvas_free(&other);
}

/* Only a rule's own cells are changed: not what was written over it, and not what only looks like one. */
static void lines_are_joined_where_rules_are(void **state)
{
    (void)state;
    canvas_rule(&canvas, 0, 0, 8, ROLE_BORDER);
    canvas_text(&canvas, 0, 2, 4, ROLE_TEXT, "1-\u2500");
    for (int column = 1; column < 6; column++) canvas_joint(&canvas, 0, column, ROLE_BORDER, GLYPH_TEE_UP);
    expect_row(0, "\u2500\u25341-\u2500\u2534\u2500\u2500");
    canvas_text(&canvas, 0, 0, 8, ROLE_TEXT, "        ");
    canvas_rule(&canvas, 0, 0, 3, ROLE_BORDER);
    canvas_rule(&canvas, 1, 4, 3, ROLE_BORDER);
    canvas_rule(&canvas, 2, 0, 7, ROLE_BORDER);
    canvas_divider(&canvas, 0, 3, 3, ROLE_BORDER);
    expect_row(0, "\u2500\u2500\u2500\u2524");
    expect_row(1, "   \u251c\u2500\u2500\u2500");
    expect_row(2, "\u2500\u2500\u2500\u253c\u2500\u2500\u2500");
    canvas_text(&canvas, 0, 0, 8, ROLE_TEXT, "        ");
    canvas_divider(&canvas, 0, 3, 1, ROLE_BORDER);
    expect_row(0, "   \u2502");
    canvas.ascii = true;
    canvas_text(&canvas, 0, 0, 8, ROLE_TEXT, "-1.0c --");
    for (int column = 0; column < 8; column++) canvas_joint(&canvas, 0, column, ROLE_BORDER, GLYPH_TEE_UP);
    expect_row(0, "-1.0c --");
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_clipped_by_its_width_and_the_area, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_can_end_at_a_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wide_characters_take_two_cells_or_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(half_of_a_wide_character_never_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks_join_their_base_up_to_four, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_text_is_sanitized_and_shortened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ascii_stands_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bars_grow_by_eighths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(grounds_lie_under_what_is_drawn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_are_joined_where_rules_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(equal_pictures_are_equal_bytes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
