/* A real session, whole and with each single frame left out. */
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "capture.h"
#include "kalshi_session.h"

#define MARKET "KXFEDDECISION-26SEP-H25"

static bool load(struct capture *capture)
{
    if (capture_load_of(capture, "kalshi", "2026-09-11_fed_decision_first60.jsonl")) return true;
    puts("no corpus of real messages here: skipped");
    return false;
}

/* All frames but one, as decode has them. */
static const struct market *hear_without(struct session *s, const struct capture *capture, unsigned left_out)
{
    kalshi_open_with(s, 0, (struct venue_options){.discover = true, .stampless = true});
    s->now = (struct stamp){0, 0};
    for (unsigned i = 0; i < capture->count; i++)
        if (i != left_out) session_receive(s, capture->lines[i]);
    session_finish(s);
    return session_market(s, MARKET);
}

static void the_whole_session_is_verified(void **state)
{
    struct capture capture;
    struct session s;
    (void)state;
    if (!load(&capture)) skip();
    const struct market *market = hear_without(&s, &capture, UINT_MAX);
    assert_int_equal(capture.count, 61); /* `subscribed` has no number */
    expect_state_of(&s, MARKET, "verified");
    assert_int_equal(market->proof.gaps, 0);
    assert_int_equal(market->proof.refused, 0);
    assert_int_equal(market->proof.duplicates, 0);
    assert_int_equal(market->proof.crossed, 0);
    assert_int_equal(market->messages, 60);
    assert_int_equal(market->proof.verified, market->proof.bursts + 1);
    session_close(&s);
    capture_free(&capture);
}

static void each_frame_that_is_left_out_is_missed(void **state)
{
    struct capture capture;
    (void)state;
    if (!load(&capture)) skip();
    for (unsigned i = 2; i < capture.count; i++) {
        struct session s;
        const struct market *market = hear_without(&s, &capture, i);
        bool last = i == capture.count - 1; /* nothing comes after it that could show that it is missing */
        assert_int_equal(market->proof.gaps, last ? 0 : 1);
        expect_state_of(&s, MARKET, last ? "verified" : "stale");
        session_close(&s);
    }
    capture_free(&capture);
}

static void without_its_snapshot_there_is_no_book(void **state)
{
    struct capture capture;
    struct session s;
    (void)state;
    if (!load(&capture)) skip();
    assert_null(hear_without(&s, &capture, 1));
    session_close(&s);
    hear_without(&s, &capture, 0); /* `subscribed` is not needed */
    expect_state_of(&s, MARKET, "verified");
    session_close(&s);
    capture_free(&capture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_session_is_verified),
        cmocka_unit_test(each_frame_that_is_left_out_is_missed),
        cmocka_unit_test(without_its_snapshot_there_is_no_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
