#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "booktop/market/registry.h"
#include "failing_memory.h"

static const uint8_t key[16] = "sixteen  bytes.";

static void put(char *out, size_t size, const char *string)
{
    text_copy(text_from(string), out, size);
}

static struct instrument make(const char *symbol, const char *token0, const char *token1)
{
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, text_from(symbol), 4, 6));
    put(instrument.outcomes[0].token, sizeof instrument.outcomes[0].token, token0);
    put(instrument.outcomes[1].token, sizeof instrument.outcomes[1].token, token1);
    return instrument;
}

static struct market *add(struct registry *registry, const char *symbol, const char *token0, const char *token1)
{
    struct instrument instrument = make(symbol, token0, token1);
    return registry_market(registry, registry_add(registry, &instrument));
}

static struct market *find(const struct registry *registry, const char *name, int expected_outcome)
{
    int outcome = -7;
    struct market *market = registry_find(registry, VENUE_POLYMARKET, text_from(name), &outcome);
    assert_int_equal(outcome, market == NULL ? -7 : expected_outcome);
    return market;
}

static void markets_are_found_by_all_their_names(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    assert_null(find(registry, "0xa", 0));
    assert_null(registry_market(registry, MARKET_NONE));
    struct market *a = add(registry, "0xa", "100", "101"), *b = add(registry, "0xb", "200", "");
    assert_non_null(a);
    assert_ptr_not_equal(a, b);
    assert_ptr_equal(find(registry, "0xa", -1), a);
    assert_ptr_equal(find(registry, "100", 0), a);
    assert_ptr_equal(find(registry, "101", 1), a);
    assert_ptr_equal(find(registry, "0xb", -1), b);
    assert_ptr_equal(find(registry, "200", 0), b);
    assert_ptr_equal(registry_find(registry, VENUE_POLYMARKET, TEXT("200"), NULL), b);
    assert_null(find(registry, "", 0)); /* b's second token is unknown, not empty */
    assert_null(find(registry, "10", 0));
    assert_null(find(registry, "1000", 0));
    assert_null(registry_find(registry, VENUE_POLYMARKET, TEXT("100\0"), NULL));
    assert_null(registry_find(registry, VENUE_COUNT, TEXT("100"), NULL)); /* another venue's symbol */
    char endless[SYMBOL_SIZE + 300];
    memset(endless, '1', sizeof endless);
    assert_null(registry_find(registry, VENUE_POLYMARKET, (struct text){endless, sizeof endless}, NULL));
    assert_int_equal(registry_count(registry), 2);
    registry_destroy(registry);
    registry_destroy(NULL);
}

static void a_new_market_knows_nothing(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    struct market *market = add(registry, "0xa", "100", "101");
    assert_int_not_equal(market->handle.generation, 0);
    assert_int_equal(market->book.limit, 10000);
    assert_int_equal(market->status, MARKET_OPEN);
    assert_int_equal(market->winner, -1);
    assert_true(market->last_trade == PRICE_NONE);
    assert_true(market->venue_ms == EVENT_NO_TIME);
    assert_int_equal(market->proof.state, PROOF_SYNCING);
    assert_false(market->has_book || market->burst_open);
    assert_int_equal(tape_count(&market->tape), 0);
    registry_destroy(registry);
}

static void handles_outlive_their_markets_harmlessly(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    struct market_handle before = add(registry, "0xa", "100", "101")->handle;
    for (unsigned n = 0; n < 100; n++) {
        registry_remove(registry, before);
        assert_null(registry_market(registry, before));
        assert_null(find(registry, "0xa", 0));
        assert_null(find(registry, "100", 0));
        assert_null(find(registry, "101", 0));
        assert_int_equal(registry_count(registry), 0);
        registry_remove(registry, before); /* twice is once */
        registry_remove(registry, MARKET_NONE);

        struct market_handle now = add(registry, "0xa", "100", "101")->handle;
        assert_int_equal(now.index, before.index); /* the place is used again */
        assert_false(market_handle_equal(now, before));
        assert_null(registry_market(registry, before));
        before = now;
    }
    assert_null(registry_market(registry, (struct market_handle){before.index, 0}));
    assert_null(registry_market(registry, (struct market_handle){before.index + 1, 1}));
    assert_null(registry_market(registry, (struct market_handle){UINT32_MAX, 1}));
    registry_destroy(registry);
}

static void adding_again_fills_in(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    struct market *market = add(registry, "0xa", "100", "");
    uint64_t version = market->version;
    struct instrument learnt = make("0xa", "100", "101");
    put(learnt.title, sizeof learnt.title, "Will it rain?");
    put(learnt.slug, sizeof learnt.slug, "rain");
    put(learnt.outcomes[0].name, sizeof learnt.outcomes[0].name, "Yes");
    put(learnt.outcomes[1].name, sizeof learnt.outcomes[1].name, "No");
    learnt.tick = 100;
    learnt.min_order_size = 5;
    learnt.close_time = 1700000000;
    learnt.negative_risk = learnt.negative_risk_known = true;
    assert_true(market_handle_equal(registry_add(registry, &learnt), market->handle));
    assert_int_equal(registry_count(registry), 1);
    assert_ptr_equal(find(registry, "101", 1), market);
    assert_string_equal(market->instrument.title, "Will it rain?");
    assert_string_equal(market->instrument.slug, "rain");
    assert_string_equal(market->instrument.outcomes[1].name, "No");
    assert_int_equal(market->instrument.tick, 100);
    assert_int_equal(market->instrument.min_order_size, 5);
    assert_int_equal(market->instrument.close_time, 1700000000);
    assert_true(market->instrument.negative_risk && market->instrument.negative_risk_known);
    assert_true(market->version > version);

    /* What is known stays, and nothing new is no news. */
    version = market->version;
    struct instrument differing = learnt;
    put(differing.title, sizeof differing.title, "Another");
    put(differing.outcomes[0].name, sizeof differing.outcomes[0].name, "Another");
    differing.tick = 10;
    differing.negative_risk = false;
    registry_add(registry, &differing);
    assert_string_equal(market->instrument.title, "Will it rain?");
    assert_string_equal(market->instrument.outcomes[0].name, "Yes");
    assert_int_equal(market->instrument.tick, 100);
    assert_true(market->instrument.negative_risk);
    assert_true(market->version == version);
    registry_destroy(registry);
}

static void a_grid_is_filled_in_with_its_tick(void **state)
{
    (void)state;
    static const struct price_range ranges[] = {{0, 1000, 10}, {1000, 10000, 100}};
    struct registry *registry = registry_create(key);
    assert_non_null(registry);
    struct instrument bare, full;
    assert_true(instrument_init(&bare, VENUE_KALSHI, TEXT("KXA"), 4, 2));
    full = bare;
    assert_true(instrument_set_ranges(&full, ranges, 2));
    const struct market *market = registry_market(registry, registry_add(registry, &bare));
    assert_true(market->instrument.tick == PRICE_NONE && market->version == 0);

    registry_add(registry, &full);
    assert_true(market->instrument.tick == 10 && market->instrument.range_count == 2 && market->version == 1);
    assert_int_equal(instrument_step(&market->instrument, 5000), 100);

    /* What is known stays. */
    assert_true(instrument_set_ranges(&full, &ranges[1], 1));
    registry_add(registry, &full);
    assert_true(market->instrument.tick == 10 && market->instrument.range_count == 2 && market->version == 1);
    registry_destroy(registry);
}

static void known_order_of_outcomes_never_changes(void **state)
{
    (void)state;
    static const char *const known[][2] = {{"100", ""}, {"", "101"}, {"100", "101"}};
    for (size_t n = 0; n < 3; n++) {
        struct registry *registry = registry_create(key);
        struct market *market = add(registry, "0xa", known[n][0], known[n][1]);
        struct instrument reversed = make("0xa", "101", "100");
        put(reversed.outcomes[0].name, sizeof reversed.outcomes[0].name, "No");
        put(reversed.outcomes[1].name, sizeof reversed.outcomes[1].name, "Yes");
        assert_true(market_handle_equal(registry_add(registry, &reversed), market->handle));
        assert_string_equal(market->instrument.outcomes[0].token, "100");
        assert_string_equal(market->instrument.outcomes[0].name, "Yes");
        assert_string_equal(market->instrument.outcomes[1].token, "101");
        assert_string_equal(market->instrument.outcomes[1].name, "No");
        assert_ptr_equal(find(registry, "100", 0), market);
        assert_ptr_equal(find(registry, "101", 1), market);
        registry_destroy(registry);
    }
}

static void contradicting_tokens_are_left_out(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    struct market *a = add(registry, "0xa", "100", ""), *b = add(registry, "0xb", "200", "201");
    assert_ptr_equal(add(registry, "0xa", "300", "301"), a); /* the symbol wins, its tokens cannot be */
    assert_null(find(registry, "300", 0));
    assert_null(find(registry, "301", 0));
    assert_ptr_equal(add(registry, "0xa", "100", "201"), a); /* 201 is b's */
    assert_string_equal(a->instrument.outcomes[1].token, "");
    assert_ptr_equal(find(registry, "201", 1), b);
    assert_ptr_equal(add(registry, "0xc", "201", ""), b); /* found by its token under another symbol */
    assert_null(find(registry, "0xc", 0));
    struct market *same = add(registry, "0xd", "400", "400"); /* both outcomes the same token */
    assert_ptr_equal(find(registry, "400", 0), same);
    assert_string_equal(same->instrument.outcomes[1].token, "");
    struct instrument nameless = make("0xe", "500", "501");
    nameless.symbol[0] = '\0';
    assert_true(market_handle_equal(registry_add(registry, &nameless), MARKET_NONE));
    assert_int_equal(registry_count(registry), 3);
    registry_remove(registry, same->handle);
    assert_null(find(registry, "400", 0));
    registry_destroy(registry);
}

static void tokens_are_learnt_later(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    struct market *a = add(registry, "0xa", "100", ""), *b = add(registry, "0xb", "200", "");
    char endless[SYMBOL_SIZE];
    memset(endless, '1', sizeof endless);
    assert_false(registry_set_token(registry, a, 1, (struct text){endless, SYMBOL_SIZE}));
    assert_false(registry_set_token(registry, a, 1, TEXT("")));
    assert_false(registry_set_token(registry, a, 1, TEXT("1\0")));
    assert_false(registry_set_token(registry, a, 2, TEXT("101")));
    assert_false(registry_set_token(registry, a, 1, TEXT("200"))); /* b's token */
    assert_false(registry_set_token(registry, a, 1, TEXT("0xb"))); /* b's symbol */
    assert_false(registry_set_token(registry, a, 1, TEXT("100"))); /* its own other one */
    assert_string_equal(a->instrument.outcomes[1].token, "");
    assert_true(registry_set_token(registry, a, 1, TEXT("101")));
    assert_true(registry_set_token(registry, a, 1, TEXT("101"))); /* known already */
    assert_false(registry_set_token(registry, a, 1, TEXT("102")));
    assert_ptr_equal(find(registry, "101", 1), a);
    assert_null(find(registry, "102", 0));
    assert_true(registry_set_token(registry, b, 1, (struct text){endless, SYMBOL_SIZE - 1}));
    assert_ptr_equal(registry_find(registry, VENUE_POLYMARKET, (struct text){endless, SYMBOL_SIZE - 1}, NULL), b);
    registry_destroy(registry);
}

static void markets_come_in_the_order_of_adding(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    struct market *a = add(registry, "0xa", "", ""), *b = add(registry, "0xb", "", ""),
                  *c = add(registry, "0xc", "", "");
    registry_remove(registry, a->handle);
    struct market *d = add(registry, "0xd", "", ""); /* in a's place, but last */
    registry_remove(registry, c->handle);
    struct market *e = add(registry, "0xe", "", ""), *f = add(registry, "0xf", "", "");
    struct market *const expected[] = {b, d, e, f};
    size_t position = 0;
    for (size_t n = 0; n < 4; n++) assert_ptr_equal(registry_next(registry, &position), expected[n]);
    assert_null(registry_next(registry, &position));
    assert_null(registry_next(registry, &position));
    assert_int_equal(registry_count(registry), 4);
    registry_destroy(registry);
}

/* ---- many ---- */

#define MARKETS 40

struct names {
    char symbol[16], token[2][16];
};

static struct names names_of(unsigned n)
{
    struct names names;
    snprintf(names.symbol, sizeof names.symbol, "0x%x", n);
    snprintf(names.token[0], sizeof names.token[0], "%u", 2 * n + 1);
    snprintf(names.token[1], sizeof names.token[1], "%u", 2 * n + 2);
    return names;
}

/* Adds and removes at random; after every step each name leads where it should, whatever the table had to move. */
static void names_survive_all_removals(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    struct market *markets[MARKETS] = {0};
    uint64_t seed = 99;
    size_t count = 0;
    for (unsigned step = 0; step < 6000; step++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        unsigned n = (unsigned)(seed >> 33) % MARKETS;
        struct names names = names_of(n);
        if (markets[n] == NULL) {
            markets[n] = add(registry, names.symbol, names.token[0], names.token[1]);
            assert_non_null(markets[n]);
            count++;
        } else {
            registry_remove(registry, markets[n]->handle);
            markets[n] = NULL;
            count--;
        }
        assert_int_equal(registry_count(registry), count);
        for (unsigned m = 0; m < MARKETS; m++) {
            names = names_of(m);
            assert_ptr_equal(find(registry, names.symbol, -1), markets[m]);
            assert_ptr_equal(find(registry, names.token[0], 0), markets[m]);
            assert_ptr_equal(find(registry, names.token[1], 1), markets[m]);
        }
    }
    registry_destroy(registry);
}

static void markets_never_move(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    struct market *first = add(registry, "0x0", "1", "2");
    for (unsigned n = 1; n < 3000; n++) {
        struct names names = names_of(n);
        assert_non_null(add(registry, names.symbol, names.token[0], names.token[1]));
    }
    assert_ptr_equal(registry_market(registry, first->handle), first);
    assert_ptr_equal(find(registry, "0x0", -1), first);
    size_t position = 0;
    for (unsigned n = 0; n < 3000; n++) {
        struct names names = names_of(n);
        struct market *market = registry_next(registry, &position);
        assert_string_equal(market->instrument.symbol, names.symbol);
        assert_ptr_equal(find(registry, names.token[1], 1), market);
        assert_ptr_equal(registry_market(registry, market->handle), market);
    }
    registry_destroy(registry);
}

/* Each request for memory fails in its turn; what was there before is all still there, and the next try succeeds. */
static void without_memory_nothing_changes(void **state)
{
    (void)state;
    memory_fail(1, true);
    assert_null(registry_create(key));
    unsigned survived = 0;
    for (unsigned long n = 1; n < 60; n++) {
        memory_fail(0, false);
        struct registry *registry = registry_create(key);
        memory_fail(n, false);
        for (unsigned m = 0; m < 30; m++) { /* 90 names: the table grows, too */
            struct names names = names_of(m);
            struct market *market = add(registry, names.symbol, names.token[0], names.token[1]);
            if (market == NULL) {
                survived++;
                assert_int_equal(registry_count(registry), m);
                assert_null(find(registry, names.symbol, 0));
                assert_null(find(registry, names.token[0], 0));
                market = add(registry, names.symbol, names.token[0], names.token[1]);
            }
            assert_non_null(market);
            assert_ptr_equal(find(registry, names.token[1], 1), market);
            assert_int_equal(registry_count(registry), m + 1);
        }
        for (unsigned m = 0; m < 30; m++) assert_non_null(find(registry, names_of(m).symbol, -1));
        memory_fail(0, false);
        registry_destroy(registry);
    }
    assert_true(survived > 30);
}

static void a_token_without_memory_is_not_learnt(void **state)
{
    (void)state;
    struct registry *registry = registry_create(key);
    for (unsigned n = 0; n < 32; n++) assert_non_null(add(registry, names_of(n).symbol, "", ""));
    unsigned refused = 0;
    for (unsigned n = 0; n < 64; n++) { /* 64 more names: the table grows */
        struct names names = names_of(n / 2);
        struct text token = text_from(names.token[n % 2]);
        struct market *market = find(registry, names.symbol, -1);
        memory_fail(1, true);
        bool set = registry_set_token(registry, market, n % 2, token);
        memory_fail(0, false);
        assert_ptr_equal(find(registry, token.at, (int)(n % 2)), set ? market : NULL);
        if (set) continue;
        refused++;
        assert_string_equal(market->instrument.outcomes[n % 2].token, "");
        assert_true(registry_set_token(registry, market, n % 2, token));
    }
    assert_true(refused > 0);
    registry_destroy(registry);
}

static void a_view_leaves_out_what_is_not_proved(void **state)
{
    (void)state;
    static const struct level bids[] = {{5000, 1}, {6000, 1}}, asks[] = {{6200, 1}, {5500, 1}};
    struct registry *registry = registry_create(key);
    struct market *market = add(registry, "0xabc", "1", "2");
    assert_true(market->newest.said_bid == PRICE_NONE && market->newest.said_ask == PRICE_NONE);
    assert_int_equal(market_cut(market).levels, 0);
    assert_int_equal(order_book_replace(&market->book, bids, 2, asks, 2), BOOK_OK);
    for (int n = 0; n < PROOF_STATE_COUNT; n++) {
        market->proof.state = (enum proof_state)n;
        market->newest.newest = SIDE_BID;
        assert_int_equal(market_cut(market).levels, n == PROOF_VERIFIED ? 0 : 1);
        if (n != PROOF_VERIFIED) assert_int_equal(market_cut(market).side, SIDE_ASK);
        market->newest.newest = SIDE_ASK;
        assert_int_equal(market_cut(market).levels, n == PROOF_VERIFIED ? 0 : 1);
        if (n != PROOF_VERIFIED) assert_int_equal(market_cut(market).side, SIDE_BID);
    }
    registry_destroy(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markets_are_found_by_all_their_names),
        cmocka_unit_test(a_new_market_knows_nothing),
        cmocka_unit_test(handles_outlive_their_markets_harmlessly),
        cmocka_unit_test(adding_again_fills_in),
        cmocka_unit_test(a_grid_is_filled_in_with_its_tick),
        cmocka_unit_test(known_order_of_outcomes_never_changes),
        cmocka_unit_test(contradicting_tokens_are_left_out),
        cmocka_unit_test(tokens_are_learnt_later),
        cmocka_unit_test(markets_come_in_the_order_of_adding),
        cmocka_unit_test(names_survive_all_removals),
        cmocka_unit_test(markets_never_move),
        cmocka_unit_test(without_memory_nothing_changes),
        cmocka_unit_test(a_token_without_memory_is_not_learnt),
        cmocka_unit_test(a_view_leaves_out_what_is_not_proved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
