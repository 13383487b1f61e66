/* What the screen is told of a replay, and the ui's side of it. */
#include <string.h>

#include "replay_inside.h"

#define BEAT (100 * NANOSECONDS_PER_MILLISECOND)

/* === The feed thread === */

static int64_t length_of(const struct replay *replay)
{
    int64_t length = atomic_load(&replay->survey.length);
    return length > replay->position ? length : replay->position;
}

static int64_t next_book(const struct replay *replay)
{
    const struct feed *feed = replay->feed;
    const struct market *market = registry_market(engine_registry(feed->engine), feed->panels[0].market);
    if (!market) return -1;
    bool blind = playback_is_blind(replay->playback);
    return survey_next_book(&replay->survey, &market->instrument, replay->position, blind);
}

/* Behind the begin of what was given. */
static int64_t place_of(int64_t first, int64_t m)
{
    return m > first ? m - first : 0;
}

static void fill_landmarks(const struct survey *survey, int64_t first, struct replay_view *view)
{
    view->surveyed = atomic_load(&survey->surveyed);
    view->landmark_count = 0;
    if (!atomic_load(&survey->has_landmarks)) return;
    view->landmark_count = survey->landmark_count;
    memcpy(view->landmarks, survey->landmarks, survey->landmark_count * sizeof survey->landmarks[0]);
    for (uint32_t i = 0; i < view->landmark_count; i++) view->landmarks[i].m = place_of(first, view->landmarks[i].m);
}

/* Nobody checks what a header says. */
static int64_t replay_began(const struct replay *replay)
{
    int64_t began = playback_header(replay->playback)->stamp.wall;
    return __builtin_add_overflow(began, replay->first, &began) ? 0 : began;
}

void replay_view_publish(struct replay *replay)
{
    struct replay_view *view = triple_buffer_slot(replay->views);
    replay->told_survey = atomic_load(&replay->survey.has_markets);
    view->position = place_of(replay->first, replay->position);
    view->measured = atomic_load(&replay->survey.measured);
    view->length = place_of(replay->first, length_of(replay));
    view->lacking = playback_lacking(replay->playback);
    view->blind = playback_is_blind(replay->playback);
    view->books_known = replay->told_survey && replay->survey.markets;
    replay->told_book = next_book(replay);
    view->next_book = replay->told_book < 0 ? -1 : place_of(replay->first, replay->told_book);
    view->unchanged = replay->unchanged;
    view->began = replay_began(replay);
    view->speed = replay->speed;
    view->paused = replay->paused;
    view->ended = replay->ended;
    view->open = replay->open;
    view->partly = replay_is_partly(replay);
    view->seeking = replay_seeks(replay);
    view->jumps = replay->epochs;
    view->messages = replay_messages(replay);
    view->rate = replay->rate;
    view->faults = playback_counts(replay->playback).faults;
    memcpy(view->trouble, replay->trouble, sizeof view->trouble);
    view->damaged = replay->damaged;
    fill_landmarks(&replay->survey, replay->first, view);
    triple_buffer_publish(replay->views);
    replay->told = replay->begun;
    replay->told_stale = false;
    publisher_wake_ui(replay->feed);
}

static void count_rate(struct replay *replay)
{
    int64_t gone = replay->begun - replay->counted;
    if (gone < RATE_INTERVAL) return;
    uint64_t messages = replay_messages(replay);
    uint64_t more = messages - replay->messages_then;
    uint64_t milliseconds = (uint64_t)(gone / NANOSECONDS_PER_MILLISECOND);
    uint64_t rate = more * 1000 / milliseconds;
    replay->rate = rate < UINT32_MAX ? (uint32_t)rate : UINT32_MAX;
    replay->messages_then = messages;
    replay->counted = replay->begun;
}

/* Something may have changed since it was told, and will. */
static bool is_moving(const struct replay *replay)
{
    bool runs = replay->going != GOING_ON || !replay->paused;
    return runs || replay->rate != 0 || !replay->told_survey;
}

void replay_view_turn(struct replay *replay)
{
    bool moves = is_moving(replay);
    count_rate(replay);
    if (next_book(replay) != replay->told_book)
        replay->told_stale = true; /* another market is shown, or it was passed */
    if (replay->told_stale || (moves && replay->begun - replay->told >= BEAT)) replay_view_publish(replay);
    if (moves && !replay->beat.loop) net_timer_set(replay->feed->loop, &replay->beat, BEAT);
}

bool replay_view_open(struct replay *replay)
{
    replay->views = triple_buffer_create(sizeof(struct replay_view));
    if (!replay->views) return false;
    replay->counted = replay->begun;
    replay_view_publish(replay);
    return true;
}

void replay_view_close(struct replay *replay)
{
    net_timer_cancel(&replay->beat);
    net_timer_cancel(&replay->due);
    if (replay->views) triple_buffer_destroy(replay->views);
}

/* === The ui's side === */

const struct replay_view *feed_replay(struct feed *feed)
{
    struct replay *replay = feed->replay;
    if (!replay) return NULL;
    const struct replay_view *newer = triple_buffer_take(replay->views);
    if (newer) replay->shown = newer;
    return replay->shown;
}

void feed_replay_pause(struct feed *feed, bool paused)
{
    feed_give(feed, &(struct command){.kind = COMMAND_REPLAY_PAUSE, .open = paused});
}

void feed_replay_speed(struct feed *feed, unsigned speed)
{
    feed_give(feed, &(struct command){.kind = COMMAND_REPLAY_SPEED, .amount = speed});
}

void feed_replay_step(struct feed *feed, enum replay_step step)
{
    feed_give(feed, &(struct command){.kind = COMMAND_REPLAY_STEP, .amount = step});
}

void feed_replay_seek(struct feed *feed, int64_t place)
{
    feed_give(feed, &(struct command){.kind = COMMAND_REPLAY_SEEK, .amount = place});
}
