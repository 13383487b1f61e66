/* Where everything goes, by the size of the window. Pure.
 *
 *     header          two rows
 *     ── rule ──
 *     ladder │ tape   (or the list, the help, …: `body`)
 *     ── rule ──
 *     alert           one row, until it was read: a recording that failed, damage in one that is watched
 *     trouble         one row, only while a connection's trouble needs it
 *     replay          one row, only while a recording is watched; in low windows the footer's, while that is free
 *     footer          one row
 *
 * Narrow windows drop the tape; the pane that has the focus then takes its place. The views drop columns by themselves.
 */
#ifndef BOOKTOP_UI_LAYOUT_H
#define BOOKTOP_UI_LAYOUT_H

#include "booktop/ui/canvas.h"

#define LAYOUT_LEAST_HEIGHT 12
#define LAYOUT_LEAST_WIDTH  40

enum pane { PANE_LADDER, PANE_TAPE, PANE_COUNT };

/* The rows that are not always there. */
struct layout_rows {
    bool alert, trouble, replay;
    int footer; /* rows; 0: one */
};

struct layout {
    bool fits; /* false: the window is smaller than 40 x 12, nothing else is set */
    struct area header, upper_rule, body, lower_rule, footer;
    struct area alert, trouble, replay; /* height 0: not there */
    struct area panes[PANE_COUNT];      /* inside the body; height 0: not shown */
    int divider;                        /* column between the panes, -1: none */
};

struct layout layout_compute(int height, int width, enum pane focus, bool full_pane, struct layout_rows rows);

#endif
