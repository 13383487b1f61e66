/* Subscriptions: what the venue is told when markets are watched and unwatched. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "polymarket_session.h"

static void watching_on_an_open_link_subscribes(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, WITHOUT_EVENTS);
    struct market_handle second = session_add(&s, M2, "2001", "2002");
    session_watch(&s, second);
    session_watch(&s, second); /* by somebody else too */
    expect_journal(&s, "state 0xm2 open syncing epoch 0: waiting for its book\n"
                       "link 0 syncing @1\n");
    session_advance(&s, 5);
    expect_journal(&s, "");
    session_advance(&s, 6);
    expect_journal(&s, "wish send 0 " SUBSCRIBE(PAIR_2) "\n");
    session_unwatch(&s, second);
    expect_journal(&s, "");
    session_unwatch(&s, second);
    /* Nothing is awaited any more. */
    expect_journal(&s, "state 0xm2 open stale epoch 0: not watched\n"
                       "link 0 live @6\n");
    session_advance(&s, 100);
    expect_journal(&s, "wish send 0 " UNSUBSCRIBE(PAIR_2) "\n");
    session_unwatch(&s, second);
    session_advance(&s, 200);
    expect_journal(&s, "");
    session_close(&s);
}

static void last_unwatch_disconnects_and_the_next_watch_connects_again(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, WITHOUT_EVENTS);
    session_unwatch(&s, market);
    expect_journal(&s, "state 0xm1 open stale epoch 0: not watched\n");
    session_advance(&s, 6);
    expect_journal(&s, "link 0 idle @6\n"
                       "wish disconnect 0: nothing is watched\n");
    session_link(&s, 0, LINK_LOST); /* so it is told when the wish was carried out */
    expect_journal(&s, "");
    session_advance(&s, 3600000);
    expect_journal(&s, "");
    session_watch(&s, market);
    expect_journal(&s, "link 0 connecting @3600000\n"
                       "wish connect 0 wss://stream\n"
                       "state 0xm1 open syncing epoch 0: connecting\n");
    session_link(&s, 0, LINK_OPENED);
    expect_journal(&s, "link 0 subscribing @3600000\n"
                       "state 0xm1 open syncing epoch 1: waiting for its book\n"
                       "wish send 0 " OPENING(PAIR_1) "\n");
    session_close(&s);
}

/* Frames and replies that were on their way do not bring a market back to life. */
static void what_arrives_after_unwatch_is_not_taken(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, JOURNAL_EVENTS | JOURNAL_STATES);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_market(&s, M1)->instrument.tick = 10;
    session_receive(&s, frame_tick_size(YES, 101, "0.001", "0.01"));
    session_unwatch(&s, market);
    journal_clear(&s.journal);
    session_receive(&s, frame_book(YES, 102, PROVED, "0.1:1", ""));
    session_receive(&s, frame_changes(103, YES " BUY 0.2 1 6"));
    session_receive(&s, frame_trade(YES, 103, "BUY", "0.5", "1", "0xt1"));
    session_reply(&s, 200, frame_book(YES, 104, PROVED, "0.1:1", ""));
    expect_journal(&s, "book 1001 ignored: not watched any more #3 @1\n"
                       "changes 1001 ignored: its book was not seen #4 @1\n"
                       "trade 1001 ignored: not watched any more #5 @1\n");
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_STALE);
    session_watch(&s, market);
    session_receive(&s, frame_book(YES, 90, PROVED, "0.3:1", ""));
    expect_book(&s, "0.3:1 | ");
    assert_int_equal(session_market(&s, M1)->proof.state, PROOF_VERIFIED);
    session_close(&s);
}

static void an_unwatched_market_costs_nothing_and_starts_as_new(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, WITHOUT_EVENTS);
    struct market *m = session_market(&s, M1);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_receive(&s, frame_trade(YES, 103, "BUY", "0.5", "1", "0xt1"));
    uint64_t version = m->book.version;
    assert_true(m->has_book && m->had_book);
    assert_int_equal(tape_count(&m->tape), 1);
    session_unwatch(&s, market);
    assert_false(m->has_book || m->had_book);
    assert_null(m->book.bids.levels);
    assert_null(m->tape.trades);
    assert_int_equal(m->last_trade, PRICE_NONE);
    assert_true(m->book.version > version);
    expect_book(&s, " | ");
    session_watch(&s, market);
    session_advance(&s, 100);
    journal_clear(&s.journal);
    session_receive(&s, frame_book(YES, 90, PROVED, "0.4:7", ""));
    expect_journal(&s, "state 0xm1 open verified epoch 1\n");
    expect_book(&s, "0.4:7 | ");
    /* Its prices have their limit still. */
    session_receive(&s, frame_changes(101, YES " BUY 0.41 1 6"));
    assert_int_equal(m->book.limit, 10000);
    session_close(&s);
}

static size_t tokens_in(const char *line)
{
    size_t count = 0;
    for (const char *at = strchr(line, '['); at && *at && *at != ']'; at++) count += *at == '"';
    return count / 2;
}

static size_t lines_in(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

static struct market_handle add_numbered(struct session *s, unsigned number)
{
    char symbol[32], yes[32], no[32];
    snprintf(symbol, sizeof symbol, "0xmany%u", number);
    snprintf(yes, sizeof yes, "%u", 100000 + 2 * number);
    snprintf(no, sizeof no, "%u", 100001 + 2 * number);
    return session_add(s, symbol, yes, no);
}

static void after_a_little(struct session *s)
{
    s->now.mono += 10000;
    s->now.wall += 10000;
    s->venue->advance(s->sync, s->now);
}

/* A list that is opened and closed market by market. */
static void many_markets_are_told_in_one_frame(void **state)
{
    struct session s;
    struct market_handle markets[99];
    (void)state;
    session_begin(&s, JOURNAL_WISHES);
    for (unsigned i = 0; i < 99; i++, after_a_little(&s)) {
        markets[i] = add_numbered(&s, i);
        session_watch(&s, markets[i]);
    }
    expect_journal(&s, "");
    session_advance(&s, 6);
    assert_int_equal(lines_in(journal_text(&s.journal)), 1);
    assert_int_equal(tokens_in(journal_text(&s.journal)), 198);
    assert_non_null(strstr(journal_text(&s.journal), "\"subscribe\""));
    journal_clear(&s.journal);
    for (unsigned i = 0; i < 99; i++, after_a_little(&s)) session_unwatch(&s, markets[i]);
    expect_journal(&s, "");
    session_advance(&s, 12);
    assert_int_equal(lines_in(journal_text(&s.journal)), 1);
    assert_int_equal(tokens_in(journal_text(&s.journal)), 198);
    assert_non_null(strstr(journal_text(&s.journal), "\"unsubscribe\""));
    session_close(&s);
}

static void watched_and_unwatched_at_once_is_nothing(void **state)
{
    struct session s;
    (void)state;
    session_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    struct market_handle second = session_add(&s, M2, "2001", "2002");
    for (int turn = 0; turn < 3; turn++) {
        session_watch(&s, second);
        session_unwatch(&s, second);
    }
    session_advance(&s, 100);
    expect_journal(&s, "link 0 syncing @1\nlink 0 live @1\n"
                       "link 0 syncing @1\nlink 0 live @1\n"
                       "link 0 syncing @1\nlink 0 live @1\n");
    session_close(&s);
}

/* The venue sends a book only to a new subscription. The connection stays, even if this is all that is watched. */
static void unwatched_and_watched_at_once_gets_a_fresh_book(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, WITHOUT_EVENTS);
    session_unwatch(&s, market);
    session_watch(&s, market);
    session_unwatch(&s, market);
    session_watch(&s, market);
    journal_clear(&s.journal);
    session_advance(&s, 100);
    expect_journal(&s, "wish send 0 " UNSUBSCRIBE(PAIR_1) "\n"
                                                          "wish send 0 " SUBSCRIBE(PAIR_1) "\n");
    session_receive(&s, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    expect_journal(&s, "state 0xm1 open verified epoch 2\n"
                       "link 0 live @100\n");
    session_close(&s);
}

/* In one turn others go and others come. */
static void what_goes_is_told_before_what_comes(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_unwatch(&s, market);
    session_watch(&s, session_add(&s, "0xm3", "3001", "3002"));
    session_advance(&s, 100);
    expect_journal(&s, "wish send 0 " UNSUBSCRIBE(PAIR_1) "\n"
                                                          "wish send 0 " SUBSCRIBE(PAIR_2 ",\"3001\",\"3002\"") "\n");
    session_close(&s);
}

static void a_new_connection_makes_what_was_to_be_told_void(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, JOURNAL_WISHES);
    session_watch(&s, session_add(&s, M2, "2001", "2002"));
    session_unwatch(&s, market);
    session_link(&s, 0, LINK_LOST);
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 1000);
    expect_journal(&s, "wish send 0 " OPENING(PAIR_2) "\n");
    session_close(&s);
}

static void a_connection_lost_when_nothing_is_watched_any_more_is_given_up(void **state)
{
    struct session s;
    (void)state;
    struct market_handle market = session_begin(&s, JOURNAL_WISHES | JOURNAL_LINKS);
    session_unwatch(&s, market);
    session_link(&s, 0, LINK_LOST);
    expect_journal(&s, "link 0 down @1\n"
                       "link 0 idle @1\n"
                       "wish disconnect 0: nothing is watched\n");
    session_advance(&s, 100000);
    expect_journal(&s, "");
    session_close(&s);
}

/* Link 0 is full, link 1 carries M1 and M2; then one leaves link 0, and M1, watched again, takes its place. */
static void begin_move(struct session *s)
{
    struct market_handle first = MARKET_NONE;
    session_open(s, JOURNAL_WISHES);
    for (unsigned i = 0; i < 100; i++) {
        struct market_handle market = add_numbered(s, i);
        if (i == 0) first = market;
        session_watch(s, market);
    }
    struct market_handle moving = session_add(s, M1, YES, NO);
    session_watch(s, moving);
    session_watch(s, session_add(s, M2, "2001", "2002"));
    session_link(s, 0, LINK_OPENED);
    session_link(s, 1, LINK_OPENED);
    journal_clear(&s->journal);
    session_unwatch(s, first);
    session_unwatch(s, moving);
    session_watch(s, moving);
    expect_journal(s, "");
}

static void a_market_that_moves_is_subscribed_after_it_was_unsubscribed(void **state)
{
    struct session s;
    (void)state;
    begin_move(&s);
    session_advance(&s, 100);
    expect_journal(
        &s, "wish send 0 " UNSUBSCRIBE("\"100000\",\"100001\"") "\n"
                                                                "wish send 1 " UNSUBSCRIBE(
                                                                    PAIR_1) "\n"
                                                                            "wish send 0 " SUBSCRIBE(PAIR_1) "\n");
    session_close(&s);
}

static void a_market_that_moves_is_subscribed_though_its_link_is_lost(void **state)
{
    struct session s;
    (void)state;
    for (int again = 0; again < 2; again++) {
        begin_move(&s);
        session_link(&s, 1, again ? LINK_OPENED : LINK_LOST);
        journal_clear(&s.journal);
        session_advance(&s, 100);
        expect_journal(&s, "wish send 0 " UNSUBSCRIBE("\"100000\",\"100001\"") "\n"
                                                                               "wish send 0 " SUBSCRIBE(PAIR_1) "\n");
        session_close(&s);
    }
}

/* ---- any order of things ---- */

#define MANY 230 /* markets: three links */

/* What the venue makes of our messages: the link on which it has each market subscribed; -1: none. */
struct told {
    int link[MANY];
    bool open[3];
};

/* It is told nothing twice: the venue refuses that. */
static void take_frame(struct told *told, const char *line)
{
    int link, number;
    assert_int_equal(sscanf(line, "wish send %d", &link), 1);
    if (strncmp(line + strlen("wish send 0 "), "PING", 4) == 0) return;
    bool leaving = strstr(line, "\"unsubscribe\"") && strstr(line, "\"unsubscribe\"") < strchr(line, '\n');
    assert_true(told->open[link]);
    for (const char *at = strchr(line, '['); *at != ']'; at = strpbrk(at + 1, ",]")) {
        assert_int_equal(sscanf(at, "%*[^0-9]%d", &number), 1);
        number -= 100000;
        if (number % 2) continue; /* the second token follows the first */
        assert_int_equal(told->link[number / 2], leaving ? link : -1);
        told->link[number / 2] = leaving ? -1 : link;
    }
}

static void take_journal(struct told *told, struct session *s)
{
    for (const char *line = journal_text(&s->journal); line && *line; line = strchr(line, '\n') + 1) {
        int link;
        if (strncmp(line, "wish send", 9) == 0) take_frame(told, line);
        if (sscanf(line, "wish disconnect %d", &link) != 1) continue;
        told->open[link] = false;
        for (int i = 0; i < MANY; i++)
            if (told->link[i] == link) told->link[i] = -1;
    }
    journal_clear(&s->journal);
}

static void change_link(struct told *told, struct session *s, unsigned link, bool open)
{
    if (told->open[link] == open) return;
    session_link(s, link, open ? LINK_OPENED : LINK_LOST);
    if (open) told->open[link] = true;
    take_journal(told, s);
    told->open[link] = open;
    for (int i = 0; i < MANY && !open; i++)
        if (told->link[i] == (int)link) told->link[i] = -1;
}

static void play(uint64_t dice)
{
    struct session s;
    struct market_handle markets[MANY];
    struct told told = {.open = {false}};
    bool watched[MANY] = {false};
    session_open(&s, JOURNAL_WISHES);
    for (unsigned i = 0; i < MANY; i++) {
        markets[i] = add_numbered(&s, i);
        told.link[i] = -1;
    }
    for (unsigned turn = 0, ms = 0; turn < 3000; turn++) {
        dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        unsigned roll = (unsigned)(dice >> 33), i = roll / 64 % MANY;
        if (roll % 64 == 0)
            session_advance(&s, ms += roll / 64 % 20);
        else if (roll % 64 < 4)
            change_link(&told, &s, roll / 64 % 3, roll % 2);
        else if (watched[i])
            session_unwatch(&s, markets[i]);
        else
            session_watch(&s, markets[i]);
        if (roll % 64 >= 4) watched[i] = !watched[i];
        take_journal(&told, &s);
        if (turn % 100 < 99) continue;
        session_advance(&s, ms += 10);
        take_journal(&told, &s);
        for (unsigned n = 0; n < MANY; n++) {
            const struct market *market = registry_market(s.registry, markets[n]);
            assert_int_equal(told.link[n], watched[n] && told.open[market->link] ? (int)market->link : -1);
        }
    }
    session_close(&s);
}

/* In whatever order markets are watched and unwatched and connections come and go: soon after, the venue was told
 * exactly what is watched. */
static void the_venue_is_told_what_is_watched(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) play(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watching_on_an_open_link_subscribes),
        cmocka_unit_test(last_unwatch_disconnects_and_the_next_watch_connects_again),
        cmocka_unit_test(what_arrives_after_unwatch_is_not_taken),
        cmocka_unit_test(an_unwatched_market_costs_nothing_and_starts_as_new),
        cmocka_unit_test(many_markets_are_told_in_one_frame),
        cmocka_unit_test(watched_and_unwatched_at_once_is_nothing),
        cmocka_unit_test(unwatched_and_watched_at_once_gets_a_fresh_book),
        cmocka_unit_test(what_goes_is_told_before_what_comes),
        cmocka_unit_test(a_new_connection_makes_what_was_to_be_told_void),
        cmocka_unit_test(a_connection_lost_when_nothing_is_watched_any_more_is_given_up),
        cmocka_unit_test(a_market_that_moves_is_subscribed_after_it_was_unsubscribed),
        cmocka_unit_test(a_market_that_moves_is_subscribed_though_its_link_is_lost),
        cmocka_unit_test(the_venue_is_told_what_is_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
