/* The log: a page that goes on growing at its middle. What is being read keeps its place meanwhile. */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "log_page.h"
#include "scroll.h"

/* Room for three columns of figures. */
#define WIDTH_MOST 120

static int width_of(const struct canvas *canvas)
{
    int width = canvas->area.width - 1;
    return width < WIDTH_MOST ? width : WIDTH_MOST;
}

/* New entries push down the older ones and what is below them. */
static void keep_place(struct scene *scene, const struct sheet *counted, const struct log_places *places)
{
    uint64_t written = scene->connections.written;
    uint64_t added = scene->log_written != 0 && written > scene->log_written ? written - scene->log_written : 0;
    if (scene->log_top >= scene->log_figures)
        scene->log_top += places->figures - scene->log_figures;
    else if (scene->log_top >= scene->log_journal)
        scene->log_top += places->journal - scene->log_journal + log_entries_height(scene, counted, added);
    scene->log_written = written;
    scene->log_journal = places->journal;
    scene->log_figures = places->figures;
}

/* How many lines are below, in the last row, which holds no line then. */
static void draw_more(struct canvas *canvas, int lines)
{
    char text[48];
    snprintf(text, sizeof text, "%s %d more lines", canvas_glyph(canvas, GLYPH_DOT), lines);
    canvas_text(canvas, canvas->area.height - 1, 1, canvas->area.width - 1, ROLE_MUTED, text);
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    canvas_cursor(canvas, 0, 0, false);
    if (!scene->has_connections) {
        canvas_text(canvas, 0, 1, canvas->area.width - 1, ROLE_MUTED, "asking for the connections");
        scene->log_written = 0;
        return;
    }
    struct sheet counted = {.canvas = canvas, .width = width_of(canvas)};
    struct log_places places = log_page_write(scene, &counted);
    if (scene->log_written == 0) {
        scene->log_journal = places.journal;
        scene->log_figures = places.figures;
    }
    keep_place(scene, &counted, &places);
    int lines = counted.line, height = canvas->area.height;
    int most = lines > height ? lines - height : 0;
    if (scene->log_top > most) scene->log_top = most;
    if (scene->log_top < 0) scene->log_top = 0;
    bool more = scene->log_top < most;
    scene->log_page = height - 1;
    struct sheet sheet = {.canvas = canvas, .width = width_of(canvas), .top = scene->log_top};
    sheet.height = more ? sheet_fitting(&counted, sheet.top, height - 1) : height;
    log_page_write(scene, &sheet);
    if (more) draw_more(canvas, lines - scene->log_top - sheet.height);
}

static bool act(struct scene *scene, enum action action)
{
    return scroll_act(action, scene->log_page > 1 ? scene->log_page - 1 : 1, &scene->log_top);
}

const struct view_ops view_log = {CONTEXT_LOG, draw, act};
