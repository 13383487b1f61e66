/* The inside of a replay: replay.c (its clock and turns), replay_going.c (what is played in one), replay_orders.c,
 * replay_view.c (what the screen is told of it, and the ui's side), replay_clock.c, replay_wires.c (connections without
 * sockets), replay_questions.c, replay_markets.c (what they mean), replay_survey.c (landmarks, length and markets, by a
 * thread of its own), replay_later.c (and of what is recorded behind that).
 *
 * All of it belongs to the feed thread but what is marked.
 */
#ifndef BOOKTOP_SRC_FEED_REPLAY_INSIDE_H
#define BOOKTOP_SRC_FEED_REPLAY_INSIDE_H

#include "booktop/feed/playback.h"
#include "booktop/feed/replay.h"
#include "inside.h"
#include "replay_clock.h"

/* What is still being recorded is looked at so often, once its end so far was seen. */
#define REPLAY_LOOK_AGAIN (NANOSECONDS_PER_SECOND / 2)

/* Between which keyframes a market had a book, m; `last` -1: it is in none. And when it was watched last, -1: never. */
struct known_book {
    int64_t first, last;
    int64_t watched;
};

/* What is found out by going through all of the files, beside the playing. The thread writes everything that is not
 * atomic before it sets the flag behind it; then it is the feed thread's. */
struct survey {
    char **paths; /* owned, and what they point to */
    size_t path_count;
    pthread_t thread;
    bool started;
    _Atomic bool ending;
    _Atomic int64_t length;     /* m */
    _Atomic bool measured;      /* `length` is known */
    _Atomic unsigned surveyed;  /* thousandths */
    _Atomic bool has_landmarks; /* these: */
    struct recording_landmark landmarks[REPLAY_LANDMARKS];
    uint32_t landmark_count;
    int64_t looked;           /* m up to which; what is played behind that is taken in by the feed thread */
    bool was_open;            /* and there it was still being recorded */
    _Atomic bool has_markets; /* and this: */
    struct registry *markets; /* all that are in the recording; NULL: they are not known */
    struct known_book *books; /* by handle index */
    size_t book_capacity;
    int64_t *rounds; /* m at which each round of keyframes was done, in order */
    size_t round_count, round_capacity;
    struct recording *recording; /* owned; by which it is read on, NULL: there is no more to come */
    bool reading;                /* there is more of it */
};

enum going {
    GOING_ON,      /* or standing, while paused */
    GOING_MESSAGE, /* steps */
    GOING_CHANGE,
    GOING_TO,      /* seeks */
    GOING_OPENING, /* and has arrived, but for the first books */
};

struct replay {
    struct feed *feed;
    struct playback *playback;
    struct recording_watch watch; /* while it is opened */
    struct replay_clock clock;
    struct replay_pace pace; /* as the clock was set last */
    int64_t first;           /* m of the first record: where the screen's places begin */
    int64_t position;        /* m up to which everything was played */
    int64_t played;          /* m of the last record */
    int64_t wall;            /* of m 0, by the last record */
    int64_t idle;
    unsigned speed;
    bool paused, ended;
    bool open;    /* its end was last that of files still being recorded, and they still are */
    bool grows;   /* that was so at some time */
    bool opening; /* the first books are still to be played: no commands are taken */
    enum going going;
    int64_t target;         /* of GOING_TO */
    bool raised;            /* and it was told to the screen */
    bool strayed;           /* a seek was broken off: `position` is not where the playback stands */
    bool interrupted;       /* because something else has to be done */
    bool moved;             /* `position` was not reached by the clock's running */
    bool followed;          /* the step began at the open end of what is followed, not paused */
    bool unsettled;         /* after a reset of the engine, until a round was given back */
    uint64_t changes;       /* of the book on panel 0 when GOING_CHANGE began, */
    int64_t stepped_from;   /* and where that was */
    uint32_t unchanged;     /* as the view has it */
    int64_t begun;          /* mono ns of the real clock: of this turn, or this piece of a seek */
    int64_t turned;         /* and of the turn before */
    unsigned resets;        /* of the engine, as they were noticed */
    uint32_t epochs;        /* seeks: added to every market's epoch */
    struct net_timer due;   /* the next thing to be played */
    struct net_timer beat;  /* the screen is told where it stands */
    bool told_stale;        /* something else than the position has changed since it was told */
    bool told_survey;       /* all of it */
    bool told_ignored;      /* that there are too many markets */
    int64_t told_book;      /* next_book, as it was told */
    int64_t told;           /* mono ns of the real clock; */
    int64_t looked;         /* and when what is still being recorded was looked at, */
    int64_t continued;      /* by the playing, which had come to the end of what it had, */
    int64_t read_on;        /* and gone through beside the playing */
    uint64_t replies;       /* played; those that a seek from keyframes has passed are not among them */
    uint64_t messages_then; /* a second ago */
    int64_t counted;        /* mono ns of the real clock: then */
    uint32_t rate;
    char trouble[RECORDING_REASON];
    bool damaged; /* it is of a fault */
    struct triple_buffer *views;
    const struct replay_view *shown; /* ui: the newest that was taken */
    struct survey survey;
    bool knew_all; /* when questions were looked at: all markets were known, */
    size_t knew;   /* or so many were named, and had a book, so far */
    /* The market that was on the screen when it was recorded, at the place it opens at; without a symbol: not known. */
    struct instrument shown_first;
};

/* replay.c */
uint64_t replay_messages(const struct replay *replay);
bool replay_seeks(const struct replay *replay);
/* As the view has it. */
bool replay_is_partly(const struct replay *replay);
/* It goes on by the clock. */
bool replay_runs(const struct replay *replay);
/* Held within what is believed: of any place, of what comes next, and the wall time of m 0 by that. */
int64_t replay_place(int64_t m);
int64_t replay_place_of(const struct playback_next *next);
int64_t replay_next_place(struct replay *replay);
int64_t replay_wall_of(const struct playback_next *next);

/* replay_going.c */
/* Plays a piece. True: there is more to be done at once. */
bool replay_go(struct replay *replay);
/* Beside the playing goes through what was recorded since it was looked at. True: there is more of it. */
bool replay_read_on(struct replay *replay);
/* Whether it still is recorded, and at its end whether there is more of it: true. */
bool replay_look_again(struct replay *replay);

/* replay_orders.c */
/* Held within the bounds. */
void replay_set_speed(struct replay *replay, unsigned speed);

/* replay_view.c */
bool replay_view_open(struct replay *replay);
/* At the end of a turn: tells the screen where it is due. */
void replay_view_turn(struct replay *replay);
/* At once. */
void replay_view_publish(struct replay *replay);
void replay_view_close(struct replay *replay);

/* replay_wires.c */
/* A record is about to be told to the engine: what it says of a connection. Returns whose frame it is; NULL: none. */
struct wire *replay_wires_before(struct feed *feed, const struct record *record);
/* Nothing is known of any connection. */
void replay_wires_forget(struct feed *feed);
/* A round was given back: a connection was heard when its markets were, at the latest. */
void replay_wires_heard(struct feed *feed);

/* replay_survey.c */
bool survey_start(struct survey *survey, const char *const *paths, size_t count);
/* Feed thread. An m behind `m` by which keyframes hold a book of this market; -1: none do, or it is not known yet.
 * `blind`: only whole rounds count. */
int64_t survey_next_book(const struct survey *survey, const struct instrument *instrument, int64_t m, bool blind);
/* Feed thread, once the markets are known. True if keyframes hold a book of it, or none come behind its being watched,
 * so that there may be one. */
bool survey_has_book(const struct survey *survey, const struct market *market);
/* Not beyond the end, as far as that is known. */
int64_t survey_bounded(const struct survey *survey, int64_t m);
/* Feed thread. It was played up to there: what was still being recorded is longer than it was. */
void survey_grown(struct survey *survey, int64_t m);
/* What it tells of markets. */
void survey_note_record(struct survey *survey, const struct record *record);
void survey_end(struct survey *survey);

/* replay_later.c */
/* It was played: behind what was gone through its landmarks and markets are known then. */
void survey_note(struct survey *survey, const struct record *record);
void survey_note_fault(struct survey *survey, const struct recording_fault *fault);
/* All was gone through, and there may be more of it, sooner or later: */
bool survey_reads_on(const struct survey *survey);
/* Goes through what came since, for `most` ns at a time. False: nothing has come. */
bool survey_read_on(struct survey *survey, const struct clock *clock, int64_t most);

#endif
