/* What a refused message of a market with a book means for it: what the message would have changed is not known. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "proof_session.h"

#define REFUSED           "state 0xm1 open suspect epoch 0: a message of it was refused\n"
#define CONTRADICTION(ms) frame_changes(ms, YES " BUY 0.1 3 78, " NO " SELL 0.9 4 77")

static void expect_suspect(const struct session *s)
{
    expect_state(s, "suspect");
    assert_string_equal(session_market(s, M1)->proof.why, "a message of it was refused");
}

static void each_kind_of_refusal_makes_the_book_suspect(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct session s;
        session_begin(&s, JOURNAL_STATES | JOURNAL_WISHES);
        const char *const frames[] = {
            frame_changes(101, YES " BUY 1.5 3 78"), /* cannot be read, but names the market */
            CONTRADICTION(101),
            frame_book(YES, 101, PROVED, "0.4:1 0.4:2", ""),
            frame_book("7777", 101, PROVED, BIDS_1, ASKS_1),
        };
        session_hear(&s, 100, frames[kind]);
        expect_journal(&s, REFUSED);
        expect_book(&s, "0.48:30 | 0.52:25");
        expect_notes(&s, "refusal 1");
        assert_int_equal(session_market(&s, M1)->proof.refused, 1);
        session_close(&s);
    }
}

static void the_book_is_asked_for_after_a_second(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_STATES | JOURNAL_WISHES);
    session_hear(&s, 100, CONTRADICTION(101));
    session_hear(&s, 900, CONTRADICTION(101)); /* does not put it off */
    expect_journal(&s, REFUSED REFUSED);
    assert_int_equal(due_ms(&s), 1100);
    session_advance(&s, 1099);
    expect_journal(&s, "");
    session_advance(&s, 1100);
    expect_journal(&s, "state 0xm1 open suspect epoch 0: its book is asked for anew\n" GET);
    session_reply(&s, 200, frame_rest_book(YES, 1100, PROVED, BIDS_1 " 0.1:3", ASKS_1));
    expect_state(&s, "verified");
    expect_notes(&s, "mended 1, resync 1, refusal 2");
    session_close(&s);
}

/* What is being done about the book is the better word. */
static void a_refusal_during_a_resync_keeps_its_word(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_STATES);
    fail_burst(&s, 100);
    session_advance(&s, 1150);
    journal_clear(&s.journal);
    session_hear(&s, 1200, CONTRADICTION(2000));
    expect_journal(&s, "state 0xm1 open suspect epoch 0: its book is asked for anew\n");
    expect_notes(&s, "refusal 1, resync 1, failure 1");
    session_close(&s);
}

static void a_burst_that_passes_ends_the_doubt(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, CONTRADICTION(101));
    pass_burst(&s, 200);
    expect_suspect(&s); /* until it ends */
    session_advance(&s, 250);
    expect_state(&s, "verified");
    session_advance(&s, 5000);
    expect_journal(&s, "");
    expect_notes(&s, "refusal 1");
    session_close(&s);
}

/* The open burst ends first: it may have been whole. */
static void a_burst_that_was_whole_is_proved_all_the_same(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_PROOFS | JOURNAL_STATES | JOURNAL_EVENTS);
    pass_burst(&s, 100);
    session_hear(&s, 110, CONTRADICTION(1200));
    expect_journal(&s, "changes 1001 applied #2 @100\n"
                       "burst verified 1001 recipe C #2 @110\n" REFUSED
                       "changes 1001 refused: entries contradict each other #3 @110\n"
                       "changes 1002 refused: entries contradict each other #3 @110\n");
    expect_suspect(&s);
    session_close(&s);
}

static void a_burst_that_was_not_whole_fails(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_PROOFS);
    session_hear(&s, 100, frame_changes_proved(101, YES " BUY 0.1 1 ok", BIDS_1 " 0.1:1 0.2:1", ASKS_1));
    session_hear(&s, 101, frame_changes_proved(101, YES " BUY 1.2 1 ok", BIDS_1 " 0.1:1 0.2:1", ASKS_1));
    expect_journal(&s, "burst failed 1001: its hash does not match #2 @101\n");
    expect_notes(&s, "refusal 1, failure 1");
    expect_suspect(&s);
    session_close(&s);
}

static void a_row_of_refusals_is_one_note(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, 0);
    for (int i = 0; i < 3; i++) session_hear(&s, i, CONTRADICTION(101 + i));
    expect_notes(&s, "refusal 3");
    session_hear(&s, 10, frame_changes(111, YES " BUY 0.1 1 79"));
    session_hear(&s, 11, CONTRADICTION(112));
    expect_notes(&s, "refusal 1, failure 1, refusal 3");
    session_close(&s);
}

/* A refusal between a failure and the rest of its burst is not what is taken back. */
static void a_refusal_is_not_taken_back(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_PROOFS);
    session_hear(&s, 1, frame_changes_proved(101, YES " BUY 0.48 5 ok", BIDS " 0.48:5 0.1:5", ASKS));
    session_hear(&s, 2, CONTRADICTION(101));
    session_hear(&s, 3, frame_changes_proved(101, YES " BUY 0.1 5 ok", BIDS " 0.48:5 0.1:5", ASKS));
    session_finish(&s);
    expect_journal(&s, "burst failed 1001: its hash does not match #2 @2\n"
                       "burst verified 1001 recipe C #4 @3\n");
    expect_state(&s, "verified");
    expect_notes(&s, "refusal 1, failure 1");
    expect_counts(&s, "verified 2 searched 0 failed 0 unverifiable 0 crossed 0");
    session_close(&s);
}

static void a_market_without_a_book_only_counts_them(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_STATES | JOURNAL_WISHES, (struct venue_options){0});
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    journal_clear(&s.journal);
    session_receive(&s, frame_changes(101, YES " BUY 1.5 3 78"));
    session_receive(&s, frame_book(YES, 101, PROVED, "0.4:1 0.4:2", ""));
    expect_journal(&s, "");
    expect_state(&s, "syncing");
    expect_notes(&s, "");
    assert_int_equal(session_market(&s, M1)->proof.refused, 2);
    session_close(&s);
}

static void what_names_no_market_touches_none(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_STATES);
    session_hear(&s, 100, "{\"event_type\":\"price_change\"");
    session_hear(&s, 101, frame_changes_of(M2, 101, "2001 BUY 1.5 3 78"));
    expect_journal(&s, "");
    expect_state(&s, "verified");
    session_close(&s);
}

/* Nothing is known of its books anyway. */
static void what_cannot_be_verified_stays_so(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_STATES);
    session_receive(&s, frame_book(YES, 100, 0, BIDS, ASKS));
    journal_clear(&s.journal);
    session_receive(&s, CONTRADICTION(101));
    expect_journal(&s, "");
    expect_state(&s, "unverifiable");
    expect_notes(&s, "refusal 1");
    session_close(&s);
}

/* Its new book is all that can be had: it is not asked for again and again. */
static void a_new_book_without_a_hash_makes_up_for_it(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 50, frame_book(YES, 101, 0, BIDS_1, ASKS_1));
    session_hear(&s, 100, CONTRADICTION(102));
    session_advance(&s, 1100);
    expect_journal(&s, GET);
    session_reply(&s, 200, frame_rest_book(YES, 1100, 0, BIDS_1 " 0.1:3", ASKS_1));
    expect_state(&s, "unverifiable");
    expect_notes(&s, "mended 1, resync 1, refusal 1");
    session_advance(&s, 9000);
    expect_journal(&s, "");
    session_close(&s);
}

/* A burst that has no hash says nothing of it, a book that has none replaces all. */
static void a_burst_without_a_hash_does_not_end_the_doubt(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, 0);
    session_hear(&s, 100, CONTRADICTION(101));
    session_hear(&s, 110, frame_changes(102, YES " BUY 0.1 3 0"));
    session_advance(&s, 200);
    expect_suspect(&s);
    session_hear(&s, 210, frame_book(YES, 103, 0, BIDS_1, ASKS_1));
    expect_state(&s, "unverifiable");
    session_close(&s);
}

/* The book by REST was right; the stream's, older than it, comes after a message that was refused: nothing was checked
 * since. */
static void a_late_book_does_not_end_the_doubt(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, 0, (struct venue_options){0});
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    session_reply(&s, 200, frame_rest_book(YES, 200, PROVED, BIDS, ASKS));
    expect_state(&s, "polled");
    session_hear(&s, 5100, CONTRADICTION(300));
    expect_suspect(&s);
    session_hear(&s, 5200, frame_book(YES, 100, PROVED, BIDS, ASKS));
    expect_suspect(&s);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_refusal_makes_the_book_suspect),
        cmocka_unit_test(the_book_is_asked_for_after_a_second),
        cmocka_unit_test(a_refusal_during_a_resync_keeps_its_word),
        cmocka_unit_test(a_burst_that_passes_ends_the_doubt),
        cmocka_unit_test(a_burst_that_was_whole_is_proved_all_the_same),
        cmocka_unit_test(a_burst_that_was_not_whole_fails),
        cmocka_unit_test(a_row_of_refusals_is_one_note),
        cmocka_unit_test(a_refusal_is_not_taken_back),
        cmocka_unit_test(a_market_without_a_book_only_counts_them),
        cmocka_unit_test(what_names_no_market_touches_none),
        cmocka_unit_test(what_cannot_be_verified_stays_so),
        cmocka_unit_test(a_new_book_without_a_hash_makes_up_for_it),
        cmocka_unit_test(a_burst_without_a_hash_does_not_end_the_doubt),
        cmocka_unit_test(a_late_book_does_not_end_the_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
