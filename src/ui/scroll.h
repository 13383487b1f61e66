/* Pages that are longer than the window: which of their lines is the first one shown. */
#ifndef BOOKTOP_UI_SCROLL_H
#define BOOKTOP_UI_SCROLL_H

#include "booktop/ui/keymap.h"

/* Moves *top by a line, a page or to an end, never above the start. How far down it may go is known to who draws, and
 * is held to there. False, with nothing changed, for actions that do not scroll. */
bool scroll_act(enum action action, int page, int *top);

#endif
