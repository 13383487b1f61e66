#include "booktop/market/statistics.h"

/* Products of two 63-bit numbers. */
__extension__ typedef __int128 wide;

static int64_t saturate(wide value)
{
    if (value > INT64_MAX) return INT64_MAX;
    return value < -(wide)INT64_MAX ? -INT64_MAX : (int64_t)value; /* INT64_MIN is PRICE_NONE */
}

/* numerator / denominator * factor, rounded half up (towards larger numbers); 0 where there is nothing to divide
 * by. The whole part is taken out first, so that the factor cannot overflow what is left. */
static wide divide_half_up(wide numerator, wide denominator, wide factor)
{
    if (denominator <= 0) return 0;
    wide whole = numerator / denominator, rest = numerator % denominator;
    if (rest < 0) {
        whole -= 1;
        rest += denominator;
    }
    return whole * factor + (2 * rest * factor + denominator) / (2 * denominator);
}

/* The larger the other side's size, the closer to this side's price. */
static price_t microprice(const struct level *bid, const struct level *ask)
{
    wide weighted = (wide)bid->price * ask->quantity + (wide)ask->price * bid->quantity;
    return saturate(divide_half_up(weighted, (wide)bid->quantity + ask->quantity, 100));
}

static wide quantity_sum(const struct level *levels, uint32_t held, uint32_t limit)
{
    wide sum = 0;
    for (uint32_t n = 0; n < held && n < limit; n++) sum += levels[n].quantity;
    return sum;
}

/* Half away from zero: the size of the difference is rounded, then the sign put back. */
static int32_t imbalance(wide bids, wide asks)
{
    wide difference = bids > asks ? bids - asks : asks - bids;
    int32_t size = (int32_t)divide_half_up(difference, bids + asks, 10000);
    return bids > asks ? size : -size;
}

static price_t average_price(wide money, quantity_t filled)
{
    return filled > 0 ? saturate(divide_half_up(money, filled, 100)) : PRICE_NONE;
}

void statistics_compute(struct statistics *statistics, const struct depth *depth, price_t tick,
                        uint32_t imbalance_levels)
{
    *statistics = (struct statistics){.best_bid = depth_best_bid(depth), .best_ask = depth_best_ask(depth)};
    statistics->two_sided = depth->bid_count > 0 && depth->ask_count > 0;
    if (!statistics->two_sided) return;
    wide bid = statistics->best_bid, ask = statistics->best_ask;
    statistics->spread = saturate(ask - bid);
    statistics->spread_ticks = saturate(divide_half_up(ask - bid, tick, 100)); /* an unknown tick is negative */
    statistics->spread_points = saturate(divide_half_up((ask - bid) * 2, bid + ask, 1000000));
    statistics->mid = saturate((bid + ask) * 5); /* half, with one more digit: times ten, divided by two */
    statistics->microprice = microprice(&depth->bids[0], &depth->asks[0]);
    statistics->imbalance = imbalance(quantity_sum(depth->bids, depth->bid_count, imbalance_levels),
                                      quantity_sum(depth->asks, depth->ask_count, imbalance_levels));
}

void statistics_sweep(struct sweep *sweep, const struct level *levels, size_t count, quantity_t quantity)
{
    *sweep = (struct sweep){.left = quantity, .worst = PRICE_NONE};
    wide money = 0; /* no more than the dearest price times `quantity`: 126 bits */
    for (size_t n = 0; n < count && sweep->left > 0; n++) {
        quantity_t taken = levels[n].quantity < sweep->left ? levels[n].quantity : sweep->left;
        money += (wide)levels[n].price * taken;
        sweep->filled += taken;
        sweep->left -= taken;
        sweep->levels++;
        sweep->worst = levels[n].price;
    }
    sweep->money = saturate(money);
    sweep->average = average_price(money, sweep->filled);
}

void statistics_money(const struct level *levels, size_t count, int64_t *out)
{
    int64_t sum = 0;
    for (size_t n = 0; n < count; n++) out[n] = sum = saturate(sum + (wide)levels[n].price * levels[n].quantity);
}
