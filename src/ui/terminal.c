#include "booktop/ui/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "clipboard.h"
#include "terminal_inside.h"

#define BEGIN_SYNCHRONIZED "\033[?2026h"
#define END_SYNCHRONIZED   "\033[?2026l"

/* The first of two: that of the mouse's presses, then that of their form, without which columns beyond 223 get lost. */
#define BEGIN_MOUSE "\033[?1000h\033[?1006h"
#define END_MOUSE   "\033[?1006l\033[?1000l"
#define BEGIN_PASTE "\033[?2004h"
#define END_PASTE   "\033[?2004l"

const char *terminal_library_version(void)
{
    return curses_version();
}

int terminal_height(const struct terminal *terminal)
{
    (void)terminal;
    return LINES;
}

int terminal_width(const struct terminal *terminal)
{
    (void)terminal;
    return COLS;
}

bool terminal_ascii(const struct terminal *terminal)
{
    return terminal->ascii;
}

enum colour_depth terminal_depth(const struct terminal *terminal)
{
    return terminal->depth;
}

/* Showing */

void terminal_report(struct terminal *terminal, bool mouse, bool paste)
{
    struct outlet *outlet = &terminal->outlet;
    if (!terminal->modern) return;
    if (terminal->mouse != mouse && outlet_add(outlet, mouse ? BEGIN_MOUSE : END_MOUSE)) terminal->mouse = mouse;
    if (terminal->paste != paste && outlet_add(outlet, paste ? BEGIN_PASTE : END_PASTE)) terminal->paste = paste;
}

static void make_character(struct terminal *terminal, const struct cell *cell, cchar_t *out)
{
    wchar_t text[CELL_CHARACTERS + 1];
    memcpy(text, cell->text, sizeof cell->text);
    text[CELL_CHARACTERS] = L'\0';
    const struct ink *ink = terminal_ink(terminal, cell->role, cell->ground);
    int pair = ink->pair;
    setcchar(out, text, ink->attributes, 0, &pair);
}

static void send_row(struct terminal *terminal, const struct canvas *canvas, int row)
{
    const struct cell *cells = &canvas->cells[(size_t)row * (size_t)canvas->width];
    int count = 0;
    for (int column = 0; column < canvas->width; column++) {
        if (cells[column].width != 0) make_character(terminal, &cells[column], &terminal->line[count++]);
    }
    mvwadd_wchnstr(stdscr, row, 0, terminal->line, count);
}

static bool row_differs(const struct terminal *terminal, const struct canvas *canvas, int row)
{
    size_t width = (size_t)canvas->width, start = (size_t)row * width;
    return terminal->everything ||
           memcmp(&terminal->shown.cells[start], &canvas->cells[start], width * sizeof *canvas->cells) != 0;
}

/* Makes room for a picture of this size; a new size is sent whole. */
static bool fit(struct terminal *terminal, const struct canvas *canvas)
{
    if (terminal->shown.height == canvas->height && terminal->shown.width == canvas->width) return true;
    cchar_t *line = realloc(terminal->line, (size_t)canvas->width * sizeof *line);
    if (line == NULL) return false;
    terminal->line = line;
    terminal->everything = true;
    return canvas_resize(&terminal->shown, canvas->height, canvas->width);
}

static void remember(struct terminal *terminal, const struct canvas *canvas)
{
    struct canvas *shown = &terminal->shown;
    memcpy(shown->cells, canvas->cells, (size_t)canvas->height * (size_t)canvas->width * sizeof *canvas->cells);
    shown->cursor_row = canvas->cursor_row;
    shown->cursor_column = canvas->cursor_column;
    shown->cursor_visible = canvas->cursor_visible;
    terminal->everything = false;
}

/* The frame that ncurses has made, as one update. Without memory for it the next one is sent whole. */
static void send_frame(struct terminal *terminal)
{
    struct outlet *outlet = &terminal->outlet;
    terminal_report(terminal, terminal->wants_mouse, true);
    bool whole = !terminal->modern || outlet_add(outlet, BEGIN_SYNCHRONIZED);
    whole = outlet_take(outlet, fileno(terminal->output)) && whole;
    whole = (!terminal->modern || outlet_add(outlet, END_SYNCHRONIZED)) && whole;
    if (!whole) terminal_repaint(terminal);
    outlet_flush(outlet);
}

static bool cursor_moved(const struct terminal *terminal, const struct canvas *canvas)
{
    const struct canvas *shown = &terminal->shown;
    return shown->cursor_row != canvas->cursor_row || shown->cursor_column != canvas->cursor_column ||
           shown->cursor_visible != canvas->cursor_visible;
}

bool terminal_show(struct terminal *terminal, const struct canvas *canvas)
{
    terminal_flush(terminal);
    if (terminal_waits(terminal) || !fit(terminal, canvas)) return false;
    int changed = 0;
    for (int row = 0; row < canvas->height; row++) {
        if (!row_differs(terminal, canvas, row)) continue;
        send_row(terminal, canvas, row);
        changed++;
    }
    if (changed == 0 && !cursor_moved(terminal, canvas)) return false;
    if (terminal->shown.cursor_visible != canvas->cursor_visible || terminal->everything) {
        curs_set(canvas->cursor_visible ? 1 : 0);
    }
    if (canvas->cursor_row >= 0) wmove(stdscr, canvas->cursor_row, canvas->cursor_column);
    wnoutrefresh(stdscr);
    doupdate();
    remember(terminal, canvas);
    send_frame(terminal);
    return true;
}

bool terminal_copy(struct terminal *terminal, struct text text)
{
    char *sequence = terminal->modern ? clipboard_sequence(text) : NULL;
    bool sent = sequence != NULL && outlet_add(&terminal->outlet, sequence);
    free(sequence);
    terminal_flush(terminal);
    return sent;
}

bool terminal_waits(const struct terminal *terminal)
{
    return !outlet_empty(&terminal->outlet);
}

void terminal_flush(struct terminal *terminal)
{
    outlet_flush(&terminal->outlet);
}

bool terminal_lost(const struct terminal *terminal)
{
    return terminal->outlet.lost;
}

int terminal_descriptor(const struct terminal *terminal)
{
    return terminal->outlet.descriptor;
}

void terminal_repaint(struct terminal *terminal)
{
    terminal->everything = true;
    clearok(curscr, TRUE);
}

void terminal_resized(struct terminal *terminal)
{
    struct winsize size;
    if (ioctl(terminal->outlet.descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return;
    if (is_term_resized(size.ws_row, size.ws_col)) resizeterm(size.ws_row, size.ws_col);
    terminal->everything = true;
}

/* Keys */

int terminal_key(struct terminal *terminal)
{
    return terminal_keys_next(&terminal->reading, terminal->keys);
}

bool terminal_pasted(const struct terminal *terminal)
{
    return terminal->reading.pasted;
}

struct mouse terminal_mouse(const struct terminal *terminal)
{
    return terminal->reading.mouse;
}

void terminal_set_mouse(struct terminal *terminal, bool on)
{
    terminal->wants_mouse = on;
}
