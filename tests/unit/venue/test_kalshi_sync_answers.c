/* Commands and their answers: what each is taken for, and what is not answered. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_watching.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeated_subscribe_is_answered_by_ok),
        cmocka_unit_test(answers_need_not_name_their_command),
        cmocka_unit_test(an_unsubscription_of_the_venues_is_made_good),
        cmocka_unit_test(other_talk_is_only_shown),
        cmocka_unit_test(a_command_that_is_not_answered_ends_the_connection),
        cmocka_unit_test(too_many_open_commands_end_the_connection),
        cmocka_unit_test(an_ok_without_a_stream_does_not_begin_a_subscription),
        cmocka_unit_test(requests_for_snapshots_do_not_fill_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
