/* Messages that were seen before: in the open burst, in those that ended, and what only looks like them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "bursts.h"

static void repetition_after_the_quiet_is_a_duplicate(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 50 11"));
    session_hear(&s, 2, frame_changes(101, YES " BUY 0.49 20 11"));
    session_hear(&s, 61, frame_changes(101, YES " BUY 0.49 50 11"));
    session_hear(&s, 61, frame_changes(101, YES " BUY 0.49 20 11"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1001 applied #3 @2\n"
                       "burst 0xm1 2 messages to #3 @52\n"
                       "changes 1001 duplicate: the same message again #4 @61\n"
                       "changes 1001 duplicate: the same message again #5 @61\n");
    assert_false(session_market(&s, M1)->burst_open);
    assert_int_equal(session_market(&s, M1)->proof.bursts, 1);
    expect_book(&s, "0.49:20 0.48:30 | 0.52:25");
    session_close(&s);
}

static void older_changes_are_duplicates(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(99, YES " BUY 0.49 7 11, " NO " SELL 0.51 7 12"));
    expect_journal(&s, "changes 1001 duplicate: older than the book #2 @1\n"
                       "changes 1002 duplicate: older than the book #2 @1\n");
    assert_int_equal(session_market(&s, M1)->proof.duplicates, 1); /* a message, not an asset */
    expect_book(&s, "0.48:30 | 0.52:25");
    session_close(&s);
}

static void immediate_repetition_is_a_duplicate_in_either_order(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 7 11, " NO " SELL 0.51 7 12"));
    struct market *market = session_market(&s, M1);
    uint64_t version = market->version, messages = market->messages;
    session_hear(&s, 2, frame_changes(101, YES " BUY 0.49 7 11, " NO " SELL 0.51 7 12"));
    session_hear(&s, 3, frame_changes(101, NO " SELL 0.51 7 12, " YES " BUY 0.49 7 11"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1002 applied #2 @1\n"
                       "changes 1001 duplicate: the same message again #3 @2\n"
                       "changes 1002 duplicate: the same message again #3 @2\n"
                       "changes 1002 duplicate: the same message again #4 @3\n"
                       "changes 1001 duplicate: the same message again #4 @3\n");
    assert_int_equal(market->version, version);
    assert_int_equal(market->messages, messages);
    /* The other way round on another level is something else. */
    session_hear(&s, 4, frame_changes(101, YES " BUY 0.51 7 11, " NO " SELL 0.49 7 12"));
    expect_journal(&s, "changes 1001 applied #5 @4\n"
                       "changes 1002 applied #5 @4\n");
    session_close(&s);
}

/* Not only of the last message. */
static void any_message_of_the_burst_may_be_repeated(void **state)
{
    struct session s;
    char entries[64];
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 50 11"));
    session_hear(&s, 2, frame_changes(101, YES " BUY 0.49 20 11"));
    session_hear(&s, 3, frame_changes(101, YES " BUY 0.49 50 11"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1001 applied #3 @2\n"
                       "changes 1001 duplicate: the same message again #4 @3\n");
    expect_book(&s, "0.49:20 0.48:30 | 0.52:25");
    /* Sixteen are remembered. */
    for (int i = 0; i < 15; i++) {
        snprintf(entries, sizeof entries, YES " BUY 0.%02d 1 11", 10 + i);
        session_hear(&s, 4, frame_changes(101, entries));
    }
    journal_clear(&s.journal);
    session_hear(&s, 5, frame_changes(101, YES " BUY 0.49 20 11"));
    session_hear(&s, 5, frame_changes(101, YES " BUY 0.49 50 11"));
    expect_journal(&s, "changes 1001 duplicate: the same message again #20 @5\n"
                       "changes 1001 applied #21 @5\n");
    session_close(&s);
}

/* What an earlier burst said is said anew in another one. */
static void messages_of_earlier_bursts_are_forgotten(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 50 0"));
    session_hear(&s, 60, frame_changes(101, YES " BUY 0.49 50 0"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1001 applied #3 @60\n");
    session_close(&s);
}

/* An update with an unchanged size is normal: another stamp makes it another message, also where hashes are missing. */
static void same_entries_with_another_stamp_are_news(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 7 0"));
    session_hear(&s, 2, frame_changes(102, YES " BUY 0.49 7 0"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1001 applied #3 @2\n");
    assert_int_equal(session_market(&s, M1)->venue_ms, 102);
    session_close(&s);
}

static void hashes_of_sixteen_closed_bursts_are_remembered(void **state)
{
    struct session s;
    char entries[64];
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS);
    for (int i = 0; i <= 17; i++) { /* the last one stays open */
        snprintf(entries, sizeof entries, YES " BUY 0.%02d 1 %d", 10 + i, 50 + i);
        session_hear(&s, i, frame_changes(101, entries));
    }
    journal_clear(&s.journal);
    session_receive(&s, frame_changes(101, YES " BUY 0.3 2 66"));
    session_receive(&s, frame_changes(101, YES " BUY 0.3 2 51"));
    expect_journal(&s, "changes 1001 duplicate: of a burst that has ended #20 @17\n"
                       "changes 1001 duplicate: of a burst that has ended #21 @17\n");
    session_receive(&s, frame_changes(101, YES " BUY 0.3 2 50"));
    expect_journal(&s, "changes 1001 applied #22 @17\n"); /* the seventeenth is forgotten */
    session_close(&s);
}

/* Every digit of a hash counts. */
static void hashes_that_begin_alike_are_different(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.4 1 65536"));
    session_hear(&s, 2, frame_changes(102, YES " BUY 0.41 1 65537"));
    session_hear(&s, 3, frame_changes(103, YES " BUY 0.42 1 131072"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "burst 0xm1 1 messages to #2 @2\n"
                       "changes 1001 applied #3 @2\n"
                       "burst 0xm1 1 messages to #3 @3\n"
                       "changes 1001 applied #4 @3\n");
    session_close(&s);
}

/* What is a duplicate neither ends nor extends the burst. */
static void duplicates_leave_the_burst_alone(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.4 1 11"));
    session_hear(&s, 2, frame_changes(102, YES " BUY 0.41 1 13"));
    journal_clear(&s.journal);
    session_hear(&s, 40, frame_changes(102, YES " BUY 0.41 1 13"));
    session_hear(&s, 41, frame_changes(101, YES " BUY 0.4 1 11"));
    session_advance(&s, 200);
    expect_journal(&s, "burst 0xm1 1 messages to #3 @52\n");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetition_after_the_quiet_is_a_duplicate),
        cmocka_unit_test(older_changes_are_duplicates),
        cmocka_unit_test(immediate_repetition_is_a_duplicate_in_either_order),
        cmocka_unit_test(any_message_of_the_burst_may_be_repeated),
        cmocka_unit_test(messages_of_earlier_bursts_are_forgotten),
        cmocka_unit_test(same_entries_with_another_stamp_are_news),
        cmocka_unit_test(hashes_of_sixteen_closed_bursts_are_remembered),
        cmocka_unit_test(hashes_that_begin_alike_are_different),
        cmocka_unit_test(duplicates_leave_the_burst_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
