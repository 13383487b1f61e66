/* A session by a clock that stands: its keys, and what is drawn. Included once in a program, behind fake_feed.h. */
#ifndef KEYBOARD_H
#define KEYBOARD_H

#include "booktop/ui/session.h"
#include "fake_feed.h"

static struct session *session;
static struct stamp stamp;
static struct clock manual;

/* `options` get the clock. */
static inline void begin_session(struct ui_options options)
{
    stamp = sample_now();
    manual = clock_manual(&stamp);
    session = calloc(1, sizeof *session);
    assert_non_null(session);
    options.clock = &manual;
    session_begin(session, &options);
}

static inline int end_session(void **state)
{
    (void)state;
    session_end(session);
    free(session);
    return 0;
}

static inline void press(const char *keys)
{
    for (; *keys != '\0'; keys++) session_press(session, *keys == '\n' ? PRESS_ENTER : *keys);
}

/* A row of the picture, from below if it is negative. */
static inline void draw(int width, int height, int row, char text[400])
{
    struct canvas canvas = {0};
    assert_true(canvas_resize(&canvas, height, width));
    scene_draw(&session->scene, &canvas);
    canvas_row_text(&canvas, row < 0 ? height + row : row, text, 400);
    canvas_free(&canvas);
}

static inline bool row_has(int row, const char *words)
{
    char text[400];
    draw(100, 30, row, text);
    return strstr(text, words) != NULL;
}

#endif
