/* A stream that stops while its connection lives: when to ask for one of its books by another way, and what the answers
 * mean. One for each link. Private to the room.
 *
 * A book by REST that has gone on without us may only be ahead of the stream: it is asked for once more, and only what
 * is ahead then, too, with not a frame in between, is a stream that has stopped. Where the connection made anew for
 * that brings the very book of before, the stream had not stopped, and the next silence has to last longer.
 *
 * Two layers: struct freeze, which knows only times and answers, and struct freeze_link, which asks for a link's books
 * by it and says what became of them. What is asked for is compared, never applied: it would hide that the stream has
 * stopped.
 */
#ifndef BOOKTOP_SRC_VENUE_FREEZE_H
#define BOOKTOP_SRC_VENUE_FREEZE_H

#include "requests.h"

/* Without a frame for so long a book is asked for; so long after one that was the same, and then ever longer. */
#define FREEZE_SILENCE  (30 * NANOSECONDS_PER_SECOND)
#define FREEZE_WAIT_MAX (300 * NANOSECONDS_PER_SECOND)
/* One that was ahead is asked for once more. */
#define FREEZE_AGAIN (2 * NANOSECONDS_PER_SECOND)

enum freeze_state {
    FREEZE_NONE,    /* nothing speaks for it */
    FREEZE_UNKNOWN, /* silent, and no other way answers: nobody knows */
    FREEZE_DOUBTED, /* a book was ahead, and no other way answers any more */
    FREEZE_STOPPED,
};

enum freeze_finding { FOUND_NOTHING, FOUND_SAME, FOUND_AHEAD };

struct freeze {
    enum freeze_state state;
    int64_t heard;                /* mono ns of the last frame, or of the link's opening */
    int64_t due;                  /* mono ns of the next question, TIME_NEVER: none */
    int64_t asked;                /* mono ns of the last one */
    int64_t wait;                 /* after the next answer that leaves things as they are */
    uint32_t question;            /* the number of the last one's request */
    bool waits;                   /* for its answer */
    unsigned ahead;               /* answers in a row */
    struct market_handle witness; /* whose book is asked for */
    unsigned mistakes;            /* streams taken for stopped, in a row, that had not */
};

/* How much a market moved lately: a count of its messages that halves with every minute. */
struct activity {
    int64_t at; /* mono ns of the last halving */
    uint32_t count;
};

#define ACTIVITY_HALVES (60 * NANOSECONDS_PER_SECOND)

static inline uint32_t activity_at(const struct activity *activity, int64_t now)
{
    int64_t halvings = (now - activity->at) / ACTIVITY_HALVES;
    return halvings < 32 ? activity->count >> halvings : 0;
}

static inline void activity_add(struct activity *activity, int64_t now)
{
    if (now - activity->at >= ACTIVITY_HALVES) {
        activity->count = activity_at(activity, now);
        activity->at = now;
    }
    if (activity->count < UINT32_MAX) activity->count++;
}

/* A frame with something of a market came, or the link opened: what was asked before is of no interest any more. */
void freeze_hear(struct freeze *freeze, int64_t now);
/* There is no connection. */
void freeze_end(struct freeze *freeze);
void freeze_ask(struct freeze *freeze, uint32_t question, struct market_handle witness, int64_t now);
/* There is nobody to ask until then. */
void freeze_put_off(struct freeze *freeze, int64_t until);
/* The answer to a question. False if it is an old one: it changes nothing. */
bool freeze_answer(struct freeze *freeze, uint32_t question, enum freeze_finding finding, int64_t now);
/* It is to be asked now, if that may be. */
void freeze_hurry(struct freeze *freeze, int64_t now);
/* The witness's book on the new connection differs by so many levels from that of before. */
void freeze_judge(struct freeze *freeze, uint32_t difference);

/* Whether the one market is a better witness than the other: what was not asked in this silence comes first, of that
 * what moved most lately; then what was not asked for longest. */
struct freeze_candidate {
    int64_t asked; /* mono ns */
    uint32_t activity;
};
bool freeze_prefers(const struct freeze *freeze, const struct freeze_candidate *one,
                    const struct freeze_candidate *other);

/* The link's why, NULL for FREEZE_NONE, and a book's. Static. */
const char *freeze_text(enum freeze_state state);
extern const char freeze_book_text[];

/* === A venue's link === */

/* What is kept of a market as a witness. */
struct freeze_witness {
    struct activity activity;
    int64_t compared_at; /* mono ns at which its book was asked for to compare it */
    bool froze;          /* it was ahead of the stream of the connection before */
};

/* A market of a link, borrowed from its venue. */
struct freeze_book {
    struct tracked *tracked;
    struct market *market;
    struct freeze_witness *witness;
    bool streamed; /* the link's stream brought its book, which is wanted, and none is awaited */
};

/* What differs from venue to venue. */
struct freeze_venue {
    /* The market at a place, false: there is none of that link. */
    bool (*book)(struct venue_sync *sync, unsigned link, size_t place, struct freeze_book *book);
    /* Asks for its book by REST. Returns the request's number, 0: it could not. */
    uint32_t (*ask)(struct venue_sync *sync, struct stamp stamp, unsigned link, const struct market *market);
    enum freeze_finding (*compare)(struct venue_sync *sync, const struct market *market, struct text body);
    void (*set_state)(struct venue_sync *sync, struct market *market, enum proof_state state, const char *why,
                      struct stamp stamp);
    /* What its last check said holds again. */
    void (*settle_book)(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp);
    void (*set_phase)(struct venue_sync *sync, struct stamp stamp, unsigned link, enum link_phase phase,
                      const char *why);
    /* The link's phase by what is awaited. */
    void (*settle_link)(struct venue_sync *sync, struct stamp stamp, unsigned link);
    void (*reconnect)(struct venue_sync *sync, unsigned link, const char *why);
};

/* Made for a call. */
struct freeze_link {
    const struct freeze_venue *venue;
    struct venue_sync *sync;
    unsigned number;
    struct freeze *freeze;
    size_t places;         /* a market stands at the place of its handle's index; they grow, and never shrink */
    int64_t refused_until; /* mono ns: the venue wants us to wait with such questions */
};

/* A frame with something of a market came. */
void freeze_link_hear(const struct freeze_link *link, struct stamp stamp);
/* Asks for a book, if that is due and there is one that can tell. */
bool freeze_link_ask(const struct freeze_link *link, struct stamp stamp);
void freeze_link_reply(const struct freeze_link *link, struct stamp stamp, const struct request *request,
                       const struct venue_reply *reply);

#endif
