/* Signals: the handlers set a bit and write a byte into a pipe, the main loop acts. Main thread; every other thread has
 * them blocked.
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
/* Puts back what was there before. */
void signals_restore(void);

/* Readable while there is something to take. */
int signals_fd(void);
unsigned signals_take(void);
/* The number of the signal that asks for the end; 0: none. */
int signals_ending(void);

/* Stops the process as the shell expects it; returns when it is continued. */
void signals_stop_self(void);

#endif
