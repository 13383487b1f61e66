/* The list of themes, beside the screen whose colours it changes. */
#include "booktop/ui/scene.h"

#include <stdio.h>
#include <string.h>

#include "sheet.h"

#define POINTER_COLUMN 2
#define NAME_COLUMN    4
/* The mark of the theme that was chosen, behind the longest name of ours. */
#define MARK_WIDTH 2

/* From this height on there is room below the list for what the selected theme says of itself. */
#define LEAST_HEIGHT_FOR_NOTE 12
/* A rule, and its lines. */
#define NOTE_HEIGHT 4
/* At least so many rows of the list are left above what is wrong with a theme. */
#define LEAST_ROWS 3

static int inner_width(const struct canvas *canvas)
{
    return canvas->area.width - 1;
}

/* What is written below the list: why the theme cannot be shown, or what it is. */
static struct text words_below(const struct scene *scene, enum role *role)
{
    const struct themes *themes = &scene->themes;
    *role = themes->trouble[0] != '\0' ? ROLE_WARNING : ROLE_MUTED;
    if (themes->trouble[0] != '\0') return text_from(themes->trouble);
    if (scene->colourless) return TEXT("This terminal shows no colours: all look alike.");
    if (themes->selected >= themes->list.builtin) return TEXT("A file of yours.");
    return theme_note(themes->list.names[themes->selected]);
}

static void write_below(const struct scene *scene, struct sheet *sheet)
{
    enum role role;
    char text[THEME_ERROR_SIZE + 128];
    struct text words = words_below(scene, &role);
    text_sanitize(words, text, sizeof text, sheet->canvas->ascii);
    sheet_flow(sheet, POINTER_COLUMN, role, text);
}

/* The rows that it takes, with its rule; 0 where there is no room. What is wrong is told in every window. */
static int height_below(const struct scene *scene, struct canvas *canvas)
{
    int height = canvas->area.height;
    if (scene->themes.trouble[0] == '\0') return height >= LEAST_HEIGHT_FOR_NOTE ? NOTE_HEIGHT : 0;
    struct sheet counted = {.canvas = canvas, .width = inner_width(canvas)};
    write_below(scene, &counted);
    int wanted = counted.line + 1, most = height - 1 - LEAST_ROWS;
    return wanted < most ? wanted : most;
}

/* All of it but the line at its left, which is drawn when it is known what touches it. */
static void clear(struct canvas *canvas)
{
    for (int row = 0; row < canvas->area.height; row++) {
        for (int column = 1; column < canvas->area.width; column++) canvas_text(canvas, row, column, 1, ROLE_TEXT, " ");
    }
}

/* With a sample of the colours that matter most, for windows where the list hides them. */
static void draw_title(const struct themes *themes, struct canvas *canvas)
{
    static const struct {
        const char *text;
        enum role role;
    } words[] = {{"Themes", ROLE_HEADING}, {"bid", ROLE_BEST_BID}, {"ask", ROLE_BEST_ASK}, {"mid", ROLE_MID}};
    char place[FIGURE_SIZE];
    snprintf(place, sizeof place, "%zu/%zu", themes->selected + 1, themes->list.count);
    for (int i = 0, column = POINTER_COLUMN; i < 4; i++) {
        column += canvas_text(canvas, 0, column, inner_width(canvas), words[i].role, words[i].text) + 1;
    }
    canvas_right(canvas, 0, 1, inner_width(canvas) - 1, ROLE_MUTED, place);
}

static void draw_row(const struct themes *themes, struct canvas *canvas, int row, size_t place)
{
    const char *name = themes->list.names[place];
    bool selected = place == themes->selected, chosen = strcmp(name, themes->name) == 0;
    int width = inner_width(canvas) - NAME_COLUMN - (chosen ? MARK_WIDTH : 0);
    int end = NAME_COLUMN + canvas_foreign(canvas, row, NAME_COLUMN, width, ROLE_TEXT, text_from(name));
    canvas_zone(canvas, row, 1, inner_width(canvas), ZONE_THEME, (int64_t)place);
    if (chosen) canvas_text(canvas, row, end + 1, 1, ROLE_GOOD, canvas_glyph(canvas, GLYPH_DONE));
    if (!selected) return;
    canvas_text(canvas, row, POINTER_COLUMN, 1, ROLE_KEY, canvas_glyph(canvas, GLYPH_POINTER));
    canvas_ground(canvas, row, 1, inner_width(canvas), ROLE_CURSOR);
    canvas_cursor(canvas, row, POINTER_COLUMN, false);
}

static void draw_below(const struct scene *scene, struct canvas *canvas, int height)
{
    struct area area = canvas->area;
    int row = area.height - height;
    if (height == 0) return;
    canvas_rule(canvas, row, 1, inner_width(canvas), ROLE_BORDER);
    struct sheet sheet = {.canvas = canvas, .width = inner_width(canvas), .height = height - 1};
    canvas_enter(canvas, (struct area){area.row + row + 1, area.column, height - 1, area.width});
    write_below(scene, &sheet);
    canvas_enter(canvas, area);
}

static void scroll(struct themes *themes, int page)
{
    size_t rows = page > 1 ? (size_t)page : 1;
    themes->page = page;
    if (themes->selected < themes->top) themes->top = themes->selected;
    if (themes->selected >= themes->top + rows) themes->top = themes->selected - rows + 1;
    if (themes->list.count <= rows) themes->top = 0;
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct themes *themes = &scene->themes;
    int below = height_below(scene, canvas);
    clear(canvas);
    draw_title(themes, canvas);
    draw_below(scene, canvas, below);
    scroll(themes, canvas->area.height - 1 - below);
    for (int i = 0; i < themes->page && themes->top + (size_t)i < themes->list.count; i++) {
        draw_row(themes, canvas, i + 1, themes->top + (size_t)i);
    }
}

static bool act(struct scene *scene, enum action action)
{
    return themes_act(&scene->themes, action);
}

const struct view_ops view_themes = {CONTEXT_THEMES, draw, act};
