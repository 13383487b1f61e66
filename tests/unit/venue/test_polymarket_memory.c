/* Polymarket's sync where memory fails: whatever is refused is refused whole, nothing is proved that is wrong, and what
 * comes later heals it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "proof_session.h"

/* The sources under test, with their memory counted and refused. */
#include "counted_memory.h"
/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "../../../src/venue/polymarket/books.c"
#include "../../../src/venue/polymarket/changes.c"
#include "../../../src/venue/polymarket/hash_levels.c"
#include "../../../src/venue/polymarket/replies.c"
#include "../../../src/venue/polymarket/snapshots.c"
#include "../../../src/venue/polymarket/sync.c"
#include "../../../src/venue/requests.c"
#define mix     decoder_mix
#define add     hasher_add
#define recipes hasher_recipes
#define receive decoder_receive
#include "../../../src/venue/polymarket/decode.c"
#include "../../../src/venue/polymarket/hash.c"
/* NOLINTEND(bugprone-suspicious-include) */
#undef realloc
#undef calloc

/* A book by REST, if one was asked for. */
static void answer(struct session *s, const char *body)
{
    struct venue_reply reply = {s->journal.request, 200, text_from(body), NULL, 0};
    s->venue->reply(s->sync, s->now, &reply);
}

static void step(struct session *s, int64_t ms, const char *frame)
{
    char before[512];
    journal_clear(&s->journal);
    session_advance(s, ms);
    snprintf(before, sizeof before, "%s", session_book(s, M1));
    session_receive(s, frame);
    const char *text = journal_text(&s->journal);
    if (strstr(text, "refused")) {
        assert_non_null(strstr(text, "out of memory"));
        assert_string_equal(session_book(s, M1), before);
    }
}

/* What a market lives through; memory fails somewhere. */
static void live(struct session *s)
{
    char entries[4096] = "";
    session_link(s, 0, LINK_OPENED);
    step(s, 1, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
    step(s, 2, frame_book(NO, 100, PROVED, "0.4:9 0.48:25", "0.6:7 0.53:30"));
    step(s, 3, frame_changes_proved(101, NO " BUY 0.48 5 ok", BIDS, "0.6:9 0.52:5"));
    step(s, 4, frame_changes_proved(102, YES " BUY 0.48 5 ok", BIDS " 0.48:5", "0.6:9 0.52:5"));
    for (unsigned i = 0; i < 20; i++) frame_add(entries, "%s" YES " BUY 0.2%02u 1 76", i ? "," : "", 1 + i);
    step(s, 4, frame_changes(103, entries)); /* the kept text has to grow */
    entries[0] = '\0';
    for (unsigned i = 0; i < 40; i++) frame_add(entries, "%s" YES " BUY 0.0%02u 1 77", i ? "," : "", 1 + i);
    step(s, 5, frame_changes(103, entries));
    step(s, 6,
         frame_book(NO, 102, PROVED, "0.1:1 0.11:1 0.12:1 0.13:1 0.14:1 0.15:1 0.16:1 0.17:1 0.18:1 0.19:1",
                    "0.9:1")); /* late */
    step(s, 7, frame_trade(YES, 104, "BUY", "0.5", "1", "0xt1"));
    step(s, 8, frame_tick_size(YES, 105, "0.01", "0.001"));
    s->venue->seed(s->sync, s->now, session_market(s, M1)->handle);
    session_advance(s, 2000); /* its book is asked for */
    answer(s, frame_rest_book(YES, 106, PROVED, BIDS, ASKS));
    session_advance(s, 2010);
}

/* With memory there again. */
static void heal(struct session *s)
{
    session_link(s, 0, LINK_LOST);
    session_link(s, 0, LINK_OPENED);
    step(s, 3000, frame_opening_book(YES, 200, PROVED, BIDS, ASKS));
    step(s, 3001, frame_changes_proved(201, YES " BUY 0.48 5 ok, " NO " SELL 0.52 5 ok", BIDS " 0.48:5", ASKS));
    session_advance(s, 3060);
    expect_book(s, "0.48:5 0.47:30 0.4:7 | 0.52:25 0.6:9");
    expect_state(s, "verified");
    const struct proof_check *last = &session_market(s, M1)->proof.last;
    assert_false(last->snapshot);
    assert_int_equal(last->verdict, VERDICT_VERIFIED);
}

static unsigned long play(unsigned long failing, bool on)
{
    struct session s;
    memory_fail(0, false);
    session_open_with(&s, JOURNAL_EVENTS, (struct venue_options){0});
    struct market_handle market = session_add(&s, M1, YES, NO);
    session_watch(&s, market);
    memory_fail(failing, on);
    session_unwatch(&s, market); /* nothing was kept of it, or something is */
    session_watch(&s, market);
    live(&s);
    unsigned long requests = memory_requests;
    memory_fail(0, false);
    if (!session_market(&s, M1)->link && s.sync->tracked_count == 0) session_watch(&s, market);
    heal(&s);
    session_close(&s);
    return requests;
}

static void whatever_request_fails(void **state)
{
    (void)state;
    unsigned long requests = play(0, false);
    assert_in_range(requests, 20, 500);
    for (unsigned long failing = 1; failing <= requests; failing++) {
        play(failing, false);
        play(failing, true);
    }
}

/* A place for a market's data may fail as a watch begins, if those made at the start are taken: it says so, and is as
 * good as not watched. */
static void a_watch_may_fail(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_WISHES, (struct venue_options){0});
    for (unsigned i = 0; i < TRACKED_FIRST; i++) {
        char name[16], yes[16], no[16];
        snprintf(name, sizeof name, "0xother%u", i);
        snprintf(yes, sizeof yes, "90%u", i);
        snprintf(no, sizeof no, "80%u", i);
        session_add(&s, name, yes, no);
    }
    struct market_handle market = session_add(&s, M1, YES, NO);
    memory_fail(1, true);
    session_watch(&s, market);
    expect_journal(&s, "");
    expect_state(&s, "stale");
    assert_string_equal(session_market(&s, M1)->proof.why, "out of memory");
    session_receive(&s, frame_trade(YES, 100, "BUY", "0.5", "1", "0xt1"));
    session_receive(&s, frame_book(YES, 100, PROVED, BIDS, ASKS));
    session_receive(&s, frame_tick_size(YES, 105, "0.01", "0.001"));
    assert_false(session_market(&s, M1)->has_book);
    memory_fail(0, false);
    session_watch(&s, market);
    expect_journal(&s, "wish connect 0 wss://stream\n");
    session_close(&s);
}

/* A market that a book would make, and the second token that it would teach. */
static void discovery_may_fail(void **state)
{
    unsigned long requests = 1;
    (void)state;
    for (unsigned long failing = 0; failing <= requests; failing++) {
        struct session s;
        session_open(&s, JOURNAL_EVENTS);
        memory_fail(failing, false);
        step(&s, 1, frame_book(YES, 100, PROVED, BIDS, ASKS));
        assert_int_equal(registry_count(s.registry), session_market(&s, M1) != NULL);
        step(&s, 2, frame_book(NO, 100, PROVED, "0.4:9 0.48:25", "0.6:7 0.53:30"));
        step(&s, 3, frame_changes_proved(101, NO " BUY 0.48 5 77", BIDS, "0.6:9 0.52:5"));
        if (failing == 0) requests = memory_requests;
        memory_fail(0, false);
        session_close(&s);
    }
}

static void creation_may_fail(void **state)
{
    struct venue_outlet outlet = {0};
    const struct venue_options options = {.discover = true};
    struct venue_sync *sync = NULL;
    unsigned long failing;
    (void)state;
    for (failing = 1; failing < 50 && !sync; failing++) {
        memory_fail(failing, false);
        sync = venue_polymarket.create(NULL, &outlet, &options);
    }
    assert_in_range(failing, 4, 20);
    assert_string_equal(sync->endpoints.stream, POLYMARKET_STREAM_URL);
    venue_polymarket.destroy(sync);
    venue_polymarket.destroy(NULL);
    memory_fail(0, false);
}

/* A question that cannot be remembered is not asked. */
static void a_question_may_fail(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_WISHES, (struct venue_options){0});
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_receive(&s, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
    for (int64_t ms = 10000; ms < 30000; ms += 10000) session_hear(&s, ms, "PONG");
    memory_fail(1, true);
    session_hear(&s, 30000, "PONG");
    assert_null(strstr(journal_text(&s.journal), "wish get"));
    memory_fail(0, false);
    for (int64_t ms = 40000; ms <= 60000; ms += 10000) session_hear(&s, ms, "PONG");
    assert_non_null(strstr(journal_text(&s.journal), "wish get"));
    session_close(&s);
}

/* A book that is only compared: without memory nobody knows, and the levels stay as they are. */
static void a_comparison_may_fail(void **state)
{
    unsigned long requests = 1;
    (void)state;
    for (unsigned long failing = 0; failing <= requests; failing++) {
        struct session s;
        memory_fail(0, false);
        session_open_with(&s, JOURNAL_WISHES, (struct venue_options){0});
        session_watch(&s, session_add(&s, M1, YES, NO));
        session_link(&s, 0, LINK_OPENED);
        session_receive(&s, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
        for (int64_t ms = 10000; ms <= 30000; ms += 10000) session_hear(&s, ms, "PONG");
        assert_non_null(strstr(journal_text(&s.journal), "wish get"));
        memory_fail(failing, false);
        answer(&s, frame_rest_book(NO, 900, PROVED, "0.1:1 0.2:1 0.3:1", "0.7:1 0.8:1 0.9:1"));
        if (failing == 0) requests = memory_requests;
        assert_int_equal(s.sync->links[0].freeze.state, failing ? FREEZE_UNKNOWN : FREEZE_NONE);
        memory_fail(0, false);
        expect_book(&s, "0.47:30 0.4:7 | 0.52:25 0.6:9");
        expect_state(&s, failing ? "stale" : "verified");
        session_receive(&s, frame_trade(YES, 1000, "BUY", "0.5", "1", "0x1"));
        expect_state(&s, "verified");
        session_close(&s);
    }
    assert_in_range(requests, 1, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_request_fails), cmocka_unit_test(a_watch_may_fail),
        cmocka_unit_test(discovery_may_fail),     cmocka_unit_test(a_question_may_fail),
        cmocka_unit_test(a_comparison_may_fail),  cmocka_unit_test(creation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
