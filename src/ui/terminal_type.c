/* Asked before newterm, which leaks when it refuses. By itself, because <term.h> defines words like `columns`. */
#include "terminal_type.h"

#include <curses.h>
#include <term.h>

bool terminal_type_usable(const char *type, int descriptor)
{
    int reason;
    if (setupterm(type, descriptor, &reason) == ERR) return false;
    bool usable = cursor_address != NULL;
    del_curterm(cur_term);
    return usable;
}
