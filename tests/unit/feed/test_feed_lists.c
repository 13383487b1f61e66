/* A list as long as a real one: subscribing to it must not harm the book on the panel. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/engine/engine.h"
#include "stage.h"

static const struct exchange_options many = {.seed = 4, .speed = 1, .markets = 150, .clock = &fast};

static int open_stage_of_many(void **state)
{
    struct stage *stage = make_stage(state);
    char error[160];
    struct exchange_options options = many;
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
    start_feed_at(stage, stage->exchange, NULL);
    return 0;
}

static bool read_opening(void *context, struct text line)
{
    engine_receive(context, VENUE_POLYMARKET, (struct stamp){0, 0}, 0, 1, line);
    return true;
}

/* Every market of the exchange, from its opening array. */
static void list_all_markets(struct catalogue *catalogue)
{
    struct engine_options options = {.key = "a fixed key"};
    options.venues[VENUE_POLYMARKET] = (struct venue_options){.discover = true, .stampless = true};
    struct engine *engine = engine_create(&options);
    assert_true(exchange_print(&many, 1, read_opening, engine));
    size_t position = 0;
    const struct market *market;
    while ((market = registry_next(engine_registry(engine), &position))) {
        struct catalogue_entry *entry = catalogue_append(catalogue);
        assert_non_null(entry);
        entry->instrument = market->instrument;
    }
    engine_destroy(engine);
}

static unsigned live_quotes(const struct stage *stage)
{
    unsigned live = 0;
    for (size_t i = 0; i < stage->onlooker.quotes.count; i++) live += stage->onlooker.quotes.quotes[i].live;
    return live;
}

static void long_lists_do_not_disturb_a_panel(void **state)
{
    struct stage *stage = *state;
    struct catalogue catalogue = {0};
    list_all_markets(&catalogue);
    assert_true(catalogue.count > 100);
    feed_open(stage->feed, 0, "will-the-harbour-bridge-at-port-lumen-open-in-december");
    AWAIT(stage, stage->onlooker.view.has_book);
    for (unsigned turns = 0; turns < 3; turns++) {
        feed_list(stage->feed, &catalogue);
        AWAIT(stage, live_quotes(stage) == catalogue.count);
        feed_list(stage->feed, NULL);
        uint64_t changes = stage->onlooker.view.change_count;
        AWAIT(stage, stage->onlooker.view.change_count > changes + 2);
        stage->onlooker.quotes.count = 0;
    }
    assert_int_equal(stage->onlooker.view.epoch, 0);
    assert_int_equal(stage->onlooker.view.link.reconnects, 0);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_VERIFIED);
    feed_stop(stage->feed); /* it may still look at our list */
    stage->feed = NULL;
    catalogue_free(&catalogue);
}

static const struct CMUnitTest tests[] = {
    TEST(long_lists_do_not_disturb_a_panel, open_stage_of_many),
};

STAGE_MAIN(tests, "feed/feed_lists")
