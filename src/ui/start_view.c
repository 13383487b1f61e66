/* What is shown before the first book: the steps that lead to it, and how long each took; in a replay why the recording
 * has none at this place, and where the next one is. */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "ladder_keys.h"
#include "sheet.h"
#include "state_words.h"

#define LABEL_WIDTH 18
#define BLOCK_WIDTH 36
/* What is opened, and a blank row. */
#define TITLE_HEIGHT 2
/* Reasons are longer than steps. */
#define TROUBLE_WIDTH 72

static const char *const steps[VIEW_STEPS] = {
    [STEP_LOOKUP] = "look up the market", [STEP_RESOLVE] = "resolve the name", [STEP_CONNECT] = "connect",
    [STEP_SUBSCRIBE] = "subscribe",       [STEP_FIRST_BOOK] = "first book",
};

/* The step that a connection which is down or given up failed at; -1: none has failed. Where its attempts were not seen
 * it is the first one that was never done; where each was done once nobody knows. */
static int failed_step(const struct scene *scene)
{
    const struct link_view *link = &scene->book.link;
    if (!scene->has_view || !link_broken(link)) return -1;
    if (scene->link_step != STEP_LOOKUP) return (int)scene->link_step;
    int step = STEP_RESOLVE;
    while (step <= STEP_SUBSCRIBE && link->steps[step] >= 0) step++;
    return step <= STEP_SUBSCRIBE ? step : -1;
}

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
    int failed = failed_step(scene);
    if (failed >= 0 && step > STEP_LOOKUP && step <= failed) return step < failed;
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
    bool failed = step == failed_step(scene);
    enum glyph glyph = failed ? GLYPH_FAILED : done ? GLYPH_DONE : step == present ? GLYPH_POINTER : GLYPH_DOT;
    enum role mark = failed ? ROLE_BAD : done ? ROLE_GOOD : step == present ? ROLE_WARNING : ROLE_BORDER;
    enum role role = done || step == present || failed ? ROLE_TEXT : ROLE_MUTED;
    if (done && link->steps[step] >= 0) {
        figure_duration(link->steps[step], text);
    } else if (step == present) {
        scene_due_in(scene, figure_age(scene->now.mono - scene->opening_since.mono, text));
    }
    canvas_text(canvas, row, column, 2, mark, canvas_glyph(canvas, glyph));
    canvas_text(canvas, row, column + 3, LABEL_WIDTH, role, steps[step]);
    canvas_right(canvas, row, column + 3 + LABEL_WIDTH, BLOCK_WIDTH - LABEL_WIDTH - 3, ROLE_MUTED, text);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* The market's title once it is known, before that what was asked for. */
static const char *name_of(struct scene *scene, char title[TITLE_SIZE])
{
    if (!scene_knows_market(scene)) return scene->opening_words;
    const struct instrument *instrument = &scene->book.instrument;
    market_title(instrument, market_list_groups(&scene->list, instrument), title);
    return title;
}

/* What is wrong and what is done about it, in full: "down, next try in 3 s" and the reason. */
static void write_trouble(struct scene *scene, struct sheet *sheet)
{
    const struct link_view *link = &scene->book.link;
    const char *reason = link_reason(link);
    enum role role = link_mark(link->state).role;
    char outlook[FIGURE_SIZE], text[2 * FIGURE_SIZE];
    int64_t changes_in;
    if (scene->has_view && scene->opening && scene->book.trouble[0] != '\0') {
        sheet_flow(sheet, sheet->left, ROLE_WARNING, scene->book.trouble);
        sheet_flow(sheet, sheet->left, ROLE_TEXT, "trying again");
        return;
    }
    if (!scene->has_view || (reason[0] == '\0' && !link_broken(link))) return;
    bool told = scene_outlook(scene, link, outlook, &changes_in);
    if (told && changes_in != TIME_NEVER) scene_due_in(scene, changes_in);
    if (reason[0] != '\0') sheet_flow(sheet, sheet->left, role, reason);
    if (!told) return;
    snprintf(text, sizeof text, "%s, %s", link_state_text(link->state), outlook);
    sheet_flow(sheet, sheet->left, ROLE_TEXT, text);
}

/* Below the steps; where there is little room it starts in the row behind them, else one further down. */
static void draw_trouble(struct scene *scene, struct canvas *canvas, int column, int row)
{
    int left = canvas->area.width - column > TROUBLE_WIDTH ? column : (canvas->area.width - TROUBLE_WIDTH) / 2;
    struct sheet counted = {.canvas = canvas, .left = left > 1 ? left : 1};
    counted.width = least(canvas->area.width - 1, counted.left + TROUBLE_WIDTH);
    write_trouble(scene, &counted);
    int room = canvas->area.height - row;
    struct sheet sheet = counted;
    sheet.line = counted.line < room ? row + 1 : row;
    sheet.height = canvas->area.height;
    write_trouble(scene, &sheet);
}

static int trouble_height(struct scene *scene, struct canvas *canvas)
{
    struct sheet counted = {.canvas = canvas, .left = 1, .width = least(canvas->area.width - 1, 1 + TROUBLE_WIDTH)};
    write_trouble(scene, &counted);
    return counted.line > 0 ? counted.line + 1 : 0;
}

/* === In a replay === */

static void write_why_none(const struct scene *scene, struct sheet *sheet)
{
    const struct replay_view *replay = &scene->replay;
    if (replay->seeking) {
        char place[FIGURE_SIZE], text[2 * FIGURE_SIZE];
        figure_place(replay->position, replay->length, place);
        snprintf(text, sizeof text, "on the way to %s", place);
        sheet_flow(sheet, sheet->left, ROLE_WARNING, text);
    } else if (scene->opening || !scene_knows_market(scene)) {
        sheet_flow(sheet, sheet->left, ROLE_WARNING, "looking for it in the recording");
    } else if (replay->blind) {
        sheet_flow(sheet, sheet->left, ROLE_WARNING,
                   "something is missing in the recording before here: what the book was is not known");
    } else {
        sheet_flow(sheet, sheet->left, ROLE_TEXT,
                   replay->ended ? "the recording ends without a book of it" : "the recording has no book of it yet");
    }
}

/* When there is one. */
static void write_next_book(struct scene *scene, struct sheet *sheet)
{
    const struct replay_view *replay = &scene->replay;
    char place[FIGURE_SIZE], time[FIGURE_SIZE], text[4 * FIGURE_SIZE];
    if (replay->seeking || replay->ended) return;
    if (replay->surveyed < REPLAY_SURVEYED_ALL) {
        snprintf(text, sizeof text, "%u %% of the recording were gone through", replay->surveyed / 10);
    } else if (scene->opening || !scene_knows_market(scene)) {
        return;
    } else if (!replay->books_known) {
        snprintf(text, sizeof text, "looking for its next keyframe");
    } else if (replay->next_book <= replay->position) {
        snprintf(text, sizeof text, "no keyframe after here has its book");
    } else {
        int64_t left = replay->next_book - replay->position;
        figure_place(replay->next_book, replay->length, place);
        figure_age(left + NANOSECONDS_PER_SECOND - 1, time);
        const char *what = replay->blind ? "the next keyframe with its book is at" : "its book begins by";
        snprintf(text, sizeof text, "%s %s, in %s", what, place, time);
        scene_due_in(scene, left % NANOSECONDS_PER_SECOND + 1);
    }
    sheet_flow(sheet, sheet->left, ROLE_TEXT, text);
}

/* Of what was passed: that it was seen while playing is not certain, a seek passes it too. */
static const char *missing_words(const struct replay_view *replay)
{
    for (uint32_t i = replay->landmark_count; i > 0; i--) {
        const struct recording_landmark *landmark = &replay->landmarks[i - 1];
        bool loss = landmark->kind == LANDMARK_GAP || landmark->kind == LANDMARK_DAMAGE;
        if (loss && landmark->m <= replay->position) return landmark->words;
    }
    return replay->trouble;
}

/* What matters most comes first: in a low window the rest is left out. */
static void write_replay(struct scene *scene, struct sheet *sheet)
{
    const struct replay_view *replay = &scene->replay;
    write_why_none(scene, sheet);
    write_next_book(scene, sheet);
    const char *missing = replay->blind ? missing_words(replay) : "";
    if (missing[0] != '\0') sheet_flow(sheet, sheet->left, ROLE_MUTED, missing);
    write_trouble(scene, sheet);
}

static void draw_replay(struct scene *scene, struct canvas *canvas)
{
    int width = canvas->area.width, height = canvas->area.height;
    int left = width > TROUBLE_WIDTH ? (width - TROUBLE_WIDTH) / 2 : 1;
    struct sheet sheet = {.canvas = canvas, .left = left, .width = least(width - 1, left + TROUBLE_WIDTH)};
    write_replay(scene, &sheet);
    int wanted = sheet.line, row = height > wanted ? (height - wanted) / 2 : 0;
    if (height >= wanted + TITLE_HEIGHT) {
        char title[TITLE_SIZE];
        row = (height - wanted - TITLE_HEIGHT) / 2;
        int used = canvas_text(canvas, row, left, width, ROLE_MUTED, scene->opening ? "opening " : "no book here: ");
        canvas_foreign(canvas, row, left + used, width - left - used - 1, ROLE_STRONG,
                       text_from(name_of(scene, title)));
        row += TITLE_HEIGHT;
    }
    sheet.line = row;
    sheet.height = height;
    write_replay(scene, &sheet);
    canvas_cursor(canvas, row, left, false);
}

/* === Live === */

static void draw_steps(struct scene *scene, struct canvas *canvas)
{
    int width = canvas->area.width, height = canvas->area.height;
    int column = width > BLOCK_WIDTH ? (width - BLOCK_WIDTH) / 2 : 1;
    int trouble = trouble_height(scene, canvas), present = present_step(scene);
    int first = 0, end = VIEW_STEPS;
    /* The reason is needed more than the steps that have nothing to do with it. */
    if (trouble > 0 && VIEW_STEPS + trouble > height) {
        int failed = failed_step(scene);
        first = least(failed >= 0 ? failed : present, VIEW_STEPS - 1);
        end = first + 1;
    }
    int wanted = end - first + TITLE_HEIGHT + trouble;
    int row = height > wanted ? (height - wanted) / 2 : 0;
    if (height >= wanted) {
        char title[TITLE_SIZE];
        int used = canvas_text(canvas, row, column, BLOCK_WIDTH, ROLE_MUTED, "opening ");
        canvas_foreign(canvas, row, column + used, width - column - used - 1, ROLE_STRONG,
                       text_from(name_of(scene, title)));
        row += TITLE_HEIGHT;
    }
    for (int i = first; i < end; i++) draw_step(scene, canvas, row + i - first, column, i, present);
    if (trouble > 0) draw_trouble(scene, canvas, column, row + end - first);
    canvas_cursor(canvas, row + (present >= first && present < end ? present - first : 0), column, false);
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    if (scene->replaying)
        draw_replay(scene, canvas);
    else
        draw_steps(scene, canvas);
}

const struct view_ops view_start = {CONTEXT_BOOK, draw, ladder_act};
