/* Long invented sessions against an independent model: each token's book kept by itself, from its own entries, without
 * mirroring, in a dense array. The generator plays the venue: bursts of messages over both tokens or one, snapshots,
 * repetitions, late messages; the model is told only what a perfect receiver would make of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "polymarket_session.h"

#define TICKS 100 /* prices 0.01 .. 0.99 */

struct model {
    unsigned long size[2][2][TICKS]; /* token, side (0 bids), price */
};

struct venue_game {
    struct session session;
    struct model model;
    uint64_t dice;
    long long ms;
    unsigned hash;
    char last[FRAME_SIZE];   /* the last message of changes */
    char closed[FRAME_SIZE]; /* one of a burst before */
    unsigned long bursts, duplicates;
    bool open;
    int only; /* the token whose changes alone are ever told; 2: both */
};

static unsigned roll(struct venue_game *game, unsigned sides)
{
    game->dice = game->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(game->dice >> 33) % sides;
}

/* Both tokens know of every order. */
static void model_set(struct model *model, int token, int side, unsigned tick, unsigned long size)
{
    model->size[token][side][tick] = size;
    model->size[1 - token][1 - side][TICKS - tick] = size;
}

static const char *const tokens[] = {YES, NO};
static const char *const sides[] = {"BUY", "SELL"};

static void add_entry(struct venue_game *game, char *entries, size_t size, int token, int side, unsigned tick,
                      unsigned long quantity)
{
    size_t length = strlen(entries);
    snprintf(entries + length, size - length, "%s%s %s 0.%02u %lu %u", length ? ", " : "", tokens[token], sides[side],
             tick, quantity, game->hash + (unsigned)token);
}

/* Which token's entries alone the next message has, 2: both tokens' tell everything. The venue begins each burst with
 * both, unless only one token is ever heard of. */
static int choose_tokens(struct venue_game *game)
{
    if (game->only < 2) return game->only;
    return game->open ? (int)roll(game, 6) : 2;
}

static void tell_changes(struct venue_game *game)
{
    char entries[4096] = "";
    unsigned orders = 1 + roll(game, 4);
    int only = choose_tokens(game);
    for (unsigned i = 0; i < orders; i++) {
        int token = only < 2 ? only : (int)roll(game, 2), side = (int)roll(game, 2);
        unsigned tick = 1 + roll(game, TICKS - 1);
        unsigned long quantity = roll(game, 3) ? 1 + roll(game, 5000) : 0;
        model_set(&game->model, token, side, tick, quantity);
        add_entry(game, entries, sizeof entries, token, side, tick, quantity);
        if (only > 1) add_entry(game, entries, sizeof entries, 1 - token, 1 - side, TICKS - tick, quantity);
    }
    snprintf(game->last, sizeof game->last, "%s", frame_changes(game->ms, entries));
    session_receive(&game->session, game->last);
}

static void end_burst(struct venue_game *game)
{
    if (!game->open) return;
    game->open = false;
    game->bursts++;
    snprintf(game->closed, sizeof game->closed, "%s", game->last);
}

static void tell_burst(struct venue_game *game)
{
    end_burst(game);
    game->hash += 2;
    game->ms += roll(game, 3);
    for (unsigned messages = 1 + roll(game, 3); messages > 0; messages--) {
        tell_changes(game);
        game->open = true;
        if (roll(game, 4)) continue;
        session_receive(&game->session, game->last);
        game->duplicates++;
    }
}

static void add_levels(const struct model *model, int token, int side, bool sorted, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (unsigned i = 1; i < TICKS; i++) {
        unsigned tick = (side == 0) == sorted ? i : TICKS - i; /* worst first, or best first */
        if (model->size[token][side][tick])
            length +=
                (size_t)snprintf(out + length, size - length, " 0.%02u:%lu", tick, model->size[token][side][tick]);
    }
}

static void tell_book(struct venue_game *game)
{
    static char bids[4096], asks[4096];
    bool after_trade = game->open;
    int token = (int)roll(game, 2);
    end_burst(game);
    if (!after_trade) game->hash += 2;
    if (!after_trade) game->ms += roll(game, 3);
    add_levels(&game->model, token, 0, roll(game, 2), bids, sizeof bids);
    add_levels(&game->model, token, 1, roll(game, 2), asks, sizeof asks);
    session_receive(&game->session, frame_book(tokens[token], game->ms, game->hash + (unsigned)token, bids, asks));
}

static void tell_late(struct venue_game *game)
{
    char entries[64];
    if (game->closed[0]) {
        session_receive(&game->session, game->closed);
        game->duplicates++;
    }
    snprintf(entries, sizeof entries, YES " BUY 0.%02u 77777 %u", 1 + roll(game, 99), 900000000u + roll(game, 1000));
    session_receive(&game->session, frame_changes(game->ms - 1, entries));
    session_receive(&game->session, frame_book(NO, game->ms - 1 - roll(game, 2), 900000000u, "0.5:1", "0.6:1"));
    game->duplicates += 2;
}

static void tell_nonsense(struct venue_game *game)
{
    session_receive(&game->session, frame_changes(game->ms + 5, YES " BUY 0.33 1 5, " NO " SELL 0.67 2 6"));
    session_receive(&game->session, frame_changes(game->ms + 5, YES " BUY 1.33 1 5"));
    session_receive(&game->session, frame_book(YES, game->ms + 5, 7, "0.5:1 0.5:2", ""));
    session_receive(&game->session, frame_changes_of("0xother", game->ms + 5, YES " BUY 0.33 1 5"));
}

/* A side of a token's book, best first, out of the session's one book, which is in the terms of the token seen first.
 */
static void expect_side(const struct venue_game *game, int token, int side)
{
    const struct market *market = session_market(&game->session, M1);
    bool own = (instrument_outcome(&market->instrument, TEXT(YES)) == 0) == (token == 0);
    const struct book_side *kept = (side == 0) == own ? &market->book.bids : &market->book.asks;
    size_t n = 0;
    for (unsigned i = 1; i < TICKS; i++) {
        unsigned tick = side == 0 ? TICKS - i : i;
        unsigned long size = game->model.size[token][side][tick];
        if (!size) continue;
        const struct level *level = book_side_level(kept, n++);
        assert_non_null(level);
        assert_int_equal(own ? level->price : 10000 - level->price, tick * 100);
        assert_int_equal(level->quantity, size * 1000000);
    }
    assert_int_equal(kept->count, n);
}

static void play(uint64_t seed, bool stamps)
{
    struct venue_game *game = calloc(1, sizeof *game);
    assert_non_null(game);
    *game = (struct venue_game){.dice = seed, .ms = 1000, .hash = 100, .only = seed % 3 ? 2 : (int)(seed % 2)};
    if (stamps)
        session_open(&game->session, 0);
    else
        session_open_timeless(&game->session, 0);
    tell_book(game);
    for (int turn = 0; turn < 400; turn++) {
        if (stamps) session_at(&game->session, turn);
        switch (roll(game, 12)) {
        case 0:
            tell_book(game);
            break;
        case 1:
            tell_late(game);
            break;
        case 2:
            tell_nonsense(game);
            break;
        default:
            tell_burst(game);
        }
        for (int token = 0; token < 2; token++)
            for (int side = 0; side < 2; side++) expect_side(game, token, side);
    }
    end_burst(game);
    session_finish(&game->session);
    const struct market *market = session_market(&game->session, M1);
    assert_int_equal(market->proof.bursts, game->bursts);
    assert_int_equal(market->proof.duplicates, game->duplicates);
    session_close(&game->session);
    free(game);
}

static void sessions_agree_with_the_model(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) play(seed, seed % 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sessions_agree_with_the_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
