#include "turn.h"

#include <stdlib.h>

#include "temper.h"

#define TICK_FINE       1
#define TICK_FINE_ABOVE 960 /* a trade beyond these makes the tick fine */
#define TICK_FINE_BELOW 40
#define ORDERS_CALM_MIN 60

static struct ladder *ladder_of(const struct turn *turn)
{
    return &turn->market->orders.ladder;
}

/* Notes what is left at a price after so much was added to it (negative: taken from it). */
static void change_note(const struct turn *turn, enum ladder_side side, int price, int64_t added)
{
    struct flow_burst *burst = turn->burst;
    int64_t size = ladder_of(turn)->size[side][price];
    for (unsigned i = 0; i < burst->change_count; i++) {
        if (burst->changes[i].side == side && burst->changes[i].price == price) {
            burst->changes[i].size = size;
            burst->changes[i].added += added;
            return;
        }
    }
    burst->changes[burst->change_count++] = (struct flow_change){size, (int16_t)price, (uint8_t)side, added};
}

static bool turn_add(const struct turn *turn, enum ladder_side side, int price, int64_t size, bool may_cross)
{
    struct order order = {size, (int16_t)price, (uint8_t)side, (uint8_t)dice_chance(&turn->market->dice, 35)};
    if (!orders_add(&turn->market->orders, order, may_cross)) return false;
    change_note(turn, side, price, size);
    return true;
}

static void turn_reduce(const struct turn *turn, unsigned index, int64_t size)
{
    struct order order = turn->market->orders.list[index];
    orders_reduce(&turn->market->orders, index, size);
    change_note(turn, order.side, order.price, -(size < order.size ? size : order.size));
}

/* Adds an order `distance` ticks behind the best price that a maker would quote now. */
static bool turn_quote(const struct turn *turn, enum ladder_side side, int distance)
{
    struct flow_market *market = turn->market;
    int price = temper_quote(market, side) + (side == LADDER_BID ? -distance : distance) * market->tick;
    if (price < market->tick || price > LADDER_ONE - market->tick) return false;
    int other = ladder_best(ladder_of(turn), ladder_other(side));
    if (other != LADDER_NONE && (side == LADDER_BID ? price >= other : price <= other))
        price = other + (side == LADDER_BID ? -market->tick : market->tick);
    price = temper_snap(market, side, price);
    if (price < market->tick || price > LADDER_ONE - market->tick) return false;
    return turn_add(turn, side, price, temper_size(market, distance), false);
}

static bool turn_add_somewhere(const struct turn *turn)
{
    struct dice *dice = &turn->market->dice;
    enum ladder_side side = dice_chance(dice, 50) ? LADDER_BID : LADDER_ASK;
    return turn_quote(turn, side, temper_distance(turn->market));
}

/* Cancels an order, or part of it: of two drawn, the one nearer to the touch. */
static bool turn_cancel(const struct turn *turn)
{
    struct orders *orders = &turn->market->orders;
    struct dice *dice = &turn->market->dice;
    if (orders->count == 0) return false;
    unsigned index = dice_below(dice, orders->count), other = dice_below(dice, orders->count);
    int64_t fair = turn->market->fair / 1000;
    if (llabs(orders->list[other].price - fair) < llabs(orders->list[index].price - fair)) index = other;
    struct order order = orders->list[index];
    bool alone = ladder_of(turn)->levels[order.side] <= 1;
    if (alone || (order.price == ladder_best(ladder_of(turn), order.side) && dice_chance(dice, 60))) return false;
    bool whole = order.size < 2000 || dice_chance(dice, 80);
    turn_reduce(turn, index, whole ? order.size : order.size / 200 * 100);
    return true;
}

/* Moves one order by a tick or two: two levels change at once. */
static bool turn_requote(const struct turn *turn)
{
    struct orders *orders = &turn->market->orders;
    struct dice *dice = &turn->market->dice;
    if (orders->count == 0) return false;
    unsigned index = dice_below(dice, orders->count);
    struct order order = orders->list[index];
    if (ladder_of(turn)->levels[order.side] <= 1) return false;
    int step = (int)dice_between(dice, 1, 2) * turn->market->tick;
    int price = temper_snap(turn->market, order.side, order.price + (dice_chance(dice, 50) ? step : -step));
    int other = ladder_best(ladder_of(turn), ladder_other(order.side));
    bool crossing = other != LADDER_NONE && (order.side == LADDER_BID ? price >= other : price <= other);
    if (price < turn->market->tick || price > LADDER_ONE - turn->market->tick || crossing) return false;
    if (price == order.price) return false;
    turn_reduce(turn, index, order.size);
    return turn_add(turn, order.side, price, order.size, false);
}

/* Makers withdraw the best level. */
static bool turn_withdraw(const struct turn *turn, enum ladder_side side)
{
    struct orders *orders = &turn->market->orders;
    if (ladder_of(turn)->levels[side] <= 1) return false;
    int price = ladder_best(ladder_of(turn), side);
    for (unsigned i = orders->count; i-- > 0;)
        if (orders->list[i].side == side && orders->list[i].price == price) turn_reduce(turn, i, orders->list[i].size);
    return true;
}

static void trade_note(const struct turn *turn, const struct flow_trade *fill)
{
    struct flow_market *market = turn->market;
    market->trades[market->trade_count++ % FLOW_TRADES] = *fill;
    int64_t own = fill->token == 0 ? fill->price : LADDER_ONE - fill->price;
    market->volume += own * fill->size / LADDER_ONE;
    market->volume_day += own * fill->size / LADDER_ONE;
    if (turn->burst->fill_count < FLOW_FILLS) turn->burst->fills[turn->burst->fill_count++] = *fill;
}

void turn_refine(const struct turn *turn)
{
    turn->burst->kind = FLOW_TICK;
    turn->burst->old_tick = turn->market->tick;
    turn->market->tick = TICK_FINE;
    turn->market->refines = false;
}

/* A taker trades against `side`, up to `depth` levels. The rest of the order, if it wants more than there is, is added
 * first: inside the burst the book is locked, as on the venue. */
static bool turn_trade(const struct turn *turn, enum ladder_side side, unsigned depth)
{
    struct flow_market *market = turn->market;
    struct ladder *ladder = ladder_of(turn);
    if (ladder->levels[side] <= depth || depth == 0 || depth > FLOW_FILLS) return false;
    int best = ladder_best(ladder, side), limit = best;
    int64_t before_limit = 0;
    for (unsigned i = 1; i < depth; i++) {
        before_limit += ladder->size[side][limit];
        limit = side == LADDER_ASK ? ladder_above(ladder, side, limit) : ladder_below(ladder, side, limit);
    }
    int64_t there = ladder->size[side][limit], rest = 0;
    int64_t wanted = before_limit + temper_taking(market, there, &rest);
    if (rest > 0 && !turn_add(turn, ladder_other(side), limit, rest, true)) rest = 0;
    bool first_token = dice_chance(&market->dice, 65);
    struct flow_trade fill = {.stamp_ms = turn->burst->stamp_ms,
                              .token = first_token ? 0 : 1,
                              .buys = (side == LADDER_ASK) == first_token,
                              .transaction = dice_next(&market->dice)};
    for (int price = best; wanted > 0;) {
        unsigned token = 0;
        fill.size = orders_take(&market->orders, side, price, wanted, &token);
        fill.price = (int16_t)price;
        wanted -= fill.size;
        change_note(turn, side, price, -fill.size);
        trade_note(turn, &fill);
        market->last_price = token == 0 ? price : LADDER_ONE - price;
        if (price == limit) break;
        price = side == LADDER_ASK ? ladder_above(ladder, side, price) : ladder_below(ladder, side, price);
    }
    market->traded_ms = turn->burst->stamp_ms;
    market->fair += (side == LADDER_ASK ? 1 : -1) * (int64_t)market->tick * 150 * depth;
    market->refines = market->tick != TICK_FINE && (limit > TICK_FINE_ABOVE || limit < TICK_FINE_BELOW);
    turn->burst->kind = FLOW_TRADE;
    return true;
}

bool turn_act(const struct turn *turn)
{
    struct flow_market *market = turn->market;
    struct dice *dice = &market->dice;
    int bid = ladder_best(ladder_of(turn), LADDER_BID), ask = ladder_best(ladder_of(turn), LADDER_ASK);
    if (bid == LADDER_NONE || ask == LADDER_NONE)
        return turn_quote(turn, bid == LADDER_NONE ? LADDER_BID : LADDER_ASK, 0);
    enum ladder_side wrong = market->fair > (int64_t)ask * 1000 ? LADDER_ASK : LADDER_BID;
    if (market->fair > (int64_t)ask * 1000 || market->fair < (int64_t)bid * 1000)
        return dice_chance(dice, 20) ? turn_trade(turn, wrong, 1) : turn_withdraw(turn, wrong);
    int gap = (ask - bid) / market->tick;
    if (gap > 1 && dice_chance(dice, gap > 2 ? 75 : 30))
        return turn_quote(turn, dice_chance(dice, 50) ? LADDER_BID : LADDER_ASK, 0);
    if (temper_trades(market, turn->burst->stamp_ms)) {
        enum ladder_side side = dice_chance(dice, temper_buying(market, bid, ask)) ? LADDER_ASK : LADDER_BID;
        return turn_trade(turn, side, dice_chance(dice, 85) ? 1 : 2 + dice_below(dice, 2));
    }
    if (dice_chance(dice, 8)) return turn_requote(turn);
    return dice_chance(dice, temper_adding(market)) ? turn_add_somewhere(turn) : turn_cancel(turn);
}

void turn_open(struct flow_market *market, int64_t now_ms)
{
    for (enum ladder_side side = LADDER_BID; side <= LADDER_ASK; side++) {
        int price = temper_quote(market, side);
        for (int distance = 0; price >= market->tick && price <= LADDER_ONE - market->tick;) {
            unsigned there = temper_crowd(market, distance);
            for (unsigned i = 0; i < there; i++) {
                struct order order = {temper_size(market, distance), (int16_t)temper_snap(market, side, price),
                                      (uint8_t)side, (uint8_t)dice_chance(&market->dice, 35)};
                (void)orders_add(&market->orders, order, false);
            }
            int step = temper_step(market, distance);
            if (step == 0) break;
            distance += step;
            price += (side == LADDER_BID ? -step : step) * market->tick;
        }
    }
    market->calm_orders = market->orders.count < ORDERS_CALM_MIN ? ORDERS_CALM_MIN : market->orders.count;
    market->state = FLOW_OPEN;
    market->changed_ms = now_ms;
    market->born_ms = now_ms;
    market->traded_ms = now_ms;
}

void turn_resolve(const struct turn *turn)
{
    struct orders *orders = &turn->market->orders;
    while (orders->count > 0) turn_reduce(turn, orders->count - 1, orders->list[orders->count - 1].size);
    turn->market->state = FLOW_RESOLVED;
    turn->burst->kind = FLOW_RESOLUTION;
}
