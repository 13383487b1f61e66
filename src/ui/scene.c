#include "booktop/ui/scene.h"

#include <stdarg.h>
#include <stdio.h>

#include "state_words.h"

void scene_init(struct scene *scene, struct stamp started)
{
    *scene = (struct scene){.started = started, .now = started, .due = TIME_NEVER, .latency_shown = LATENCY_UNKNOWN};
    scene->opening_since = started;
    market_list_init(&scene->list);
}

void scene_free(struct scene *scene)
{
    market_list_free(&scene->list);
}

void scene_take(struct scene *scene, const struct book_view *view)
{
    bool other = !scene->has_view || !market_handle_equal(scene->book.market, view->market);
    if (other || scene->book.epoch != view->epoch) scene->latency_shown = LATENCY_UNKNOWN;
    if (other) {
        scene->tape_skip = 0;
        scene->tape_total = view->tape.total;
        scene->proof_top = 0;
    }
    scene->book = *view;
    scene->has_view = true;
    ladder_take(&scene->ladder, &scene->book);
}

void scene_notice(struct scene *scene, enum role role, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was started in the line above */
    vsnprintf(scene->notice, sizeof scene->notice, format, arguments);
    va_end(arguments);
    scene->notice_role = role;
}

void scene_due_in(struct scene *scene, int64_t nanoseconds)
{
    int64_t due = scene->now.mono + nanoseconds;
    if (due < scene->due) scene->due = due;
}

bool scene_stale(const struct scene *scene)
{
    return book_stale(&scene->book);
}

/* Which view */

/* The market is known, and there is something to show of it, if only that it is over. */
static bool book_is_shown(const struct scene *scene)
{
    if (!scene->has_view || scene->opening) return false;
    return scene->book.has_book || scene->book.status != MARKET_OPEN;
}

bool scene_knows_market(const struct scene *scene)
{
    return scene->has_view && !scene->opening && scene->book.market.generation != 0;
}

bool scene_shows_proof(const struct scene *scene)
{
    return scene->proof_open && scene->screen == SCREEN_BOOK && scene_knows_market(scene);
}

static const struct view_ops *focused_view(const struct scene *scene)
{
    static const struct view_ops *const panes[PANE_COUNT] = {[PANE_LADDER] = &view_ladder, [PANE_TAPE] = &view_tape};
    if (scene->help_open) return &view_help;
    if (scene->screen == SCREEN_LIST) return &view_markets;
    if (scene_shows_proof(scene)) return &view_proof;
    return book_is_shown(scene) ? panes[scene->focus] : &view_start;
}

enum context scene_context(const struct scene *scene)
{
    if (scene->prompt_open) return CONTEXT_PROMPT;
    return focused_view(scene)->context;
}

static void open_proof(struct scene *scene)
{
    if (!scene_knows_market(scene)) {
        scene_notice(scene, ROLE_MUTED, "no market is open yet");
        return;
    }
    scene->proof_open = true;
    scene->proof_top = 0;
}

bool scene_act(struct scene *scene, enum action action)
{
    if (scene->prompt_open) return prompt_act(&scene->prompt, action);
    if (action == ACTION_NEXT_PANE) {
        scene->focus = (scene->focus + 1) % PANE_COUNT;
        return true;
    }
    if (action == ACTION_FULL_PANE) {
        scene->full_pane = !scene->full_pane;
        return true;
    }
    if (action == ACTION_PROOF) {
        open_proof(scene);
        return true;
    }
    return focused_view(scene)->act(scene, action);
}

/* The picture */

static int width_of(const char *text)
{
    return (int)text_width(text_from(text));
}

/* What is needed comes first: "needs 40x12, this window is 40x11", in two lines where that is too long. */
static void draw_small(struct canvas *canvas)
{
    char needs[32], is[32], both[80];
    int row = canvas->height / 2, width = canvas->width;
    snprintf(needs, sizeof needs, "needs %dx%d", LAYOUT_LEAST_WIDTH, LAYOUT_LEAST_HEIGHT);
    snprintf(is, sizeof is, "this is %dx%d", canvas->width, canvas->height);
    snprintf(both, sizeof both, "%s, this window is %dx%d", needs, canvas->width, canvas->height);
    if (width_of(both) <= width) {
        canvas_text(canvas, row, 0, width, ROLE_TEXT, both);
        return;
    }
    /* Sizes that lost a digit would be others. */
    if (width_of(needs) > width) snprintf(needs, sizeof needs, "%dx%d", LAYOUT_LEAST_WIDTH, LAYOUT_LEAST_HEIGHT);
    if (width_of(needs) <= width) canvas_text(canvas, row, 0, width, ROLE_TEXT, needs);
    if (width_of(is) <= width && row + 1 < canvas->height) canvas_text(canvas, row + 1, 0, width, ROLE_MUTED, is);
}

static void draw_divider(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    canvas_enter(canvas, (struct area){0, 0, canvas->height, canvas->width});
    int column = layout->divider;
    canvas_text(canvas, layout->upper_rule.row, column, 1, ROLE_BORDER, canvas_glyph(canvas, GLYPH_TEE_DOWN));
    for (int row = 0; row < layout->body.height; row++) {
        enum glyph glyph = row == scene->ladder.middle ? GLYPH_TEE_LEFT : GLYPH_DIVIDER;
        canvas_text(canvas, layout->body.row + row, column, 1, ROLE_BORDER, canvas_glyph(canvas, glyph));
    }
    canvas_text(canvas, layout->lower_rule.row, column, 1, ROLE_BORDER, canvas_glyph(canvas, GLYPH_TEE_UP));
}

static void draw_panes(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    static const struct view_ops *const views[PANE_COUNT] = {[PANE_LADDER] = &view_ladder, [PANE_TAPE] = &view_tape};
    for (int i = 0; i < PANE_COUNT; i++) {
        if (layout->panes[i].height == 0) continue;
        canvas_enter(canvas, layout->panes[i]);
        views[i]->draw(scene, canvas);
    }
    if (layout->divider >= 0) draw_divider(scene, canvas, layout);
    if (layout->panes[PANE_LADDER].height == 0) return;
    canvas_enter(canvas, layout->lower_rule);
    readout_draw(scene, canvas);
}

static void draw_body(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    bool panes = scene->screen == SCREEN_BOOK && book_is_shown(scene) && !scene_shows_proof(scene);
    if (panes && !scene->help_open) {
        draw_panes(scene, canvas, layout);
        return;
    }
    canvas_enter(canvas, layout->body);
    focused_view(scene)->draw(scene, canvas);
}

void scene_draw(struct scene *scene, struct canvas *canvas)
{
    canvas_clear(canvas);
    scene->due = TIME_NEVER;
    struct layout layout = layout_compute(canvas->height, canvas->width, scene->focus, scene->full_pane);
    if (!layout.fits) {
        draw_small(canvas);
        return;
    }
    canvas_enter(canvas, layout.header);
    header_draw(scene, canvas);
    canvas_enter(canvas, layout.upper_rule);
    canvas_rule(canvas, 0, 0, canvas->width, ROLE_BORDER);
    canvas_enter(canvas, layout.lower_rule);
    canvas_rule(canvas, 0, 0, canvas->width, ROLE_BORDER);
    draw_body(scene, canvas, &layout);
    canvas_enter(canvas, layout.footer);
    footer_draw(scene, canvas);
}
