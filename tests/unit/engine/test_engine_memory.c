/* The engine where memory fails. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../market/failing_memory.h"
#include "booktop/engine/engine.h"
#include "channel_frames.h"
#include "journal.h"

static bool syncs_fail;

static void *counted_calloc(size_t count, size_t size)
{
    return memory_refuses() ? NULL : calloc(count, size);
}

static void *syncs_calloc(size_t count, size_t size)
{
    return syncs_fail ? NULL : calloc(count, size);
}

/* The sources under test. NOLINTBEGIN(bugprone-suspicious-include) */
#define calloc counted_calloc
#include "../../../src/engine/engine.c"
#undef calloc
#define calloc syncs_calloc
#include "../../../src/venue/polymarket/sync.c"
#undef calloc
/* NOLINTEND(bugprone-suspicious-include) */

static const struct engine_options options = {.key = "sixteen letters"};

static void an_engine_is_made_whole_or_not_at_all(void **state)
{
    (void)state;
    for (unsigned long failing = 1; failing <= 2; failing++) {
        memory_fail(failing, false);
        assert_null(engine_create(&options));
    }
    memory_fail(0, false);
    struct engine *engine = engine_create(&options);
    assert_non_null(engine);
    engine_finish(engine, JOURNAL_START);
    engine_destroy(engine);
}

/* A venue that cannot be spoken to: nothing happens, and questions are answered. */
static void without_a_sync_nothing_happens(void **state)
{
    static const struct engine_sink sink = {.on_lookup = journal_lookup, .on_wish = journal_wish}, deaf = {0};
    struct engine *engine = engine_create(&options);
    struct journal journal = {.registry = engine_registry(engine), .kinds = JOURNAL_ALL};
    struct venue_reply reply = {1, 200, {NULL, 0}, NULL, 0};
    struct instrument instrument;
    (void)state;
    assert_true(engine_add_sink(engine, &deaf, NULL) && engine_add_sink(engine, &sink, &journal));
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, TEXT(M1), 4, 6));
    struct market_handle market = registry_add(engine_registry(engine), &instrument);
    for (int turn = 0; turn < 2; turn++) {
        syncs_fail = turn == 0;
        engine_receive(engine, VENUE_POLYMARKET, JOURNAL_START, 0, 1, text_from(frame_book(YES, 100, PROVED, "", "")));
        engine_reply(engine, VENUE_POLYMARKET, JOURNAL_START, &reply);
        engine_link(engine, VENUE_POLYMARKET, JOURNAL_START, 0, LINK_LOST, NULL);
        engine_seed(engine, JOURNAL_START, MARKET_NONE);
        engine_watch(engine, JOURNAL_START, market);
        engine_unwatch(engine, JOURNAL_START, market);
        engine_seed(engine, JOURNAL_START, market);
        engine_lookup(engine, VENUE_POLYMARKET, JOURNAL_START, 5, LOOKUP_TOP, (struct text){NULL, 0});
        engine_finish(engine, JOURNAL_START);
        if (turn == 0) {
            assert_string_equal(journal_text(&journal), "lookup 5 failed: out of memory @0\n");
            assert_int_equal(engine_deadline(engine), TIME_NEVER);
        } else {
            assert_non_null(strstr(journal_text(&journal), "wish connect 0"));
        }
    }
    journal_free(&journal);
    engine_destroy(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_engine_is_made_whole_or_not_at_all),
        cmocka_unit_test(without_a_sync_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
