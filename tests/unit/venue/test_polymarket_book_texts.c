/* The texts of books are kept from proof to proof: whatever happens between, they say the book. All here is proved by
 * hashes of the first token, the one whose text is kept.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "proof_session.h"

#define MARKETS 40 /* more than texts are kept */
#define TICKS   100

struct game {
    struct session session;
    uint64_t dice;
    int64_t now;
    struct {
        char symbol[16], yes[16], no[16];
        long long ms;
        unsigned size[2][TICKS]; /* side, 0 bids */
    } markets[MARKETS];
};

static unsigned roll(struct game *game, unsigned sides)
{
    game->dice = game->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(game->dice >> 33) % sides;
}

/* In terms of the first token, or, with `token` 1, of the second. */
static const char *levels(const struct game *game, unsigned m, unsigned side, unsigned token)
{
    char *out = frame_buffer();
    for (unsigned tick = 1; tick < TICKS; tick++) {
        unsigned size = game->markets[m].size[side ^ token][token ? TICKS - tick : tick];
        if (size) frame_add(out, " 0.%02u:%u", tick, size);
    }
    return out;
}

static void tell_book(struct game *game, unsigned m, unsigned token)
{
    const char *bids = levels(game, m, 0, token), *asks = levels(game, m, 1, token);
    session_hear(&game->session, game->now,
                 frame_book_of(game->markets[m].symbol, token ? game->markets[m].no : game->markets[m].yes,
                               ++game->markets[m].ms, PROVED, bids, asks));
}

/* Bids below 0.5, asks above. */
static void change(struct game *game, unsigned m, char *entries)
{
    unsigned side = roll(game, 2), tick = 1 + roll(game, 49) + 50 * side, size = roll(game, 3) ? roll(game, 9000) : 0;
    game->markets[m].size[side][tick] = size;
    frame_add(entries, "%s%s %s 0.%02u %u ok", *entries ? "," : "", game->markets[m].yes, side ? "SELL" : "BUY", tick,
              size);
}

/* A burst of so many messages of so many changes each; between them it may be quiet. */
static void tell_burst(struct game *game, unsigned m, unsigned messages, unsigned changes, int64_t quiet)
{
    char entries[4][FRAME_SIZE];
    for (unsigned i = 0; i < messages; i++) {
        entries[i][0] = '\0';
        for (unsigned n = 0; n < changes; n++) change(game, m, entries[i]);
    }
    const char *bids = levels(game, m, 0, 0), *asks = levels(game, m, 1, 0);
    game->markets[m].ms++;
    for (unsigned i = 0; i < messages; i++) {
        session_hear(&game->session, game->now,
                     frame_changes_after(game->markets[m].symbol, game->markets[m].ms, entries[i], bids, asks));
        if (i + 1 < messages) game->now += quiet;
    }
}

static void expect_proved(struct game *game, unsigned m)
{
    const struct market *market = session_market(&game->session, game->markets[m].symbol);
    session_advance(&game->session, game->now += 60);
    assert_int_equal(market->proof.last.verdict, VERDICT_VERIFIED);
    assert_int_equal(market->proof.last.outcome, 0);
    assert_int_equal(market->proof.failed, 0);
}

static void begin(struct game *game, uint64_t dice, unsigned markets)
{
    *game = (struct game){.dice = dice};
    session_open_with(&game->session, 0, (struct venue_options){0});
    for (unsigned m = 0; m < markets; m++) {
        snprintf(game->markets[m].symbol, sizeof game->markets[m].symbol, "0xk%u", m);
        snprintf(game->markets[m].yes, sizeof game->markets[m].yes, "%u1", 10 + m);
        snprintf(game->markets[m].no, sizeof game->markets[m].no, "%u2", 10 + m);
        game->markets[m].ms = 1000;
        for (unsigned tick = 1; tick < TICKS; tick += 1 + roll(game, 4))
            game->markets[m].size[tick >= 50][tick] = 1 + roll(game, 5000);
        session_watch(&game->session,
                      session_add(&game->session, game->markets[m].symbol, game->markets[m].yes, game->markets[m].no));
    }
    session_link(&game->session, 0, LINK_OPENED);
    for (unsigned m = 0; m < markets; m++) tell_book(game, m, 0);
}

static void bursts_of_more_levels_than_are_remembered(void **state)
{
    static struct game game;
    (void)state;
    begin(&game, 1, 1);
    for (unsigned changes = 1; changes < 70; changes++) {
        tell_burst(&game, 0, 1 + changes % 3, changes, 0);
        expect_proved(&game, 0);
    }
    session_close(&game.session);
}

static void more_markets_in_turn_than_texts_are_kept(void **state)
{
    static struct game game;
    (void)state;
    begin(&game, 2, MARKETS);
    for (unsigned turn = 0; turn < 5; turn++)
        for (unsigned m = 0; m < MARKETS; m++) {
            tell_burst(&game, m, 1, 2, 0);
            expect_proved(&game, m);
        }
    session_close(&game.session);
}

static void books_between_bursts_replace_the_text(void **state)
{
    static struct game game;
    (void)state;
    begin(&game, 3, 1);
    for (unsigned turn = 0; turn < 20; turn++) {
        char unused[FRAME_SIZE] = "";
        for (int i = 0; i < 5; i++) change(&game, 0, unused);
        tell_book(&game, 0, turn % 2);
        tell_burst(&game, 0, 1, 3, 0);
        expect_proved(&game, 0);
    }
    session_close(&game.session);
}

/* What was dropped unproved is in the book, and in no list. */
static void dropped_burst_leaves_no_text_behind(void **state)
{
    static struct game game;
    (void)state;
    begin(&game, 4, 1);
    for (unsigned turn = 0; turn < 10; turn++) {
        tell_burst(&game, 0, 2, 4, 0);
        session_link(&game.session, 0, LINK_LOST);
        session_link(&game.session, 0, LINK_OPENED);
        tell_book(&game, 0, turn % 2);
        tell_burst(&game, 0, 1, 2, 0);
        expect_proved(&game, 0);
    }
    session_close(&game.session);
}

static void burst_that_goes_on_goes_on_with_its_text(void **state)
{
    static struct game game;
    (void)state;
    begin(&game, 5, 2);
    for (unsigned turn = 0; turn < 20; turn++) {
        tell_burst(&game, 0, 3, 1 + turn, 60);
        expect_proved(&game, 0);
        tell_burst(&game, 1, 1, 1, 0);
        expect_proved(&game, 1);
    }
    session_close(&game.session);
}

/* A market's place that another one takes. */
static void removed_market_leaves_no_text_behind(void **state)
{
    static struct game game;
    (void)state;
    begin(&game, 6, 2);
    for (unsigned turn = 0; turn < 5; turn++) {
        struct session *s = &game.session;
        tell_burst(&game, 0, 1, 2, 0);
        session_unwatch(s, session_market(s, game.markets[0].symbol)->handle);
        registry_remove(s->registry, session_market(s, game.markets[0].symbol)->handle);
        session_watch(s, session_add(s, game.markets[0].symbol, game.markets[0].yes, game.markets[0].no));
        tell_book(&game, 0, turn % 2);
        tell_burst(&game, 0, 1, 2, 0);
        expect_proved(&game, 0);
    }
    session_close(&game.session);
}

static void anything_in_any_order(void **state)
{
    static struct game game;
    (void)state;
    for (uint64_t seed = 10; seed < 16; seed++) {
        begin(&game, seed, MARKETS);
        for (unsigned turn = 0; turn < 300; turn++) {
            unsigned m = roll(&game, roll(&game, 2) ? 3 : MARKETS), way = roll(&game, 20);
            char unused[FRAME_SIZE] = "";
            if (way == 0) {
                session_link(&game.session, 0, LINK_LOST);
                session_link(&game.session, 0, LINK_OPENED);
                for (unsigned i = 0; i < MARKETS; i++) tell_book(&game, i, roll(&game, 2));
            } else if (way < 4) {
                change(&game, m, unused);
                tell_book(&game, m, roll(&game, 2));
            }
            tell_burst(&game, m, 1 + roll(&game, 4), 1 + roll(&game, roll(&game, 8) ? 4 : 30), roll(&game, 8) ? 0 : 60);
            if (roll(&game, 3)) expect_proved(&game, m);
        }
        session_close(&game.session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bursts_of_more_levels_than_are_remembered),
        cmocka_unit_test(more_markets_in_turn_than_texts_are_kept),
        cmocka_unit_test(books_between_bursts_replace_the_text),
        cmocka_unit_test(dropped_burst_leaves_no_text_behind),
        cmocka_unit_test(burst_that_goes_on_goes_on_with_its_text),
        cmocka_unit_test(removed_market_leaves_no_text_behind),
        cmocka_unit_test(anything_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
