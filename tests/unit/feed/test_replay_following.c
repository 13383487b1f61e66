/* A replay of what is still being recorded: on in its next files, and what a seek passes over. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>

#include "../../../src/feed/replay_inside.h"
#include "booktop/feed/replay.h"
#include "booktop/net/loop.h"
#include "onlooker.h"
#include "rig.h"

#define SECOND NANOSECONDS_PER_SECOND
#define LIMIT  (60 * SECOND)

static const struct replay_view *at(const struct onlooker *onlooker)
{
    return feed_replay(onlooker->feed);
}

/* === Files of a folder === */

static char folder[32];
static unsigned char part;

static void name_part(struct rig *rig)
{
    snprintf(rig->path, sizeof rig->path, "%s/booktop-2025-%u.obr.zst", folder, part);
}

static int open_folder(void **state)
{
    int result = open_rig(state);
    struct rig *rig = *state;
    strcpy(folder, "/tmp/booktop-following-XXXXXX");
    part = 0;
    if (!mkdtemp(folder)) return -1;
    name_part(rig);
    return result;
}

static int close_folder(void **state)
{
    DIR *listing = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.') unlinkat(dirfd(listing), entry->d_name, 0);
    closedir(listing);
    rmdir(folder);
    return close_rig(state);
}

/* `follows`: by its chain, too. */
static void change_files_so(struct rig *rig, bool follows)
{
    char error[300], previous[RECORD_HASH_SIZE];
    struct archive *before = rig->archive;
    assert_true(archive_end(before, now(rig)));
    archive_hash(before, previous);
    if (!follows) previous[0] = previous[0] == '0' ? '1' : '0';
    part++;
    name_part(rig);
    struct archive_options options = {.path = rig->path, .compressed = true, .block_bytes = 2000, .from = BEGAN};
    options.header = (struct record_header){
        .tool = "hand", .boot = "none", .sequence = part, .previous = previous, .stamp = {BEGAN, WALL}};
    options.header.venues[VENUE_POLYMARKET] = true;
    options.stamp = now(rig);
    options.block_time = INT64_MAX / 8;
    rig->archive = archive_create(&options, error, sizeof error);
    if (!rig->archive) fail_msg("%s", error);
    if (!archive_close(before, now(rig), error, sizeof error)) fail_msg("%s", error);
}

/* As a recorder goes on in the next one. */
static void change_files(struct rig *rig)
{
    change_files_so(rig, true);
}

/* Watched, paused at its begin; and all of it was gone through. */
static struct onlooker watch(struct rig *rig)
{
    record_messages(rig, 2000, 100);
    struct onlooker onlooker = onlooker_of(rig->path);
    feed_open(onlooker.feed, 0, catalogue.entries[0].instrument.symbol);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker_sees(&onlooker, &catalogue.entries[0].instrument));
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->books_known);
    assert_true(at(&onlooker)->paused && at(&onlooker)->partly);
    return onlooker;
}

/* And watched up to where it ends so far. */
static struct onlooker follow(struct rig *rig)
{
    struct onlooker onlooker = watch(rig);
    feed_replay_speed(onlooker.feed, REPLAY_SPEED_ALL);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && at(&onlooker)->open);
    return onlooker;
}

static void it_goes_on_in_the_next_file(void **state)
{
    struct rig *rig = *state;
    struct onlooker onlooker = follow(rig);
    uint32_t jumps = at(&onlooker)->jumps;
    for (unsigned i = 0; i < 2; i++) {
        uint64_t told = at(&onlooker)->messages;
        say(rig, 20);
        change_files(rig);
        say(rig, 60);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->messages > told + 20 && at(&onlooker)->ended);
        assert_true(at(&onlooker)->open && !at(&onlooker)->paused);
    }
    end_file(rig);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && !at(&onlooker)->open);
    assert_true(at(&onlooker)->paused);
    assert_int_equal(at(&onlooker)->position, rig->m);
    assert_int_equal(at(&onlooker)->messages, 260);
    assert_int_equal(at(&onlooker)->jumps, jumps);
    assert_int_equal(at(&onlooker)->faults, 0);
    assert_true(!at(&onlooker)->blind && onlooker.view.has_book);
    feed_stop(onlooker.feed);
}

/* To stand at an end that is none any more would be to fall behind by as long, each time. */
static void where_there_is_more_it_does_not_stand(void **state)
{
    struct rig *rig = *state;
    struct onlooker onlooker = watch(rig);
    say(rig, 60);
    feed_replay_speed(onlooker.feed, REPLAY_SPEED_ALL);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended);
    assert_int_equal(at(&onlooker)->messages, 160);
    assert_true(at(&onlooker)->open);
    end_file(rig);
    feed_stop(onlooker.feed);
}

static void await_more(struct onlooker *onlooker, struct rig *rig)
{
    int64_t length = at(onlooker)->length;
    say(rig, 60);
    ONLOOKER_AWAIT(onlooker, LIMIT, at(onlooker)->length > length);
}

/* There is more already when it goes on in the next file. Nothing of it is played then, but that it comes is known. */
static void paused_it_waits_in_the_next_file(void **state)
{
    struct rig *rig = *state;
    struct onlooker onlooker = follow(rig);
    feed_replay_pause(onlooker.feed, true);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->paused);
    int64_t so_far = at(&onlooker)->position;
    await_more(&onlooker, rig);
    ONLOOKER_AWAIT(&onlooker, LIMIT, !at(&onlooker)->ended);
    change_files(rig);
    await_more(&onlooker, rig);
    await_more(&onlooker, rig); /* it was looked at between the two */
    assert_true(at(&onlooker)->open && at(&onlooker)->paused && !at(&onlooker)->ended);
    assert_int_equal(at(&onlooker)->position, so_far);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended);
    assert_true(at(&onlooker)->open && at(&onlooker)->position > so_far);
    feed_replay_pause(onlooker.feed, true);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->paused);
    end_file(rig);
    ONLOOKER_AWAIT(&onlooker, LIMIT, !at(&onlooker)->open);
    feed_stop(onlooker.feed);
}

static const struct recording_landmark *find(const struct replay_view *view, enum landmark_kind kind)
{
    for (uint32_t i = 0; i < view->landmark_count; i++)
        if (view->landmarks[i].kind == kind) return &view->landmarks[i];
    return NULL;
}

/* Of the same file and of the next one, while nothing is played; and there it can be gone to. */
static void a_seek_passes_nothing_over(void **state)
{
    struct rig *rig = *state;
    struct onlooker onlooker = watch(rig);
    int64_t so_far = at(&onlooker)->length;
    say(rig, 20);
    int64_t marked = rig->m += STEP;
    event(rig, (struct record_happening){.event = RECORD_MARK, .why = TEXT("later")});
    say(rig, 20);
    change_files(rig);
    event(rig, (struct record_happening){.event = RECORD_DROPPED, .amount = 3});
    say(rig, 20);
    rig->m += STEP;
    event(rig, (struct record_happening){.event = RECORD_LOST, .venue = VENUE_POLYMARKET, .why = TEXT("cut")});
    event(rig, (struct record_happening){.event = RECORD_LOST, .venue = VENUE_KALSHI, .why = TEXT("cut")});
    say(rig, 60);
    int64_t behind = rig->m;
    rig->m += 30 * SECOND;
    say(rig, 60);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->length > behind + 30 * SECOND);
    assert_true(so_far < marked && at(&onlooker)->position < so_far);
    uint64_t told = at(&onlooker)->messages;
    assert_int_equal(at(&onlooker)->landmark_count, 4);
    assert_non_null(find(at(&onlooker), LANDMARK_GAP));
    assert_int_equal(find(at(&onlooker), LANDMARK_MARK)->m, marked);
    assert_string_equal(find(at(&onlooker), LANDMARK_MARK)->words, "later");
    assert_string_equal(find(at(&onlooker), LANDMARK_LOST)->words, "polymarket: cut");
    assert_string_equal(find(at(&onlooker), LANDMARK_LOST)[1].words, "kalshi: cut");

    int64_t places[] = {behind, at(&onlooker)->length};
    for (size_t i = 0; i < 2; i++) {
        feed_replay_seek(onlooker.feed, places[i]);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->position == places[i] && !at(&onlooker)->seeking);
        assert_true(at(&onlooker)->paused);
    }
    assert_true(at(&onlooker)->messages > told);
    assert_int_equal(at(&onlooker)->landmark_count, 4);
    assert_int_equal(at(&onlooker)->faults, 0);
    end_file(rig);
    feed_replay_pause(onlooker.feed, false);
    feed_replay_speed(onlooker.feed, REPLAY_SPEED_ALL);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && !at(&onlooker)->open);
    assert_int_equal(at(&onlooker)->landmark_count, 4);
    assert_int_equal(at(&onlooker)->length, rig->m);
    feed_stop(onlooker.feed);
}

/* What was recorded is whole: it is told at its end, and is no damage. */
static void what_does_not_follow_is_no_damage(void **state)
{
    struct rig *rig = *state;
    struct onlooker onlooker = follow(rig);
    say(rig, 20);
    int64_t end = rig->m;
    change_files_so(rig, false);
    say(rig, 20);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && !at(&onlooker)->open);
    assert_non_null(strstr(at(&onlooker)->trouble, "-1.obr.zst does not follow part 1"));
    assert_false(at(&onlooker)->damaged);
    assert_int_equal(at(&onlooker)->position, end);
    assert_int_equal(at(&onlooker)->faults, 0);
    assert_int_equal(at(&onlooker)->landmark_count, 0);
    assert_true(!at(&onlooker)->blind && onlooker.view.has_book);
    end_file(rig);
    feed_stop(onlooker.feed);
}

static void nor_is_anything_missing_then(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, 2000, 100);
    open_playback(rig, NULL);
    const struct playback *playback = rig->playback;
    play_to_end(rig);
    change_files_so(rig, false);
    assert_true(playback_continue(rig->playback));
    play_to_end(rig);
    assert_true(!playback_counts(playback).open && playback_counts(playback).faults == 0);
    assert_false(playback_is_behind_gap(playback));
    assert_null(playback_gap(playback));
    end_file(rig);
}

/* Whether it goes on nobody knows until then. */
static void it_is_open_until_all_was_gone_through(void **state)
{
    static struct replay replay;
    struct rig *rig = *state;
    record_messages(rig, 2000, 100);
    open_playback(rig, NULL);
    replay = (struct replay){.playback = rig->playback, .open = true, .ended = true};
    play_to_end(rig);
    end_file(rig);
    assert_true(replay_look_again(&replay));
    play_to_end(rig);
    replay.ended = true;
    assert_false(replay_look_again(&replay));
    assert_true(replay.open && !replay.paused);
    atomic_store(&replay.survey.has_markets, true);
    assert_false(replay_look_again(&replay));
    assert_true(!replay.open && replay.paused);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        IN_FOLDER(it_goes_on_in_the_next_file),           IN_FOLDER(where_there_is_more_it_does_not_stand),
        IN_FOLDER(paused_it_waits_in_the_next_file),      IN_FOLDER(a_seek_passes_nothing_over),
        IN_FOLDER(what_does_not_follow_is_no_damage),     IN_FOLDER(nor_is_anything_missing_then),
        IN_FOLDER(it_is_open_until_all_was_gone_through),
    };
    return cmocka_run_group_tests_name("feed/replay_following", tests, prepare, clear);
}
