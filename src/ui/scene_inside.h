/* The inside of a scene, shared by its sources: scene.c (what it holds and what that means), scene_act.c (which view
 * has the keys, and what they do with it), scene_draw.c (the picture).
 */
#ifndef BOOKTOP_UI_SCENE_INSIDE_H
#define BOOKTOP_UI_SCENE_INSIDE_H

#include "booktop/ui/scene.h"

extern const struct view_ops *const scene_pane_views[PANE_COUNT];

/* The market is known, and there is something to show of it, if only that it is over. */
bool scene_shows_book(const struct scene *scene);
/* The view that is seen where the help is not open. */
const struct view_ops *scene_helped_view(const struct scene *scene);
/* Markets are searched for: what is found stands in place of everything else. */
bool scene_searches(const struct scene *scene);

#endif
