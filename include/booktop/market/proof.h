/* How far a market's book can be trusted, at this moment. Plain data; written by the venue's sync, read by everybody.
 * The states and their order: syncing -> live -> verified -> suspect -> stale -> syncing …; polled where only REST is
 * left; unverifiable where the venue gives nothing to check. Drawn as a word and a glyph, never by colour alone.
 */
#ifndef BOOKTOP_MARKET_PROOF_H
#define BOOKTOP_MARKET_PROOF_H

#include <stdbool.h>

#include "booktop/base/clock.h"

enum proof_state {
    PROOF_SYNCING,      /* no snapshot yet */
    PROOF_LIVE,         /* applied, not yet checked */
    PROOF_VERIFIED,     /* checked against the venue's own proof */
    PROOF_SUSPECT,      /* a check failed and is being retried */
    PROOF_STALE,        /* gap, disconnected, silent */
    PROOF_POLLED,       /* by REST only */
    PROOF_UNVERIFIABLE, /* the venue gives nothing that could be checked */
    PROOF_STATE_COUNT
};

/* "syncing", "live", … Static. */
const char *proof_state_text(enum proof_state state);

enum proof_verdict {
    VERDICT_NONE, /* nothing was checked yet */
    VERDICT_VERIFIED,
    VERDICT_FAILED,
    VERDICT_UNVERIFIABLE, /* there was nothing to check it by */
    VERDICT_COUNT
};

/* One check: of a snapshot, or of the book at the end of a burst. */
struct proof_check {
    enum proof_verdict verdict;
    bool snapshot;      /* else a burst */
    bool searched;      /* proved only after values that the stream does not carry were searched for */
    uint8_t outcome;    /* whose hash it was */
    const char *recipe; /* how the venue's checksum was made, "C"; static; NULL where the venue has one way only, or
                           none was found */
    const char *why;    /* for all but verified, in words; static */
    int64_t venue_ms;   /* the venue's stamp of what was checked, or EVENT_NO_TIME */
    struct stamp stamp; /* when it was checked here */
};

/* What is worth telling of a book's life. */
enum proof_happening {
    HAPPENED_FAILURE,    /* a check failed; number: how many in a row */
    HAPPENED_CROSSED,    /* crossed or locked at the end of a burst, and not proved; number: how many times in a row */
    HAPPENED_RESYNC,     /* the book was asked for anew; number: 1 by REST or a command, 2 by a new subscription, 3 by
                            reconnecting */
    HAPPENED_MENDED,     /* the new book came, and differed; number: levels that differed */
    HAPPENED_CONFIRMED,  /* the new book came, and was the same */
    HAPPENED_RECOVERY,   /* a check succeeded after failures; number: how many had failed */
    HAPPENED_REFUSAL,    /* a message could not be read or applied: what it changed is not known */
    HAPPENED_GAP,        /* a hole in the venue's count of messages; number: how many are missing */
    HAPPENED_WITNESS,    /* the venue's own ticker contradicted the top of the book */
    HAPPENED_CORRUPTION, /* a change that cannot be true of the book: it was not the venue's any more */
    HAPPENED_DISCONNECT, /* the connection was lost */
    HAPPENED_RETURN,     /* it is back, and so is the book; number: levels that differ from those of before */
    HAPPENED_COUNT
};

struct proof_note {
    enum proof_happening what;
    uint32_t number;
    struct stamp stamp;
};

#define PROOF_NOTES 8

struct proof {
    enum proof_state state;
    const char *why; /* what led to the state, in words; static, may be NULL */
    int64_t since;   /* mono ns of the last change of state */
    uint64_t bursts; /* that ended */
    /* Checks by verdict, of snapshots and bursts alike; `searched` are some of the verified. */
    uint64_t verified, searched, failed, unverifiable;
    uint64_t gaps;       /* holes in the venue's count of messages */
    uint64_t duplicates; /* messages not applied because they, or newer ones, had been */
    uint64_t refused;    /* messages that could not be read or applied */
    uint64_t crossed;    /* ends of bursts, and snapshots, at which the book was crossed or locked */
    uint64_t resyncs;    /* times that the book was asked for anew */
    struct proof_check last;
    struct proof_note notes[PROOF_NOTES + 1]; /* a ring with a place to spare, for the note that is taken back */
    uint32_t note_count;                      /* ever made */
};

/* A failure, crossing or refusal that is noted right after another takes its place: a row of them is one note; and a
 * recovery takes the place of the failures it follows. */
void proof_note(struct proof *proof, enum proof_happening what, uint32_t number, struct stamp stamp);
/* The n-th newest note, or NULL. */
const struct proof_note *proof_noted(const struct proof *proof, uint32_t n);
/* Counts a check and keeps it as the last one; state and notes stay as they are. */
void proof_count(struct proof *proof, const struct proof_check *check);
/* Takes a verdict's count back, and the note of a failure or crossing where it is the newest: what was checked goes on
 * after all. The state stays, and so does `last`: it was checked. */
void proof_take_back(struct proof *proof, enum proof_verdict verdict);

#endif
