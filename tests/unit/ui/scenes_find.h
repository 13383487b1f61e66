/* Scenes of finding a market: the list sorted, folded and filtered, and the search that is typed. */
#ifndef BOOKTOP_TESTS_UI_SCENES_FIND_H
#define BOOKTOP_TESTS_UI_SCENES_FIND_H

#include "scenes_list.h"

/* By volume, one event folded and selected; a day before prices were others. */
static inline void make_list_folded(struct scene *scene)
{
    make_list(scene);
    static const struct {
        int entry, previous;
    } before[] = {{1, 4000}, {2, 3350}, {4, 6500}, {5, 4900}, {6, 4100}, {9, 1250}};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        scenes_catalogue.entries[before[i].entry].previous = before[i].previous;
    struct quote_table *quotes = malloc(sizeof *quotes);
    if (quotes == NULL) abort();
    *quotes = scene->list.quotes;
    quotes->links[VENUE_POLYMARKET] = (struct venue_link){.state = LINK_STATE_DOWN, .reason = "connection refused"};
    quotes->links[VENUE_POLYMARKET].retry_at = scene->now.mono + 4 * NANOSECONDS_PER_SECOND;
    quotes->links[VENUE_KALSHI] = (struct venue_link){.state = LINK_STATE_GIVEN_UP, .reason = "HTTP 401 Unauthorized"};
    sample_open_list(scene);
    market_list_quotes(&scene->list, quotes);
    free(quotes);
    static const enum action actions[] = {ACTION_SORT, ACTION_FOLD, ACTION_DOWN};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) scene_act(scene, actions[i]);
    scene_act(scene, ACTION_UP);
}

/* Sorted by a column that narrow windows do not show, while the filter is typed. */
static inline void make_list_filter(struct scene *scene)
{
    make_list(scene);
    while (scene->list.order != ORDER_CLOSES) scene_act(scene, ACTION_SORT);
    scene->prompt_open = true;
    scene->prompt_use = PROMPT_FILTER;
    prompt_insert_text(&scene->prompt, TEXT("bridge"));
    market_list_filter(&scene->list, "bridge");
}

static inline void make_list_filtered_away(struct scene *scene)
{
    make_list(scene);
    market_list_filter(&scene->list, "zebra");
}

static inline void sample_search(struct scene *scene, const char *words)
{
    make_list_of_two_venues(scene);
    scene->prompt_open = true;
    scene->prompt_use = PROMPT_SEARCH;
    prompt_insert_text(&scene->prompt, text_from(words));
    search_begin(&scene->search, &scene->list);
    search_know(&scene->search, &scenes_catalogue.entries[4], true);
    search_know(&scene->search, &scenes_catalogue.entries[6], false);
    search_rank(&scene->search, text_from(words));
}

/* What is here while the venues are asked. */
static inline void make_search(struct scene *scene)
{
    sample_search(scene, "will");
    scene->search.asking = true;
    scene_act(scene, ACTION_DOWN);
}

/* With what they found, and one that did not answer. */
static inline void make_search_found(struct scene *scene)
{
    static struct catalogue found;
    sample_search(scene, "mayor");
    catalogue_clear(&found);
    sample_catalogue(&found);
    for (size_t i = 0; i < found.count; i++) snprintf(found.entries[i].instrument.symbol, SYMBOL_SIZE, "0xf%zu", i);
    memmove(&found.entries[0], &found.entries[5], 2 * sizeof *found.entries);
    found.count = 2;
    sample_text(found.entries[0].instrument.event_title, INSTRUMENT_TEXT_SIZE, "Mayor of Saltmarsh");
    sample_text(found.entries[1].instrument.event_title, INSTRUMENT_TEXT_SIZE, "");
    sample_text(found.entries[1].instrument.group_title, INSTRUMENT_NAME_SIZE, "");
    sample_text(found.entries[1].instrument.title, INSTRUMENT_TEXT_SIZE,
                "Wer wird B\xc3\xbcrgermeisterin?\x1b[2J \xe2\x80\xaeolleh");
    sample_text(scene->search.asked, sizeof scene->search.asked, "mayor");
    sample_text(scene->search.trouble, sizeof scene->search.trouble, "kalshi: HTTP 503");
    search_join(&scene->search, &found);
}

static inline void make_search_nothing(struct scene *scene)
{
    sample_search(scene, "zebra crossing");
}

static inline void make_search_empty(struct scene *scene)
{
    sample_search(scene, "");
}

static inline void make_search_address(struct scene *scene)
{
    sample_search(scene, "https://polymarket.com/event/when-does-the-harbour-bridge-open");
}

#endif
