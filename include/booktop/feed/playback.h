/* A recording put into an engine of its own: what the replay on the screen, verify, export and tests have in common.
 *
 * The engine is told what the live one was told, in the same order, with the same wall times; its mono is PLAYBACK_BASE
 * plus the record's m. It does the same. Its wishes go nowhere: what came of them is in the recording. Requests are
 * told apart by their numbers; where the engine's own count has gone another way (questions to the catalogue from
 * before the recording are not in it), the recorded `ask` of the same address says which number is meant.
 *
 * A recording begins with a round of keyframes, and so does the way behind whatever is missing (damage, records that
 * were dropped, a seek): there the engine is reset, and until a market's own snap has come nothing is known of it.
 * Nothing is taken over from before it; what a snap says of itself, that its book was verified too, is the recorder's
 * word, checked against nothing but the chain. Other rounds change nothing; they can be compared with what the engine
 * has.
 *
 * One thread. No clock, no network: how fast it goes is the caller's business.
 */
#ifndef BOOKTOP_FEED_PLAYBACK_H
#define BOOKTOP_FEED_PLAYBACK_H

#include "booktop/engine/engine.h"
#include "booktop/record/recording.h"

#define PLAYBACK_BASE (INT64_C(1000000) * NANOSECONDS_PER_SECOND)
/* A recording has no more markets than that: what it says of others is counted and ignored. */
#define PLAYBACK_MARKETS_MOST 65536

struct playback_options {
    const char *const *paths; /* the files of one session; borrowed by playback_open */
    size_t path_count;
    /* Each snap of a round that is not restored is compared with what the engine has (and costs as much again). Called
     * for each that differs; `words` says in what, in one line: "digest", "proof counts", ... NULL: they are skipped.
     */
    void (*differs)(void *context, const struct record *snap, const char *words);
    void *context;
    struct recording_watch watch; /* of reading the files */
};

struct playback;

/* NULL, with a reason, as recording_open. */
struct playback *playback_open(const struct playback_options *options, char *error, size_t error_size);
void playback_close(struct playback *playback);

/* For sinks, and for looking at markets. Nobody else may put anything into it. */
struct engine *playback_engine(struct playback *playback);

/* Between records the engine is told the time, up to a stamp that is not behind the next record's. What was due for
 * longer than records are ever apart is not done: something is missing there, and the engine is reset. */
void playback_advance(struct playback *playback, struct stamp stamp);
/* When something is due, at `mono`; TIME_NEVER: nothing is that would still be done. */
int64_t playback_deadline(const struct playback *playback, int64_t mono);

enum playback_kind {
    PLAYBACK_INPUT, /* the engine will be told it */
    PLAYBACK_OTHER, /* a record that the engine is not told: keyframes, what was sent and asked, marks, headers */
    PLAYBACK_FAULT, /* something is missing here: `fault` */
    PLAYBACK_AT_END,
};

struct playback_next {
    enum playback_kind kind;
    int64_t m;                   /* of the record; of a fault and of the end: of the last record before it */
    struct stamp stamp;          /* as the engine is told it */
    const struct record *record; /* NULL for faults and the end */
    const struct recording_fault *fault;
};

/* What comes next, without doing it; the same, and its contents valid, until playback_step or playback_seek. */
const struct playback_next *playback_peek(struct playback *playback);
/* Does it. At the end: engine_finish, once; then nothing. */
void playback_step(struct playback *playback);

/* At the end of files that are still being recorded, which were not ended by a step there: looks at them again. True:
 * there is more by now, or their end, and it is next. */
bool playback_continue(struct playback *playback);
/* As recording_is_written. */
bool playback_is_written(const struct playback *playback);

/* Everything up to and with `m` is done, and what comes after is next: the same as if it had been played till there
 * from the begin, but for what a snap does not hold (volume at prices before the recording, searches). Forwards over
 * less than 10 s by playing. Where rounds are never done three of them are tried, and what they do not hold is not
 * known yet. `tell` (may be NULL) is called now and then, and ends it by false: then it stands somewhere else. False:
 * it was ended, or reading failed. */
bool playback_seek(struct playback *playback, int64_t m, bool (*tell)(void *context), void *context);

/* The m of the last record, as recording_length has it; -1: it was ended, or reading failed. */
int64_t playback_length(struct playback *playback, bool (*tell)(void *context), void *context);
/* As recording_failed has it. */
bool playback_failed(const struct playback *playback, char *error, size_t error_size);
/* As recording_first and recording_lacking have it. */
int64_t playback_first(const struct playback *playback);
unsigned playback_lacking(const struct playback *playback);
/* The market that was on the recording user's screen by where it stands, as far as it was played; NULL: not known. */
const struct instrument *playback_shown(const struct playback *playback);
/* The engine has a book. */
bool playback_any_book(const struct playback *playback);
const struct record_header *playback_header(const struct playback *playback); /* of the session's first file */

struct playback_counts {
    uint64_t records, inputs, frames[VENUE_COUNT];
    uint64_t faults, dropped;
    uint64_t rounds, snaps, restored, compared, differing;
    uint64_t by_rounds; /* snaps of the rounds by which it went on behind a seek, or where something was missing */
    uint64_t ignored;   /* records about markets of which there were too many */
    bool open;          /* the end that was passed is that of files still being recorded */
    unsigned resets;    /* reset for a seek, or because something was missing */
};
struct playback_counts playback_counts(const struct playback *playback);

/* Something is missing before here, and no round has begun since: no book is known. */
bool playback_is_blind(const struct playback *playback);
/* The newest of what is missing before here, while no whole round was done since; NULL: nothing is. Of records that
 * were dropped `damage` is DAMAGE_NONE, and `words` say why. Valid until the next step or seek. */
const struct recording_fault *playback_gap(const struct playback *playback);
/* It is missing right before what is next: the books there are still those before it. */
bool playback_is_behind_gap(const struct playback *playback);
/* A round was done, and nothing is missing since. */
bool playback_is_whole(const struct playback *playback);

#endif
