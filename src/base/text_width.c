#include <wchar.h>

#include "booktop/base/text.h"
#include "grapheme.h"
#include "utf8.h"

/* As ncurses counts: wcwidth, and one cell for what wcwidth does not know. */
static unsigned width_of(int32_t code)
{
    if (utf8_is_plain_ascii(code)) return 1;
    int width = wcwidth((wchar_t)(code == UTF8_ILL_FORMED ? UTF8_REPLACEMENT : code));
    return width < 0 ? 1 : (unsigned)width;
}

unsigned text_width(struct text text)
{
    unsigned width = 0;
    for (size_t i = 0; i < text.length;) {
        int32_t code;
        i += utf8_decode(text.at + i, text.length - i, &code);
        width += width_of(code);
    }
    return width;
}

struct text text_clip(struct text text, unsigned columns, unsigned *used)
{
    size_t cluster = 0; /* where the last cluster starts, and the columns before it */
    unsigned columns_before = 0;
    unsigned width = 0;
    struct grapheme_scan scan = GRAPHEME_SCAN_START;
    size_t i = 0;
    while (i < text.length) {
        int32_t code;
        size_t length = utf8_decode(text.at + i, text.length - i, &code);
        code = code == UTF8_ILL_FORMED ? UTF8_REPLACEMENT : code;
        if (grapheme_starts(&scan, code)) {
            cluster = i;
            columns_before = width;
        }
        unsigned character = width_of(code);
        if (character > columns - width) {
            i = cluster;
            width = columns_before;
            break;
        }
        width += character;
        i += length;
    }
    if (used != NULL) *used = width;
    return (struct text){text.at, i};
}
