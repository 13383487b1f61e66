/* The steps by which a book is asked for. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_watching.h"

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
        cmocka_unit_test(a_book_is_asked_for_step_by_step),
        cmocka_unit_test(the_steps_begin_again),
        cmocka_unit_test(a_snapshot_that_is_refused_is_asked_for_in_another_way),
        cmocka_unit_test(what_is_resolved_is_not_asked_for),
        cmocka_unit_test(a_book_that_does_not_come_is_left_for_a_while),
        cmocka_unit_test(the_connection_is_made_anew_once_for_a_market),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
