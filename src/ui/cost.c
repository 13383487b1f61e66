#include "booktop/ui/cost.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef __int128 wide_int;

/* Reading */

/* Without the commas between groups of digits. False if it is too long for a number. */
static bool without_commas(struct text typed, char out[DECIMAL_TEXT_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i < typed.length; i++) {
        if (typed.at[i] == ',') continue;
        if (length + 1 >= DECIMAL_TEXT_SIZE) return false;
        out[length++] = typed.at[i];
    }
    out[length] = '\0';
    return true;
}

/* True for digits, commas and points alone. */
static bool is_figure(struct text typed)
{
    size_t i = 0;
    while (i < typed.length && strchr("0123456789.,", typed.at[i]) != NULL && typed.at[i] != '\0') i++;
    return i == typed.length;
}

bool cost_read(struct cost_asked *asked, enum size_unit unit, struct text typed, char *error, size_t error_size)
{
    char number[DECIMAL_TEXT_SIZE];
    int64_t amount;
    typed = text_trim(typed);
    if (typed.length == 0) {
        *asked = (struct cost_asked){0};
        return true;
    }
    if (typed.at[0] == '$') {
        unit = SIZE_MONEY;
        typed = text_trim((struct text){typed.at + 1, typed.length - 1});
    }
    bool whole = without_commas(typed, number);
    enum decimal_error why = whole ? decimal_parse(text_from(number), COST_SCALE, &amount) : DECIMAL_OVERFLOW;
    if (why == DECIMAL_OVERFLOW && is_figure(typed)) {
        snprintf(error, error_size, "this size is too large");
        return false;
    }
    if (why != DECIMAL_OK || amount == 0) {
        snprintf(error, error_size, "a size is a number above 0, in digits: 500, or $250");
        return false;
    }
    *asked = (struct cost_asked){true, unit, amount};
    return true;
}

/* Computing */

static int64_t saturate(wide_int value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* To another scale; what is finer is left out. */
static wide_int rescale(int64_t amount, unsigned from, unsigned to)
{
    if (to >= from) return (wide_int)amount * decimal_one(to - from);
    return amount / decimal_one(from - to);
}

void cost_asked_text(const struct cost_asked *asked, const struct instrument *instrument, char out[FIGURE_SIZE])
{
    char number[FIGURE_SIZE];
    quantity_t shares = saturate(rescale(asked->amount, COST_SCALE, instrument->size_scale));
    bool cut = asked->unit == SIZE_SHARES && instrument->size_scale < COST_SCALE && shares > 0;
    if (cut)
        figure_exact(shares, instrument->size_scale, number);
    else
        figure_exact(asked->amount, COST_SCALE, number);
    snprintf(out, FIGURE_SIZE, "%s%.*s", asked->unit == SIZE_MONEY ? "$" : "", FIGURE_SIZE - 2, number);
}

/* What so much money is worth, of the last level in whole units of the scale; INT64_MAX where the levels end before. */
static quantity_t quantity_for(const struct level *levels, uint32_t count, wide_int money)
{
    wide_int quantity = 0;
    for (uint32_t i = 0; i < count && money > 0; i++) {
        wide_int price = levels[i].price > 0 ? levels[i].price : 1, all = price * levels[i].quantity;
        quantity += all <= money ? levels[i].quantity : money / price;
        if (all > money) return saturate(quantity);
        money -= all;
    }
    return money > 0 ? INT64_MAX : saturate(quantity);
}

static void measure_slip(const struct ladder *ladder, enum side side, struct cost *cost)
{
    const struct statistics *s = &ladder->statistics;
    cost->has_slip = s->two_sided && s->mid > 0 && cost->sweep.average != PRICE_NONE;
    if (!cost->has_slip) return;
    wide_int mid = (wide_int)s->mid * decimal_one(AVERAGE_EXTRA_SCALE - MID_EXTRA_SCALE);
    wide_int slip = side == SIDE_ASK ? cost->sweep.average - mid : mid - cost->sweep.average;
    cost->slip = saturate(slip);
    cost->slip_part = saturate((slip * 10000 + mid / 2) / mid);
}

void cost_compute(const struct cost_asked *asked, const struct ladder *ladder, const struct instrument *instrument,
                  enum side side, struct cost *cost)
{
    bool bid = side == SIDE_BID;
    const struct level *levels = bid ? ladder->whole.bids : ladder->whole.asks;
    uint32_t count = bid ? ladder->whole.bid_count : ladder->whole.ask_count;
    unsigned sizes = instrument->size_scale, both = sizes + instrument->price_scale;
    quantity_t quantity = asked->unit == SIZE_MONEY
                              ? quantity_for(levels, count, rescale(asked->amount, COST_SCALE, both))
                              : saturate(rescale(asked->amount, COST_SCALE, sizes));
    *cost = (struct cost){0};
    statistics_sweep(&cost->sweep, levels, count, quantity);
    cost->too_small = quantity == 0 && count > 0;
    cost->filled = cost->sweep.left == 0;
    measure_slip(ladder, side, cost);
}

enum cost_mark cost_mark(const struct cost *cost, const struct ladder *ladder, enum side side, int rank)
{
    const quantity_t *sums = ladder_sums(ladder, side);
    quantity_t before = rank > 0 ? sums[rank - 1] : 0;
    if (cost->sweep.filled <= before) return COST_UNTOUCHED;
    return cost->sweep.filled > sums[rank] ? COST_THROUGH : COST_LAST;
}
