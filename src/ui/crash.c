#include "crash.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "capture.h"
#include "outlet.h"

/* endwin() may not be called from a handler. In order: synchronized output, mouse, pasting, colours, cursor, the other
 * screen. A mode that was never set is not disturbed by its end. */
static const char restore_bytes[] =
    "\033[?2026l\033[?1006l\033[?1002l\033[?1000l\033[?2004l\033[0m\033[?1l\033>\033[?25h\033[?1049l\r\n";

/* Milliseconds that a terminal which takes nothing is waited for. */
#define PATIENCE 200

static const char last_words[] = "booktop: crashed; the terminal was restored\n";

/* The last one is no crash: Ctrl-\, for a program that does not listen to anything else. */
static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT};

#define FATAL (sizeof fatal / sizeof *fatal)

static struct sigaction before[FATAL];
static struct termios settings;
static bool have_settings;
static int descriptor = -1;
static volatile sig_atomic_t armed;
static _Alignas(16) char stack[65536]; /* a stack that overflowed is no place for a handler */

void crash_give_back(void)
{
    if (!armed) return;
    outlet_write(descriptor, restore_bytes, sizeof restore_bytes - 1, PATIENCE);
    if (have_settings) tcsetattr(descriptor, TCSANOW, &settings);
    capture_end();
}

static void on_fatal(int number)
{
    crash_give_back();
    if (number != SIGQUIT) outlet_write(STDERR_FILENO, last_words, sizeof last_words - 1, PATIENCE);
    /* The handler is gone already (SA_RESETHAND): this time the signal does what it does. */
    raise(number);
}

void crash_prepare(int terminal)
{
    descriptor = terminal;
    have_settings = tcgetattr(terminal, &settings) == 0;
}

void crash_arm(void)
{
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&own, NULL);
    struct sigaction action = {.sa_handler = on_fatal, .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK | SA_NODEFER)};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FATAL; i++) sigaction(fatal[i], &action, &before[i]);
    armed = 1;
}

void crash_disarm(void)
{
    armed = 0;
    for (size_t i = 0; i < FATAL; i++) sigaction(fatal[i], &before[i], NULL);
}
