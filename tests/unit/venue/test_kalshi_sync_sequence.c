/* What is proved by the venue's count: gaps, duplicates, numbers that answers take, several streams, and the way back.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

#define ASK_ANEW(id, next) SENT_UNSUBSCRIBE(id, "1") SENT_BOOKS(next, QUOTED_1 "," QUOTED_2)

/* The books come by a new subscription. */
static void come_back(struct session *s, int64_t ms, const char *bids, const char *asks)
{
    session_hear(s, ms, frame_subscribed(5, "orderbook_delta", 4));
    session_receive(s, frame_snapshot(4, 1, T1, bids, asks));
    expect_states(s, "verified", "stale");
    session_receive(s, frame_snapshot(4, 2, T2, BIDS_2, ASKS_2));
    expect_states(s, "verified", "verified");
}

static void a_gap_makes_every_book_of_its_stream_stale(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS | JOURNAL_EVENTS);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -5", 7000));
    expect_journal(&s, "changes applied #6 @100\n");
    expect_states(&s, "verified", "verified");
    session_hear(&s, 101, frame_delta(1, 6, T1, "yes 0.48 -5", 7001));
    expect_states(&s, "stale", "stale");
    expect_journal(&s, SENT_UNSUBSCRIBE("4", "1") "link 0 syncing @101\n"
                                                  "changes ignored: a snapshot is awaited #7 @101\n");
    assert_int_equal(session_market(&s, T1)->proof.gaps, 1);
    assert_int_equal(session_market(&s, T2)->proof.gaps, 0); /* one hole is one gap */
    expect_book_of(&s, T1, "0.48:25 0.47:10 | 0.52:25 0.53:5");
    session_advance(&s, 106);
    expect_journal(&s, SENT_BOOKS("5", QUOTED_1 "," QUOTED_2));
    session_hear(&s, 110, frame_unsubscribed(4, 1, 7));
    expect_states(&s, "stale", "stale");
    journal_clear(&s.journal);
    come_back(&s, 120, "0.48:20 0.47:10", ASKS_1);
    expect_journal(&s, "control applied: subscribed #9 @120\nbook applied #10 @120\nbook applied #11 @120\n"
                       "link 0 live @120\n");
    session_close(&s);
}

static void the_new_book_is_compared_with_the_old_one(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    uint32_t epoch = session_market(&s, T1)->epoch;
    uint64_t version = session_market(&s, T1)->book.version;
    session_hear(&s, 100, frame_delta(1, 4, T1, "yes 0.48 -5", 7000));
    session_advance(&s, 110);
    come_back(&s, 120, "0.48:20 0.46:1", ASKS_1);
    expect_notes_of(&s, T1, "mended 3, resync 2, gap 1");
    expect_notes_of(&s, T2, "confirmed 0, resync 2, gap 1");
    assert_int_equal(session_market(&s, T1)->epoch, epoch + 1);
    assert_true(session_market(&s, T1)->book.version > version);
    expect_book_of(&s, T1, "0.48:20 0.46:1 | 0.52:25 0.53:5");
    session_close(&s);
}

static void a_duplicate_or_an_old_number_is_dropped(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_EVENTS | JOURNAL_WISHES | JOURNAL_STATES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -5", 7000));
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.48 -5", 7000));
    session_receive(&s, frame_delta(1, 2, T1, "yes 0.48 -5", 7000));
    session_receive(&s, frame_delta(1, 4, T1, "yes 0.48 -1", 7000));
    expect_journal(&s, "changes applied #6 @100\nchanges duplicate: an old sequence number #7 @100\n"
                       "changes duplicate: an old sequence number #8 @100\nchanges applied #9 @100\n");
    expect_book_of(&s, T1, "0.48:24 0.47:10 | 0.52:25 0.53:5");
    assert_int_equal(session_market(&s, T1)->proof.duplicates, 2);
    assert_int_equal(session_market(&s, T1)->proof.gaps, 0);
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

static void answers_take_numbers(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_ok(99, 1, 3));
    session_receive(&s, frame_error(98, 5, ",\"sid\":1,\"seq\":4"));
    session_receive(&s, frame_delta(1, 5, T1, "yes 0.48 -5", 7000));
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    session_close(&s);
}

static void an_answer_reveals_a_gap(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_ok(99, 1, 4));
    expect_states(&s, "stale", "stale");
    assert_int_equal(session_market(&s, T1)->proof.gaps, 1);
    session_advance(&s, 110);
    expect_journal(&s, ASK_ANEW("4", "5"));
    come_back(&s, 120, BIDS_1, ASKS_1);
    session_close(&s);
}

static void a_snapshot_that_reveals_a_gap_is_taken(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    session_hear(&s, 100, frame_snapshot(1, 5, T1, "0.4:1", ""));
    expect_states(&s, "verified", "stale");
    expect_book_of(&s, T1, "0.4:1 | ");
    session_hear(&s, 110, frame_unsubscribed(4, 1, 6));
    expect_states(&s, "stale", "stale");
    come_back(&s, 120, BIDS_1, ASKS_1);
    session_close(&s);
}

/* Other streams' books and other streams' gaps do not touch each other. */
static void a_gap_is_of_its_stream_alone(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.48:30", "0.48:25"));
    session_receive(&s, frame_snapshot(2, 7, T2, BIDS_2, "0.3:6"));
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.48 -5", 7000));
    expect_states(&s, "stale", "verified");
    session_receive(&s, frame_delta(2, 8, T2, "yes 0.2 -5", 7000));
    expect_states(&s, "stale", "verified");
    expect_book_of(&s, T2, " | 0.7:6");
    session_receive(&s, "{\"type\":\"trade\",\"sid\":3,\"seq\":1,\"msg\":{}}");
    session_receive(&s, "{\"type\":\"nonsense\",\"sid\":3,\"seq\":9,\"msg\":{}}");
    expect_states(&s, "stale", "verified");
    session_receive(&s, frame_snapshot(1, 4, T1, "0.48:30", "0.48:25"));
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

static void a_change_by_another_stream_is_not_of_the_book(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_EVENTS);
    session_hear(&s, 100, frame_delta(9, 3, T1, "yes 0.48 -5", 7000));
    expect_journal(&s, "changes ignored: not of its book's subscription #6 @100\n");
    expect_book_of(&s, T1, BOOK_1);
    session_close(&s);
}

static void a_change_before_its_snapshot_waits_for_it(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, JOURNAL_EVENTS, (struct venue_options){.has_key = true});
    session_watch(&s, kalshi_add(&s, T1));
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 1);
    journal_clear(&s.journal);
    expect_state_of(&s, T1, "syncing");
    session_hear(&s, 5, frame_delta(1, 1, T1, "yes 0.48 5", 7000));
    expect_journal(&s, "changes ignored: its book was not seen #4 @5\n");
    expect_state_of(&s, T1, "syncing");
    session_receive(&s, frame_snapshot(1, 2, T1, BIDS_1, ASKS_1));
    expect_state_of(&s, T1, "verified");
    expect_book_of(&s, T1, BOOK_1);
    session_close(&s);
}

/* A recording of two connections: the count begins anew. */
static void a_second_subscribed_begins_the_count_anew(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_subscribed(1, "orderbook_delta", 1));
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.4:1"));
    session_receive(&s, frame_delta(1, 2, T1, "yes 0.48 1", 7000));
    session_receive(&s, frame_subscribed(1, "orderbook_delta", 1));
    expect_state_of(&s, T1, "stale");
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.4:1"));
    expect_state_of(&s, T1, "verified");
    session_receive(&s, frame_delta(1, 2, T1, "yes 0.48 1", 7000));
    assert_int_equal(session_market(&s, T1)->proof.duplicates, 0);
    assert_int_equal(session_market(&s, T1)->proof.gaps, 0);
    session_close(&s);
}

/* A repetition, or the first of a new count: it is not applied, and no book of the stream is trusted. */
static void an_old_snapshot_is_not_applied_and_trusts_no_book(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    for (int i = 0; i < 5; i++) session_hear(&s, 100 + i, frame_delta(1, 3 + i, T1, "yes 0.48 1", 7000 + i));
    session_hear(&s, 110, frame_snapshot(1, 1, T1, "0.4:1", ""));
    expect_states(&s, "stale", "stale");
    assert_int_equal(order_book_best_bid(&session_market(&s, T1)->book), 4800);
    assert_int_equal(session_market(&s, T1)->proof.gaps, 1);
    session_advance(&s, 120);
    expect_journal(&s, ASK_ANEW("4", "5"));
    come_back(&s, 130, BIDS_1, ASKS_1);
    session_close(&s);
}

/* The newest frame once more: nothing can have been missed. */
static void a_snapshot_with_the_newest_number_is_a_repetition(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    session_receive(&s, frame_delta(1, 2, T1, "yes 0.48 1", 7000));
    expect_state_of(&s, T1, "verified");
    assert_int_equal(session_market(&s, T1)->proof.gaps, 0);
    assert_int_equal(session_market(&s, T1)->proof.duplicates, 1);
    session_close(&s);
}

static void old_numbers_that_rise_begin_the_count_anew(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    for (int i = 0; i < 8; i++) session_hear(&s, 100 + i, frame_delta(1, 3 + i, T1, "yes 0.48 1", 7000 + i));
    session_hear(&s, 110, frame_delta(1, 4, T1, "yes 0.48 1", 7001));
    session_hear(&s, 111, frame_delta(1, 5, T1, "yes 0.48 1", 7002)); /* two of before */
    session_hear(&s, 112, frame_delta(1, 11, T1, "yes 0.48 1", 7010));
    session_hear(&s, 113, frame_delta(1, 6, T1, "yes 0.48 1", 7003));
    session_hear(&s, 114, frame_ok(77, 1, 7));
    session_hear(&s, 115, frame_delta(1, 9, T1, "yes 0.48 1", 7003)); /* not one by one */
    expect_states(&s, "verified", "verified");
    session_hear(&s, 200, frame_delta(1, 1, T1, "yes 0.48 1", 8000));
    session_hear(&s, 201, frame_delta(1, 2, T1, "yes 0.48 1", 8001));
    expect_states(&s, "verified", "verified");
    session_hear(&s, 202, frame_delta(1, 3, T1, "yes 0.48 1", 8002));
    expect_states(&s, "stale", "stale");
    expect_notes_of(&s, T1, "resync 2, gap 0");
    session_advance(&s, 210);
    expect_journal(&s, ASK_ANEW("4", "5"));
    come_back(&s, 220, BIDS_1, ASKS_1);
    session_close(&s);
}

/* A hole among trades is none of a book. */
static void a_gap_among_trades_is_no_books(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, "{\"type\":\"trade\",\"sid\":3,\"seq\":1,\"msg\":{\"market_ticker\":\"" T1 "\"}}");
    session_receive(&s, "{\"type\":\"trade\",\"sid\":3,\"seq\":5,\"msg\":{\"market_ticker\":\"" T1 "\"}}");
    session_receive(&s, frame_ok(77, 3, 9));
    assert_int_equal(session_market(&s, T1)->proof.gaps, 0);
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_makes_every_book_of_its_stream_stale),
        cmocka_unit_test(the_new_book_is_compared_with_the_old_one),
        cmocka_unit_test(a_duplicate_or_an_old_number_is_dropped),
        cmocka_unit_test(answers_take_numbers),
        cmocka_unit_test(an_answer_reveals_a_gap),
        cmocka_unit_test(a_snapshot_that_reveals_a_gap_is_taken),
        cmocka_unit_test(a_gap_is_of_its_stream_alone),
        cmocka_unit_test(a_change_by_another_stream_is_not_of_the_book),
        cmocka_unit_test(a_change_before_its_snapshot_waits_for_it),
        cmocka_unit_test(a_second_subscribed_begins_the_count_anew),
        cmocka_unit_test(an_old_snapshot_is_not_applied_and_trusts_no_book),
        cmocka_unit_test(a_snapshot_with_the_newest_number_is_a_repetition),
        cmocka_unit_test(old_numbers_that_rise_begin_the_count_anew),
        cmocka_unit_test(a_gap_among_trades_is_no_books),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
