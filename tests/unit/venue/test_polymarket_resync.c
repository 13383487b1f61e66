/* A book that goes on failing is asked for anew: when, and when not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "proof_session.h"

static void one_second_of_suspect_starts_it(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES | JOURNAL_STATES);
    fail_burst(&s, 100);
    assert_int_equal(due_ms(&s), 150);
    session_advance(&s, 150);
    assert_int_equal(due_ms(&s), 1150);
    fail_burst(&s, 900); /* does not put it off */
    session_advance(&s, 1149);
    expect_journal(&s, "state 0xm1 open suspect epoch 0: its hash does not match\n");
    session_advance(&s, 1150);
    expect_journal(&s, "state 0xm1 open suspect epoch 0: its book is asked for anew\n" GET);
    assert_int_equal(due_ms(&s), 6150);
    assert_int_equal(session_market(&s, M1)->proof.resyncs, 1);
    expect_notes(&s, "resync 1, failure 2");
    session_close(&s);
}

static void success_within_the_second_calls_it_off(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    fail_burst(&s, 100);
    pass_burst(&s, 800);
    session_advance(&s, 5000);
    expect_journal(&s, "");
    expect_notes(&s, "recovery 1");
    assert_int_equal(session_market(&s, M1)->proof.resyncs, 0);
    session_close(&s);
}

static void five_failures_start_it_at_once(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    for (int i = 0; i < 5; i++) fail_burst(&s, 100 + i);
    expect_journal(&s, "");
    session_advance(&s, 154);
    expect_journal(&s, GET);
    expect_notes(&s, "resync 1, failure 5");
    session_close(&s);
}

/* === Again and again === */

/* Fails, waits until the book is asked for, and mends it by REST; returns when it was asked for. */
static int64_t mended_at(struct session *s, int64_t ms)
{
    fail_burst(s, ms);
    session_advance(s, ms + 50);
    for (;;) {
        int64_t due = due_ms(s);
        journal_clear(&s->journal);
        session_advance(s, due);
        if (strcmp(journal_text(&s->journal), GET) == 0) {
            session_reply(s, 200, frame_rest_book(YES, 1000 + due, PROVED, BIDS_1, ASKS_1));
            expect_state(s, "verified");
            return due;
        }
        session_receive(s, "PONG");
    }
}

static void waits_double_until_a_burst_passes(void **state)
{
    static const int64_t waits[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    int64_t now = mended_at(&s, 100);
    assert_int_equal(now, 1150);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        int64_t next = mended_at(&s, now + 10);
        /* One second of doubt is the least. */
        assert_int_equal(next - now, i == 0 ? 1060 : waits[i]);
        now = next;
    }
    /* A book in full does not prove that nothing is lost on the way; a burst does. */
    pass_burst(&s, now + 100);
    session_advance(&s, now + 200);
    expect_state(&s, "verified");
    int64_t next = mended_at(&s, now + 300);
    assert_int_equal(next - now, 1350);
    session_close(&s);
}

/* === What ends it otherwise === */

static void it_is_forgotten_with_the_connection(void **state)
{
    struct session s;
    (void)state;
    for (int asked = 0; asked < 2; asked++) {
        session_begin(&s, JOURNAL_WISHES | JOURNAL_STATES);
        fail_burst(&s, 100);
        session_advance(&s, asked ? 1150 : 500);
        session_link(&s, 0, LINK_LOST);
        journal_clear(&s.journal);
        session_advance(&s, 3000);
        expect_journal(&s, "");
        session_link(&s, 0, LINK_OPENED);
        session_advance(&s, 7999);
        assert_null(strstr(journal_text(&s.journal), "wish get"));
        /* It begins as it began. */
        session_receive(&s, frame_book(YES, 100, 77, BIDS_1, ASKS_1));
        journal_clear(&s.journal);
        session_advance(&s, 8999);
        assert_int_equal(session_market(&s, M1)->proof.resyncs, 1 + asked);
        expect_notes(&s, asked ? "resync 1, failure 1, return 1, disconnect 0, resync 1, failure 1"
                               : "resync 1, failure 1, return 1, disconnect 0, failure 1");
        session_close(&s);
    }
}

/* Of which we may not have been told that it was lost. */
static void a_new_connection_begins_anew(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    fail_burst(&s, 100);
    session_advance(&s, 500);
    session_link(&s, 0, LINK_OPENED);
    journal_clear(&s.journal);
    session_advance(&s, 5499);
    expect_journal(&s, "");
    session_close(&s);
}

static void it_is_forgotten_with_the_watch(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_receive(&s, frame_book_of(M2, "2001", 100, PROVED, "0.3:1", ""));
    fail_burst(&s, 100);
    session_advance(&s, 500);
    session_unwatch(&s, market);
    session_advance(&s, 600);
    journal_clear(&s.journal);
    session_advance(&s, 9000);
    expect_journal(&s, "");
    registry_remove(s.registry, market);
    session_hear(&s, 9500, "PONG");
    session_advance(&s, 15000);
    expect_journal(&s, "wish send 0 PING\n");
    session_close(&s);
}

static void markets_are_asked_for_each_in_its_time(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_receive(&s, frame_book_of(M2, "2001", 100, PROVED, "0.3:1", ""));
    session_advance(&s, 50);
    session_hear(&s, 90, frame_changes_of(M2, 101, "2001 BUY 0.2 1 5"));
    fail_burst(&s, 100);
    session_advance(&s, 1139);
    journal_clear(&s.journal);
    session_advance(&s, 1140);
    expect_journal(&s, "wish get https://books/book?token_id=2001\n");
    assert_int_equal(due_ms(&s), 1150);
    session_advance(&s, 1150);
    expect_journal(&s, GET);
    session_close(&s);
}

/* Nobody would answer. */
static void input_without_stamps_or_links_asks_for_nothing(void **state)
{
    struct session s;
    (void)state;
    for (int stamps = 0; stamps < 2; stamps++) {
        if (stamps)
            session_open(&s, JOURNAL_WISHES);
        else
            session_open_timeless(&s, JOURNAL_WISHES);
        session_receive(&s, frame_book(YES, 100, PROVED, BIDS_1, ASKS_1));
        for (unsigned i = 0; i < 8; i++)
            session_receive(&s, frame_changes(101 + i, i % 2 ? YES " BUY 0.6 2 7" : YES " BUY 0.6 1 8"));
        session_finish(&s);
        expect_state(&s, "suspect");
        assert_int_equal(s.venue->deadline(s.sync), TIME_NEVER);
        if (stamps) session_advance(&s, 100000);
        expect_journal(&s, "");
        session_close(&s);
    }
}

/* === Back again === */

static void the_first_book_after_a_disconnect_says_what_changed(void **state)
{
    static const struct {
        const char *bids, *notes;
    } cases[] = {{BIDS_1, "return 0, disconnect 0"}, {"0.48:31 0.2:1", "return 2, disconnect 0"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct session s;
        session_begin(&s, 0);
        session_link(&s, 0, LINK_LOST);
        session_link(&s, 0, LINK_OPENED);
        expect_notes(&s, "disconnect 0");
        session_hear(&s, 500, frame_book(YES, 200, PROVED, cases[i].bids, ASKS_1));
        expect_notes(&s, cases[i].notes);
        session_hear(&s, 600, frame_book(YES, 300, PROVED, BIDS_1, ASKS_1));
        expect_notes(&s, cases[i].notes); /* the first only */
        session_close(&s);
    }
}

static void a_book_that_is_new_to_us_is_no_return(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, 0);
    expect_notes(&s, "");
    session_unwatch(&s, market);
    session_watch(&s, market);
    session_hear(&s, 500, frame_book(YES, 200, PROVED, BIDS_1, ASKS_1));
    expect_state(&s, "verified");
    expect_notes(&s, "");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_second_of_suspect_starts_it),
        cmocka_unit_test(success_within_the_second_calls_it_off),
        cmocka_unit_test(five_failures_start_it_at_once),
        cmocka_unit_test(waits_double_until_a_burst_passes),
        cmocka_unit_test(it_is_forgotten_with_the_connection),
        cmocka_unit_test(a_new_connection_begins_anew),
        cmocka_unit_test(it_is_forgotten_with_the_watch),
        cmocka_unit_test(markets_are_asked_for_each_in_its_time),
        cmocka_unit_test(input_without_stamps_or_links_asks_for_nothing),
        cmocka_unit_test(the_first_book_after_a_disconnect_says_what_changed),
        cmocka_unit_test(a_book_that_is_new_to_us_is_no_return),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
