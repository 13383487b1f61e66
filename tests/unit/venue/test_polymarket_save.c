/* Saved and restored, a sync goes on as if nothing had happened. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "polymarket_game.h"
#include "twins.h"

#define MOVES      500
#define TWINS      5
#define SAVE_AFTER 9 /* moves */

static void open_twin(const struct session *session, struct session *twin)
{
    session_open_with(twin, JOURNAL_ALL | JOURNAL_PROOFS, (struct venue_options){0});
    twin_restore(session, twin, session->now);
    twin_expect_same_saves(session, twin);
    assert_int_equal(session->venue->deadline(session->sync), twin->venue->deadline(twin->sync));
}

static void play(uint64_t dice)
{
    static struct move move;
    struct session session, twins[TWINS];
    struct game game = {.dice = dice};
    unsigned count = 0;
    game_begin(&session);
    for (unsigned i = 0; i < MOVES; i++) {
        journal_clear(&session.journal);
        game_move(&game, &move, session.journal.request);
        game_do(&session, &move);
        for (unsigned n = 0; n < count && n < TWINS; n++) {
            journal_clear(&twins[n].journal);
            game_do(&twins[n], &move);
            twin_expect_same_journal(&session, &twins[n]);
        }
        if (i % SAVE_AFTER) continue;
        struct session *next = &twins[count++ % TWINS];
        if (count > TWINS) {
            twin_expect_same_saves(&session, next);
            session_close(next);
        }
        open_twin(&session, next);
    }
    for (unsigned n = 0; n < TWINS; n++) {
        twin_expect_same_saves(&session, &twins[n]);
        session_close(&twins[n]);
    }
    session_close(&session);
}

static void a_restored_sync_goes_on_as_the_first(void **state)
{
    (void)state;
    for (uint64_t dice = 1; dice <= 3; dice++) play(dice);
}

/* === A round takes its time === */

static void do_both(struct game *game, struct session *session, struct session *twin)
{
    static struct move move;
    game_move(game, &move, session->journal.request);
    game_do(session, &move);
    game_do(twin, &move);
}

static void give_market(const struct session *session, struct session *twin, const char *symbol)
{
    struct json_writer out = {0};
    const struct market *market = session_market(session, symbol);
    twin_save_market(session, symbol, &out);
    struct market_handle handle =
        twin->venue->restore(twin->sync, twin->now, &market->instrument, json_writer_text(&out));
    if (!registry_market(twin->registry, handle)) fail_msg("refused: %.*s", TEXT_ARGS(json_writer_text(&out)));
    json_writer_free(&out);
}

/* The links first, then each market, and whatever comes in between. */
static void give_slowly(struct game *game, struct session *session, struct session *twin)
{
    struct json_writer out = {0};
    session_open_with(twin, JOURNAL_ALL | JOURNAL_PROOFS, (struct venue_options){0});
    twin->messages = session->messages;
    twin->now = session->now;
    twin_save_links(session, &out);
    assert_true(twin->venue->restore_links(twin->sync, twin->now, json_writer_text(&out)));
    json_writer_free(&out);
    for (unsigned i = 0; i < GAME_MARKETS; i++) {
        for (unsigned between = game_roll(game, 4); between > 0; between--) do_both(game, session, twin);
        give_market(session, twin, game_symbols[i]);
    }
}

static void expect_same_markets(const struct session *session, const struct session *twin)
{
    struct json_writer own = {0}, others = {0};
    for (unsigned i = 0; i < GAME_MARKETS; i++) {
        twin_save_market(session, game_symbols[i], &own);
        twin_save_market(twin, game_symbols[i], &others);
        struct text one = json_writer_text(&own), other = json_writer_text(&others);
        if (!text_equal(one, other)) fail_msg("%.*s\n%.*s", TEXT_ARGS(one), TEXT_ARGS(other));
    }
    json_writer_free(&own);
    json_writer_free(&others);
}

/* Its last request, its open ones, and what it was told of each. */
static void what_is_asked_in_a_round_is_not_lost(void **state)
{
    (void)state;
    struct session session, twin;
    struct game game = {.dice = 5};
    static struct move move;
    game_begin(&session);
    for (unsigned round = 0; round < 60; round++) {
        for (unsigned i = 0; i < 20; i++) {
            game_move(&game, &move, session.journal.request);
            game_do(&session, &move);
        }
        give_slowly(&game, &session, &twin);
        expect_same_markets(&session, &twin);
        session_close(&twin);
    }
    session_close(&session);
}

/* Another process, whose clocks show something else. */
static void nothing_that_is_saved_is_of_a_process(void **state)
{
    (void)state;
    static struct move move;
    struct session session, twin;
    struct game game = {.dice = 77};
    game_begin(&session);
    for (unsigned i = 0; i < 300; i++) {
        game_move(&game, &move, session.journal.request);
        game_do(&session, &move);
        if (i % 20) continue;
        struct stamp later = {session.now.mono / 3, session.now.wall + 7};
        session_open_with(&twin, 0, (struct venue_options){0});
        twin_restore(&session, &twin, later);
        twin_expect_same_saves(&session, &twin);
        session_close(&twin);
    }
    session_close(&session);
}

static void a_crossed_book_comes_back_as_it_is(void **state)
{
    (void)state;
    struct session s, twin;
    session_begin(&s, 0);
    session_hear(&s, 10, frame_changes(1010, YES " BUY 0.53 4.5 7"));
    session_advance(&s, 100);
    open_twin(&s, &twin);
    char *book = strdup(session_book(&s, M1));
    assert_true(order_book_crossed(&session_market(&twin, M1)->book));
    assert_string_equal(session_book(&twin, M1), book);
    free(book);
    session_close(&s);
    session_close(&twin);
}

static void the_phase_of_a_restored_link_is_told(void **state)
{
    (void)state;
    struct session s, twin;
    session_begin(&s, 0);
    open_twin(&s, &twin);
    assert_non_null(strstr(journal_text(&twin.journal), "link 0 live"));
    session_close(&twin);
    session_link(&s, 0, LINK_LOST);
    open_twin(&s, &twin);
    assert_non_null(strstr(journal_text(&twin.journal), "link 0 down"));
    session_close(&twin);
    session_close(&s);
}

static void a_market_is_restored_over_itself(void **state)
{
    (void)state;
    struct session s, twin;
    session_begin(&s, 0);
    session_hear(&s, 10, frame_changes(1010, YES " BUY 0.47 4.5 7"));
    open_twin(&s, &twin);
    uint32_t epoch = session_market(&twin, M1)->epoch;
    session_hear(&twin, 20, frame_changes(1020, YES " BUY 0.46 4.5 8"));
    struct market_handle handle = twin_market(&twin, M1);
    twin.journal.request = 0;
    twin_restore(&s, &twin, s.now);
    assert_true(market_handle_equal(handle, twin_market(&twin, M1)));
    assert_true(session_market(&twin, M1)->epoch > epoch);
    twin_expect_same_saves(&s, &twin);
    session_close(&s);
    session_close(&twin);
}

/* The tape and the minute. */
static void trades_come_back(void **state)
{
    (void)state;
    struct session s, twin;
    char transaction[16];
    session_begin(&s, 0);
    for (unsigned i = 0; i < 70; i++) {
        snprintf(transaction, sizeof transaction, "0x%u", i);
        session_hear(&s, 10 + i, frame_trade(YES, 1000000 + i * 100, "BUY", "0.5", "7", transaction));
    }
    open_twin(&s, &twin);
    const struct tape *tape = &session_market(&s, M1)->tape, *others = &session_market(&twin, M1)->tape;
    assert_int_equal(others->total, 70);
    assert_int_equal(tape_per_minute(tape, 1007000), tape_per_minute(others, 1007000));
    for (size_t i = 0; i < TAPE_TRADES; i++)
        assert_memory_equal(tape_trade(tape, i), tape_trade(others, i), sizeof(struct trade));
    session_close(&s);
    session_close(&twin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crossed_book_comes_back_as_it_is),    cmocka_unit_test(the_phase_of_a_restored_link_is_told),
        cmocka_unit_test(a_market_is_restored_over_itself),      cmocka_unit_test(trades_come_back),
        cmocka_unit_test(nothing_that_is_saved_is_of_a_process), cmocka_unit_test(what_is_asked_in_a_round_is_not_lost),
        cmocka_unit_test(a_restored_sync_goes_on_as_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
