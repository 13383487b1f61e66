/* Verdicts on books and bursts, and the states that follow from them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "proof_session.h"

static void one_token_that_is_proved_is_enough(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS | JOURNAL_STATES);
    session_hear(&s, 1, frame_changes_proved(101, YES " BUY 0.48 5 77, " NO " SELL 0.52 5 ok", BIDS " 0.48:5", ASKS));
    session_hear(&s, 2, frame_changes_proved(102, YES " BUY 0.48 6 ok, " NO " SELL 0.52 6 77", BIDS " 0.48:6", ASKS));
    session_finish(&s);
    expect_journal(&s, "burst verified 1002 recipe C #2 @2\n"
                       "burst verified 1001 recipe C #3 @2\n");
    expect_state(&s, "verified");
    session_close(&s);
}

static void failed_burst_is_suspect_and_the_next_one_may_pass(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS | JOURNAL_STATES);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.48 5 77, " NO " SELL 0.52 5 78"));
    expect_journal(&s, "");
    expect_state(&s, "verified"); /* until it ends */
    session_advance(&s, 51);
    expect_journal(&s, "state 0xm1 open suspect epoch 0: its hash does not match\n"
                       "burst failed 1001: its hash does not match #2 @51\n");
    expect_book(&s, "0.48:5 0.47:30 0.4:7 | 0.52:25 0.6:9"); /* nothing is rolled back */
    session_hear(&s, 60, frame_changes(102, YES " BUY 0.48 6 79"));
    session_hear(&s, 61, frame_changes_proved(103, YES " BUY 0.48 7 ok", BIDS " 0.48:7", ASKS));
    session_advance(&s, 200);
    expect_journal(&s, "burst failed 1001: its hash does not match #3 @61\n"
                       "state 0xm1 open verified epoch 0\n"
                       "burst verified 1001 recipe C #4 @111\n");
    expect_notes(&s, "recovery 2"); /* in the place of the failures */
    expect_counts(&s, "verified 2 searched 0 failed 2 unverifiable 0 crossed 0");
    assert_int_equal(session_market(&s, M1)->proof.bursts, 3);
    session_close(&s);
}

static void without_a_hash_there_is_nothing_to_check(void **state)
{
    static const char *const hashes[] = {"", "0123456789abcdef0123456789abcdef0123456",
                                         "0123456789ABCDEF0123456789abcdef01234567",
                                         "0123456789abcdef0123456789abcdef0123456g"};
    (void)state;
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        struct session s;
        char frame[512];
        proof_begin(&s, JOURNAL_PROOFS | JOURNAL_STATES);
        snprintf(frame, sizeof frame,
                 "{\"market\":\"" M1 "\",\"price_changes\":[{\"asset_id\":\"" YES "\",\"price\":\"0.3\",\"size\":\"1\","
                 "\"side\":\"BUY\",\"hash\":\"%s\"}],\"timestamp\":\"101\",\"event_type\":\"price_change\"}",
                 hashes[i]);
        session_receive(&s, frame);
        session_finish(&s);
        expect_journal(&s, "state 0xm1 open unverifiable epoch 0: the venue sent no hash\n"
                           "burst unverifiable: the venue sent no hash #2 @0\n");
        expect_notes(&s, "");
        session_close(&s);
    }
    struct session s;
    session_open(&s, JOURNAL_PROOFS | JOURNAL_STATES);
    session_receive(&s, frame_book(YES, 100, 0, BIDS, ASKS));
    expect_journal(&s, "state 0xm1 open unverifiable epoch 0: the venue sent no hash\n"
                       "book unverifiable: the venue sent no hash #1 @0\n");
    session_close(&s);
}

static void an_applied_book_says_what_its_check_found(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 77, BIDS, ASKS));
    session_receive(&s, frame_book(YES, 101, 0, BIDS, ASKS));
    session_receive(&s, frame_book(YES, 102, PROVED, BIDS, ASKS));
    expect_journal(&s, "book 1001 applied: its hash does not match #1 @0\n"
                       "book 1001 applied: the venue sent no hash #2 @0\n"
                       "book 1001 applied #3 @0\n");
    session_close(&s);
}

/* === Best prices === */

static void said_best_prices_are_compared_where_no_hash_decides(void **state)
{
    static const struct {
        const char *entries;
        bool right;
    } cases[] = {
        {YES " BUY 0.48 5 0 0.48/0.52", true},
        {YES " BUY 0.48 5 0 0.47/0.52", false},
        {YES " BUY 0.48 5 0 0.48/0.53", false},
        {NO " SELL 0.52 5 0 0.48/0.52", true},
        {NO " SELL 0.52 5 0 0.48/0.53", false},
        {NO " SELL 0.52 5 0 0.47/0.52", false},
        /* The last entry of each token counts. */
        {YES " BUY 0.48 5 0 0.1/0.2, " NO " SELL 0.52 5 0 0.48/0.52, " YES " BUY 0.48 6 0 0.48/0.52, " NO
             " SELL 0.52 6 0 0.48/0.52",
         true},
        {YES " BUY 0.48 5 0 0.48/0.52, " NO " SELL 0.52 5 0 0.48/0.5", false},
        /* Of an empty side nothing is said. */
        {YES " BUY 0.48 5 0 0/1", true},
        {NO " SELL 0.52 5 0 0/1", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct session s;
        proof_begin(&s, JOURNAL_PROOFS);
        session_receive(&s, frame_changes(101, cases[i].entries));
        session_finish(&s);
        if (cases[i].right)
            expect_journal(&s, "burst unverifiable: the venue sent no hash #2 @0\n");
        else
            expect_journal(&s, "burst failed: its best prices differ #2 @0\n"); /* no token's hash */
        expect_state(&s, cases[i].right ? "unverifiable" : "suspect");
        session_close(&s);
    }
}

static void a_hash_that_is_met_outweighs_said_best_prices(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS);
    session_hear(&s, 1, frame_changes_proved(101, YES " BUY 0.48 5 ok 0.4/0.6", BIDS " 0.48:5", ASKS));
    session_hear(&s, 2, frame_changes(102, YES " BUY 0.48 6 77 0.4/0.6"));
    session_finish(&s);
    expect_journal(&s, "burst verified 1001 recipe C #2 @2\n"
                       "burst failed 1001: its best prices differ #3 @2\n");
    session_close(&s);
}

/* The first entries tell of the touch in the middle of the burst. */
static void only_the_newest_stamps_best_prices_are_compared(void **state)
{
    (void)state;
    for (int same = 0; same < 2; same++) {
        struct session s;
        proof_begin(&s, JOURNAL_PROOFS);
        session_hear(&s, 1, frame_changes(same ? 102 : 101, YES " BUY 0.48 5 77 0.48/0.52"));
        session_hear(&s, 2, frame_changes(102, NO " SELL 0.51 6 78 0.48/0.51"));
        session_finish(&s);
        expect_journal(&s, same ? "burst failed 1001: its best prices differ #3 @2\n"
                                : "burst failed 1001: its hash does not match #3 @2\n");
        session_close(&s);
    }
}

/* === Books that nothing explains === */

static void three_books_that_nothing_explains_are_unverifiable_if_rest_says_so_too(void **state)
{
    struct session s;
    (void)state;
    begin_linked(&s, JOURNAL_PROOFS | JOURNAL_STATES);
    session_hear(&s, 1, frame_book(YES, 100, 71, BIDS, ASKS));
    session_hear(&s, 2, frame_book(NO, 100, 72, "0.48:25 0.4:9", "0.6:7 0.53:30"));
    session_hear(&s, 3, frame_book(YES, 101, 73, BIDS, ASKS));
    expect_journal(&s, "state 0xm1 open suspect epoch 0: its hash does not match\n"
                       "book failed 1001: its hash does not match #1 @1\n"
                       "book failed 1002: its hash does not match #2 @2\n"
                       "book failed 1001: its hash does not match #3 @3\n");
    session_advance(&s, 1001);
    session_reply(&s, 200, frame_rest_book(YES, 102, 74, BIDS, ASKS));
    expect_journal(&s, "state 0xm1 open suspect epoch 0: its book is asked for anew\n"
                       "state 0xm1 open unverifiable epoch 1: no known recipe explains its hash\n"
                       "book unverifiable 1001: no known recipe explains its hash #0 @1001\n");
    /* So are its bursts, and nothing more is asked for. */
    journal_clear(&s.journal);
    s.journal.kinds = JOURNAL_PROOFS | JOURNAL_STATES | JOURNAL_WISHES;
    session_hear(&s, 1100, frame_changes(103, YES " BUY 0.48 5 77"));
    session_hear(&s, 1101, frame_changes(104, YES " BUY 0.48 6 78"));
    session_hear(&s, 1102, frame_book(YES, 103, 79, BIDS, ASKS)); /* late */
    session_advance(&s, 9500);
    expect_journal(&s, "burst unverifiable 1001: no known recipe explains its hash #4 @1101\n"
                       "late book unverifiable 1001: no known recipe explains its hash #6 @1102\n"
                       "burst unverifiable 1001: no known recipe explains its hash #5 @1151\n");
    /* But where they contradict what is said of the best prices. */
    session_hear(&s, 9600, frame_changes(105, YES " BUY 0.48 7 79 0.2/0.3"));
    session_finish(&s);
    expect_journal(&s, "state 0xm1 open suspect epoch 1: its best prices differ\n"
                       "burst failed 1001: its best prices differ #7 @9600\n");
    session_close(&s);
}

static void one_book_that_is_explained_ends_the_doubt(void **state)
{
    struct session s;
    (void)state;
    begin_linked(&s, JOURNAL_PROOFS);
    session_hear(&s, 1, frame_book(YES, 100, 71, BIDS, ASKS));
    session_hear(&s, 2, frame_book(YES, 101, 72, BIDS, ASKS));
    session_hear(&s, 3, frame_book(YES, 102, PROVED, BIDS, ASKS));
    session_hear(&s, 4, frame_book(YES, 103, 73, BIDS, ASKS));
    session_advance(&s, 1500);
    session_reply(&s, 200, frame_rest_book(YES, 104, 74, BIDS, ASKS));
    expect_state(&s, "suspect");
    expect_counts(&s, "verified 1 searched 1 failed 4 unverifiable 0 crossed 0");
    session_close(&s);
}

/* === Late books === */

static void late_book_is_proved_by_itself_and_changes_nothing(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS | JOURNAL_STATES);
    session_hear(&s, 1, frame_changes_proved(103, YES " BUY 0.48 5 ok", BIDS " 0.48:5", ASKS));
    session_advance(&s, 60);
    journal_clear(&s.journal);
    struct proof_check last = session_market(&s, M1)->proof.last;
    session_receive(&s, frame_book(YES, 102, PROVED, "0.3:3", "0.31:4"));
    session_receive(&s, frame_book(NO, 102, PROVED, "0.69:4", "0.7:3"));
    session_receive(&s, frame_book(YES, 102, 77, "0.3:3", "0.31:4"));
    session_receive(&s, frame_book(YES, 102, 79, "0.3:4", "0.31:4")); /* all prices were tried just now: who knows */
    session_receive(&s, frame_book(YES, 102, 0, "0.3:3", "0.31:4"));
    session_receive(&s, frame_book(YES, 102, 78, "0.3:3 0.3:4", "0.31:4"));
    expect_journal(&s, "late book verified 1001 recipe C #3 @60\n"
                       "late book verified 1002 recipe C #4 @60\n"
                       "late book failed 1001: its hash does not match #5 @60\n");
    expect_book(&s, "0.48:5 0.47:30 0.4:7 | 0.52:25 0.6:9");
    expect_state(&s, "verified");
    expect_counts(&s, "verified 4 searched 0 failed 1 unverifiable 0 crossed 0");
    assert_memory_equal(&session_market(&s, M1)->proof.last, &last, sizeof last);
    session_close(&s);
}

/* A late book may be the first to name the market's second token: that is no failure of its hash. */
static void late_book_of_a_token_not_known_yet(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_PROOFS);
    session_receive(&s, frame_book(YES, 100, PROVED, BIDS, ASKS));
    session_receive(&s, frame_book(YES, 101, PROVED, BIDS, ASKS));
    journal_clear(&s.journal);
    session_receive(&s, frame_book(NO, 100, PROVED, "0.48:25 0.4:9", "0.6:7 0.53:30"));
    expect_counts(&s, "verified 2 searched 1 failed 0 unverifiable 0 crossed 0");
    expect_journal(&s, "");
    session_close(&s);
}

/* === Bursts that go on === */

static void proved_burst_is_whole(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS | JOURNAL_EVENTS);
    session_hear(&s, 1, frame_changes_proved(101, YES " BUY 0.48 5 ok", BIDS " 0.48:5", ASKS));
    session_hear(&s, 70, frame_changes_proved(101, YES " BUY 0.1 5 ok", BIDS " 0.48:5", ASKS));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "burst verified 1001 recipe C #2 @51\n"
                       "changes 1001 duplicate: of a burst that has ended #3 @70\n");
    session_close(&s);
}

static void failed_burst_that_goes_on_is_taken_back(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS | JOURNAL_EVENTS | JOURNAL_STATES);
    session_hear(&s, 1, frame_changes_proved(101, YES " BUY 0.48 5 ok", BIDS " 0.48:5 0.1:5", ASKS));
    session_advance(&s, 60);
    expect_counts(&s, "verified 1 searched 0 failed 1 unverifiable 0 crossed 0");
    session_hear(&s, 70, frame_changes_proved(101, YES " BUY 0.1 5 ok", BIDS " 0.48:5 0.1:5", ASKS));
    expect_counts(&s, "verified 1 searched 0 failed 0 unverifiable 0 crossed 0");
    session_advance(&s, 200);
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "state 0xm1 open suspect epoch 0: its hash does not match\n"
                       "burst failed 1001: its hash does not match #2 @51\n"
                       "changes 1001 applied #3 @70\n"
                       "state 0xm1 open verified epoch 0\n"
                       "burst verified 1001 recipe C #3 @120\n");
    expect_counts(&s, "verified 2 searched 0 failed 0 unverifiable 0 crossed 0");
    session_close(&s);
}

/* Of a venue whose books nothing explains. */
static void unverifiable_burst_that_goes_on_is_taken_back(void **state)
{
    struct session s;
    (void)state;
    begin_linked(&s, 0);
    for (unsigned i = 0; i < 3; i++) session_hear(&s, i, frame_book(YES, 100 + i, 71 + i, BIDS, ASKS));
    session_advance(&s, 1100);
    session_reply(&s, 200, frame_rest_book(YES, 110, 80, BIDS, ASKS));
    session_hear(&s, 1200, frame_changes(111, YES " BUY 0.48 5 81"));
    session_advance(&s, 1300);
    expect_counts(&s, "verified 0 searched 0 failed 3 unverifiable 2 crossed 0");
    session_hear(&s, 1301, frame_changes(111, YES " BUY 0.1 5 81"));
    expect_counts(&s, "verified 0 searched 0 failed 3 unverifiable 1 crossed 0");
    session_close(&s);
}

/* A book by REST may be ahead of the rest of the burst. */
static void burst_that_rest_overtook_has_not_failed(void **state)
{
    struct session s;
    (void)state;
    for (int proved = 0; proved < 2; proved++) {
        begin_linked(&s, JOURNAL_PROOFS);
        session_hear(&s, 1, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
        session_market(&s, M1)->instrument.tick = 10;
        session_hear(&s, 2, frame_tick_size(YES, 100, "0.001", "0.01")); /* asks for the book */
        session_hear(&s, 3, frame_changes_proved(101, YES " BUY 0.48 5 ok", proved ? BIDS " 0.48:5" : BIDS, ASKS));
        journal_clear(&s.journal);
        session_reply(&s, 200, frame_rest_book(YES, 102, PROVED, BIDS " 0.48:6", ASKS));
        expect_journal(&s, proved ? "burst verified 1001 recipe C #3 @3\nbook verified 1001 recipe C #0 @3\n"
                                  : "book verified 1001 recipe C #0 @3\n");
        assert_int_equal(session_market(&s, M1)->proof.failed, 0);
        assert_int_equal(session_market(&s, M1)->proof.bursts, 1);
        session_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_token_that_is_proved_is_enough),
        cmocka_unit_test(failed_burst_is_suspect_and_the_next_one_may_pass),
        cmocka_unit_test(without_a_hash_there_is_nothing_to_check),
        cmocka_unit_test(said_best_prices_are_compared_where_no_hash_decides),
        cmocka_unit_test(a_hash_that_is_met_outweighs_said_best_prices),
        cmocka_unit_test(three_books_that_nothing_explains_are_unverifiable_if_rest_says_so_too),
        cmocka_unit_test(one_book_that_is_explained_ends_the_doubt),
        cmocka_unit_test(late_book_is_proved_by_itself_and_changes_nothing),
        cmocka_unit_test(late_book_of_a_token_not_known_yet),
        cmocka_unit_test(proved_burst_is_whole),
        cmocka_unit_test(failed_burst_that_goes_on_is_taken_back),
        cmocka_unit_test(unverifiable_burst_that_goes_on_is_taken_back),
        cmocka_unit_test(burst_that_rest_overtook_has_not_failed),
        cmocka_unit_test(only_the_newest_stamps_best_prices_are_compared),
        cmocka_unit_test(an_applied_book_says_what_its_check_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
