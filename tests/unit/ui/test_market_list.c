/* The list's order, its filter, what is folded, and what stays where it is while quotes come. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "booktop/ui/market_list.h"
#include "sample_scene.h"

static struct catalogue catalogue;
static struct market_list list;
static struct quote_table quotes;

static int set_up(void **state)
{
    (void)state;
    catalogue = (struct catalogue){0};
    sample_catalogue(&catalogue);
    sample_quotes(&quotes, &catalogue, 6);
    market_list_init(&list);
    assert_true(market_list_set(&list, &catalogue));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    market_list_free(&list);
    catalogue_free(&catalogue);
    return 0;
}

static void sort_by(enum list_order order)
{
    while (list.order != order) assert_true(market_list_act(&list, ACTION_SORT));
}

/* The markets in their order: "5670123489". */
static void expect_order(const char *digits)
{
    char order[SAMPLE_MARKETS + 1] = "";
    assert_in_range(list.sorted_count, 0, SAMPLE_MARKETS);
    for (size_t i = 0; i < list.sorted_count && i < SAMPLE_MARKETS; i++) order[i] = (char)('0' + list.sorted[i]);
    assert_string_equal(order, digits);
}

static const char *selected(void)
{
    const struct catalogue_entry *entry = market_list_selected(&list);
    return entry != NULL ? entry->instrument.symbol : "";
}

static void events_stay_together_in_every_order(void **state)
{
    (void)state;
    expect_order("0123456789");
    sort_by(ORDER_VOLUME);
    expect_order("5671230489");
    sort_by(ORDER_PRICE);
    expect_order("8456712309");
    assert_true(market_list_act(&list, ACTION_REVERSE));
    expect_order("0321765948");
    sort_by(ORDER_SPREAD);
    expect_order("0123456798");
    sort_by(ORDER_CLOSES);
    expect_order("9801234567");
    sort_by(ORDER_NAME);
    expect_order("5761230849");
    sort_by(ORDER_FOUND);
    expect_order("0123456789");
    assert_true(market_list_act(&list, ACTION_REVERSE));
    expect_order("9876543210");
}

static void the_change_is_an_order_where_it_is_known(void **state)
{
    (void)state;
    catalogue.entries[4].previous = 6000;
    catalogue.entries[9].previous = 1900;
    catalogue.entries[6].previous = 3700;
    assert_true(market_list_set(&list, &catalogue));
    assert_int_equal(market_list_figures(&list, 4).change, 500);
    assert_int_equal(market_list_figures(&list, 9).change, -600);
    assert_int_equal(market_list_figures(&list, 0).change, PRICE_NONE);
    sort_by(ORDER_CHANGE);
    expect_order("4657901238");
    assert_true(market_list_act(&list, ACTION_REVERSE));
    /* What is not known stays behind. */
    expect_order("9657401238");
}

static void the_selection_goes_with_its_market(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) assert_true(market_list_act(&list, ACTION_DOWN));
    assert_string_equal(selected(), "0x04");
    assert_int_equal(market_list_place(&list), 5);
    sort_by(ORDER_VOLUME);
    assert_string_equal(selected(), "0x04");
    assert_int_equal(market_list_place(&list), 8);
    /* At the top it stays at the top. */
    assert_true(market_list_act(&list, ACTION_HOME));
    assert_string_equal(selected(), "0x05");
    sort_by(ORDER_CLOSES);
    assert_string_equal(selected(), "0x09");
}

/* What a filter has found is not lost when it goes. */
static void the_selection_outlives_the_filter(void **state)
{
    (void)state;
    market_list_filter(&list, "ada");
    const char *found = selected();
    assert_string_not_equal(found, "0x00");
    market_list_filter(&list, "");
    assert_string_equal(selected(), found);
    /* Where it found nothing the list begins at its top. */
    market_list_filter(&list, "no such words");
    assert_null(market_list_selected(&list));
    market_list_filter(&list, "");
    assert_string_equal(selected(), "0x00");
}

static void events_are_folded_and_unfolded(void **state)
{
    (void)state;
    size_t rows = list.row_count;
    assert_true(market_list_act(&list, ACTION_DOWN));
    assert_true(market_list_act(&list, ACTION_FOLD));
    assert_int_equal(list.row_count, rows - 4);
    assert_string_equal(selected(), "");
    assert_true(list.rows[list.selected].folded);
    assert_int_equal(list.rows[list.selected].count, 4);
    assert_int_equal(market_list_place(&list), 1);
    assert_true(market_list_act(&list, ACTION_DOWN));
    assert_string_equal(selected(), "0x04");
    /* Stands alone: there is nothing to fold. */
    assert_true(market_list_act(&list, ACTION_FOLD_OR_UNFOLD));
    assert_int_equal(list.row_count, rows - 4);
    sort_by(ORDER_VOLUME);
    assert_int_equal(list.row_count, rows - 4);
    assert_true(market_list_act(&list, ACTION_UP));
    assert_true(market_list_act(&list, ACTION_UNFOLD));
    assert_int_equal(list.row_count, rows);
    /* Through folded events, too, leads the way from market to market. */
    sort_by(ORDER_FOUND);
    market_list_opened(&list, &catalogue.entries[3]);
    assert_true(market_list_act(&list, ACTION_FOLD_OR_UNFOLD));
    assert_string_equal(market_list_step(&list, -1)->instrument.symbol, "0x02");
    assert_string_equal(market_list_step(&list, 1)->instrument.symbol, "0x03");
    assert_string_equal(market_list_step(&list, 1)->instrument.symbol, "0x04");
}

static void a_filter_narrows_what_is_there(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) assert_true(market_list_act(&list, ACTION_DOWN));
    assert_string_equal(selected(), "0x05");
    market_list_filter(&list, "mayor");
    expect_order("567");
    assert_string_equal(selected(), "0x05");
    assert_int_equal(list.row_count, 4);
    market_list_filter(&list, "iris");
    /* Of an event with one market left there is no heading. */
    assert_int_equal(list.row_count, 1);
    assert_string_equal(selected(), "0x07");
    market_list_opened(&list, &catalogue.entries[0]);
    assert_string_equal(market_list_step(&list, 1)->instrument.symbol, "0x07");
    assert_null(market_list_step(&list, 1));
    market_list_filter(&list, "nobody");
    assert_int_equal(list.row_count, 0);
    assert_int_equal(market_list_place(&list), 0);
    assert_null(market_list_selected(&list));
    static const enum action actions[] = {ACTION_DOWN, ACTION_UP,   ACTION_END,    ACTION_FOLD,
                                          ACTION_SORT, ACTION_HOME, ACTION_UNFOLD, ACTION_FOLD_OR_UNFOLD};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) assert_true(market_list_act(&list, actions[i]));
    market_list_filter(&list, "");
    assert_int_equal(list.sorted_count, SAMPLE_MARKETS);
    assert_string_equal(selected(), "0x05");
}

static void quotes_change_no_order_by_themselves(void **state)
{
    (void)state;
    sort_by(ORDER_PRICE);
    market_list_quotes(&list, &quotes);
    assert_true(market_list_act(&list, ACTION_DOWN));
    list.touched = 0;
    quotes.quotes[3].last_trade = 9900;
    market_list_quotes(&list, &quotes);
    assert_int_equal(market_list_figures(&list, 3).last, 9900);
    expect_order("8456712309");
    /* The selection is not at the top: nothing is moved, however long it takes. */
    assert_int_equal(market_list_rest(&list, 100 * NANOSECONDS_PER_SECOND), TIME_NEVER);
    expect_order("8456712309");
    assert_true(market_list_act(&list, ACTION_UP));
    assert_int_equal(market_list_rest(&list, LIST_REST - 5), 5);
    expect_order("8456712309");
    assert_int_equal(market_list_rest(&list, LIST_REST), TIME_NEVER);
    expect_order("3120845679");
    assert_string_equal(selected(), "0x03");
    /* Sorted: nothing is due until other quotes come. */
    assert_int_equal(market_list_rest(&list, 100 * NANOSECONDS_PER_SECOND), TIME_NEVER);
    market_list_quotes(&list, &quotes);
    assert_int_equal(market_list_rest(&list, LIST_REST + 1), LIST_REST - 1);
}

static void quotes_find_their_markets_in_any_order(void **state)
{
    (void)state;
    struct quote first = quotes.quotes[0];
    quotes.quotes[0] = quotes.quotes[7];
    quotes.quotes[7] = first;
    quotes.quotes[2].venue = VENUE_KALSHI;
    market_list_quotes(&list, &quotes);
    assert_string_equal(market_list_quote(&list, 0)->symbol, "0x00");
    assert_string_equal(market_list_quote(&list, 7)->symbol, "0x07");
    assert_null(market_list_quote(&list, 2));
    assert_int_equal(market_list_figures(&list, 4).spread, 100);
    quotes.quotes[4].best_ask = PRICE_NONE;
    market_list_quotes(&list, &quotes);
    assert_int_equal(market_list_figures(&list, 4).spread, PRICE_NONE);
}

/* The list, its info and what is copied of it say the same. */
static void figures_are_live_where_there_is_a_book(void **state)
{
    (void)state;
    quotes.quotes[2].proof = PROOF_STALE;
    quotes.quotes[2].last_trade = PRICE_NONE;
    quotes.quotes[2].status = MARKET_PAUSED;
    market_list_quotes(&list, &quotes);
    struct market_figures live = market_list_figures(&list, 1), stale = market_list_figures(&list, 2);
    assert_int_equal(live.bid, catalogue.entries[1].best_bid + 100);
    assert_true(live.live && live.current && live.traded);
    assert_int_equal(stale.ask, catalogue.entries[2].best_ask + 100);
    assert_int_equal(stale.last, catalogue.entries[2].last_trade);
    assert_int_equal(stale.status, MARKET_PAUSED);
    assert_true(stale.live && !stale.current && !stale.traded);
    struct market_figures listed = market_list_figures(&list, 9);
    assert_int_equal(listed.bid, catalogue.entries[9].best_bid);
    assert_false(listed.live || listed.current || listed.traded);
    assert_ptr_equal(market_list_quote_of(&list, &catalogue.entries[2].instrument), market_list_quote(&list, 2));
    /* Nothing comes any more: what the catalogue said is all that there is. */
    market_list_forget_quotes(&list);
    assert_null(market_list_quote(&list, 1));
    assert_null(market_list_quote_of(&list, &catalogue.entries[1].instrument));
    assert_int_equal(market_list_figures(&list, 1).bid, catalogue.entries[1].best_bid);
    market_list_quotes(&list, &quotes);
    assert_non_null(market_list_quote(&list, 1));
}

static void markets_without_a_book_are_passed_over(void **state)
{
    (void)state;
    catalogue.entries[3].has_book = catalogue.entries[4].has_book = catalogue.entries[9].has_book = false;
    market_list_opened(&list, &catalogue.entries[2]);
    assert_string_equal(market_list_step(&list, 1)->instrument.symbol, "0x05");
    assert_string_equal(market_list_step(&list, -1)->instrument.symbol, "0x02");
    market_list_opened(&list, &catalogue.entries[8]);
    assert_null(market_list_step(&list, 1));
    assert_string_equal(market_list_step(&list, -1)->instrument.symbol, "0x07");
}

/* Kept with the rows: nothing goes through the whole list at a drawing. */
static void rows_know_their_place_and_volume(void **state)
{
    (void)state;
    sort_by(ORDER_VOLUME);
    for (size_t i = 0, place = 1; i < list.row_count; i++) {
        assert_int_equal(list.rows[i].place, place);
        place += !list.rows[i].heading;
    }
    assert_true(list.rows[0].heading);
    assert_int_equal(list.rows[0].volume, 471090000);
    market_list_filter(&list, "will win");
    catalogue.entries[6].volume_24h = INT64_MAX;
    market_list_filter(&list, "mayor");
    assert_int_equal(list.rows[0].volume, INT64_MAX);
    for (int i = 5; i < 8; i++) catalogue.entries[i].volume_24h = -1;
    market_list_filter(&list, "mayo");
    assert_int_equal(list.rows[0].volume, -1);
}

static void who_has_neighbours_is_known_of_every_catalogue(void **state)
{
    (void)state;
    struct instrument other = catalogue.entries[4].instrument;
    for (int twice = 0; twice < 2; twice++) {
        assert_true(market_list_groups(&list, &catalogue.entries[0].instrument));
        assert_true(market_list_groups(&list, &catalogue.entries[7].instrument));
        assert_false(market_list_groups(&list, &other));
    }
    assert_true(market_list_groups(&list, &catalogue.entries[0].instrument));
    catalogue.count = 1;
    assert_true(market_list_set(&list, &catalogue));
    assert_false(market_list_groups(&list, &catalogue.entries[0].instrument));
}

static void a_filter_is_as_long_as_what_can_be_typed(void **state)
{
    (void)state;
    char typed[PROMPT_SIZE];
    memset(typed, ' ', sizeof typed);
    memcpy(typed, "mayor", 5);
    memcpy(typed + sizeof typed - 5, "iris", 5);
    market_list_filter(&list, typed);
    expect_order("7");
    market_list_filter(&list, "  mayor ");
    assert_string_equal(list.filter, "mayor");
}

static void numbers_in_names_are_numbers(void **state)
{
    (void)state;
    static const char *const names[] = {"Rates 100 bps", "rates 25 bps", "Bridge", "rates"};
    for (size_t i = 0; i < 4; i++) {
        struct instrument *instrument = &catalogue.entries[i].instrument;
        sample_text(instrument->group_title, INSTRUMENT_NAME_SIZE, names[i]);
    }
    catalogue.count = 4;
    assert_true(market_list_set(&list, &catalogue));
    sort_by(ORDER_NAME);
    expect_order("2310");
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FRESH(events_stay_together_in_every_order),      FRESH(the_change_is_an_order_where_it_is_known),
        FRESH(the_selection_goes_with_its_market),       FRESH(events_are_folded_and_unfolded),
        FRESH(a_filter_narrows_what_is_there),           FRESH(quotes_change_no_order_by_themselves),
        FRESH(quotes_find_their_markets_in_any_order),   FRESH(numbers_in_names_are_numbers),
        FRESH(figures_are_live_where_there_is_a_book),   FRESH(markets_without_a_book_are_passed_over),
        FRESH(rows_know_their_place_and_volume),         FRESH(who_has_neighbours_is_known_of_every_catalogue),
        FRESH(a_filter_is_as_long_as_what_can_be_typed), FRESH(the_selection_outlives_the_filter),
    };
#undef FRESH
    return cmocka_run_group_tests(tests, NULL, NULL);
}
