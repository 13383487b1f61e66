/* What stands in the rows of a scene's picture. */
#ifndef BOOKTOP_TESTS_ROWS_H
#define BOOKTOP_TESTS_ROWS_H

#include "sample_scene.h"

/* A row of the scene's picture; in `due`, how long it holds. */
static inline void draw_row(struct scene *scene, int width, int row, char text[400], int64_t *due)
{
    struct canvas canvas = {0};
    assert_true(canvas_resize(&canvas, 24, width));
    scene_draw(scene, &canvas);
    canvas_row_text(&canvas, row, text, 400);
    *due = scene->due == TIME_NEVER ? TIME_NEVER : scene->due - scene->machine;
    canvas_free(&canvas);
}

static inline bool second_row_has(struct scene *scene, int width, const char *text)
{
    char row[400];
    int64_t due;
    draw_row(scene, width, 1, row, &due);
    return strstr(row, text) != NULL;
}

/* True if some row has the text; `row` gets the number of the last one. */
static inline bool some_row_has(struct scene *scene, int width, const char *text, int *row)
{
    struct canvas canvas = {0};
    bool found = false;
    assert_true(canvas_resize(&canvas, 24, width));
    scene_draw(scene, &canvas);
    for (int i = 0; i < 24; i++) {
        char line[1000];
        canvas_row_text(&canvas, i, line, sizeof line);
        if (strstr(line, text) == NULL) continue;
        found = true;
        if (row != NULL) *row = i;
    }
    canvas_free(&canvas);
    return found;
}

static inline unsigned cells_in_colour(struct scene *scene)
{
    static const enum role colours[] = {ROLE_BID, ROLE_ASK, ROLE_BEST_BID, ROLE_BEST_ASK, ROLE_BID_BAR, ROLE_ASK_BAR};
    struct canvas canvas = {0};
    unsigned count = 0;
    assert_true(canvas_resize(&canvas, 24, 80));
    scene_draw(scene, &canvas);
    for (int i = 0; i < 24 * 80; i++) {
        for (size_t c = 0; c < sizeof colours / sizeof *colours; c++) count += canvas.cells[i].role == colours[c];
    }
    canvas_free(&canvas);
    return count;
}

#endif
