/* Watching, what the venue is told of it, and the connection's ups and downs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

#define BOTH QUOTED_1 "," QUOTED_2

static void the_link_is_opened_and_told_everything(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, WITHOUT_EVENTS, (struct venue_options){.has_key = true});
    session_watch(&s, kalshi_add(&s, T1));
    expect_journal(&s, "link 0 connecting @0\nwish connect 0 wss://stream\n"
                       "state KXONE-1 open syncing epoch 0: connecting\n");
    session_watch(&s, kalshi_add(&s, T2));
    expect_journal(&s, "state KXTWO-2 open syncing epoch 0: connecting\n");
    session_at(&s, 3);
    session_link(&s, 0, LINK_OPENED);
    expect_journal(&s, "link 0 subscribing @3\nstate KXONE-1 open syncing epoch 0: waiting for its book\n"
                       "state KXTWO-2 open syncing epoch 0: waiting for its book\n" SENT_BOOKS("1", BOTH)
                           SENT_TICKER("2", BOTH) SENT_TRADES("3", BOTH));
    session_at(&s, 10);
    kalshi_answer_subscribes(&s, 1);
    expect_journal(&s, "link 0 syncing @10\n");
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    expect_journal(&s, "state KXONE-1 open verified epoch 0\n");
    session_receive(&s, frame_snapshot(1, 2, T2, BIDS_2, ASKS_2));
    expect_journal(&s, "state KXTWO-2 open verified epoch 0\nlink 0 live @10\nwish confirm 0\n");
    expect_book_of(&s, T1, BOOK_1);
    session_advance(&s, 100);
    expect_journal(&s, "");
    /* But that the stream might have stopped. */
    struct stamp start = JOURNAL_START;
    assert_true(s.venue->deadline(s.sync) == start.mono + 30010 * NANOSECONDS_PER_MILLISECOND);
    session_close(&s);
}

static void what_changes_is_told_at_once_a_little_later(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    struct market_handle three = kalshi_add(&s, "KXTHREE-3"), four = kalshi_add(&s, "KXFOUR-4");
    session_watch(&s, three);
    session_unwatch(&s, kalshi_handle(&s, T1));
    session_advance(&s, 22);
    session_watch(&s, four);
    session_watch(&s, three); /* twice */
    session_advance(&s, 24);
    expect_journal(&s, "");
    session_advance(&s, 25);
    const char *joining = "\"KXTHREE-3\",\"KXFOUR-4\"";
    char text[2048];
    snprintf(text, sizeof text,
             SENT_UPDATE("4", "1", QUOTED_1, "delete_markets") SENT_UPDATE("5", "1", "%s", "add_markets")
                 SENT_UPDATE("6", "2", QUOTED_1, "delete_markets") SENT_UPDATE("7", "2", "%s", "add_markets")
                     SENT_UPDATE("8", "3", QUOTED_1, "delete_markets") SENT_UPDATE("9", "3", "%s", "add_markets"),
             joining, joining, joining);
    expect_journal(&s, text);
    expect_state_of(&s, T1, "stale");
    expect_book_of(&s, T1, " | ");
    session_unwatch(&s, three); /* one of two */
    session_advance(&s, 40);
    expect_journal(&s, "");
    session_close(&s);
}

/* What is watched while the subscribe is under way joins when it is answered. */
static void what_is_watched_meanwhile_waits_for_the_answer(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, JOURNAL_WISHES, (struct venue_options){.has_key = true});
    session_watch(&s, kalshi_add(&s, T1));
    session_link(&s, 0, LINK_OPENED);
    session_watch(&s, kalshi_add(&s, T2));
    journal_clear(&s.journal);
    session_advance(&s, 100);
    expect_journal(&s, "");
    session_receive(&s, frame_subscribed(1, "orderbook_delta", 1));
    session_advance(&s, 105);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_2, "add_markets"));
    session_close(&s);
}

/* The venue sends a book only to who joins anew. */
static void one_that_comes_back_at_once_leaves_and_joins(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_STATES);
    session_unwatch(&s, kalshi_handle(&s, T1));
    session_watch(&s, kalshi_handle(&s, T1));
    expect_journal(&s, "state KXONE-1 open stale epoch 0: not watched\n"
                       "state KXONE-1 open syncing epoch 1: waiting for its book\n");
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.48 1", 7000)); /* of before */
    expect_state_of(&s, T1, "syncing");
    session_advance(&s, 25);
    expect_journal(&s,
                   SENT_UPDATE("4", "1", QUOTED_1, "delete_markets") SENT_UPDATE("5", "1", QUOTED_1, "add_markets"));
    session_receive(&s, frame_ok(4, 1, 4));
    session_receive(&s, frame_ok(5, 1, 5));
    session_receive(&s, frame_snapshot(1, 6, T1, BIDS_1, ASKS_1));
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

static void what_was_left_is_not_heard(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_EVENTS);
    session_unwatch(&s, kalshi_handle(&s, T1));
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.48 1", 7000));
    session_receive(&s, frame_snapshot(1, 4, T1, BIDS_1, ASKS_1));
    session_receive(&s, frame_snapshot(1, 5, "KXSTRANGER-1", BIDS_1, ASKS_1));
    expect_journal(&s, "changes ignored: its book was not seen #6 @20\nbook ignored: not a watched market #7 @20\n"
                       "book ignored: not a watched market #8 @20\n");
    expect_states(&s, "stale", "verified");
    session_close(&s);
}

static void nothing_watched_ends_the_connection(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_unwatch(&s, kalshi_handle(&s, T1));
    session_unwatch(&s, kalshi_handle(&s, T2));
    session_unwatch(&s, kalshi_handle(&s, T2)); /* once more than watched */
    session_advance(&s, 30);
    expect_journal(&s, "link 0 idle @25\nwish disconnect 0: nothing is watched\n");
    session_link(&s, 0, LINK_LOST);
    expect_journal(&s, "");
    session_watch(&s, kalshi_handle(&s, T1));
    session_unwatch(&s, kalshi_handle(&s, T1));
    expect_journal(&s, "link 0 connecting @30\nwish connect 0 wss://stream\nlink 0 idle @30\n"
                       "wish disconnect 0: nothing is watched\n");
    session_close(&s);
}

static void a_lost_link_makes_books_stale_until_they_return(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, WITHOUT_EVENTS);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 1", 7000)); /* in an open burst */
    session_link(&s, 0, LINK_LOST);
    expect_journal(&s, "link 0 down @100\nstate KXONE-1 open stale epoch 0: disconnected\n"
                       "state KXTWO-2 open stale epoch 0: disconnected\n");
    session_advance(&s, 10000);
    session_link(&s, 0, LINK_LOST); /* told twice */
    expect_journal(&s, "");
    expect_book_of(&s, T1, "0.48:31 0.47:10 | 0.52:25 0.53:5");
    session_link(&s, 0, LINK_OPENED);
    expect_journal(&s, "link 0 subscribing @10000\nstate KXONE-1 open syncing epoch 1: waiting for its book\n"
                       "state KXTWO-2 open syncing epoch 1: waiting for its book\n" SENT_BOOKS("4", BOTH)
                           SENT_TICKER("5", BOTH) SENT_TRADES("6", BOTH));
    kalshi_answer_subscribes(&s, 4);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.48:31 0.47:10", ASKS_1)); /* numbers begin anew */
    session_receive(&s, frame_snapshot(1, 2, T2, BIDS_2, "0.3:1"));
    expect_states(&s, "verified", "verified");
    expect_notes_of(&s, T1, "return 0, disconnect 0");
    expect_notes_of(&s, T2, "return 1, disconnect 0");
    session_close(&s);
}

static void what_never_was_in_sync_goes_on_waiting(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, JOURNAL_STATES, (struct venue_options){.has_key = true});
    session_watch(&s, kalshi_add(&s, T1));
    session_link(&s, 0, LINK_LOST); /* it never was open */
    session_link(&s, 0, LINK_OPENED);
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_LOST);
    session_advance(&s, 100000);
    expect_journal(&s, "");
    expect_state_of(&s, T1, "syncing");
    session_close(&s);
}

static void another_link_is_none_of_ours(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, WITHOUT_EVENTS);
    session_link(&s, 1, LINK_LOST);
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    session_close(&s);
}

static void a_resolved_market_is_not_subscribed(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, JOURNAL_WISHES, (struct venue_options){.has_key = true});
    struct market_handle market = kalshi_add(&s, T1);
    session_watch(&s, market);
    session_watch(&s, kalshi_add(&s, T2));
    session_market(&s, T1)->status = MARKET_RESOLVED;
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_OPENED);
    expect_journal(&s, SENT_BOOKS("1", QUOTED_2) SENT_TICKER("2", QUOTED_2) SENT_TRADES("3", QUOTED_2));
    expect_state_of(&s, T1, "stale");
    kalshi_answer_subscribes(&s, 1);
    session_receive(&s, frame_snapshot(1, 1, T2, BIDS_2, ASKS_2));
    expect_journal(&s, "wish confirm 0\n"); /* nothing is awaited */
    session_close(&s);
}

/* A replay's link: nobody wanted it, and nobody watches. */
static void a_link_that_was_not_wanted_brings_books(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, JOURNAL_LINKS | JOURNAL_WISHES);
    session_link(&s, 0, LINK_OPENED);
    session_receive(&s, frame_subscribed(1, "orderbook_delta", 1));
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.48:25"));
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.48 1", 7000));
    expect_state_of(&s, T1, "stale");
    session_receive(&s, frame_snapshot(1, 4, T1, BIDS_1, "0.48:25"));
    expect_state_of(&s, T1, "verified");
    session_advance(&s, 20000);
    expect_journal(&s, "link 0 subscribing @0\nlink 0 live @0\nwish confirm 0\n");
    session_link(&s, 0, LINK_LOST);
    expect_state_of(&s, T1, "stale");
    session_link(&s, 0, LINK_OPENED);
    session_receive(&s, frame_subscribed(1, "orderbook_delta", 1));
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.48:25"));
    expect_state_of(&s, T1, "verified");
    assert_int_equal(session_market(&s, T1)->proof.duplicates, 0);
    session_close(&s);
}

/* Its place is another's now; what it waited for is forgotten. */
static void a_market_that_is_removed_is_forgotten(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_LINKS);
    struct market_handle gone = kalshi_handle(&s, T2);
    session_hear(&s, 100, frame_delta(1, 3, T2, "yes 0.2 -9", 7000));
    registry_remove(s.registry, gone);
    session_unwatch(&s, gone);
    s.venue->seed(s.sync, s.now, gone);
    session_advance(&s, 200);
    struct market_handle next = kalshi_add(&s, "KXNEXT-1");
    assert_int_equal(next.index, gone.index);
    session_watch(&s, next);
    session_receive(&s, frame_snapshot(1, 4, "KXNEXT-1", BIDS_1, ASKS_1));
    expect_journal(&s, "link 0 syncing @200\nlink 0 live @200\n");
    session_unwatch(&s, next);
    session_unwatch(&s, kalshi_handle(&s, T1));
    session_advance(&s, 210);
    expect_journal(&s, "link 0 idle @205\n");
    session_close(&s);
}

static void many_markets_are_watched(void **state)
{
    struct session s;
    char ticker[32];
    (void)state;
    kalshi_open_with(&s, 0, (struct venue_options){.has_key = true});
    for (unsigned i = 0; i < 300; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        session_watch(&s, kalshi_add(&s, ticker));
    }
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 1);
    for (unsigned i = 0; i < 300; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        session_receive(&s, frame_snapshot(1, 1 + i, ticker, BIDS_1, ASKS_1));
        expect_state_of(&s, ticker, "verified");
    }
    session_close(&s);
}

/* None of a hundred books came: they are asked for by one command. */
static void many_books_are_asked_for_at_once(void **state)
{
    struct session s;
    char ticker[32];
    (void)state;
    kalshi_open_with(&s, 0, (struct venue_options){.has_key = true});
    for (unsigned i = 0; i < 100; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        session_watch(&s, kalshi_add(&s, ticker));
    }
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 1);
    s.journal.kinds = JOURNAL_WISHES;
    session_advance(&s, 5005);
    const char *asked = strstr(journal_text(&s.journal), "get_snapshot");
    assert_non_null(asked);
    assert_null(strstr(asked + 1, "get_snapshot"));
    assert_non_null(strstr(journal_text(&s.journal), "\"KXMANY-0\""));
    assert_non_null(strstr(journal_text(&s.journal), "\"KXMANY-99\""));
    assert_null(strstr(journal_text(&s.journal), "reconnect"));
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_link_is_opened_and_told_everything),
        cmocka_unit_test(what_changes_is_told_at_once_a_little_later),
        cmocka_unit_test(what_is_watched_meanwhile_waits_for_the_answer),
        cmocka_unit_test(one_that_comes_back_at_once_leaves_and_joins),
        cmocka_unit_test(what_was_left_is_not_heard),
        cmocka_unit_test(nothing_watched_ends_the_connection),
        cmocka_unit_test(a_lost_link_makes_books_stale_until_they_return),
        cmocka_unit_test(what_never_was_in_sync_goes_on_waiting),
        cmocka_unit_test(another_link_is_none_of_ours),
        cmocka_unit_test(a_resolved_market_is_not_subscribed),
        cmocka_unit_test(a_link_that_was_not_wanted_brings_books),
        cmocka_unit_test(a_market_that_is_removed_is_forgotten),
        cmocka_unit_test(many_markets_are_watched),
        cmocka_unit_test(many_books_are_asked_for_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
