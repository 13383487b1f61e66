#include "booktop/ui/layout.h"

#define HEADER_HEIGHT 2
#define RULE_HEIGHT   1
/* Below this height a replay's row is the footer's. */
#define LEAST_HEIGHT_FOR_REPLAY 16
/* Rows that an alert leaves, if it has more than one itself. */
#define LEAST_BODY 4

/* Below this the ladder is alone, below the other it has one pane beside it. */
#define LEAST_WIDTH_OF_BOTH 76
#define LEAST_WIDTH_OF_ALL  140

/* time, price with its arrow, size */
#define TAPE_WIDTH 32
/* From here on the tape gets a part of what is gained, for its money column. */
#define ROOMY_WIDTH     112
#define TAPE_WIDTH_MOST 72
/* With the chart beside it. */
#define ROOMY_WIDTH_OF_ALL   150
#define TAPE_WIDTH_OF_ALL    56
#define CHART_WIDTH_MOST     120
#define CHART_SHARE(columns) ((columns)*9 / 20)

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int tape_width(int width, bool chart)
{
    int roomy = chart ? ROOMY_WIDTH_OF_ALL : ROOMY_WIDTH, most = chart ? TAPE_WIDTH_OF_ALL : TAPE_WIDTH_MOST;
    if (width <= roomy) return TAPE_WIDTH;
    return smaller(TAPE_WIDTH + (width - roomy) / 2, most);
}

/* Which panes are shown: in `beside` those that are there without the focus, too. */
static void choose_panes(struct layout *layout, struct layout_panes panes, bool shown[PANE_COUNT])
{
    int width = layout->body.width;
    bool two = width >= LEAST_WIDTH_OF_BOTH, all = width >= LEAST_WIDTH_OF_ALL;
    bool alone = panes.full || !two;
    layout->beside[PANE_LADDER] = two;
    layout->beside[PANE_TAPE] = two && panes.tape;
    layout->beside[PANE_CHART] = panes.chart && (all || (two && !panes.tape));
    for (int i = 0; i < PANE_COUNT; i++) shown[i] = (int)panes.focus == i || (!alone && layout->beside[i]);
    if (alone || all) return;
    /* Of two on the right the focused one stays. */
    if (panes.focus == PANE_CHART) shown[PANE_TAPE] = false;
    if (panes.focus == PANE_TAPE) shown[PANE_CHART] = false;
}

static void split_body(struct layout *layout, struct layout_panes panes)
{
    const struct area *body = &layout->body;
    bool shown[PANE_COUNT];
    choose_panes(layout, panes, shown);
    if (!shown[PANE_LADDER]) {
        layout->panes[panes.focus] = *body;
        return;
    }
    int widths[PANE_COUNT] = {0}, left = body->width;
    if (shown[PANE_TAPE]) left -= 1 + (widths[PANE_TAPE] = tape_width(body->width, shown[PANE_CHART]));
    if (shown[PANE_CHART]) left -= 1 + (widths[PANE_CHART] = smaller(CHART_SHARE(left), CHART_WIDTH_MOST));
    widths[PANE_LADDER] = left;
    int column = 0;
    for (int i = 0; i < PANE_COUNT; i++) {
        if (!shown[i]) continue;
        if (column > 0) layout->dividers[layout->divider_count++] = column++;
        layout->panes[i] = (struct area){body->row, column, body->height, widths[i]};
        column += widths[i];
    }
}

/* The next rows of the window, or none. */
static struct area take_rows(int *row, int width, int rows)
{
    struct area area = {*row, 0, rows, width};
    *row += area.height;
    return area;
}

/* The body gives way as far as it stays usable; then it is covered. */
static void take_side(struct layout *layout, int columns)
{
    struct area *body = &layout->body;
    int left = body->width - columns;
    layout->side = (struct area){body->row, left, body->height, columns};
    body->width = left > LAYOUT_LEAST_WIDTH ? left : LAYOUT_LEAST_WIDTH;
}

struct layout layout_compute(int height, int width, struct layout_panes panes, struct layout_rows rows)
{
    struct layout layout = {0};
    layout.fits = height >= LAYOUT_LEAST_HEIGHT && width >= LAYOUT_LEAST_WIDTH;
    if (!layout.fits) return layout;
    int row = 0;
    layout.header = (struct area){row, 0, HEADER_HEIGHT, width};
    row += HEADER_HEIGHT;
    layout.upper_rule = (struct area){row, 0, RULE_HEIGHT, width};
    row += RULE_HEIGHT;
    if (height < LEAST_HEIGHT_FOR_REPLAY) rows.replay = false;
    int footer = rows.footer > 0 ? rows.footer : 1;
    int body = height - row - RULE_HEIGHT - rows.alert - rows.trouble - rows.replay - footer;
    for (; body < LEAST_BODY && rows.alert > 1; body++) rows.alert--;
    layout.body = (struct area){row, 0, body, width};
    if (panes.side > 0) take_side(&layout, panes.side);
    row += body;
    layout.lower_rule = (struct area){row, 0, RULE_HEIGHT, width};
    row += RULE_HEIGHT;
    layout.alert = take_rows(&row, width, rows.alert);
    layout.trouble = take_rows(&row, width, rows.trouble);
    layout.replay = take_rows(&row, width, rows.replay);
    layout.footer = (struct area){row, 0, footer, width};
    split_body(&layout, panes);
    return layout;
}
