/* Polymarket's hash: the low-level SHA-1 against EVP over a text that is put together here, and real messages. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "capture.h"
#include "polymarket_text.h"

/* The vectors of the official SDK, which writes the last trade's price as it is given: "0.5". The venue never does. */
static void vectors_of_the_sdk(void **state)
{
    (void)state;
    char hex[HEX_SIZE];
    hex_of("{\"market\":\"0xaabbcc\",\"asset_id\":\"100\",\"timestamp\":\"123456789\",\"hash\":\"\",\"bids\":["
           "{\"price\":\"0.3\",\"size\":\"100\"},{\"price\":\"0.4\",\"size\":\"100\"}],\"asks\":["
           "{\"price\":\"0.6\",\"size\":\"100\"},{\"price\":\"0.7\",\"size\":\"100\"}],\"min_order_size\":\"100\","
           "\"tick_size\":\"0.01\",\"neg_risk\":false,\"last_trade_price\":\"0.5\"}",
           hex);
    assert_string_equal(hex, "0458ea5755c9f73d64a14636fa5c36ed460ec394");

    static const char empty[] = "74c6a7c81c1d572f1c877b7d3e25b80c336d8a6e";
    struct polymarket_terms terms = some_terms;
    terms.venue_ms = EVENT_NO_TIME;
    text_print(RECIPE_C, &terms, 0, "0.5");
    hex_of(expected, hex);
    assert_string_equal(hex, empty);
    polymarket_hash_begin(hasher, RECIPE_C, &terms, &levels);
    assert_false(polymarket_hash_is(hasher, 5000, TEXT(empty)));
    text_print(RECIPE_C, &terms, 0, "0.500");
    assert_true(polymarket_hash_is(hasher, 5000, hex_of(expected, hex)));
    text_print(RECIPE_C, &terms, 0, "");
    assert_true(polymarket_hash_is(hasher, PRICE_NONE, hex_of(expected, hex)));
}

static void every_recipe_is_what_evp_makes_of_its_text(void **state)
{
    (void)state;
    static const char *const names[] = {"C", "B", "A", "Z"};
    static const struct {
        price_t price;
        const char *text;
    } trades[] = {{PRICE_NONE, ""}, {5000, "0.500"}, {500, "0.050"},  {10, "0.001"},
                  {4415, "0.4415"}, {1, "0.0001"},   {9990, "0.999"}, {ONE, "1.000"}};
    char market[67], asset[79], hex[HEX_SIZE];
    for (unsigned round = 0; round < 400; round++) {
        book_roll((unsigned)roll(120), roll(2) ? 99 : 999);
        memset(market, '0' + (int)roll(10), sizeof market);
        memset(asset, '0' + (int)roll(10), sizeof asset);
        struct polymarket_terms terms = {
            .market = {market, roll(sizeof market)},
            .asset = {asset, roll(sizeof asset)},
            .venue_ms = roll(8) ? INT64_C(1700000000000) + (int64_t)roll(100000000000) : EVENT_NO_TIME,
            .min_order_size = roll(2) ? INT64_C(5) * UNIT : roll_quantity(),
            .tick = roll(8) ? (price_t[]){1000, 100, 10, 1}[roll(4)] : PRICE_NONE,
            .negative_risk = roll(2) == 1,
        };
        unsigned outcome = (unsigned)roll(2);
        assert_true(polymarket_levels_write(&levels, &book, outcome));
        for (unsigned recipe = 0; recipe < RECIPE_COUNT; recipe++) {
            assert_string_equal(polymarket_recipe_name(recipe), names[recipe]);
            size_t trade = roll(sizeof trades / sizeof *trades);
            text_print(recipe, &terms, outcome, trades[trade].text);
            struct text hash = hex_of(expected, hex);
            for (unsigned other = 0; other < RECIPE_COUNT; other++) {
                polymarket_hash_begin(hasher, other, &terms, &levels);
                assert_true(polymarket_hash_is(hasher, trades[trade].price, hash) == (other == recipe));
            }
        }
    }
}

static void last_trades_are_tried_from_one_state(void **state)
{
    (void)state;
    char hex[HEX_SIZE];
    book_roll(100, 99);
    assert_true(polymarket_levels_write(&levels, &book, 0));
    text_print(RECIPE_C, &some_terms, 0, "0.490");
    struct text hash = hex_of(expected, hex);
    polymarket_hash_begin(hasher, RECIPE_C, &some_terms, &levels);
    /* What was given is not kept. */
    assert_true(polymarket_levels_set(&levels, SIDE_BID, 7, 7));
    for (unsigned round = 0; round < 2; round++) {
        for (price_t price = 0; price <= ONE; price++)
            assert_true(polymarket_hash_is(hasher, price, hash) == (price == 4900));
        assert_false(polymarket_hash_is(hasher, PRICE_NONE, hash));
    }
    /* A recipe without a last trade's price does not look at it. */
    assert_true(polymarket_levels_write(&levels, &book, 0));
    text_print(RECIPE_B, &some_terms, 0, "");
    hash = hex_of(expected, hex);
    polymarket_hash_begin(hasher, RECIPE_B, &some_terms, &levels);
    assert_true(polymarket_hash_is(hasher, 4900, hash) && polymarket_hash_is(hasher, PRICE_NONE, hash));
}

static void only_40_lowercase_digits_are_a_hash(void **state)
{
    (void)state;
    char hex[HEX_SIZE], other[HEX_SIZE + 1];
    book_roll(10, 99);
    assert_true(polymarket_levels_write(&levels, &book, 0));
    text_print(RECIPE_C, &some_terms, 0, "0.500");
    hex_of(expected, hex);
    assert_false(polymarket_hash_is(hasher, 5000, text_from(hex))); /* nothing was begun */
    polymarket_hash_begin(hasher, RECIPE_C, &some_terms, &levels);
    assert_true(polymarket_hash_is(hasher, 5000, text_from(hex)));

    assert_false(polymarket_hash_is(hasher, 5000, (struct text){NULL, 0}));
    assert_false(polymarket_hash_is(hasher, 5000, (struct text){hex, POLYMARKET_HASH_LENGTH - 1}));
    snprintf(other, sizeof other, "%s0", hex);
    assert_false(polymarket_hash_is(hasher, 5000, text_from(other)));
    for (unsigned i = 0; i < POLYMARKET_HASH_LENGTH; i++) {
        memcpy(other, hex, sizeof hex);
        other[i] = (char)(hex[i] == 'f' ? 'e' : hex[i] + 1);
        assert_false(polymarket_hash_is(hasher, 5000, text_from(other)));
        other[i] = (char)(hex[i] & ~0x20); /* a letter's capital, a digit's control character */
        assert_false(polymarket_hash_is(hasher, 5000, text_from(other)));
    }
    assert_true(polymarket_hash_is(hasher, 5000, text_from(hex)));
    polymarket_hasher_destroy(NULL);
}

/* === Messages of the venue === */

/* The first line of a recorded session, in `expected`; empty if there is no such file. */
static struct text line_read(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/polymarket/%s", capture_folder(), name);
    FILE *file = fopen(path, "rb");
    if (!file) return (struct text){NULL, 0};
    bool read = fgets(expected, sizeof expected, file) != NULL;
    fclose(file);
    assert_true(read);
    return text_from(expected);
}

static bool snapshot_is_right(const struct event *event, unsigned outcome)
{
    struct polymarket_terms terms = {
        .market = event->market,
        .asset = event->asset,
        .venue_ms = event->venue_ms,
        .min_order_size = INT64_C(5) * UNIT,
        .tick = event->snapshot.tick == PRICE_NONE ? 100 : event->snapshot.tick,
    };
    assert_true(polymarket_levels_write(&levels, &book, outcome));
    polymarket_hash_begin(hasher, RECIPE_C, &terms, &levels);
    return polymarket_hash_is(hasher, event->snapshot.last_trade, event->hash);
}

static void snapshot_hangs_on_every_level(const struct event *event)
{
    const struct event_snapshot *snapshot = &event->snapshot;
    assert_int_equal(event->kind, EVENT_SNAPSHOT);
    assert_int_equal(
        order_book_replace(&book, snapshot->bids, snapshot->bid_count, snapshot->asks, snapshot->ask_count), BOOK_OK);
    assert_true(snapshot_is_right(event, 0));
    for (unsigned which = SIDE_BID; which <= SIDE_ASK; which++) {
        size_t count = which == SIDE_BID ? snapshot->bid_count : snapshot->ask_count;
        const struct level *list = which == SIDE_BID ? snapshot->bids : snapshot->asks;
        assert_true(count > 0);
        for (size_t i = 0; i < count; i++) {
            book_set(which, list[i].price, list[i].quantity + 1);
            assert_false(snapshot_is_right(event, 0));
            book_set(which, list[i].price, 0);
            assert_false(snapshot_is_right(event, 0));
            book_set(which, list[i].price, list[i].quantity);
        }
    }
    assert_true(snapshot_is_right(event, 0));
}

static void real_opening_books_are_proved(void **state)
{
    (void)state;
    static const char *const names[] = {"2026-04-09_small_pair.json", "2025-12-23_btc15m_book_pc_book.jsonl"};
    struct polymarket_decoder *decoder = polymarket_decoder_create();
    assert_non_null(decoder);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text line = line_read(names[i]);
        if (line.length == 0) {
            polymarket_decoder_destroy(decoder);
            print_message("no corpus at %s: skipped\n", capture_folder());
            skip();
        }
        assert_int_equal(polymarket_decode(decoder, line), 2);
        const struct event *pair = polymarket_decoder_events(decoder);
        snapshot_hangs_on_every_level(&pair[0]);
        /* One book proves both tokens. */
        assert_true(snapshot_is_right(&pair[1], 1));
        assert_false(snapshot_is_right(&pair[1], 0));
        snapshot_hangs_on_every_level(&pair[1]);
        assert_true(snapshot_is_right(&pair[0], 1));
    }
    polymarket_decoder_destroy(decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(vectors_of_the_sdk, start, finish),
        cmocka_unit_test_setup_teardown(every_recipe_is_what_evp_makes_of_its_text, start, finish),
        cmocka_unit_test_setup_teardown(last_trades_are_tried_from_one_state, start, finish),
        cmocka_unit_test_setup_teardown(only_40_lowercase_digits_are_a_hash, start, finish),
        cmocka_unit_test_setup_teardown(real_opening_books_are_proved, start, finish),
    };
    return cmocka_run_group_tests_name("venue/polymarket_hash", tests, NULL, NULL);
}
