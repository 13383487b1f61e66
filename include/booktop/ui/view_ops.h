/* A view: one way of showing a part of the scene, as a row with the same operations. Adding a view is one file and one
 * row. Views draw inside the canvas's present area, in roles; they change nothing but their own part of the scene and
 * never speak to the feed. Main thread.
 */
#ifndef BOOKTOP_UI_VIEW_OPS_H
#define BOOKTOP_UI_VIEW_OPS_H

#include "booktop/ui/canvas.h"
#include "booktop/ui/keymap.h"

struct scene;

struct view_ops {
    enum context context; /* whose keys it takes */
    /* Draws. May settle what depends on the room there is (scroll positions). */
    void (*draw)(struct scene *scene, struct canvas *canvas);
    /* Does an action; false if it means nothing here. */
    bool (*act)(struct scene *scene, enum action action);
};

extern const struct view_ops view_ladder;  /* the book, asks above, bids below, the middle always in the middle */
extern const struct view_ops view_tape;    /* the last trades, newest first */
extern const struct view_ops view_chart;   /* how much stands in the book up to each price */
extern const struct view_ops view_info;    /* all that is known about the market */
extern const struct view_ops view_markets; /* markets to choose from, grouped by event */
extern const struct view_ops view_watch;   /* the watch list */
extern const struct view_ops view_search;  /* what is found for the words that are typed */
extern const struct view_ops view_help;    /* the keys */
extern const struct view_ops view_proof;   /* how the book is checked, and what came of it */
extern const struct view_ops view_log;     /* the connections, what happened to them, and what is measured of them */
extern const struct view_ops view_themes;  /* themes to choose from */
extern const struct view_ops view_start;   /* the steps until the first book */

#endif
