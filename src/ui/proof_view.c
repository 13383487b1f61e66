/* How the book is proved: a page of words, scrolled where it is longer than the window. */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "proof_page.h"
#include "scroll.h"

/* Longer lines are hard to read. */
#define WIDTH_MOST 100

static int width_of(const struct canvas *canvas)
{
    int width = canvas->area.width - 1;
    return width < WIDTH_MOST ? width : WIDTH_MOST;
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
    struct sheet counted = {.canvas = canvas, .width = width_of(canvas)};
    proof_page_write(scene, &counted);
    int lines = counted.line, height = canvas->area.height;
    int most = lines > height ? lines - height : 0;
    if (scene->proof_top > most) scene->proof_top = most;
    bool more = scene->proof_top < most;
    scene->proof_page = height - 1;
    struct sheet sheet = {.canvas = canvas, .width = width_of(canvas), .top = scene->proof_top};
    sheet.height = more ? sheet_fitting(&counted, sheet.top, height - 1) : height;
    proof_page_write(scene, &sheet);
    if (more) draw_more(canvas, lines - scene->proof_top - sheet.height);
    canvas_cursor(canvas, 0, 0, false);
}

static bool act(struct scene *scene, enum action action)
{
    return scroll_act(action, scene->proof_page > 1 ? scene->proof_page - 1 : 1, &scene->proof_top);
}

const struct view_ops view_proof = {CONTEXT_PROOF, draw, act};
