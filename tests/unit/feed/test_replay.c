/* A recording in place of the network: a session with the local exchange is recorded, and watched again. */
#include "replay_rig.h"

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
        cmocka_unit_test(a_replay_is_not_recorded),
        cmocka_unit_test(a_file_that_is_cut_is_told_of),
        cmocka_unit_test(the_opening_can_be_watched_and_ended),
        cmocka_unit_test(ends_at_once),
        cmocka_unit_test(is_no_feed_without_a_recording),
    };
    return cmocka_run_group_tests(tests, record_session, forget_session);
}
