#include "booktop/market/proof.h"

#include <stddef.h>

const char *proof_state_text(enum proof_state state)
{
    static const char *const texts[PROOF_STATE_COUNT] = {
        [PROOF_SYNCING] = "syncing",           [PROOF_LIVE] = "live",   [PROOF_VERIFIED] = "verified",
        [PROOF_SUSPECT] = "suspect",           [PROOF_STALE] = "stale", [PROOF_POLLED] = "polled",
        [PROOF_UNVERIFIABLE] = "unverifiable",
    };
    return (unsigned)state < PROOF_STATE_COUNT ? texts[state] : "unknown";
}

#define NOTE_PLACES (PROOF_NOTES + 1)

/* Those that come in rows: a row is one note. */
static bool comes_in_rows(enum proof_happening what)
{
    return what == HAPPENED_FAILURE || what == HAPPENED_CROSSED || what == HAPPENED_REFUSAL;
}

static bool replaces(enum proof_happening what, const struct proof_note *newest)
{
    if (newest == NULL) return false;
    return (comes_in_rows(what) && newest->what == what) ||
           (what == HAPPENED_RECOVERY && newest->what == HAPPENED_FAILURE);
}

void proof_note(struct proof *proof, enum proof_happening what, uint32_t number, struct stamp stamp)
{
    if (replaces(what, proof_noted(proof, 0))) proof->note_count--;
    proof->notes[proof->note_count % NOTE_PLACES] = (struct proof_note){what, number, stamp};
    proof->note_count++;
}

const struct proof_note *proof_noted(const struct proof *proof, uint32_t n)
{
    if (n >= PROOF_NOTES || n >= proof->note_count) return NULL;
    return &proof->notes[(proof->note_count - 1 - n) % NOTE_PLACES];
}

void proof_count(struct proof *proof, const struct proof_check *check)
{
    switch (check->verdict) {
    case VERDICT_VERIFIED:
        proof->verified++;
        if (check->searched) proof->searched++;
        break;
    case VERDICT_FAILED:
        proof->failed++;
        break;
    case VERDICT_UNVERIFIABLE:
        proof->unverifiable++;
        break;
    case VERDICT_NONE:
    case VERDICT_COUNT:
        return; /* no check */
    }
    proof->last = *check;
}

void proof_take_back(struct proof *proof, enum proof_verdict verdict)
{
    if (verdict == VERDICT_FAILED) proof->failed--;
    if (verdict == VERDICT_UNVERIFIABLE) proof->unverifiable--;
    if (verdict == VERDICT_NONE || verdict == VERDICT_VERIFIED || proof->note_count == 0) return;
    struct proof_note *newest = &proof->notes[(proof->note_count - 1) % NOTE_PLACES];
    if (verdict == VERDICT_UNVERIFIABLE && newest->what == HAPPENED_FAILURE) return; /* that of an earlier check */
    if (newest->what != HAPPENED_REFUSAL && comes_in_rows(newest->what) && --newest->number == 0) proof->note_count--;
}
