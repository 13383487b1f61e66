/* What is shown before the first book: the steps that lead to it, and how long each took. */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "ladder_keys.h"
#include "state_words.h"

#define LABEL_WIDTH 18
#define BLOCK_WIDTH 36

static const char *const steps[VIEW_STEPS] = {
    [STEP_LOOKUP] = "look up the market", [STEP_RESOLVE] = "resolve the name", [STEP_CONNECT] = "connect",
    [STEP_SUBSCRIBE] = "subscribe",       [STEP_FIRST_BOOK] = "first book",
};

/* The link's steps are done once for all markets, and undone when it is lost; the first and the last belong to this
 * market. */
static bool step_done(const struct scene *scene, int step)
{
    static const enum link_state done_from[VIEW_STEPS] = {
        [STEP_RESOLVE] = LINK_STATE_CONNECTING,
        [STEP_CONNECT] = LINK_STATE_SUBSCRIBING,
        [STEP_SUBSCRIBE] = LINK_STATE_SYNCING,
    };
    enum link_state state = scene->book.link.state;
    if (!scene->has_view) return false;
    if (step == STEP_LOOKUP) return !scene->opening;
    if (step == STEP_FIRST_BOOK) return !scene->opening && scene->book.has_book;
    return state >= done_from[step] && state <= LINK_STATE_DEGRADED;
}

/* A book that comes by REST needs none of the link's steps. */
static bool step_needless(const struct scene *scene, int step)
{
    bool of_link = step > STEP_LOOKUP && step < STEP_FIRST_BOOK;
    return of_link && scene_knows_market(scene) && scene->book.link.state == LINK_STATE_IDLE;
}

/* The first step that is not done yet. */
static int present_step(const struct scene *scene)
{
    int step = 0;
    while (step < VIEW_STEPS && (step_done(scene, step) || step_needless(scene, step))) step++;
    return step;
}

static void draw_step(struct scene *scene, struct canvas *canvas, int row, int column, int step, int present)
{
    const struct link_view *link = &scene->book.link;
    char text[FIGURE_SIZE] = "";
    bool done = step_done(scene, step);
    enum glyph glyph = done ? GLYPH_DONE : step == present ? GLYPH_POINTER : GLYPH_DOT;
    enum role mark = done ? ROLE_GOOD : step == present ? ROLE_WARNING : ROLE_BORDER;
    enum role role = done || step == present ? ROLE_TEXT : ROLE_MUTED;
    if (done && link->steps[step] >= 0) {
        figure_duration(link->steps[step], text);
    } else if (step == present) {
        scene_due_in(scene, figure_age(scene->now.mono - scene->opening_since.mono, text));
    }
    canvas_text(canvas, row, column, 2, mark, canvas_glyph(canvas, glyph));
    canvas_text(canvas, row, column + 3, LABEL_WIDTH, role, steps[step]);
    canvas_right(canvas, row, column + 3 + LABEL_WIDTH, BLOCK_WIDTH - LABEL_WIDTH - 3, ROLE_MUTED, text);
}

/* The market's title once it is known, before that what was asked for. */
static const char *name_of(const struct scene *scene, char title[TITLE_SIZE])
{
    if (!scene_knows_market(scene)) return scene->opening_words;
    const struct instrument *instrument = &scene->book.instrument;
    market_title(instrument, market_list_groups(&scene->list, instrument), title);
    return title;
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    int width = canvas->area.width, height = canvas->area.height;
    int column = width > BLOCK_WIDTH ? (width - BLOCK_WIDTH) / 2 : 1;
    int row = height > VIEW_STEPS + 2 ? (height - VIEW_STEPS - 2) / 2 : 0;
    int present = present_step(scene);
    bool named = height > VIEW_STEPS + 1;
    if (named) {
        char title[TITLE_SIZE];
        int used = canvas_text(canvas, row, column, BLOCK_WIDTH, ROLE_MUTED, "opening ");
        canvas_foreign(canvas, row, column + used, width - column - used - 1, ROLE_STRONG,
                       text_from(name_of(scene, title)));
        row += 2;
    }
    for (int i = 0; i < VIEW_STEPS; i++) draw_step(scene, canvas, row + i, column, i, present);
    canvas_cursor(canvas, row + (present < VIEW_STEPS ? present : 0), column, false);
}

const struct view_ops view_start = {CONTEXT_BOOK, draw, ladder_act};
