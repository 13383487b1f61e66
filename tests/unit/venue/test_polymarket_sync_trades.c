/* What frames say besides books: strangers, trades, tick sizes, resolutions. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "polymarket_session.h"

static void strangers_are_passed_over_and_reported_once(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(
        &s, frame_changes(99, YES " BUY 0.1 1 4, " NO " SELL 0.9 1 5, " YES " BUY 0.2 1 4, " NO " SELL 0.8 1 5"));
    expect_journal(&s, "changes 1001 (stranger) ignored: its book was not seen #1 @0\n"
                       "changes 1002 (stranger) ignored: its book was not seen #1 @0\n");
    session_receive(
        &s, frame_pair(frame_book(YES, 100, 1, "0.48:30", "0.52:25"), frame_book(NO, 100, 2, "0.48:25", "0.52:30")));
    journal_clear(&s.journal);
    session_receive(&s, frame_changes(101, "9 BUY 0.1 1 4, " YES " BUY 0.47 1 6, 9 BUY 0.1 2 4"));
    expect_journal(&s, "changes 9 (stranger) ignored: asset of no known outcome #3 @0\n"
                       "changes 1001 applied #3 @0\n");
    session_receive(&s, frame_changes(102, "9 BUY 0.1 1 7"));
    session_receive(&s, frame_trade("9", 103, "BUY", "0.5", "1", "0xt1"));
    session_receive(&s, frame_tick_size("9", 103, "0.01", "0.001"));
    session_receive(&s, frame_book("9", 104, 8, "", ""));
    expect_journal(&s, "changes 9 (stranger) ignored: asset of no known outcome #4 @0\n"
                       "trade 9 (stranger) ignored: asset of no known outcome #5 @0\n"
                       "tick 9 (stranger) ignored: asset of no known outcome #6 @0\n"
                       "book 9 (stranger) refused: asset of no known outcome #7 @0\n");
    expect_book(&s, "0.48:30 0.47:1 | 0.52:25");
    session_close(&s);
}

static void trades_are_mirrored_and_counted_once(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_trade(YES, 99, "BUY", "0.5", "1", "0xt0"));
    session_receive(&s, frame_pair(frame_book(YES, 100, 1, "", ""), frame_book(NO, 100, 2, "", "")));
    journal_clear(&s.journal);
    session_receive(&s, frame_trade(NO, 101, "BUY", "0.42", "219.217767", "0xt1"));
    session_receive(&s, frame_trade(NO, 101, "BUY", "0.42", "219.217767", "0xt1"));
    session_receive(&s, frame_trade(YES, 90, "BUY", "0.6", "2", "0xt2"));
    expect_journal(&s, "trade 1002 applied #3 @0\n"
                       "trade 1002 duplicate: the same trade again, or older than the tape #4 @0\n"
                       "trade 1001 applied #5 @0\n");
    const struct market *market = session_market(&s, M1);
    const struct trade *trade = tape_trade(&market->tape, 0);
    assert_int_equal(tape_count(&market->tape), 2);
    assert_int_equal(trade->price, 5800);
    assert_int_equal(trade->aggressor, SIDE_ASK);
    assert_int_equal(trade->outcome, 1);
    assert_int_equal(trade->quantity, 219217767);
    assert_int_equal(market->last_trade, 5800); /* the second is older */
    assert_int_equal(tape_trade(&market->tape, 1)->aggressor, SIDE_BID);
    assert_int_equal(market->proof.duplicates, 1);
    session_close(&s);
}

/* One without a stamp is as new as its arrival. */
static void trade_without_a_stamp_is_the_newest(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, 0);
    session_add(&s, M1, YES, NO);
    session_receive(&s, frame_trade(YES, 101, "BUY", "0.42", "5", "0xt1"));
    session_receive(&s, "{\"event_type\":\"last_trade_price\",\"market\":\"0xm1\",\"asset_id\":\"1001\","
                        "\"price\":\"0.44\",\"size\":\"1\",\"transaction_hash\":\"0xt2\"}");
    assert_int_equal(session_market(&s, M1)->last_trade, 4400);
    assert_int_equal(tape_trade(&session_market(&s, M1)->tape, 0)->price, 4400);
    session_close(&s);
}

static void trades_by_rest_fill_the_tape_in_order(void **state)
{
    static const char body[] =
        "[{\"asset\":\"1001\",\"conditionId\":\"0xm1\",\"side\":\"BUY\",\"price\":0.51,\"size\":5,\"timestamp\":"
        "1789156,"
        "\"transactionHash\":\"0xt3\"},"
        "{\"asset\":\"1001\",\"conditionId\":\"0xm1\",\"side\":\"BUY\",\"price\":0.52,\"size\":6,\"timestamp\":1789155,"
        "\"transactionHash\":\"0xt2\"},"
        "{\"asset\":\"1002\",\"conditionId\":\"0xm1\",\"side\":\"BUY\",\"price\":0.47,\"size\":7,\"timestamp\":1789155,"
        "\"transactionHash\":\"0xt1\"}]";
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_WISHES);
    struct market_handle market = session_add(&s, M1, YES, NO);
    s.venue->seed(s.sync, s.now, market);
    expect_journal(&s, "wish get https://data/trades?market=0xm1&limit=64\n");
    session_receive(&s, frame_trade(YES, 1789156900, "BUY", "0.5", "1", "0xt4"));
    session_receive(&s, frame_trade(YES, 1789156100, "BUY", "0.51", "5", "0xt3"));
    session_reply(&s, 200, body);
    const struct market *m = session_market(&s, M1);
    assert_int_equal(tape_count(&m->tape), 4);
    const price_t prices[] = {5000, 5100, 5200, 5300};
    for (size_t i = 0; i < 4; i++) assert_int_equal(tape_trade(&m->tape, i)->price, prices[i]);
    assert_int_equal(m->last_trade, 5000);
    assert_int_equal(m->messages, 2);
    assert_int_equal(m->proof.duplicates, 0);
    session_reply(&s, 200, body); /* nobody asked */
    s.venue->seed(s.sync, s.now, market);
    session_reply(&s, 200, body);
    s.venue->seed(s.sync, s.now, market);
    session_reply(&s, 0, "");
    assert_int_equal(tape_count(&m->tape), 4);
    session_close(&s);
}

/* A tape that has nothing takes the newest of a reply for its last trade, also within one second. */
static void last_trade_by_rest_is_the_first_listed(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, 0);
    s.venue->seed(s.sync, s.now, session_add(&s, M1, YES, NO));
    session_reply(&s, 200,
                  "[{\"asset\":\"1001\",\"conditionId\":\"0xm1\",\"side\":\"BUY\",\"price\":0.51,\"size\":5,"
                  "\"timestamp\":1789155,\"transactionHash\":\"0xt3\"},"
                  "{\"asset\":\"1001\",\"conditionId\":\"0xm1\",\"side\":\"BUY\",\"price\":0.52,\"size\":6,"
                  "\"timestamp\":1789155,\"transactionHash\":\"0xt2\"}]");
    assert_int_equal(session_market(&s, M1)->last_trade, 5100);
    assert_int_equal(tape_trade(&session_market(&s, M1)->tape, 0)->price, 5100);
    session_close(&s);
}

static void tick_size_changes_once_and_a_coarser_one_asks_for_the_book(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS | JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_receive(&s, frame_book(YES, 100, 1, "0.485:1 0.49:20", "0.52:25"));
    session_market(&s, M1)->instrument.tick = 100;
    journal_clear(&s.journal);
    session_receive(&s, frame_tick_size(YES, 101, "0.01", "0.001"));
    session_receive(&s, frame_tick_size(NO, 101, "0.01", "0.001"));
    expect_journal(&s, "tick 1001 applied #2 @0\n"
                       "tick 1002 duplicate: the tick size is that already #3 @0\n");
    session_receive(&s, frame_tick_size(YES, 102, "0.001", "0.01"));
    session_receive(&s, frame_tick_size(NO, 102, "0.001", "0.01"));
    expect_journal(&s, "wish get https://books/book?token_id=1001\n"
                       "tick 1001 applied #4 @0\n"
                       "tick 1002 duplicate: the tick size is that already #5 @0\n");
    assert_int_equal(session_market(&s, M1)->instrument.tick, 100);
    assert_int_equal(session_market(&s, M1)->proof.duplicates, 0); /* each token is told: that is no repetition */
    session_reply(&s, 200, frame_book(YES, 103, PROVED, "0.49:20", "0.52:25"));
    expect_journal(&s, "book 1001 applied #0 @0\n");
    expect_book(&s, "0.49:20 | 0.52:25");
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_VERIFIED);
    session_close(&s);
}

/* Nobody would answer. */
static void tick_size_of_a_market_not_watched_asks_for_nothing(void **state)
{
    struct session s;
    (void)state;
    session_open_timeless(&s, JOURNAL_WISHES);
    session_receive(&s, frame_book(YES, 100, 1, "0.49:20", ""));
    session_receive(&s, frame_tick_size(YES, 101, "0.01", "0.001"));
    session_receive(&s, frame_tick_size(YES, 102, "0.001", "0.01"));
    expect_journal(&s, "");
    session_close(&s);
}

static void resolution_names_the_winner(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS | JOURNAL_STATES);
    session_receive(&s, frame_pair(frame_book(YES, 100, PROVED, "", ""), frame_book(NO, 100, PROVED, "", "")));
    journal_clear(&s.journal);
    session_receive(&s, frame_resolved(M1, 101, NO));
    session_receive(&s, frame_resolved("0xunknown", 101, NO));
    expect_journal(&s, "state 0xm1 resolved verified epoch 0\n"
                       "lifecycle applied #2 @0\n"
                       "lifecycle applied #3 @0\n");
    assert_int_equal(session_market(&s, M1)->winner, 1);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_are_passed_over_and_reported_once),
        cmocka_unit_test(trades_are_mirrored_and_counted_once),
        cmocka_unit_test(trade_without_a_stamp_is_the_newest),
        cmocka_unit_test(trades_by_rest_fill_the_tape_in_order),
        cmocka_unit_test(last_trade_by_rest_is_the_first_listed),
        cmocka_unit_test(tick_size_changes_once_and_a_coarser_one_asks_for_the_book),
        cmocka_unit_test(tick_size_of_a_market_not_watched_asks_for_nothing),
        cmocka_unit_test(resolution_names_the_winner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
