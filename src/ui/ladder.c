/* The ladder's data: what is drawn, and where its cursor stands. How it is drawn: ladder_view.c. */
#include "booktop/ui/ladder.h"

#include "ladder_steps.h"

__extension__ typedef __int128 wide_int;

/* Deriving */

/* One tick in price units; where the venue has not said, one in the last decimal that is shown. */
static price_t tick_of(const struct instrument *instrument)
{
    if (instrument->tick != PRICE_NONE && instrument->tick > 0) return instrument->tick;
    return decimal_one(instrument->price_scale - instrument_tick_decimals(instrument));
}

/* Decimals that show every price in full, so that none looks like its neighbour: the tick's, or more where the book has
 * prices between the ticks. */
static unsigned decimals_of(const struct ladder *ladder, const struct instrument *instrument)
{
    unsigned scale = instrument->price_scale;
    unsigned decimals = instrument_tick_decimals(instrument);
    const struct depth *depth = &ladder->whole;
    for (uint32_t i = 0; i < depth->bid_count && decimals < scale; i++) {
        decimals = figure_price_decimals(depth->bids[i].price, scale, decimals);
    }
    for (uint32_t i = 0; i < depth->ask_count && decimals < scale; i++) {
        decimals = figure_price_decimals(depth->asks[i].price, scale, decimals);
    }
    return decimals;
}

static void start_anew(struct ladder *ladder, const struct book_view *view)
{
    bool same_market = market_handle_equal(ladder->market, view->market);
    if (same_market && ladder->epoch == view->epoch) return;
    ladder->cursor_on = false;
    if (!same_market) ladder->outcome = 0;
    ladder->market = view->market;
    ladder->epoch = view->epoch;
}

/* Levels of a side that are neither held nor left out. */
static uint32_t levels_beyond(const struct book_view *view, enum side side)
{
    bool bid = side == SIDE_BID;
    uint32_t in_book = bid ? view->depth.bids_in_book : view->depth.asks_in_book;
    uint32_t told_of = bid ? view->depth.bid_count : view->depth.ask_count;
    if (view->cut.side == side && view->cut.levels > told_of) told_of = view->cut.levels;
    return in_book > told_of ? in_book - told_of : 0;
}

/* The cut is in terms of outcome 0, and so comes before the mirror. */
static void take_levels(struct ladder *ladder, const struct book_view *view)
{
    depth_assign(&ladder->whole, &view->depth);
    clean_view_apply(&ladder->whole, &view->cut);
    ladder->bids_beyond = levels_beyond(view, SIDE_BID);
    ladder->asks_beyond = levels_beyond(view, SIDE_ASK);
    ladder->cut = view->cut;
}

void ladder_take(struct ladder *ladder, const struct book_view *view)
{
    const struct instrument *instrument = &view->instrument;
    start_anew(ladder, view);
    take_levels(ladder, view);
    ladder->statistics = view->statistics;
    ladder->crossed = view->crossed;
    ladder->locked = view->locked;
    ladder->last_trade = view->last_trade;
    price_t one = ladder->one = instrument_one(instrument);
    if (ladder->outcome == 1) {
        uint32_t beyond = ladder->bids_beyond;
        ladder->bids_beyond = ladder->asks_beyond;
        ladder->asks_beyond = beyond;
        ladder->cut.side = side_other(ladder->cut.side);
        depth_mirror(&ladder->whole, one);
        statistics_compute(&ladder->statistics, &ladder->whole, instrument->tick, STATISTICS_IMBALANCE_LEVELS);
        ladder->last_trade = instrument_mirror(instrument, ladder->last_trade);
    }
    ladder->decimals = decimals_of(ladder, instrument);
    ladder->step = tick_of(instrument) * ladder_groups[ladder->group].ticks;
    depth_assign(&ladder->depth, &ladder->whole);
    if (ladder->group > 0) depth_group(&ladder->depth, ladder->step);
    depth_cumulate(ladder->depth.bids, ladder->depth.bid_count, ladder->bid_sums);
    depth_cumulate(ladder->depth.asks, ladder->depth.ask_count, ladder->ask_sums);
}

struct price_style ladder_price_style(const struct ladder *ladder, const struct instrument *instrument, bool ascii)
{
    return (struct price_style){ladder->unit, instrument->price_scale, ladder->decimals, ascii};
}

const char *ladder_group_text(const struct ladder *ladder)
{
    return ladder_groups[ladder->group].text;
}

const char *ladder_limit_text(const struct ladder *ladder)
{
    return ladder_limits[ladder->limit].text;
}

const struct level *ladder_levels(const struct ladder *ladder, enum side side, uint32_t *count)
{
    *count = side == SIDE_BID ? ladder->depth.bid_count : ladder->depth.ask_count;
    return side == SIDE_BID ? ladder->depth.bids : ladder->depth.asks;
}

const quantity_t *ladder_sums(const struct ladder *ladder, enum side side)
{
    return side == SIDE_BID ? ladder->bid_sums : ladder->ask_sums;
}

/* Money */

static int64_t saturate(wide_int value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* From units of price times units of size to cents. */
static int64_t to_cents(const struct instrument *instrument, wide_int value)
{
    unsigned scale = (unsigned)instrument->price_scale + instrument->size_scale;
    for (; scale > DECIMAL_SCALE_MAX + MONEY_SCALE; scale--) value /= 10;
    if (scale < MONEY_SCALE) return saturate(value * decimal_one(MONEY_SCALE - scale));
    int64_t divisor = decimal_one(scale - MONEY_SCALE);
    return saturate((value + divisor / 2) / divisor);
}

int64_t money_cents(const struct instrument *instrument, price_t price, quantity_t quantity)
{
    return to_cents(instrument, (wide_int)price * quantity);
}

int64_t money_of_sum(const struct instrument *instrument, int64_t sum)
{
    return to_cents(instrument, sum);
}

void ladder_sweep(const struct ladder *ladder, enum side side, int rank, struct sweep *sweep)
{
    /* The levels that were merged hold as much in sum as what they became, but have prices of their own. */
    const struct depth *whole = &ladder->whole;
    const struct level *levels = side == SIDE_BID ? whole->bids : whole->asks;
    uint32_t count = side == SIDE_BID ? whole->bid_count : whole->ask_count;
    statistics_sweep(sweep, levels, count, ladder_sums(ladder, side)[rank]);
}

/* The cursor */

static bool at_or_beyond(enum side side, price_t price, price_t cursor)
{
    return side == SIDE_BID ? price <= cursor : price >= cursor;
}

int ladder_cursor_rank(const struct ladder *ladder)
{
    uint32_t count;
    const struct level *levels = ladder_levels(ladder, ladder->cursor_side, &count);
    if (!ladder->cursor_on || count == 0) return -1;
    for (uint32_t i = 0; i < count; i++) {
        if (at_or_beyond(ladder->cursor_side, levels[i].price, ladder->cursor_price)) return (int)i;
    }
    return (int)count - 1;
}
