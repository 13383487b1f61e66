#include "booktop/ui/layout.h"

#define HEADER_HEIGHT 2
#define RULE_HEIGHT   1
/* Below this height a replay's row is the footer's. */
#define LEAST_HEIGHT_FOR_REPLAY 16

/* Below this the tape gives way. */
#define LEAST_WIDTH_OF_BOTH 76

/* time, price with its arrow, size */
#define TAPE_WIDTH 32
/* From here on the tape gets a part of what is gained, for its money column. */
#define ROOMY_WIDTH     112
#define TAPE_WIDTH_MOST 72

static int tape_width(int width)
{
    if (width <= ROOMY_WIDTH) return TAPE_WIDTH;
    int wide = TAPE_WIDTH + (width - ROOMY_WIDTH) / 2;
    return wide < TAPE_WIDTH_MOST ? wide : TAPE_WIDTH_MOST;
}

static void split_body(struct layout *layout, enum pane focus, bool full_pane)
{
    const struct area *body = &layout->body;
    layout->divider = -1;
    if (full_pane || body->width < LEAST_WIDTH_OF_BOTH) {
        layout->panes[focus] = *body;
        return;
    }
    int right = tape_width(body->width);
    layout->divider = body->width - right - 1;
    layout->panes[PANE_LADDER] = (struct area){body->row, 0, body->height, layout->divider};
    layout->panes[PANE_TAPE] = (struct area){body->row, layout->divider + 1, body->height, right};
}

/* The next row of the window, or none. */
static struct area take_row(int *row, int width, bool wanted)
{
    struct area area = {*row, 0, wanted ? 1 : 0, width};
    *row += area.height;
    return area;
}

struct layout layout_compute(int height, int width, enum pane focus, bool full_pane, struct layout_rows rows)
{
    struct layout layout = {.divider = -1};
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
    layout.body = (struct area){row, 0, body, width};
    row += body;
    layout.lower_rule = (struct area){row, 0, RULE_HEIGHT, width};
    row += RULE_HEIGHT;
    layout.alert = take_row(&row, width, rows.alert);
    layout.trouble = take_row(&row, width, rows.trouble);
    layout.replay = take_row(&row, width, rows.replay);
    layout.footer = (struct area){row, 0, footer, width};
    split_body(&layout, focus, full_pane);
    return layout;
}
