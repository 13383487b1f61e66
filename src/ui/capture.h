/* Standard output and error, led into memory while the screen is on. Nothing here allocates. */
#ifndef BOOKTOP_UI_CAPTURE_H
#define BOOKTOP_UI_CAPTURE_H

#include <stdbool.h>

/* False if that cannot be had; everything is as before then. */
bool capture_start(void);
/* Puts the descriptors back and writes what was caught to standard error. Safe in a signal handler, safe to repeat. */
void capture_end(void);

#endif
