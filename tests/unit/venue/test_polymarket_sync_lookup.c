/* Questions to the catalogue: what a name means, what is traded most, what words find. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "polymarket_session.h"

#define CONDITION_A "0x00000000000000000000000000000000000000000000000000000000000000aa"
#define CONDITION_B "0x00000000000000000000000000000000000000000000000000000000000000bb"

#define MARKET_OF(condition, first, second, closed)                                                                    \
    "{\"conditionId\":\"" condition "\",\"question\":\"Will it?\",\"slug\":\"will-it\",\"outcomes\":\"[\\\"Yes\\\", "  \
    "\\\"No\\\"]\",\"clobTokenIds\":\"[\\\"" first "\\\", \\\"" second "\\\"]\",\"active\":true,\"closed\":" closed    \
    ",\"enableOrderBook\":true,\"acceptingOrders\":true}"
#define OPEN_A   MARKET_OF(CONDITION_A, "1001", "1002", "false")
#define CLOSED_B MARKET_OF(CONDITION_B, "2001", "2002", "true")
#define EVENT    "{\"slug\":\"the-event\",\"title\":\"The event\",\"markets\":[" OPEN_A "," CLOSED_B "]}"

static void begin(struct session *s)
{
    session_open(s, JOURNAL_LOOKUPS | JOURNAL_WISHES);
}

static void ask(struct session *s, uint32_t number, enum lookup_kind kind, const char *words)
{
    s->venue->lookup(s->sync, s->now, number, kind, text_from(words));
}

static void slug_of_a_market_is_found(void **state)
{
    struct session s;
    (void)state;
    begin(&s);
    ask(&s, 7, LOOKUP_MARKET, " Will-It ");
    expect_journal(&s, "wish get https://gamma/markets/slug/will-it\n");
    session_at(&s, 30);
    session_reply(&s, 200, OPEN_A);
    expect_journal(&s, "lookup 7 found " CONDITION_A " @30\n");
    assert_int_equal(registry_count(s.registry), 0); /* an answer, nothing more */
    session_reply(&s, 200, OPEN_A);
    expect_journal(&s, ""); /* once */
    session_close(&s);
}

static void slug_that_no_market_has_may_be_an_events(void **state)
{
    static const struct {
        int status;
        const char *body;
    } misses[] = {{404, "{\"type\":\"not found error\"}"}, {422, "{}"}, {200, "[]"}};
    (void)state;
    for (size_t i = 0; i < sizeof misses / sizeof *misses; i++) {
        struct session s;
        begin(&s);
        ask(&s, 1, LOOKUP_MARKET, "the-event");
        session_reply(&s, misses[i].status, misses[i].body);
        expect_journal(&s, "wish get https://gamma/markets/slug/the-event\n"
                           "wish get https://gamma/events/slug/the-event\n");
        session_reply(&s, 200, EVENT);
        /* A name is answered whatever the state of what it names. */
        expect_journal(&s, "lookup 1 found " CONDITION_A " " CONDITION_B " @0\n");
        session_close(&s);
    }
}

static void name_of_nothing_is_none(void **state)
{
    struct session s;
    (void)state;
    begin(&s);
    ask(&s, 1, LOOKUP_MARKET, "nonesuch");
    session_reply(&s, 404, "");
    session_reply(&s, 404, "");
    expect_journal(&s, "wish get https://gamma/markets/slug/nonesuch\n"
                       "wish get https://gamma/events/slug/nonesuch\n"
                       "lookup 1 none: nothing of that name @0\n");
    session_close(&s);
}

static void other_names_are_asked_for_once(void **state)
{
    static const struct {
        const char *words, *wish;
    } names[] = {
        {CONDITION_A, "wish get https://gamma/markets?condition_ids=" CONDITION_A "\n"},
        {"123456789012345678901234567890",
         "wish get https://gamma/markets?clob_token_ids=123456789012345678901234567890\n"},
        {"https://polymarket.com/event/the-event/will-it", "wish get https://gamma/markets/slug/will-it\n"},
        {"https://polymarket.com/market/will-it", "wish get https://gamma/markets/slug/will-it\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct session s;
        begin(&s);
        ask(&s, 1, LOOKUP_MARKET, names[i].words);
        expect_journal(&s, names[i].wish);
        session_reply(&s, 200, "[]");
        expect_journal(&s, "lookup 1 none: nothing of that name @0\n");
        session_close(&s);
    }
}

static void words_that_cannot_be_a_name_are_answered_at_once(void **state)
{
    struct session s;
    char longest[2000];
    (void)state;
    begin(&s);
    memset(longest, '%', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ask(&s, 1, LOOKUP_MARKET, "");
    ask(&s, 2, LOOKUP_MARKET, "will it rain?");
    ask(&s, 3, LOOKUP_MARKET, "https://example.org/event/x");
    ask(&s, 4, LOOKUP_SEARCH, longest);
    expect_journal(&s, "lookup 1 none: not a name that this venue could have @0\n"
                       "lookup 2 none: not a name that this venue could have @0\n"
                       "lookup 3 none: not a name that this venue could have @0\n"
                       "lookup 4 none: not a name that this venue could have @0\n");
    session_close(&s);
}

static void failure_is_not_the_same_as_none(void **state)
{
    struct session s;
    (void)state;
    begin(&s);
    for (uint32_t i = 1; i <= 3; i++) ask(&s, i, LOOKUP_MARKET, CONDITION_A);
    journal_clear(&s.journal);
    s.journal.request = 1;
    session_reply(&s, 0, "");
    s.journal.request = 2;
    session_reply(&s, 500, "[]");
    s.journal.request = 3;
    session_reply(&s, 200, "<html>");
    /* The second question of a slug may fail as well. */
    ask(&s, 4, LOOKUP_MARKET, "will-it");
    session_reply(&s, 404, "");
    session_reply(&s, 503, "");
    expect_journal(&s, "lookup 1 failed: no answer @0\n"
                       "lookup 2 failed: status @0\n"
                       "lookup 3 failed: the reply is not what this venue sends @0\n"
                       "wish get https://gamma/markets/slug/will-it\n"
                       "wish get https://gamma/events/slug/will-it\n"
                       "lookup 4 failed: status @0\n");
    session_close(&s);
}

static void lists_leave_out_what_cannot_be_watched(void **state)
{
    struct session s;
    (void)state;
    begin(&s);
    ask(&s, 1, LOOKUP_TOP, "");
    session_reply(&s, 200, "[" EVENT "]");
    ask(&s, 2, LOOKUP_SEARCH, "harbour bridge?");
    session_reply(&s, 200, "{\"events\":[" EVENT "],\"tags\":[],\"pagination\":{}}");
    ask(&s, 3, LOOKUP_SEARCH, "x");
    session_reply(&s, 200, "{\"events\":[{\"slug\":\"e\",\"markets\":[" CLOSED_B "]}]}");
    expect_journal(&s,
                   "wish get https://gamma/events?active=true&closed=false&order=volume24hr&ascending=false&limit=40\n"
                   "lookup 1 found " CONDITION_A " @0\n"
                   "wish get https://gamma/public-search?limit_per_type=10&page=1&events_status=active&q="
                   "harbour%20bridge%3F\n"
                   "lookup 2 found " CONDITION_A " @0\n"
                   "wish get https://gamma/public-search?limit_per_type=10&page=1&events_status=active&q=x\n"
                   "lookup 3 none: nothing of that name @0\n");
    session_close(&s);
}

static void too_many_questions_at_once_are_refused(void **state)
{
    struct session s;
    (void)state;
    begin(&s);
    for (uint32_t i = 1; i <= 16; i++) ask(&s, i, LOOKUP_MARKET, CONDITION_A);
    journal_clear(&s.journal);
    ask(&s, 17, LOOKUP_TOP, "");
    expect_journal(&s, "lookup 17 failed: too many questions at once @0\n");
    s.journal.request = 5;
    session_reply(&s, 200, "[" OPEN_A "]");
    ask(&s, 18, LOOKUP_MARKET, CONDITION_A);
    session_reply(&s, 200, "[" OPEN_A "]");
    expect_journal(&s, "lookup 5 found " CONDITION_A " @0\n"
                       "wish get https://gamma/markets?condition_ids=" CONDITION_A "\n"
                       "lookup 18 found " CONDITION_A " @0\n");
    for (uint32_t i = 1; i <= 16; i++) {
        s.journal.request = i;
        session_reply(&s, 404, "");
    }
    assert_non_null(strstr(journal_text(&s.journal), "lookup 16 none"));
    session_close(&s);
}

static const struct catalogue *lent;
static size_t described;

static void note_catalogue(void *context, const struct lookup_report *report)
{
    journal_lookup(context, report);
    lent = report->catalogue;
    described = lent ? lent->shelf.count : 0;
}

static void the_details_of_an_answer_are_not_kept(void **state)
{
    struct session s;
    (void)state;
    begin(&s);
    s.outlet.lookup = note_catalogue;
    ask(&s, 1, LOOKUP_MARKET, "will-it");
    session_reply(&s, 200, OPEN_A);
    assert_int_equal(described, 1);
    assert_true(lent->shelf.bytes == NULL && lent->shelf.capacity == 0);
    session_close(&s);
}

/* By its symbol, whatever its state; and no other's. */
static void details_are_of_the_one_market(void **state)
{
    struct session s;
    (void)state;
    begin(&s);
    s.outlet.lookup = note_catalogue;
    ask(&s, 1, LOOKUP_DETAILS, CONDITION_B);
    session_reply(&s, 200, "[" OPEN_A "," CLOSED_B "]");
    assert_int_equal(described, 2); /* the other's place means nothing */
    ask(&s, 2, LOOKUP_DETAILS, CONDITION_B);
    session_reply(&s, 200, "[" OPEN_A "]");
    ask(&s, 3, LOOKUP_DETAILS, CONDITION_B);
    session_reply(&s, 404, "");
    ask(&s, 4, LOOKUP_DETAILS, CONDITION_B);
    session_reply(&s, 503, "");
    expect_journal(&s, "wish get https://gamma/markets?condition_ids=" CONDITION_B "\n"
                       "lookup 1 found " CONDITION_B " @0\n"
                       "wish get https://gamma/markets?condition_ids=" CONDITION_B "\n"
                       "lookup 2 none: nothing of that name @0\n"
                       "wish get https://gamma/markets?condition_ids=" CONDITION_B "\n"
                       "lookup 3 none: nothing of that name @0\n"
                       "wish get https://gamma/markets?condition_ids=" CONDITION_B "\n"
                       "lookup 4 failed: status @0\n");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slug_of_a_market_is_found),
        cmocka_unit_test(slug_that_no_market_has_may_be_an_events),
        cmocka_unit_test(name_of_nothing_is_none),
        cmocka_unit_test(other_names_are_asked_for_once),
        cmocka_unit_test(words_that_cannot_be_a_name_are_answered_at_once),
        cmocka_unit_test(failure_is_not_the_same_as_none),
        cmocka_unit_test(lists_leave_out_what_cannot_be_watched),
        cmocka_unit_test(too_many_questions_at_once_are_refused),
        cmocka_unit_test(the_details_of_an_answer_are_not_kept),
        cmocka_unit_test(details_are_of_the_one_market),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
