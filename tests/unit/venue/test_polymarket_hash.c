/* Polymarket's hash: the text mended level by level against the text written anew, the low-level SHA-1 against EVP over
 * a text that is put together here, and real messages.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/venue/polymarket/decode.h"
#include "booktop/venue/polymarket/hash.h"

/* The source under test with its memory counted and refused here. */
static unsigned long requests, failing; /* the number of the request that fails; 0: none does */

static void *test_realloc_counted(void *block, size_t size)
{
    return ++requests == failing ? NULL : realloc(block, size);
}

#define realloc test_realloc_counted
#include "../../../src/venue/polymarket/hash_levels.c" /* NOLINT(bugprone-suspicious-include) */
#undef realloc

#define ONE       10000
#define UNIT      1000000
#define TEXT_SIZE (1 << 20)
#define HEX_SIZE  (POLYMARKET_HASH_LENGTH + 1)

static struct order_book book;
static struct polymarket_levels levels;
static struct polymarket_hasher *hasher;
static char expected[TEXT_SIZE]; /* what is hashed, or a part of it */
static uint64_t dice;

static int start(void **state)
{
    (void)state;
    order_book_init(&book, ONE);
    hasher = polymarket_hasher_create();
    dice = UINT64_C(0x9e3779b97f4a7c15);
    requests = failing = 0;
    return hasher == NULL;
}

static int finish(void **state)
{
    (void)state;
    polymarket_hasher_destroy(hasher);
    polymarket_levels_free(&levels);
    order_book_free(&book);
    return 0;
}

static uint64_t roll(uint64_t below)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (dice >> 11) % below;
}

/* Sizes as the venue has them, and some that it could have. */
static quantity_t roll_quantity(void)
{
    switch (roll(6)) {
    case 0:
        return (quantity_t)(roll(100000) + 1) * UNIT;
    case 1:
        return (quantity_t)roll(UINT64_C(10) * UNIT) + 1;
    case 2:
        return INT64_MAX - (quantity_t)roll(1000);
    default:
        return (quantity_t)(roll(10000000) + 1) * (UNIT / 100);
    }
}

static void book_set(enum side side, price_t price, quantity_t quantity)
{
    struct book_change change = {price, quantity, side, CHANGE_SET};
    assert_int_equal(order_book_apply(&book, &change, 1), BOOK_OK);
}

static void book_roll(unsigned changes, unsigned prices)
{
    order_book_clear(&book);
    for (unsigned i = 0; i < changes; i++)
        book_set(roll(2) ? SIDE_ASK : SIDE_BID, (price_t)(1 + roll(prices)) * (ONE / (prices + 1)), roll_quantity());
}

/* === The same text in another way === */

static const char *number(int64_t units, unsigned scale)
{
    static char rotating[4][DECIMAL_TEXT_SIZE];
    static unsigned turn;
    char *out = rotating[turn++ % 4];
    int64_t one = 1;
    for (unsigned i = 0; i < scale; i++) one *= 10;
    int length = snprintf(out, DECIMAL_TEXT_SIZE, "%" PRId64 ".%0*" PRId64, units / one, (int)scale, units % one);
    while (out[length - 1] == '0') out[--length] = '\0';
    if (out[length - 1] == '.') out[--length] = '\0';
    return out;
}

static size_t side_print(char *out, size_t room, enum side side, unsigned outcome)
{
    static const struct level *list[ONE]; /* best first */
    struct book_side *from = order_book_side(&book, outcome == 0 ? side : side_other(side));
    size_t count = 0, used = 0;
    for (const struct level *at = book_side_best(from); at != NULL; at = book_side_worse(from, at)) list[count++] = at;
    assert_int_equal(count, from->count);
    out[0] = '\0';
    while (count > 0) {
        const struct level *level = list[--count];
        price_t price = outcome == 0 ? level->price : ONE - level->price;
        used += (size_t)snprintf(out + used, room - used, "%s{\"price\":\"%s\",\"size\":\"%s\"}", used ? "," : "",
                                 number(price, 4), number(level->quantity, 6));
        assert_true(used < room);
    }
    return used;
}

static void text_print(enum polymarket_recipe recipe, const struct polymarket_terms *terms, unsigned outcome,
                       const char *last_trade)
{
    char *at = expected, *const end = expected + sizeof expected;
    at += snprintf(at, (size_t)(end - at), "{\"market\":\"%.*s\",\"asset_id\":\"%.*s\"", TEXT_ARGS(terms->market),
                   TEXT_ARGS(terms->asset));
    if (recipe != RECIPE_Z && terms->venue_ms == EVENT_NO_TIME)
        at += snprintf(at, (size_t)(end - at), ",\"timestamp\":\"\"");
    else if (recipe != RECIPE_Z)
        at += snprintf(at, (size_t)(end - at), ",\"timestamp\":\"%" PRId64 "\"", terms->venue_ms);
    at += snprintf(at, (size_t)(end - at), ",\"hash\":\"\",\"bids\":[");
    at += side_print(at, (size_t)(end - at), SIDE_BID, outcome);
    at += snprintf(at, (size_t)(end - at), "],\"asks\":[");
    at += side_print(at, (size_t)(end - at), SIDE_ASK, outcome);
    at += snprintf(at, (size_t)(end - at), "]");
    if (recipe == RECIPE_C || recipe == RECIPE_B)
        at += snprintf(at, (size_t)(end - at), ",\"min_order_size\":\"%s\",\"tick_size\":\"%s\",\"neg_risk\":%s",
                       number(terms->min_order_size, 6), terms->tick == PRICE_NONE ? "" : number(terms->tick, 4),
                       terms->negative_risk ? "true" : "false");
    if (recipe == RECIPE_C) at += snprintf(at, (size_t)(end - at), ",\"last_trade_price\":\"%s\"", last_trade);
    snprintf(at, (size_t)(end - at), "}");
}

static struct text hex_of(const char *text, char hex[HEX_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    assert_int_equal(EVP_Digest(text, strlen(text), digest, &length, EVP_sha1(), NULL), 1);
    assert_int_equal(length, 20);
    for (unsigned i = 0; i < length; i++) snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
    return (struct text){hex, POLYMARKET_HASH_LENGTH};
}

static const struct polymarket_terms some_terms = {
    .market = {"0xaabbcc", 8},
    .asset = {"100", 3},
    .venue_ms = 123456789,
    .min_order_size = INT64_C(100) * UNIT,
    .tick = 100,
};

/* Whether the levels hash to what the book in the terms of `outcome` does; any recipe will do. */
static bool levels_hash_right(unsigned outcome)
{
    char hex[HEX_SIZE];
    text_print(RECIPE_C, &some_terms, outcome, "0.500");
    polymarket_hash_begin(hasher, RECIPE_C, &some_terms, &levels);
    return polymarket_hash_is(hasher, 5000, hex_of(expected, hex));
}

/* The levels' text, comma for comma, and what is known of it. */
static void assert_levels(unsigned outcome)
{
    for (unsigned which = SIDE_BID; which <= SIDE_ASK; which++) {
        const struct polymarket_side_text *side = &levels.sides[which];
        size_t length = side_print(expected, sizeof expected, which, outcome);
        assert_int_equal(side->length, length > 0 ? length + 1 : 0);
        if (length > 0) assert_memory_equal(side->text, expected, length);
        assert_int_equal(side->count, order_book_side(&book, outcome == 0 ? which : side_other(which))->count);
        assert_true(side->length <= side->capacity && side->count <= side->count_capacity);
    }
}

/* === The text === */

static void numbers_are_written_as_the_feed_does(void **state)
{
    (void)state;
    static const struct {
        price_t price;
        quantity_t quantity;
        const char *text;
    } cases[] = {
        {5000, 219217767, "{\"price\":\"0.5\",\"size\":\"219.217767\"},"},
        {100, INT64_C(12345000000), "{\"price\":\"0.01\",\"size\":\"12345\"},"},
        {9999, 1, "{\"price\":\"0.9999\",\"size\":\"0.000001\"},"},
        {1, INT64_MAX, "{\"price\":\"0.0001\",\"size\":\"9223372036854.775807\"},"},
        {620, 80010000, "{\"price\":\"0.062\",\"size\":\"80.01\"},"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(polymarket_levels_set(&levels, SIDE_ASK, cases[i].price, cases[i].quantity));
        assert_int_equal(levels.sides[SIDE_ASK].length, strlen(cases[i].text));
        assert_memory_equal(levels.sides[SIDE_ASK].text, cases[i].text, strlen(cases[i].text));
        assert_true(polymarket_levels_set(&levels, SIDE_ASK, cases[i].price, 0));
        assert_int_equal(levels.sides[SIDE_ASK].length, 0);
    }
}

/* Sets in the token's terms what the book, which is in those of outcome 0, gets too. */
static void both_set(unsigned outcome, enum side side, price_t price, quantity_t quantity)
{
    book_set(side, price, quantity);
    assert_true(outcome == 0 ? polymarket_levels_set(&levels, side, price, quantity)
                             : polymarket_levels_set(&levels, side_other(side), ONE - price, quantity));
}

static void mended_text_is_the_text_written_anew(void **state)
{
    (void)state;
    for (unsigned outcome = 0; outcome < 2; outcome++) {
        book_roll(60, 99);
        assert_true(polymarket_levels_write(&levels, &book, outcome));
        assert_levels(outcome);
        for (unsigned i = 0; i < 4000; i++) {
            both_set(outcome, roll(2) ? SIDE_ASK : SIDE_BID, (price_t)(1 + roll(99)) * 100,
                     roll(3) == 0 ? 0 : roll_quantity());
            if (i < 200 || i % 10 == 0) assert_levels(outcome);
        }
        assert_true(levels_hash_right(outcome));
        assert_true(polymarket_levels_write(&levels, &book, outcome));
        assert_levels(outcome);
    }
}

static void a_book_with_every_price_has_room(void **state)
{
    (void)state;
    book.limit = ONE;
    for (price_t price = 1; price < ONE; price++) {
        both_set(0, SIDE_BID, price, roll_quantity());
        both_set(0, SIDE_ASK, ONE - price, INT64_MAX);
    }
    assert_int_equal(levels.sides[SIDE_BID].count, ONE - 1);
    assert_levels(0);
    for (unsigned outcome = 0; outcome < 2; outcome++) {
        assert_true(polymarket_levels_write(&levels, &book, outcome));
        for (unsigned i = 0; i < 20; i++)
            both_set(outcome, roll(2) ? SIDE_ASK : SIDE_BID, (price_t)(1 + roll(ONE - 1)), roll(2) ? 0 : INT64_MAX);
        assert_levels(outcome);
    }
}

static void nothing_is_allocated_once_warm(void **state)
{
    (void)state;
    book_roll(400, 999);
    assert_true(polymarket_levels_write(&levels, &book, 0));
    requests = 0;
    for (unsigned i = 0; i < 10; i++) assert_true(polymarket_levels_write(&levels, &book, 0));
    const struct level *best = book_side_best(&book.bids);
    for (unsigned i = 0; i < 1000; i++) {
        assert_true(polymarket_levels_set(&levels, SIDE_BID, best->price, 0));
        assert_true(polymarket_levels_set(&levels, SIDE_BID, best->price, best->quantity));
    }
    assert_int_equal(requests, 0);
    assert_levels(0);
}

static void what_has_no_text_makes_the_text_unusable(void **state)
{
    (void)state;
    static const struct level bad[] = {{0, 1}, {-1, 1}, {ONE, 1}, {INT64_MAX, 1}, {PRICE_NONE, 0}, {5000, -1}};
    book_roll(20, 99);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_true(polymarket_levels_write(&levels, &book, 0));
        assert_true(levels_hash_right(0));
        assert_false(polymarket_levels_set(&levels, SIDE_BID, bad[i].price, bad[i].quantity));
        assert_false(levels_hash_right(0));
        const struct level *best = book_side_best(&book.bids);
        assert_false(polymarket_levels_set(&levels, SIDE_BID, best->price, best->quantity));
        assert_false(levels_hash_right(0));
    }
    /* A book without a price limit. */
    order_book_clear(&book);
    book.limit = 0;
    book_set(SIDE_ASK, ONE, 1);
    assert_false(polymarket_levels_write(&levels, &book, 0));
    assert_false(polymarket_levels_write(&levels, &book, 1));
    book_set(SIDE_ASK, ONE, 0);
    assert_true(polymarket_levels_write(&levels, &book, 1));
    assert_true(levels_hash_right(1));
}

/* Every request for memory fails once, while a book is written and then grows. */
static void failing_memory_never_gives_a_wrong_text(void **state)
{
    (void)state;
    bool all = false;
    for (unsigned long n = 1; !all; n++) {
        polymarket_levels_free(&levels);
        book_roll(40, 99);
        requests = 0;
        failing = n;
        bool good = polymarket_levels_write(&levels, &book, 1);
        for (price_t price = 50; price < ONE; price += 100) {
            book_set(SIDE_BID, price, UNIT);
            good = polymarket_levels_set(&levels, SIDE_ASK, ONE - price, UNIT) && good;
            if (price % 700 == 50) assert_true(levels_hash_right(1) == good);
        }
        assert_true(good == (requests < n));
        assert_true(levels_hash_right(1) == good);
        failing = 0;
        assert_true(polymarket_levels_write(&levels, &book, 1));
        assert_levels(1);
        assert_true(levels_hash_right(1));
        all = good;
    }
    assert_true(requests > 10);
}

/* === The hash === */

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

static const char *corpus(void)
{
    const char *path = getenv("BOOKTOP_CORPUS");
    return path ? path : "../shared/corpus";
}

/* The first line of a recorded session, in `expected`; empty if there is no such file. */
static struct text line_read(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/polymarket/%s", corpus(), name);
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
            print_message("no corpus at %s: skipped\n", corpus());
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
        cmocka_unit_test_setup_teardown(numbers_are_written_as_the_feed_does, start, finish),
        cmocka_unit_test_setup_teardown(mended_text_is_the_text_written_anew, start, finish),
        cmocka_unit_test_setup_teardown(a_book_with_every_price_has_room, start, finish),
        cmocka_unit_test_setup_teardown(nothing_is_allocated_once_warm, start, finish),
        cmocka_unit_test_setup_teardown(what_has_no_text_makes_the_text_unusable, start, finish),
        cmocka_unit_test_setup_teardown(failing_memory_never_gives_a_wrong_text, start, finish),
        cmocka_unit_test_setup_teardown(vectors_of_the_sdk, start, finish),
        cmocka_unit_test_setup_teardown(every_recipe_is_what_evp_makes_of_its_text, start, finish),
        cmocka_unit_test_setup_teardown(last_trades_are_tried_from_one_state, start, finish),
        cmocka_unit_test_setup_teardown(only_40_lowercase_digits_are_a_hash, start, finish),
        cmocka_unit_test_setup_teardown(real_opening_books_are_proved, start, finish),
    };
    return cmocka_run_group_tests_name("venue/polymarket_hash", tests, NULL, NULL);
}
