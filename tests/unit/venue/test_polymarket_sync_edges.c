/* What seldom happens: stale handles, removed markets, names too many, more markets than there is room for. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../../src/venue/polymarket/sync.h"
#include "proof_session.h"

static void stale_handles_are_nothing(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_ALL);
    session_unwatch(&s, session_add(&s, M1, YES, NO)); /* nothing was kept of it yet */
    session_watch(&s, MARKET_NONE);
    session_unwatch(&s, MARKET_NONE);
    s.venue->seed(s.sync, s.now, MARKET_NONE);
    expect_journal(&s, "");
    session_close(&s);
}

static void market_removed_in_the_middle_of_a_burst(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_BURSTS | JOURNAL_PROOFS);
    session_receive(&s, frame_book(YES, 100, PROVED, BIDS, ASKS));
    session_receive(&s, frame_changes(101, YES " BUY 0.1 1 77"));
    registry_remove(s.registry, session_market(&s, M1)->handle);
    journal_clear(&s.journal);
    session_advance(&s, 1000);
    expect_journal(&s, "");
    assert_int_equal(s.venue->deadline(s.sync), TIME_NEVER);
    session_close(&s);
}

/* Another one in its place has nothing of it. */
static void market_in_the_place_of_a_removed_one(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS | JOURNAL_WISHES);
    struct market_handle market = session_add(&s, M1, YES, NO);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_watch(&s, market);
    session_link(&s, 0, LINK_OPENED);
    session_unwatch(&s, market);
    registry_remove(s.registry, market);
    journal_clear(&s.journal);
    session_advance(&s, 100); /* of what is gone the venue need not be told */
    assert_int_equal(session_add(&s, M1, YES, NO).index, market.index);
    session_receive(&s, frame_trade(YES, 101, "BUY", "0.5", "1", "0xt1"));
    expect_journal(&s, "trade 1001 applied #1 @100\n");
    session_close(&s);
}

static void tickers_and_new_markets_say_little(void **state)
{
    static const char *const frames[] = {
        "{\"event_type\":\"best_bid_ask\",\"market\":\"0xm1\",\"asset_id\":\"1001\",\"best_bid\":\"0.4\","
        "\"timestamp\":\"101\"}",
        "{\"event_type\":\"best_bid_ask\",\"market\":\"0xm9\",\"asset_id\":\"1001\",\"best_bid\":\"0.4\","
        "\"timestamp\":\"101\"}",
        "{\"event_type\":\"new_market\",\"market\":\"0xm1\",\"timestamp\":\"101\"}",
    };
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_EVENTS | JOURNAL_STATES);
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) session_receive(&s, frames[i]);
    expect_journal(&s, "ticker 1001 applied #2 @0\n"
                       "ticker 1001 (stranger) ignored: its book was not seen #3 @0\n"
                       "lifecycle applied #4 @0\n");
    assert_int_equal(session_market(&s, M1)->status, MARKET_OPEN);
    session_close(&s);
}

static void a_level_of_one_token_alone_contradicts_nothing(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_changes(101, NO " SELL 0.7 4 77, " YES " BUY 0.1 3 78, " NO " BUY 0.1 5 77"));
    expect_book(&s, "0.47:30 0.4:7 0.3:4 0.1:3 | 0.52:25 0.6:9 0.9:5");
    session_close(&s);
}

/* Of the first sixteen it is known that they were mentioned. */
static void more_strangers_than_are_remembered(void **state)
{
    char entries[2048] = "";
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_EVENTS);
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < 17; i++) frame_add(entries, "%s%d BUY 0.1 1 77", *entries ? ", " : "", 9000 + i);
    session_receive(&s, frame_changes(101, entries));
    size_t lines = 0;
    for (const char *at = journal_text(&s.journal); (at = strchr(at, '\n')); at++) lines++;
    assert_int_equal(lines, 18);
    session_close(&s);
}

/* One that would be learnt, another one that is nobody's. */
static void a_stranger_in_a_refused_message_is_reported_as_such(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, PROVED, BIDS, ASKS));
    journal_clear(&s.journal);
    session_receive(&s, frame_changes(101, YES " BUY 0.1 3 78, 7777 SELL 0.9 4 77, 8888 BUY 0.2 1 79"));
    expect_journal(&s, "changes 1001 refused: entries contradict each other #2 @0\n"
                       "changes 7777 refused: entries contradict each other #2 @0\n"
                       "changes 8888 (stranger) ignored: asset of no known outcome #2 @0\n");
    session_close(&s);
}

static void book_of_an_older_burst_of_the_same_moment_is_late(void **state)
{
    struct session s;
    (void)state;
    proof_begin(&s, JOURNAL_EVENTS);
    for (unsigned i = 1; i <= 3; i++) {
        char entries[32];
        snprintf(entries, sizeof entries, YES " BUY 0.1 %u %u", i, 70 + i);
        session_receive(&s, frame_changes(101, entries));
    }
    session_finish(&s);
    journal_clear(&s.journal);
    session_receive(&s, frame_book(YES, 101, 71, "0.3:1", ""));
    session_receive(&s, frame_book(YES, 101, 73, BIDS, ASKS));
    expect_journal(&s, "book 1001 duplicate: of a burst that has ended #5 @0\n"
                       "book 1001 applied: its hash does not match #6 @0\n");
    session_close(&s);
}

/* The venue's stamps are numbers like any other. */
static void stamps_beyond_all_time(void **state)
{
    static const long long stamps[] = {0, 4102444800000, 9223372036854, 9223372036855, 99999999999999};
    (void)state;
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        struct session s;
        session_open_timeless(&s, JOURNAL_PROOFS);
        frame_terms.last = "0.123"; /* needs the search, and so a time */
        session_receive(&s, frame_book(YES, stamps[i], PROVED, BIDS, ASKS));
        if (session_market(&s, M1)) expect_journal(&s, "book verified 1001 recipe C searched #1 @-\n");
        session_close(&s);
    }
    frame_terms = USUAL_TERMS;
}

/* === Replies === */

static void begin_overdue(struct session *s, const char *yes)
{
    session_open_with(s, JOURNAL_EVENTS | JOURNAL_WISHES | JOURNAL_STATES, (struct venue_options){0});
    session_watch(s, session_add(s, M1, yes, NO));
    session_link(s, 0, LINK_OPENED);
    journal_clear(&s->journal);
    session_advance(s, 5000);
}

static void only_the_second_token_may_be_known(void **state)
{
    struct session s;
    (void)state;
    begin_overdue(&s, "");
    expect_journal(&s, "state 0xm1 open syncing epoch 0: its book does not come: asking by REST\n"
                       "wish get https://books/book?token_id=1002\n");
    session_close(&s);
}

static void reply_that_is_no_book_is_an_error(void **state)
{
    struct session s;
    (void)state;
    begin_overdue(&s, YES);
    journal_clear(&s.journal);
    session_reply(&s, 200, "{");
    assert_non_null(strstr(journal_text(&s.journal), "error refused"));
    session_close(&s);
}

static void reply_for_a_removed_market_is_nothing(void **state)
{
    struct session s;
    (void)state;
    begin_overdue(&s, YES);
    registry_remove(s.registry, session_market(&s, M1)->handle);
    journal_clear(&s.journal);
    session_reply(&s, 200, frame_rest_book(YES, 100, PROVED, BIDS, ASKS));
    expect_journal(&s, "");
    assert_int_equal(registry_count(s.registry), 0);
    session_close(&s);
}

/* REST has no book of a market that is over: that it is over is known better already. */
static void resolved_market_without_a_book_stays_resolved(void **state)
{
    struct session s;
    (void)state;
    begin_overdue(&s, YES);
    session_receive(&s, frame_resolved(M1, 101, YES));
    session_reply(&s, 404, "");
    assert_int_equal(session_market(&s, M1)->status, MARKET_RESOLVED);
    session_close(&s);
}

/* While the stream is silent, REST may answer from behind what it said before. */
static void older_book_by_rest_does_not_end_the_wait(void **state)
{
    struct session s;
    (void)state;
    begin_overdue(&s, YES);
    session_market(&s, M1)->instrument.tick = 10;
    session_receive(&s, frame_tick_size(YES, 101, "0.001", "0.01")); /* asked for once more */
    session_reply(&s, 200, frame_rest_book(YES, 100, PROVED, BIDS, ASKS));
    expect_state(&s, "polled");
    journal_clear(&s.journal);
    session_reply(&s, 200, frame_rest_book(YES, 99, PROVED, BIDS, ASKS));
    expect_journal(&s, "book 1001 duplicate: older than the book #0 @5000\n");
    expect_state(&s, "polled");
    session_close(&s);
}

static void address_that_is_too_long_is_not_asked(void **state)
{
    static char address[POLYMARKET_URL_SIZE + 1];
    struct session s;
    (void)state;
    begin_overdue(&s, YES);
    session_reply(&s, 0, "");
    session_receive(&s, frame_book(YES, 100, PROVED, BIDS, ASKS));
    session_market(&s, M1)->instrument.tick = 10;
    memset(address, 'a', sizeof address - 1);
    s.sync->endpoints.books = s.sync->endpoints.trades = address;
    journal_clear(&s.journal);
    session_receive(&s, frame_tick_size(YES, 101, "0.001", "0.01"));
    s.venue->seed(s.sync, s.now, session_market(&s, M1)->handle);
    expect_journal(&s, "tick 1001 applied #2 @5000\n");
    session_close(&s);
}

/* === Room === */

static void more_markets_than_there_is_room_for(void **state)
{
    struct session s;
    char symbol[32], yes[32];
    struct market_handle market = MARKET_NONE;
    (void)state;
    session_open(&s, JOURNAL_STATES);
    for (unsigned i = 0; i <= LINKS_MAX * LINK_MARKETS_MAX; i++) {
        snprintf(symbol, sizeof symbol, "0xmany%u", i);
        snprintf(yes, sizeof yes, "%u", 100000 + i);
        market = session_add(&s, symbol, yes, "");
        journal_clear(&s.journal);
        session_watch(&s, market);
    }
    expect_journal(&s, "state 0xmany6400 open stale epoch 0: too many markets are watched\n");
    session_unwatch(&s, market);
    expect_journal(&s, "state 0xmany6400 open stale epoch 0: not watched\n");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stale_handles_are_nothing),
        cmocka_unit_test(market_removed_in_the_middle_of_a_burst),
        cmocka_unit_test(market_in_the_place_of_a_removed_one),
        cmocka_unit_test(tickers_and_new_markets_say_little),
        cmocka_unit_test(a_level_of_one_token_alone_contradicts_nothing),
        cmocka_unit_test(more_strangers_than_are_remembered),
        cmocka_unit_test(a_stranger_in_a_refused_message_is_reported_as_such),
        cmocka_unit_test(book_of_an_older_burst_of_the_same_moment_is_late),
        cmocka_unit_test(stamps_beyond_all_time),
        cmocka_unit_test(only_the_second_token_may_be_known),
        cmocka_unit_test(reply_that_is_no_book_is_an_error),
        cmocka_unit_test(reply_for_a_removed_market_is_nothing),
        cmocka_unit_test(resolved_market_without_a_book_stays_resolved),
        cmocka_unit_test(older_book_by_rest_does_not_end_the_wait),
        cmocka_unit_test(address_that_is_too_long_is_not_asked),
        cmocka_unit_test(more_markets_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
