/* Grapheme clusters (what a reader takes for one character, Unicode Standard Annex 29), found character by character.
 */
#ifndef BOOKTOP_BASE_GRAPHEME_H
#define BOOKTOP_BASE_GRAPHEME_H

#include <stdbool.h>
#include <stdint.h>

#define GRAPHEME_SCAN_START ((struct grapheme_scan){.previous = -1})

struct grapheme_scan {
    int32_t previous; /* the last character given, -1 at the start */
    int32_t state;    /* utf8proc's */
};

/* Takes the next character, a Unicode scalar value. True if a cluster starts with it. */
bool grapheme_starts(struct grapheme_scan *scan, int32_t code);

#endif
