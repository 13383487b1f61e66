/* A later file of a session by itself: to the screen it begins where that file does. */
#include "replay_rig.h"

static struct recording_info part; /* as the files have it */
static struct recording *opened;

static int record_parts(void **state)
{
    (void)state;
    char error[REASON];
    stage_prepare(&stage, FAST);
    stage.recording.rotate_time = 25 * SECOND;
    stage_start(&stage);
    stage_show(&stage, HARBOUR);
    stage_record(&stage);
    int64_t since = moved_now(NULL).mono;
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, moved_now(NULL).mono - since > 27 * SECOND);
    assert_true(taping_mark(stage.taping, "a mark", 0));
    stage_await_changes(&stage, CHANGES);
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 2);
    path = tape_file(&files, 1);
    opened = recording_open(&path, 1, error, sizeof error);
    assert_true(opened && recording_survey(opened, &part, NULL, NULL));
    return 0;
}

static int forget_parts(void **state)
{
    recording_info_free(&part);
    recording_close(opened);
    return forget_session(state);
}

/* Whether its first round was done soon enough to be shown is not asked: the clock was fast. */
static struct onlooker watch_from(int64_t m)
{
    struct onlooker onlooker =
        watch_with((struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .paused = true, .from = m});
    ONLOOKER_AWAIT(&onlooker, LIMIT, !at(&onlooker)->seeking);
    return onlooker;
}

static void begins_where_its_file_does(void **state)
{
    (void)state;
    assert_true(part.first > 20 * SECOND);
    assert_true(part.length > part.first);
    struct onlooker onlooker = watch_from(0);
    await_survey(&onlooker);
    const struct replay_view *view = at(&onlooker);
    assert_int_equal(view->lacking, 1);
    assert_int_equal(view->length, part.length - part.first);
    assert_int_equal(view->began, part.header.stamp.wall + part.first);
    assert_in_range(view->position, 0, SECOND); /* the first round, or where it was waited for in vain */
    assert_int_equal(clock_now(feed_clock(onlooker.feed)).mono, PLAYBACK_BASE + part.first + view->position);
    size_t marks = 0;
    for (uint32_t i = 0; i < view->landmark_count; i++) {
        if (view->landmarks[i].kind != LANDMARK_MARK) continue;
        marks++;
        assert_true(view->landmarks[i].m <= view->length);
    }
    assert_int_equal(marks, 1);
    feed_stop(onlooker.feed);
}

static void is_gone_through_by_places(void **state)
{
    (void)state;
    struct onlooker onlooker = watch_from(0);
    await_survey(&onlooker);
    const int64_t middle = at(&onlooker)->length / 2;
    feed_replay_seek(onlooker.feed, middle);
    await_position(&onlooker, middle);
    assert_int_equal(clock_now(feed_clock(onlooker.feed)).mono, PLAYBACK_BASE + part.first + middle);
    feed_replay_seek(onlooker.feed, part.length); /* as a recording's m: behind the end of this one */
    await_position(&onlooker, part.length - part.first);
    feed_stop(onlooker.feed);

    /* Where it is told to begin is an m. */
    onlooker = watch_from(part.first + middle);
    await_position(&onlooker, middle);
    feed_stop(onlooker.feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_where_its_file_does),
        cmocka_unit_test(is_gone_through_by_places),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/replay_part", tests, record_parts, forget_parts);
}
