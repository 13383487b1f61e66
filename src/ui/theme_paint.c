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

static bool is_set(struct colour colour)
{
    return colour.kind != COLOUR_DEFAULT;
}

/* Black is written on it rather than white. Of the sixteen that are those with green in them: their blue and red are
 * dark. */
static bool is_light(struct colour colour)
{
    if (colour.kind == COLOUR_ANSI) return (colour.value & 2) != 0 || colour.value == 13;
    struct channels c = channels_of(colour.value);
    return 3 * c.red + 6 * c.green + c.blue >= 10 * 0x80;
}

static int black_or_white(bool white, enum colour_depth depth)
{
    static const int numbers[][2] = {
        [DEPTH_NONE] = {-1, -1},        [DEPTH_8] = {0, 7}, [DEPTH_16] = {0, 15}, [DEPTH_256] = {16, 231},
        [DEPTH_DIRECT] = {0, 0xFFFFFF},
    };
    return numbers[depth][white ? 1 : 0];
}

/* Terminals of direct colour take the numbers 0 to 7 for those of their palette, and know no others by a number. */
#define PALETTE_OF_DIRECT 8

static int direct_number(struct colour colour)
{
    static const int bright[] = {0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF};
    if (colour.kind == COLOUR_ANSI) return colour.value < 8 ? (int)colour.value : bright[colour.value - 8];
    return colour.value > 0 && colour.value < PALETTE_OF_DIRECT ? PALETTE_OF_DIRECT : (int)colour.value;
}

/* What text lies on: a colour, or nothing that is known. */
struct page {
    bool known, light;
};

/* With eight colours there is one grey at most: text in a grey takes the terminal's own colour, dimmed where it was
 * dark, so that nothing vanishes on a ground that is not known. */
static int grey_of_8(struct channels c, struct page page, unsigned *attributes)
{
    if (page.known && page.light) return 0;
    if (largest(c) < 0x98) *attributes |= STYLE_DIM;
    return page.known ? 7 : -1;
}

/* The grey of the sixteen that can be read there. */
static int grey_of_16(struct channels c, uint32_t rgb, struct page page)
{
    if (!page.known) return colour_to_16(rgb);
    if (page.light) return largest(c) < 0x78 ? 0 : 8;
    return largest(c) < 0x78 ? 8 : largest(c) < 0xE8 ? 7 : 15;
}

/* Plain text is of no hue, however warm or cold its grey is. */
static bool is_plain(enum role role)
{
    return role == ROLE_TEXT || role == ROLE_MUTED || role == ROLE_STRONG || role == ROLE_BORDER;
}

static int poor_number(enum role role, uint32_t rgb, struct page page, enum colour_depth depth, unsigned *attributes)
{
    struct channels c = channels_of(rgb);
    bool grey = is_grey(c) || (page.known && is_plain(role));
    if (grey) return depth == DEPTH_8 ? grey_of_8(c, page, attributes) : grey_of_16(c, rgb, page);
    return depth == DEPTH_8 || (page.known && page.light) ? hue(c) : colour_to_16(rgb);
}

static int text_number(enum role role, struct colour colour, struct page page, enum colour_depth depth,
                       unsigned *attributes)
{
    if (!is_set(colour)) return -1;
    if (depth == DEPTH_DIRECT) return direct_number(colour);
    if (colour.kind == COLOUR_RGB && depth == DEPTH_256) return colour_to_256(colour.value);
    if (colour.kind == COLOUR_RGB) return poor_number(role, colour.value, page, depth, attributes);
    if (depth != DEPTH_8 || colour.value != 8) return (int)(depth == DEPTH_8 ? colour.value & 7 : colour.value);
    /* Bright black without its brightness would be black. */
    *attributes |= STYLE_DIM;
    return -1;
}

/* A ground in a grey that the terminal does not have is shown by reversing the row. */
static int ground_number(struct colour colour, enum colour_depth depth, unsigned *attributes)
{
    if (!is_set(colour)) return -1;
    if (depth == DEPTH_DIRECT) return direct_number(colour);
    if (colour.kind == COLOUR_ANSI) return (int)(depth == DEPTH_8 ? colour.value & 7 : colour.value);
    if (depth == DEPTH_256) return colour_to_256(colour.value);
    if (depth == DEPTH_16) return colour_to_16(colour.value);
    if (!is_grey(channels_of(colour.value))) return hue(channels_of(colour.value));
    *attributes |= STYLE_REVERSE;
    return -1;
}

/* The ground of a whole screen: with few colours black or white, and a row laid on it is reversed, because its ground
 * would be the same or a loud one. */
static int screen_number(const struct theme *theme, enum role ground, enum colour_depth depth, unsigned *attributes)
{
    struct colour screen = theme->styles[ROLE_TEXT].ground;
    if (ground != ROLE_TEXT && is_set(theme->styles[ground].ground)) *attributes |= STYLE_REVERSE;
    if (screen.kind == COLOUR_ANSI) return ground_number(screen, depth, attributes);
    return black_or_white(is_light(screen), depth);
}

struct paint theme_paint(const struct theme *theme, enum role role, enum role ground, enum colour_depth depth)
{
    const struct style *style = &theme->styles[role], *under = &theme->styles[ground];
    const struct style *screen = &theme->styles[ROLE_TEXT];
    struct paint paint = {-1, -1, style->attributes};
    bool own_ground = role != ROLE_TEXT && is_set(style->ground), painted = is_set(screen->ground);
    bool poor = depth == DEPTH_8 || depth == DEPTH_16;
    if (ground != ROLE_TEXT && !own_ground) paint.attributes |= under->attributes;
    if (depth == DEPTH_NONE) return paint;
    struct colour text = painted && !is_set(style->text) ? screen->text : style->text;
    struct colour below = own_ground ? style->ground : is_set(under->ground) ? under->ground : screen->ground;
    if (poor && painted && !own_ground) {
        below = screen->ground;
        paint.ground = screen_number(theme, ground, depth, &paint.attributes);
    } else {
        paint.ground = ground_number(below, depth, &paint.attributes);
    }
    if (poor && paint.ground >= 0) below = (struct colour){COLOUR_ANSI, (uint32_t)paint.ground};
    struct page page = {own_ground || painted, is_light(below)};
    paint.text = text_number(role, text, page, depth, &paint.attributes);
    if (paint.text == paint.ground) paint.text = page.known ? black_or_white(!page.light, depth) : -1;
    /* Many show bold black as bright black, which is a grey. */
    if (poor && paint.text == 0) paint.attributes &= ~(unsigned)STYLE_BOLD;
    return paint;
}
