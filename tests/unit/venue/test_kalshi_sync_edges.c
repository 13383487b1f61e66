/* What seldom happens: answers to nothing, news that are none, tickers without stamps, pauses that are over. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_session.h"

static void replies_to_nothing_change_nothing(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_STATES | JOURNAL_WISHES);
    s.venue->seed(s.sync, s.now, kalshi_handle(&s, T2));
    journal_clear(&s.journal);
    struct venue_reply reply = {.request = 99, .status = 200, .body = TEXT("{}")};
    s.venue->reply(s.sync, s.now, &reply);
    registry_remove(s.registry, kalshi_handle(&s, T2));
    session_reply(&s, 200, "{\"trades\":[]}");
    expect_journal(&s, "");
    session_close(&s);
}

static void the_same_news_are_none(void **state)
{
    static const char body[] =
        "{\"market\":{\"ticker\":\"" T1 "\",\"status\":\"active\",\"close_time\":\"2026-12-31T00:00:"
        "00Z\",\"price_ranges\":[{\"start\":\"0.0000\",\"end\":\"1.0000\",\"step\":\"0.0010\"}]}}";
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_STATES);
    s.venue->seed(s.sync, s.now, kalshi_handle(&s, T1));
    session_reply(&s, 500, "");
    session_advance(&s, 400);
    session_reply(&s, 200, body);
    expect_journal(&s, "state KXONE-1 open verified epoch 0\n");
    session_advance(&s, 31000);
    session_reply(&s, 200, body);
    expect_journal(&s, "");
    session_advance(&s, 62000);
    session_reply(
        &s, 200,
        "{\"market\":{\"ticker\":\"" T1 "\",\"status\":\"active\",\"price_ranges\":[{\"start\":\"0.0000\","
        "\"end\":\"0.5000\",\"step\":\"0.0010\"},{\"start\":\"0.5000\",\"end\":\"1.0000\",\"step\":\"0.0100\"}]"
        "}}");
    expect_journal(&s, "state KXONE-1 open verified epoch 0\n");
    assert_int_equal(session_market(&s, T1)->instrument.range_count, 2);
    session_advance(&s, 93000);
    session_reply(&s, 200, "{\"market\":{\"ticker\":\"" T1 "\",\"status\":\"active\",\"result\":\"yes\"}}");
    assert_int_equal(session_market(&s, T1)->winner, 0);
    session_advance(&s, 124000);
    session_reply(&s, 200, "[]");
    assert_int_equal(session_market(&s, T1)->winner, 0);
    session_close(&s);
}

/* It ended long ago: a second end is as good as a first. */
static void an_end_long_after_another_needs_no_pause(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_hear(&s, 100, frame_error(0, 25, ",\"sid\":3"));
    session_advance(&s, 110);
    session_receive(&s, frame_unsubscribed(4, 3, 1));
    session_receive(&s, frame_subscribed(5, "trade", 8));
    journal_clear(&s.journal);
    session_advance(&s, 70000);
    journal_clear(&s.journal);
    session_receive(&s, frame_error(0, 25, ",\"sid\":8"));
    session_advance(&s, 70005);
    expect_journal(&s, SENT_UNSUBSCRIBE("6", "8") SENT_TRADES("7", QUOTED_1 "," QUOTED_2));
    session_close(&s);
}

static void answers_to_nothing_are_only_shown(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_hear(&s, 100, frame_error(0, 7, ""));
    session_receive(&s, frame_error(77, 5, ""));
    session_receive(&s, "{\"type\":\"unsubscribed\"}");
    session_receive(&s, "{\"type\":\"ok\",\"msg\":{}}");
    session_receive(&s, "{\"type\":\"ok\",\"id\":88,\"msg\":{}}");
    expect_journal(&s, "");
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.48 -99", 7000));
    journal_clear(&s.journal);
    session_receive(&s, "{\"type\":\"ok\",\"msg\":{}}"); /* of no stream: of nothing */
    session_receive(&s, "{\"type\":\"ok\",\"sid\":2,\"msg\":{}}");
    session_receive(&s, frame_error(4, 7, "")); /* the snapshot's */
    expect_journal(&s, "");
    expect_states(&s, "stale", "verified");
    session_close(&s);
}

/* Two updates wait; an answer without an id is the older one's. */
static void an_answer_is_the_oldest_commands(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, JOURNAL_WISHES);
    session_unwatch(&s, kalshi_handle(&s, T2));
    session_watch(&s, kalshi_add(&s, "KXTHREE-3"));
    session_advance(&s, 30);
    for (int sid = 1; sid <= 3; sid++) session_receive(&s, frame_ok(0, sid, sid == 1 ? 3 : 1));
    session_receive(&s, frame_ok(5, 1, 4));
    session_receive(&s, frame_ok(7, 2, 2));
    session_receive(&s, frame_ok(9, 3, 2));
    session_receive(&s, frame_snapshot(1, 5, "KXTHREE-3", BIDS_1, ASKS_1));
    journal_clear(&s.journal);
    session_advance(&s, 30000);
    expect_journal(&s, "");
    session_close(&s);
}

/* A refusal of what only tells of trades leaves books as they are. */
static void a_refused_channel_degrades_the_link_alone(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_with(&s, JOURNAL_LINKS | JOURNAL_WISHES, (struct venue_options){.has_key = true});
    session_watch(&s, kalshi_add(&s, T1));
    session_link(&s, 0, LINK_OPENED);
    journal_clear(&s.journal);
    session_hear(&s, 10, frame_subscribed(1, "orderbook_delta", 1));
    session_receive(&s, frame_error(2, 8, ""));
    session_receive(&s, frame_subscribed(3, "trade", 2));
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    expect_journal(&s, "link 0 syncing @10\nlink 0 degraded: the venue refused a command @10\nwish confirm 0\n");
    expect_state_of(&s, T1, "verified");
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_OPENED);
    kalshi_answer_subscribes(&s, 4);
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    const char *text = journal_text(&s.journal);
    assert_non_null(strstr(text, "link 0 live @10\n"));
    session_close(&s);
}

/* While nothing is connected nothing is asked for; what was doubted is doubted until a snapshot comes. */
static void without_a_link_nothing_is_asked_for(void **state)
{
    struct session s;
    (void)state;
    kalshi_open_discovering(&s, JOURNAL_WISHES);
    session_receive(&s, frame_snapshot(1, 1, T1, "0.4:1", "0.5:1"));
    session_receive(&s, frame_delta(1, 2, T1, "yes 0.5 1", 7000));
    session_advance(&s, 2000);
    expect_state_of(&s, T1, "suspect");
    session_receive(&s, frame_delta(1, 3, T1, "yes 0.5 -9", 9000));
    expect_state_of(&s, T1, "stale");
    session_receive(&s, frame_error(0, 25, ",\"sid\":1"));
    session_receive(&s, frame_error(0, 25, ""));
    session_advance(&s, 60000);
    expect_journal(&s, "");
    session_close(&s);
}

/* A link that opens again without having been lost, as in a recording that was cut. */
static void a_link_may_open_twice(void **state)
{
    struct session s;
    (void)state;
    kalshi_begin(&s, 0);
    session_link(&s, 0, LINK_OPENED);
    expect_states(&s, "syncing", "syncing");
    kalshi_answer_subscribes(&s, 4);
    session_receive(&s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    session_receive(&s, frame_snapshot(1, 2, T2, BIDS_2, ASKS_2));
    expect_states(&s, "verified", "verified");
    expect_notes_of(&s, T1, "return 0, disconnect 0");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_to_nothing_change_nothing),
        cmocka_unit_test(the_same_news_are_none),
        cmocka_unit_test(an_end_long_after_another_needs_no_pause),
        cmocka_unit_test(answers_to_nothing_are_only_shown),
        cmocka_unit_test(an_answer_is_the_oldest_commands),
        cmocka_unit_test(a_refused_channel_degrades_the_link_alone),
        cmocka_unit_test(without_a_link_nothing_is_asked_for),
        cmocka_unit_test(a_link_may_open_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
