/* Frames into books: whose each token is, and that what is refused does nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "polymarket_session.h"

static void opening_array_of_two_tokens_is_one_book(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS | JOURNAL_STATES);
    session_receive(&s, frame_pair(frame_book(YES, 100, PROVED, "0.48:30 0.49:20", "0.53:60 0.52:25"),
                                   frame_book(NO, 100, PROVED, "0.47:60 0.48:25", "0.52:30 0.51:20")));
    expect_journal(&s, "state 0xm1 open verified epoch 0\n"
                       "book 1001 applied #1 @0\n"
                       "book 1002 applied #1 @0\n");
    expect_book(&s, "0.49:20 0.48:30 | 0.52:25 0.53:60");
    assert_int_equal(registry_count(s.registry), 1);
    assert_string_equal(session_market(&s, M1)->instrument.outcomes[1].token, NO);
    session_close(&s);
}

static void changes_of_the_other_token_are_mirrored_where_one_alone_has_a_book(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    session_receive(&s, frame_changes(101, NO " BUY 0.49 7 12, " NO " SELL 0.6 8.5 12"));
    expect_journal(&s, "book 1001 applied: its hash does not match #1 @0\n"
                       "changes 1002 applied #2 @0\n");
    expect_book(&s, "0.48:30 0.4:8.5 | 0.51:7 0.52:25");
    session_close(&s);
}

static void only_the_second_token_ever_seen_keeps_its_own_terms(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(NO, 100, 1, "0.3:1", "0.4:2"));
    session_receive(&s, frame_changes(101, NO " BUY 0.31 5 2"));
    expect_book(&s, "0.31:5 0.3:1 | 0.4:2");
    session_receive(&s, frame_changes(102, YES " BUY 0.61 9 3"));
    expect_book(&s, "0.31:5 0.3:1 | 0.39:9 0.4:2");
    session_close(&s);
}

static void snapshot_of_the_other_token_is_mirrored(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    session_receive(&s, frame_book(NO, 101, 2, "0.001:4 0.4:2", "0.7:3 0.9999:1"));
    expect_book(&s, "0.3:3 0.0001:1 | 0.6:2 0.999:4");
    session_receive(&s, frame_book(NO, 102, 3, "", "0.7:3"));
    expect_book(&s, "0.3:3 | ");
    session_receive(&s, frame_book(NO, 103, 4, "", ""));
    expect_book(&s, " | ");
    session_close(&s);
}

static void first_book_of_all_may_be_the_other_tokens_empty_one(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_add(&s, M1, YES, NO);
    session_receive(&s, frame_book(NO, 100, 1, "", ""));
    expect_journal(&s, "book 1002 applied: its hash does not match #1 @0\n");
    expect_book(&s, " | ");
    session_close(&s);
}

static void both_tokens_entries_make_one_change(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    journal_clear(&s.journal);
    session_receive(&s, frame_changes(101, NO " SELL 0.51 7 12, " YES " BUY 0.49 7 11"));
    expect_journal(&s, "changes 1002 applied #2 @0\n"
                       "changes 1001 applied #2 @0\n");
    expect_book(&s, "0.49:7 0.48:30 | 0.52:25");
    session_receive(&s, frame_changes(102, YES " BUY 0.49 0 13, " NO " SELL 0.51 0 14, " YES " SELL 0.9 0 13"));
    expect_book(&s, "0.48:30 | 0.52:25");
    session_close(&s);
}

/* What must not move when a message is refused. */
struct standing {
    uint64_t book_version, messages, duplicates;
    int64_t venue_ms;
    char second[SYMBOL_SIZE];
    char book[512];
};

static struct standing stand(const struct session *s)
{
    const struct market *market = session_market(s, M1);
    struct standing standing = {
        .book_version = market->book.version,
        .messages = market->messages,
        .duplicates = market->proof.duplicates,
        .venue_ms = market->venue_ms,
    };
    snprintf(standing.second, sizeof standing.second, "%s", market->instrument.outcomes[1].token);
    snprintf(standing.book, sizeof standing.book, "%s", session_book(s, M1));
    return standing;
}

/* It is counted and told, it ends the burst, and the book is not trusted any more. */
static void expect_refused(struct session *s, const char *frame, const char *journal)
{
    journal_clear(&s->journal);
    const struct market *market = session_market(s, M1);
    uint64_t version = market->version, refused = market->proof.refused;
    uint64_t bursts = market->proof.bursts + market->burst_open;
    struct standing before = stand(s);
    session_receive(s, frame);
    struct standing after = stand(s);
    assert_string_equal(journal_text(&s->journal), journal);
    assert_int_equal(market->proof.refused, refused + 1);
    assert_int_equal(market->proof.bursts, bursts);
    assert_false(market->burst_open);
    assert_true(market->version > version);
    assert_int_equal(market->proof.state, PROOF_SUSPECT);
    assert_string_equal(market->proof.why, "a message of it was refused");
    assert_int_equal(proof_noted(&market->proof, 0)->what, HAPPENED_REFUSAL);
    assert_memory_equal(&after, &before, offsetof(struct standing, second));
    assert_string_equal(after.second, before.second);
    assert_string_equal(after.book, before.book);
}

static void contradiction_refuses_the_whole_message(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    session_receive(&s, frame_changes(101, YES " BUY 0.47 1 11, " NO " SELL 0.53 1 12"));
    expect_refused(&s, frame_changes(102, YES " BUY 0.46 5 13, " YES " BUY 0.49 7 13, " NO " SELL 0.51 8 14"),
                   "burst 0xm1 1 messages to #2 @0\n"
                   "changes 1001 refused: entries contradict each other #3 @0\n"
                   "changes 1002 refused: entries contradict each other #3 @0\n");
    /* The last word of each token counts. */
    expect_refused(
        &s,
        frame_changes(102, YES " BUY 0.49 7 13, " YES " BUY 0.49 9 13, " NO " SELL 0.51 9 14, " NO " SELL 0.51 7 14"),
        "changes 1001 refused: entries contradict each other #4 @0\n"
        "changes 1002 refused: entries contradict each other #4 @0\n");
    session_close(&s);
}

static void contradiction_is_found_in_a_long_message(void **state)
{
    struct session s;
    char entries[8192];
    size_t length = 0;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_pair(frame_book(YES, 100, 1, "", ""), frame_book(NO, 100, 2, "", "")));
    for (int turn = 0; turn < 2; turn++) {
        length = 0;
        /* All of one token, then all of the other in another order. */
        for (int i = 1; i <= 60; i++)
            length += (size_t)snprintf(entries + length, sizeof entries - length, YES " BUY 0.0%02d %d %d, ", i, i * 7,
                                       10 + turn);
        for (int i = 1, tick = 23; i <= 60; i++, tick = i * 23 % 61)
            length += (size_t)snprintf(entries + length, sizeof entries - length, NO " SELL 0.9%02d %d %d%s",
                                       100 - tick, turn == 1 && i == 29 ? 1 : tick * 7, 20 + turn, i < 60 ? ", " : "");
        if (turn == 0) {
            session_receive(&s, frame_changes(101, entries));
            assert_int_equal(session_market(&s, M1)->book.bids.count, 60);
            assert_int_equal(session_market(&s, M1)->book.asks.count, 0);
        } else {
            expect_refused(&s, frame_changes(102, entries),
                           "changes 1001 refused: entries contradict each other #3 @0\n"
                           "changes 1002 refused: entries contradict each other #3 @0\n");
        }
    }
    session_close(&s);
}

static void a_refused_message_teaches_no_token(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    expect_refused(&s, frame_changes(102, YES " BUY 0.49 7 13, 6666 SELL 0.51 8 14"),
                   "changes 1001 refused: entries contradict each other #2 @0\n"
                   "changes 6666 refused: entries contradict each other #2 @0\n");
    expect_refused(&s, frame_book("6666", 103, 3, "0.4:1 0.4:2", ""),
                   "book 6666 refused: price twice with different quantities #3 @0\n");
    session_receive(&s, frame_changes(104, NO " BUY 0.2 1 15"));
    assert_string_equal(session_market(&s, M1)->instrument.outcomes[1].token, NO);
    session_close(&s);
}

static void sequence_on_one_level_ends_with_its_last_word(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    session_receive(&s, frame_changes(101, YES " BUY 0.48 10 11, " NO " SELL 0.52 10 12, " YES " BUY 0.48 20 11, " NO
                                               " SELL 0.52 20 12"));
    expect_book(&s, "0.48:20 | 0.52:25");
    /* One token tells the way, the other the result. */
    session_receive(&s, frame_changes(102, NO " SELL 0.52 0 14, " YES " BUY 0.48 3 13, " YES " BUY 0.48 0 13"));
    expect_book(&s, " | 0.52:25");
    session_close(&s);
}

static void refused_book_leaves_the_book_and_ends_the_burst(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS | JOURNAL_BURSTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    session_receive(&s, frame_changes(101, YES " BUY 0.47 1 11"));
    expect_refused(&s, frame_book(YES, 102, 3, "0.4:1 0.4:2", "0.6:1"),
                   "burst 0xm1 1 messages to #2 @0\n"
                   "book 1001 refused: price twice with different quantities #3 @0\n");
    session_receive(&s, frame_changes(102, NO " BUY 0.2 1 12"));
    expect_refused(&s, frame_book("7777", 102, 3, "0.4:1", "0.6:1"),
                   "burst 0xm1 1 messages to #4 @0\n"
                   "book 7777 (stranger) refused: asset of no known outcome #5 @0\n");
    session_close(&s);
}

static void refused_first_book_makes_no_market(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.4:1 0.4:2", ""));
    expect_journal(&s, "book 1001 (stranger) refused: price twice with different quantities #1 @0\n");
    assert_int_equal(registry_count(s.registry), 0);
    session_receive(&s, frame_book(NO, 101, 2, "0.4:1", ""));
    expect_book(&s, "0.4:1 | ");
    assert_int_equal(registry_count(s.registry), 1);
    session_close(&s);
}

/* Live, the venue may not add markets to what is watched. */
static void a_book_makes_no_market_unless_they_are_to_be_discovered(void **state)
{
    struct session s;
    (void)state;
    session_open_with(&s, JOURNAL_EVENTS | JOURNAL_STATES, (struct venue_options){.discover = false});
    session_add(&s, M2, "2001", "2002");
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    session_receive(&s, frame_book(YES, 100, 1, "0.4:1 0.4:2", ""));
    session_receive(&s, frame_changes(101, YES " BUY 0.2 1 6"));
    session_receive(&s, frame_book_of(M2, "2001", 100, PROVED, "0.48:30", "0.52:25"));
    expect_journal(&s, "book 1001 (stranger) ignored: not a watched market #1 @0\n"
                       "book 1001 (stranger) ignored: not a watched market #2 @0\n"
                       "changes 1001 (stranger) ignored: its book was not seen #3 @0\n"
                       "state 0xm2 open verified epoch 0\n"
                       "book 2001 applied #4 @0\n");
    assert_int_equal(registry_count(s.registry), 1);
    session_close(&s);
}

static void a_token_belongs_to_one_market(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.48:30", "0.52:25"));
    journal_clear(&s.journal);
    /* Another market's book with this one's token, and a token in a market's place. */
    session_receive(&s, frame_book_of("0xm2", YES, 101, 2, "0.1:1", ""));
    session_receive(&s, frame_book_of(YES, YES, 101, 3, "0.1:1", ""));
    session_receive(&s, frame_book_of(YES, "3001", 101, 3, "0.1:1", ""));
    session_receive(&s, frame_changes_of(YES, 102, YES " BUY 0.1 1 4"));
    expect_journal(&s, "book 1001 (stranger) refused: asset of another market #2 @0\n"
                       "book 1001 (stranger) refused: asset of another market #3 @0\n"
                       "book 3001 (stranger) refused: asset of another market #4 @0\n"
                       "changes 1001 (stranger) ignored: its book was not seen #5 @0\n");
    expect_book(&s, "0.48:30 | 0.52:25");
    assert_int_equal(registry_count(s.registry), 1);
    /* Nor does a market learn another's token for its second. */
    session_receive(&s, frame_book_of("0xm2", "2001", 103, 5, "0.2:1", ""));
    session_receive(&s, frame_changes_of("0xm2", 104, YES " BUY 0.3 1 6, 2001 BUY 0.21 1 7"));
    assert_string_equal(session_book(&s, "0xm2"), "0.21:1 0.2:1 | ");
    assert_string_equal(session_market(&s, "0xm2")->instrument.outcomes[1].token, "");
    session_close(&s);
}

static void talk_and_broken_frames_touch_nothing(void **state)
{
    struct session s;
    (void)state;
    session_open(&s, JOURNAL_EVENTS);
    session_receive(&s, frame_book(YES, 100, 1, "0.49:20", ""));
    uint64_t version = session_market(&s, M1)->version;
    journal_clear(&s.journal);
    session_receive(&s, "PONG");
    session_receive(&s, "[]");
    session_receive(&s, "{\"event_type\":\"weather\",\"market\":\"0xm1\"}");
    session_receive(&s, "{\"event_type\":\"book\"");
    expect_journal(&s, "control applied: PONG #2 @0\n"
                       "control applied: empty list #3 @0\n"
                       "not for us ignored: unknown event type #4 @0\n"
                       "error refused: the text ends inside an array or object #5 @0\n");
    assert_int_equal(session_market(&s, M1)->version, version);
    expect_refused(&s,
                   "{\"event_type\":\"price_change\",\"market\":\"0xm1\",\"timestamp\":\"101\",\"price_changes\":[]}",
                   "error refused: no changes #6 @0\n");
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_array_of_two_tokens_is_one_book),
        cmocka_unit_test(changes_of_the_other_token_are_mirrored_where_one_alone_has_a_book),
        cmocka_unit_test(only_the_second_token_ever_seen_keeps_its_own_terms),
        cmocka_unit_test(snapshot_of_the_other_token_is_mirrored),
        cmocka_unit_test(first_book_of_all_may_be_the_other_tokens_empty_one),
        cmocka_unit_test(both_tokens_entries_make_one_change),
        cmocka_unit_test(contradiction_refuses_the_whole_message),
        cmocka_unit_test(contradiction_is_found_in_a_long_message),
        cmocka_unit_test(a_refused_message_teaches_no_token),
        cmocka_unit_test(sequence_on_one_level_ends_with_its_last_word),
        cmocka_unit_test(refused_book_leaves_the_book_and_ends_the_burst),
        cmocka_unit_test(refused_first_book_makes_no_market),
        cmocka_unit_test(a_book_makes_no_market_unless_they_are_to_be_discovered),
        cmocka_unit_test(a_token_belongs_to_one_market),
        cmocka_unit_test(talk_and_broken_frames_touch_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
