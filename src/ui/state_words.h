/* States in words and marks, the same everywhere. */
#ifndef BOOKTOP_UI_STATE_WORDS_H
#define BOOKTOP_UI_STATE_WORDS_H

#include "booktop/ui/scene.h"

struct state_mark {
    enum glyph glyph;
    enum role role;
};

struct state_mark proof_mark(enum proof_state state);
struct state_mark link_mark(enum link_state state);

/* The outcome's name as the venue has it, "outcome 1" where it has none. Raw. */
const char *outcome_name(const struct instrument *instrument, unsigned outcome);

#endif
