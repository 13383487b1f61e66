/* What our themes promise: that they can be read (contrast as WCAG 2 defines it), and by everybody. All of it in
 * integers: light is counted in parts of ONE.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/ui/theme.h"

#define BITS 30
#define ONE  (INT64_C(1) << BITS)

static int64_t times(int64_t a, int64_t b)
{
    return a * b >> BITS;
}

static int64_t fifth_root(int64_t value)
{
    int64_t low = 0, high = ONE;
    while (low < high) {
        int64_t middle = (low + high + 1) / 2, square = times(middle, middle);
        if (times(times(square, square), middle) <= value)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* A channel of sRGB as light: c / 12.92, or ((c + 0.055) / 1.055) ^ 2.4; x ^ 2.4 is x² times the fifth root of x². */
static int64_t light_of(uint32_t channel)
{
    if (channel <= 10) return (int64_t)channel * ONE * 100 / (255 * 1292);
    int64_t x = ((int64_t)channel * 1000 + 14025) * ONE / 269025;
    int64_t square = times(x, x);
    return times(square, fifth_root(square));
}

struct light {
    int64_t red, green, blue;
};

static struct light lights_of(uint32_t rgb)
{
    return (struct light){light_of(rgb >> 16 & 0xFF), light_of(rgb >> 8 & 0xFF), light_of(rgb & 0xFF)};
}

static int64_t luminance(struct light light)
{
    return (2126 * light.red + 7152 * light.green + 722 * light.blue) / 10000;
}

/* In hundredths: 2100 for black and white. */
static int64_t contrast(struct light a, struct light b)
{
    int64_t one = luminance(a), other = luminance(b);
    int64_t more = one > other ? one : other, less = one > other ? other : one;
    return (more + ONE / 20) * 100 / (less + ONE / 20);
}

static int64_t within(int64_t value)
{
    return value < 0 ? 0 : value > ONE ? ONE : value;
}

/* As it looks without the middle cones (deuteranopia; Viénot, Brettel and Mollon 1999): hundred thousandths. */
static struct light without_green_cones(struct light light)
{
    int64_t yellow = (29275 * light.red + 70725 * light.green) / 100000;
    int64_t blue = (-2234 * light.red + 2234 * light.green + 100000 * light.blue) / 100000;
    return (struct light){within(yellow), within(yellow), within(blue)};
}

/* The colours of xterm's 256 as they look. */
static uint32_t rgb_of_256(int number)
{
    static const uint32_t steps[] = {0, 95, 135, 175, 215, 255};
    if (number >= 232) return (uint32_t)(8 + 10 * (number - 232)) * 0x010101;
    uint32_t place = (uint32_t)number - 16;
    return steps[place / 36] << 16 | steps[place / 6 % 6] << 8 | steps[place % 6];
}

static uint32_t shown(uint32_t rgb, enum colour_depth depth)
{
    return depth == DEPTH_256 ? rgb_of_256(colour_to_256(rgb)) : rgb;
}

/* The grounds that a theme is made for: its own, or those that terminals usually have. */
static size_t grounds_of(const struct theme *theme, uint32_t grounds[2])
{
    static const uint32_t dark[] = {0x000000, 0x303030}, light[] = {0xffffff, 0xeeeeee};
    const struct style *text = &theme->styles[ROLE_TEXT];
    if (text->ground.kind == COLOUR_RGB) {
        grounds[0] = text->ground.value;
        return 1;
    }
    bool is_dark = luminance(lights_of(text->text.value)) < ONE / 5;
    memcpy(grounds, is_dark ? light : dark, sizeof dark);
    return 2;
}

/* Hundredths; rules and bars are no text. */
static const int64_t least[ROLE_COUNT] = {
    [ROLE_TEXT] = 450,     [ROLE_MUTED] = 300,   [ROLE_STRONG] = 450,  [ROLE_BORDER] = 115, [ROLE_HEADING] = 300,
    [ROLE_BADGE] = 450,    [ROLE_DEMO] = 450,    [ROLE_BID] = 300,     [ROLE_ASK] = 300,    [ROLE_BEST_BID] = 300,
    [ROLE_BEST_ASK] = 300, [ROLE_BID_BAR] = 115, [ROLE_ASK_BAR] = 115, [ROLE_MID] = 300,    [ROLE_GOOD] = 300,
    [ROLE_WARNING] = 300,  [ROLE_BAD] = 300,     [ROLE_KEY] = 300,
};

static void expect_readable(const struct theme *theme, const char *name, enum role role, uint32_t ground,
                            enum colour_depth depth)
{
    const struct style *style = &theme->styles[role];
    if (style->ground.kind == COLOUR_RGB) ground = style->ground.value;
    int64_t is = contrast(lights_of(shown(style->text.value, depth)), lights_of(shown(ground, depth)));
    if (is < least[role])
        fail_msg("%s at depth %d: %s on #%06x has a contrast of %d hundredths", name, (int)depth, role_name(role),
                 ground, (int)is);
}

static bool has_colours_of_its_own(const struct theme *theme)
{
    return theme->styles[ROLE_TEXT].text.kind == COLOUR_RGB;
}

static void everything_can_be_read(void **state)
{
    (void)state;
    int tried = 0;
    for (size_t i = 0; i < theme_builtin_count(); i++) {
        struct theme theme;
        uint32_t grounds[2];
        const char *name = theme_builtin_name(i);
        assert_true(theme_builtin(&theme, name));
        if (!has_colours_of_its_own(&theme)) continue;
        size_t count = grounds_of(&theme, grounds);
        for (enum role role = 0; role < ROLE_COUNT; role++) {
            for (size_t ground = 0; ground < count && least[role] > 0; ground++) {
                expect_readable(&theme, name, role, grounds[ground], DEPTH_DIRECT);
                expect_readable(&theme, name, role, grounds[ground], DEPTH_256);
            }
        }
        tried++;
    }
    assert_true(tried >= 10);
}

/* The row is told from those around it. */
static void expect_seen(uint32_t cursor, struct colour ground, const char *name)
{
    for (enum colour_depth depth = DEPTH_256; depth <= DEPTH_DIRECT && ground.kind == COLOUR_RGB; depth++) {
        int64_t is = contrast(lights_of(shown(cursor, depth)), lights_of(shown(ground.value, depth)));
        if (is < 108)
            fail_msg("%s at depth %d: the cursor's ground has a contrast of %d hundredths", name, (int)depth, (int)is);
    }
}

static void rows_under_the_cursor_can_be_read(void **state)
{
    (void)state;
    static const enum role roles[] = {ROLE_TEXT,     ROLE_MUTED,    ROLE_STRONG, ROLE_BID, ROLE_ASK,
                                      ROLE_BEST_BID, ROLE_BEST_ASK, ROLE_GOOD,   ROLE_KEY, ROLE_WARNING,
                                      ROLE_BAD,      ROLE_MID,      ROLE_HEADING};
    int tried = 0;
    for (size_t i = 0; i < theme_builtin_count(); i++) {
        struct theme theme;
        assert_true(theme_builtin(&theme, theme_builtin_name(i)));
        const struct colour *cursor = &theme.styles[ROLE_CURSOR].ground;
        if (!has_colours_of_its_own(&theme) || cursor->kind != COLOUR_RGB) continue;
        expect_seen(cursor->value, theme.styles[ROLE_TEXT].ground, theme_builtin_name(i));
        for (size_t role = 0; role < sizeof roles / sizeof *roles; role++) {
            expect_readable(&theme, theme_builtin_name(i), roles[role], cursor->value, DEPTH_DIRECT);
            expect_readable(&theme, theme_builtin_name(i), roles[role], cursor->value, DEPTH_256);
        }
        tried++;
    }
    assert_true(tried >= 10);
}

static void strong_contrast_is_strong(void **state)
{
    (void)state;
    static const char *const names[] = {"high-contrast", "high-contrast-light"};
    for (size_t i = 0; i < 2; i++) {
        struct theme theme;
        assert_true(theme_builtin(&theme, names[i]));
        struct light ground = lights_of(theme.styles[ROLE_TEXT].ground.value);
        for (enum role role = 0; role < ROLE_COUNT; role++) {
            const struct style *style = &theme.styles[role];
            if (style->ground.kind == COLOUR_RGB && role != ROLE_TEXT) continue;
            bool bar = role == ROLE_BID_BAR || role == ROLE_ASK_BAR || role == ROLE_BORDER;
            assert_true(contrast(lights_of(style->text.value), ground) >= (bar ? 200 : 700));
        }
    }
}

/* Seen with two kinds of cones, bids and asks differ in their colour and, for those who see none, in their light. */
static void the_colour_blind_tell_bids_from_asks(void **state)
{
    (void)state;
    static const enum role pairs[][2] = {
        {ROLE_BID, ROLE_ASK}, {ROLE_BEST_BID, ROLE_BEST_ASK}, {ROLE_BID_BAR, ROLE_ASK_BAR}, {ROLE_GOOD, ROLE_BAD}};
    struct theme theme;
    assert_true(theme_builtin(&theme, "colour-blind"));
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct light bid = lights_of(theme.styles[pairs[i][0]].text.value);
        struct light ask = lights_of(theme.styles[pairs[i][1]].text.value);
        assert_true(contrast(bid, ask) >= 150);
        bid = without_green_cones(bid);
        ask = without_green_cones(ask);
        assert_true(contrast(bid, ask) >= 150);
        assert_true(llabs(bid.blue - ask.blue) > ONE / 10);
    }
}

/* The measure itself, by what is known of it: black and white, and two greys whose contrast is 4.54 (#767676). */
static void contrast_is_that_of_wcag(void **state)
{
    (void)state;
    assert_int_equal(contrast(lights_of(0), lights_of(0xffffff)), 2100);
    assert_int_equal(contrast(lights_of(0x767676), lights_of(0xffffff)), 454);
    assert_int_equal(contrast(lights_of(0x777777), lights_of(0xffffff)), 447);
    assert_int_equal(contrast(lights_of(0xff0000), lights_of(0xffffff)), 399);
    assert_int_equal(contrast(lights_of(0x123456), lights_of(0x123456)), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_that_of_wcag),
        cmocka_unit_test(everything_can_be_read),
        cmocka_unit_test(rows_under_the_cursor_can_be_read),
        cmocka_unit_test(strong_contrast_is_strong),
        cmocka_unit_test(the_colour_blind_tell_bids_from_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
