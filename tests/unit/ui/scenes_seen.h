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

/* Rules of some paragraphs, longer than most windows. */
static const char sample_rules[] =
    "This market resolves to \"Yes\" if the harbour bridge at Port Ellery is open to walkers and carts at any time "
    "between December 1 and December 31, 11:59 PM local time. Otherwise it resolves to \"No\".\n\n"
    "A ceremony alone does not count: the barrier has to be up, and whoever comes has to be let across. A bridge that "
    "is "
    "opened and closed again counts as open.\n\n\n"
    "What counts:\n"
    "- the harbour office's daily notice;\n"
    "- where there is none for a day, a report of at least two of the town's papers.\n\n"
    "Should the harbour office be dissolved before the end of December, the town clerk's word takes its place.";

static inline void sample_describe(struct book_view *view)
{
    view->described++;
    view->details = (struct details){.fee = {FEE_CURVE, 30000000, 1, true, ""}};
    sample_text(view->details.rules, DETAILS_RULES_SIZE, sample_rules);
    sample_text(view->details.source, DETAILS_SOURCE_SIZE, "https://harbour-office.example/notices");
}

static inline void make_info(struct scene *scene)
{
    scene->demo = scene->book.demo = false; /* a demo's market has no page */
    sample_describe(&scene->book);
    sample_text(scene->book.instrument.event_title, INSTRUMENT_TEXT_SIZE, "What opens in December?");
    sample_text(scene->book.instrument.event_slug, INSTRUMENT_SLUG_SIZE, "what-opens-in-december");
    scene->book.instrument.min_order_size = 5 * INT64_C(1000000);
    scene_act(scene, ACTION_INFO);
}

/* Opened by a handle: nobody was asked about it. */
static inline void make_info_untold(struct scene *scene)
{
    scene_act(scene, ACTION_INFO);
    scene->info_top = 99;
}

static inline void make_info_replay(struct scene *scene)
{
    sample_replay(scene);
    make_info_untold(scene);
}

static inline void make_info_kalshi(struct scene *scene)
{
    struct instrument *instrument = &scene->book.instrument;
    scene->demo = scene->book.demo = false;
    instrument->venue = VENUE_KALSHI;
    sample_text(instrument->symbol, SYMBOL_SIZE, "KXBRIDGE-26DEC");
    scene->book.described = 1;
    sample_text(scene->book.details.rules, DETAILS_RULES_SIZE, "If the harbour bridge opens, it resolves to Yes.");
    scene->book.details.fee.kind = FEE_OF_SERIES;
    scene_act(scene, ACTION_INFO);
    scene->info_top = 99;
}

static inline void make_info_hostile(struct scene *scene)
{
    struct instrument *instrument = &scene->book.instrument;
    make_hostile_titles(scene);
    scene->demo = scene->book.demo = false;
    sample_text(instrument->event_slug, INSTRUMENT_SLUG_SIZE, "\x1b]52;c;AAAA\x07/../\xe2\x80\xae");
    struct details *details = &scene->book.details;
    scene->book.described = 1;
    *details = (struct details){.rules_cut = true, .source_cut = true, .fee = {FEE_CURVE, 250000000, 2, false, ""}};
    for (size_t i = 0; i + 1 < DETAILS_SOURCE_SIZE; i++) details->source[i] = "\x1b\x07x\x7f"[i % 4];
    for (int i = 0; i < 340; i++) /* wide characters without a blank, and what would move the cursor */
        strcat(details->rules, i % 20 == 7 ? "\x1b[2J\xe2\x80\xae" : "\xe6\xb8\xaf\xe6\xa9\x8b");
    scene->prefs.utc = true;
    scene->book.status = MARKET_RESOLVED;
    scene->book.winner = 1;
    instrument->close_time = SAMPLE_WALL_S - 3 * 60;
    instrument_set_ranges(instrument, (struct price_range[]){{0, 1000, 10}, {1000, 9000, 100}, {9000, 10000, 10}}, 3);
    scene_act(scene, ACTION_INFO);
}

#endif
