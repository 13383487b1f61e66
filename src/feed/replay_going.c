/* What a replay plays in one turn: on by the clock, by steps, to a place. */
#include <stdio.h>
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
    survey_note_fault(&replay->survey, fault);
    text_sanitize(text_from(fault->words), replay->trouble, sizeof replay->trouble, false);
    replay->damaged = recording_damage_counts(fault->damage); /* else it is whole, and may go on elsewhere */
    journal_write(&replay->feed->journal, feed_now(replay->feed), replay->damaged ? JOURNAL_DROPPED : JOURNAL_ERROR,
                  VENUE_COUNT, 0, "%s%s", replay->damaged ? "the recording is damaged: " : "", replay->trouble);
    replay->told_stale = true;
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

/* Kinds that are not known need not have a time. */
static bool is_dated(const struct record *record)
{
    return record && record->kind != RECORD_UNKNOWN;
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
    int64_t place = replay_place_of(next);
    if (place > replay->position || replay->position - place > RECORDING_BACK_MOST) replay->position = place;
    replay->played = replay->position;
    if (is_dated(record)) replay->wall = replay_wall_of(next);
    if (next->kind == PLAYBACK_FAULT && next->fault) note_fault(replay, next->fault);
    if (record && !input && record->kind == RECORD_EVENT) note_event(replay, &record->happening);
    if (record) survey_note(&replay->survey, record);
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

/* What is still being recorded is not ended: it goes on when there is more. */
static void come_to_end(struct replay *replay)
{
    bool open = playback_counts(replay->playback).open;
    replay->position = replay_next_place(replay);
    if (!open) playback_step(replay->playback);
    replay->ended = true;
    replay->open = open;
    replay->grows |= open;
    replay->paused |= !open;
    replay->opening = false;
    replay->told_stale = true;
    replay->looked = replay->begun;
    survey_grown(&replay->survey, replay->position);
}

static bool is_at_end(struct replay *replay)
{
    return playback_peek(replay->playback)->kind == PLAYBACK_AT_END;
}

bool replay_look_again(struct replay *replay)
{
    bool written = playback_is_written(replay->playback); /* before: what it wrote last is seen then */
    if (replay->ended) replay->continued = replay->begun;
    bool more = replay->ended && playback_continue(replay->playback);
    replay->looked = replay->begun;
    if (more) {
        replay->ended = false;
        replay->moved = replay->told_stale = true;
    }
    /* Who reads on beside the playing knows whether it goes on in another file, and may not be so far yet. */
    bool known = atomic_load(&replay->survey.has_markets) && !survey_reads_on(&replay->survey);
    if (replay->open && !written && known) {
        replay->open = false;
        replay->paused |= replay->ended;
        replay->told_stale = true;
    }
    return more;
}

/* At the end of what was there when it was looked at last, which is no end if there is more by now: to stand there
 * would be to fall behind by as long, each time. */
static bool reads_on(struct replay *replay)
{
    bool due = replay->begun - replay->continued >= REPLAY_LOOK_AGAIN;
    if (!due || !playback_counts(replay->playback).open) return false;
    replay->continued = replay->begun;
    if (!playback_continue(replay->playback)) return false;
    replay->open = replay->grows = replay->told_stale = true;
    return !is_at_end(replay);
}

/* False: it took so long that the rest has to wait. */
static bool play_until(struct replay *replay, int64_t target, int64_t budget)
{
    for (unsigned played = 1; !is_at_end(replay) || reads_on(replay); played++) {
        const struct playback_next *next = playback_peek(replay->playback);
        if (replay_place_of(next) > target) return true;
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
    if (replay_stands(replay)) return false;
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
    replay->paused = !replay->followed;
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
    if (replay->followed) replay->paused = false;
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
    replay->damaged = false;
    replay->position = replay_next_place(replay);
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
    if (is_dated(next->record)) replay->wall = replay_wall_of(next);
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
    replay->begun = replay->counted = feed_real(replay->feed);
    replay->messages_then = replay_messages(replay);
    replay->rate = 0;
    replay_wires_heard(replay->feed);
    publisher_restart(replay->feed);
}

/* Before the first books are known: at the begin that is so for a moment, and who paused there would see nothing.
 * Elsewhere it is a place as good as any other. At the start it is not played on for a first book: a question that
 * waits for all markets would be answered with those that were named on the way. */
static bool is_early(struct replay *replay)
{
    int64_t begin = replay->opening ? replay->target : replay->first;
    if (is_at_end(replay) || replay_next_place(replay) - begin > OPENING_MOST) return false;
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
    /* The playing has its end where it was looked at last; what came since may be known by the survey. */
    if (replay->ended && replay->position < replay->target && replay_look_again(replay)) return true;
    if (!replay->ended && replay->position < replay->target) replay->position = replay->target;
    replay->going = GOING_OPENING;
    return go_open(replay);
}

static bool (*const ways[])(struct replay *) = {
    [GOING_ON] = go_on, [GOING_MESSAGE] = go_by_step, [GOING_CHANGE] = go_by_step,
    [GOING_TO] = go_to, [GOING_OPENING] = go_open,
};

/* === For the turn === */

bool replay_read_on(struct replay *replay)
{
    struct survey *survey = &replay->survey;
    bool due = survey->reading || replay->begun - replay->read_on >= REPLAY_LOOK_AGAIN;
    if (replay_seeks(replay) || !due || !survey_reads_on(survey)) return false;
    replay->read_on = replay->begun;
    if (survey_read_on(survey, replay->feed->options.clock, PACED_MOST)) replay->told_stale = true;
    return survey->reading;
}

bool replay_go(struct replay *replay)
{
    bool due = replay->open && replay->begun - replay->looked >= REPLAY_LOOK_AGAIN;
    if (due && replay->going == GOING_ON) (void)replay_look_again(replay);
    return ways[replay->going](replay);
}
