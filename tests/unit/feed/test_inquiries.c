/* What venues are asked of markets that are opened, against the local exchange; and what a replay has of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tape.h"

#define PRIZE "KXLANTERN-27FEB-SALT"

static int open_stage(void **state)
{
    struct tape_stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    stage_prepare(stage, 12);
    stage_start(stage);
    *state = stage;
    return 0;
}

static int close_stage(void **state)
{
    stage_close(*state);
    free(*state);
    return 0;
}

/* A market of a list that is given back: nothing is known of it then but its names. */
static struct catalogue_entry take_entry(struct tape_stage *stage, enum venue_id venue, const char *symbol)
{
    struct catalogue_entry entry = {0};
    struct answer_view answer;
    struct feed *feed = stage->onlooker.feed;
    feed_search(feed, venue == VENUE_KALSHI ? "kalshi:" : "polymarket:");
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, feed_answer(feed, &answer));
    assert_int_equal(answer.result, ANSWER_LIST);
    for (size_t i = 0; i < answer.catalogue->count && !entry.instrument.symbol[0]; i++) {
        const struct catalogue_entry *listed = &answer.catalogue->entries[i];
        if (!symbol || strcmp(listed->instrument.symbol, symbol) == 0) entry = *listed;
    }
    feed_release(feed, answer.catalogue);
    assert_true(entry.instrument.symbol[0] != '\0');
    return entry;
}

static bool tells(const struct onlooker *onlooker, const struct instrument *instrument)
{
    const struct book_view *view = &onlooker->view;
    return onlooker_sees(onlooker, instrument) && view->described && fee_is_told(&view->details.fee);
}

static struct details select_market(struct tape_stage *stage, const struct catalogue_entry *entry)
{
    feed_select(stage->onlooker.feed, 0, entry);
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, tells(&stage->onlooker, &entry->instrument));
    return stage->onlooker.view.details;
}

/* What was asked for it, in all. */
struct asked {
    unsigned series, market, condition, lookups;
};

static void count_asked(void *context, const struct record *record)
{
    struct asked *asked = context;
    if (record->kind == RECORD_EVENT && record->happening.event == RECORD_LOOKED_UP) asked->lookups++;
    if (record->kind != RECORD_ASKED) return;
    char url[512];
    text_copy(record->happening.url, url, sizeof url);
    asked->series += strstr(url, "/series/KXLANTERN") != NULL;
    asked->market += strstr(url, "/markets/" PRIZE) != NULL && strstr(url, "/orderbook") == NULL;
    asked->condition += strstr(url, "/markets?condition_ids=") != NULL;
}

static void expect_same(const struct details *a, const struct details *b)
{
    assert_string_equal(a->rules, b->rules);
    assert_string_equal(a->source, b->source);
    assert_int_equal(a->fee.kind, b->fee.kind);
    assert_true(a->fee.rate == b->fee.rate && a->fee.exponent == b->fee.exponent);
    assert_string_equal(a->fee.type, b->fee.type);
}

static void play_to_the_end(struct onlooker *onlooker)
{
    feed_replay_speed(onlooker->feed, REPLAY_SPEED_ALL);
    feed_replay_pause(onlooker->feed, false);
    ONLOOKER_AWAIT(onlooker, LIMIT, feed_replay(onlooker->feed)->ended);
}

static void expect_replayed(struct onlooker *onlooker, const struct instrument *instrument,
                            const struct details *details)
{
    feed_open(onlooker->feed, 0, instrument->symbol);
    ONLOOKER_AWAIT(onlooker, LIMIT, tells(onlooker, instrument));
    expect_same(&onlooker->view.details, details);
}

static void what_is_opened_is_asked_about_and_recorded(void **state)
{
    struct tape_stage *stage = *state;
    const struct catalogue_entry kalshi = take_entry(stage, VENUE_KALSHI, PRIZE),
                                 polymarket = take_entry(stage, VENUE_POLYMARKET, NULL);
    stage_record(stage);
    const struct details prize = select_market(stage, &kalshi);
    assert_true(strlen(prize.rules) > 0);
    assert_int_equal(prize.fee.kind, FEE_OF_SERIES);
    assert_string_equal(prize.fee.type, "quadratic_with_maker_fees");
    assert_true(prize.fee.rate == FEE_RATE_ONE);
    const struct details other = select_market(stage, &polymarket);
    assert_true(strlen(other.rules) > 0);
    /* Once. */
    for (int i = 0; i < 4; i++) {
        select_market(stage, i % 2 ? &polymarket : &kalshi);
        ONLOOKER_AWAIT(&stage->onlooker, LIMIT, stage->onlooker.view.has_book);
        stage_await_changes(stage, 8);
    }
    stage_end(stage);

    struct tape_files files;
    struct asked asked = {0};
    assert_int_equal(tape_files_open(&files, stage), 1);
    tape_verify(tape_file(&files, 0));
    tape_read(tape_file(&files, 0), count_asked, &asked);
    assert_int_equal(asked.lookups, 2);
    assert_int_equal(asked.series, 1);
    assert_int_equal(asked.condition, 1);
    assert_true(asked.market >= 1); /* its status is asked for like this, too */

    struct onlooker replay = onlooker_of(tape_file(&files, 0));
    play_to_the_end(&replay);
    expect_replayed(&replay, &kalshi.instrument, &prize);
    expect_replayed(&replay, &polymarket.instrument, &other);
    feed_stop(replay.feed);
    tape_files_close(&files);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_opened_is_asked_about_and_recorded, open_stage, close_stage),
    };
    return cmocka_run_group_tests_name("feed/inquiries", tests, NULL, NULL);
}
