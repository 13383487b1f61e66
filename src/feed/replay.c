/* A recording in place of the network: what is played, and when.
 *
 * Each turn of the feed's loop plays what is due by the replay's clock, but never for long; when that was not enough
 * the clock is put back to where the playing stands, so what is late stays late and nothing is skipped. Between two
 * records the engine is told the time, as a live one is, so that quiet bursts end on the screen too; never beyond the
 * next record's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay_inside.h"

/* Of real time, in one turn: while it is paced, as fast as it goes, and on the way to somewhere else. */
#define PACED_MOST (5 * NANOSECONDS_PER_MILLISECOND)
#define FAST_MOST  (15 * NANOSECONDS_PER_MILLISECOND)
#define SEEK_MOST  (20 * NANOSECONDS_PER_MILLISECOND)
/* The clock is read once in so many records. */
#define RECORDS_BETWEEN_LOOKS 8
/* A command waits so long for a seek at most. */
#define SEEK_PATIENCE (50 * NANOSECONDS_PER_MILLISECOND)
/* Ahead by less than this a seek is playing. */
#define SEEK_BY_PLAYING (10 * NANOSECONDS_PER_SECOND)
/* Turns are never that far apart but for a stop of the program. */
#define LATE_MOST (NANOSECONDS_PER_SECOND / 2)
/* What is shown from the start, paused or not, is the first round of keyframes, if it is done by then. Seeks to before
 * it show that too, or the first book where it has none. */
#define OPENING_MOST (NANOSECONDS_PER_SECOND / 2)

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

static int64_t place_of(const struct playback_next *next)
{
    return replay_place(next->m);
}

static int64_t next_place(struct replay *replay)
{
    return place_of(playback_peek(replay->playback));
}

static int64_t wall_of(const struct playback_next *next)
{
    return bounded(next->stamp.wall, WALL_MOST) - place_of(next);
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
    return replay->paused;
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

bool replay_runs(const struct replay *replay)
{
    return replay->going == GOING_ON && !replay->paused;
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
        most = next_place(replay);
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

/* === Playing === */

void replay_look_at_resets(struct replay *replay)
{
    unsigned resets = playback_counts(replay->playback).resets;
    if (resets == replay->resets) return;
    replay->resets = resets;
    replay->unsettled = true;
    replay_wires_forget(replay->feed);
    if (replay_seeks(replay)) memset(&replay->feed->journal, 0, sizeof replay->feed->journal);
}

static void note_fault(struct replay *replay, const struct recording_fault *fault)
{
    if (fault->damage == DAMAGE_OPEN) return; /* as good as an end */
    text_sanitize(text_from(fault->words), replay->trouble, sizeof replay->trouble, false);
    journal_write(&replay->feed->journal, feed_now(replay->feed), JOURNAL_DROPPED, VENUE_COUNT, 0,
                  "the recording is damaged: %s", replay->trouble);
    replay->told_stale = true;
}

/* Once: there are no more of them than a recording may have. */
static void note_ignored(struct replay *replay)
{
    if (replay->told_ignored || playback_counts(replay->playback).ignored == 0) return;
    replay->told_ignored = replay->told_stale = true;
    snprintf(replay->trouble, sizeof replay->trouble, "more than %d markets: the others are left out",
             PLAYBACK_MARKETS_MOST);
    journal_write(&replay->feed->journal, feed_now(replay->feed), JOURNAL_DROPPED, VENUE_COUNT, 0, "%s",
                  replay->trouble);
}

/* What the log panel told live, and only the recorder knew of. */
static void note_event(struct replay *replay, const struct record_happening *happening)
{
    struct feed *feed = replay->feed;
    char why[JOURNAL_TEXT_SIZE];
    text_sanitize(happening->why, why, sizeof why, false);
    if (happening->event == RECORD_AWOKE)
        journal_write(&feed->journal, feed_now(feed), JOURNAL_AWOKE, VENUE_COUNT, 0, "%s", why);
    if (happening->event == RECORD_DROPPED)
        journal_write(&feed->journal, feed_now(feed), JOURNAL_DROPPED, VENUE_COUNT, 0,
                      "%lld records did not get into the recording%s%s", (long long)happening->amount,
                      why[0] ? ": " : "", why);
}

/* A message: what a step goes on by. */
static bool is_message(const struct playback_next *next)
{
    if (next->kind != PLAYBACK_INPUT || !next->record) return false;
    return next->record->kind == RECORD_RECEIVED || next->record->kind == RECORD_REPLIED;
}

static void play(struct replay *replay, const struct playback_next *next)
{
    struct feed *feed = replay->feed;
    const struct record *record = next->record;
    bool input = next->kind == PLAYBACK_INPUT;
    bool round_done = record && record->kind == RECORD_ROUND && record->done;
    /* Stamps go back by a trifle where two threads have read the clock, and by more only behind damage. */
    int64_t place = place_of(next);
    if (place > replay->position || replay->position - place > RECORDING_BACK_MOST) replay->position = place;
    replay->played = replay->position;
    if (record) replay->wall = wall_of(next);
    if (next->kind == PLAYBACK_FAULT && next->fault) note_fault(replay, next->fault);
    if (record && !input && record->kind == RECORD_EVENT) note_event(replay, &record->happening);
    if (input && record) feed->receiving = replay_wires_before(feed, record);
    feed->metrics.engine_messages += feed->receiving != NULL;
    if (input && record) replay->replies += record->kind == RECORD_REPLIED;
    playback_step(replay->playback);
    feed->receiving = NULL;
    if (!input) replay_look_at_resets(replay);
    if (!round_done) return;
    if (replay->unsettled) replay_wires_heard(feed);
    replay->unsettled = false;
}

static void come_to_end(struct replay *replay)
{
    replay->position = next_place(replay);
    playback_step(replay->playback);
    replay->ended = replay->paused = true;
    replay->opening = false;
    replay->told_stale = true;
}

static bool is_at_end(struct replay *replay)
{
    return playback_peek(replay->playback)->kind == PLAYBACK_AT_END;
}

/* False: it took so long that the rest has to wait. */
static bool play_until(struct replay *replay, int64_t target, int64_t budget)
{
    for (unsigned played = 1; !is_at_end(replay); played++) {
        const struct playback_next *next = playback_peek(replay->playback);
        if (place_of(next) > target) return true;
        if (played % RECORDS_BETWEEN_LOOKS == 0 && feed_real(replay->feed) - replay->begun > budget) return false;
        play(replay, next);
    }
    come_to_end(replay);
    return true;
}

/* === Ways of going: each does a piece, and returns whether there is more to do at once === */

static bool go_fast(struct replay *replay)
{
    return !play_until(replay, INT64_MAX, FAST_MOST);
}

static bool go_on(struct replay *replay)
{
    if (replay->paused) return false;
    if (replay->speed == REPLAY_SPEED_ALL) return go_fast(replay);
    struct replay_pace *pace = &replay->pace;
    if (replay->begun - replay->turned > LATE_MOST) {
        pace->real = replay->begun;
        pace->anchor = replay->position;
    }
    int64_t target = replay_pace_at(pace, replay->begun);
    bool hurries = pace->rate > (int64_t)replay->speed; /* through a silence, and no farther */
    if (hurries && target > pace->most) target = pace->most;
    bool all = play_until(replay, target, PACED_MOST);
    if (!all) {
        replay->begun = feed_real(replay->feed);
        replay->moved = true;
    } else if (!replay->ended && target > replay->position) {
        replay->position = target;
    }
    return !all;
}

static bool has_stepped(const struct replay *replay, bool message)
{
    if (replay->going == GOING_MESSAGE) return message;
    return publisher_changes(replay->feed, 0) != replay->changes;
}

/* Nothing has changed up to the end: the place it was asked at is not to be lost. */
static bool step_back(struct replay *replay)
{
    replay->target = replay->stepped_from;
    replay->going = GOING_TO;
    replay->raised = false;
    replay->unchanged++;
    replay->told_stale = true;
    return true;
}

static bool go_by_step(struct replay *replay)
{
    for (unsigned played = 1; !is_at_end(replay); played++) {
        const struct playback_next *next = playback_peek(replay->playback);
        bool message = is_message(next);
        if (played % RECORDS_BETWEEN_LOOKS == 0 && feed_real(replay->feed) - replay->begun > FAST_MOST) return true;
        play(replay, next);
        if (!has_stepped(replay, message)) continue;
        replay->going = GOING_ON;
        return false;
    }
    if (replay->going == GOING_CHANGE) return step_back(replay);
    replay->going = GOING_ON;
    come_to_end(replay);
    return false;
}

static bool tell(void *context)
{
    struct replay *replay = context;
    struct feed *feed = replay->feed;
    size_t length;
    bool late = feed_real(feed) - replay->begun >= SEEK_PATIENCE;
    bool asked = late && !replay->opening && ring_peek(feed->commands, &length);
    replay->interrupted = asked || atomic_load(&feed->stopping);
    return !replay->interrupted;
}

/* Why it failed is what is told next; behind that is nothing. */
static void note_failed_seek(struct replay *replay)
{
    const struct playback_next *next = playback_peek(replay->playback);
    if (next->kind == PLAYBACK_FAULT) {
        play(replay, next);
        return;
    }
    snprintf(replay->trouble, sizeof replay->trouble, "the recording could not be read there");
    replay->position = next_place(replay);
    journal_write(&replay->feed->journal, feed_now(replay->feed), JOURNAL_ERROR, VENUE_COUNT, 0, "%s", replay->trouble);
}

/* False: something else has to be done first. What was done so far of a seek is lost then. */
static bool jump(struct replay *replay)
{
    replay->interrupted = false;
    replay->position = replay->target;
    bool good = playback_seek(replay->playback, replay->target, tell, replay);
    replay->strayed = !good;
    replay_look_at_resets(replay);
    if (replay->interrupted) return false;
    if (!good) note_failed_seek(replay);
    const struct playback_next *next = playback_peek(replay->playback);
    if (next->record) replay->wall = wall_of(next);
    replay->played = replay->position;
    replay->ended = false;
    if (is_at_end(replay)) come_to_end(replay);
    return true;
}

/* Everything is shown anew. */
static void arrive(struct replay *replay)
{
    replay->going = GOING_ON;
    if (replay->opening && playback_shown(replay->playback)) replay->shown_first = *playback_shown(replay->playback);
    replay->opening = replay->strayed = false;
    replay->moved = replay->told_stale = true;
    replay->epochs++;
    replay->begun = feed_real(replay->feed);
    replay_wires_heard(replay->feed);
    publisher_restart(replay->feed);
}

/* Before the first books are known: at the begin that is so for a moment, and who paused there would see nothing.
 * Elsewhere it is a place as good as any other. At the start it is not played on for a first book: a question that
 * waits for all markets would be answered with those that were named on the way. */
static bool is_early(struct replay *replay)
{
    int64_t begin = replay->opening ? replay->target : replay->first;
    if (is_at_end(replay) || next_place(replay) - begin > OPENING_MOST) return false;
    return !playback_is_whole(replay->playback) || (!replay->opening && !playback_any_book(replay->playback));
}

/* From the place that was asked for to the first books, if they are near. */
static bool go_open(struct replay *replay)
{
    for (unsigned played = 1; is_early(replay); played++) {
        if (played % RECORDS_BETWEEN_LOOKS == 0 && feed_real(replay->feed) - replay->begun > SEEK_MOST) return true;
        play(replay, playback_peek(replay->playback));
    }
    arrive(replay);
    return false;
}

static bool go_to(struct replay *replay)
{
    if (!replay->raised) replay_view_publish(replay);
    replay->raised = true;
    replay->target = survey_bounded(&replay->survey, replay->target); /* it may be known by now */
    int64_t ahead = replay->target - replay->position;
    bool near = !replay->strayed && ahead >= 0 && ahead < SEEK_BY_PLAYING;
    bool more = near ? !play_until(replay, replay->target, SEEK_MOST) : !jump(replay);
    if (more) return true;
    if (!replay->ended && replay->position < replay->target) replay->position = replay->target;
    replay->going = GOING_OPENING;
    return go_open(replay);
}

static bool (*const ways[])(struct replay *) = {
    [GOING_ON] = go_on, [GOING_MESSAGE] = go_by_step, [GOING_CHANGE] = go_by_step,
    [GOING_TO] = go_to, [GOING_OPENING] = go_open,
};

/* === A turn === */

static void advance_engine(struct replay *replay)
{
    if (replay->ended || replay_seeks(replay)) return;
    if (next_place(replay) < replay->position) return;
    playback_advance(replay->playback, replay_now(replay));
    replay_look_at_resets(replay);
}

/* The loop comes back when something is due. */
static void set_due(struct replay *replay, bool more)
{
    struct net_loop *loop = replay->feed->loop;
    if (more || replay->going != GOING_ON) {
        net_timer_set(loop, &replay->due, 0);
        return;
    }
    net_timer_cancel(&replay->due);
    if (!replay_runs(replay)) return;
    int64_t next = next_place(replay);
    int64_t deadline = playback_deadline(replay->playback, replay_now(replay).mono);
    if (deadline != TIME_NEVER && deadline - PLAYBACK_BASE < next) next = deadline - PLAYBACK_BASE;
    int64_t spent = feed_real(replay->feed) - replay->begun;
    int64_t wait = replay_pace_real(replay->pace.rate, next - replay->position);
    net_timer_set(loop, &replay->due, wait == TIME_NEVER ? wait : wait - spent);
}

void replay_turn(struct feed *feed)
{
    struct replay *replay = feed->replay;
    replay->begun = feed_real(feed);
    if (awake_is_due(feed)) awake_look(feed);
    bool more = ways[replay->going](replay);
    advance_engine(replay);
    note_ignored(replay);
    replay_questions_turn(replay);
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
    replay->first = next_place(replay);
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
