/* Streams that stop while their connection lives: how that is found, and what is no sign of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../../src/venue/polymarket/sync.h"
#include "polymarket_silence.h"

static void a_stream_that_stopped_is_found_and_its_connection_ended(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    pong_until(&s, 30000);
    expect_wishes(&s, "");
    session_advance(&s, 30001);
    expect_wishes(&s, GET_1);
    assert_string_equal(s.journal.what, "book");
    session_hear(&s, 30100, "PONG"); /* it lives */
    session_at(&s, 30200);
    session_reply(&s, 200, newer_book());
    expect_wishes(&s, "");
    session_advance(&s, 32199);
    expect_wishes(&s, "");
    session_advance(&s, 32200);
    expect_wishes(&s, GET_1);
    session_at(&s, 32300);
    session_reply(&s, 200, newer_book());
    expect_journal(&s, "link 0 degraded: " WHY " @32300\n" STALE "wish reconnect 0: " WHY "\n");
    session_hear(&s, 33000, "PONG"); /* that it answers does not make it well */
    session_advance(&s, 40000);
    expect_wishes(&s, "");
    expect_book(&s, "0.48:30 | 0.52:25"); /* what was compared was not applied */
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_OPENED);
    session_receive(&s, frame_book(YES, 901, PROVED, "0.47:30", "0.52:25"));
    session_advance(&s, 40010);
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_VERIFIED);
    assert_int_equal(s.sync->links[0].freeze.mistakes, 0);
    /* The next silence is found as soon. */
    journal_clear(&s.journal);
    pong_until(&s, 70000);
    expect_wishes(&s, GET_1);
    session_close(&s);
}

static void a_quiet_market_is_left_alone(void **state)
{
    static const int64_t times[] = {30001, 60001, 120001, 240001, 480001, 780001, 1080001};
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        pong_until(&s, times[i] - 1);
        expect_wishes(&s, "");
        session_advance(&s, times[i]);
        expect_wishes(&s, GET_1);
        session_reply(&s, 200, i % 2 ? same_book() : frame_rest_book(NO, 100, PROVED, "0.48:25", "0.52:30"));
        expect_wishes(&s, "");
    }
    /* A trade, a ticker, a change: each ends the silence, and what was asked in it. */
    session_hear(&s, 1085000, frame_trade(YES, 1000, "BUY", "0.5", "1", "0x1"));
    journal_clear(&s.journal);
    pong_until(&s, 1114999);
    expect_wishes(&s, "");
    session_advance(&s, 1115000);
    expect_wishes(&s, GET_1);
    session_receive(&s, frame_trade(YES, 1001, "BUY", "0.5", "1", "0x2"));
    session_reply(&s, 200, newer_book()); /* of before */
    session_advance(&s, 1120000);
    expect_wishes(&s, "");
    session_close(&s);
}

/* REST may be ahead of the stream, or behind it: neither is a stream that has stopped. */
static void one_answer_is_not_enough(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    pong_until(&s, 30001);
    session_reply(&s, 200, newer_book());
    session_hear(&s, 31000, frame_changes_proved(800, YES " BUY 0.2 1 ok", "0.48:30 0.2:1", "0.52:25"));
    journal_clear(&s.journal);
    session_advance(&s, 33000);
    expect_wishes(&s, "");
    pong_until(&s, 61000);
    expect_wishes(&s, GET_1);
    session_reply(&s, 200, frame_rest_book(YES, 700, PROVED, "0.3:1", "")); /* older */
    session_advance(&s, 64000);
    expect_wishes(&s, "");
    pong_until(&s, 91000);
    expect_wishes(&s, GET_1);
    session_reply(&s, 200, newer_book());
    session_advance(&s, 93000);
    expect_wishes(&s, GET_1);
    session_reply(&s, 200, frame_rest_book(YES, 900, PROVED, "0.48:30 0.2:1", "0.52:25")); /* the levels are ours */
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_VERIFIED);
    session_advance(&s, 96000);
    expect_wishes(&s, "");
    session_close(&s);
}

static void no_frame_of_a_book_is_no_sign_of_life(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 10000, "[]");
    session_hear(&s, 15000, "no new assets");
    session_hear(&s, 20000, "{\"event_type\":\"new_market\",\"market\":\"0xnew\"}");
    session_hear(&s, 25000, "{broken");
    session_advance(&s, 30001);
    expect_wishes(&s, GET_1);
    session_close(&s);
}

/* The busiest first, then the others; one that could not tell is left out. */
static void markets_take_turns(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    struct market_handle second = session_add(&s, M2, "2001", "2002"), third = session_add(&s, "0xm3", "3001", "");
    session_watch(&s, second);
    session_watch(&s, third); /* its book never comes */
    session_watch(&s, session_add(&s, "0xm4", "4001", ""));
    session_hear(&s, 100, frame_book_of(M2, "2001", 100, PROVED, "0.1:1", ""));
    session_receive(&s, frame_book_of("0xm4", "4001", 100, 77, "0.1:1", "")); /* suspect */
    for (int i = 0; i < 5; i++)
        session_hear(&s, 200 + i, frame_changes_of(M2, 200 + i, i % 2 ? "2001 BUY 0.1 1 0" : "2001 BUY 0.1 2 0"));
    session_hear(&s, 300, frame_book_of(M2, "2001", 300, PROVED, "0.1:1", ""));
    session_hear(&s, 400, frame_book(YES, 400, PROVED, "0.48:30", "0.52:25"));
    session_market(&s, "0xm4")->proof.state = PROOF_SUSPECT;
    s.sync->tracked[third.index].first_book_due = INT64_MAX - 1; /* it is waited for, and nothing is done about it */
    s.sync->links[0].first_book_due = INT64_MAX - 1;
    for (size_t i = 0; i < s.sync->tracked_count; i++) s.sync->tracked[i].proving.resync_due = TIME_NEVER;
    static const char *const asked[] = {GET_2, GET_1, GET_2, GET_1};
    static const int64_t times[] = {30400, 60400, 120400, 240400};
    for (int i = 0; i < 4; i++) {
        pong_until(&s, times[i] - 1);
        journal_clear(&s.journal);
        session_advance(&s, times[i]);
        expect_wishes(&s, asked[i]);
        session_reply(&s, 404, ""); /* nothing of it goes on */
    }
    session_close(&s);
}

/* It was ahead, but cannot tell any more: another one is asked. */
static void a_witness_may_go(void **state)
{
    struct session s;
    (void)state;
    struct market_handle first = session_begin(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_hear(&s, 100, frame_book_of(M2, "2001", 100, PROVED, "0.1:1", ""));
    pong_until(&s, 30100);
    session_reply(&s, 200, newer_book());
    journal_clear(&s.journal);
    session_unwatch(&s, first);
    session_advance(&s, 32100);
    expect_wishes(&s, "wish send 0 " UNSUBSCRIBE(PAIR_1) "\n" GET_2);
    session_unwatch(&s, session_market(&s, M2)->handle);
    session_reply(&s, 200, frame_book_of(M2, "2001", 900, PROVED, "0.2:1", ""));
    assert_null(strstr(journal_text(&s.journal), "reconnect"));
    session_close(&s);
}

static void who_has_nobody_to_ask_waits(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_WISHES, (struct venue_options){0});
    struct market_handle market = session_add(&s, M1, YES, NO);
    session_watch(&s, market);
    session_link(&s, 0, LINK_OPENED);
    session_receive(&s, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    session_receive(&s, frame_resolved(M1, 101, YES));
    journal_clear(&s.journal);
    pong_until(&s, 100000);
    expect_wishes(&s, "");
    assert_true(s.venue->deadline(s.sync) > s.now.mono);
    registry_market(s.registry, market)->status = MARKET_OPEN;
    pong_until(&s, 120000);
    expect_wishes(&s, GET_1);
    registry_remove(s.registry, market);
    session_reply(&s, 200, newer_book());
    session_link(&s, 0, LINK_LOST);
    session_close(&s);
}

/* The new connection brings the very book of before: REST was wrong, and the stream had not stopped. */
static void a_mistake_makes_the_next_silence_last_longer(void **state)
{
    struct session s;
    int64_t now = 1;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    for (unsigned times = 1; times <= 3; times++) {
        now += INT64_C(30000) << (times - 1);
        pong_until(&s, now - 1);
        assert_null(strstr(journal_text(&s.journal), "wish get"));
        session_advance(&s, now);
        session_reply(&s, 200, newer_book());
        session_advance(&s, now += 2000);
        session_reply(&s, 200, newer_book());
        assert_non_null(strstr(journal_text(&s.journal), "wish reconnect 0: " WHY));
        session_link(&s, 0, LINK_LOST);
        session_link(&s, 0, LINK_OPENED);
        session_receive(&s, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
        assert_int_equal(s.sync->links[0].freeze.mistakes, times);
        journal_clear(&s.journal);
    }
    session_close(&s);
}

/* The venue wants us to wait: so we do, and a doubt stays one meanwhile. */
static void a_pause_is_kept(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    pong_until(&s, 30001);
    journal_clear(&s.journal);
    session_refuse(&s, 429, "", 45000);
    expect_journal(&s, UNKNOWN STALE);
    pong_until(&s, 75000);
    expect_wishes(&s, "");
    session_retry(&s);
    session_advance(&s, 75000);
    expect_wishes(&s, "");
    session_advance(&s, 75001);
    expect_wishes(&s, GET_1);
    session_reply(&s, 200, newer_book());
    s.sync->refused_until[REQUEST_COMPARE] = s.now.mono + 60 * NANOSECONDS_PER_SECOND;
    journal_clear(&s.journal);
    session_hear(&s, 76000, "PONG");
    session_advance(&s, 77001);
    expect_wishes(&s, "link 0 degraded: a book went on without the stream @77001\n"); /* still stale */
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_STALE);
    session_close(&s);
}

static void an_address_that_is_too_long_is_not_asked(void **state)
{
    static char root[POLYMARKET_URL_SIZE + 16];
    struct session s;
    (void)state;
    memset(root, 'x', sizeof root - 1);
    memcpy(root, "https://", 8);
    session_open_venue(&s, "polymarket", JOURNAL_WISHES,
                       &(struct venue_options){.endpoints = {"wss://stream", root, "https://gamma", "https://data"}});
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_receive(&s, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    journal_clear(&s.journal);
    pong_until(&s, 100000);
    expect_wishes(&s, "");
    session_close(&s);
}

static void a_retry_asks_at_once(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    pong_until(&s, 30001);
    session_reply(&s, 200, same_book());
    pong_until(&s, 40000);
    journal_clear(&s.journal);
    session_retry(&s);
    session_advance(&s, 40000);
    expect_wishes(&s, GET_1);
    session_reply(&s, 200, same_book());
    session_retry(&s); /* not more often than every two seconds */
    session_advance(&s, 41999);
    expect_wishes(&s, "");
    session_hear(&s, 42000, "PONG");
    expect_wishes(&s, GET_1);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_that_stopped_is_found_and_its_connection_ended),
        cmocka_unit_test(a_quiet_market_is_left_alone),
        cmocka_unit_test(one_answer_is_not_enough),
        cmocka_unit_test(no_frame_of_a_book_is_no_sign_of_life),
        cmocka_unit_test(markets_take_turns),
        cmocka_unit_test(a_witness_may_go),
        cmocka_unit_test(who_has_nobody_to_ask_waits),
        cmocka_unit_test(a_mistake_makes_the_next_silence_last_longer),
        cmocka_unit_test(a_pause_is_kept),
        cmocka_unit_test(an_address_that_is_too_long_is_not_asked),
        cmocka_unit_test(a_retry_asks_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
