#include "command_row.h"

#include <stdio.h>
#include <string.h>

#include "booktop/ui/command.h"

#define GAP 2

static int width_of(const struct canvas *canvas, const char *name)
{
    return canvas_foreign_width(canvas, text_from(name));
}

/* How many of the names fit, with room for "+12" where that are not all. */
static size_t count_fitting(const struct canvas *canvas, const struct choices *choices, int room)
{
    size_t fitting = 0;
    int used = 0;
    for (; fitting < choices->count; fitting++) {
        int more = fitting + 1 < choices->count ? GAP + 4 : 0;
        used += width_of(canvas, choices->names[fitting]);
        if (used + more > room) break;
        used += GAP;
    }
    return fitting;
}

static void draw_choices(struct canvas *canvas, const struct choices *choices)
{
    int end = canvas->area.width - 1, column = 1;
    size_t fitting = count_fitting(canvas, choices, end - column);
    for (size_t i = 0; i < fitting; i++) {
        struct text name = text_from(choices->names[i]);
        column += canvas_foreign(canvas, 0, column, end - column, ROLE_TEXT, name) + GAP;
    }
    if (fitting == choices->count) return;
    char more[24];
    snprintf(more, sizeof more, "+%zu", choices->count - fitting);
    canvas_text(canvas, 0, column, end - column, ROLE_MUTED, more);
}

static bool is_whole_word(struct text line, const struct choices *choices)
{
    struct text typed = {line.at + choices->start, line.length - choices->start};
    return choices->count == 1 && text_is(typed, choices->names[0]);
}

/* Of the line as it is: found once, not for every picture, since some of them stand in files. */
static const struct choices *choices_of(struct scene *scene, struct text line)
{
    struct command_offer *offer = &scene->offer;
    enum context context = scene_view_context(scene);
    bool same = offer->context == context && text_is(line, offer->line);
    if (offer->known && same) return &offer->choices;
    command_choices(line, context, scene->replaying, &offer->choices);
    offer->known = true;
    offer->context = context;
    text_copy(line, offer->line, sizeof offer->line);
    return &offer->choices;
}

void command_row_draw(struct scene *scene, struct canvas *canvas)
{
    int width = canvas->area.width - 2;
    if (scene->command_error[0] != '\0') {
        canvas_foreign(canvas, 0, 1, width, ROLE_WARNING, text_from(scene->command_error));
        return;
    }
    struct text line = {scene->prompt.text, scene->prompt.cursor};
    const struct choices *choices = choices_of(scene, line);
    char words[NOTICE_SIZE];
    command_explain(line, words, sizeof words);
    if (choices->count == 0 || is_whole_word(line, choices))
        canvas_foreign(canvas, 0, 1, width, ROLE_MUTED, text_from(words));
    else
        draw_choices(canvas, choices);
}
