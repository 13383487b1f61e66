/* Books without a key, trades and news by REST, and how often one may ask. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

#define GET_BOOK(ticker)   "wish get https://rest/markets/" ticker "/orderbook?depth=0\n"
#define GET_TRADES(ticker) "wish get https://rest/markets/trades?ticker=" ticker "&limit=64\n"
#define GET_NEWS(ticker)   "wish get https://rest/markets/" ticker "\n"
#define BODY                                                                                                           \
    "{\"orderbook_fp\":{\"yes_dollars\":[[\"0.4700\",\"10.00\"],[\"0.4800\",\"30.00\"]],"                              \
    "\"no_dollars\":[[\"0.4800\",\"25.00\"]]}}"
#define MARKET_BODY(rest) "{\"market\":{\"ticker\":\"" T1 "\"," rest "}}"

static struct market_handle open_without_key(struct session *s, unsigned kinds)
{
    kalshi_open_with(s, kinds, (struct venue_options){0});
    struct market_handle market = kalshi_add(s, T1);
    session_watch(s, market);
    return market;
}

static void without_a_key_a_book_is_polled(void **state)
{
    struct session s;
    (void)state;
    open_without_key(&s, WITHOUT_EVENTS | JOURNAL_PROOFS);
    expect_journal(&s, "state KXONE-1 open syncing epoch 0: asking for its book: the stream wants a key\n");
    session_advance(&s, 0);
    expect_journal(&s, GET_BOOK(T1));
    session_at(&s, 80);
    session_reply(&s, 200, BODY);
    expect_journal(&s, "state KXONE-1 open polled epoch 0: by REST: the stream wants a key\n");
    expect_book_of(&s, T1, "0.48:30 0.47:10 | 0.52:25");
    session_advance(&s, 14999);
    expect_journal(&s, "");
    session_advance(&s, 15000);
    expect_journal(&s, GET_BOOK(T1));
    session_advance(&s, 16000); /* no answer yet: it is not asked for again */
    expect_journal(&s, "");
    session_reply(&s, 200, BODY);
    expect_state_of(&s, T1, "polled");
    session_advance(&s, 29999);
    expect_journal(&s, "");
    session_advance(&s, 30000);
    expect_journal(&s, GET_BOOK(T1));
    session_advance(&s, 30350);
    expect_journal(&s, GET_NEWS(T1));
    session_close(&s);
}

static void what_is_looked_at_is_polled_every_second(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = open_without_key(&s, JOURNAL_WISHES);
    s.venue->seed(s.sync, s.now, market);
    expect_journal(&s, GET_TRADES(T1));
    session_reply(&s, 200, "{\"trades\":[]}");
    session_advance(&s, 349);
    expect_journal(&s, "");
    session_advance(&s, 350);
    expect_journal(&s, GET_BOOK(T1));
    session_reply(&s, 200, BODY);
    session_advance(&s, 1000);
    expect_journal(&s, GET_NEWS(T1));
    session_advance(&s, 1349);
    expect_journal(&s, "");
    session_advance(&s, 1350);
    expect_journal(&s, GET_BOOK(T1));
    session_close(&s);
}

/* The stream that would announce them is closed to us. */
static void trades_of_what_is_looked_at_are_asked_for_again(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = open_without_key(&s, 0);
    s.venue->seed(s.sync, s.now, market);
    session_reply(&s, 200, "{\"trades\":[]}");
    s.journal.kinds = JOURNAL_WISHES;
    unsigned books = 0, trades = 0;
    for (int64_t ms = 0; ms <= 12000; ms += 50) {
        session_advance(&s, ms);
        const char *text = journal_text(&s.journal);
        bool book = strstr(text, "orderbook"), trade = strstr(text, "trades?");
        books += book;
        trades += trade;
        bool asked = text[0] != '\0';
        journal_clear(&s.journal);
        if (asked) session_reply(&s, 200, book ? BODY : trade ? "{\"trades\":[]}" : "{}");
    }
    assert_int_equal(trades, 2);
    assert_true(books >= 10);
    session_close(&s);
}

/* Answers each GET at once, and counts them within any second. */
struct server {
    int64_t times[4096];
    size_t count;
    uint32_t answered;
};

static void serve(struct session *s, struct server *server, int64_t ms)
{
    while (server->answered < s->journal.request) {
        struct venue_reply reply = {.request = ++server->answered, .status = 200, .body = TEXT(BODY), .reason = ""};
        server->times[server->count++] = ms;
        s->venue->reply(s->sync, s->now, &reply);
    }
}

static void there_are_three_gets_in_any_second_at_most(void **state)
{
    struct session s;
    static struct server server;
    char ticker[32];
    (void)state;
    server = (struct server){0};
    struct market_handle shown = open_without_key(&s, 0);
    for (unsigned i = 0; i < 30; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        session_watch(&s, kalshi_add(&s, ticker));
    }
    for (int64_t ms = 0; ms < 90000; ms += 10) {
        session_advance(&s, ms);
        if (ms % 7000 == 0) s.venue->seed(s.sync, s.now, shown);
        if (ms % 5000 == 0) s.venue->lookup(s.sync, s.now, (uint32_t)ms, LOOKUP_MARKET, TEXT("kxnot-here"));
        serve(&s, &server, ms);
    }
    for (size_t i = 3; i < server.count; i++) assert_true(server.times[i] - server.times[i - 3] >= 1000);
    assert_true(server.count > 200);
    /* Nobody starves. */
    for (unsigned i = 0; i < 30; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        assert_true(session_market(&s, ticker)->messages >= 2);
    }
    assert_true(session_market(&s, T1)->messages > 40);
    session_close(&s);
}

static void a_refusal_makes_us_wait_twice_as_long_each_time(void **state)
{
    static const int64_t waits[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
    struct session s;
    int64_t ms = 0;
    (void)state;
    struct market_handle market = open_without_key(&s, JOURNAL_WISHES);
    session_advance(&s, 0);
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        session_reply(&s, 429, "{\"error\":\"too many requests\"}");
        assert_string_equal(session_market(&s, T1)->proof.why, "HTTP 429: the venue wants us to wait");
        s.venue->seed(s.sync, s.now, market);
        journal_clear(&s.journal);
        session_advance(&s, ms + waits[i] - 1);
        expect_journal(&s, "");
        session_advance(&s, ms += waits[i]);
        assert_non_null(strstr(journal_text(&s.journal), "wish get"));
        /* What was asked for in the meantime is answered well, but for the last. */
    }
    session_close(&s);
}

static void a_good_answer_ends_the_waiting(void **state)
{
    struct session s;
    (void)state;
    open_without_key(&s, JOURNAL_WISHES);
    session_advance(&s, 0);
    session_reply(&s, 429, "");
    session_advance(&s, 15000);
    session_reply(&s, 200, BODY);
    session_advance(&s, 30000);
    session_reply(&s, 429, "");
    expect_state_of(&s, T1, "stale");
    journal_clear(&s.journal);
    session_advance(&s, 30999);
    expect_journal(&s, "");
    session_advance(&s, 31000);
    expect_journal(&s, GET_NEWS(T1));
    session_close(&s);
}

static void a_book_that_is_not_reached_is_stale(void **state)
{
    struct session s;
    (void)state;
    open_without_key(&s, JOURNAL_STATES);
    session_advance(&s, 0);
    session_reply(&s, 0, "");
    session_advance(&s, 15000);
    session_reply(&s, 200, BODY);
    session_advance(&s, 30000);
    session_reply(&s, 503, "");
    expect_state_of(&s, T1, "stale");
    session_advance(&s, 45000);
    session_reply(&s, 200, "{}"); /* no order book */
    expect_state_of(&s, T1, "stale");
    session_advance(&s, 60000);
    session_reply(&s, 200, BODY);
    expect_state_of(&s, T1, "polled");
    session_advance(&s, 75000);
    session_advance(&s, 135000); /* never answered */
    expect_state_of(&s, T1, "stale");
    session_close(&s);
}

static void what_has_no_order_book_is_not_asked_again(void **state)
{
    struct session s;
    (void)state;
    open_without_key(&s, JOURNAL_WISHES | JOURNAL_STATES);
    session_advance(&s, 0);
    journal_clear(&s.journal);
    session_reply(&s, 404, "");
    expect_journal(&s, "state KXONE-1 open syncing epoch 0: the venue keeps no order book for it\n");
    session_advance(&s, 29999);
    expect_journal(&s, "");
    session_advance(&s, 30000);
    expect_journal(&s, GET_NEWS(T1));
    session_close(&s);
}

static void trades_come_onto_the_tape(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = open_without_key(&s, 0);
    s.venue->seed(s.sync, s.now, market);
    s.venue->seed(s.sync, s.now, market); /* under way already */
    session_reply(&s, 200,
                  "{\"trades\":[{\"trade_id\":\"b\",\"ticker\":\"" T1 "\",\"yes_price_dollars\":\"0.5\",\"count_fp\":"
                  "\"2.00\",\"taker_outcome_side\":\"no\",\"created_time\":\"2026-10-01T00:00:01Z\"},{\"trade_id\":"
                  "\"a\",\"ticker\":\"" T1 "\",\"yes_price_dollars\":\"0.4\",\"count_fp\":\"1.00\",\"created_time\":"
                  "\"2026-10-01T00:00:00Z\"}]}");
    assert_int_equal(tape_count(&session_market(&s, T1)->tape), 2);
    assert_int_equal(session_market(&s, T1)->last_trade, 5000);
    s.venue->seed(s.sync, s.now, market);
    session_advance(&s, 2000);
    session_unwatch(&s, market);
    session_reply(&s, 200, "{}");
    struct market_handle other = kalshi_add(&s, T2);
    s.venue->seed(s.sync, s.now, other); /* nobody watches it */
    session_advance(&s, 3000);
    assert_true(s.venue->deadline(s.sync) > s.now.mono);
    session_close(&s);
}

static void news_change_a_market(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_watch(&s, kalshi_handle(&s, T1));
    s.venue->seed(s.sync, s.now, kalshi_handle(&s, T1));
    session_reply(&s, 200, "{\"trades\":[]}");
    session_advance(&s, 370);
    expect_journal(&s, GET_TRADES(T1) GET_NEWS(T1)); /* with a key, too */
    const struct market *market = session_market(&s, T1);
    session_reply(&s, 200, MARKET_BODY("\"status\":\"inactive\""));
    assert_int_equal(market->status, MARKET_PAUSED);
    static const char *const bodies[] = {
        MARKET_BODY("\"status\":\"active\",\"close_time\":\"2026-12-31T00:00:00Z\""),
        MARKET_BODY("\"status\":\"active\",\"price_ranges\":[{\"start\":\"0.0000\",\"end\":\"1.0000\",\"step\":\"0."
                    "0010\"}]"),
        "{\"market\":{\"ticker\":\"" T2 "\",\"status\":\"closed\"}}", /* another's */
        "{}",
        MARKET_BODY("\"status\":\"finalized\",\"result\":\"no\""),
    };
    for (int i = 0; i < 5; i++) {
        session_advance(&s, 370 + (i + 1) * 30000);
        session_reply(&s, i == 3 ? 500 : 200, bodies[i]);
        assert_int_equal(market->status, i == 4 ? MARKET_RESOLVED : MARKET_OPEN);
    }
    assert_int_equal(market->instrument.close_time, 1798675200);
    assert_int_equal(market->instrument.tick, 10);
    assert_int_equal(market->winner, 1);
    journal_clear(&s.journal);
    session_advance(&s, 151000);
    assert_non_null(strstr(journal_text(&s.journal), "delete_markets"));
    session_close(&s);
}

static void a_new_watch_polls_anew(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = open_without_key(&s, JOURNAL_WISHES);
    session_advance(&s, 0);
    session_reply(&s, 200, BODY);
    session_unwatch(&s, market);
    expect_book_of(&s, T1, " | ");
    session_advance(&s, 60000);
    journal_clear(&s.journal);
    session_watch(&s, market);
    assert_int_equal(session_market(&s, T1)->epoch, 1);
    session_advance(&s, 60000);
    expect_journal(&s, GET_BOOK(T1));
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_key_a_book_is_polled),
        cmocka_unit_test(what_is_looked_at_is_polled_every_second),
        cmocka_unit_test(trades_of_what_is_looked_at_are_asked_for_again),
        cmocka_unit_test(there_are_three_gets_in_any_second_at_most),
        cmocka_unit_test(a_refusal_makes_us_wait_twice_as_long_each_time),
        cmocka_unit_test(a_good_answer_ends_the_waiting),
        cmocka_unit_test(a_book_that_is_not_reached_is_stale),
        cmocka_unit_test(what_has_no_order_book_is_not_asked_again),
        cmocka_unit_test(trades_come_onto_the_tape),
        cmocka_unit_test(news_change_a_market),
        cmocka_unit_test(a_new_watch_polls_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
