/* Signals: the handlers set a bit and write a byte into a pipe, the main loop acts. Main thread; every other thread has
 * them blocked.
 *
 * The first SIGINT, SIGTERM or SIGHUP asks for an end in good order. A terminal that is closed sends SIGHUP twice, and
 * keys are pressed twice: another one ends the program at once only if it is SIGINT or SIGTERM and comes a second or
 * more after the first. So it is in every command, until the program has ended.
 */
#ifndef BOOKTOP_UI_SIGNALS_H
#define BOOKTOP_UI_SIGNALS_H

#include <stdbool.h>

/* What happened since the last signals_take; bits. */
enum {
    SIGNALS_END = 1,     /* SIGINT, SIGTERM or SIGHUP: see signals_ending */
    SIGNALS_RESIZE = 2,  /* SIGWINCH */
    SIGNALS_SUSPEND = 4, /* SIGTSTP */
    SIGNALS_CONTINUE = 8 /* SIGCONT: somebody else may have used the terminal */
};

/* Installs the handlers; false with errno set. To be called before ncurses starts, which then leaves them alone. */
bool signals_install(void);
/* Puts back what was there before, but for what asks for the end: files are closed after the screen. */
void signals_restore(void);
/* Without a screen: for a command that had those three blocked, once it puts away what it began. `number`: which asked
 * for the end, 0: none did. Unblocks them; one that is ignored stays so. */
void signals_put_away(int number);
/* The handler of those three. */
void signals_on_end(int number);

/* Readable while there is something to take. */
int signals_fd(void);
unsigned signals_take(void);
/* The number of the signal that asks for the end; 0: none. */
int signals_ending(void);

/* SIGINT as the line of this terminal would send it: to all in front of it, or else to this process alone. */
void signals_interrupt(int terminal);
/* Stops the process as the shell expects it; returns when it is continued. */
void signals_stop_self(void);

#endif
