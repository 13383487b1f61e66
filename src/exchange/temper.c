#include "temper.h"

/* Steps of the fair value pull it back to its anchor in about so many events. */
#define PULL_EVENTS 500

#define WHALE_DISTANCE 6

/* News moves the fair value by up to so many of its usual steps. */
#define NEWS_STEPS 8

/* A tapered grid is coarse between these, thousandths. */
#define TAPER_LOW  100
#define TAPER_HIGH 900
#define TAPER_STEP 10

static const int16_t lots[] = {5,   5,   10,  10,  15,  20,  20,  25,  25,  30,  40,  50,  50,  50,   60,   75,   100,
                               100, 100, 100, 120, 150, 200, 200, 250, 300, 400, 500, 500, 750, 1000, 1000, 1500, 2500};

#define LOTS      (sizeof lots / sizeof lots[0])
#define LOTS_NEAR 24

/* How a market breathes: intervals in percent of its mean, and how long that lasts. */
static const struct {
    unsigned percent;
    int16_t least_ms, most_ms;
} paces[] = {{28, 1500, 5000}, {100, 3000, 12000}, {400, 1200, 4500}};

#define PACES    3
#define PACE_HOT 0

int temper_quote(const struct flow_market *market, enum ladder_side side)
{
    int bid = (int)(market->fair / 1000 / market->tick) * market->tick;
    return side == LADDER_BID ? bid : bid + market->tick;
}

int temper_snap(const struct flow_market *market, enum ladder_side side, int price)
{
    if (!market->cast->tapered || price <= TAPER_LOW || price >= TAPER_HIGH) return price;
    return (side == LADDER_BID ? price : price + TAPER_STEP - 1) / TAPER_STEP * TAPER_STEP;
}

static int64_t anchor(const struct flow_market *market, int64_t now_ms)
{
    const struct cast_temper *temper = &market->cast->temper;
    int64_t elapsed = now_ms - market->born_ms, whole = (int64_t)temper->drift_s * 1000;
    if (elapsed >= whole) return (int64_t)temper->fair_end * 1000;
    return (int64_t)temper->fair * 1000 + (int64_t)(temper->fair_end - temper->fair) * 1000 * elapsed / whole;
}

static void fair_move(struct flow_market *market, int64_t by)
{
    int64_t edge = (int64_t)market->tick * 1300;
    market->fair += by;
    if (market->fair < edge) market->fair = edge;
    if (market->fair > (int64_t)LADDER_ONE * 1000 - edge) market->fair = (int64_t)LADDER_ONE * 1000 - edge;
}

void temper_drift(struct flow_market *market, int64_t now_ms)
{
    int wander = market->cast->temper.wander;
    int64_t drawn = anchor(market, now_ms);
    int64_t step = dice_between(&market->dice, -wander, wander) + (drawn - market->fair) / PULL_EVENTS;
    if (market->anchor != 0) step += drawn - market->anchor;
    market->anchor = drawn;
    fair_move(market, step);
}

int temper_distance(struct flow_market *market)
{
    unsigned kind = dice_below(&market->dice, 100);
    if (kind < 35) return (int)dice_below(&market->dice, 3);
    if (kind < 70) return (int)dice_below(&market->dice, 9);
    int distance = (int)dice_below(&market->dice, 46);
    return market->tick == 1 && distance > 10 ? distance * 4 : distance;
}

int64_t temper_size(struct flow_market *market, int distance)
{
    struct dice *dice = &market->dice;
    if (distance >= WHALE_DISTANCE && dice_chance(dice, 4)) return dice_between(dice, 50, 1200) * 10000;
    int64_t size = lots[dice_below(dice, distance <= 1 ? LOTS_NEAR : LOTS)];
    if (distance > 3) size *= dice_between(dice, 1, distance > 12 ? 9 : 4);
    size = size * market->cast->temper.size_percent / 100 * 100;
    if (dice_chance(dice, 40)) size = size * dice_between(dice, 55, 145) / 100 + dice_between(dice, 0, 99);
    return size < 500 ? 500 : size;
}

unsigned temper_crowd(struct flow_market *market, int distance)
{
    if (distance == 0) return 1;
    if (distance < 8) return 1 + dice_below(&market->dice, 3);
    return dice_chance(&market->dice, 15) ? 0 : 1 + dice_below(&market->dice, 2);
}

int temper_step(struct flow_market *market, int distance)
{
    if (market->tick != 1 || distance < 15) return 1;
    return distance > 220 ? 0 : (int)dice_between(&market->dice, 1, 8);
}

int64_t temper_taking(struct flow_market *market, int64_t there, int64_t *rest)
{
    struct dice *dice = &market->dice;
    unsigned kind = dice_below(dice, 100);
    *rest = kind < 12 ? temper_size(market, 0) : 0;
    if (kind < 40) return there;
    int64_t part = temper_size(market, 0) * dice_between(dice, 10, 100) / 100;
    return part < there ? part : there;
}

bool temper_trades(struct flow_market *market, int64_t now_ms)
{
    const struct cast_temper *temper = &market->cast->temper;
    unsigned per_thousand = (unsigned)(temper->interval_ms * 1000 / temper->trade_ms);
    if (now_ms - market->traded_ms > 2 * (int64_t)temper->trade_ms) per_thousand *= 4;
    return dice_below(&market->dice, 1000) < per_thousand;
}

unsigned temper_buying(const struct flow_market *market, int bid, int ask)
{
    int64_t above = market->fair - (int64_t)(bid + ask) * 500;
    int64_t percent = 50 + above / ((int64_t)market->tick * 25);
    return (unsigned)(percent < 15 ? 15 : percent > 85 ? 85 : percent);
}

unsigned temper_adding(const struct flow_market *market)
{
    int percent = 50 + ((int)market->calm_orders - (int)market->orders.count) / 2;
    return (unsigned)(percent < 15 ? 15 : percent > 85 ? 85 : percent);
}

int64_t temper_pause(struct flow_market *market, int64_t now_ms)
{
    struct dice *dice = &market->dice;
    if (now_ms >= market->pace_until_ms) {
        market->pace = dice_below(dice, PACES);
        market->pace_until_ms = now_ms + dice_between(dice, paces[market->pace].least_ms, paces[market->pace].most_ms);
        /* News: what starts a hot spell moves the value too. */
        if (market->pace == PACE_HOT)
            fair_move(market, dice_between(dice, -NEWS_STEPS, NEWS_STEPS) * market->cast->temper.wander);
    }
    int64_t mean = (int64_t)market->cast->temper.interval_ms * paces[market->pace].percent / 100;
    int64_t pause = dice_interval(dice, mean);
    return pause < 1 ? 1 : pause;
}
