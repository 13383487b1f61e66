/* Bursts: where they end, and when they go on. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "bursts.h"

static void burst_ends_before_an_entry_with_another_hash(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 7 11, " NO " SELL 0.51 7 12"));
    session_hear(&s, 2, frame_changes(101, NO " SELL 0.51 8 12, " YES " BUY 0.49 8 11"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1002 applied #2 @1\n"
                       "changes 1002 applied #3 @2\n"
                       "changes 1001 applied #3 @2\n");
    assert_true(session_market(&s, M1)->burst_open);
    session_hear(&s, 3, frame_changes(101, YES " BUY 0.47 1 13, " NO " SELL 0.53 1 14"));
    expect_journal(&s, "burst 0xm1 2 messages to #3 @3\n"
                       "changes 1001 applied #4 @3\n"
                       "changes 1002 applied #4 @3\n");
    /* One token's hash is enough, whichever is named. */
    session_hear(&s, 4, frame_changes(101, NO " SELL 0.53 2 16"));
    expect_journal(&s, "burst 0xm1 1 messages to #4 @4\n"
                       "changes 1002 applied #5 @4\n");
    assert_int_equal(session_market(&s, M1)->proof.bursts, 2);
    session_close(&s);
}

static void burst_belongs_to_the_market_not_to_a_token(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 7 11"));
    session_hear(&s, 2, frame_changes(101, NO " SELL 0.51 8 12"));
    session_hear(&s, 3, frame_changes(101, YES " BUY 0.46 7 11"));
    expect_journal(&s, "");
    session_hear(&s, 4, frame_changes(102, NO " SELL 0.51 9 22"));
    expect_journal(&s, "burst 0xm1 3 messages to #4 @4\n");
    session_close(&s);
}

static void burst_ends_before_a_book(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " SELL 0.52 5 11, " NO " BUY 0.48 5 12"));
    /* After a trade: the burst's own hashes. Both are applied: they say the same, or heal. */
    session_hear(&s, 2, frame_book(YES, 101, 11, "0.48:30", "0.52:5 0.6:1"));
    session_hear(&s, 2, frame_book(NO, 101, 12, "0.48:5 0.4:1", "0.52:30"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1002 applied #2 @1\n"
                       "burst 0xm1 1 messages to #2 @2\n"
                       "book 1001 applied: its hash does not match #3 @2\n"
                       "book 1002 applied: its hash does not match #4 @2\n");
    assert_string_equal(session_book(&s, M1), "0.48:30 | 0.52:5 0.6:1");
    /* What is left of that burst is known already. */
    session_hear(&s, 3, frame_changes(101, YES " SELL 0.52 9 11"));
    expect_journal(&s, "changes 1001 duplicate: of a burst that has ended #5 @3\n");
    session_close(&s);
}

static void book_after_the_burst_ended_by_itself_is_applied(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " SELL 0.52 5 11, " NO " BUY 0.48 5 12"));
    session_hear(&s, 80, frame_book(NO, 101, 12, "0.48:5 0.47:1", "0.52:30"));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1002 applied #2 @1\n"
                       "burst 0xm1 1 messages to #2 @51\n"
                       "book 1002 applied: its hash does not match #3 @80\n");
    session_close(&s);
}

static void late_book_changes_and_ends_nothing(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " SELL 0.52 5 11, " NO " BUY 0.48 5 12"));
    session_hear(&s, 2, frame_changes(101, YES " SELL 0.52 4 13, " NO " BUY 0.48 4 14"));
    journal_clear(&s.journal);
    session_hear(&s, 3, frame_book(YES, 101, 11, "0.1:1", ""));
    session_hear(&s, 3, frame_book(YES, 100, 1, "0.1:1", ""));
    session_hear(&s, 3, frame_book(NO, 99, 99, "0.1:1", ""));
    expect_journal(&s, "book 1001 duplicate: of a burst that has ended #4 @3\n"
                       "book 1001 duplicate: older than the book #5 @3\n"
                       "book 1002 duplicate: older than the book #6 @3\n");
    expect_book(&s, "0.48:30 | 0.52:4");
    assert_true(session_market(&s, M1)->burst_open);
    assert_int_equal(session_market(&s, M1)->proof.duplicates, 3);
    session_hear(&s, 4, frame_changes(101, YES " SELL 0.53 1 13, " NO " BUY 0.47 1 14"));
    session_finish(&s);
    expect_journal(&s, "changes 1001 applied #7 @4\n"
                       "changes 1002 applied #7 @4\n"
                       "burst 0xm1 2 messages to #7 @4\n");
    session_close(&s);
}

static void quiet_ends_bursts_in_order_of_deadline_at_their_own_time(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_BURSTS);
    session_receive(&s, frame_book_of("0xm2", "2001", 100, 21, "", ""));
    session_receive(&s, frame_book_of("0xm3", "3001", 100, 31, "", ""));
    assert_int_equal(s.venue->deadline(s.sync), TIME_NEVER);
    session_hear(&s, 10, frame_changes(101, YES " BUY 0.49 7 11"));
    session_hear(&s, 20, frame_changes_of("0xm2", 101, "2001 BUY 0.49 7 22"));
    session_hear(&s, 20, frame_changes_of("0xm3", 101, "3001 BUY 0.49 7 32"));
    session_hear(&s, 30, frame_changes(101, YES " BUY 0.5 7 11"));
    struct stamp start = JOURNAL_START;
    assert_int_equal(s.venue->deadline(s.sync), start.mono + 70 * NANOSECONDS_PER_MILLISECOND);
    session_advance(&s, 69);
    expect_journal(&s, "");
    session_advance(&s, 500);
    expect_journal(&s, "burst 0xm2 1 messages to #5 @70\n"
                       "burst 0xm3 1 messages to #6 @70\n"
                       "burst 0xm1 2 messages to #7 @80\n");
    assert_int_equal(s.venue->deadline(s.sync), TIME_NEVER);
    session_advance(&s, 600);
    expect_journal(&s, "");
    session_close(&s);
}

/* At the very moment when the quiet is over the burst is over. (What comes then takes it up again.) */
static void message_at_the_deadline_comes_after_the_burst(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 0, frame_changes(101, YES " BUY 0.49 7 11"));
    session_hear(&s, 49, frame_changes(101, YES " BUY 0.49 8 11"));
    session_hear(&s, 99, frame_changes(101, YES " BUY 0.49 9 11"));
    expect_journal(&s, "changes 1001 applied #2 @0\n"
                       "changes 1001 applied #3 @49\n"
                       "burst 0xm1 2 messages to #3 @99\n"
                       "changes 1001 applied #4 @99\n");
    session_close(&s);
}

/* The network may be silent in the middle of a burst: what comes then is part of the book. */
static void burst_that_ended_by_quiet_goes_on(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 7 11"));
    session_advance(&s, 55);
    const struct market *market = session_market(&s, M1);
    assert_int_equal(market->proof.bursts, 1);
    /* Also where it names the other token for the first time. */
    session_hear(&s, 61, frame_changes(101, NO " SELL 0.53 4 12, " YES " BUY 0.47 4 11"));
    assert_int_equal(market->proof.bursts, 0);
    session_hear(&s, 130, frame_changes(101, NO " SELL 0.54 6 12"));
    session_advance(&s, 200);
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "burst 0xm1 1 messages to #2 @51\n"
                       "changes 1002 applied #3 @61\n"
                       "changes 1001 applied #3 @61\n"
                       "burst 0xm1 2 messages to #3 @111\n"
                       "changes 1002 applied #4 @130\n"
                       "burst 0xm1 3 messages to #4 @180\n");
    expect_book(&s, "0.49:7 0.48:30 0.47:4 0.46:6 | 0.52:25");
    assert_int_equal(market->proof.bursts, 1);
    assert_int_equal(market->proof.duplicates, 0);
    /* It is one burst among those that are remembered. */
    session_hear(&s, 201, frame_changes(102, YES " BUY 0.1 1 13"));
    session_hear(&s, 202, frame_changes(102, YES " BUY 0.1 2 15"));
    journal_clear(&s.journal);
    session_hear(&s, 203, frame_changes(102, YES " BUY 0.1 3 13"));
    session_hear(&s, 203, frame_changes(101, YES " BUY 0.1 3 11"));
    expect_journal(&s, "changes 1001 duplicate: of a burst that has ended #7 @203\n"
                       "changes 1001 duplicate: older than the book #8 @203\n");
    session_close(&s);
}

/* Crossed in the middle is not crossed at the end. */
static void burst_that_goes_on_takes_its_count_back(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.52 9 11, " NO " SELL 0.48 9 12"));
    session_advance(&s, 60);
    assert_int_equal(session_market(&s, M1)->proof.crossed, 1);
    session_hear(&s, 61, frame_changes(101, YES " SELL 0.52 0 11, " NO " BUY 0.48 0 12"));
    session_advance(&s, 200);
    expect_journal(&s, "burst 0xm1 1 messages to #2 crossed @51\n"
                       "burst 0xm1 2 messages to #3 @111\n");
    assert_int_equal(session_market(&s, M1)->proof.crossed, 0);
    assert_int_equal(session_market(&s, M1)->proof.bursts, 1);
    session_close(&s);
}

/* Once the book has moved on, or something else than quiet ended it, a burst is over. */
static void burst_does_not_go_on_after_something_newer(void **state)
{
    static const char ended[] = "changes 1001 duplicate: of a burst that has ended";
    struct session s;
    (void)state;
    for (int way = 0; way < 5; way++) {
        begin_bursts(&s, true, JOURNAL_EVENTS);
        session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 7 11, " NO " SELL 0.51 7 12"));
        session_at(&s, 60);
        if (way == 0) session_receive(&s, frame_changes(101, YES " BUY 0.3 1 13"));
        if (way == 1) session_receive(&s, frame_changes(101, YES " BUY 0.3 1 0"));
        if (way == 2) session_receive(&s, frame_book(YES, 101, 11, "0.49:7", ""));
        if (way == 3) session_receive(&s, frame_book(YES, 101, 0, "0.49:7", ""));
        journal_clear(&s.journal);
        if (way < 4)
            session_receive(&s, frame_changes(101, YES " BUY 0.47 4 11"));
        else /* half of it is of another burst */
            session_receive(&s, frame_changes(101, YES " BUY 0.47 4 11, " NO " SELL 0.53 4 14"));
        assert_int_equal(strncmp(journal_text(&s.journal), ended, strlen(ended)), 0);
        session_close(&s);
    }
}

/* What is refused does not open it again. */
static void refused_message_leaves_the_ended_burst_alone(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 7 11, " NO " SELL 0.51 7 12"));
    session_advance(&s, 60);
    journal_clear(&s.journal);
    session_receive(&s, frame_changes(101, YES " BUY 0.47 4 11, " NO " SELL 0.53 5 12"));
    assert_false(session_market(&s, M1)->burst_open);
    assert_int_equal(session_market(&s, M1)->proof.bursts, 1);
    session_receive(&s, frame_changes(101, YES " BUY 0.47 4 11, " NO " SELL 0.53 4 12"));
    expect_journal(&s, "changes 1001 refused: entries contradict each other #3 @60\n"
                       "changes 1002 refused: entries contradict each other #3 @60\n"
                       "changes 1001 applied #4 @60\n"
                       "changes 1002 applied #4 @60\n");
    session_close(&s);
}

/* A recipe without stamps gives the same hash whenever the book is the same again. */
static void same_hash_under_another_stamp_is_another_burst(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_EVENTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.49 7 11"));
    session_hear(&s, 2, frame_changes(102, YES " BUY 0.49 8 13"));
    session_hear(&s, 3, frame_changes(103, YES " BUY 0.49 7 11"));
    session_hear(&s, 4, frame_changes(104, YES " BUY 0.49 8 13"));
    session_hear(&s, 5, frame_book(YES, 105, 11, "0.49:7", ""));
    expect_journal(&s, "changes 1001 applied #2 @1\n"
                       "changes 1001 applied #3 @2\n"
                       "changes 1001 applied #4 @3\n"
                       "changes 1001 applied #5 @4\n"
                       "book 1001 applied: its hash does not match #6 @5\n");
    session_close(&s);
}

/* A recording's time begins with 0 as any other. */
static void time_may_begin_with_zero(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_BURSTS);
    s.now = (struct stamp){0, 0};
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    session_receive(&s, frame_changes(101, YES " BUY 0.49 7 11"));
    assert_int_equal(s.venue->deadline(s.sync), 50 * NANOSECONDS_PER_MILLISECOND);
    s.venue->advance(s.sync, (struct stamp){60 * NANOSECONDS_PER_MILLISECOND, 60 * NANOSECONDS_PER_MILLISECOND});
    assert_int_equal(session_market(&s, M1)->proof.bursts, 1);
    session_close(&s);
}

static void without_stamps_only_rules_and_the_end_end_a_burst(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, false, JOURNAL_BURSTS);
    session_receive(&s, frame_changes(101, YES " BUY 0.49 7 11"));
    session_receive(&s, frame_changes(90000101, YES " BUY 0.49 8 11"));
    s.venue->advance(s.sync, s.now);
    assert_int_equal(s.venue->deadline(s.sync), TIME_NEVER);
    expect_journal(&s, "");
    session_receive(&s, frame_changes(90000102, YES " BUY 0.49 9 13"));
    expect_journal(&s, "burst 0xm1 2 messages to #3 @-\n");
    session_finish(&s);
    expect_journal(&s, "burst 0xm1 1 messages to #4 @-\n");
    session_finish(&s);
    expect_journal(&s, "");
    session_close(&s);
}

static void crossed_or_locked_end_is_counted(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_BURSTS);
    /* The taker's rest is added before the consumed level goes: crossed within the burst, not at its end. */
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.52 9 11, " NO " SELL 0.48 9 12"));
    session_hear(&s, 2, frame_changes(101, YES " SELL 0.52 0 11, " NO " BUY 0.48 0 12"));
    session_hear(&s, 3, frame_changes(102, YES " SELL 0.52 3 13, " NO " BUY 0.48 3 14"));
    session_hear(&s, 4, frame_changes(103, YES " SELL 0.5 3 15, " NO " BUY 0.5 3 16"));
    session_advance(&s, 100);
    expect_journal(&s, "burst 0xm1 2 messages to #3 @3\n"
                       "burst 0xm1 1 messages to #4 crossed @4\n"
                       "burst 0xm1 1 messages to #5 crossed @54\n");
    assert_int_equal(session_market(&s, M1)->proof.crossed, 2);
    session_close(&s);
}

/* If it was a part of it, the burst is over all the same: it cannot be proved any more. */
static void a_refused_message_ends_the_burst(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_BURSTS | JOURNAL_EVENTS);
    session_hear(&s, 2, frame_changes(102, YES " BUY 0.41 1 13"));
    journal_clear(&s.journal);
    session_hear(&s, 42, frame_changes(102, YES " BUY 0.4 1 15, " NO " SELL 0.6 2 16"));
    session_advance(&s, 200);
    expect_journal(&s, "burst 0xm1 1 messages to #2 @42\n"
                       "changes 1001 refused: entries contradict each other #3 @42\n"
                       "changes 1002 refused: entries contradict each other #3 @42\n");
    session_close(&s);
}

static void burst_of_messages_without_hash_ends_by_quiet(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.4 1 0"));
    session_hear(&s, 2, frame_changes(101, YES " BUY 0.41 1 0"));
    session_hear(&s, 60, frame_changes(101, YES " BUY 0.41 2 0"));
    session_finish(&s);
    expect_journal(&s, "burst 0xm1 2 messages to #3 @52\n"
                       "burst 0xm1 1 messages to #4 @60\n");
    session_close(&s);
}

/* Where no hash tells the border, the stamp does. */
static void another_stamp_ends_a_burst_of_messages_without_hash(void **state)
{
    struct session s;
    (void)state;
    for (int timeless = 0; timeless < 2; timeless++) {
        begin_bursts(&s, !timeless, JOURNAL_BURSTS);
        session_receive(&s, frame_changes(101, YES " BUY 0.4 1 0"));
        session_receive(&s, frame_changes(101, YES " BUY 0.41 1 0"));
        session_receive(&s, frame_changes(102, YES " BUY 0.42 1 0"));
        expect_journal(&s, timeless ? "burst 0xm1 2 messages to #3 @-\n" : "burst 0xm1 2 messages to #3 @0\n");
        session_close(&s);
    }
}

/* One that was opened by a hash ends before it too; and with the same hash the stamp does not matter. */
static void an_entry_without_hash_is_a_border_under_another_stamp_only(void **state)
{
    struct session s;
    (void)state;
    begin_bursts(&s, true, JOURNAL_BURSTS);
    session_hear(&s, 1, frame_changes(101, YES " BUY 0.4 1 11"));
    session_hear(&s, 2, frame_changes(102, YES " BUY 0.41 1 11"));
    session_hear(&s, 3, frame_changes(102, NO " SELL 0.58 1 0"));
    expect_journal(&s, "");
    session_hear(&s, 4, frame_changes(103, NO " SELL 0.57 1 0"));
    expect_journal(&s, "burst 0xm1 3 messages to #4 @4\n");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(burst_ends_before_an_entry_with_another_hash),
        cmocka_unit_test(burst_belongs_to_the_market_not_to_a_token),
        cmocka_unit_test(burst_ends_before_a_book),
        cmocka_unit_test(book_after_the_burst_ended_by_itself_is_applied),
        cmocka_unit_test(late_book_changes_and_ends_nothing),
        cmocka_unit_test(quiet_ends_bursts_in_order_of_deadline_at_their_own_time),
        cmocka_unit_test(message_at_the_deadline_comes_after_the_burst),
        cmocka_unit_test(burst_that_ended_by_quiet_goes_on),
        cmocka_unit_test(burst_that_goes_on_takes_its_count_back),
        cmocka_unit_test(burst_does_not_go_on_after_something_newer),
        cmocka_unit_test(refused_message_leaves_the_ended_burst_alone),
        cmocka_unit_test(same_hash_under_another_stamp_is_another_burst),
        cmocka_unit_test(time_may_begin_with_zero),
        cmocka_unit_test(without_stamps_only_rules_and_the_end_end_a_burst),
        cmocka_unit_test(crossed_or_locked_end_is_counted),
        cmocka_unit_test(a_refused_message_ends_the_burst),
        cmocka_unit_test(burst_of_messages_without_hash_ends_by_quiet),
        cmocka_unit_test(another_stamp_ends_a_burst_of_messages_without_hash),
        cmocka_unit_test(an_entry_without_hash_is_a_border_under_another_stamp_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
