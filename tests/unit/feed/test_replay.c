/* A recording in place of the network: a session with the local exchange is recorded, and watched again. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/feed/playback.h"
#include "booktop/feed/replay.h"
#include "tape.h"

#define FAST 10
/* Messages of the recording that a test cannot do without. */
#define CHANGES 60

static struct tape_stage stage;
static struct tape_files files;
static const char *path;
static char begun[128]; /* another one, of the begin: its first round is empty */

/* === The recording === */

static struct recorder *record_the_begin(void)
{
    char error[REASON];
    snprintf(begun, sizeof begun, "%s/begun.obr.zst", stage.folder);
    struct recorder_options options = stage.recording;
    options.path = begun;
    struct recorder *recorder = recorder_create(&options, error, sizeof error);
    if (!recorder) fail_msg("%s", error);
    return recorder;
}

static int record_session(void **state)
{
    (void)state;
    char error[REASON];
    stage_prepare(&stage, FAST);
    struct recorder *recorder = stage.options.recorder = record_the_begin();
    stage_start(&stage);
    stage_show(&stage, TIDE);
    stage_show(&stage, HARBOUR);
    stage_await_changes(&stage, 5);
    feed_record(stage.onlooker.feed, NULL);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, !feed_records(stage.onlooker.feed));
    assert_true(recorder_close(recorder, error, sizeof error));
    stage_record(&stage);
    stage_await_changes(&stage, CHANGES);
    assert_true(taping_mark(stage.taping, "a mark"));
    stage_await_changes(&stage, CHANGES);
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    path = tape_file(&files, 0);
    return 0;
}

static int forget_session(void **state)
{
    (void)state;
    tape_files_close(&files);
    stage_forget(&stage);
    return 0;
}

/* === Watching it === */

static struct onlooker watch_with(struct feed_replay_options options)
{
    char error[REASON] = "what was there before";
    if (!options.paths) options.paths = &path;
    options.path_count = 1;
    struct feed_options feed_options = {.clock = &clock_system, .replay = &options};
    struct onlooker onlooker = {.feed = feed_start(&feed_options, error, sizeof error)};
    if (!onlooker.feed) fail_msg("%s", error);
    assert_string_equal(error, "");
    return onlooker;
}

static const struct replay_view *at(const struct onlooker *onlooker)
{
    return feed_replay(onlooker->feed);
}

static struct answer_view await_answer(struct onlooker *onlooker, uint32_t lookup)
{
    struct answer_view answer = {0};
    ONLOOKER_AWAIT(onlooker, LIMIT, feed_answer(onlooker->feed, &answer));
    assert_int_equal(answer.lookup, lookup);
    return answer;
}

/* On the first panel. */
static void show(struct onlooker *onlooker, const char *words)
{
    struct answer_view answer = await_answer(onlooker, feed_open(onlooker->feed, 0, words));
    assert_int_equal(answer.result, ANSWER_OPENED);
    ONLOOKER_AWAIT(onlooker, LIMIT, onlooker->view.has_book);
}

static struct onlooker watch_paused(void)
{
    struct onlooker onlooker = watch_with((struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .paused = true});
    show(&onlooker, HARBOUR);
    return onlooker;
}

static void await_position(struct onlooker *onlooker, int64_t m)
{
    ONLOOKER_AWAIT(onlooker, LIMIT, at(onlooker)->position == m && !at(onlooker)->seeking);
}

static void await_survey(struct onlooker *onlooker)
{
    ONLOOKER_AWAIT(onlooker, LIMIT, at(onlooker)->surveyed == 1000);
}

static bool is_current(const struct onlooker *onlooker)
{
    struct stamp now = clock_now(feed_clock(onlooker->feed));
    return onlooker->view.link.state == LINK_STATE_LIVE && book_proof(&onlooker->view, now) == PROOF_VERIFIED;
}

/* What the book was at a time, by the playback alone. */
static void digest_at(const char *symbol, int64_t m, char out[DIGEST_TEXT_SIZE])
{
    char error[REASON] = "";
    struct playback *playback =
        playback_open(&(struct playback_options){.paths = &path, .path_count = 1}, error, sizeof error);
    if (!playback) fail_msg("%s", error);
    while (playback_peek(playback)->kind != PLAYBACK_AT_END && playback_peek(playback)->m <= m) playback_step(playback);
    const struct market *market =
        registry_find(engine_registry(playback_engine(playback)), VENUE_POLYMARKET, text_from(symbol), NULL);
    assert_non_null(market);
    digest_book(&market->instrument, &market->book, 0, out);
    playback_close(playback);
}

static void expect_book_of(struct onlooker *onlooker, int64_t m)
{
    char expected[DIGEST_TEXT_SIZE], shown[DIGEST_TEXT_SIZE];
    digest_at(onlooker->view.instrument.symbol, m, expected);
    /* How far the replay is and what the book is are told apart: the book may come a moment later. */
    ONLOOKER_AWAIT(onlooker, LIMIT, (onlooker_digest(onlooker, 0, shown), strcmp(shown, expected) == 0));
}

static void shows_the_first_round_though_it_is_paused(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_paused();
    assert_true(is_current(&onlooker));
    assert_true(onlooker.view.demo);
    assert_int_equal(onlooker.view.volume_24h, -1);
    assert_true(at(&onlooker)->paused && !at(&onlooker)->ended);
    struct stamp first = clock_now(feed_clock(onlooker.feed));
    await_survey(&onlooker);
    struct stamp later = clock_now(feed_clock(onlooker.feed));
    assert_int_equal(first.mono, later.mono);
    assert_int_equal(first.wall, later.wall);
    assert_int_equal(first.mono, PLAYBACK_BASE + at(&onlooker)->position);
    assert_int_equal(at(&onlooker)->landmark_count, 1);
    assert_string_equal(at(&onlooker)->landmarks[0].words, "a mark");
    assert_true(at(&onlooker)->length > at(&onlooker)->landmarks[0].m);
    assert_int_equal(at(&onlooker)->faults, 0);
    feed_stop(onlooker.feed);
}

static void plays_all_of_it_and_stays_at_the_end(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_paused();
    uint64_t before = at(&onlooker)->messages;
    feed_replay_speed(onlooker.feed, REPLAY_SPEED_ALL);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended);
    await_survey(&onlooker);
    assert_true(at(&onlooker)->paused);
    assert_int_equal(at(&onlooker)->position, at(&onlooker)->length);
    assert_true(at(&onlooker)->messages >= before + CHANGES);
    ONLOOKER_AWAIT(&onlooker, LIMIT, PLAYBACK_BASE + at(&onlooker)->length - onlooker.view.changed.mono < 5 * SECOND);
    assert_true(is_current(&onlooker));
    expect_book_of(&onlooker, INT64_MAX);
    feed_replay_pause(onlooker.feed, false); /* there is nothing more */
    feed_replay_step(onlooker.feed, REPLAY_MESSAGE);
    feed_replay_seek(onlooker.feed, at(&onlooker)->length / 2);
    await_position(&onlooker, at(&onlooker)->length / 2);
    assert_true(at(&onlooker)->paused && !at(&onlooker)->ended);
    feed_stop(onlooker.feed);
}

static void runs_by_the_speed(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_paused();
    int64_t from = at(&onlooker)->position, began = clock_now(&clock_system).mono;
    feed_replay_speed(onlooker.feed, 2 * REPLAY_SPEED_NORMAL);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->position - from >= SECOND / 2);
    assert_true(clock_now(&clock_system).mono - began >= SECOND / 4);
    struct stamp first = clock_now(feed_clock(onlooker.feed)), second = clock_now(feed_clock(onlooker.feed));
    assert_true(second.mono >= first.mono);
    feed_replay_pause(onlooker.feed, true);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->paused);
    assert_true(at(&onlooker)->position >= first.mono - PLAYBACK_BASE);
    assert_true(at(&onlooker)->rate == 0 || at(&onlooker)->messages > 0);
    feed_replay_speed(onlooker.feed, 1);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->speed == REPLAY_SPEED_LEAST);
    feed_replay_speed(onlooker.feed, UINT32_MAX);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->speed == REPLAY_SPEED_MOST);
    feed_stop(onlooker.feed);
}

static void goes_by_steps(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_paused();
    for (unsigned i = 0; i < 20; i++) {
        uint64_t messages = at(&onlooker)->messages;
        feed_replay_step(onlooker.feed, REPLAY_MESSAGE);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->messages > messages);
        assert_int_equal(at(&onlooker)->messages, messages + 1);
    }
    for (unsigned i = 0; i < 20; i++) {
        uint64_t changes = onlooker.view.change_count;
        feed_replay_step(onlooker.feed, REPLAY_CHANGE);
        ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker.view.change_count > changes);
        assert_true(i == 0 || onlooker.view.change_count == changes + 1);
        await_position(&onlooker, onlooker.view.changed.mono - PLAYBACK_BASE);
    }
    assert_true(at(&onlooker)->paused);
    expect_book_of(&onlooker, at(&onlooker)->position);
    feed_stop(onlooker.feed);
}

static void seeks(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_paused();
    await_survey(&onlooker);
    int64_t length = at(&onlooker)->length;
    const int64_t places[] = {length / 2, length / 4, length / 4 + SECOND / 10, length - 1, length / 3, length / 3};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        uint32_t epoch = onlooker.view.epoch;
        feed_replay_seek(onlooker.feed, places[i]);
        ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker.view.epoch > epoch && onlooker.view.has_book);
        await_position(&onlooker, places[i]);
        assert_int_equal(clock_now(feed_clock(onlooker.feed)).mono, PLAYBACK_BASE + places[i]);
        assert_true(is_current(&onlooker));
        expect_book_of(&onlooker, places[i]);
    }
    feed_replay_seek(onlooker.feed, INT64_MAX);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->position == length);
    uint32_t epoch = onlooker.view.epoch;
    feed_replay_seek(onlooker.feed, -5);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->position < SECOND / 2 && !at(&onlooker)->seeking);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker.view.epoch > epoch && is_current(&onlooker));
    int64_t begin = at(&onlooker)->position; /* it shows the first round */
    expect_book_of(&onlooker, begin);
    feed_replay_step(onlooker.feed, REPLAY_CHANGE);
    ONLOOKER_AWAIT(&onlooker, LIMIT, is_current(&onlooker) && at(&onlooker)->position > begin);
    feed_stop(onlooker.feed);
}

static void begins_where_it_is_told_to(void **state)
{
    (void)state;
    struct onlooker first = watch_paused();
    await_survey(&first);
    int64_t middle = at(&first)->length / 2;
    feed_stop(first.feed);
    struct onlooker onlooker =
        watch_with((struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .paused = true, .from = middle});
    show(&onlooker, HARBOUR);
    await_position(&onlooker, middle);
    assert_true(is_current(&onlooker));
    expect_book_of(&onlooker, middle);
    feed_stop(onlooker.feed);
}

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

static void a_replay_is_not_recorded(void **state)
{
    (void)state;
    char error[REASON];
    char again[128];
    snprintf(again, sizeof again, "%s/again.obr.zst", stage.folder);
    struct recorder_options recording = stage.recording;
    recording.path = again;
    struct recorder *recorder = recorder_create(&recording, error, sizeof error);
    if (!recorder) fail_msg("%s", error);
    struct feed_replay_options options = {.paths = &path, .path_count = 1, .speed = REPLAY_SPEED_ALL};
    struct feed_options feed_options = {.clock = &clock_system, .replay = &options, .recorder = recorder};
    struct feed *feed = feed_start(&feed_options, error, sizeof error);
    if (!feed) fail_msg("%s", error);
    assert_false(feed_records(feed));
    feed_stop(feed);
    assert_true(recorder_close(recorder, error, sizeof error));
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
    feed_mark(onlooker.feed, "no");
    feed_watch_connections(onlooker.feed, true);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker.connections.count == 2);
    for (size_t i = 0; i < 2; i++) assert_int_equal(onlooker.connections.connections[i].view.state, LINK_STATE_LIVE);
    assert_false(feed_records(onlooker.feed));
    assert_int_equal(exchange_attempts(stage.exchange, EXCHANGE_POLYMARKET), attempts);
    feed_stop(onlooker.feed);
}

static void copy_of_recording(char copy[128])
{
    char bytes[4096];
    snprintf(copy, 128, "%s/copy.obr.zst", stage.folder);
    FILE *from = fopen(path, "rb"), *to = fopen(copy, "wb");
    assert_true(from && to);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, from)) > 0;) assert_int_equal(fwrite(bytes, 1, got, to), got);
    fclose(from);
    assert_int_equal(fclose(to), 0);
}

/* What was read stays; what is sought then is not there, and that is said. */
static void a_file_that_is_cut_is_told_of(void **state)
{
    (void)state;
    char copy[128];
    const char *cut = copy;
    copy_of_recording(copy);
    struct onlooker onlooker =
        watch_with((struct feed_replay_options){.paths = &cut, .speed = REPLAY_SPEED_NORMAL, .paused = true});
    show(&onlooker, HARBOUR);
    await_survey(&onlooker);
    int64_t length = at(&onlooker)->length;
    feed_replay_seek(onlooker.feed, length);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && is_current(&onlooker));
    assert_false(at(&onlooker)->blind);
    assert_int_equal(truncate(copy, 1000), 0);
    feed_replay_seek(onlooker.feed, length / 2);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->trouble[0] && !at(&onlooker)->seeking);
    assert_non_null(strstr(at(&onlooker)->trouble, "cut or written over"));
    assert_true(at(&onlooker)->blind);
    ONLOOKER_AWAIT(&onlooker, LIMIT, !onlooker.view.has_book);
    feed_replay_seek(onlooker.feed, 0);
    feed_replay_step(onlooker.feed, REPLAY_MESSAGE);
    feed_replay_pause(onlooker.feed, false);
    feed_stop(onlooker.feed);
    assert_int_equal(unlink(copy), 0);
}

struct patience {
    unsigned asked;
    bool ends;
};

static bool wait_on(void *context, unsigned thousandths)
{
    struct patience *patience = context;
    assert_true(thousandths <= 1000);
    patience->asked++;
    return !patience->ends;
}

/* Whoever waits for the opening is asked, and nobody later. */
static void the_opening_can_be_watched_and_ended(void **state)
{
    (void)state;
    char error[REASON] = "";
    struct patience patience = {0};
    struct onlooker onlooker = watch_with(
        (struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .paused = true, .watch = {wait_on, &patience}});
    unsigned asked = patience.asked;
    assert_true(asked > 0);
    show(&onlooker, HARBOUR);
    feed_stop(onlooker.feed);
    assert_int_equal(patience.asked, asked);
    patience.ends = true;
    struct feed_replay_options options = {.paths = &path, .path_count = 1, .watch = {wait_on, &patience}};
    struct feed_options feed_options = {.clock = &clock_system, .replay = &options};
    assert_null(feed_start(&feed_options, error, sizeof error));
    assert_non_null(strstr(error, "stopped"));
}

static void ends_at_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        struct onlooker onlooker = watch_with((struct feed_replay_options){.speed = REPLAY_SPEED_ALL});
        if (i % 2) feed_replay_seek(onlooker.feed, INT64_MAX);
        feed_stop(onlooker.feed);
    }
}

static void is_no_feed_without_a_recording(void **state)
{
    (void)state;
    char error[REASON] = "";
    const char *nowhere = "/nowhere/at/all.obr.zst";
    struct feed_replay_options options = {.paths = &nowhere, .path_count = 1};
    struct feed_options feed_options = {.clock = &clock_system, .replay = &options};
    assert_null(feed_start(&feed_options, error, sizeof error));
    assert_true(error[0]);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_first_round_though_it_is_paused),
        cmocka_unit_test(plays_all_of_it_and_stays_at_the_end),
        cmocka_unit_test(runs_by_the_speed),
        cmocka_unit_test(goes_by_steps),
        cmocka_unit_test(seeks),
        cmocka_unit_test(begins_where_it_is_told_to),
        cmocka_unit_test(answers_from_the_recording),
        cmocka_unit_test(a_question_waits_for_the_recording),
        cmocka_unit_test(only_the_newest_question_of_a_kind_is_kept),
        cmocka_unit_test(a_replay_is_not_recorded),
        cmocka_unit_test(lists_with_quotes),
        cmocka_unit_test(asks_nothing_of_anybody),
        cmocka_unit_test(a_file_that_is_cut_is_told_of),
        cmocka_unit_test(the_opening_can_be_watched_and_ended),
        cmocka_unit_test(ends_at_once),
        cmocka_unit_test(is_no_feed_without_a_recording),
    };
    return cmocka_run_group_tests(tests, record_session, forget_session);
}
