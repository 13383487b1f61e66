/* A book is asked for anew, in one way after the other, and its new book says what was wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "proof_session.h"

static void begin_asked(struct session *s, unsigned kinds)
{
    session_begin(s, kinds);
    fail_burst(s, 100); /* "0.48:30 0.1:101 | 0.52:25" */
    session_advance(s, 1150);
    journal_clear(&s->journal);
    session_at(s, 1200);
}

static void a_book_that_differs_has_mended_it(void **state)
{
    struct session s;
    (void)state;
    begin_asked(&s, JOURNAL_STATES | JOURNAL_WISHES | JOURNAL_PROOFS);
    /* 0.1 is gone, 0.2 is new, 0.52 has another size, 0.6 is new. */
    session_reply(&s, 200, frame_rest_book(YES, 2000, PROVED, BIDS_1 " 0.2:1", "0.6:3 0.52:24"));
    expect_journal(&s, "state 0xm1 open verified epoch 1\n"
                       "book verified 1001 recipe C #0 @1200\n");
    expect_notes(&s, "recovery 1, mended 4, resync 1, failure 1");
    expect_book(&s, "0.48:30 0.2:1 | 0.52:24 0.6:3");
    session_advance(&s, 9000);
    expect_journal(&s, "");
    session_close(&s);
}

static void a_book_that_is_the_same_confirms_it(void **state)
{
    struct session s;
    (void)state;
    begin_asked(&s, JOURNAL_STATES | JOURNAL_WISHES);
    session_reply(&s, 200, frame_rest_book(YES, 1100, PROVED, BIDS_1 " 0.1:101", ASKS_1));
    expect_journal(&s, "state 0xm1 open verified epoch 1\n");
    expect_notes(&s, "recovery 1, confirmed 0, resync 1, failure 1");
    session_close(&s);
}

/* The stream's own book does as well, also for the other token. */
static void the_streams_book_mends_it_too(void **state)
{
    struct session s;
    (void)state;
    begin_asked(&s, JOURNAL_STATES | JOURNAL_WISHES);
    session_receive(&s, frame_book(NO, 1100, PROVED, "0.48:25", "0.52:30"));
    expect_journal(&s, "state 0xm1 open verified epoch 1\n");
    expect_notes(&s, "recovery 1, mended 1, resync 1, failure 1");
    session_close(&s);
}

static void a_burst_that_passes_meanwhile_ends_it(void **state)
{
    struct session s;
    (void)state;
    begin_asked(&s, JOURNAL_STATES | JOURNAL_WISHES);
    pass_burst(&s, 1210);
    session_advance(&s, 1300);
    session_reply(&s, 200, frame_rest_book(YES, 2300, PROVED, BIDS_1, ASKS_1));
    session_advance(&s, 9000);
    expect_journal(&s, "state 0xm1 open verified epoch 0\n");
    expect_notes(&s, "recovery 1, resync 1, failure 1");
    session_close(&s);
}

/* A burst whose first half was crossed: the verdict on it is taken back, what was asked for is not. */
static void a_burst_that_goes_on_is_no_answer(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES | JOURNAL_STATES);
    session_hear(&s, 1, frame_changes_proved(101, YES " BUY 0.52 9 ok", BIDS_1 " 0.52:9", ""));
    session_advance(&s, 51);
    expect_journal(&s, "state 0xm1 open suspect epoch 0: its hash does not match\n"
                       "state 0xm1 open suspect epoch 0: its book is asked for anew\n" GET);
    session_hear(&s, 60, frame_changes_proved(101, YES " SELL 0.52 0 ok", BIDS_1 " 0.52:9", ""));
    assert_int_equal(due_ms(&s), 110);
    expect_counts(&s, "verified 1 searched 1 failed 0 unverifiable 0 crossed 0");
    session_advance(&s, 110);
    session_advance(&s, 9999);
    expect_journal(&s, "state 0xm1 open verified epoch 0\n");
    session_close(&s);
}

/* A failure that is taken back, of no crossed book, is no reason to ask. */
static void a_burst_that_goes_on_calls_it_off(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.1 9 77"));
    session_advance(&s, 60);
    for (unsigned i = 0; i < 40; i++) {
        char entries[64];
        snprintf(entries, sizeof entries, YES " BUY 0.1 %u 77", 10 + i);
        session_hear(&s, 61 + 40 * i, frame_changes(101, entries));
    }
    expect_journal(&s, "");
    session_close(&s);
}

/* REST may be behind the stream; it is asked again, and then something else is done. */
static void what_does_not_help_is_followed_up(void **state)
{
    struct session s;
    (void)state;
    begin_asked(&s, JOURNAL_WISHES);
    session_reply(&s, 200, frame_rest_book(YES, 1099, PROVED, BIDS_1, ASKS_1)); /* older */
    assert_int_equal(due_ms(&s), 2200);
    session_advance(&s, 2199);
    expect_journal(&s, "");
    session_advance(&s, 2200);
    expect_journal(&s, GET);
    session_reply(&s, 500, "");
    session_advance(&s, 3200);
    expect_journal(&s, GET);
    session_reply(&s, 200, frame_rest_book(YES, 1100, 77, BIDS_1, ASKS_1)); /* wrong itself */
    session_advance(&s, 4199);
    expect_journal(&s, "");
    session_advance(&s, 4300);
    expect_journal(&s, AGAIN);
    session_advance(&s, 9199);
    expect_journal(&s, "");
    session_advance(&s, 9200);
    expect_journal(&s, RECONNECT);
    expect_state(&s, "suspect");
    assert_string_equal(session_market(&s, M1)->proof.why, "the connection is made anew");
    assert_int_equal(session_market(&s, M1)->proof.resyncs, 1);
    session_close(&s);
}

/* The new subscription's book is wrong as well: there is no need to wait for another. */
static void a_wrong_book_of_the_stream_is_followed_up(void **state)
{
    struct session s;
    (void)state;
    begin_asked(&s, JOURNAL_WISHES);
    for (int64_t ms = 1200; ms <= 3200; ms += 1000) {
        session_at(&s, ms);
        session_reply(&s, 500, "");
        session_advance(&s, ms + 999);
        journal_clear(&s.journal);
        session_advance(&s, ms + 1000);
    }
    session_hear(&s, 4400, frame_book(YES, 1100, 77, BIDS_1, ASKS_1));
    expect_journal(&s, AGAIN);
    session_advance(&s, 5399);
    expect_journal(&s, "");
    session_advance(&s, 5400);
    expect_journal(&s, RECONNECT);
    session_close(&s);
}

/* Never answered at all: each step has five seconds. */
static void steps_have_their_time(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    fail_burst(&s, 100);
    session_advance(&s, 1150);
    session_hear(&s, 6200, "PONG");
    session_hear(&s, 15000, "PONG");
    session_advance(&s, 21149);
    /* While a reply is awaited no other is asked for. */
    expect_journal(&s, GET "wish send 0 PING\n" AGAIN "wish send 0 PING\n");
    session_advance(&s, 21150);
    expect_journal(&s, RECONNECT);
    for (int64_t ms = 25000; ms <= 60000; ms += 5000) session_hear(&s, ms, "PONG");
    journal_clear(&s.journal);
    session_advance(&s, 61149);
    expect_journal(&s, "");
    /* No answer will come; and the connection stayed: all from the beginning. */
    session_advance(&s, 61150);
    expect_journal(&s, GET);
    assert_int_equal(session_market(&s, M1)->proof.resyncs, 1);
    session_advance(&s, 62150);
    assert_int_equal(session_market(&s, M1)->proof.resyncs, 2);
    session_close(&s);
}

/* All steps but the last, which is taken at 21,150 ms; another market of the link is there. */
static void begin_two(struct session *s)
{
    session_begin(s, JOURNAL_WISHES);
    session_watch(s, session_add(s, M2, "2001", "2002"));
    session_hear(s, 50, frame_book_of(M2, "2001", 100, PROVED, "0.3:1", "0.4:1"));
    fail_burst(s, 100);
    session_advance(s, 1150);
}

static void finish_steps(struct session *s)
{
    session_hear(s, 6200, "PONG");
    session_hear(s, 15000, "PONG");
    session_advance(s, 21149);
    journal_clear(&s->journal);
    session_advance(s, 21150);
}

static void a_link_that_proves_others_is_not_made_anew(void **state)
{
    struct session s;
    (void)state;
    begin_two(&s);
    session_hear(&s, 2000, frame_book_of(M2, "2001", 101, PROVED, "0.3:2", "0.4:1"));
    finish_steps(&s);
    expect_journal(&s, "");
    /* What is not done is not said to be. */
    const struct proof *proof = &session_market(&s, M1)->proof;
    assert_int_equal(proof->state, PROOF_SUSPECT);
    assert_string_equal(proof->why, "its hash does not match");
    expect_notes(&s, "resync 2, resync 1, resync 1, resync 1, failure 1");
    /* It begins again after a minute, not before. */
    for (int64_t ms = 25000; ms <= 80000; ms += 5000) session_hear(&s, ms, "PONG");
    fail_burst(&s, 81000);
    session_advance(&s, 81149);
    assert_int_equal(proof->resyncs, 1);
    session_advance(&s, 81150);
    assert_int_equal(proof->resyncs, 2);
    assert_string_equal(proof->why, "its book is asked for anew");
    session_close(&s);
}

/* One book alone does not cost the others their connection; one more that fails makes it the connection's fault. */
static void a_link_with_several_wrong_books_is_made_anew(void **state)
{
    (void)state;
    for (int fails = 0; fails < 2; fails++) {
        struct session s;
        begin_two(&s);
        if (fails) session_hear(&s, 2000, frame_book_of(M2, "2001", 101, 77, "0.3:2", "0.4:1"));
        finish_steps(&s);
        assert_true((strstr(journal_text(&s.journal), RECONNECT) != NULL) == (fails == 1));
        session_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_that_differs_has_mended_it),
        cmocka_unit_test(a_book_that_is_the_same_confirms_it),
        cmocka_unit_test(the_streams_book_mends_it_too),
        cmocka_unit_test(a_burst_that_passes_meanwhile_ends_it),
        cmocka_unit_test(a_burst_that_goes_on_is_no_answer),
        cmocka_unit_test(a_burst_that_goes_on_calls_it_off),
        cmocka_unit_test(what_does_not_help_is_followed_up),
        cmocka_unit_test(a_wrong_book_of_the_stream_is_followed_up),
        cmocka_unit_test(steps_have_their_time),
        cmocka_unit_test(a_link_that_proves_others_is_not_made_anew),
        cmocka_unit_test(a_link_with_several_wrong_books_is_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
