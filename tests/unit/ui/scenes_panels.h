/* Scenes of the panels over the book: help, proof, log, and the steps of the start. */
#ifndef BOOKTOP_TESTS_UI_SCENES_PANELS_H
#define BOOKTOP_TESTS_UI_SCENES_PANELS_H

#include "scenes_book.h"

static inline void make_help(struct scene *scene)
{
    scene->help_open = true;
}

static inline void make_help_found(struct scene *scene)
{
    make_help(scene);
    snprintf(scene->help_words, sizeof scene->help_words, "market");
    scene->prompt_open = true;
    scene->prompt_use = PROMPT_FIND_KEY;
    prompt_insert_text(&scene->prompt, TEXT("market"));
}

/* A command that is being typed, over a book. */
static inline void make_command(struct scene *scene)
{
    scene->prompt_open = true;
    scene->prompt_use = PROMPT_COMMAND;
    prompt_insert_text(&scene->prompt, TEXT("se"));
}

static inline void make_command_refused(struct scene *scene)
{
    make_command(scene);
    prompt_insert_text(&scene->prompt, TEXT("t size-unit stones"));
    snprintf(scene->command_error, sizeof scene->command_error, "size-unit is shares or money");
}

static inline void make_help_of_a_replay(struct scene *scene)
{
    sample_replay(scene);
    scene->help_open = true;
}

static inline void make_proof(struct scene *scene)
{
    sample_change(scene, sample_verify);
    sample_act(scene, ACTION_PROOF, 1);
}

/* Of a book in doubt, with hostile names. */
static inline void make_proof_suspect(struct scene *scene)
{
    sample_change(scene, sample_suspect);
    sample_change(scene, sample_be_hostile);
    sample_act(scene, ACTION_PROOF, 1);
}

/* Before the first check. */
static inline void make_proof_live(struct scene *scene)
{
    sample_act(scene, ACTION_PROOF, 1);
}

/* Ours alone, whatever the user has. */
static inline void make_themes(struct scene *scene)
{
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    themes_open(&scene->themes);
    sample_act(scene, ACTION_DOWN, 6);
}

/* A user's theme that cannot be read. */
static inline void make_themes_broken(struct scene *scene)
{
    struct themes *themes = &scene->themes;
    make_themes(scene);
    snprintf(themes->list.names[themes->list.count++], THEME_NAME_SIZE, "night-shift \xe6\xb8\xaf\x1b[31m");
    themes->selected = themes->list.count - 1;
    snprintf(themes->trouble, sizeof themes->trouble,
             "night-shift.theme, line 12: 'orange' is no colour (#rrggbb, default or "
             "one of 16 names, red to bright-white) and none of bold, dim, underline, reverse");
}

/* Over the list of markets of a replay, in a terminal without colours. */
static inline void make_themes_colourless(struct scene *scene)
{
    sample_replay(scene);
    scene->colourless = true;
    make_themes(scene);
}

static inline void make_log(struct scene *scene)
{
    sample_open_log(scene);
}

static inline void sample_forget_book(struct book_view *view)
{
    view->has_book = false;
    view->link.state = LINK_STATE_CONNECTING;
    for (int step = STEP_CONNECT; step <= STEP_FIRST_BOOK; step++) view->link.steps[step] = -1;
}

static inline void make_start(struct scene *scene)
{
    sample_change(scene, sample_forget_book);
    scene->opening_since.mono -= 3 * NANOSECONDS_PER_SECOND;
}

static inline void sample_be_refused_by_proxy(struct book_view *view)
{
    sample_lose_link(view);
    view->has_book = false;
    view->proof = (struct proof){.state = PROOF_SYNCING};
    view->link.entered[LINK_STATE_RESOLVING] = view->link.entered[LINK_STATE_CONNECTING] = 3;
    view->link.steps[STEP_CONNECT] = view->link.steps[STEP_SUBSCRIBE] = view->link.steps[STEP_FIRST_BOOK] = -1;
    sample_text(view->link.reason, sizeof view->link.reason,
                "the proxy at 127.0.0.1:3128 refused to connect us to ws-subscriptions-clob.polymarket.com:443: HTTP "
                "407 Proxy Authentication Required");
}

static inline void make_start_failed(struct scene *scene)
{
    sample_change(scene, sample_be_refused_by_proxy);
}

#endif
