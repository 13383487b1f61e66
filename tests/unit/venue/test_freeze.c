/* When a silent stream is asked after, and what the answers mean. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../../src/venue/freeze.h"
#include "../../../src/venue/requests.h"

#define S     NANOSECONDS_PER_SECOND
#define START (1000 * S)

static const struct market_handle someone = {1, 1};

static struct freeze begin(void)
{
    struct freeze freeze = {.due = TIME_NEVER};
    freeze_hear(&freeze, START);
    return freeze;
}

/* Asks when it is due; returns when that was. */
static int64_t ask(struct freeze *freeze, enum freeze_finding finding)
{
    int64_t at = freeze->due;
    freeze_ask(freeze, 7, someone, at);
    assert_true(freeze->due == TIME_NEVER);
    assert_true(freeze_answer(freeze, 7, finding, at));
    return (at - START) / S;
}

static void what_is_quiet_is_asked_ever_more_rarely(void **state)
{
    static const int64_t times[] = {30, 60, 120, 240, 480, 780, 1080};
    struct freeze freeze = begin();
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        assert_int_equal(ask(&freeze, FOUND_SAME), times[i]);
        assert_int_equal(freeze.state, FREEZE_NONE);
    }
    freeze_hear(&freeze, START + 2000 * S);
    assert_int_equal(ask(&freeze, FOUND_SAME), 2030);
    assert_int_equal(ask(&freeze, FOUND_SAME), 2060);
}

static void what_is_ahead_twice_has_stopped(void **state)
{
    struct freeze freeze = begin();
    (void)state;
    assert_int_equal(ask(&freeze, FOUND_AHEAD), 30);
    assert_int_equal(freeze.state, FREEZE_NONE);
    assert_int_equal(ask(&freeze, FOUND_AHEAD), 32);
    assert_int_equal(freeze.state, FREEZE_STOPPED);
    assert_true(freeze.due == TIME_NEVER);
    freeze_hurry(&freeze, START + 100 * S);
    assert_true(freeze.due == TIME_NEVER);
    freeze_hear(&freeze, START + 40 * S);
    assert_int_equal(freeze.state, FREEZE_NONE);
    assert_int_equal(freeze.ahead, 0);
}

static void one_that_was_ahead_once_was_not(void **state)
{
    struct freeze freeze = begin();
    (void)state;
    ask(&freeze, FOUND_AHEAD);
    assert_int_equal(ask(&freeze, FOUND_SAME), 32);
    assert_int_equal(ask(&freeze, FOUND_AHEAD), 62);
    assert_int_equal(freeze.state, FREEZE_NONE);
}

static void without_an_answer_nobody_knows(void **state)
{
    static const int64_t times[] = {60, 90};
    static const int64_t doubted[] = {122, 126, 134, 150, 180, 210};
    struct freeze freeze = begin();
    (void)state;
    assert_int_equal(ask(&freeze, FOUND_NOTHING), 30);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(freeze.state, FREEZE_UNKNOWN);
        assert_int_equal(ask(&freeze, FOUND_NOTHING), times[i]);
    }
    assert_int_equal(ask(&freeze, FOUND_AHEAD), 120);
    for (size_t i = 0; i < sizeof doubted / sizeof doubted[0]; i++) {
        assert_int_equal(ask(&freeze, FOUND_NOTHING), doubted[i]);
        assert_int_equal(freeze.state, FREEZE_DOUBTED);
    }
    assert_int_equal(ask(&freeze, FOUND_SAME), 240);
    assert_int_equal(freeze.state, FREEZE_NONE);
    assert_int_equal(ask(&freeze, FOUND_SAME), 270); /* as after any other */
}

static void an_old_answer_changes_nothing(void **state)
{
    struct freeze freeze = begin();
    (void)state;
    freeze_ask(&freeze, 1, someone, START + 30 * S);
    assert_false(freeze_answer(&freeze, 2, FOUND_AHEAD, START + 30 * S));
    freeze_hear(&freeze, START + 31 * S);
    assert_false(freeze_answer(&freeze, 1, FOUND_AHEAD, START + 31 * S));
    freeze_ask(&freeze, 3, someone, START + 61 * S);
    freeze_end(&freeze);
    assert_false(freeze_answer(&freeze, 3, FOUND_AHEAD, START + 62 * S));
    assert_true(freeze.due == TIME_NEVER && freeze.ahead == 0);
}

static void with_nobody_to_ask_a_doubt_stays(void **state)
{
    struct freeze freeze = begin();
    (void)state;
    freeze_put_off(&freeze, START + 60 * S);
    assert_int_equal(freeze.state, FREEZE_NONE);
    assert_int_equal(ask(&freeze, FOUND_AHEAD), 60);
    freeze_put_off(&freeze, START + 100 * S);
    assert_int_equal(freeze.state, FREEZE_DOUBTED);
    assert_int_equal(ask(&freeze, FOUND_AHEAD), 100);
    assert_int_equal(freeze.state, FREEZE_STOPPED);
}

static void a_hurry_keeps_the_distances(void **state)
{
    struct freeze freeze = begin();
    (void)state;
    freeze_hurry(&freeze, START + 5 * S); /* it is not silent yet */
    assert_true(freeze.due == START + 30 * S);
    ask(&freeze, FOUND_SAME);
    ask(&freeze, FOUND_SAME);
    ask(&freeze, FOUND_SAME);
    assert_true(freeze.due == START + 240 * S);
    freeze_hurry(&freeze, START + 121 * S);
    assert_true(freeze.due == START + 122 * S);
    freeze_hurry(&freeze, START + 125 * S);
    assert_true(freeze.due == START + 122 * S); /* never later */
    ask(&freeze, FOUND_SAME);
    assert_true(freeze.due == START + 152 * S); /* the waits begin anew */
    freeze_hurry(&freeze, START + 140 * S);
    assert_true(freeze.due == START + 140 * S);
    ask(&freeze, FOUND_AHEAD);
    freeze_hurry(&freeze, START + 140 * S);
    assert_true(freeze.due == START + 142 * S);
}

/* REST may be wrong about a book for good: a connection is not ended for it over and over. */
static void who_was_mistaken_waits_longer(void **state)
{
    static const int64_t silences[] = {60, 120, 240, 300, 300};
    struct freeze freeze = begin();
    (void)state;
    for (size_t i = 0; i < sizeof silences / sizeof silences[0]; i++) {
        freeze_hear(&freeze, START);
        freeze_judge(&freeze, 0);
        assert_true(freeze.due == START + silences[i] * S);
    }
    freeze_hear(&freeze, START);
    assert_true(freeze.due == START + 300 * S);
    freeze_judge(&freeze, 2);
    freeze_hear(&freeze, START);
    assert_true(freeze.due == START + 30 * S);
}

static void who_moved_most_is_asked_first(void **state)
{
    struct freeze freeze = begin();
    struct freeze_candidate busy = {0, 9}, quiet = {0, 1};
    (void)state;
    assert_true(freeze_prefers(&freeze, &busy, &quiet));
    assert_false(freeze_prefers(&freeze, &quiet, &busy));
    busy.asked = START + 30 * S;
    assert_false(freeze_prefers(&freeze, &busy, &quiet));
    quiet.asked = START + 60 * S;
    assert_true(freeze_prefers(&freeze, &busy, &quiet));
    freeze_hear(&freeze, START + 70 * S); /* another silence */
    quiet.asked = START - S;
    assert_true(freeze_prefers(&freeze, &busy, &quiet));
}

static void activity_halves_with_every_minute(void **state)
{
    struct activity activity = {0};
    (void)state;
    for (int i = 0; i < 8; i++) activity_add(&activity, START);
    assert_int_equal(activity_at(&activity, START + 59 * S), 8);
    assert_int_equal(activity_at(&activity, START + 60 * S), 4);
    assert_int_equal(activity_at(&activity, START + 36000 * S), 0);
    activity_add(&activity, START + 120 * S);
    assert_int_equal(activity.count, 3);
    activity.count = UINT32_MAX;
    activity_add(&activity, START + 121 * S);
    assert_int_equal(activity.count, UINT32_MAX);
}

static void replies_say_how_long_to_wait(void **state)
{
    const struct stamp now = {START, 0};
    struct venue_reply reply = {.status = 429, .retry_after = 7 * S};
    (void)state;
    assert_true(reply_pause(&reply, now) == START + 7 * S);
    reply.retry_after = INT64_MAX;
    assert_true(reply_pause(&reply, now) == START + 600 * S);
    reply.retry_after = -1;
    assert_true(reply_pause(&reply, now) == START);
    reply = (struct venue_reply){.status = 200, .retry_after = 7 * S};
    assert_true(reply_pause(&reply, now) == START);
    assert_string_equal(reply_failure(0), "no answer");
    assert_string_equal(reply_failure(503), "HTTP 503");
    assert_string_equal(reply_failure(418), "an HTTP error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_quiet_is_asked_ever_more_rarely),
        cmocka_unit_test(what_is_ahead_twice_has_stopped),
        cmocka_unit_test(one_that_was_ahead_once_was_not),
        cmocka_unit_test(without_an_answer_nobody_knows),
        cmocka_unit_test(an_old_answer_changes_nothing),
        cmocka_unit_test(with_nobody_to_ask_a_doubt_stays),
        cmocka_unit_test(a_hurry_keeps_the_distances),
        cmocka_unit_test(who_was_mistaken_waits_longer),
        cmocka_unit_test(who_moved_most_is_asked_first),
        cmocka_unit_test(activity_halves_with_every_minute),
        cmocka_unit_test(replies_say_how_long_to_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
