/* The last row: the line that is typed, a notice, or the keys that count now. */
#include "booktop/ui/scene.h"

#define GAP 3
/* Where not every hint fits. */
#define NARROW_GAP 2
/* Help and quit come first in importance and last on the row. */
#define LAST_HINTS 2

static int hint_width(enum context context, const struct hint *hint)
{
    char keys[KEYS_SIZE];
    hint_keys(context, hint, keys);
    return (int)(text_width(text_from(keys)) + 1 + text_width(text_from(action_hint(hint->first))));
}

static int draw_hint(struct canvas *canvas, int column, enum context context, const struct hint *hint)
{
    char keys[KEYS_SIZE];
    int width = canvas->area.width;
    hint_keys(context, hint, keys);
    column += canvas_text(canvas, 0, column, width, ROLE_KEY, keys) + 1;
    return column + canvas_text(canvas, 0, column, width, ROLE_MUTED, action_hint(hint->first));
}

/* How many of the hints fit, the most important first. */
static int count_fitting(enum context context, int room, int gap)
{
    const struct hint *hints = keymap_hints(context);
    int fitting = 0;
    for (room += gap; hints[fitting].first != ACTION_NONE; fitting++) {
        room -= hint_width(context, &hints[fitting]) + gap;
        if (room < 0) break;
    }
    return fitting;
}

static void draw_hints(struct canvas *canvas, enum context context)
{
    const struct hint *hints = keymap_hints(context);
    int room = canvas->area.width - 2, gap = GAP;
    int fitting = count_fitting(context, room, gap);
    if (hints[fitting].first != ACTION_NONE) fitting = count_fitting(context, room, gap = NARROW_GAP);
    int column = 1;
    for (int i = LAST_HINTS; i < fitting; i++) column = draw_hint(canvas, column, context, &hints[i]) + gap;
    for (int i = 0; i < LAST_HINTS && i < fitting; i++) column = draw_hint(canvas, column, context, &hints[i]) + gap;
}

static void draw_prompt(struct scene *scene, struct canvas *canvas)
{
    int column = 1 + canvas_text(canvas, 0, 1, 2, ROLE_KEY, "/ ");
    prompt_draw(&scene->prompt, canvas, 0, column, canvas->area.width - column - 1);
}

void footer_draw(struct scene *scene, struct canvas *canvas)
{
    if (scene->prompt_open) {
        draw_prompt(scene, canvas);
    } else if (scene->notice[0] != '\0') {
        canvas_foreign(canvas, 0, 1, canvas->area.width - 2, scene->notice_role, text_from(scene->notice));
    } else {
        draw_hints(canvas, scene_context(scene));
    }
}
