/* A sync that was restored does what the one that was saved does: told the same, it says the same, asks the same with
 * the same numbers, and saves the same bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "capture.h"
#include "kalshi_world.h"

#define STEPS 260

/* From here to the end. */
static void follow(struct run *run, struct run *fork, unsigned steps)
{
    struct saved one, other;
    for (unsigned i = 0; i < steps; i++) {
        journal_clear(&run->s.journal);
        journal_clear(&fork->s.journal);
        run_step(run);
        run_step(fork);
        assert_same_journals(&run->s, &fork->s);
    }
    save_all(&run->s, &one);
    save_all(&fork->s, &other);
    assert_saved_equal(&one, &other);
    saved_free(&one);
    saved_free(&other);
}

static void fork_at(struct venue_options options, uint64_t seed, unsigned step)
{
    struct run *run = calloc(2, sizeof *run), *fork = run + 1;
    struct saved saved, again;
    assert_non_null(run);
    run_begin(run, options, seed);
    for (unsigned i = 0; i < step; i++) run_step(run);
    save_all(&run->s, &saved);
    run_fork(fork, run, &saved);
    save_all(&fork->s, &again);
    assert_saved_equal(&saved, &again);
    follow(run, fork, STEPS - step);
    saved_free(&saved);
    saved_free(&again);
    run_close(run);
    run_close(fork);
    free(run);
}

static void a_restored_stream_goes_on(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++)
        for (unsigned step = (unsigned)seed % 7; step < STEPS; step += 37)
            fork_at((struct venue_options){.has_key = true}, seed, step);
}

static void restored_polls_go_on(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        for (unsigned step = (unsigned)seed % 7; step < STEPS; step += 41)
            fork_at((struct venue_options){.has_key = false}, seed, step);
}

static void move(struct session *from, struct session *to)
{
    struct saved saved;
    save_all(from, &saved);
    to->now = from->now;
    to->messages = from->messages;
    restore_all(to, &saved);
    saved_free(&saved);
    journal_clear(&from->journal);
    journal_clear(&to->journal);
}

/* What a ticker said once is remembered: the book that says the same later is not doubted. */
static void a_witness_is_remembered(void **state)
{
    struct session s, other;
    (void)state;
    kalshi_begin(&s, EVERYTHING);
    kalshi_open_with(&other, EVERYTHING, (struct venue_options){.has_key = true});
    session_hear(&s, 30, frame_ticker(T1, "0.49", "0.51", 9000));
    move(&s, &other);
    for (unsigned i = 0; i < 2; i++) {
        struct session *each = i ? &other : &s;
        session_hear(each, 40, frame_delta(1, 3, T1, "yes 0.49 5", 9001));
        session_hear(each, 41, frame_delta(1, 4, T1, "no 0.51 5", 9001));
        session_advance(each, 3000);
        expect_state_of(each, T1, "verified");
    }
    assert_same_journals(&s, &other);
    session_close(&s);
    session_close(&other);
}

/* A message that nobody could read made the books suspect, by words that are of another process now; the count goes on
 * and they are trusted again. */
static void doubt_is_taken_back(void **state)
{
    struct session s, other;
    (void)state;
    kalshi_begin(&s, EVERYTHING);
    kalshi_open_with(&other, EVERYTHING, (struct venue_options){.has_key = true});
    session_hear(&s, 30, "{\"type\":");
    session_advance(&s, 1100);
    expect_states(&s, "suspect", "suspect");
    move(&s, &other);
    expect_states(&other, "suspect", "suspect");
    for (unsigned i = 0; i < 2; i++) {
        struct session *each = i ? &other : &s;
        session_hear(each, 1200, frame_delta(1, 3, T1, "yes 0.48 5", 9001));
        session_advance(each, 3000);
        expect_states(each, "verified", "verified");
    }
    assert_same_journals(&s, &other);
    session_close(&s);
    session_close(&other);
}

/* A number that was subscribed is subscribed once more: what it counted was of another connection. */
static void a_subscription_is_remembered(void **state)
{
    struct session s, other;
    (void)state;
    kalshi_begin(&s, EVERYTHING);
    kalshi_open_with(&other, EVERYTHING, (struct venue_options){.has_key = true});
    move(&s, &other);
    for (unsigned i = 0; i < 2; i++) {
        struct session *each = i ? &other : &s;
        session_hear(each, 40, frame_subscribed(9, "orderbook_delta", 1));
        expect_states(each, "stale", "stale");
        session_advance(each, 9000);
    }
    assert_same_journals(&s, &other);
    session_close(&s);
    session_close(&other);
}

static void hear(struct session *s, const struct capture *capture, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) session_receive(s, capture->lines[i]);
}

/* Without stamps. */
static void a_real_session_goes_on_at_each_frame(void **state)
{
    struct capture capture;
    (void)state;
    if (!capture_load_of(&capture, "kalshi", "2026-09-11_fed_decision_first60.jsonl")) {
        puts("no corpus of real messages here: skipped");
        skip();
    }
    for (unsigned at = 0; at < capture.count; at++) {
        struct session s, other;
        struct saved saved, one, two;
        kalshi_open_with(&s, EVERYTHING, (struct venue_options){.discover = true, .stampless = true});
        kalshi_open_with(&other, EVERYTHING, (struct venue_options){.discover = true, .stampless = true});
        s.now = other.now = (struct stamp){0, 0};
        hear(&s, &capture, 0, at);
        save_all(&s, &saved);
        restore_all(&other, &saved);
        other.messages = s.messages;
        journal_clear(&s.journal);
        journal_clear(&other.journal);
        hear(&s, &capture, at, capture.count);
        hear(&other, &capture, at, capture.count);
        session_finish(&s);
        session_finish(&other);
        assert_same_journals(&s, &other);
        save_all(&s, &one);
        save_all(&other, &two);
        assert_saved_equal(&one, &two);
        saved_free(&saved);
        saved_free(&one);
        saved_free(&two);
        session_close(&s);
        session_close(&other);
    }
    capture_free(&capture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restored_stream_goes_on), cmocka_unit_test(restored_polls_go_on),
        cmocka_unit_test(a_witness_is_remembered),   cmocka_unit_test(a_subscription_is_remembered),
        cmocka_unit_test(doubt_is_taken_back),       cmocka_unit_test(a_real_session_goes_on_at_each_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
