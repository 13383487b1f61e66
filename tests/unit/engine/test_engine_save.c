/* An engine that is given what another one saved says from then on what that one says; and one that is reset is as new,
 * but for its handles.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "booktop/engine/engine.h"
#include "capture.h"
#include "channel_frames.h"
#include "journal.h"

#define MILLISECOND NANOSECONDS_PER_MILLISECOND
/* Between frames: now and then a burst ends by itself. */
#define STEP_MS 17

static const struct engine_options options = {
    .key = "sixteen letters",
    .venues[VENUE_POLYMARKET] = {.endpoints = {"wss://stream", "https://books", "https://gamma", "https://data"},
                                 .discover = true},
};

static const struct engine_sink sink = {.on_event = journal_event,
                                        .on_burst = journal_burst,
                                        .on_proof = journal_proof,
                                        .on_link = journal_link,
                                        .on_wish = journal_wish};

struct player {
    struct engine *engine;
    struct journal journal;
};

static struct stamp at(int64_t ms)
{
    const struct stamp start = JOURNAL_START;
    return (struct stamp){start.mono + ms * MILLISECOND, start.wall + ms * MILLISECOND};
}

static void begin(struct player *player)
{
    player->engine = engine_create(&options);
    assert_non_null(player->engine);
    player->journal =
        (struct journal){.registry = engine_registry(player->engine), .kinds = JOURNAL_ALL | JOURNAL_PROOFS};
    assert_true(engine_add_sink(player->engine, &sink, &player->journal));
}

static void end(struct player *player)
{
    journal_free(&player->journal);
    engine_destroy(player->engine);
}

static void hear(struct player *player, unsigned number, const char *frame)
{
    engine_receive(player->engine, VENUE_POLYMARKET, at(number * STEP_MS), 0, number, text_from(frame));
}

static void finish(struct player *player, unsigned number)
{
    engine_advance(player->engine, at(number * STEP_MS + 1000));
    engine_finish(player->engine, at(number * STEP_MS + 1000));
}

static void save(const struct player *player, struct stamp stamp, const struct market *market, struct json_writer *out)
{
    json_writer_reset(out);
    json_write_object(out);
    if (market)
        engine_save(player->engine, stamp, market->handle, out);
    else
        engine_save_links(player->engine, VENUE_POLYMARKET, stamp, out);
    json_write_object_end(out);
}

static const struct market *next_market(const struct player *player, size_t *position)
{
    return registry_next(engine_registry(player->engine), position);
}

static void restore(const struct player *from, struct player *to, struct stamp stamp)
{
    struct json_writer out = {0};
    const struct market *market;
    size_t position = 0;
    save(from, stamp, NULL, &out);
    assert_true(engine_restore_links(to->engine, VENUE_POLYMARKET, stamp, json_writer_text(&out)));
    while ((market = next_market(from, &position))) {
        save(from, stamp, market, &out);
        struct market_handle handle = engine_restore(to->engine, stamp, &market->instrument, json_writer_text(&out));
        assert_non_null(registry_market(engine_registry(to->engine), handle));
    }
    json_writer_free(&out);
}

static void expect_same_saves(const struct player *a, const struct player *b, struct stamp stamp)
{
    struct json_writer own = {0}, others = {0};
    size_t position = 0, other_position = 0;
    const struct market *market = NULL, *other = NULL;
    do {
        save(a, stamp, market, &own);
        save(b, stamp, other, &others);
        if (!text_equal(json_writer_text(&own), json_writer_text(&others)))
            fail_msg("%.*s\nis not\n%.*s", TEXT_ARGS(json_writer_text(&own)), TEXT_ARGS(json_writer_text(&others)));
        market = next_market(a, &position);
        other = next_market(b, &other_position);
        assert_int_equal(market != NULL, other != NULL);
    } while (market);
    json_writer_free(&own);
    json_writer_free(&others);
}

/* Saved behind the frame `cut`: what is said of the rest, and what is left in the end, is the same. */
static void check_cut(const struct capture *capture, unsigned cut)
{
    struct player whole, rest;
    begin(&whole);
    begin(&rest);
    for (unsigned i = 0; i < cut; i++) hear(&whole, i, capture->lines[i]);
    struct stamp stamp = at((int64_t)cut * STEP_MS);
    engine_advance(whole.engine, stamp);
    restore(&whole, &rest, stamp);
    expect_same_saves(&whole, &rest, stamp);
    assert_int_equal(engine_deadline(whole.engine), engine_deadline(rest.engine));
    journal_clear(&whole.journal);
    for (unsigned i = cut; i < capture->count; i++) {
        hear(&whole, i, capture->lines[i]);
        hear(&rest, i, capture->lines[i]);
    }
    finish(&whole, capture->count);
    finish(&rest, capture->count);
    assert_string_equal(journal_text(&whole.journal), journal_text(&rest.journal));
    expect_same_saves(&whole, &rest, at((int64_t)capture->count * STEP_MS + 1000));
    end(&whole);
    end(&rest);
}

static void real_messages_go_on_from_any_cut(void **state)
{
    (void)state;
    static const char *const names[] = {"2026-09-11_crossed_fill.jsonl", "2026-03-13_btc5m_grouped.jsonl",
                                        "2025-12-23_btc15m_book_pc_book.jsonl"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct capture capture;
        capture_need(&capture, names[i]);
        for (unsigned cut = 0; cut <= capture.count; cut++) check_cut(&capture, cut);
        capture_free(&capture);
    }
}

/* === Reset === */

#define BOOK_1 frame_opening_book(YES, 100, PROVED, "0.48:30", "0.52:25")
#define BURST  frame_changes(200, YES " BUY 0.49 5 7")

static void a_reset_engine_is_as_new_but_for_its_handles(void **state)
{
    (void)state;
    struct player used, fresh;
    begin(&used);
    hear(&used, 5, BOOK_1);
    hear(&used, 6, BURST);
    struct market *market = registry_find(engine_registry(used.engine), VENUE_POLYMARKET, TEXT(M1), NULL);
    const struct market_handle handle = market->handle;
    const uint32_t epoch = market->epoch;
    const uint64_t version = market->version;
    assert_true(market->burst_open);
    assert_true(engine_reset(used.engine));
    assert_ptr_equal(registry_market(engine_registry(used.engine), handle), market);
    assert_true(market->epoch > epoch && market->version > version);
    assert_int_equal(market->proof.state, PROOF_SYNCING);
    assert_int_equal(market->proof.verified, 0);
    assert_int_equal(market->book.bids.count, 0);
    assert_false(market->has_book || market->had_book || market->burst_open);
    assert_int_equal(engine_deadline(used.engine), TIME_NEVER);

    /* Stamps go back, and the same is said as by an engine that never heard anything. */
    begin(&fresh);
    journal_clear(&used.journal);
    struct player *players[] = {&used, &fresh};
    for (size_t i = 0; i < 2; i++) {
        hear(players[i], 0, BOOK_1);
        hear(players[i], 1, BURST);
        finish(players[i], 1);
    }
    assert_string_equal(journal_text(&used.journal), journal_text(&fresh.journal));
    expect_same_saves(&used, &fresh, at(2000));
    end(&used);
    end(&fresh);
}

static void a_reset_engine_takes_what_was_saved_before(void **state)
{
    (void)state;
    struct player player, keeper;
    begin(&player);
    begin(&keeper);
    hear(&player, 1, BOOK_1);
    hear(&keeper, 1, BOOK_1);
    hear(&player, 30, BURST);
    assert_true(engine_reset(player.engine));
    restore(&keeper, &player, at(2 * STEP_MS));
    expect_same_saves(&keeper, &player, at(2 * STEP_MS));
    end(&player);
    end(&keeper);
}

static void what_is_not_known_is_not_saved(void **state)
{
    (void)state;
    struct player player;
    struct json_writer out = {0};
    struct instrument instrument;
    begin(&player);
    engine_save(player.engine, at(0), MARKET_NONE, &out);
    engine_save_links(player.engine, VENUE_KALSHI, at(0), &out);
    assert_int_equal(json_writer_text(&out).length, 0);
    assert_true(engine_reset(player.engine));
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, TEXT(M1), 4, 6));
    assert_int_equal(engine_restore(player.engine, at(0), &instrument, TEXT("{}")).generation, 0);
    instrument.venue = VENUE_COUNT;
    assert_int_equal(engine_restore(player.engine, at(0), &instrument, TEXT("{}")).generation, 0);
    json_writer_free(&out);
    end(&player);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_known_is_not_saved),
        cmocka_unit_test(a_reset_engine_is_as_new_but_for_its_handles),
        cmocka_unit_test(a_reset_engine_takes_what_was_saved_before),
        cmocka_unit_test(real_messages_go_on_from_any_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
