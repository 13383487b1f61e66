/* What a view holds: a panel's market, its connection and what is known of both, copied. */
#include <string.h>

#include "publisher_inside.h"

static void view_link(struct feed *feed, const struct panel *panel, const struct market *market, struct link_view *view)
{
    const struct wire *wire =
        market ? wires_find(feed, market->instrument.venue, market->link) : (feed->wire_count ? feed->wires : NULL);
    if (wire) {
        *view = wire->view;
    } else {
        memset(view, 0, sizeof *view);
        view->round_trip = -1;
        view->retry_at = TIME_NEVER;
    }
    for (unsigned step = 0; step < VIEW_STEPS; step++) {
        int64_t at = wire ? wire->reached[step] : 0;
        int64_t took = at - panel->opened.mono;
        view->steps[step] = at == 0 ? -1 : took < 0 ? 0 : took;
    }
    view->steps[STEP_LOOKUP] = panel->looked_up;
    view->steps[STEP_FIRST_BOOK] = panel->first_book;
}

static void view_tape(const struct tape *tape, struct tape_view *view)
{
    size_t count = tape_count(tape);
    view->count = (uint32_t)(count < VIEW_TRADES ? count : VIEW_TRADES);
    view->total = tape->total;
    for (size_t i = 0; i < view->count; i++) view->trades[i] = *tape_trade(tape, i);
}

/* Of what is drawn: without the levels that are left out. Those are seldom, so the copy is made anew for them. */
static void view_statistics(const struct market *market, struct book_view *view)
{
    if (view->cut.levels) clean_view_apply(&view->depth, &view->cut);
    statistics_compute(&view->statistics, &view->depth, market->instrument.tick, STATISTICS_IMBALANCE_LEVELS);
    if (view->cut.levels) depth_copy(&view->depth, &market->book, DEPTH_LEVELS);
}

/* A slot of the buffer has what it was given before: seldom anything is to be copied. */
static void view_details(const struct watched *watched, struct book_view *view)
{
    uint64_t described = watched && watched->details ? watched->described : 0;
    if (view->described == described) return;
    view->described = described;
    if (described) view->details = *watched->details;
}

static void view_market(const struct feed *feed, const struct market *market, struct book_view *view)
{
    view->epoch = market->epoch + (feed->replay ? replay_epochs(feed->replay) : 0);
    view->instrument = feed->replay ? *replay_named(feed, &market->instrument) : market->instrument;
    view->status = market->status;
    view->winner = market->winner;
    view->has_book = market->had_book;
    depth_copy(&view->depth, &market->book, DEPTH_LEVELS);
    view->cut = market_cut(market);
    view->crossed = order_book_crossed(&market->book);
    view->locked = order_book_locked(&market->book);
    view_statistics(market, view);
    view->last_trade = market->last_trade;
    view_tape(&market->tape, &view->tape);
    struct volume_view *volume = &view->volume;
    volume->count = (uint32_t)tape_volumes(&market->tape, market->last_trade, volume->prices, VIEW_VOLUMES);
    view->proof = market->proof;
    view->venue_ms = market->venue_ms;
    view->changed = market->changed;
    view->heard = market->heard;
    const struct watched *watched = publisher_watched(feed, market->handle);
    view->volume_24h = watched ? watched->volume_24h : -1;
    view->latency = watched ? watched->latency : LATENCY_UNKNOWN;
    view->rate = watched ? watched->rate : 0;
    view->change_count = watched ? watched->changes : 0;
    view_details(watched, view);
}

void publisher_view(struct feed *feed, const struct panel *panel, struct book_view *view)
{
    const struct market *market = publisher_market(feed, panel->market);
    view->market = panel->market;
    view->demo = feed->options.demo;
    view->maybe_demo = feed->options.maybe_demo;
    memcpy(view->trouble, panel->trouble, sizeof view->trouble);
    if (market) view_market(feed, market, view);
    view_link(feed, panel, market, &view->link);
}
