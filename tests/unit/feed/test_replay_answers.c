/* What a recording answers in place of venues: questions, lists, and what it asks of nobody. */
#include "replay_rig.h"

static void expect_list(struct onlooker *onlooker, uint32_t lookup, size_t count)
{
    struct answer_view answer = await_answer(onlooker, lookup);
    assert_int_equal(answer.result, ANSWER_LIST);
    assert_int_equal(answer.catalogue->count, count);
    assert_int_equal(answer.catalogue->entries[0].volume_24h, -1);
    feed_release(onlooker->feed, answer.catalogue);
}

static void answers_from_the_recording(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_paused();
    struct feed *feed = onlooker.feed;
    expect_list(&onlooker, feed_search(feed, ""), 2);
    expect_list(&onlooker, feed_open(feed, 0, " "), 2);
    expect_list(&onlooker, feed_search(feed, "kalshi:"), 1);
    expect_list(&onlooker, feed_search(feed, "HARBOUR bridge"), 1);
    expect_list(&onlooker, feed_open(feed, FEED_NO_PANEL, HARBOUR), 1);
    const char *const meant[] = {
        "harbour BRIDGE",
        "KXHARBOR-26DEC-B4.5",
        "kalshi:kxharbor-26dec-b4.5",
        onlooker.view.instrument.symbol,
        onlooker.view.instrument.outcomes[1].token,
        "https://polymarket.com/event/x/will-the-harbour-bridge-at-port-lumen-open-in-december?tid=1"};
    for (size_t i = 0; i < sizeof meant / sizeof meant[0]; i++)
        assert_int_equal(await_answer(&onlooker, feed_open(feed, 1, meant[i])).result, ANSWER_OPENED);
    const char *const unknown[] = {"nothing of the kind", "https://kalshi.com/markets/nothing", "mars:words"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        struct answer_view answer = await_answer(&onlooker, feed_open(feed, 1, unknown[i]));
        assert_int_equal(answer.result, ANSWER_NONE);
        assert_true(answer.why[0]);
    }
    feed_stop(feed);
}

/* Nothing of it was played, and nobody knows yet what there is. */
static void a_question_waits_for_the_recording(void **state)
{
    (void)state;
    const char *begin = begun;
    for (unsigned i = 0; i < 5; i++) {
        struct onlooker onlooker = watch_with(
            (struct feed_replay_options){.paths = &begin, .speed = REPLAY_SPEED_NORMAL, .paused = i % 2 == 0});
        struct feed *feed = onlooker.feed;
        if (i < 2) expect_list(&onlooker, feed_search(feed, ""), 2);
        if (i == 2) assert_int_equal(await_answer(&onlooker, feed_open(feed, 0, HARBOUR)).result, ANSWER_OPENED);
        if (i == 3) assert_int_equal(await_answer(&onlooker, feed_open(feed, 0, "of mars")).result, ANSWER_NONE);
        if (i == 4) feed_search(feed, ""); /* and it ends before */
        feed_stop(feed);
    }
}

/* Whoever types words is not refused for having typed others before, known to the recording by then or not. */
static void only_the_newest_question_of_a_kind_is_kept(void **state)
{
    (void)state;
    const char *begin = begun;
    struct onlooker onlooker =
        watch_with((struct feed_replay_options){.paths = &begin, .speed = REPLAY_SPEED_NORMAL, .paused = true});
    struct feed *feed = onlooker.feed;
    uint32_t asked[24];
    for (unsigned i = 0; i < 24; i++) asked[i] = feed_search(feed, i < 23 ? "of mars" : "");
    for (unsigned i = 0; i < 23; i++) assert_int_equal(await_answer(&onlooker, asked[i]).result, ANSWER_NONE);
    expect_list(&onlooker, asked[23], 2);
    feed_stop(feed);
}

static void lists_with_quotes(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_paused();
    struct answer_view answer = await_answer(&onlooker, feed_search(onlooker.feed, ""));
    feed_list(onlooker.feed, answer.catalogue);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker.quotes.count == 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(onlooker.quotes.quotes[i].live);
        assert_int_equal(onlooker.quotes.quotes[i].proof, PROOF_VERIFIED);
    }
    feed_list(onlooker.feed, NULL);
    feed_select(onlooker.feed, 0, &answer.catalogue->entries[1]);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker_sees(&onlooker, &answer.catalogue->entries[1].instrument));
    feed_release(onlooker.feed, answer.catalogue);
    feed_replay_step(onlooker.feed, REPLAY_MESSAGE);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker.view.has_book); /* nothing was unwatched */
    feed_stop(onlooker.feed);
}

static void asks_nothing_of_anybody(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_paused();
    uint64_t attempts = exchange_attempts(stage.exchange, EXCHANGE_POLYMARKET);
    feed_retry(onlooker.feed);
    feed_record(onlooker.feed, NULL);
    feed_mark(onlooker.feed, "no", 0);
    feed_watch_connections(onlooker.feed, true);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker.connections.count == 2);
    for (size_t i = 0; i < 2; i++) assert_int_equal(onlooker.connections.connections[i].view.state, LINK_STATE_LIVE);
    assert_false(feed_records(onlooker.feed));
    assert_int_equal(exchange_attempts(stage.exchange, EXCHANGE_POLYMARKET), attempts);
    feed_stop(onlooker.feed);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_from_the_recording),
        cmocka_unit_test(a_question_waits_for_the_recording),
        cmocka_unit_test(only_the_newest_question_of_a_kind_is_kept),
        cmocka_unit_test(lists_with_quotes),
        cmocka_unit_test(asks_nothing_of_anybody),
    };
    return cmocka_run_group_tests(tests, record_session, forget_session);
}
