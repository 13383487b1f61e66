/* More words than there are places for them, as a strange file may have. */
#ifndef BOOKTOP_TESTS_STRANGE_WORDS_H
#define BOOKTOP_TESTS_STRANGE_WORDS_H

#include <stdio.h>

#include "../../../src/venue/snap.h"

#define MORE_THAN_FIT 1000

static inline int fill_places(void **state)
{
    char word[32];
    (void)state;
    for (unsigned i = 0; i < MORE_THAN_FIT; i++) {
        snprintf(word, sizeof word, "a strange word, %u", i);
        (void)word_keep(text_from(word));
    }
    return 0;
}

#endif
