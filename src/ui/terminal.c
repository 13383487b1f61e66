#include "booktop/ui/terminal.h"

#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "capture.h"
#include "clipboard.h"
#include "crash.h"
#include "outlet.h"
#include "terminal_keys.h"
#include "terminal_type.h"

/* Milliseconds that an Escape waits for the rest of a key's sequence (ncurses: 1000). */
#define ESCAPE_DELAY 25

/* Milliseconds that a terminal which takes nothing is waited for when it is given back. */
#define LAST_PATIENCE 300

#define BEGIN_SYNCHRONIZED "\033[?2026h"
#define END_SYNCHRONIZED   "\033[?2026l"

/* The first of two: that of the mouse's presses, then that of their form, without which columns beyond 223 get lost. */
#define BEGIN_MOUSE "\033[?1000h\033[?1006h"
#define END_MOUSE   "\033[?1006l\033[?1000l"
#define BEGIN_PASTE "\033[?2004h"
#define END_PASTE   "\033[?2004l"

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

static struct terminal *the_terminal; /* for the end of the process */

/* Colours */

static enum colour_depth find_depth(enum colour_choice choice)
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

static void prepare_pairs(struct terminal *terminal)
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

static const struct ink *find_ink(struct terminal *terminal, enum role role, enum role ground)
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

/* Opening */

const char *terminal_library_version(void)
{
    return curses_version();
}

/* Standard streams are line buffered or shared; ncurses gets its own, over the same terminal. */
static FILE *stream_over(int descriptor, const char *mode)
{
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    if (copy < 0) return NULL;
    FILE *stream = fdopen(copy, mode);
    if (stream == NULL) close(copy);
    return stream;
}

static bool is_modern(const char *type)
{
    static const char *const plain[] = {"linux", "dumb", "vt100", "vt102", "vt220", "ansi", "cons25"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (strcmp(type, plain[i]) == 0) return false;
    }
    return true;
}

/* ncurses sets the line's settings where its output leads: once they are as we want them it needs the terminal no
 * more. From then on it writes into memory, from where its bytes are sent as far as the terminal takes them: a terminal
 * that is stopped (Ctrl-S) must stop neither keys nor signals. */
static bool set_line(struct terminal *terminal)
{
    int descriptor = terminal->outlet.descriptor;
    terminal->has_settings = tcgetattr(descriptor, &terminal->before) == 0;
    terminal->screen = newterm(terminal->type, terminal->output, terminal->input);
    if (terminal->screen == NULL) return false;
    set_term(terminal->screen);
    cbreak();
    noecho();
    nonl();
    terminal->has_settings = terminal->has_settings && tcgetattr(descriptor, &terminal->ours) == 0;
    int memory = memfd_create("booktop-screen", MFD_CLOEXEC);
    bool led = memory >= 0 && dup3(memory, fileno(terminal->output), O_CLOEXEC) >= 0;
    if (memory >= 0) close(memory);
    return led;
}

static void set_modes(struct terminal *terminal)
{
    set_escdelay(ESCAPE_DELAY);
    typeahead(-1); /* a picture is sent whole, whatever is typed meanwhile */
    intrflush(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    keypad(terminal->keys, TRUE);
    if (terminal->modern) terminal_keys_define();
    nodelay(terminal->keys, TRUE);
    curs_set(0);
}

static void set_settings(const struct terminal *terminal, const struct termios *settings)
{
    if (terminal->has_settings) tcsetattr(terminal->outlet.descriptor, TCSANOW, settings);
}

static void free_terminal(struct terminal *terminal)
{
    outlet_close(&terminal->outlet);
    if (terminal->output != NULL) fclose(terminal->output);
    if (terminal->input != NULL) fclose(terminal->input);
    canvas_free(&terminal->shown);
    free(terminal->line);
    free(terminal->pairs);
    free(terminal);
}

/* What is wrong with the terminal, or NULL. */
static const char *start_ncurses(struct terminal *terminal, const struct terminal_options *options)
{
    terminal->output = stream_over(options->output, "w");
    terminal->input = stream_over(options->input, "r");
    if (terminal->output == NULL || terminal->input == NULL || !outlet_open(&terminal->outlet, options->output))
        return "the terminal's descriptors cannot be used";
    if (!terminal_type_usable(terminal->type, fileno(terminal->output)))
        return "terminal type not known here, or too simple (TERM)";
    crash_prepare(terminal->outlet.descriptor);
    if (!set_line(terminal)) return "the terminal cannot be used";
    terminal->keys = newpad(1, 1);
    if (terminal->keys == NULL) return "out of memory";
    if (options->height > 0) resizeterm(options->height, options->width);
    set_modes(terminal);
    terminal->depth = find_depth(options->colour);
    prepare_pairs(terminal);
    return NULL;
}

static void close_at_exit(void)
{
    terminal_close(the_terminal);
}

struct terminal *terminal_open(const struct terminal_options *options, char *error, size_t error_size)
{
    static bool registered;
    const char *type = options->type != NULL ? options->type : getenv("TERM");
    if (type == NULL || type[0] == '\0' || strcmp(type, "dumb") == 0) {
        snprintf(error, error_size, "this terminal cannot show a screen (TERM is %s)",
                 type == NULL ? "not set" : "dumb");
        return NULL;
    }
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (terminal == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    unsetenv("LINES");
    unsetenv("COLUMNS");
    theme_builtin(&terminal->mono, "mono");
    terminal->outlet.descriptor = -1;
    terminal->type = type;
    terminal->theme = *options->theme;
    terminal->ascii = options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    terminal->modern = is_modern(type);
    terminal->wants_mouse = options->mouse;
    terminal->everything = true;
    const char *why = start_ncurses(terminal, options);
    if (why != NULL) {
        snprintf(error, error_size, "%s: %s", type, why);
        if (terminal->screen != NULL) {
            endwin();
            set_settings(terminal, &terminal->before);
            delscreen(terminal->screen);
        }
        free_terminal(terminal);
        return NULL;
    }
    terminal->captured = options->capture && capture_start();
    crash_arm();
    the_terminal = terminal;
    if (!registered) registered = atexit(close_at_exit) == 0;
    return terminal;
}

/* The modes as they are to be, in front of the next frame. One that could not be told of is tried again. */
static void set_reports(struct terminal *terminal, bool mouse, bool paste)
{
    struct outlet *outlet = &terminal->outlet;
    if (!terminal->modern) return;
    if (terminal->mouse != mouse && outlet_add(outlet, mouse ? BEGIN_MOUSE : END_MOUSE)) terminal->mouse = mouse;
    if (terminal->paste != paste && outlet_add(outlet, paste ? BEGIN_PASTE : END_PASTE)) terminal->paste = paste;
}

/* A terminal without another screen to go back to keeps the picture: its last line is where the shell goes on. One that
 * takes nothing gets at least its settings back. */
static void hand_back(struct terminal *terminal)
{
    set_reports(terminal, false, false);
    move(LINES - 1, 0);
    clrtoeol();
    refresh();
    curs_set(1);
    endwin();
    outlet_take(&terminal->outlet, fileno(terminal->output));
    outlet_drain(&terminal->outlet, LAST_PATIENCE);
    set_settings(terminal, &terminal->before);
}

void terminal_close(struct terminal *terminal)
{
    if (terminal == NULL) return;
    the_terminal = NULL;
    crash_disarm();
    hand_back(terminal);
    delwin(terminal->keys);
    delscreen(terminal->screen);
    if (terminal->captured) capture_end();
    free_terminal(terminal);
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

static void make_character(struct terminal *terminal, const struct cell *cell, cchar_t *out)
{
    wchar_t text[CELL_CHARACTERS + 1];
    memcpy(text, cell->text, sizeof cell->text);
    text[CELL_CHARACTERS] = L'\0';
    const struct ink *ink = find_ink(terminal, cell->role, cell->ground);
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
    set_reports(terminal, terminal->wants_mouse, true);
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

void terminal_leave(struct terminal *terminal)
{
    hand_back(terminal);
}

void terminal_return(struct terminal *terminal)
{
    set_settings(terminal, &terminal->ours);
    terminal_resized(terminal);
    curs_set(0);
    terminal_repaint(terminal);
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
