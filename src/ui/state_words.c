#include "state_words.h"

struct state_mark proof_mark(enum proof_state state)
{
    static const struct state_mark marks[PROOF_STATE_COUNT] = {
        [PROOF_SYNCING] = {GLYPH_WAITING, ROLE_WARNING}, [PROOF_LIVE] = {GLYPH_LIVE, ROLE_GOOD},
        [PROOF_VERIFIED] = {GLYPH_DONE, ROLE_GOOD},      [PROOF_SUSPECT] = {GLYPH_FAILED, ROLE_WARNING},
        [PROOF_STALE] = {GLYPH_FAILED, ROLE_BAD},        [PROOF_POLLED] = {GLYPH_WAITING, ROLE_WARNING},
        [PROOF_UNVERIFIABLE] = {GLYPH_LIVE, ROLE_MUTED},
    };
    return marks[state];
}

struct state_mark link_mark(enum link_state state)
{
    switch (state) {
    case LINK_STATE_LIVE:
        return (struct state_mark){GLYPH_LIVE, ROLE_GOOD};
    case LINK_STATE_DEGRADED:
        return (struct state_mark){GLYPH_FAILED, ROLE_WARNING};
    case LINK_STATE_DOWN:
    case LINK_STATE_GIVEN_UP:
        return (struct state_mark){GLYPH_FAILED, ROLE_BAD};
    default:
        return (struct state_mark){GLYPH_WAITING, ROLE_WARNING};
    }
}

const char *outcome_name(const struct instrument *instrument, unsigned outcome)
{
    static const char *const numbers[INSTRUMENT_OUTCOMES] = {"outcome 1", "outcome 2"};
    const char *name = instrument->outcomes[outcome].name;
    return name[0] != '\0' ? name : numbers[outcome];
}
