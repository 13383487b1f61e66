/* Lines that were typed, to be typed again: kept from one start to the next. Plain data. Main thread. */
#ifndef BOOKTOP_UI_HISTORY_H
#define BOOKTOP_UI_HISTORY_H

#include "booktop/base/text.h"
#include "booktop/ui/prompt.h"

#define HISTORY_LINES 50

struct history {
    char lines[HISTORY_LINES][PROMPT_SIZE]; /* the newest last */
    unsigned count;
};

/* What was there before moves to the end; of too many the oldest goes. An empty line is none. */
void history_add(struct history *history, const char *line);
/* The one typed `back` lines ago, 1: the newest; NULL: so many there are not. */
const char *history_line(const struct history *history, unsigned back);

#endif
