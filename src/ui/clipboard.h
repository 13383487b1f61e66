/* What asks a terminal to put a text into the clipboard: OSC 52 (xterm's control sequences, "Manipulate Selection
 * Data").
 */
#ifndef BOOKTOP_UI_CLIPBOARD_H
#define BOOKTOP_UI_CLIPBOARD_H

#include "booktop/base/text.h"

/* Terminated, free it; NULL: out of memory. */
char *clipboard_sequence(struct text text);

#endif
