/* Books between their snapshots: bursts, crossed books, the ticker as a witness, the scale of NO prices, lives of
 * markets.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

#define ASK_1 SENT_UPDATE("4", "1", QUOTED_1, "get_snapshot")

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

/* === The scale of NO prices === */

/* T1 and T2 are watched, with a key, and subscribed to. */
static void await_books(struct session *s, unsigned kinds)
{
    kalshi_open_with(s, kinds, (struct venue_options){.has_key = true});
    session_watch(s, kalshi_add(s, T1));
    session_watch(s, kalshi_add(s, T2));
    session_link(s, 0, LINK_OPENED);
    kalshi_answer_subscribes(s, 1);
}

static void no_prices_that_were_not_turned_are_seen(void **state)
{
    struct session s;
    (void)state;
    await_books(&s, 0);
    /* As YES prices this one is no worse than the other way: it is believed. */
    session_receive(&s, frame_snapshot(1, 1, T2, "0.2:5", "0.3:6"));
    expect_book_of(&s, T2, "0.2:5 | 0.3:6");
    /* This one would be crossed: the request for YES prices was not honoured, and the first one was wrong. */
    session_receive(&s, frame_snapshot(1, 2, T1, "0.6:30", "0.38:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.62:25");
    expect_states(&s, "verified", "stale");
    session_receive(&s, frame_delta(1, 3, T1, "no 0.39 5", 7000));
    expect_book_of(&s, T1, "0.6:30 | 0.61:5 0.62:25");
    session_receive(&s, frame_snapshot(1, 4, T2, "0.2:5", "0.3:6"));
    expect_book_of(&s, T2, "0.2:5 | 0.7:6");
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

static void no_prices_that_were_turned_already_are_seen(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.6:30", "0.62:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.62:25");
    session_receive(&s, frame_delta(1, 2, T1, "no 0.61 5", 7000));
    expect_book_of(&s, T1, "0.6:30 | 0.61:5 0.62:25");
    /* Crossed either way: nothing is learnt of it. */
    session_receive(&s, frame_snapshot(1, 3, T1, "0.6:30", "0.5:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.5:25");
    session_receive(&s, frame_snapshot(2, 1, T2, "0.2:30", "0.3:25"));
    expect_book_of(&s, T2, "0.2:30 | 0.7:25"); /* another subscription, and no word of it */
    session_close(&s);
}

/* Books that fit say how NO prices are meant: one that is crossed is that, and no more. */
static void a_crossed_snapshot_does_not_turn_what_is_settled(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    session_hear(&s, 100, frame_snapshot(1, 3, T2, "0.3:5", "0.3:6"));
    expect_book_of(&s, T2, "0.3:5 | 0.3:6");
    session_hear(&s, 110, frame_snapshot(1, 4, T1, "0.6:5", "0.38:6"));
    expect_book_of(&s, T1, "0.6:5 | 0.38:6");
    expect_states(&s, "verified", "verified");
    session_hear(&s, 120, frame_snapshot(1, 5, T1, BIDS_1, ASKS_1));
    expect_book_of(&s, T1, BOOK_1);
    session_close(&s);
}

static void a_locked_snapshot_turns_nothing(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.3:5", "0.7:6")); /* locked, and 0.7 if it were turned */
    expect_book_of(&s, T1, "0.3:5 | 0.3:6");
    session_receive(&s, frame_snapshot(1, 2, T2, "0.2:5", "0.7:6"));
    expect_book_of(&s, T2, "0.2:5 | 0.3:6");
    session_close(&s);
}

static void a_stream_is_turned_once(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.6:30", "0.62:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.62:25");
    session_receive(&s, frame_snapshot(1, 2, T1, "0.6:30", "0.38:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.38:25");
    session_close(&s);
}

/* Nothing crosses, but the ticker has exactly what the other scale would make of it. */
static void the_ticker_tells_the_scale(void **state)
{
    struct session s;
    (void)state;
    await_books(&s, JOURNAL_WISHES);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.40:5", "0.55:6"));
    session_receive(&s, frame_snapshot(1, 2, T2, "0.20:5", "0.75:6"));
    journal_clear(&s.journal);
    session_hear(&s, 100, frame_ticker(T1, "0.4000", "0.4500", 7000));
    session_hear(&s, 110, frame_ticker(T1, "0.4000", "0.4500", 7001));
    expect_states(&s, "stale", "stale");
    session_advance(&s, 115);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_1 "," QUOTED_2, "get_snapshot"));
    session_receive(&s, frame_snapshot(1, 3, T1, "0.40:5", "0.55:6"));
    session_receive(&s, frame_snapshot(1, 4, T2, "0.20:5", "0.75:6"));
    expect_states(&s, "verified", "verified");
    expect_book_of(&s, T1, "0.4:5 | 0.45:6");
    expect_book_of(&s, T2, "0.2:5 | 0.25:6");
    /* Once: what contradicts now is a market's own. */
    session_hear(&s, 200, frame_ticker(T1, "0.4000", "0.5500", 7002));
    session_hear(&s, 210, frame_ticker(T1, "0.4000", "0.5500", 7003));
    expect_states(&s, "suspect", "verified");
    session_close(&s);
}

static void a_ticker_that_agrees_settles_the_scale(void **state)
{
    struct session s;
    (void)state;
    await_books(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.40:5", "0.55:6"));
    session_receive(&s, frame_snapshot(1, 2, T2, "0.20:5", "0.75:6"));
    session_hear(&s, 100, frame_ticker(T1, "0.4000", "0.5500", 7000));
    session_hear(&s, 110, frame_ticker(T1, "0.4000", "0.4500", 7001));
    session_hear(&s, 120, frame_ticker(T1, "0.4000", "0.4500", 7002));
    expect_states(&s, "suspect", "verified");
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
        cmocka_unit_test(a_book_crossed_at_rest_is_asked_for_anew),
        cmocka_unit_test(a_book_crossed_for_a_moment_is_not),
        cmocka_unit_test(two_tickers_in_a_row_make_a_book_suspect),
        cmocka_unit_test(a_ticker_that_stays_a_second_makes_a_book_suspect),
        cmocka_unit_test(a_change_may_clear_a_contradiction),
        cmocka_unit_test(a_ticker_of_before_the_newest_change_is_no_witness),
        cmocka_unit_test(a_stale_book_has_no_witness),
        cmocka_unit_test(a_ticker_says_the_last_trade_where_none_is_known),
        cmocka_unit_test(no_prices_that_were_not_turned_are_seen),
        cmocka_unit_test(no_prices_that_were_turned_already_are_seen),
        cmocka_unit_test(trades_are_kept_once),
        cmocka_unit_test(a_market_lives_and_ends),
        cmocka_unit_test(what_is_said_of_others_changes_nothing),
        cmocka_unit_test(a_ticker_may_be_without_a_stamp),
        cmocka_unit_test(a_crossed_snapshot_is_asked_for_anew),
        cmocka_unit_test(what_stays_crossed_is_asked_for_ever_more_seldom),
        cmocka_unit_test(a_crossed_snapshot_does_not_turn_what_is_settled),
        cmocka_unit_test(a_locked_snapshot_turns_nothing),
        cmocka_unit_test(a_stream_is_turned_once),
        cmocka_unit_test(the_ticker_tells_the_scale),
        cmocka_unit_test(a_ticker_that_agrees_settles_the_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
