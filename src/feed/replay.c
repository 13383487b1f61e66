/* A recording in place of the network: its clock, its turns, its begin and end.
 *
 * Each turn of the feed's loop plays what is due by the replay's clock (replay_going.c), but never for long; when that
 * was not enough the clock is put back to where the playing stands, so what is late stays late and nothing is skipped.
 * Between two records the engine is told the time, as a live one is, so that quiet bursts end on the screen too; never
 * beyond the next record's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "replay_inside.h"

/* A recording is believed up to there, ns: places and wall times can be added up. */
#define PLACE_MOST INT64_C(1000000000000000000)
#define WALL_MOST  (4 * PLACE_MOST)

/* === Where it stands === */

static int64_t bounded(int64_t number, int64_t most)
{
    return number < 0 ? 0 : number > most ? most : number;
}

int64_t replay_place(int64_t m)
{
    return bounded(m, PLACE_MOST);
}

int64_t replay_place_of(const struct playback_next *next)
{
    return replay_place(next->m);
}

int64_t replay_next_place(struct replay *replay)
{
    return replay_place_of(playback_peek(replay->playback));
}

int64_t replay_wall_of(const struct playback_next *next)
{
    return bounded(next->stamp.wall, WALL_MOST) - replay_place_of(next);
}

struct stamp replay_now(const struct replay *replay)
{
    return (struct stamp){.mono = PLAYBACK_BASE + replay->position, .wall = replay->wall + replay->position};
}

const struct clock *replay_clock(const struct replay *replay)
{
    return &replay->clock.clock;
}

bool replay_stands(const struct replay *replay)
{
    return replay->paused || replay->ended;
}

uint32_t replay_epochs(const struct replay *replay)
{
    return replay->epochs;
}

uint64_t replay_messages(const struct replay *replay)
{
    struct playback_counts counts = playback_counts(replay->playback);
    uint64_t messages = replay->replies;
    for (size_t i = 0; i < VENUE_COUNT; i++) messages += counts.frames[i];
    return messages;
}

bool replay_seeks(const struct replay *replay)
{
    return replay->going == GOING_TO || replay->going == GOING_OPENING;
}

bool replay_is_partly(const struct replay *replay)
{
    const struct survey *survey = &replay->survey;
    return replay->grows || (atomic_load(&survey->has_landmarks) && survey->was_open);
}

bool replay_runs(const struct replay *replay)
{
    return replay->going == GOING_ON && !replay->paused && !replay->ended;
}

/* A silence that would take longer than `idle` takes that. */
static int64_t rate_of_silence(const struct replay *replay, int64_t silence)
{
    int64_t rate = (int64_t)replay->speed, idle = replay->idle / 1000;
    if (idle <= 0 || replay_pace_real(rate, silence) <= replay->idle) return rate;
    int64_t needed = silence / idle + 1;
    return needed > rate ? needed : rate;
}

static void set_clock(struct replay *replay)
{
    struct replay_pace *pace = &replay->pace;
    int64_t rate = 0, most = replay->position;
    if (replay_runs(replay) && replay->speed != REPLAY_SPEED_ALL) {
        most = replay_next_place(replay);
        if (most < replay->position) most = replay->position;
        rate = rate_of_silence(replay, most - replay->played);
    }
    if (replay->moved || rate == 0 || rate != pace->rate) {
        pace->real = replay->begun;
        pace->anchor = replay->position;
        pace->rate = rate;
    }
    replay->moved = false;
    pace->most = most;
    pace->wall = replay->wall;
    replay_clock_set(&replay->clock, pace);
}

/* === A turn === */

/* Once: there are no more of them than a recording may have. */
static void note_ignored(struct replay *replay)
{
    if (replay->told_ignored || playback_counts(replay->playback).ignored == 0) return;
    replay->told_ignored = replay->told_stale = true;
    snprintf(replay->trouble, sizeof replay->trouble, "more than %d markets: the others are left out",
             PLAYBACK_MARKETS_MOST);
    replay->damaged = false;
    journal_write(&replay->feed->journal, feed_now(replay->feed), JOURNAL_DROPPED, VENUE_COUNT, 0, "%s",
                  replay->trouble);
}

static void advance_engine(struct replay *replay)
{
    if (replay->ended || replay_seeks(replay)) return;
    if (replay_next_place(replay) < replay->position) return;
    playback_advance(replay->playback, replay_now(replay));
    replay_look_at_resets(replay);
}

static void count_breaks(struct replay *replay)
{
    struct playback_counts counts = playback_counts(replay->playback);
    replay->feed->breaks = counts.resets + counts.by_rounds + replay->epochs;
}

/* Real ns until the next record is due, or the engine has something to do. */
static int64_t wait_to_play(struct replay *replay)
{
    if (!replay_runs(replay)) return TIME_NEVER;
    int64_t next = replay_next_place(replay);
    int64_t deadline = playback_deadline(replay->playback, replay_now(replay).mono);
    if (deadline != TIME_NEVER && deadline - PLAYBACK_BASE < next) next = deadline - PLAYBACK_BASE;
    int64_t spent = feed_real(replay->feed) - replay->begun;
    int64_t wait = replay_pace_real(replay->pace.rate, next - replay->position);
    return wait == TIME_NEVER ? wait : wait - spent;
}

/* The loop comes back when something is due. */
static void set_due(struct replay *replay, bool more)
{
    bool looks = (!replay_runs(replay) && replay->open) || survey_reads_on(&replay->survey);
    int64_t wait = more || replay->going != GOING_ON ? 0 : wait_to_play(replay);
    if (looks && wait > REPLAY_LOOK_AGAIN) wait = REPLAY_LOOK_AGAIN;
    net_timer_cancel(&replay->due);
    if (wait != TIME_NEVER) net_timer_set(replay->feed->loop, &replay->due, wait);
}

void replay_turn(struct feed *feed)
{
    struct replay *replay = feed->replay;
    replay->begun = feed_real(feed);
    if (awake_is_due(feed)) awake_look(feed);
    bool more = replay_go(replay);
    if (replay_read_on(replay)) more = true;
    advance_engine(replay);
    note_ignored(replay);
    replay_questions_turn(replay);
    count_breaks(replay);
    set_clock(replay);
    set_due(replay, more);
    if (!replay_seeks(replay)) publisher_turn(feed);
    replay_view_turn(replay);
    replay->turned = replay->begun;
}

static void nothing(void *context)
{
    (void)context; /* the turn that follows does it */
}

/* === Asking === */

bool replay_is_opening(const struct replay *replay)
{
    return replay->opening;
}

/* === Start and end === */

/* Whoever waits for the opening; later nobody does. */
static bool tell_opening(void *context, unsigned thousandths)
{
    const struct replay *replay = context;
    if (replay->watch.tell) return replay->watch.tell(replay->watch.context, thousandths);
    return true;
}

static bool open_playback(struct replay *replay, const struct feed_replay_options *options, char *error, size_t size)
{
    struct playback_options playback_options = {
        .paths = options->paths, .path_count = options->path_count, .watch = {tell_opening, replay}};
    replay->watch = options->watch;
    replay->playback = playback_open(&playback_options, error, size);
    replay->watch = (struct recording_watch){0};
    if (!replay->playback) return false;
    replay->feed->engine = playback_engine(replay->playback);
    replay->wall = bounded(playback_header(replay->playback)->stamp.wall, WALL_MOST);
    replay->feed->options.demo = playback_header(replay->playback)->demo;
    replay->feed->options.maybe_demo = playback_header(replay->playback)->untold;
    return true;
}

bool replay_open(struct feed *feed, char *error, size_t error_size)
{
    const struct feed_replay_options *options = feed->options.replay;
    struct replay *replay = feed->replay = calloc(1, sizeof *replay);
    if (!replay) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    replay->feed = feed;
    replay->due = replay->beat = (struct net_timer){.expired = nothing, .context = replay};
    replay->idle = options->idle > 0 ? options->idle : 0;
    replay_set_speed(replay, options->speed);
    replay->paused = options->paused;
    replay->going = GOING_TO;
    replay->opening = replay->unsettled = true;
    replay_clock_open(&replay->clock, feed->options.clock);
    replay->begun = replay->turned = feed_real(feed);
    if (!open_playback(replay, options, error, error_size)) return false;
    replay->first = replay_place(playback_first(replay->playback));
    replay->target = replay_place(options->from);
    if (replay->target < replay->first) replay->target = replay->first;
    set_clock(replay);
    if (replay_view_open(replay) && survey_start(&replay->survey, options->paths, options->path_count)) return true;
    snprintf(error, error_size, "out of memory");
    return false;
}

void replay_close(struct feed *feed)
{
    struct replay *replay = feed->replay;
    if (!replay) return;
    survey_end(&replay->survey);
    replay_view_close(replay);
    if (replay->playback) playback_close(replay->playback);
    feed->engine = NULL;
    free(replay);
}
