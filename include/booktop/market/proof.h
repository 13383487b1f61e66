/* How far a market's book can be trusted, at this moment. Plain data; written by the venue's sync, read by everybody.
 * The states and their order: syncing -> live -> verified -> suspect -> stale -> syncing …; polled where only REST is
 * left; unverifiable where the venue gives nothing to check. Drawn as a word and a glyph, never by colour alone.
 */
#ifndef BOOKTOP_MARKET_PROOF_H
#define BOOKTOP_MARKET_PROOF_H

#include <stdint.h>

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

struct proof {
    enum proof_state state;
    const char *why; /* what led to the state, in words; static, may be NULL */
    int64_t since;   /* mono ns of the last change of state */
    uint64_t bursts, duplicates, refused, crossed, resyncs;
};

#endif
