/* Words out of recordings: a file that fills their places takes nothing from what we say ourselves. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "polymarket_game.h"
#include "twins.h"
#include "strange_words.h"

static void there_is_an_end_of_places(void **state)
{
    (void)state;
    assert_string_equal(word_keep(TEXT("a strange word, 0")), "a strange word, 0");
    assert_ptr_equal(word_keep(TEXT("a strange word, 0")), word_keep(TEXT("a strange word, 0")));
    assert_null(word_keep(TEXT("one more")));
    assert_null(word_keep(TEXT("")));
    assert_null(word_keep(TEXT("two\nlines")));
}

static void what_is_compared_is_known(void **state)
{
    static const char *const compared[] = {"disconnected", "a book does not come", "the stream is silent",
                                           "a message could not be read, and may have been of it", "HTTP 503"};
    (void)state;
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++)
        assert_true(word_equal(word_keep(text_from(compared[i])), compared[i]));
}

/* Whatever was said of markets, checks and links comes back, though no place is free. */
static void what_we_say_comes_back(void **state)
{
    static struct move move;
    struct session session, twin;
    (void)state;
    for (uint64_t dice = 1; dice <= 4; dice++) {
        struct game game = {.dice = dice};
        game_begin(&session);
        for (unsigned i = 0; i < 300; i++) {
            game_move(&game, &move, session.journal.request);
            game_do(&session, &move);
            if (i % 10) continue;
            session_open_with(&twin, 0, (struct venue_options){0});
            twin_restore(&session, &twin, session.now);
            twin_expect_same_saves(&session, &twin);
            session_close(&twin);
        }
        session_close(&session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_an_end_of_places),
        cmocka_unit_test(what_is_compared_is_known),
        cmocka_unit_test(what_we_say_comes_back),
    };
    return cmocka_run_group_tests(tests, fill_places, NULL);
}
