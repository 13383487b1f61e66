#include "booktop/exchange/flow.h"

#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"

#include "turn.h"
#include "temper.h"

#define FLOW_STREAM_BASE UINT64_C(0xf10000)

/* Trades from before the start, so that the tape is not empty. */
static void market_remember(struct flow_market *market, int64_t start_ms)
{
    if (market->cast->temper.untraded) return;
    int64_t stamp = start_ms - (int64_t)market->cast->temper.trade_ms * 30;
    for (unsigned i = 0; i < 30; i++) {
        struct dice *dice = &market->dice;
        bool buys = dice_chance(dice, 50);
        bool first = dice_chance(dice, 65);
        int price = temper_quote(market, buys == first ? LADDER_ASK : LADDER_BID);
        struct flow_trade trade = {stamp, temper_size(market, 0), (int16_t)price, first ? 0 : 1, buys, dice_next(dice)};
        market->trades[market->trade_count++ % FLOW_TRADES] = trade;
        market->last_price = price;
        stamp += 1 + dice_interval(dice, market->cast->temper.trade_ms) * 9 / 10;
        if (stamp >= start_ms) break;
    }
}

static void market_create(struct flow_market *market, const struct cast_market *cast, uint64_t seed, unsigned index,
                          int64_t start_ms)
{
    market->cast = cast;
    market->dice = dice_from(seed, FLOW_STREAM_BASE + index);
    market->tick = cast->temper.tick;
    market->last_price = -1;
    market->fair = (int64_t)cast->temper.fair * 1000 + dice_between(&market->dice, -1500, 1500);
    market->volume = cast->volume;
    market->volume_day = cast->volume_day;
    if (cast->pauses_ms > 0) market->pauses_ms = start_ms + cast->pauses_ms;
    if (cast->opens_ms > 0) return;
    market_remember(market, start_ms);
    turn_open(market, start_ms);
    market->changed_ms = start_ms - dice_between(&market->dice, 5, 4000);
}

bool flow_create(struct flow *flow, const struct cast *cast, int64_t start_ms)
{
    *flow = (struct flow){.cast = cast, .start_ms = start_ms};
    flow->markets = calloc(cast->market_count, sizeof *flow->markets);
    flow->due = calloc(cast->market_count, sizeof *flow->due);
    if (flow->markets == NULL || flow->due == NULL) {
        flow_free(flow);
        return false;
    }
    for (unsigned i = 0; i < cast->market_count; i++) {
        market_create(&flow->markets[i], &cast->markets[i], cast->seed, i, start_ms);
        int64_t first = 1 + dice_interval(&flow->markets[i].dice, cast->markets[i].temper.interval_ms);
        flow->due[i] = start_ms + (cast->markets[i].opens_ms > 0 ? cast->markets[i].opens_ms : first);
    }
    return true;
}

void flow_free(struct flow *flow)
{
    free(flow->markets);
    free(flow->due);
    flow->markets = NULL;
    flow->due = NULL;
}

static unsigned flow_next(const struct flow *flow)
{
    unsigned next = 0;
    for (unsigned i = 1; i < flow->cast->market_count; i++)
        if (flow->due[i] < flow->due[next]) next = i;
    return next;
}

int64_t flow_next_ms(const struct flow *flow)
{
    return flow->halted ? TIME_NEVER : flow->due[flow_next(flow)];
}

static int64_t due_after(struct flow_market *market, int64_t now_ms, int64_t start_ms)
{
    const struct cast_market *cast = market->cast;
    if (market->state == FLOW_PAUSED) return market->resumes_ms;
    if (market->state == FLOW_RESOLVED) return cast->determines_ms > 0 ? start_ms + cast->determines_ms : TIME_NEVER;
    if (market->state == FLOW_DETERMINED) return cast->settles_ms > 0 ? start_ms + cast->settles_ms : TIME_NEVER;
    if (market->state == FLOW_SETTLED) return TIME_NEVER;
    int64_t due = now_ms + temper_pause(market, now_ms);
    int64_t end = cast->resolves_ms;
    if (end > 0 && due > start_ms + end) due = start_ms + end > now_ms ? start_ms + end : now_ms + 1;
    if (market->pauses_ms > 0 && due > market->pauses_ms)
        due = now_ms < market->pauses_ms ? market->pauses_ms : now_ms + 1;
    return due;
}

/* The steps of a market's life that are no trading. False if none is due. */
static bool life_step(struct flow_market *market, struct flow_burst *burst)
{
    if (market->state == FLOW_PAUSED) {
        market->state = FLOW_OPEN;
        market->pauses_ms = market->cast->pauses_ms > 0 ? burst->stamp_ms + market->cast->pauses_ms : 0;
        burst->kind = FLOW_RESUMPTION;
    } else if (market->state == FLOW_RESOLVED) {
        market->state = FLOW_DETERMINED;
        burst->kind = FLOW_DETERMINATION;
    } else if (market->state == FLOW_DETERMINED) {
        market->state = FLOW_SETTLED;
        burst->kind = FLOW_SETTLEMENT;
    } else if (market->state == FLOW_OPEN && market->pauses_ms > 0 && burst->stamp_ms >= market->pauses_ms) {
        market->state = FLOW_PAUSED;
        if (market->resumes_ms <= burst->stamp_ms) market->resumes_ms = burst->stamp_ms + market->cast->pause_ms;
        burst->kind = FLOW_PAUSE;
    } else {
        return false;
    }
    return true;
}

const struct flow_burst *flow_step(struct flow *flow)
{
    struct flow_burst *burst = &flow->burst;
    burst->market = flow_next(flow);
    burst->stamp_ms = flow->due[burst->market];
    burst->kind = FLOW_QUOTE;
    burst->change_count = burst->fill_count = 0;
    burst->old_tick = 0;
    struct flow_market *market = &flow->markets[burst->market];
    const struct ladder *ladder = &market->orders.ladder;
    struct turn turn = {market, burst};
    int64_t end = market->cast->resolves_ms;
    int bid = ladder_best(ladder, LADDER_BID), ask = ladder_best(ladder, LADDER_ASK);
    if (life_step(market, burst)) {
        /* The book stays as it is. */
    } else if (market->state == FLOW_UNOPENED) {
        turn_open(market, burst->stamp_ms);
        burst->kind = FLOW_OPENING;
    } else if (end > 0 && burst->stamp_ms >= flow->start_ms + end) {
        turn_resolve(&turn);
    } else if (market->refines) {
        turn_refine(&turn);
    } else {
        temper_drift(market, burst->stamp_ms);
        if (!turn_act(&turn)) burst->kind = FLOW_QUIET;
    }
    if (burst->kind != FLOW_QUIET && burst->kind != FLOW_TICK && burst->kind < FLOW_PAUSE)
        market->changed_ms = burst->stamp_ms;
    burst->touch_moved = bid != ladder_best(ladder, LADDER_BID) || ask != ladder_best(ladder, LADDER_ASK);
    flow->due[burst->market] = due_after(market, burst->stamp_ms, flow->start_ms);
    return burst;
}

void flow_halt(struct flow *flow)
{
    flow->halted = true;
}

void flow_pause(struct flow *flow, unsigned market, int64_t now_ms, int64_t pause_ms)
{
    struct flow_market *own = &flow->markets[market];
    if (own->state != FLOW_OPEN) return;
    own->pauses_ms = now_ms;
    own->resumes_ms = now_ms + pause_ms;
    if (flow->due[market] > now_ms) flow->due[market] = now_ms;
}

int flow_mark(const struct flow_market *market)
{
    if (market->state >= FLOW_RESOLVED) return market->cast->winner == 0 ? LADDER_ONE : 0;
    int bid = ladder_best(&market->orders.ladder, LADDER_BID), ask = ladder_best(&market->orders.ladder, LADDER_ASK);
    if (bid == LADDER_NONE || ask == LADDER_NONE) return (int)(market->fair / 1000);
    return (bid + ask) / 2;
}
