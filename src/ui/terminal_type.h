#ifndef BOOKTOP_UI_TERMINAL_TYPE_H
#define BOOKTOP_UI_TERMINAL_TYPE_H

#include <stdbool.h>

/* Whether terminfo knows this terminal and it can place a cursor. */
bool terminal_type_usable(const char *type, int descriptor);

#endif
