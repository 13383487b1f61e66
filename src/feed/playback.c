#include "playback_inside.h"

#include <stdio.h>
#include <stdlib.h>

/* === The engine === */

static void on_wish(void *context, const struct wish *wish)
{
    struct playback *playback = context;
    if (wish->kind == WISH_GET) playback_requests_wished(&playback->requests, wish, playback->newest.mono);
}

static const struct engine_sink sink = {.on_wish = on_wish};

/* For which no memory is needed. */
static void doubt_all(struct engine *engine)
{
    struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(engine), &position));)
        market->proof.state = PROOF_STALE;
}

void playback_blind(struct playback *playback, bool counted)
{
    playback->sight = SIGHT_NONE;
    playback->missing = false;
    playback_requests_reset(&playback->requests); /* some were noted though the engine was told nothing */
    if (playback->fresh) return;
    playback->fresh = engine_reset(playback->engine);
    if (!playback->fresh) doubt_all(playback->engine); /* it is tried again at the next round */
    playback->counts.resets += counted;
}

/* === What comes next === */

static struct stamp stamp_of(const struct record *record)
{
    return (struct stamp){.mono = PLAYBACK_BASE + record->stamp.mono, .wall = record->stamp.wall};
}

static void peek(struct playback *playback)
{
    struct playback_next *next = &playback->next;
    *next = (struct playback_next){.m = playback->m < 0 ? 0 : playback->m, .stamp = playback->newest};
    switch (recording_next(playback->recording, &playback->record, &playback->fault)) {
    case RECORDING_RECORD:
        next->record = &playback->record;
        if (playback->record.kind == RECORD_UNKNOWN) break; /* whether it has a time, and which, nobody knows */
        next->m = playback->record.stamp.mono;
        next->stamp = stamp_of(&playback->record);
        break;
    case RECORDING_FAULT:
        next->kind = PLAYBACK_FAULT;
        next->fault = &playback->fault;
        break;
    case RECORDING_AT_END:
        next->kind = PLAYBACK_AT_END;
        break;
    }
    playback->peeked = true;
}

/* True if this record's time cannot follow the last one's: something is missing, or it is no recording of ours. */
static bool is_leap(const struct playback *playback)
{
    if (playback->m == NOWHERE) return false;
    int64_t step = playback->next.m - playback->m;
    return step > RECORDING_SILENCE_MOST || step < -RECORDING_BACK_MOST;
}

/* A record behind which something is missing is met by an engine that knows nothing; till there nothing was undone. */
static void classify(struct playback *playback)
{
    bool blind = playback->missing || is_leap(playback);
    bool input = !blind && playback_is_input(playback, &playback->record);
    playback->next.kind = input ? PLAYBACK_INPUT : PLAYBACK_OTHER;
}

const struct playback_next *playback_peek(struct playback *playback)
{
    if (playback->peeked) return &playback->next;
    peek(playback);
    if (playback->next.record) classify(playback);
    return &playback->next;
}

/* === Doing it === */

static void count_record(struct playback *playback, const struct record *record)
{
    playback->counts.records++;
    if (record->kind == RECORD_RECEIVED) playback->counts.frames[record->venue]++;
}

/* What the live engine wished for when it was due, ours has wished for by now too. */
static void do_asked(struct playback *playback, const struct record *record, struct stamp stamp)
{
    if (playback->sight != SIGHT_NONE) engine_advance(playback->engine, stamp);
    playback_requests_asked(&playback->requests, record->venue, record->reply.request, record->happening.url,
                            stamp.mono);
}

static void note_dropped(struct playback *playback, const struct record *record)
{
    playback->has_gap = true;
    playback->gap = (struct recording_fault){.from = -1, .to = record->stamp.mono};
    text_copy(record->happening.why, playback->gap.words, sizeof playback->gap.words);
}

static void do_other(struct playback *playback, const struct record *record, struct stamp stamp)
{
    const struct record_happening *happening = &record->happening;
    if (record->kind == RECORD_ROUND) playback_round(playback, record, stamp);
    if (record->kind == RECORD_SNAP) playback_snap(playback, record, stamp);
    if (record->kind == RECORD_ASKED) do_asked(playback, record, stamp);
    if (record->kind == RECORD_EVENT && happening->event == RECORD_DROPPED) {
        if (happening->amount > 0) playback->counts.dropped += (uint64_t)happening->amount;
        playback->missing = true;
        note_dropped(playback, record);
    }
    if (record->kind == RECORD_EVENT && happening->event == RECORD_SHOWN) playback->shown = *happening->instrument;
}

static void do_record(struct playback *playback)
{
    const struct record *record = &playback->record;
    struct stamp stamp = playback->next.stamp;
    count_record(playback, record);
    if (record->kind == RECORD_UNKNOWN) return;
    bool closes = record->kind == RECORD_END; /* nothing of it can contradict what is known */
    if (!closes && (playback->missing || is_leap(playback))) playback_blind(playback, true);
    playback->m = playback->next.m;
    playback->newest = stamp;
    if (playback->next.kind == PLAYBACK_INPUT) {
        playback->counts.inputs++;
        playback_tell(playback, record, stamp);
    } else {
        do_other(playback, record, stamp);
    }
}

/* Behind a torn end nothing comes: what was known there stays to be seen. */
static void do_fault(struct playback *playback)
{
    if (playback->fault.damage == DAMAGE_NEXT) return; /* nothing is missing up to there */
    playback->counts.faults += recording_damage_counts(playback->fault.damage);
    playback->counts.open |= playback->fault.damage == DAMAGE_OPEN;
    if (playback->fault.damage == DAMAGE_OPEN) playback->was_missing = playback->missing;
    if (playback->fault.damage != DAMAGE_OPEN && playback->fault.damage != DAMAGE_END) {
        playback->has_gap = true;
        playback->gap = playback->fault;
    }
    playback->missing = true; /* also where it is still being recorded, should something follow */
    if (playback->fault.to >= 0) playback_blind(playback, true);
}

static void do_end(struct playback *playback)
{
    if (!playback->finished) engine_finish(playback->engine, playback->newest);
    playback->finished = true;
    playback->fresh = false;
}

void playback_step(struct playback *playback)
{
    const struct playback_next *next = playback_peek(playback);
    if (next->kind == PLAYBACK_AT_END) {
        do_end(playback);
        return; /* it stays what is next */
    }
    if (next->kind == PLAYBACK_FAULT)
        do_fault(playback);
    else
        do_record(playback);
    playback->peeked = false;
}

bool playback_continue(struct playback *playback)
{
    if (!playback->counts.open || playback->finished || playback_peek(playback)->kind != PLAYBACK_AT_END) return false;
    if (!recording_continue(playback->recording)) return false;
    playback->peeked = playback->counts.open = false;
    playback->missing = playback->was_missing;
    return true;
}

bool playback_is_written(const struct playback *playback)
{
    return recording_is_written(playback->recording);
}

/* === Between records === */

/* What is due for so long is so by a leap: whatever there was since then is missing. */
static bool is_overdue(int64_t deadline, int64_t mono)
{
    return deadline <= mono && mono - deadline >= RECORDING_SILENCE_MOST;
}

void playback_advance(struct playback *playback, struct stamp stamp)
{
    int64_t deadline = engine_deadline(playback->engine);
    if (deadline > stamp.mono) return;
    playback->advanced = stamp.mono - PLAYBACK_BASE;
    if (is_overdue(deadline, stamp.mono))
        playback_blind(playback, true);
    else
        engine_advance(playback->engine, stamp);
}

int64_t playback_deadline(const struct playback *playback, int64_t mono)
{
    int64_t deadline = engine_deadline(playback->engine);
    return is_overdue(deadline, mono) ? TIME_NEVER : deadline;
}

/* === Open and close === */

static struct engine *make_engine(const struct record_header *header)
{
    struct engine_options options = {.key = "of a recording"};
    for (size_t i = 0; i < VENUE_COUNT; i++) options.venues[i].has_key = header->keys[i];
    return engine_create(&options);
}

struct playback *playback_open(const struct playback_options *options, char *error, size_t error_size)
{
    snprintf(error, error_size, "out of memory");
    struct playback *playback = calloc(1, sizeof *playback);
    if (!playback) return NULL;
    playback->options = *options;
    playback->options.paths = NULL; /* borrowed for this call */
    playback->m = playback->advanced = NOWHERE;
    playback->newest.mono = PLAYBACK_BASE;
    playback->fresh = true;
    playback->recording =
        recording_open_watched(options->paths, options->path_count, options->watch, error, error_size);
    if (playback->recording) {
        snprintf(error, error_size, "out of memory");
        playback->engine = make_engine(recording_header(playback->recording));
    }
    if (playback->engine && engine_add_sink(playback->engine, &sink, playback)) {
        error[0] = '\0';
        return playback;
    }
    playback_close(playback);
    return NULL;
}

void playback_close(struct playback *playback)
{
    if (!playback) return;
    engine_destroy(playback->engine);
    if (playback->recording) recording_close(playback->recording);
    playback_requests_free(&playback->requests);
    json_writer_free(&playback->saved);
    json_writer_free(&playback->line);
    free(playback);
}

/* === Asking === */

struct engine *playback_engine(struct playback *playback)
{
    return playback->engine;
}

int64_t playback_length(struct playback *playback, bool (*tell)(void *context), void *context)
{
    return recording_length(playback->recording, tell, context);
}

bool playback_failed(const struct playback *playback, char *error, size_t error_size)
{
    return recording_failed(playback->recording, error, error_size);
}

int64_t playback_first(const struct playback *playback)
{
    return recording_first(playback->recording);
}

unsigned playback_lacking(const struct playback *playback)
{
    return recording_lacking(playback->recording);
}

const struct instrument *playback_shown(const struct playback *playback)
{
    return playback->shown.symbol[0] ? &playback->shown : NULL;
}

bool playback_any_book(const struct playback *playback)
{
    const struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(playback->engine), &position));)
        if (market->had_book) return true;
    return false;
}

const struct record_header *playback_header(const struct playback *playback)
{
    return recording_header(playback->recording);
}

struct playback_counts playback_counts(const struct playback *playback)
{
    return playback->counts;
}

bool playback_is_blind(const struct playback *playback)
{
    return playback->sight == SIGHT_NONE;
}

const struct recording_fault *playback_gap(const struct playback *playback)
{
    bool since = playback->missing || playback->sight == SIGHT_NONE || playback->sight == SIGHT_RESTORING;
    return playback->has_gap && since ? &playback->gap : NULL;
}

bool playback_is_behind_gap(const struct playback *playback)
{
    return playback->missing;
}

bool playback_is_whole(const struct playback *playback)
{
    return playback->sight == SIGHT_WHOLE;
}
