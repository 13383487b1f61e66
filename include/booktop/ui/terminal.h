/* The terminal: opened, drawn on, and always given back as it was.
 *
 * ncurses is behind this door and nowhere else. There is one terminal in a process, because a crash must find it: a
 * fatal signal restores it, prints what libraries wrote meanwhile, and goes on to its default action.
 * While the terminal is open, standard output and error lead into memory, so that no library scribbles over the
 * picture; terminal_close prints what came. Main thread.
 */
#ifndef BOOKTOP_UI_TERMINAL_H
#define BOOKTOP_UI_TERMINAL_H

#include <stddef.h>

#include "booktop/ui/canvas.h"
#include "booktop/ui/keymap.h"

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct terminal_options {
    const char *type;          /* NULL: $TERM */
    int input, output;         /* descriptors */
    const struct theme *theme; /* copied */
    enum colour_choice colour; /* AUTO: as many as there are, none where NO_COLOR is set and not empty */
    bool ascii;                /* even where the locale is UTF-8 */
    bool capture;              /* standard output and error as said above */
    bool mouse;                /* report it, where the type is not known to choke on that; terminal_set_mouse */
    int height, width;         /* 0: ask the terminal */
};

struct terminal;

/* The library behind it and its version: "ncurses 6.4.20221231". Static; needs no terminal. */
const char *terminal_library_version(void);

/* NULL with a reason in `error`: unknown type, too dumb to place a cursor, no memory. Unsets LINES and COLUMNS in the
 * environment, which would defeat resizing. */
struct terminal *terminal_open(const struct terminal_options *options, char *error, size_t error_size);
/* Gives the terminal back, within a moment even where it takes nothing: then its settings alone. Safe with NULL. Also
 * done at exit. */
void terminal_close(struct terminal *terminal);

int terminal_height(const struct terminal *terminal);
int terminal_width(const struct terminal *terminal);
/* True if only ASCII can be shown. */
bool terminal_ascii(const struct terminal *terminal);
enum colour_depth terminal_depth(const struct terminal *terminal);

/* Sends what differs from the picture before, in one synchronized update (DEC private mode 2026, where the terminal is
 * not known to choke on it); nothing at all where nothing differs. Never waits: what the terminal does not take at once
 * (Ctrl-S) is kept, and until it has gone no other picture is sent. False: nothing was sent. */
bool terminal_show(struct terminal *terminal, const struct canvas *canvas);
/* True while a part of the last picture has not been taken. */
bool terminal_waits(const struct terminal *terminal);
/* Sends on as much of it as is taken now. */
void terminal_flush(struct terminal *terminal);
/* What is to be polled for room. */
int terminal_descriptor(const struct terminal *terminal);
/* True if nothing that is written arrives any more: it was closed. */
bool terminal_lost(const struct terminal *terminal);
/* Another theme from the next picture on; of that goes only what looks different. */
void terminal_retheme(struct terminal *terminal, const struct theme *theme);
/* The next picture is sent whole: after Ctrl-L, or when others wrote on the terminal. */
void terminal_repaint(struct terminal *terminal);
/* Takes over a new size. */
void terminal_resized(struct terminal *terminal);

/* The terminal as it was before, and back again: around a stop. */
void terminal_leave(struct terminal *terminal);
void terminal_return(struct terminal *terminal);

/* Asks the terminal to put a text into the clipboard (OSC 52, in base64); it does so if its user allows that, which it
 * does not tell. False: out of memory, or it is of a type that knows nothing of the kind. */
bool terminal_copy(struct terminal *terminal, struct text text);

/* What the mouse did: presses of the left button and turns of the wheel, the rest is not told. */
enum mouse_kind { MOUSE_PRESS, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
    enum mouse_kind kind;
    int row, column; /* of the screen, from 0 */
};

/* The next key pressed (a character or enum press), PRESS_NONE: none now. Never blocks, never paints.
 * Of what is pasted (bracketed paste, DEC private mode 2004) only characters come, PRESS_ENTER for the end of a line.
 * Ctrl-C comes as PRESS_INTERRUPT and is no signal while the terminal is open: within a paste it would end the program.
 */
int terminal_key(struct terminal *terminal);
/* True if the last key was not pressed but pasted: it is text, whatever it would mean as a key. */
bool terminal_pasted(const struct terminal *terminal);
/* What the last PRESS_MOUSE was. */
struct mouse terminal_mouse(const struct terminal *terminal);
/* Whether the mouse is reported (DEC private modes 1000 and 1006), from the next picture on: else the terminal selects
 * text with it. */
void terminal_set_mouse(struct terminal *terminal, bool on);

#endif
