/* A stream that is given up, polls that fail, and trying again at once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../../src/venue/kalshi/sync.h"
#include "kalshi_session.h"

#define GET_BOOK(ticker) "wish get https://rest/markets/" ticker "/orderbook?depth=0\n"
#define BODY             "{\"orderbook_fp\":{\"yes_dollars\":[[\"0.4800\",\"30.00\"]],\"no_dollars\":[[\"0.4800\",\"25.00\"]]}}"
#define GIVEN_UP         "the stream was given up"

static size_t occurrences(const char *text, const char *word)
{
    size_t count = 0;
    for (; (text = strstr(text, word)); text++) count++;
    return count;
}

/* === Given up === */

static void books_of_a_stream_that_is_given_up_are_polled(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, WITHOUT_EVENTS);
    session_link(&s, 0, LINK_LOST);
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_GIVEN_UP);
    expect_journal(&s, "state KXONE-1 open syncing epoch 0: asking for its book: " GIVEN_UP "\n"
                       "state KXTWO-2 open syncing epoch 0: asking for its book: " GIVEN_UP "\n"
                       "link 0 down: by REST: " GIVEN_UP " @20\n");
    session_link(&s, 0, LINK_GIVEN_UP); /* it is known */
    expect_journal(&s, GET_BOOK(T1));
    session_reply(&s, 200, BODY);
    expect_journal(&s, "state KXONE-1 open polled epoch 1: by REST: " GIVEN_UP "\n");
    expect_book_of(&s, T1, "0.48:30 | 0.52:25");
    session_advance(&s, 370);
    session_reply(&s, 200, BODY);
    session_advance(&s, 15019);
    journal_clear(&s.journal);
    session_advance(&s, 15020);
    expect_journal(&s, GET_BOOK(T1));
    /* What is watched now is polled, too. */
    session_watch(&s, kalshi_add(&s, "KXTHREE-3"));
    expect_journal(&s, "state KXTHREE-3 open syncing epoch 0: asking for its book: " GIVEN_UP "\n");
    session_close(&s);
}

static void after_all_it_is_streamed_again(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, WITHOUT_EVENTS);
    session_link(&s, 0, LINK_GIVEN_UP); /* of an open one */
    session_advance(&s, 20);
    session_reply(&s, 200, BODY);
    session_advance(&s, 1000); /* the second is asked for */
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_OPENED);
    assert_non_null(strstr(journal_text(&s.journal), "link 0 subscribing @1000\n"));
    assert_non_null(strstr(journal_text(&s.journal), "state KXONE-1 open syncing epoch 2: waiting for its book\n"));
    assert_int_equal(occurrences(journal_text(&s.journal), "\"cmd\":\"subscribe\""), 3);
    session_reply(&s, 200, BODY); /* too late */
    expect_state_of(&s, T2, "syncing");
    assert_false(session_market(&s, T2)->has_book);
    kalshi_answer_subscribes(&s, 4);
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    session_receive(&s, frame_snapshot(1, 2, T2, BIDS_2, ASKS_2));
    expect_states(&s, "verified", "verified");
    /* Nothing was lost with what was polled. */
    assert_null(strstr(kalshi_notes(&s, T1), "disconnect 0, disconnect 0"));
    journal_clear(&s.journal);
    session_advance(&s, 29000);
    expect_journal(&s, "");
    session_close(&s);
}

/* It was asked for while the stream was given up; that is so no more, though it was lost again meanwhile. */
static void what_was_polled_is_not_applied_behind_a_stream(void **state)
{
    static const int statuses[] = {200, 404, 503, 0};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct session s;
        kalshi_begin(&s, WITHOUT_EVENTS);
        session_link(&s, 0, LINK_GIVEN_UP);
        session_advance(&s, 20); /* the first is asked for */
        session_link(&s, 0, LINK_OPENED);
        session_link(&s, 0, LINK_LOST);
        journal_clear(&s.journal);
        session_reply(&s, statuses[i], BODY);
        expect_journal(&s, "");
        assert_false(session_market(&s, T1)->has_book);
        session_advance(&s, 90000);
        assert_null(strstr(journal_text(&s.journal), "orderbook"));
        assert_null(strstr(journal_text(&s.journal), "state"));
        session_close(&s);
    }
}

/* As in a replay: a stream without a key. */
static void nothing_is_polled_beside_an_open_stream(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, WITHOUT_EVENTS, (struct venue_options){0});
    struct market_handle first = kalshi_add(&s, T1), second = kalshi_add(&s, T2);
    session_watch(&s, first);
    session_watch(&s, second);
    session_advance(&s, 0);
    session_link(&s, 0, LINK_OPENED);
    journal_clear(&s.journal);
    session_reply(&s, 200, BODY);
    expect_journal(&s, "");
    session_unwatch(&s, second);
    assert_null(strstr(journal_text(&s.journal), "link"));
    assert_int_equal(s.sync->phase, LINK_SUBSCRIBING);
    session_close(&s);
}

static void what_was_never_open_may_be_given_up(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, WITHOUT_EVENTS, (struct venue_options){.has_key = true});
    session_link(&s, 0, LINK_GIVEN_UP); /* nobody wants it */
    expect_journal(&s, "");
    struct market_handle first = kalshi_add(&s, T1), second = kalshi_add(&s, T2);
    session_watch(&s, first);
    session_watch(&s, second);
    session_market(&s, T2)->status = MARKET_RESOLVED;
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_GIVEN_UP);
    expect_journal(&s, "state KXONE-1 open syncing epoch 0: asking for its book: " GIVEN_UP "\n"
                       "link 0 down: by REST: " GIVEN_UP " @0\n");
    session_link(&s, 0, LINK_LOST);
    expect_journal(&s, GET_BOOK(T1));
    /* Who watches again after all was left begins anew. */
    session_unwatch(&s, second);
    session_unwatch(&s, first);
    assert_non_null(strstr(journal_text(&s.journal), "link 0 idle @0\nwish disconnect 0: nothing is watched\n"));
    journal_clear(&s.journal);
    session_watch(&s, first);
    expect_journal(&s, "link 0 connecting @0\nwish connect 0 wss://stream\n"
                       "state KXONE-1 open syncing epoch 0: connecting\n");
    session_close(&s);
}

/* === Polls that fail === */

static struct market_handle open_without_key(struct session *s, unsigned kinds)
{
    kalshi_open_with(s, kinds, (struct venue_options){0});
    struct market_handle market = kalshi_add(s, T1);
    session_watch(s, market);
    session_advance(s, 0);
    journal_clear(&s->journal);
    return market;
}

static void polls_that_fail_degrade_the_link_once(void **state)
{
    static const struct {
        int status;
        const char *text;
    } failures[] = {{429, "HTTP 429: the venue wants us to wait"}, {0, "no answer"}, {500, "HTTP 500"}};
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct session s;
        char expected[128];
        struct market_handle market = open_without_key(&s, JOURNAL_LINKS);
        session_reply(&s, failures[i].status, "");
        snprintf(expected, sizeof expected, "link 0 degraded: %s @0\n", failures[i].text);
        expect_journal(&s, expected);
        assert_string_equal(session_market(&s, T1)->proof.why, failures[i].text);
        s.venue->seed(s.sync, s.now, market); /* it is looked at: every second */
        for (int64_t ms = 100; ms < 60000; ms += 100) {
            uint32_t before = s.journal.request;
            session_advance(&s, ms);
            if (s.journal.request != before) session_reply(&s, i == 2 ? 0 : failures[i].status, "");
        }
        expect_journal(&s, "");
        session_advance(&s, 300000);
        s.sync->tracked[market.index].poll_due = s.now.mono;
        session_retry(&s);
        session_advance(&s, 301000);
        for (uint32_t n = 1; n <= s.journal.request; n++) {
            struct venue_reply reply = {.request = n, .status = 200, .body = TEXT(BODY)};
            s.venue->reply(s.sync, s.now, &reply);
        }
        expect_journal(&s, "link 0 idle @301000\n");
        session_close(&s);
    }
}

/* Only the one that fails is asked for more rarely, up to once a minute. */
static void a_failing_poll_slows_itself_only(void **state)
{
    static const int64_t times[] = {0, 15350, 45350, 105350, 165350, 225350};
    struct session s;
    size_t asked = 0, others = 0, good_again = 0;
    (void)state;
    kalshi_open_with(&s, JOURNAL_WISHES | JOURNAL_LINKS, (struct venue_options){0});
    session_watch(&s, kalshi_add(&s, T1));
    session_watch(&s, kalshi_add(&s, T2));
    journal_clear(&s.journal);
    for (int64_t ms = 0; ms < 250000; ms += 50) {
        session_advance(&s, ms);
        const char *text = journal_text(&s.journal);
        bool bad = strstr(text, GET_BOOK(T2)), good = strstr(text, GET_BOOK(T1)), any = strstr(text, "wish get");
        good_again += occurrences(text, "link 0 idle");
        journal_clear(&s.journal);
        others += good;
        if (bad) {
            assert_in_range(asked, 0, 5);
            assert_in_range(ms, times[asked], times[asked] + 1500);
            asked++;
        }
        if (any) session_reply(&s, bad ? 500 : 200, good ? BODY : "{}");
    }
    assert_int_equal(asked, 6);
    assert_in_range(others, 16, 17);
    assert_int_equal(good_again, 0); /* one still fails */
    session_unwatch(&s, kalshi_handle(&s, T2));
    expect_journal(&s, "link 0 idle @249950\n");
    session_close(&s);
}

static void a_pause_that_is_named_is_kept(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = open_without_key(&s, JOURNAL_WISHES);
    session_refuse(&s, 429, "", 90000);
    s.venue->seed(s.sync, s.now, market);
    session_retry(&s); /* it is heeded all the same */
    session_advance(&s, 89999);
    expect_journal(&s, "");
    session_advance(&s, 90000);
    assert_non_null(strstr(journal_text(&s.journal), "wish get"));
    session_refuse(&s, 503, "", 5000);
    journal_clear(&s.journal);
    session_advance(&s, 94999);
    expect_journal(&s, "");
    session_advance(&s, 95000);
    assert_non_null(strstr(journal_text(&s.journal), "wish get"));
    session_close(&s);
}

/* === Retry === */

static void what_is_polled_is_due_at_once(void **state)
{
    struct session s;
    (void)state;
    open_without_key(&s, JOURNAL_WISHES);
    session_reply(&s, 200, BODY);
    session_advance(&s, 5000);
    expect_journal(&s, "");
    for (int i = 0; i < 20; i++) session_retry(&s);
    session_advance(&s, 5000);
    expect_journal(&s, GET_BOOK(T1));
    session_retry(&s); /* its reply is awaited */
    session_advance(&s, 6000);
    expect_journal(&s, "");
    session_close(&s);
}

static void a_book_that_is_left_for_a_while_is_asked_for_at_once(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    /* The second fetch within a second waits. */
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -99", 7000));
    session_advance(&s, 110);
    session_receive(&s, frame_snapshot(1, 4, T1, BIDS_1, ASKS_1));
    session_receive(&s, frame_delta(1, 5, T1, "yes 0.48 -99", 7001));
    session_advance(&s, 200);
    journal_clear(&s.journal);
    session_retry(&s);
    session_advance(&s, 210);
    assert_non_null(strstr(journal_text(&s.journal), "get_snapshot"));
    assert_string_equal(s.journal.what, "snapshot");
    session_retry(&s);
    journal_clear(&s.journal);
    session_advance(&s, 300);
    expect_journal(&s, "");
    session_close(&s);
}

static void a_page_that_failed_is_asked_for_at_once(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, JOURNAL_WISHES, (struct venue_options){0});
    session_retry(&s);
    s.venue->lookup(s.sync, s.now, 1, LOOKUP_TOP, TEXT(""));
    assert_string_equal(s.journal.what, "catalogue");
    for (int64_t ms = 0; ms < 20000; ms += 100) { /* it fails again and again */
        uint32_t before = s.journal.request;
        session_advance(&s, ms);
        if (s.journal.request != before || ms == 0) session_reply(&s, 500, "");
    }
    journal_clear(&s.journal);
    session_retry(&s);
    session_advance(&s, 20000);
    assert_int_equal(occurrences(journal_text(&s.journal), "wish get"), 1);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_of_a_stream_that_is_given_up_are_polled),
        cmocka_unit_test(after_all_it_is_streamed_again),
        cmocka_unit_test(what_was_polled_is_not_applied_behind_a_stream),
        cmocka_unit_test(nothing_is_polled_beside_an_open_stream),
        cmocka_unit_test(what_was_never_open_may_be_given_up),
        cmocka_unit_test(polls_that_fail_degrade_the_link_once),
        cmocka_unit_test(a_failing_poll_slows_itself_only),
        cmocka_unit_test(a_pause_that_is_named_is_kept),
        cmocka_unit_test(what_is_polled_is_due_at_once),
        cmocka_unit_test(a_book_that_is_left_for_a_while_is_asked_for_at_once),
        cmocka_unit_test(a_page_that_failed_is_asked_for_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
