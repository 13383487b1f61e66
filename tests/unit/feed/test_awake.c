/* What is done after the machine slept, the program stood or its clock was set, and how long that was in words. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "wiring.h"

static void a_sleep_is_noticed(void **state)
{
    (void)state;
    awake_look(feed); /* what was slept before we began is nobody's business */
    pass(SECOND);
    awake_look(feed);
    assert_int_equal(feed->journal.written, 0);
    asleep += 300 * SECOND;
    stamp.wall += 300 * SECOND;
    pass(SECOND);
    awake_look(feed);
    struct journal_entry woke = entry(0);
    assert_int_equal(woke.kind, JOURNAL_AWOKE);
    assert_string_equal(woke.text, "the machine slept for 5 min");
    assert_int_equal(woke.venue, VENUE_COUNT);
    assert_int_equal(retried, VENUE_COUNT);
    pass(SECOND);
    awake_look(feed);
    assert_int_equal(feed->journal.written, 1);
}

static void a_stop_is_noticed(void **state)
{
    (void)state;
    awake_look(feed);
    pass(30 * SECOND);
    awake_look(feed);
    assert_int_equal(feed->journal.written, 0);
    assert_false(awake_is_due(feed));
    pass(45 * SECOND);
    assert_true(awake_is_due(feed));
    awake_look(feed);
    assert_string_equal(entry(0).text, "this program was stopped for 45 s");
    assert_int_equal(retried, VENUE_COUNT);
}

/* The wall clock is set, by an hour and back: no sleep, no doubt, no time spent. */
static void a_set_clock_is_no_sleep(void **state)
{
    (void)state;
    come_up();
    awake_look(feed);
    uint64_t written = feed->journal.written;
    const int64_t steps[] = {3600 * SECOND, -7200 * SECOND, 3600 * SECOND};
    for (size_t i = 0; i < 3; i++) {
        stamp.wall += steps[i];
        pass(SECOND);
        status.heard = stamp.mono;
        awake_look(feed);
        look();
    }
    assert_int_equal(feed->journal.written, written);
    assert_int_equal(wire->view.state, LINK_STATE_LIVE);
    assert_int_equal(retried, 0);
    phase(LINK_SYNCING, NULL);
    assert_int_equal(wire->view.spent[LINK_STATE_LIVE], 3 * SECOND);
}

static void durations(void **state)
{
    (void)state;
    static const struct {
        int64_t nanoseconds;
        const char *text;
    } rows[] = {
        {-5, "0 ms"},
        {0, "0 ms"},
        {99 * MILLISECOND, "99 ms"},
        {100 * MILLISECOND, "0.1 s"},
        {9999 * MILLISECOND, "9.9 s"},
        {10 * SECOND, "10 s"},
        {119 * SECOND, "119 s"},
        {300 * SECOND, "5 min"},
        {7500 * SECOND, "2 h 5 min"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[DURATION_SIZE];
        duration_text(rows[i].nanoseconds, text, sizeof text);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sleep_is_noticed),
        TEST(a_stop_is_noticed),
        TEST(a_set_clock_is_no_sleep),
        cmocka_unit_test(durations),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/awake", tests, NULL, NULL);
}
