#include "playback_inside.h"

/* Forwards this far is played: a round is hardly nearer, but at the begin and at the end. */
#define PLAYED_MOST (10 * NANOSECONDS_PER_SECOND)
/* `tell` is asked every so many records. */
#define TELL_EVERY 1024
/* So many rounds are gone back to, for one that is done. */
#define ROUNDS_MOST 3

struct way {
    int64_t m; /* up to there */
    bool (*tell)(void *context);
    void *context;
    uint64_t steps;
};

/* True if it was not ended. */
static bool play(struct playback *playback, struct way *way)
{
    for (;;) {
        const struct playback_next *next = playback_peek(playback);
        if (next->kind == PLAYBACK_AT_END || next->m > way->m) return true;
        playback_step(playback);
        if (way->tell && ++way->steps % TELL_EVERY == 0 && !way->tell(way->context)) return false;
    }
}

/* True if nothing comes before: of a session's other files the headers are never gone back to. */
static bool is_at_begin(const struct playback_next *first, const struct record_header *header)
{
    return first->record && first->record->kind == RECORD_HEADER && first->record->header.sequence == header->sequence;
}

/* Stands at the last round at or before `m`, or at the begin, knowing nothing. */
static bool go_back(struct playback *playback, int64_t m, const struct way *way)
{
    bool found = recording_seek(playback->recording, m, way->tell, way->context);
    playback->peeked = false; /* what it borrowed may be gone, found or not */
    playback_blind(playback, true);
    playback->finished = playback->has_gap = false;
    playback->m = playback->advanced = NOWHERE;
    playback->newest = (struct stamp){.mono = PLAYBACK_BASE};
    if (!found) return false;
    if (is_at_begin(playback_peek(playback), playback_header(playback))) playback->sight = SIGHT_BEGIN;
    return true;
}

/* What makes what the rounds before could not have made better: something is missing on the way. */
static uint64_t losses(const struct playback *playback)
{
    return playback->counts.faults + playback->counts.dropped;
}

/* A round that is not done at `m` leaves markets unknown that would be known: the one before it is gone back to. */
static bool go(struct playback *playback, struct way *way)
{
    int64_t from = way->m;
    for (unsigned rounds = 1;; rounds++) {
        if (!go_back(playback, from, way)) return false;
        uint64_t lost = losses(playback);
        const struct playback_next *first = playback_peek(playback);
        int64_t begin = first->m;
        bool at_begin = !first->record || playback->sight == SIGHT_BEGIN || begin > from;
        if (!play(playback, way)) return false;
        if (playback->sight == SIGHT_WHOLE || at_begin || losses(playback) != lost || rounds == ROUNDS_MOST)
            return true;
        from = begin - 1;
    }
}

bool playback_seek(struct playback *playback, int64_t m, bool (*tell)(void *context), void *context)
{
    struct way way = {.m = m, .tell = tell, .context = context};
    bool passed = m < playback->m || m < playback->advanced;
    bool near = playback->m >= 0 && !passed && m - playback->m < PLAYED_MOST;
    return near ? play(playback, &way) : go(playback, &way);
}
