#include "watch_rows.h"

static unsigned number_of(uint32_t place)
{
    return place < WATCH_NUMBERS ? place + 1 : 0;
}

static uint32_t listed_rows(const struct watch_list *list, struct watch_row *rows)
{
    uint32_t count = 0, group = WATCH_NO_GROUP;
    for (uint32_t i = 0; i < list->count; i++) {
        bool begins = list->items[i].group != group;
        group = list->items[i].group;
        if (begins) rows[count++] = (struct watch_row){WATCH_ROW_GROUP, group, 0};
        if (group == WATCH_NO_GROUP || !list->groups[group].folded)
            rows[count++] = (struct watch_row){WATCH_ROW_MARKET, i, number_of(i)};
    }
    return count;
}

uint32_t watch_rows(const struct scene *scene, struct watch_row rows[WATCH_ROWS])
{
    uint32_t count = listed_rows(&scene->watch, rows), others = 0;
    for (uint32_t i = 0; i < scene->watched_count; i++) {
        if (watch_list_find(&scene->watch, &scene->watched[i].instrument) >= 0) continue;
        if (others == 0) rows[count++] = (struct watch_row){WATCH_ROW_OPENED_TITLE, 0, 0};
        rows[count++] = (struct watch_row){WATCH_ROW_OPENED, i, number_of(scene->watch.count + others)};
        others++;
    }
    return count;
}

bool watch_rows_selected(struct scene *scene, struct watch_row *row)
{
    struct watch_row rows[WATCH_ROWS];
    uint32_t count = watch_rows(scene, rows);
    if (count == 0) return false;
    if (scene->watch_selected >= count) scene->watch_selected = count - 1;
    if (rows[scene->watch_selected].kind == WATCH_ROW_OPENED_TITLE) scene->watch_selected++; /* it has a market */
    *row = rows[scene->watch_selected];
    return true;
}

bool watch_rows_number(const struct scene *scene, unsigned number, struct watch_row *row)
{
    struct watch_row rows[WATCH_ROWS];
    if (number <= scene->watch.count) {
        *row = (struct watch_row){WATCH_ROW_MARKET, number - 1, number};
        return true;
    }
    uint32_t count = watch_rows(scene, rows);
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].number != number) continue;
        *row = rows[i];
        return true;
    }
    return false;
}

void watch_rows_select(struct scene *scene, enum watch_row_kind kind, uint32_t at)
{
    struct watch_row rows[WATCH_ROWS];
    uint32_t count = watch_rows(scene, rows);
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].kind == kind && rows[i].at == at) scene->watch_selected = i;
}

const struct catalogue_entry *watch_row_market(const struct scene *scene, const struct watch_row *row)
{
    if (row->kind == WATCH_ROW_MARKET) return &scene->watch.items[row->at].entry;
    return row->kind == WATCH_ROW_OPENED ? &scene->watched[row->at] : NULL;
}

const struct catalogue_entry *watch_rows_market(const struct scene *scene)
{
    struct watch_row rows[WATCH_ROWS];
    uint32_t count = watch_rows(scene, rows), at = scene->watch_selected;
    if (count == 0) return NULL;
    if (at >= count) at = count - 1;
    if (rows[at].kind == WATCH_ROW_OPENED_TITLE) at++; /* it has a market */
    return watch_row_market(scene, &rows[at]);
}
