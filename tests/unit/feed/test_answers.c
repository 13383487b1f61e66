/* Questions to several venues at once, without threads and without a network: what they answer is put in by hand, time
 * moves by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "bare_feed.h"

#define ENTRIES_MAX 8

enum { POLY = VENUE_POLYMARKET, KALS = VENUE_KALSHI };

static struct answer_view answer;

static int open_feed(void **state)
{
    (void)state;
    bare_feed_open(NULL);
    feed->answers = ring_create(65536);
    assert_non_null(feed->answers);
    assert_true(engine_add_sink(feed->engine, &publisher_sink, feed));
    return 0;
}

static int close_feed(void **state)
{
    (void)state;
    bare_feed_close();
    return 0;
}

/* === What is asked === */

static void ask_on(enum command_kind kind, unsigned panel, const char *words)
{
    struct command command = {.kind = kind, .lookup = ++feed->next_lookup, .panel = panel};
    text_copy(text_from(words), command.words, sizeof command.words);
    answers_ask(feed, &command);
}

static void open_name(const char *words)
{
    ask_on(COMMAND_OPEN, 0, words);
}

static void search_for(const char *words)
{
    ask_on(COMMAND_SEARCH, 0, words);
}

/* The question that was put last. */
static struct question *question(void)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (feed->questions[i].used && feed->questions[i].lookup == feed->next_lookup) return &feed->questions[i];
    fail_msg("there is no such question");
    return NULL;
}

static bool waits_for(unsigned venue)
{
    const struct part *part = &question()->parts[venue];
    return part->state == PART_WAITS && !part->retry.loop;
}

/* True if there is an answer after this turn; it is in `answer` then. */
static bool answered(void)
{
    answers_turn(feed);
    return feed_answer(feed, &answer);
}

static void fire(struct net_timer *timer)
{
    if (!timer->loop || timer->due > stamp.mono) return;
    net_timer_cancel(timer);
    timer->expired(timer->context);
}

static void pass(int64_t nanoseconds)
{
    clock_manual_advance(&stamp, nanoseconds);
    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        struct question *one = &feed->questions[i];
        if (!one->used) continue;
        for (size_t j = 0; j < VENUE_COUNT; j++) fire(&one->parts[j].retry);
        fire(&one->grace);
        fire(&one->patience);
    }
}

/* === What venues say === */

/* A market that was found: its event and what was traded of it. */
struct row {
    const char *symbol, *event;
    int64_t volume;
};

static void say_to(uint32_t asked, unsigned venue, enum lookup_result result, const struct catalogue *catalogue,
                   const char *why)
{
    struct lookup_report report = {
        .venue = (enum venue_id)venue, .lookup = asked, .result = result, .catalogue = catalogue, .why = why};
    answers_lookup(feed, &report);
}

static void say(unsigned venue, enum lookup_result result, const char *why)
{
    say_to(question()->parts[venue].asked, venue, result, NULL, why);
}

static void find_rows(uint32_t asked, unsigned venue, const struct row *rows)
{
    struct catalogue catalogue = {0};
    for (size_t i = 0; rows[i].symbol; i++) {
        struct catalogue_entry *entry = catalogue_append(&catalogue);
        assert_non_null(entry);
        assert_true(instrument_init(&entry->instrument, (enum venue_id)venue, text_from(rows[i].symbol), 4, 2));
        text_copy(text_from(rows[i].event), entry->instrument.event_slug, sizeof entry->instrument.event_slug);
        entry->volume_24h = rows[i].volume;
    }
    say_to(asked, venue, LOOKUP_FOUND, &catalogue, NULL);
    catalogue_free(&catalogue);
}

#define FIND(venue, ...) find_rows(question()->parts[venue].asked, venue, (const struct row[]){__VA_ARGS__, {0}})

static void expect_list(const char *symbols)
{
    char found[256] = "";
    assert_int_equal(answer.result, ANSWER_LIST);
    for (size_t i = 0; i < answer.catalogue->count; i++) {
        strcat(found, i ? " " : "");
        strcat(found, answer.catalogue->entries[i].instrument.symbol);
    }
    assert_string_equal(found, symbols);
    answers_release(feed, answer.catalogue);
}

static void expect_words(enum answer_result result, const char *why)
{
    assert_int_equal(answer.result, result);
    assert_null(answer.catalogue);
    assert_string_equal(answer.why, why);
}

/* === One list === */

static void one_list_by_volume_with_events_together(void **state)
{
    (void)state;
    search_for("");
    FIND(POLY, {"p1", "mayor", 300}, {"p2", "mayor", 50}, {"p3", "", 100});
    assert_false(answered());
    FIND(KALS, {"k1", "KXH", 200}, {"k2", "KXH", 40}, {"k3", "KXF", 60});
    assert_true(answered());
    expect_list("p1 p2 k1 k2 p3 k3");
    /* It is the event's volume that counts, not that of its first market. */
    search_for("harbour");
    FIND(KALS, {"k1", "KXH", 300});
    FIND(POLY, {"p1", "mayor", 10}, {"p2", "mayor", 500});
    assert_true(answered());
    expect_list("p1 p2 k1");
    /* Unknown and huge volumes; markets without an event are by themselves. */
    search_for("harbour");
    FIND(POLY, {"p1", "", -1}, {"p2", "", -1});
    FIND(KALS, {"k1", "KXH", INT64_MAX}, {"k2", "KXH", INT64_MAX});
    assert_true(answered());
    expect_list("k1 k2 p1 p2");
}

static void a_venue_that_finds_nothing_is_no_loss(void **state)
{
    (void)state;
    open_name("kxh-26dec");
    say(POLY, LOOKUP_NONE, "nothing of that name");
    assert_false(answered());
    FIND(KALS, {"KXH-26DEC", "KXH", 5});
    assert_true(answered());
    assert_int_equal(answer.result, ANSWER_OPENED);
    assert_int_equal(answer.market.generation != 0, true);
    assert_true(market_handle_equal(feed->panels[0].market, answer.market));
    assert_null(feed->lent);
}

static void a_name_that_both_know_is_a_list(void **state)
{
    (void)state;
    open_name("lighthouse");
    FIND(POLY, {"0x1", "", 5});
    FIND(KALS, {"LIGHTHOUSE", "", 7});
    assert_true(answered());
    expect_list("LIGHTHOUSE 0x1");
    assert_int_equal(feed->panels[0].market.generation, 0);
}

static void without_a_panel_one_market_is_a_list_too(void **state)
{
    (void)state;
    ask_on(COMMAND_OPEN, FEED_NO_PANEL, "lighthouse");
    FIND(POLY, {"0x1", "", 5});
    say(KALS, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    expect_list("0x1");
}

/* === Slow, and failing === */

static void a_slow_venue_is_waited_for_a_moment(void **state)
{
    (void)state;
    search_for("harbour");
    FIND(POLY, {"p1", "", 5});
    pass(2499 * MILLISECOND);
    assert_false(answered());
    uint32_t late = question()->parts[KALS].asked;
    pass(MILLISECOND);
    assert_true(answered());
    assert_string_equal(answer.why, "kalshi: no answer within 2.5 s of the other");
    expect_list("p1");
    find_rows(late, KALS, (const struct row[]){{"k1", "", 9}, {0}}); /* nobody wants it any more */
    assert_false(answered());
    /* In time. */
    search_for("harbour");
    FIND(POLY, {"p1", "", 5});
    pass(1400 * MILLISECOND);
    FIND(KALS, {"k1", "", 9});
    assert_true(answered());
    assert_string_equal(answer.why, "");
    expect_list("k1 p1");
}

/* What ended the waiting is what is told: here it was the longer patience, though something was found. */
static void a_venue_that_answers_late_leaves_less_to_wait(void **state)
{
    (void)state;
    search_for("harbour");
    pass(12 * SECOND);
    FIND(POLY, {"p1", "", 5});
    pass(999 * MILLISECOND);
    assert_false(answered());
    pass(MILLISECOND);
    assert_true(answered());
    assert_string_equal(answer.why, "kalshi: no answer within 13 s");
    expect_list("p1");
}

/* Until somebody answers, or it is given up. */
static void a_failed_try_is_told_while_the_next_is_awaited(void **state)
{
    (void)state;
    const char *told = feed->panels[0].trouble;
    search_for("");
    assert_string_equal(told, "");
    say(POLY, LOOKUP_FAILED, "name resolution failed");
    assert_string_equal(told, "polymarket: name resolution failed");
    say(KALS, LOOKUP_FAILED, "name resolution failed");
    assert_string_equal(told, "name resolution failed");
    assert_true(feed->panels[0].dirty);
    pass(SECOND); /* it is being tried again */
    assert_string_equal(told, "name resolution failed");
    FIND(POLY, {"p1", "", 5});
    say(KALS, LOOKUP_NONE, "nothing");
    assert_true(answered());
    assert_string_equal(told, "");
    expect_list("p1");
}

static void a_failing_venue_is_asked_three_times(void **state)
{
    (void)state;
    search_for("harbour");
    say(POLY, LOOKUP_NONE, "nothing of that name");
    say(KALS, LOOKUP_FAILED, "HTTP 503");
    assert_false(waits_for(KALS));
    pass(SECOND);
    assert_true(waits_for(KALS));
    say(KALS, LOOKUP_FAILED, "HTTP 503");
    pass(2 * SECOND);
    assert_true(waits_for(KALS));
    assert_false(answered());
    say(KALS, LOOKUP_FAILED, "HTTP 504");
    assert_true(answered());
    expect_words(ANSWER_FAILED, "kalshi: HTTP 504");
    /* The second time it works. */
    search_for("harbour");
    say(POLY, LOOKUP_NONE, "nothing of that name");
    say(KALS, LOOKUP_FAILED, "HTTP 503");
    pass(SECOND);
    FIND(KALS, {"k1", "", 9});
    assert_true(answered());
    expect_list("k1");
}

static void a_failing_venue_does_not_hold_up_the_other(void **state)
{
    (void)state;
    search_for("harbour");
    say(KALS, LOOKUP_FAILED, "HTTP 503");
    FIND(POLY, {"p1", "", 5});
    assert_false(answered());
    pass(SECOND);
    say(KALS, LOOKUP_FAILED, "HTTP 503"); /* it would be asked again in 2 s */
    pass(1500 * MILLISECOND);
    assert_true(answered());
    assert_string_equal(answer.why, "kalshi: HTTP 503");
    expect_list("p1");
    pass(10 * SECOND);
    assert_false(answered());
}

static void when_all_fail_the_reason_is_said(void **state)
{
    (void)state;
    search_for("harbor");
    say(POLY, LOOKUP_NONE, "nothing of that name"); /* the network is there */
    say(KALS, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    search_for("harbour");
    pass(5 * SECOND); /* too late to try again */
    say(POLY, LOOKUP_FAILED, "connection refused");
    assert_false(answered());
    say(KALS, LOOKUP_FAILED, "connection refused");
    assert_true(answered());
    expect_words(ANSWER_FAILED, "connection refused");
    /* Of each, where the reasons differ. */
    search_for("harbour");
    pass(5 * SECOND);
    say(KALS, LOOKUP_FAILED, "HTTP 503");
    say(POLY, LOOKUP_FAILED, "connection refused");
    assert_true(answered());
    expect_words(ANSWER_FAILED, "polymarket: connection refused; kalshi: HTTP 503");
}

/* A program that is started before its network is there tries for longer. */
static void the_first_question_is_put_for_longer(void **state)
{
    (void)state;
    search_for("harbour");
    for (unsigned i = 0; i < 5; i++) {
        say(POLY, LOOKUP_FAILED, "connection refused");
        say(KALS, LOOKUP_FAILED, "connection refused");
        assert_false(answered());
        pass(2 * SECOND);
    }
    say(POLY, LOOKUP_FAILED, "connection refused");
    say(KALS, LOOKUP_FAILED, "connection refused");
    assert_true(answered());
    expect_words(ANSWER_FAILED, "connection refused");
}

static void nobody_waits_longer_than_thirteen_seconds(void **state)
{
    (void)state;
    open_name("lighthouse");
    say(KALS, LOOKUP_NONE, "nothing of that name");
    pass(13 * SECOND - 1);
    assert_false(answered());
    pass(1);
    assert_true(answered());
    expect_words(ANSWER_FAILED, "polymarket: no answer within 13 s");
}

/* === Who is asked, and for what === */

static void a_ticker_of_kalshi_is_asked_for_there(void **state)
{
    (void)state;
    open_name("KXH-26DEC-T1.5");
    assert_int_equal(question()->parts[POLY].state, PART_NOT_ASKED);
    FIND(KALS, {"KXH-26DEC-T1.5", "", 5});
    assert_true(answered());
    static const char *const others[] = {"KX", "KXh-26DEC", "KXH 26DEC", "kxh-26dec", "MAYOR-26"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        open_name(others[i]);
        assert_int_not_equal(question()->parts[POLY].state, PART_NOT_ASKED);
        assert_int_not_equal(question()->parts[KALS].state, PART_NOT_ASKED);
    }
}

static void a_prefix_says_whom_to_ask(void **state)
{
    (void)state;
    open_name(" kalshi: KXH-26DEC ");
    assert_string_equal(question()->words, "KXH-26DEC");
    assert_int_equal(question()->parts[POLY].state, PART_NOT_ASKED);
    FIND(KALS, {"KXH-26DEC", "", 5});
    assert_true(answered());
    assert_int_equal(answer.result, ANSWER_OPENED);
    open_name("polymarket:lighthouse");
    assert_int_equal(question()->parts[KALS].state, PART_NOT_ASKED);
    say(POLY, LOOKUP_FAILED, "HTTP 500");
    pass(5 * SECOND);
    say(POLY, LOOKUP_FAILED, "HTTP 500");
    assert_true(answered());
    expect_words(ANSWER_FAILED, "polymarket: HTTP 500");
    /* What a venue trades most. */
    search_for("kalshi:");
    assert_int_equal(question()->kind, LOOKUP_TOP);
    assert_int_equal(question()->parts[POLY].state, PART_NOT_ASKED);
    FIND(KALS, {"k1", "", 5});
    assert_true(answered());
    expect_list("k1");
    open_name("nowhere:lighthouse");
    assert_true(answered());
    expect_words(ANSWER_NONE, "no venue of that name (try polymarket:NAME or kalshi:NAME)");
    /* A colon behind words, or in an address, names no venue. */
    search_for("the harbour: when");
    assert_true(waits_for(POLY) && waits_for(KALS));
    open_name("HTTPS://polymarket.com/event/lighthouse");
    assert_string_equal(question()->words, "HTTPS://polymarket.com/event/lighthouse");
    assert_true(waits_for(POLY));
    open_name("Kalshi:KXH-26DEC");
    assert_string_equal(question()->words, "KXH-26DEC");
    assert_int_equal(question()->parts[POLY].state, PART_NOT_ASKED);
}

static void a_venue_that_is_off_is_not_asked(void **state)
{
    (void)state;
    feed->options.off[KALS] = true;
    search_for("harbour");
    assert_int_equal(question()->parts[KALS].state, PART_NOT_ASKED);
    FIND(POLY, {"p1", "", 5});
    assert_true(answered());
    expect_list("p1");
    open_name("kalshi:KXH-26DEC");
    assert_true(answered());
    expect_words(ANSWER_NONE, "this venue is switched off");
    feed->options.off[POLY] = true;
    search_for("");
    assert_true(answered());
    expect_words(ANSWER_NONE, "every venue is switched off");
}

static void words_that_name_nothing_are_searched_for(void **state)
{
    (void)state;
    open_name("lighthouse");
    say(KALS, LOOKUP_NONE, "nothing of that name");
    say(POLY, LOOKUP_NONE, "nothing of that name");
    assert_false(answered());
    assert_int_equal(question()->kind, LOOKUP_SEARCH);
    assert_true(waits_for(POLY) && waits_for(KALS));
    FIND(KALS, {"k1", "", 5});
    say(POLY, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    expect_list("k1"); /* a list even of one: nobody named it */
    /* Nothing there either. */
    open_name("lighthouse");
    say(KALS, LOOKUP_NONE, "a");
    say(POLY, LOOKUP_NONE, "b");
    assert_false(answered());
    say(KALS, LOOKUP_NONE, "nothing that is open has these words");
    say(POLY, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    expect_words(ANSWER_NONE, "nothing of that name");
    /* An address is not searched for. */
    open_name("https://kalshi.com/markets/kxh");
    say(KALS, LOOKUP_NONE, "nothing of that name");
    assert_true(answered());
    assert_int_equal(answer.result, ANSWER_NONE);
}

/* Too long for the one's web address: it says so before it returns. The other is still waited for. */
static void an_answer_at_once_is_not_taken_for_the_last(void **state)
{
    (void)state;
    char words[WORDS_SIZE];
    for (size_t i = 0; i + 1 < sizeof words; i++) words[i] = "\xc3\xa9 "[i % 3];
    words[sizeof words - 2] = 'x';
    words[sizeof words - 1] = '\0';
    open_name(words); /* no name at all: both say so at once */
    assert_false(answered());
    assert_int_equal(question()->kind, LOOKUP_SEARCH);
    assert_int_equal(question()->parts[POLY].state, PART_NONE);
    assert_true(waits_for(KALS));
    assert_false(answered());
    FIND(KALS, {"k1", "", 5});
    assert_true(answered());
    expect_list("k1");
}

static void too_many_questions_are_refused(void **state)
{
    (void)state;
    for (unsigned i = 0; i < QUESTIONS_MAX; i++) search_for("");
    assert_false(answered());
    search_for("");
    assert_true(answered());
    assert_int_equal(answer.lookup, QUESTIONS_MAX + 1);
    expect_words(ANSWER_FAILED, "too many questions at once");
}

int main(void)
{
    net_start();
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_feed, close_feed)
    const struct CMUnitTest tests[] = {
        TEST(one_list_by_volume_with_events_together),
        TEST(a_venue_that_finds_nothing_is_no_loss),
        TEST(a_name_that_both_know_is_a_list),
        TEST(without_a_panel_one_market_is_a_list_too),
        TEST(a_slow_venue_is_waited_for_a_moment),
        TEST(a_venue_that_answers_late_leaves_less_to_wait),
        TEST(a_failed_try_is_told_while_the_next_is_awaited),
        TEST(a_failing_venue_is_asked_three_times),
        TEST(a_failing_venue_does_not_hold_up_the_other),
        TEST(when_all_fail_the_reason_is_said),
        TEST(the_first_question_is_put_for_longer),
        TEST(nobody_waits_longer_than_thirteen_seconds),
        TEST(a_ticker_of_kalshi_is_asked_for_there),
        TEST(a_prefix_says_whom_to_ask),
        TEST(a_venue_that_is_off_is_not_asked),
        TEST(words_that_name_nothing_are_searched_for),
        TEST(an_answer_at_once_is_not_taken_for_the_last),
        TEST(too_many_questions_are_refused),
    };
    return cmocka_run_group_tests_name("feed/answers", tests, NULL, NULL);
}
