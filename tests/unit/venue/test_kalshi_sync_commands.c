/* Commands and what each error means: which ends a subscription, which is a mistake of ours. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_watching.h"

/* === Errors that end a subscription === */

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
        cmocka_unit_test(a_refused_update_is_of_its_own_markets),
        cmocka_unit_test(one_command_too_many_is_sent_again_after_a_pause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
