/* Opening a terminal, and giving it back as it was. */
#include <fcntl.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture.h"
#include "crash.h"
#include "terminal_inside.h"
#include "terminal_type.h"

/* Milliseconds that an Escape waits for the rest of a key's sequence (ncurses: 1000). */
#define ESCAPE_DELAY 25

/* Milliseconds that a terminal which takes nothing is waited for when it is given back. */
#define LAST_PATIENCE 300

static struct terminal *the_terminal; /* for the end of the process */

/* Opening */

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

static void set_settings(const struct terminal *terminal, const struct termios *settings)
{
    if (terminal->has_settings) tcsetattr(terminal->outlet.descriptor, TCSANOW, settings);
}

/* The line would make a signal of Ctrl-C within a paste, too, and throw away what was typed around it: it comes to us
 * as a character. Ctrl-\ stays the line's, for a program that hangs. */
static void take_interrupt(struct terminal *terminal)
{
    if (!terminal->has_settings) return;
    terminal->reading.interrupt = terminal->ours.c_cc[VINTR];
    terminal->ours.c_cc[VINTR] = _POSIX_VDISABLE;
    set_settings(terminal, &terminal->ours);
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
    take_interrupt(terminal);
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
    terminal->depth = terminal_find_depth(options->colour);
    terminal_prepare_pairs(terminal);
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

/* Closing */

/* A terminal without another screen to go back to keeps the picture: its last line is where the shell goes on. One that
 * takes nothing gets at least its settings back. */
static void hand_back(struct terminal *terminal)
{
    terminal_report(terminal, false, false);
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
