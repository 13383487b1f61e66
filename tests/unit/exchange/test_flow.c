#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/exchange/flow.h"

#define START_MS INT64_C(1795252000000)
#define STEPS    60000

static void cast_is_invented_and_unique(void **state)
{
    (void)state;
    struct cast cast, same, other, large;
    assert_true(cast_create(&cast, 1, 0));
    assert_true(cast_create(&same, 1, 0));
    assert_true(cast_create(&other, 2, 0));
    assert_true(cast_create(&large, 1, 700));
    assert_int_equal(cast.market_count, 13);
    assert_int_equal(large.market_count, 700);
    unsigned market, token;
    assert_true(cast_find_token(&cast, text_from(cast.markets[3].token[1]), &market, &token));
    assert_int_equal(market, 3);
    assert_int_equal(token, 1);
    assert_false(cast_find_token(&cast, TEXT("12"), &market, &token));
    for (unsigned i = 0; i < large.market_count; i++) {
        const struct cast_market *own = &large.markets[i];
        assert_int_equal(strlen(own->condition), 66);
        assert_int_equal(strlen(own->token[0]), 77);
        assert_int_equal(cast_find_slug(&large, text_from(own->slug)), i);
        assert_int_equal(cast_find_condition(&large, text_from(own->condition)), i);
        assert_true(own->title[strlen(own->title) - 1] == '?');
        assert_true(text_is_utf8(text_from(own->title)));
        if (i >= cast.market_count) continue;
        assert_string_equal(own->token[0], cast.markets[i].token[0]);
        assert_string_equal(same.markets[i].token[0], cast.markets[i].token[0]);
        assert_string_not_equal(other.markets[i].token[0], cast.markets[i].token[0]);
    }
    assert_int_equal(cast.events[cast.markets[1].event].count, 5);
    assert_true(cast.events[cast.markets[1].event].neg_risk);
    assert_false(cast.events[0].neg_risk);
    cast_free(&cast);
    cast_free(&same);
    cast_free(&other);
    cast_free(&large);
}

/* The ladder is the sum of the orders, and at rest nothing crosses. */
static void book_check(const struct flow_market *market)
{
    static struct ladder sum;
    memset(&sum, 0, sizeof sum);
    for (unsigned i = 0; i < market->orders.count; i++) {
        const struct order *order = &market->orders.list[i];
        assert_true(order->size > 0);
        ladder_add(&sum, order->side, order->price, order->size);
    }
    assert_memory_equal(&sum, &market->orders.ladder, sizeof sum);
    assert_true(orders_uncrossed(&market->orders));
}

static void every_burst_is_sound(void **state)
{
    (void)state;
    struct cast cast;
    struct flow flow;
    assert_true(cast_create(&cast, 11, 0));
    assert_true(flow_create(&flow, &cast, START_MS));
    int64_t *last = calloc(cast.market_count, sizeof *last);
    unsigned trades = 0, locked = 0, ticks = 0, resolutions = 0, openings = 0, narrow = 0, quotes = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        int64_t due = flow_next_ms(&flow);
        const struct flow_burst *burst = flow_step(&flow);
        const struct flow_market *market = &flow.markets[burst->market];
        assert_int_equal(burst->stamp_ms, due);
        assert_true(burst->stamp_ms > last[burst->market]);
        last[burst->market] = burst->stamp_ms;
        assert_int_equal(burst->kind == FLOW_QUIET,
                         burst->change_count == 0 && burst->kind != FLOW_OPENING && burst->kind != FLOW_TICK);
        for (unsigned c = 0; c < burst->change_count; c++) {
            const struct flow_change *change = &burst->changes[c];
            assert_int_equal(change->size, market->orders.ladder.size[change->side][change->price]);
            if (burst->kind != FLOW_RESOLUTION)
                for (unsigned d = 0; d < c; d++)
                    assert_false(burst->changes[d].side == change->side && burst->changes[d].price == change->price);
        }
        trades += burst->kind == FLOW_TRADE;
        locked += burst->kind == FLOW_TRADE && burst->changes[0].price == burst->fills[burst->fill_count - 1].price &&
                  burst->change_count > burst->fill_count;
        ticks += burst->kind == FLOW_TICK && burst->old_tick == 10 && market->tick == 1;
        resolutions += burst->kind == FLOW_RESOLUTION;
        openings += burst->kind == FLOW_OPENING;
        int bid = ladder_best(&market->orders.ladder, LADDER_BID),
            ask = ladder_best(&market->orders.ladder, LADDER_ASK);
        quotes += burst->kind == FLOW_QUOTE;
        narrow += burst->kind == FLOW_QUOTE && ask - bid <= 2 * market->tick;
        if (i % 64 == 0)
            for (unsigned m = 0; m < cast.market_count; m++) book_check(&flow.markets[m]);
    }
    assert_true(trades > STEPS / 40);
    assert_true(locked > trades / 50);
    assert_true(ticks >= 1);
    assert_int_equal(resolutions, 1);
    assert_int_equal(openings, 1);
    assert_true(narrow > quotes / 10 * 8);
    free(last);
    flow_free(&flow);
    cast_free(&cast);
}

/* After hours, the books still have the shape they began with. */
static void books_keep_their_shape(void **state)
{
    (void)state;
    struct cast cast;
    struct flow flow;
    assert_true(cast_create(&cast, 5, 0));
    assert_true(flow_create(&flow, &cast, START_MS));
    while (flow_next_ms(&flow) < START_MS + INT64_C(3) * 3600 * 1000) (void)flow_step(&flow);
    for (unsigned i = 0; i < cast.market_count; i++) {
        const struct flow_market *market = &flow.markets[i];
        book_check(market);
        if (market->state != FLOW_OPEN) continue;
        unsigned bids = market->orders.ladder.levels[LADDER_BID], asks = market->orders.ladder.levels[LADDER_ASK];
        assert_in_range(bids + asks, 40, 220);
        assert_true(bids >= 2 && asks >= 2);
        assert_true(llabs(market->fair - (int64_t)cast.markets[i].temper.fair_end * 1000) < 120000);
    }
    flow_free(&flow);
    cast_free(&cast);
}

static void a_resolved_market_is_empty(void **state)
{
    (void)state;
    struct cast cast;
    struct flow flow;
    assert_true(cast_create(&cast, 3, 0));
    assert_true(flow_create(&flow, &cast, START_MS));
    const struct flow_burst *burst;
    do burst = flow_step(&flow);
    while (burst->kind != FLOW_RESOLUTION);
    const struct flow_market *market = &flow.markets[burst->market];
    assert_int_equal(burst->stamp_ms, START_MS + market->cast->resolves_ms);
    assert_int_equal(market->orders.count, 0);
    assert_int_equal(ladder_best(&market->orders.ladder, LADDER_BID), LADDER_NONE);
    assert_true(burst->change_count > 20);
    for (unsigned i = 0; i < burst->change_count; i++) assert_int_equal(burst->changes[i].size, 0);
    assert_int_equal(flow_mark(market), market->cast->winner == 0 ? LADDER_ONE : 0);
    assert_int_equal(flow.due[burst->market], TIME_NEVER);
    flow_halt(&flow);
    assert_int_equal(flow_next_ms(&flow), TIME_NEVER);
    flow_free(&flow);
    cast_free(&cast);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cast_is_invented_and_unique),
        cmocka_unit_test(every_burst_is_sound),
        cmocka_unit_test(books_keep_their_shape),
        cmocka_unit_test(a_resolved_market_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
