#include "booktop/ui/watch_list.h"

#include <stdio.h>
#include <string.h>

#include "booktop/venue/venue.h"
#include "same_market.h"

void watch_name(const struct instrument *instrument, char out[WATCH_NAME_SIZE])
{
    snprintf(out, WATCH_NAME_SIZE, "%s:%s", venue_get(instrument->venue)->name, instrument->symbol);
}

int watch_list_find(const struct watch_list *list, const struct instrument *instrument)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (same_market(&list->items[i].entry.instrument, instrument)) return (int)i;
    return -1;
}

/* Where a group's markets stand among the others: those without a group come first. */
static uint32_t rank_of(uint32_t group)
{
    return group == WATCH_NO_GROUP ? 0 : group + 1;
}

/* Behind the last market of this group and of those before it. */
static uint32_t end_of(const struct watch_list *list, uint32_t group)
{
    uint32_t end = list->count;
    while (end > 0 && rank_of(list->items[end - 1].group) > rank_of(group)) end--;
    return end;
}

/* Takes the item out of its place and puts it where it then is `to`. */
static void put(struct watch_list *list, uint32_t from, uint32_t to)
{
    struct watch_item item = list->items[from];
    if (from < to)
        memmove(&list->items[from], &list->items[from + 1], (to - from) * sizeof item);
    else
        memmove(&list->items[to + 1], &list->items[to], (from - to) * sizeof item);
    list->items[to] = item;
}

/* The groups that no market is in any more go. */
static void drop_empty_groups(struct watch_list *list)
{
    for (uint32_t group = list->group_count; group-- > 0;) {
        bool used = false;
        for (uint32_t i = 0; i < list->count; i++) used |= list->items[i].group == group;
        if (used) continue;
        memmove(&list->groups[group], &list->groups[group + 1],
                (list->group_count - group - 1) * sizeof list->groups[0]);
        list->group_count--;
        for (uint32_t i = 0; i < list->count; i++)
            if (list->items[i].group != WATCH_NO_GROUP && list->items[i].group > group) list->items[i].group--;
    }
}

bool watch_list_add(struct watch_list *list, const struct catalogue_entry *entry, bool known)
{
    if (list->count == WATCH_MOST || watch_list_find(list, &entry->instrument) >= 0) return false;
    uint32_t place = end_of(list, WATCH_NO_GROUP);
    list->items[list->count] = (struct watch_item){.entry = *entry, .group = WATCH_NO_GROUP, .known = known};
    put(list, list->count++, place);
    return true;
}

void watch_list_remove(struct watch_list *list, uint32_t item)
{
    put(list, item, list->count - 1);
    list->count--;
    drop_empty_groups(list);
}

void watch_list_describe(struct watch_list *list, const struct catalogue_entry *entry)
{
    int place = watch_list_find(list, &entry->instrument);
    if (place < 0) return;
    struct watch_item *item = &list->items[place];
    /* A view knows less of a market than a catalogue does. */
    if (item->known && entry->liquidity < 0) return;
    item->entry = *entry;
    item->known = true;
    item->missing = false;
    item->again = 0;
}

static uint32_t group_named(const struct watch_list *list, struct text name)
{
    uint32_t group = 0;
    while (group < list->group_count && !text_is(name, list->groups[group].name)) group++;
    return group;
}

/* What was moved stays in sight. */
static void unfold(struct watch_list *list, uint32_t group)
{
    if (group != WATCH_NO_GROUP) list->groups[group].folded = false;
}

bool watch_list_group(struct watch_list *list, uint32_t item, struct text name)
{
    char cut[WATCH_GROUP_SIZE];
    text_copy(text_trim(name), cut, sizeof cut);
    uint32_t group = cut[0] != '\0' ? group_named(list, text_from(cut)) : WATCH_NO_GROUP;
    if (group == list->items[item].group) return true;
    if (group == list->group_count) {
        if (list->group_count == WATCH_GROUPS) return false;
        struct watch_group *made = &list->groups[list->group_count++];
        memcpy(made->name, cut, sizeof cut);
        made->folded = false;
    }
    /* Its end is looked for among the others. */
    put(list, item, --list->count);
    list->items[list->count].group = group;
    put(list, list->count, end_of(list, group));
    list->count++;
    unfold(list, group);
    drop_empty_groups(list);
    return true;
}

uint32_t watch_list_move(struct watch_list *list, uint32_t item, int step)
{
    uint32_t group = list->items[item].group, neighbour = item + (uint32_t)step;
    bool exists = neighbour < list->count;
    if (exists && list->items[neighbour].group == group) {
        put(list, item, neighbour);
        return neighbour;
    }
    /* Over the border: it stays where it is, and is the neighbour group's last or first. Above the first group is the
     * place of those without one. */
    if (step < 0 && group == WATCH_NO_GROUP) return item;
    if (step > 0 && !exists) return item;
    uint32_t joined = exists ? list->items[neighbour].group : WATCH_NO_GROUP;
    list->items[item].group = joined;
    unfold(list, joined);
    drop_empty_groups(list);
    return item;
}

static void swap_groups(struct watch_list *list, uint32_t first)
{
    struct watch_group group = list->groups[first];
    list->groups[first] = list->groups[first + 1];
    list->groups[first + 1] = group;
    uint32_t start = 0, middle, end;
    while (start < list->count && rank_of(list->items[start].group) < rank_of(first)) start++;
    for (middle = start; middle < list->count && list->items[middle].group == first; middle++)
        list->items[middle].group = first + 1;
    for (end = middle; end < list->count && list->items[end].group == first + 1; end++) {
        list->items[end].group = first;
        put(list, end, start++);
    }
}

uint32_t watch_list_move_group(struct watch_list *list, uint32_t group, int step)
{
    uint32_t other = group + (uint32_t)step;
    if (other >= list->group_count) return group;
    swap_groups(list, step > 0 ? group : other);
    return other;
}

void watch_list_rename(struct watch_list *list, uint32_t group, struct text name)
{
    char cut[WATCH_GROUP_SIZE];
    if (text_copy(text_trim(name), cut, sizeof cut) > 0) memcpy(list->groups[group].name, cut, sizeof cut);
}
