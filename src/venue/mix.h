/* Texts and figures into one number, for the ids of trades. Private to the room. */
#ifndef BOOKTOP_SRC_VENUE_MIX_H
#define BOOKTOP_SRC_VENUE_MIX_H

#include "booktop/base/text.h"

#define MIX_START UINT64_C(0xcbf29ce484222325)

/* FNV-1a, 64 bits; figures go in whole. */
static inline uint64_t mix(uint64_t state, uint64_t value)
{
    return (state ^ value) * UINT64_C(0x100000001b3);
}

static inline uint64_t mix_text(uint64_t state, struct text text)
{
    state = mix(state, text.length);
    for (size_t i = 0; i < text.length; i++) state = mix(state, (unsigned char)text.at[i]);
    return state;
}

#endif
