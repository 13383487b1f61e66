/* The picture: rows and panes in their places. */
#include <stdio.h>
#include <string.h>

#include "scene_inside.h"
#include "state_words.h"

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

/* From rule to rule; the middle of the ladder runs into it. */
static void draw_divider(struct canvas *canvas, const struct layout *layout, int column)
{
    canvas_enter(canvas, (struct area){0, 0, canvas->height, canvas->width});
    canvas_joint(canvas, layout->upper_rule.row, column, ROLE_BORDER, GLYPH_TEE_DOWN);
    canvas_divider(canvas, layout->body.row, column, layout->body.height, ROLE_BORDER);
    canvas_joint(canvas, layout->lower_rule.row, column, ROLE_BORDER, GLYPH_TEE_UP);
}

static void draw_panes(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    for (int i = 0; i < PANE_COUNT; i++) {
        if (layout->panes[i].height == 0) continue;
        canvas_enter(canvas, layout->panes[i]);
        canvas_zone_area(canvas, ZONE_PANE, i);
        scene_pane_views[i]->draw(scene, canvas);
    }
    for (int i = 0; i < layout->divider_count; i++) draw_divider(canvas, layout, layout->dividers[i]);
    /* With the tape alone there is no cursor to be seen; what a size costs is told there, too. */
    bool levels = layout->panes[PANE_LADDER].height > 0 || layout->panes[PANE_CHART].height > 0;
    if (!levels && ladder_cursor_rank(&scene->ladder) >= 0) return;
    canvas_enter(canvas, layout->lower_rule);
    readout_draw(scene, canvas);
}

/* The list of themes, beside what shows their colours. */
static void draw_side(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    canvas_enter(canvas, layout->side);
    view_themes.draw(scene, canvas);
    draw_divider(canvas, layout, layout->side.column);
}

static void draw_body(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    bool panes = scene->screen == SCREEN_BOOK && scene_shows_book(scene) && !scene_shows_proof(scene);
    if (panes && !scene_searches(scene) && !scene->help_open && !scene->log_open && !scene->watch_open &&
        !scene->info_open) {
        draw_panes(scene, canvas, layout);
        return;
    }
    canvas_enter(canvas, layout->body);
    const struct view_ops *view = scene_searches(scene) ? &view_search
                                  : scene->help_open    ? &view_help
                                                        : scene_helped_view(scene);
    view->draw(scene, canvas);
}

/* A book becomes stale by itself when its connection gives no sign of life. */
static void await_doubt(struct scene *scene)
{
    int64_t left = scene->has_view ? link_doubt_in(&scene->book.link, scene->now) : TIME_NEVER;
    if (left != TIME_NEVER) scene_due_in(scene, left);
}

static struct layout_rows wanted_rows(const struct scene *scene, int width)
{
    return (struct layout_rows){
        .alert = alert_height(scene, width),
        .trouble = scene_trouble(scene, width)[0] != '\0',
        .replay = scene->replaying,
        .footer = footer_height(scene, width),
    };
}

/* The rows that have nothing in them have no height either. */
static void draw_row(struct scene *scene, struct canvas *canvas, const struct area *row,
                     void (*draw)(struct scene *scene, struct canvas *canvas))
{
    if (row->height == 0) return;
    canvas_enter(canvas, *row);
    draw(scene, canvas);
}

/* In a low window the replay's row is the footer's where nothing else has to be said there. */
static void draw_footer(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    bool said = scene->prompt_open || scene->jump[0] != '\0' || scene->notice[0] != '\0' || scene->themes.open;
    bool shared = scene->low && !said;
    draw_row(scene, canvas, &layout->footer, shared ? replay_row_draw : footer_draw);
    bool read = scene->screen == SCREEN_BOOK && (scene->cost.on || ladder_cursor_rank(&scene->ladder) >= 0);
    if (shared && !read) draw_row(scene, canvas, &layout->lower_rule, hints_on_rule_draw);
}

/* What was told in passing. */
static void forget_notice(struct scene *scene)
{
    if (scene->notice[0] == '\0' || scene->notice_until == 0) return;
    if (scene->machine >= scene->notice_until)
        scene->notice[0] = '\0';
    else
        scene_due_in_machine_time(scene, scene->notice_until - scene->machine);
}

void scene_draw(struct scene *scene, struct canvas *canvas)
{
    canvas_clear(canvas);
    scene->due = TIME_NEVER;
    forget_notice(scene);
    /* What began later than now did so before the clock jumped back. */
    if (scene->opening_since.mono > scene->now.mono) scene->opening_since = scene->now;
    struct layout_rows rows = wanted_rows(scene, canvas->width);
    struct layout_panes panes = {.focus = scene->focus,
                                 .full = scene->full_pane,
                                 .tape = scene->prefs.tape,
                                 .chart = scene->prefs.chart,
                                 .side = scene->themes.open ? THEMES_WIDTH : 0};
    struct layout layout = layout_compute(canvas->height, canvas->width, panes, rows);
    memcpy(scene->beside, layout.beside, sizeof scene->beside);
    scene->low = scene->replaying && layout.replay.height == 0;
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
    if (layout.side.height > 0) draw_side(scene, canvas, &layout);
    await_doubt(scene);
    draw_row(scene, canvas, &layout.alert, alert_draw);
    draw_row(scene, canvas, &layout.trouble, trouble_draw);
    draw_row(scene, canvas, &layout.replay, replay_row_draw);
    draw_footer(scene, canvas, &layout);
}
