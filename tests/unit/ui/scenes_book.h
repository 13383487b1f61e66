/* Scenes of the book: its states, what the keys make of it, and what stands around it. */
#ifndef BOOKTOP_TESTS_UI_SCENES_BOOK_H
#define BOOKTOP_TESTS_UI_SCENES_BOOK_H

#include "sample_scene.h"

/* Does what a key would do; a key that means nothing is a mistake in the scene. */
static inline void sample_act(struct scene *scene, enum action action, int times)
{
    for (int i = 0; i < times; i++) {
        if (!scene_act(scene, action)) abort();
    }
}

static inline void sample_type(struct scene *scene, const char *words)
{
    for (; *words != '\0'; words++) {
        if (!prompt_insert(&scene->prompt, *words)) abort();
    }
}

static inline void make_verified(struct scene *scene)
{
    sample_change(scene, sample_verify);
}

static inline void make_suspect(struct scene *scene)
{
    sample_change(scene, sample_suspect);
}

static inline void make_doubt(struct scene *scene)
{
    sample_change(scene, sample_verify);
    sample_change(scene, sample_doubt);
}

static inline void make_stale(struct scene *scene)
{
    sample_change(scene, sample_lose_link);
}

static inline void make_awaited_again(struct scene *scene)
{
    sample_change(scene, sample_regain_link);
}

static inline void make_given_up(struct scene *scene)
{
    sample_change(scene, sample_give_up);
}

static inline void sample_lock(struct book_view *view)
{
    sample_verify(view);
    sample_depth(&view->depth, 4300, 4300, 100);
    view->locked = true;
}

static inline void make_locked(struct scene *scene)
{
    sample_change(scene, sample_lock);
}

/* Two bids reach into the asks that changed last, and are not drawn. */
static inline void sample_cross(struct book_view *view)
{
    sample_suspect(view);
    view->proof.why = "its book is asked for anew";
    sample_depth(&view->depth, 4400, 4300, 100);
    view->crossed = true;
    view->cut = (struct clean_cut){SIDE_BID, 2};
}

static inline void make_crossed(struct scene *scene)
{
    sample_change(scene, sample_cross);
}

static inline void sample_cross_and_prove(struct book_view *view)
{
    sample_verify(view);
    sample_depth(&view->depth, 4400, 4300, 100);
    view->crossed = true;
}

static inline void make_crossed_verified(struct scene *scene)
{
    sample_change(scene, sample_cross_and_prove);
}

static inline void sample_remove_asks(struct book_view *view)
{
    view->depth.ask_count = view->depth.asks_in_book = 0;
}

static inline void make_one_sided(struct scene *scene)
{
    sample_change(scene, sample_remove_asks);
}

static inline void sample_resolve(struct book_view *view)
{
    view->depth.ask_count = view->depth.asks_in_book = 0;
    view->depth.bid_count = view->depth.bids_in_book = 0;
    view->tape.count = 0;
    view->status = MARKET_RESOLVED;
    view->winner = 1;
}

static inline void make_resolved(struct scene *scene)
{
    sample_change(scene, sample_resolve);
}

static inline void sample_refine_tick(struct book_view *view)
{
    view->instrument.tick = 10;
    sample_depth(&view->depth, 4210, 4230, 10);
}

static inline void make_fine_tick(struct scene *scene)
{
    sample_change(scene, sample_refine_tick);
}

static inline void make_cursor(struct scene *scene)
{
    sample_act(scene, ACTION_UP, 4);
}

static inline void make_far_end(struct scene *scene)
{
    sample_act(scene, ACTION_FAR_END, 1);
    sample_act(scene, ACTION_UP, 2);
}

static inline void make_flipped(struct scene *scene)
{
    sample_act(scene, ACTION_FLIP, 1);
    sample_act(scene, ACTION_COARSER, 1);
    sample_act(scene, ACTION_SHALLOWER, 3);
    sample_act(scene, ACTION_UNIT, 1);
}

static inline void make_tape(struct scene *scene)
{
    sample_act(scene, ACTION_NEXT_PANE, 1);
    sample_act(scene, ACTION_FULL_PANE, 1);
    sample_act(scene, ACTION_DOWN, 1);
}

static inline void make_prompt(struct scene *scene)
{
    scene->prompt_open = true;
    scene->prompt_use = PROMPT_COST;
    sample_type(scene, "12,500");
}

static inline void make_recording(struct scene *scene)
{
    sample_change(scene, sample_verify);
    sample_record(scene, TAPING_ON);
}

static inline void make_recording_gap(struct scene *scene)
{
    sample_change(scene, sample_suspect);
    sample_record(scene, TAPING_ON);
    scene->taping.recorder.dropped = 312;
    setenv("HOME", "/home/ada", 1);
    scene_notice_file(scene, ROLE_TEXT, "recording to", scene->taping.recorder.path);
}

static inline void make_recording_failed(struct scene *scene)
{
    sample_change(scene, sample_lose_link);
    sample_record(scene, TAPING_FAILED);
}

/* It ends while a note is typed. */
static inline void make_recording_mark(struct scene *scene)
{
    sample_record(scene, TAPING_ENDING);
    scene->prompt_open = true;
    scene->prompt_use = PROMPT_MARK;
    sample_type(scene, "the rumour");
}

static inline void sample_be_hostile(struct book_view *view)
{
    sample_text(view->instrument.title, INSTRUMENT_TEXT_SIZE,
                "\x1b[2J\x1b]0;owned\x07\xe6\xb8\xaf\xe5\x8f\xa3\xe5\xa4\xa7\xe6\xa9\x8b "
                "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86 "
                "\xe2\x80\xae desrever \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xff\xc0\xaf \x9b 31m");
    sample_text(view->instrument.outcomes[0].name, INSTRUMENT_NAME_SIZE, "\xe6\x98\xaf\x1b[31m");
    sample_text(view->instrument.outcomes[1].name, INSTRUMENT_NAME_SIZE, "\r\n\t\x08N\xe2\x80\xaeo\xff");
}

static inline void make_hostile_titles(struct scene *scene)
{
    sample_change(scene, sample_be_hostile);
}

#endif
