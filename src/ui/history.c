#include "booktop/ui/history.h"

#include <string.h>

static void take_out(struct history *history, unsigned place)
{
    history->count--;
    memmove(history->lines[place], history->lines[place + 1], (history->count - place) * sizeof history->lines[0]);
}

void history_add(struct history *history, const char *line)
{
    char copy[PROMPT_SIZE]; /* the line may be one of ours */
    if (text_copy(text_from(line), copy, sizeof copy) == 0) return;
    for (unsigned i = 0; i < history->count; i++) {
        if (strcmp(history->lines[i], copy) != 0) continue;
        take_out(history, i);
        break;
    }
    if (history->count == HISTORY_LINES) take_out(history, 0);
    memcpy(history->lines[history->count++], copy, sizeof copy);
}

const char *history_line(const struct history *history, unsigned back)
{
    return back > 0 && back <= history->count ? history->lines[history->count - back] : NULL;
}
