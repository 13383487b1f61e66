/* Which view has the keys, and what they do with it. */
#include <string.h>

#include "info.h"
#include "scene_inside.h"

/* Which view */

const struct view_ops *const scene_pane_views[PANE_COUNT] = {
    [PANE_LADDER] = &view_ladder, [PANE_TAPE] = &view_tape, [PANE_CHART] = &view_chart};

const struct view_ops *scene_helped_view(const struct scene *scene)
{
    if (scene->log_open) return &view_log;
    if (scene_shows_info(scene)) return &view_info;
    if (scene->watch_open) return &view_watch;
    if (scene->screen == SCREEN_LIST) return &view_markets;
    if (scene_shows_proof(scene)) return &view_proof;
    return scene_shows_book(scene) ? scene_pane_views[scene->focus] : &view_start;
}

bool scene_searches(const struct scene *scene)
{
    return scene->prompt_open && scene->prompt_use == PROMPT_SEARCH;
}

static const struct view_ops *focused_view(const struct scene *scene)
{
    if (scene_searches(scene)) return &view_search;
    if (scene->themes.open) return &view_themes;
    return scene->help_open ? &view_help : scene_helped_view(scene);
}

enum context scene_view_context(const struct scene *scene)
{
    return focused_view(scene)->context;
}

enum context scene_helped_context(const struct scene *scene)
{
    return scene_helped_view(scene)->context;
}

enum context scene_context(const struct scene *scene)
{
    if (scene->prompt_open && (scene_searches(scene) || scene->prompt_use == PROMPT_FILTER)) return CONTEXT_SEARCH;
    if (scene->prompt_open) return scene->prompt_use == PROMPT_COMMAND ? CONTEXT_COMMAND : CONTEXT_PROMPT;
    if (scene->jump[0] != '\0') return CONTEXT_JUMP;
    return focused_view(scene)->context;
}

/* What keys do */

static void open_proof(struct scene *scene)
{
    if (!scene_knows_market(scene) || scene->screen != SCREEN_BOOK) {
        scene_notice(scene, ROLE_MUTED,
                     scene->screen == SCREEN_BOOK ? "no market is open yet" : "no book is open here");
        return;
    }
    scene->proof_open = true;
    scene->proof_top = 0;
}

static void open_info(struct scene *scene)
{
    struct info info;
    if (!info_of(scene, &info)) {
        bool chosen = scene->watch_open || scene->screen == SCREEN_LIST;
        scene_notice(scene, ROLE_MUTED, chosen ? "no market is selected" : "no market is open yet");
        return;
    }
    scene->info_open = true;
    scene->info_top = 0;
}

/* To the next pane that is wanted. */
static void next_pane(struct scene *scene)
{
    const bool wanted[PANE_COUNT] = {true, scene->prefs.tape, scene->prefs.chart};
    do {
        scene->focus = (scene->focus + 1) % PANE_COUNT;
    } while (!wanted[scene->focus]);
}

/* Goes to a pane. Who is there already leaves it, and where it would stay beside the others it is put away. */
static void toggle_pane(struct scene *scene, enum pane pane, bool *wanted)
{
    bool leaves = scene->focus == pane;
    if (!leaves || scene->beside[pane]) *wanted = !leaves;
    scene->focus = leaves ? PANE_LADDER : pane;
}

/* What concerns the whole screen; false for what is a view's. */
static bool act_on_screen(struct scene *scene, enum action action)
{
    switch (action) {
    case ACTION_NEXT_PANE:
        next_pane(scene);
        return true;
    case ACTION_FULL_PANE:
        scene->full_pane = !scene->full_pane;
        return true;
    case ACTION_TAPE:
        toggle_pane(scene, PANE_TAPE, &scene->prefs.tape);
        return true;
    case ACTION_CHART:
        toggle_pane(scene, PANE_CHART, &scene->prefs.chart);
        return true;
    case ACTION_PROOF:
        open_proof(scene);
        return true;
    case ACTION_INFO:
        open_info(scene);
        return true;
    default:
        return false;
    }
}

bool scene_act(struct scene *scene, enum action action)
{
    if (scene_searches(scene) && view_search.act(scene, action)) return true;
    if (scene->prompt_open && scene->prompt_use == PROMPT_FILTER && market_list_act(&scene->list, action)) return true;
    if (scene->prompt_open) return prompt_act(&scene->prompt, action);
    if (scene->jump[0] != '\0' && action == ACTION_ERASE) {
        scene->jump[strlen(scene->jump) - 1] = '\0';
        return true;
    }
    return act_on_screen(scene, action) || focused_view(scene)->act(scene, action);
}
