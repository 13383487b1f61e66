/* Scenes of the watch list. */
#ifndef BOOKTOP_TESTS_UI_SCENES_WATCH_H
#define BOOKTOP_TESTS_UI_SCENES_WATCH_H

#include "scenes_list.h"

/* Two groups, one of them folded; a market of the last start that is not looked up yet, and one that is gone. */
static inline void make_watch(struct scene *scene)
{
    static const struct {
        unsigned market;
        const char *group;
    } watched[] = {{1, ""},       {4, ""},      {5, "Port Ellery"}, {6, "Port Ellery"}, {7, "Port Ellery"},
                   {8, "at sea"}, {9, "at sea"}};
    static struct quote_table quotes;
    catalogue_clear(&scenes_catalogue);
    sample_catalogue(&scenes_catalogue);
    sample_quotes(&quotes, &scenes_catalogue, 6);
    for (uint32_t i = 0; i < sizeof watched / sizeof *watched; i++) {
        const struct catalogue_entry *entry = &scenes_catalogue.entries[watched[i].market];
        if (!watch_list_add(&scene->watch, entry, watched[i].market != 6)) abort();
        int place = watch_list_find(&scene->watch, &entry->instrument);
        if (!watch_list_group(&scene->watch, (uint32_t)place, text_from(watched[i].group))) abort();
    }
    for (uint32_t i = 0; i < scene->watch.count; i++) {
        scene->watch.items[i].missing = strcmp(scene->watch.items[i].entry.instrument.symbol, "0x07") == 0;
    }
    scene->watch.groups[1].folded = true;
    if (!market_list_set(&scene->list, &scenes_catalogue)) abort();
    market_list_quotes(&scene->list, &quotes);
    scene->watch_open = true;
    scene->watch_selected = 1;
}

/* Over the list, whose figures are none of its own; a venue that does not answer, and markets of both venues. */
static inline void make_watch_over_list(struct scene *scene)
{
    make_watch(scene);
    scene->screen = SCREEN_LIST;
    scene->watch.items[1].entry.instrument.venue = VENUE_KALSHI;
    scene->watch.items[2].entry.previous = 5100;
    scene->watch.items[3].again = scene->machine + 3 * NANOSECONDS_PER_SECOND;
    scene->list.quotes.links[VENUE_POLYMARKET].state = LINK_STATE_LIVE;
}

static inline void make_watch_empty(struct scene *scene)
{
    scene->watch_open = true;
}

#endif
