/* Colours: how many there are, and the pairs that ncurses wants for them. */
#include <stdlib.h>
#include <string.h>

#include "terminal_inside.h"

enum colour_depth terminal_find_depth(enum colour_choice choice)
{
    const char *no_color = getenv("NO_COLOR");
    if (choice == COLOUR_NEVER) return DEPTH_NONE;
    if (choice == COLOUR_AUTO && no_color != NULL && no_color[0] != '\0') return DEPTH_NONE;
    if (!has_colors() || start_color() == ERR) return DEPTH_NONE;
    use_default_colors();
    if (tigetflag("RGB") > 0 && COLORS > 256) return DEPTH_DIRECT;
    if (COLORS >= 256) return DEPTH_256;
    return COLORS >= 16 ? DEPTH_16 : DEPTH_8;
}

#define PAIRS_MOST 1024

void terminal_prepare_pairs(struct terminal *terminal)
{
    if (terminal->depth == DEPTH_NONE) return;
    terminal->pair_most = COLOR_PAIRS < PAIRS_MOST ? COLOR_PAIRS : PAIRS_MOST;
    terminal->pairs = calloc((size_t)terminal->pair_most, sizeof *terminal->pairs);
    if (terminal->pairs == NULL) terminal->pair_most = 0;
}

/* A pair's number; 0, the terminal's own colours, once all are used up. */
static int pair_number(struct terminal *terminal, int text, int ground)
{
    if (text < 0 && ground < 0) return 0;
    for (int i = 1; i <= terminal->pair_count; i++) {
        if (terminal->pairs[i].text == text && terminal->pairs[i].ground == ground) return i;
    }
    if (terminal->pair_count + 1 >= terminal->pair_most) return 0;
    int number = terminal->pair_count + 1;
    if (init_extended_pair(number, text, ground) == ERR) return 0;
    terminal->pair_count = number;
    terminal->pairs[number] = (struct pair_colours){text, ground};
    return number;
}

static attr_t attributes_of(unsigned style)
{
    return (style & STYLE_BOLD ? A_BOLD : 0) | (style & STYLE_DIM ? A_DIM : 0) |
           (style & STYLE_UNDERLINE ? A_UNDERLINE : 0) | (style & STYLE_REVERSE ? A_REVERSE : 0);
}

const struct ink *terminal_ink(struct terminal *terminal, enum role role, enum role ground)
{
    struct ink *ink = &terminal->inks[role][ground];
    if (ink->known) return ink;
    const struct theme *theme = terminal->depth == DEPTH_NONE ? &terminal->mono : &terminal->theme;
    struct paint paint = theme_paint(theme, role, ground, terminal->depth);
    int pair = terminal->depth == DEPTH_NONE ? 0 : pair_number(terminal, paint.text, paint.ground);
    *ink = (struct ink){attributes_of(paint.attributes), pair, true};
    return ink;
}

/* Pairs stay for as long as there is room for another theme's: a colour that both have is not sent again. ncurses sends
 * anew what is written in a pair whose colours changed. */
void terminal_retheme(struct terminal *terminal, const struct theme *theme)
{
    terminal->theme = *theme;
    if (terminal->depth == DEPTH_NONE) return;
    memset(terminal->inks, 0, sizeof terminal->inks);
    if (terminal->pair_count > terminal->pair_most / 2) terminal->pair_count = 0;
    terminal->everything = true;
}
