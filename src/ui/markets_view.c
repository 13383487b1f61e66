/* The market list: markets grouped by event, with live quotes where there are any, else the catalogue's figures. */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "market_list_columns.h"
#include "sheet.h"
#include "state_words.h"

#define TRYING_AGAIN ": trying again"
#define INDENT       3
/* Below this there are no words to be lost. */
#define ROOMY 58

/* Under its event's heading a market has its own name, alone its question. */
static void draw_title(struct canvas *canvas, int row, const struct list_columns *c, const struct list_row *list_row,
                       const struct instrument *instrument)
{
    char otherwise[TITLE_SIZE];
    const char *title = instrument->title;
    if (list_row->grouped && instrument->group_title[0] != '\0') title = instrument->group_title;
    market_title(instrument, list_row->grouped, otherwise);
    if (title[0] == '\0') title = otherwise;
    int indent = list_row->grouped ? INDENT : 0;
    canvas_foreign(canvas, row, c->title + indent, c->title_width - indent, ROLE_TEXT, text_from(title));
}

/* "Mayor of Port Ellery", and "3 markets, folded" behind it where they are. */
static void draw_heading(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *c,
                         const struct list_row *heading)
{
    char count[FIGURE_SIZE];
    struct market_list *list = &scene->list;
    const struct instrument *instrument = &list->catalogue->entries[heading->entry].instrument;
    const char *title = instrument->event_title[0] != '\0' ? instrument->event_title : instrument->event_slug;
    int start = c->badge >= 0 ? c->badge : c->title, end = canvas->area.width - 1;
    if (!heading->folded) {
        canvas_foreign(canvas, row, start, end - start, ROLE_HEADING, text_from(title));
        return;
    }
    end = c->volume >= 0 ? c->bid : end;
    snprintf(count, sizeof count, canvas->area.width < ROOMY ? "%u folded" : "%u markets, folded", heading->count);
    int taken = (int)text_width(text_from(count)) + 2;
    int used = canvas_foreign(canvas, row, start, end - start - taken, ROLE_HEADING, text_from(title));
    canvas_text(canvas, row, start + used + 2, taken, ROLE_MUTED, count);
    list_columns_draw_volume(canvas, row, c, ROLE_MUTED, heading->volume);
}

/* The selection stays on the screen, its event's heading too if that is the row above. */
static void scroll(struct market_list *list)
{
    size_t page = list->page > 0 ? (size_t)list->page : 1;
    size_t wanted = list->selected;
    if (wanted > 0 && list->rows[wanted - 1].heading) wanted--;
    if (wanted < list->top) list->top = wanted;
    if (list->selected >= list->top + page) list->top = list->selected - page + 1;
    if (list->row_count <= page)
        list->top = 0;
    else if (list->top > list->row_count - page)
        list->top = list->row_count - page;
}

/* Why there is no list (yet), between the margins. */
static void draw_trouble(struct canvas *canvas, const char *words)
{
    struct sheet counted = {.canvas = canvas, .width = canvas->area.width - 1};
    sheet_flow(&counted, 1, ROLE_WARNING, words);
    struct sheet sheet = {.canvas = canvas, .width = canvas->area.width - 1, .height = canvas->area.height};
    if (counted.line < sheet.height) sheet.line = (sheet.height - counted.line) / 2;
    sheet_flow(&sheet, 1, ROLE_WARNING, words);
}

static void draw_nothing(const struct scene *scene, struct canvas *canvas)
{
    const struct market_list *list = &scene->list;
    if (list->catalogue == NULL && scene->list_trouble[0] != '\0') {
        draw_trouble(canvas, scene->list_trouble);
        return;
    }
    if (list->catalogue == NULL && scene->has_view && scene->book.trouble[0] != '\0') {
        char words[VIEW_REASON_SIZE + sizeof TRYING_AGAIN];
        snprintf(words, sizeof words, "%s%s", scene->book.trouble, TRYING_AGAIN);
        draw_trouble(canvas, words);
        return;
    }
    const char *text = list->catalogue == NULL   ? "asking the venue"
                       : list->filter[0] != '\0' ? "nothing in this list has these words"
                                                 : "no markets of that name";
    int width = (int)text_width(text_from(text));
    int column = canvas->area.width > width ? (canvas->area.width - width) / 2 : 0;
    canvas_text(canvas, canvas->area.height / 2, column, width, ROLE_MUTED, text);
}

static void draw_row(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *c,
                     const struct list_row *list_row)
{
    struct market_list *list = &scene->list;
    if (list_row->heading) {
        draw_heading(scene, canvas, row, c, list_row);
        return;
    }
    const struct catalogue_entry *entry = &list->catalogue->entries[list_row->entry];
    draw_title(canvas, row, c, list_row, &entry->instrument);
    list_columns_draw_market(scene, canvas, row, c, entry, market_list_quote(list, list_row->entry));
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct market_list *list = &scene->list;
    struct list_columns c = list_columns_of(canvas->area.width, false, list->several_venues, list->has_changes);
    list->page = canvas->area.height - 1;
    if (list->row_count == 0) {
        draw_nothing(scene, canvas);
        return;
    }
    int64_t rest = market_list_rest(list, scene->machine);
    if (rest != TIME_NEVER) scene_due_in_machine_time(scene, rest);
    scroll(list);
    list_columns_draw_titles(canvas, &c, "market", list);
    for (int i = 0; i < list->page && list->top + (size_t)i < list->row_count; i++) {
        size_t n = list->top + (size_t)i;
        draw_row(scene, canvas, i + 1, &c, &list->rows[n]);
        canvas_zone(canvas, i + 1, 0, canvas->area.width, ZONE_ROW, (int64_t)n);
        if (n != list->selected) continue;
        canvas_text(canvas, i + 1, 0, 1, ROLE_KEY, canvas_glyph(canvas, GLYPH_POINTER));
        canvas_ground(canvas, i + 1, 0, canvas->area.width, ROLE_CURSOR);
        canvas_cursor(canvas, i + 1, 0, false);
    }
}

/* The selected market has no heading that it could be folded into. */
static bool stands_alone(const struct market_list *list)
{
    return list->selected < list->row_count && !list->rows[list->selected].heading &&
           !list->rows[list->selected].grouped;
}

static bool act(struct scene *scene, enum action action)
{
    if (action == ACTION_UNFILTER) {
        if (scene->list.filter[0] == '\0') return false;
        market_list_filter(&scene->list, "");
        return true;
    }
    bool folds = action == ACTION_FOLD || action == ACTION_UNFOLD || action == ACTION_FOLD_OR_UNFOLD;
    if (folds && stands_alone(&scene->list)) {
        scene_notice(scene, ROLE_MUTED, "this market stands alone: there is no event to fold");
        return true;
    }
    if (action != ACTION_UNIT) return market_list_act(&scene->list, action);
    scene->prefs.price_unit = (scene->prefs.price_unit + 1) % UNIT_COUNT;
    return true;
}

const struct view_ops view_markets = {CONTEXT_LIST, draw, act};
