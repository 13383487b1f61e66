/* Commands and their answers: what each error means, what is not answered, and the steps by which a book is asked for.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

#define BOTH QUOTED_1 "," QUOTED_2

static void begin_watching(struct session *s, unsigned kinds)
{
    kalshi_open_with(s, kinds, (struct venue_options){.has_key = true});
    session_watch(s, kalshi_add(s, T1));
    session_link(s, 0, LINK_OPENED);
    journal_clear(&s->journal);
}

/* === Errors that end a subscription === */

static void books_come_anew(struct session *s, int64_t ms, int id)
{
    session_advance(s, ms);
    journal_clear(&s->journal);
    session_receive(s, frame_subscribed(id, "orderbook_delta", 7));
    session_receive(s, frame_snapshot(7, 1, T1, BIDS_1, ASKS_1));
    session_receive(s, frame_snapshot(7, 2, T2, BIDS_2, ASKS_2));
    expect_states(s, "verified", "verified");
}

static void a_terminal_error_ends_its_subscription(void **state)
{
    static const int codes[] = {25, 10, 18, 99, 6, 16, 17, 0};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct session s;
        kalshi_begin(&s, JOURNAL_WISHES);
        session_hear(&s, 100, frame_error(0, codes[i], ",\"sid\":1"));
        expect_states(&s, "stale", "stale");
        session_advance(&s, 110);
        expect_journal(&s, SENT_UNSUBSCRIBE("4", "1") SENT_BOOKS("5", BOTH));
        session_receive(&s, frame_error(4, 7, "")); /* it is gone already */
        expect_journal(&s, "");
        books_come_anew(&s, 120, 5);
        expect_notes_of(&s, T1, "confirmed 0, resync 2, gap 0");
        session_close(&s);
    }
}

static void a_terminal_error_of_a_command_ends_its_channel(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_unwatch(&s, kalshi_handle(&s, T2));
    session_advance(&s, 30);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_2, "delete_markets") SENT_UPDATE(
                           "5", "2", QUOTED_2, "delete_markets") SENT_UPDATE("6", "3", QUOTED_2, "delete_markets"));
    session_hear(&s, 40, frame_error(4, 18, ""));
    expect_state_of(&s, T1, "stale");
    session_advance(&s, 50);
    expect_journal(&s, SENT_UNSUBSCRIBE("7", "1") SENT_BOOKS("8", QUOTED_1));
    session_close(&s);
}

static void a_terminal_error_of_nothing_ends_the_connection(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_error(0, 10, ""));
    session_receive(&s, frame_error(0, 10, ""));
    expect_journal(&s, "wish reconnect 0: the venue reports an error of its own\n");
    session_close(&s);
}

static void an_end_of_trades_leaves_books_alone(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_error(0, 25, ",\"sid\":3"));
    expect_states(&s, "verified", "verified");
    session_advance(&s, 110);
    expect_journal(&s, SENT_UNSUBSCRIBE("4", "3") SENT_TRADES("5", BOTH));
    session_receive(&s, frame_error(0, 25, ",\"sid\":77")); /* a stream that is not ours */
    session_advance(&s, 120);
    expect_journal(&s, "");
    session_close(&s);
}

/* No storm: what ends at once, again and again, is made with a pause. */
static void a_subscription_that_ends_again_is_made_after_a_pause(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_error(0, 25, ",\"sid\":3"));
    session_advance(&s, 105);
    journal_clear(&s.journal);
    session_hear(&s, 110, frame_error(5, 10, ""));
    session_advance(&s, 2109);
    expect_journal(&s, "");
    session_advance(&s, 2110);
    expect_journal(&s, SENT_TRADES("6", BOTH));
    session_close(&s);
}

/* === Errors that are mistakes of ours === */

static void a_mistake_is_shown_and_not_tried_again(void **state)
{
    static const int codes[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 26, 28};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct session s;
        begin_watching(&s, JOURNAL_WISHES | JOURNAL_LINKS | JOURNAL_EVENTS);
        session_hear(&s, 100, frame_error(1, codes[i], ""));
        expect_journal(&s, "control applied: No #1 @100\nlink 0 degraded: the venue refused a command @100\n");
        expect_state_of(&s, T1, "stale");
        session_receive(&s, frame_subscribed(2, "ticker", 1));
        session_receive(&s, frame_subscribed(3, "trade", 2));
        journal_clear(&s.journal);
        session_advance(&s, 100000);
        expect_journal(&s, "");
        session_close(&s);
    }
}

static void a_market_that_is_refused_leaves_others_alone(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_watch(&s, kalshi_add(&s, "KXNONE-1"));
    session_advance(&s, 30);
    journal_clear(&s.journal);
    session_hear(&s, 40, frame_error(4, 26, ""));
    expect_state_of(&s, "KXNONE-1", "stale");
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "link 0 degraded: the venue refused a command @40\n");
    session_watch(&s, kalshi_add(&s, "KXNEXT-1"));
    session_advance(&s, 50);
    journal_clear(&s.journal);
    session_hear(&s, 60, frame_ok(7, 1, 3));
    expect_journal(&s, "link 0 syncing @60\n");
    session_receive(&s, frame_snapshot(1, 4, "KXNEXT-1", BIDS_1, ASKS_1));
    expect_journal(&s, "link 0 live @60\n");
    session_close(&s);
}

/* The subscription that we believe in is not the venue's. */
static void an_update_of_no_subscription_makes_one(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_unwatch(&s, kalshi_handle(&s, T2));
    session_advance(&s, 30);
    journal_clear(&s.journal);
    session_hear(&s, 40, frame_error(4, 7, ""));
    session_advance(&s, 50);
    expect_journal(&s, SENT_UNSUBSCRIBE("7", "1") SENT_BOOKS("8", QUOTED_1));
    session_close(&s);
}

/* Of two that wait only the one whose command it was. */
static void a_refused_update_is_of_its_own_markets(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    session_watch(&s, kalshi_add(&s, "KXNONE-1"));
    session_advance(&s, 30);
    session_watch(&s, kalshi_add(&s, "KXNEXT-1"));
    session_advance(&s, 40);
    session_hear(&s, 50, frame_error(4, 26, ""));
    expect_state_of(&s, "KXNONE-1", "stale");
    expect_state_of(&s, "KXNEXT-1", "syncing");
    session_close(&s);
}

static void one_command_too_many_is_sent_again_after_a_pause(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_watch(&s, kalshi_add(&s, "KXNEW-3"));
    session_advance(&s, 30);
    journal_clear(&s.journal);
    session_hear(&s, 40, frame_error(4, 27, ""));
    session_receive(&s, frame_ok(5, 2, 1));
    session_receive(&s, frame_ok(6, 3, 1));
    expect_state_of(&s, "KXNEW-3", "syncing");
    expect_states(&s, "verified", "verified");
    session_advance(&s, 2039);
    expect_journal(&s, "");
    session_advance(&s, 2040);
    expect_journal(&s, SENT_UPDATE("7", "1", "\"KXNEW-3\"", "add_markets"));
    session_receive(&s, frame_ok(7, 1, 3));
    session_receive(&s, frame_snapshot(1, 4, "KXNEW-3", BIDS_1, ASKS_1));
    expect_journal(&s, "link 0 live @2040\n");
    /* So are a snapshot that is asked for, and a subscription. */
    session_hear(&s, 3000, frame_delta(1, 5, T1, "yes 0.48 -99", 7000));
    session_advance(&s, 3005);
    journal_clear(&s.journal);
    session_hear(&s, 3010, frame_error(8, 27, ""));
    session_advance(&s, 5010);
    expect_journal(&s, SENT_UPDATE("9", "1", QUOTED_1, "get_snapshot"));
    session_close(&s);
    begin_watching(&s, JOURNAL_WISHES);
    session_hear(&s, 10, frame_error(1, 27, ""));
    session_receive(&s, frame_subscribed(2, "ticker", 2));
    session_receive(&s, frame_subscribed(3, "trade", 3));
    session_advance(&s, 2010);
    expect_journal(&s, SENT_BOOKS("4", QUOTED_1));
    session_close(&s);
}

/* === Answers === */

static void a_repeated_subscribe_is_answered_by_ok(void **state)
{
    struct session s;
    (void)state;
    begin_watching(&s, JOURNAL_WISHES);
    session_watch(&s, kalshi_add(&s, T2)); /* meanwhile */
    session_hear(&s, 100, frame_ok(1, 5, 40));
    session_receive(&s, frame_subscribed(2, "ticker", 2));
    session_receive(&s, frame_subscribed(3, "trade", 3));
    expect_state_of(&s, T1, "syncing");
    session_advance(&s, 105);
    expect_journal(&s, SENT_UPDATE("4", "5", QUOTED_2, "add_markets") SENT_UPDATE("5", "2", QUOTED_2, "add_markets")
                           SENT_UPDATE("6", "3", QUOTED_2, "add_markets"));
    session_receive(&s, frame_ok(4, 5, 41));
    session_receive(&s, frame_ok(5, 2, 1));
    session_receive(&s, frame_ok(6, 3, 1));
    session_receive(&s, frame_snapshot(5, 42, T2, BIDS_2, ASKS_2));
    /* What was there already got no snapshot: it is asked for by name. */
    session_advance(&s, 5005);
    expect_journal(&s, SENT_UPDATE("7", "5", QUOTED_1, "get_snapshot"));
    session_receive(&s, frame_snapshot(5, 43, T1, BIDS_1, ASKS_1));
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

static void answers_need_not_name_their_command(void **state)
{
    struct session s;
    (void)state;
    begin_watching(&s, JOURNAL_WISHES);
    session_at(&s, 10);
    session_receive(&s, frame_subscribed(0, "trade", 3));
    session_receive(&s, frame_subscribed(0, "orderbook_delta", 1));
    session_receive(&s, frame_subscribed(0, "ticker", 2));
    for (int sid = 1; sid <= 3; sid++) session_receive(&s, frame_ok(0, sid, 1));
    session_receive(&s, frame_snapshot(1, 2, T1, BIDS_1, ASKS_1));
    session_unwatch(&s, kalshi_handle(&s, T1));
    session_watch(&s, kalshi_handle(&s, T1));
    session_advance(&s, 20);
    session_receive(&s, "{\"type\":\"ok\",\"sid\":1,\"seq\":3,\"msg\":{}}");
    session_receive(&s, "{\"type\":\"ok\",\"sid\":1,\"seq\":4,\"msg\":{}}");
    session_receive(&s, frame_snapshot(1, 5, T1, BIDS_1, ASKS_1));
    session_receive(&s, frame_ok(0, 1, 9)); /* a gap, and the end of the old stream */
    session_receive(&s, "{\"type\":\"unsubscribed\",\"sid\":1,\"seq\":10}");
    session_advance(&s, 30);
    session_receive(&s, frame_subscribed(0, "orderbook_delta", 4));
    session_receive(&s, frame_snapshot(4, 1, T1, BIDS_1, ASKS_1));
    journal_clear(&s.journal);
    session_advance(&s, 30000);
    expect_journal(&s, "");
    expect_state_of(&s, T1, "verified");
    session_close(&s);
}

/* Nobody asked the venue to. */
static void an_unsubscription_of_the_venues_is_made_good(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_unsubscribed(0, 1, 3));
    expect_states(&s, "stale", "stale");
    session_advance(&s, 110);
    expect_journal(&s, SENT_BOOKS("4", BOTH));
    session_receive(&s, "{\"type\":\"unsubscribed\",\"id\":50}");
    books_come_anew(&s, 120, 4);
    session_close(&s);
}

static void other_talk_is_only_shown(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, "{\"id\":3,\"type\":\"ok\",\"msg\":[{\"channel\":\"trade\",\"sid\":3}]}");
    session_receive(&s, "hello");
    session_receive(&s, frame_subscribed(44, "fill", 12));
    session_receive(&s, "{\"type\":\"something new\",\"sid\":1,\"seq\":3,\"msg\":{}}");
    session_receive(&s, frame_delta(1, 4, T1, "yes 0.48 1", 7000));
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    session_close(&s);
}

static void a_command_that_is_not_answered_ends_the_connection(void **state)
{
    struct session s;
    (void)state;
    begin_watching(&s, JOURNAL_WISHES);
    session_advance(&s, 4999);
    expect_journal(&s, "");
    session_advance(&s, 5000);
    expect_journal(&s, "wish reconnect 0: a command was not answered\n");
    session_close(&s);
}

/* It says that it is well, but not which stream it is. */
static void an_ok_without_a_stream_does_not_begin_a_subscription(void **state)
{
    struct session s;
    (void)state;
    begin_watching(&s, JOURNAL_WISHES);
    for (int id = 1; id <= 3; id++)
        session_receive(&s, id == 1   ? "{\"type\":\"ok\",\"id\":1,\"msg\":{}}"
                            : id == 2 ? "{\"type\":\"ok\",\"id\":2,\"msg\":{}}"
                                      : "{\"type\":\"ok\",\"id\":3,\"msg\":{}}");
    kalshi_answer_subscribes(&s, 1);
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    session_advance(&s, 10000);
    expect_journal(&s, "wish confirm 0\n");
    session_close(&s);
    begin_watching(&s, JOURNAL_WISHES);
    session_receive(&s, "{\"type\":\"ok\",\"id\":1,\"msg\":{}}");
    session_receive(&s, frame_subscribed(2, "ticker", 2));
    session_receive(&s, frame_subscribed(3, "trade", 3));
    session_advance(&s, 5000);
    expect_journal(&s, "wish reconnect 0: a command was not answered\n");
    session_close(&s);
}

/* That a snapshot was asked for need not be answered: it may come, or not. */
static void requests_for_snapshots_do_not_fill_the_table(void **state)
{
    struct session s;
    char ticker[32];
    (void)state;
    kalshi_open_with(&s, 0, (struct venue_options){.has_key = true});
    for (unsigned i = 0; i < 200; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        session_watch(&s, kalshi_add(&s, ticker));
    }
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 1);
    for (unsigned i = 0; i < 200; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        session_receive(&s, frame_snapshot(1, 1 + i, ticker, BIDS_1, ASKS_1));
    }
    s.journal.kinds = JOURNAL_WISHES;
    for (unsigned i = 0; i < 200; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        session_hear(&s, 100 + i * 10, frame_delta(1, 201 + i, ticker, "yes 0.48 -99", 7000));
    }
    assert_null(strstr(journal_text(&s.journal), "reconnect"));
    session_close(&s);
}

static void too_many_open_commands_end_the_connection(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    struct market_handle market = kalshi_handle(&s, T2);
    for (int64_t i = 0; i < 40; i++) {
        session_advance(&s, 100 + i * 10);
        if (i % 2 == 0)
            session_unwatch(&s, market);
        else
            session_watch(&s, market);
    }
    const char *text = journal_text(&s.journal);
    assert_non_null(strstr(text, "wish reconnect 0: commands are not answered\n"));
    session_close(&s);
}

/* === Steps === */

static void a_book_is_asked_for_step_by_step(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -99", 7000));
    session_advance(&s, 105);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_1, "get_snapshot"));
    session_receive(&s, frame_ok(4, 1, 4));
    session_advance(&s, 5099);
    expect_journal(&s, "");
    session_advance(&s, 5105);
    expect_journal(&s,
                   SENT_UPDATE("5", "1", QUOTED_1, "delete_markets") SENT_UPDATE("6", "1", QUOTED_1, "add_markets"));
    session_receive(&s, frame_ok(5, 1, 5));
    session_receive(&s, frame_ok(6, 1, 6));
    session_advance(&s, 10099);
    expect_journal(&s, "");
    session_advance(&s, 10100);
    expect_journal(&s, "wish reconnect 0: a book that was asked for never came\n");
    expect_states(&s, "stale", "verified");
    session_link(&s, 0, LINK_LOST);
    expect_states(&s, "stale", "stale");
    session_link(&s, 0, LINK_OPENED);
    expect_states(&s, "syncing", "syncing");
    session_receive(&s, frame_subscribed(7, "orderbook_delta", 1));
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    session_receive(&s, frame_snapshot(1, 2, T2, BIDS_2, ASKS_2));
    expect_states(&s, "verified", "verified");
    expect_notes_of(&s, T1, "confirmed 0, resync 3, resync 2, resync 1, corruption 0");
    session_close(&s);
}

/* Nobody reconnects: the steps begin again. */
static void the_steps_begin_again(void **state)
{
    struct session s;
    (void)state;
    begin_watching(&s, 0);
    kalshi_answer_subscribes(&s, 1);
    s.journal.kinds = JOURNAL_WISHES;
    session_advance(&s, 15000);
    journal_clear(&s.journal);
    session_advance(&s, 20005);
    expect_journal(&s, SENT_UPDATE("7", "1", QUOTED_1, "get_snapshot"));
    session_close(&s);
}

static void answer_ok(struct session *s, int64_t ms, int first, int last, long long seq)
{
    session_at(s, ms);
    for (int id = first; id <= last; id++) session_receive(s, frame_ok(id, 1, seq++));
}

/* The others' books are there: one market's fault does not disturb them. */
static void a_book_that_does_not_come_is_left_for_a_while(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -99", 7000));
    session_advance(&s, 5105);
    answer_ok(&s, 5110, 4, 6, 4);
    session_hear(&s, 6000, frame_delta(1, 7, T2, "yes 0.2 1", 7001));
    journal_clear(&s.journal);
    session_hear(&s, 35000, frame_ticker(T2, "0.2", "0.3", 8000));
    session_hear(&s, 60000, frame_ticker(T2, "0.2", "0.3", 8001));
    session_advance(&s, 70099);
    expect_journal(&s, "");
    expect_states(&s, "stale", "verified");
    session_advance(&s, 70105);
    expect_journal(&s, SENT_UPDATE("7", "1", QUOTED_1, "get_snapshot"));
    session_receive(&s, frame_snapshot(1, 8, T1, BIDS_1, ASKS_1));
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

/* All are silent: the connection is made anew, but once only for that market. */
static void the_connection_is_made_anew_once_for_a_market(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -99", 7000));
    session_advance(&s, 5105);
    answer_ok(&s, 5110, 4, 6, 4);
    journal_clear(&s.journal);
    session_advance(&s, 10100);
    expect_journal(&s, "wish reconnect 0: a book that was asked for never came\n");
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 7);
    session_receive(&s, frame_snapshot(1, 1, T2, BIDS_2, ASKS_2));
    session_advance(&s, 20105);
    answer_ok(&s, 20110, 10, 12, 2);
    session_hear(&s, 45000, frame_ticker(T2, "0.2", "0.3", 8000)); /* the stream lives */
    session_hear(&s, 70000, frame_ticker(T2, "0.2", "0.3", 8001));
    session_advance(&s, 85200); /* it waited a minute */
    answer_ok(&s, 85210, 13, 13, 5);
    session_advance(&s, 90110);
    answer_ok(&s, 90120, 14, 15, 6);
    journal_clear(&s.journal);
    session_hear(&s, 95000, frame_ticker(T2, "0.2", "0.3", 8002));
    session_hear(&s, 120000, frame_ticker(T2, "0.2", "0.3", 8003));
    session_advance(&s, 130000);
    expect_journal(&s, "");
    expect_states(&s, "syncing", "verified");
    session_close(&s);
}

static void a_snapshot_that_is_refused_is_asked_for_in_another_way(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -99", 7000));
    session_advance(&s, 105);
    session_receive(&s, frame_error(4, 13, ""));
    journal_clear(&s.journal);
    session_advance(&s, 5105);
    expect_journal(&s,
                   SENT_UPDATE("5", "1", QUOTED_1, "delete_markets") SENT_UPDATE("6", "1", QUOTED_1, "add_markets"));
    session_close(&s);
}

static void what_is_resolved_is_not_asked_for(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -99", 7000));
    session_advance(&s, 105);
    session_market(&s, T1)->status = MARKET_RESOLVED;
    journal_clear(&s.journal);
    session_advance(&s, 30000);
    expect_journal(&s, "");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_error_ends_its_subscription),
        cmocka_unit_test(a_terminal_error_of_a_command_ends_its_channel),
        cmocka_unit_test(a_terminal_error_of_nothing_ends_the_connection),
        cmocka_unit_test(an_end_of_trades_leaves_books_alone),
        cmocka_unit_test(a_subscription_that_ends_again_is_made_after_a_pause),
        cmocka_unit_test(a_mistake_is_shown_and_not_tried_again),
        cmocka_unit_test(a_market_that_is_refused_leaves_others_alone),
        cmocka_unit_test(an_update_of_no_subscription_makes_one),
        cmocka_unit_test(a_repeated_subscribe_is_answered_by_ok),
        cmocka_unit_test(answers_need_not_name_their_command),
        cmocka_unit_test(an_unsubscription_of_the_venues_is_made_good),
        cmocka_unit_test(other_talk_is_only_shown),
        cmocka_unit_test(a_command_that_is_not_answered_ends_the_connection),
        cmocka_unit_test(too_many_open_commands_end_the_connection),
        cmocka_unit_test(a_book_is_asked_for_step_by_step),
        cmocka_unit_test(the_steps_begin_again),
        cmocka_unit_test(a_snapshot_that_is_refused_is_asked_for_in_another_way),
        cmocka_unit_test(what_is_resolved_is_not_asked_for),
        cmocka_unit_test(a_refused_update_is_of_its_own_markets),
        cmocka_unit_test(one_command_too_many_is_sent_again_after_a_pause),
        cmocka_unit_test(an_ok_without_a_stream_does_not_begin_a_subscription),
        cmocka_unit_test(requests_for_snapshots_do_not_fill_the_table),
        cmocka_unit_test(a_book_that_does_not_come_is_left_for_a_while),
        cmocka_unit_test(the_connection_is_made_anew_once_for_a_market),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
