/* Where everything goes, by the size of the window. Pure.
 *
 *     header          two rows
 *     ── rule ──
 *     ladder │ tape │ chart   (or the list, the help, …: `body`)
 *     ── rule ──
 *     alert           until it was read: a recording that failed, damage in one that is watched; as many rows as it
 *                     needs, up to three, and as leave the body some
 *     trouble         one row, only while a connection's trouble needs it
 *     replay          one row, only while a recording is watched; in low windows the footer's, while that is free
 *     footer          one row
 *
 * What the user does not want is left out. Where there is room for two, the tape goes before the chart; in narrow
 * windows the ladder is alone. The pane that has the focus is always there: it takes the other's place, or everything.
 * The views drop columns by themselves.
 */
#ifndef BOOKTOP_UI_LAYOUT_H
#define BOOKTOP_UI_LAYOUT_H

#include "booktop/ui/canvas.h"

#define LAYOUT_LEAST_HEIGHT 12
#define LAYOUT_LEAST_WIDTH  40

/* In the order from left to right. */
enum pane { PANE_LADDER, PANE_TAPE, PANE_CHART, PANE_COUNT };

struct layout_panes {
    enum pane focus;
    bool full;        /* the focused one alone */
    bool tape, chart; /* wanted beside the ladder */
    int side;         /* columns at the right of everything, for a list over the screen; 0: none */
};

/* The rows that are not always there. */
struct layout_rows {
    bool trouble, replay;
    int alert;  /* rows */
    int footer; /* rows; 0: one */
};

struct layout {
    bool fits; /* false: the window is smaller than 40 x 12, nothing else is set */
    struct area header, upper_rule, body, lower_rule, footer;
    struct area alert, trouble, replay; /* height 0: not there */
    struct area panes[PANE_COUNT];      /* inside the body; height 0: not shown */
    struct area side;                   /* beside the body, over its right part where that is narrow; height 0: none */
    bool beside[PANE_COUNT];            /* there is room for it whichever has the focus */
    int divider_count;
    int dividers[PANE_COUNT - 1]; /* columns between the panes */
};

struct layout layout_compute(int height, int width, struct layout_panes panes, struct layout_rows rows);

#endif
