#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/exchange/polymarket/book_text.h"
#include "booktop/exchange/polymarket/recipe.h"

/* The venue's own SDK holds these two. */
static void known_answers(void **state)
{
    (void)state;
    struct recipe_hasher *hasher = recipe_hasher_create();
    assert_non_null(hasher);
    struct recipe_c recipe = {
        .market = TEXT("0xaabbcc"),
        .asset = TEXT("100"),
        .timestamp = TEXT("123456789"),
        .bids = TEXT("{\"price\":\"0.3\",\"size\":\"100\"},{\"price\":\"0.4\",\"size\":\"100\"}"),
        .asks = TEXT("{\"price\":\"0.6\",\"size\":\"100\"},{\"price\":\"0.7\",\"size\":\"100\"}"),
        .min_order_size = TEXT("100"),
        .tick_size = TEXT("0.01"),
        .last_trade_price = TEXT("0.5"),
    };
    char hash[RECIPE_HASH_SIZE];
    assert_true(recipe_c_hash(hasher, &recipe, hash));
    assert_string_equal(hash, "0458ea5755c9f73d64a14636fa5c36ed460ec394");
    recipe.timestamp = recipe.bids = recipe.asks = (struct text){0};
    assert_true(recipe_c_hash(hasher, &recipe, hash));
    assert_string_equal(hash, "74c6a7c81c1d572f1c877b7d3e25b80c336d8a6e");
    recipe.neg_risk = true;
    assert_true(recipe_c_hash(hasher, &recipe, hash));
    assert_string_not_equal(hash, "74c6a7c81c1d572f1c877b7d3e25b80c336d8a6e");
    recipe_hasher_destroy(hasher);
    recipe_hasher_destroy(NULL);
}

static void prices_are_canonical(void **state)
{
    (void)state;
    static const struct {
        int price;
        const char *text;
    } cases[] = {{0, "0"},       {1, "0.001"},  {10, "0.01"},   {100, "0.1"},
                 {431, "0.431"}, {480, "0.48"}, {999, "0.999"}, {1000, "1"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[BOOK_TEXT_PRICE];
        assert_int_equal(book_text_price(cases[i].price, text), text_from(cases[i].text).length);
        assert_string_equal(text, cases[i].text);
    }
}

static void sizes_are_canonical(void **state)
{
    (void)state;
    static const struct {
        int64_t size;
        const char *text;
    } cases[] = {{0, "0"},
                 {1, "0.01"},
                 {10, "0.1"},
                 {99, "0.99"},
                 {500, "5"},
                 {8001, "80.01"},
                 {1100554953, "11005549.53"},
                 {1727270, "17272.7"},
                 {INT64_MAX, "92233720368547758.07"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[BOOK_TEXT_SIZE];
        assert_int_equal(book_text_size(cases[i].size, text), text_from(cases[i].text).length);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(prices_are_canonical),
        cmocka_unit_test(sizes_are_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
