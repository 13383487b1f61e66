/* The feed against the local exchange: what a user opens, lists and searches there arrives as views. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "stage.h"

static void shows_a_market_of_the_list(void **state)
{
    struct stage *stage = *state;
    struct answer_view answer = await_answer(stage, feed_search(stage->feed, ""));
    assert_int_equal(answer.result, ANSWER_LIST);
    assert_true(answer.catalogue->count >= 10);
    feed_select(stage->feed, 0, &answer.catalogue->entries[0]);
    AWAIT(stage, stage->onlooker.view.link.state == LINK_STATE_LIVE);
    assert_true(stage->onlooker.view.has_book && stage->onlooker.view.demo);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_VERIFIED);
    assert_true(stage->onlooker.view.statistics.two_sided);
    assert_string_equal(stage->onlooker.view.instrument.title, answer.catalogue->entries[0].instrument.title);
    for (size_t i = 0; i < VIEW_STEPS; i++) assert_true(stage->onlooker.view.link.steps[i] >= 0);
    assert_true(stage->onlooker.view.latency == LATENCY_UNKNOWN || stage->onlooker.view.latency < LIMIT);
    uint64_t serial = stage->onlooker.view.serial, changes = stage->onlooker.view.change_count;
    AWAIT(stage, stage->onlooker.view.change_count > changes && stage->onlooker.view.serial > serial);
    AWAIT(stage, stage->onlooker.view.tape.count > 0);
    /* What was traded at each price is that of all trades, which are no more than the tape holds. */
    const struct book_view *view = &stage->onlooker.view;
    quantity_t traded = 0, at_prices = 0;
    for (uint32_t i = 0; i < view->tape.count; i++) traded += view->tape.trades[i].quantity;
    for (uint32_t i = 0; i < view->volume.count; i++) at_prices += view->volume.prices[i].quantity;
    assert_true(view->volume.count > 0 && at_prices >= traded);
    if (view->tape.total == view->tape.count) assert_int_equal(at_prices, traded);
    feed_release(stage->feed, answer.catalogue);
}

static void never_shows_a_crossed_book(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, "will-the-harbour-bridge-at-port-lumen-open-in-december");
    AWAIT(stage, stage->onlooker.view.has_book);
    for (uint64_t seen = stage->onlooker.view.serial; stage->onlooker.view.serial < seen + 60;) {
        uint64_t serial = stage->onlooker.view.serial;
        AWAIT(stage, stage->onlooker.view.serial > serial);
        if (stage->onlooker.view.statistics.two_sided) assert_true(stage->onlooker.view.statistics.spread > 0);
    }
}

static void opens_by_slug_address_and_token(void **state)
{
    struct stage *stage = *state;
    const char *slug = "polymarket:port-lumen-tide-index-up-or-down";
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 0, slug)).result, ANSWER_OPENED);
    AWAIT(stage, stage->onlooker.view.has_book);
    assert_string_equal(stage->onlooker.view.instrument.outcomes[0].name, "Up");
    struct instrument known = stage->onlooker.view.instrument;
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 1, known.outcomes[1].token)).result, ANSWER_OPENED);
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 2, known.symbol)).result, ANSWER_OPENED);
    char address[256];
    snprintf(address, sizeof address, "https://polymarket.com/event/%s", known.event_slug);
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 3, address)).result, ANSWER_OPENED);
    /* The same market on every panel: one handle. */
    const struct book_view *other = NULL;
    AWAIT(stage, (other = feed_view(stage->feed, 3)) && other->has_book);
    assert_true(market_handle_equal(other->market, stage->onlooker.view.market));
}

static void offers_a_choice_and_searches(void **state)
{
    struct stage *stage = *state;
    struct answer_view event = await_answer(stage, feed_open(stage->feed, 0, "who-becomes-mayor-of-port-lumen"));
    assert_int_equal(event.result, ANSWER_LIST);
    assert_true(event.catalogue->count > 1);
    struct answer_view words = await_answer(stage, feed_open(stage->feed, 0, "lighthouse"));
    assert_int_equal(words.result, ANSWER_LIST);
    assert_int_equal(words.catalogue->count, 1);
    struct answer_view none = await_answer(stage, feed_open(stage->feed, 0, "quarterly zeppelin"));
    assert_int_equal(none.result, ANSWER_NONE);
    assert_true(none.why[0] && !none.catalogue);
    struct answer_view venue = await_answer(stage, feed_open(stage->feed, 0, "nowhere:x"));
    assert_int_equal(venue.result, ANSWER_NONE);
    feed_release(stage->feed, event.catalogue);
    feed_release(stage->feed, words.catalogue);
}

static void lists_have_live_quotes(void **state)
{
    struct stage *stage = *state;
    struct answer_view answer = await_answer(stage, feed_search(stage->feed, ""));
    feed_list(stage->feed, answer.catalogue);
    AWAIT(stage, stage->onlooker.quotes.count == answer.catalogue->count && stage->onlooker.quotes.quotes[0].live &&
                     stage->onlooker.quotes.quotes[stage->onlooker.quotes.count - 1].live);
    for (size_t i = 0; i < stage->onlooker.quotes.count; i++) {
        const struct quote *quote = &stage->onlooker.quotes.quotes[i];
        assert_true(quote->best_bid == PRICE_NONE || quote->best_ask == PRICE_NONE ||
                    quote->best_bid < quote->best_ask);
    }
    feed_list(stage->feed, NULL);
    feed_release(stage->feed, answer.catalogue);
    assert_int_equal(await_answer(stage, feed_search(stage->feed, "mayor")).result, ANSWER_LIST);
}

static int open_stage_with_cut(void **state)
{
    /* After so many messages: however slow we are, the book is here then. */
    return open_stage_with(state, "30, cut\n", false);
}

static void a_cut_connection_comes_back(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, "will-the-harbour-bridge-at-port-lumen-open-in-december");
    AWAIT(stage, stage->onlooker.view.has_book);
    uint32_t epoch = stage->onlooker.view.epoch;
    AWAIT(stage, stage->onlooker.view.link.state == LINK_STATE_DOWN);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_STALE);
    assert_true(stage->onlooker.view.has_book); /* to be drawn, as stale */
    assert_true(stage->onlooker.view.link.reason[0]);
    assert_true(stage->onlooker.view.link.retry_at > 0 && stage->onlooker.view.link.retry_at != TIME_NEVER);
    assert_true(stage->onlooker.view.depth.bid_count > 0);
    AWAIT(stage, stage->onlooker.view.link.state == LINK_STATE_LIVE);
    assert_int_equal(stage->onlooker.view.proof.state, PROOF_VERIFIED);
    assert_true(stage->onlooker.view.epoch > epoch);
    assert_int_equal(stage->onlooker.view.link.reconnects, 1);
    assert_string_equal(stage->onlooker.view.link.reason, "");
}

static int open_nowhere(void **state)
{
    start_feed(make_stage(state), 1, (struct text){NULL, 0}, NULL);
    return 0;
}

static void says_why_nobody_answers(void **state)
{
    struct stage *stage = *state;
    struct answer_view answer = await_answer(stage, feed_open(stage->feed, 0, "anything"));
    assert_int_equal(answer.result, ANSWER_FAILED);
    assert_non_null(strstr(answer.why, "refused"));
}

/* Ends in the middle of everything: nothing hangs, nothing leaks (the sanitizers look). */
static void stops_at_any_time(void **state)
{
    struct stage *stage = *state;
    for (unsigned i = 0; i < 6; i++) {
        struct stage other = {0};
        start_feed(&other, i % 2 ? 1 : exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
        for (unsigned n = 0; n < 20; n++) feed_open(other.feed, n % FEED_PANELS, "port-lumen-tide-index-up-or-down");
        feed_search(other.feed, "");
        struct answer_view answer;
        if (i > 2) AWAIT(&other, feed_answer(other.feed, &answer));
        feed_stop(other.feed);
    }
}

static void looks_up_without_a_panel(void **state)
{
    struct stage *stage = *state;
    uint32_t lookup = feed_open(stage->feed, FEED_NO_PANEL, "port-lumen-tide-index-up-or-down");
    struct answer_view answer = await_answer(stage, lookup);
    assert_int_equal(answer.result, ANSWER_LIST);
    assert_int_equal(answer.catalogue->count, 1);
    assert_int_equal(answer.market.generation, 0);
    feed_release(stage->feed, answer.catalogue);
    answer = await_answer(stage, feed_open(stage->feed, 0, "port-lumen-tide-index-up-or-down"));
    assert_int_equal(answer.result, ANSWER_OPENED);
    AWAIT(stage, market_handle_equal(stage->onlooker.view.market, answer.market));
}

static const struct CMUnitTest tests[] = {
    TEST(shows_a_market_of_the_list, open_stage),      TEST(never_shows_a_crossed_book, open_stage),
    TEST(opens_by_slug_address_and_token, open_stage), TEST(offers_a_choice_and_searches, open_stage),
    TEST(lists_have_live_quotes, open_stage),          TEST(a_cut_connection_comes_back, open_stage_with_cut),
    TEST(says_why_nobody_answers, open_nowhere),       TEST(stops_at_any_time, open_stage),
    TEST(looks_up_without_a_panel, open_stage),
};

STAGE_MAIN(tests, "feed/feed")
