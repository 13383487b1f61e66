#include "booktop/market/proof.h"

const char *proof_state_text(enum proof_state state)
{
    static const char *const texts[PROOF_STATE_COUNT] = {
        [PROOF_SYNCING] = "syncing",           [PROOF_LIVE] = "live",   [PROOF_VERIFIED] = "verified",
        [PROOF_SUSPECT] = "suspect",           [PROOF_STALE] = "stale", [PROOF_POLLED] = "polled",
        [PROOF_UNVERIFIABLE] = "unverifiable",
    };
    return (unsigned)state < PROOF_STATE_COUNT ? texts[state] : "unknown";
}
