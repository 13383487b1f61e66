/* Crossed books: when one is shown, when it is cut and asked for anew, and what is left out of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "proof_session.h"

static void crossed_inside_a_burst_is_nothing(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS);
    session_hear(&s, 1, frame_changes_proved(101, YES " BUY 0.52 9 ok", BIDS " 0.52:9", "0.6:9"));
    assert_true(order_book_locked(&session_market(&s, M1)->book));
    session_hear(&s, 2, frame_changes_proved(101, YES " SELL 0.52 0 ok", BIDS " 0.52:9", "0.6:9"));
    session_finish(&s);
    expect_journal(&s, "burst verified 1001 recipe C #3 @2\n");
    expect_counts(&s, "verified 2 searched 0 failed 0 unverifiable 0 crossed 0");
    session_close(&s);
}

static void crossed_and_proved_is_shown_as_it_is(void **state)
{
    struct session s;
    (void)state;
    begin_linked(&s, JOURNAL_PROOFS | JOURNAL_WISHES);
    session_hear(&s, 1, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
    session_hear(&s, 2, frame_changes_proved(101, YES " BUY 0.55 9 ok", BIDS " 0.55:9", ASKS));
    journal_clear(&s.journal);
    session_advance(&s, 5000);
    expect_journal(&s, "burst verified 1001 recipe C #2 @52\n");
    expect_counts(&s, "verified 2 searched 0 failed 0 unverifiable 0 crossed 1");
    assert_int_equal(market_cut(session_market(&s, M1)).levels, 0);
    expect_notes(&s, "");
    session_close(&s);
}

static void crossed_and_not_proved_is_cut_and_asked_for_at_once(void **state)
{
    static const char *const entries[] = {YES " BUY 0.55 9 %s0.55/0.6", NO " SELL 0.45 9 %s0.4/0.45"};
    static const char *const hashes[] = {"77 ", "0 "};
    char frame[256];
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct session s;
        begin_linked(&s, JOURNAL_WISHES);
        session_hear(&s, 1, frame_opening_book(YES, 100, PROVED, BIDS, "0.6:9 0.54:2 0.52:25"));
        snprintf(frame, sizeof frame, entries[i / 2], hashes[i % 2]);
        session_hear(&s, 2, frame_changes(101, frame));
        journal_clear(&s.journal);
        session_advance(&s, 52);
        expect_journal(&s, "wish get https://books/book?token_id=1001\n");
        struct clean_cut cut = market_cut(session_market(&s, M1));
        assert_int_equal(cut.side, SIDE_ASK);
        assert_int_equal(cut.levels, 2);
        expect_counts(&s, "verified 1 searched 0 failed 1 unverifiable 0 crossed 1");
        expect_notes(&s, "resync 1, crossed 1"); /* the failure is the same thing */
        session_close(&s);
    }
}

/* A row of crossed ends is one note; that they failed is the same thing. */
static void crossed_ends_in_a_row_are_one_note(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, 0);
    for (unsigned i = 1; i <= 3; i++) {
        char entries[48];
        snprintf(entries, sizeof entries, YES " BUY 0.55 %u %u", i, 70 + i);
        session_hear(&s, i, frame_changes(100 + i, entries));
    }
    session_finish(&s);
    expect_notes(&s, "crossed 3");
    expect_counts(&s, "verified 1 searched 0 failed 3 unverifiable 0 crossed 3");
    /* A failure of another kind is another note, and counts those before. */
    session_hear(&s, 10, frame_changes(110, YES " BUY 0.55 0 80"));
    session_hear(&s, 11, frame_changes_proved(111, YES " BUY 0.1 1 ok", BIDS " 0.1:1", ASKS));
    expect_notes(&s, "failure 4, crossed 3");
    session_finish(&s);
    expect_notes(&s, "recovery 4, crossed 3");
    session_close(&s);
}

static void crossed_end_of_a_burst_that_goes_on_is_taken_back(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, 0);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.55 1 71"));
    session_hear(&s, 2, frame_changes_proved(102, YES " BUY 0.55 2 ok", BIDS, ASKS));
    session_advance(&s, 60);
    expect_notes(&s, "crossed 2");
    session_hear(&s, 70, frame_changes_proved(102, YES " BUY 0.55 0 ok", BIDS, ASKS));
    expect_notes(&s, "crossed 1");
    expect_counts(&s, "verified 1 searched 0 failed 1 unverifiable 0 crossed 1");
    session_finish(&s);
    expect_notes(&s, "recovery 1, crossed 1");
    expect_counts(&s, "verified 2 searched 0 failed 1 unverifiable 0 crossed 1");
    session_close(&s);
}

/* Of a venue whose books nothing explains, a verdict that left no note takes none back. */
static void a_verdict_without_note_takes_none_back(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_PROOFS, (struct venue_options){0});
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    session_reply(&s, 200, frame_rest_book(YES, 100, 71, BIDS, ASKS));
    session_hear(&s, 5001, frame_book(YES, 101, 72, BIDS, ASKS));
    session_hear(&s, 5002, frame_book(YES, 102, 73, BIDS, ASKS));
    expect_state(&s, "unverifiable");
    expect_notes(&s, "failure 2");
    session_hear(&s, 5100, frame_changes(103, YES " BUY 0.1 1 74"));
    session_advance(&s, 5200);
    session_hear(&s, 5201, frame_changes(103, YES " BUY 0.1 2 74"));
    expect_notes(&s, "failure 2");
    session_close(&s);
}

/* === What is left out of a crossed book === */

static void a_proved_book_is_not_cut_when_the_connection_is_lost(void **state)
{
    (void)state;
    for (int proved = 0; proved < 2; proved++) {
        struct session s;
        begin_linked(&s, 0);
        session_hear(&s, 1, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
        session_hear(&s, 2, frame_changes_proved(101, YES " BUY 0.55 9 ok", proved ? BIDS " 0.55:9" : BIDS, ASKS));
        session_advance(&s, 60);
        session_link(&s, 0, LINK_LOST);
        expect_state(&s, "stale");
        assert_int_equal(market_cut(session_market(&s, M1)).levels, proved ? 0 : 1);
        session_close(&s);
    }
}

static void a_proved_book_by_rest_is_not_cut(void **state)
{
    struct session s;
    (void)state;
    begin_linked(&s, 0);
    session_advance(&s, 5000);
    session_reply(&s, 200, frame_rest_book(YES, 100, PROVED, "0.4:7 0.55:9", ASKS));
    expect_state(&s, "polled");
    assert_true(order_book_crossed(&session_market(&s, M1)->book));
    assert_int_equal(market_cut(session_market(&s, M1)).levels, 0);
    session_close(&s);
}

/* The last check was of the book before the burst: it says nothing of what the burst left. */
static void a_burst_that_was_never_checked_is_cut_when_the_connection_is_lost(void **state)
{
    struct session s;
    (void)state;
    begin_linked(&s, 0);
    session_hear(&s, 1, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
    session_hear(&s, 2, frame_changes(101, YES " BUY 0.55 9 77"));
    session_link(&s, 0, LINK_LOST);
    expect_state(&s, "stale");
    assert_int_equal(market_cut(session_market(&s, M1)).levels, 1);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crossed_inside_a_burst_is_nothing),
        cmocka_unit_test(crossed_and_proved_is_shown_as_it_is),
        cmocka_unit_test(crossed_and_not_proved_is_cut_and_asked_for_at_once),
        cmocka_unit_test(crossed_ends_in_a_row_are_one_note),
        cmocka_unit_test(crossed_end_of_a_burst_that_goes_on_is_taken_back),
        cmocka_unit_test(a_verdict_without_note_takes_none_back),
        cmocka_unit_test(a_proved_book_is_not_cut_when_the_connection_is_lost),
        cmocka_unit_test(a_proved_book_by_rest_is_not_cut),
        cmocka_unit_test(a_burst_that_was_never_checked_is_cut_when_the_connection_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
