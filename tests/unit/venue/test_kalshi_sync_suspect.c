/* What makes a book suspect between its snapshots: that it is crossed, and the ticker as a witness. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

#define ASK_1 SENT_UPDATE("4", "1", QUOTED_1, "get_snapshot")

/* === Crossed === */

static void a_book_crossed_at_rest_is_asked_for_anew(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.52 1", 7000));
    session_advance(&s, 399);
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    session_advance(&s, 400); /* 50 ms of silence, and 250 ms */
    expect_states(&s, "suspect", "verified");
    session_advance(&s, 405);
    expect_journal(&s, ASK_1);
    /* It is doubted once, and what is still applied is not proved. */
    session_hear(&s, 410, frame_delta(1, 4, T1, "yes 0.53 1", 7001));
    session_advance(&s, 2000);
    assert_int_equal(session_market(&s, T1)->proof.failed, 2);
    expect_journal(&s, "");
    session_hear(&s, 2010, frame_snapshot(1, 5, T1, BIDS_1, ASKS_1));
    expect_states(&s, "verified", "verified");
    expect_notes_of(&s, T1, "mended 2, resync 1, crossed 1");
    assert_int_equal(session_market(&s, T1)->proof.crossed, 2);
    session_close(&s);
}

static void a_book_crossed_for_a_moment_is_not(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.52 1", 7000));
    session_hear(&s, 300, frame_delta(1, 4, T1, "yes 0.52 -1", 7200));
    session_advance(&s, 5000);
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    /* Uncrossed by a snapshot, and by a burst that is still open. */
    session_hear(&s, 6000, frame_delta(1, 5, T1, "yes 0.52 1", 13000));
    session_hear(&s, 6200, frame_snapshot(1, 6, T1, BIDS_1, ASKS_1));
    session_hear(&s, 7000, frame_delta(1, 7, T1, "yes 0.52 1", 14000));
    session_hear(&s, 7290, frame_delta(1, 8, T1, "yes 0.52 -1", 14290));
    session_advance(&s, 9000);
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    session_close(&s);
}

/* What is wrong at once is no better than what became wrong. */
static void a_crossed_snapshot_is_asked_for_anew(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_snapshot(1, 3, T1, "0.60:5", "0.58:6"));
    assert_int_equal(session_market(&s, T1)->proof.crossed, 1);
    session_advance(&s, 349);
    expect_states(&s, "verified", "verified");
    session_advance(&s, 350);
    expect_states(&s, "suspect", "verified");
    session_advance(&s, 355);
    expect_journal(&s, ASK_1);
    session_close(&s);
}

/* The venue goes on sending what cannot be: it is asked ever more seldom, until a burst ends well. */
static void what_stays_crossed_is_asked_for_ever_more_seldom(void **state)
{
    struct session s;
    long long number = 3;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_snapshot(1, number++, T1, "0.60:5", "0.58:6"));
    int64_t begun = 350;
    for (int64_t wait = 1000; wait < 200000; wait *= 2) {
        session_advance(&s, begun + 4);
        assert_null(strstr(journal_text(&s.journal), "get_snapshot"));
        session_advance(&s, begun + 5);
        assert_non_null(strstr(journal_text(&s.journal), "get_snapshot"));
        journal_clear(&s.journal);
        session_hear(&s, begun + 10, frame_snapshot(1, number++, T1, "0.60:5", "0.58:6"));
        begun += wait < 60000 ? wait : 60000;
    }
    session_advance(&s, begun + 5);
    session_hear(&s, begun + 10, frame_snapshot(1, number++, T1, BIDS_1, ASKS_1));
    session_hear(&s, begun + 20, frame_delta(1, number++, T1, "yes 0.48 1", 8000));
    session_advance(&s, begun + 100);
    journal_clear(&s.journal);
    session_hear(&s, begun + 200, frame_snapshot(1, number++, T1, "0.60:5", "0.58:6"));
    session_advance(&s, begun + 455);
    assert_non_null(strstr(journal_text(&s.journal), "get_snapshot"));
    session_close(&s);
}

/* === The witness === */

static void two_tickers_in_a_row_make_a_book_suspect(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_ticker(T1, "0.4800", "0.5200", 7000));
    session_hear(&s, 200, frame_ticker(T1, "0.4900", "0.5200", 7001));
    expect_states(&s, "verified", "verified");
    session_hear(&s, 300, frame_ticker(T1, "0.4900", "0.5100", 7002));
    expect_states(&s, "suspect", "verified");
    session_advance(&s, 305);
    expect_journal(&s, ASK_1);
    /* It is doubted already. */
    session_hear(&s, 400, frame_ticker(T1, "0.4900", "0.5100", 7003));
    session_hear(&s, 500, frame_ticker(T1, "0.4900", "0.5100", 7004));
    assert_int_equal(session_market(&s, T1)->proof.failed, 1);
    session_hear(&s, 600, frame_snapshot(1, 3, T1, "0.49:1", "0.51:1"));
    expect_states(&s, "verified", "verified");
    expect_notes_of(&s, T1, "mended 6, resync 1, witness 1");
    expect_journal(&s, "");
    session_close(&s);
}

static void a_ticker_that_stays_a_second_makes_a_book_suspect(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_ticker(T2, "0.0000", "1.0000", 7001)); /* says that the book is empty */
    session_advance(&s, 1099);
    expect_states(&s, "verified", "verified");
    session_advance(&s, 1100);
    expect_states(&s, "verified", "suspect");
    session_advance(&s, 1105);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_2, "get_snapshot"));
    session_close(&s);
}

static void a_change_may_clear_a_contradiction(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_ticker(T1, "0.4900", "0.5200", 7001));
    session_hear(&s, 200, frame_delta(1, 3, T1, "yes 0.49 1", 7001));
    session_hear(&s, 300, frame_ticker(T1, "0.5000", "0.5200", 7002));
    session_hear(&s, 400, frame_ticker(T1, "0.4900", "0.5200", 7003)); /* agrees */
    session_hear(&s, 500, frame_ticker(T1, "0.5000", "0.5200", 7004));
    session_hear(&s, 600, frame_delta(1, 4, T1, "yes 0.5 1", 7004));
    session_advance(&s, 10000);
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    session_close(&s);
}

/* It was on its way while the book went on. */
static void a_ticker_of_before_the_newest_change_is_no_witness(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.49 1", 7001));
    session_receive(&s, frame_ticker(T1, "0.4800", "0.5200", 7000));
    session_receive(&s, frame_ticker(T1, "0.4800", "0.5200", 7000));
    session_advance(&s, 10000);
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    session_close(&s);
}

static void a_stale_book_has_no_witness(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    session_hear(&s, 100, frame_ticker(T1, "0.4900", "0.5200", 7000));
    session_receive(&s, frame_delta(1, 5, T1, "yes 0.5 1", 7004));
    session_receive(&s, frame_ticker(T1, "0.4900", "0.5200", 7005));
    session_receive(&s, frame_ticker(T1, "0.4900", "0.5200", 7006));
    session_advance(&s, 3000);
    expect_states(&s, "stale", "stale");
    session_close(&s);
}

static void a_ticker_says_the_last_trade_where_none_is_known(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_EVENTS);
    session_hear(&s, 100,
                 "{\"type\":\"ticker\",\"sid\":2,\"msg\":{\"market_ticker\":\"" T1
                 "\",\"price_dollars\":\"0.5100\",\"yes_bid_dollars\":\"0.48\",\"yes_ask_dollars\":\"0.52\"}}");
    assert_int_equal(session_market(&s, T1)->last_trade, 5100);
    session_receive(&s, frame_ticker("KXNONE-1", "0.1", "0.2", 1));
    expect_journal(&s, "ticker applied #6 @100\nticker ignored: its book was not seen #7 @100\n");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_crossed_at_rest_is_asked_for_anew),
        cmocka_unit_test(a_book_crossed_for_a_moment_is_not),
        cmocka_unit_test(two_tickers_in_a_row_make_a_book_suspect),
        cmocka_unit_test(a_ticker_that_stays_a_second_makes_a_book_suspect),
        cmocka_unit_test(a_change_may_clear_a_contradiction),
        cmocka_unit_test(a_ticker_of_before_the_newest_change_is_no_witness),
        cmocka_unit_test(a_stale_book_has_no_witness),
        cmocka_unit_test(a_ticker_says_the_last_trade_where_none_is_known),
        cmocka_unit_test(a_crossed_snapshot_is_asked_for_anew),
        cmocka_unit_test(what_stays_crossed_is_asked_for_ever_more_seldom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
