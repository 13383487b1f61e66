/* Books that do not come. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "polymarket_session.h"

static void overdue_book_that_rest_does_not_know_closes_the_market(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, WITHOUT_EVENTS);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_hear(&s, 100, "[]");
    journal_clear(&s.journal);
    session_advance(&s, 4999);
    expect_journal(&s, "");
    session_advance(&s, 5000);
    expect_journal(&s, "link 0 degraded: a book does not come @5000\n"
                       "state 0xm1 open syncing epoch 0: its book does not come: asking by REST\n"
                       "wish get https://books/book?token_id=1001\n");
    session_reply(&s, 404, "{\"error\":\"No orderbook exists for the requested token id\"}");
    expect_journal(&s, "state 0xm1 closed syncing epoch 0: the venue keeps no order book for it\n"
                       "link 0 live @5000\n"
                       "wish confirm 0\n");
    session_advance(&s, 9999);
    expect_journal(&s, "");
    /* It was wrong. */
    session_hear(&s, 9999, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    expect_journal(&s, "state 0xm1 open verified epoch 0\n");
    session_close(&s);
}

/* What REST says is no sign of life of the stream. */
static void link_that_never_answered_is_not_confirmed(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_LINKS | JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    journal_clear(&s.journal);
    session_reply(&s, 404, "");
    expect_journal(&s, "");
    session_hear(&s, 5001, "PONG");
    expect_journal(&s, "link 0 live @5001\n"
                       "wish confirm 0\n");
    session_close(&s);
}

static void overdue_book_by_rest_is_polled_and_the_stream_asked_again(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, WITHOUT_EVENTS);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    journal_clear(&s.journal);
    session_at(&s, 5200);
    session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    session_advance(&s, 5300);
    expect_journal(&s, "state 0xm1 open polled epoch 0: by REST: the stream has not sent its book\n"
                       "wish send 0 " UNSUBSCRIBE(PAIR_1) "\n"
                                                          "wish send 0 " SUBSCRIBE(PAIR_1) "\n");
    expect_book(&s, "0.48:30 | 0.52:25");
    session_hear(&s, 9000, "PONG");
    session_advance(&s, 10199);
    expect_journal(&s, "wish send 0 PING\n");
    session_advance(&s, 10300);
    expect_journal(&s, "wish get https://books/book?token_id=1001\n"
                       "wish send 0 " UNSUBSCRIBE(PAIR_1) "\n"
                                                          "wish send 0 " SUBSCRIBE(PAIR_1) "\n");
    session_hear(&s, 15000, "PONG");
    session_advance(&s, 20200);
    expect_journal(&s, "wish send 0 PING\n"
                       "wish reconnect 0: a subscribed book never came\n");
    session_close(&s);
}

static void stream_that_sends_after_all_makes_a_polled_book_verified(void **state)
{
    struct session s;
    (void)state;
    for (int64_t behind = 0; behind < 2; behind++) { /* also where REST was ahead of it */
        session_open(&s, JOURNAL_STATES | JOURNAL_LINKS | JOURNAL_EVENTS);
        session_watch(&s, session_add(&s, M1, YES, NO));
        session_link(&s, 0, LINK_OPENED);
        session_advance(&s, 5000);
        session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
        journal_clear(&s.journal);
        session_hear(&s, 5100, frame_book(YES, 100 - behind, PROVED, "0.48:30", "0.52:25"));
        expect_journal(&s, behind ? "state 0xm1 open verified epoch 0\n"
                                    "book 1001 duplicate: older than the book #1 @5100\n"
                                    "link 0 live @5100\n"
                                  : "state 0xm1 open verified epoch 0\n"
                                    "book 1001 applied #1 @5100\n"
                                    "link 0 live @5100\n");
        session_close(&s);
    }
}

static void reply_for_another_market_is_refused(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    session_reply(&s, 200, frame_book_of(M2, "2001", 100, PROVED, "0.48:30", "0.52:25"));
    expect_journal(&s, "book 2001 (stranger) refused: not the book that was asked for #0 @5000\n");
    assert_int_equal(registry_count(s.registry), 1);
    session_close(&s);
}

/* Goes on to a time, the venue answering every ten seconds meanwhile. */
static void idle_until(struct session *s, int64_t from, int64_t to)
{
    for (int64_t ms = from; ms < to; ms += 10000) session_hear(s, ms, "PONG");
    session_advance(s, to);
}

/* The same, while the stream brings trades. */
static void trade_until(struct session *s, int64_t from, int64_t to)
{
    for (int64_t ms = from; ms < to; ms += 10000) session_hear(s, ms, frame_trade(YES, ms, "BUY", "0.5", "1", "0x1"));
    session_advance(s, to);
}

#define AGAIN_2                                                                                                        \
    "wish get https://books/book?token_id=2001\n"                                                                      \
    "wish send 0 " UNSUBSCRIBE(PAIR_2) "\n"                                                                            \
                                       "wish send 0 " SUBSCRIBE(PAIR_2) "\n"

/* Nor does REST answer for it. The others' link is good: they need not suffer. */
static void one_book_that_stays_away_does_not_cost_the_others_their_connection(void **state)
{
    static const int64_t tries[] = {15000, 25000, 45000, 85000, 145000, 205000};
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_advance(&s, 4999);
    journal_clear(&s.journal);
    session_advance(&s, 5001);
    expect_journal(&s, "link 0 degraded: a book does not come @5001\n"
                       "wish get https://books/book?token_id=2001\n");
    int64_t now = 5001;
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        session_reply(&s, 429, "");
        trade_until(&s, now, tries[i]);
        assert_null(strstr(journal_text(&s.journal), "subscribe")); /* not sooner */
        now = tries[i] + 100;
        journal_clear(&s.journal);
        session_advance(&s, now);
        expect_journal(&s, AGAIN_2);
        assert_string_equal(session_market(&s, M2)->proof.why, "HTTP 429: the venue wants us to wait");
    }
    trade_until(&s, now, now + 20000);
    assert_null(strstr(journal_text(&s.journal), "reconnect"));
    journal_clear(&s.journal);
    session_receive(&s, frame_book_of(M2, "2002", 100, PROVED, "0.1:1", ""));
    expect_journal(&s, "link 0 live @225100\n");
    session_close(&s);
}

/* What came on the connection before says nothing about this one. But that there is a book to come REST has to say. */
static void a_new_connection_without_its_only_book_is_reconnected_if_there_is_one(void **state)
{
    (void)state;
    for (int exists = 0; exists < 2; exists++) {
        struct session s;
        session_begin(&s, JOURNAL_WISHES);
        session_link(&s, 0, LINK_LOST);
        session_link(&s, 0, LINK_OPENED);
        session_advance(&s, 5001);
        if (exists)
            session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
        else
            session_reply(&s, 500, "");
        idle_until(&s, 5001, exists ? 20000 : 65000);
        assert_null(strstr(journal_text(&s.journal), "reconnect"));
        journal_clear(&s.journal);
        session_advance(&s, exists ? 20001 : 65001);
        assert_true((strstr(journal_text(&s.journal), "wish reconnect 0: a subscribed book never came\n") != NULL) ==
                    (exists == 1));
        session_close(&s);
    }
}

static size_t occurrences(const char *text, const char *word)
{
    size_t count = 0;
    for (; (text = strstr(text, word)); text++) count++;
    return count;
}

static void watch_many(struct session *s)
{
    char symbol[32], token[32];
    for (unsigned i = 0; i < 100; i++) {
        snprintf(symbol, sizeof symbol, "0xmany%u", i);
        snprintf(token, sizeof token, "%u", 100000 + i);
        session_watch(s, session_add(s, symbol, token, ""));
    }
}

static void many_overdue_books_are_asked_for_a_few_at_a_time(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_WISHES);
    watch_many(&s);
    session_link(&s, 0, LINK_OPENED);
    session_hear(&s, 100, "[]");
    for (int64_t turn = 0; turn < 13; turn++) {
        session_advance(&s, 4999 + 250 * turn);
        journal_clear(&s.journal);
        session_advance(&s, 5000 + 250 * turn);
        assert_int_equal(occurrences(journal_text(&s.journal), "wish get"), turn < 12 ? 8 : 4);
    }
    session_advance(&s, 9999);
    journal_clear(&s.journal);
    /* All are subscribed again, a few at a time as well, and the link is given up at once. */
    session_hear(&s, 14999, "PONG");
    journal_clear(&s.journal);
    session_advance(&s, 15010);
    assert_int_equal(occurrences(journal_text(&s.journal), "\"subscribe\""), 1);
    session_hear(&s, 24999, "PONG");
    journal_clear(&s.journal);
    session_advance(&s, 25000);
    expect_journal(&s, "wish reconnect 0: a subscribed book never came\n");
    session_close(&s);
}

/* Whoever makes us ask for the book all the time does not keep us from asking the stream. */
static void a_reply_does_not_put_off_the_next_try(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    session_market(&s, M1)->instrument.tick = 10;
    for (int64_t ms = 9000; ms < 15000; ms += 1000) {
        session_hear(&s, ms, frame_tick_size(YES, 101, "0.001", "0.01"));
        session_receive(&s, frame_tick_size(YES, 101, "0.01", "0.001"));
        if (ms == 10000) journal_clear(&s.journal);
        session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    }
    assert_int_equal(occurrences(journal_text(&s.journal), "\"subscribe\""), 1);
    session_close(&s);
}

/* What there is by REST stays, whatever REST says later. */
static void a_polled_book_outlasts_refusals(void **state)
{
    static const int statuses[] = {503, 429, 404, 0};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct session s;
        session_open(&s, JOURNAL_STATES);
        session_watch(&s, session_add(&s, M1, YES, NO));
        session_link(&s, 0, LINK_OPENED);
        session_advance(&s, 5000);
        session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
        session_hear(&s, 9000, "PONG");
        session_advance(&s, 10000);
        journal_clear(&s.journal);
        session_reply(&s, statuses[i], "");
        expect_journal(&s, "");
        assert_int_equal(session_market(&s, M1)->proof.state, PROOF_POLLED);
        session_close(&s);
    }
}

/* The reply to what was asked before it was left, and watched again: its wait begins anew all the same. */
static void a_book_by_rest_may_be_there_before_it_is_overdue(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_STATES);
    struct market_handle market = session_add(&s, M1, YES, NO);
    session_watch(&s, market);
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    session_unwatch(&s, market);
    session_watch(&s, market);
    session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_POLLED);
    journal_clear(&s.journal);
    uint32_t before = s.journal.request;
    s.journal.kinds = JOURNAL_STATES | JOURNAL_WISHES;
    session_hear(&s, 9999, "PONG");
    journal_clear(&s.journal);
    session_advance(&s, 10000);
    assert_non_null(strstr(journal_text(&s.journal), "wish get"));
    assert_null(strstr(journal_text(&s.journal), "state"));
    assert_true(s.journal.request > before);
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_POLLED);
    session_close(&s);
}

/* REST has it, and of the other one on the link it has none: one alone does not say that the stream is silent. */
static void one_book_that_exists_does_not_end_the_connection_of_two(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    session_reply(&s, 404, "");
    s.journal.request--;
    session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    assert_true(session_market(&s, M1)->has_book);
    idle_until(&s, 5001, 120000);
    assert_true(occurrences(journal_text(&s.journal), "\"subscribe\"") >= 3);
    assert_null(strstr(journal_text(&s.journal), "reconnect"));
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overdue_book_that_rest_does_not_know_closes_the_market),
        cmocka_unit_test(link_that_never_answered_is_not_confirmed),
        cmocka_unit_test(overdue_book_by_rest_is_polled_and_the_stream_asked_again),
        cmocka_unit_test(stream_that_sends_after_all_makes_a_polled_book_verified),
        cmocka_unit_test(reply_for_another_market_is_refused),
        cmocka_unit_test(one_book_that_stays_away_does_not_cost_the_others_their_connection),
        cmocka_unit_test(a_new_connection_without_its_only_book_is_reconnected_if_there_is_one),
        cmocka_unit_test(many_overdue_books_are_asked_for_a_few_at_a_time),
        cmocka_unit_test(a_reply_does_not_put_off_the_next_try),
        cmocka_unit_test(a_polled_book_outlasts_refusals),
        cmocka_unit_test(a_book_by_rest_may_be_there_before_it_is_overdue),
        cmocka_unit_test(one_book_that_exists_does_not_end_the_connection_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
