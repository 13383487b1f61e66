/* The table of scenes: every view in the moments that matter, made by hand. A row says what is drawn; test_screens
 * crosses it with the sizes and the forms of a terminal. A new view needs a row here with the form EVERYWHERE.
 */
#ifndef BOOKTOP_TESTS_UI_SCENES_H
#define BOOKTOP_TESTS_UI_SCENES_H

#include <locale.h>
#include <time.h>

#include "scenes_book.h"
#include "scenes_find.h"
#include "scenes_list.h"
#include "scenes_panels.h"
#include "scenes_replay.h"
#include "scenes_seen.h"
#include "scenes_watch.h"

enum scene_form {
    EVERYWHERE, /* in every size and form */
    STATE       /* another state of a view that is drawn everywhere: once a size, and once as the plainest terminal */
};

struct scene_row {
    const char *view, *name; /* the view's golden files; a section of them */
    const struct view_ops *ops;
    enum scene_form form;
    void (*make)(struct scene *scene); /* from sample_scene */
    enum action then;                  /* done once the scene was drawn in its size; ACTION_NONE: nothing */
};

#define SCENE(view, name, form, make)                                                                                  \
    {                                                                                                                  \
#view, name, &view_##view, form, make, ACTION_NONE                                                             \
    }
#define SCENE_THEN(view, name, form, make, then)                                                                       \
    {                                                                                                                  \
#view, name, &view_##view, form, make, ACTION_##then                                                           \
    }

/* clang-format off */
static const struct scene_row scene_rows[] = {
    SCENE(ladder, "book", EVERYWHERE, NULL),
    SCENE(ladder, "hostile", EVERYWHERE, make_hostile_titles),
    SCENE(ladder, "verified", STATE, make_verified),
    SCENE(ladder, "suspect", STATE, make_suspect),
    SCENE(ladder, "doubt", STATE, make_doubt),
    SCENE(ladder, "stale", STATE, make_stale),
    SCENE(ladder, "stale-syncing", STATE, make_awaited_again),
    SCENE(ladder, "given-up", STATE, make_given_up),
    SCENE(ladder, "locked", STATE, make_locked),
    SCENE(ladder, "crossed", STATE, make_crossed),
    SCENE(ladder, "crossed-verified", STATE, make_crossed_verified),
    SCENE(ladder, "one-sided", STATE, make_one_sided),
    SCENE(ladder, "resolved", STATE, make_resolved),
    SCENE(ladder, "fine-tick", STATE, make_fine_tick),
    SCENE(ladder, "cursor", STATE, make_cursor),
    SCENE(ladder, "far-end", STATE, make_far_end),
    SCENE(ladder, "flipped", STATE, make_flipped),
    SCENE(ladder, "recording", STATE, make_recording),
    SCENE(ladder, "recording-gap", STATE, make_recording_gap),
    SCENE(ladder, "recording-failed", STATE, make_recording_failed),
    SCENE(ladder, "recording-mark", STATE, make_recording_mark),
    SCENE(ladder, "replay", EVERYWHERE, make_replay),
    SCENE(ladder, "replay-paused", STATE, make_replay_paused),
    SCENE(ladder, "replay-jump", STATE, make_replay_jump),
    SCENE(ladder, "money", STATE, make_money),
    SCENE(ladder, "cost", STATE, make_cost),
    SCENE(ladder, "cost-of-money", STATE, make_cost_of_money),
    SCENE(ladder, "panes", STATE, make_ladder_and_chart),
    SCENE(tape, "tape", EVERYWHERE, make_tape),
    SCENE(tape, "paused", STATE, make_tape_paused),
    SCENE(chart, "chart", EVERYWHERE, make_chart),
    SCENE(chart, "full", STATE, make_chart_alone),
    SCENE(chart, "nearer", STATE, make_chart_nearer),
    SCENE(chart, "one-sided", STATE, make_chart_one_sided),
    SCENE(info, "info", EVERYWHERE, make_info),
    SCENE_THEN(info, "end", STATE, make_info, END),
    SCENE(info, "untold", STATE, make_info_untold),
    SCENE(info, "replay", STATE, make_info_replay),
    SCENE(info, "kalshi", STATE, make_info_kalshi),
    SCENE(info, "hostile", STATE, make_info_hostile),
    SCENE(markets, "list", EVERYWHERE, make_list),
    SCENE(markets, "venues", STATE, make_list_of_two_venues),
    SCENE(markets, "replay", STATE, make_list_of_a_replay),
    SCENE(markets, "folded", STATE, make_list_folded),
    SCENE(markets, "filter", STATE, make_list_filter),
    SCENE(markets, "filtered-away", STATE, make_list_filtered_away),
    SCENE(search, "search", EVERYWHERE, make_search),
    SCENE(search, "found", STATE, make_search_found),
    SCENE(search, "nothing", STATE, make_search_nothing),
    SCENE(search, "empty", STATE, make_search_empty),
    SCENE(search, "address", STATE, make_search_address),
    SCENE(watch, "watch", EVERYWHERE, make_watch),
    SCENE(watch, "over-list", STATE, make_watch_over_list),
    SCENE(watch, "empty", STATE, make_watch_empty),
    SCENE(help, "help", EVERYWHERE, make_help),
    SCENE_THEN(help, "end", STATE, make_help, END),
    SCENE(help, "replay", STATE, make_help_of_a_replay),
    SCENE(help, "found", STATE, make_help_found),
    SCENE(ladder, "command", STATE, make_command),
    SCENE(ladder, "command-refused", STATE, make_command_refused),
    SCENE(proof, "verified", EVERYWHERE, make_proof),
    SCENE_THEN(proof, "verified-end", STATE, make_proof, END),
    SCENE(proof, "suspect", STATE, make_proof_suspect),
    SCENE(proof, "live", STATE, make_proof_live),
    SCENE(log, "log", EVERYWHERE, make_log),
    SCENE_THEN(log, "end", STATE, make_log, END),
    SCENE(themes, "themes", EVERYWHERE, make_themes),
    SCENE(themes, "broken", STATE, make_themes_broken),
    SCENE(themes, "colourless", STATE, make_themes_colourless),
    SCENE(start, "start", EVERYWHERE, make_start),
    SCENE(start, "failed", STATE, make_start_failed),
};
/* clang-format on */

#define SCENE_ROWS (sizeof scene_rows / sizeof *scene_rows)

/* The scene of a row as it is before it is drawn; the caller frees. */
static inline struct scene *scene_of(const struct scene_row *row)
{
    struct scene *scene = sample_scene();
    if (row->make != NULL) row->make(scene);
    return scene;
}

/* Drawn in a canvas of this size; the caller frees the canvas. */
static inline void scene_picture(const struct scene_row *row, struct scene *scene, struct canvas *canvas, int height,
                                 int width)
{
    if (!canvas_resize(canvas, height, width)) abort();
    scene_draw(scene, canvas);
    if (row->then == ACTION_NONE) return;
    scene_act(scene, row->then);
    scene_draw(scene, canvas);
}

/* Around all tests of a program: the same surroundings everywhere. */
static inline int scenes_begin(void **state)
{
    (void)state;
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    setenv("XDG_CONFIG_HOME", "/nowhere", 1); /* no themes of the user's */
    tzset();
    return 0;
}

static inline int scenes_end(void **state)
{
    (void)state;
    catalogue_free(&scenes_catalogue);
    return 0;
}

#endif
