/* Connections that are given up, REST that refuses, and trying again at once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../../src/venue/polymarket/sync.h"
#include "polymarket_session.h"

#define GET_1 "wish get https://books/book?token_id=1001\n"

static size_t occurrences(const char *text, const char *word)
{
    size_t count = 0;
    for (; (text = strstr(text, word)); text++) count++;
    return count;
}

/* === Given up === */

static void what_is_given_up_is_stale_and_says_so(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    struct market_handle left = session_add(&s, "0xm4", "4001", ""); /* it is of no link any more */
    session_watch(&s, left);
    session_unwatch(&s, left);
    session_advance(&s, 10);
    session_link(&s, 0, LINK_LOST);
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_GIVEN_UP);
    expect_journal(&s, "link 0 down: given up @10\n"
                       "state 0xm2 open stale epoch 0: disconnected\n");
    /* Nor is what is watched now on its way. */
    session_watch(&s, session_add(&s, "0xm3", "3001", ""));
    expect_journal(&s, "state 0xm3 open stale epoch 0: disconnected\n");
    session_advance(&s, 600000);
    expect_journal(&s, "");
    session_link(&s, 0, LINK_OPENED);
    expect_journal(&s, "link 0 subscribing @600000\n"
                       "state 0xm1 open syncing epoch 1: waiting for its book\n"
                       "state 0xm2 open syncing epoch 0: waiting for its book\n"
                       "state 0xm3 open syncing epoch 0: waiting for its book\n"
                       "wish send 0 " OPENING(PAIR_1 "," PAIR_2 ",\"3001\"") "\n");
    session_close(&s);
}

static void an_open_link_may_be_given_up(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    session_link(&s, 0, LINK_GIVEN_UP);
    expect_journal(&s, "link 0 down @1\n"
                       "state 0xm1 open stale epoch 0: disconnected\n"
                       "link 0 down: given up @1\n");
    session_close(&s);
}

static void a_link_that_nobody_wants_is_not_given_up(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, WITHOUT_EVENTS);
    session_link(&s, 1, LINK_GIVEN_UP);
    session_link(&s, LINKS_MAX, LINK_GIVEN_UP);
    session_receive(&s, frame_resolved(M1, 101, YES));
    session_link(&s, 0, LINK_LOST);
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_GIVEN_UP); /* all its markets are resolved */
    expect_journal(&s, "");
    session_unwatch(&s, market);
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_GIVEN_UP);
    expect_journal(&s, "");
    session_close(&s);
}

static void what_is_resolved_stays_so(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_receive(&s, frame_resolved(M1, 101, YES));
    session_link(&s, 0, LINK_LOST);
    journal_clear(&s.journal);
    session_link(&s, 0, LINK_GIVEN_UP);
    expect_journal(&s, "link 0 down: given up @1\n"
                       "state 0xm2 open stale epoch 0: disconnected\n");
    session_close(&s);
}

/* === First books === */

/* Whatever REST says of one market: the connection stays, and the market is asked for ever more rarely. */
static void one_market_that_rest_refuses_costs_no_connection(void **state)
{
    static const int64_t times[] = {5000, 15000, 25000, 45000, 85000, 145000, 205000, 265000};
    struct session s;
    size_t asked = 0;
    (void)state;
    session_open_with(&s, WITHOUT_EVENTS, (struct venue_options){0});
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    for (int64_t ms = 1000; ms <= 300000; ms += 1000) {
        journal_clear(&s.journal);
        session_hear(&s, ms, "PONG");
        const char *text = journal_text(&s.journal);
        assert_null(strstr(text, "reconnect"));
        if (!strstr(text, GET_1)) continue;
        assert_in_range(asked, 0, 7);
        assert_int_equal(ms, times[asked++]);
        session_reply(&s, asked % 2 ? 500 : 429, "");
        const struct proof *proof = &session_market(&s, M1)->proof;
        assert_string_equal(proof->why, asked % 2 ? "HTTP 500" : "HTTP 429: the venue wants us to wait");
        assert_int_equal(proof->state, PROOF_SYNCING);
    }
    assert_int_equal(asked, 8);
    assert_int_equal(s.sync->links[0].phase, LINK_DEGRADED);
    /* Once it comes all is forgotten. */
    session_receive(&s, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_OPENED);
    journal_clear(&s.journal);
    session_advance(&s, 305000);
    assert_non_null(strstr(journal_text(&s.journal), GET_1));
    session_close(&s);
}

/* The waits are the market's: a new connection does not begin them anew, so that one is made ever more rarely. */
static void waits_outlast_a_connection(void **state)
{
    static const int64_t ended[] = {20001, 80001, 200001};
    struct session s;
    size_t times = 0;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_OPENED);
    for (int64_t ms = 1001; ms <= 250001; ms += 1000) {
        journal_clear(&s.journal);
        session_hear(&s, ms, "PONG");
        const char *text = journal_text(&s.journal);
        bool get = strstr(text, GET_1), reconnect = strstr(text, "wish reconnect 0: a subscribed book never came\n");
        if (get) session_reply(&s, 200, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
        if (!reconnect) continue;
        assert_in_range(times, 0, 2);
        assert_int_equal(ms, ended[times++]);
        session_link(&s, 0, LINK_LOST);
        session_link(&s, 0, LINK_OPENED);
    }
    assert_int_equal(times, 3);
    session_close(&s);
}

/* Each market of 250 once on its link, on the second connection as on the first. */
static void a_new_connection_subscribes_everything_once(void **state)
{
    struct session s;
    char symbol[32], token[32], quoted[40];
    (void)state;
    session_open_with(&s, JOURNAL_WISHES, (struct venue_options){0});
    for (unsigned i = 0; i < 250; i++) {
        snprintf(symbol, sizeof symbol, "0xmany%u", i);
        snprintf(token, sizeof token, "%u", 100000 + i);
        session_watch(&s, session_add(&s, symbol, token, ""));
    }
    for (int connection = 0; connection < 3; connection++) {
        journal_clear(&s.journal);
        for (unsigned link = 0; link < 3; link++) session_link(&s, link, LINK_OPENED);
        session_advance(&s, 4000 + connection * 20000);
        assert_int_equal(occurrences(journal_text(&s.journal), "wish send"), 3);
        for (unsigned i = 0; i < 250; i++) {
            snprintf(quoted, sizeof quoted, "\"%u\"", 100000 + i);
            assert_int_equal(occurrences(journal_text(&s.journal), quoted), 1);
        }
        for (unsigned link = 0; link < 3; link++) session_link(&s, link, LINK_LOST);
        session_advance(&s, 20000 + connection * 20000);
    }
    session_close(&s);
}

/* === Retry-After === */

static void a_pause_for_books_is_kept(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_WISHES, (struct venue_options){0});
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 5000);
    session_refuse(&s, 429, "", 20000); /* of the second */
    journal_clear(&s.journal);
    session_hear(&s, 10000, "PONG");
    session_retry(&s);
    session_hear(&s, 20000, "PONG");
    session_advance(&s, 24999);
    assert_null(strstr(journal_text(&s.journal), "wish get"));
    assert_non_null(strstr(journal_text(&s.journal), "\"subscribe\"")); /* the stream may be asked */
    session_hear(&s, 40000, "PONG");
    assert_non_null(strstr(journal_text(&s.journal), "wish get"));
    /* A shorter one takes nothing back, and other servers are not meant. */
    s.sync->refused_until[REQUEST_BOOK] = s.now.mono + 100 * NANOSECONDS_PER_SECOND;
    session_refuse(&s, 503, "", 1000);
    assert_true(s.sync->refused_until[REQUEST_BOOK] == s.now.mono + 100 * NANOSECONDS_PER_SECOND);
    journal_clear(&s.journal);
    s.venue->seed(s.sync, s.now, session_market(&s, M1)->handle);
    assert_non_null(strstr(journal_text(&s.journal), "trades"));
    assert_string_equal(s.journal.what, "trades");
    session_refuse(&s, 429, "", 30000);
    journal_clear(&s.journal);
    s.venue->seed(s.sync, s.now, session_market(&s, M1)->handle);
    expect_journal(&s, "");
    session_close(&s);
}

static void a_pause_for_the_catalogue_is_said(void **state)
{
    static const char *const whats[] = {"market", "search", "catalogue"};
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_LOOKUPS | JOURNAL_WISHES, (struct venue_options){0});
    for (int kind = LOOKUP_MARKET; kind <= LOOKUP_TOP; kind++) {
        s.venue->lookup(s.sync, s.now, 1, (enum lookup_kind)kind, TEXT("some-name"));
        assert_string_equal(s.journal.what, whats[kind]);
    }
    session_refuse(&s, 429, "", 5000);
    journal_clear(&s.journal);
    s.venue->lookup(s.sync, s.now, 2, LOOKUP_SEARCH, TEXT("words"));
    expect_journal(&s, "lookup 2 failed: the venue wants us to wait @0\n");
    session_at(&s, 5000);
    s.venue->lookup(s.sync, s.now, 3, LOOKUP_SEARCH, TEXT("words"));
    assert_non_null(strstr(journal_text(&s.journal), "wish get"));
    session_close(&s);
}

/* === Retry === */

static void what_waits_is_due_at_once(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_WISHES, (struct venue_options){0});
    session_retry(&s); /* there is nothing yet */
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_retry(&s);
    session_link(&s, 0, LINK_OPENED);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_advance(&s, 1000);
    session_retry(&s); /* its book has not been long on its way */
    journal_clear(&s.journal);
    session_advance(&s, 4999);
    expect_journal(&s, "");
    session_advance(&s, 5000);
    session_reply(&s, 500, "");
    journal_clear(&s.journal);
    session_advance(&s, 8000);
    for (int i = 0; i < 20; i++) session_retry(&s); /* once for each wait, however often */
    session_advance(&s, 9999);
    expect_journal(&s, "");
    session_advance(&s, 10005);
    assert_int_equal(occurrences(journal_text(&s.journal), "\"subscribe\""), 1);
    journal_clear(&s.journal);
    session_hear(&s, 17000, "PONG");
    journal_clear(&s.journal);
    session_retry(&s);
    session_advance(&s, 17005);
    assert_int_equal(occurrences(journal_text(&s.journal), "\"subscribe\""), 1);
    session_unwatch(&s, session_market(&s, M2)->handle);
    session_receive(&s, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    session_advance(&s, 17010);
    journal_clear(&s.journal);
    session_retry(&s); /* nothing waits */
    session_advance(&s, 17020);
    expect_journal(&s, "");
    session_close(&s);
}

static void a_resync_that_waits_begins_at_once(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_changes(101, YES " BUY 0.2 1 5"));
    session_advance(&s, 200);
    expect_journal(&s, "");
    session_retry(&s);
    session_advance(&s, 200);
    expect_journal(&s, GET_1);
    session_retry(&s); /* it is under way */
    session_advance(&s, 300);
    expect_journal(&s, "");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_up_is_stale_and_says_so),
        cmocka_unit_test(an_open_link_may_be_given_up),
        cmocka_unit_test(a_link_that_nobody_wants_is_not_given_up),
        cmocka_unit_test(what_is_resolved_stays_so),
        cmocka_unit_test(one_market_that_rest_refuses_costs_no_connection),
        cmocka_unit_test(waits_outlast_a_connection),
        cmocka_unit_test(a_new_connection_subscribes_everything_once),
        cmocka_unit_test(a_pause_for_books_is_kept),
        cmocka_unit_test(a_pause_for_the_catalogue_is_said),
        cmocka_unit_test(what_waits_is_due_at_once),
        cmocka_unit_test(a_resync_that_waits_begins_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
