/* A session with the local exchange that was recorded, and is watched again. */
#ifndef BOOKTOP_TESTS_REPLAY_RIG_H
#define BOOKTOP_TESTS_REPLAY_RIG_H

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

static inline struct recorder *record_the_begin(void)
{
    char error[REASON];
    snprintf(begun, sizeof begun, "%s/begun.obr.zst", stage.folder);
    struct recorder_options options = stage.recording;
    options.path = begun;
    struct recorder *recorder = recorder_create(&options, error, sizeof error);
    if (!recorder) fail_msg("%s", error);
    return recorder;
}

static inline int record_session(void **state)
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
    assert_true(taping_mark(stage.taping, "a mark", 0));
    stage_await_changes(&stage, CHANGES);
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    path = tape_file(&files, 0);
    return 0;
}

static inline int forget_session(void **state)
{
    (void)state;
    tape_files_close(&files);
    stage_forget(&stage);
    return 0;
}

/* === Watching it === */

static inline struct onlooker watch_with(struct feed_replay_options options)
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

static inline const struct replay_view *at(const struct onlooker *onlooker)
{
    return feed_replay(onlooker->feed);
}

static inline struct answer_view await_answer(struct onlooker *onlooker, uint32_t lookup)
{
    struct answer_view answer = {0};
    ONLOOKER_AWAIT(onlooker, LIMIT, feed_answer(onlooker->feed, &answer));
    assert_int_equal(answer.lookup, lookup);
    return answer;
}

/* On the first panel. */
static inline void show(struct onlooker *onlooker, const char *words)
{
    struct answer_view answer = await_answer(onlooker, feed_open(onlooker->feed, 0, words));
    assert_int_equal(answer.result, ANSWER_OPENED);
    ONLOOKER_AWAIT(onlooker, LIMIT, onlooker->view.has_book);
}

static inline struct onlooker watch_paused(void)
{
    struct onlooker onlooker = watch_with((struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .paused = true});
    show(&onlooker, HARBOUR);
    return onlooker;
}

static inline void await_position(struct onlooker *onlooker, int64_t m)
{
    ONLOOKER_AWAIT(onlooker, LIMIT, at(onlooker)->position == m && !at(onlooker)->seeking);
}

static inline void await_survey(struct onlooker *onlooker)
{
    ONLOOKER_AWAIT(onlooker, LIMIT, at(onlooker)->surveyed == 1000);
}

static inline bool is_current(const struct onlooker *onlooker)
{
    struct stamp now = clock_now(feed_clock(onlooker->feed));
    return onlooker->view.link.state == LINK_STATE_LIVE && book_proof(&onlooker->view, now) == PROOF_VERIFIED;
}

#endif
