/* From the colours of a theme to those that a terminal has. */
#include "booktop/ui/theme.h"

#include <stdlib.h>

struct channels {
    int red, green, blue;
};

static struct channels channels_of(uint32_t rgb)
{
    return (struct channels){(int)(rgb >> 16 & 0xFF), (int)(rgb >> 8 & 0xFF), (int)(rgb & 0xFF)};
}

static int largest(struct channels c)
{
    int most = c.red > c.green ? c.red : c.green;
    return most > c.blue ? most : c.blue;
}

static int smallest(struct channels c)
{
    int least = c.red < c.green ? c.red : c.green;
    return least < c.blue ? least : c.blue;
}

/* The eye is most sensitive to green and least to blue. */
static int distance(struct channels a, struct channels b)
{
    int red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
    return 3 * red * red + 4 * green * green + 2 * blue * blue;
}

/* xterm's colours 16..231 are a cube of six steps a channel, 232..255 a ramp of greys. */
static const int cube_steps[] = {0, 95, 135, 175, 215, 255};

static int nearest_step(int value)
{
    int best = 0;
    for (int i = 1; i < 6; i++) {
        if (abs(cube_steps[i] - value) < abs(cube_steps[best] - value)) best = i;
    }
    return best;
}

int colour_to_256(uint32_t rgb)
{
    struct channels wanted = channels_of(rgb);
    int red = nearest_step(wanted.red), green = nearest_step(wanted.green), blue = nearest_step(wanted.blue);
    struct channels cube = {cube_steps[red], cube_steps[green], cube_steps[blue]};
    int mean = (wanted.red + wanted.green + wanted.blue) / 3;
    int ramp = mean < 8 ? 0 : (mean - 8 + 5) / 10;
    if (ramp > 23) ramp = 23;
    int level = 8 + 10 * ramp;
    struct channels grey = {level, level, level};
    if (distance(wanted, grey) < distance(wanted, cube)) return 232 + ramp;
    return 16 + 36 * red + 6 * green + blue;
}

/* Less colour than this is grey. */
#define LEAST_COLOUR 32

static bool is_grey(struct channels c)
{
    return largest(c) - smallest(c) < LEAST_COLOUR;
}

/* One of the eight hues: the channels that stand out. Their bits are 1 red, 2 green, 4 blue. */
static int hue(struct channels c)
{
    int middle = (largest(c) + smallest(c) + 1) / 2;
    return (c.red >= middle ? 1 : 0) | (c.green >= middle ? 2 : 0) | (c.blue >= middle ? 4 : 0);
}

int colour_to_16(uint32_t rgb)
{
    struct channels c = channels_of(rgb);
    int most = largest(c);
    if (!is_grey(c)) return hue(c) + (most >= 0xC0 ? 8 : 0);
    if (most < 0x30) return 0;
    if (most < 0x98) return 8;
    return most < 0xE8 ? 7 : 15;
}

/* With eight colours there is one grey at most: text in a grey takes the terminal's own colour, dimmed where it was
 * dark, so that nothing vanishes on a ground that is not known. */
static int text_of_8(const struct style *style, unsigned *attributes)
{
    struct channels c = channels_of(style->text.value);
    if (!is_grey(c)) return hue(c);
    bool dark = largest(c) < 0x60;
    if (style->ground.kind != COLOUR_DEFAULT) return dark ? 0 : 7;
    if (largest(c) < 0x98) *attributes |= STYLE_DIM;
    return -1;
}

static int text_number(const struct style *style, enum colour_depth depth, unsigned *attributes)
{
    const struct colour *colour = &style->text;
    if (colour->kind == COLOUR_DEFAULT) return -1;
    if (colour->kind == COLOUR_ANSI) return (int)(depth == DEPTH_8 ? colour->value & 7 : colour->value);
    if (depth == DEPTH_8) return text_of_8(style, attributes);
    if (depth == DEPTH_16) return colour_to_16(colour->value);
    return depth == DEPTH_256 ? colour_to_256(colour->value) : (int)colour->value;
}

/* A ground in a grey that the terminal does not have is shown by reversing the row. */
static int ground_number(const struct colour *colour, enum colour_depth depth, unsigned *attributes)
{
    if (colour->kind == COLOUR_DEFAULT) return -1;
    if (colour->kind == COLOUR_ANSI) return (int)(depth == DEPTH_8 ? colour->value & 7 : colour->value);
    if (depth == DEPTH_8 && is_grey(channels_of(colour->value))) {
        *attributes |= STYLE_REVERSE;
        return -1;
    }
    if (depth == DEPTH_8) return hue(channels_of(colour->value));
    if (depth == DEPTH_16) return colour_to_16(colour->value);
    return depth == DEPTH_256 ? colour_to_256(colour->value) : (int)colour->value;
}

struct paint theme_paint(const struct theme *theme, enum role role, enum role ground, enum colour_depth depth)
{
    const struct style *style = &theme->styles[role];
    const struct style *under = &theme->styles[ground];
    struct paint paint = {-1, -1, style->attributes};
    bool own_ground = style->ground.kind != COLOUR_DEFAULT;
    if (ground != ROLE_TEXT && !own_ground) paint.attributes |= under->attributes;
    if (depth == DEPTH_NONE) return paint;
    paint.text = text_number(style, depth, &paint.attributes);
    paint.ground = ground_number(own_ground ? &style->ground : &under->ground, depth, &paint.attributes);
    if (paint.text == paint.ground) paint.text = -1;
    return paint;
}
