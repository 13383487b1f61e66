/* Questions to several venues of which one is slow, or fails: who is waited for, who is asked again, what is said. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "answering.h"

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

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        TEST(a_slow_venue_is_waited_for_a_moment),
        TEST(a_venue_that_answers_late_leaves_less_to_wait),
        TEST(a_failed_try_is_told_while_the_next_is_awaited),
        TEST(a_failing_venue_is_asked_three_times),
        TEST(a_failing_venue_does_not_hold_up_the_other),
        TEST(when_all_fail_the_reason_is_said),
        TEST(the_first_question_is_put_for_longer),
        TEST(nobody_waits_longer_than_thirteen_seconds),
    };
    return cmocka_run_group_tests_name("feed/answers_failing", tests, NULL, NULL);
}
