/* Books between their snapshots: bursts, trades, lives of markets. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

/* === Bursts === */

static void a_burst_is_a_run_of_one_stamp(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_BURSTS | JOURNAL_PROOFS);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -5", 7000));
    session_receive(&s, frame_delta(1, 4, T2, "yes 0.2 1", 7001)); /* another market's is another burst */
    session_receive(&s, frame_delta(1, 5, T1, "yes 0.49 5", 7000));
    expect_journal(&s, "");
    session_receive(&s, frame_delta(1, 6, T1, "yes 0.49 1", 7001));
    expect_journal(&s, "burst KXONE-1 2 messages to #8 @100\nburst verified #8 @100\n");
    session_advance(&s, 149);
    expect_journal(&s, "");
    session_advance(&s, 200);
    expect_journal(&s, "burst KXTWO-2 1 messages to #7 @150\nburst verified #7 @150\n"
                       "burst KXONE-1 1 messages to #9 @150\nburst verified #9 @150\n");
    assert_int_equal(session_market(&s, T1)->proof.bursts, 2);
    session_close(&s);
}

static void a_snapshot_ends_the_burst_before_it(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_BURSTS | JOURNAL_PROOFS);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -5", 7000));
    session_receive(&s, frame_snapshot(1, 4, T1, BIDS_1, ASKS_1));
    expect_journal(&s, "burst KXONE-1 1 messages to #6 @100\nburst verified #6 @100\nbook verified #7 @100\n");
    session_close(&s);
}

static const char *delta_of(long long seq, const char *ts)
{
    char *out = frame_buffer();
    frame_add(out,
              "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":%lld,\"msg\":{\"market_ticker\":\"" T1
              "\",\"price_dollars\":\"0.48\",\"delta_fp\":\"1.00\",\"side\":\"yes\",\"ts\":\"%s\"}}\n",
              seq, ts);
    return out;
}

/* As the venue sent them in spring 2026: no ts_ms, up to six digits of a second. */
static void stamps_in_fractions_of_seconds_count_by_their_milliseconds(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_BURSTS);
    session_hear(&s, 100, delta_of(3, "2026-04-18T10:00:00.123456Z"));
    session_receive(&s, delta_of(4, "2026-04-18T10:00:00.12399Z"));
    session_receive(&s, delta_of(5, "2026-04-18T10:00:00.124Z"));
    expect_journal(&s, "burst KXONE-1 2 messages to #7 @100\n");
    assert_int_equal(session_market(&s, T1)->venue_ms, 1776506400124);
    session_close(&s);
}

/* No time passes: rules and the end of input end a burst. */
static void without_stamps_only_rules_end_a_burst(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, JOURNAL_BURSTS, (struct venue_options){.discover = true, .stampless = true});
    s.now = (struct stamp){0, 0};
    session_receive(&s, frame_snapshot(1, 1, T1, "0.4:1", "0.5:1"));
    session_receive(&s, frame_delta(1, 2, T1, "yes 0.4 1", 0));
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.4 1", 0));
    assert_true(s.venue->deadline(s.sync) == TIME_NEVER);
    session_receive(&s, frame_delta(1, 4, T1, "no 0.6 1", 7000));
    expect_journal(&s, "burst KXONE-1 2 messages to #3 @-\n");
    session_finish(&s);
    expect_journal(&s, "burst KXONE-1 1 messages to #4 crossed @-\n");
    expect_state_of(&s, T1, "verified");
    assert_true(s.venue->deadline(s.sync) == TIME_NEVER);
    session_close(&s);
}

static void a_change_of_nothing_changes_nothing(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.33 0.00", 7000));
    session_receive(&s, frame_delta(1, 4, T1, "yes 0.48 0.00", 7000));
    session_receive(&s, frame_delta(1, 5, T1, "yes 0.47 -10.00", 7000)); /* gone at exactly 0 */
    expect_book_of(&s, T1, "0.48:30 | 0.52:25 0.53:5");
    expect_state_of(&s, T1, "verified");
    session_close(&s);
}

/* === Trades and lives === */

#define TRADE(seq, id)                                                                                                 \
    "{\"type\":\"trade\",\"sid\":3,\"seq\":" seq ",\"msg\":{\"trade_id\":\"" id "\",\"market_ticker\":\"" T1           \
    "\",\"yes_price_dollars\":\"0.49\",\"count_fp\":\"3.00\",\"taker_outcome_side\":\"yes\",\"ts_ms\":7000}}"

static void trades_are_kept_once(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_EVENTS);
    session_hear(&s, 100, TRADE("1", "a"));
    session_receive(&s, TRADE("2", "a"));
    expect_journal(&s,
                   "trade applied #6 @100\ntrade duplicate: the same trade again, or older than the tape #7 @100\n");
    assert_int_equal(session_market(&s, T1)->last_trade, 4900);
    session_unwatch(&s, kalshi_handle(&s, T1));
    session_receive(&s, TRADE("3", "b"));
    session_receive(&s, "{\"type\":\"trade\",\"sid\":3,\"seq\":4,\"msg\":{\"trade_id\":\"c\",\"market_ticker\":\"NEW\","
                        "\"yes_price_dollars\":\"0.49\",\"count_fp\":\"3.00\"}}");
    expect_journal(&s, "trade ignored: not a watched market #8 @100\n"
                       "trade ignored: its book was not seen #9 @100\n");
    session_close(&s);
}

#define LIFE(seq, rest)                                                                                                \
    "{\"type\":\"market_lifecycle_v2\",\"sid\":9,\"seq\":" seq ",\"msg\":{\"market_ticker\":\"" T1 "\"," rest "}}"

static void a_market_lives_and_ends(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_STATES | JOURNAL_WISHES);
    const struct market *market = session_market(&s, T1);
    session_hear(&s, 100, LIFE("1", "\"event_type\":\"deactivated\",\"is_deactivated\":true"));
    assert_int_equal(market->status, MARKET_PAUSED);
    session_receive(&s, LIFE("2", "\"event_type\":\"activated\""));
    assert_int_equal(market->status, MARKET_OPEN);
    session_receive(&s, LIFE("3", "\"event_type\":\"close_date_updated\",\"close_ts\":1789999999"));
    assert_int_equal(market->instrument.close_time, 1789999999);
    session_receive(&s, LIFE("4", "\"event_type\":\"price_level_structure_updated\",\"price_ranges\":[{\"start\":\"0."
                                  "0000\",\"end\":\"1.0000\",\"step\":\"0.0010\"}]"));
    assert_int_equal(market->instrument.tick, 10);
    session_receive(&s, LIFE("5", "\"event_type\":\"created\",\"result\":\"no\""));
    assert_int_equal(market->winner, -1);
    session_receive(&s, LIFE("6", "\"event_type\":\"determined\",\"result\":\"no\""));
    assert_int_equal(market->status, MARKET_CLOSED);
    assert_int_equal(market->winner, 1);
    session_receive(&s, LIFE("7", "\"event_type\":\"settled\",\"result\":\"yes\""));
    assert_int_equal(market->status, MARKET_RESOLVED);
    assert_int_equal(market->winner, 0);
    journal_clear(&s.journal);
    session_advance(&s, 120);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_1, "delete_markets") SENT_UPDATE(
                           "5", "2", QUOTED_1, "delete_markets") SENT_UPDATE("6", "3", QUOTED_1, "delete_markets"));
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

/* What is said of markets that nobody keeps a book of, and without what it usually has. */
static void what_is_said_of_others_changes_nothing(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_EVENTS);
    session_unwatch(&s, kalshi_handle(&s, T2));
    session_hear(&s, 100, frame_ticker(T2, "0.1", "0.9", 7000));
    kalshi_add(&s, "KXOTHER-1");
    session_receive(&s, frame_ticker("KXOTHER-1", "0.1", "0.9", 7000));
    session_receive(&s, frame_delta(1, 3, "KXOTHER-1", "yes 0.1 1", 7000));
    session_receive(&s, frame_delta(1, 4, "KXSTRANGER-1", "yes 0.1 1", 7000));
    session_receive(&s, frame_delta(1, 5, "KXSTRANGER-1", "maybe 0.1 1", 7000));
    session_receive(&s, frame_delta(1, 5, "KXSTRANGER-1", "yes 0.1 1", 7000)); /* again */
    session_receive(&s, "{\"type\":\"event_lifecycle\",\"sid\":9,\"seq\":1,\"msg\":{\"event_ticker\":\"KX\"}}");
    session_receive(&s, "{\"type\":\"market_lifecycle_v2\",\"msg\":{\"market_ticker\":\"" T1
                        "\",\"event_type\":\"metadata_updated\"}}");
    session_receive(&s, frame_snapshot(1, 6, T1, BIDS_1, "")); /* a side without levels */
    session_receive(&s, "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":\"x\"}");
    expect_states(&s, "verified", "stale");
    expect_journal(&s,
                   "ticker applied #6 @100\nticker applied #7 @100\n"
                   "changes ignored: its book was not seen #8 @100\nchanges ignored: its book was not seen #9 @100\n"
                   "error refused: unknown side #10 @100\n"
                   "changes duplicate: an old sequence number #11 @100\nlifecycle applied #12 @100\n"
                   "lifecycle applied #13 @100\nbook applied #14 @100\nerror refused: bad seq #15 @100\n");
    session_close(&s);
}

static void a_ticker_may_be_without_a_stamp(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, 0, (struct venue_options){.discover = true, .stampless = true});
    s.now = (struct stamp){0, 0};
    session_receive(&s, frame_snapshot(1, 1, T1, "0.4:1", "0.5:1"));
    for (int i = 0; i < 2; i++)
        session_receive(&s, "{\"type\":\"ticker\",\"sid\":2,\"msg\":{\"market_ticker\":\"" T1
                            "\",\"yes_bid_dollars\":\"0.4\",\"yes_ask_dollars\":\"0.6\"}}");
    expect_state_of(&s, T1, "suspect");
    session_receive(&s, frame_snapshot(1, 2, T1, "0.4:1", "0.4:1"));
    expect_state_of(&s, T1, "verified");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_a_run_of_one_stamp),
        cmocka_unit_test(a_snapshot_ends_the_burst_before_it),
        cmocka_unit_test(stamps_in_fractions_of_seconds_count_by_their_milliseconds),
        cmocka_unit_test(without_stamps_only_rules_end_a_burst),
        cmocka_unit_test(a_change_of_nothing_changes_nothing),
        cmocka_unit_test(trades_are_kept_once),
        cmocka_unit_test(a_market_lives_and_ends),
        cmocka_unit_test(what_is_said_of_others_changes_nothing),
        cmocka_unit_test(a_ticker_may_be_without_a_stamp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
