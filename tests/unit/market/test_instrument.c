#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/market/event.h"
#include "booktop/market/instrument.h"
#include "booktop/market/proof.h"

static void init_sets_name_and_scales(void **state)
{
    (void)state;
    struct instrument instrument;
    memset(&instrument, 0xAA, sizeof instrument);
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, TEXT("0xabc"), 4, 6));
    assert_string_equal(instrument.symbol, "0xabc");
    assert_int_equal(instrument.price_scale, 4);
    assert_int_equal(instrument.size_scale, 6);
    assert_true(instrument.tick == PRICE_NONE);
    assert_string_equal(instrument.outcomes[1].token, "");
    assert_string_equal(instrument.title, "");
    assert_false(instrument.negative_risk_known);
    assert_int_equal(instrument_one(&instrument), 10000);
}

static void init_refuses_what_is_no_symbol(void **state)
{
    (void)state;
    char longest[SYMBOL_SIZE];
    memset(longest, '7', sizeof longest);
    struct instrument instrument = {.symbol = "kept"};
    assert_false(instrument_init(&instrument, VENUE_POLYMARKET, (struct text){longest, SYMBOL_SIZE}, 4, 6));
    assert_false(instrument_init(&instrument, VENUE_POLYMARKET, TEXT(""), 4, 6));
    assert_false(instrument_init(&instrument, VENUE_POLYMARKET, (struct text){NULL, 0}, 4, 6));
    assert_false(instrument_init(&instrument, VENUE_POLYMARKET, TEXT("a\0b"), 4, 6));
    assert_false(instrument_init(&instrument, VENUE_POLYMARKET, TEXT("a"), DECIMAL_SCALE_MAX + 1, 6));
    assert_false(instrument_init(&instrument, VENUE_POLYMARKET, TEXT("a"), 4, 300));
    assert_string_equal(instrument.symbol, "kept");

    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, (struct text){longest, SYMBOL_SIZE - 1}, 4, 6));
    assert_int_equal(strlen(instrument.symbol), SYMBOL_SIZE - 1);
}

static void outcome_is_found_by_its_token(void **state)
{
    (void)state;
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, TEXT("0xabc"), 4, 6));
    assert_int_equal(instrument_outcome(&instrument, TEXT("")), -1); /* unknown tokens are nobody's */
    text_copy(TEXT("111"), instrument.outcomes[0].token, sizeof instrument.outcomes[0].token);
    text_copy(TEXT("222"), instrument.outcomes[1].token, sizeof instrument.outcomes[1].token);
    assert_int_equal(instrument_outcome(&instrument, TEXT("111")), 0);
    assert_int_equal(instrument_outcome(&instrument, TEXT("222")), 1);
    assert_int_equal(instrument_outcome(&instrument, TEXT("22")), -1);
    assert_int_equal(instrument_outcome(&instrument, TEXT("2222")), -1);
    assert_int_equal(instrument_outcome(&instrument, TEXT("111\0")), -1);
    assert_int_equal(instrument_outcome(&instrument, TEXT("0xabc")), -1);
}

static void a_price_is_mirrored_and_none_stays_none(void **state)
{
    (void)state;
    struct instrument instrument;
    for (unsigned scale = 2; scale <= 4; scale += 2) {
        assert_true(instrument_init(&instrument, VENUE_POLYMARKET, TEXT("0xabc"), scale, 6));
        price_t one = instrument_one(&instrument);
        for (price_t price = 0; price <= one; price += one / 10) {
            assert_true(instrument_mirror(&instrument, price) == one - price);
            assert_true(instrument_mirror(&instrument, one - price) == price);
        }
        assert_true(instrument_mirror(&instrument, PRICE_NONE) == PRICE_NONE);
    }
}

static void tick_says_how_many_decimals(void **state)
{
    (void)state;
    static const struct {
        price_t tick;
        unsigned scale, decimals;
    } cases[] = {
        {100, 4, 2},        {1000, 4, 1},       {10, 4, 3}, {1, 4, 4},  {10000, 4, 0}, {50, 4, 3},
        {20000, 4, 0},      {PRICE_NONE, 4, 2}, {0, 4, 2},  {5, 0, 0},  {1, 2, 2},     {PRICE_NONE, 1, 1},
        {PRICE_NONE, 0, 0}, {1, 18, 18},        {-1, 4, 2}, {25, 4, 4},
    };
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct instrument instrument;
        assert_true(instrument_init(&instrument, VENUE_POLYMARKET, TEXT("x"), cases[n].scale, 6));
        instrument.tick = cases[n].tick;
        assert_int_equal(instrument_tick_decimals(&instrument), cases[n].decimals);
    }
}

static void grids_are_steps_by_price(void **state)
{
    (void)state;
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_KALSHI, TEXT("A"), 4, 2));
    assert_true(instrument_step(&instrument, 5000) == PRICE_NONE);
    instrument.tick = 100;
    assert_int_equal(instrument_step(&instrument, 5000), 100);

    static const struct price_range tapered[] = {{0, 1000, 10}, {1000, 9000, 100}, {9000, 10000, 10}};
    assert_true(instrument_set_ranges(&instrument, tapered, 3));
    assert_true(instrument.tick == 10 && instrument.range_count == 3);
    assert_int_equal(instrument_tick_decimals(&instrument), 3);
    static const struct {
        price_t price, step;
    } steps[] = {{-5, 10},    {0, 10},    {999, 10},   {1000, 100}, {5000, 100},
                 {8999, 100}, {9000, 10}, {10000, 10}, {99999, 10}};
    for (size_t n = 0; n < sizeof steps / sizeof *steps; n++)
        assert_int_equal(instrument_step(&instrument, steps[n].price), steps[n].step);

    static const struct price_range deci_cent[] = {{0, 10000, 10}}, centi_cent[] = {{0, 10000, 1}};
    assert_true(instrument_set_ranges(&instrument, deci_cent, 1));
    assert_true(instrument.range_count == 1 && instrument.tick == 10 && instrument_step(&instrument, 9500) == 10);
    assert_int_equal(instrument.ranges[1].end, 0);
    assert_true(instrument_set_ranges(&instrument, centi_cent, 1));
    assert_int_equal(instrument_tick_decimals(&instrument), 4);
}

static void wrong_grids_change_nothing(void **state)
{
    (void)state;
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_KALSHI, TEXT("A"), 4, 2));
    instrument.tick = 100;
    const struct instrument before = instrument;
    static const struct price_range wrong[][5] = {
        {{0, 1000, 10}, {1001, 10000, 100}},                     /* a gap */
        {{0, 1000, 10}, {999, 10000, 100}},                      /* an overlap */
        {{0, 1000, 0}},                                          /* no step */
        {{0, 1000, 10}, {1000, 10000, -100}},                    /* a step back */
        {{1000, 1000, 10}},                                      /* nothing */
        {{1000, 0, 10}},                                         /* less */
        {{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {3, 4, 1}, {4, 5, 1}}, /* too many */
    };
    static const size_t counts[] = {2, 2, 1, 2, 1, 1, 5};
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        assert_false(instrument_set_ranges(&instrument, wrong[n], counts[n]));
        assert_memory_equal(&instrument, &before, sizeof before);
    }
    assert_false(instrument_set_ranges(&instrument, wrong[0], 0));
    assert_memory_equal(&instrument, &before, sizeof before);
    assert_true(instrument_set_ranges(&instrument, wrong[6], INSTRUMENT_RANGES));
}

static void states_have_words(void **state)
{
    (void)state;
    assert_string_equal(market_status_text(MARKET_OPEN), "open");
    assert_string_equal(market_status_text(MARKET_PAUSED), "paused");
    assert_string_equal(market_status_text(MARKET_CLOSED), "closed");
    assert_string_equal(market_status_text(MARKET_RESOLVED), "resolved");
    assert_string_equal(market_status_text((enum market_status)99), "unknown");

    static const char *const proofs[] = {"syncing", "live", "verified", "suspect", "stale", "polled", "unverifiable"};
    for (unsigned n = 0; n < PROOF_STATE_COUNT; n++)
        assert_string_equal(proof_state_text((enum proof_state)n), proofs[n]);
    assert_string_equal(proof_state_text(PROOF_STATE_COUNT), "unknown");
    assert_int_equal(side_other(SIDE_BID), SIDE_ASK);
    assert_int_equal(side_other(SIDE_ASK), SIDE_BID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_sets_name_and_scales),     cmocka_unit_test(init_refuses_what_is_no_symbol),
        cmocka_unit_test(outcome_is_found_by_its_token), cmocka_unit_test(a_price_is_mirrored_and_none_stays_none),
        cmocka_unit_test(tick_says_how_many_decimals),   cmocka_unit_test(grids_are_steps_by_price),
        cmocka_unit_test(wrong_grids_change_nothing),    cmocka_unit_test(states_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
