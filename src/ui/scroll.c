#include "scroll.h"

#include <limits.h>

/* Below every page's end, with room for the steps that are made from there before it is drawn. */
#define FAR_END (INT_MAX / 2)

bool scroll_act(enum action action, int page, int *top)
{
    int target;
    switch (action) {
    case ACTION_DOWN:
        target = *top + 1;
        break;
    case ACTION_UP:
        target = *top - 1;
        break;
    case ACTION_PAGE_DOWN:
        target = *top + page;
        break;
    case ACTION_PAGE_UP:
        target = *top - page;
        break;
    case ACTION_HOME:
        target = 0;
        break;
    case ACTION_END:
        target = FAR_END;
        break;
    default:
        return false;
    }
    *top = target < 0 ? 0 : target;
    return true;
}
