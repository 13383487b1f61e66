/* How far a long piece of work is: one line on standard error, where that is a terminal.
 *
 * It appears after a second, is written anew at most five times a second and leaves nothing behind; where the work
 * tells nothing of itself for a second, the seconds are counted there (by SIGALRM). Main thread. While it runs, SIGINT,
 * SIGTERM and SIGHUP end the work in order: what was begun can be put away. Another one is as ui/signals.h says.
 */
#ifndef BOOKTOP_SRC_APP_PROGRESS_H
#define BOOKTOP_SRC_APP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "booktop/base/clock.h"

struct progress {
    const struct clock *clock;
    const char *what;    /* "checking": static */
    int64_t began, told; /* mono ns; told 0: nothing is on the line */
    bool terminal;
    uint64_t steps; /* that were told of by progress_step */
};

/* For lines of one's own, by progress_line: signals stay as they are. */
void progress_prepare(struct progress *progress);
/* In place of what is on the line; as much of the words, sanitized, as one row holds. */
void progress_line(struct progress *progress, const char *words);
/* What is on the line stays there; whatever is printed next stands below. */
void progress_keep(struct progress *progress);

void progress_begin(struct progress *progress, const char *what);
/* For recording_verify and its like: `context` is the struct progress. False: a signal asks for the end. */
bool progress_tell(void *context, unsigned thousandths);
/* The same for a step of something of that length that has come to `m`: it may be called for each record. */
bool progress_step(struct progress *progress, int64_t m, int64_t length);
/* For recording_length and its like, which do not say how far they are: the seconds are counted. */
bool progress_goes_on(void *context);
/* Clears the line: before anything else is printed; it comes back with the next tell. */
void progress_clear(struct progress *progress);
/* Clears it, and signals do again what they did before anything was begun. */
void progress_end(struct progress *progress);

/* The signal that asked for the end, 0: none. The program's exit code is then 128 and this. */
int progress_signal(void);

#endif
