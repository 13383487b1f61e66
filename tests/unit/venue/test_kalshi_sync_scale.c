/* The scale of NO prices: how it is told, and that it is settled once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

/* T1 and T2 are watched, with a key, and subscribed to. */
static void await_books(struct session *s, unsigned kinds)
{
    kalshi_open_with(s, kinds, (struct venue_options){.has_key = true});
    session_watch(s, kalshi_add(s, T1));
    session_watch(s, kalshi_add(s, T2));
    session_link(s, 0, LINK_OPENED);
    kalshi_answer_subscribes(s, 1);
}

static void no_prices_that_were_not_turned_are_seen(void **state)
{
    struct session s;
    (void)state;
    await_books(&s, 0);
    /* As YES prices this one is no worse than the other way: it is believed. */
    session_receive(&s, frame_snapshot(1, 1, T2, "0.2:5", "0.3:6"));
    expect_book_of(&s, T2, "0.2:5 | 0.3:6");
    /* This one would be crossed: the request for YES prices was not honoured, and the first one was wrong. */
    session_receive(&s, frame_snapshot(1, 2, T1, "0.6:30", "0.38:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.62:25");
    expect_states(&s, "verified", "stale");
    session_receive(&s, frame_delta(1, 3, T1, "no 0.39 5", 7000));
    expect_book_of(&s, T1, "0.6:30 | 0.61:5 0.62:25");
    session_receive(&s, frame_snapshot(1, 4, T2, "0.2:5", "0.3:6"));
    expect_book_of(&s, T2, "0.2:5 | 0.7:6");
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

static void no_prices_that_were_turned_already_are_seen(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.6:30", "0.62:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.62:25");
    session_receive(&s, frame_delta(1, 2, T1, "no 0.61 5", 7000));
    expect_book_of(&s, T1, "0.6:30 | 0.61:5 0.62:25");
    /* Crossed either way: nothing is learnt of it. */
    session_receive(&s, frame_snapshot(1, 3, T1, "0.6:30", "0.5:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.5:25");
    session_receive(&s, frame_snapshot(2, 1, T2, "0.2:30", "0.3:25"));
    expect_book_of(&s, T2, "0.2:30 | 0.7:25"); /* another subscription, and no word of it */
    session_close(&s);
}

/* Books that fit say how NO prices are meant: one that is crossed is that, and no more. */
static void a_crossed_snapshot_does_not_turn_what_is_settled(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    session_hear(&s, 100, frame_snapshot(1, 3, T2, "0.3:5", "0.3:6"));
    expect_book_of(&s, T2, "0.3:5 | 0.3:6");
    session_hear(&s, 110, frame_snapshot(1, 4, T1, "0.6:5", "0.38:6"));
    expect_book_of(&s, T1, "0.6:5 | 0.38:6");
    expect_states(&s, "verified", "verified");
    session_hear(&s, 120, frame_snapshot(1, 5, T1, BIDS_1, ASKS_1));
    expect_book_of(&s, T1, BOOK_1);
    session_close(&s);
}

static void a_locked_snapshot_turns_nothing(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.3:5", "0.7:6")); /* locked, and 0.7 if it were turned */
    expect_book_of(&s, T1, "0.3:5 | 0.3:6");
    session_receive(&s, frame_snapshot(1, 2, T2, "0.2:5", "0.7:6"));
    expect_book_of(&s, T2, "0.2:5 | 0.3:6");
    session_close(&s);
}

static void a_stream_is_turned_once(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.6:30", "0.62:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.62:25");
    session_receive(&s, frame_snapshot(1, 2, T1, "0.6:30", "0.38:25"));
    expect_book_of(&s, T1, "0.6:30 | 0.38:25");
    session_close(&s);
}

/* Nothing crosses, but the ticker has exactly what the other scale would make of it. */
static void the_ticker_tells_the_scale(void **state)
{
    struct session s;
    (void)state;
    await_books(&s, JOURNAL_WISHES);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.40:5", "0.55:6"));
    session_receive(&s, frame_snapshot(1, 2, T2, "0.20:5", "0.75:6"));
    journal_clear(&s.journal);
    session_hear(&s, 100, frame_ticker(T1, "0.4000", "0.4500", 7000));
    session_hear(&s, 110, frame_ticker(T1, "0.4000", "0.4500", 7001));
    expect_states(&s, "stale", "stale");
    session_advance(&s, 115);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_1 "," QUOTED_2, "get_snapshot"));
    session_receive(&s, frame_snapshot(1, 3, T1, "0.40:5", "0.55:6"));
    session_receive(&s, frame_snapshot(1, 4, T2, "0.20:5", "0.75:6"));
    expect_states(&s, "verified", "verified");
    expect_book_of(&s, T1, "0.4:5 | 0.45:6");
    expect_book_of(&s, T2, "0.2:5 | 0.25:6");
    /* Once: what contradicts now is a market's own. */
    session_hear(&s, 200, frame_ticker(T1, "0.4000", "0.5500", 7002));
    session_hear(&s, 210, frame_ticker(T1, "0.4000", "0.5500", 7003));
    expect_states(&s, "suspect", "verified");
    session_close(&s);
}

static void a_ticker_that_agrees_settles_the_scale(void **state)
{
    struct session s;
    (void)state;
    await_books(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.40:5", "0.55:6"));
    session_receive(&s, frame_snapshot(1, 2, T2, "0.20:5", "0.75:6"));
    session_hear(&s, 100, frame_ticker(T1, "0.4000", "0.5500", 7000));
    session_hear(&s, 110, frame_ticker(T1, "0.4000", "0.4500", 7001));
    session_hear(&s, 120, frame_ticker(T1, "0.4000", "0.4500", 7002));
    expect_states(&s, "suspect", "verified");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_prices_that_were_not_turned_are_seen),
        cmocka_unit_test(no_prices_that_were_turned_already_are_seen),
        cmocka_unit_test(a_crossed_snapshot_does_not_turn_what_is_settled),
        cmocka_unit_test(a_locked_snapshot_turns_nothing),
        cmocka_unit_test(a_stream_is_turned_once),
        cmocka_unit_test(the_ticker_tells_the_scale),
        cmocka_unit_test(a_ticker_that_agrees_settles_the_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
