/* The ladder's data: what is drawn, and where its cursor stands. How it is drawn: ladder_view.c. */
#include "booktop/ui/ladder.h"

#include <string.h>

#include "ladder_steps.h"

__extension__ typedef __int128 wide_int;

static int64_t saturate(wide_int value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

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

/* Running amounts of the levels that are drawn. In money they are those of the levels that were merged, which hold as
 * much in sum. */
static void sum_amounts(struct ladder *ladder, enum side side)
{
    bool bid = side == SIDE_BID;
    int64_t *amounts = bid ? ladder->bid_amounts : ladder->ask_amounts;
    const quantity_t *sums = bid ? ladder->bid_sums : ladder->ask_sums;
    const struct level *whole = bid ? ladder->whole.bids : ladder->whole.asks;
    uint32_t count = bid ? ladder->depth.bid_count : ladder->depth.ask_count;
    uint32_t whole_count = bid ? ladder->whole.bid_count : ladder->whole.ask_count, taken = 0;
    wide_int money = 0;
    quantity_t quantity = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (; taken < whole_count && quantity < sums[i]; taken++) {
            money += (wide_int)whole[taken].price * whole[taken].quantity;
            if (__builtin_add_overflow(quantity, whole[taken].quantity, &quantity)) quantity = INT64_MAX;
        }
        amounts[i] = ladder->size_unit == SIZE_MONEY ? saturate(money) : sums[i];
    }
}

/* The price of the level that stands for this one. */
static price_t grouped(price_t price, price_t step, enum side side)
{
    if (step <= 0) return price;
    price_t below = price - price % step;
    return side == SIDE_BID || below == price ? below : below + step;
}

/* The side whose levels stand for a price that was traded: what lies between both counts to the nearer one. */
static enum side side_of(const struct ladder *ladder, price_t price)
{
    const struct depth *whole = &ladder->whole;
    if (whole->ask_count == 0) return SIDE_BID;
    if (whole->bid_count == 0) return SIDE_ASK;
    price_t bid = whole->bids[0].price, ask = whole->asks[0].price;
    if (price <= bid) return SIDE_BID;
    if (price >= ask) return SIDE_ASK;
    return price - bid <= ask - price ? SIDE_BID : SIDE_ASK;
}

/* Both the levels and the prices that were traded go away from the touch. Rows of grouped levels may stand for the same
 * prices on both sides: a trade is counted once. */
static void sum_traded(struct ladder *ladder, const struct volume_view *volume, enum side side)
{
    bool bid = side == SIDE_BID, mirrored = ladder->outcome == 1;
    int64_t *traded = bid ? ladder->bid_traded : ladder->ask_traded;
    const struct level *levels = bid ? ladder->depth.bids : ladder->depth.asks;
    uint32_t count = bid ? ladder->depth.bid_count : ladder->depth.ask_count, i = 0;
    price_t step = ladder->group > 0 ? ladder->step : 0;
    bool downwards = bid != mirrored; /* through the volumes, which rise in terms of outcome 0 */
    memset(traded, 0, count * sizeof *traded);
    for (uint32_t n = 0; n < volume->count; n++) {
        const struct level *at = &volume->prices[downwards ? volume->count - 1 - n : n];
        price_t own = mirrored ? ladder->one - at->price : at->price, price = grouped(own, step, side);
        if (side_of(ladder, own) != side) continue;
        while (i < count && (bid ? levels[i].price > price : levels[i].price < price)) i++;
        if (i == count) return;
        if (levels[i].price != price) continue;
        wide_int amount = ladder->size_unit == SIZE_MONEY ? (wide_int)own * at->quantity : at->quantity;
        traded[i] = saturate(traded[i] + amount);
    }
}

/* The step that was chosen, or the nearest finer one. */
static void take_choices(struct ladder *ladder, const struct prefs *prefs)
{
    ladder->unit = prefs->price_unit < UNIT_COUNT ? (enum price_unit)prefs->price_unit : UNIT_CENTS;
    ladder->size_unit = prefs->size_unit == SIZE_MONEY ? SIZE_MONEY : SIZE_SHARES;
    ladder->group = ladder->limit = 0;
    for (unsigned i = 0; i < LADDER_GROUPS; i++) {
        if (ladder_groups[i].ticks <= (int)prefs->group) ladder->group = i;
    }
    for (unsigned i = 0; i < LADDER_LIMITS; i++) {
        if (ladder_limits[i].levels == (int)prefs->depth) ladder->limit = i;
    }
}

void ladder_take(struct ladder *ladder, const struct book_view *view, const struct prefs *prefs)
{
    const struct instrument *instrument = &view->instrument;
    start_anew(ladder, view);
    take_choices(ladder, prefs);
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
    ladder->tick = tick_of(instrument);
    ladder->step = ladder->tick * ladder_groups[ladder->group].ticks;
    depth_assign(&ladder->depth, &ladder->whole);
    if (ladder->group > 0) depth_group(&ladder->depth, ladder->step);
    depth_cumulate(ladder->depth.bids, ladder->depth.bid_count, ladder->bid_sums);
    depth_cumulate(ladder->depth.asks, ladder->depth.ask_count, ladder->ask_sums);
    for (int side = 0; side < 2; side++) {
        sum_amounts(ladder, (enum side)side);
        sum_traded(ladder, &view->volume, (enum side)side);
    }
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

int64_t ladder_amount_sum(const struct ladder *ladder, enum side side, int rank)
{
    return (side == SIDE_BID ? ladder->bid_amounts : ladder->ask_amounts)[rank];
}

int64_t ladder_amount(const struct ladder *ladder, enum side side, int rank)
{
    return ladder_amount_sum(ladder, side, rank) - (rank > 0 ? ladder_amount_sum(ladder, side, rank - 1) : 0);
}

int64_t ladder_traded(const struct ladder *ladder, enum side side, int rank)
{
    return (side == SIDE_BID ? ladder->bid_traded : ladder->ask_traded)[rank];
}

void ladder_amount_text(const struct ladder *ladder, const struct instrument *instrument, int64_t amount, bool brief,
                        char out[FIGURE_SIZE])
{
    if (ladder->size_unit == SIZE_MONEY)
        figure_money(money_of_sum(instrument, amount), out);
    else if (brief)
        figure_compact(amount, instrument->size_scale, out);
    else
        figure_size(amount, instrument->size_scale, out);
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
