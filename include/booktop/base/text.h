/* Text that is borrowed: a pointer and a length, never terminated, never owned.
 *
 * Everything that arrives from outside (frames, replies, titles, reasons) is foreign. Foreign text may reach the
 * screen, the log or standard error only through text_sanitize.
 * Any thread may call everything here: nothing has state. setlocale must have been called before text_width.
 */
#ifndef BOOKTOP_BASE_TEXT_H
#define BOOKTOP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `at` may be NULL only where length is 0. */
struct text {
    const char *at;
    size_t length;
};

/* A text from a string literal. */
#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

/* For printf's "%.*s". */
#define TEXT_ARGS(text) (int)(text).length, (text).at

/* Borrows a terminated string; NULL gives the empty text. */
struct text text_from(const char *string);
bool text_equal(struct text a, struct text b);
/* Equal to a terminated string. */
bool text_is(struct text a, const char *string);
/* Without the blanks (space, tab, CR, LF) at both ends. */
struct text text_trim(struct text text);
bool text_starts_with(struct text text, struct text prefix);
/* True if `needle` occurs in `hay`, ASCII letters compared without case. The empty needle occurs everywhere. */
bool text_contains_folded(struct text hay, struct text needle);

/* Copies into `out` of `size` bytes, cut to fit at a character border and always terminated. Returns the bytes
 * written without the terminator. `size` must be at least 1. */
size_t text_copy(struct text text, char *out, size_t size);

/* True if the bytes are well-formed UTF-8 in the strict sense of Unicode 15 table 3-7 (no overlong forms, no
 * surrogates, nothing above U+10FFFF). */
bool text_is_utf8(struct text text);

/* The one door for foreign text. Writes a copy to `out` (terminated, cut to fit at a cluster border) in which no byte
 * can control a terminal or mislead a reader:
 *   - C0, DEL, C1, and bytes that are not strict UTF-8 become U+FFFD, one for each maximal ill-formed part; CR, LF and
 *     TAB become one space each;
 *   - format characters (Cf: bidirectional overrides and isolates, zero-width characters, tags, BOM), line and
 *     paragraph separators, private use, surrogates, unassigned code points, and letters drawn as nothing (Hangul
 *     fillers) become U+FFFD, and so do characters that the C library of a UTF-8 locale does not know yet (wcwidth -1);
 *   - a zero-width joiner between two emoji, variation selectors and other invisible marks are dropped silently;
 *   - at most 4 combining marks (and Hangul vowels and finals) stay on a base; a mark without a base is dropped.
 * Where the terminal is not UTF-8 the caller asks for `ascii`: every other character then becomes '?'.
 * Returns the bytes written without the terminator. `size` must be at least 1. */
size_t text_sanitize(struct text in, char *out, size_t size, bool ascii);

/* Columns that sanitized text takes on the screen: the sum of wcwidth over its characters, as ncurses counts. */
unsigned text_width(struct text text);

/* The longest start of sanitized text that takes at most `columns`, cut at a grapheme cluster border (utf8proc).
 * `used` (may be NULL) gets the columns it takes: one less than asked for where a wide character does not fit. */
struct text text_clip(struct text text, unsigned columns, unsigned *used);

/* utf8proc's own. Static. */
const char *text_library_version(void);

#endif
