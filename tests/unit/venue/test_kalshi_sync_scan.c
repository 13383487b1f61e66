/* Going through the venue's open events in the background: when it begins, how it goes on, and what is answered
 * meanwhile. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_pages.h"

#define KINDS   (JOURNAL_LOOKUPS | JOURNAL_WISHES)
#define MINUTE  60000
#define NOTHING "nothing that is open has these words"

static void open_session(struct session *s)
{
    kalshi_open_with(s, KINDS, (struct venue_options){0});
}

static void open_with_kept(struct session *s, const char *kept)
{
    kalshi_open_with(s, KINDS, (struct venue_options){.kept = text_from(kept)});
}

#define KEPT "booktop kalshi events 1\nOLD\t900\tOld boats\n"

static void expect_progress(const struct session *s, bool running, uint32_t events)
{
    struct venue_progress progress = kalshi_progress(s);
    assert_int_equal(progress.running, running);
    assert_int_equal(progress.events, events);
}

/* What would be kept now. */
static void expect_kept(const struct session *s, const char *expected)
{
    struct json_writer out = {0};
    s->venue->keep(s->sync, &out);
    struct text text = json_writer_text(&out);
    if (!text_is(text, expected)) fail_msg("%.*s", TEXT_ARGS(text));
    json_writer_free(&out);
}

/* === When it begins === */

static void names_alone_begin_nothing(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    session_watch(&s, kalshi_add(&s, T1));
    session_advance(&s, 1000);
    kalshi_ask(&s, 1, LOOKUP_MARKET, "kxone");
    session_reply(&s, 200, "{\"market\":{\"ticker\":\"KXONE\"}}");
    session_advance(&s, 20 * MINUTE);
    assert_null(strstr(journal_text(&s.journal), "/events"));
    expect_progress(&s, false, 0);
    expect_kept(&s, "");
    session_close(&s);
}

static void it_begins_again_after_ten_minutes_when_somebody_asks(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_at(&s, 1000);
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), ""));
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), ""));
    expect_journal(&s, FIRST_PAGE NAMED("E1") "lookup 1 found E1-1 @1000\n");
    expect_progress(&s, false, 1);
    session_advance(&s, 10 * MINUTE + 1000);
    expect_journal(&s, "");
    kalshi_ask(&s, 2, LOOKUP_SEARCH, "boats");
    expect_journal(&s, NAMED("E1")); /* not yet */
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), ""));
    expect_journal(&s, "lookup 2 found E1-1 @601000\n");
    session_advance(&s, 10 * MINUTE + 1001); /* not by itself */
    expect_journal(&s, "");
    kalshi_ask(&s, 3, LOOKUP_SEARCH, "boats");
    expect_journal(&s, NAMED("E1")); /* at once, from what is known; */
    expect_progress(&s, true, 0);
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), ""));
    expect_journal(&s, "lookup 3 found E1-1 @601001\n");
    session_advance(&s, 10 * MINUTE + 1351);
    expect_journal(&s, FIRST_PAGE); /* and then it goes on */
    session_at(&s, 10 * MINUTE + 3000);
    kalshi_ask(&s, 4, LOOKUP_TOP, "");
    expect_journal(&s, NAMED("E1")); /* the index of before answers meanwhile */
    session_close(&s);
}

/* === How it goes on === */

static void pages_follow_each_other(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    expect_journal(&s, FIRST_PAGE);
    expect_progress(&s, true, 0);
    session_at(&s, 100);
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00") "," SMALL("E2", "3.00"), "page 2"));
    expect_journal(&s, "");
    expect_progress(&s, true, 2);
    expect_kept(&s, "");
    session_advance(&s, 349);
    expect_journal(&s, "");
    session_advance(&s, 350);
    expect_journal(&s, PAGE("page%202"));
    session_advance(&s, 1500); /* not twice */
    session_reply(&s, 200, EVENTS(SMALL("E3", "2.00"), ""));
    expect_journal(&s, NAMED("E2,E3,E1")); /* whole: nothing more to wait for */
    expect_progress(&s, false, 3);
    expect_kept(&s, "booktop kalshi events 1\nE1\t100\tBoats Red\nE2\t300\tBoats Red\nE3\t200\tBoats Red\n");
    session_advance(&s, 30000);
    expect_journal(&s, "");
    session_close(&s);
}

static void a_page_that_names_itself_is_the_last(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), "more"));
    session_advance(&s, 400);
    session_reply(&s, 200, EVENTS(SMALL("E2", "1.00"), "more"));
    expect_journal(&s, FIRST_PAGE PAGE("more") NAMED("E1,E2"));
    expect_progress(&s, false, 2);
    session_close(&s);
}

static void pages_have_an_end(void **state)
{
    struct session s;
    char body[512];
    unsigned pages = 0;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    s.journal.kinds = 0;
    for (int64_t ms = 0; kalshi_progress(&s).running && pages < 2000; ms += 350) {
        session_advance(&s, ms);
        snprintf(body, sizeof body, EVENTS("%s", "%u"), SMALL("E1", "1.00"), pages++);
        session_reply(&s, 200, body);
    }
    assert_in_range(pages, 1000, 1001); /* the question's own was one of them */
    session_close(&s);
}

static void books_and_questions_go_first(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), "more"));
    session_at(&s, 100);
    session_watch(&s, kalshi_add(&s, T1));
    kalshi_ask(&s, 2, LOOKUP_MARKET, "kxone");
    expect_journal(&s, FIRST_PAGE "wish get https://rest/markets/KXONE\n");
    session_advance(&s, 450);
    expect_journal(&s, "wish get https://rest/markets/KXONE-1/orderbook?depth=0\n");
    session_advance(&s, 1099); /* three in a second */
    expect_journal(&s, PAGE("more"));
    session_close(&s);
}

/* Many books are polled, more than there are GETs for: it goes on all the same, and they do not stand still. */
static void it_does_not_starve(void **state)
{
    struct session s;
    char ticker[32];
    unsigned pages = 0;
    uint32_t answered = 0;
    (void)state;
    open_session(&s);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(ticker, sizeof ticker, "KXMANY-%u", i);
        session_watch(&s, kalshi_add(&s, ticker));
    }
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    for (int64_t ms = 0; ms < 60000; ms += 50) {
        session_advance(&s, ms);
        while (answered < s.journal.request) {
            char body[512];
            bool page = strstr(journal_text(&s.journal), "/events?status") != NULL;
            snprintf(body, sizeof body, EVENTS("%s", "%u"), SMALL("E1", "1.00"), page ? pages++ : 0);
            journal_clear(&s.journal);
            struct venue_reply reply = {++answered, 200, page ? text_from(body) : TEXT("{\"orderbook_fp\":{}}"), "", 0};
            s.venue->reply(s.sync, s.now, &reply);
        }
    }
    assert_in_range(pages, 15, 25);
    assert_in_range(answered, 160, 180);
    session_close(&s);
}

/* === What fails === */

static void a_failing_page_is_tried_again(void **state)
{
    static const int64_t waits[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
    struct session s;
    int64_t ms = 400;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), "more"));
    session_advance(&s, 400);
    expect_journal(&s, FIRST_PAGE PAGE("more"));
    s.journal.kinds = JOURNAL_WISHES;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        session_reply(&s, i % 2 ? 500 : 0, "");
        expect_progress(&s, true, 1);
        session_advance(&s, ms + waits[i] - 1);
        assert_null(strstr(journal_text(&s.journal), "cursor"));
        session_advance(&s, ms += waits[i]);
        assert_non_null(strstr(journal_text(&s.journal), PAGE("more")));
        journal_clear(&s.journal);
    }
    session_reply(&s, 200, EVENTS(SMALL("E2", "1.00"), "third"));
    expect_progress(&s, true, 2);
    session_advance(&s, ms + 350);
    expect_journal(&s, PAGE("third")); /* no waiting any more */
    session_reply(&s, 500, "");
    session_advance(&s, ms + 1350);
    expect_journal(&s, PAGE("third")); /* and only a second again */
    session_close(&s);
}

static void too_many_requests_are_heeded(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_reply(&s, 429, "");
    expect_journal(&s, FIRST_PAGE "lookup 1 failed: the venue wants us to wait @0\n");
    session_at(&s, 500);
    kalshi_ask(&s, 2, LOOKUP_TOP, "");
    expect_journal(&s, "lookup 2 failed: the venue wants us to wait @500\n");
    session_advance(&s, 999);
    expect_journal(&s, "");
    session_advance(&s, 1000);
    expect_journal(&s, FIRST_PAGE);
    session_close(&s);
}

/* Not one page, and nothing kept: who asks is told so, and the next who asks makes it try at once. */
static void without_a_page_a_question_fails(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    kalshi_ask(&s, 2, LOOKUP_SEARCH, "boats");
    session_advance(&s, 5000);
    session_reply(&s, 0, "");
    expect_journal(&s, FIRST_PAGE "lookup 1 failed: no answer @5000\nlookup 2 failed: no answer @5000\n");
    session_at(&s, 5500);
    kalshi_ask(&s, 3, LOOKUP_TOP, "");
    expect_journal(&s, FIRST_PAGE);
    session_reply(&s, 200, "[]");
    expect_journal(&s, "lookup 3 failed: the reply is not what this venue sends @5500\n");
    expect_progress(&s, true, 0);
    session_advance(&s, 7500); /* the second failure */
    expect_journal(&s, FIRST_PAGE);
    session_advance(&s, 67500);
    session_advance(&s, 71500);
    expect_journal(&s, FIRST_PAGE);
    session_close(&s);
}

/* A cursor that is worth nothing any more. What was read answers meanwhile, and is not kept as if it were all. */
static void a_page_that_is_refused_makes_it_begin_anew(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00") "," SMALL("E2", "2.00"), "worn"));
    session_advance(&s, 400);
    session_reply(&s, 400, "");
    session_advance(&s, 1400);
    session_reply(&s, 400, "");
    expect_journal(&s, FIRST_PAGE PAGE("worn") PAGE("worn"));
    s.journal.kinds = JOURNAL_WISHES;
    session_advance(&s, 2000);
    expect_journal(&s, NAMED("E2,E1"));
    session_advance(&s, 3400);
    session_reply(&s, 400, "");
    expect_journal(&s, PAGE("worn"));
    expect_progress(&s, true, 0);
    expect_kept(&s, "");
    session_at(&s, 4000);
    kalshi_ask(&s, 2, LOOKUP_TOP, "");
    session_advance(&s, 6000);
    expect_journal(&s, NAMED("E2,E1"));
    session_advance(&s, 7400);
    expect_journal(&s, FIRST_PAGE);
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), ""));
    expect_progress(&s, false, 1);
    session_close(&s);
}

/* === What is answered meanwhile === */

static void a_growing_index_is_let_grow_for_two_seconds(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_at(&s, 100);
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), "2"));
    session_at(&s, 500);
    kalshi_ask(&s, 2, LOOKUP_SEARCH, "boats");
    session_reply(&s, 200, EVENTS(SMALL("E2", "2.00"), "3"));
    session_advance(&s, 1999);
    expect_journal(&s, FIRST_PAGE PAGE("2") PAGE("3"));
    session_advance(&s, 2000);
    expect_journal(&s, NAMED("E2,E1"));
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00") "," SMALL("E2", "2.00"), ""));
    expect_journal(&s, "lookup 1 found E2-1 E1-1 @2000\n");
    session_advance(&s, 2499);
    expect_journal(&s, "");
    session_advance(&s, 2500);
    expect_journal(&s, NAMED("E2,E1"));
    session_close(&s);
}

static void a_first_page_that_is_late_is_answered_from_at_once(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_SEARCH, "boats");
    kalshi_ask(&s, 2, LOOKUP_SEARCH, "submarines");
    session_advance(&s, 4000);
    expect_journal(&s, FIRST_PAGE);
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), "more"));
    expect_journal(&s, NAMED("E1") "lookup 2 none: " NOTHING " @4000\n");
    session_close(&s);
}

static void names_never_wait_for_it(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    kalshi_ask(&s, 2, LOOKUP_MARKET, "kxone");
    expect_journal(&s, FIRST_PAGE "wish get https://rest/markets/KXONE\n");
    session_reply(&s, 200, "{\"market\":{\"ticker\":\"KXONE\"}}");
    expect_journal(&s, "lookup 2 found KXONE @0\n");
    session_close(&s);
}

static void what_was_kept_answers_at_once(void **state)
{
    struct session s;
    (void)state;
    open_with_kept(&s, KEPT);
    expect_progress(&s, false, 1);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    expect_journal(&s, NAMED("OLD"));
    expect_progress(&s, true, 0);
    session_reply(&s, 200, EVENTS(EVENT("OLD", "Old boats", OFFER("OLD-1", "Red", "9.00")), ""));
    expect_journal(&s, "lookup 1 found OLD-1 @0\n");
    session_advance(&s, 350);
    expect_journal(&s, FIRST_PAGE);
    expect_kept(&s, ""); /* it is as old as it was */
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), ""));
    expect_progress(&s, false, 1);
    expect_kept(&s, "booktop kalshi events 1\nE1\t100\tBoats Red\n");
    kalshi_ask(&s, 2, LOOKUP_TOP, "");
    expect_journal(&s, NAMED("E1"));
    session_close(&s);
}

/* What is new, or has taken the place of what is over, the kept index does not know. */
static void what_was_kept_may_know_nothing_of_it(void **state)
{
    struct session s;
    (void)state;
    open_with_kept(&s, KEPT);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    session_reply(&s, 200, EVENTS(EVENT("OLD", "Old boats", "{\"ticker\":\"OLD-1\",\"status\":\"finalized\"}"), ""));
    kalshi_ask(&s, 2, LOOKUP_SEARCH, "red");
    expect_journal(&s, NAMED("OLD"));
    session_advance(&s, 350);
    expect_journal(&s, FIRST_PAGE);
    session_reply(&s, 200, EVENTS(SMALL("E1", "1.00"), "more"));
    session_advance(&s, 1999);
    expect_journal(&s, PAGE("more"));
    session_advance(&s, 2000);
    expect_journal(&s, NAMED("E1") NAMED("E1"));
    session_reply(&s, 200, EVENTS("", ""));
    expect_journal(&s, "lookup 2 none: " NOTHING " @2000\n"); /* once is enough */
    session_close(&s);
}

static void what_is_damaged_is_as_nothing(void **state)
{
    struct session s;
    (void)state;
    open_with_kept(&s, KEPT "half a li");
    expect_progress(&s, false, 0);
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    expect_journal(&s, FIRST_PAGE);
    session_close(&s);
    open_with_kept(&s, "booktop kalshi events 1\n"); /* nothing was open */
    kalshi_ask(&s, 1, LOOKUP_TOP, "");
    expect_journal(&s, FIRST_PAGE);
    session_reply(&s, 200, EVENTS("", ""));
    expect_journal(&s, "lookup 1 none: " NOTHING " @0\n");
    expect_kept(&s, "");
    session_close(&s);
}

/* The same, whether time is told once or often. */
static void pulses_change_nothing(void **state)
{
    struct session s;
    char *first = NULL;
    (void)state;
    for (int64_t step = 4000; step >= 1; step /= 40) {
        open_session(&s);
        session_watch(&s, kalshi_add(&s, T1));
        kalshi_ask(&s, 1, LOOKUP_TOP, "");
        for (int64_t ms = 0; ms <= 40000; ms += step) {
            session_advance(&s, ms);
            if (ms % 4000) continue;
            if (ms % 12000 == 0) kalshi_ask(&s, 1 + (uint32_t)ms, LOOKUP_SEARCH, "boats");
            session_reply(&s, ms % 16000 == 8000 ? 500 : 200, EVENTS(SMALL("E1", "1.00"), "more"));
        }
        if (!first) first = strdup(journal_text(&s.journal));
        assert_string_equal(journal_text(&s.journal), first);
        session_close(&s);
    }
    assert_non_null(strstr(first, "found E1-1"));
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_alone_begin_nothing),
        cmocka_unit_test(it_begins_again_after_ten_minutes_when_somebody_asks),
        cmocka_unit_test(pages_follow_each_other),
        cmocka_unit_test(a_page_that_names_itself_is_the_last),
        cmocka_unit_test(pages_have_an_end),
        cmocka_unit_test(books_and_questions_go_first),
        cmocka_unit_test(it_does_not_starve),
        cmocka_unit_test(a_failing_page_is_tried_again),
        cmocka_unit_test(too_many_requests_are_heeded),
        cmocka_unit_test(without_a_page_a_question_fails),
        cmocka_unit_test(a_page_that_is_refused_makes_it_begin_anew),
        cmocka_unit_test(a_growing_index_is_let_grow_for_two_seconds),
        cmocka_unit_test(a_first_page_that_is_late_is_answered_from_at_once),
        cmocka_unit_test(names_never_wait_for_it),
        cmocka_unit_test(what_was_kept_answers_at_once),
        cmocka_unit_test(what_was_kept_may_know_nothing_of_it),
        cmocka_unit_test(what_is_damaged_is_as_nothing),
        cmocka_unit_test(pulses_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
