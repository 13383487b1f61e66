/* The last row: the line that is typed, a notice, or the keys that count now. */
#include "booktop/ui/scene.h"

#include "state_words.h"

#define GAP 3
/* Where not every hint fits. */
#define NARROW_GAP 2
/* Help and quit come first in importance and last on the row. */
#define LAST_HINTS 2
#define HINTS_MOST 16

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

/* What helps while a connection is lost comes before everything else. */
static const struct hint first_aid[] = {{ACTION_RETRY, ACTION_NONE}, {ACTION_LOG, ACTION_NONE}};

/* The hints of a context, less what was said already. The last row is of ACTION_NONE. */
static void list_hints(enum context context, bool without_log, struct hint hints[HINTS_MOST])
{
    int count = 0;
    for (const struct hint *hint = keymap_hints(context); hint->first != ACTION_NONE && count + 1 < HINTS_MOST;
         hint++) {
        if (!without_log || hint->first != ACTION_LOG) hints[count++] = *hint;
    }
    hints[count] = (struct hint){ACTION_NONE, ACTION_NONE};
}

/* How many of the hints fit, the most important first. */
static int count_fitting(enum context context, const struct hint *hints, int room, int gap)
{
    int fitting = 0;
    for (room += gap; hints[fitting].first != ACTION_NONE; fitting++) {
        room -= hint_width(context, &hints[fitting]) + gap;
        if (room < 0) break;
    }
    return fitting;
}

static void draw_hints(const struct scene *scene, struct canvas *canvas)
{
    enum context context = scene_context(scene);
    int aids = !scene_offers_retry(scene) ? 0 : scene->log_open ? 1 : 2;
    struct hint hints[HINTS_MOST] = {{ACTION_NONE, ACTION_NONE}};
    list_hints(context, aids > 0, hints);
    int column = 1, gap = aids > 0 ? NARROW_GAP : GAP;
    for (int i = 0; i < aids; i++) column = draw_hint(canvas, column, context, &first_aid[i]) + gap;
    int room = canvas->area.width - 1 - column;
    int fitting = count_fitting(context, hints, room, gap);
    if (hints[fitting].first != ACTION_NONE) fitting = count_fitting(context, hints, room, gap = NARROW_GAP);
    for (int i = LAST_HINTS; i < fitting; i++) column = draw_hint(canvas, column, context, &hints[i]) + gap;
    for (int i = 0; i < LAST_HINTS && i < fitting; i++) column = draw_hint(canvas, column, context, &hints[i]) + gap;
}

static void draw_prompt(struct scene *scene, struct canvas *canvas)
{
    int column = 1 + canvas_text(canvas, 0, 1, 2, ROLE_KEY, "/ ");
    prompt_draw(&scene->prompt, canvas, 0, column, canvas->area.width - column - 1);
}

/* The reason, and beside it when it is tried again; where that has no room the second row says it alone. */
void trouble_draw(struct scene *scene, struct canvas *canvas)
{
    const struct link_view *link = &scene->book.link;
    struct text reason = text_from(scene_trouble(scene, canvas->width));
    char outlook[FIGURE_SIZE];
    int64_t changes_in;
    enum role role = link_mark(link->state).role;
    int width = canvas->area.width - 2;
    bool told = link_outlook(link, scene->now, outlook, &changes_in);
    int beside = told ? (int)text_width(text_from(outlook)) + GAP : 0;
    if (canvas_foreign_width(canvas, reason) + beside > width) beside = 0;
    canvas_foreign(canvas, 0, 1, width - beside, role, reason);
    if (beside == 0) return;
    if (changes_in != TIME_NEVER) scene_due_in(scene, changes_in);
    canvas_right(canvas, 0, 1, width, role, outlook);
}

void footer_draw(struct scene *scene, struct canvas *canvas)
{
    if (scene->prompt_open) {
        draw_prompt(scene, canvas);
    } else if (scene->notice[0] != '\0') {
        canvas_foreign(canvas, 0, 1, canvas->area.width - 2, scene->notice_role, text_from(scene->notice));
    } else {
        draw_hints(scene, canvas);
    }
}
