/* The help: every binding of the table, by context, in as many columns as there is room for. */
#include "booktop/ui/scene.h"

#include <string.h>

#include "scroll.h"

#define COLUMN_WIDTH 40
#define KEYS_WIDTH   12
#define LINES_MOST   128
#define PAGE         10

/* A line of the help: a heading, a binding's action, or a blank (no action, no heading). */
struct line {
    enum context context;
    enum action action;
    bool heading;
};

static bool listed_already(const struct line *lines, int count, const struct binding *binding)
{
    for (int i = 0; i < count; i++) {
        if (lines[i].context == binding->context && lines[i].action == binding->action) return true;
    }
    return false;
}

static bool same_heading(enum context a, enum context b)
{
    return strcmp(context_name(a), context_name(b)) == 0;
}

static int make_lines(bool replay, struct line lines[LINES_MOST])
{
    size_t bindings;
    const struct binding *table = keymap_bindings(&bindings);
    int count = 0;
    enum context before = CONTEXT_COUNT;
    for (size_t i = 0; i < bindings && count + 3 < LINES_MOST; i++) {
        const struct binding *binding = &table[i];
        if (!context_exists(binding->context, replay)) continue;
        if (before == CONTEXT_COUNT || !same_heading(before, binding->context)) {
            if (count > 0) lines[count++] = (struct line){.context = CONTEXT_COUNT};
            lines[count++] = (struct line){.context = binding->context, .heading = true};
        }
        before = binding->context;
        if (listed_already(lines, count, binding)) continue;
        lines[count++] = (struct line){.context = binding->context, .action = binding->action};
    }
    return count;
}

static void draw_line(struct canvas *canvas, int row, int column, int width, const struct line *line)
{
    if (line->heading) {
        canvas_text(canvas, row, column, width, ROLE_HEADING, context_name(line->context));
        return;
    }
    if (line->action == ACTION_NONE) return;
    char keys[KEYS_SIZE];
    keymap_keys(line->context, line->action, false, keys);
    int used = canvas_text(canvas, row, column + 2, KEYS_WIDTH, ROLE_KEY, keys);
    int text = used < KEYS_WIDTH ? KEYS_WIDTH : used + 1;
    canvas_text(canvas, row, column + 2 + text, width - 2 - text, ROLE_TEXT, action_help(line->action));
}

static bool is_blank(const struct line *line)
{
    return !line->heading && line->action == ACTION_NONE;
}

/* Where a column of `height` lines that starts at `start` ends: not with a heading, which belongs to what follows, and
 * not amid a context if all of it fits the `left` columns to the right. */
static int column_end(const struct line *lines, int count, int start, int height, int left)
{
    int end = start + height < count ? start + height : count;
    if (end == count || is_blank(&lines[end])) return end;
    int whole = end;
    while (whole > start && !is_blank(&lines[whole])) whole--;
    if (whole > start && count - whole <= left * height) return whole;
    while (end > start + 1 && lines[end - 1].heading) end--;
    return end;
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct line lines[LINES_MOST];
    int count = make_lines(scene->replaying, lines);
    int height = canvas->area.height;
    int columns = canvas->area.width / COLUMN_WIDTH > 0 ? canvas->area.width / COLUMN_WIDTH : 1;
    int width = canvas->area.width / columns;
    int most = count > height * columns ? count - height * columns + columns : 0;
    if (scene->help_top > most) scene->help_top = most;
    int start = scene->help_top;
    for (int column = 0; column < columns && start < count; column++) {
        if (column > 0 && is_blank(&lines[start])) start++;
        int end = column_end(lines, count, start, height, columns - 1 - column);
        for (int i = start; i < end; i++) {
            draw_line(canvas, i - start, 1 + column * width, width - 1, &lines[i]);
        }
        start = end;
    }
    canvas_cursor(canvas, 0, 0, false);
}

static bool act(struct scene *scene, enum action action)
{
    return scroll_act(action, PAGE, &scene->help_top);
}

const struct view_ops view_help = {CONTEXT_HELP, draw, act};
