/* A market's rules, source and fee: what is kept of them, and how many of them are packed on a shelf. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/market/details.h"
#include "failing_memory.h"

static struct instrument market_of(const char *symbol)
{
    struct instrument market;
    assert_true(instrument_init(&market, VENUE_POLYMARKET, text_from(symbol), 4, 6));
    return market;
}

static void parts_of_rules_are_paragraphs(void **state)
{
    (void)state;
    struct details details = {.rules = ""};
    details_add_rules(&details, TEXT(" \n"));
    assert_string_equal(details.rules, "");
    details_add_rules(&details, TEXT("\nOne.\r\n"));
    details_add_rules(&details, TEXT(""));
    details_add_rules(&details, TEXT("Two\0three."));
    assert_string_equal(details.rules, "One.\n\nTwo three.");
    details_set_source(&details, TEXT(" https://a.example "));
    assert_string_equal(details.source, "https://a.example");
    assert_false(details.rules_cut || details.source_cut);
}

static void what_is_longer_is_cut_at_a_character_and_says_so(void **state)
{
    (void)state;
    char text[2 * DETAILS_RULES_SIZE];
    memset(text, 'x', sizeof text);
    for (size_t length = DETAILS_RULES_SIZE - 2; length <= DETAILS_RULES_SIZE + 1; length++) {
        struct details details = {.rules = ""};
        details_add_rules(&details, (struct text){text, length});
        bool cut = length >= DETAILS_RULES_SIZE;
        assert_int_equal(details.rules_cut, cut);
        assert_int_equal(strlen(details.rules), cut ? DETAILS_RULES_SIZE - 1 : length);
        /* Nothing is put behind what was cut; nor is a line begun that has no room. */
        details_add_rules(&details, TEXT("more"));
        assert_true(details.rules_cut);
        assert_int_equal(strlen(details.rules), cut ? DETAILS_RULES_SIZE - 1 : length);
    }
    struct details details = {.rules = ""};
    memcpy(text + DETAILS_RULES_SIZE - 3, "\xe6\xb8\xaf", 3);
    details_add_rules(&details, (struct text){text, DETAILS_RULES_SIZE});
    assert_true(details.rules_cut);
    assert_int_equal(strlen(details.rules), DETAILS_RULES_SIZE - 3);
    details_set_source(&details, (struct text){text, DETAILS_SOURCE_SIZE});
    assert_true(details.source_cut);
    assert_int_equal(strlen(details.source), DETAILS_SOURCE_SIZE - 1);
    details_set_source(&details, (struct text){text, DETAILS_SOURCE_SIZE - 1});
    assert_false(details.source_cut);
}

static void what_a_curve_takes_most_is_exact(void **state)
{
    (void)state;
    static const struct {
        struct fee fee;
        const char *most;
    } cases[] = {
        {{FEE_CURVE, 30000000, 1, true, ""}, "0.0075"},
        {{FEE_CURVE, 250000000, 2, false, ""}, "0.015625"},
        {{FEE_CURVE, 20000000, 0, false, ""}, "0.02"},
        {{FEE_CURVE, 1, 3, false, ""}, "0.000000000015625"},
        {{FEE_CURVE, FEE_RATE_MAX, FEE_EXPONENT_MAX, false, ""}, "1.5625"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[DECIMAL_TEXT_SIZE];
        unsigned scale;
        int64_t most = fee_most(&cases[i].fee, &scale);
        decimal_format(most, scale, text);
        assert_string_equal(text, cases[i].most);
    }
}

/* By its name; and another name is another fee. */
static void a_series_fee_is_told_by_its_type(void **state)
{
    (void)state;
    struct details_shelf shelf = {0};
    const struct instrument market = market_of("0x1");
    struct details untold = {.fee = {.kind = FEE_OF_SERIES}}, told = untold, details;
    strcpy(told.fee.type, "quadratic_with_maker_fees");
    assert_false(fee_is_told(&untold.fee));
    assert_true(fee_is_told(&told.fee));
    for (int kind = FEE_UNKNOWN; kind < FEE_OF_SERIES; kind++)
        assert_true(fee_is_told(&(struct fee){.kind = (enum fee_kind)kind}));
    assert_true(details_renew(&shelf, &market, &untold));
    assert_true(details_renew(&shelf, &market, &told));
    assert_true(details_find(&shelf, &market, &details));
    assert_string_equal(details.fee.type, "quadratic_with_maker_fees");
    assert_int_equal(shelf.count, 1);
    details_shelf_free(&shelf);
}

static void a_shelf_gives_back_what_was_put(void **state)
{
    (void)state;
    struct details_shelf shelf = {0};
    uint32_t places[50];
    struct details details;
    char symbol[16];
    for (unsigned i = 0; i < 50; i++) {
        struct details put = {
            .rules_cut = i % 2, .source_cut = i % 3 == 0, .fee = {FEE_CURVE, (int64_t)i + 1, i % 4, i % 5, ""}};
        snprintf(symbol, sizeof symbol, "0x%u", i);
        snprintf(put.rules, sizeof put.rules, "rules\n%u", i);
        snprintf(put.source, sizeof put.source, "%.*s", (int)i, "https://source.example/0123456789/0123456789/01234");
        struct instrument market = market_of(symbol);
        assert_true(details_put(&shelf, &market, &put, &places[i]));
        assert_int_equal(places[i], i + 1);
    }
    for (unsigned i = 0; i < 50; i++) {
        char rules[16];
        snprintf(symbol, sizeof symbol, "0x%u", i);
        snprintf(rules, sizeof rules, "rules\n%u", i);
        struct instrument market = market_of(symbol);
        assert_true(details_get(&shelf, places[i], &market, &details));
        assert_string_equal(details.rules, rules);
        assert_int_equal(strlen(details.source), i);
        assert_true(details.rules_cut == (i % 2 != 0) && details.source_cut == (i % 3 == 0));
        assert_true(details.fee.kind == FEE_CURVE && details.fee.rate == i + 1 && details.fee.exponent == i % 4);
        assert_true(details.fee.taker_only == (i % 5 != 0));
    }
    details_shelf_free(&shelf);
    assert_null(shelf.bytes);
}

static void a_place_of_another_shelf_gives_nothing(void **state)
{
    (void)state;
    struct details_shelf shelf = {0};
    const struct instrument one = market_of("0x1"), two = market_of("0x12");
    struct instrument other = one;
    struct details put = {.rules = "one"}, details = {.rules = "untouched"};
    uint32_t place;
    other.venue = VENUE_KALSHI;
    assert_false(details_get(&shelf, 1, &one, &details));
    assert_true(details_put(&shelf, &one, &put, &place));
    assert_false(details_get(&shelf, 0, &one, &details));
    assert_false(details_get(&shelf, 2, &one, &details));
    assert_false(details_get(&shelf, UINT32_MAX, &one, &details));
    assert_false(details_get(&shelf, place, &two, &details));
    assert_false(details_get(&shelf, place, &other, &details));
    assert_false(details_find(&shelf, &two, &details));
    assert_string_equal(details.rules, "untouched");
    details_shelf_free(&shelf);
}

static void the_last_that_were_put_are_found_and_those_cut_are_not(void **state)
{
    (void)state;
    struct details_shelf shelf = {0};
    const struct instrument one = market_of("0x1"), two = market_of("0x2");
    struct details old = {.rules = "old"}, new = {.rules = "new"}, details;
    uint32_t place;
    assert_true(details_put(&shelf, &one, &old, &place) && details_put(&shelf, &two, &old, &place));
    assert_true(details_put(&shelf, &one, &new, &place));
    assert_true(details_find(&shelf, &one, &details));
    assert_string_equal(details.rules, "new");
    size_t length = shelf.length;
    details_shelf_cut(&shelf, 5);
    assert_int_equal(shelf.length, length);
    details_shelf_cut(&shelf, 2);
    assert_true(details_find(&shelf, &one, &details));
    assert_string_equal(details.rules, "old");
    assert_true(details_put(&shelf, &one, &new, &place));
    assert_int_equal(shelf.length, length);
    details_shelf_cut(&shelf, 0);
    assert_false(details_find(&shelf, &one, &details));
    details_shelf_free(&shelf);
}

static void a_shelf_has_an_end(void **state)
{
    (void)state;
    struct details_shelf shelf = {0};
    const struct instrument market = market_of("0x1");
    struct details put = {.rules = ""}, details;
    uint32_t place = 1;
    memset(put.rules, 'x', DETAILS_RULES_SIZE - 1);
    for (size_t i = 0; place != 0; i++) {
        assert_true(i <= DETAILS_SHELF_MAX / DETAILS_RULES_SIZE);
        assert_true(details_put(&shelf, &market, &put, &place));
    }
    assert_true(shelf.length <= DETAILS_SHELF_MAX && DETAILS_SHELF_MAX - shelf.length < 2 * sizeof put);
    assert_true(details_find(&shelf, &market, &details));
    details_shelf_free(&shelf);
}

static void a_markets_details_are_renewed_in_their_place(void **state)
{
    (void)state;
    struct details_shelf shelf = {0};
    const struct instrument one = market_of("0x1"), two = market_of("0x2");
    struct details old = {.rules = "old", .source = "s"}, other = {.rules = "other"}, details;
    assert_true(details_renew(&shelf, &one, &old) && details_renew(&shelf, &two, &other));
    size_t length = shelf.length;
    assert_true(details_renew(&shelf, &one, &old) && details_renew(&shelf, &two, &other)); /* the same: nothing */
    assert_true(shelf.count == 2 && shelf.length == length);
    const struct details news[] = {{.rules = "longer", .source = "s"},
                                   {.rules = "longer", .source = "t"},
                                   {.rules = "longer", .source = "t", .rules_cut = true},
                                   {.rules = "longer", .source = "t", .source_cut = true},
                                   {.rules = "longer", .source = "t", .fee = {.kind = FEE_NONE}},
                                   {.rules = "longer", .source = "t", .fee = {.kind = FEE_CURVE, .rate = 1}},
                                   {.rules = "old", .source = "s"}};
    for (size_t i = 0; i < sizeof news / sizeof *news; i++) {
        assert_true(details_renew(&shelf, &one, &news[i]));
        assert_int_equal(shelf.count, 2);
        assert_true(details_find(&shelf, &one, &details));
        assert_string_equal(details.rules, news[i].rules);
        assert_string_equal(details.source, news[i].source);
        assert_true(details.rules_cut == news[i].rules_cut && details.source_cut == news[i].source_cut);
        assert_true(details.fee.kind == news[i].fee.kind && details.fee.rate == news[i].fee.rate);
        assert_true(details_find(&shelf, &two, &details));
        assert_string_equal(details.rules, "other");
    }
    assert_int_equal(shelf.length, length);
    details_shelf_free(&shelf);
}

static void a_full_shelf_forgets_the_oldest(void **state)
{
    (void)state;
    struct details_shelf shelf = {0};
    struct details put = {.rules = ""}, details;
    char symbol[16];
    const unsigned count = DETAILS_SHELF_MAX / DETAILS_RULES_SIZE + 1;
    memset(put.rules, 'x', DETAILS_RULES_SIZE - 1);
    for (unsigned i = 0; i <= count; i++) {
        snprintf(symbol, sizeof symbol, "0x%u", i);
        snprintf(put.rules, 8, "%06u", i);
        put.rules[6] = ' ';
        struct instrument market = market_of(symbol);
        assert_true(details_renew(&shelf, &market, &put));
        assert_true(shelf.length <= DETAILS_SHELF_MAX);
    }
    assert_in_range(shelf.count, count / 2, count - 1);
    for (unsigned i = 0; i <= count; i++) {
        snprintf(symbol, sizeof symbol, "0x%u", i);
        struct instrument market = market_of(symbol);
        bool kept = details_find(&shelf, &market, &details);
        assert_int_equal(kept, i + shelf.count > count);
        if (kept) assert_int_equal(strtoul(details.rules, NULL, 10), i);
    }
    details_shelf_free(&shelf);
}

static void without_memory_a_shelf_stays_as_it_was(void **state)
{
    (void)state;
    const struct instrument one = market_of("0x1"), two = market_of("0x2");
    for (unsigned fails = 1; fails <= 2; fails++) {
        struct details_shelf shelf = {0};
        struct details put = {.rules = "one"}, details;
        uint32_t place = 7;
        memory_fail(fails, false);
        assert_false(details_put(&shelf, &one, &put, &place));
        assert_int_equal(place, 0);
        assert_int_equal(shelf.count, 0);
        assert_true(details_put(&shelf, &two, &put, &place));
        assert_true(details_get(&shelf, place, &two, &details));
        details_shelf_free(&shelf);
    }
    memory_fail(0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_rules_are_paragraphs),
        cmocka_unit_test(what_is_longer_is_cut_at_a_character_and_says_so),
        cmocka_unit_test(what_a_curve_takes_most_is_exact),
        cmocka_unit_test(a_series_fee_is_told_by_its_type),
        cmocka_unit_test(a_shelf_gives_back_what_was_put),
        cmocka_unit_test(a_place_of_another_shelf_gives_nothing),
        cmocka_unit_test(the_last_that_were_put_are_found_and_those_cut_are_not),
        cmocka_unit_test(a_shelf_has_an_end),
        cmocka_unit_test(a_markets_details_are_renewed_in_their_place),
        cmocka_unit_test(a_full_shelf_forgets_the_oldest),
        cmocka_unit_test(without_memory_a_shelf_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
