/* What a hash is tried with: prices of the last trade, recipes, and terms. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "proof_session.h"

static int usual_terms(void **state)
{
    (void)state;
    frame_terms = USUAL_TERMS;
    return 0;
}

/* A burst of one message that changes nothing of the levels' sizes but 0.1's, under its own stamp; what became of it is
 * known when the next message comes or the quiet is over. */
static void burst(struct session *s, int64_t ms, const char *last)
{
    char entries[64], bids[96];
    snprintf(entries, sizeof entries, YES " BUY 0.1 %lld ok", (long long)(ms + 1));
    snprintf(bids, sizeof bids, BIDS " 0.1:%lld", (long long)(ms + 1));
    frame_terms.last = last;
    session_hear(s, ms, frame_changes_proved(100 + ms, entries, bids, ASKS));
    session_finish(s);
}

/* Of the market's one search for any price this second. */
static void use_the_search_up(struct session *s, int64_t ms)
{
    session_hear(s, ms, frame_changes(100 + ms, YES " BUY 0.1 5000 77"));
    session_finish(s);
    journal_clear(&s->journal);
}

static void the_expected_price_needs_no_search(void **state)
{
    struct session s;
    (void)state;
    frame_terms.last = "0.500";
    proof_begin(&s, JOURNAL_PROOFS);
    burst(&s, 10, "0.500");
    burst(&s, 100, "0.500");
    expect_journal(&s, "burst verified 1001 recipe C #2 @10\n"
                       "burst verified 1001 recipe C #3 @100\n");
    expect_counts(&s, "verified 3 searched 0 failed 0 unverifiable 0 crossed 0");
    session_close(&s);
}

/* The touch, the burst's levels, never traded; each as it is and as the other outcome's. */
static void likely_prices_are_tried_whenever(void **state)
{
    static const char *const likely[] = {"0.470", "0.530", "0.520", "0.480", "0.100", "0.900", ""};
    (void)state;
    for (size_t i = 0; i < sizeof likely / sizeof *likely; i++) {
        struct session s;
        frame_terms.last = "0.500";
        proof_begin(&s, JOURNAL_PROOFS);
        use_the_search_up(&s, 10);
        burst(&s, 100, likely[i]);
        expect_journal(&s, "burst verified 1001 recipe C searched #3 @100\n");
        burst(&s, 200, likely[i]); /* now it is expected */
        expect_journal(&s, "burst verified 1001 recipe C #4 @200\n");
        session_close(&s);
    }
}

static void levels_of_earlier_bursts_are_not_tried(void **state)
{
    struct session s;
    (void)state;
    frame_terms.last = "0.500";
    proof_begin(&s, JOURNAL_PROOFS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.21 1 78"));
    use_the_search_up(&s, 10);
    session_hear(&s, 20, frame_changes(120, YES " BUY 0.21 0 79"));
    session_finish(&s);
    journal_clear(&s.journal);
    burst(&s, 100, "0.210");
    expect_journal(&s, "burst failed 1001: its hash does not match #5 @100\n");
    session_close(&s);
}

static void the_last_four_proved_are_tried(void **state)
{
    static const char *const proved[] = {"0.111", "0.122", "0.133", "0.144", "0.155"};
    struct session s;
    (void)state;
    frame_terms.last = "";
    proof_begin(&s, JOURNAL_PROOFS);
    for (int i = 0; i < 5; i++) burst(&s, 1000 * (i + 1), proved[i]);
    expect_counts(&s, "verified 6 searched 5 failed 0 unverifiable 0 crossed 0");
    journal_clear(&s.journal);
    burst(&s, 5100, "0.144");
    burst(&s, 5200, "0.122");
    burst(&s, 5300, "0.856"); /* the other outcome's of 0.144 */
    burst(&s, 5400, "0.111");
    expect_journal(&s, "burst verified 1001 recipe C searched #7 @5100\n"
                       "burst verified 1001 recipe C searched #8 @5200\n"
                       "burst verified 1001 recipe C searched #9 @5300\n"
                       "burst failed 1001: its hash does not match #10 @5400\n");
    session_close(&s);
}

static void an_announced_price_is_expected_and_its_complement_tried(void **state)
{
    struct session s;
    (void)state;
    frame_terms.last = "0.500";
    proof_begin(&s, JOURNAL_PROOFS);
    use_the_search_up(&s, 10);
    session_hear(&s, 20, frame_trade(YES, 110, "BUY", "0.333", "1", "0xt1"));
    burst(&s, 30, "0.333");
    session_hear(&s, 40, frame_trade(NO, 130, "BUY", "0.2222", "1", "0xt2"));
    burst(&s, 50, "0.7778"); /* four decimals where it needs them */
    expect_journal(&s, "burst verified 1001 recipe C #4 @30\n"
                       "burst verified 1001 recipe C searched #6 @50\n");
    /* A price that was announced before is still at hand. */
    burst(&s, 60, "0.667");
    expect_journal(&s, "burst verified 1001 recipe C searched #7 @60\n");
    session_close(&s);
}

/* It enters the hash before it is announced: the announcement says nothing new. */
static void an_announcement_does_not_overwrite_what_was_proved(void **state)
{
    static const char *const announced[] = {"0.58", "0.42"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct session s;
        frame_terms.last = "0.500";
        proof_begin(&s, JOURNAL_PROOFS);
        burst(&s, 10, "0.420");
        session_hear(&s, 100, frame_trade(YES, 110, "BUY", announced[i], "1", "0xt1"));
        session_hear(&s, 101, frame_trade(YES, 110, "BUY", announced[i], "1", "0xt1"));
        burst(&s, 110, "0.420");
        expect_journal(&s, "burst verified 1001 recipe C searched #2 @10\n"
                           "burst verified 1001 recipe C #5 @110\n");
        session_close(&s);
    }
}

static void any_price_is_tried_once_per_second_and_market(void **state)
{
    struct session s;
    (void)state;
    frame_terms.last = "0.500";
    proof_begin(&s, JOURNAL_PROOFS);
    session_receive(&s, frame_book_of(M2, "2001", 100, PROVED, "0.3:1", ""));
    journal_clear(&s.journal);
    burst(&s, 10, "0.123");
    burst(&s, 1009, "0.321");
    frame_terms.last = "0.321";
    session_hear(&s, 1009, frame_changes_after(M2, 102, "2001 BUY 0.2 1 ok", "0.3:1 0.2:1", ""));
    session_finish(&s);
    burst(&s, 1010, "0.321");
    burst(&s, 2009, "0.999");
    burst(&s, 2010, "1.000");
    burst(&s, 3010, "0.000");
    expect_journal(&s, "burst verified 1001 recipe C searched #3 @10\n"
                       "burst failed 1001: its hash does not match #4 @1009\n"
                       "burst verified 2001 recipe C searched #5 @1009\n"
                       "burst verified 1001 recipe C searched #6 @1010\n"
                       "burst failed 1001: its hash does not match #7 @2009\n"
                       "burst verified 1001 recipe C searched #8 @2010\n"
                       "burst verified 1001 recipe C searched #9 @3010\n");
    session_close(&s);
}

/* Where no time passes, the venue's stamps tell it. */
static void without_stamps_the_venues_time_limits_the_search(void **state)
{
    struct session s;
    (void)state;
    frame_terms.last = "0.500";
    session_open_timeless(&s, JOURNAL_PROOFS);
    session_receive(&s, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
    journal_clear(&s.journal);
    const char *last[] = {"0.123", "0.321", "0.654"};
    const long long ms[] = {5000, 5999, 6000};
    for (int i = 0; i < 3; i++) {
        frame_terms.last = last[i];
        session_receive(&s, frame_changes_proved(ms[i], YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
        session_finish(&s);
    }
    /* A book of before that search is not kept from one. */
    frame_terms.last = "0.987";
    session_receive(&s, frame_book(YES, 4000, PROVED, BIDS, ASKS));
    expect_journal(&s, "burst verified 1001 recipe C searched #2 @-\n"
                       "burst failed 1001: its hash does not match #3 @-\n"
                       "burst verified 1001 recipe C searched #4 @-\n"
                       "late book verified 1001 recipe C searched #5 @-\n");
    session_close(&s);
}

/* === Recipes === */

static void each_recipe_is_found_by_the_opening_book(void **state)
{
    (void)state;
    for (const char *recipe = "CBAZ"; *recipe; recipe++) {
        struct session s;
        char expected[256];
        frame_terms = USUAL_TERMS;
        frame_terms.recipe = *recipe;
        session_open(&s, JOURNAL_PROOFS);
        session_receive(&s, frame_book(YES, 1000, PROVED, BIDS, ASKS));
        session_hear(&s, 10, frame_changes_proved(1100, YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
        session_hear(&s, 70, frame_changes_proved(1110, NO " BUY 0.2 1 ok", BIDS " 0.1:1", ASKS " 0.8:1"));
        session_finish(&s);
        snprintf(expected, sizeof expected,
                 "book verified 1001 recipe %c%s #1 @0\nburst verified 1001 recipe %c #2 @60\n"
                 "burst verified 1002 recipe %c #3 @70\n",
                 *recipe, *recipe == 'C' ? " searched" : "", *recipe, *recipe);
        expect_journal(&s, expected);
        session_close(&s);
    }
}

/* The stamps in recipe A's bursts are some milliseconds earlier than the messages'. */
static void recipe_a_is_tried_with_earlier_stamps(void **state)
{
    static const int before[] = {4, 11, 40, 41};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct session s;
        frame_terms = USUAL_TERMS;
        frame_terms.recipe = 'A';
        session_open(&s, JOURNAL_PROOFS);
        session_receive(&s, frame_book(YES, 1000, PROVED, BIDS, ASKS));
        journal_clear(&s.journal);
        frame_terms.ms_before = before[i];
        session_hear(&s, 2000, frame_changes_proved(1100, YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
        session_finish(&s);
        expect_journal(&s, before[i] > 40 ? "burst failed 1001: its hash does not match #2 @2000\n"
                                          : "burst verified 1001 recipe A #2 @2000\n");
        session_close(&s);
    }
}

/* Stamps so near to 0 that there are no earlier ones. */
static void recipe_a_of_the_first_milliseconds(void **state)
{
    struct session s;
    (void)state;
    frame_terms.recipe = 'A';
    session_open(&s, JOURNAL_PROOFS);
    session_receive(&s, frame_book(YES, 20, PROVED, BIDS, ASKS));
    expect_journal(&s, "book verified 1001 recipe A #1 @0\n");
    session_close(&s);
}

/* Where the opening book did not tell the recipe, bursts may. */
static void a_burst_may_tell_the_recipe(void **state)
{
    struct session s;
    (void)state;
    frame_terms.recipe = 'B';
    session_open(&s, JOURNAL_PROOFS);
    session_receive(&s, frame_book(YES, 100, 0, BIDS, ASKS));
    session_hear(&s, 10, frame_changes_proved(101, YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
    session_hear(&s, 20, frame_changes_proved(102, YES " BUY 0.1 2 ok", BIDS " 0.1:2", ASKS));
    session_finish(&s);
    expect_journal(&s, "book unverifiable: the venue sent no hash #1 @0\n"
                       "burst verified 1001 recipe B #2 @20\n"
                       "burst verified 1001 recipe B #3 @20\n");
    session_close(&s);
}

/* === Terms === */

static void unknown_terms_are_solved_by_a_book(void **state)
{
    static const char *const least[] = {"5", "15", "1"}, *const ticks[] = {"0.01", "0.001", "0.0001"};
    (void)state;
    for (int i = 0; i < 18; i++) {
        struct session s;
        frame_terms = USUAL_TERMS;
        frame_terms.least = least[i % 3];
        frame_terms.tick = ticks[i / 3 % 3];
        frame_terms.negative_risk = i / 9;
        const char *bids = i / 3 % 3 == 2 ? "0.4001:7" : BIDS; /* so fine a tick has to show */
        session_open(&s, JOURNAL_PROOFS);
        session_receive(&s, frame_book(YES, 100, PROVED, bids, ASKS));
        session_receive(&s, frame_changes_proved(101, NO " BUY 0.48 1 ok", bids, "0.6:9 0.52:1"));
        session_finish(&s);
        expect_journal(&s, "book verified 1001 recipe C searched #1 @0\n"
                           "burst verified 1002 recipe C #2 @0\n");
        const struct instrument *instrument = &session_market(&s, M1)->instrument;
        assert_int_equal(instrument->tick, frame_price(frame_terms.tick));
        assert_int_equal(instrument->min_order_size, atoi(frame_terms.least) * 1000000);
        assert_int_equal(instrument->negative_risk, i / 9);
        assert_true(instrument->negative_risk_known);
        session_close(&s);
    }
}

static void terms_of_a_book_by_rest_hold(void **state)
{
    struct session s;
    (void)state;
    frame_terms = (struct frame_terms){'C', "7.5", "0.0025", true, "0.123", 0};
    session_open(&s, JOURNAL_PROOFS);
    session_receive(&s, frame_rest_book(YES, 100, PROVED, BIDS, ASKS));
    session_receive(&s, frame_changes_proved(101, YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
    session_finish(&s);
    expect_journal(&s, "book verified 1001 recipe C #1 @0\n"
                       "burst verified 1001 recipe C #2 @0\n");
    session_close(&s);
}

/* A book that is not explained says of itself what it says; what it cannot mean is passed over. */
static void terms_of_a_book_that_is_not_proved_hold_too(void **state)
{
    struct session s;
    (void)state;
    frame_terms.last = "0.123";
    session_open(&s, JOURNAL_PROOFS);
    session_receive(&s, frame_book_saying(M1, YES, 100, 77, BIDS, ASKS,
                                          "\"min_order_size\":\"some\",\"last_trade_price\":\"0.123\","));
    session_receive(&s, frame_changes_proved(101, YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
    session_finish(&s);
    expect_journal(&s, "book failed 1001: its hash does not match #1 @0\n"
                       "burst verified 1001 recipe C #2 @0\n");
    session_close(&s);
}

/* A burst may have begun before the tick changed, and others come after. */
static void the_old_tick_is_tried_and_the_new_one_not_forgotten(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS);
    session_hear(&s, 10, frame_changes_proved(101, YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
    session_hear(&s, 11, frame_tick_size(YES, 102, "0.01", "0.001"));
    session_hear(&s, 12, frame_tick_size(NO, 102, "0.01", "0.001"));
    frame_terms.tick = "0.001";
    session_hear(&s, 13, frame_changes_proved(102, YES " BUY 0.1 2 ok", BIDS " 0.1:2", ASKS));
    session_hear(&s, 14, frame_changes_proved(103, YES " BUY 0.1 3 ok", BIDS " 0.1:3", ASKS));
    frame_terms.tick = "0.01"; /* the old one, once more */
    session_hear(&s, 15, frame_changes_proved(104, YES " BUY 0.1 4 ok", BIDS " 0.1:4", ASKS));
    session_finish(&s);
    expect_journal(&s, "burst verified 1001 recipe C #2 @13\n"
                       "burst verified 1001 recipe C #5 @14\n"
                       "burst verified 1001 recipe C #6 @15\n"
                       "burst verified 1001 recipe C #7 @15\n");
    /* A proof with the old tick does not overwrite what was announced since. */
    assert_int_equal(session_market(&s, M1)->instrument.tick, 10);
    session_close(&s);
}

/* A tick that nobody knew before. */
static void a_tick_may_be_announced_first(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_PROOFS);
    session_add(&s, M1, YES, NO);
    session_receive(&s, frame_tick_size(YES, 99, "0.01", "0.001"));
    frame_terms.tick = "0.001";
    session_receive(&s, frame_book(YES, 100, PROVED, BIDS, ASKS));
    expect_journal(&s, "book verified 1001 recipe C searched #2 @0\n");
    session_close(&s);
}

/* What needed none of it has not used the market's turn up. */
static void a_turn_is_taken_only_by_a_full_search(void **state)
{
    struct session s;
    (void)state;
    frame_terms.last = "0.500";
    proof_begin(&s, JOURNAL_PROOFS);
    burst(&s, 10, "0.500");
    burst(&s, 20, "0.470"); /* the touch */
    burst(&s, 30, "0.123");
    burst(&s, 40, "0.321");
    expect_journal(&s, "burst verified 1001 recipe C #2 @10\n"
                       "burst verified 1001 recipe C searched #3 @20\n"
                       "burst verified 1001 recipe C searched #4 @30\n"
                       "burst failed 1001: its hash does not match #5 @40\n");
    session_close(&s);
}

/* Whatever was searched for before, the book of a market of which nothing is known is worth all there is. */
static void opening_books_of_unknown_markets_need_no_turn(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_PROOFS);
    session_receive(&s, frame_book(YES, 100, 77, BIDS, ASKS));
    frame_terms.recipe = 'Z';
    session_receive(&s, frame_book(YES, 101, PROVED, BIDS, ASKS));
    expect_journal(&s, "book failed 1001: its hash does not match #1 @0\n"
                       "book verified 1001 recipe Z #2 @0\n");
    session_close(&s);
}

/* Another recipe is looked for once per second, like every price, and for books only. */
static void a_known_market_is_searched_widely_by_turn(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS);
    frame_terms.recipe = 'B';
    session_hear(&s, 10, frame_changes_proved(101, YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
    session_hear(&s, 1009, frame_book(YES, 102, PROVED, BIDS, ASKS));
    session_hear(&s, 2008, frame_book(YES, 103, PROVED, BIDS, ASKS));
    session_finish(&s);
    expect_journal(&s, "burst failed 1001: its hash does not match #2 @60\n"
                       "book failed 1001: its hash does not match #3 @1009\n"
                       "book verified 1001 recipe B #4 @2008\n");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_expected_price_needs_no_search, usual_terms),
        cmocka_unit_test_setup(likely_prices_are_tried_whenever, usual_terms),
        cmocka_unit_test_setup(levels_of_earlier_bursts_are_not_tried, usual_terms),
        cmocka_unit_test_setup(the_last_four_proved_are_tried, usual_terms),
        cmocka_unit_test_setup(an_announced_price_is_expected_and_its_complement_tried, usual_terms),
        cmocka_unit_test_setup(an_announcement_does_not_overwrite_what_was_proved, usual_terms),
        cmocka_unit_test_setup(any_price_is_tried_once_per_second_and_market, usual_terms),
        cmocka_unit_test_setup(without_stamps_the_venues_time_limits_the_search, usual_terms),
        cmocka_unit_test_setup(each_recipe_is_found_by_the_opening_book, usual_terms),
        cmocka_unit_test_setup(recipe_a_is_tried_with_earlier_stamps, usual_terms),
        cmocka_unit_test_setup(recipe_a_of_the_first_milliseconds, usual_terms),
        cmocka_unit_test_setup(a_burst_may_tell_the_recipe, usual_terms),
        cmocka_unit_test_setup(unknown_terms_are_solved_by_a_book, usual_terms),
        cmocka_unit_test_setup(terms_of_a_book_by_rest_hold, usual_terms),
        cmocka_unit_test_setup(terms_of_a_book_that_is_not_proved_hold_too, usual_terms),
        cmocka_unit_test_setup(the_old_tick_is_tried_and_the_new_one_not_forgotten, usual_terms),
        cmocka_unit_test_setup(a_tick_may_be_announced_first, usual_terms),
        cmocka_unit_test_setup(a_turn_is_taken_only_by_a_full_search, usual_terms),
        cmocka_unit_test_setup(opening_books_of_unknown_markets_need_no_turn, usual_terms),
        cmocka_unit_test_setup(a_known_market_is_searched_widely_by_turn, usual_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
