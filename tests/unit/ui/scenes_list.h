/* Scenes of the list of markets. */
#ifndef BOOKTOP_TESTS_UI_SCENES_LIST_H
#define BOOKTOP_TESTS_UI_SCENES_LIST_H

#include "sample_scene.h"

/* The catalogue that the newest scene borrows; made anew by each. */
static struct catalogue scenes_catalogue;

static inline void sample_open_list(struct scene *scene)
{
    if (!market_list_set(&scene->list, &scenes_catalogue)) abort();
    scene->screen = SCREEN_LIST;
}

static inline void make_list(struct scene *scene)
{
    static const enum proof_state states[] = {PROOF_VERIFIED, PROOF_VERIFIED,     PROOF_SUSPECT,
                                              PROOF_LIVE,     PROOF_UNVERIFIABLE, PROOF_STALE};
    static struct quote_table quotes;
    catalogue_clear(&scenes_catalogue);
    sample_catalogue(&scenes_catalogue);
    scenes_catalogue.entries[8].status = MARKET_PAUSED;
    sample_quotes(&quotes, &scenes_catalogue, 6);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) quotes.quotes[i].proof = states[i];
    sample_open_list(scene);
    market_list_quotes(&scene->list, &quotes);
    if (!scene_act(scene, ACTION_DOWN)) abort();
}

/* Markets of two venues in one list, and one of them still reads its catalogue. */
static inline void make_list_of_two_venues(struct scene *scene)
{
    static struct quote_table quotes;
    catalogue_clear(&scenes_catalogue);
    sample_catalogue(&scenes_catalogue);
    for (size_t i = 5; i < scenes_catalogue.count; i++) {
        struct catalogue_entry *entry = &scenes_catalogue.entries[i];
        entry->instrument.venue = VENUE_KALSHI;
        entry->liquidity = -1;
        if (i < 8) entry->instrument.tick = 10;
    }
    scenes_catalogue.entries[8].status = MARKET_CLOSED;
    sample_quotes(&quotes, &scenes_catalogue, 6);
    for (uint32_t i = 5; i < quotes.count; i++) {
        quotes.quotes[i].venue = VENUE_KALSHI;
        quotes.quotes[i].proof = PROOF_POLLED;
    }
    quotes.progress[VENUE_KALSHI] = (struct venue_progress){.running = true, .events = 1400};
    sample_open_list(scene);
    market_list_quotes(&scene->list, &quotes);
}

/* Of a replay, at its end. */
static inline void make_list_of_a_replay(struct scene *scene)
{
    catalogue_clear(&scenes_catalogue);
    sample_catalogue(&scenes_catalogue);
    sample_open_list(scene);
    sample_replay(scene);
    scene->replay.length = 59 * 60 * NANOSECONDS_PER_SECOND;
    scene->replay.position = scene->replay.length;
    scene->replay.ended = true;
}

#endif
