/* The inside of a terminal, shared by its sources: terminal_open.c (opened, given back), terminal_colours.c (colours
 * and pairs), terminal.c (pictures and keys). ncurses is known in these and in terminal_keys.c alone.
 */
#ifndef BOOKTOP_UI_TERMINAL_INSIDE_H
#define BOOKTOP_UI_TERMINAL_INSIDE_H

#include <curses.h>
#include <stdio.h>
#include <termios.h>

#include "booktop/ui/terminal.h"

#include "outlet.h"
#include "terminal_keys.h"

/* How ncurses calls a role on a ground: attributes and a colour pair. */
struct ink {
    attr_t attributes;
    int pair;
    bool known;
};

struct pair_colours {
    int text, ground;
};

struct terminal {
    const char *type; /* borrowed while it is opened */
    SCREEN *screen;
    FILE *input, *output; /* once everything is set up, `output` leads into memory */
    struct outlet outlet; /* the way from there to the terminal */
    struct termios before, ours;
    bool has_settings; /* it is a terminal, and `before` and `ours` are its settings */
    WINDOW *keys;      /* keys are read from a window of their own: getch on the standard one would paint it */
    struct terminal_keys reading;
    struct theme theme, mono;
    enum colour_depth depth;
    bool ascii, captured;
    bool modern;                    /* it knows what came after its type, or leaves it alone */
    bool wants_mouse, mouse, paste; /* the mouse as it is to be; modes that are set now */

    struct canvas shown; /* what the terminal shows; no size: unknown */
    bool everything;     /* the next picture is sent whole */
    cchar_t *line;       /* one row for ncurses */

    struct ink inks[ROLE_COUNT][ROLE_COUNT];
    struct pair_colours *pairs; /* those in use, from number 1 on */
    int pair_count, pair_most;
};

/* How many colours there are, by what was chosen, the environment and the terminal's type; starts them. */
enum colour_depth terminal_find_depth(enum colour_choice choice);
/* Room for the colour pairs; without memory everything has the terminal's own colours. */
void terminal_prepare_pairs(struct terminal *terminal);
/* How a role looks on another one's ground. Valid until another theme is taken. */
const struct ink *terminal_ink(struct terminal *terminal, enum role role, enum role ground);

/* The modes as they are to be, in front of the next frame. One that could not be told of is tried again. */
void terminal_report(struct terminal *terminal, bool mouse, bool paste);

#endif
