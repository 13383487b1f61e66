/* What the parts of playback share: playback.c (opening, going through it), playback_input.c (records to the engine),
 * playback_round.c (keyframes), playback_seek.c.
 */
#ifndef BOOKTOP_SRC_FEED_PLAYBACK_INSIDE_H
#define BOOKTOP_SRC_FEED_PLAYBACK_INSIDE_H

#include "booktop/feed/playback.h"

#include "playback_requests.h"

/* What the engine knows of the recorded one. */
enum sight {
    SIGHT_BEGIN,     /* everything there was since the recording's begin, but what was before */
    SIGHT_NONE,      /* it was reset; what comes before the next round means nothing to it, and is not told */
    SIGHT_RESTORING, /* a round has begun: markets whose snap has come */
    SIGHT_WHOLE,     /* everything */
};

#define NOWHERE INT64_MIN

struct playback {
    struct recording *recording;
    struct engine *engine;
    struct playback_options options;
    /* The next thing. */
    bool peeked;
    struct playback_next next;
    struct record record;
    struct recording_fault fault;
    /* Where it stands. */
    int64_t m;           /* of the last record that was done, NOWHERE: none; forged ones may be negative */
    int64_t advanced;    /* and up to where the engine was told the time behind it; NOWHERE: it was not */
    struct stamp newest; /* of that, as the engine was told */
    enum sight sight;
    bool fresh;       /* the engine was told nothing since it was made or reset */
    bool missing;     /* something is, before the next record, */
    bool was_missing; /* and was where it is still being recorded */
    bool finished;    /* engine_finish was called */
    bool has_gap;     /* something is missing behind where it began: */
    struct recording_fault gap;
    uint64_t round;          /* that is restored */
    struct instrument shown; /* without a symbol: not known */
    struct playback_requests requests;
    struct json_writer saved, line;
    struct playback_counts counts;
};

/* playback.c */
/* The engine forgets; until the next round nothing is known. `counted`: of the resets that are told. */
void playback_blind(struct playback *playback, bool counted);

/* playback_input.c */
/* True if the market is known, or may be; counts it if not. */
bool playback_has_room(struct playback *playback, const struct instrument *instrument);
/* True if the engine is to be told it. */
bool playback_is_input(const struct playback *playback, const struct record *record);
void playback_tell(struct playback *playback, const struct record *record, struct stamp stamp);

/* playback_round.c */
void playback_round(struct playback *playback, const struct record *record, struct stamp stamp);
void playback_snap(struct playback *playback, const struct record *record, struct stamp stamp);

#endif
