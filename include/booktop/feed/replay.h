/* Watching a recording: a feed whose input is files. It is started by feed_start with options.replay, and shows what a
 * live feed shows, by the same views; panels, lists and searches are answered from the recording's markets. What is
 * still being recorded is followed, from its last file into those that the recorder goes on in.
 *
 * Its clock (feed_clock) stands where the replay stands: it runs `speed` times as fast as real time, stands still while
 * paused, jumps with a seek; book and link ages are told by it. Main thread.
 */
#ifndef BOOKTOP_FEED_REPLAY_H
#define BOOKTOP_FEED_REPLAY_H

#include "booktop/feed/feed.h"
#include "booktop/record/recording.h"

/* Why nothing opens where nothing was named. */
#define REPLAY_NO_BOOKS "the recording has no books"

/* Speeds are thousandths of real time. */
#define REPLAY_SPEED_LEAST  100
#define REPLAY_SPEED_NORMAL 1000
#define REPLAY_SPEED_MOST   1000000
#define REPLAY_SPEED_ALL    0 /* as fast as it goes */

struct feed_replay_options {
    const char *const *paths; /* borrowed by feed_start; of one session, in any order */
    size_t path_count;
    unsigned speed;
    int64_t from; /* m at which it begins, ns */
    int64_t idle; /* ns: no silence takes longer than that on the screen, 0: as long as it took */
    bool paused;
    struct recording_watch watch; /* asked within feed_start alone, by its thread: opening may take long */
};

#define REPLAY_LANDMARKS    512
#define REPLAY_SURVEYED_ALL 1000

struct replay_view {
    int64_t position, length; /* ns behind the begin of what was given: of a session's later files that is not m */
    bool measured;            /* `length` is the recording's; else as far as it was played */
    int64_t began;            /* wall ns of that begin */
    unsigned lacking;         /* as recording_lacking has it */
    unsigned speed;
    bool paused, ended, seeking;
    uint32_t jumps; /* seeks that have arrived: where it has not changed, all in between was played */
    /* Its end was seen, and was that of files that are still being recorded: there may be more by now. Ended there it
     * goes on by itself when there is; paused it is no longer ended then, and waits. */
    bool open;
    /* They were still being recorded when they were gone through, or later: what came then is gone through beside the
     * playing, a little later than it was written. */
    bool partly;
    bool blind;         /* something is missing before here: until keyframes follow no book is known */
    bool books_known;   /* the files were gone through for keyframes, too: */
    int64_t next_book;  /* by this place a book of panel 0's market is known again, or at last; -1: never */
    uint32_t unchanged; /* steps to the next change of a book that had none, and have stayed where they began */
    uint64_t messages;  /* played since the start, those of seeks too */
    uint32_t rate;      /* of them in the last second of real time */
    uint64_t faults;
    char trouble[RECORDING_REASON]; /* of the newest fault passed, or of DAMAGE_NEXT; sanitized; "": none */
    bool damaged;                   /* it is of a fault */
    unsigned surveyed;              /* thousandths of the files that were gone through for landmarks: */
    uint32_t landmark_count;        /* in order of time */
    struct recording_landmark landmarks[REPLAY_LANDMARKS]; /* with places in place of m */
};

/* NULL: this feed is live. */
const struct replay_view *feed_replay(struct feed *feed);

void feed_replay_pause(struct feed *feed, bool paused);
/* Held within the bounds above. */
void feed_replay_speed(struct feed *feed, unsigned speed);
enum replay_step {
    REPLAY_MESSAGE, /* one message, of whatever market */
    REPLAY_CHANGE,  /* until the book on panel 0 has changed; where it never does again: not at all */
};
/* Pauses, and goes on by so much; at the open end of what is followed only if there is more. */
void feed_replay_step(struct feed *feed, enum replay_step step);
/* To a place (ns behind the begin of what was given), held within it, measured or not: there the book is shown as it
 * stands, while paused even where that is amid a burst. From before the first books it goes on to them, if they come in
 * the first half second. Every panel's epoch is raised. */
void feed_replay_seek(struct feed *feed, int64_t place);

#endif
