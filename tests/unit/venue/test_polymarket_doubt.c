/* Streams of which nobody knows whether they stopped: what is stale meanwhile, and what is trusted again. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../../src/venue/polymarket/sync.h"
#include "polymarket_silence.h"

/* Nobody knows, and it is said of the link and of its books; PONG does not make it forgotten. */
static void without_rest_nobody_knows(void **state)
{
    static const int statuses[] = {500, 0, 200, 200, 200, 200, 200};
    (void)state;
    for (int i = 0; i < 7; i++) {
        const char *bodies[] = {
            "",
            "",
            "{}",
            frame_book_of(M2, "2001", 900, PROVED, "0.1:1", ""),     /* another market's */
            frame_book_of(M1, "5", 900, PROVED, "0.1:1", ""),        /* a stranger's */
            frame_book_of(M1, YES, 900, 7, "0.1:1 0.1:2", ""),       /* a price twice */
            frame_rest_book(YES, 900, PROVED, "0.48:30", "0.52:25"), /* of what cannot tell any more */
        };
        struct session s;
        session_begin(&s, WITHOUT_EVENTS);
        pong_until(&s, 30001);
        journal_clear(&s.journal);
        if (i == 6) session_market(&s, M1)->proof.state = PROOF_SUSPECT;
        session_reply(&s, statuses[i], bodies[i]);
        if (i == 6) session_market(&s, M1)->proof.state = PROOF_VERIFIED;
        expect_journal(&s, i == 6 ? UNKNOWN : UNKNOWN STALE);
        session_hear(&s, 31000, "PONG");
        session_advance(&s, 60000);
        expect_wishes(&s, "");
        session_hear(&s, 60000, "PONG");
        session_advance(&s, 60001);
        expect_wishes(&s, GET_1);
        session_reply(&s, 200, same_book());
        expect_wishes(&s, i == 6 ? "link 0 live @60001\n" : TRUSTED "link 0 live @60001\n");
        session_close(&s);
    }
}

/* However often REST fails it is said once, and one frame is enough; only what was good is doubted. */
static void a_silent_book_without_rest_is_stale_until_the_next_frame(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_hear(&s, 100, frame_book_of(M2, "2001", 100, PROVED, "0.1:1", ""));
    session_advance(&s, 200);
    session_market(&s, M2)->proof.state = PROOF_SUSPECT; /* stays what it is */
    pong_until(&s, 30100);
    journal_clear(&s.journal);
    for (int i = 0; i < 3; i++) {
        session_reply(&s, 503, "");
        expect_wishes(&s, i ? "" : "link 0 degraded: silent, and REST does not answer @30100\n" STALE);
        pong_until(&s, 60100 + i * 30000);
        expect_wishes(&s, GET_1);
    }
    expect_book(&s, "0.48:30 | 0.52:25");
    session_receive(&s, frame_trade("2001", 1000, "BUY", "0.5", "1", "0x1")); /* of any of its markets */
    expect_journal(&s, TRUSTED "link 0 live @120100\n");
    session_reply(&s, 503, ""); /* of before */
    expect_journal(&s, "");
    assert_int_equal(session_market(&s, M2)->proof.state, PROOF_SUSPECT);
    session_close(&s);
}

static void a_doubt_without_an_answer_makes_books_stale(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    fall_behind(&s);
    journal_clear(&s.journal);
    session_reply(&s, 503, "");
    expect_journal(&s, "link 0 degraded: a book went on without the stream @32001\n" STALE);
    session_advance(&s, 36001);
    expect_wishes(&s, GET_1);
    session_reply(&s, 503, "");
    expect_journal(&s, ""); /* once */
    pong_until(&s, 44001);
    expect_wishes(&s, GET_1);
    session_reply(&s, 200, same_book());
    expect_journal(&s, TRUSTED "link 0 live @44001\n");
    session_close(&s);
}

/* A frame after all: the books are what they were, before it is read. */
static void a_stream_that_goes_on_is_trusted_again(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_hear(&s, 100, frame_book_of(M2, "2001", 100, PROVED, "0.1:1", ""));
    session_hear(&s, 110, frame_changes(101, YES " BUY 0.2 1 5")); /* not proved: suspect */
    session_advance(&s, 200);
    session_hear(&s, 300, frame_book(YES, 102, PROVED, "0.48:30", "0.52:25"));
    pong_until(&s, 30300);
    session_reply(&s, 200, newer_book());
    session_advance(&s, 32300);
    session_reply(&s, 200, newer_book());
    journal_clear(&s.journal);
    session_hear(&s, 32400, frame_trade(YES, 1000, "BUY", "0.5", "1", "0x1"));
    expect_journal(&s, TRUSTED "state 0xm2 open verified epoch 0\nlink 0 live @32400\n");
    session_close(&s);
}

/* What REST brings for another reason makes no stream go on. */
static void a_book_by_rest_is_not_trusted_meanwhile(void **state)
{
    static const struct {
        int first, second; /* 0: there is none */
        enum freeze_state state;
    } answers[] = {{200, 200, FREEZE_STOPPED}, {200, 503, FREEZE_DOUBTED}, {503, 0, FREEZE_UNKNOWN}};
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct session s;
        session_begin(&s, WITHOUT_EVENTS);
        pong_until(&s, 30001);
        session_reply(&s, answers[i].first, newer_book());
        session_market(&s, M1)->instrument.tick = 10;
        session_receive(&s, frame_tick_size(YES, 101, "0.001", "0.01"));
        uint32_t anew = s.journal.request;
        session_advance(&s, 32001);
        if (answers[i].second) session_reply(&s, answers[i].second, newer_book());
        assert_int_equal(s.sync->links[0].freeze.state, answers[i].state);
        s.journal.request = anew;
        session_reply(&s, 200, newer_book());
        expect_book(&s, "0.47:30 | 0.52:25");
        assert_int_equal(session_market(&s, M1)->proof.state, PROOF_STALE);
        session_receive(&s, frame_trade(YES, 1000, "BUY", "0.5", "1", "0x1"));
        assert_int_equal(session_market(&s, M1)->proof.state, PROOF_VERIFIED);
        session_close(&s);
    }
}

/* What had no hash is as little proved as before. */
static void what_was_unverifiable_is_so_again(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    session_receive(&s, frame_book(YES, 101, 0, "0.48:30", "0.52:25"));
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_UNVERIFIABLE);
    fall_behind(&s);
    session_reply(&s, 200, newer_book());
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_STALE);
    session_receive(&s, frame_trade(YES, 1000, "BUY", "0.5", "1", "0x1"));
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_UNVERIFIABLE);
    session_close(&s);
}

/* A pause that a refusal asks for begins with it: what is doubted is said to be so at once. */
static void a_refusal_of_the_second_question_is_a_doubt_at_once(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    fall_behind(&s);
    journal_clear(&s.journal);
    session_refuse(&s, 429, "", 20000);
    expect_journal(&s, "link 0 degraded: a book went on without the stream @32001\n" STALE);
    pong_until(&s, 52000);
    expect_wishes(&s, "");
    session_advance(&s, 52001);
    expect_wishes(&s, GET_1);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_rest_nobody_knows),
        cmocka_unit_test(a_silent_book_without_rest_is_stale_until_the_next_frame),
        cmocka_unit_test(a_doubt_without_an_answer_makes_books_stale),
        cmocka_unit_test(a_stream_that_goes_on_is_trusted_again),
        cmocka_unit_test(a_book_by_rest_is_not_trusted_meanwhile),
        cmocka_unit_test(what_was_unverifiable_is_so_again),
        cmocka_unit_test(a_refusal_of_the_second_question_is_a_doubt_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
