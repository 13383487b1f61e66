/* GETs and their replies: how many are asked for, and those that are never answered. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../../src/venue/polymarket/sync.h"
#include "polymarket_session.h"

#define GET_BOOK "wish get https://books/book?token_id=1001\n"

static void coarser_tick(struct session *s)
{
    session_receive(s, frame_tick_size(YES, 101, "0.01", "0.001"));
    session_receive(s, frame_tick_size(YES, 101, "0.001", "0.01"));
}

/* However often the tick changes; the reply may be of before the last change, so it is asked for once more. */
static void one_book_at_a_time_is_asked_for(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_market(&s, M1)->instrument.tick = 100;
    for (int i = 0; i < 500; i++) coarser_tick(&s);
    expect_journal(&s, GET_BOOK);
    session_reply(&s, 200, frame_book(YES, 103, PROVED, "0.49:20", "0.52:25"));
    expect_journal(&s, GET_BOOK);
    session_reply(&s, 200, frame_book(YES, 104, PROVED, "0.49:20", "0.52:25"));
    expect_journal(&s, "");
    coarser_tick(&s);
    expect_journal(&s, GET_BOOK);
    /* Of each market. */
    struct market_handle second = session_add(&s, M2, "2001", "2002");
    session_watch(&s, second);
    session_advance(&s, 5001);
    assert_non_null(strstr(journal_text(&s.journal), "wish get https://books/book?token_id=2001\n"));
    session_close(&s);
}

static void a_book_that_is_not_wanted_any_more_is_not_asked_for_once_more(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_market(&s, M1)->instrument.tick = 100;
    coarser_tick(&s);
    coarser_tick(&s);
    session_unwatch(&s, market);
    journal_clear(&s.journal);
    session_reply(&s, 200, frame_book(YES, 103, PROVED, "0.49:20", "0.52:25"));
    expect_journal(&s, "");
    assert_false(session_market(&s, M1)->had_book);
    session_close(&s);
}

static void a_question_that_is_never_answered_fails(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_LOOKUPS);
    for (uint32_t i = 0; i < LOOKUPS_MAX; i++) s.venue->lookup(s.sync, s.now, i, LOOKUP_TOP, (struct text){NULL, 0});
    struct stamp start = JOURNAL_START;
    assert_int_equal(s.venue->deadline(s.sync), start.mono + REQUEST_LIFE);
    session_advance(&s, 59999);
    expect_journal(&s, "");
    session_advance(&s, 70000);
    assert_non_null(strstr(journal_text(&s.journal), "lookup 0 failed: no answer @60000\n"));
    assert_non_null(strstr(journal_text(&s.journal), "lookup 15 failed: no answer @60000\n"));
    journal_clear(&s.journal);
    assert_int_equal(s.venue->deadline(s.sync), TIME_NEVER);
    session_reply(&s, 200, "[]"); /* too late */
    expect_journal(&s, "");
    /* There is room for others. */
    s.venue->lookup(s.sync, s.now, 77, LOOKUP_TOP, (struct text){NULL, 0});
    session_reply(&s, 200, "[]");
    expect_journal(&s, "lookup 77 none: nothing of that name @70000\n");
    session_close(&s);
}

/* The second half of a question lives as long again. */
static void a_question_of_two_halves_fails_in_the_end(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_LOOKUPS);
    s.venue->lookup(s.sync, s.now, 1, LOOKUP_MARKET, TEXT("some-slug"));
    session_at(&s, 1000);
    session_reply(&s, 404, "");
    session_advance(&s, 60999);
    expect_journal(&s, "");
    session_advance(&s, 61000);
    expect_journal(&s, "lookup 1 failed: no answer @61000\n");
    session_close(&s);
}

static void places_of_unanswered_requests_are_used_again(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_WISHES);
    struct market_handle market = session_add(&s, M1, YES, NO);
    for (int64_t i = 0; i < 1000; i++) {
        session_advance(&s, i * 6000);
        s.venue->seed(s.sync, s.now, market);
    }
    assert_int_equal(s.sync->requests.count, 16); /* at most ten are outstanding */
    session_close(&s);
}

static void a_book_that_was_never_answered_can_be_asked_for_again(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_market(&s, M1)->instrument.tick = 100;
    coarser_tick(&s);
    for (int64_t ms = 10000; ms <= 60000; ms += 10000) session_hear(&s, ms, "PONG");
    session_advance(&s, 60002);
    journal_clear(&s.journal);
    coarser_tick(&s);
    expect_journal(&s, GET_BOOK);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_book_at_a_time_is_asked_for),
        cmocka_unit_test(a_book_that_is_not_wanted_any_more_is_not_asked_for_once_more),
        cmocka_unit_test(a_question_that_is_never_answered_fails),
        cmocka_unit_test(a_question_of_two_halves_fails_in_the_end),
        cmocka_unit_test(places_of_unanswered_requests_are_used_again),
        cmocka_unit_test(a_book_that_was_never_answered_can_be_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
