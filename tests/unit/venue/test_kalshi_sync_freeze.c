/* A stream that stops while its connection lives. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../../src/venue/kalshi/sync.h"
#include "kalshi_session.h"

#define GET_BOOK(ticker) "wish get https://rest/markets/" ticker "/orderbook?depth=0\n"
#define WHY              "frozen: the stream stopped while the book went on"
/* T1's book as kalshi_begin has it, by REST: NO bids. */
#define SAME                                                                                                           \
    "{\"orderbook_fp\":{\"yes_dollars\":[[\"0.4700\",\"10.00\"],[\"0.4800\",\"30.00\"]],"                              \
    "\"no_dollars\":[[\"0.4700\",\"5.00\"],[\"0.4800\",\"25.00\"]]}}"
#define NEWER                                                                                                          \
    "{\"orderbook_fp\":{\"yes_dollars\":[[\"0.4700\",\"10.00\"]],"                                                     \
    "\"no_dollars\":[[\"0.4700\",\"5.00\"],[\"0.4800\",\"25.00\"]]}}"

/* What is said of the link while nobody knows, and of both books then, and when they are trusted again. */
#define UNKNOWN "link 0 degraded: silent, and REST does not answer @30030\n"
#define STALE                                                                                                          \
    "state KXONE-1 open stale epoch 0: the stream is silent\n"                                                         \
    "state KXTWO-2 open stale epoch 0: the stream is silent\n"
#define TRUSTED                                                                                                        \
    "state KXONE-1 open verified epoch 0\n"                                                                            \
    "state KXTWO-2 open verified epoch 0\n"

/* A price that stands there twice. */
#define TWICE "{\"orderbook_fp\":{\"yes_dollars\":[[\"0.4700\",\"10.00\"],[\"0.4700\",\"30.00\"]],\"no_dollars\":[]}}"

/* T1 moved last and most; at 30 ms. */
static void begin(struct session *s, unsigned kinds)
{
    kalshi_begin(s, kinds);
    session_hear(s, 30, frame_delta(1, 3, T1, "yes 0.48 5", 7000));
    session_receive(s, frame_delta(1, 4, T1, "yes 0.48 -5", 7000));
    session_advance(s, 100);
    journal_clear(&s->journal);
}

/* The stream is silent, T1's book by REST is ahead of it, and is asked for once more. */
static void fall_behind(struct session *s)
{
    session_advance(s, 30030);
    session_reply(s, 200, NEWER);
    session_advance(s, 32030);
}

static void a_stream_that_stopped_is_found_and_its_connection_ended(void **state)
{
    struct session s;
    (void)state;
    begin(&s, WITHOUT_EVENTS);
    session_advance(&s, 30029);
    expect_journal(&s, "");
    session_advance(&s, 30030);
    expect_journal(&s, GET_BOOK(T1));
    assert_string_equal(s.journal.what, "book");
    session_at(&s, 30100);
    session_reply(&s, 200, NEWER);
    session_receive(&s, frame_ok(77, 1, 5)); /* an answer is no sign of life */
    session_advance(&s, 32099);
    expect_journal(&s, "");
    session_advance(&s, 32100);
    expect_journal(&s, GET_BOOK(T1));
    session_at(&s, 32200);
    session_reply(&s, 200, NEWER);
    expect_journal(&s, "link 0 degraded: " WHY " @32200\n" STALE "wish reconnect 0: " WHY "\n");
    session_receive(&s, frame_ok(77, 1, 6));
    session_advance(&s, 60000);
    expect_journal(&s, "");
    expect_book_of(&s, T1, BOOK_1); /* what was compared was not applied */
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 4);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.47:10", ASKS_1));
    session_receive(&s, frame_snapshot(1, 2, T2, BIDS_2, ASKS_2));
    expect_states(&s, "verified", "verified");
    assert_int_equal(s.sync->freeze.mistakes, 0);
    session_close(&s);
}

static void a_quiet_market_is_left_alone(void **state)
{
    static const int64_t times[] = {30030, 60030, 120030, 240030, 480030, 780030};
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        session_advance(&s, times[i] - 1);
        expect_journal(&s, "");
        session_advance(&s, times[i]);
        /* By turns, the busiest first. */
        expect_journal(&s, i % 2 ? GET_BOOK(T2) : GET_BOOK(T1));
        if (i == 3)
            session_reply(&s, 404, ""); /* it is over, and goes nowhere */
        else
            session_reply(&s, 200,
                          i % 2 ? "{\"orderbook_fp\":{\"yes_dollars\":[[\"0.2000\",\"5.00\"]],"
                                  "\"no_dollars\":[[\"0.7000\",\"6.00\"]]}}"
                                : SAME);
    }
    session_hear(&s, 800000, frame_ticker(T1, "0.48", "0.52", 8000));
    session_advance(&s, 829999);
    expect_journal(&s, "");
    session_advance(&s, 830000);
    expect_journal(&s, GET_BOOK(T1));
    session_hear(&s, 830100, frame_ticker(T1, "0.48", "0.52", 8001));
    session_reply(&s, 200, NEWER); /* of before */
    session_advance(&s, 833000);
    expect_journal(&s, "");
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

static void without_an_answer_nobody_knows(void **state)
{
    static const int statuses[] = {0, 503, 200, 200};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct session s;
        begin(&s, WITHOUT_EVENTS);
        session_advance(&s, 30030);
        journal_clear(&s.journal);
        session_reply(&s, statuses[i], i < 3 ? "{}" : TWICE);
        expect_journal(&s, UNKNOWN STALE);
        session_receive(&s, frame_ok(77, 1, 5));
        session_advance(&s, 60030);
        expect_journal(&s, GET_BOOK(T2));
        session_receive(&s, frame_delta(1, 6, T1, "yes 0.48 5", 7000));
        expect_journal(&s, TRUSTED "link 0 live @60030\n");
        session_close(&s);
    }
}

/* However often REST fails it is said once; an answer that is the same is enough, and so is one frame. */
static void a_silent_book_without_rest_is_stale_until_one_answers(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct session s;
        begin(&s, WITHOUT_EVENTS);
        session_advance(&s, 30030);
        journal_clear(&s.journal);
        for (int i = 0; i < 3; i++) {
            session_reply(&s, 503, "");
            expect_journal(&s, i ? "" : UNKNOWN STALE);
            session_advance(&s, 60030 + i * 30000);
            expect_journal(&s, i == 1 ? GET_BOOK(T1) : GET_BOOK(T2));
        }
        expect_book_of(&s, T1, BOOK_1);
        if (way)
            session_reply(&s, 404, "");
        else
            session_receive(&s, frame_ticker(T2, "0.2", "0.3", 8000));
        expect_journal(&s, TRUSTED "link 0 live @120030\n");
        session_close(&s);
    }
}

/* It was ahead, and REST does not answer any more: books are stale until one or the other does. */
static void a_doubt_is_shown_and_taken_back(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct session s;
        begin(&s, WITHOUT_EVENTS);
        session_market(&s, T2)->proof.state = PROOF_SUSPECT; /* stays what it is */
        session_market(&s, T2)->proof.why = "another reason";
        fall_behind(&s);
        journal_clear(&s.journal);
        session_reply(&s, 500, "");
        expect_journal(&s, "link 0 degraded: a book went on without the stream @32030\n"
                           "state KXONE-1 open stale epoch 0: the stream is silent\n");
        session_advance(&s, 36030);
        expect_journal(&s, GET_BOOK(T1));
        if (way)
            session_reply(&s, 200, SAME);
        else
            session_receive(&s, frame_ticker(T1, "0.48", "0.52", 8000));
        expect_journal(&s, "state KXONE-1 open verified epoch 0\nlink 0 live @36030\n");
        session_close(&s);
    }
}

/* What had no number is as little proved as before. */
static void what_was_unverifiable_is_so_again(void **state)
{
    struct session s;
    (void)state;
    begin(&s, WITHOUT_EVENTS);
    session_receive(&s, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"msg\":{\"market_ticker\":\"" T1
                        "\",\"yes_dollars_fp\":[[\"0.48\",\"30\"]]}}");
    expect_state_of(&s, T1, "unverifiable");
    session_advance(&s, 30100);
    session_reply(&s, 200, NEWER);
    session_advance(&s, 32100);
    session_reply(&s, 200, NEWER);
    expect_states(&s, "stale", "stale");
    session_receive(&s, frame_ticker(T1, "0.48", "0.52", 8000));
    expect_states(&s, "unverifiable", "verified");
    session_close(&s);
}

static void a_pause_keeps_a_doubt(void **state)
{
    struct session s;
    (void)state;
    begin(&s, WITHOUT_EVENTS);
    session_advance(&s, 30030);
    s.sync->refused_until = s.now.mono + 20 * NANOSECONDS_PER_SECOND;
    journal_clear(&s.journal);
    session_reply(&s, 200, NEWER);
    expect_journal(&s, "link 0 degraded: a book went on without the stream @30030\n" STALE);
    session_retry(&s);
    session_advance(&s, 50029);
    expect_journal(&s, "");
    session_advance(&s, 50030);
    expect_journal(&s, GET_BOOK(T1));
    session_close(&s);
}

static void who_has_nobody_to_ask_waits(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES);
    session_market(&s, T1)->status = MARKET_RESOLVED;
    session_market(&s, T2)->proof.state = PROOF_SUSPECT;
    session_advance(&s, 90000);
    expect_journal(&s, "");
    assert_true(s.venue->deadline(s.sync) > s.now.mono);
    session_market(&s, T1)->status = MARKET_OPEN;
    session_advance(&s, 90030);
    expect_journal(&s, GET_BOOK(T1));
    session_reply(&s, 200, NEWER);
    /* The witness goes, and nobody else can tell. */
    session_unwatch(&s, kalshi_handle(&s, T1));
    journal_clear(&s.journal);
    session_advance(&s, 92030);
    assert_null(strstr(journal_text(&s.journal), "wish get"));
    assert_int_equal(s.sync->phase, LINK_DEGRADED);
    session_close(&s);
}

static void a_witness_may_be_removed(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_advance(&s, 30030);
    journal_clear(&s.journal);
    registry_remove(s.registry, kalshi_handle(&s, T1));
    session_reply(&s, 200, NEWER);
    expect_journal(&s, UNKNOWN);
    session_advance(&s, 60030);
    expect_journal(&s, GET_BOOK(T2));
    session_close(&s);
}

/* Nor does it tell anything of the market that has its place. */
static void a_witness_may_be_replaced(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_LINKS);
    session_advance(&s, 30030);
    struct market_handle before = kalshi_handle(&s, T1);
    uint32_t question = s.journal.request;
    registry_remove(s.registry, before);
    struct market_handle after = kalshi_add(&s, "KXTHREE-3");
    assert_int_equal(after.index, before.index);
    session_watch(&s, after);
    journal_clear(&s.journal);
    s.journal.request = question;
    session_reply(&s, 404, ""); /* as if nothing went on */
    expect_journal(&s, UNKNOWN);
    session_close(&s);
}

/* One that was ahead is asked again, whoever else may be asked. */
static void a_witness_is_asked_twice(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES);
    session_advance(&s, 30030);
    session_reply(&s, 200, SAME);
    session_advance(&s, 60030);
    expect_journal(&s, GET_BOOK(T1) GET_BOOK(T2));
    session_reply(&s, 200, NEWER);
    session_advance(&s, 62030);
    expect_journal(&s, GET_BOOK(T2));
    session_reply(&s, 200, NEWER);
    assert_int_equal(s.sync->freeze.state, FREEZE_STOPPED);
    session_close(&s);
}

/* A book that is to be replaced is no witness. */
static void what_is_fetched_anew_is_not_asked(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES);
    struct tracked *tracked = &s.sync->tracked[kalshi_handle(&s, T1).index];
    session_advance(&s, 30000);
    kalshi_fetch_begin(s.sync, tracked, FETCH_SUBSCRIBED, s.now.mono + BOOK_PATIENCE);
    session_advance(&s, 30030);
    expect_journal(&s, GET_BOOK(T2));
    session_close(&s);
}

static void what_speaks_against_a_witness_makes_it_none(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_advance(&s, 30030);
    session_market(&s, T1)->proof.state = PROOF_SUSPECT;
    journal_clear(&s.journal);
    session_reply(&s, 200, NEWER);
    expect_journal(&s, UNKNOWN);
    session_close(&s);
}

static void an_address_that_is_too_long_is_not_asked(void **state)
{
    static char root[KALSHI_URL_SIZE + 16];
    struct session s;
    (void)state;
    memset(root, 'x', sizeof root - 1);
    memcpy(root, "https://", 8);
    session_open_venue(&s, "kalshi", JOURNAL_WISHES,
                       &(struct venue_options){.has_key = true, .endpoints = {"wss://stream", root, NULL, NULL}});
    session_watch(&s, kalshi_add(&s, T1));
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 1);
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    journal_clear(&s.journal);
    session_advance(&s, 100000);
    expect_journal(&s, "");
    expect_state_of(&s, T1, "verified");
    session_close(&s);
}

/* It was ahead of a stream that is given up then: what is polled tells nothing of the next one. */
static void a_witness_may_be_polled(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES);
    fall_behind(&s);
    session_reply(&s, 200, NEWER);
    assert_true(s.sync->tracked[kalshi_handle(&s, T1).index].freeze.froze);
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_GIVEN_UP);
    session_advance(&s, 32400);
    session_reply(&s, 200, SAME);
    expect_state_of(&s, T1, "polled");
    assert_false(s.sync->tracked[kalshi_handle(&s, T1).index].freeze.froze);
    assert_int_equal(s.sync->freeze.mistakes, 0);
    session_advance(&s, 33000);
    session_close(&s);
}

/* The new connection brings the very book of before: REST was wrong, and the stream had not stopped. */
static void a_mistake_makes_the_next_silence_last_longer(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES);
    fall_behind(&s);
    session_reply(&s, 200, NEWER);
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 4);
    session_receive(&s, frame_snapshot(1, 1, T2, BIDS_2, ASKS_2));
    assert_int_equal(s.sync->freeze.mistakes, 0); /* of another */
    session_receive(&s, frame_snapshot(1, 2, T1, BIDS_1, ASKS_1));
    assert_int_equal(s.sync->freeze.mistakes, 1);
    journal_clear(&s.journal);
    session_advance(&s, 92029);
    expect_journal(&s, "");
    session_advance(&s, 92030);
    expect_journal(&s, GET_BOOK(T1));
    session_close(&s);
}

static void a_retry_asks_at_once(void **state)
{
    struct session s;
    (void)state;
    begin(&s, JOURNAL_WISHES);
    session_advance(&s, 30030);
    session_reply(&s, 200, SAME);
    session_advance(&s, 40000);
    journal_clear(&s.journal);
    session_retry(&s);
    session_advance(&s, 40000);
    expect_journal(&s, GET_BOOK(T2));
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_that_stopped_is_found_and_its_connection_ended),
        cmocka_unit_test(a_quiet_market_is_left_alone),
        cmocka_unit_test(without_an_answer_nobody_knows),
        cmocka_unit_test(a_silent_book_without_rest_is_stale_until_one_answers),
        cmocka_unit_test(a_doubt_is_shown_and_taken_back),
        cmocka_unit_test(what_was_unverifiable_is_so_again),
        cmocka_unit_test(a_pause_keeps_a_doubt),
        cmocka_unit_test(who_has_nobody_to_ask_waits),
        cmocka_unit_test(a_witness_may_be_removed),
        cmocka_unit_test(a_witness_may_be_replaced),
        cmocka_unit_test(a_witness_is_asked_twice),
        cmocka_unit_test(what_is_fetched_anew_is_not_asked),
        cmocka_unit_test(what_speaks_against_a_witness_makes_it_none),
        cmocka_unit_test(an_address_that_is_too_long_is_not_asked),
        cmocka_unit_test(a_witness_may_be_polled),
        cmocka_unit_test(a_mistake_makes_the_next_silence_last_longer),
        cmocka_unit_test(a_retry_asks_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
