/* Scenes of what is seen of a book beside its levels: what things cost, the chart, the info of the market.
 */
#ifndef BOOKTOP_TESTS_UI_SCENES_SEEN_H
#define BOOKTOP_TESTS_UI_SCENES_SEEN_H

#include "scenes_book.h"

static inline void make_money(struct scene *scene)
{
    scene_act(scene, ACTION_SIZE_UNIT);
}

static inline void sample_ask_cost(struct scene *scene, const char *typed)
{
    char error[NOTICE_SIZE];
    if (!scene_ask_cost(scene, text_from(typed), error, sizeof error)) abort();
}

static inline void make_cost(struct scene *scene)
{
    sample_ask_cost(scene, "25,000");
}

/* More than the asks hold. */
static inline void make_cost_of_money(struct scene *scene)
{
    sample_ask_cost(scene, "$98,000");
}

static inline void make_ladder_and_chart(struct scene *scene)
{
    scene->prefs.tape = false;
    scene->prefs.volume = false;
}

/* Paused, and then three more came. */
static inline void sample_trade_more(struct book_view *view)
{
    view->tape.total += 3;
}

static inline void make_tape_paused(struct scene *scene)
{
    scene->focus = PANE_TAPE;
    scene->prefs.utc = true;
    scene_act(scene, ACTION_PAUSE);
    sample_change(scene, sample_trade_more);
}

static inline void make_chart(struct scene *scene)
{
    scene_act(scene, ACTION_CHART);
}

static inline void make_chart_alone(struct scene *scene)
{
    make_chart(scene);
    scene_act(scene, ACTION_FULL_PANE);
}

static inline void make_chart_nearer(struct scene *scene)
{
    make_chart(scene);
    scene_act(scene, ACTION_SHALLOWER);
    scene_act(scene, ACTION_SHALLOWER);
    for (int i = 0; i < 4; i++) scene_act(scene, ACTION_DOWN);
}

static inline void sample_take_asks_away(struct book_view *view)
{
    view->depth.ask_count = view->depth.asks_in_book = 0;
}

static inline void make_chart_one_sided(struct scene *scene)
{
    make_chart(scene);
    sample_change(scene, sample_take_asks_away);
}

static inline void make_info(struct scene *scene)
{
    sample_text(scene->book.instrument.event_title, INSTRUMENT_TEXT_SIZE, "What opens in December?");
    sample_text(scene->book.instrument.event_slug, INSTRUMENT_SLUG_SIZE, "what-opens-in-december");
    scene->book.instrument.min_order_size = 5 * INT64_C(1000000);
    scene_act(scene, ACTION_INFO);
}

static inline void make_info_hostile(struct scene *scene)
{
    struct instrument *instrument = &scene->book.instrument;
    make_hostile_titles(scene);
    sample_text(instrument->event_slug, INSTRUMENT_SLUG_SIZE, "\x1b]52;c;AAAA\x07/../\xe2\x80\xae");
    scene->prefs.utc = true;
    scene->book.status = MARKET_RESOLVED;
    scene->book.winner = 1;
    instrument->close_time = SAMPLE_WALL_S - 3 * 60;
    instrument_set_ranges(instrument, (struct price_range[]){{0, 1000, 10}, {1000, 9000, 100}, {9000, 10000, 10}}, 3);
    scene_act(scene, ACTION_INFO);
}

#endif
