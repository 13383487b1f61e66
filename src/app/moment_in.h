/* A time that a user says, found in the recording that is played. Main thread. */
#ifndef BOOKTOP_SRC_APP_MOMENT_IN_H
#define BOOKTOP_SRC_APP_MOMENT_IN_H

#include "booktop/feed/playback.h"

#define MOMENT_IN_REASON 512

/* The m that `words` mean, the value of the option `name` ("at"). False: a signal has ended it; or, with a reason, it
 * is no time of the recording, or that cannot be read: moment_in_code is then the exit code. */
bool moment_in(struct playback *playback, const char *name, const char *words, int64_t *m,
               char error[MOMENT_IN_REASON]);
int moment_in_code(const struct playback *playback);

#endif
