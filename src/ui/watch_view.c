/* The watch list: the user's markets in the user's groups, with live quotes, and the markets that were opened without
 * being on it.
 */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "market_list_columns.h"
#include "sheet.h"
#include "state_words.h"
#include "watch_rows.h"

#define INDENT 2

static const char *blank_words(const struct watch_item *item)
{
    return item->missing ? "not found" : item->again != 0 ? "no answer" : "asking";
}

static void draw_market(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *c,
                        const struct watch_row *watch_row)
{
    char number[4] = "", title[TITLE_SIZE];
    const struct catalogue_entry *entry = watch_row_market(scene, watch_row);
    bool listed = watch_row->kind == WATCH_ROW_MARKET;
    const struct watch_item *item = listed ? &scene->watch.items[watch_row->at] : NULL;
    bool inside = !listed || item->group != WATCH_NO_GROUP;
    if (watch_row->number > 0) snprintf(number, sizeof number, "%u", watch_row->number % 10);
    canvas_text(canvas, row, c->number, 1, ROLE_KEY, number);
    market_title(&entry->instrument, true, title);
    int indent = inside ? INDENT : 0;
    canvas_foreign(canvas, row, c->title + indent, c->title_width - indent, ROLE_TEXT, text_from(title));
    const struct quote *quote = market_list_quote_of(&scene->list, &entry->instrument);
    if (item == NULL || item->known)
        list_columns_draw_market(scene, canvas, row, c, entry, quote);
    else
        list_columns_draw_blank(canvas, row, c, &entry->instrument, blank_words(item));
    if (item != NULL && !item->known && item->again > scene->machine)
        scene_due_in_machine_time(scene, item->again - scene->machine);
}

/* "harbour, 3 markets", with what its fold means in a word. */
static void draw_group(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *c,
                       uint32_t group)
{
    const struct watch_group *head = &scene->watch.groups[group];
    char counted[48];
    unsigned markets = 0;
    for (uint32_t i = 0; i < scene->watch.count; i++) markets += scene->watch.items[i].group == group;
    snprintf(counted, sizeof counted, "%u market%s%s", markets, markets == 1 ? "" : "s",
             head->folded ? ", folded" : "");
    int width = (int)text_width(text_from(counted)), right = canvas->area.width - 1 - width;
    canvas_text(canvas, row, c->mark, 1, ROLE_MUTED, head->folded ? "+" : "-");
    canvas_foreign(canvas, row, c->number, right - c->number - 2, ROLE_HEADING, text_from(head->name));
    canvas_text(canvas, row, right, width, ROLE_MUTED, counted);
}

static void draw_row(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *c,
                     const struct watch_row *watch_row)
{
    int width = canvas->area.width - c->number - 1;
    if (watch_row->kind == WATCH_ROW_GROUP)
        draw_group(scene, canvas, row, c, watch_row->at);
    else if (watch_row->kind == WATCH_ROW_OPENED_TITLE)
        canvas_text(canvas, row, c->number, width, ROLE_MUTED, "opened before, and not on the list");
    else
        draw_market(scene, canvas, row, c, watch_row);
}

static void draw_nothing(struct scene *scene, struct canvas *canvas)
{
    char key[KEYS_SIZE], words[160];
    keymap_keys(CONTEXT_LIVE, ACTION_WATCH, true, key);
    snprintf(words, sizeof words, "The watch list is empty: %s puts the market on it that is open or selected.",
             key[0] != '\0' ? key : ":watch");
    (void)scene;
    struct sheet sheet = {.canvas = canvas, .width = canvas->area.width - 1, .height = canvas->area.height, .line = 1};
    sheet_flow(&sheet, 2, ROLE_MUTED, words);
}

static struct list_columns columns_of(const struct scene *scene, const struct watch_row *rows, uint32_t count,
                                      int width)
{
    const struct catalogue_entry *first = NULL;
    bool venues = false, changes = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct catalogue_entry *entry = watch_row_market(scene, &rows[i]);
        if (entry == NULL) continue;
        if (first == NULL) first = entry;
        venues |= entry->instrument.venue != first->instrument.venue;
        changes |= entry->previous > 0;
    }
    return list_columns_of(width, true, venues, changes);
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct watch_row rows[WATCH_ROWS], selected;
    uint32_t count = watch_rows(scene, rows);
    struct list_columns c = columns_of(scene, rows, count, canvas->area.width);
    scene->watch_page = canvas->area.height - 1;
    if (!watch_rows_selected(scene, &selected)) {
        draw_nothing(scene, canvas);
        return;
    }
    int place = (int)scene->watch_selected, most = (int)count - scene->watch_page;
    if (place >= scene->watch_top + scene->watch_page) scene->watch_top = place - scene->watch_page + 1;
    if (place < scene->watch_top) scene->watch_top = place;
    if (scene->watch_top > most) scene->watch_top = most;
    if (scene->watch_top < 0) scene->watch_top = 0;
    list_columns_draw_titles(canvas, &c, "market", NULL);
    for (int i = 0; i < scene->watch_page && scene->watch_top + i < (int)count; i++) {
        int n = scene->watch_top + i;
        draw_row(scene, canvas, i + 1, &c, &rows[n]);
        canvas_zone(canvas, i + 1, 0, canvas->area.width, ZONE_ROW, n);
        if (n != place) continue;
        canvas_text(canvas, i + 1, 0, 1, ROLE_KEY, canvas_glyph(canvas, GLYPH_POINTER));
        canvas_ground(canvas, i + 1, 0, canvas->area.width, ROLE_CURSOR);
        canvas_cursor(canvas, i + 1, 0, false);
    }
}

/* Titles are passed over. */
static void move(struct scene *scene, int step)
{
    struct watch_row rows[WATCH_ROWS];
    int count = (int)watch_rows(scene, rows), to = (int)scene->watch_selected + step;
    if (to >= count) to = count - 1;
    if (to < 0) to = 0;
    if (to < count && rows[to].kind == WATCH_ROW_OPENED_TITLE) to += step < 0 && to > 0 ? -1 : 1;
    scene->watch_selected = (uint32_t)to;
}

static void next_unit(struct scene *scene)
{
    scene->prefs.price_unit = (scene->prefs.price_unit + 1) % UNIT_COUNT;
    if (scene->has_view) ladder_take(&scene->ladder, &scene->book, &scene->prefs);
}

static bool act(struct scene *scene, enum action action)
{
    int page = scene->watch_page > 1 ? scene->watch_page - 1 : 1;
    if (action == ACTION_UNIT)
        next_unit(scene);
    else if (action == ACTION_DOWN)
        move(scene, 1);
    else if (action == ACTION_UP)
        move(scene, -1);
    else if (action == ACTION_PAGE_DOWN)
        move(scene, page);
    else if (action == ACTION_PAGE_UP)
        move(scene, -page);
    else if (action == ACTION_HOME)
        move(scene, -WATCH_ROWS);
    else if (action == ACTION_END)
        move(scene, WATCH_ROWS);
    else
        return false;
    return true;
}

const struct view_ops view_watch = {CONTEXT_WATCH, draw, act};
