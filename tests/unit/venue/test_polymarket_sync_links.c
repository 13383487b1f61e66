/* Links: connections, heartbeats, silence. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "polymarket_session.h"

static void watching_connects_and_opening_subscribes_all_tokens(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_ALL);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    expect_journal(&s, "link 0 connecting @0\n"
                       "wish connect 0 wss://stream\n"
                       "state 0xm1 open syncing epoch 0: connecting\n"
                       "state 0xm2 open syncing epoch 0: connecting\n");
    session_at(&s, 300);
    session_link(&s, 0, LINK_OPENED);
    expect_journal(&s, "link 0 subscribing @300\n"
                       "state 0xm1 open syncing epoch 0: waiting for its book\n"
                       "state 0xm2 open syncing epoch 0: waiting for its book\n"
                       "wish send 0 " OPENING(PAIR_1 "," PAIR_2) "\n");
    session_hear(&s, 400, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    expect_journal(&s, "state 0xm1 open verified epoch 0\n"
                       "book 1001 applied #1 @400\n"
                       "link 0 syncing @400\n");
    session_hear(&s, 401, frame_book_of(M2, "2002", 100, PROVED, "0.1:1", ""));
    expect_journal(&s, "state 0xm2 open verified epoch 0\n"
                       "book 2002 applied #2 @401\n"
                       "link 0 live @401\n"
                       "wish confirm 0\n");
    assert_string_equal(session_book(&s, M2), " | 0.9:1");
    session_close(&s);
}

static void heartbeat_every_ten_seconds_while_open(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_advance(&s, 9999);
    expect_journal(&s, "");
    session_advance(&s, 10000);
    expect_journal(&s, "wish send 0 PING\n");
    session_hear(&s, 10100, "PONG");
    session_advance(&s, 29000);
    expect_journal(&s, "wish send 0 PING\n");
    session_link(&s, 0, LINK_LOST);
    assert_int_equal(s.venue->deadline(s.sync), TIME_NEVER);
    session_close(&s);
}

static void silence_of_thirty_seconds_reconnects(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_hear(&s, 5000, "PONG");
    session_advance(&s, 34999);
    expect_journal(&s, "wish send 0 PING\nwish send 0 PING\nwish send 0 PING\n"
                       "wish get https://books/book?token_id=1001\n");
    session_advance(&s, 35000);
    expect_journal(&s, "wish reconnect 0: nothing heard for 30 s\n");
    session_link(&s, 0, LINK_LOST);
    expect_journal(&s, "link 0 down @35000\n");
    session_close(&s);
}

/* However far one goes at once, each thing happens at its time and in its order. */
static void a_long_advance_goes_deadline_by_deadline(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_WISHES | JOURNAL_LINKS | JOURNAL_BURSTS);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_link(&s, 0, LINK_OPENED);
    session_hear(&s, 1, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    session_hear(&s, 4980, frame_changes_proved(101, YES " BUY 0.2 1 ok", "0.48:30 0.2:1", "0.52:25"));
    journal_clear(&s.journal);
    session_advance(&s, 35000);
    expect_journal(&s, "link 0 degraded: a book does not come @5000\n"
                       "wish get https://books/book?token_id=2001\n"
                       "burst 0xm1 1 messages to #2 @5030\n"
                       "wish send 0 PING\n"
                       "wish send 0 " UNSUBSCRIBE(
                           PAIR_2) "\n"
                                   "wish send 0 " SUBSCRIBE(
                                       PAIR_2) "\n"
                                               "wish send 0 PING\n"
                                               "wish send 0 " UNSUBSCRIBE(
                                                   PAIR_2) "\n"
                                                           "wish send 0 " SUBSCRIBE(
                                                               PAIR_2) "\n"
                                                                       "wish send 0 PING\n"
                                                                       "wish get https://books/book?token_id=1001\n"
                                                                       "wish reconnect 0: nothing heard for 30 s\n");
    session_close(&s);
}

static void lost_link_makes_books_stale_and_a_new_one_raises_the_epoch(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS | JOURNAL_BURSTS);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_hear(&s, 10, frame_changes(101, YES " BUY 0.49 1 3"));
    journal_clear(&s.journal);
    session_at(&s, 20);
    session_link(&s, 0, LINK_LOST);
    /* The open burst is dropped, unproved; what never was in sync goes on waiting. */
    expect_journal(&s, "link 0 down @20\n"
                       "state 0xm1 open stale epoch 0: disconnected\n");
    assert_false(session_market(&s, M1)->burst_open);
    /* The book stays to be shown; changes do not reach it. */
    assert_false(session_market(&s, M1)->has_book);
    assert_true(session_market(&s, M1)->had_book);
    assert_false(session_market(&s, M2)->had_book);
    expect_book(&s, "0.49:1 0.48:30 | 0.52:25");
    session_link(&s, 0, LINK_LOST);
    session_advance(&s, 100000);
    expect_journal(&s, "");
    session_link(&s, 0, LINK_OPENED);
    expect_journal(&s, "link 0 subscribing @100000\n"
                       "state 0xm1 open syncing epoch 1: waiting for its book\n"
                       "state 0xm2 open syncing epoch 0: waiting for its book\n"
                       "wish send 0 " OPENING(PAIR_1 "," PAIR_2) "\n");
    /* Changes before the new book are not for the old one; the book may be older than what was there. */
    session_receive(&s, frame_changes(102, YES " BUY 0.1 1 4"));
    assert_true(session_market(&s, M1)->had_book);
    expect_book(&s, "0.49:1 0.48:30 | 0.52:25");
    session_receive(&s, frame_book(YES, 50, PROVED, "0.2:1", ""));
    expect_book(&s, "0.2:1 | ");
    session_close(&s);
}

/* A book by REST cannot be live while nothing can change it. */
static void reply_while_the_link_is_down_is_not_taken(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_STATES);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    session_link(&s, 0, LINK_LOST);
    journal_clear(&s.journal);
    session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    expect_journal(&s, "");
    assert_false(session_market(&s, M1)->has_book);
    session_close(&s);
}

static void opening_twice_counts_each_market_once(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_LINKS | JOURNAL_BURSTS);
    session_receive(&s, frame_changes(101, YES " BUY 0.49 1 3"));
    session_link(&s, 0, LINK_OPENED);
    session_link(&s, 0, LINK_OPENED);
    session_hear(&s, 2, frame_book(YES, 102, PROVED, "0.2:1", ""));
    expect_journal(&s, "link 0 subscribing @1\nlink 0 live @2\n");
    session_close(&s);
}

static size_t tokens_in(const char *line)
{
    size_t count = 0;
    for (const char *at = strchr(line, '['); at && *at && *at != ']'; at++) count += *at == '"';
    return count / 2;
}

static void markets_are_spread_over_links_of_two_hundred_tokens(void **state)
{
    struct session s;
    char symbol[32], yes[32], no[32];
    (void)state;
    session_open(&s, JOURNAL_WISHES);
    struct market_handle markets[201];
    for (unsigned i = 0; i < 201; i++) {
        snprintf(symbol, sizeof symbol, "0xmany%u", i);
        snprintf(yes, sizeof yes, "%u", 100000 + 2 * i);
        snprintf(no, sizeof no, "%u", 100001 + 2 * i);
        markets[i] = session_add(&s, symbol, yes, i % 2 ? no : ""); /* some learn their second token later */
        session_watch(&s, markets[i]);
    }
    expect_journal(&s, "wish connect 0 wss://stream\n"
                       "wish connect 1 wss://stream\n"
                       "wish connect 2 wss://stream\n");
    for (unsigned i = 0; i < 201; i++) {
        snprintf(no, sizeof no, "%u", 100001 + 2 * i);
        assert_true(registry_set_token(s.registry, registry_market(s.registry, markets[i]), 1, text_from(no)));
    }
    static const size_t expected[] = {200, 200, 2};
    for (unsigned link = 0; link < 3; link++) {
        session_link(&s, link, LINK_OPENED);
        assert_int_equal(tokens_in(journal_text(&s.journal)), expected[link]);
        journal_clear(&s.journal);
    }
    /* A place that became free is taken again. */
    session_unwatch(&s, markets[7]);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_advance(&s, 100);
    expect_journal(&s, "wish send 0 " UNSUBSCRIBE("\"100014\",\"100015\"") "\n"
                                                                           "wish send 0 " SUBSCRIBE(PAIR_1) "\n");
    session_unwatch(&s, markets[200]);
    session_advance(&s, 200);
    expect_journal(&s, "wish disconnect 2: nothing is watched\n");
    session_close(&s);
}

static void link_whose_markets_are_all_resolved_is_not_opened_again(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    session_receive(&s, frame_resolved(M1, 101, YES));
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_LOST);
    expect_journal(&s, "link 0 down @1\n"
                       "link 0 idle: all its markets are resolved @1\n"
                       "wish disconnect 0: all its markets are resolved\n");
    session_advance(&s, 100000);
    session_unwatch(&s, session_market(&s, M1)->handle);
    expect_journal(&s, "state 0xm1 resolved stale epoch 0: not watched\n"
                       "link 0 idle @100000\n"); /* there is nothing to disconnect */
    session_watch(&s, session_market(&s, M1)->handle);
    session_link(&s, 0, LINK_OPENED);
    session_link(&s, 0, LINK_LOST);
    journal_clear(&s.journal);
    /* Until somebody watches another market; the resolved one is not waited for. */
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_link(&s, 0, LINK_OPENED);
    expect_journal(&s, "link 0 connecting @100000\n"
                       "wish connect 0 wss://stream\n"
                       "state 0xm2 open syncing epoch 0: connecting\n"
                       "link 0 subscribing @100000\n"
                       "state 0xm2 open syncing epoch 0: waiting for its book\n"
                       "wish send 0 " OPENING(PAIR_1 "," PAIR_2) "\n");
    session_receive(&s, frame_book_of(M2, "2002", 100, PROVED, "0.1:1", ""));
    expect_journal(&s, "state 0xm2 open verified epoch 0\n"
                       "link 0 live @100000\n"
                       "wish confirm 0\n");
    session_close(&s);
}

static void one_resolved_market_among_others_keeps_the_link(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_receive(&s, frame_resolved(M1, 101, YES));
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_LOST);
    expect_journal(&s, "");
    session_close(&s);
}

/* A replay's links open before, or without, anything being watched. */
static void link_that_opens_unasked_serves(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_WISHES | JOURNAL_STATES);
    session_link(&s, 0, LINK_OPENED);
    session_link(&s, 99, LINK_OPENED); /* no such link */
    session_receive_on(&s, 99, frame_book_of(M2, "2001", 100, PROVED, "0.1:1", ""));
    session_receive(&s, frame_book(YES, 100, PROVED, "0.48:30", ""));
    expect_journal(&s, "state 0xm2 open verified epoch 0\n"
                       "state 0xm1 open verified epoch 0\n"
                       "wish confirm 0\n");
    session_watch(&s, session_market(&s, M1)->handle);
    session_advance(&s, 10);
    expect_journal(&s, "state 0xm1 open syncing epoch 1: waiting for its book\n"
                       "wish send 0 " SUBSCRIBE("\"1001\"") "\n");
    struct stamp start = JOURNAL_START;
    assert_int_equal(s.venue->deadline(s.sync), start.mono + 5000 * NANOSECONDS_PER_MILLISECOND);
    session_advance(&s, 4999);
    expect_journal(&s, "");
    session_advance(&s, 5000);
    expect_journal(&s, "state 0xm1 open syncing epoch 1: its book does not come: asking by REST\n"
                       "wish get https://books/book?token_id=1001\n");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watching_connects_and_opening_subscribes_all_tokens),
        cmocka_unit_test(heartbeat_every_ten_seconds_while_open),
        cmocka_unit_test(silence_of_thirty_seconds_reconnects),
        cmocka_unit_test(a_long_advance_goes_deadline_by_deadline),
        cmocka_unit_test(lost_link_makes_books_stale_and_a_new_one_raises_the_epoch),
        cmocka_unit_test(reply_while_the_link_is_down_is_not_taken),
        cmocka_unit_test(opening_twice_counts_each_market_once),
        cmocka_unit_test(markets_are_spread_over_links_of_two_hundred_tokens),
        cmocka_unit_test(link_whose_markets_are_all_resolved_is_not_opened_again),
        cmocka_unit_test(one_resolved_market_among_others_keeps_the_link),
        cmocka_unit_test(link_that_opens_unasked_serves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
