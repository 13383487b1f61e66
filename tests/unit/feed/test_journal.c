/* What happened to the connections. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/base/log.h"
#include "booktop/base/text.h"
#include "booktop/feed/journal.h"

#define SECOND NANOSECONDS_PER_SECOND

static struct journal journal;
static struct stamp now;

static int open_journal(void **state)
{
    (void)state;
    memset(&journal, 0, sizeof journal);
    now = (struct stamp){100 * SECOND, 1000 * SECOND};
    return 0;
}

#define WRITE(kind, venue, link, ...) journal_write(&journal, now, kind, venue, link, __VA_ARGS__)

static void newest_come_first(void **state)
{
    (void)state;
    struct journal_entry entries[4];
    assert_int_equal(journal_newest(&journal, entries, 4), 0);
    WRITE(JOURNAL_CONNECTED, VENUE_KALSHI, 2, "after %d ms", 40);
    now.mono += SECOND;
    WRITE(JOURNAL_DISCONNECTED, VENUE_KALSHI, 2, "closed by the peer");
    assert_int_equal(journal_newest(&journal, entries, 4), 2);
    assert_int_equal(entries[0].kind, JOURNAL_DISCONNECTED);
    assert_string_equal(entries[1].text, "after 40 ms");
    assert_int_equal(entries[1].venue, VENUE_KALSHI);
    assert_int_equal(entries[1].link, 2);
    assert_int_equal(entries[1].stamp.mono, 100 * SECOND);
    assert_int_equal(journal_newest(&journal, entries, 1), 1);
    assert_int_equal(entries[0].kind, JOURNAL_DISCONNECTED);
}

static void the_ring_keeps_the_last(void **state)
{
    (void)state;
    static struct journal_entry entries[JOURNAL_ENTRIES + 10];
    for (unsigned i = 0; i < 3 * JOURNAL_ENTRIES + 7; i++) WRITE(JOURNAL_STEP, VENUE_KALSHI, 0, "%u", i);
    assert_int_equal(journal_newest(&journal, entries, JOURNAL_ENTRIES + 10), JOURNAL_ENTRIES);
    assert_int_equal(journal.written, 3 * JOURNAL_ENTRIES + 7);
    assert_int_equal(journal.counts[JOURNAL_STEP], journal.written);
    for (unsigned i = 0; i < JOURNAL_ENTRIES; i++)
        assert_int_equal(strtoul(entries[i].text, NULL, 10), 3 * JOURNAL_ENTRIES + 6 - i);
}

static void the_same_within_a_second_is_counted(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        WRITE(JOURNAL_ERROR, VENUE_KALSHI, 0, "refused");
        WRITE(JOURNAL_ERROR, VENUE_KALSHI, 1, "refused");     /* another connection speaks between */
        WRITE(JOURNAL_ERROR, VENUE_POLYMARKET, 0, "refused"); /* and another venue */
        now.mono += SECOND / 10;
    }
    assert_int_equal(journal.written, 3);
    assert_int_equal(journal.counts[JOURNAL_ERROR], 15);
    WRITE(JOURNAL_ERROR, VENUE_KALSHI, 0, "refused again");
    WRITE(JOURNAL_ERROR, VENUE_KALSHI, 0, "refused"); /* not the same as the one before */
    WRITE(JOURNAL_STEP, VENUE_KALSHI, 0, "refused");  /* nor of the same kind */
    assert_int_equal(journal.written, 6);
    now.mono += SECOND;
    WRITE(JOURNAL_STEP, VENUE_KALSHI, 0, "refused");
    assert_int_equal(journal.written, 7);
}

/* However the wall clock is set. */
static void wall_time_does_not_matter(void **state)
{
    (void)state;
    WRITE(JOURNAL_ERROR, VENUE_KALSHI, 0, "refused");
    now.wall -= 3600 * SECOND;
    WRITE(JOURNAL_ERROR, VENUE_KALSHI, 0, "refused");
    now.wall += 7200 * SECOND;
    WRITE(JOURNAL_ERROR, VENUE_KALSHI, 0, "refused");
    assert_int_equal(journal.written, 1);
}

static void foreign_words_are_made_harmless(void **state)
{
    (void)state;
    struct journal_entry entry;
    char long_words[1000];
    WRITE(JOURNAL_DISCONNECTED, VENUE_KALSHI, 0, "%s", "bye\x1b[2J\r\n\x07");
    assert_int_equal(journal_newest(&journal, &entry, 1), 1);
    for (const char *c = entry.text; *c; c++) assert_true((unsigned char)*c >= 0x20);
    memset(long_words, 'x', sizeof long_words - 1);
    long_words[sizeof long_words - 1] = '\0';
    WRITE(JOURNAL_DISCONNECTED, VENUE_KALSHI, 0, "%s", long_words);
    assert_int_equal(journal_newest(&journal, &entry, 1), 1);
    assert_int_equal(strlen(entry.text), JOURNAL_TEXT_SIZE - 1);
}

static void every_kind_has_a_word(void **state)
{
    (void)state;
    for (unsigned i = 0; i < JOURNAL_KIND_COUNT; i++) {
        const char *text = journal_kind_text((enum journal_kind)i);
        assert_non_null(text);
        for (unsigned j = 0; j < i; j++) assert_string_not_equal(text, journal_kind_text((enum journal_kind)j));
    }
    assert_string_equal(journal_kind_text(JOURNAL_RESUBSCRIPTION_FAILED), "resubscription failed");
}

static void entries_are_logged(void **state)
{
    (void)state;
    char path[] = "/tmp/booktop-journal-XXXXXX", text[2048] = "";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_true(log_open(path, LOG_LEVEL_INFO, &clock_system));
    WRITE(JOURNAL_DISCONNECTED, VENUE_KALSHI, 3, "closed by the peer: 1013 slow consumer");
    WRITE(JOURNAL_DISCONNECTED, VENUE_KALSHI, 3, "closed by the peer: 1013 slow consumer");
    WRITE(JOURNAL_AWOKE, VENUE_COUNT, 0, "the machine slept for 5 min");
    WRITE(JOURNAL_ERROR, VENUE_KALSHI, JOURNAL_NO_LINK, "book: HTTP 503");
    journal_enter(&journal, now, JOURNAL_DROPPED, VENUE_COUNT, 0, "%d lines of the log", 7);
    WRITE(JOURNAL_SHUT_DOWN, VENUE_COUNT, 0, "%s", "");
    journal_count(&journal, JOURNAL_PONG);
    log_close();
    assert_true(read(file, text, sizeof text - 1) > 0);
    close(file);
    unlink(path);
    const char *line = strstr(text, "warn  feed: kalshi link 3 disconnected: closed by the peer: 1013 slow consumer\n");
    assert_non_null(line);
    assert_null(strstr(strchr(line, '\n'), "slow consumer"));
    assert_non_null(strstr(text, "feed: awoke: the machine slept for 5 min\n"));
    assert_non_null(strstr(text, "info  feed: shut down\n"));
    assert_non_null(strstr(text, "warn  feed: kalshi error: book: HTTP 503\n"));
    assert_null(strstr(text, "pong"));
    /* What the log has lost is for the screen: told to the log it might be lost again, and again. */
    assert_null(strstr(text, "lines of the log"));
    struct journal_entry entries[2];
    assert_int_equal(journal_newest(&journal, entries, 2), 2);
    assert_int_equal(entries[1].kind, JOURNAL_DROPPED);
    assert_string_equal(entries[1].text, "7 lines of the log");
    assert_int_equal(journal.counts[JOURNAL_DROPPED], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(newest_come_first, open_journal),
        cmocka_unit_test_setup(the_ring_keeps_the_last, open_journal),
        cmocka_unit_test_setup(the_same_within_a_second_is_counted, open_journal),
        cmocka_unit_test_setup(wall_time_does_not_matter, open_journal),
        cmocka_unit_test_setup(foreign_words_are_made_harmless, open_journal),
        cmocka_unit_test_setup(every_kind_has_a_word, open_journal),
        cmocka_unit_test_setup(entries_are_logged, open_journal),
    };
    return cmocka_run_group_tests_name("feed/journal", tests, NULL, NULL);
}
