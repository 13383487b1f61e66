/* What Kalshi's sync says of markets and its link comes back, though a file has filled the places of words. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_world.h"
#include "strange_words.h"

#define STEPS 260

static void go_through(struct venue_options options, uint64_t seed)
{
    struct run *run = calloc(2, sizeof *run), *fork = run + 1;
    struct saved saved, again;
    assert_non_null(run);
    run_begin(run, options, seed);
    for (unsigned i = 0; i < STEPS; i++) {
        run_step(run);
        if (i % 10) continue;
        save_all(&run->s, &saved);
        run_fork(fork, run, &saved);
        save_all(&fork->s, &again);
        assert_saved_equal(&saved, &again);
        saved_free(&saved);
        saved_free(&again);
        run_close(fork);
    }
    run_close(run);
    free(run);
}

static void what_we_say_comes_back(void **state)
{
    (void)state;
    assert_null(word_keep(TEXT("one more")));
    for (uint64_t seed = 1; seed <= 6; seed++) {
        go_through((struct venue_options){.has_key = true}, seed);
        go_through((struct venue_options){.has_key = false}, seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_we_say_comes_back),
    };
    return cmocka_run_group_tests(tests, fill_places, NULL);
}
