/* What was recorded beside a viewer, as it is told at the end. Main thread. */
#ifndef BOOKTOP_SRC_APP_RECORDED_H
#define BOOKTOP_SRC_APP_RECORDED_H

#include <stdio.h>

#include "booktop/feed/taping.h"

/* For each recording its files, of more than a few the first and the last, and the command that plays all of them. What
 * was moved or removed meanwhile is left out, and said; so is which of the others failed. */
void recorded_tell(FILE *out, const struct taping_file *files, size_t count);
/* "booktop: night.obr.zst was moved or removed meanwhile": no name to go on with. */
void recorded_tell_gone(FILE *out, const char *path);

#endif
