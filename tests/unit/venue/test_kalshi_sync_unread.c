/* Messages that cannot be true or cannot be read, and what the count says of them; where a count begins and ends. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

/* === What cannot be true === */

static void a_negative_result_is_corruption(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_EVENTS);
    session_hear(&s, 100, frame_delta(1, 3, T1, "yes 0.48 -31", 7000));
    expect_states(&s, "stale", "verified");
    expect_book_of(&s, T1, BOOK_1);
    expect_journal(&s, "changes refused: level would fall below zero #6 @100\n");
    session_advance(&s, 105);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_1, "get_snapshot"));
    session_hear(&s, 106, frame_delta(1, 4, T1, "yes 0.48 -1", 7001));
    expect_states(&s, "stale", "verified");
    session_hear(&s, 107, frame_snapshot(1, 5, T1, "0.48:29", ASKS_1));
    expect_states(&s, "verified", "verified");
    expect_notes_of(&s, T1, "mended 2, resync 1, corruption 0");
    session_advance(&s, 20000); /* a snapshot is answer enough */
    expect_states(&s, "verified", "verified");
    session_close(&s);
}

static void what_cannot_be_read_may_have_changed_a_book(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_delta(1, 3, T1, "maybe 0.48 1", 7000));
    expect_states(&s, "stale", "verified");
    session_advance(&s, 105);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_1, "get_snapshot"));
    session_receive(&s, frame_snapshot(1, 4, T1, BIDS_1, ASKS_1));
    expect_states(&s, "verified", "verified");
    session_receive(&s, "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":5,\"msg\":{}}");
    expect_states(&s, "stale", "stale");
    session_close(&s);
}

/* A trade that cannot be read changed no book. */
static void what_cannot_be_read_elsewhere_changed_none(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, "{\"type\":\"trade\",\"sid\":3,\"seq\":1,\"msg\":{\"market_ticker\":\"" T1 "\"}}");
    session_receive(&s, "{\"type\":\"trade\",\"sid\":3,\"seq\":2,\"msg\":{}}");
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    assert_int_equal(session_market(&s, T1)->proof.refused, 1);
    session_close(&s);
}

static void a_snapshot_that_cannot_be_true_is_refused(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    session_hear(&s, 100, frame_snapshot(1, 3, T1, "0.48:30 0.48:31", ""));
    expect_states(&s, "stale", "verified");
    expect_book_of(&s, T1, BOOK_1);
    session_receive(&s, frame_snapshot(1, 4, T1, BIDS_1, ASKS_1));
    expect_states(&s, "verified", "verified");
    expect_notes_of(&s, T1, "confirmed 0, resync 1, corruption 0");
    session_close(&s);
}

static void a_message_without_a_number_proves_nothing(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, "{\"type\":\"orderbook_snapshot\",\"msg\":{\"market_ticker\":\"" T1 "\"}}");
    expect_state_of(&s, T1, "unverifiable");
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.4:1"));
    expect_state_of(&s, T1, "verified");
    session_receive(&s, "{\"type\":\"orderbook_delta\",\"sid\":1,\"msg\":{\"market_ticker\":\"" T1
                        "\",\"price_dollars\":\"0.48\",\"delta_fp\":\"1.00\",\"side\":\"yes\"}}");
    expect_state_of(&s, T1, "unverifiable");
    session_finish(&s);
    assert_int_equal(session_market(&s, T1)->proof.last.verdict, VERDICT_UNVERIFIABLE);
    session_close(&s);
}

/* === Messages that nobody could read === */

static const char broken[] = "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":3,\"msg\":{\"market_tick";

static void a_broken_frame_was_none_if_the_count_goes_on(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, broken);
    session_hear(&s, 200, frame_delta(1, 3, T1, "yes 0.48 1", 7000));
    session_advance(&s, 30000);
    expect_states(&s, "verified", "verified");
    expect_journal(&s, "");
    session_close(&s);
}

static void after_a_broken_frame_books_are_asked_for_anew(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, broken);
    session_hear(&s, 500, "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":\"x\"}"); /* of the same second */
    session_advance(&s, 1099);
    expect_states(&s, "verified", "verified");
    session_advance(&s, 1100);
    expect_states(&s, "suspect", "suspect");
    session_advance(&s, 1105);
    expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_1 "," QUOTED_2, "get_snapshot"));
    /* The count goes on: nothing of the stream was lost. */
    session_hear(&s, 1200, frame_delta(1, 3, T1, "yes 0.48 1", 7000));
    expect_states(&s, "verified", "verified");
    session_receive(&s, frame_snapshot(1, 4, T1, "0.48:31 0.47:10", ASKS_1));
    session_receive(&s, frame_snapshot(1, 5, T2, BIDS_2, ASKS_2));
    expect_notes_of(&s, T1, "confirmed 0, resync 1, refusal 1");
    session_close(&s);
}

/* No second passes: they are doubted at once, and trusted by the next number. */
static void without_stamps_a_broken_frame_is_doubted_at_once(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, 0, (struct venue_options){.discover = true, .stampless = true});
    s.now = (struct stamp){0, 0};
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.4:1"));
    session_receive(&s, frame_snapshot(1, 2, T2, BIDS_2, "0.4:1"));
    session_receive(&s, broken);
    expect_states(&s, "suspect", "suspect");
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.48 1", 7000));
    expect_states(&s, "verified", "verified");
    assert_true(s.venue->deadline(s.sync) == TIME_NEVER);
    session_close(&s);
}

static void a_broken_frame_that_was_a_change_is_a_gap(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    session_hear(&s, 100, broken);
    session_advance(&s, 1100);
    session_hear(&s, 1200, frame_snapshot(1, 4, T1, BIDS_1, ASKS_1));
    expect_states(&s, "verified", "stale");
    session_close(&s);
}

/* It says of which market it is, but not where it belongs among the others, or what it changes. */
static void a_change_that_cannot_be_placed_makes_its_book_suspect(void **state)
{
    static const char *const frames[] = {
        "{\"type\":\"orderbook_delta\",\"seq\":3,\"msg\":{\"market_ticker\":\"" T1
        "\",\"price_dollars\":\"0.48\",\"delta_fp\":\"5.00\",\"side\":\"yes\"}}",
        "{\"type\":\"orderbook_delta\",\"sid\":1,\"msg\":{\"market_ticker\":\"" T1
        "\",\"price_dollars\":\"0.48\",\"delta_fp\":\"x\",\"side\":\"yes\"}}",
        "{\"type\":\"orderbook_delta\",\"msg\":{\"market_ticker\":\"" T1
        "\",\"price_dollars\":\"0.48\",\"delta_fp\":\"x\",\"side\":\"yes\"}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct session s;
        kalshi_begin(&s, JOURNAL_WISHES);
        session_hear(&s, 100, frames[i]);
        expect_states(&s, "suspect", "verified");
        session_advance(&s, 105);
        expect_journal(&s, SENT_UPDATE("4", "1", QUOTED_1, "get_snapshot"));
        session_receive(&s, frame_snapshot(1, 3, T1, BIDS_1, ASKS_1));
        expect_states(&s, "verified", "verified");
        session_close(&s);
    }
}

/* === Where a count begins and ends === */

/* The snapshot may come before the word that the subscription begins. */
static void a_snapshot_before_subscribed_is_taken(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, 0, (struct venue_options){.has_key = true});
    session_watch(&s, kalshi_add(&s, T1));
    session_link(&s, 0, LINK_OPENED);
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    kalshi_answer_subscribes(&s, 1);
    expect_state_of(&s, T1, "verified");
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.48 1", 7000));
    expect_state_of(&s, T1, "stale");
    session_close(&s);
}

static void the_largest_number_is_a_number(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.4:1"));
    session_receive(&s, frame_snapshot(1, INT64_MAX - 1, T1, BIDS_1, "0.4:1"));
    session_receive(&s, frame_snapshot(1, INT64_MAX, T1, BIDS_1, "0.4:1"));
    session_receive(&s, frame_delta(1, 1, T1, "yes 0.48 1", 7000));
    assert_int_equal(session_market(&s, T1)->proof.gaps, 1);
    assert_int_equal(session_market(&s, T1)->proof.duplicates, 1);
    session_close(&s);
}

/* More streams than are kept: what was counted by one that is forgotten is not known any more. */
static void a_stream_that_is_forgotten_gives_its_books_up(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, 0);
    session_receive(&s, frame_subscribed(1, "orderbook_delta", 500));
    session_receive(&s, frame_snapshot(500, 1, T2, BIDS_2, "0.3:6"));
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, "0.4:1"));
    for (int sid = 100; sid < 140; sid++) session_receive(&s, frame_ok(0, sid, 1));
    expect_states(&s, "stale", "verified");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_negative_result_is_corruption),
        cmocka_unit_test(what_cannot_be_read_may_have_changed_a_book),
        cmocka_unit_test(what_cannot_be_read_elsewhere_changed_none),
        cmocka_unit_test(a_snapshot_that_cannot_be_true_is_refused),
        cmocka_unit_test(a_message_without_a_number_proves_nothing),
        cmocka_unit_test(a_snapshot_before_subscribed_is_taken),
        cmocka_unit_test(the_largest_number_is_a_number),
        cmocka_unit_test(a_stream_that_is_forgotten_gives_its_books_up),
        cmocka_unit_test(a_broken_frame_was_none_if_the_count_goes_on),
        cmocka_unit_test(after_a_broken_frame_books_are_asked_for_anew),
        cmocka_unit_test(without_stamps_a_broken_frame_is_doubted_at_once),
        cmocka_unit_test(a_broken_frame_that_was_a_change_is_a_gap),
        cmocka_unit_test(a_change_that_cannot_be_placed_makes_its_book_suspect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
